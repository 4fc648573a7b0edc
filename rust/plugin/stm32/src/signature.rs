// SPDX-License-Identifier: GPL-2.0-or-later
//! The device signature, which ST writes into each chip: F1 (RM0008, section 30), F4 (RM0090, section 39) and L4 (RM0351, section 49).
//!
//! The board says how large the flash is, in `flash-kib`. The unique number is the same in all chips, but for its last word, which
//! is the property `serial`. Values of the sensors' calibration are those of an ideal chip of the data sheet.
//!
//! **Limits:** of F1, also the option bytes, as they leave the factory; those of F4 and L4 show in FLASH only.

use device::{Context, Device, Property, Register, Width};
use serde::{Deserialize, Serialize};

/// The first two words of the unique number: a place on a wafer, and a lot, as text.
const UNIQUE: [u32; 2] = [0x0012_0034, 0x3530_5101];

const PROPERTIES: &[Property] =
    &[Property { name: "flash-kib", default: 128 }, Property { name: "serial", default: 0x2035_3632 }];

const fn word(name: &'static str, offset: u32, value: u32) -> Register {
    Register::new(name, offset, value).width(Width::ANY)
}

macro_rules! signature {
    ($(#[$about:meta])* $type:ident, $name:literal, $size:literal, $uid:literal, $flash:literal, $shift:literal, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type;

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "SIGNATURE";
            const SIZE: u32 = $size;
            const REGISTERS: &'static [Register] = &$registers;
            const PROPERTIES: &'static [Property] = PROPERTIES;

            fn reset(&mut self, cx: &mut Context<'_>) {
                let size = cx.get($flash) & !(0xffff << $shift) | (cx.property(0) as u32) << $shift;
                cx.set($flash, size);
                cx.set_at($uid, 1, UNIQUE[1]);
                cx.set_at($uid, 2, cx.property(1) as u32);
            }
        }
    };
}

signature!(
    /// At 0x1ffff7e0.
    F1,
    "stm32f1-signature",
    0x30,
    0x08,
    0x00,
    0,
    [
        word("F_SIZE", 0x00, 0xffff_0000),
        word("U_ID", 0x08, UNIQUE[0]).array(3, 4),
        // RM0008, 2.3.1 and PM0075, 2.5: each byte with its complement; not protected, watchdog by software.
        word("RDP_USER", 0x20, 0x00ff_5aa5),
        word("DATA", 0x24, 0x00ff_00ff),
        word("WRP", 0x28, 0x00ff_00ff).array(2, 4),
    ]
);

signature!(
    /// At 0x1fff7a10.
    F4,
    "stm32f4-signature",
    0x20,
    0x00,
    0x10,
    16,
    [
        word("U_ID", 0x00, UNIQUE[0]).array(3, 4),
        // F_SIZE is its upper half.
        word("F_SIZE", 0x10, 0),
        // DS8626, tables 71 and 74: VREFIN_CAL at its upper half; TS_CAL1 and TS_CAL2 at 30 and 110 degrees.
        word("VREFIN_CAL", 0x18, 0x05dd_0000),
        word("TS_CAL", 0x1c, 0x04b6_03be),
    ]
);

signature!(
    /// At 0x1fff7500.
    L4,
    "stm32l4-signature",
    0x300,
    0x90,
    0xe0,
    0,
    [
        word("PACKAGE", 0x00, 0),
        word("U_ID", 0x90, UNIQUE[0]).array(3, 4),
        // DS10969, tables 8 and 9: TS_CAL1 at its lower half, VREFINT at its upper one; TS_CAL2 at 110 degrees.
        word("TS_CAL1", 0xa8, 0x0676_040d),
        word("TS_CAL2", 0xc8, 0x051e_0000),
        word("F_SIZE", 0xe0, 0xffff_0000),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn check<D: Device>(uid: u32, flash: u32) {
        let mut signature = Bench::<D>::new(&[], &[("flash-kib", 1024), ("serial", 7)]);
        assert_eq!(signature.read_bytes(flash, 2), 1024);
        assert_eq!(signature.read(uid + 8), 7);
        assert_eq!(signature.read_bytes(uid + 2, 1), 0x12);
        assert_eq!(signature.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn says_what_the_board_says() {
        check::<F1>(0x08, 0x00);
        check::<F4>(0x00, 0x12);
        check::<L4>(0x90, 0xe0);
    }
}
