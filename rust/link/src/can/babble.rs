// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nodes that babble: members of a bus behind its ends, which always have a frame to send, and hear nothing.

use super::fault::Fault;
use super::member::{Joined, Member, Offer};
use super::timing::{Rates, Ticks};
use ::can::Mode;
use vtime::{Instant, Span};

/// What makes a member one that babbles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Babbles {
    /// By which fault of the list.
    pub(super) fault: usize,
    /// How often; as often as it can.
    every: Option<Span>,
}

/// One for each fault that says so.
pub(super) fn babblers(faults: &[Fault], rates: Rates) -> impl Iterator<Item = Member> {
    faults.iter().enumerate().filter_map(move |(fault, known)| match known {
        Fault::Babble { frame, every, from, until } => {
            let first = Offer {
                mailbox: 0,
                once: false,
                is_withdrawn: false,
                frame: *frame,
                // Of two that babble each has numbers of its own.
                seq: (fault as u64) << 48,
                at: *from,
                gone: Ticks::NEVER,
            };
            let mut member = Member::new();
            member.joined = Some(Joined { mode: Mode::Normal, knows_fd: true });
            member.offers.push(first);
            member.babbles = Some(Babbles { fault, every: *every });
            member.until = rates.at(*until);
            Some(member)
        }
        _ => None,
    })
}

impl Member {
    /// One of its frames went through: the next one is due.
    pub(super) fn babble_on(&mut self, sent: &Offer) {
        if let Some(babbles) = self.babbles {
            let at: Instant = babbles.every.map_or(sent.at, |every| sent.at + every);
            self.offer(Offer { at, seq: sent.seq + 1, ..*sent });
        }
    }
}
