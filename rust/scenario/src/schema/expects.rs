// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Expectations.

use super::values::{BYTES, PORT, TIME};
use crate::limits;
use schemars::JsonSchema;

/// What must happen for the run to pass.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Expect {
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
pub(super) struct ExpectUart {
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
