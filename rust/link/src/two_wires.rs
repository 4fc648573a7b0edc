// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A UART between two ports: a wire for each direction, which share nothing.

use crate::{
    End, Faults, Framing, Handed, Lane, Link, OnWire, Outcome, Sent, Told, Uart, Unfired, What, Wire,
};
use ::uart::{FromLine, Parity, RECORD_LEN_MAX, Settings, ToLine, Wave};
use vtime::{Instant, Span};

/// Two ends, each of which has a wire to the other one. Its lanes are what each end sends.
#[derive(Clone, Debug)]
pub struct TwoWires {
    uart: Uart,
    /// By the end that sends.
    directions: [Direction; 2],
    faults: Faults,
    /// The bytes of a record; empty between calls, here to keep its memory.
    record: Vec<u8>,
}

/// What one end sends.
#[derive(Clone, Debug)]
struct Direction {
    wire: Wire,
    /// When the last of it arrived; nothing else on this wire comes before it. RTS is a wire of its own.
    arrived: Instant,
    /// When what a fault has made late is over there: what comes behind it is pushed, and never closer than it would be on a wire.
    pushed: Instant,
    /// The sender holds its wire low.
    is_held: bool,
    /// The sender has room for more.
    rts: bool,
}

impl TwoWires {
    /// How many lanes there are.
    pub const LANES: usize = 2;

    /// Wires on which nothing was sent yet.
    pub fn new(uart: Uart, faults: Faults) -> TwoWires {
        let (wire, start) = (Wire::new(uart), Instant::START);
        let direction = Direction { wire, arrived: start, pushed: start, is_held: false, rts: false };
        let record = Vec::with_capacity(RECORD_LEN_MAX);
        TwoWires { uart, directions: [direction.clone(), direction], faults, record }
    }

    const fn direction(from: End) -> usize {
        if from.0 == 0 { 0 } else { 1 }
    }

    /// Something to the other end, no sooner than what came before it on the wire.
    fn deliver(&mut self, place: usize, at: Instant, said: FromLine, out: &mut dyn Outcome) -> Instant {
        let Direction { arrived, pushed, .. } = &mut self.directions[place];
        let at = at.max(*arrived).max(*pushed);
        *arrived = at;
        self.pass(place, at, said, out);
        at
    }

    /// A frame to the other end, so much later than it would be there.
    fn deliver_late(
        &mut self,
        place: usize,
        times: Sent,
        late: Span,
        said: FromLine,
        out: &mut dyn Outcome,
    ) -> Instant {
        let at = self.deliver(place, times.arrives + late, said, out);
        if at > times.arrives {
            self.directions[place].pushed = at + times.ends.since(times.starts);
        }
        at
    }

    /// Something to the other end, on the wire or beside it.
    fn pass(&mut self, place: usize, at: Instant, said: FromLine, out: &mut dyn Outcome) {
        self.record.clear();
        said.write(&mut self.record);
        out.deliver(End(1 - place as u16), at, &self.record);
    }

    fn transmit(&mut self, handed: Handed<'_>, sent: Sending, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let place = TwoWires::direction(from);
        let Direction { wire, is_held, .. } = &mut self.directions[place];
        // What the power cuts off does not keep the wire busy: others were told when it is free.
        let before = wire.clone();
        let times = sent.leave(wire, at);
        if times.ends > cut || *is_held {
            *wire = before;
            let at = if *is_held { at } else { cut };
            let bytes = sent.shown(bytes);
            return out.tell(Told { from, seq, at, ends: at, what: What::Lost, to: None, bytes });
        }
        let (Sent { starts, ends, .. }, whole) = (times, times.arrives.max(times.ends + self.uart.delay()));
        let (lane, bits) = (Lane(place as u16), sent.bits(self.uart.framing()));
        let struck =
            self.faults.strike(OnWire { lane, starts, arrives: whole, bits, bytes: sent.shown(bytes) });
        let told = Told { from, seq, at: starts, ends, what: What::Lost, to: None, bytes: sent.shown(bytes) };
        struck.by.tell(told, out);
        if struck.lost {
            return out.tell(told);
        }
        let sent = struck.wrong_bit.map_or(sent, |bit| sent.with_wrong_bit(bit, self.uart.settings()));
        let said = match sent {
            Sending::Byte(byte) => FromLine::Byte(byte),
            Sending::Frame(_, wave) | Sending::Break(wave) => FromLine::Wave { age_ns: self.age_ns(), wave },
        };
        let arrives = self.deliver_late(place, times, struck.delay, said, out);
        if struck.twice {
            let again = sent.leave(&mut self.directions[place].wire, times.ends);
            if again.ends <= cut {
                self.deliver_late(place, again, struck.delay, said, out);
            }
        }
        let to = Some((End(1 - place as u16), arrives.max(whole)));
        out.tell(Told { what: What::Sent, to, bytes: sent.shown(bytes), ..told });
    }

    /// How long ago what arrives has begun, for its receiver.
    fn age_ns(&self) -> u64 {
        self.uart.lag().as_ns() - self.uart.delay().as_ns()
    }

    fn hold(&mut self, handed: Handed<'_>, is_low: bool, out: &mut dyn Outcome) {
        let Handed { from, at, seq, bytes, .. } = handed;
        let place = TwoWires::direction(from);
        let Direction { wire, is_held, .. } = &mut self.directions[place];
        if std::mem::replace(is_held, is_low) == is_low {
            return;
        }
        wire.wait(at);
        let starts = wire.free_at();
        let said = FromLine::Hold { age_ns: self.age_ns(), is_low };
        let arrives = self.deliver(place, starts + self.uart.lag(), said, out);
        let to = Some((End(1 - place as u16), arrives));
        out.tell(Told { from, seq, at: starts, ends: starts, what: What::Sent, to, bytes });
    }
}

/// What is on a wire.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sending {
    /// A byte as the link's own settings have it.
    Byte(u8),
    /// A byte that is no such one any more, or never was.
    Frame(u8, Wave),
    Break(Wave),
}

impl Sending {
    /// What is sent by that, if it is anything.
    pub(crate) fn of(said: ToLine, uart: Uart) -> Option<Sending> {
        match said {
            ToLine::Byte(byte) => Some(Sending::Byte(byte)),
            ToLine::Frame { settings, byte } => Some(Sending::Frame(byte, Wave::of_byte(byte, settings))),
            ToLine::Break { bit_fs, bits } => {
                let bit_fs = if bit_fs == 0 { uart.settings().bit_fs } else { bit_fs };
                Some(Sending::Break(Wave::of_break(bits, bit_fs)))
            }
            _ => None,
        }
    }

    /// Occupies the wire.
    pub(crate) fn leave(self, wire: &mut Wire, at: Instant) -> Sent {
        match self {
            Sending::Byte(_) => wire.send(at),
            Sending::Frame(_, wave) => wire.send_lasting(at, wave.lasts_fs()),
            // The line is high for a bit behind it.
            Sending::Break(wave) => wire.send_lasting(at, wave.lasts_fs() + u128::from(wave.bit_fs)),
        }
    }

    pub(crate) const fn byte(self) -> Option<u8> {
        match self {
            Sending::Byte(byte) | Sending::Frame(byte, _) => Some(byte),
            Sending::Break(_) => None,
        }
    }

    /// What a trace shows: the byte, or the record.
    pub(crate) fn shown<'a>(&'a self, record: &'a [u8]) -> &'a [u8] {
        match self {
            Sending::Byte(byte) | Sending::Frame(byte, _) => std::slice::from_ref(byte),
            Sending::Break(_) => record,
        }
    }

    /// How many bits it has that can be wrong: of a break the first ones.
    pub(crate) fn bits(self, framing: Framing) -> u64 {
        match self {
            Sending::Byte(_) => framing.frame_bits().into(),
            Sending::Frame(_, wave) | Sending::Break(wave) => wave.bits.min(Wave::LEVELS).into(),
        }
    }

    /// With a wrong bit it is another byte, or levels of which the receiver makes what it can.
    pub(crate) fn with_wrong_bit(self, bit: u64, settings: Settings) -> Sending {
        let framing = settings.framing;
        let data = 1..=u64::from(framing.data_bits().min(8));
        match self {
            Sending::Byte(byte) if data.contains(&bit) && framing.parity() == Parity::None => {
                Sending::Byte(byte ^ 1 << (bit - 1))
            }
            Sending::Byte(byte) => Sending::Frame(byte, Wave::of_byte(byte, settings).with_wrong_bit(bit)),
            Sending::Frame(byte, wave) => Sending::Frame(byte, wave.with_wrong_bit(bit)),
            Sending::Break(wave) => Sending::Break(wave.with_wrong_bit(bit)),
        }
    }
}

/// What the trace tells of an end that only has something to say.
pub(crate) fn tell_remark(handed: Handed<'_>, out: &mut dyn Outcome) {
    let Handed { from, at, seq, bytes, .. } = handed;
    out.tell(Told { from, seq, at, ends: at, what: What::Failed, to: None, bytes });
}

impl Link for TwoWires {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Ok(said) = ToLine::read(handed.bytes) else { return };
        let (place, soonest) = (TwoWires::direction(handed.from), handed.at + self.uart.lookahead());
        match said {
            ToLine::Hold(is_low) => self.hold(handed, is_low, out),
            ToLine::Rts(has_room) => {
                self.directions[place].rts = has_room;
                self.pass(place, soonest, FromLine::Cts(has_room), out);
            }
            ToLine::Ask => self.pass(place, soonest, FromLine::Ask, out),
            ToLine::Strange(_) | ToLine::Misheard(_) => tell_remark(handed, out),
            ToLine::Byte(_) | ToLine::Frame { .. } | ToLine::Break { .. } => {
                if let Some(sent) = Sending::of(said, self.uart) {
                    self.transmit(handed, sent, out);
                }
            }
        }
    }

    fn settle(&mut self, _before: Instant, _out: &mut dyn Outcome) {}

    fn lookahead(&self) -> Span {
        self.uart.lookahead()
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let Direction { wire, arrived, .. } = &self.directions[TwoWires::direction(from)];
        // RTS does not wait for the bytes before it.
        if self.uart.flow_control() { at + self.lookahead() } else { wire.earliest(at).max(*arrived) }
    }

    fn leave(&mut self, end: End, at: Instant, out: &mut dyn Outcome) {
        let place = TwoWires::direction(end);
        // Who has no power pulls no line up or down.
        if std::mem::take(&mut self.directions[place].rts) {
            self.pass(place, at + self.uart.lookahead(), FromLine::Cts(false), out);
        }
        if std::mem::take(&mut self.directions[place].is_held) {
            let said = FromLine::Hold { age_ns: self.age_ns(), is_low: false };
            self.deliver(place, at + self.uart.lag(), said, out);
        }
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        Instant::FAR
    }

    fn earliest_told(&self) -> Instant {
        Instant::FAR
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Act, Draws, Fault, FaultKind, Which};
    use proptest::prelude::*;
    use std::num::NonZeroU64;

    /// Stands for what is no plain byte.
    const LEVELS: u8 = 0xff;

    #[derive(Default)]
    struct Seen {
        delivered: Vec<(u64, u8)>,
        told: Vec<(u64, What, u8)>,
    }

    impl Outcome for Seen {
        fn deliver(&mut self, _to: End, at: Instant, bytes: &[u8]) {
            let [byte] = *bytes else { return self.delivered.push((at.as_ns(), LEVELS)) };
            self.delivered.push((at.as_ns(), byte));
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
        assert_eq!(link.unfired(), [Unfired { place: 0, frames: 0, matched: 0 }]);
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
        let struck: Vec<_> =
            seen.told.iter().filter(|(_, what, _)| matches!(what, What::Struck { .. })).collect();
        assert_eq!(struck, [&(1, What::Struck { fault: 0 }, b'b')]);
        let lost = seen.told.iter().filter(|(_, what, _)| *what == What::Lost).count();
        assert_eq!(lost, usize::from(expected.len() < 3));
    }

    #[test]
    fn bytes_are_struck() {
        check("8N1", Act::Drop, &[(10, b'a'), (30, b'c')]);
        check("8N1", Act::Duplicate, &[(10, b'a'), (20, b'b'), (30, b'b'), (40, b'c')]);
        check("8N1", Act::Delay(Span::from_ns(25_000)), &[(10, b'a'), (45, b'b'), (55, b'c')]);
        // The lowest data bit follows the start bit.
        check("8N1", Act::Corrupt { bit: 1 }, &[(10, b'a'), (20, b'c'), (30, b'c')]);
        // What is no byte any more comes as it is.
        check("8N1", Act::Corrupt { bit: 0 }, &[(10, b'a'), (20, LEVELS), (30, b'c')]);
        check("8N1", Act::Corrupt { bit: 9 }, &[(10, b'a'), (20, LEVELS), (30, b'c')]);
        check("8E1", Act::Corrupt { bit: 1 }, &[(10, b'a'), (20, LEVELS), (30, b'c')]);
    }

    /// Bits of a break beyond the 16th cannot be turned round.
    #[test]
    fn a_strike_on_a_long_break_is_seen() {
        let act = Act::Corrupt { bit: 30 };
        let kind = FaultKind::Frames { matching: vec![], which: Which::Every, act };
        let fault = Fault { lanes: vec![], from: Instant::START, until: Instant::FAR, kind };
        let faults = Faults::new(vec![fault], Draws::new(0, "wire"), TwoWires::LANES);
        let (mut link, mut all) = (TwoWires::new(megabaud(), faults), All::default());
        hand_over_all(&mut link, &mut all, &[(0, ToLine::Break { bit_fs: 0, bits: 40 })]);
        let wave = Wave { levels: 1 << 15, ..Wave::of_break(40, 1_000_000_000) };
        assert_eq!(all.delivered, [(10_500, 1, FromLine::Wave { age_ns: 10_000, wave })]);
    }

    /// All that comes out, as records.
    #[derive(Default)]
    struct All {
        delivered: Vec<(u64, u16, FromLine)>,
        told: Vec<(u64, u64, What, ToLine)>,
    }

    impl Outcome for All {
        fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
            self.delivered.push((at.as_ns(), to.0, FromLine::read(bytes).unwrap()));
        }

        fn tell(&mut self, told: Told<'_>) {
            let Told { at, ends, what, bytes, .. } = told;
            self.told.push((at.as_ns(), ends.as_ns(), what, ToLine::read(bytes).unwrap()));
        }
    }

    /// 1 Mbaud, 8N1, half a microsecond of delay: hands over records of end 0 at those times, in nanoseconds.
    fn hand_over_all(link: &mut TwoWires, all: &mut All, records: &[(u64, ToLine)]) {
        for (seq, (at_ns, said)) in (0..).zip(records) {
            let at = Instant::from_ns(*at_ns);
            let (soonest, known) = (link.earliest(End(0), at).as_ns(), all.delivered.len());
            let mut bytes = Vec::new();
            said.write(&mut bytes);
            link.hand_over(Handed { from: End(0), at, seq, cut: Instant::FAR, bytes: &bytes }, all);
            assert!(all.delivered[known..].iter().all(|(at_ns, ..)| *at_ns >= soonest), "{said:?}");
        }
    }

    fn megabaud() -> Uart {
        Uart::new(1_000_000, Framing::default(), Span::from_ns(500)).unwrap()
    }

    fn half_as_fast() -> ::uart::Settings {
        ::uart::Settings { bit_fs: 2_000_000_000, framing: Framing::default() }
    }

    #[test]
    fn what_is_no_plain_byte_is_levels() {
        let (mut link, mut all) = (TwoWires::new(megabaud(), Faults::none(TwoWires::LANES)), All::default());
        let slow = half_as_fast();
        let records = [
            (0, ToLine::Frame { settings: slow, byte: b'a' }),
            (0, ToLine::Byte(b'b')),
            (0, ToLine::Break { bit_fs: 0, bits: 13 }),
            (0, ToLine::Byte(b'c')),
            (5, ToLine::Misheard(::uart::Heard::Break)),
        ];
        hand_over_all(&mut link, &mut all, &records);
        let wave = |wave| FromLine::Wave { age_ns: 10_000, wave };
        let expected = [
            (10_500, 1, wave(Wave::of_byte(b'a', slow))),
            (30_500, 1, FromLine::Byte(b'b')),
            (40_500, 1, wave(Wave::of_break(13, 1_000_000_000))),
            (54_500, 1, FromLine::Byte(b'c')),
        ];
        assert_eq!(all.delivered, expected);
        let expected = [
            (0, 20_000, What::Sent, ToLine::Byte(b'a')),
            (20_000, 30_000, What::Sent, ToLine::Byte(b'b')),
            (30_000, 44_000, What::Sent, records[2].1),
            (44_000, 54_000, What::Sent, ToLine::Byte(b'c')),
            (5, 5, What::Failed, records[4].1),
        ];
        assert_eq!(all.told, expected);
    }

    #[test]
    fn who_holds_the_line_sends_nothing() {
        let (mut link, mut all) = (TwoWires::new(megabaud(), Faults::none(TwoWires::LANES)), All::default());
        let records = [
            (0, ToLine::Byte(b'a')),
            (3_000, ToLine::Hold(true)),
            (20_000, ToLine::Byte(b'b')),
            (30_000, ToLine::Hold(false)),
            (30_000, ToLine::Byte(b'c')),
            (50_000, ToLine::Hold(true)),
        ];
        hand_over_all(&mut link, &mut all, &records);
        link.leave(End(0), Instant::from_ns(60_000), &mut all);
        let hold = |is_low| FromLine::Hold { age_ns: 10_000, is_low };
        let expected = [
            (10_500, 1, FromLine::Byte(b'a')),
            (20_500, 1, hold(true)),
            (40_500, 1, hold(false)),
            (40_500, 1, FromLine::Byte(b'c')),
            (60_500, 1, hold(true)),
            (70_500, 1, hold(false)),
        ];
        assert_eq!(all.delivered, expected);
        assert_eq!(all.told[2], (20_000, 20_000, What::Lost, ToLine::Byte(b'b')));
    }

    #[test]
    fn rts_is_fast_and_waits_for_no_byte() {
        let uart = megabaud().with_flow_control();
        let (mut link, mut all) = (TwoWires::new(uart, Faults::none(TwoWires::LANES)), All::default());
        let bytes = [(20_000, ToLine::Byte(b'a')), (20_000, ToLine::Byte(b'b'))];
        let words = [(21_000, ToLine::Rts(false)), (50_000, ToLine::Rts(true)), (50_000, ToLine::Ask)];
        hand_over_all(&mut link, &mut all, &[(0, ToLine::Rts(true))]);
        hand_over_all(&mut link, &mut all, &bytes);
        hand_over_all(&mut link, &mut all, &words);
        link.leave(End(0), Instant::from_ns(70_000), &mut all);
        // A quarter of a bit and the delay; a byte is taken half a bit before its end.
        let expected = [
            (750, 1, FromLine::Cts(true)),
            (30_000, 1, FromLine::Byte(b'a')),
            (40_000, 1, FromLine::Byte(b'b')),
            (21_750, 1, FromLine::Cts(false)),
            (50_750, 1, FromLine::Cts(true)),
            (50_750, 1, FromLine::Ask),
            (70_750, 1, FromLine::Cts(false)),
        ];
        assert_eq!(all.delivered, expected);
        assert_eq!(all.told[1], (30_000, 40_000, What::Sent, ToLine::Byte(b'b')));
    }

    /// Who sends all the time, but only what the other one has room for, and has room for one byte itself, which it takes a while after it came.
    #[derive(Clone, Copy, Default)]
    struct Talker {
        is_let: bool,
        is_full: bool,
        sends_at_ns: u64,
        takes_at_ns: u64,
        heard: usize,
        overruns: usize,
    }

    /// Two of them at both ends of a line: the pauses are those before each byte that is sent and before each that is taken, in turn.
    fn talk(uart: Uart, pauses_ns: &[(u64, u64)]) -> [Talker; 2] {
        let (mut link, mut all) = (TwoWires::new(uart, Faults::none(TwoWires::LANES)), All::default());
        let (mut ends, mut coming, mut seq) = ([Talker::default(); 2], Vec::new(), 0);
        let mut hand = |from: usize, at_ns: u64, said: ToLine, coming: &mut Vec<(u64, u16, FromLine)>| {
            let (from, at, mut bytes) = (End(from as u16), Instant::from_ns(at_ns), Vec::new());
            said.write(&mut bytes);
            seq += 1;
            link.hand_over(Handed { from, at, seq, cut: Instant::FAR, bytes: &bytes }, &mut all);
            coming.append(&mut all.delivered);
            all.told.pop().map(|(_, ends_ns, ..)| ends_ns)
        };
        for end in 0..2 {
            hand(end, 0, ToLine::Rts(true), &mut coming);
        }
        let mut pauses = pauses_ns.iter();
        loop {
            // What arrives comes first, then what is taken.
            let arrives = coming.iter().enumerate().map(|(place, (at_ns, ..))| (*at_ns, 0, place));
            let takes = (0..2).filter(|end| ends[*end].is_full).map(|end| (ends[end].takes_at_ns, 1, end));
            let sends = (0..2).filter(|end| ends[*end].is_let).map(|end| (ends[end].sends_at_ns, 2, end));
            let Some((now_ns, what, place)) = arrives.chain(takes).chain(sends).min() else { return ends };
            match what {
                0 => {
                    let (_, to, said) = coming.remove(place);
                    let (to, end) = (usize::from(to), &mut ends[usize::from(to)]);
                    match said {
                        FromLine::Cts(is_let) => {
                            end.is_let = is_let;
                            end.sends_at_ns = end.sends_at_ns.max(now_ns);
                        }
                        _ => {
                            end.heard += 1;
                            end.overruns += usize::from(std::mem::replace(&mut end.is_full, true));
                            hand(to, now_ns, ToLine::Rts(false), &mut coming);
                            end.takes_at_ns = now_ns + pauses.next().map_or(0, |(_, takes_ns)| *takes_ns);
                        }
                    }
                }
                1 => {
                    ends[place].is_full = false;
                    hand(place, now_ns, ToLine::Rts(true), &mut coming);
                }
                _ => {
                    let Some((sends_ns, _)) = pauses.next() else { return ends };
                    let over_ns = hand(place, now_ns, ToLine::Byte(b'a'), &mut coming);
                    ends[place].sends_at_ns = over_ns.unwrap_or(now_ns) + sends_ns;
                }
            }
        }
    }

    #[test]
    fn who_sends_itself_is_not_overrun() {
        let uart = Uart::new(1_000_000, Framing::default(), Span::ZERO).unwrap().with_flow_control();
        let pauses_ns: Vec<_> = (0..100).map(|n| (n * 700 % 5_000, 3_000)).collect();
        let ends = talk(uart, &pauses_ns);
        assert_eq!(ends.map(|end| end.overruns), [0; 2]);
        assert!(ends.iter().all(|end| end.heard > 20), "{:?}", ends.map(|end| end.heard));
    }

    fn any_record() -> impl Strategy<Value = ToLine> {
        let settings = (100_000u64..20_000_000_000, "[5-9][NEO][12]")
            .prop_map(|(bit_fs, framing)| ::uart::Settings { bit_fs, framing: framing.parse().unwrap() });
        prop_oneof![
            3 => any::<u8>().prop_map(ToLine::Byte),
            2 => (settings, any::<u8>()).prop_map(|(settings, byte)| ToLine::Frame { settings, byte }),
            1 => (0u64..20_000_000_000, 1u16..100).prop_map(|(bit_fs, bits)| ToLine::Break { bit_fs, bits }),
            1 => any::<bool>().prop_map(ToLine::Hold),
            1 => any::<bool>().prop_map(ToLine::Rts),
            1 => Just(ToLine::Ask),
            1 => any::<u8>().prop_map(|byte| ToLine::Misheard(::uart::Heard::Noise(byte))),
        ]
    }

    proptest! {
        #[test]
        fn nobody_is_overrun(
            baud in prop_oneof![Just(9_600u32), Just(115_200), 1_000u32..10_000_000],
            pauses_ns in prop::collection::vec((0u64..30_000, 0u64..30_000), 1..200),
        ) {
            let uart = Uart::new(baud, Framing::default(), Span::ZERO).unwrap().with_flow_control();
            let ends = talk(uart, &pauses_ns);
            prop_assert_eq!(ends.map(|end| end.overruns), [0; 2]);
        }

        /// What the core relies upon, whatever is said: nothing arrives sooner than was promised, or out of order, or twice.
        /// RTS is a wire of its own.
        #[test]
        fn keeps_its_promises(
            records in prop::collection::vec((0u16..2, 0u64..60_000, any_record()), 1..80),
            flow_control in any::<bool>(),
        ) {
            let uart = if flow_control { megabaud().with_flow_control() } else { megabaud() };
            let (mut link, mut all) = (TwoWires::new(uart, Faults::none(TwoWires::LANES)), All::default());
            let (mut now_ns, mut last) = (0, [[0; 2]; 2]);
            for (seq, (from, gap_ns, said)) in (0..).zip(&records) {
                now_ns += gap_ns;
                let at = Instant::from_ns(now_ns);
                let soonest_ns = link.earliest(End(*from), at).as_ns();
                prop_assert!(soonest_ns >= (at + link.lookahead()).as_ns());
                let mut bytes = Vec::new();
                // Only links with flow control are told of it.
                match said {
                    ToLine::Rts(_) | ToLine::Ask if !flow_control => ToLine::Byte(0).write(&mut bytes),
                    said => said.write(&mut bytes),
                }
                let known = all.delivered.len();
                link.hand_over(Handed { from: End(*from), at, seq, cut: Instant::FAR, bytes: &bytes }, &mut all);
                prop_assert!(all.delivered.len() <= known + 1);
                for (at_ns, to, came) in &all.delivered[known..] {
                    prop_assert!(*at_ns >= soonest_ns, "{:?}", said);
                    let is_word = matches!(came, FromLine::Cts(_) | FromLine::Ask);
                    let last = &mut last[usize::from(*to)][usize::from(is_word)];
                    prop_assert!(*at_ns >= *last);
                    *last = *at_ns;
                }
            }
        }
    }
}
