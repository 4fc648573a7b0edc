// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bytes of UARTs, gathered into packets.
//!
//! **Invariant:** a packet ends where a line of the trace would: after a line end, after [`LINE_BYTES_MAX`] bytes, and when
//! the wire was silent for longer than [`LINE_SILENCE`].

use crate::{Direction, serial};
use trace::{LINE_BYTES_MAX, LINE_SILENCE};
use vtime::Instant;

/// The packets that may still grow: for each interface one in each lane.
#[derive(Debug)]
pub(crate) struct Bursts {
    bursts: Vec<Burst>,
    /// The places of the open ones, in no order.
    open: Vec<usize>,
    /// No open one was silent for too long before this: spares looking at all of them each time.
    silent_from: Instant,
}

/// A packet that may still grow; closed while it is empty.
#[derive(Debug)]
struct Burst {
    starts: Instant,
    ends: Instant,
    /// Room for the head, and the bytes.
    packet: Vec<u8>,
}

/// Where a byte of a port comes from or goes to. Bytes of two lanes are never in one packet: they do not come in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The port sends it.
    Sent,
    /// The port receives it from a link.
    Received,
    /// Somebody outside the system lets it arrive.
    Injected,
    /// The port sends it, and somebody else at the same time: nobody gets it.
    Garbled,
}

const LANES: [Lane; 4] = [Lane::Sent, Lane::Received, Lane::Injected, Lane::Garbled];

impl Lane {
    fn direction(self) -> Direction {
        match self {
            Lane::Sent | Lane::Garbled => Direction::Outbound,
            Lane::Received | Lane::Injected => Direction::Inbound,
        }
    }

    fn remark(self) -> &'static str {
        match self {
            Lane::Sent | Lane::Received => "",
            Lane::Injected => "from outside",
            Lane::Garbled => "garbled: another port sends at the same time",
        }
    }
}

/// A byte on the wire of a port.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Byte {
    pub(crate) interface: u32,
    pub(crate) lane: Lane,
    pub(crate) starts: Instant,
    pub(crate) ends: Instant,
    pub(crate) byte: u8,
}

/// Is given each packet that is whole, with a remark on it.
pub(crate) type Whole<'a> = dyn FnMut(u32, Instant, Direction, &[u8], &'static str) + 'a;

impl Bursts {
    /// None yet, on so many interfaces.
    pub(crate) fn new(interfaces: usize) -> Bursts {
        let closed = || Burst { starts: Instant::START, ends: Instant::START, packet: Vec::new() };
        let bursts = (0..interfaces * LANES.len()).map(|_| closed()).collect();
        Bursts { bursts, open: Vec::new(), silent_from: Instant::FAR }
    }

    /// Adds a byte; those of one port and lane come in their order. False: there is no such interface.
    pub(crate) fn push(&mut self, byte: &Byte, whole: &mut Whole<'_>) -> bool {
        let place = byte.interface as usize * LANES.len() + byte.lane as usize;
        let Some(burst) = self.bursts.get_mut(place) else { return false };
        if burst.is_open() && burst.silent_from() < byte.starts {
            burst.close(place, whole);
            self.open.retain(|open| *open != place);
        }
        if !burst.is_open() {
            burst.starts = byte.starts;
            burst.packet.resize(serial::HEAD_BYTES, 0);
            self.open.push(place);
        }
        burst.packet.push(byte.byte);
        burst.ends = byte.ends;
        self.silent_from = self.silent_from.min(burst.silent_from());
        if byte.byte == b'\n' || burst.packet.len() == serial::HEAD_BYTES + LINE_BYTES_MAX {
            burst.close(place, whole);
            self.open.retain(|open| *open != place);
        }
        true
    }

    /// Closes those that no byte starting at `now` or later can belong to.
    pub(crate) fn close_silent(&mut self, now: Instant, whole: &mut Whole<'_>) {
        if now <= self.silent_from {
            return;
        }
        let bursts = &mut self.bursts;
        self.open.retain(|place| {
            let burst = &mut bursts[*place];
            let silent = burst.silent_from() < now;
            if silent {
                burst.close(*place, whole);
            }
            !silent
        });
        let left = self.open.iter().map(|place| self.bursts[*place].silent_from());
        self.silent_from = left.min().unwrap_or(Instant::FAR);
    }

    /// Closes all.
    pub(crate) fn close_all(&mut self, whole: &mut Whole<'_>) {
        for place in self.open.drain(..) {
            self.bursts[place].close(place, whole);
        }
        self.silent_from = Instant::FAR;
    }

    /// No open one becomes a packet of an earlier time.
    pub(crate) fn earliest(&self) -> Instant {
        let times = self.open.iter().map(|place| self.bursts[*place].at(lane(*place).direction()));
        times.min().unwrap_or(Instant::FAR)
    }
}

impl Burst {
    fn is_open(&self) -> bool {
        !self.packet.is_empty()
    }

    /// A byte that starts later than this belongs to another one.
    fn silent_from(&self) -> Instant {
        self.ends + LINE_SILENCE
    }

    /// Its time as a packet: sent, when it starts; received, when all of it is there.
    fn at(&self, direction: Direction) -> Instant {
        match direction {
            Direction::Outbound => self.starts,
            Direction::Inbound => self.ends,
        }
    }

    fn close(&mut self, place: usize, whole: &mut Whole<'_>) {
        let lane = lane(place);
        let direction = lane.direction();
        let at = self.at(direction);
        self.packet[..serial::HEAD_BYTES].copy_from_slice(&serial::head(at, direction));
        // There are places only for what is the number of an interface.
        whole((place / LANES.len()) as u32, at, direction, &self.packet, lane.remark());
        self.packet.clear();
    }
}

fn lane(place: usize) -> Lane {
    LANES[place % LANES.len()]
}
