// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What signals of a frame of CAN are to say.

use dbc::{Decimal, Message, Signal, Value};
use std::fmt;

/// What the signals of a message are to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signals {
    /// The message, of which the frame has the identifier.
    pub message: Message,
    /// Signals of it, by their names, and what they are to say.
    pub wanted: Vec<(String, Wanted)>,
}

/// What a signal is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// This: a number, or the name of a value, which the signal has.
    Exactly(String),
    /// Something from a least to a greatest value.
    Range {
        /// The least.
        min: Option<Decimal>,
        /// The greatest.
        max: Option<Decimal>,
    },
}

impl Wanted {
    fn allows(&self, signal: &Signal, value: Value) -> bool {
        match self {
            Wanted::Exactly(text) => signal.value_of(text).is_ok_and(|wanted| wanted == value),
            Wanted::Range { min, max } => {
                min.is_none_or(|min| value >= Value::Exact(min))
                    && max.is_none_or(|max| value <= Value::Exact(max))
            }
        }
    }
}

impl Signals {
    /// For each signal that is to say something, whether it does.
    pub(crate) fn fits(&self, data: &[u8]) -> impl Iterator<Item = bool> {
        self.found(data)
            .map(|(_, wanted, found)| found.is_some_and(|(signal, value)| wanted.allows(signal, value)))
    }

    /// What a signal says, if it is there.
    pub(crate) fn value(&self, name: &str, data: &[u8]) -> Option<Value> {
        self.message.signal(name).ok().filter(|signal| self.message.has(signal, data))?.value(data)
    }

    /// `Rpm: 812 rpm, expected 900 to 1100`.
    pub(crate) fn differences(&self, data: &[u8]) -> impl Iterator<Item = String> {
        self.found(data).filter_map(|(name, wanted, found)| match found {
            Some((signal, value)) if wanted.allows(signal, value) => None,
            Some((signal, _)) => {
                let shown = signal.raw(data).map_or_else(String::new, |raw| signal.show(raw));
                Some(format!("{name}: {shown}, expected {wanted}"))
            }
            None => Some(format!("{name}: not in this frame, expected {wanted}")),
        })
    }

    fn found(&self, data: &[u8]) -> impl Iterator<Item = (&str, &Wanted, Option<(&Signal, Value)>)> {
        self.wanted.iter().map(move |(name, wanted)| {
            let signal = self.message.signal(name).ok().filter(|signal| self.message.has(signal, data));
            (name.as_str(), wanted, signal.and_then(|signal| Some((signal, signal.value(data)?))))
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Exactly(text) => f.write_str(text),
            Wanted::Range { min: Some(min), max: Some(max) } => write!(f, "{min} to {max}"),
            Wanted::Range { min: Some(min), .. } => write!(f, "at least {min}"),
            Wanted::Range { max: Some(max), .. } => write!(f, "at most {max}"),
            Wanted::Range { .. } => f.write_str("anything"),
        }
    }
}

/// `EngineStatus, Rpm 900 to 1100, Gear 2`.
impl fmt::Display for Signals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.name())?;
        self.wanted.iter().try_for_each(|(name, wanted)| write!(f, ", {name} {wanted}"))
    }
}
