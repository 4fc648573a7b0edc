// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Links of all kinds in the core, between nodes that follow scripts: what is told, and what nodes hear and when, depends neither on
//! how the run is sliced nor on what else is in it.

mod can;
mod driver;
mod inputs;
mod lin;
mod link_faults;
mod uart;
mod unrelated;
