// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One node: what it drives, and what it makes of what it samples.

use super::decoder::{Decoder, Read, encode};
use super::{BIT_NS, Wish};
use ::can::{Error, Frame, Kind, State, Status};

/// What its controller gets to know.
pub(super) enum Said {
    Sent,
    Received(Frame),
    Counters(Status),
}

#[derive(Clone, Debug)]
enum Does {
    Done,
    Sends {
        bits: Vec<(bool, bool)>,
        place: usize,
    },
    Reads(Decoder),
    /// An error flag, or an overload flag: `equal` bits so far.
    Flags {
        is_dominant: bool,
        equal: usize,
        last: Option<bool>,
    },
    /// Its flag is over; the bus is not recessive yet, for so many bits.
    Waits(usize),
    Delimits(usize),
    Pauses(usize),
}

pub(super) struct Node {
    wishes: Vec<Wish>,
    sending: Option<Wish>,
    does: Does,
    status: Status,
    shown: Status,
    /// It was the sender of the frame that is wrong now.
    is_sender: bool,
    is_alone: bool,
    was_sender: bool,
    /// It may start to send from then on, and takes part from then on.
    free_ns: u64,
    ready_ns: u64,
    is_in: bool,
    is_out: bool,
}

impl Node {
    pub(super) fn new(wishes: Vec<Wish>) -> Node {
        Node {
            wishes,
            sending: None,
            does: Does::Done,
            status: Status::default(),
            shown: Status::default(),
            is_sender: false,
            is_alone: false,
            was_sender: false,
            free_ns: 0,
            ready_ns: 0,
            is_in: false,
            is_out: false,
        }
    }

    pub(super) fn mailbox(&self) -> u8 {
        self.sending.map_or(0, |wish| wish.mailbox)
    }

    pub(super) fn wants(&self, free_ns: u64) -> Option<u64> {
        let first = self.wishes.iter().map(|wish| wish.at_ns).min()?;
        (self.status.state != State::Off).then(|| first.max(free_ns).max(self.free_ns))
    }

    /// A frame starts: it sends if it has something before the first bit is over.
    pub(super) fn start(&mut self, starts_ns: u64) {
        (self.sending, self.was_sender, self.is_sender) = (None, false, false);
        self.is_out = self.ready_ns > starts_ns;
        self.is_in = !self.is_out && self.status.state != State::Off;
        if !self.is_in {
            return;
        }
        self.does = Does::Reads(Decoder::default());
        let before = self.wishes.iter().filter(|wish| wish.at_ns < starts_ns).min_by_key(|wish| wish.mailbox);
        let soon = || {
            self.wishes.iter().filter(|wish| wish.at_ns < starts_ns + BIT_NS).min_by_key(|wish| wish.at_ns)
        };
        if let Some(wish) = before.or_else(soon).copied().filter(|_| self.free_ns <= starts_ns) {
            let kind = match wish.frame.kind() {
                Kind::Fd { switches_rate, is_passive } => {
                    Kind::Fd { switches_rate, is_passive: is_passive || self.status.state == State::Passive }
                }
                kind => kind,
            };
            let sent = match kind {
                Kind::Remote => wish.frame,
                _ => Frame::new(wish.frame.id(), kind, wish.frame.data()).unwrap(),
            };
            self.sending = Some(wish);
            self.does = Does::Sends { bits: encode(&sent), place: 0 };
        }
    }

    /// The first are through with a frame, and the next may start. Who lags behind is alone with its error frame; what it is told when
    /// that is over comes back.
    pub(super) fn finish(&mut self, free_ns: u64) -> Option<(u64, Status)> {
        let left = match self.does {
            Does::Delimits(left) => left as u64 + 3,
            Does::Pauses(left) => left as u64,
            // It was not there: as late as it was before.
            Does::Done if self.is_out => 6,
            Does::Done => 0,
            _ => panic!("it is behind by more than its delimiter: {:?}", self.does),
        };
        self.does = Does::Done;
        self.ready_ns = free_ns + left * BIT_NS;
        let waits = self.was_sender && self.status.state == State::Passive;
        self.free_ns = if waits { self.ready_ns + 8 * BIT_NS } else { self.ready_ns.max(self.free_ns) };
        self.set_state();
        if self.status == self.shown {
            return None;
        }
        self.shown = self.status;
        Some((self.ready_ns - 3 * BIT_NS, self.status))
    }

    pub(super) fn is_through(&self) -> bool {
        self.is_in && matches!(self.does, Does::Done)
    }

    pub(super) fn is_in_frame(&self) -> bool {
        matches!(self.does, Does::Sends { .. } | Does::Reads(_))
    }

    /// True is recessive.
    pub(super) fn drives(&self) -> bool {
        match &self.does {
            Does::Sends { bits, place } => bits[*place].0,
            Does::Reads(decoder) => !decoder.acknowledges(),
            Does::Flags { is_dominant, .. } => !is_dominant,
            Does::Done | Does::Waits(_) | Does::Delimits(_) | Does::Pauses(_) => true,
        }
    }

    /// Samples a bit; `line` is all bits of the frame with this one.
    pub(super) fn sample(&mut self, level: bool, line: &[bool]) -> Vec<Said> {
        let mut said = Vec::new();
        match std::mem::replace(&mut self.does, Does::Done) {
            Does::Done => {}
            Does::Sends { bits, place } => self.sample_sending(level, line, bits, place, &mut said),
            Does::Reads(mut decoder) => match decoder.push(level) {
                Read::Nothing => self.does = Does::Reads(decoder),
                Read::Error(error) => self.fails(error, false, false),
                Read::Valid(frame) => {
                    let received = &mut self.status.receive_errors;
                    *received = if *received > 127 { 127 } else { received.saturating_sub(1) };
                    self.status.last = None;
                    said.push(Said::Received(frame));
                    self.show(&mut said);
                    self.does = Does::Reads(decoder);
                }
                Read::Over => self.does = Does::Pauses(3),
                Read::Overload => self.does = Does::Flags { is_dominant: true, equal: 0, last: None },
            },
            Does::Flags { is_dominant, equal, last } => {
                let equal = if is_dominant || last == Some(level) { equal + 1 } else { 1 };
                if !level && self.is_alone {
                    self.is_alone = false;
                    self.add_transmit(8);
                }
                self.does = match equal {
                    6 => Does::Waits(0),
                    _ => Does::Flags { is_dominant, equal, last: Some(level) },
                };
            }
            Does::Waits(0) if level && self.is_alone => {
                self.is_alone = false;
                self.does = Does::Delimits(7);
            }
            Does::Waits(_) if level => self.does = Does::Delimits(7),
            Does::Waits(bits) => {
                let is_first = bits == 0;
                if is_first && self.is_alone {
                    self.is_alone = false;
                    self.add_transmit(8);
                }
                let step = if is_first && !self.is_sender && self.status.last.is_some() { 8 } else { 0 };
                let step = step + if (bits + 1) % 8 == 0 { 8 } else { 0 };
                if self.is_sender {
                    self.add_transmit(step)
                } else {
                    self.add_receive(step)
                }
                self.does = Does::Waits(bits + 1);
            }
            Does::Delimits(left) => {
                assert!(level, "nobody breaks into a delimiter");
                self.does = if left > 1 { Does::Delimits(left - 1) } else { Does::Pauses(3) };
                if left == 1 {
                    self.show(&mut said);
                }
            }
            Does::Pauses(left) => {
                assert!(level, "nobody breaks into an intermission");
                self.does = if left > 1 { Does::Pauses(left - 1) } else { Does::Done };
            }
        }
        said
    }

    fn sample_sending(
        &mut self,
        level: bool,
        line: &[bool],
        bits: Vec<(bool, bool)>,
        place: usize,
        said: &mut Vec<Said>,
    ) {
        let (own, gives_way) = bits[place];
        let is_acknowledge = place + 9 == bits.len();
        match (own, level) {
            _ if is_acknowledge && level => self.fails(Error::Acknowledge, true, false),
            _ if is_acknowledge => self.does = Does::Sends { bits, place: place + 1 },
            (true, false) if gives_way => {
                let mut decoder = Decoder::default();
                line.iter().for_each(|bit| {
                    decoder.push(*bit);
                });
                self.does = Does::Reads(decoder);
            }
            (true, false) => {
                // A stuff bit before RTR is not to blame.
                let is_excused = bits[place + 1..].iter().any(|(_, gives_way)| *gives_way);
                self.fails(Error::BitRecessive, true, is_excused);
            }
            (false, true) => self.fails(Error::BitDominant, true, false),
            _ if place + 1 < bits.len() => self.does = Does::Sends { bits, place: place + 1 },
            _ => {
                self.status.transmit_errors = self.status.transmit_errors.saturating_sub(1);
                self.status.last = None;
                self.was_sender = true;
                let mailbox = self.mailbox();
                self.wishes.retain(|wish| wish.mailbox != mailbox);
                said.push(Said::Sent);
                self.show(said);
                self.does = Does::Pauses(3);
            }
        }
    }

    fn fails(&mut self, error: Error, is_sender: bool, is_excused: bool) {
        let is_dominant = self.status.state == State::Active;
        (self.is_sender, self.was_sender) = (is_sender, is_sender);
        // A passive sender that nobody acknowledges counts only if somebody else shows an error.
        self.is_alone = is_sender && error == Error::Acknowledge && !is_dominant;
        if !is_sender {
            self.add_receive(1);
        } else if !is_excused && !self.is_alone {
            self.add_transmit(8);
        }
        self.status.last = Some(error);
        self.does = Does::Flags { is_dominant, equal: 0, last: None };
    }

    fn add_transmit(&mut self, step: u16) {
        self.status.transmit_errors =
            if step > 0 { self.status.transmit_errors + step } else { self.status.transmit_errors };
        self.set_state();
    }

    fn add_receive(&mut self, step: u16) {
        self.status.receive_errors = (self.status.receive_errors + step).min(255);
        self.set_state();
    }

    fn set_state(&mut self) {
        let Status { transmit_errors, receive_errors, .. } = self.status;
        self.status.state = match (transmit_errors, receive_errors) {
            (256.., _) => State::Off,
            (128.., _) | (_, 128..) => State::Passive,
            _ => State::Active,
        };
    }

    fn show(&mut self, said: &mut Vec<Said>) {
        self.set_state();
        if self.status != self.shown {
            self.shown = self.status;
            said.push(Said::Counters(self.status));
        }
    }
}
