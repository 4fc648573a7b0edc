// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in files that people write (scenarios, boards): where, what was found, what was expected, how to fix it.
//!
//! A reader makes a [`Source`] of a text, collects a [`Problem`] for each mistake, and gives them all back as [`Errors`],
//! which show themselves as rustc does, or as JSON.
//!
//! **Invariant:** [`Errors`] is never empty; whatever span a problem names, showing it does not panic.
//! **Limits:** all mistakes of one [`Errors`] are in one file.

#![forbid(unsafe_code)]

mod diagnostic;
mod nearest;
mod render;

pub use diagnostic::{Diagnostic, Errors, Place, Problem, Source};
pub use nearest::{nearest, one_of};
