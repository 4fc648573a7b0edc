// SPDX-License-Identifier: GPL-2.0-or-later
//! The ROM table, by which a debugger and start-up code know what chip this is (Arm IHI 0031, D1.1).
//!
//! **Limits:** only its peripheral identification.

use crate::ficr::number;
use device::{Device, Register, Width};
use serde::{Deserialize, Serialize};

/// A register of eight bits, which is read as a word or as a byte.
const fn byte(name: &'static str, offset: u32, value: u32) -> Register {
    number(name, offset, value).width(Width::ANY)
}

macro_rules! rom_table {
    ($(#[$about:meta])* $type:ident, $name:literal, $part:literal, $revision_and_designer:literal) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type {}

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "ROM";
            const SIZE: u32 = 0x1000;
            const REGISTERS: &'static [Register] = &[
                byte("PIDR4", 0xfd0, 0x02),
                byte("PIDR0", 0xfe0, $part),
                byte("PIDR1", 0xfe4, 0x40),
                byte("PIDR2", 0xfe8, $revision_and_designer),
                byte("PIDR3", 0xfec, 0x00),
            ];
        }
    };
}

rom_table!(
    /// Of an nRF51, whose start-up code knows its revision by it: the third.
    RomTable51,
    "nrf51-rom-table",
    0x01,
    0x7a
);

rom_table!(
    /// Of an nRF52832, whose start-up code knows its revision by it: the second.
    RomTable52832,
    "nrf52832-rom-table",
    0x06,
    0x4a
);
