// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The command line of virtmcu, and the run loop behind it.
//!
//! **Invariant:** the verbs only read, join and print; what happens in a run is decided by `sim`.
//! **Limits:** a run is a thread's: `verify` has several of them in one process.

pub mod attach;
pub mod bazel;
pub mod campaign;
pub mod cli;
pub mod debug;
pub mod determinism;
pub mod exit;
pub mod faults;
pub mod firmware;
pub mod golden;
pub mod interrupt;
pub mod junit;
pub mod live;
pub mod loaded;
pub mod mode;
pub mod modules;
pub mod places;
pub mod play;
pub mod report;
pub mod session;
pub mod verb;

/// This tool's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
