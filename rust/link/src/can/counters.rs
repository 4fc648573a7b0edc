// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The error counters of a controller (ISO 11898-1:2015, 12.1.4.2, rules a to h).

use ::can::{Error, State, Status};

/// From here on a controller is error passive.
const PASSIVE: u16 = 128;
/// From here on it is off the bus.
const OFF: u16 = 256;
/// By how much the counters grow by an error.
const STEP: u16 = 8;
/// The receive error counter stops here: the standard leaves open how far beyond [`PASSIVE`] it counts, and controllers have eight bits.
const RECEIVE_MAX: u16 = 255;
/// To where the receive error counter of a passive controller falls by a frame that is right: 119 to 127 are allowed.
const RECEIVE_LEAVES_PASSIVE: u16 = 127;

/// The counters, and what follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    transmit: u16,
    receive: u16,
    last: Option<Error>,
}

impl Counters {
    /// What it may do.
    pub(super) const fn state(self) -> State {
        if self.transmit >= OFF {
            State::Off
        } else if self.transmit >= PASSIVE || self.receive >= PASSIVE {
            State::Passive
        } else {
            State::Active
        }
    }

    /// As its controller gets to see it.
    pub(super) const fn status(self) -> Status {
        Status {
            transmit_errors: self.transmit,
            receive_errors: self.receive,
            state: self.state(),
            last: self.last,
        }
    }

    /// A frame of its own went through (rule g).
    pub(super) fn sent(&mut self) {
        self.transmit = self.transmit.saturating_sub(1);
        self.last = None;
    }

    /// A frame of another one was right (rule h).
    pub(super) fn received(&mut self) {
        self.receive =
            if self.receive >= PASSIVE { RECEIVE_LEAVES_PASSIVE } else { self.receive.saturating_sub(1) };
        self.last = None;
    }

    /// It destroyed its own frame (rule c); `excused` by an exception of it, it counts nothing.
    pub(super) fn failed_to_send(&mut self, error: Error, excused: bool) {
        self.transmit += if excused { 0 } else { STEP };
        self.last = Some(error);
    }

    /// It found an error as a receiver (rule a); as the first one (rule b) if its error flag was followed by those of others.
    pub(super) fn failed_to_receive(&mut self, error: Error, first: bool) {
        let step = if first { 1 + STEP } else { 1 };
        self.receive = (self.receive + step).min(RECEIVE_MAX);
        self.last = Some(error);
    }

    /// After its error flag the bus stayed dominant for `times` times eight bits (rule f).
    pub(super) fn held(&mut self, is_sender: bool, times: u64) {
        let step = u16::try_from(times).unwrap_or(OFF).min(OFF).saturating_mul(STEP);
        if is_sender {
            self.transmit = self.transmit.saturating_add(step).min(OFF);
        } else {
            self.receive = self.receive.saturating_add(step).min(RECEIVE_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens to a controller.
    #[derive(Clone, Copy)]
    enum Happens {
        Sent,
        Received,
        SendFails,
        Excused,
        First,
        Second,
        HeldSending(u64),
        HeldReceiving(u64),
    }
    use Happens::*;

    #[track_caller]
    fn check(begin: (u16, u16), happens: &[Happens], expected: (u16, u16, State)) {
        let mut counters = Counters { transmit: begin.0, receive: begin.1, last: None };
        for what in happens {
            match *what {
                Sent => counters.sent(),
                Received => counters.received(),
                SendFails => counters.failed_to_send(Error::Form, false),
                Excused => counters.failed_to_send(Error::Form, true),
                First => counters.failed_to_receive(Error::Form, true),
                Second => counters.failed_to_receive(Error::Form, false),
                HeldSending(times) => counters.held(true, times),
                HeldReceiving(times) => counters.held(false, times),
            }
        }
        assert_eq!((counters.transmit, counters.receive, counters.state()), expected);
    }

    #[test]
    fn the_rules_of_the_standard() {
        use State::{Active, Off, Passive};
        check((0, 0), &[Sent, Received], (0, 0, Active));
        check((5, 5), &[Sent, Received], (4, 4, Active));
        check((0, 0), &[SendFails, Second], (8, 1, Active));
        check((0, 0), &[First], (0, 9, Active));
        check((120, 0), &[Excused], (120, 0, Active));
        check((119, 0), &[SendFails], (127, 0, Active));
        check((120, 0), &[SendFails], (128, 0, Passive));
        check((128, 0), &[Sent], (127, 0, Active));
        check((0, 127), &[Second], (0, 128, Passive));
        check((0, 255), &[First, Received], (0, 127, Active));
        check((0, 200), &[Received], (0, 127, Active));
        check((247, 0), &[SendFails], (255, 0, Passive));
        check((248, 0), &[SendFails], (256, 0, Off));
        check((0, 0), &[HeldSending(2), HeldReceiving(1)], (16, 8, Active));
        check((0, 0), &[HeldSending(u64::MAX), HeldReceiving(u64::MAX)], (256, 255, Off));
    }

    #[test]
    fn sixteen_failures_make_passive_and_thirty_two_off() {
        check((0, 0), &[SendFails; 15], (120, 0, State::Active));
        check((0, 0), &[SendFails; 16], (128, 0, State::Passive));
        check((0, 0), &[SendFails; 31], (248, 0, State::Passive));
        check((0, 0), &[SendFails; 32], (256, 0, State::Off));
    }
}
