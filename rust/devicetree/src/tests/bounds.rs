// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Input that is too large, too deep or made to take long.

use super::read;
use crate::{Tree, limits};

fn check(text: &str, expected: &str) {
    let errors = read(text).unwrap_err();
    let messages: Vec<&str> = errors.list().iter().map(|one| one.message.as_str()).collect();
    assert!(messages.contains(&expected), "{expected}: {:?}", &messages[..messages.len().min(3)]);
    assert!(messages.len() <= limits::MISTAKES_MAX);
    assert!(!errors.render(false).is_empty());
}

fn root(inside: &str) -> String {
    format!("/dts-v1/; / {{ {inside} }};")
}

#[test]
fn a_hundred_megabytes_are_refused_at_once() {
    let large = "/".repeat(100_000_000);
    check(&large, "the device tree is larger than 4 MiB");
    assert!(Tree::read_dtb("a.dtb", large.as_bytes()).is_err());
    let mut include = |_: &str, _: &str| Ok(("large".to_string(), large.clone()));
    let errors = Tree::read_dts("a.dts", "/dts-v1/; /include/ \"large\"\n/ { };", &mut include).unwrap_err();
    assert_eq!(
        errors.list()[0].message,
        "this file is larger than 4 MiB, or all files are larger than 16 MiB"
    );
}

#[test]
fn many_large_files_are_refused() {
    let mut count = 0;
    let mut include = |_: &str, _: &str| {
        count += 1;
        Ok((format!("f{count}"), " ".repeat(4_000_000)))
    };
    let text = format!("/dts-v1/; {} / {{ }};", "/include/ \"x\"\n".repeat(9));
    let errors = Tree::read_dts("a.dts", &text, &mut include).unwrap_err();
    assert_eq!(
        errors.list()[0].message,
        "this file is larger than 4 MiB, or all files are larger than 16 MiB"
    );
}

#[test]
fn depth_is_bounded() {
    let nodes = |depth: usize| root(&format!("{}{}", "a{".repeat(depth), "};".repeat(depth)));
    assert!(read(&nodes(limits::DEPTH_MAX - 1)).is_ok());
    check(&nodes(limits::DEPTH_MAX), "more than 64 nodes in each other");
    check(&nodes(200_000), "more than 64 nodes in each other");
    check(&root(&"a{".repeat(200_000)), "more than 64 nodes in each other");
    check("/dts-v1/; / { a { b {", "a node has no end");

    let brackets = |depth: usize| root(&format!("p = <{}1{}>;", "(".repeat(depth), ")".repeat(depth)));
    assert!(read(&brackets(64)).is_ok());
    let many = "more than 64 brackets and operators in each other";
    check(&brackets(65), many);
    check(&brackets(200_000), many);
    check(&root(&format!("p = <({}1)>;", "1?1:".repeat(200_000))), many);
    // Those are not in each other.
    assert!(read(&root(&format!("p = <({}1)>;", "1+".repeat(200_000)))).is_ok());
    assert!(read(&root(&format!("p = <({}1)>;", "-".repeat(200_000)))).is_ok());
}

#[test]
fn counts_and_lengths_are_bounded() {
    let many: String = (0..limits::NODES_MAX).map(|at| format!("n{at}{{}};")).collect();
    check(&root(&many), "more than 65536 nodes");
    let long = "n".repeat(limits::NAME_BYTES_MAX + 1);
    check(&root(&format!("{long};")), "the name of a property or node has more than 256 bytes");
    check(&root(&format!("{long}: p;")), "the name of a label has more than 256 bytes");
    // A short reference that stands for a long path, again and again.
    let name = "n".repeat(200);
    let deep = format!("{}x: {name} {{ }};{}", format!("{name} {{").repeat(30), "};".repeat(30));
    let references = ["&x"; 10_000].join(",");
    check(&root(&format!("p = {references}; {deep}")), "the values of all properties are more than 16 MiB");
}

#[test]
fn long_rows_take_no_longer_than_long_texts() {
    let many_times = 200_000;
    assert!(read(&root(&format!("p = [{}];", "ab".repeat(many_times)))).is_ok());
    assert!(
        read(&root(&format!("p = {};", vec!["\"\""; many_times].join(",")))).unwrap().to_dts().len()
            > many_times
    );
    assert!(read(&root(&(0..50_000).map(|at| format!("p{at};")).collect::<String>())).is_ok());
    check(&root(&format!("p = <{}>;", "1".repeat(many_times))), "this number does not fit into 64 bits");
    check(&format!("/dts-v1/; {}", "\\\"".repeat(many_times)), "this is no statement");
    check(&root(&format!("p = \"{}", "\\\"".repeat(many_times))), "this string has no end");
    check(&root(&"#".repeat(many_times)), "the name of a property or node has more than 256 bytes");
    check(&root(&"? ; ".repeat(many_times)), "property \"?\" is twice in one node");
    check(&root(&"/* ".repeat(many_times)), "this comment has no end");
    let labels: String = (0..20_000).map(|at| format!("l{at}: ")).collect();
    check(
        &root(&format!("{labels} a {{ p = {}; }};", vec!["&ll1"; 1_000].join(","))),
        "no node has the label \"ll1\"",
    );
}

#[test]
fn many_mistakes_are_cut_off() {
    let errors = read(&root(&"p = ;\n".repeat(10_000))).unwrap_err();
    assert_eq!(errors.list().len(), limits::MISTAKES_MAX);
    let errors =
        read(&root(&(0..10_000).map(|at| format!("p{at} = <&x>;\n")).collect::<String>())).unwrap_err();
    assert_eq!(errors.list().len(), limits::MISTAKES_MAX);
}
