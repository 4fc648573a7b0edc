// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Tests of the reader: each takes a good scenario, changes one thing, and compares what is said about it.

mod bounds;
mod devices;
mod ethernet;
mod expects;
mod expects_dbc;
mod expects_order;
mod faults;
mod good;
mod inputs;
mod keys;
mod lin;
mod link_inputs;
mod links;
mod nodes;
mod power;
mod random;
mod rendered;
mod run;
mod session;
mod types;

use crate::{Errors, Place, parse};

const FILE: &str = "ping_pong.scenario.toml";

/// A scenario without mistakes that has every key.
pub(crate) const GOOD: &str = r#"schema = 1
duration = "20ms"
seed = 7

[node.pinger]
board = "qemu:mps2-an385"
firmware = "//scenarios/uart/firmware:ping"

[node.ponger]
board = "qemu:riscv32-virt"
firmware = "fw/pong.elf"

[link.wire]
kind = "uart"
ends = ["pinger.uart0", "ponger.uart0"]
baud = 115200
framing = "8N1"
delay = "0ns"

[[expect.uart]]
port = "pinger.uart0"
line = "pong 12"
within = "15ms"

[golden]
trace = "//golden/uart/ping_pong.trace"
"#;

/// The good scenario with `new` in the place of `old`, which is in it once.
fn edit(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old:?}");
    GOOD.replace(old, new)
}

/// The mistakes, each with its place and what is said about it.
fn told(errors: &Errors) -> String {
    let mut out = String::new();
    for one in errors.list() {
        let Place { line, column, .. } = one.place.clone().unwrap();
        out += &format!("{line}:{column} {}\n", one.message);
        for (name, text) in [("found", &one.found), ("expected", &one.expected), ("help", &one.help)] {
            if let Some(text) = text {
                out += &format!("  {name}: {text}\n");
            }
        }
    }
    out
}

fn check(old: &str, new: &str, expected: &str) {
    let errors = parse(&edit(old, new), FILE).unwrap_err();
    assert_eq!(format!("\n{}", told(&errors)), expected, "{old:?} -> {new:?}");
}
