// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How large a tree may be. The bounds are far above any real board; they keep hostile input from filling the machine.

/// Bytes of a source file or a blob.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// Bytes of a source file and all that it includes.
pub const TOTAL_BYTES_MAX: usize = 16 << 20;
/// Files that are read for one tree.
pub const FILES_MAX: usize = 1024;
/// Files that are open in each other.
pub const INCLUDE_DEPTH_MAX: usize = 32;
/// Nodes of a tree.
pub const NODES_MAX: usize = 1 << 16;
/// Nodes in each other, with the root.
pub const DEPTH_MAX: usize = 64;
/// Operators and brackets of an expression in each other.
pub const EXPRESSION_DEPTH_MAX: usize = 64;
/// Bytes of the name of a node, a property or a label.
pub const NAME_BYTES_MAX: usize = 256;
/// Bytes of all values of a tree.
pub const VALUE_BYTES_MAX: usize = 16 << 20;
/// Names that are looked at for the one that was meant.
pub const NEAREST_MAX: usize = 4096;
/// Bytes of the lines that the reported mistakes are in: showing a line takes a multiple of reading it.
pub const SHOWN_BYTES_MAX: usize = 1 << 18;
/// Mistakes that are reported; what comes after them is left out.
pub const MISTAKES_MAX: usize = 200;
