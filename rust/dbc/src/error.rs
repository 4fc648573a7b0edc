// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why a name or a value is none of a database's.

use report::nearest;

/// A name that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} has no {what} {name:?}{}", hint(nearest))]
pub struct Unknown {
    /// What does not have it: a message or the file.
    pub place: String,
    /// What it should be: `message`, `signal`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// One that was meant, perhaps.
    pub nearest: Option<String>,
}

impl Unknown {
    pub(crate) fn new<'a>(
        place: &str,
        what: &'static str,
        name: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Unknown {
        let nearest = nearest(name, names).map(String::from);
        Unknown { place: place.to_string(), what, name: name.to_string(), nearest }
    }
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |name| format!(": did you mean {name:?}?"))
}

/// Why values make no data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// There is no such signal.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// It is neither a number nor one of the signal's names.
    #[error("signal {signal} has no value {text:?}: it takes a number{}{}", or_names(names), hint(nearest))]
    NoValue {
        /// The signal.
        signal: String,
        /// What was to be its value.
        text: String,
        /// The names of its values.
        names: Vec<String>,
        /// One that was meant, perhaps.
        nearest: Option<String>,
    },
    /// The signal cannot say it.
    #[error("signal {signal} cannot say {text}: it has {below} and {above}, and nothing between them")]
    Step {
        /// The signal.
        signal: String,
        /// What was to be its value.
        text: String,
        /// The next value that it has.
        below: String,
        /// The next one on the other side.
        above: String,
    },
    /// The value is out of range.
    #[error("signal {signal} cannot be {text}: it is from {min} to {max}")]
    Range {
        /// The signal.
        signal: String,
        /// What was to be its value.
        text: String,
        /// Its least value.
        min: String,
        /// Its greatest value.
        max: String,
    },
    /// Another signal says that this one is not there.
    #[error("signal {signal} is there only if {switch} is {wanted}, and {by} makes that {found}")]
    Multiplexed {
        /// The signal.
        signal: String,
        /// The signal that decides.
        switch: String,
        /// The raw values that it must have.
        wanted: String,
        /// The raw value that it has.
        found: u64,
        /// The signal that is to blame: the switch itself, or another one that needs it so.
        by: String,
    },
    /// A signal is given twice.
    #[error("signal {0} is given twice")]
    Twice(String),
}

fn or_names(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!(", or {}", report::one_of(&names))
}
