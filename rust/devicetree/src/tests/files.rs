// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Files that include others, and those that a preprocessor has joined.

use crate::{Errors, Tree};

/// The tree of the first of `files`, each a name and a text.
fn read(files: &[(&str, &str)]) -> Result<Tree, Errors> {
    let mut include = |name: &str, _: &str| {
        let found = files.iter().find(|(file, _)| *file == name);
        found
            .map(|(name, text)| (format!("dir/{name}"), text.to_string()))
            .ok_or("it is not there".to_string())
    };
    Tree::read_dts(files[0].0, files[0].1, &mut include)
}

fn check_error(files: &[(&str, &str)], expected: &str) {
    assert_eq!(read(files).unwrap_err().render(false).trim_end(), expected.trim());
}

#[test]
fn goes_on_in_an_included_file_and_comes_back() {
    let tree = read(&[
        ("a.dts", "/dts-v1/;\n/include/ \"b\"\n/ { r = <&m>; x: n { /include/ \"c\" }; };"),
        ("b", "/dts-v1/; / { m: b { }; };"),
        ("c", "p = <1>;"),
    ])
    .unwrap();
    let p = tree.node(tree.find("/n").unwrap()).property("p").unwrap();
    assert_eq!((p.u32().unwrap(), tree.source(p.place).file()), (1, "dir/c"));
    assert!(tree.find("/b").is_some());
}

#[test]
fn tells_of_the_first_file_with_mistakes_and_of_places_in_others() {
    check_error(
        &[("a.dts", "/dts-v1/;\n/ { x: n { }; };\n/include/ \"b\"\n"), ("b", "/ { x: m { }; };\n")],
        r#"
error: label "x" is there twice
 --> dir/b:1:5
  |
1 | / { x: m { }; };
  |     ^ again
  |
  = help: first here: a.dts:2:5
"#,
    );
    let two = [("a.dts", "/dts-v1/;\n/include/ \"b\"\n/ { p = <&y>; };\n"), ("b", "/ { q = <&z>; };\n")];
    let errors = read(&two).unwrap_err();
    assert_eq!((errors.source().file(), errors.list().len()), ("a.dts", 1));
}

#[test]
fn refuses_what_it_cannot_include() {
    check_error(
        &[("a.dts", "/dts-v1/;\n/include/ \"b.dtsi\"\n/ { };\n")],
        r#"
error: cannot include "b.dtsi": it is not there
 --> a.dts:2:11
  |
2 | /include/ "b.dtsi"
  |           ^^^^^^^^
"#,
    );
    check_error(
        &[("a.dts", "/dts-v1/;\n#include <b.dtsi>\n/ { };\n")],
        r#"
error: this line is for the C preprocessor, and there is none here
 --> a.dts:2:1
  |
2 | #include <b.dtsi>
  | ^^^^^^^^
  |
  = help: run `cpp -nostdinc -undef -x assembler-with-cpp` on the file first, or use `/include/ "file"`
"#,
    );
}

#[test]
fn a_file_that_includes_itself_is_named_with_its_chain() {
    check_error(
        &[
            ("a.dts", "/dts-v1/;\n/include/ \"b\"\n/ { };\n"),
            ("b", "/include/ \"c\"\n"),
            ("c", "/include/ \"b\"\n"),
        ],
        r#"
error: a file includes itself: dir/b -> dir/c -> dir/b
 --> dir/c:1:1
  |
1 | /include/ "b"
  | ^^^^^^^^^^^^^
"#,
    );
}

#[test]
fn ever_new_files_come_to_an_end() {
    let mut count = 0;
    let mut include = |_: &str, _: &str| {
        count += 1;
        Ok((format!("f{count}"), "/include/ \"x\"\n/include/ \"x\"\n".to_string()))
    };
    let errors = Tree::read_dts("a.dts", "/dts-v1/;\n/include/ \"x\"\n/ { };", &mut include).unwrap_err();
    assert!(errors.list()[0].message.starts_with("more than 32 files in each other"), "{errors}");
    assert!(count < crate::limits::FILES_MAX);
}

#[test]
fn line_markers_of_a_preprocessor_name_the_file_and_the_line() {
    check_error(
        &[(
            "a.dts",
            "# 0 \"a.dts\"\n/dts-v1/;\n# 12 \"soc.dtsi\" 1\n/ {\n\n\tp = <&x>;\n};\n# 3 \"a.dts\" 2\n",
        )],
        r#"
error: no node has the label "x" (soc.dtsi:14)
 --> a.dts:6:7
  |
6 |     p = <&x>;
  |          ^^
"#,
    );
    check_error(
        &[("a.dts", "#line 7 \"b.dts\"\n/dts-v1/; / { x: a { }; x: b { }; };\n")],
        r#"
error: label "x" is there twice (b.dts:7)
 --> a.dts:2:25
  |
2 | /dts-v1/; / { x: a { }; x: b { }; };
  |               -         ^ again
  |               |
  |               first here
"#,
    );
}
