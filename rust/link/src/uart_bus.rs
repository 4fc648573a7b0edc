// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A UART that several ports share, as RS-485 has it (TIA-485-A): who sends drives the pair, and all others hear it.
//!
//! A driver does not hear itself: its receiver is off while it drives. Who sends while another one does spoils both: nobody
//! gets either byte, and the trace says so. What a fault takes off the wire garbles nobody.
//!
//! **Limits:** there is no flow control. Who holds the pair low for as long as it likes, as some UARTs send a break, is heard to do
//! so for [`HELD_BITS`].
//!
//! **Invariant:** whether a byte gets through is known once nobody can hand over anything before its last bit any more.

use crate::drivers::{Driven, Drivers, HELD_BITS};
use crate::two_wires::{Sending, tell_remark};
use crate::uart::{Sent, Uart, Wire};
use crate::{End, Faults, Handed, Lane, Link, OnWire, Outcome, Told, Unfired, What};
use ::uart::{FromLine, RECORD_LEN_MAX, ToLine, Wave};
use vtime::{Instant, Span};

/// A pair of wires with several ends.
#[derive(Clone, Debug)]
pub struct UartBus {
    uart: Uart,
    /// By end: a UART sends one byte after the other.
    wires: Vec<Wire>,
    drivers: Drivers,
    faults: Faults,
    /// The bytes of a record; empty between calls, here to keep its memory.
    record: Vec<u8>,
}

impl UartBus {
    /// A bus on which nothing was sent yet. Its lanes are what each end sends.
    pub fn new(uart: Uart, ends: usize, faults: Faults) -> UartBus {
        let (wires, drivers) = (vec![Wire::new(uart); ends], Drivers::new(ends));
        UartBus { uart, wires, drivers, faults, record: Vec::with_capacity(RECORD_LEN_MAX) }
    }
}

impl Link for UartBus {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let (Some(wire), Ok(said)) = (self.wires.get_mut(usize::from(from.0)), ToLine::read(bytes)) else {
            return;
        };
        let said = match said {
            ToLine::Hold(true) => ToLine::Break { bit_fs: 0, bits: HELD_BITS },
            ToLine::Strange(_) | ToLine::Misheard(_) => return tell_remark(handed, out),
            said => said,
        };
        let Some(sent) = Sending::of(said, self.uart) else { return };
        let before = wire.clone();
        let times = sent.leave(wire, at);
        if times.ends > cut {
            *wire = before;
            let bytes = sent.shown(bytes);
            out.tell(Told { from, seq, at: cut, ends: cut, what: What::Lost, to: None, bytes });
            return;
        }
        let (uart, lane, starts) = (self.uart, Lane(from.0), times.starts);
        let whole = |times: Sent| Sent { arrives: times.arrives.max(times.ends + uart.delay()), ..times };
        let (times, bits, shown) = (whole(times), sent.bits(uart.framing()), sent.shown(bytes));
        let struck = self.faults.strike(OnWire { lane, starts, arrives: times.arrives, bits, bytes: shown });
        let told = Told { from, seq, at: starts, ends: times.ends, what: What::Lost, to: None, bytes: shown };
        struck.by.tell(told, out);
        if struck.lost {
            return out.tell(told);
        }
        let sent = struck.wrong_bit.map_or(sent, |bit| sent.with_wrong_bit(bit, uart.settings()));
        let driven = Driven { seq, sent, times, again: false, is_spoilt: false };
        self.drivers.push(from, driven);
        if struck.twice {
            let times = whole(sent.leave(wire, times.ends));
            if times.ends <= cut {
                self.drivers.push(from, Driven { times, again: true, ..driven });
            }
        }
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        while let Some((from, driven)) = self.drivers.next(before) {
            let Driven { seq, sent, times: Sent { starts, arrives, .. }, again, is_spoilt } = driven;
            let what = if is_spoilt { What::Failed } else { What::Sent };
            self.record.clear();
            if let Sending::Break(Wave { bit_fs, bits, .. }) = sent {
                ToLine::Break { bit_fs, bits }.write(&mut self.record);
            }
            let bytes = sent.shown(&self.record);
            if !again {
                out.tell(Told { from, seq, at: starts, ends: arrives, what, to: None, bytes });
            }
            if is_spoilt {
                continue;
            }
            let age_ns = arrives.since(starts).as_ns().saturating_sub(self.uart.delay().as_ns());
            let said = match sent {
                Sending::Byte(byte) => FromLine::Byte(byte),
                Sending::Frame(_, wave) | Sending::Break(wave) => FromLine::Wave { age_ns, wave },
            };
            self.record.clear();
            said.write(&mut self.record);
            let others = (0..self.wires.len()).map(|other| End(other as u16)).filter(|other| *other != from);
            others.for_each(|other| out.deliver(other, arrives, &self.record));
        }
    }

    fn lookahead(&self) -> Span {
        self.uart.lookahead()
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        self.wires.get(usize::from(from.0)).map_or(Instant::FAR, |wire| wire.earliest(at))
    }

    fn earliest_effect(&self, to: End) -> Instant {
        self.drivers.first_arrival(Some(to))
    }

    fn earliest_told(&self) -> Instant {
        self.drivers.first_start()
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn waiting(&self, from: End) -> usize {
        self.drivers.waiting(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, Draws, Fault, FaultKind, Which};
    use proptest::prelude::*;

    /// What came out of a bus: deliveries (time, end, byte), and what was told (time, end, byte, whether it went through).
    #[derive(Debug, Default, PartialEq, Eq)]
    struct Seen {
        delivered: Vec<(u64, u16, u8)>,
        told: Vec<(u64, u16, u8, What)>,
    }

    impl Outcome for Seen {
        fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
            self.delivered.push((at.as_ns(), to.0, bytes[0]));
        }

        fn tell(&mut self, told: Told<'_>) {
            self.told.push((told.at.as_ns(), told.from.0, told.bytes[0], told.what));
        }
    }

    /// 10 ns a byte.
    fn bus(ends: usize) -> UartBus {
        let uart = Uart::new(1_000_000_000, crate::Framing::default(), Span::ZERO).unwrap();
        UartBus::new(uart, ends, Faults::none(ends))
    }

    fn hand_over(bus: &mut UartBus, seen: &mut Seen, at_ns: u64, from: u16, byte: u8) {
        let (at, from, seq) = (Instant::from_ns(at_ns), End(from), u64::from(byte));
        bus.hand_over(Handed { from, at, seq, cut: Instant::FAR, bytes: &[byte] }, seen);
    }

    #[test]
    fn a_break_and_other_settings_are_levels() {
        struct All(Vec<(u64, u16, FromLine)>, Vec<(u64, u64, What, ToLine)>);
        impl Outcome for All {
            fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
                self.0.push((at.as_ns(), to.0, FromLine::read(bytes).unwrap()));
            }
            fn tell(&mut self, told: Told<'_>) {
                let Told { at, ends, what, bytes, .. } = told;
                self.1.push((at.as_ns(), ends.as_ns(), what, ToLine::read(bytes).unwrap()));
            }
        }
        let (mut bus, mut all) = (bus(2), All(vec![], vec![]));
        let mut hand_over = |at_ns, said: ToLine| {
            let mut bytes = Vec::new();
            said.write(&mut bytes);
            let (at, cut) = (Instant::from_ns(at_ns), Instant::FAR);
            bus.hand_over(Handed { from: End(0), at, seq: at_ns, cut, bytes: &bytes }, &mut all);
        };
        let fast = ::uart::Settings { bit_fs: 500_000, framing: crate::Framing::default() };
        hand_over(0, ToLine::Frame { settings: fast, byte: 7 });
        hand_over(1, ToLine::Strange(fast));
        hand_over(100, ToLine::Hold(true));
        hand_over(200, ToLine::Hold(false));
        bus.settle(Instant::from_ns(1_000), &mut all);
        let wave = |age_ns, wave| FromLine::Wave { age_ns, wave };
        // 5 ns, but no sooner than a frame of the link's; 13 bits.
        let expected =
            [(10, 1, wave(10, Wave::of_byte(7, fast))), (114, 1, wave(14, Wave::of_break(13, 1_000_000)))];
        assert_eq!(all.0, expected);
        let broken = ToLine::Break { bit_fs: 1_000_000, bits: 13 };
        let expected = [
            (1, 1, What::Failed, ToLine::Strange(fast)),
            (0, 10, What::Sent, ToLine::Byte(7)),
            (100, 114, What::Sent, broken),
        ];
        assert_eq!(all.1, expected);
    }

    #[test]
    fn all_others_hear_a_byte() {
        let (mut bus, mut seen) = (bus(3), Seen::default());
        hand_over(&mut bus, &mut seen, 5, 1, b'x');
        bus.settle(Instant::from_ns(14), &mut seen);
        assert_eq!(seen, Seen::default(), "somebody may still drive before it is over");
        assert_eq!((bus.earliest_told().as_ns(), bus.earliest_effect(End(0)).as_ns()), (5, 15));
        bus.settle(Instant::from_ns(15), &mut seen);
        assert_eq!(seen.delivered, [(15, 0, b'x'), (15, 2, b'x')]);
        assert_eq!(seen.told, [(5, 1, b'x', What::Sent)]);
    }

    #[test]
    fn two_drivers_spoil_their_bytes() {
        let (mut bus, mut seen) = (bus(3), Seen::default());
        // The second of 0 begins at 10, when 1 still drives; that of 2 begins when both are over.
        for (at_ns, from, byte) in [(0, 0, b'a'), (0, 0, b'b'), (9, 1, b'c'), (20, 2, b'd')] {
            hand_over(&mut bus, &mut seen, at_ns, from, byte);
        }
        bus.settle(Instant::FAR, &mut seen);
        let told: Vec<_> = seen.told.iter().map(|(at_ns, _, byte, what)| (*at_ns, *byte, *what)).collect();
        use What::{Failed, Sent};
        assert_eq!(told, [(0, b'a', Failed), (9, b'c', Failed), (10, b'b', Failed), (20, b'd', Sent)]);
        assert_eq!(seen.delivered, [(30, 0, b'd'), (30, 1, b'd')]);
    }

    /// Bytes 0, 1, 2 of end 0, one after the other, with a fault at the second one, and one of end 1 when that is on its way.
    #[track_caller]
    fn check_fault(kind: FaultKind, told: &[(u64, u16, u8, What)], delivered: &[(u64, u8)]) {
        let fault =
            Fault { lanes: vec![Lane(0)], from: Instant::from_ns(5), until: Instant::from_ns(15), kind };
        let uart = Uart::new(1_000_000_000, crate::Framing::default(), Span::ZERO).unwrap();
        let faults = Faults::new(vec![fault], Draws::new(0, "pair"), 3);
        let (mut bus, mut seen) = (UartBus::new(uart, 3, faults), Seen::default());
        for byte in 0..3 {
            hand_over(&mut bus, &mut seen, 0, 0, byte);
        }
        bus.settle(Instant::FAR, &mut seen);
        seen.told.sort_by_key(|told| told.0);
        assert_eq!(seen.told, told);
        let heard: Vec<_> =
            seen.delivered.iter().filter(|(_, to, _)| *to == 2).map(|(at, _, byte)| (*at, *byte)).collect();
        assert_eq!(heard, delivered);
        assert_eq!(bus.unfired(), []);
    }

    #[test]
    fn bytes_are_struck() {
        use What::{Lost, Sent};
        let frames = |act| FaultKind::Frames { matching: vec![], which: Which::Every, act };
        let struck = What::Struck { fault: 0 };
        let (first, last) = ((0, 0, 0, Sent), (20, 0, 2, Sent));
        let lost = [first, (10, 0, 1, struck), (10, 0, 1, Lost), last];
        check_fault(frames(Act::Drop), &lost, &[(10, 0), (30, 2)]);
        // Bit 0 is the start bit: what comes is no byte then, but levels, whose record begins with 16.
        let levels = [first, (10, 0, 1, struck), (10, 0, 1, Sent), last];
        check_fault(frames(Act::Corrupt { bit: 0 }), &levels, &[(10, 0), (20, 16), (30, 2)]);
        let wrong = [first, (10, 0, 1, struck), (10, 0, 3, Sent), last];
        check_fault(frames(Act::Corrupt { bit: 2 }), &wrong, &[(10, 0), (20, 3), (30, 2)]);
        let twice = [first, (10, 0, 1, struck), (10, 0, 1, Sent), (30, 0, 2, Sent)];
        check_fault(frames(Act::Duplicate), &twice, &[(10, 0), (20, 1), (30, 1), (40, 2)]);
        // What is on the wire from 5 to 15: two of them.
        let cut = [(0, 0, 0, struck), (0, 0, 0, Lost), (10, 0, 1, struck), (10, 0, 1, Lost), last];
        check_fault(FaultKind::Cut, &cut, &[(30, 2)]);
    }

    /// What is dropped is not on the wire, and spoils nothing.
    #[test]
    fn what_is_cut_off_garbles_nobody() {
        let (from, until) = (Instant::START, Instant::from_ns(100));
        let fault = Fault { lanes: vec![Lane(1)], from, until, kind: FaultKind::Cut };
        let uart = Uart::new(1_000_000_000, crate::Framing::default(), Span::ZERO).unwrap();
        let faults = Faults::new(vec![fault], Draws::new(0, "pair"), 3);
        let (mut bus, mut seen) = (UartBus::new(uart, 3, faults), Seen::default());
        hand_over(&mut bus, &mut seen, 0, 0, b'a');
        hand_over(&mut bus, &mut seen, 3, 1, b'b');
        bus.settle(Instant::FAR, &mut seen);
        assert_eq!(seen.delivered, [(10, 1, b'a'), (10, 2, b'a')]);
    }

    proptest! {
        /// What comes out does not depend on when it settles, and is what the definition says: a byte is heard if no other end
        /// drives meanwhile.
        #[test]
        fn it_does_not_matter_when_it_settles(
            sends in prop::collection::vec((0u64..60, 0u16..4), 1..40),
            cuts in prop::collection::vec(any::<bool>(), 40),
        ) {
            let mut now_ns = 0;
            let (mut often, mut once) = (bus(4), bus(4));
            let (mut seen, mut expected) = (Seen::default(), Seen::default());
            let mut intervals: Vec<(u64, u64, u16, u8)> = Vec::new();
            for (byte, ((gap_ns, from), cut)) in (0u8..).zip(sends.iter().zip(cuts)) {
                now_ns += gap_ns / 4;
                if cut {
                    let effects = [0, 1, 2, 3].map(|end| often.earliest_effect(End(end)));
                    let told = often.earliest_told();
                    let known = (seen.delivered.len(), seen.told.len());
                    often.settle(Instant::from_ns(now_ns), &mut seen);
                    prop_assert!(seen.delivered[known.0..].iter().all(|(at, to, _)| *at >= effects[usize::from(*to)].as_ns()));
                    prop_assert!(seen.told[known.1..].iter().all(|(at, ..)| *at >= told.as_ns()));
                    prop_assert!((0..4).all(|end| often.earliest_effect(End(end)) > Instant::from_ns(now_ns)));
                }
                hand_over(&mut often, &mut seen, now_ns, *from, byte);
                hand_over(&mut once, &mut expected, now_ns, *from, byte);
                let free_ns = intervals.iter().filter(|known| known.2 == *from).map(|known| known.1).max();
                let starts_ns = free_ns.unwrap_or(0).max(now_ns);
                intervals.push((starts_ns, starts_ns + 10, *from, byte));
            }
            often.settle(Instant::FAR, &mut seen);
            once.settle(Instant::FAR, &mut expected);
            prop_assert_eq!(&seen, &expected);
            for (starts, ends, from, byte) in &intervals {
                let alone = intervals.iter().all(|other| other.2 == *from || other.1 <= *starts || *ends <= other.0);
                let what = if alone { What::Sent } else { What::Failed };
                prop_assert!(seen.told.contains(&(*starts, *from, *byte, what)));
                let heard = seen.delivered.iter().filter(|known| known.2 == *byte).count();
                prop_assert_eq!(heard, if alone { 3 } else { 0 });
            }
        }
    }
}
