// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What is to be reached, and whether it was.

use crate::stats::Spread;
use crate::table::{Cell, Table};

/// With less of the CPUs than this for the free pair, the host was too busy to judge by.
pub const QUIET: f64 = 0.90;

/// The bound of a goal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A ratio of two runs: a busy host may favour either, and decides nothing.
    RatioAtLeast(f64),
    /// A speed of one run: on a busy host it can only be lower, so that reaching it counts all the same.
    SpeedAtLeast(f64),
    /// Seconds of one run: on a busy host there can only be more.
    SecondsBelow(f64),
}

/// Something to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// What.
    pub what: String,
    /// How much.
    pub bound: Bound,
    /// What was found; the median counts. `None`: it was not measured.
    pub found: Option<Spread>,
}

/// Whether it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Met,
    /// No.
    Missed,
    /// The host was busy.
    Undecided,
    /// Nobody looked.
    NotMeasured,
}

impl Goal {
    /// `share`: which part of the CPUs the free pair got; `None` if none ran, and then the host is taken to be quiet.
    pub fn verdict(&self, share: Option<Spread>) -> Verdict {
        let Some(Spread { median, .. }) = self.found else { return Verdict::NotMeasured };
        let quiet = share.is_none_or(|share| share.median >= QUIET);
        let (met, counts_when_busy) = match self.bound {
            Bound::RatioAtLeast(bound) => (median >= bound, false),
            Bound::SpeedAtLeast(bound) => (median >= bound, true),
            Bound::SecondsBelow(bound) => (median < bound, true),
        };
        match (met, quiet) {
            (true, true) => Verdict::Met,
            (true, false) if counts_when_busy => Verdict::Met,
            (false, true) => Verdict::Missed,
            (_, false) => Verdict::Undecided,
        }
    }

    fn row(&self, share: Option<Spread>) -> Vec<Cell> {
        let (bound, decimals) = match self.bound {
            Bound::RatioAtLeast(bound) => (format!("at least {bound:.2}"), 2),
            Bound::SpeedAtLeast(bound) => (format!("at least {bound:.0} times real time"), 1),
            Bound::SecondsBelow(bound) => (format!("under {bound:.0} s"), 2),
        };
        let verdict = match self.verdict(share) {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::Undecided => "undecided: busy host",
            Verdict::NotMeasured => "not measured",
        };
        vec![
            Cell::text(&self.what),
            Cell::text(bound),
            Cell::spread(self.found, decimals),
            Cell::text(verdict),
        ]
    }
}

/// All goals in one table.
pub fn table(goals: &[Goal], share: Option<Spread>) -> Table {
    Table {
        head: vec!["goal", "bound", "found", "verdict"],
        rows: goals.iter().map(|goal| goal.row(share)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bound: Bound, found: Option<f64>, share: f64, expected: Verdict) {
        let goal = Goal { what: "x".into(), bound, found: found.and_then(|found| Spread::of([found])) };
        assert_eq!(goal.verdict(Spread::of([share])), expected, "{goal:?} with {share}");
    }

    #[test]
    fn the_bound_decides() {
        check(Bound::RatioAtLeast(0.75), Some(0.75), 1.0, Verdict::Met);
        check(Bound::RatioAtLeast(0.75), Some(0.74), 1.0, Verdict::Missed);
        check(Bound::SpeedAtLeast(10.0), Some(9.0), 1.0, Verdict::Missed);
        check(Bound::SecondsBelow(2.0), Some(1.9), 1.0, Verdict::Met);
        check(Bound::SecondsBelow(2.0), Some(2.0), 1.0, Verdict::Missed);
        check(Bound::SecondsBelow(2.0), None, 1.0, Verdict::NotMeasured);
    }

    #[test]
    fn a_busy_host_decides_only_what_it_makes_worse() {
        check(Bound::RatioAtLeast(0.75), Some(0.99), 0.5, Verdict::Undecided);
        check(Bound::SpeedAtLeast(10.0), Some(12.0), 0.5, Verdict::Met);
        check(Bound::SpeedAtLeast(10.0), Some(8.0), 0.5, Verdict::Undecided);
        check(Bound::SecondsBelow(2.0), Some(1.0), 0.5, Verdict::Met);
        check(Bound::SecondsBelow(2.0), Some(3.0), 0.5, Verdict::Undecided);
    }
}
