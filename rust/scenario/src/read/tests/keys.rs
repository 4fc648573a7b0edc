// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the TOML and in the keys.

use super::check;

#[test]
fn toml_that_is_no_toml() {
    check(
        r#"duration = "20ms""#,
        r#"duration = "20ms"#,
        r#"
2:17 this is not TOML: invalid basic string
  expected: `"`
"#,
    );
    check(
        "baud = 115200",
        "baud = ",
        r#"
16:8 this is not TOML: a value is missing
  expected: a value after the "="
"#,
    );
    check(
        "[node.ponger]",
        "[node.ponger",
        r#"
9:13 this is not TOML: unclosed table
  expected: `]`
"#,
    );
}

#[test]
fn keys_given_twice() {
    check(
        "baud = 115200",
        r"baud = 115200
baud = 9600",
        r#"
17:1 this key is given twice
  found: it has a value already
  help: remove one of the two, or give a new table its own name
"#,
    );
    check(
        r#"[node.ponger]
board = "qemu:riscv32-virt"
firmware = "fw/pong.elf"
"#,
        r#"[node.pinger]
board = "qemu:mps2-an386"
"#,
        r#"
9:7 this key is given twice
  found: it has a value already
  help: remove one of the two, or give a new table its own name
10:1 this key is given twice
  found: it has a value already
  help: remove one of the two, or give a new table its own name
14:25 unknown node "ponger"
  found: the scenario has no such node
  expected: "pinger"
  help: did you mean "pinger.uart0"?
"#,
    );
}

#[test]
fn the_schema() {
    check(
        r"schema = 1
",
        "",
        r#"
1:1 the scenario has no "schema"
  found: "schema" is missing
  expected: the version of this format: 1
  help: write schema = 1 as the first line
"#,
    );
    check(
        "schema = 1",
        "schema = 2",
        r#"
1:10 this is a scenario of schema 2
  found: this version of virtmcu does not know it
  expected: 1
"#,
    );
    check(
        "schema = 1",
        "schema = 0",
        r#"
1:10 this is a scenario of schema 0
  found: this version of virtmcu does not know it
  expected: 1
  help: write schema = 1 as the first line
"#,
    );
    check(
        "schema = 1",
        r#"schema = "1""#,
        r#"
1:10 "schema" has the wrong type
  found: this is a string
  expected: an integer: schema = 1
"#,
    );
}

#[test]
fn unknown_keys_at_every_level() {
    check(
        "seed = 7",
        "sede = 7",
        r#"
3:1 unknown key "sede"
  found: the scenario has no such key
  expected: "schema", "duration", "seed", "node", "link", "expect", "trace", "golden" or "watchdog"
  help: did you mean "seed"?
"#,
    );
    check(
        r#"firmware = "fw/pong.elf""#,
        r#"firmware = "fw/pong.elf"
clock = 8"#,
        r#"
12:1 unknown key "clock"
  found: [node.ponger] has no such key
  expected: "board", "firmware", "cpu_hz" or "cores"
"#,
    );
    check(
        "baud = 115200",
        "baudrate = 115200",
        r#"
13:1 [link.wire] has no "baud"
  found: "baud" is missing
  expected: the key "baud"
  help: add baud = 115200
16:1 unknown key "baudrate"
  found: [link.wire] has no such key
  expected: "kind", "ends", "baud", "framing" or "delay"
  help: did you mean "baud"?
"#,
    );
    check(
        "[[expect.uart]]",
        "[[expect.uarts]]",
        r#"
20:10 unknown key "uarts"
  found: [expect] has no such key
  expected: "uart"
  help: did you mean "uart"?
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"wihtin = "15ms""#,
        r#"
23:1 unknown key "wihtin"
  found: [[expect.uart]] has no such key
  expected: "port", "line", "contains" or "within"
  help: did you mean "within"?
"#,
    );
    check(
        r#"trace = "//golden"#,
        r#"tarce = "//golden"#,
        r#"
25:1 [golden] has no "trace"
  found: "trace" is missing
  expected: the key "trace"
  help: add trace = "//golden/NAME.trace"
26:1 unknown key "tarce"
  found: [golden] has no such key
  expected: "trace"
  help: did you mean "trace"?
"#,
    );
}

#[test]
fn missing_keys() {
    check(
        r#"duration = "20ms"
"#,
        "",
        r#"
1:1 the scenario has no "duration"
  found: "duration" is missing
  expected: the key "duration"
  help: add duration = "20ms"
"#,
    );
    check(
        r#"board = "qemu:mps2-an385"
"#,
        "",
        r#"
5:1 [node.pinger] has no "board"
  found: "board" is missing
  expected: the key "board"
  help: add board = "qemu:mps2-an385"
"#,
    );
    check(
        r#"firmware = "fw/pong.elf"
"#,
        "",
        r#"
9:1 [node.ponger] has no "firmware"
  found: "firmware" is missing
  expected: the key "firmware"
  help: add firmware = "//path/to:firmware"
"#,
    );
    check(
        r#"kind = "uart"
"#,
        "",
        r#"
13:1 [link.wire] has no "kind"
  found: "kind" is missing
  expected: the key "kind"
  help: add kind = "uart"
"#,
    );
    check(
        r#"ends = ["pinger.uart0", "ponger.uart0"]
"#,
        "",
        r#"
13:1 [link.wire] has no "ends"
  found: "ends" is missing
  expected: the key "ends"
  help: add ends = ["NODE.PORT", "NODE.PORT"]
"#,
    );
    check(
        r"baud = 115200
",
        "",
        r#"
13:1 [link.wire] has no "baud"
  found: "baud" is missing
  expected: the key "baud"
  help: add baud = 115200
"#,
    );
    check(
        r#"port = "pinger.uart0"
"#,
        "",
        r#"
20:1 [[expect.uart]] has no "port"
  found: "port" is missing
  expected: the key "port"
  help: add port = "NODE.PORT"
"#,
    );
    check(
        r#"trace = "//golden/uart/ping_pong.trace"
"#,
        "",
        r#"
25:1 [golden] has no "trace"
  found: "trace" is missing
  expected: the key "trace"
  help: add trace = "//golden/NAME.trace"
"#,
    );
}

#[test]
fn wrong_types() {
    check(
        "seed = 7",
        r#"seed = "7""#,
        r#"
3:8 "seed" has the wrong type
  found: this is a string
  expected: an integer: seed = 7
"#,
    );
    check(
        r#"duration = "20ms""#,
        "duration = 20",
        r#"
2:12 "duration" has the wrong type
  found: this is an integer
  expected: a string with a number and a unit: duration = "20ms"
"#,
    );
    check(
        "baud = 115200",
        "baud = 115200.0",
        r#"
16:8 "baud" has the wrong type
  found: this is a floating-point number
  expected: an integer: baud = 115200
"#,
    );
    check(
        r#"ends = ["pinger.uart0", "ponger.uart0"]"#,
        r#"ends = "pinger.uart0""#,
        r#"
15:8 "ends" has the wrong type
  found: this is a string
  expected: an array of two ports: ends = ["NODE.PORT", "NODE.PORT"]
"#,
    );
    check(
        r#"ends = ["pinger.uart0", "ponger.uart0"]"#,
        r#"ends = ["pinger.uart0", 0]"#,
        r#"
15:25 "ends" has the wrong type
  found: this is an integer
  expected: a string: "NODE.PORT"
"#,
    );
    check(
        "[[expect.uart]]",
        "[expect.uart]",
        r#"
20:1 "uart" has the wrong type
  found: this is a table
  expected: an array of tables: [[expect.uart]], with two brackets
"#,
    );
    check(
        r#"[golden]
trace = "//golden/uart/ping_pong.trace"
"#,
        r"[[golden]]
",
        r#"
25:1 "golden" has the wrong type
  found: this is an array
  expected: a table: [golden]
"#,
    );
    check(
        "[link.wire]",
        "[link]",
        r#"
14:8 "kind" has the wrong type
  found: this is a string
  expected: a table: [link.NAME]
15:8 "ends" has the wrong type
  found: this is an array
  expected: a table: [link.NAME]
16:8 "baud" has the wrong type
  found: this is an integer
  expected: a table: [link.NAME]
17:11 "framing" has the wrong type
  found: this is a string
  expected: a table: [link.NAME]
18:9 "delay" has the wrong type
  found: this is a string
  expected: a table: [link.NAME]
"#,
    );
    check(
        r#"board = "qemu:mps2-an385""#,
        "board = true",
        r#"
6:9 "board" has the wrong type
  found: this is a boolean
  expected: a string: board = "qemu:mps2-an385"
"#,
    );
    check(
        r#"framing = "8N1""#,
        "framing = 8",
        r#"
17:11 "framing" has the wrong type
  found: this is an integer
  expected: a string: framing = "8N1"
"#,
    );
    check(
        r#"line = "pong 12""#,
        "line = 12",
        r#"
22:8 "line" has the wrong type
  found: this is an integer
  expected: a string: the text of one line
"#,
    );
    check(
        "[node.pinger]",
        "[node]",
        r#"
6:9 "board" has the wrong type
  found: this is a string
  expected: a table: [node.NAME]
7:12 "firmware" has the wrong type
  found: this is a string
  expected: a table: [node.NAME]
15:9 unknown node "pinger"
  found: the scenario has no such node
  expected: "board", "firmware" or "ponger"
  help: did you mean "ponger.uart0"?
21:8 unknown node "pinger"
  found: the scenario has no such node
  expected: "board", "firmware" or "ponger"
  help: did you mean "ponger.uart0"?
"#,
    );
}
