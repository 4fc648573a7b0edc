// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN databases (`.dbc`): what the bits of frames mean, by name.
//!
//! [`Database::read`] reads a file and checks it; a [`Message`] makes the data of a frame from values of its signals, and a [`Signal`]
//! finds its value in data. Facts are those of Vector's "DBC File Format Documentation", 1.0.5 to 1.0.7, and, for `SG_MUL_VAL_`, of its
//! paper on extended signal multiplexing.
//!
//! **Invariant:** what the bits say is exact: values are [`Decimal`]s, never rounded; those of IEEE 754 signals are the shortest
//! decimals that mean these bits.
//! **Invariant:** in a [`Database`] no signal leaves its message, and two share a bit only if they are never there at the same time.
//! **Invariant:** any bytes are a database or errors with places.
//! **Limits:** comments, attributes, nodes, groups, environment variables are skipped. A bit that no value was given for is 0.

#![forbid(unsafe_code)]
// Rounding would decide which bits are sent.
#![deny(clippy::float_arithmetic)]

mod decimal;
mod error;
mod layout;
mod message;
mod multiplex;
mod read;
mod signal;
mod value;

pub use decimal::{Decimal, DecimalError};
pub use error::{EncodeError, Unknown};
pub use message::{Database, Message};
pub use signal::Signal;
pub use value::Value;

#[cfg(test)]
mod tests;
