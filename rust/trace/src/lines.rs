// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bytes of UART output, gathered into lines.
//!
//! **Invariant:** where a line ends depends on the bytes and their times alone, and lines are closed in an order that
//! does too: by the instant at which they can no longer grow.
//! **Limits:** one open line for each port, of at most [`LINE_BYTES_MAX`] bytes.

use crate::{LINE_BYTES_MAX, LINE_SILENCE};
use sim::{Key, PortId};
use vtime::Instant;

/// A byte that a port sends.
pub(crate) struct Byte {
    /// The key of its event.
    pub(crate) key: Key,
    /// The port, for the observer.
    pub(crate) port: PortId,
    /// The byte.
    pub(crate) byte: u8,
    /// When its last stop bit has left.
    pub(crate) ends: Instant,
    /// When it is there; the same as `ends` without a link.
    pub(crate) arrives: Instant,
    /// The place of the port that receives it, or of the link that all others share.
    pub(crate) to: Option<usize>,
}

/// One line, from its first byte to the last one so far.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GatheredLine {
    /// The key of its first byte.
    pub(crate) first: Key,
    /// The place of the port that sends it.
    pub(crate) place: usize,
    /// The same port, as the core knows it.
    pub(crate) port: PortId,
    /// The place of the port that receives it.
    pub(crate) to: Option<usize>,
    /// When the last stop bit has left.
    ends: Instant,
    /// When the last byte is there.
    pub(crate) arrives: Instant,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// The lines that may still grow.
#[derive(Debug)]
pub(crate) struct OpenLines {
    /// The open line of each port.
    lines: Vec<Option<GatheredLine>>,
    /// The places of the open ones, the one that started first in front.
    by_start: Vec<(Key, usize)>,
    /// No line can be closed by silence before this instant: spares looking at all of them for each byte.
    silent_from: Instant,
    /// Memory of lines that are written, for those to come.
    spare: Vec<Vec<u8>>,
    /// Lines that have fallen silent; empty between calls, here to keep its memory.
    silent: Vec<(Instant, usize)>,
}

impl OpenLines {
    /// None yet, on `ports` ports.
    pub(crate) fn new(ports: usize) -> OpenLines {
        let lines = (0..ports).map(|_| None).collect();
        let (by_start, spare, silent) = (Vec::new(), Vec::new(), Vec::new());
        OpenLines { lines, by_start, silent_from: Instant::FAR, spare, silent }
    }

    /// The open line of the port at `place`.
    pub(crate) fn at(&self, place: usize) -> Option<&GatheredLine> {
        self.lines[place].as_ref()
    }

    /// The key of the first byte of the line that started first.
    pub(crate) fn first(&self) -> Option<Key> {
        self.by_start.first().map(|(key, _)| *key)
    }

    /// Adds a byte to the line of the port at `place`. Returns the line when this ends it. Lines that fell silent
    /// before were closed by [`OpenLines::close_silent`].
    pub(crate) fn push(&mut self, place: usize, byte: &Byte) -> Option<GatheredLine> {
        let &Byte { key, port, byte, ends, arrives, to } = byte;
        if self.lines[place].is_none() {
            let before = self.by_start.partition_point(|(other, _)| *other < key);
            self.by_start.insert(before, (key, place));
        }
        let spare = &mut self.spare;
        let line = self.lines[place].get_or_insert_with(|| {
            let bytes = spare.pop().unwrap_or_else(|| Vec::with_capacity(LINE_BYTES_MAX));
            GatheredLine { first: key, place, port, to, ends, arrives, bytes }
        });
        line.bytes.push(byte);
        (line.ends, line.arrives) = (ends, arrives);
        self.silent_from = self.silent_from.min(line.silent_from());
        let full = byte == b'\n' || line.bytes.len() == LINE_BYTES_MAX;
        if full { self.close(place) } else { None }
    }

    /// Closes the lines that can no longer grow when no byte starts before `now`, in the order in which they could not.
    pub(crate) fn close_silent(&mut self, now: Instant, closed: &mut Vec<GatheredLine>) {
        if now <= self.silent_from {
            return;
        }
        let mut silent = std::mem::take(&mut self.silent);
        silent.extend(self.open().filter(|(from, _)| *from < now));
        silent.sort_unstable();
        closed.extend(silent.drain(..).filter_map(|(_, place)| self.close(place)));
        self.silent = silent;
        self.silent_from = self.open().map(|(from, _)| from).min().unwrap_or(Instant::FAR);
    }

    /// Closes all lines, in the same order: the run is over.
    pub(crate) fn close_all(&mut self, closed: &mut Vec<GatheredLine>) {
        let mut open: Vec<_> = self.open().collect();
        open.sort_unstable();
        closed.extend(open.into_iter().filter_map(|(_, place)| self.close(place)));
    }

    /// Takes back the memory of a line that is written.
    pub(crate) fn recycle(&mut self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.spare.push(bytes);
    }

    fn open(&self) -> impl Iterator<Item = (Instant, usize)> {
        let places = self.by_start.iter().map(|(_, place)| *place);
        places.filter_map(|place| Some((self.lines[place].as_ref()?.silent_from(), place)))
    }

    fn close(&mut self, place: usize) -> Option<GatheredLine> {
        let line = self.lines[place].take()?;
        self.by_start.retain(|(_, open)| *open != place);
        Some(line)
    }
}

impl GatheredLine {
    /// A byte that starts later than this belongs to another line.
    fn silent_from(&self) -> Instant {
        self.ends + LINE_SILENCE
    }
}
