// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Expectations (`docs/expectations.md`).

use super::values::{MASKED, OPEN_BYTES, PORT, TIME, is_false};
use crate::limits;
use crate::read::keys::OUTCOMES;
use can::Id;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// What must happen for the run to pass, and what must not.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Expect {
    /// Names of expectations, of which each one looks from when the one before it was met: the same as "after" in all but the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::EXPECTS_MAX), extend("examples" = [["boot", "ping", "pong"]]))]
    order: Vec<String>,
    /// Lines that UARTs must send: [[expect.uart]].
    #[serde(default)]
    #[schemars(length(max = limits::EXPECTS_MAX))]
    uart: Vec<ExpectUart>,
    /// Frames that links other than CAN buses must carry: [[expect.frame]].
    #[serde(default)]
    #[schemars(length(max = limits::EXPECTS_MAX))]
    frame: Vec<ExpectFrame>,
    /// Frames that CAN buses must carry: [[expect.can]].
    #[serde(default)]
    #[schemars(length(max = limits::EXPECTS_MAX))]
    can: Vec<ExpectCan>,
}

/// What a UART must send: either "line", "contains", "matches" or "bytes". In each, {NAME.CAPTURE} is what another expectation has
/// captured.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["line"]}, {"required": ["contains"]}, {"required": ["matches"]}, {"required": ["bytes"]},
]))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct ExpectUart {
    /// What "after", "order" and captured values call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("pattern" = "^[a-z][a-z0-9_]*$", "maxLength" = limits::NAME_CHARS_MAX), example = &"boot")]
    name: String,
    /// It looks from then on: a time since the start, or the name of an expectation that must be met before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"20ms", example = &"boot")]
    after: String,
    /// For how long it looks, such as "15ms". By default until the run ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "15ms")]
    within: String,
    /// It must not come.
    #[serde(default, skip_serializing_if = "is_false")]
    never: bool,
    /// How often it must come; by default once or more often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = 5)]
    count: Option<Range>,
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
    /// A regular expression that finds something in the line. Its named groups are captured.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = &r"temp=(?P<temp>\d+) C")]
    matches: String,
    /// These bytes, one after the other, wherever lines end: two hexadecimal digits for each, "?" for any digit, spaces between them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(MASKED), example = &"04 0e 04 01 03 0c 00")]
    bytes: String,
}

/// A frame that a link must carry that is no CAN bus. On a link of UARTs each line of the trace is one.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct ExpectFrame {
    /// What "after", "order" and captured values call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("pattern" = "^[a-z][a-z0-9_]*$", "maxLength" = limits::NAME_CHARS_MAX), example = &"boot")]
    name: String,
    /// It looks from then on: a time since the start, or the name of an expectation that must be met before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"20ms", example = &"boot")]
    after: String,
    /// For how long it looks, such as "15ms". By default until the run ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "15ms")]
    within: String,
    /// It must not come.
    #[serde(default, skip_serializing_if = "is_false")]
    never: bool,
    /// How often it must come; by default once or more often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = 5)]
    count: Option<Range>,
    /// The link.
    #[schemars(example = &"cable")]
    link: String,
    /// The port that sends it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "client.eth0")]
    from: String,
    /// On Ethernet: the port that alone gets it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "server.gem3")]
    to: String,
    /// What becomes of it.
    #[serde(default = "sent")]
    #[schemars(extend("enum" = OUTCOMES))]
    outcome: String,
    /// How many bytes it has, without preamble and checksum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = 60)]
    length: Option<Range>,
    /// What it has at which places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = limits::MATCHES_MAX))]
    r#match: Vec<Match>,
    /// Bytes that it captures for others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = super::name(), "examples" = [{"serial": {"at": 14, "length": 4}}]))]
    capture: BTreeMap<String, Capture>,
}

/// A frame that a CAN bus must carry.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct ExpectCan {
    /// What "after", "order" and captured values call it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(extend("pattern" = "^[a-z][a-z0-9_]*$", "maxLength" = limits::NAME_CHARS_MAX), example = &"boot")]
    name: String,
    /// It looks from then on: a time since the start, or the name of an expectation that must be met before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"20ms", example = &"boot")]
    after: String,
    /// For how long it looks, such as "15ms". By default until the run ends.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "15ms")]
    within: String,
    /// It must not come.
    #[serde(default, skip_serializing_if = "is_false")]
    never: bool,
    /// How often it must come; by default once or more often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(example = 5)]
    count: Option<Range>,
    /// The bus.
    #[schemars(example = &"bus")]
    link: String,
    /// The port that sends it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(PORT), example = "engine.can1")]
    from: String,
    /// What becomes of it: "failed" is one that was destroyed, "lost" one that never left.
    #[serde(default = "sent")]
    #[schemars(extend("enum" = OUTCOMES))]
    outcome: String,
    /// Its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = Id::EXTENDED_MAX), example = 0x123)]
    id: Option<u32>,
    /// Whether that has 29 bits; by default it has if it is too large for 11.
    #[serde(default, skip_serializing_if = "is_false")]
    extended: bool,
    /// Whether it is a frame of CAN FD; without this either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fd: Option<bool>,
    /// Whether it is a remote frame; without this either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote: Option<bool>,
    /// All its data: two hexadecimal digits for each byte, "?" for any digit, ".." at the end for any bytes more.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(OPEN_BYTES), example = &"00 ?? 0? ..")]
    data: String,
    /// A CAN database (.dbc): a path from here, or from the workspace's root "//path".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(min = 1), example = &"engine.dbc")]
    dbc: String,
    /// With "dbc", which needs it: the message that the frame is, instead of "id".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(example = &"Engine")]
    message: String,
    /// What its signals say: a number, the name of a value, or a least and a most.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{"Rpm": {"min": 900, "max": 1100}, "Gear": "reverse"}]))]
    signals: BTreeMap<String, Wanted>,
    /// What it captures for others: bytes of its data, or what a signal says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("propertyNames" = super::name(), "examples" = [{"counter": {"at": 0, "length": 1}, "rpm": "Rpm"}]))]
    capture: BTreeMap<String, Captured>,
}

/// What a signal says.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Wanted {
    /// This number.
    Number(f64),
    /// This number, or the value with this name.
    Name(String),
    /// Any number from the least to the most; one of them may be left out.
    Range(Limits),
}

/// A least and a most.
#[derive(JsonSchema)]
#[schemars(inline, extend("minProperties" = 1))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Limits {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = ["number", "string"]))]
    min: Option<f64>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("type" = ["number", "string"]))]
    max: Option<f64>,
}

/// What is captured of a frame of CAN.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Captured {
    /// Bytes.
    Bytes(Capture),
    /// The value of this signal.
    Signal(String),
}

/// A number, or a least and a most.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Range {
    /// This number.
    Number(u64),
    /// Any number from the least to the most; one of them may be left out.
    Range(Bounds),
}

/// A least and a most.
#[derive(JsonSchema)]
#[schemars(inline, extend("minProperties" = 1))]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Bounds {
    /// The least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<u64>,
    /// The most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<u64>,
}

/// Bytes at a place of a frame.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Match {
    /// The place of the first byte, from 0.
    at: u64,
    /// Two hexadecimal digits for each byte, "?" for any digit.
    #[schemars(pattern(MASKED), example = &"08 00")]
    bytes: String,
}

/// Bytes that are captured.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Capture {
    /// The place of the first byte, from 0.
    at: u64,
    /// How many.
    #[schemars(range(min = 1))]
    length: u64,
}

fn sent() -> String {
    OUTCOMES[0].to_string()
}
