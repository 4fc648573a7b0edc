// SPDX-License-Identifier: GPL-2.0-or-later
//! What start-up code touches and hardly anything depends on: MPU, which is NXP's own and not Arm's; MSCM, what the core and its memories are; ERM and
//! EIM, errors of memories (S32K1xx Reference Manual, the chapters of these names).
//!
//! **Limits:** MPU protects nothing: its regions are stored, and reported if they are not those after a reset. Memories have no errors, and none can be
//! injected.

use device::{Device, Register, Width};
use serde::{Deserialize, Serialize};

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

macro_rules! block {
    ($(#[$about:meta])* $type:ident, $name:literal, $block:literal, $irqs:expr, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type {}

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = $block;
            const SIZE: u32 = 0x1000;
            const REGISTERS: &'static [Register] = &$registers;
            const IRQS: &'static [&'static str] = &$irqs;
        }
    };
}

/// All rights of a region.
const RIGHTS: u32 = 0xff7d_ffff;

/// A word of the regions from 1 to 7.
const fn region(name: &'static str, offset: u32, reset: u32, bits: u32) -> Register {
    register(name, offset, reset).rw(bits).unmodelled(bits).array(7, 0x10)
}

block!(
    /// The memory protection unit: eight regions, of which the first one allows all after a reset.
    Mpu,
    "s32k1-mpu",
    "MPU",
    [],
    [
        register("CESR", 0x000, 0x0081_4001).rw(1).rc_w1(0xf000_0000),
        register("EAR", 0x010, 0).array(4, 8),
        register("EDR", 0x014, 0).array(4, 8),
        register("RGD0_WORD0", 0x400, 0).rw(0xffff_ffe0).unmodelled(0xffff_ffe0),
        register("RGD0_WORD1", 0x404, 0xffff_ffff).rw(0xffff_ffe0).unmodelled(0xffff_ffe0),
        register("RGD0_WORD2", 0x408, 0x0061_f7df).rw(RIGHTS).unmodelled(RIGHTS),
        register("RGD0_WORD3", 0x40c, 0x0000_0001).rw(0xffff_0001).unmodelled(0xffff_0001),
        region("RGD_WORD0", 0x410, 0, 0xffff_ffe0),
        region("RGD_WORD1", 0x414, 0x1f, 0xffff_ffe0),
        region("RGD_WORD2", 0x418, 0, RIGHTS),
        region("RGD_WORD3", 0x41c, 0, 0xffff_0001),
        register("RGDAAC0", 0x800, 0x0061_f7df).rw(RIGHTS).unmodelled(RIGHTS),
        register("RGDAAC", 0x804, 0).rw(RIGHTS).unmodelled(RIGHTS).array(7, 4),
    ]
);

block!(
    /// What the core is: a Cortex-M4 with FPU and a cache of 4 KB; for whoever asks, and for core 0.
    Mscm,
    "s32k1-mscm",
    "MSCM",
    [],
    [
        register("CPxTYPE", 0x000, 0x434d_3401),
        register("CPxNUM", 0x004, 0),
        register("CPxMASTER", 0x008, 0),
        register("CPxCOUNT", 0x00c, 0),
        register("CPxCFG0", 0x010, 0x0400_0000),
        register("CPxCFG1", 0x014, 0),
        register("CPxCFG2", 0x018, 0x0701_0701),
        register("CPxCFG3", 0x01c, 0x0000_0101),
        register("CP0TYPE", 0x020, 0x434d_3401),
        register("CP0NUM", 0x024, 0),
        register("CP0MASTER", 0x028, 0),
        register("CP0COUNT", 0x02c, 0),
        register("CP0CFG0", 0x030, 0x0400_0000),
        register("CP0CFG1", 0x034, 0),
        register("CP0CFG2", 0x038, 0x0701_0701),
        register("CP0CFG3", 0x03c, 0x0000_0101),
        register("OCMDR", 0x400, 0x4000_0000).rw(0x0001_0fff).array(4, 4),
    ]
);

block!(
    /// Errors that were found.
    Erm,
    "s32k1-erm",
    "ERM",
    ["single", "double"],
    [
        register("CR0", 0x000, 0).rw(0xcc00_0000),
        register("SR0", 0x010, 0).rc_w1(0xcc00_0000),
        register("EAR0", 0x100, 0),
        register("EAR1", 0x110, 0),
    ]
);

block!(
    /// Errors that are made on purpose.
    Eim,
    "s32k1-eim",
    "EIM",
    [],
    [
        register("EIMCR", 0x000, 0).rw(1).unmodelled(1),
        register("EICHEN", 0x004, 0).rw(0xc000_0000),
        register("EICHD0_WORD0", 0x100, 0).rw(0xfe00_0000),
        register("EICHD0_WORD1", 0x104, 0).rw(u32::MAX),
        register("EICHD1_WORD0", 0x200, 0).rw(0xfe00_0000),
        register("EICHD1_WORD1", 0x204, 0).rw(u32::MAX),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn resets() {
        assert_eq!(Bench::<Mpu>::default().differs_after_reset(), []);
        assert_eq!(Bench::<Mscm>::default().differs_after_reset(), []);
        assert_eq!(Bench::<Erm>::default().differs_after_reset(), []);
        assert_eq!(Bench::<Eim>::default().differs_after_reset(), []);
    }

    #[test]
    fn start_up_code_switches_the_mpu_off() {
        let mut mpu = Bench::<Mpu>::default();
        let cesr = mpu.read(0) & !1 | 0xf000_0000;
        mpu.write(0, cesr);
        assert_eq!((mpu.read(0), mpu.take_mistakes()), (0x0081_4000, vec![]));
        mpu.write(0x41c, 1);
        assert_eq!(mpu.take_mistakes().len(), 1, "a region that protects nothing");
    }
}
