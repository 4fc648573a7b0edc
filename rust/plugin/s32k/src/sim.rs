// SPDX-License-Identifier: GPL-2.0-or-later
//! SIM, what the chip is and what no peripheral has to itself (S32K1xx Reference Manual, chapter "System Integration Module").
//!
//! The properties `sdid` and `uid` say which chip it is: by default an S32K144 in a package of 100 pins with 64 KB of RAM.
//!
//! **Limits:** its selectors choose nothing: LPO is 128 kHz, FTM's clocks come from SCG and PCC, ADC and PDB are not modelled.

use device::{Context, Device, Property, Register, Width};
use serde::{Deserialize, Serialize};

const SDID: u32 = 0x24;
const UID: u32 = 0x54;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sim {}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Sim {
    const NAME: &'static str = "s32k1-sim";
    const BLOCK: &'static str = "SIM";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("CHIPCTL", 0x04, 0x0030_0000).rw(0x003f_3fff),
        register("FTMOPT0", 0x0c, 0).rw(0xff00_7777).unmodelled(0xff00_7777),
        register("LPOCLKS", 0x10, 0x3).rw(0x3f).unmodelled(0x3c),
        register("ADCOPT", 0x18, 0).rw(0x3f3f).unmodelled(0x3f3f),
        register("FTMOPT1", 0x1c, 0).rw(0xffff_81ff).unmodelled(0xffff_81ff),
        register("MISCTRL0", 0x20, 0).rw(0x000f_0000),
        register("SDID", SDID, 0),
        register("PLATCGC", 0x40, 0x1f).rw(0x1f),
        // No part of FlexNVM is EEPROM: DEPART and EEERAMSIZE are 15.
        register("FCFG1", 0x4c, 0x000f_f000),
        register("UID", UID, 0).array(4, 4),
        register("CLKDIV4", 0x68, 0x1000_0000).rw(0x1000_000f),
        register("MISCTRL1", 0x6c, 0).rw(1).unmodelled(1),
    ];
    const PROPERTIES: &'static [Property] = &[
        // Generation 1, series 4, derivative 4; 64 KB, revision 1, 100 LQFP, all features.
        Property { name: "sdid", default: 0x144f_14ff },
        Property { name: "uid", default: 0x1122_3344_5566_7788 },
    ];

    fn reset(&mut self, cx: &mut Context<'_>) {
        let (sdid, uid) = (cx.property(0), cx.property(1));
        cx.set(SDID, sdid as u32);
        // The lowest bits come last.
        cx.set_at(UID, 2, (uid >> 32) as u32);
        cx.set_at(UID, 3, uid as u32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn tells_the_chip() {
        let mut sim = Bench::<Sim>::new(&[], &[("uid", 0xabc_0000_0001)]);
        assert_eq!((sim.read(SDID) >> 20, sim.read(UID + 8), sim.read(UID + 12)), (0x144, 0xabc, 1));
        let differs: Vec<String> = sim.differs_after_reset().into_iter().map(|(name, _)| name).collect();
        assert_eq!(differs, ["SDID[0]", "UID[2]", "UID[3]"]);
    }
}
