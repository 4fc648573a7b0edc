// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The trace of a run: written while it runs, read back strictly, compared with the golden that people review.
//!
//! [`Recorder`] turns the core's events into the text of `docs/trace-format.md` and hands each finished line of UART
//! output to a [`LineObserver`]. [`Trace`] reads such a text. [`compare()`] and [`diff`] find
//! the first thing that differs between two of them, and [`Divergence`] tells it in words.
//!
//! **Invariant:** a trace is a function of the events alone: how time was sliced ([`Recorder::advance`]) does not show.
//! No hash map, no clock and no thread decides what is written. A text that was cut or edited is an error, never a pass.
//! **Limits:** a trace is read into memory as a whole (about 150 bytes for each line of it). After the first difference
//! only a window of 64 entries is aligned, because aligning two long and different traces takes quadratic time.

mod chain;
mod compare;
mod entry;
mod escape;
mod footer;
mod header;
mod lines;
mod mode;
mod observer;
mod parse;
mod ports;
mod ready;
mod record;
mod record_error;
#[cfg(test)]
mod testing;

pub use compare::{
    ByDifference, DiffLine, Difference, Divergence, Part, RenderOptions, Tag, compare, diff,
    states_were_compared,
};
pub use entry::{Entry, What};
pub use footer::{Footer, NodeFoot, NodeState, RunEnd, Summary, TraceHash};
pub use header::{FaultHead, Header, HeaderError, LinkHead, MadeBy, NodeHead};
pub use mode::Mode;
pub use observer::{Line, LineObserver};
pub use parse::{ParseError, Problem, Trace};
pub use record::Recorder;
pub use record_error::RecordError;

/// The number of the text format. It changes when the same events are written differently.
pub const FORMAT: u32 = 2;

/// The number of the timing model. It changes when the same scenario and firmware give other times: then a golden made
/// before is reported as made by another model, not as a firmware bug.
pub const TIMING_MODEL: u32 = 2;

/// A line of UART output ends when the wire was silent for longer than this.
pub const LINE_SILENCE: vtime::Span = vtime::Span::from_ns(2_000_000);

/// A line of UART output has at most this many bytes.
pub const LINE_BYTES_MAX: usize = 256;
