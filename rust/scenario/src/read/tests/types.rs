// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Values of the wrong type.

use super::check;

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
  expected: an array of ports: ends = ["NODE.PORT", "NODE.PORT"]
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
  expected: a string: board = "mps2-an385"
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
