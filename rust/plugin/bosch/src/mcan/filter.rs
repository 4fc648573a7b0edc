// SPDX-License-Identifier: GPL-2.0-or-later
//! Which frames go where (M_CAN User's Manual 3.2.3, 3.4.1 and 2.4.5; RM0440, 44.3.5).

use can::{Frame, Id, Kind};

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Nobody wants it.
    Nowhere,
    /// A FIFO.
    Fifo(usize),
    /// A buffer for this very frame.
    Buffer(u32),
    /// A message for debugging by DMA.
    Debug,
}

/// What the filters say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub target: Target,
    /// The filter that took it.
    pub filter: Option<u32>,
    /// It is of those with high priority.
    pub has_priority: bool,
}

/// The registers that filters depend on, and how many elements each list has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filters {
    /// GFC, or the lowest bits of RXGFC.
    pub gfc: u32,
    pub xidam: u32,
    pub standard: u32,
    pub extended: u32,
}

/// What one filter looks for: an element of either list.
#[derive(Clone, Copy, Debug)]
struct Element {
    /// SFEC or EFEC.
    configuration: u32,
    /// SFT or EFT.
    kind: u32,
    first: u32,
    second: u32,
}

/// Where a frame goes. `element` reads one of a list (of 29 bits, if true), and `has_new` whether a buffer has a message that nobody
/// has taken.
pub(super) fn find(
    filters: Filters,
    frame: &Frame,
    mut element: impl FnMut(bool, u32) -> [u32; 2],
    mut has_new: impl FnMut(u32) -> bool,
) -> Match {
    let (id, is_extended) = match frame.id() {
        Id::Standard(id) => (u32::from(id), false),
        Id::Extended(id) => (id, true),
    };
    let [rejects_remote, others, count] = match is_extended {
        false => [filters.gfc >> 1 & 1, filters.gfc >> 4 & 3, filters.standard],
        true => [filters.gfc & 1, filters.gfc >> 2 & 3, filters.extended],
    };
    let nowhere = Match { target: Target::Nowhere, filter: None, has_priority: false };
    if frame.kind() == Kind::Remote && rejects_remote != 0 {
        return nowhere;
    }
    for number in 0..count {
        let words = element(is_extended, number);
        let element = if is_extended { extended(words) } else { standard(words) };
        // The mask is for all but ranges that leave it out.
        let id = if is_extended && element.kind != 3 { id & filters.xidam } else { id };
        if !element.takes(id, is_extended) {
            continue;
        }
        let target = match element.configuration {
            1 | 5 => Target::Fifo(0),
            2 | 6 => Target::Fifo(1),
            // A buffer that has not been read is none for others.
            7 if element.second >> 9 & 3 == 0 && has_new(element.second & 0x3f) => continue,
            7 if element.second >> 9 & 3 == 0 => Target::Buffer(element.second & 0x3f),
            7 => Target::Debug,
            _ => Target::Nowhere,
        };
        return Match { target, filter: Some(number), has_priority: matches!(element.configuration, 4..=6) };
    }
    let target = if others < 2 { Target::Fifo(others as usize) } else { Target::Nowhere };
    Match { target, ..nowhere }
}

fn standard([word, _]: [u32; 2]) -> Element {
    Element {
        configuration: word >> 27 & 7,
        kind: word >> 30,
        first: word >> 16 & 0x7ff,
        second: word & 0x7ff,
    }
}

fn extended([first, second]: [u32; 2]) -> Element {
    Element {
        configuration: first >> 29,
        kind: second >> 30,
        first: first & Id::EXTENDED_MAX,
        second: second & Id::EXTENDED_MAX,
    }
}

impl Element {
    fn takes(&self, id: u32, is_extended: bool) -> bool {
        match (self.configuration, self.kind) {
            (0, _) => false,
            (7, _) => id == self.first,
            (_, 0) => (self.first..=self.second).contains(&id),
            (_, 1) => id == self.first || id == self.second,
            (_, 2) => (id ^ self.first) & self.second == 0,
            // Of 11 bits: disabled. Of 29: a range.
            _ => is_extended && (self.first..=self.second).contains(&id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TO_0: u32 = 1;
    const TO_1: u32 = 2;
    const REJECT: u32 = 3;

    fn frame(id: Id) -> Frame {
        Frame::new(id, Kind::Data, &[]).expect("a frame")
    }

    fn standard_element(kind: u32, configuration: u32, first: u32, second: u32) -> [u32; 2] {
        [kind << 30 | configuration << 27 | first << 16 | second, 0]
    }

    fn extended_element(kind: u32, configuration: u32, first: u32, second: u32) -> [u32; 2] {
        [configuration << 29 | first, kind << 30 | second]
    }

    /// Those that no element takes are rejected.
    #[track_caller]
    fn check(elements: &[[u32; 2]], frame: &Frame, expected: Option<(Target, u32)>) {
        let count = elements.len() as u32;
        let filters = Filters { gfc: 0x3c, xidam: 0x1fff_fff0, standard: count, extended: count };
        let found = find(filters, frame, |_, number| elements[number as usize], |buffer| buffer == 9);
        assert_eq!(found.filter.map(|filter| (found.target, filter)), expected);
    }

    #[test]
    fn kinds_of_filters() {
        use Target::*;
        let id = |id| frame(Id::Standard(id));
        check(&[standard_element(0, TO_0, 0x100, 0x110)], &id(0x110), Some((Fifo(0), 0)));
        check(&[standard_element(0, TO_0, 0x100, 0x110)], &id(0x111), None);
        check(&[standard_element(1, TO_1, 0x100, 0x110)], &id(0x110), Some((Fifo(1), 0)));
        check(&[standard_element(1, TO_1, 0x100, 0x110)], &id(0x108), None);
        check(&[standard_element(2, TO_1, 0x100, 0x7f0)], &id(0x108), Some((Fifo(1), 0)));
        check(&[standard_element(2, TO_1, 0x100, 0x7f0)], &id(0x118), None);
        check(&[standard_element(3, TO_1, 0, 0x7ff)], &id(0x118), None);
        check(&[standard_element(0, 0, 0, 0x7ff)], &id(0x118), None);
        // The first one that fits decides.
        let two = [standard_element(0, REJECT, 0x118, 0x118), standard_element(0, TO_0, 0, 0x7ff)];
        check(&two, &id(0x118), Some((Nowhere, 0)));
        check(&two, &id(0x119), Some((Fifo(0), 1)));
    }

    #[test]
    fn twenty_nine_bits() {
        use Target::*;
        let id = |id| frame(Id::Extended(id));
        check(&[extended_element(1, TO_0, 0x1234_5670, 0)], &id(0x1234_5678), Some((Fifo(0), 0)));
        check(&[extended_element(2, TO_0, 0x1234_5670, 0x1fff_ffff)], &id(0x1234_5678), Some((Fifo(0), 0)));
        check(&[extended_element(0, TO_0, 0x1234_5670, 0x1234_5677)], &id(0x1234_5678), Some((Fifo(0), 0)));
        // The mask is not for these.
        check(&[extended_element(3, TO_0, 0x1234_5670, 0x1234_5677)], &id(0x1234_5678), None);
    }

    #[test]
    fn buffers_and_priority() {
        use Target::*;
        let id = |id| frame(Id::Standard(id));
        check(&[standard_element(0, 7, 0x100, 5)], &id(0x100), Some((Buffer(5), 0)));
        check(&[standard_element(0, 7, 0x100, 5)], &id(0x101), None);
        check(&[standard_element(0, 7, 0x100, 9)], &id(0x100), None);
        check(&[standard_element(0, 7, 0x100, 1 << 9)], &id(0x100), Some((Debug, 0)));
        let filters = Filters { gfc: 0x3c, xidam: 0, standard: 1, extended: 0 };
        let high =
            |configuration| find(filters, &id(1), |_, _| standard_element(0, configuration, 0, 5), |_| false);
        assert_eq!([1, 4, 5, 6].map(|kind| high(kind).has_priority), [false, true, true, true]);
        assert_eq!([4, 5, 6].map(|kind| high(kind).target), [Nowhere, Fifo(0), Fifo(1)]);
    }

    #[test]
    fn what_no_filter_takes() {
        let filters = |gfc| Filters { gfc, xidam: 0, standard: 0, extended: 0 };
        let remote = |id| Frame::new(id, Kind::Remote, &[]).expect("a frame");
        let target = |gfc, frame: &Frame| find(filters(gfc), frame, |_, _| [0; 2], |_| false).target;
        let (short, long) = (Id::Standard(1), Id::Extended(1));
        assert_eq!([0x00, 0x10, 0x20, 0x30].map(|gfc| target(gfc, &frame(short))), {
            [Target::Fifo(0), Target::Fifo(1), Target::Nowhere, Target::Nowhere]
        });
        assert_eq!([0x00, 0x04].map(|gfc| target(gfc, &frame(long))), [Target::Fifo(0), Target::Fifo(1)]);
        assert_eq!([0, 1, 2].map(|gfc| target(gfc, &remote(short)) == Target::Nowhere), [false, false, true]);
        assert_eq!([0, 1, 2].map(|gfc| target(gfc, &remote(long)) == Target::Nowhere), [false, true, false]);
    }
}
