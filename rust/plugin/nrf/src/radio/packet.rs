// SPDX-License-Identifier: GPL-2.0-or-later
//! How long the parts of a packet take in the air (nRF52840 PS, 6.20.1 and 6.20.2).

use super::{ADDRESS, CRCCNF, END, MODE, PACKETPTR, PAYLOAD, PCNF0, PCNF1};
use device::Context;
use std::collections::VecDeque;

/// How long a bit takes, by MODE.
pub(super) fn bit_ns(cx: &mut Context<'_>) -> u64 {
    match cx.get(MODE) {
        // Nordic's own and Bluetooth's 1 Mbit/s.
        0 | 3 => 1000,
        1 | 4 => 500,
        mode => {
            cx.report(format!("RADIO_MODE is {mode}, which is not modelled: a bit takes 1 us"));
            1000
        }
    }
}

/// The events of the packet at PACKETPTR that is sent from `start_ns` on, and when they happen.
pub(super) fn events(start_ns: u64, cx: &mut Context<'_>) -> VecDeque<(u64, u32)> {
    let (pcnf0, pcnf1) = (cx.get(PCNF0), cx.get(PCNF1));
    let field = |word: u32, low: u32, bits: u32| word >> low & ((1 << bits) - 1);
    let preamble_bits = if field(pcnf0, 24, 2) == 0 { 8 } else { 16 };
    let address_bits = (field(pcnf1, 16, 3) + 1) * 8;
    let s0_bytes = field(pcnf0, 8, 1);
    let (length_bits, s1_bits) = (field(pcnf0, 0, 4), field(pcnf0, 16, 4));
    let crc_bytes = cx.get(CRCCNF) & 3;
    let length = match length_bits {
        0 => 0,
        bits => length(s0_bytes, cx) & (u32::MAX >> 24 >> 8u32.saturating_sub(bits)),
    };
    // CRCINC: LENGTH counts the CRC, too.
    let counted = if field(pcnf0, 26, 1) != 0 { crc_bytes } else { 0 };
    let (at_most, fixed) = (field(pcnf1, 0, 8), field(pcnf1, 8, 8));
    let payload_bytes = (length.saturating_sub(counted) + fixed).min(at_most);
    let bit_ns = bit_ns(cx);
    let address_ns = start_ns + u64::from(preamble_bits + address_bits) * bit_ns;
    let payload_bits = s0_bytes * 8 + length_bits + s1_bits + payload_bytes * 8;
    let payload_ns = address_ns + u64::from(payload_bits) * bit_ns;
    let end_ns = payload_ns + u64::from(crc_bytes * 8) * bit_ns;
    VecDeque::from([(address_ns, ADDRESS), (payload_ns, PAYLOAD), (end_ns, END)])
}

/// LENGTH of the packet in memory, which stands behind S0.
fn length(s0_bytes: u32, cx: &mut Context<'_>) -> u32 {
    let at = u64::from(cx.get(PACKETPTR)) + u64::from(s0_bytes);
    let mut length = [0];
    if cx.read_memory(at, &mut length).is_err() {
        cx.report(format!("RADIO sends a packet at {at:#x}, where there is no memory"));
    }
    length[0].into()
}
