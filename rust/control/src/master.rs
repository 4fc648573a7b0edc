// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master is told: answers to its requests, and events.

use crate::{Event, Frame, Malformed, Reply};

/// Anything that a master is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToMaster {
    /// The answer to the request of the same sequence.
    Reply(Reply),
    /// Something happened; its sequence counts the events from 0.
    Event(Event),
}

impl ToMaster {
    /// Appends it as a message.
    pub fn encode(&self, sequence: u64, out: &mut Vec<u8>) {
        match self {
            ToMaster::Reply(reply) => reply.encode(sequence, out),
            ToMaster::Event(event) => event.encode(sequence, out),
        }
    }

    /// Reads it.
    pub fn decode(frame: &Frame) -> Result<ToMaster, Malformed> {
        match Event::decode(frame)? {
            Some(event) => Ok(ToMaster::Event(event)),
            None => Reply::decode(frame).map(ToMaster::Reply),
        }
    }
}
