// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The JSON Schema of the format, for editors. The types here exist for their documentation; `read` reads the
//! file.

use crate::limits;
use board::CPU_HZ;
use schemars::{JsonSchema, generate::SchemaSettings};
use std::collections::BTreeMap;
use vtime::Crystal;

/// The JSON Schema of a scenario file, as it is in `docs/scenario.schema.json`.
pub fn schema() -> serde_json::Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Scenario>().to_value()
}

/// A scenario of virtmcu: which boards run which firmware, how they are linked, and what must happen.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Scenario {
    /// The version of this format. Always 1.
    #[schemars(extend("const" = 1))]
    schema: u64,
    /// How long the run lasts, in virtual time: a number and a unit (ns, us, ms, s, min, h). Longer than
    /// zero.
    #[schemars(pattern(TIME), example = "20ms")]
    duration: String,
    /// What all randomness of the run is drawn from.
    #[serde(default)]
    #[schemars(example = 7)]
    seed: u64,
    /// Devices of your own that boards in files have: [device."COMPATIBLE"] (docs/write-a-device.md).
    #[serde(default)]
    #[schemars(extend("maxProperties" = limits::DEVICES_MAX, "propertyNames" = word()))]
    device: BTreeMap<String, Device>,
    /// The nodes: [node.NAME].
    #[schemars(extend("minProperties" = 1, "maxProperties" = limits::NODES_MAX, "propertyNames" = name()))]
    node: BTreeMap<String, Node>,
    /// The links between ports: [link.NAME]. A UART without a link is a console: the trace has what it sends.
    #[serde(default)]
    #[schemars(extend("maxProperties" = limits::LINKS_MAX, "propertyNames" = name()))]
    link: BTreeMap<String, Link>,
    /// When nodes are switched on and off, and reset: [[power]].
    #[serde(default)]
    #[schemars(length(max = limits::POWER_MAX))]
    power: Vec<Power>,
    /// What is typed at consoles.
    #[serde(default)]
    input: Input,
    /// What must happen for the run to pass.
    #[serde(default)]
    expect: Expect,
    /// What is in the trace.
    #[serde(default)]
    trace: TraceKeys,
    /// The trace that the run must give.
    #[serde(default)]
    golden: Golden,
    /// When a run that makes no progress is given up.
    #[serde(default)]
    watchdog: Watchdog,
}

/// A node: a board and the firmware that runs on it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Node {
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
}

/// A file in a node's memory beside its firmware. None of them may have a byte where another one has.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct NodeLoad {
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
struct Device {
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
enum DeviceProperty {
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
struct Power {
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

/// A link between ports of nodes. Which keys it has besides "kind" and "ends" depends on its kind.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"properties": {"kind": {"enum": ["uart", "rs485"]}}, "required": ["baud"]},
    {"properties": {"kind": {"enum": ["can", "ethernet", "switch"]}}, "required": ["bitrate"]},
]))]
#[expect(dead_code, reason = "only its schema is used")]
struct Link {
    /// What kind of link it is: "uart", two wires between two ports; "rs485", one pair that all ends share, where who sends while
    /// another one does garbles both; "can", a CAN bus; "ethernet", a cable between two ports; "switch", an Ethernet switch.
    #[schemars(extend("enum" = crate::read::keys::LINK_KINDS))]
    kind: String,
    /// The ports that it joins, "NODE.PORT" each, in any order: two, or at an "rs485", "can" or "switch" more, with a `host` one less. A port is in one link only.
    #[schemars(length(min = 1, max = limits::ENDS_MAX), inner(pattern(PORT)), extend("examples" = [["pinger.uart0", "ponger.uart0"]]))]
    ends: Vec<String>,
    /// Of a "uart" or "rs485", which need it: the baud rate in bits per second, the same in both directions.
    #[serde(default, skip_serializing_if = "none")]
    #[schemars(range(min = 1, max = u32::MAX), example = 115_200)]
    baud: u64,
    /// Of a "uart" or "rs485": data bits (5 to 9), parity (N, E or O) and stop bits (1 or 2).
    #[serde(default = "framing")]
    #[schemars(pattern("^[5-9][NEO][12]$"), example = "8E1")]
    framing: String,
    /// How long what has left travels: a number and a unit (ns, us, ms, s, min, h).
    #[serde(default = "delay")]
    #[schemars(pattern(TIME), example = "50ns")]
    delay: String,
    /// Of a "can", "ethernet" or "switch", which need it: bits per second. Ethernet has 10, 100 and 1000 Mbit/s.
    #[serde(default, skip_serializing_if = "none")]
    #[schemars(range(min = 1, max = 1_000_000_000), example = 500_000)]
    bitrate: u64,
    /// Of a "can": bits per second of the data phase of CAN FD. Without it the bus knows none.
    #[serde(default, skip_serializing_if = "none")]
    #[schemars(range(min = 1, max = limits::CAN_BITRATE_MAX), example = 2_000_000)]
    data_bitrate: u64,
    /// Of an "ethernet" or "switch": a host at one end more, with this IP address in a network of that prefix. It answers ARP and pings,
    /// gives away the addresses that follow its own by DHCP, and sends back what comes to port 7 by UDP or TCP.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = "10.0.0.1/24")]
    host: String,
    /// Of a "switch": from when a frame is wholly in until it can go out.
    #[serde(default = "delay")]
    #[schemars(pattern(TIME), example = "3us")]
    latency: String,
    /// Of a "switch": how many frames wait at a port at most; more are lost.
    #[serde(default = "queue")]
    #[schemars(range(min = 1, max = limits::SWITCH_MAX))]
    queue: u64,
    /// Of a "switch": how many addresses it knows at most.
    #[serde(default = "addresses")]
    #[schemars(range(min = 1, max = limits::SWITCH_MAX))]
    addresses: u64,
}

/// What is typed at consoles.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Input {
    /// What is typed at UARTs: [[input.uart]]. What is typed at one port comes one after the other, in the order of the file.
    #[serde(default)]
    #[schemars(length(max = limits::INPUTS_MAX))]
    uart: Vec<InputUart>,
}

/// What somebody types at a UART that no link joins, either at a time or after the UART has sent a text.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = [
    {"oneOf": [{"required": ["at"]}, {"required": ["after"]}]},
    {"oneOf": [{"required": ["text"]}, {"required": ["bytes"]}]},
]))]
#[expect(dead_code, reason = "only its schema is used")]
struct InputUart {
    /// The port, "NODE.PORT".
    #[schemars(pattern(PORT), example = "board.uart0")]
    port: String,
    /// When the first byte starts, in virtual time since the start; not before what stands above for this port is typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "10ms")]
    at: String,
    /// It is typed when the port has sent this text, since what stands above for this port was typed. Line ends may be in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = limits::AFTER_BYTES_MAX), example = ">>> ")]
    after: String,
    /// How long after that text the first byte starts. A longer time makes runs faster.
    #[serde(default = "wait")]
    #[schemars(pattern(TIME), example = "10ms")]
    wait: String,
    /// What is typed, byte for byte: most consoles want "\r" at the end of a line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = limits::INPUT_BYTES_MAX), example = "print(1)\r")]
    text: String,
    /// Instead of "text": two hexadecimal digits for each byte, spaces between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(BYTES), example = &"01 03 0c 00")]
    bytes: String,
    /// How fast: bits per second, ten a byte.
    #[serde(default = "input_baud")]
    #[schemars(range(min = 1, max = u32::MAX), example = 115_200)]
    baud: u64,
}

/// What must happen for the run to pass.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Expect {
    /// Lines that UARTs must send: [[expect.uart]].
    #[serde(default)]
    #[schemars(length(max = limits::EXPECTS_MAX))]
    uart: Vec<ExpectUart>,
}

/// What a UART must send: either "line", "contains" or "bytes".
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["line"]}, {"required": ["contains"]}, {"required": ["bytes"]}]))]
#[expect(dead_code, reason = "only its schema is used")]
struct ExpectUart {
    /// The port that sends it, "NODE.PORT".
    #[schemars(pattern(PORT), example = "pinger.uart0")]
    port: String,
    /// The whole line, without its end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = "pong 12")]
    line: String,
    /// A part of the line.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = &"pong")]
    contains: String,
    /// These bytes, one after the other, wherever lines end: two hexadecimal digits for each, spaces between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(BYTES), example = &"04 0e 04 01 03 0c 00")]
    bytes: String,
    /// By when, in virtual time since the start, such as "15ms". By default when the run ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "15ms")]
    within: String,
}

/// What is in the trace.
#[derive(JsonSchema, Default)]
#[schemars(rename = "Trace")]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct TraceKeys {
    /// How often the registers and the memory of each node go into the digests in the trace's foot: a time, or "off".
    /// By default ten times in the run.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(STATE_EVERY), example = "1ms")]
    state_every: String,
}

/// The trace that the run must give, byte for byte.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Golden {
    /// The file with that trace, named as "firmware" is.
    #[schemars(length(min = 1), example = "//golden/uart/ping_pong.trace")]
    trace: String,
}

/// When a run that makes no progress is given up: a failure of the infrastructure, never of the test. The only time in this
/// file that is the host's.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Watchdog {
    /// How long no node may come any further, by the host's clock: 1s to 24h.
    #[schemars(pattern(TIME), example = "60s")]
    wall: String,
}

impl Default for Watchdog {
    fn default() -> Watchdog {
        Watchdog { wall: format!("{}s", limits::WATCHDOG_DEFAULT.as_secs()) }
    }
}
const ERROR_MAX_PPM: i32 = Crystal::ERROR_MAX_PPB / 1_000;
const DRIFT_MAX_PPM: i32 = Crystal::DRIFT_MAX_PPB_PER_S / 1_000;

/// Bytes as `read/bytes.rs` reads them.
const BYTES: &str = r"^\s*[0-9a-fA-F]{2}(\s+[0-9a-fA-F]{2})*\s*$";

/// A time, as `vtime` reads it.
const TIME: &str = r"^\s*[0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|ms|s|min|h)\s*$";

/// A time, or "off".
const STATE_EVERY: &str = r"^(\s*[0-9][0-9_]*(\.[0-9_]+)?\s*(ns|us|µs|ms|s|min|h)\s*|off)$";

/// A port of a node.
const PORT: &str = r"^[a-z][a-z0-9_]*\.[a-z0-9_]+$";

fn name() -> serde_json::Value {
    serde_json::json!({ "pattern": "^[a-z][a-z0-9_]*$", "maxLength": limits::NAME_CHARS_MAX })
}

/// One word.
const WORD: &str = r"^\S+$";

fn word() -> serde_json::Value {
    serde_json::json!({ "pattern": WORD, "maxLength": limits::NAME_CHARS_MAX })
}

fn one_core() -> u8 {
    1
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn none(number: &u64) -> bool {
    *number == 0
}

fn queue() -> u64 {
    crate::read::SWITCH_QUEUE as u64
}

fn addresses() -> u64 {
    crate::read::SWITCH_ADDRESSES as u64
}

fn framing() -> String {
    link::Framing::default().to_string()
}

fn wait() -> String {
    crate::read::inputs::WAIT.to_string()
}

fn input_baud() -> u64 {
    crate::read::inputs::BAUD.into()
}

fn delay() -> String {
    "0ns".to_string()
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
