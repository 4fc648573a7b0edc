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
  expected: "schema", "duration", "seed", "device", "node", "link", "fault", "power", "input", "expect", "trace", "golden" or "watchdog"
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
  expected: "board", "firmware", "firmware_at", "load", "cpu_hz", "cores", "semihosting", "permissive", "start", "clock_ppm", "drift_ppm_per_s" or "mac"
  help: did you mean "clock_ppm"?
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
  expected: "kind", "ends", "baud", "framing", "delay" or "flow_control"
  help: did you mean "baud"?
"#,
    );
    check(
        "[[expect.uart]]",
        "[[expect.uarts]]",
        r#"
20:10 unknown key "uarts"
  found: [expect] has no such key
  expected: "order", "uart", "frame" or "can"
  help: did you mean "uart"?
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"wihtin = "15ms""#,
        r#"
23:1 unknown key "wihtin"
  found: [[expect.uart]] has no such key
  expected: "name", "after", "within", "never", "count", "port", "line", "contains", "matches" or "bytes"
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

/// Without the whole line of a key: the table that lacks it is told, and what to add.
#[test]
fn missing_keys() {
    for (line, place, table, key, add) in [
        (r#"duration = "20ms""#, "1:1", "the scenario", "duration", r#"duration = "20ms""#),
        (r#"board = "qemu:mps2-an385""#, "5:1", "[node.pinger]", "board", r#"board = "mps2-an385""#),
        (
            r#"firmware = "fw/pong.elf""#,
            "9:1",
            "[node.ponger]",
            "firmware",
            r#"firmware = "//path/to:firmware""#,
        ),
        (r#"kind = "uart""#, "13:1", "[link.wire]", "kind", r#"kind = "uart""#),
        (
            r#"ends = ["pinger.uart0", "ponger.uart0"]"#,
            "13:1",
            "[link.wire]",
            "ends",
            r#"ends = ["NODE.PORT", "NODE.PORT"]"#,
        ),
        ("baud = 115200", "13:1", "[link.wire]", "baud", "baud = 115200"),
        (r#"port = "pinger.uart0""#, "20:1", "[[expect.uart]]", "port", r#"port = "NODE.PORT""#),
        (
            r#"trace = "//golden/uart/ping_pong.trace""#,
            "25:1",
            "[golden]",
            "trace",
            r#"trace = "//golden/NAME.trace""#,
        ),
    ] {
        let expected = format!(
            r#"
{place} {table} has no "{key}"
  found: "{key}" is missing
  expected: the key "{key}"
  help: add {add}
"#
        );
        check(&format!("{line}\n"), "", &expected);
    }
}
