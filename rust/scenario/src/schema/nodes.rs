// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nodes: their boards, devices and power.

use super::values::{TIME, delay, is_zero};
use crate::limits;
use board::CPU_HZ;
use schemars::JsonSchema;
use std::collections::BTreeMap;
use vtime::Crystal;

/// A node: a board and the firmware that runs on it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Node {
    /// The board: one that comes with virtmcu (`virtmcu board list`), or a device tree: a path from here, or from the workspace's
    /// root "//path", that ends with .dts, .dtb or .yaml.
    #[schemars(length(min = 1), example = "mps2-an385", example = "my_board.dts")]
    board: String,
    /// An ELF file, Intel HEX (.hex, .ihex) or a raw binary (.bin): a label "//package:name", or a path from the workspace's
    /// root "//path" or from here.
    #[schemars(length(min = 1), example = "//scenarios/uart/firmware:ping", example = "fw/pong.elf")]
    firmware: String,
    /// The address of a raw binary's first byte. By default the start of the memory that a Cortex-M has its vector table in,
    /// else of the first flash, else of the first memory.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = limits::ADDRESS_MAX), example = 0x0800_0000)]
    firmware_at: u64,
    /// Files that are in memory from the start beside the firmware: [[node.NAME.load]]. A boot ROM tells the firmware where the first of
    /// them starts (docs/boards.md).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LOADS_MAX))]
    load: Vec<NodeLoad>,
    /// The clock of the CPU in hertz: one instruction a cycle, so that 80_000_000 is 12.5 ns an instruction. By default
    /// that of the board.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = *CPU_HZ.start(), max = *CPU_HZ.end()), example = 80_000_000)]
    cpu_hz: u64,
    /// How many CPU cores it has; not every board can have more than one.
    #[serde(default = "one_core")]
    #[schemars(range(min = 1, max = board::CORES_MAX), example = 2)]
    cores: u8,
    /// Whether its firmware may talk to a debugger by semihosting: its console is one more port, "NODE.semihosting", and its exit
    /// ends the node. Files and clocks of the host stay out of reach.
    #[serde(default)]
    semihosting: bool,
    /// Whether parts of the board's tree that nobody knows become stubs: they remember what is written, and tell of every access at
    /// "NODE.stubs". For bring-up; without it they are mistakes.
    #[serde(default)]
    permissive: bool,
    /// When the node is switched on first: a number and a unit (ns, us, ms, s, min, h). Before the run's end.
    #[serde(default = "delay")]
    #[schemars(pattern(TIME), example = "5ms")]
    start: String,
    /// How much too fast the node's clock is, in parts per million: at most three digits after the point. Its CPU and its
    /// timers run by this clock.
    #[serde(default)]
    #[schemars(extend("type" = ["number", "string"], "minimum" = -ERROR_MAX_PPM, "maximum" = ERROR_MAX_PPM, "examples" = [-20.5]))]
    clock_ppm: f64,
    /// By how much "clock_ppm" grows each second after the node is switched on.
    #[serde(default)]
    #[schemars(extend("type" = ["number", "string"], "minimum" = -DRIFT_MAX_PPM, "maximum" = DRIFT_MAX_PPM, "examples" = [0.125]))]
    drift_ppm_per_s: f64,
    /// The addresses of its Ethernet ports: mac = { eth0 = "02:00:00:00:00:01" }. By default what the board's tree says, or one that
    /// depends on the names of node and port alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("additionalProperties" = {"type": "string", "pattern": MAC}, "examples" = [{"eth0": "02:00:00:00:00:01"}]))]
    mac: BTreeMap<String, String>,
}

/// Six bytes; the first one is even, and not all are zero.
const MAC: &str = "^(?!00(:00){5}$)[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$";

/// A file in a node's memory beside its firmware. None of them may have a byte where another one has.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct NodeLoad {
    /// An ELF file, Intel HEX (.hex, .ihex) or a raw binary (.bin), named as "firmware" is.
    #[schemars(length(min = 1), example = "//firmware:u-boot-riscv64-smode.bin")]
    file: String,
    /// The address of a raw binary's first byte, which it must have. The others have their own.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = limits::ADDRESS_MAX), example = 0x8020_0000_u64)]
    at: u64,
}

/// A device of your own: what models the nodes of a tree that have this "compatible".
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Device {
    /// The shared object that QEMU loads, named as "firmware" is.
    #[schemars(length(min = 1), example = "//acme:timer", example = "libtimer.so")]
    module: String,
    /// QEMU's name of the type.
    #[schemars(extend("minLength" = 1, "maxLength" = limits::NAME_CHARS_MAX, "pattern" = WORD), example = "acme-timer")]
    r#type: String,
    /// The names of its interrupts in "interrupt-names", in the order of its lines sysbus-irq[0], [1]... Where the tree has no
    /// names, its interrupts go by their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::PARTS_MAX), extend("examples" = [["tick"]]))]
    interrupts: Vec<String>,
    /// Its clock inputs. All of them get the first clock of the tree's node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::PARTS_MAX), extend("examples" = [["clk"]]))]
    clocks: Vec<String>,
    /// Its properties: a number, or the name of the property of the tree's node that has it; without that, the device's own
    /// default stays.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = limits::PARTS_MAX, "propertyNames" = word()))]
    properties: BTreeMap<String, DeviceProperty>,
    /// Lines that it drives, each with the tree's property that names the GPIO pins to which they lead.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = limits::PARTS_MAX, "propertyNames" = word(), "examples" = [{"lamp": "lamp-gpios"}]))]
    outputs: BTreeMap<String, String>,
    /// Lines that it sees, each with the tree's property that names the GPIO pins from which they come.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("maxProperties" = limits::PARTS_MAX, "propertyNames" = word(), "examples" = [{"hold": "hold-gpios"}]))]
    inputs: BTreeMap<String, String>,
    /// It has a property "chardev": the node gets a port, called by the label of the tree's node.
    #[serde(default)]
    port: bool,
}

/// The value of a device's property.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum DeviceProperty {
    /// Always this.
    Number(#[schemars(range(max = limits::ADDRESS_MAX))] u64),
    /// The number of the tree's property with this name, where the node has it.
    Property(
        #[schemars(extend("minLength" = 1, "maxLength" = limits::NAME_CHARS_MAX, "pattern" = WORD))] String,
    ),
}

/// Something that happens to the power of a node.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Power {
    /// The node.
    #[schemars(example = &"pinger")]
    node: String,
    /// When, in virtual time since the start, such as "10ms".
    #[schemars(pattern(TIME), example = "10ms")]
    at: String,
    /// "off" ends all that the node does and knows; "on" starts it anew; "cycle" is both, "off_for" apart; "reset" pulls
    /// its reset pin: RAM keeps its content.
    #[schemars(extend("enum" = crate::read::keys::POWER_DO))]
    r#do: String,
    /// For "cycle": how long the node is off.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "2ms")]
    off_for: String,
}

const ERROR_MAX_PPM: i32 = Crystal::ERROR_MAX_PPB / 1_000;

const DRIFT_MAX_PPM: i32 = Crystal::DRIFT_MAX_PPB_PER_S / 1_000;

/// One word.
const WORD: &str = r"^\S+$";

pub(super) fn word() -> serde_json::Value {
    serde_json::json!({ "pattern": WORD, "maxLength": limits::NAME_CHARS_MAX })
}

fn one_core() -> u8 {
    1
}
