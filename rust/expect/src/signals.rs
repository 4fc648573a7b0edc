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
    /// This.
    Exactly {
        /// The bits that mean it.
        raw: u64,
        /// The number, or the name of a value.
        text: String,
    },
    /// Something from a least to a greatest value.
    Range {
        /// The least.
        min: Option<Decimal>,
        /// The greatest.
        max: Option<Decimal>,
    },
}

impl Wanted {
    fn allows(&self, signal: &Signal, found: u64) -> bool {
        match self {
            // Floats have two zeros, and one that is no number is not even equal to itself.
            Wanted::Exactly { raw, .. } => {
                *raw == found || signal.value_of_raw(*raw) == signal.value_of_raw(found)
            }
            Wanted::Range { min, max } => {
                let value = signal.value_of_raw(found);
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
            .map(|(_, wanted, found)| found.is_some_and(|(signal, raw)| wanted.allows(signal, raw)))
    }

    /// What a signal says, if it is there.
    pub(crate) fn value(&self, name: &str, data: &[u8]) -> Option<Value> {
        self.message.signal(name).ok().filter(|signal| self.message.has(signal, data))?.value(data)
    }

    /// `Rpm: 812 rpm, expected 900 to 1100`.
    pub(crate) fn differences(&self, data: &[u8]) -> impl Iterator<Item = String> {
        self.found(data).filter_map(|(name, wanted, found)| match found {
            Some((signal, raw)) if wanted.allows(signal, raw) => None,
            Some((signal, raw)) => Some(format!("{name}: {}, expected {wanted}", signal.show(raw))),
            None => Some(format!("{name}: not in this frame, expected {wanted}")),
        })
    }

    fn found(&self, data: &[u8]) -> impl Iterator<Item = (&str, &Wanted, Option<(&Signal, u64)>)> {
        self.wanted.iter().map(move |(name, wanted)| {
            let signal = self.message.signal(name).ok().filter(|signal| self.message.has(signal, data));
            (name.as_str(), wanted, signal.and_then(|signal| Some((signal, signal.raw(data)?))))
        })
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Exactly { text, .. } => f.write_str(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_by_its_bits_or_by_what_they_mean() {
        let text = "BO_ 1 M: 8 X\n SG_ S : 0|32@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 S : 1;\n";
        let database = dbc::Database::read("m.dbc", text.as_bytes()).unwrap();
        let signal = database.message("M").and_then(|message| message.signal("S")).unwrap();
        let finds = |text: &str, found: f32| {
            let raw = signal.raw_of(text).unwrap();
            Wanted::Exactly { raw, text: text.into() }.allows(signal, found.to_bits().into())
        };
        assert!(finds("0", -0.0) && finds("nan", f32::NAN) && finds("1.5", 1.5));
        assert!(!finds("nan", 0.0) && !finds("1.5", 1.25));
    }
}
