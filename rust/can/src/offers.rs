// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a controller has offered to its bus.

use serde::{Deserialize, Serialize};

/// The mailboxes of a controller whose frames the bus has, each by the number that the bus knows it by.
///
/// Of several frames of a controller the bus sends that with the least number. A controller that goes by identifiers offers its best
/// frame; when it gets a better one before that is through, it offers that one, too, with a lesser number: it goes next.
/// A worse one waits inside until those are through. So the bus has the order that the controller has, whatever is on the wire.
///
/// **Invariant:** the one that was offered last has the least number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    /// Number and mailbox, in the order in which they were offered.
    offered: Vec<(u8, u8)>,
    /// Numbers begin below the middle: an answer to what was forgotten before may still come.
    is_below: bool,
}

const MIDDLE: u8 = 128;

impl Offers {
    /// The number by which `mailbox` goes before all that is offered already. None, if it must wait until one of those is through: it
    /// is offered already, or there are no numbers left.
    pub fn offer(&mut self, mailbox: u8) -> Option<u8> {
        let (first, least) = if self.is_below { (MIDDLE - 1, 0) } else { (u8::MAX, MIDDLE) };
        let number = self.offered.last().map_or(Some(first), |(last, _)| last.checked_sub(1))?;
        if number < least || self.number_of(mailbox).is_some() {
            return None;
        }
        self.offered.push((number, mailbox));
        Some(number)
    }

    /// By which number the bus knows a mailbox.
    pub fn number_of(&self, mailbox: u8) -> Option<u8> {
        self.offered.iter().find(|(_, offered)| *offered == mailbox).map(|(number, _)| *number)
    }

    /// The bus has said what became of a number: the mailbox.
    pub fn end(&mut self, number: u8) -> Option<u8> {
        let place = self.offered.iter().position(|(offered, _)| *offered == number)?;
        Some(self.offered.remove(place).1)
    }

    /// The mailboxes that are offered.
    pub fn mailboxes(&self) -> impl Iterator<Item = u8> + '_ {
        self.offered.iter().map(|(_, mailbox)| *mailbox)
    }

    /// The controller leaves: nothing is offered any more, and no number is given again before the next time it does so.
    pub fn forget(&mut self) {
        if !self.is_empty() {
            self.offered.clear();
            self.is_below = !self.is_below;
        }
    }

    /// Whether the bus has nothing.
    pub fn is_empty(&self) -> bool {
        self.offered.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_one_goes_first() {
        let mut offers = Offers::default();
        assert_eq!((offers.offer(3), offers.offer(3), offers.offer(1)), (Some(255), None, Some(254)));
        assert_eq!((offers.end(255), offers.end(255)), (Some(3), None));
        assert_eq!((offers.offer(3), offers.number_of(1)), (Some(253), Some(254)));
        assert_eq!((offers.end(253), offers.end(254), offers.is_empty()), (Some(3), Some(1), true));
        assert_eq!(offers.offer(7), Some(255));
    }

    #[test]
    fn numbers_end() {
        let mut offers = Offers::default();
        assert!((0..128).all(|mailbox| offers.offer(mailbox) == Some(255 - mailbox)));
        assert_eq!(offers.end(255), Some(0));
        assert_eq!(offers.offer(0), None);
    }

    #[test]
    fn answers_to_what_is_forgotten_are_none() {
        let mut offers = Offers::default();
        offers.forget();
        assert_eq!(offers.offer(3), Some(255));
        offers.forget();
        assert_eq!(
            (offers.end(255), offers.offer(4), offers.end(255), offers.end(127)),
            (None, Some(127), None, Some(4))
        );
    }
}
