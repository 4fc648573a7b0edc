// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a switch has learned: behind which end each address is.

use crate::End;
use std::collections::BTreeMap;
use vtime::{Instant, Span};

/// The address of a controller.
pub(super) type Address = [u8; 6];

/// Addresses, the end where each was seen last, and when.
#[derive(Clone, Debug)]
pub(super) struct Table {
    seen: BTreeMap<Address, (End, Instant)>,
    most: usize,
    age: Span,
}

impl Table {
    /// It forgets an address that was not seen for `age`, and knows no more than `most`.
    pub(super) fn new(most: usize, age: Span) -> Table {
        Table { seen: BTreeMap::new(), most, age }
    }

    /// A frame with that source came in there. Of a full table nothing gives way but what is too old.
    pub(super) fn learn(&mut self, source: Address, end: End, at: Instant) {
        if is_group(source) {
            return;
        }
        if self.seen.len() >= self.most && !self.seen.contains_key(&source) {
            let age = self.age;
            self.seen.retain(|_, (_, last)| at.since(*last) < age);
            if self.seen.len() >= self.most {
                return;
            }
        }
        self.seen.insert(source, (end, at));
    }

    /// Where `destination` is, if it is known and only one.
    pub(super) fn find(&self, destination: Address, at: Instant) -> Option<End> {
        let (end, last) = self.seen.get(&destination)?;
        (at.since(*last) < self.age).then_some(*end)
    }
}

/// Whether an address stands for several controllers.
pub(super) fn is_group(address: Address) -> bool {
    address[0] & 1 == 1
}

/// Whether no switch hands it on: 01:80:c2:00:00:00 to :0f (IEEE 802.1Q-2018, table 8-1).
pub(super) fn is_of_one_cable(address: Address) -> bool {
    address[..5] == [0x01, 0x80, 0xc2, 0, 0] && address[5] < 0x10
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Address = [2, 0, 0, 0, 0, 1];
    const B: Address = [2, 0, 0, 0, 0, 2];
    const C: Address = [2, 0, 0, 0, 0, 3];

    fn at(ns: u64) -> Instant {
        Instant::from_ns(ns)
    }

    #[test]
    fn forgets_what_is_too_old() {
        let mut table = Table::new(10, Span::from_ns(100));
        table.learn(A, End(1), at(0));
        assert_eq!(table.find(A, at(99)), Some(End(1)));
        assert_eq!(table.find(A, at(100)), None);
        table.learn(A, End(2), at(100));
        assert_eq!(table.find(A, at(199)), Some(End(2)));
        assert_eq!(table.find(B, at(199)), None);
    }

    #[test]
    fn a_full_table_takes_who_it_knows_and_forgets_only_the_old() {
        let mut table = Table::new(2, Span::from_ns(100));
        table.learn(A, End(0), at(0));
        table.learn(B, End(1), at(50));
        table.learn(C, End(2), at(99));
        assert_eq!(table.find(C, at(99)), None);
        table.learn(B, End(3), at(99));
        assert_eq!(table.find(B, at(99)), Some(End(3)));
        table.learn(C, End(2), at(100));
        assert_eq!((table.find(C, at(100)), table.find(A, at(100))), (Some(End(2)), None));
    }

    #[test]
    fn groups_are_not_learned() {
        let mut table = Table::new(2, Span::MAX);
        table.learn([0xff; 6], End(0), at(0));
        assert_eq!(table.find([0xff; 6], at(0)), None);
        assert!(is_of_one_cable([1, 0x80, 0xc2, 0, 0, 15]) && !is_of_one_cable([1, 0x80, 0xc2, 0, 0, 16]));
    }
}
