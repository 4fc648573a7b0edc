// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What people see of their mistakes.

use super::read;

/// The messages of `text` behind `/dts-v1/;`: column, message, what was found, what was expected, help.
fn check(text: &str, expected: &[&str]) {
    let errors = read(&format!("/dts-v1/; {text}")).unwrap_err();
    let list: Vec<String> = errors
        .list()
        .iter()
        .map(|one| {
            let place = one.place.as_ref().unwrap();
            let mut line = format!("{}:{}: {}", place.line, place.column, one.message);
            for (name, text) in [("found", &one.found), ("expected", &one.expected), ("help", &one.help)] {
                line.extend(text.iter().flat_map(|text| [" | ", name, " ", text]));
            }
            line
        })
        .collect();
    assert_eq!(list, expected, "{text}");
    assert!(!errors.render(true).is_empty());
}

#[test]
fn statements() {
    check(
        "/ { };\n?",
        &[
            "2:1: this is no statement | found `?` | expected `/ { };`, `&label { };`, `/delete-node/` or `/memreserve/`",
        ],
    );
    check("", &["1:11: there is no root node | found the end of the file | expected `/dts-v1/; / { };`"]);
    check("/ { a = <1> };", &["1:22: no `;` behind property \"a\" | found here | expected `;`"]);
    check("/ {\na = <1>\nb = <&x>;\n};", &["2:8: no `;` behind property \"a\" | found here | expected `;`"]);
    check(
        "/ { a = <1> <2>; b = ; };",
        &[
            "1:23: no `;` behind property \"a\" | found `<` | expected `;`",
            "1:32: this is no value | found `;` | expected \"text\", <1 2>, [00 01] or &label",
        ],
    );
    check("/ { a { };\n", &["2:1: a node has no end | found the end of the file | expected `}`"]);
    check(
        "/ { a { b; }; c; };",
        &["1:25: property \"c\" is behind a node | help properties come before nodes"],
    );
    check(
        "/ { a b; };",
        &[
            "1:17: this does not go on behind \"a\" | found `b` | expected `=` or `;` of a property, or `{` of a node",
        ],
    );
    check(
        "/ { a@1; a@1@2 { }; @1 { }; };",
        &[
            "1:15: this is no name of a property | found an `@`, as in the name of a node | expected `{`",
            "1:20: this is no name of a node | expected a name, as in uart@40004000",
            "1:31: this is no name of a node | expected a name, as in uart@40004000",
        ],
    );
    check(
        "/ { a-b: c; 1: d; };",
        &[
            "1:15: \"a-b\" is no label | expected letters, digits and `_`, a letter first",
            "1:23: \"1\" is no label | expected letters, digits and `_`, a letter first",
        ],
    );
    check(
        "/plugin/;\n&x { };",
        &[
            "1:11: this is an overlay, which is no whole tree | help apply it to its base first, with `fdtoverlay`",
        ],
    );
    check(
        "/ { }; } ; / { a };",
        &[
            "1:18: this is no statement | found `}` | expected `/ { };`, `&label { };`, `/delete-node/` or `/memreserve/`",
            "1:20: this is no statement | found `;` | expected `/ { };`, `&label { };`, `/delete-node/` or `/memreserve/`",
            "1:28: this does not go on behind \"a\" | found `}` | expected `=` or `;` of a property, or `{` of a node",
        ],
    );
    check("/memreserve/ 1;\n/ { };", &["1:25: this is no number | found `;` | expected a number"]);
    check(
        "/ { /omit-if-no-ref/ a; /delete-node/ ; /delete-property/ = 1; };",
        &[
            "1:15: /omit-if-no-ref/ is for nodes",
            "1:49: no name of a node | found `;` | expected a name, or `}` at the end of the node",
            "1:69: no name of a property | found `=` | expected a name, or `}` at the end of the node",
        ],
    );
    check("/ /* { };", &["1:13: this comment has no end | expected `*/`"]);
    check("/delete-node/ &{/}; / { };", &["1:25: the root cannot be deleted"]);
    check(
        "/delete-node/ a; / { };",
        &["1:25: no reference to a node | found `a` | expected a reference, as in &label or &{/soc}"],
    );
    check(
        "/bits/ 8; / { };",
        &[
            "1:11: this is no statement | found `/` | expected `/ { };`, `&label { };`, `/delete-node/` or `/memreserve/`",
        ],
    );
}

#[test]
fn twice() {
    check(
        "/ { a; a; n { }; n { }; };",
        &[
            "1:18: property \"a\" is twice in one node | found again",
            "1:28: node \"n\" is twice in one node | found again",
        ],
    );
    check(
        "/ { y: p; y: q = z: <1>, z: \"\"; x: a { }; x: b { }; };",
        &[
            "1:21: label \"y\" is there twice | found again",
            "1:36: label \"z\" is there twice | found again",
            "1:53: label \"x\" is there twice | found again",
        ],
    );
    check("/ { a { phandle = <1>; }; b { phandle = <1>; }; };", &["1:51: two nodes have the phandle 0x1"]);
}

#[test]
fn values() {
    check(
        "/ { a = <GPIO 1>; b = <-1>; c = <1.5>; d = <09 0x 0b1>; };",
        &[
            "1:20: this is no number | found `GPIO` | expected a number | help a macro needs the C preprocessor: run `cpp -nostdinc -undef -x assembler-with-cpp` on the file first",
            "1:34: this is no number | found `-1` | expected a number | help write an expression in brackets, as in (-1)",
            "1:45: this is no number | found `.5` | expected a number",
            "1:55: this is no number | found `09` | expected a number, as in 12, 0x1f or 017",
        ],
    );
    check(
        "/ { a = <0x100000000>; b = /bits/ 8 <256 (-256)>; c = <18446744073709551616>; };",
        &[
            "1:20: this number does not fit into 32 bits | found 0x100000000 | help write two numbers, or /bits/ 64 <…>",
            "1:48: this number does not fit into 8 bits | found 0x100",
            "1:66: this number does not fit into 64 bits",
        ],
    );
    check(
        "/ { a = /bits/ 7 <1>; b = /bits/ 8 1; c = /bits/ 64 <&{/}>; };",
        &[
            "1:26: no array has numbers of this size | expected 8, 16, 32 or 64 bits",
            "1:46: no array behind /bits/ | found `1` | expected `<`",
            "1:64: a reference is a number of 32 bits | found in an array of 64 bits",
        ],
    );
    check(
        "/ { a = [0]; b = [gg]; c = [00; };",
        &[
            "1:20: this is no byte | found `0` | expected two hexadecimal digits, or `]`",
            "1:29: this is no byte | found `gg` | expected two hexadecimal digits, or `]`",
            "1:41: this is no byte | found `;` | expected two hexadecimal digits, or `]`",
        ],
    );
    check(
        "/ { a = <1; b = 'a'; c = <'ab' ''>; d = <'>; };",
        &[
            "1:21: no end of this array | found `;` | expected a number or `>`",
            "1:27: this is no value | found `'` | expected \"text\", <1 2>, [00 01] or &label",
            "1:37: this is no character | expected one character of one byte, as in 'a' or '\\n'",
            "1:52: this is no character | expected one character of one byte, as in 'a' or '\\n'",
        ],
    );
    check(
        "/ { a = <(1 / 0)>; b = <(1 +)>; c = <(1 2)>; d = <(1 ? 2)>; };",
        &[
            "1:23: this divides by 0",
            "1:39: this is no number | found `)` | expected a number",
            "1:51: no end of this expression | found `2` | expected an operator or `)`",
            "1:67: no `:` behind `?` | found `)` | expected `:`",
        ],
    );
    check(
        "/ { a = \"b; };",
        &[
            "1:19: this string has no end | expected `\"`",
            "1:25: a node has no end | found the end of the file | expected `}`",
        ],
    );
    check(
        "/ { a = /incbin/(\"f\"); };",
        &["1:19: /incbin/ is not supported | help write the bytes as [00 01]"],
    );
    check(
        "/ { a = <&>, &{}; b = &{}; };",
        &[
            "1:21: no label behind `&` | found `>` | expected a label, or a path as in &{/soc}",
            "1:36: no path in `&{ }` | found `;` | expected a path, as in &{/soc}",
        ],
    );
}

#[test]
fn references() {
    check(
        "/ { p = <&uart1>; uart0: a { }; };\n&uart { };",
        &["2:1: no node has the label \"uart\" | help did you mean \"uart0\"?"],
    );
    check(
        "/ { p = <&uart1>; q = &{/b}; r = &{uart0/c}; s: t; u = &s; uart0: a { }; };",
        &[
            "1:20: no node has the label \"uart1\" | help did you mean \"uart0\"?",
            "1:33: there is no node /b: \"b\" is not in the node before it",
            "1:44: there is no node uart0/c: \"c\" is not in the node before it",
            "1:66: label \"s\" is not of a node",
        ],
    );
    check(
        "/ { a { phandle = <0>; }; b { phandle = <1 2>; }; c: c { phandle = <&d>; }; d: d { }; };",
        &[
            "1:29: this is no phandle | expected one number of 32 bits, neither 0 nor 0xffffffff",
            "1:51: this is no phandle | expected one number of 32 bits, neither 0 nor 0xffffffff",
            "1:78: this is the phandle of another node",
        ],
    );
    check(
        "/ { a { phandle = <1>; linux,phandle = <2>; }; b { name = \"c\"; }; };",
        &[
            "1:50: \"phandle\" and \"linux,phandle\" of this node are unlike",
            "1:69: property \"name\" is not the name of the node | expected \"b\"",
        ],
    );
}

#[test]
fn the_first_word_must_say_the_version() {
    let text = read("/ { };").unwrap_err().render(false);
    let expected = "error: this is no device tree source of version 1\n --> a.dts:1:1\n  |\n1 | / { };\n  | ^ `/`\n  |\n  = expected: `/dts-v1/;`\n";
    assert_eq!(text, expected);
}

#[test]
fn shows_both_places() {
    let text = read("/dts-v1/;\n/ {\n\tx: a { };\n\tx: b { };\n};\n").unwrap_err().render(false);
    let expected = r#"
error: label "x" is there twice
 --> a.dts:4:2
  |
3 |     x: a { };
  |     - first here
4 |     x: b { };
  |     ^ again
"#;
    assert_eq!(text.trim_end(), expected.trim());
}
