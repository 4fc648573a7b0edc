// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Link models: how long a frame is on the wire, and when it arrives.
//!
//! A link model is arithmetic and nothing else: given the virtual time at which a sender hands over a frame, it says when
//! the frame starts, when its last bit has left, and when the whole of it is at the receiver. Each kind is a [`Link`];
//! what a scenario does to its frames is in [`Faults`], for all kinds alike.
//!
//! **Invariant:** a frame never arrives sooner than [`Uart::lookahead`] after it was handed over. The core grants virtual
//! time on this promise alone, so a link without lookahead cannot be made: even the shortest frame at the highest baud
//! rate lasts a whole nanosecond.
//!
//! **Invariant:** bit times are exact. They are kept as whole nanoseconds and a remainder over the baud rate, and rounded
//! (up) only where a time is told. The millionth byte of a burst is as precise as the first.
//!
//! **Limits:** frames of a UART carry one byte: of nine data bits the ninth is timed but not carried. What a receiver makes of
//! levels that are no byte is found at its end ([`::uart::LineEnd`]), in its node: only there its settings are known in time. Times
//! past [`vtime::Instant::FAR`] are cut to it.

#![forbid(unsafe_code)]
// Rounding would decide when a byte arrives.
#![deny(clippy::float_arithmetic)]

pub mod can;
mod draws;
mod drivers;
pub mod ethernet;
mod faults;
pub mod lin;
mod link;
mod medium;
mod spec;
mod two_wires;
mod uart;
mod uart_bus;

pub use draws::Draws;
pub use faults::{
    Act, FAULTS_MAX, Fault, FaultKind, Faults, Lane, OnWire, Pattern, Strikes, Struck, Unfired, Which,
};
pub use link::{End, Handed, Link, Outcome, Told, What};
pub use medium::Medium;
pub use spec::{AnyFault, Spec};
pub use two_wires::TwoWires;
pub use uart::{Error, Sent, Uart, Wire};
pub use uart_bus::UartBus;

pub use ::uart::{Framing, FramingError, Parity};
