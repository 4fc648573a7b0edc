// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Signals that are there only if another one, their switch, has one of certain values.

use crate::{EncodeError, Signal};
use std::collections::BTreeMap;

/// When a signal is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The place of the switch among the message's signals. Following switches comes to an end: the reader has tried.
    pub(crate) switch: usize,
    /// The raw values that it must have, from and to.
    pub(crate) ranges: Vec<(u64, u64)>,
}

impl Condition {
    fn holds(&self, raw: u64) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&raw))
    }

    fn excludes(&self, other: &Condition) -> bool {
        self.ranges.iter().all(|(from, to)| other.ranges.iter().all(|(start, end)| end < from || to < start))
    }

    /// The values as a text: `0, 2-3`.
    fn wanted(&self) -> String {
        let ranges = self
            .ranges
            .iter()
            .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") });
        ranges.collect::<Vec<_>>().join(", ")
    }
}

/// The conditions of a signal: its own, that of its switch, and so on.
fn conditions(signals: &[Signal], place: usize) -> impl Iterator<Item = &Condition> {
    std::iter::successors(signals[place].condition.as_ref(), |condition| {
        signals[condition.switch].condition.as_ref()
    })
}

/// Whether it is in data that has all its switches.
pub(crate) fn is_there(signals: &[Signal], place: usize, data: &[u8]) -> bool {
    conditions(signals, place)
        .all(|condition| signals[condition.switch].raw(data).is_some_and(|raw| condition.holds(raw)))
}

/// Whether two signals are never there at the same time.
pub(crate) fn never_meet(signals: &[Signal], one: usize, other: usize) -> bool {
    conditions(signals, one).any(|mine| {
        conditions(signals, other).any(|theirs| mine.switch == theirs.switch && mine.excludes(theirs))
    })
}

/// The least value for which all of them hold.
fn least(conditions: &[&Condition]) -> Option<u64> {
    let starts = conditions.iter().flat_map(|condition| &condition.ranges).map(|(from, _)| *from);
    starts.filter(|raw| conditions.iter().all(|condition| condition.holds(*raw))).min()
}

/// Gives switches the values that the signals with a value need, and fails if they cannot have them.
pub(crate) fn throw(signals: &[Signal], raws: &mut BTreeMap<usize, u64>) -> Result<(), EncodeError> {
    let mut thrown_by: BTreeMap<usize, usize> = raws.keys().map(|place| (*place, *place)).collect();
    let given: Vec<usize> = raws.keys().copied().collect();
    // What the switches that are not given must be.
    let mut needs: BTreeMap<usize, Vec<&Condition>> = BTreeMap::new();
    for place in given.iter().copied() {
        for condition in conditions(signals, place) {
            if given.binary_search(&condition.switch).is_err() {
                let needs = needs.entry(condition.switch).or_default();
                needs.push(condition);
                let is_new = raws.get(&condition.switch).is_none_or(|raw| !condition.holds(*raw));
                if is_new && let Some(least) = least(needs) {
                    raws.insert(condition.switch, least);
                    thrown_by.insert(condition.switch, place);
                }
            }
            // A condition has a range: the reader has seen one.
            let found = raws.get(&condition.switch).copied().unwrap_or_default();
            let by = thrown_by.get(&condition.switch).copied().unwrap_or(place);
            if !condition.holds(found) {
                return Err(EncodeError::Multiplexed {
                    signal: signals[place].name.clone(),
                    switch: signals[condition.switch].name.clone(),
                    wanted: condition.wanted(),
                    found,
                    by: signals[by].name.clone(),
                });
            }
        }
    }
    Ok(())
}
