// SPDX-License-Identifier: GPL-2.0-or-later
//! I2C as a master: the first version (F1, F4), and the second (L4), with what they have in common.
//!
//! Who is addressed answers on the bus `i2c`. An address or a byte takes nine bits, and what becomes of it is known with the last one.
//!
//! **Limits:** no slave, no addresses of 10 bits, no SMBus, no PEC; nobody disturbs the bus, so that there are no bus errors.

mod first;
mod second;

pub(crate) use first::First;
pub(crate) use second::Second;

use device::{Bus, BusKind};

const BUSES: &[Bus] = &[Bus { name: "i2c", kind: BusKind::I2c }];
