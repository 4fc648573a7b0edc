// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Inputs.

use super::values::{BYTES, PORT, TIME};
use crate::limits;
use schemars::JsonSchema;

/// What is typed at consoles.
#[derive(JsonSchema, Default)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Input {
    /// What is typed at UARTs: [[input.uart]]. What is typed at one port comes one after the other, in the order of the file.
    #[serde(default)]
    #[schemars(length(max = limits::INPUTS_MAX))]
    uart: Vec<InputUart>,
    /// What somebody has typed before: [[input.session]].
    #[serde(default)]
    #[schemars(length(max = limits::SESSIONS_MAX))]
    session: Vec<InputSession>,
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
