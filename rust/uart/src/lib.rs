// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Serial lines without a clock: frames and their bits, and what a UART and its line say to each other.
//!
//! A UART, which is a device in a node, has registers. The line, which is a link, has the wire. Between them go records:
//! [`ToLine`] and [`FromLine`]. One byte alone is a frame as the link has it, [`Settings`] and all; this is nearly all there ever is.
//! A [`LineEnd`], in the node, makes them and takes them.
//!
//! **Invariant:** any bytes are a record or an error; what a record's bytes are made of comes out of them again.
//! **Invariant:** times are whole femtoseconds; nothing is rounded where a level is sampled.

#![forbid(unsafe_code)]
// Rounding would decide what a receiver sees.
#![deny(clippy::float_arithmetic)]

mod ear;
mod framing;
mod line;
mod line_end;
mod record;
mod settings;
mod wave;

pub use framing::{Framing, FramingError, Parity};
pub use line::{Line, LineError};
pub use line_end::{LineEnd, Out, Sign};
pub use record::{FromLine, Heard, RECORD_LEN_MAX, RecordError, ToLine};
pub use settings::Settings;
pub use wave::Wave;
