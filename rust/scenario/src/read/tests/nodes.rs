// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values of nodes.

use super::check;

/// The lines of the good scenario after which more keys of a node can stand.
const PING: &str = "firmware = \"//scenarios/uart/firmware:ping\"";
const PONG: &str = "firmware = \"fw/pong.elf\"";

#[test]
fn clocks_of_cpus() {
    for cpu_hz in ["0", "999", "4_000_000_001", "-1"] {
        let expected = format!(
            "\n8:10 \"cpu_hz\" is out of range\n  found: this is {}\n  expected: an integer from 1000 to 4000000000\n",
            cpu_hz.replace('_', "")
        );
        check(PING, &format!("{PING}\ncpu_hz = {cpu_hz}"), &expected);
    }
    check(
        PING,
        &format!("{PING}\ncpu_hz = 80e6"),
        r#"
8:10 "cpu_hz" has the wrong type
  found: this is a floating-point number
  expected: an integer: cpu_hz = 80_000_000
"#,
    );
}

#[test]
fn addresses_of_firmware() {
    let at = |more: &str| {
        let text = super::edit(PONG, &format!("firmware = \"fw/pong.bin\"\n{more}"));
        super::parse(&text, super::FILE).unwrap_or_else(|errors| panic!("{errors}")).nodes[1].firmware_at
    };
    assert_eq!(at(""), None);
    assert_eq!(at("firmware_at = 0"), Some(0));
    assert_eq!(at("firmware_at = 0x0800_0000"), Some(0x800_0000));
    check(
        PING,
        &format!("{PING}\nfirmware_at = \"0x0\""),
        r#"
8:15 "firmware_at" has the wrong type
  found: this is a string
  expected: an integer: firmware_at = 0x0800_0000
"#,
    );
    check(
        PING,
        &format!("{PING}\nfirmware_at = -1"),
        r#"
8:15 "firmware_at" is out of range
  found: this is -1
  expected: an integer from 0 to 9223372036854775807
"#,
    );
}

#[test]
fn files_beside_the_firmware() {
    let loads = |more: &str| {
        let text = super::edit(PONG, &format!("{PONG}\n{more}"));
        let scenario = super::parse(&text, super::FILE).unwrap_or_else(|errors| panic!("{errors}"));
        let loads = scenario.nodes[1].loads.iter().map(|load| (load.file.text.clone(), load.at));
        loads.collect::<Vec<_>>()
    };
    assert_eq!(loads(""), []);
    assert_eq!(
        loads("load = [{ file = \"b.bin\", at = 0x8020_0000 }, { file = \"//a:a\" }]"),
        [("b.bin".to_string(), Some(0x8020_0000)), ("//a:a".to_string(), None)]
    );
    check(
        PING,
        &format!("{PING}\n[[node.pinger.load]]\nat = \"0x0\"\nfrom = 1"),
        r#"
8:1 [[node.NAME.load]] has no "file"
  found: "file" is missing
  expected: the key "file"
  help: add file = "next.bin"
9:6 "at" has the wrong type
  found: this is a string
  expected: an integer: at = 0x8020_0000
10:1 unknown key "from"
  found: [[node.NAME.load]] has no such key
  expected: "file" or "at"
"#,
    );
    check(
        PING,
        &format!("{PING}\nload = \"b.bin\""),
        r#"
8:8 "load" has the wrong type
  found: this is a string
  expected: an array of tables: [[node.NAME.load]], with two brackets
"#,
    );
}

#[test]
fn cores() {
    check(
        PING,
        &format!("{PING}\ncores = 2"),
        r#"
8:9 qemu:mps2-an385 has no 2 cores
  found: this is 2
  expected: 1: this board has one CPU core
  help: remove "cores", or use one of cortex-a15-virt, cortex-a53-virt, qemu:riscv32-virt, qemu:riscv64-virt
"#,
    );
    check(
        PONG,
        &format!("{PONG}\ncores = 5"),
        r#"
12:9 "cores" is out of range
  found: this is 5
  expected: an integer from 1 to 4
"#,
    );
}

#[test]
fn boards() {
    for (board, help) in
        [("qemu:riscv23-virt", "  help: did you mean \"qemu:riscv32-virt\"?\n"), ("esp32", "")]
    {
        let expected = format!(
            r#"
10:9 unknown board "{board}"
  found: there is no such board
  expected: one that `virtmcu board list` shows, or a file: "my_board.dts"
{help}"#
        );
        check("qemu:riscv32-virt", board, &expected);
    }
}

/// A wrong name is a name all the same: others are told of it, or a better one.
#[test]
fn names() {
    let near = "  help: did you mean \"pinger.uart0\"?\n";
    for (table, name, found, known, help) in [
        ("Ponger", "Ponger", "it has a 'P'", r#""Ponger" or "pinger""#, ""),
        ("2", "2", "it does not start with a letter", r#""2" or "pinger""#, near),
        (r#""pon ger""#, "pon ger", "it has a ' '", r#""pinger" or "pon ger""#, ""),
        (r#""""#, "", "it is empty", r#""" or "pinger""#, near),
    ] {
        let expected = format!(
            r#"
9:7 "{name}" is no name for a node
  found: {found}
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
15:25 unknown node "ponger"
  found: the scenario has no such node
  expected: {known}
{help}"#
        );
        check("[node.ponger]", &format!("[node.{table}]"), &expected);
    }
}

#[test]
fn firmware_and_golden_files() {
    let empty = "the name of a file is empty";
    let no_part = r#"a path from the workspace's root has no empty, "." or ".." part"#;
    let golden = "//golden/uart/ping_pong.trace";
    for (old, new, place, message, found) in [
        ("fw/pong.elf", "", "11:12", empty, "this names no file"),
        ("fw/pong.elf", "/home/me/pong.elf", "11:12", "", "an absolute path is different on every machine"),
        ("fw/pong.elf", "fw:pong", "11:12", "", r#"a label starts with "//", and a path has no ":""#),
        (golden, "", "26:9", empty, "this names no file"),
        (golden, "//golden/../x", "26:9", "", no_part),
    ] {
        let cannot = format!("\"{new}\" cannot name a file here");
        let message = if message.is_empty() { &cannot } else { message };
        let expected = format!(
            r#"
{place} {message}
  found: {found}
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#
        );
        check(old, new, &expected);
    }
}
