// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A ring of records in shared memory, with one writer and one reader.
//!
//! A record is a header of 24 bytes (`kind u16, port u16, len u32, time u64, seq u64`) and `len` bytes of payload, padded
//! to 8. `head` and `tail` count bytes ever written and read; only the writer stores `head`, only the reader `tail`.
#![expect(unsafe_code, reason = "copies bytes to and from shared memory")]

use crate::bell::Bell;
use crate::map::Map;
use rustix::thread::futex;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use thiserror::Error;

/// The most bytes that one record carries.
pub const MAX_PAYLOAD: usize = 16 * 1024;
const HEADER: usize = 24;
/// Bytes of a ring's own words in the map: head at 0, tail at 64 (apart, so that the two sides do not share a line).
pub(crate) const WORDS: usize = 128;
/// How long a writer sleeps before it looks again whether a full ring has room.
const FULL_POLL_NS: i64 = 1_000_000;

/// What the other side wrote is no record: it is broken or speaks another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the channel holds a broken record (kind {kind}, {len} bytes of payload, {available} bytes written)")]
pub struct Corrupt {
    /// The kind it claims.
    pub kind: u16,
    /// The length of its payload that it claims.
    pub len: u32,
    /// How many bytes were there.
    pub available: u64,
}

/// The fixed part of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub kind: u16,
    pub port: u16,
    pub len: u32,
    pub time: u64,
    pub seq: u64,
}

#[derive(Debug)]
struct Shared {
    map: Arc<Map>,
    at: usize,
    size: usize,
}

impl Shared {
    fn head(&self) -> &std::sync::atomic::AtomicU64 {
        self.map.long(self.at)
    }

    fn tail(&self) -> &std::sync::atomic::AtomicU64 {
        self.map.long(self.at + 64)
    }

    /// A short sleep, unless the reader moves: full rings are rare, so that the reader does not have to ring back.
    fn sleep_while_full(&self) {
        let low = self.map.word(self.at + 64);
        let poll = futex::Timespec { tv_sec: 0, tv_nsec: FULL_POLL_NS };
        // Whatever ends the sleep, the caller looks again.
        let _ = futex::wait(low, futex::Flags::empty(), low.load(Relaxed), Some(&poll));
    }

    /// The part of `len` bytes at position `pos` that lies before the end of the ring, and how long it is.
    fn part(&self, pos: u64, len: usize) -> (NonNull<u8>, usize) {
        let offset = (pos % self.size as u64) as usize;
        let len = len.min(self.size - offset);
        (self.map.bytes(self.at + WORDS + offset, len), len)
    }
}

/// The writing end of a ring.
#[derive(Debug)]
pub struct Sender {
    ring: Shared,
    bell: Bell,
    /// Written, perhaps not yet shown to the reader.
    head: u64,
}

/// The reading end of a ring.
#[derive(Debug)]
pub struct Receiver {
    ring: Shared,
    tail: u64,
    payload: Vec<u8>,
}

impl Sender {
    pub(crate) fn new(map: Arc<Map>, at: usize, size: usize, bell: Bell) -> Sender {
        Sender { ring: Shared { map, at, size }, bell, head: 0 }
    }

    /// Writes a record; the reader sees it after [`Sender::show`]. Waits while the ring is full, for as long as
    /// `alive` says that somebody may still read; false when nobody does.
    pub(crate) fn push(&mut self, head: Head, payload: &[u8], alive: impl FnMut() -> bool) -> bool {
        self.push_two(head, payload, &[], alive)
    }

    /// [`Sender::push`] of a payload that is in two pieces.
    pub(crate) fn push_two(
        &mut self,
        head: Head,
        payload: &[u8],
        rest: &[u8],
        mut alive: impl FnMut() -> bool,
    ) -> bool {
        let len = payload.len() + rest.len();
        assert!(len <= MAX_PAYLOAD, "a record carries at most {MAX_PAYLOAD} bytes");
        let need = HEADER + len.next_multiple_of(8);
        while self.ring.size as u64 - (self.head - self.ring.tail().load(Acquire)) < need as u64 {
            self.publish();
            if !alive() {
                return false;
            }
            self.ring.sleep_while_full();
        }
        let mut bytes = [0u8; HEADER];
        bytes[0..2].copy_from_slice(&head.kind.to_le_bytes());
        bytes[2..4].copy_from_slice(&head.port.to_le_bytes());
        bytes[4..8].copy_from_slice(&(len as u32).to_le_bytes());
        bytes[8..16].copy_from_slice(&head.time.to_le_bytes());
        bytes[16..24].copy_from_slice(&head.seq.to_le_bytes());
        self.copy_in(self.head, &bytes);
        self.copy_in(self.head + HEADER as u64, payload);
        self.copy_in(self.head + (HEADER + payload.len()) as u64, rest);
        self.head += need as u64;
        true
    }

    /// Shows the reader what was written, without waking it: cheap enough for every record.
    pub fn show(&mut self) {
        self.ring.head().store(self.head, Release);
    }

    /// Shows the reader what was written and rings its bell.
    pub fn publish(&mut self) {
        self.show();
        self.bell.ring();
    }

    fn copy_in(&self, mut pos: u64, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (to, len) = self.ring.part(pos, bytes.len());
            // SAFETY: `part` gives `len` bytes inside the map; the reader does not touch what lies beyond `head`.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to.as_ptr(), len) };
            bytes = &bytes[len..];
            pos += len as u64;
        }
    }
}

impl Receiver {
    pub(crate) fn new(map: Arc<Map>, at: usize, size: usize) -> Receiver {
        Receiver { ring: Shared { map, at, size }, tail: 0, payload: Vec::with_capacity(MAX_PAYLOAD) }
    }

    /// The next record, if one was published. Its payload is valid until the next call.
    pub(crate) fn pop(&mut self) -> Result<Option<(Head, &[u8])>, Corrupt> {
        let available = self.ring.head().load(Acquire).wrapping_sub(self.tail);
        if available == 0 {
            return Ok(None);
        }
        let mut bytes = [0u8; HEADER];
        if available < HEADER as u64 || available > self.ring.size as u64 {
            return Err(Corrupt { kind: 0, len: 0, available });
        }
        self.copy_out(self.tail, bytes.as_mut_ptr(), HEADER);
        let u16_at = |i: usize| u16::from_le_bytes([bytes[i], bytes[i + 1]]);
        let u64_at = |i: usize| {
            let mut word = [0u8; 8];
            word.copy_from_slice(&bytes[i..i + 8]);
            u64::from_le_bytes(word)
        };
        let head = Head {
            kind: u16_at(0),
            port: u16_at(2),
            len: u64_at(0).wrapping_shr(32) as u32,
            time: u64_at(8),
            seq: u64_at(16),
        };
        let len = head.len as usize;
        let whole = (HEADER + len.next_multiple_of(8)) as u64;
        if len > MAX_PAYLOAD || whole > available {
            return Err(Corrupt { kind: head.kind, len: head.len, available });
        }
        self.payload.resize(len, 0);
        let to = self.payload.as_mut_ptr();
        self.copy_out(self.tail + HEADER as u64, to, len);
        self.tail += whole;
        self.ring.tail().store(self.tail, Release);
        Ok(Some((head, &self.payload)))
    }

    /// True when no published record is left.
    pub fn is_empty(&self) -> bool {
        self.ring.head().load(Relaxed) == self.tail
    }

    /// Copies `len` bytes at `pos` to `to`, which has room for them.
    fn copy_out(&self, mut pos: u64, mut to: *mut u8, mut len: usize) {
        while len > 0 {
            let (from, part) = self.ring.part(pos, len);
            // SAFETY: `part` bytes inside the map, which the writer leaves alone until `tail` has passed them; the
            // caller's buffer has room for `len`.
            unsafe {
                std::ptr::copy_nonoverlapping(from.as_ptr(), to, part);
                to = to.add(part);
            }
            len -= part;
            pos += part as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(size: usize) -> (Sender, Receiver) {
        let (map, _fd) = Map::create("test", 4096 + WORDS + size).unwrap();
        let map = Arc::new(map);
        let bell = Bell::inside(map.clone(), 0);
        (Sender::new(map.clone(), 64, size, bell), Receiver::new(map, 64, size))
    }

    fn record(seq: u64, len: usize) -> (Head, Vec<u8>) {
        let payload = (0..len).map(|i| (seq as usize * 31 + i) as u8).collect();
        (Head { kind: 7, port: 3, len: len as u32, time: seq * 1_000, seq }, payload)
    }

    proptest! {
        /// Whatever the sizes, and wherever the ring wraps, records come out as they went in.
        #[test]
        fn records_come_out_whole_and_in_order(lens in prop::collection::vec(0usize..200, 1..400)) {
            let (mut tx, mut rx) = ring(512);
            for (seq, len) in lens.into_iter().enumerate() {
                let (head, payload) = record(seq as u64, len);
                prop_assert!(tx.push(head, &payload, || false));
                prop_assert!(rx.is_empty());
                tx.publish();
                prop_assert_eq!(rx.pop().unwrap(), Some((head, &payload[..])));
                prop_assert_eq!(rx.pop().unwrap(), None);
            }
        }
    }

    #[test]
    fn a_full_ring_waits_for_the_reader() {
        let (mut tx, mut rx) = ring(4096);
        let reader = std::thread::spawn(move || {
            let mut next = 0;
            while next < 10_000 {
                if let Some((head, payload)) = rx.pop().unwrap() {
                    let (expected, bytes) = record(next, 40);
                    assert_eq!((head, payload), (expected, &bytes[..]));
                    next += 1;
                }
            }
        });
        for seq in 0..10_000 {
            let (head, payload) = record(seq, 40);
            assert!(tx.push(head, &payload, || true));
        }
        tx.publish();
        reader.join().unwrap();
    }

    #[test]
    fn a_full_ring_that_nobody_reads_gives_up() {
        let (mut tx, _rx) = ring(64);
        assert!(tx.push(Head::default(), &[0; 40], || false));
        assert!(!tx.push(Head::default(), &[0; 1], || false));
    }

    #[test]
    fn a_broken_record_is_an_error() {
        let (mut tx, mut rx) = ring(512);
        tx.copy_in(0, &[0xff; 24]);
        tx.head = 24;
        tx.publish();
        assert_eq!(rx.pop(), Err(Corrupt { kind: 0xffff, len: u32::MAX, available: 24 }));
        tx.head = 5_000;
        tx.publish();
        assert!(rx.pop().is_err());
    }
}
