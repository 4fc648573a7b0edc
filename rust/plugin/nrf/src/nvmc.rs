// SPDX-License-Identifier: GPL-2.0-or-later
//! NVMC, the controller of the flash (nRF51 RM, section 6; nRF52840 PS, section 4.3).
//!
//! **Limits:** the flash cannot be erased or programmed: that is reported, and ends at once without effect.

use device::{Context, Device, Place, Register, Written};
use serde::{Deserialize, Serialize};

const READY: u32 = 0x400;
const READYNEXT: u32 = 0x408;
const CONFIG: u32 = 0x504;
const ERASEPAGE: u32 = 0x508;
const ERASEALL: u32 = 0x50c;
const ERASEPCR0: u32 = 0x510;
const ERASEUICR: u32 = 0x514;
const WRITES: u32 = 1;

/// The controller of the flash.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Nvmc {}

impl Device for Nvmc {
    const NAME: &'static str = "nrf-nvmc";
    const BLOCK: &'static str = "NVMC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        Register::new("READY", READY, 1),
        Register::new("READYNEXT", READYNEXT, 1),
        Register::new("CONFIG", CONFIG, 0).rw(0x3).on_write(),
        Register::new("ERASEPAGE", ERASEPAGE, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEALL", ERASEALL, 0).wo(1).on_write(),
        Register::new("ERASEPCR0", ERASEPCR0, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEUICR", ERASEUICR, 0).wo(1).on_write(),
        Register::new("ERASEPAGEPARTIAL", 0x518, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEPAGEPARTIALCFG", 0x51c, 0x0a).rw(0x7f),
        Register::new("ICACHECNF", 0x540, 0).rw(0x101),
        Register::new("IHIT", 0x548, 0).rw(u32::MAX),
        Register::new("IMISS", 0x54c, 0).rw(u32::MAX),
    ];

    fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CONFIG if cx.get(CONFIG) & 3 == WRITES => {
                cx.report("NVMC_CONFIG allows writes: the flash is not programmed by them");
            }
            CONFIG => {}
            _ => cx.report("NVMC erases: the flash stays as it is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn erasing_is_told() {
        let mut nvmc = Bench::<Nvmc>::default();
        assert_eq!(nvmc.differs_after_reset(), []);
        nvmc.write(CONFIG, 2);
        nvmc.write(ERASEPAGE, 0x400);
        assert_eq!((nvmc.read(READY), nvmc.take_mistakes().len()), (1, 1));
        nvmc.write(CONFIG, WRITES);
        assert_eq!(nvmc.take_mistakes().len(), 1);
        nvmc.write(CONFIG, 0);
        assert_eq!(nvmc.take_mistakes(), [] as [String; 0]);
    }
}
