// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One module a verb of the command line.

pub mod accept;
pub mod board;
pub mod check;
pub mod diff;
pub mod run;
pub mod schema;
pub mod test;
pub mod verify;
pub mod version;
