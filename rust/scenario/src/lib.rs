// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The `.scenario.toml` file: which nodes run which firmware on which boards, how they are linked, what is
//! expected.
//!
//! [`load`] reads a file, [`parse`] a text. Both give a [`Scenario`] in which every name is resolved and
//! every number is in its range, or **all** mistakes of the file at once, each with its place, what was found
//! and what was expected.
//!
//! **Invariant:** a [`Scenario`] depends on the text and the file's name only. Nodes and links are in the
//! order of their names, so moving a table inside the file changes nothing.
//! **Invariant:** nothing is ignored: an unknown key is a mistake.
//! **Limits:** schema 1. It does not look at the files that a
//! scenario names. Bounds are in [`limits`].

#![forbid(unsafe_code)]

mod boards;
mod file_ref;
pub mod limits;
mod load;
mod model;
mod read;
mod schema;

pub use file_ref::{FileRef, FileRefError, Label, Target};
pub use load::{Options, load, load_devices};
pub use model::{
    DeviceModule, Expect, Fault, Input, Link, LinkInput, LoadedFile, Mac, Node, Port, Power, PowerChange,
    Scenario, When,
};
pub use read::parse;
pub use report::{Diagnostic, Errors, Place, Problem, Source};
pub use schema::schema;
