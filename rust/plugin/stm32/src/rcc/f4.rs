// SPDX-License-Identifier: GPL-2.0-or-later
//! RCC of STM32F4. RM0090, sections 6.3 (F42x and F43x) and 7.3 (F405, F407, F415, F417): the union of both, with the
//! reset values of section 7.
//!
//! **Limits:** see `rcc`. PLLI2S and PLLSAI get ready and make no clock. The parts of the family differ in which peripherals have a bit;
//! here all have those of F42x.

use super::{
    CAUSES, CLOCKS, CRYSTALS, Cir, HSE, ON, READY, Survives, backup_domain, drive_resets, follow, set_clocks,
    system_clock,
};
use device::{Context, Device, Lines, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CR: u32 = 0x00;
const PLLCFGR: u32 = 0x04;
const CFGR: u32 = 0x08;
const CIR: u32 = 0x0c;
const AHB1RSTR: u32 = 0x10;
const AHB2RSTR: u32 = 0x14;
const AHB3RSTR: u32 = 0x18;
const APB1RSTR: u32 = 0x20;
const APB2RSTR: u32 = 0x24;
const BDCR: u32 = 0x70;
const CSR: u32 = 0x74;

const HSI_HZ: u64 = 16_000_000;
/// CR: the bits that switch on, each with its ready bit above it, and the flag in CIR.
const OSCILLATORS: [(u32, u32); 4] =
    [(1 << 0, 1 << 2), (1 << 16, 1 << 3), (1 << 24, 1 << 4), (1 << 26, 1 << 5)];
const HSEON: u32 = 1 << 16;
const PLLON: u32 = 1 << 24;
const PLLSAION: u32 = 1 << 28;
/// PLLCFGR: the PLL runs from HSE.
const PLLSRC: u32 = 1 << 22;
/// CSR: clears the flags.
const RMVF: u32 = 1 << 24;
/// The reset register of each group of lines.
const RESETS: [u32; 5] = [AHB1RSTR, AHB2RSTR, AHB3RSTR, APB1RSTR, APB2RSTR];

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rcc {
    survives: Survives,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Rcc {
    const NAME: &'static str = "stm32f4-rcc";
    const BLOCK: &'static str = "RCC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR", CR, 0x0000_0083).rw(0x150d_00f9).unmodelled(0x0008_0000).on_write(),
        register("PLLCFGR", PLLCFGR, 0x2400_3010).rw(0x0f43_7fff).on_write(),
        register("CFGR", CFGR, 0).rw(0xffff_fcf3).on_write(),
        register("CIR", CIR, 0).rw(0x0000_3f00).wo(0x00bf_0000).on_write(),
        register("AHB1RSTR", AHB1RSTR, 0).rw(0x22e0_17ff).on_write(),
        register("AHB2RSTR", AHB2RSTR, 0).rw(0x0000_00f1).on_write(),
        register("AHB3RSTR", AHB3RSTR, 0).rw(0x0000_0001).on_write(),
        register("APB1RSTR", APB1RSTR, 0).rw(0xf6fe_c9ff).on_write(),
        register("APB2RSTR", APB2RSTR, 0).rw(0x0477_7933).on_write(),
        register("AHB1ENR", 0x30, 0x0010_0000).rw(0x7ef4_17ff),
        register("AHB2ENR", 0x34, 0).rw(0x0000_00f1),
        register("AHB3ENR", 0x38, 0).rw(0x0000_0001),
        register("APB1ENR", 0x40, 0).rw(0xf6fe_c9ff),
        register("APB2ENR", 0x44, 0).rw(0x0477_7f33),
        register("AHB1LPENR", 0x50, 0x7e67_91ff).rw(0x7eef_97ff),
        register("AHB2LPENR", 0x54, 0x0000_00f1).rw(0x0000_00f1),
        register("AHB3LPENR", 0x58, 0x0000_0001).rw(0x0000_0001),
        register("APB1LPENR", 0x60, 0x36fe_c9ff).rw(0xf6fe_c9ff),
        register("APB2LPENR", 0x64, 0x0007_5f33).rw(0x0477_7f33),
        register("BDCR", BDCR, 0).rw(0x0001_830d).on_write(),
        register("CSR", CSR, 0x0e00_0000).rw(0x0000_0001).wo(RMVF).on_write(),
        register("SSCGR", 0x80, 0).rw(0xcfff_ffff).unmodelled(0x8000_0000),
        register("PLLI2SCFGR", 0x84, 0x2000_3000).rw(0x7f00_7fc0),
        register("PLLSAICFGR", 0x88, 0x2400_3000).rw(0x7f03_7fc0),
        register("DCKCFGR", 0x8c, 0).rw(0x01f3_1f1f),
    ];
    const IRQS: &'static [&'static str] = &["rcc"];
    const OUTPUTS: &'static [Lines] = &[
        Lines { name: "ahb1rst", count: 32 },
        Lines { name: "ahb2rst", count: 32 },
        Lines { name: "ahb3rst", count: 32 },
        Lines { name: "apb1rst", count: 32 },
        Lines { name: "apb2rst", count: 32 },
    ];
    const INPUTS: &'static [Lines] = CAUSES;
    const CLOCK_OUTPUTS: &'static [&'static str] = CLOCKS;
    const PROPERTIES: &'static [Property] = CRYSTALS;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.survives.after_reset(cx, CSR, BDCR);
        update_clocks(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR => self.switch(written, cx),
            PLLCFGR if cx.has(CR, PLLON) && cx.get(PLLCFGR) != written.before => {
                cx.report("RCC_PLLCFGR is written while the PLL is on; the PLL stays as it is");
                cx.set(PLLCFGR, written.before);
            }
            PLLCFGR | CFGR => update_clocks(cx),
            CIR => Cir(CIR).written(cx, written),
            BDCR => {
                let is_ready = backup_domain(cx, BDCR);
                Cir(CIR).ready(cx, 1 << 1, is_ready);
                self.survives.keep(cx, BDCR);
            }
            CSR => {
                let is_ready = follow(cx, CSR, ON, READY, true);
                Cir(CIR).ready(cx, 1 << 0, is_ready);
                if written.value & RMVF != 0 {
                    self.survives.clear(cx, CSR);
                }
            }
            offset => {
                if let Some(group) = RESETS.iter().position(|register| *register == offset) {
                    drive_resets(cx, group, offset);
                }
            }
        }
    }

    fn input(&mut self, group: usize, _index: usize, level: bool, _cx: &mut Context<'_>) {
        self.survives.cause(group, level);
    }
}

impl Rcc {
    /// CR was written.
    fn switch(&self, written: Written, cx: &mut Context<'_>) {
        // What the system runs by cannot be switched off.
        let used = used(cx);
        if written.before & !cx.get(CR) & used != 0 {
            cx.put(CR, written.before & used, true);
        }
        let has_crystal = cx.property(HSE) != 0;
        for (on, flag) in OSCILLATORS {
            let can_run = match on {
                HSEON => has_crystal,
                PLLON => pll_source_hz(cx) != 0,
                _ => true,
            };
            let is_ready = follow(cx, CR, on, on << 1, can_run);
            Cir(CIR).ready(cx, flag, is_ready);
        }
        follow(cx, CR, PLLSAION, PLLSAION << 1, true);
        update_clocks(cx);
    }
}

/// The bits of CR that switch off what the system runs by now.
fn used(cx: &mut Context<'_>) -> u32 {
    let pll = PLLON | if cx.has(PLLCFGR, PLLSRC) { HSEON } else { 1 };
    match cx.get(CFGR) >> 2 & 3 {
        0 => 1,
        1 => HSEON,
        _ => pll,
    }
}

fn pll_source_hz(cx: &mut Context<'_>) -> u64 {
    match (cx.has(PLLCFGR, PLLSRC), cx.has(CR, HSEON)) {
        (true, true) => cx.property(HSE),
        (true, false) => 0,
        (false, _) => HSI_HZ,
    }
}

/// The PLL's output: its input divided by M, times N, divided by P.
fn pll_hz(cx: &mut Context<'_>) -> u64 {
    let cfgr = u64::from(cx.get(PLLCFGR));
    let (m, n, p) = (cfgr & 0x3f, cfgr >> 6 & 0x1ff, (cfgr >> 16 & 3) * 2 + 2);
    if m < 2 || n < 2 {
        cx.report(format!("RCC_PLLCFGR has PLLM = {m} and PLLN = {n}; the smallest are 2"));
    }
    pll_source_hz(cx) * n / (m.max(1) * p)
}

/// The system clock, then all that hangs on it.
fn update_clocks(cx: &mut Context<'_>) {
    let cfgr = cx.get(CFGR);
    let sysclk_hz = match system_clock(cx, CR, CFGR, [1 << 1, 1 << 17, 1 << 25, 0]) {
        0 => HSI_HZ,
        1 => cx.property(HSE),
        _ => pll_hz(cx),
    };
    set_clocks(cx, sysclk_hz, cfgr >> 4, [cfgr >> 10, cfgr >> 13]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn runs_at_168_mhz_as_the_discovery_board_does() {
        let mut rcc = Bench::<Rcc>::default();
        assert_eq!(rcc.differs_after_reset(), []);
        assert_eq!(rcc.clock_output_hz("pclk1"), 16_000_000);
        rcc.write(CR, rcc_on(0x83));
        assert_eq!(rcc.read(CR), 0x0003_0083);
        rcc.write(PLLCFGR, 8 | 336 << 6 | PLLSRC | 7 << 24);
        rcc.write(CR, rcc_on(0x83) | PLLON);
        assert_eq!(rcc.read(CR) >> 25 & 1, 1, "PLLRDY");
        // AHB whole, APB1 a quarter, APB2 half.
        rcc.write(CFGR, 5 << 10 | 4 << 13);
        rcc.write(CFGR, 5 << 10 | 4 << 13 | 2);
        assert_eq!(rcc.read(CFGR) & 0xf, 0b1010, "SWS");
        let hz =
            ["sysclk", "hclk", "pclk1", "pclk2", "timclk1", "timclk2"].map(|name| rcc.clock_output_hz(name));
        assert_eq!(hz, [168_000_000, 168_000_000, 42_000_000, 84_000_000, 84_000_000, 168_000_000]);
        assert_eq!(rcc.clock_output_hz("systick"), 21_000_000);
        // Neither can be switched off now.
        rcc.write(CR, 0x83);
        assert_eq!(rcc.read(CR), 0x0303_0083);
        assert_eq!(rcc.take_mistakes(), [] as [String; 0]);
        rcc.save_and_restore();
        assert_eq!(rcc.read(CFGR) & 0xf, 0b1010);
    }

    const fn rcc_on(cr: u32) -> u32 {
        cr | HSEON
    }

    #[test]
    fn a_board_without_crystal_never_has_hse() {
        let mut rcc = Bench::<Rcc>::new(&[], &[("hse-hz", 0)]);
        rcc.write(CR, rcc_on(0x83));
        rcc.write(CFGR, 1);
        assert_eq!((rcc.read(CR), rcc.read(CFGR)), (0x0001_0083, 1));
        assert_eq!(rcc.clock_output_hz("sysclk"), HSI_HZ);
    }

    #[test]
    fn tells_what_has_reset_it() {
        let mut rcc = Bench::<Rcc>::default();
        rcc.write(CSR, RMVF);
        assert_eq!(rcc.read(CSR), 0);
        rcc.write(BDCR, 0x8101);
        rcc.set_input("iwdg", 0, true);
        rcc.reset();
        assert_eq!((rcc.read(CSR), rcc.read(BDCR)), (0x2400_0000, 0x8103));
        rcc.write(CSR, RMVF);
        rcc.reset();
        assert_eq!(rcc.read(CSR), 0x1400_0000);
    }

    #[test]
    fn resets_peripherals_and_interrupts() {
        let mut rcc = Bench::<Rcc>::default();
        rcc.write(APB1RSTR, 1 << 17);
        assert!(rcc.output("apb1rst", 17));
        rcc.write(APB1RSTR, 0);
        assert!(!rcc.output("apb1rst", 17));
        rcc.write(CIR, 1 << 11);
        rcc.write(CR, rcc_on(0x83));
        assert!(rcc.irq(0), "HSERDY");
        rcc.write(CIR, 1 << 11 | 1 << 19);
        assert!(!rcc.irq(0));
    }
}
