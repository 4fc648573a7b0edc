// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The ways to find a node, and what the values of its properties say.

use super::{EXAMPLE, read, tree};
use crate::{Mistake, NodeId, Property, Tree};

fn path(tree: &Tree, id: Option<NodeId>) -> Option<String> {
    id.map(|id| tree.path(id))
}

#[test]
fn finds_nodes() {
    let tree = read(EXAMPLE).unwrap();
    let serial = Some("/soc/serial@40004000".to_string());
    assert_eq!(path(&tree, tree.find("/soc/serial@40004000")), serial);
    assert_eq!(path(&tree, tree.find("/soc/serial")), serial);
    assert_eq!(tree.find("/"), Some(tree.root()));
    assert_eq!(tree.find("soc"), None);
    assert_eq!(tree.find("/soc/gone"), None);
    assert_eq!(path(&tree, tree.by_label("uart0")), serial);
    assert_eq!(tree.by_label("bus"), tree.by_label("soc"));
    assert_eq!(tree.by_label("unused"), None);
    assert_eq!(path(&tree, tree.by_phandle(7)), Some("/soc/nvic@e000e100".to_string()));
    assert_eq!(path(&tree, tree.by_phandle(1)), Some("/soc/gpio".to_string()));
    assert_eq!(tree.by_phandle(2), None);
    assert_eq!(path(&tree, tree.alias("serial0")), serial);
    for text in ["serial0", "serial0:115200n8", "/soc/serial:115200"] {
        assert_eq!(path(&tree, tree.resolve(text)), serial, "{text}");
    }
    assert_eq!(path(&tree, tree.resolve("serial0/child")), Some("/soc/serial@40004000/child".to_string()));
    assert_eq!(tree.resolve("serial1"), None);
    assert_eq!(tree.boot_cpu, 3);
}

#[test]
fn a_name_without_its_unit_address_must_be_of_one_node() {
    let tree = tree("/ { a@1 { }; a@2 { }; b@0,1 { }; };");
    assert_eq!(tree.find("/a"), None);
    let b = tree.node(tree.find("/b").unwrap());
    assert_eq!((b.base_name(), b.unit_address), ("b", None));
    assert_eq!(tree.node(tree.find("/a@2").unwrap()).unit_address, Some(2));
}

#[test]
fn walks_in_the_order_of_the_source() {
    let tree = tree("/ { a { c { }; }; b { }; }; / { a { d { }; }; };");
    let walk: Vec<String> = tree.walk().map(|id| tree.path(id)).collect();
    assert_eq!(walk, ["/", "/a", "/a/c", "/a/d", "/b"]);
    let children: Vec<NodeId> = tree.children(tree.root()).collect();
    assert_eq!(children.len(), 2);
    assert!(children.iter().all(|child| tree.parent(*child) == Some(tree.root())));
}

/// What a reader of values says of `p = value`: the value or, in angle brackets, what was expected.
fn check(value: &str, read: impl Fn(&Property) -> Result<String, Mistake>, expected: &str) {
    let tree = tree(&format!("/ {{ p{value}; }};"));
    let got = match read(tree.node(tree.root()).property("p").unwrap()) {
        Ok(got) => got,
        Err(mistake) => {
            let text = tree.errors(vec![mistake]).unwrap_err().render(false);
            let line =
                |mark: &str| text.lines().find_map(|line| Some(line.split_once(mark)?.1.trim().to_string()));
            format!("{} not {}", line("^ ").unwrap_or_default(), line("= expected: ").unwrap())
        }
    };
    assert_eq!(got, expected, "{value}");
}

fn show<T: std::fmt::Debug>(got: Result<T, Mistake>) -> Result<String, Mistake> {
    got.map(|got| format!("{got:?}"))
}

#[test]
fn reads_values() {
    check(" = <1 2>", |one| show(one.cells()), "[1, 2]");
    check("", |one| show(one.cells()), "[]");
    check(" = [00]", |one| show(one.cells()), "1 byte not numbers of 32 bits, as in <1 2>");
    check(" = <5>", |one| show(one.u32()), "5");
    check(" = <1 2>", |one| show(one.u32()), "8 bytes, 2 cells not one number of 32 bits, as in <1>");
    check("", |one| show(one.u32()), "no value not one number of 32 bits, as in <1>");
    check(" = <5>", |one| show(one.u64()), "5");
    check(" = <1 2>", |one| show(one.u64()), "4294967298");
    check(
        " = \"abcde\"",
        |one| show(one.u64()),
        "a string not one number of 32 or 64 bits, as in <1> or <0 1>",
    );
    check(" = \"a\"", |one| show(one.string()), "\"a\"");
    check(" = \"\"", |one| show(one.string()), "\"\"");
    check(" = \"a\", \"b\"", |one| show(one.string()), "2 strings not one string, as in \"text\"");
    check(" = <1>", |one| show(one.string()), "4 bytes, 1 cells not one string, as in \"text\"");
    check(" = \"a\", \"b\"", |one| show(one.strings()), "[\"a\", \"b\"]");
    check("", |one| show(one.strings()), "no value not strings, as in \"one\", \"two\"");
    check(" = [ff 00]", |one| show(one.strings()), "2 bytes not strings, as in \"one\", \"two\"");
}

#[test]
fn knows_the_place_of_every_element() {
    let text = "/dts-v1/;\n/ { n: p = <1 &n2 (2 + 3)>, &n2, \"x\", /bits/ 8 <9>, <7>; n2: a { }; };";
    let tree = read(text).unwrap();
    let property = tree.node(tree.root()).property("p").unwrap();
    let at = |place: crate::Place| &text[place.span()];
    let cells: Vec<&str> = (0..3).map(|index| at(property.cell_place(index))).collect();
    assert_eq!(cells, ["1", "&n2", "(2 + 3)"]);
    let all = "<1 &n2 (2 + 3)>, &n2, \"x\", /bits/ 8 <9>, <7>";
    assert_eq!((at(property.place), at(property.value_place)), ("p", all));
    // A cell that is no element of its own, and one that is not there.
    assert_eq!((at(property.cell_place(4)), at(property.cell_place(99))), (all, all));
    assert_eq!(at(tree.node(tree.find("/a").unwrap()).place), "a");
}

#[test]
fn knows_the_place_of_every_string() {
    let text = "/dts-v1/; / { p = \"a\", &{/}, \"c\"; };";
    let tree = read(text).unwrap();
    let property = tree.node(tree.root()).property("p").unwrap();
    let strings: Vec<&str> = (0..3).map(|index| &text[property.string_place(index).span()]).collect();
    assert_eq!(strings, ["\"a\"", "&{/}", "\"c\""]);
}
