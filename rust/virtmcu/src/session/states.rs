// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The states that a node tells at barriers: each one once and in its turn, and their chain.

use super::RunError;
use vtime::{Instant, Span};

/// A digest of a node's registers and memory.
pub type Digest = u128;

/// What one node has told.
#[derive(Debug)]
pub(super) struct States {
    barriers: Option<(Span, Instant)>,
    told: Vec<(Instant, Digest)>,
    chain: blake3::Hasher,
}

impl States {
    /// None yet. `barriers`: how often they come, and when the run ends.
    pub(super) fn new(barriers: Option<(Span, Instant)>) -> States {
        States { barriers, told: Vec::new(), chain: blake3::Hasher::new() }
    }

    /// Where the next state will be told; `None` when there is no more.
    fn next(&self) -> Option<Instant> {
        let (every, end) = self.barriers?;
        let last = self.told.last().map_or(Instant::START, |(at, _)| *at);
        (last < end).then(|| end.min(last + every))
    }

    /// The node has told its state.
    pub(super) fn told(&mut self, node: &str, at: Instant, digest: [u8; 16]) -> Result<(), RunError> {
        if self.next() != Some(at) {
            let said = format!("its state at {at}");
            return Err(RunError::Unexpected { node: node.into(), said });
        }
        self.chain.update(&at.as_ns().to_le_bytes()).update(&digest);
        self.told.push((at, Digest::from_be_bytes(digest)));
        Ok(())
    }

    /// What all of them come to, of a run that has ended at `end`: none is missing.
    pub(super) fn chain(&self, node: &str, end: Instant) -> Result<u128, RunError> {
        if let Some(missing) = self.next().filter(|missing| *missing <= end) {
            let said = format!("that the run has ended at {end}, without its state at {missing},");
            return Err(RunError::Unexpected { node: node.into(), said });
        }
        let mut chain = [0; 16];
        chain.copy_from_slice(&self.chain.finalize().as_bytes()[..16]);
        Ok(u128::from_be_bytes(chain))
    }

    /// When it told what.
    pub(super) fn into_told(self) -> Vec<(Instant, Digest)> {
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> States {
        States::new(Some((Span::from_ns(5), Instant::from_ns(12))))
    }

    fn tell(states: &mut States, at_ns: u64, byte: u8) -> bool {
        states.told("a", Instant::from_ns(at_ns), [byte; 16]).is_ok()
    }

    #[test]
    fn each_state_is_told_once_and_at_its_barrier() {
        let mut states = states();
        assert!(!tell(&mut states, 4, 0) && !tell(&mut states, 10, 0));
        assert!(tell(&mut states, 5, 0) && !tell(&mut states, 5, 0));
        assert!(tell(&mut states, 10, 0) && !tell(&mut states, 15, 0));
        assert!(states.chain("a", Instant::from_ns(12)).is_err());
        assert!(states.chain("a", Instant::from_ns(11)).is_ok());
        assert!(tell(&mut states, 12, 0) && !tell(&mut states, 12, 0) && !tell(&mut states, 15, 0));
        assert!(states.chain("a", Instant::from_ns(12)).is_ok());
        assert!(!tell(&mut States::new(None), 5, 0));
    }

    #[test]
    fn the_chain_depends_on_each_state() {
        let chain = |bytes: [u8; 3]| {
            let mut states = states();
            [5, 10, 12].into_iter().zip(bytes).for_each(|(at, byte)| assert!(tell(&mut states, at, byte)));
            states.chain("a", Instant::from_ns(12)).unwrap()
        };
        assert_eq!(chain([1, 2, 3]), chain([1, 2, 3]));
        assert_ne!(chain([1, 2, 3]), chain([2, 2, 3]));
        assert_ne!(chain([1, 2, 3]), chain([1, 2, 4]));
    }
}
