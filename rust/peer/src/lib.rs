// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A host at one end of a link, so that a single node has somebody to talk to: it answers ARP and pings, gives addresses away
//! by DHCP, and sends back what comes to port 7 (RFC 862), by UDP and TCP. The stack is smoltcp.
//!
//! [`WithHost`] is a link with a host at an end that no node has: a [`link::Link`] itself, between the ends that are left. A
//! [`Tester`] at such an end sends frames of logs, captures and scenarios at their times.
//!
//! **Invariant:** the host's time is virtual time, and its draws are those of a seed: what it does is a function of what comes and when.
//!
//! **Limits:** it takes no time to answer, but in steps of a microsecond where smoltcp waits for something. IPv4 only, one address, no
//! fragments. Frames for which it has no buffer are lost, as smoltcp has it.

#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic)]

mod device;
mod dhcp;
mod echo;
mod host;
mod tester;
#[cfg(test)]
mod tests;
mod with_host;

pub use host::{Host, HostError, HostSpec};
pub use tester::{Sending, Tester, TesterSpec};
pub use with_host::{Guest, WithHost};
