// SPDX-License-Identifier: GPL-2.0-or-later
//! DBGMCU, which chip it is, and what stops while a debugger does: F1 (RM0008, section 31.16), F4 (RM0090, section 38.16), L4 (RM0351, section 48.16).
//!
//! The board says `idcode`: device and revision.
//!
//! **Limits:** virtual time stops for debuggers altogether, so that all other bits have no effect.

use device::{Context, Device, Property, Register, Width};
use serde::{Deserialize, Serialize};

const IDCODE: u32 = 0x00;

const fn register(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).rw(u32::MAX).width(Width::ANY)
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Dbgmcu;

impl Device for Dbgmcu {
    const NAME: &'static str = "stm32-dbgmcu";
    const BLOCK: &'static str = "DBGMCU";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        Register::new("IDCODE", IDCODE, 0).width(Width::ANY),
        register("CR", 0x04),
        // F1 has all in CR; L4 a third one.
        register("APB1_FZ", 0x08),
        register("APB2_FZ", 0x0c),
        register("APB2FZR", 0x10),
    ];
    const PROPERTIES: &'static [Property] = &[Property { name: "idcode", default: 0 }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        let idcode = cx.property(0) as u32;
        cx.set(IDCODE, idcode);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn says_which_chip_it_is() {
        let mut dbgmcu = Bench::<Dbgmcu>::new(&[], &[("idcode", 0x1007_0415)]);
        dbgmcu.write(4, 7);
        assert_eq!((dbgmcu.read(0), dbgmcu.read(4)), (0x1007_0415, 7));
        dbgmcu.write(0, 0);
        assert_eq!(dbgmcu.take_mistakes().len(), 1, "it is read-only");
    }
}
