// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN and CAN FD: the bus (ISO 11898-1:2015), with arbitration, errors and the error counters of its controllers.
//!
//! All ends sample the same bits at the same times; the clocks of controllers are taken as right once their bit rates
//! are within 1 % of the bus's. A frame that is offered to an idle bus starts at once. Who offers one before that start of
//! frame is over takes part in the arbitration, and all is decided then, to the end of the frame or of its error frame. A
//! controller takes part from the first idle bus (eleven recessive bits) after it has joined.
//!
//! **Invariant:** no two frames overlap; each starts at least three bits after the one before it, or after its error frame.
//! **Invariant:** every frame that was offered is told: sent, failed (once for each time), or lost.
//! **Limits:** all that a frame brings is heard at its valid point or at the end of its error frame, and never sooner than the
//! shortest frame would be valid; so is the answer to what was withdrawn. A controller that leaves in a frame is part
//! of it to its end, as real ones are; one that loses its power is not. Overload frames come by disturbed last bits only. A
//! controller without CAN FD finds a form error in FDF. What disturbs an error flag does not make it longer, but for a bus that is
//! held dominant. A passive controller that is behind with its error frame when the next frame starts misses that frame, and
//! counts nothing for it. If it is settled for good
//! ([`vtime::Instant::FAR`]), a frame that would be repeated for ever is so once more: nobody's time is further than that, as each
//! repetition may be the one that its sender hears of.

mod account;
mod babble;
mod bus;
mod counters;
mod course;
mod decide;
mod event;
mod fault;
mod faults;
mod input;
pub mod log;
mod member;
mod reader;
mod spec;
mod steps;
mod timing;

pub use bus::Bus;
pub use event::Event;
pub use fault::{Fault, Hits, Ids};
pub use spec::{BusSpec, SpecError};

#[cfg(test)]
mod tests;
