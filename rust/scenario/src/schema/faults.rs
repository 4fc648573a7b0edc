// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults.

use super::values::{BYTES, PORT, TIME, is_false, is_zero};
use crate::limits;
use schemars::JsonSchema;

/// Something that goes wrong on a link. Which keys it has besides "link", "do", "from" and "until" depends on what it does, and on the
/// link's kind (docs/faults.md).
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Fault {
    /// The link.
    #[schemars(example = &"net")]
    link: String,
    /// What happens: "cut", there is no connection; "drop", frames are lost; "corrupt", a bit of theirs is wrong; "duplicate", they come twice;
    /// "delay", they come later; "jitter", the same by chance; "bit_errors", bits are wrong by chance. On a "can" also "error", an
    /// error flag from a bit on; "stuck_dominant"; and "babble", one more node that sends without end.
    #[schemars(extend("enum" = crate::read::keys::FAULT_DO))]
    r#do: String,
    /// From when on, in virtual time since the start; by default from the start. A frame is struck if it starts in that time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "10ms")]
    from: String,
    /// Until before when; by default until the end.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "20ms")]
    until: String,
    /// Only what these ends of the link send; of a "cut" at a "switch" or "can" those whose plugs are pulled. By default all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = limits::ENDS_MAX), inner(pattern(PORT)), extend("examples" = [["client.eth0"]]))]
    ends: Vec<String>,
    /// At a "switch", instead of "ends": only what goes out to these. Of a "drop" on a "can": whose controllers lose it, by default all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = limits::ENDS_MAX), inner(pattern(PORT)), extend("examples" = [["client.eth0"]]))]
    to: Vec<String>,
    /// Only this one of those frames, from 1 on: of each end that sends by itself; on a "can" of all together.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1), example = 3)]
    nth: u64,
    /// Only one in so many of those frames, by chance; of "bit_errors" one in so many bits. The same ones in each run of one seed.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(min = 1), example = 100)]
    one_in: u64,
    /// Only frames that have all these bytes: of Ethernet counted from the destination's address on, of CAN in their data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(min = 1, max = limits::MATCHES_MAX), extend("examples" = [[{"at": 12, "bytes": "08 00"}]]))]
    r#match: Vec<FaultMatch>,
    /// Which bit, from 0 on, in the order of the wire: of a UART the start bit is 0; of CAN the start of frame, with stuff bits.
    #[serde(default)]
    #[schemars(example = 10)]
    bit: u64,
    /// Of "delay" and "jitter": how much later, of "jitter" at most.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "50us")]
    by: String,
    /// On a "can": only frames with this identifier; of "babble" what it sends.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = can::Id::EXTENDED_MAX), example = 0x7f0)]
    id: u64,
    /// Whether "id" has 29 bits; by default it has if it is too large for 11.
    #[serde(default, skip_serializing_if = "is_false")]
    extended: bool,
    /// Which bits of "id" count; by default all.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[schemars(range(max = can::Id::EXTENDED_MAX), example = 0x700)]
    id_mask: u64,
    /// Of "babble": the data of its frames.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(BYTES), example = &"01 02")]
    data: String,
    /// Of "babble": how often it sends; by default as often as it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(pattern(TIME), example = "1ms")]
    every: String,
}

/// Bytes at a place of a frame.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct FaultMatch {
    /// The place of the first one, from 0 on.
    #[schemars(range(max = limits::MATCH_AT_MAX), example = 12)]
    at: u64,
    /// Two hexadecimal digits for each byte, spaces between them.
    #[schemars(pattern(BYTES), example = &"08 00")]
    bytes: String,
}
