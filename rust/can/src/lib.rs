// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN and CAN FD (ISO 11898-1:2015): frames, and what a controller and its bus say to each other.
//!
//! A controller, which is a device in a node, has registers, mailboxes and filters. The bus, which is a link, has all
//! that the standard says of the medium: arbitration, errors, and for each controller the error counters, which a
//! controller only shows. Between them go records: [`ToBus`] and [`FromBus`]. [`Offers`] is for controllers.
//!
//! **Invariant:** a [`Frame`] is one that the standard has: no identifier is too long, no length impossible.
//! **Invariant:** any bytes are a record or an error; what a record's bytes are made of comes out of them again.

#![forbid(unsafe_code)]

mod bits;
mod crc;
mod frame;
mod offers;
mod record;
mod wire;

pub use bits::{BITS_MAX, Sequence, count_field};
pub use crc::Crc;
pub use frame::{Frame, FrameError, Id, Kind, LEN_MAX};
pub use offers::Offers;
pub use record::{Error, FromBus, Mode, RecordError, State, Status, ToBus};
pub use wire::Length;
