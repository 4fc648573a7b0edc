// SPDX-License-Identifier: Apache-2.0 OR MIT
//! (being written)
fn main() {}
