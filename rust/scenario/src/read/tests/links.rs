// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values of ports and links.

use super::check;

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
        r#""ring""#,
        r#"
14:8 unknown kind of link "ring"
  found: there are no such links
  expected: "uart", "rs485", "can", "lin", "ethernet" or "switch"
"#,
    );
    check(
        r#""uart""#,
        r#""uarts""#,
        r#"
14:8 unknown kind of link "uarts"
  found: there are no such links
  expected: "uart", "rs485", "can", "lin", "ethernet" or "switch"
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
        r#""uart""#,
        r#""can""#,
        r#"
13:1 [link.wire] has no "bitrate"
  found: "bitrate" is missing
  expected: the key "bitrate"
  help: add bitrate = 500_000
15:9 a port of another kind
  found: the port is for a UART
  expected: a port for CAN
15:25 a port of another kind
  found: the port is for a UART
  expected: a port for CAN
16:1 unknown key "baud"
  found: [link.wire] has no such key
  expected: "kind", "ends", "bitrate", "data_bitrate", "delay" or "allow_wrong_rate"
17:1 unknown key "framing"
  found: [link.wire] has no such key
  expected: "kind", "ends", "bitrate", "data_bitrate", "delay" or "allow_wrong_rate"
"#,
    );
    check(
        "baud = 115200",
        "baud = 115200\nflow_control = 1",
        r#"
17:16 "flow_control" has the wrong type
  found: this is an integer
  expected: true or false: flow_control = true
"#,
    );
    check(
        "baud = 115200",
        "baud = 115200\nflow_control = true",
        r#"
17:16 pinger.uart0 has no RTS and CTS
  found: its UART, or QEMU's model of it, does not know them
  expected: UARTs that do: 16550, STM32, nRF, S32K, and those of your own modules
  help: leave flow_control out
"#,
    );
    let bus = |ends: &str| format!("\"rs485\"\nends = [{ends}]");
    let uart = "\"uart\"\nends = [\"pinger.uart0\", \"ponger.uart0\"]";
    check(
        uart,
        &(bus("\"pinger.uart0\", \"ponger.uart0\"") + "\nflow_control = true"),
        r#"
16:1 unknown key "flow_control"
  found: [link.wire] has no such key
  expected: "kind", "ends", "baud", "framing" or "delay"
"#,
    );
    check(
        uart,
        &bus("\"pinger.uart0\""),
        r#"
15:8 [link.wire] joins too few ports, or too many
  found: the number of ports is 1
  expected: two ports or more, at most 64
  help: write ends = ["NODE.PORT", "NODE.PORT"]
"#,
    );
    check(
        uart,
        &bus("\"pinger.uart0\", \"ponger.uart0\", \"pinger.uart0\""),
        r#"
15:41 two ends of [link.wire] are the same port
  found: the same port again
  expected: each port once
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
  expected: a port that no other link has
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
    for (framing, found) in [
        ("8N3", r#"a frame has 1 or 2 stop bits, not "3": write them last, such as the 1 of "8N1""#),
        ("4N1", r#"a frame has 5 to 9 data bits, not "4": write them first, such as the 8 of "8N1""#),
        (
            "8-N-1",
            r#""8-N-1" is no framing: expected data bits (5 to 9), parity (N, E or O) and stop bits (1 or 2), such as "8N1""#,
        ),
    ] {
        let expected = format!(
            r#"
17:11 "{framing}" is no framing
  found: {found}
  expected: data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as "8N1"
"#
        );
        check("8N1", framing, &expected);
    }
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
fn the_console_is_one_of_the_ports() {
    // The board's tree chooses uart0.
    let own = super::GOOD.replace("qemu:mps2-an385", "mps2-an385");
    let by_choice = own.replacen("\"pinger.uart0\"", "\"pinger.console\"", 1);
    let read = |text: &str| super::parse(text, super::FILE).map_err(|errors| super::told(&errors));
    assert_eq!(read(&by_choice).unwrap().links, read(&own).unwrap().links);
    let twice = own.replace("\"ponger.uart0\"", "\"pinger.console\"");
    assert_eq!(
        read(&twice).unwrap_err().lines().next(),
        Some("15:25 both ends of [link.wire] are the same port")
    );
}
