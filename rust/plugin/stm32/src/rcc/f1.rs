// SPDX-License-Identifier: GPL-2.0-or-later
//! RCC of STM32F1. RM0008, section 7.3 (F101, F102, F103), and RM0041, section 6.3 (F100, which has CFGR2): the union of both.
//!
//! **Limits:** see `rcc`. The second and third PLL of the connectivity line (F105, F107) are not there. The parts of the family differ in which
//! peripherals have a bit; here all have those of F100 and F103.

use super::{
    CAUSES, CLOCKS, CRYSTALS, Cir, HSE, ON, READY, Survives, backup_domain, drive_resets, follow, set_clocks,
    system_clock,
};
use device::{Context, Device, Lines, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CR: u32 = 0x00;
const CFGR: u32 = 0x04;
const CIR: u32 = 0x08;
const APB2RSTR: u32 = 0x0c;
const APB1RSTR: u32 = 0x10;
const BDCR: u32 = 0x20;
const CSR: u32 = 0x24;
const CFGR2: u32 = 0x2c;

const HSI_HZ: u64 = 8_000_000;
const HSION: u32 = 1 << 0;
const HSEON: u32 = 1 << 16;
const PLLON: u32 = 1 << 24;
/// CR: the bits that switch on, each with its ready bit above it, and the flag in CIR.
const OSCILLATORS: [(u32, u32); 3] = [(HSION, 1 << 2), (HSEON, 1 << 3), (PLLON, 1 << 4)];
/// CFGR: the PLL runs from HSE, and from half of it.
const PLLSRC: u32 = 1 << 16;
const PLLXTPRE: u32 = 1 << 17;
/// CSR: clears the flags.
const RMVF: u32 = 1 << 24;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rcc {
    survives: Survives,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Rcc {
    const NAME: &'static str = "stm32f1-rcc";
    const BLOCK: &'static str = "RCC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR", CR, 0x0000_0083).rw(0x010d_00f9).unmodelled(0x0008_0000).on_write(),
        register("CFGR", CFGR, 0).rw(0x077f_fff3).on_write(),
        register("CIR", CIR, 0).rw(0x0000_1f00).wo(0x009f_0000).on_write(),
        register("APB2RSTR", APB2RSTR, 0).rw(0x003f_fffd).on_write(),
        register("APB1RSTR", APB1RSTR, 0).rw(0x7afe_c9ff).on_write(),
        register("AHBENR", 0x14, 0x0000_0014).rw(0x0000_0557),
        register("APB2ENR", 0x18, 0).rw(0x003f_fffd),
        register("APB1ENR", 0x1c, 0).rw(0x7afe_c9ff),
        register("BDCR", BDCR, 0).rw(0x0001_8305).on_write(),
        register("CSR", CSR, 0x0c00_0000).rw(0x0000_0001).wo(RMVF).on_write(),
        register("CFGR2", CFGR2, 0).rw(0x0000_000f).on_write(),
    ];
    const IRQS: &'static [&'static str] = &["rcc"];
    const OUTPUTS: &'static [Lines] =
        &[Lines { name: "apb2rst", count: 32 }, Lines { name: "apb1rst", count: 32 }];
    const INPUTS: &'static [Lines] = CAUSES;
    const CLOCK_OUTPUTS: &'static [&'static str] = CLOCKS;
    const PROPERTIES: &'static [Property] = CRYSTALS;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.survives.after_reset(cx, CSR, BDCR);
        update_clocks(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR => switch(written, cx),
            CFGR | CFGR2 => update_clocks(cx),
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
            APB2RSTR => drive_resets(cx, 0, APB2RSTR),
            _ => drive_resets(cx, 1, APB1RSTR),
        }
    }

    fn input(&mut self, group: usize, _index: usize, level: bool, _cx: &mut Context<'_>) {
        self.survives.cause(group, level);
    }
}

/// CR was written.
fn switch(written: Written, cx: &mut Context<'_>) {
    // What the system runs by cannot be switched off.
    let used = match cx.get(CFGR) >> 2 & 3 {
        0 => HSION,
        1 => HSEON,
        _ => PLLON | if cx.has(CFGR, PLLSRC) { HSEON } else { HSION },
    };
    if written.before & !cx.get(CR) & used != 0 {
        cx.put(CR, written.before & used, true);
    }
    let has_crystal = cx.property(HSE) != 0;
    for (on, flag) in OSCILLATORS {
        let can_run = match on {
            HSEON => has_crystal,
            PLLON => pll_hz(cx) != 0,
            _ => true,
        };
        let is_ready = follow(cx, CR, on, on << 1, can_run);
        Cir(CIR).ready(cx, flag, is_ready);
    }
    update_clocks(cx);
}

/// The PLL's output: half of HSI, or HSE divided by PREDIV1, times PLLMUL.
fn pll_hz(cx: &mut Context<'_>) -> u64 {
    let cfgr = cx.get(CFGR);
    let times = u64::from(cfgr >> 18 & 0xf) + 2;
    if cfgr & PLLSRC == 0 {
        return HSI_HZ / 2 * times.min(16);
    }
    // The lowest bit of PREDIV1 is PLLXTPRE; F103 has that one alone.
    let divider = (cx.get(CFGR2) & 0xf) | u32::from(cfgr & PLLXTPRE != 0);
    let source_hz = if cx.has(CR, HSEON) { cx.property(HSE) } else { 0 };
    source_hz / (u64::from(divider) + 1) * times.min(16)
}

/// The system clock, then all that hangs on it.
fn update_clocks(cx: &mut Context<'_>) {
    let cfgr = cx.get(CFGR);
    let sysclk_hz = match system_clock(cx, CR, CFGR, [1 << 1, 1 << 17, 1 << 25, 0]) {
        0 => HSI_HZ,
        1 => cx.property(HSE),
        _ => pll_hz(cx),
    };
    set_clocks(cx, sysclk_hz, cfgr >> 4, [cfgr >> 8, cfgr >> 11]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn runs_at_72_mhz_from_8() {
        let mut rcc = Bench::<Rcc>::default();
        assert_eq!(rcc.differs_after_reset(), []);
        rcc.write(CR, 0x83 | HSEON);
        rcc.write(CFGR, PLLSRC | 7 << 18 | 4 << 8);
        rcc.write(CR, 0x83 | HSEON | PLLON);
        assert_eq!(rcc.read(CR), 0x0303_0083);
        rcc.write(CFGR, PLLSRC | 7 << 18 | 4 << 8 | 2);
        assert_eq!(rcc.read(CFGR) & 0xf, 0b1010);
        let hz =
            ["sysclk", "hclk", "pclk1", "pclk2", "timclk1", "timclk2"].map(|name| rcc.clock_output_hz(name));
        assert_eq!(hz, [72_000_000, 72_000_000, 36_000_000, 72_000_000, 72_000_000, 72_000_000]);
        assert_eq!(rcc.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn half_of_the_crystal() {
        let mut rcc = Bench::<Rcc>::default();
        rcc.write(CR, 0x83 | HSEON);
        rcc.write(CFGR, PLLSRC | PLLXTPRE | 4 << 18);
        rcc.write(CR, 0x83 | HSEON | PLLON);
        rcc.write(CFGR, PLLSRC | PLLXTPRE | 4 << 18 | 2);
        assert_eq!(rcc.clock_output_hz("sysclk"), 24_000_000);
    }
}
