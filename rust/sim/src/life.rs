// SPDX-License-Identifier: Apache-2.0 OR MIT
//! When a node is on, by which crystal it counts its time, and what happens at the moments at which that changes.
//!
//! The moments are known before the run starts, so the core cuts grants at them: a node stands exactly there.
//!
//! **Invariant:** a node that is off sends nothing and gets nothing. It counts with the time at which it is switched on
//! again: nobody waits for it.

use crate::{Error, NodeId, SetupError};
use std::collections::VecDeque;
use vtime::{Crystal, Instant, LocalClock};

/// What happens to a node as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Power {
    /// It is switched off: all that it knows is lost.
    Off,
    /// It is switched on, and starts from nothing.
    On,
    /// Somebody outside pulls its reset pin. RAM keeps its content.
    PinReset,
    /// Its own firmware resets it.
    FirmwareReset,
    /// Its own firmware ends it, with this code: its CPUs do nothing more until a reset.
    Ended(u32),
}

/// Something that happens to a node's power at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Instant,
    /// What; neither [`Power::FirmwareReset`] nor [`Power::Ended`], of which only the firmware knows.
    pub power: Power,
}

/// A node's life, as the scenario has it. The default is that of most: on from the start to the end, by an exact
/// crystal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// What its time runs by.
    pub crystal: Crystal,
    /// When it is switched on first.
    pub start: Instant,
    /// What happens later, one after the other.
    pub changes: Vec<Change>,
}

/// A node was switched off: its process ends. It starts again at `on`, if at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The node.
    pub node: NodeId,
    /// When it is switched on again.
    pub on: Option<Instant>,
    /// How many bytes it sent so far, in all its lives.
    pub sent: u64,
}

/// Where a node is in its life.
#[derive(Debug)]
pub(crate) struct Stage {
    crystal: Crystal,
    /// The node's time since it was switched on last.
    pub(crate) clock: LocalClock,
    /// What is still to come.
    changes: VecDeque<Change>,
    /// The times when it is off, `[from, to)`.
    dark: Vec<(Instant, Instant)>,
    /// How many power events it had.
    pub(crate) events: u64,
    /// When its pin was pulled and the node has not said so yet.
    unconfirmed: VecDeque<Instant>,
}

impl Default for Stage {
    fn default() -> Stage {
        Stage {
            crystal: Crystal::EXACT,
            clock: LocalClock::EXACT,
            changes: VecDeque::new(),
            dark: Vec::new(),
            events: 0,
            unconfirmed: VecDeque::new(),
        }
    }
}

impl Stage {
    /// The start of a life in a run that ends at `end`.
    pub(crate) fn new(life: &Life, node: &str, end: Instant) -> Result<Stage, SetupError> {
        let mut changes = VecDeque::from(life.changes.clone());
        let mut dark = Vec::new();
        if life.start > Instant::START {
            changes.push_front(Change { at: life.start, power: Power::On });
        }
        let refused =
            |change: Change| SetupError::Power { node: node.to_string(), at: change.at, power: change.power };
        let mut off = (life.start > Instant::START).then_some(Instant::START);
        let mut last = None;
        for &change in &changes {
            let possible = match (change.power, off) {
                (Power::On, Some(from)) => {
                    dark.push((from, change.at));
                    off = None;
                    true
                }
                (Power::Off, None) => {
                    off = Some(change.at);
                    change.at > Instant::START
                }
                (Power::PinReset, None) => change.at > Instant::START,
                _ => false,
            };
            if !possible || change.at >= end || last.is_some_and(|last| last >= change.at) {
                return Err(refused(change));
            }
            last = Some(change.at);
        }
        dark.extend(off.map(|from| (from, Instant::FAR)));
        let clock = LocalClock::new(life.start, life.crystal);
        Ok(Stage { crystal: life.crystal, clock, changes, dark, events: 0, unconfirmed: VecDeque::new() })
    }

    /// The next change after `clock`, or the one there that ends the node's life: the node stops there.
    pub(crate) fn next_change(&self, clock: Instant) -> Option<Instant> {
        let stops = |change: &&Change| change.at > clock || change.power == Power::Off;
        self.changes.iter().find(stops).map(|change| change.at)
    }

    /// When the first thing happens to the node that did not happen yet.
    pub(crate) fn first_change(&self) -> Instant {
        self.changes.front().map_or(Instant::FAR, |change| change.at)
    }

    /// When the node is switched off next.
    pub(crate) fn next_off(&self) -> Option<Instant> {
        self.changes.iter().find(|change| change.power == Power::Off).map(|change| change.at)
    }

    /// When the node is switched on next; `None` when it is on, or stays off.
    pub(crate) fn next_on(&self) -> Option<Instant> {
        self.changes.front().filter(|change| change.power == Power::On).map(|change| change.at)
    }

    /// Whether the node is off at `at`.
    pub(crate) fn is_dark(&self, at: Instant) -> bool {
        self.dark.iter().any(|(from, to)| *from <= at && at < *to)
    }

    /// The node gets a grant that starts at `clock`: what happens to it before all else there.
    pub(crate) fn begin(&mut self, clock: Instant) -> Option<Power> {
        let change = self.changes.pop_front_if(|change| change.at == clock && change.power != Power::Off)?;
        match change.power {
            Power::On => self.clock = LocalClock::new(clock, self.crystal),
            _ => self.unconfirmed.push_back(clock),
        }
        Some(change.power)
    }

    /// The node has reached `clock`: true when it is switched off there.
    pub(crate) fn switched_off(&mut self, clock: Instant) -> bool {
        let off =
            self.changes.pop_front_if(|change| change.at == clock && change.power == Power::Off).is_some();
        if off {
            self.unconfirmed.clear();
        }
        off
    }

    /// The node's reset pin was seen at `at`.
    pub(crate) fn confirm_reset(&mut self, node: &str, at: Instant) -> Result<(), Error> {
        match self.unconfirmed.pop_front() {
            Some(pulled) if pulled <= at => Ok(()),
            _ => Err(Error::UnexpectedReset { node: node.to_string(), at }),
        }
    }

    /// The run is over at `end`: nothing that the node could see before may be left undone.
    pub(crate) fn finish(&self, node: &str, end: Instant) -> Result<(), Error> {
        match self.unconfirmed.front() {
            Some(&at) if self.clock.next_tick(at) < end => Err(Error::NoReset { node: node.to_string(), at }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start_ns: u64, changes: &[(u64, Power)], expected: Result<&[(u64, u64)], u64>) {
        let change = |&(at_ns, power): &(u64, Power)| Change { at: Instant::from_ns(at_ns), power };
        let changes = changes.iter().map(change).collect();
        let life = Life { start: Instant::from_ns(start_ns), changes, ..Life::default() };
        let found = Stage::new(&life, "a", Instant::from_ns(100));
        let found = found.map(|stage| {
            let dark = stage.dark.iter().map(|(from, to)| (from.as_ns(), to.as_ns()));
            dark.collect::<Vec<_>>()
        });
        let found = found.map_err(|error| match error {
            SetupError::Power { at, .. } => at.as_ns(),
            error => panic!("{error}"),
        });
        assert_eq!(found, expected.map(<[_]>::to_vec), "{life:?}");
    }

    #[test]
    fn a_node_is_on_and_off_in_turn() {
        use Power::{Ended, FirmwareReset, Off, On, PinReset};
        const FAR: u64 = i64::MAX as u64;
        check(0, &[], Ok(&[]));
        check(5, &[], Ok(&[(0, 5)]));
        check(5, &[(7, Off), (9, On), (10, PinReset), (11, Off)], Ok(&[(0, 5), (7, 9), (11, FAR)]));
        check(0, &[(7, On)], Err(7));
        check(0, &[(7, Off), (8, Off)], Err(8));
        check(0, &[(7, Off), (8, PinReset)], Err(8));
        check(0, &[(7, FirmwareReset)], Err(7));
        check(0, &[(7, Ended(0))], Err(7));
        check(0, &[(7, PinReset), (7, Off)], Err(7));
        check(0, &[(7, PinReset), (6, Off)], Err(6));
        check(5, &[(5, PinReset)], Err(5));
        check(0, &[(0, Off)], Err(0));
        check(0, &[(100, Off)], Err(100));
        check(100, &[], Err(100));
    }
}
