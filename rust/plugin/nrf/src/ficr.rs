// SPDX-License-Identifier: GPL-2.0-or-later
//! FICR, what the factory knows of a device: nRF51 (RM, section 7), nRF52832 (its own PS v1.8, section 13) and nRF52840 (PS, section 4.4).
//!
//! **Limits:** the values for trimming are those of the manual, not those of a device.

use device::{Context, Device, Property, Register};
use serde::{Deserialize, Serialize};

/// A register that nobody writes.
pub(crate) const fn number(name: &'static str, offset: u32, value: u32) -> Register {
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
        number("SIZERAMBLOCK", 0x03c, u32::MAX).array(3, 4),
        number("CONFIGID", 0x05c, 0xffff_0083),
        number("DEVICEID", DEVICEID, 0).array(2, 4),
        number("ER", ENCRYPTION_ROOT, u32::MAX).array(4, 4),
        number("IR", 0x090, u32::MAX).array(4, 4),
        number("DEVICEADDRTYPE", 0x0a0, u32::MAX),
        number("DEVICEADDR", DEVICEADDR, 0).array(2, 4),
        number("OVERRIDEEN", 0x0ac, u32::MAX),
        number("NRF_1MBIT", 0x0b0, u32::MAX).array(5, 4),
        number("BLE_1MBIT", 0x0ec, u32::MAX).array(5, 4),
    ]
);

ficr!(
    /// Of nRF52832 QFAA: 128 pages of 4 KB, 64 KB of RAM.
    Ficr52832,
    "nrf52832-ficr",
    [
        number("CODEPAGESIZE", 0x010, 4096),
        number("CODESIZE", 0x014, 128),
        number("CONFIGID", 0x05c, u32::MAX),
        number("DEVICEID", DEVICEID, 0).array(2, 4),
        number("ER", ENCRYPTION_ROOT, u32::MAX).array(4, 4),
        number("IR", 0x090, u32::MAX).array(4, 4),
        number("DEVICEADDRTYPE", 0x0a0, u32::MAX),
        number("DEVICEADDR", DEVICEADDR, 0).array(2, 4),
        number("INFO.PART", 0x100, 0x0005_2832),
        // "AAE0", which is revision 2.
        number("INFO.VARIANT", 0x104, 0x4141_4530),
        number("INFO.PACKAGE", 0x108, 0x2000),
        number("INFO.RAM", 0x10c, 64),
        number("INFO.FLASH", 0x110, 512),
        number("INFO.UNUSED0", 0x114, u32::MAX).array(3, 4),
        // What start-up code asks for, to know the revision: no section of the manual has it.
        number("REVISION", 0x130, 0x6),
        number("REVISION.MINOR", 0x134, 0x4),
        number("ANOMALY31", 0x244, u32::MAX),
        number("ANOMALY108", 0x258, u32::MAX),
        number("ANOMALY12", 0x324, u32::MAX),
        number("TEMP.A0", 0x404, 0x320),
        number("TEMP.A1", 0x408, 0x343),
        number("TEMP.A2", 0x40c, 0x35d),
        number("TEMP.A3", 0x410, 0x400),
        number("TEMP.A4", 0x414, 0x452),
        number("TEMP.A5", 0x418, 0x37b),
        number("TEMP.B0", 0x41c, 0x3fcc),
        number("TEMP.B1", 0x420, 0x3f98),
        number("TEMP.B2", 0x424, 0x3f98),
        number("TEMP.B3", 0x428, 0x12),
        number("TEMP.B4", 0x42c, 0x4d),
        number("TEMP.B5", 0x430, 0x3e10),
        number("TEMP.T0", 0x434, 0xe2),
        number("TEMP.T1", 0x438, 0x00),
        number("TEMP.T2", 0x43c, 0x14),
        number("TEMP.T3", 0x440, 0x19),
        number("TEMP.T4", 0x444, 0x50),
        number("NFC.TAGHEADER0", 0x450, 0xffff_ff5f),
        number("NFC.TAGHEADER", 0x454, u32::MAX).array(3, 4),
    ]
);

ficr!(
    /// Of nRF52840 QIAA: 256 pages of 4 KB, 256 KB of RAM.
    Ficr52840,
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
        number("INFO.UNUSED8", 0x114, u32::MAX).array(3, 4),
        // What start-up code asks for, to know the revision: no section of the manual has it.
        number("REVISION", 0x130, 0x8).array(2, 4),
        number("PRODTEST", 0x350, u32::MAX).array(3, 4),
        number("TEMP.A0", 0x404, 0xffff_f320),
        number("TEMP.A1", 0x408, 0xffff_f343),
        number("TEMP.A2", 0x40c, 0xffff_f35d),
        number("TEMP.A3", 0x410, 0xffff_f400),
        number("TEMP.A4", 0x414, 0xffff_f452),
        number("TEMP.A5", 0x418, 0xffff_f37b),
        number("TEMP.B0", 0x41c, 0xffff_3fcc),
        number("TEMP.B1", 0x420, 0xffff_3f98),
        number("TEMP.B2", 0x424, 0xffff_3f98),
        number("TEMP.B3", 0x428, 0xffff_0012),
        number("TEMP.B4", 0x42c, 0xffff_004d),
        number("TEMP.B5", 0x430, 0xffff_3e10),
        number("TEMP.T0", 0x434, 0xffff_ffe2),
        number("TEMP.T1", 0x438, 0xffff_ff00),
        number("TEMP.T2", 0x43c, 0xffff_ff14),
        number("TEMP.T3", 0x440, 0xffff_ff19),
        number("TEMP.T4", 0x444, 0xffff_ff50),
        number("NFC.TAGHEADER0", 0x450, 0xffff_ff5f),
        number("NFC.TAGHEADER", 0x454, u32::MAX).array(3, 4),
        number("TRNG90B.BYTES", 0xc00, u32::MAX),
        number("TRNG90B.RCCUTOFF", 0xc04, u32::MAX),
        number("TRNG90B.APCUTOFF", 0xc08, u32::MAX),
        number("TRNG90B.STARTUP", 0xc0c, 0x210),
        number("TRNG90B.ROSC", 0xc10, u32::MAX).array(4, 4),
    ]
);

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
        let mut ficr = Bench::<Ficr52832>::default();
        assert_eq!(ficr.read(0x010) * ficr.read(0x014), ficr.read(0x110) << 10);
        assert_eq!(ficr.read(0x100), 0x52832);
        let mut ficr = Bench::<Ficr52840>::default();
        assert_eq!(ficr.read(0x010) * ficr.read(0x014), ficr.read(0x110) << 10);
        assert_eq!(ficr.read(DEVICEID), 0x5566_7788);
    }
}
