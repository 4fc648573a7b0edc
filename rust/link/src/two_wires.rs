// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A UART between two ports: a wire for each direction, which share nothing.

use crate::{End, Handed, Link, Outcome, Told, Uart, What, Wire};
use vtime::{Instant, Span};

/// Two ends, each of which has a wire to the other one.
#[derive(Clone, Debug)]
pub struct TwoWires {
    uart: Uart,
    /// By the end that sends.
    wires: [Wire; 2],
}

impl TwoWires {
    /// Wires on which nothing was sent yet.
    pub const fn new(uart: Uart) -> TwoWires {
        TwoWires { uart, wires: [Wire::new(uart), Wire::new(uart)] }
    }

    const fn wire(from: End) -> usize {
        if from.0 == 0 { 0 } else { 1 }
    }
}

impl Link for TwoWires {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let wire = &mut self.wires[TwoWires::wire(from)];
        // A byte that the power cuts off does not keep the wire busy: others were told when it is free.
        let before = wire.clone();
        let times = wire.send(at);
        if times.ends > cut {
            *wire = before;
            out.tell(Told { from, seq, at: cut, ends: cut, what: What::Lost, to: None, bytes });
            return;
        }
        let to = End(1 - TwoWires::wire(from) as u16);
        out.deliver(to, times.arrives, bytes);
        let (at, ends, to) = (times.starts, times.ends, Some((to, times.arrives)));
        out.tell(Told { from, seq, at, ends, what: What::Sent, to, bytes });
    }

    fn settle(&mut self, _before: Instant, _out: &mut dyn Outcome) {}

    fn lookahead(&self) -> Span {
        self.uart.lookahead()
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        self.wires[TwoWires::wire(from)].earliest(at)
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        Instant::FAR
    }

    fn earliest_told(&self) -> Instant {
        Instant::FAR
    }
}
