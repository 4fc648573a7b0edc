// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a scenario says must happen in a run, and must not (`docs/expectations.md`).
//!
//! [`Expectations`] is told what ports and links carry ([`Expectations::line`], [`Expectations::event`]), and has a
//! [`Verdict`] for each [`Expectation`] at the end, which shows what did come if it was not met.
//!
//! **Invariant:** verdicts are a function of the events. What comes is looked at in the order of the virtual times at which it was there
//! (`sorted.rs`), so that an expectation can wait for another one; when it was told does not show.
//! **Invariant:** what no expectation is about costs one look into a table. What one is about costs no new memory, unless it is to be kept.
//! **Limits:** a text or bytes of a UART are looked for within one line of the trace, so that more than 256 bytes are never found; they have come when that line has.

#![forbid(unsafe_code)]

mod bytes;
mod candidate;
mod expectation;
mod fit;
mod frame;
mod nearest;
mod regular;
mod show;
mod signals;
mod sorted;
mod template;
mod verdict;
mod watch;

#[cfg(test)]
mod tests;

pub use bytes::{BytePattern, BytesError};
pub use expectation::{
    Capture, Captured, Contents, Count, Expectation, FramePattern, LinePattern, Opens, Port, What,
};
pub use regular::{Regular, RegularError};
pub use signals::{Signals, Wanted};
pub use template::{Part, Reference, Template, TemplateError};
pub use verdict::Verdict;
pub use watch::{Expectations, Topology, TopologyPort};
