// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Trees as YAML: the general form, and what is wrong in it.

use super::{EXAMPLE, read};
use crate::{Errors, Tree};

fn yaml(text: &str) -> Result<Tree, Errors> {
    Tree::read_yaml("a.yaml", text)
}

/// The first mistake: line, column, message, what was found.
fn check_error(text: &str, line: usize, column: usize, message: &str, found: &str) {
    let errors = yaml(text).map(|tree| tree.to_dts()).expect_err(text);
    let first = &errors.list()[0];
    let place = first.place.as_ref().map(|place| (place.line, place.column));
    let got = (place, &*first.message, first.found.as_deref().unwrap_or_default());
    assert_eq!(got, (Some((line, column)), message, found), "{errors}");
}

/// The same tree, as YAML and as source.
fn check(text: &str, source: &str) {
    let tree = yaml(text).unwrap_or_else(|errors| panic!("{errors}"));
    let expected = read(&format!("/dts-v1/;\n{source}")).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(tree.to_dts(), expected.to_dts());
    assert_eq!(tree.to_dtb(), expected.to_dtb());
}

#[test]
fn a_key_with_a_map_is_a_node_and_any_other_a_property() {
    check(
        r##"
reserved: [[0x1000, 0x20]]
top:tree:
  "#address-cells": 1
  compatible: ["acme,board", acme]
  model: no board
  interrupt-controller: true
  soc:bus:soc@4000: {reg: [0x4000, -1], ranges: []}
  all:
    mixed: [1, 0x2, "3", [four, 5], !u16 [6, 7], !u64 8, !bytes "09 0aff", !bytes ""]
    refs: [!ref soc, 1, !path /soc@4000, !ref /all]
    p: 1
    p/: {}
"##,
        r#"
/memreserve/ 0x1000 0x20;
top: / {
    #address-cells = <1>;
    compatible = "acme,board", "acme";
    model = "no board";
    interrupt-controller;
    soc: bus: soc@4000 { reg = <0x4000 0xffffffff>; ranges; };
    all { mixed = <1 2>, "3", "four", <5>, /bits/ 16 <6 7>, /bits/ 64 <8>, [09 0a ff];
          refs = <&soc 1>, &{/soc@4000}, <&{/all}>; p = <1>; p { }; };
};
"#,
    );
}

#[test]
fn a_tree_with_all_there_is_comes_back() {
    let tree = read(EXAMPLE).unwrap();
    let text = tree.to_yaml();
    let back = yaml(&text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    assert_eq!(back.to_dts(), tree.to_dts());
    assert_eq!(back.to_dtb(), tree.to_dtb());
    assert_eq!(back.to_yaml(), text);
}

#[test]
fn what_is_written_is_for_people() {
    let tree = read(
        "/dts-v1/; / { model = \"on\"; n: m@1 { reg = <1 2 0x40>; c = \"a,b\", \"c\"; e; x = <0 1 2 3 4 5 6 7 8>; }; };",
    );
    let expected = r#"tree:
  model: "on"
  n:m@1:
    reg: [1, 2, 0x40]
    c: ["a,b", "c"]
    e: true
    x: [0, 1, 2, 3, 4, 5, 6, 7,
      8]
"#;
    assert_eq!(tree.unwrap().to_yaml(), expected);
}

#[test]
fn the_first_cpu_and_long_keys_come_back() {
    let labels: String = (0..300).map(|number| format!("label{number}: ")).collect();
    let tree = read(&format!("/dts-v1/; / {{ {labels} node {{ }}; cpus {{ cpu@1 {{ reg = <1>; }}; }}; }};"));
    let mut tree = tree.unwrap();
    tree.boot_cpu = 7;
    let text = tree.to_yaml();
    assert!(text.contains("boot-cpu: 7\n") && text.contains("? label0:label1:"), "{text}");
    let back = yaml(&text).unwrap();
    assert_eq!((back.to_dtb(), back.to_dts()), (tree.to_dtb(), tree.to_dts()));
}

#[test]
fn a_mistake_is_shown_in_its_text() {
    let expected = r#"
error: this may mean several things in YAML
 --> a.yaml:2:11
  |
2 |   status: no
  |           ^^ "no"
  |
  = expected: text in quotes; a number such as 12 or 0xc; or `true`, alone, for a property without a value
"#;
    assert_eq!(yaml("tree:\n  status: no\n").unwrap_err().render(false).trim_end(), expected.trim());
}

#[test]
fn what_readers_of_yaml_disagree_about_is_a_mistake() {
    for text in [
        "no",
        "Yes",
        "OFF",
        "null",
        "~",
        "1.5",
        "010",
        "0o17",
        "1_000",
        "12:30",
        "+1",
        "-0x",
        ".5",
        "false",
        "2001-12-14",
    ] {
        let found = format!("\"{text}\"");
        check_error(&format!("tree: {{a: {text}}}"), 1, 11, "this may mean several things in YAML", &found);
    }
    check_error("tree:\n  a:\n", 2, 4, "this may mean several things in YAML", "nothing");
    check_error("tree: {a: [true]}", 1, 12, "this may mean several things in YAML", "\"true\"");
    check(
        "tree: {a: \"no\", b: '1.5', c: x1, d: -1, no: 1}",
        "/ { a = \"no\"; b = \"1.5\"; c = \"x1\"; d = <(-1)>; no = <1>; };",
    );
}

#[test]
fn what_is_more_than_plain_values_is_a_mistake() {
    let anchor = "anchors and aliases of YAML are not supported";
    check_error("tree:\n  a: &x 1\n  b: *x\n", 2, 6, anchor, "");
    check_error("tree: &x {}", 1, 7, anchor, "");
    check_error("tree:\n  <<: {a: 1}\n", 2, 3, "merged keys of YAML are not supported", "");
    check_error("tree: {}\n---\ntree: {}\n", 2, 1, "a second document in one file", "");
    check_error("tree: {a: 1, a: 2}", 1, 14, "the key \"a\" is twice in one map", "again");
    check_error("tree: {a: 1, a: {}}", 1, 14, "the key \"a\" is twice in one map", "again");
    check_error("tree: {[a]: 1}", 1, 8, "this key is no plain text", "");
    check_error("tree: !x {}", 1, 7, "the tag \"x\" means nothing here", "");
    check_error(
        "tree:\n\ta: 1\n",
        2,
        2,
        "this is no YAML",
        "tabs disallowed within this context (block indentation)",
    );
    check_error("", 1, 1, "there is nothing in this file", "");
    check_error("[1]", 1, 1, "this is no board", "");
    check_error("boot-cpu: 1", 1, 1, "this is no board", "");
    check_error("tree: {}\ntrees: 1", 2, 1, "a board has no \"trees\"", "");
}

#[test]
fn what_no_tree_has_is_a_mistake() {
    let name = "is no name of a property or node";
    check_error("tree: {é: 1}", 1, 8, &format!("\"é\" {name}"), "");
    check_error("tree: {a b: {}}", 1, 8, &format!("\"a b\" {name}"), "");
    check_error("tree: {1a:b: {}}", 1, 8, "\"1a\" is no label", "");
    check_error("tree: {a:b: 1}", 1, 8, &format!("\"a:b\" {name}"), "");
    check_error("tree: {a@1@2: {}}", 1, 8, "this is no name of a node", "");
    check_error("tree: {a@1: 5}", 1, 8, "this is no name of a property", "an `@`, as in the name of a node");
    check_error("tree: {x:a: {}, x:b: {}}", 1, 17, "label \"x\" is there twice", "again");
    check_error("tree: {a: !ref x}", 1, 11, "no node has the label \"x\"", "");
    check_error("tree: {a: !ref ''}", 1, 11, "a reference to nothing", "");
    check_error("tree: {a: !ref2 x}", 1, 11, "the tag \"!ref2\" means nothing here", "");
    check_error("tree: {a: !u64 [!u8 1]}", 1, 17, "a tag inside of a list that has one", "");
    check_error("tree: {a: !u8 256}", 1, 11, "this number does not fit into 8 bits", "0x100");
    check_error("tree: {a: 0x100000000}", 1, 11, "this number does not fit into 32 bits", "0x100000000");
    check_error("tree: {a: !u8 [1, x]}", 1, 19, "this is no number", "\"x\"");
    check_error("tree: {a: !bytes 012}", 1, 11, "these are no bytes", "");
    check_error("tree: {a: [1, {b: 2}]}", 1, 15, "a node inside of a value", "");
    check_error("tree: {phandle: 0}", 1, 17, "this is no phandle", "");
    check_error("tree: {}\nreserved: [[1]]", 2, 12, "this is no reserved memory", "");
}

#[test]
fn hostile_texts_come_to_an_end() {
    let deep = format!("tree: {}", "{a: ".repeat(200));
    check_error(&deep, 1, 323, "more than 80 lists and maps in each other", "");
    let nodes = format!("tree: {}{}", "{a: ".repeat(70), "}".repeat(70));
    check_error(&nodes, 1, 260, "more than 64 nodes in each other", "");
    let many = format!("tree: {{{}}}", "a: no, a: 1, ".repeat(3000));
    assert!(yaml(&many).unwrap_err().list().len() <= crate::limits::MISTAKES_MAX);
    let errors = yaml(&" ".repeat(crate::limits::FILE_BYTES_MAX + 1)).unwrap_err();
    assert_eq!(errors.list()[0].message, "the device tree is larger than 4 MiB");
}
