// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole messages, as people see them.

use super::edit;

fn check(old: &str, new: &str, expected: &str) {
    let errors = crate::parse(&edit(old, new), super::FILE).unwrap_err();
    assert_eq!(format!("\n{}", errors.render(false)), expected);
}

#[test]
fn unknown_key() {
    check(
        "seed = 7",
        "sede = 7",
        r#"
error: unknown key "sede"
 --> ping_pong.scenario.toml:3:1
  |
3 | sede = 7
  | ^^^^ the scenario has no such key
  |
  = expected: "schema", "duration", "seed", "device", "node", "link", "fault", "power", "input", "expect", "trace", "golden" or "watchdog"
  = help: did you mean "seed"?
"#,
    );
}

#[test]
fn unknown_key_in_a_link() {
    check(
        "baud = 115200",
        "baudrate = 115200",
        r#"
error: [link.wire] has no "baud"
  --> ping_pong.scenario.toml:13:1
   |
13 | [link.wire]
   | ^^^^^^^^^^^ "baud" is missing
   |
   = expected: the key "baud"
   = help: add baud = 115200

error: unknown key "baudrate"
  --> ping_pong.scenario.toml:16:1
   |
16 | baudrate = 115200
   | ^^^^^^^^ [link.wire] has no such key
   |
   = expected: "kind", "ends", "baud", "framing", "delay" or "flow_control"
   = help: did you mean "baud"?

error: ping_pong.scenario.toml has 2 mistakes
"#,
    );
}

#[test]
fn unknown_board() {
    check(
        "qemu:riscv32-virt",
        "qemu:riscv23-virt",
        r#"
error: unknown board "qemu:riscv23-virt"
  --> ping_pong.scenario.toml:10:9
   |
10 | board = "qemu:riscv23-virt"
   |         ^^^^^^^^^^^^^^^^^^^ there is no such board
   |
   = expected: one that `virtmcu board list` shows, or a file: "my_board.dts"
   = help: did you mean "qemu:riscv32-virt"?
"#,
    );
}

#[test]
fn unknown_node() {
    check(
        r#""ponger.uart0""#,
        r#""pongre.uart0""#,
        r#"
error: unknown node "pongre"
  --> ping_pong.scenario.toml:15:25
   |
15 | ends = ["pinger.uart0", "pongre.uart0"]
   |                         ^^^^^^^^^^^^^^ the scenario has no such node
   |
   = expected: "pinger" or "ponger"
   = help: did you mean "ponger.uart0"?
"#,
    );
}

#[test]
fn unknown_port() {
    check(
        r#""ponger.uart0""#,
        r#""ponger.uart1""#,
        r#"
error: unknown port "uart1"
  --> ping_pong.scenario.toml:15:25
   |
15 | ends = ["pinger.uart0", "ponger.uart1"]
   |                         ^^^^^^^^^^^^^^ qemu:riscv32-virt has no such port
   |
   = expected: "uart0"
   = help: did you mean "ponger.uart0"?
"#,
    );
}

#[test]
fn cyclic_link() {
    check(
        r#""ponger.uart0"]"#,
        r#""pinger.uart0"]"#,
        r#"
error: both ends of [link.wire] are the same port
  --> ping_pong.scenario.toml:15:25
   |
15 | ends = ["pinger.uart0", "pinger.uart0"]
   |         --------------  ^^^^^^^^^^^^^^ the same port again
   |         |
   |         the first end
   |
   = expected: two different ports
   = help: a port cannot hear itself: a loopback needs two ports
"#,
    );
}

#[test]
fn port_in_two_links() {
    check(
        "[golden]",
        r#"[link.again]
kind = "uart"
ends = ["ponger.uart0", "pinger.uart1"]
baud = 9600

[golden]"#,
        r#"
error: ponger.uart0 is in two links
  --> ping_pong.scenario.toml:27:9
   |
15 | ends = ["pinger.uart0", "ponger.uart0"]
   |                         -------------- [link.wire] uses it
...
27 | ends = ["ponger.uart0", "pinger.uart1"]
   |         ^^^^^^^^^^^^^^ [link.again] uses it again
   |
   = expected: a port that no other link has
"#,
    );
}

#[test]
fn missing_key() {
    check(
        r#"duration = "20ms"
"#,
        "",
        r#"
error: the scenario has no "duration"
 --> ping_pong.scenario.toml:1:1
  |
1 | schema = 1
  | ^ "duration" is missing
  |
  = expected: the key "duration"
  = help: add duration = "20ms"
"#,
    );
}

#[test]
fn time_without_a_unit() {
    check(
        r#"duration = "20ms""#,
        r#"duration = "20""#,
        r#"
error: "duration" is no time
 --> ping_pong.scenario.toml:2:12
  |
2 | duration = "20"
  |            ^^^^ the unit is missing: write "ns", "us", "ms", "s", "min" or "h" after the number
  |
  = expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#,
    );
}

#[test]
fn no_toml() {
    check(
        r#"duration = "20ms""#,
        r#"duration = "20ms"#,
        r#"
error: this is not TOML: invalid basic string
 --> ping_pong.scenario.toml:2:17
  |
2 | duration = "20ms
  |                 ^
  |
  = expected: `"`
"#,
    );
}

#[test]
fn line_and_contains() {
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12"
contains = "pong""#,
        r#"
error: [[expect.uart]] has both "line" and "contains"
  --> ping_pong.scenario.toml:23:12
   |
22 | line = "pong 12"
   |        --------- "line"
23 | contains = "pong"
   |            ^^^^^^ "contains" too
   |
   = expected: exactly one of "line" (a whole line), "contains" (a part of one), "matches" (a regular expression) and "bytes" (wherever lines end)
   = help: remove one of the two
"#,
    );
}

#[test]
fn other_schema() {
    check(
        "schema = 1",
        "schema = 2",
        r#"
error: this is a scenario of schema 2
 --> ping_pong.scenario.toml:1:10
  |
1 | schema = 2
  |          ^ this version of virtmcu does not know it
  |
  = expected: 1
"#,
    );
}

#[test]
fn value_of_several_lines() {
    check(
        r#"firmware = "fw/pong.elf""#,
        r#"firmware = """
fw/pong.elf
""""#,
        r#"
error: "fw/pong.elf\n" cannot name a file here
  --> ping_pong.scenario.toml:11:12
   |
11 |   firmware = """
   |  ____________^
12 | | fw/pong.elf
13 | | """
   | |___^ this has a control character in it
   |
   = expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
}
