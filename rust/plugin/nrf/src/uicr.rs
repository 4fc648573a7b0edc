// SPDX-License-Identifier: GPL-2.0-or-later
//! UICR, what the user says of a device (nRF51 RM, section 8; nRF52840 PS, section 4.5).
//!
//! **Limits:** it is as erased, and cannot be programmed.

use device::{Device, Register};
use serde::{Deserialize, Serialize};

/// What the user says: nothing, as after an erase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uicr {}

impl Device for Uicr {
    const NAME: &'static str = "nrf-uicr";
    const BLOCK: &'static str = "UICR";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[Register::new("UICR", 0, u32::MAX).array(0x400, 4)];
}
