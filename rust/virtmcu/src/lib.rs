// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The command line of virtmcu, and the run loop behind it.
//!
//! **Invariant:** the verbs only read, join and print; what happens in a run is decided by `sim`.
//! **Limits:** one run a process.

pub mod exit;
pub mod firmware;
pub mod interrupt;
pub mod session;

/// This tool's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
