// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One wire that all ends drive and all hear.

use super::event::Event;
use super::monitor::{BREAK_MIN_BITS, Heard, Monitor, Symbol};
use super::spec::LinSpec;
use super::time::{Bits, Exact};
use crate::{End, Faults, Handed, Lane, Link, OnWire, Outcome, Told, Unfired, What};
use ::uart::{FromLine, Settings, ToLine, Wave};
use std::collections::VecDeque;
use vtime::{Instant, Span};

const FS_PER_NS: u128 = 1_000_000;
const FRAME_BITS: u32 = 10;
/// How long a break is whose end nobody knows when it begins.
const HELD_BITS: u16 = 13;

/// A LIN bus. Its lanes are what each end sends.
#[derive(Clone, Debug)]
pub struct LinBus {
    spec: LinSpec,
    ends: Vec<Sender>,
    monitor: Monitor,
    faults: Faults,
    /// Memory for a record.
    record: Vec<u8>,
}

/// One end, as it sends.
#[derive(Clone, Debug)]
struct Sender {
    /// When it is through with what it was handed.
    free: Exact,
    /// What is not decided, in order.
    open: VecDeque<Driven>,
}

/// Something on its way.
#[derive(Clone, Copy, Debug)]
struct Driven {
    seq: u64,
    starts: Instant,
    /// When it is over: a break with its last dominant bit. Never sooner than a byte of the bus would be.
    ends: Instant,
    /// When all know.
    arrives: Instant,
    what: Sends,
    /// Another one drives at the same time.
    is_spoilt: bool,
}

/// What an end sends.
#[derive(Clone, Copy, Debug)]
enum Sends {
    /// A byte as the bus has it.
    Byte(u8),
    /// Other levels: a break, or a byte at another rate.
    Levels(Wave),
}

impl Sends {
    fn bits(self) -> u64 {
        match self {
            Sends::Byte(_) => FRAME_BITS.into(),
            Sends::Levels(wave) => wave.bits.into(),
        }
    }

    /// With a wrong bit it is another byte, or levels of which the receivers make what they can.
    fn with_wrong_bit(self, bit: u64, settings: Settings) -> Sends {
        match self {
            Sends::Byte(byte) if (1..=8).contains(&bit) => Sends::Byte(byte ^ 1 << (bit - 1)),
            Sends::Byte(byte) => Sends::Levels(Wave::of_byte(byte, settings).with_wrong_bit(bit)),
            Sends::Levels(wave) => Sends::Levels(wave.with_wrong_bit(bit)),
        }
    }

    const fn byte(self) -> Option<u8> {
        match self {
            Sends::Byte(byte) => Some(byte),
            Sends::Levels(_) => None,
        }
    }
}

impl LinBus {
    /// A bus on which nothing was sent yet.
    pub fn new(spec: LinSpec, ends: usize, faults: Faults) -> LinBus {
        let free = spec.bits().exact(Instant::START);
        let monitor = Monitor::new(spec.clone());
        let ends = vec![Sender { free, open: VecDeque::new() }; ends];
        LinBus { spec, ends, monitor, faults, record: Vec::with_capacity(::uart::RECORD_LEN_MAX) }
    }

    /// Who drives the open thing that ends first.
    fn first(&self) -> Option<(usize, Driven)> {
        let open = self.ends.iter().enumerate().filter_map(|(place, end)| Some((place, *end.open.front()?)));
        open.min_by_key(|(place, driven)| (driven.ends, *place))
    }

    /// When the soonest open thing starts.
    fn first_start(&self) -> Instant {
        let open = self.ends.iter().filter_map(|end| end.open.front());
        open.map(|driven| driven.starts).min().unwrap_or(Instant::FAR)
    }

    /// Marks the open things of others that begin before `ends`; true if there are any.
    fn spoil_others(&mut self, place: usize, ends: Instant) -> bool {
        let mut any = false;
        for (_, other) in self.ends.iter_mut().enumerate().filter(|(other, _)| *other != place) {
            for driven in other.open.iter_mut().take_while(|driven| driven.starts < ends) {
                driven.is_spoilt = true;
                any = true;
            }
        }
        any
    }

    /// All get to know what was sent.
    fn deliver(&mut self, driven: &Driven, symbol: Symbol, out: &mut dyn Outcome) {
        let wave = match (driven.what, symbol) {
            // What is left of a stop bit while others drive is not recessive.
            (Sends::Byte(byte), Symbol::Garbled(_)) => {
                let settings = self.spec.settings();
                Some(Wave { levels: u16::from(byte) << 1, ..Wave::of_byte(byte, settings) })
            }
            (Sends::Byte(_), _) => None,
            (Sends::Levels(wave), _) => Some(wave),
        };
        self.record.clear();
        match (wave, driven.what) {
            (Some(wave), _) => {
                let age_ns = driven.arrives.since(driven.starts + self.spec.delay()).as_ns();
                FromLine::Wave { age_ns, wave }.write(&mut self.record);
            }
            (None, Sends::Byte(byte)) => FromLine::Byte(byte).write(&mut self.record),
            (None, Sends::Levels(_)) => return,
        }
        for end in 0..self.ends.len() {
            out.deliver(End(end as u16), driven.arrives, &self.record);
        }
    }
}

/// What an end hands over, and how many bits of the bus that lasts, or how long.
fn read(bytes: &[u8], bit_fs: u64) -> Option<(Sends, Lasts)> {
    let of_bus = |bits: u16| {
        let lasts = Lasts::Bits { driven: bits.into(), more: 1 };
        Some((Sends::Levels(Wave::of_break(bits, bit_fs)), lasts))
    };
    let wave = match ToLine::read(bytes).ok()? {
        ToLine::Hold(true) => return of_bus(HELD_BITS),
        ToLine::Break { bit_fs: 0, bits } => return of_bus(bits),
        ToLine::Byte(byte) => return Some((Sends::Byte(byte), Lasts::Bits { driven: FRAME_BITS, more: 0 })),
        ToLine::Break { bit_fs, bits } => (Wave::of_break(bits, bit_fs), bit_fs),
        ToLine::Frame { settings, byte } => (Wave::of_byte(byte, settings), 0),
        // There is no flow control on LIN.
        ToLine::Hold(false) | ToLine::Rts(_) | ToLine::Ask | ToLine::Strange(_) | ToLine::Misheard(_) => {
            return None;
        }
    };
    let ((wave, more_fs), ns) = (wave, |fs: u128| Span::from_ns(fs.div_ceil(FS_PER_NS) as u64));
    Some((Sends::Levels(wave), Lasts::Span { driven: ns(wave.lasts_fs()), more: ns(more_fs.into()) }))
}

/// How long something is on the wire, and for how much longer its sender does not send.
#[derive(Clone, Copy, Debug)]
enum Lasts {
    Bits { driven: u32, more: u32 },
    Span { driven: Span, more: Span },
}

impl Lasts {
    /// When it is over, and its sender free, if it starts at `starts`.
    fn from(self, starts: Exact, bits: Bits) -> (Exact, Exact) {
        match self {
            Lasts::Bits { driven, more } => (bits.after(starts, driven), bits.after(starts, driven + more)),
            Lasts::Span { driven, more } => {
                let ends = bits.later(starts, driven);
                (ends, bits.later(ends, more))
            }
        }
    }
}

/// What a receiver at the rate of the bus makes of levels.
fn symbol(what: Sends, is_spoilt: bool, bit_fs: u64) -> Symbol {
    let wave = match what {
        Sends::Byte(byte) if is_spoilt => return Symbol::Garbled(byte),
        Sends::Byte(byte) => return Symbol::Byte(byte),
        Sends::Levels(wave) => wave,
    };
    let low_bits =
        (0..wave.bits).take_while(|bit| !wave.level(u128::from(*bit) * u128::from(wave.bit_fs))).count();
    // A dominant line stays so, whatever others send.
    let bits = u128::from(wave.bit_fs) * low_bits as u128 / u128::from(bit_fs);
    if bits >= u128::from(BREAK_MIN_BITS) {
        return Symbol::Break { bits: u32::try_from(bits).unwrap_or(u32::MAX) };
    }
    let middle = |bit: u32| wave.level(u128::from(2 * bit + 1) * u128::from(bit_fs) / 2);
    let byte = (0..8).fold(0, |byte, bit| byte | u8::from(middle(1 + bit)) << bit);
    let is_good = !middle(0) && middle(9) && !is_spoilt;
    if is_good { Symbol::Byte(byte) } else { Symbol::Garbled(byte) }
}

impl Link for LinBus {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let settings = self.spec.settings();
        let bit_fs = settings.bit_fs;
        let Some((what, lasts)) = read(bytes, bit_fs) else { return };
        let (bits, delay) = (self.spec.bits(), self.spec.delay());
        let Some(end) = self.ends.get_mut(usize::from(from.0)) else { return };
        let starts = end.free.max(bits.exact(at));
        let (ends, free) = lasts.from(starts, bits);
        // Who listens at the rate of the bus takes its time for what is faster, too.
        let ends = bits.instant(ends.max(bits.after(starts, FRAME_BITS)));
        let starts = bits.instant(starts);
        if ends > cut {
            self.monitor.unsent((from, seq, cut), what.byte(), out);
            return;
        }
        end.free = free;
        let (lane, arrives, byte) = (Lane(from.0), ends + delay, what.byte());
        let on_wire = OnWire { lane, starts, arrives, bits: what.bits(), bytes: byte.as_slice() };
        let struck = self.faults.strike(on_wire);
        if struck.by.any() {
            self.record.clear();
            Event::Struck { byte }.write(&mut self.record);
            let told = Told { from, seq, at: starts, ends, what: What::Sent, to: None, bytes: &self.record };
            struck.by.tell(told, out);
        }
        if struck.lost {
            return self.monitor.unsent((from, seq, starts), byte, out);
        }
        let what = struck.wrong_bit.map_or(what, |bit| what.with_wrong_bit(bit, settings));
        end.open.push_back(Driven { seq, starts, ends, arrives: ends + delay, what, is_spoilt: false });
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        let bit_fs = self.spec.settings().bit_fs;
        // What is handed over from `before` on begins there or later.
        while let Some((place, driven)) = self.first().filter(|(_, driven)| driven.ends <= before) {
            let is_spoilt = self.spoil_others(place, driven.ends) || driven.is_spoilt;
            self.ends[place].open.pop_front();
            let symbol = symbol(driven.what, is_spoilt, bit_fs);
            let Driven { seq, starts, ends, .. } = driven;
            self.monitor.hear(Heard { from: End(place as u16), seq, starts, ends, symbol }, out);
            self.deliver(&driven, symbol, out);
        }
        self.monitor.nothing_before(self.first_start().min(before), out);
    }

    fn lookahead(&self) -> Span {
        self.spec.lookahead()
    }

    /// A transceiver echoes what is on the wire.
    fn answers(&self) -> bool {
        true
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let free =
            self.ends.get(usize::from(from.0)).map_or(Instant::FAR, |end| self.spec.bits().instant(end.free));
        free.max(at) + self.spec.lookahead()
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        let open = self.ends.iter().filter_map(|end| end.open.front());
        open.map(|driven| driven.arrives).min().unwrap_or(Instant::FAR)
    }

    fn earliest_told(&self) -> Instant {
        self.first_start().min(self.monitor.earliest_told())
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn waiting(&self, from: End) -> usize {
        self.ends.get(usize::from(from.0)).map_or(0, |end| end.open.len())
    }
}
