// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What each form of the source means. The bytes expected here are those that dtc 1.6.1 makes.

use super::tree;

/// The value of property `p` of the root.
fn check_value(value: &str, expected: &[u8]) {
    let tree = tree(&format!("/ {{ p = {value}; a: a {{ b {{ }}; }}; n: n {{ phandle = <1>; }}; }};"));
    assert_eq!(tree.node(tree.root()).property("p").unwrap().bytes(), expected, "{value}");
}

/// The numbers that an expression in `< >` gives.
fn check_cells(cells: &str, expected: &[u32]) {
    let bytes: Vec<u8> = expected.iter().flat_map(|cell| cell.to_be_bytes()).collect();
    check_value(&format!("<{cells}>"), &bytes);
}

/// The paths of all nodes and properties.
fn check_tree(text: &str, expected: &[&str]) {
    let tree = tree(text);
    let mut list = Vec::new();
    for id in tree.walk() {
        let path = tree.path(id);
        list.push(path.clone());
        list.extend(
            tree.node(id).properties.iter().map(|one| format!("{path} {}={:?}", one.name, one.value)),
        );
    }
    assert_eq!(list, expected, "{text}");
}

#[test]
fn strings() {
    check_value(r#""""#, b"\0");
    check_value(r#""a", "b""#, b"a\0b\0");
    check_value(r#""\x41\101\n\"\\\q\x4""#, b"AA\n\"\\q\x04\0");
    check_value(r#""\a\b\t\v\f\r\0\xff\x123""#, b"\x07\x08\t\x0b\x0c\r\0\xff\x123\0");
    check_value("\"two\nlines é\"", "two\nlines é\0".as_bytes());
}

#[test]
fn bytes() {
    check_value("[]", b"");
    check_value("[00 fF 1234]", b"\x00\xff\x12\x34");
    check_value("[one: 00 two: 11 abcdef: 22]", b"\x00\x11\x22");
}

#[test]
fn numbers() {
    check_cells("", &[]);
    check_cells("1 0x1F 010 0", &[1, 31, 8, 0]);
    check_cells("1U 2L 3UL 4LL 5ULL 0xffULL", &[1, 2, 3, 4, 5, 255]);
    check_cells("'a' '\\n' '\\'' '\\xff' '\\0'", &[97, 10, 39, 255, 0]);
    check_cells("0xffffffff (-1) 0xffffffffffffffff", &[u32::MAX; 3]);
    check_cells("one: 1 two: three: 2 four:", &[1, 2]);
    check_value("/bits/ 8 <1 255 (-1)>", &[1, 255, 255]);
    check_value("/bits/ 16 <1 (-2)>", &[0, 1, 255, 254]);
    check_value("/bits/ 64 <0xffffffffffffffff>", &[255; 8]);
    check_value("<1>, /bits/ 16 <2>, [03], \"4\"", b"\0\0\0\x01\0\x02\x034\0");
}

#[test]
fn expressions() {
    check_cells("(1 + 2 * 3 - 4 / 2 % 3)", &[5]);
    check_cells("(1 << 4 >> 2) (1 << 64) (1 << 40 >> 36)", &[4, 0, 16]);
    check_cells("(1 < 2) (2 <= 1) (1 > 2 == 0) (3 >= 3) (1 != 1)", &[1, 0, 1, 1, 0]);
    check_cells("(6 & 3 | 8 ^ 1) (1 || 0 && 0) (~0 & 0xff) (!3) (!0)", &[11, 1, 255, 0, 1]);
    check_cells("(- - 1) (~-1) (-1 > 1)", &[1, 0, 1]);
    check_cells("(1 ? 2 : 3 ? 4 : 5) (0 ? 2 : 0 ? 4 : 5)", &[2, 5]);
    check_cells("(1)(2)3 ((( 4 )))", &[1, 2, 3, 4]);
}

#[test]
fn references() {
    check_cells("&n &a &n", &[1, 2, 1]);
    check_cells("&{/n} &{/a} &{/a/b}", &[1, 2, 3]);
    check_value("&a", b"/a\0");
    check_value("&{/a/b}, <&n>, &{/}, \"s\", <&a>", b"/a/b\0\0\0\0\x01/\0s\0\0\0\0\x02");
    check_value("&{a/b}", b"/a/b\0");
}

#[test]
fn phandles() {
    check_tree(
        "/ { p = <&a &b>; a: a { phandle = <&a>; }; b: b { phandle = <1>; }; c { linux,phandle = <4>; }; };",
        &[
            "/",
            "/ p=[0, 0, 0, 2, 0, 0, 0, 1]",
            "/a",
            "/a phandle=[0, 0, 0, 2]",
            "/b",
            "/b phandle=[0, 0, 0, 1]",
            "/c",
            "/c linux,phandle=[0, 0, 0, 4]",
        ],
    );
}

#[test]
fn names() {
    check_tree(
        "/ { #a-cells = [01]; 3com,x; a+b_c?; \\q; reg {}; 1@0,1 {}; };",
        &["/", "/ #a-cells=[1]", "/ 3com,x=[]", "/ a+b_c?=[]", "/ q=[]", "/reg", "/1@0,1"],
    );
    // The name of old trees.
    check_tree("/ { a@1 { name = \"a\"; }; };", &["/", "/a@1"]);
}

#[test]
fn merges() {
    check_tree(
        "/ { a; b = [00]; n { x; }; m { }; }; / { b = [01]; c; n { y; }; };",
        &["/", "/ a=[]", "/ b=[1]", "/ c=[]", "/n", "/n x=[]", "/n y=[]", "/m"],
    );
    check_tree(
        "/ { x: n { }; }; &x { p; }; l: k: &{/n} { q; m { }; }; &l { r; }; &{k/m} { s; };",
        &["/", "/n", "/n p=[]", "/n q=[]", "/n r=[]", "/n/m", "/n/m s=[]"],
    );
    // In a body that is not a node's first one the last of two counts.
    check_tree(
        "/ { x: n { m { }; }; }; &x { p = [00]; p = [01]; m { a; }; m { b; }; };",
        &["/", "/n", "/n p=[1]", "/n/m", "/n/m a=[]", "/n/m b=[]"],
    );
}

#[test]
fn deletes() {
    check_tree(
        "/ { a; b; n { x; }; m { }; }; / { /delete-property/ a; /delete-node/ n; };",
        &["/", "/ b=[]", "/m"],
    );
    // What comes back comes back to its place, and empty.
    check_tree(
        "/ { a; b; n { x; }; m { }; }; / { /delete-property/ a; a = [01]; /delete-node/ n; n { }; };",
        &["/", "/ a=[1]", "/ b=[]", "/n", "/m"],
    );
    check_tree("/ { x: n { m { }; }; y: k { }; }; /delete-node/ &x; /delete-node/ &{/k};", &["/"]);
    check_tree("/ { x: n { }; m { /delete-node/ &x; }; };", &["/", "/m"]);
    // What is not there is deleted already, as in dtc.
    check_tree("/ { /delete-property/ p; /delete-node/ n; };", &["/"]);
    // Its label is free again.
    check_tree(
        "/ { x: a { }; }; /delete-node/ &x; / { x: b { p = &x; }; };",
        &["/", "/b", "/b p=[47, 98, 0]"],
    );
    check_tree("/ { x: a { }; }; / { x: b { }; }; /delete-node/ &{/a}; &x { p; };", &["/", "/b", "/b p=[]"]);
}

#[test]
fn omits() {
    check_tree(
        "/ { p = &x; /omit-if-no-ref/ x: a { }; /omit-if-no-ref/ y: b { c { }; }; };",
        &["/", "/ p=[47, 97, 0]", "/a"],
    );
    check_tree("/ { y: b { }; }; /omit-if-no-ref/ &y;", &["/"]);
}

#[test]
fn space_and_reservations() {
    let tree = tree(
        "/dts-v1/; l: /memreserve/ 0x10 (1 + 1); /memreserve/ 1 2; /*;*/ / // }\n{ a /**/ = /**/ <1 /*\n*/ 2>; } ;",
    );
    let list: Vec<(u64, u64)> = tree.reservations.iter().map(|one| (one.address, one.size)).collect();
    assert_eq!(list, [(16, 2), (1, 2)]);
    assert_eq!(tree.node(tree.root()).property("a").unwrap().cells().unwrap(), [1, 2]);
}
