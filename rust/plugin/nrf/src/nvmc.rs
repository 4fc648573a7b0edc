// SPDX-License-Identifier: GPL-2.0-or-later
//! NVMC, the controller of the flash (nRF51 RM, section 6; nRF52840 PS, section 4.3); FICR, what the factory knows (RM, section 7;
//! PS, section 4.4); UICR, what the user says (RM, section 8; PS, section 4.5); and the identity of an nRF51.
//!
//! **Limits:** the flash cannot be erased or programmed: that is reported, and ends at once without effect. UICR is as erased.

use device::{Context, Device, Place, Property, Register, Written};
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

const fn number(name: &'static str, offset: u32, value: u32) -> Register {
    Register::new(name, offset, value)
}

/// The properties of both FICRs: the device's number and address.
const NUMBERS: &[Property] = &[
    Property { name: "device-id", default: 0x1122_3344_5566_7788 },
    Property { name: "device-address", default: 0xc0de_c0de_cafe },
];

const DEVICEID: u32 = 0x060;
const ENCRYPTION_ROOT: u32 = 0x080;
const DEVICEADDR: u32 = 0x0a4;

fn tell_numbers(cx: &mut Context<'_>) {
    for (register, property) in [(DEVICEID, 0), (DEVICEADDR, 1)] {
        let value = cx.property(property);
        cx.set_at(register, 0, value as u32);
        cx.set_at(register, 1, (value >> 32) as u32);
    }
}

macro_rules! ficr {
    ($(#[$about:meta])* $type:ident, $name:literal, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type {}

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "FICR";
            const SIZE: u32 = 0x1000;
            const REGISTERS: &'static [Register] = &$registers;
            const PROPERTIES: &'static [Property] = NUMBERS;

            fn reset(&mut self, cx: &mut Context<'_>) {
                tell_numbers(cx);
            }
        }
    };
}

ficr!(
    /// Of nRF51822 QFAA: 256 pages of 1 KB, 2 blocks of 8 KB of RAM.
    Ficr51,
    "nrf51-ficr",
    [
        number("CODEPAGESIZE", 0x010, 1024),
        number("CODESIZE", 0x014, 256),
        number("CLENR0", 0x028, u32::MAX),
        number("PPFC", 0x02c, u32::MAX),
        number("NUMRAMBLOCK", 0x034, 2),
        number("SIZERAMBLOCKS", 0x038, 8192),
        number("CONFIGID", 0x05c, 0xffff_0083),
        number("DEVICEID", DEVICEID, 0).array(2, 4),
        number("ER", ENCRYPTION_ROOT, u32::MAX).array(4, 4),
        number("IR", 0x090, u32::MAX).array(4, 4),
        number("DEVICEADDRTYPE", 0x0a0, u32::MAX),
        number("DEVICEADDR", DEVICEADDR, 0).array(2, 4),
        number("OVERRIDEEN", 0x0ac, u32::MAX),
    ]
);

ficr!(
    /// Of nRF52840 QIAA: 256 pages of 4 KB, 256 KB of RAM.
    Ficr52,
    "nrf52840-ficr",
    [
        number("CODEPAGESIZE", 0x010, 4096),
        number("CODESIZE", 0x014, 256),
        number("DEVICEID", DEVICEID, 0).array(2, 4),
        number("ER", ENCRYPTION_ROOT, u32::MAX).array(4, 4),
        number("IR", 0x090, u32::MAX).array(4, 4),
        number("DEVICEADDRTYPE", 0x0a0, u32::MAX),
        number("DEVICEADDR", DEVICEADDR, 0).array(2, 4),
        number("INFO.PART", 0x100, 0x0005_2840),
        // "AAD0".
        number("INFO.VARIANT", 0x104, 0x4141_4430),
        number("INFO.PACKAGE", 0x108, 0x2004),
        number("INFO.RAM", 0x10c, 256),
        number("INFO.FLASH", 0x110, 1024),
        // What start-up code asks for, to know the revision: no section of the manual has it.
        number("REVISION", 0x130, 0x8).array(2, 4),
    ]
);

/// What the user says: nothing, as after an erase.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uicr {}

impl Device for Uicr {
    const NAME: &'static str = "nrf-uicr";
    const BLOCK: &'static str = "UICR";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[Register::new("UICR", 0, u32::MAX).array(0x400, 4)];
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn the_factory_numbers_it() {
        let mut ficr = Bench::<Ficr51>::new(&[], &[("device-address", 0x0102_0304_0506)]);
        assert_eq!((ficr.read(DEVICEADDR), ficr.read(DEVICEADDR + 4)), (0x0304_0506, 0x0102));
        assert_eq!(ficr.read(0x010) * ficr.read(0x014), 256 << 10);
        assert_eq!(ficr.read(0x034) * ficr.read(0x038), 16 << 10);
        let mut ficr = Bench::<Ficr52>::default();
        assert_eq!(ficr.read(0x010) * ficr.read(0x014), ficr.read(0x110) << 10);
        assert_eq!(ficr.read(DEVICEID), 0x5566_7788);
    }

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
        assert_eq!((Bench::<Uicr>::default().read(0xffc), nvmc.take_mistakes()), (u32::MAX, vec![]));
    }
}
