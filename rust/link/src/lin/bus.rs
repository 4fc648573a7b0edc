// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One wire that all ends drive and all hear.

use super::event::Event;
use super::monitor::{BREAK_MIN_BITS, Heard, Monitor, Symbol};
use super::spec::LinSpec;
use super::time::{Bits, Exact};
use crate::drivers::{Driven, Drivers, HELD_BITS};
use crate::two_wires::Sending;
use crate::{End, Faults, Handed, Lane, Link, OnWire, Outcome, Sent, Told, Unfired, What};
use ::uart::{FromLine, ToLine, Wave};
use vtime::{Instant, Span};

const FS_PER_NS: u128 = 1_000_000;
const FRAME_BITS: u32 = 10;

/// A LIN bus. Its lanes are what each end sends.
#[derive(Clone, Debug)]
pub struct LinBus {
    spec: LinSpec,
    /// When each end is through with what it was handed.
    free: Vec<Exact>,
    drivers: Drivers,
    monitor: Monitor,
    faults: Faults,
    /// Memory for a record.
    record: Vec<u8>,
}

impl LinBus {
    /// A bus on which nothing was sent yet. Its lanes are what each end sends, each byte and each break by itself.
    pub fn new(spec: LinSpec, ends: usize, faults: Faults) -> LinBus {
        let free = vec![spec.bits().exact(Instant::START); ends];
        let (monitor, drivers) = (Monitor::new(spec.clone()), Drivers::new(ends));
        LinBus { spec, free, drivers, monitor, faults, record: Vec::with_capacity(::uart::RECORD_LEN_MAX) }
    }

    /// All get to know what was sent.
    fn deliver(&mut self, driven: &Driven, symbol: Symbol, out: &mut dyn Outcome) {
        let Driven { sent, times: Sent { starts, arrives, .. }, .. } = *driven;
        let wave = |wave| {
            let age_ns = arrives.since(starts + self.spec.delay()).as_ns();
            FromLine::Wave { age_ns, wave }
        };
        let said = match (sent, symbol) {
            // What is left of a stop bit while others drive is not recessive.
            (Sending::Byte(byte), Symbol::Garbled(_)) => {
                let settings = self.spec.settings();
                wave(Wave { levels: u16::from(byte) << 1, ..Wave::of_byte(byte, settings) })
            }
            (Sending::Byte(byte), _) => FromLine::Byte(byte),
            (Sending::Frame(_, levels) | Sending::Break(levels), _) => wave(levels),
        };
        self.record.clear();
        said.write(&mut self.record);
        for end in 0..self.free.len() {
            out.deliver(End(end as u16), arrives, &self.record);
        }
    }
}

/// What an end hands over, and how many bits of the bus that lasts, or how long.
fn read(bytes: &[u8], bit_fs: u64) -> Option<(Sending, Lasts)> {
    let of_bus = |bits: u16| {
        let lasts = Lasts::Bits { driven: bits.into(), more: 1 };
        Some((Sending::Break(Wave::of_break(bits, bit_fs)), lasts))
    };
    let (sent, wave, more_fs) = match ToLine::read(bytes).ok()? {
        ToLine::Hold(true) => return of_bus(HELD_BITS),
        ToLine::Break { bit_fs: 0, bits } => return of_bus(bits),
        ToLine::Byte(byte) => {
            return Some((Sending::Byte(byte), Lasts::Bits { driven: FRAME_BITS, more: 0 }));
        }
        ToLine::Break { bit_fs, bits } => {
            let wave = Wave::of_break(bits, bit_fs);
            (Sending::Break(wave), wave, bit_fs)
        }
        ToLine::Frame { settings, byte } => {
            let wave = Wave::of_byte(byte, settings);
            (Sending::Frame(byte, wave), wave, 0)
        }
        // There is no flow control on LIN.
        ToLine::Hold(false) | ToLine::Rts(_) | ToLine::Ask | ToLine::Strange(_) | ToLine::Misheard(_) => {
            return None;
        }
    };
    let ns = |fs: u128| Span::from_ns(fs.div_ceil(FS_PER_NS) as u64);
    Some((sent, Lasts::Span { driven: ns(wave.lasts_fs()), more: ns(more_fs.into()) }))
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
fn symbol(sent: Sending, is_spoilt: bool, bit_fs: u64) -> Symbol {
    let wave = match sent {
        Sending::Byte(byte) if is_spoilt => return Symbol::Garbled(byte),
        Sending::Byte(byte) => return Symbol::Byte(byte),
        Sending::Frame(_, wave) | Sending::Break(wave) => wave,
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
        let Some((sent, lasts)) = read(bytes, settings.bit_fs) else { return };
        let (bits, delay) = (self.spec.bits(), self.spec.delay());
        let Some(free_at) = self.free.get_mut(usize::from(from.0)) else { return };
        let starts = (*free_at).max(bits.exact(at));
        let (ends, free) = lasts.from(starts, bits);
        // Who listens at the rate of the bus takes its time for what is faster, too.
        let ends = bits.instant(ends.max(bits.after(starts, FRAME_BITS)));
        let starts = bits.instant(starts);
        self.record.clear();
        Event::Part { byte: sent.byte() }.write(&mut self.record);
        let told = Told { from, seq, at: starts, ends, what: What::Lost, to: None, bytes: &self.record };
        if ends > cut {
            return out.tell(Told { at: cut, ends: cut, ..told });
        }
        *free_at = free;
        let (lane, byte, arrives) = (Lane(from.0), sent.byte(), ends + delay);
        let on_wire =
            OnWire { lane, starts, arrives, bits: sent.bits(settings.framing), bytes: byte.as_slice() };
        let struck = self.faults.strike(on_wire);
        struck.by.tell(told, out);
        if struck.lost {
            return out.tell(told);
        }
        let sent = struck.wrong_bit.map_or(sent, |bit| sent.with_wrong_bit(bit, settings));
        let times = Sent { starts, ends, arrives };
        self.drivers.push(from, Driven { seq, sent, times, again: false, is_spoilt: false });
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        let bit_fs = self.spec.settings().bit_fs;
        while let Some((from, driven)) = self.drivers.next(before) {
            let Driven { seq, sent, times: Sent { starts, ends, .. }, is_spoilt, .. } = driven;
            let symbol = symbol(sent, is_spoilt, bit_fs);
            self.monitor.hear(Heard { from, seq, starts, ends, symbol }, out);
            self.deliver(&driven, symbol, out);
        }
        self.monitor.nothing_before(self.drivers.first_start().min(before), out);
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn lookahead(&self) -> Span {
        self.spec.lookahead()
    }

    /// A transceiver echoes what is on the wire.
    fn answers(&self) -> bool {
        true
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let free = self.free.get(usize::from(from.0));
        let free = free.map_or(Instant::FAR, |free| self.spec.bits().instant(*free));
        free.max(at) + self.spec.lookahead()
    }

    fn earliest_effect(&self, _to: End) -> Instant {
        self.drivers.first_arrival(None)
    }

    fn earliest_told(&self) -> Instant {
        self.drivers.first_start().min(self.monitor.earliest_told())
    }

    fn waiting(&self, from: End) -> usize {
        self.drivers.waiting(from)
    }
}
