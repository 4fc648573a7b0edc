// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A node's own time: since it was switched on, by a crystal that is not exact.
//!
//! A node's clock is at 0 when the node is switched on, and runs `1 + rate` local nanoseconds for each nanosecond of
//! virtual time, rounded down. The rate is the crystal's error, and changes by its drift once a second of virtual time,
//! counted from the node's start: in second `k` it is `error + k * drift`. So a whole second is always a whole number
//! of local nanoseconds, and all arithmetic is in integers and exact.
//!
//! **Invariant:** [`LocalClock::to_local`] never goes back, [`LocalClock::to_global`] is its exact inverse, and
//! [`LocalClock::at_or_after`] maps an instant to the first local one that is not before it:
//! `to_local(g) >= x` exactly when `g >= to_global(x)`, and `x >= at_or_after(g)` exactly when `to_global(x) >= g`.
//! **Limits:** rates of at most [`Crystal::ERROR_MAX_PPB`]; a drift stops there.

use crate::{Instant, Span};

const NS_PER_S: u64 = 1_000_000_000;

/// How far a crystal is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crystal {
    error_ppb: i32,
    drift_ppb_per_s: i32,
}

/// A node's time as a function of virtual time, and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalClock {
    start: Instant,
    crystal: Crystal,
}

impl Crystal {
    /// Always right.
    pub const EXACT: Crystal = Crystal { error_ppb: 0, drift_ppb_per_s: 0 };
    /// The greatest error, in parts per billion: 10 %, more than a bad RC oscillator has.
    pub const ERROR_MAX_PPB: i32 = 100_000_000;
    /// The greatest drift, in parts per billion each second.
    pub const DRIFT_MAX_PPB_PER_S: i32 = 1_000_000;

    /// A crystal that is too fast by `error_ppb` at first, and each second by `drift_ppb_per_s` more. What is beyond
    /// the limits is cut to them.
    pub fn new(error_ppb: i32, drift_ppb_per_s: i32) -> Crystal {
        let (error, drift) = (Crystal::ERROR_MAX_PPB, Crystal::DRIFT_MAX_PPB_PER_S);
        Crystal {
            error_ppb: error_ppb.clamp(-error, error),
            drift_ppb_per_s: drift_ppb_per_s.clamp(-drift, drift),
        }
    }

    /// The error at first, in parts per billion.
    pub const fn error_ppb(self) -> i32 {
        self.error_ppb
    }

    /// By how much the error grows each second, in parts per billion.
    pub const fn drift_ppb_per_s(self) -> i32 {
        self.drift_ppb_per_s
    }

    /// For how long the drift goes on: then the error would be greater than [`Crystal::ERROR_MAX_PPB`].
    pub fn drifts_for(self) -> Span {
        Span::from_ns(self.drift_seconds().saturating_mul(NS_PER_S))
    }

    /// The second in which the error stops to grow.
    fn drift_seconds(self) -> u64 {
        let room = match self.drift_ppb_per_s {
            0 => return u64::MAX,
            1.. => Crystal::ERROR_MAX_PPB - self.error_ppb,
            _ => Crystal::ERROR_MAX_PPB + self.error_ppb,
        };
        u64::from(room.unsigned_abs() / self.drift_ppb_per_s.unsigned_abs())
    }

    /// How many local nanoseconds second `k` has.
    fn second_length(self, k: u64) -> u64 {
        let steps = if self.drifts() { k.min(self.drift_seconds()) as i64 } else { 0 };
        (NS_PER_S as i64 + i64::from(self.error_ppb) + steps * i64::from(self.drift_ppb_per_s)) as u64
    }

    /// How many local nanoseconds lie before second `k`.
    fn before_second(self, k: u64) -> u128 {
        let drifting = i128::from(k.min(self.drift_seconds()));
        let steps = if self.drifts() { drifting * (drifting - 1) / 2 } else { 0 };
        let first = i128::from(NS_PER_S) + i128::from(self.error_ppb);
        let while_drifting = drifting * first + steps * i128::from(self.drift_ppb_per_s);
        let after = (i128::from(k) - drifting) * i128::from(self.second_length(k));
        (while_drifting + after) as u128
    }

    const fn drifts(self) -> bool {
        self.drift_ppb_per_s != 0
    }
}

impl LocalClock {
    /// Virtual time itself.
    pub const EXACT: LocalClock = LocalClock { start: Instant::START, crystal: Crystal::EXACT };

    /// The clock of a node that is switched on at `start`.
    pub const fn new(start: Instant, crystal: Crystal) -> LocalClock {
        LocalClock { start, crystal }
    }

    /// When the node is switched on.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// Its crystal.
    pub const fn crystal(self) -> Crystal {
        self.crystal
    }

    /// What the node's clock shows at `global`, rounded down; 0 before its start.
    pub fn to_local(self, global: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return Instant::from_ns(global.since(self.start).as_ns());
        }
        let passed_ns = global.since(self.start).as_ns();
        let (k, part_ns) = (passed_ns / NS_PER_S, passed_ns % NS_PER_S);
        // Less than 1e9 times 1.1e9.
        let part = part_ns * self.crystal.second_length(k) / NS_PER_S;
        clip(self.crystal.before_second(k) + u128::from(part))
    }

    /// The first instant at which the node's clock shows `local` or more; its start for 0.
    pub fn to_global(self, local: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return clip(u128::from(self.start.as_ns()) + u128::from(local.as_ns()));
        }
        let k = self.second_of(local.as_ns());
        // Less than a second's length, which is at most 1.1e9.
        let part = (u128::from(local.as_ns()) - self.crystal.before_second(k)) as u64;
        let part_ns = (part * NS_PER_S).div_ceil(self.crystal.second_length(k));
        clip(u128::from(self.start.as_ns()) + u128::from(k) * u128::from(NS_PER_S) + u128::from(part_ns))
    }

    /// The first local instant that is not before `global`: when the node sees what happens then.
    pub fn at_or_after(self, global: Instant) -> Instant {
        match global.since(self.start).as_ns() {
            0 => Instant::START,
            passed_ns => {
                let before = Instant::from_ns(self.start.as_ns() + (passed_ns - 1));
                Instant::from_ns(self.to_local(before).as_ns() + 1)
            }
        }
    }

    /// `global`, or the first instant after it at which the node's clock moves.
    pub fn next_tick(self, global: Instant) -> Instant {
        if self.crystal == Crystal::EXACT {
            return global.max(self.start);
        }
        self.to_global(self.at_or_after(global))
    }

    /// The second in which the clock shows `local`.
    fn second_of(self, local_ns: u64) -> u64 {
        if !self.crystal.drifts() {
            return local_ns / self.crystal.second_length(0);
        }
        // The shortest second has nine tenths of a second.
        let (mut low, mut high) = (0, local_ns / (NS_PER_S / 10 * 9) + 1);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if self.crystal.before_second(middle) <= u128::from(local_ns) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn clip(ns: u128) -> Instant {
    Instant::from_ns(u64::try_from(ns).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
