// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A UART between two ports: a wire for each direction, which share nothing.

use crate::{End, Faults, Framing, Handed, Lane, Link, OnWire, Outcome, Parity, Told, Uart, What, Wire};
use vtime::{Instant, Span};

/// Two ends, each of which has a wire to the other one. Its lanes are what each end sends.
#[derive(Clone, Debug)]
pub struct TwoWires {
    uart: Uart,
    /// By the end that sends.
    wires: [Wire; 2],
    /// When the last byte arrived; no other one comes before it.
    arrived: [Instant; 2],
    faults: Faults,
}

impl TwoWires {
    /// How many lanes there are.
    pub const LANES: usize = 2;

    /// Wires on which nothing was sent yet.
    pub fn new(uart: Uart, faults: Faults) -> TwoWires {
        TwoWires { uart, wires: [Wire::new(uart), Wire::new(uart)], arrived: [Instant::START; 2], faults }
    }

    const fn wire(from: End) -> usize {
        if from.0 == 0 { 0 } else { 1 }
    }
}

/// What a receiver makes of a byte of which a bit is wrong; the start bit is bit 0. A frame that does not begin or end as it should,
/// or whose parity is wrong, is no byte.
fn received(byte: u8, wrong_bit: Option<u64>, framing: Framing) -> Option<u8> {
    let Some(bit) = wrong_bit else { return Some(byte) };
    let data = 1..=u64::from(framing.data_bits());
    let seen = framing.parity() != Parity::None;
    // The ninth bit is not carried.
    (data.contains(&bit) && !seen).then(|| byte ^ 1u8.checked_shl(bit as u32 - 1).unwrap_or(0))
}

impl Link for TwoWires {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let place = TwoWires::wire(from);
        let (wire, arrived) = (&mut self.wires[place], &mut self.arrived[place]);
        // A byte that the power cuts off does not keep the wire busy: others were told when it is free.
        let before = wire.clone();
        let times = wire.send(at);
        if times.ends > cut {
            *wire = before;
            out.tell(Told { from, seq, at: cut, ends: cut, what: What::Lost, to: None, bytes });
            return;
        }
        let framing = self.uart.framing();
        let bits = framing.frame_bits().into();
        let lane = Lane(place as u16);
        let on_wire = OnWire { lane, starts: times.starts, arrives: times.arrives, bits, bytes };
        let struck = self.faults.strike(on_wire);
        let told = Told { from, seq, at: times.starts, ends: times.ends, what: What::Lost, to: None, bytes };
        if struck.any {
            out.tell(Told { what: What::Struck, ..told });
        }
        let byte = bytes.first().and_then(|byte| received(*byte, struck.wrong_bit, framing));
        let Some(byte) = byte.filter(|_| !struck.lost) else { return out.tell(told) };
        let to = End(1 - place as u16);
        let mut arrive = |times: Instant| {
            *arrived = (times + struck.delay).max(*arrived);
            out.deliver(to, *arrived, &[byte]);
            *arrived
        };
        let arrives = arrive(times.arrives);
        if struck.twice {
            let again = wire.send(times.ends);
            if again.ends <= cut {
                arrive(again.arrives);
            }
        }
        out.tell(Told { what: What::Sent, to: Some((to, arrives)), bytes: &[byte], ..told });
    }

    fn settle(&mut self, _before: Instant, _out: &mut dyn Outcome) {}

    fn lookahead(&self) -> Span {
        self.uart.lookahead()
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let place = TwoWires::wire(from);
        self.wires[place].earliest(at).max(self.arrived[place])
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        Instant::FAR
    }

    fn earliest_told(&self) -> Instant {
        Instant::FAR
    }

    fn unfired(&self) -> Vec<usize> {
        self.faults.unfired().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, Draws, Fault, FaultKind, Which};
    use std::num::NonZeroU64;

    #[derive(Default)]
    struct Seen {
        delivered: Vec<(u64, u8)>,
        told: Vec<(u64, What, u8)>,
    }

    impl Outcome for Seen {
        fn deliver(&mut self, _to: End, at: Instant, bytes: &[u8]) {
            self.delivered.push((at.as_ns(), bytes[0]));
        }

        fn tell(&mut self, told: Told<'_>) {
            self.told.push((told.seq, told.what, told.bytes[0]));
        }
    }

    /// Sends 'a', 'b', 'c' at once, 10 us each, with a fault at the second one; what arrives, and when in microseconds.
    #[track_caller]
    fn check(framing: &str, act: Act, expected: &[(u64, u8)]) {
        let which = Which::Nth(NonZeroU64::new(2).unwrap());
        let kind = FaultKind::Frames { matching: vec![], which, act };
        let fault = Fault { lanes: vec![], from: Instant::START, until: Instant::FAR, kind };
        let faults = Faults::new(vec![fault], Draws::new(0, "wire"), TwoWires::LANES);
        let framing: Framing = framing.parse().unwrap();
        let uart = Uart::new(100_000 * u32::from(framing.frame_bits()), framing, Span::ZERO).unwrap();
        let (mut link, mut seen) = (TwoWires::new(uart, faults), Seen::default());
        assert_eq!(link.unfired(), [0]);
        for (seq, byte) in (0..).zip(*b"abc") {
            let soonest = link.earliest(End(0), Instant::START);
            let known = seen.delivered.len();
            let handed = Handed { from: End(0), at: Instant::START, seq, cut: Instant::FAR, bytes: &[byte] };
            link.hand_over(handed, &mut seen);
            assert!(seen.delivered[known..].iter().all(|(at, _)| *at >= soonest.as_ns()));
        }
        let delivered: Vec<_> = seen.delivered.iter().map(|(at, byte)| (at / 1000, *byte)).collect();
        assert_eq!(delivered, expected, "{act:?}");
        assert!(link.unfired().is_empty());
        let struck: Vec<_> = seen.told.iter().filter(|(_, what, _)| *what == What::Struck).collect();
        assert_eq!(struck, [&(1, What::Struck, b'b')]);
        let lost = seen.told.iter().filter(|(_, what, _)| *what == What::Lost).count();
        assert_eq!(lost, usize::from(expected.len() < 3));
    }

    #[test]
    fn bytes_are_struck() {
        check("8N1", Act::Drop, &[(10, b'a'), (30, b'c')]);
        check("8N1", Act::Duplicate, &[(10, b'a'), (20, b'b'), (30, b'b'), (40, b'c')]);
        check("8N1", Act::Delay(Span::from_ns(25_000)), &[(10, b'a'), (45, b'b'), (45, b'c')]);
        // The lowest data bit follows the start bit.
        check("8N1", Act::Corrupt { bit: 1 }, &[(10, b'a'), (20, b'c'), (30, b'c')]);
        check("8N1", Act::Corrupt { bit: 0 }, &[(10, b'a'), (30, b'c')]);
        check("8N1", Act::Corrupt { bit: 9 }, &[(10, b'a'), (30, b'c')]);
        check("8E1", Act::Corrupt { bit: 1 }, &[(10, b'a'), (30, b'c')]);
    }
}
