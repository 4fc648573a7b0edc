// SPDX-License-Identifier: GPL-2.0-or-later
//! Which frames come in, by their destination (RM0090, 33.5.3).

use super::receive::crc32;
use super::registers::*;
use device::Context;

const EVERYBODY: &[u8] = &[0xff; 6];

pub(super) fn passes(frame: &[u8], cx: &mut Context<'_>) -> bool {
    let Some(destination) = frame.get(..6) else { return false };
    let how = cx.get(MACFFR);
    if how & (PM | RA) != 0 {
        return true;
    }
    if destination == EVERYBODY {
        return how & BFD == 0;
    }
    let is_group = destination[0] & 1 != 0;
    if is_group && how & PAM != 0 {
        return true;
    }
    let by_hash = how & if is_group { HM } else { HU } != 0;
    let matches = match by_hash {
        true => in_hash_table(destination, cx) || how & HPF != 0 && is_own(destination, cx),
        false => is_own(destination, cx),
    };
    matches != (how & DAIF != 0)
}

/// By address 0, or by one of the three others that is on, without the bytes that MBC masks.
fn is_own(destination: &[u8], cx: &mut Context<'_>) -> bool {
    if destination == address(cx.get(MACA0HR), cx.get(MACA0LR)) {
        return true;
    }
    (0..3).any(|n| {
        let (high, low) = (cx.get_at(MACAHR, n), cx.get_at(MACALR, n));
        let bytes = destination.iter().zip(address(high, low)).enumerate();
        let mut compared = bytes.filter(|(place, _)| high >> (24 + place) & 1 == 0);
        high & AE != 0 && high & SA == 0 && compared.all(|(_, (theirs, ours))| *theirs == ours)
    })
}

fn address(high: u32, low: u32) -> [u8; 6] {
    let ([a, b, c, d], [e, f, ..]) = (low.to_le_bytes(), high.to_le_bytes());
    [a, b, c, d, e, f]
}

/// The bit of the table that the upper six bits of the address's CRC-32 choose, in reverse order.
fn in_hash_table(destination: &[u8], cx: &mut Context<'_>) -> bool {
    let bit = crc32(destination).reverse_bits() >> 26;
    let half = cx.get(if bit < 32 { MACHTLR } else { MACHTHR });
    half >> (bit % 32) & 1 != 0
}
