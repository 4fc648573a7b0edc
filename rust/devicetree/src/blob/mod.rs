// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The blob (`.dtb`), version 17, as the Devicetree Specification 0.4, chapter 5, has it.

mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

const MAGIC: u32 = 0xd00d_feed;
const VERSION: u32 = 17;
/// The oldest version whose readers can read this one.
const COMPATIBLE: u32 = 16;
const HEADER_BYTES: usize = 40;

const BEGIN_NODE: u32 = 1;
const END_NODE: u32 = 2;
const PROPERTY: u32 = 3;
const NOP: u32 = 4;
const END: u32 = 9;
