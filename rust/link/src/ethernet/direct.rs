// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Two ends and a cable between them.

use super::cable::{Cable, Carried};
use super::{Rate, filled};
use crate::{End, Faults, Handed, Lane, Link, Outcome, Told, Unfired};
use vtime::{Instant, Span};

/// What a cable between two ends is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectSpec {
    /// Its rate.
    pub rate: Rate,
    /// How long a bit travels.
    pub delay: Span,
}

/// A cable between two ends: what one sends, the other gets.
///
/// The two directions share nothing, so each frame is decided when it is handed over.
#[derive(Clone, Debug)]
pub struct Direct {
    /// By their senders.
    cables: [Cable; 2],
    faults: Faults,
}

impl Direct {
    /// How many lanes it has: one for each sender.
    pub const LANES: usize = 2;

    /// A cable on which nothing was sent yet.
    pub fn new(spec: DirectSpec, faults: Faults) -> Direct {
        let cable = |end| Cable::new(Direct::lane(End(end)), spec.rate, spec.delay);
        Direct { cables: [cable(0), cable(1)], faults }
    }

    /// The lane of what `from` sends.
    pub const fn lane(from: End) -> Lane {
        Lane(from.0)
    }

    fn cable(&self, from: End) -> &Cable {
        &self.cables[usize::from(from.0)]
    }
}

impl Link for Direct {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let cable = &mut self.cables[usize::from(from.0)];
        let carried = cable.carry(at, cut, bytes, &mut self.faults);
        filled(bytes, |bytes| {
            let Carried { starts, ends, arrives, what, struck } = carried;
            let other = End(1 - from.0);
            let to = arrives[0].map(|arrives| (other, arrives));
            out.tell(Told { from, seq, at: starts, ends, what, to, bytes });
            struck.tell(Told { from, seq, at: starts, ends, what, to: None, bytes }, out);
            for arrives in arrives.into_iter().flatten() {
                out.deliver(other, arrives, bytes);
            }
        });
    }

    fn settle(&mut self, _before: Instant, _out: &mut dyn Outcome) {}

    fn lookahead(&self) -> Span {
        self.cables[0].lookahead()
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        self.cable(from).earliest(at, 0)
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        Instant::FAR
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn earliest_told(&self) -> Instant {
        Instant::FAR
    }
}
