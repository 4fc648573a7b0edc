// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Device trees as source (`.dts`), blob (`.dtb`) and YAML: read, write, positions.
//!
//! [`Tree::read_dts`] reads dtc's source format version 1, [`Tree::read_dtb`] a blob of version 17, [`Tree::read_yaml`] YAML as
//! `docs/boards.md` describes it. All give the same [`Tree`], in which nodes are merged and references are numbers and paths, and
//! every node, property and cell still knows its [`Place`]. Whoever checks a tree further makes a [`Mistake`] of a place, and
//! [`Errors`] of them with [`Tree::errors`].
//!
//! **Invariant:** any text and any bytes give a tree or errors, in bounded time, memory and stack ([`limits`]).
//! **Invariant:** a tree depends on the texts alone; [`Tree::to_dtb`] gives the bytes that dtc gives for them.
//! **Limits:** knows nothing of bindings: what a property means is for the caller; but some types of parts have names of their own
//! in YAML. No overlays (`/plugin/`), no `/incbin/`, no preprocessor; but the line markers that one leaves are understood.

#![forbid(unsafe_code)]

mod blob;
mod draft;
mod finish;
pub mod limits;
mod place;
mod property;
mod source;
#[cfg(test)]
mod tests;
mod tree;
mod write;
mod yaml;

pub use place::{FileId, Mistake, Place};
pub use property::Property;
pub use report::Errors;
pub use source::Include;
pub use tree::{Node, NodeId, Reservation, Tree};
