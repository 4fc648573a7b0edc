// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A switch that takes frames in wholly, learns where addresses are, and sends them on.

use super::cable::{Cable, Carried};
use super::table::{Address, Table, is_group, is_of_one_cable};
use super::{LEN_MAX_TAGGED, Rate, filled};
use crate::{End, Faults, Handed, Lane, Link, Outcome, Strikes, Told, Unfired, What};
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// What a switch is like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchSpec {
    /// Its ports: the place is the end.
    pub ports: Vec<PortSpec>,
    /// From when a frame is wholly in until it is at the ports where it goes out, if these have no latency of their own.
    pub latency: Span,
    /// How many addresses it can know.
    pub addresses: usize,
    /// How long it knows one; [`Span::MAX`]: for ever.
    pub age: Span,
}

/// A port of a switch, and the cable there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortSpec {
    /// Its rate.
    pub rate: Rate,
    /// How long a bit travels to its end.
    pub delay: Span,
    /// What can wait there to go out, besides the frame that is going.
    pub queue: Limit,
    /// From when a frame is wholly in, at whichever port, until it can go out here; `None`: [`SwitchSpec::latency`].
    pub latency: Option<Span>,
}

/// How much a queue holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many frames.
    Frames(usize),
    /// So many bytes of frames, as they are handed over.
    Bytes(usize),
}

/// A switch of several ends.
///
/// A frame that an end hands over is on its cable at once, as with [`super::Direct`]. Where it goes from there depends on what came
/// in before it from other ends: that is decided in the order in which frames are wholly in, of two at once the one of the
/// lesser end first, when no frame can come in before it any more.
///
/// Told is [`What::Sent`] if any end gets it, and [`What::Lost`] if any that it is for does not, or there is none: at the time at which
/// it would have gone out, of several the one at the least end. The second one of a frame that comes twice tells nothing.
#[derive(Clone, Debug)]
pub struct Switch {
    ports: Vec<Port>,
    table: Table,
    faults: Faults,
    /// Memory of frames that have left.
    spare: Vec<Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Port {
    /// From its end, and to it.
    inward: Cable,
    outward: Cable,
    /// What is on its way in.
    coming: VecDeque<Coming>,
    limit: Limit,
    latency: Span,
    /// What waits to go out: when it starts, and how long it is.
    waiting: VecDeque<(Instant, usize)>,
    waiting_bytes: usize,
}

/// A frame that is on its way in, or is there and not decided yet.
#[derive(Clone, Debug)]
struct Coming {
    /// When it is wholly in.
    at: Instant,
    /// When its first bit began, and its last one had left its sender.
    starts: Instant,
    ends: Instant,
    seq: u64,
    /// It is there already, once.
    again: bool,
    bytes: Vec<u8>,
}

impl Switch {
    /// A switch that has seen nothing yet.
    pub fn new(spec: &SwitchSpec, faults: Faults) -> Switch {
        let ports = spec.ports.iter().zip(0..).map(|(port, end)| Port {
            inward: Cable::new(Switch::inward(End(end)), port.rate, port.delay),
            outward: Cable::new(Switch::outward(End(end)), port.rate, port.delay),
            coming: VecDeque::new(),
            limit: port.queue,
            latency: port.latency.unwrap_or(spec.latency),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
        });
        Switch {
            ports: ports.collect(),
            table: Table::new(spec.addresses, spec.age),
            faults,
            spare: Vec::new(),
        }
    }

    /// How many lanes a switch of so many ends has.
    pub const fn lanes(ends: usize) -> usize {
        2 * ends
    }

    /// The lane of what `end` sends.
    pub const fn inward(end: End) -> Lane {
        Lane(2 * end.0)
    }

    /// The lane of what goes out to `end`.
    pub const fn outward(end: End) -> Lane {
        Lane(2 * end.0 + 1)
    }

    /// The end whose next frame is decided first, and when that is wholly in.
    fn next(&self) -> Option<(Instant, usize)> {
        let fronts = self.ports.iter().enumerate();
        fronts.filter_map(|(place, port)| Some((port.coming.front()?.at, place))).min()
    }

    /// Sends a frame on that is wholly in.
    fn decide(&mut self, from: End, frame: &Coming, out: &mut dyn Outcome) {
        // Only frames with both addresses came in.
        let (Some(destination), Some(source)) = (address(&frame.bytes, 0), address(&frame.bytes, 6)) else {
            return;
        };
        self.table.learn(source, from, frame.at);
        let known = if is_group(destination) { None } else { self.table.find(destination, frame.at) };
        // What goes nowhere is told when it would go back.
        let nowhere = known == Some(from) || is_of_one_cable(destination);
        let mut lost = nowhere.then(|| frame.at + self.ports[usize::from(from.0)].latency);
        let (mut sent, mut struck) = (None, Strikes::default());
        if !nowhere {
            for (place, port) in self.ports.iter_mut().enumerate() {
                // There are not more ports than ends.
                let to = End(place as u16);
                if to == from || known.is_some_and(|known| known != to) {
                    continue;
                }
                let at = frame.at + port.latency;
                if !port.takes(at, frame.bytes.len()) {
                    lost = lost.or(Some(at));
                    continue;
                }
                let carried = port.outward.carry(at, Instant::FAR, &frame.bytes, &mut self.faults);
                lost = lost.or((carried.what != What::Sent).then_some(at));
                struck = struck.and(carried.struck);
                for arrives in carried.arrives.into_iter().flatten() {
                    out.deliver(to, arrives, &frame.bytes);
                    sent = sent.or(Some((to, arrives)));
                }
            }
        }
        if frame.again {
            return;
        }
        let Coming { seq, starts, ends, .. } = *frame;
        let to = sent.filter(|_| known.is_some());
        let told = Told { from, seq, at: starts, ends, what: What::Sent, to, bytes: &frame.bytes };
        if sent.is_some() {
            out.tell(told);
        }
        if let Some(at) = lost {
            out.tell(Told { at, ends: at, what: What::Lost, to: None, ..told });
        }
        struck.tell(Told { at: frame.at, ends: frame.at, ..told }, out);
    }
}

impl Port {
    /// Whether a frame can go out, or wait for it, from `at` on. It is in the queue then.
    fn takes(&mut self, at: Instant, len: usize) -> bool {
        while let Some((_, left)) = self.waiting.pop_front_if(|(starts, _)| *starts <= at) {
            self.waiting_bytes -= left;
        }
        let starts = self.outward.starts(at);
        if starts == at {
            return true;
        }
        let fits = match self.limit {
            Limit::Frames(most) => self.waiting.len() < most,
            Limit::Bytes(most) => self.waiting_bytes + len <= most,
        };
        if fits {
            self.waiting.push_back((starts, len));
            self.waiting_bytes += len;
        }
        fits
    }
}

impl Link for Switch {
    fn hand_over(&mut self, handed: Handed<'_>, out: &mut dyn Outcome) {
        let Handed { from, at, seq, cut, bytes } = handed;
        let port = &mut self.ports[usize::from(from.0)];
        let carried = port.inward.carry(at, cut, bytes, &mut self.faults);
        let Carried { starts, ends, arrives, what, struck } = carried;
        filled(bytes, |bytes| {
            let told = Told { from, seq, at: starts, ends, what, to: None, bytes };
            if what != What::Sent {
                out.tell(told);
            }
            struck.tell(told, out);
            for (place, at) in arrives.into_iter().flatten().enumerate() {
                // Room for the longest, or it would grow again and again.
                let mut kept = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(LEN_MAX_TAGGED));
                kept.extend_from_slice(bytes);
                port.coming.push_back(Coming { at, starts, ends, seq, again: place > 0, bytes: kept });
            }
        });
    }

    fn settle(&mut self, before: Instant, out: &mut dyn Outcome) {
        // What is handed over from then on is not in before this.
        let soonest = self.ports.iter().map(|port| port.inward.earliest(before, 0)).min();
        let soonest = soonest.unwrap_or(Instant::FAR);
        while let Some((at, place)) = self.next() {
            if at >= soonest && before < Instant::FAR {
                return;
            }
            if let Some(mut frame) = self.ports[place].coming.pop_front() {
                self.decide(End(place as u16), &frame, out);
                frame.bytes.clear();
                self.spare.push(frame.bytes);
            }
        }
    }

    fn lookahead(&self) -> Span {
        let least = |of: fn(&Port) -> Span| self.ports.iter().map(of).min().unwrap_or(Span::MAX);
        least(|port| port.inward.lookahead()) + least(|port| port.latency + port.outward.lookahead())
    }

    fn answers(&self) -> bool {
        false
    }

    fn earliest(&self, from: End, at: Instant) -> Instant {
        let within = self.ports[usize::from(from.0)].inward.earliest(at, 0);
        let others = self.ports.iter().zip(0..).filter(|(_, end)| End(*end) != from);
        let all = others.map(|(port, _)| port.outward.earliest(within + port.latency, 0));
        all.min().unwrap_or(Instant::FAR)
    }

    fn earliest_effect(&self, to: End) -> Instant {
        let Some(port) = self.ports.get(usize::from(to.0)) else { return Instant::FAR };
        let others = self.ports.iter().zip(0..).filter(|(_, end)| End(*end) != to);
        let all = others.flat_map(|(other, _)| {
            // Those behind the second one of an end are in after it.
            let mut coming = other.coming.iter();
            let first = coming.next().map(|first| (first.at, first.bytes.len()));
            first.into_iter().chain(coming.next().map(|second| (second.at, 0)))
        });
        all.map(|(at, len)| port.outward.earliest(at + port.latency, len)).min().unwrap_or(Instant::FAR)
    }

    fn unfired(&self) -> Vec<Unfired> {
        self.faults.unfired()
    }

    fn earliest_told(&self) -> Instant {
        let fronts = self.ports.iter().filter_map(|port| Some(port.coming.front()?.starts));
        fronts.min().unwrap_or(Instant::FAR)
    }

    fn waiting(&self, from: End) -> usize {
        self.ports[usize::from(from.0)].coming.len()
    }
}

fn address(frame: &[u8], place: usize) -> Option<Address> {
    frame.get(place..place + 6)?.try_into().ok()
}
