// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Inputs.

use super::values::{BYTES, PORT, TIME, is_false, is_zero};
use crate::limits;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// What is typed at consoles.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Input {
    /// What is typed at UARTs: [[input.uart]]. What is typed at one port comes one after the other, in the order of the file.
    #[serde(default)]
    #[schemars(length(max = limits::INPUTS_MAX))]
    uart: Vec<InputUart>,
    /// What is sent on CAN buses: [[input.can]] (docs/inputs.md).
    #[serde(default)]
    #[schemars(length(max = limits::INPUTS_MAX))]
    can: Vec<InputCan>,
    /// What is sent on Ethernet cables and switches: [[input.frame]] (docs/inputs.md).
    #[serde(default)]
    #[schemars(length(max = limits::INPUTS_MAX))]
    frame: Vec<InputFrame>,
    /// What somebody has typed before: [[input.session]].
    #[serde(default)]
    #[schemars(length(max = limits::SESSIONS_MAX))]
    session: Vec<InputSession>,
}

/// Frames that the scenario itself sends on a CAN bus: of a log, of a capture, by identifier, or by the names of a database. They wait their turn
/// in a queue, take part in the arbitration, and are tried until they are through.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = [
    {"oneOf": [{"required": ["log"]}, {"required": ["pcapng"]}, {"required": ["id"]}, {"required": ["dbc"]}]},
    {"not": {"required": ["at", "after"]}},
]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct InputCan {
    /// The bus.
    #[schemars(example = &"bus")]
    link: String,
    /// A log as `candump -l` writes it: a path from here, or from the workspace's root "//path". Its first frame is sent at "at", by default at the
    /// start of the run, the others as long after it as they were.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = "drive.log")]
    log: String,
    /// A capture as Wireshark, dumpcap and tcpdump write it, pcapng or pcap, named and sent like "log".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = "drive.pcapng")]
    pcapng: String,
    /// The interface whose frames of a log or capture are sent. One must be said if there are several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"can0")]
    interface: String,
    /// Only what the interface of the capture has sent or received, if the capture says which.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("enum" = ["sent", "received"]))]
    direction: String,
    /// The identifier of a frame.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = 0x1fff_ffff), example = 0x123)]
    id: u64,
    /// The data of that frame: two hexadecimal digits for each byte, spaces between them; none by default.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"01 02")]
    data: String,
    /// Whether that has 29 bits; by default it has if it is too large for 11.
    #[serde(default, skip_serializing_if = "is_false")]
    extended: bool,
    /// Whether the frame is of CAN FD. By default one of a database is if it has more than 8 bytes.
    #[serde(default, skip_serializing_if = "is_false")]
    fd: bool,
    /// Whether a frame of CAN FD switches its bit rate: by default it does.
    #[serde(default, skip_serializing_if = "is_false")]
    brs: bool,
    /// A CAN database, named like "log".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = "car.dbc")]
    dbc: String,
    /// The message of it that is sent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"Engine")]
    message: String,
    /// The values of its signals: numbers in the signal's unit, or names of values. The bits of all others are 0.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"Rpm": 900, "Gear": "first"}]))]
    signals: BTreeMap<String, SignalValue>,
    /// When the first frame is handed to the bus, in virtual time since the start.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "10ms")]
    at: String,
    /// Instead of "at": when "port" has sent this text for the first time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = limits::AFTER_BYTES_MAX), example = &"ready")]
    after: String,
    /// The port that sends that text, "NODE.PORT": a UART that no link joins.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "ecu.uart0")]
    port: String,
    /// How long after that text the first frame is handed over. A longer time makes runs faster.
    #[serde(default = "wait")]
    #[schemars(pattern(TIME), example = "10ms")]
    wait: String,
    /// All of it again after this time, to the end of the run or as "times" and "until" say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "20ms")]
    every: String,
    /// How often, with "every".
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = limits::INPUT_TIMES_MAX), example = 10)]
    times: u64,
    /// What would be sent at this time or later is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "100ms")]
    until: String,
}

/// The value of a signal.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum SignalValue {
    /// In the signal's unit.
    Number(f64),
    /// A number, or the name that the database has for one.
    Name(String),
}

/// Frames that the scenario itself sends on an Ethernet cable, at whose other end it is, or at a port of a switch.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = [
    {"oneOf": [{"required": ["bytes"]}, {"required": ["pcapng"]}]},
    {"not": {"required": ["at", "after"]}},
]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct InputFrame {
    /// The cable or switch.
    #[schemars(example = &"net")]
    link: String,
    /// A frame without checksum: two hexadecimal digits for each byte, spaces between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(BYTES))]
    bytes: String,
    /// A capture as Wireshark, dumpcap and tcpdump write it, pcapng or pcap: a path from here, or from the workspace's root "//path". Its first frame is
    /// sent at "at", by default at the start of the run, the others as long after it as they were.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = "requests.pcapng")]
    pcapng: String,
    /// The interface whose frames are sent. One must be said if the capture has several.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"eth0")]
    interface: String,
    /// Only what that interface has sent or received, if the capture says which.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("enum" = ["sent", "received"]))]
    direction: String,
    /// When the first frame is handed to the link, in virtual time since the start.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "10ms")]
    at: String,
    /// Instead of "at": when "port" has sent this text for the first time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1, max = limits::AFTER_BYTES_MAX), example = &"ready")]
    after: String,
    /// The port that sends that text, "NODE.PORT": a UART that no link joins.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "board.uart0")]
    port: String,
    /// How long after that text the first frame is handed over. A longer time makes runs faster.
    #[serde(default = "wait")]
    #[schemars(pattern(TIME), example = "10ms")]
    wait: String,
    /// All of it again after this time, to the end of the run or as "times" and "until" say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "20ms")]
    every: String,
    /// How often, with "every".
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1, max = limits::INPUT_TIMES_MAX), example = 10)]
    times: u64,
    /// What would be sent at this time or later is left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "100ms")]
    until: String,
}

/// A session that `virtmcu run --attach` has recorded (docs/attach.md). What it types comes after all [[input.uart]].
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct InputSession {
    /// The file: a path from here, or from the workspace's root "//path".
    #[schemars(length(min = 1), example = "console.session.toml")]
    file: String,
}

/// What somebody types at a UART that no link joins, either at a time or after the UART has sent a text.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("allOf" = [
    {"oneOf": [{"required": ["at"]}, {"required": ["after"]}]},
    {"oneOf": [{"required": ["text"]}, {"required": ["bytes"]}]},
]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct InputUart {
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

fn wait() -> String {
    crate::read::inputs::WAIT.to_string()
}

fn input_baud() -> u64 {
    crate::read::inputs::BAUD.into()
}
