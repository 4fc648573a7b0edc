// SPDX-License-Identifier: GPL-2.0-or-later
//! SMC, the power modes; PMC, the voltages; RCM, what has reset the microcontroller (S32K1xx Reference Manual, chapters "System Mode
//! Controller", "Power Management Controller" and "Reset Control Module").
//!
//! **Limits:** stop modes are as waiting. Voltages are always good. RCM delays no reset, filters no pin, and knows power-on, the watchdog and,
//! for whatever else, software.

use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

const PMPROT: u32 = 0x08;
const PMCTRL: u32 = 0x0c;
const PMSTAT: u32 = 0x14;
const AVLP: u32 = 1 << 5;
const AHSRUN: u32 = 1 << 7;

/// SMC. It tells the clocks in which mode it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Smc {
    /// PMPROT can be written once after a reset.
    is_protected: bool,
}

impl Device for Smc {
    const NAME: &'static str = "s32k1-smc";
    const BLOCK: &'static str = "SMC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("VERID", 0x00, 0x0100_0000),
        register("PARAM", 0x04, 0x0000_0001),
        register("PMPROT", PMPROT, 0).rw(AVLP | AHSRUN).on_write(),
        register("PMCTRL", PMCTRL, 0).rw(0x67).on_write(),
        register("STOPCTRL", 0x10, 0x03).rw(0xc0),
        register("PMSTAT", PMSTAT, 0x01),
    ];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "hsrun", count: 1 }, Lines { name: "vlpr", count: 1 }];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == PMPROT {
            if self.is_protected && cx.get(PMPROT) != written.before {
                cx.set(PMPROT, written.before);
                cx.report("SMC_PMPROT is written a second time: it stays until a reset");
            }
            self.is_protected = true;
            return;
        }
        let (allowed, status) = match cx.get(PMCTRL) >> 5 & 3 {
            0 => (0, 0x01),
            2 => (AVLP, 0x04),
            3 => (AHSRUN, 0x80),
            _ => (u32::MAX, 0),
        };
        if !cx.has(PMPROT, allowed) {
            cx.set(PMCTRL, written.before);
            cx.report("SMC_PMCTRL.RUNM asks for a mode that SMC_PMPROT does not allow: it stays as it is");
            return;
        }
        cx.set(PMSTAT, status);
        cx.output(0, 0, status == 0x80);
        cx.output(1, 0, status == 0x04);
    }
}

/// PMC: four registers of a byte each in two words.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pmc {}

impl Device for Pmc {
    const NAME: &'static str = "s32k1-pmc";
    const BLOCK: &'static str = "PMC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        // LVDSC1, LVDSC2, REGSC.
        register("LVDSC", 0x00, 0x0004_0000).rw(0x0083_2030).wo(0x0000_4040),
        register("LPOTRIM", 0x04, 0).rw(0x1f),
    ];
    const IRQS: &'static [&'static str] = &["lvd-lvw"];
}

const SRS: u32 = 0x08;
const SSRS: u32 = 0x18;
const SRIE: u32 = 0x1c;
const WDOG: u32 = 1 << 5;
const SW: u32 = 1 << 9;

/// RCM.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rcm {
    /// It was switched on before: the next reset is another one.
    is_on: bool,
    /// The watchdog is about to reset it.
    by_watchdog: bool,
    /// What SSRS holds.
    sticky: u32,
}

impl Device for Rcm {
    const NAME: &'static str = "s32k1-rcm";
    const BLOCK: &'static str = "RCM";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("VERID", 0x00, 0x0300_0003),
        register("PARAM", 0x04, 0x0000_2fee),
        register("SRS", SRS, 0x82),
        register("RPC", 0x0c, 0).rw(0x1f07).unmodelled(0x1f07),
        register("SSRS", SSRS, 0x82).rc_w1(0x2fee).on_write(),
        // Without GIE, which enables all of them, a cause resets at once, as here.
        register("SRIE", SRIE, 0).rw(0x2fef).unmodelled(1 << 7),
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const INPUTS: &'static [Lines] = &[Lines { name: "wdog", count: 1 }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        if self.is_on {
            let cause = if self.by_watchdog { WDOG } else { SW };
            cx.set(SRS, cause);
            self.sticky |= cause;
        } else {
            self.sticky = cx.get(SSRS);
        }
        (self.is_on, self.by_watchdog) = (true, false);
        cx.set(SSRS, self.sticky);
    }

    fn write(&mut self, _at: Place, _written: Written, cx: &mut Context<'_>) {
        self.sticky = cx.get(SSRS);
    }

    fn input(&mut self, _group: usize, _index: usize, level: bool, _cx: &mut Context<'_>) {
        self.by_watchdog |= level;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn power_modes() {
        let mut smc = Bench::<Smc>::default();
        assert_eq!(smc.differs_after_reset(), []);
        smc.write(PMCTRL, 3 << 5);
        assert_eq!((smc.read(PMSTAT), smc.read(PMCTRL), smc.take_mistakes().len()), (1, 0, 1));
        smc.write(PMPROT, AHSRUN);
        smc.write(PMCTRL, 3 << 5);
        assert_eq!((smc.read(PMSTAT), smc.output("hsrun", 0)), (0x80, true));
        smc.write(PMCTRL, 0);
        assert_eq!((smc.read(PMSTAT), smc.output("hsrun", 0)), (1, false));
        smc.write(PMPROT, AVLP);
        assert_eq!((smc.read(PMPROT), smc.take_mistakes().len()), (AHSRUN, 1));
        smc.reset();
        smc.write(PMPROT, AVLP);
        smc.write(PMCTRL, 2 << 5);
        assert_eq!((smc.read(PMSTAT), smc.output("vlpr", 0)), (4, true));
    }

    #[test]
    fn causes_of_resets() {
        let mut rcm = Bench::<Rcm>::default();
        assert_eq!(rcm.differs_after_reset(), []);
        rcm.reset();
        assert_eq!((rcm.read(SRS), rcm.read(SSRS)), (SW, 0x82 | SW));
        rcm.write(SSRS, 0x82);
        rcm.set_input("wdog", 0, true);
        rcm.save_and_restore();
        rcm.reset();
        rcm.set_input("wdog", 0, false);
        assert_eq!((rcm.read(SRS), rcm.read(SSRS)), (WDOG, WDOG | SW));
        rcm.reset();
        assert_eq!(rcm.read(SRS), SW);
    }

    #[test]
    fn voltages_are_good() {
        let mut pmc = Bench::<Pmc>::default();
        assert_eq!((pmc.differs_after_reset(), pmc.read_bytes(2, 1)), (vec![], 4));
        pmc.write_bytes(0, 1, 0xff);
        assert_eq!(pmc.read(0), 0x0004_0030);
    }
}
