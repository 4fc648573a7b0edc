// SPDX-License-Identifier: Apache-2.0 OR MIT
//! (being written)

mod event;
pub use event::{Arrival, Body, Class, Event, Key, LinkId, NodeId, PortId};
