// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults of a link that a scenario asks for: which frames they strike, and how. What a strike means is up to the link.

use crate::{Draws, Outcome, Told, What};
use std::num::NonZeroU64;
use vtime::{Instant, Span};

/// One way through a link whose frames have an order of their own: what one end sends, or what goes out to one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane(pub u16);

/// A fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The lanes where it strikes; none: all, each by itself.
    pub lanes: Vec<Lane>,
    /// From when on.
    pub from: Instant,
    /// Until before when.
    pub until: Instant,
    /// What happens.
    pub kind: FaultKind,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There is no connection: what is on the wire at any moment of that time is lost.
    Cut,
    /// One bit in so many is wrong, by chance.
    BitErrors {
        /// In how many.
        one_in: NonZeroU64,
    },
    /// It strikes single frames that start within that time.
    Frames {
        /// They have all these bytes at these places.
        matching: Vec<Pattern>,
        /// Which of those.
        which: Which,
        /// What becomes of them.
        act: Act,
    },
}

/// Which frames of those that match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    Every,
    /// This one of each lane, from 1 on.
    Nth(NonZeroU64),
    /// By chance, one in so many.
    OneIn(NonZeroU64),
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It is lost on its way.
    Drop,
    /// This bit of it is wrong; counted from 0 on, in the order of the wire.
    Corrupt {
        /// Which; more than the frame has: the last one.
        bit: u64,
    },
    /// It comes twice.
    Duplicate,
    /// It comes this much later; those behind it do not overtake it.
    Delay(Span),
    /// The same by chance: anything up to that.
    Jitter(Span),
}

/// Bytes at a place of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The first byte's place.
    pub at: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Pattern {
    pub(crate) fn is_in(&self, frame: &[u8]) -> bool {
        frame.get(self.at..).is_some_and(|rest| rest.starts_with(&self.bytes))
    }
}

/// A frame on the wire.
#[derive(Clone, Copy, Debug)]
pub struct OnWire<'a> {
    /// Its lane.
    pub lane: Lane,
    /// When its first bit begins.
    pub starts: Instant,
    /// When its last bit is there.
    pub arrives: Instant,
    /// How many bits it has.
    pub bits: u64,
    /// What patterns look at.
    pub bytes: &'a [u8],
}

/// How many faults a link has at most: as many as [`Strikes`] has bits for.
pub const FAULTS_MAX: usize = 64;

/// Which faults of a link strike a frame: one bit for each place in its list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Strikes(u64);

impl Strikes {
    fn add(&mut self, place: usize) {
        self.0 |= 1u64.checked_shl(place as u32).unwrap_or(0);
    }

    /// These and those.
    pub(crate) fn and(self, other: Strikes) -> Strikes {
        Strikes(self.0 | other.0)
    }

    /// Whether there are any.
    pub const fn any(self) -> bool {
        self.0 != 0
    }

    /// Tells each of them of a frame of which all else is told as `told`.
    pub(crate) fn tell(self, told: Told<'_>, out: &mut dyn Outcome) {
        for fault in (0..FAULTS_MAX as u16).filter(|place| self.0 >> place & 1 != 0) {
            out.tell(Told { what: What::Struck { fault }, to: None, ..told });
        }
    }
}

/// A fault that has struck nothing so far, and what it might have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfired {
    /// Its place in the link's list.
    pub place: usize,
    /// How many frames there were in its time, where it strikes.
    pub frames: u64,
    /// How many of those were such as it looks for.
    pub matched: u64,
}

/// What faults do to a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Struck {
    /// Those that strike it.
    pub by: Strikes,
    /// It is lost.
    pub lost: bool,
    /// The bit that is wrong.
    pub wrong_bit: Option<u64>,
    /// It comes twice.
    pub twice: bool,
    /// It comes so much later.
    pub delay: Span,
}

/// The faults of a link, and how far they have come.
///
/// **Invariant:** what strikes a frame depends on the frames of its own lane alone.
#[derive(Clone, Debug)]
pub struct Faults {
    faults: Vec<Fault>,
    draws: Draws,
    /// By lane: how many frames there were.
    frames: Vec<u64>,
    /// By fault, then by lane: how many frames there were in its time, and how many of them matched.
    seen: Vec<[u64; 2]>,
    fired: Vec<bool>,
}

/// Sequences of draws: two for each fault, and of those one for each lane.
const LANES_MAX: u64 = 1 << 16;

impl Faults {
    /// Those of a link with so many lanes.
    pub fn new(faults: Vec<Fault>, draws: Draws, lanes: usize) -> Faults {
        let (seen, fired) = (vec![[0; 2]; lanes * faults.len()], vec![false; faults.len()]);
        Faults { faults, draws, frames: vec![0; lanes], seen, fired }
    }

    /// No faults.
    pub fn none(lanes: usize) -> Faults {
        Faults::new(Vec::new(), Draws::new(0, ""), lanes)
    }

    /// What they do to the next frame of a lane. Frames of a lane come in their order, each once.
    pub fn strike(&mut self, frame: OnWire<'_>) -> Struck {
        let lane = usize::from(frame.lane.0);
        let n = self.frames[lane];
        self.frames[lane] += 1;
        let mut struck = Struck::default();
        for (place, fault) in self.faults.iter().enumerate() {
            if !fault.lanes.is_empty() && !fault.lanes.contains(&frame.lane) {
                continue;
            }
            let sequence = 2 * (place as u64) * LANES_MAX + u64::from(frame.lane.0);
            let draws = (self.draws, sequence);
            let seen = &mut self.seen[place * self.frames.len() + lane];
            if fault.strikes(&frame, draws, n, seen) {
                fault.kind.act(&frame, (self.draws, sequence + LANES_MAX), n, &mut struck);
                self.fired[place] = true;
                struck.by.add(place);
            }
        }
        struck
    }

    /// Those that have struck nothing so far.
    pub fn unfired(&self) -> Vec<Unfired> {
        let lanes = self.frames.len();
        let unfired = self.fired.iter().enumerate().filter(|(_, fired)| !**fired).map(|(place, _)| {
            let seen = &self.seen[place * lanes..(place + 1) * lanes];
            let sum = |which: usize| seen.iter().map(|seen| seen[which]).sum();
            Unfired { place, frames: sum(0), matched: sum(1) }
        });
        unfired.collect()
    }
}

impl Fault {
    fn strikes(&self, frame: &OnWire<'_>, draws: (Draws, u64), n: u64, seen: &mut [u64; 2]) -> bool {
        let (draws, sequence) = draws;
        let [frames, matches] = seen;
        let is_within = match self.kind {
            FaultKind::Cut => frame.starts < self.until && frame.arrives > self.from,
            _ => (self.from..self.until).contains(&frame.starts),
        };
        if !is_within {
            return false;
        }
        *frames += 1;
        match &self.kind {
            FaultKind::Cut => true,
            FaultKind::BitErrors { one_in } => {
                *matches += 1;
                draws.bits_go_wrong(sequence, n, *one_in, frame.bits)
            }
            FaultKind::Frames { matching, which, .. } => {
                if !matching.iter().all(|pattern| pattern.is_in(frame.bytes)) {
                    return false;
                }
                *matches += 1;
                match which {
                    Which::Every => true,
                    Which::Nth(nth) => *matches == nth.get(),
                    Which::OneIn(one_in) => draws.happens(sequence, n, *one_in),
                }
            }
        }
    }
}

impl FaultKind {
    fn act(&self, frame: &OnWire<'_>, (draws, sequence): (Draws, u64), n: u64, struck: &mut Struck) {
        // A number below `limit`, each about as often.
        let below = |limit: u64| ((u128::from(draws.draw(sequence, n)) * u128::from(limit)) >> 64) as u64;
        match self {
            FaultKind::Cut | FaultKind::Frames { act: Act::Drop, .. } => struck.lost = true,
            FaultKind::BitErrors { .. } => struck.wrong_bit = Some(below(frame.bits)),
            FaultKind::Frames { act: Act::Corrupt { bit }, .. } => {
                struck.wrong_bit = Some((*bit).min(frame.bits.saturating_sub(1)));
            }
            FaultKind::Frames { act: Act::Duplicate, .. } => struck.twice = true,
            FaultKind::Frames { act: Act::Delay(delay), .. } => struck.delay = struck.delay + *delay,
            FaultKind::Frames { act: Act::Jitter(most), .. } => {
                struck.delay = struck.delay + Span::from_ns(below(most.as_ns() + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(kinds: &[(u64, u64, FaultKind)]) -> Faults {
        let all = kinds.iter().map(|(from_ns, until_ns, kind)| Fault {
            lanes: vec![],
            from: Instant::from_ns(*from_ns),
            until: Instant::from_ns(*until_ns),
            kind: kind.clone(),
        });
        Faults::new(all.collect(), Draws::new(1, "wire"), 2)
    }

    fn frames(which: Which, act: Act) -> FaultKind {
        FaultKind::Frames { matching: vec![], which, act }
    }

    /// Frame `k`, of 100 bits and 100 ns, starts at 100 k.
    fn frame(lane: u16, k: u64, bytes: &[u8]) -> OnWire<'_> {
        let (starts, arrives) = (Instant::from_ns(100 * k), Instant::from_ns(100 * k + 100));
        OnWire { lane: Lane(lane), starts, arrives, bits: 100, bytes }
    }

    /// The numbers of those frames of ten on each lane that are struck.
    fn struck(faults: &mut Faults) -> Vec<(u16, u64)> {
        let all = (0..10).flat_map(|k| [(0, k), (1, k)]);
        all.filter(|(lane, k)| faults.strike(frame(*lane, *k, &[*k as u8])).by.any()).collect()
    }

    fn nth(n: u64) -> Which {
        Which::Nth(NonZeroU64::new(n).unwrap())
    }

    #[test]
    fn the_nth_of_each_lane() {
        let mut faults = faults(&[(0, 10_000, frames(nth(3), Act::Drop))]);
        assert_eq!(struck(&mut faults), [(0, 2), (1, 2)]);
        assert_eq!(faults.unfired(), []);
    }

    #[test]
    fn only_within_their_time_and_lane() {
        let mut faults = faults(&[(500, 700, frames(Which::Every, Act::Duplicate))]);
        faults.faults[0].lanes = vec![Lane(1)];
        assert_eq!(struck(&mut faults), [(1, 5), (1, 6)]);
    }

    #[test]
    fn a_cut_takes_what_is_on_the_wire() {
        let mut all = faults(&[(450, 501, FaultKind::Cut)]);
        assert_eq!(struck(&mut all), [(0, 4), (1, 4), (0, 5), (1, 5)]);
        let mut all = faults(&[(5000, 5001, FaultKind::Cut)]);
        assert_eq!(struck(&mut all), []);
        assert_eq!(all.unfired(), [Unfired { place: 0, frames: 0, matched: 0 }]);
    }

    #[test]
    fn those_that_match() {
        let matching = vec![Pattern { at: 0, bytes: vec![7] }];
        let kind = FaultKind::Frames { matching, which: nth(1), act: Act::Drop };
        assert_eq!(struck(&mut faults(&[(0, 10_000, kind)])), [(0, 7), (1, 7)]);
        let matching = vec![Pattern { at: 1, bytes: vec![7] }];
        let kind = FaultKind::Frames { matching, which: nth(1), act: Act::Drop };
        let mut all = faults(&[(0, 500, kind), (0, 10_000, frames(nth(11), Act::Drop))]);
        assert_eq!(struck(&mut all), []);
        let unfired = |place, frames, matched| Unfired { place, frames, matched };
        assert_eq!(all.unfired(), [unfired(0, 10, 0), unfired(1, 20, 20)]);
    }

    #[test]
    fn several_add_up() {
        let ten = Span::from_ns(10);
        let mut all = faults(&[
            (0, 100, frames(Which::Every, Act::Delay(ten))),
            (0, 100, frames(Which::Every, Act::Delay(ten))),
            (0, 100, frames(Which::Every, Act::Corrupt { bit: 1000 })),
            (0, 100, frames(Which::Every, Act::Jitter(ten))),
        ]);
        let struck = all.strike(frame(0, 0, &[]));
        assert_eq!(struck.by, Strikes(0b1111));
        assert_eq!((struck.wrong_bit, struck.lost, struck.twice), (Some(99), false, false));
        assert!((20..=30).contains(&struck.delay.as_ns()), "{struck:?}");
        assert_eq!(all.strike(frame(0, 1, &[])), Struck::default());
    }

    #[test]
    fn chance_does_not_depend_on_the_other_lane() {
        let one_in = NonZeroU64::new(300).unwrap();
        let kinds = [(0, 1_000_000, FaultKind::BitErrors { one_in })];
        let (mut both, mut one) = (faults(&kinds), faults(&kinds));
        for k in 0..1000 {
            both.strike(frame(0, k, &[]));
            assert_eq!(both.strike(frame(1, k, &[])), one.strike(frame(1, k, &[])), "{k}");
        }
    }
}
