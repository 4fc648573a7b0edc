// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where every node stands: for the message when a run stalls, and for the sums at its end.

use crate::Counts;
use std::fmt;
use vtime::Instant;

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeReport<'a> {
    /// Its name.
    pub name: &'a str,
    /// Up to when it is done.
    pub clock: Instant,
    /// What it does now.
    pub state: State<'a>,
    /// What it did so far.
    pub counts: Counts,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State<'a> {
    /// It has a grant, and did not report yet that it reached it.
    Running {
        /// Where it is to stop.
        until: Instant,
    },
    /// It can run, and gets a grant when the run loop asks for one (and when it is its turn, if the run is serial).
    Ready {
        /// Its horizon.
        until: Instant,
    },
    /// It sleeps, and is granted more when it has something to do.
    Asleep {
        /// Until then, unless something arrives before.
        until: Instant,
        /// The neighbour that could send it something first.
        neighbour: &'a str,
        /// Up to when that one is done.
        at: Instant,
    },
    /// It must not run before a neighbour did.
    Waiting {
        /// The neighbour that bounds it.
        neighbour: &'a str,
        /// Up to when that one is done.
        at: Instant,
    },
    /// It stands where all must wait for the master of the run's time.
    AtCeiling,
    /// It is off, until its clock.
    Off,
    /// It reached the end of the run.
    Finished,
}

/// `pinger at 0.000086805, runs to 0.000173610`, without a line end.
impl fmt::Display for NodeReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}, ", self.name, self.clock)?;
        match self.state {
            State::Running { until } => write!(f, "runs to {until}"),
            State::Ready { until } => write!(f, "can run to {until}"),
            State::Asleep { until: Instant::FAR, neighbour, at } => {
                write!(
                    f,
                    "sleeps until something arrives; next could come from {neighbour}, which is at {at}"
                )
            }
            State::Asleep { until, neighbour, at } => {
                write!(f, "sleeps until {until}, bounded by {neighbour}, which is at {at}")
            }
            State::Waiting { neighbour, at } => write!(f, "waits for {neighbour}, which is at {at}"),
            State::AtCeiling => write!(f, "waits for a grant from outside"),
            State::Off => write!(f, "is off until then"),
            State::Finished => write!(f, "finished"),
        }
    }
}
