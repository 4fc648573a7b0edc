// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values.

use super::{check, edit};
use vtime::Span;

#[test]
fn watchdogs() {
    for wall in ["0s", "999ms", "25h"] {
        check(
            "[golden]",
            &format!("[watchdog]\nwall = \"{wall}\"\n[golden]"),
            r#"
26:8 this is no time for a watchdog
  found: a busy host may let a node wait for seconds, and a run that hangs is to be found
  expected: a time of the host, from 1s to 24h
  help: write wall = "60s"
"#,
        );
    }
    check(
        "[golden]",
        "[watchdog]\n[golden]",
        r#"
25:1 [watchdog] has no "wall"
  found: "wall" is missing
  expected: the key "wall"
  help: add wall = "60s"
"#,
    );
}

#[test]
fn durations() {
    check(
        r#"duration = "20ms""#,
        r#"duration = "0s""#,
        r#"
2:12 a run of no time at all
  found: the duration is zero
  expected: a time longer than zero, such as "20ms"
"#,
    );
    check(
        r#"duration = "20ms""#,
        r#"duration = "20""#,
        r#"
2:12 "duration" is no time
  found: the unit is missing: write "ns", "us", "ms", "s", "min" or "h" after the number
  expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#,
    );
    check(
        r#"duration = "20ms""#,
        r#"duration = "20 msec""#,
        r#"
2:12 "duration" is no time
  found: "msec" is no unit of time: expected "ns", "us", "ms", "s", "min" or "h"
  expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#,
    );
    check(
        r#"duration = "20ms""#,
        r#"duration = "300h 1ns""#,
        r#"
2:12 "duration" is no time
  found: "h 1ns" is no unit of time: expected "ns", "us", "ms", "s", "min" or "h"
  expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#,
    );
    check(
        r#"duration = "20ms""#,
        r#"duration = "9999999h""#,
        r#"
2:12 "duration" is no time
  found: this is longer than the longest run, 292 years
  expected: a number and a unit (ns, us, ms, s, min, h): duration = "20ms"
"#,
    );
}

#[test]
fn states() {
    let table = |value: &str| format!("seed = 7\n[trace]\nstate_every = {value}\n");
    let check = |value: &str, expected: &str| check("seed = 7", &table(value), expected);
    check(
        "\"never\"",
        r#"
5:15 "state_every" is no time
  found: expected a number and a unit, such as "250ms"
  expected: a number and a unit (ns, us, ms, s, min, h): state_every = "1ms", or "off"
"#,
    );
    check(
        "7",
        r#"
5:15 "state_every" has the wrong type
  found: this is an integer
  expected: a string: state_every = "1ms", or "off"
"#,
    );
    let too_often = |every: &str| {
        format!(
            r#"
5:15 the nodes would have to tell their states too often
  found: a state every {every}
  expected: a time, of which the run has 1000000 at most
"#
        )
    };
    check("\"0s\"", &too_often("0s"));
    check("\"19ns\"", &too_often("19ns"));
    for (value, expected) in [("\"off\"", None), ("\"20ns\"", Some(20)), ("\"1h\"", Some(3_600_000_000_000))]
    {
        let text = edit("seed = 7", &table(value));
        // The keys that come before the first table are wanted at the top.
        let scenario = crate::parse(&text, super::FILE).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(scenario.state_every, expected.map(Span::from_ns), "{value}");
    }
}

#[test]
fn seeds() {
    check(
        "seed = 7",
        "seed = -1",
        r#"
3:8 "seed" is out of range
  found: this is -1
  expected: an integer from 0 to 18446744073709551615
"#,
    );
    check(
        "seed = 7",
        "seed = 99999999999999999999",
        r#"
3:8 "seed" is out of range
  found: this is 99999999999999999999
  expected: an integer from 0 to 18446744073709551615
"#,
    );
}

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
fn cores() {
    check(
        PING,
        &format!("{PING}\ncores = 2"),
        r#"
8:9 qemu:mps2-an385 has no 2 cores
  found: this is 2
  expected: 1: QEMU's machine of this board has one CPU core
  help: remove "cores", or use one of qemu:riscv32-virt, qemu:riscv64-virt
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

/// The lines of the good scenario after which more keys of a node can stand.
const PING: &str = "firmware = \"//scenarios/uart/firmware:ping\"";
const PONG: &str = "firmware = \"fw/pong.elf\"";

#[test]
fn boards() {
    check(
        "qemu:riscv32-virt",
        "qemu:riscv23-virt",
        r#"
10:9 unknown board "qemu:riscv23-virt"
  found: there is no such board
  expected: "qemu:mps2-an385", "qemu:mps2-an386", "qemu:mps2-an500", "qemu:riscv32-virt", "qemu:riscv64-virt" or "qemu:sifive-e"
  help: did you mean "qemu:riscv32-virt"?
"#,
    );
    check(
        "qemu:riscv32-virt",
        "stm32f4",
        r#"
10:9 unknown board "stm32f4"
  found: there is no such board
  expected: "qemu:mps2-an385", "qemu:mps2-an386", "qemu:mps2-an500", "qemu:riscv32-virt", "qemu:riscv64-virt" or "qemu:sifive-e"
"#,
    );
}

#[test]
fn nodes() {
    check(
        "[node.ponger]",
        "[node.Ponger]",
        r#"
9:7 "Ponger" is no name for a node
  found: it has a 'P'
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
15:25 unknown node "ponger"
  found: the scenario has no such node
  expected: "Ponger" or "pinger"
"#,
    );
    check(
        "[node.ponger]",
        "[node.2]",
        r#"
9:7 "2" is no name for a node
  found: it does not start with a letter
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
15:25 unknown node "ponger"
  found: the scenario has no such node
  expected: "2" or "pinger"
  help: did you mean "pinger.uart0"?
"#,
    );
    check(
        "[node.ponger]",
        r#"[node."pon ger"]"#,
        r#"
9:7 "pon ger" is no name for a node
  found: it has a ' '
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
15:25 unknown node "ponger"
  found: the scenario has no such node
  expected: "pinger" or "pon ger"
"#,
    );
    check(
        "[node.ponger]",
        r#"[node.""]"#,
        r#"
9:7 "" is no name for a node
  found: it is empty
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
15:25 unknown node "ponger"
  found: the scenario has no such node
  expected: "" or "pinger"
  help: did you mean "pinger.uart0"?
"#,
    );
}

#[test]
fn firmware_and_golden_files() {
    check(
        "fw/pong.elf",
        "",
        r#"
11:12 the name of a file is empty
  found: this names no file
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
    check(
        "fw/pong.elf",
        "/home/me/pong.elf",
        r#"
11:12 "/home/me/pong.elf" cannot name a file here
  found: an absolute path is different on every machine
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
    check(
        "fw/pong.elf",
        "fw:pong",
        r#"
11:12 "fw:pong" cannot name a file here
  found: a label starts with "//", and a path has no ":"
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
    check(
        "//golden/uart/ping_pong.trace",
        "",
        r#"
26:9 the name of a file is empty
  found: this names no file
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
    check(
        "//golden/uart/ping_pong.trace",
        "//golden/../x",
        r#"
26:9 "//golden/../x" cannot name a file here
  found: a path from the workspace's root has no empty, "." or ".." part
  expected: a label "//package:name", a path from the workspace's root "//path/file", or a path from the scenario's folder
"#,
    );
}

#[test]
fn ports() {
    check(
        r#""ponger.uart0""#,
        r#""pongre.uart0""#,
        r#"
15:25 unknown node "pongre"
  found: the scenario has no such node
  expected: "pinger" or "ponger"
  help: did you mean "ponger.uart0"?
"#,
    );
    check(
        r#""ponger.uart0""#,
        r#""ponger.uart1""#,
        r#"
15:25 unknown port "uart1"
  found: qemu:riscv32-virt has no such port
  expected: "uart0"
  help: did you mean "ponger.uart0"?
"#,
    );
    check(
        r#""pinger.uart0", "#,
        r#""pinger.uart7", "#,
        r#"
15:9 unknown port "uart7"
  found: qemu:mps2-an385 has no such port
  expected: "uart0", "uart1", "uart2", "uart3" or "uart4"
"#,
    );
    check(
        r#""ponger.uart0""#,
        r#""ponger""#,
        r#"
15:25 "ponger" names no port
  found: it has no "."
  expected: a node, "." and one of its ports, such as "pinger.uart0"
  help: did you mean "ponger.uart0"?
"#,
    );
    check(
        r#""ponger.uart0""#,
        r#""nobody""#,
        r#"
15:25 "nobody" names no port
  found: it has no "."
  expected: a node, "." and one of its ports, such as "pinger.uart0"
"#,
    );
    check(
        r#"port = "pinger.uart0""#,
        r#"port = "ponger.urt0""#,
        r#"
21:8 unknown port "urt0"
  found: qemu:riscv32-virt has no such port
  expected: "uart0"
  help: did you mean "ponger.uart0"?
"#,
    );
}

#[test]
fn links() {
    check(
        r#""uart""#,
        r#""can""#,
        r#"
14:8 unknown kind of link "can"
  found: there are no such links
  expected: "uart"
"#,
    );
    check(
        r#""uart""#,
        r#""uarts""#,
        r#"
14:8 unknown kind of link "uarts"
  found: there are no such links
  expected: "uart"
  help: did you mean "uart"?
"#,
    );
    check(
        r#"ends = ["pinger.uart0", "ponger.uart0"]"#,
        r#"ends = ["pinger.uart0"]"#,
        r#"
15:8 [link.wire] does not have two ends
  found: the number of ports is 1
  expected: exactly two ports
  help: write ends = ["NODE.PORT", "NODE.PORT"]
"#,
    );
    check(
        r#"ends = ["pinger.uart0", "ponger.uart0"]"#,
        r#"ends = ["pinger.uart0", "pinger.uart1", "ponger.uart0"]"#,
        r#"
15:8 [link.wire] does not have two ends
  found: the number of ports is 3
  expected: exactly two ports
  help: write ends = ["NODE.PORT", "NODE.PORT"]
"#,
    );
    check(
        r#""ponger.uart0"]"#,
        r#""pinger.uart0"]"#,
        r#"
15:25 both ends of [link.wire] are the same port
  found: the same port again
  expected: two different ports
  help: a port cannot hear itself: a loopback needs two ports
"#,
    );
    check(
        "[golden]",
        r#"[link.again]
kind = "uart"
ends = ["ponger.uart0", "pinger.uart1"]
baud = 9600

[golden]"#,
        r#"
27:9 ponger.uart0 is in two links
  found: [link.again] uses it again
  expected: a port that no other link has: a UART link joins two ports only
"#,
    );
    check(
        "[link.wire]",
        "[link.wire-1]",
        r#"
13:7 "wire-1" is no name for a link
  found: it has a '-'
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
"#,
    );
}

#[test]
fn timing_of_links() {
    check(
        "baud = 115200",
        "baud = 0",
        r#"
16:8 the baud rate is zero
  found: a UART with baud rate 0 sends nothing: write the bits per second, such as 115200
  expected: bits per second, from 1 to 4294967295, such as 115200
"#,
    );
    check(
        "baud = 115200",
        "baud = 20_000_000_000",
        r#"
16:8 this can be a zero-latency link
  found: the baud rate is so high that a frame may take no time
  expected: bits per second, from 1 to 4294967295, such as 115200
"#,
    );
    check(
        "baud = 115200",
        "baud = -9600",
        r#"
16:8 "baud" is out of range
  found: this is -9600
  expected: an integer from 0 to 18446744073709551615
"#,
    );
    check(
        "8N1",
        "8N3",
        r#"
17:11 "8N3" is no framing
  found: a frame has 1 or 2 stop bits, not "3": write them last, such as the 1 of "8N1"
  expected: data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as "8N1"
"#,
    );
    check(
        "8N1",
        "4N1",
        r#"
17:11 "4N1" is no framing
  found: a frame has 5 to 9 data bits, not "4": write them first, such as the 8 of "8N1"
  expected: data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as "8N1"
"#,
    );
    check(
        "8N1",
        "8-N-1",
        r#"
17:11 "8-N-1" is no framing
  found: "8-N-1" is no framing: expected data bits (5 to 9), parity (N, E or O) and stop bits (1 or 2), such as "8N1"
  expected: data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as "8N1"
"#,
    );
    check(
        r#""0ns""#,
        r#""0.1ns""#,
        r#"
18:9 "delay" is no time
  found: virtual time has whole nanoseconds, and this is finer
  expected: a number and a unit (ns, us, ms, s, min, h): delay = "0ns"
"#,
    );
}

#[test]
fn expectations() {
    check(
        r#"line = "pong 12"
"#,
        "",
        r#"
20:1 [[expect.uart]] does not say what it expects
  found: "line" or "contains" is missing
  expected: exactly one of "line" (a whole line) and "contains" (a part of one)
  help: add line = "..."
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12"
contains = "pong""#,
        r#"
23:12 [[expect.uart]] has both "line" and "contains"
  found: "contains" too
  expected: exactly one of "line" (a whole line) and "contains" (a part of one)
  help: remove one of the two
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"contains = """#,
        r#"
22:12 an empty text is in every line
  found: this is empty
  expected: a part of a line, or line = "" for an empty line
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12\n""#,
        r#"
22:8 the expected text has a line end in it
  found: lines are compared
  expected: one line without its end
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "21ms""#,
        r#"
23:10 "within" is longer than the run
  found: the run lasts 20ms
  expected: at most "20ms"
  help: lengthen "duration", or leave "within" out
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "0s""#,
        r#"
23:10 nothing can be sent in no time
  found: this is zero
  expected: a time longer than zero, such as "15ms"
"#,
    );
}
