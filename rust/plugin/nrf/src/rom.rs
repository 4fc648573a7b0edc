// SPDX-License-Identifier: GPL-2.0-or-later
//! The ROM table, by which a debugger and start-up code know what chip this is (Arm IHI 0031, D1.1).
//!
//! **Limits:** an nRF51 only, and only its peripheral identification.

use crate::ficr::number;
use device::{Device, Register};
use serde::{Deserialize, Serialize};

/// The peripheral identification of the ROM table (Arm IHI 0031, D1.1), by which start-up code of an nRF51 knows its revision: the third.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct RomTable {}

impl Device for RomTable {
    const NAME: &'static str = "nrf51-rom-table";
    const BLOCK: &'static str = "ROM";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        number("PIDR4", 0xfd0, 0x02),
        number("PIDR0", 0xfe0, 0x01),
        number("PIDR1", 0xfe4, 0x40),
        number("PIDR2", 0xfe8, 0x7a),
        number("PIDR3", 0xfec, 0x00),
    ];
}
