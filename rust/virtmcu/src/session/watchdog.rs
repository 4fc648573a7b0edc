// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The wall clock's only part in a run: to see that a node comes no further, and to end the run for that.
//!
//! **Invariant:** a node is in time if it has said something since the last look, or owes nothing. So one that hangs is found
//! also while others, which no link bounds to it, go on.

use std::time::{Duration, Instant as HostInstant};

/// Watches over nodes, by what they have said.
#[derive(Debug)]
pub(super) struct Watchdog {
    /// `None`: patience without end.
    patience: Option<Duration>,
    nodes: Vec<Seen>,
}

/// A node when it was last seen to get on.
#[derive(Debug)]
struct Seen {
    messages: u64,
    at: HostInstant,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the watchdog's clock: it ends runs that hang and decides nothing else"
)]
fn host_now() -> HostInstant {
    HostInstant::now()
}

impl Watchdog {
    pub(super) fn new(nodes: usize, patience: Option<Duration>) -> Watchdog {
        let now = host_now();
        Watchdog { patience, nodes: (0..nodes).map(|_| Seen { messages: 0, at: now }).collect() }
    }

    /// From now on; what was before is forgotten.
    pub(super) fn restart(&mut self, patience: Option<Duration>) {
        *self = Watchdog::new(self.nodes.len(), patience);
    }

    /// The nodes that owe an answer and with which patience is at its end. `states` tells of each node how many messages it has
    /// sent so far, and whether it owes one.
    pub(super) fn look(&mut self, states: impl Iterator<Item = (u64, bool)> + Clone) -> Option<Vec<usize>> {
        let now = host_now();
        // When nobody does, nobody has a grant: a run must not hang for a mistake in the core either.
        let nobody_owes = !states.clone().any(|(_, owes)| owes);
        let mut silent = Vec::new();
        for (place, ((messages, owes), seen)) in states.zip(&mut self.nodes).enumerate() {
            if messages != seen.messages || !(owes || nobody_owes) {
                *seen = Seen { messages, at: now };
            } else if self.patience.is_some_and(|patience| now.duration_since(seen.at) > patience) {
                silent.push(place);
            }
        }
        (!silent.is_empty()).then_some(silent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Option<Duration> = Some(Duration::ZERO);

    #[test]
    fn only_a_silent_debtor_is_found() {
        let mut dog = Watchdog::new(3, NONE);
        // The first said something, the second owes nothing.
        assert_eq!(dog.look([(1, true), (0, false), (0, true)].into_iter()), Some(vec![2]));
        assert_eq!(dog.look([(2, true), (0, false), (1, true)].into_iter()), None);
        assert_eq!(dog.look([(2, true), (0, true), (1, false)].into_iter()), Some(vec![0, 1]));
        assert_eq!(dog.look([(2, false), (0, false), (2, false)].into_iter()), Some(vec![0, 1]));
    }

    #[test]
    fn patience_may_have_no_end() {
        let mut dog = Watchdog::new(1, None);
        assert_eq!(dog.look([(0, true)].into_iter()), None);
        dog.restart(NONE);
        assert_eq!(dog.look([(0, true)].into_iter()), Some(vec![0]));
        dog.restart(Some(Duration::from_secs(3600)));
        assert_eq!(dog.look([(0, true)].into_iter()), None);
    }
}
