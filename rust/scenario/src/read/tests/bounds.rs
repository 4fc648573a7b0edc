// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Scenarios that are too large, empty, or have many mistakes.

use super::{FILE, GOOD, edit, told};
use crate::{limits, parse};

fn check(text: &str, expected: &str) {
    let errors = parse(text, FILE).unwrap_err();
    assert_eq!(format!("\n{}", told(&errors)), expected);
}

/// `count` nodes with two UARTs each, joined by a link each.
fn nodes(count: usize) -> String {
    let mut out = "schema = 1\nduration = \"1s\"\n".to_string();
    for n in 0..count {
        out += &format!("[node.n{n}]\nboard = \"qemu:sifive-e\"\nfirmware = \"a.elf\"\n");
        out +=
            &format!("[link.l{n}]\nkind = \"uart\"\nends = [\"n{n}.uart0\", \"n{n}.uart1\"]\nbaud = 9600\n");
    }
    out
}

#[test]
fn a_scenario_without_nodes() {
    check(
        "schema = 1\nduration = \"1s\"\n",
        r#"
1:1 the scenario has no nodes
  found: "node" is missing
  expected: at least one node
  help: add [node.NAME] with a "board" and a "firmware"
"#,
    );
    check(
        "schema = 1\nduration = \"1s\"\n[node]\n",
        r#"
3:1 the scenario has no nodes
  found: it is empty
  expected: at least one node
  help: add [node.NAME] with a "board" and a "firmware"
"#,
    );
}

#[test]
fn as_many_nodes_as_there_may_be() {
    let scenario = parse(&nodes(limits::NODES_MAX), FILE).unwrap();
    assert_eq!((scenario.nodes.len(), scenario.links.len()), (limits::NODES_MAX, limits::NODES_MAX));
    check(&nodes(limits::NODES_MAX + 1), "\n3:2 the scenario has 257 nodes\n  expected: at most 256\n");
}

#[test]
fn too_many_links() {
    let links: String = (0..=limits::LINKS_MAX).map(|n| format!("[link.l{n}]\nkind = 3\n")).collect();
    check(&format!("{GOOD}{links}"), "\n13:2 the scenario has 4098 links\n  expected: at most 4096\n");
}

#[test]
fn too_many_expectations() {
    let expects = "[[expect.uart]]\n".repeat(limits::EXPECTS_MAX);
    check(
        &format!("{GOOD}{expects}"),
        "\n20:1 the scenario has 4097 expectations\n  expected: at most 4096\n",
    );
}

#[test]
fn a_file_that_is_too_large() {
    let text = format!("{GOOD}#{}", "x".repeat(limits::FILE_BYTES_MAX));
    check(&text, "\n1:1 the scenario is larger than 4 MiB\n");
}

#[test]
fn a_name_that_is_too_long() {
    let name = "n".repeat(limits::NAME_CHARS_MAX + 1);
    let shown = &name[..60];
    let text = format!("{GOOD}[node.{name}]\nboard = \"qemu:sifive-e\"\nfirmware = \"a.elf\"\n");
    check(
        &text,
        &format!(
            "\n27:7 \"{shown}…\" is no name for a node\n  found: it has 65 characters\n  expected: a small letter, then small \
             letters, digits and \"_\"; at most 64 characters\n"
        ),
    );
}

#[test]
fn many_mistakes_are_told_in_the_order_of_the_file_up_to_a_bound() {
    let expects = "[[expect.uart]]\n".repeat(limits::EXPECTS_MAX - 1);
    let errors = parse(&format!("{}{expects}", edit("seed = 7", "sede = 7")), FILE).unwrap_err();
    assert_eq!(errors.list().len(), limits::MISTAKES_MAX);
    let lines: Vec<_> = errors.list().iter().map(|one| one.place.as_ref().unwrap().line).collect();
    assert!(lines.is_sorted() && lines[0] == 3, "{lines:?}");
}

#[test]
fn the_name_of_the_file_must_make_a_title() {
    for (file, title) in [("a/b/uart_1.scenario.toml", "uart_1"), ("x.toml", "x"), ("x", "x")] {
        assert_eq!(parse(GOOD, file).unwrap().title, title);
    }
    for file in ["", ".scenario.toml", "ping pong.scenario.toml", "a\nb.toml"] {
        let errors = parse(GOOD, file).unwrap_err();
        assert_eq!(errors.list()[0].message, "the file's name is no title for a scenario", "{file:?}");
    }
}

#[test]
fn json_has_every_mistake() {
    let errors = parse(&edit("seed = 7", "sede = 7"), FILE).unwrap_err();
    assert_eq!(
        errors.to_json(),
        serde_json::json!([{
            "file": FILE,
            "line": 3,
            "column": 1,
            "message": "unknown key \"sede\"",
            "found": "the scenario has no such key",
            "expected": "\"schema\", \"duration\", \"seed\", \"device\", \"node\", \"link\", \"fault\", \"power\", \"input\", \"expect\", \"trace\", \"golden\" or \"watchdog\"",
            "help": "did you mean \"seed\"?",
        }])
    );
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let errors = parse("", FILE).unwrap_err();
    assert!(errors.render(true).contains('\u{1b}') && !errors.render(false).contains('\u{1b}'));
}
