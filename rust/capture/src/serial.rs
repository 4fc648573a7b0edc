// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bytes of a UART as packets: LINKTYPE_RTAC_SERIAL, the one layout for serial lines that Wireshark decodes.
//!
//! The head has the time in microseconds (cut, and wrapped after 136 years), what happened, the state of the modem lines
//! (not known here: all off) and two bytes without a meaning; big-endian. The bytes follow.

use crate::Direction;
use vtime::Instant;

/// How long the head is.
pub const HEAD_BYTES: usize = 12;

/// Event types: transmission starts, reception ends.
const TX_START: u8 = 1;
const RX_END: u8 = 4;

/// What a receiver took for no good byte; each is its own type of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A stop bit that is none.
    Framing = 7,
    /// A wrong parity.
    Parity = 8,
    /// A break.
    Break = 9,
}

/// The head of something that a port took for that at `at`.
pub fn flawed(at: Instant, flaw: Flaw) -> [u8; HEAD_BYTES] {
    let mut head = head(at, Direction::Inbound);
    head[8] = flaw as u8;
    head
}

/// The head of bytes that a port begins to send, or has received, at `at`.
pub fn head(at: Instant, direction: Direction) -> [u8; HEAD_BYTES] {
    let (seconds, ns) = (at.as_ns() / 1_000_000_000, at.as_ns() % 1_000_000_000);
    let event = match direction {
        Direction::Outbound => TX_START,
        Direction::Inbound => RX_END,
    };
    let mut head = [0; HEAD_BYTES];
    head[..4].copy_from_slice(&(seconds as u32).to_be_bytes());
    head[4..8].copy_from_slice(&((ns / 1_000) as u32).to_be_bytes());
    head[8] = event;
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_has_time_and_event() {
        let at = Instant::from_ns(2_000_003_999);
        assert_eq!(head(at, Direction::Outbound), [0, 0, 0, 2, 0, 0, 0, 3, 1, 0, 0, 0]);
        assert_eq!(head(at, Direction::Inbound), [0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0, 0]);
        assert_eq!(flawed(at, Flaw::Parity), [0, 0, 0, 2, 0, 0, 0, 3, 8, 0, 0, 0]);
    }
}
