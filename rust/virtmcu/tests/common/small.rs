// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Small scenarios, for a workspace of a test's own.

/// Two boards that play ping and pong, and end well.
pub const PING_PONG: &str = r#"schema = 1
duration = "5ms"

[node.pinger]
board = "qemu:mps2-an385"
firmware = "fw/ping.elf"

[node.ponger]
board = "qemu:mps2-an385"
firmware = "fw/pong.elf"

[link.wire]
kind = "uart"
ends = ["pinger.uart0", "ponger.uart0"]
baud = 115200

[[expect.uart]]
port = "ponger.uart0"
line = "pong 1"

[golden]
trace = "ping_pong.trace"
"#;

/// One board that runs `name` for `duration`.
pub fn alone(board: &str, name: &str, duration: &str) -> String {
    format!(
        "schema = 1\nduration = \"{duration}\"\n\n[node.dut]\nboard = \"{board}\"\nfirmware = \"fw/{name}.elf\"\n"
    )
}
