// SPDX-License-Identifier: GPL-2.0-or-later
//! The tables compared with NXP's SVD file of the KE18F, which has the same blocks at the same places. What differs is as the SVD file of S32K144
//! itself has it, which comes with the crate s32k144 0.10.0 and was compared by hand.

use crate::*;
use ::svd::{Described, Deviation};

const F: &str = "MKE18F16.svd";

const DEVICES: &[Described] = &[
    Described::new::<clock::Clock>(&[(F, "SCG")]),
    Described::new::<flexcan::Classical>(&[(F, "CAN0")]),
    Described::new::<flexcan::Fd>(&[(F, "CAN0")]),
    Described::new::<ftm::Ftm>(&[(F, "FTM0")]),
    Described::new::<gpio::Gpio>(&[(F, "GPIOA")]),
    Described::new::<lpit::Lpit>(&[(F, "LPIT0")]),
    Described::new::<lptmr::Lptmr>(&[(F, "LPTMR0")]),
    Described::new::<lpuart::Lpuart>(&[(F, "LPUART0")]),
    Described::new::<port::Port>(&[(F, "PORTB")]),
    Described::new::<power::Pmc>(&[(F, "PMC")]),
    Described::new::<power::Rcm>(&[(F, "RCM")]),
    Described::new::<power::Smc>(&[(F, "SMC")]),
    Described::new::<system::Mpu>(&[(F, "MPU")]),
    Described::new::<system::Mscm>(&[(F, "MSCM")]),
    Described::new::<wdog::Wdog>(&[(F, "WDOG")]),
];

const S32K: &str = "S32K144 has it otherwise than the KE18F";
const PCC: &str = "a block of its own in the file, which lies behind SCG";
const FLAG: &str = "a flag that is cleared by writing 0, where the file says read-only";
const COMMAND: &str = "a command of 32 bits, of which the count has 16";

const DEVIATIONS: &[Deviation] = &[
    (
        "s32k1-clock",
        &[
            "SOSCCSR: bits 0xe ",
            "FIRCCSR:",
            "SPLLCSR: bits 0x2 ",
            "SPLLCFG: bits 0x1 ",
            "FIRCTCFG:",
            "FIRCSTAT:",
        ],
        S32K,
    ),
    ("s32k1-clock", &["PCC_"], PCC),
    // The KE18F's knows no CAN FD, and has 64 buffers. S32K144's own file has 16 words RXIMR too few, and else no difference.
    ("s32k1-flexcan", &["MCR: bits 0x4480000 ", "ESR1: bits", "CTRL2:", "RAM[", "CS", "ID", "WORD"], S32K),
    ("s32k1-flexcan", &["CTRL1_PN:", "CTRL2_PN:", "WU_MTC:", "FLT_", "PL", "WMB"], S32K),
    (
        "s32k1-flexcan-fd",
        &["MCR: bits", "ECR: bits", "ESR1: bits", "CTRL2:", "RAM[", "CS", "ID", "WORD"],
        S32K,
    ),
    ("s32k1-flexcan-fd", &["RXIMR[", "FDCTRL:", "FDCBT:", "FDCRC:"], S32K),
    ("s32k1-ftm", &["CSC: bits 0x80 "], FLAG),
    // FLTPS, and the flag TOF.
    ("s32k1-ftm", &["SC: bits 0xf000200 "], S32K),
    (
        "s32k1-ftm",
        &["MODE: bits 0x2 ", "COMBINE: bits 0x80808080 ", "DEADTIME: bits 0xf0000 ", "PAIRDEADTIME:"],
        S32K,
    ),
    ("kinetis-gpio", &["PIDR:"], S32K),
    (
        "nxp-lpuart",
        &[
            "VERID:",
            "PARAM:",
            "BAUD: bits 0x100000 ",
            "CTRL: bits 0x800 ",
            "MODIR: bits 0x300 ",
            "FIFO:",
            "WATER:",
        ],
        S32K,
    ),
    ("kinetis-port", &["PCR["], "which pins have a filter, a slew rate and a drive strength is the chip's"),
    ("s32k1-rcm", &["SSRS: bits 0x800 ", "SRIE:", "MR:", "FM:"], S32K),
    ("s32k1-mpu", &["CESR: bits 0xf000000 ", "RGD", "EAR", "EDR"], S32K),
    ("s32k1-mscm", &["CPxTYPE: resets", "CP0TYPE: resets"], "the file leaves the core's name out"),
    ("s32k1-mscm", &["OCMDR: bits 0x10000 "], S32K),
    ("s32k1-wdog", &["CNT: bits 0xffff0000 "], COMMAND),
];

#[test]
fn registers_are_the_vendors() {
    let differences = ::svd::compare(DEVICES, DEVIATIONS).unwrap_or_else(|error| panic!("{error}"));
    assert!(differences.is_empty(), "{differences}");
}
