// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A database and its messages.

use crate::{EncodeError, Signal, Unknown, multiplex};
use can::Id;
use std::collections::BTreeMap;
use std::ops::Range;

/// The messages of a file.
#[derive(Clone, Debug)]
pub struct Database {
    pub(crate) file: String,
    /// In the order of the file.
    pub(crate) messages: Vec<Message>,
}

/// What frames with one identifier carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub(crate) name: String,
    pub(crate) id: Id,
    pub(crate) len: usize,
    pub(crate) signals: Vec<Signal>,
    /// Where the file names it.
    pub(crate) span: Range<usize>,
}

impl Database {
    /// The messages, in the order of the file.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The message of this name.
    pub fn message(&self, name: &str) -> Result<&Message, Unknown> {
        let found = self.messages.iter().find(|message| message.name == name);
        let names = || self.messages.iter().map(Message::name);
        found.ok_or_else(|| Unknown::new(&self.file, "message", name, names()))
    }

    /// The message that frames with this identifier carry.
    pub fn message_of(&self, id: Id) -> Option<&Message> {
        self.messages.iter().find(|message| message.id == id)
    }
}

impl Message {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The identifier of its frames.
    pub fn id(&self) -> Id {
        self.id
    }

    /// How many bytes of data it has. One with more than 64 is sent in pieces, by a protocol above CAN.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no data.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Its signals, in the order of the file.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// The signal of this name.
    pub fn signal(&self, name: &str) -> Result<&Signal, Unknown> {
        self.place(name).map(|place| &self.signals[place])
    }

    /// Whether a signal of this message is in `data`: the data is long enough, and the signals that decide whether it is there say so.
    pub fn has(&self, signal: &Signal, data: &[u8]) -> bool {
        // By name: it may be a copy.
        self.signals.iter().position(|own| own.name == signal.name).is_some_and(|place| {
            signal.raw(data).is_some() && multiplex::is_there(&self.signals, place, data)
        })
    }

    /// The signals that are in `data`, each with its bits.
    pub fn decode<'a>(&'a self, data: &'a [u8]) -> impl Iterator<Item = (&'a Signal, u64)> {
        let there = move |place| multiplex::is_there(&self.signals, place, data);
        let signals = self.signals.iter().enumerate().filter(move |(place, _)| there(*place));
        signals.filter_map(move |(_, signal)| Some((signal, signal.raw(data)?)))
    }

    /// The data that has these values: numbers, or names of values. Switches of multiplexed signals get the least value that these need;
    /// all other bits are 0.
    pub fn encode<'a>(
        &self,
        values: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut raws = BTreeMap::new();
        for (name, text) in values {
            let place = self.place(name)?;
            let raw = self.signals[place].raw_of(text)?;
            if raws.insert(place, raw).is_some() {
                return Err(EncodeError::Twice(name.to_string()));
            }
        }
        multiplex::throw(&self.signals, &mut raws)?;
        let mut data = vec![0; self.len];
        for (place, raw) in raws {
            self.signals[place].layout.put(&mut data, raw);
        }
        Ok(data)
    }

    fn place(&self, name: &str) -> Result<usize, Unknown> {
        let found = self.signals.iter().position(|signal| signal.name == name);
        let names = || self.signals.iter().map(Signal::name);
        found.ok_or_else(|| Unknown::new(&format!("message {}", self.name), "signal", name, names()))
    }
}
