// SPDX-License-Identifier: GPL-2.0-or-later
//! Which frames get into which FIFO (RM0008, 24.7.4; RM0090, 32.7.4).

use std::ops::Range;

/// The registers of the banks, as far as the search needs them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Banks {
    /// FM1R: a list of identifiers instead of identifier and mask.
    pub list: u32,
    /// FS1R: one filter of 32 bits instead of two of 16.
    pub wide: u32,
    /// FFA1R: of FIFO 1.
    pub second: u32,
    /// FA1R: active.
    pub active: u32,
}

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub fifo: usize,
    /// The number of the filter among those of its FIFO.
    pub number: u8,
}

/// The place of a frame that has `id` in a mailbox's identifier register. `own` are the controller's banks, and `words` gives the
/// two registers of one.
///
/// 32 bits go before 16, lists before masks, and the lesser number before the greater one.
pub(super) fn find(
    banks: Banks,
    own: Range<u32>,
    id: u32,
    mut words: impl FnMut(u32) -> [u32; 2],
) -> Option<Match> {
    let mut best: Option<((bool, bool), Match)> = None;
    let mut numbers = [0; 2];
    for bank in own {
        let has = |register: u32| register >> bank & 1 != 0;
        let (is_list, is_wide, fifo) = (has(banks.list), has(banks.wide), usize::from(has(banks.second)));
        let first = numbers[fifo];
        numbers[fifo] += if is_wide { 1 } else { 2 } * if is_list { 2 } else { 1 };
        if !has(banks.active) {
            continue;
        }
        let Some(place) = matching(words(bank), is_list, is_wide, id) else { continue };
        let rank = (!is_wide, !is_list);
        if best.is_none_or(|(other, _)| rank < other) {
            best = Some((rank, Match { fifo, number: first + place }));
        }
    }
    best.map(|(_, found)| found)
}

/// Which filter of a bank takes the frame.
fn matching(words: [u32; 2], is_list: bool, is_wide: bool, id: u32) -> Option<u8> {
    // Bit 0 is none of the identifier's.
    let pairs: &[(u32, u32)] = &if is_wide {
        match is_list {
            true => [(words[0], !1), (words[1], !1), NEVER, NEVER],
            false => [(words[0], words[1] & !1), NEVER, NEVER, NEVER],
        }
    } else {
        let halves = words.map(|word| [word & 0xffff, word >> 16]);
        match is_list {
            true => [
                (halves[0][0], 0xffff),
                (halves[0][1], 0xffff),
                (halves[1][0], 0xffff),
                (halves[1][1], 0xffff),
            ],
            false => [(halves[0][0], halves[0][1]), (halves[1][0], halves[1][1]), NEVER, NEVER],
        }
    };
    let id = if is_wide { id } else { short(id) };
    // An identifier has no bit that NEVER looks for.
    let place = pairs.iter().position(|pair| *pair != NEVER && (id ^ pair.0) & pair.1 == 0)?;
    Some(place as u8)
}

const NEVER: (u32, u32) = (1, 1);

/// An identifier register as a filter of 16 bits has it: STID, RTR, IDE, the upper three bits of EXID.
fn short(id: u32) -> u32 {
    let (rtr, ide) = (id >> 1 & 1, id >> 2 & 1);
    id >> 21 << 5 | rtr << 4 | ide << 3 | id >> 18 & 7
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Banks of which each is list, wide, of FIFO 1, active.
    fn check(banks: &[([bool; 4], [u32; 2])], id: u32, expected: Option<(usize, u8)>) {
        let bits = |place: usize| {
            banks.iter().enumerate().map(|(bank, (is, _))| u32::from(is[place]) << bank).sum::<u32>()
        };
        let registers = Banks { list: bits(0), wide: bits(1), second: bits(2), active: bits(3) };
        let found = find(registers, 0..banks.len() as u32, id, |bank| banks[bank as usize].1);
        assert_eq!(found.map(|found| (found.fifo, found.number)), expected);
    }

    const MASK_32: [bool; 4] = [false, true, false, true];
    const LIST_32: [bool; 4] = [true, true, false, true];
    const MASK_16: [bool; 4] = [false, false, false, true];
    const LIST_16: [bool; 4] = [true, false, false, true];

    #[test]
    fn kinds_of_filters() {
        let id = 0x123 << 21;
        check(&[(MASK_32, [0, 0])], id, Some((0, 0)));
        check(&[(MASK_32, [0x120 << 21, 0x7f0 << 21])], id, Some((0, 0)));
        check(&[(MASK_32, [0x130 << 21, 0x7f0 << 21])], id, None);
        check(&[(LIST_32, [0x122 << 21, 0x123 << 21])], id, Some((0, 1)));
        check(&[(LIST_32, [0x122 << 21, 0x123 << 21 | 2])], id, None);
        check(&[(MASK_16, [0x7ff << 5 | 0xffe0_0000, 0x123 << 5 | 0xffe0_0000])], id, Some((0, 1)));
        check(&[(LIST_16, [0x123 << 5 | 1 << 4, 0x123 << 5 | 0x124 << 21])], id, Some((0, 2)));
        check(&[([false, true, false, false], [0, 0])], id, None);
        // 29 bits: IDE, and EXID[17:15].
        let extended = 0x123 << 21 | 0x3_8000 << 3 | 4;
        check(&[(LIST_16, [0x123 << 5 | 8 | 7, 0])], extended, Some((0, 0)));
        check(&[(LIST_32, [extended, 0])], extended, Some((0, 0)));
    }

    #[test]
    fn the_manuals_order() {
        let (id, any) = (0x123 << 21, [0, 0]);
        // All take it; one of 32 bits that is a list goes first.
        check(&[(MASK_16, any), (MASK_32, any), (LIST_32, [id, id])], id, Some((0, 3)));
        check(&[(MASK_16, any), (MASK_32, any), (LIST_32, any)], id, Some((0, 2)));
        check(&[(MASK_16, any), (LIST_16, [0x123 << 5; 2])], id, Some((0, 2)));
        check(&[(MASK_32, any), (MASK_32, any)], id, Some((0, 0)));
        // Filters that are not active, and those of each FIFO, are counted.
        let second = [false, true, true, true];
        check(&[([true, false, false, false], any), (second, any)], id, Some((1, 0)));
        check(&[([true, false, true, false], any), (second, any)], id, Some((1, 4)));
    }
}
