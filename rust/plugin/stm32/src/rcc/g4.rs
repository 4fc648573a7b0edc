// SPDX-License-Identifier: GPL-2.0-or-later
//! RCC of STM32G4. RM0440, section 7.4.
//!
//! **Limits:** see `rcc`. HSI48 gets ready and makes no clock, nor does the output P of the PLL; of CCIPR only FDCANSEL has an effect: USARTs
//! run by their bus's clock.

use super::l4_g4::{
    AHB1RSTR, AHB2RSTR, AHB3RSTR, APB1RSTR1, APB1RSTR2, APB2RSTR, BDCR, CCIPR, CFGR, CICR, CIER, CIFR, CR,
    CRRCR, CRYSTAL, CSR, HSEON, HSERDY, HSI, HSI_HZ, HSION, HSIRDY, Oscillator, PLL, PLLCFGR, PLLON, PLLRDY,
    PLLREN, RESET_LINES, RMVF, register, switch, write,
};
use super::{CAUSES, CLOCKS, CRYSTALS, HSE, Survives, prescaled, set_clocks, system_clock};
use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const OSCILLATORS: [Oscillator; 3] = [HSI, CRYSTAL, PLL];
/// PLLCFGR: its output Q, for FDCAN, is enabled.
const PLLQEN: u32 = 1 << 20;

// What enables and resets devices, by bus.
const AHB1: u32 = 0x0000_111f;
const AHB2: u32 = 0x050f_607f;
const AHB3: u32 = 0x0000_0101;
const APB1_1: u32 = 0xd2fe_c13f;
const APB1_2: u32 = 0x0000_0103;
const APB2: u32 = 0x0437_f801;
/// RTCAPB and WWDG, which have no reset.
const NOT_RESET: u32 = 0x0c00;

/// The clocks that it makes.
const OUTPUTS: [&str; 8] = {
    let mut all = ["fdcan"; 8];
    let mut n = 0;
    while n < CLOCKS.len() {
        all[n] = CLOCKS[n];
        n += 1;
    }
    all
};
/// The place of FDCAN's among them.
const FDCAN: usize = 7;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rcc {
    survives: Survives,
}

impl Device for Rcc {
    const NAME: &'static str = "stm32g4-rcc";
    const BLOCK: &'static str = "RCC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR", CR, HSION | HSIRDY).rw(0x0105_0300).rs(0x0008_0000).on_write(),
        register("ICSCR", 0x04, 0x4000_0000).rw(0x7f00_0000),
        register("CFGR", CFGR, 0x0000_0005).rw(0x7f00_3ff3).on_write(),
        register("PLLCFGR", PLLCFGR, 0x0000_1000).rw(0xff73_7ff3).on_write(),
        register("CIER", CIER, 0).rw(0x0000_063b),
        register("CIFR", CIFR, 0),
        register("CICR", CICR, 0).wo(0x0000_073b).on_write(),
        register("AHB1RSTR", AHB1RSTR, 0).rw(AHB1).on_write(),
        register("AHB2RSTR", AHB2RSTR, 0).rw(AHB2).on_write(),
        register("AHB3RSTR", AHB3RSTR, 0).rw(AHB3).on_write(),
        register("APB1RSTR1", APB1RSTR1, 0).rw(APB1_1).on_write(),
        register("APB1RSTR2", APB1RSTR2, 0).rw(APB1_2).on_write(),
        register("APB2RSTR", APB2RSTR, 0).rw(APB2).on_write(),
        register("AHB1ENR", 0x48, 0x0000_0100).rw(AHB1),
        register("AHB2ENR", 0x4c, 0).rw(AHB2),
        register("AHB3ENR", 0x50, 0).rw(AHB3),
        register("APB1ENR1", 0x58, 0x0000_0400).rw(APB1_1 | NOT_RESET),
        register("APB1ENR2", 0x5c, 0).rw(APB1_2),
        register("APB2ENR", 0x60, 0).rw(APB2),
        register("AHB1SMENR", 0x68, 0x0000_130f).rw(0x0000_131f),
        register("AHB2SMENR", 0x6c, 0x050f_667f).rw(0x050f_667f),
        register("AHB3SMENR", 0x70, 0x0000_0101).rw(AHB3),
        register("APB1SMENR1", 0x78, 0xd2fe_cd3f).rw(APB1_1 | NOT_RESET),
        register("APB1SMENR2", 0x7c, 0x0000_0103).rw(APB1_2),
        register("APB2SMENR", 0x80, 0x0437_f801).rw(APB2),
        register("CCIPR", CCIPR, 0).rw(u32::MAX).on_write(),
        register("BDCR", BDCR, 0).rw(0x0301_833d).on_write(),
        register("CSR", CSR, 0x0c00_0000).rw(0x0000_0001).wo(RMVF).on_write(),
        register("CRRCR", CRRCR, 0).rw(0x0000_0001).on_write(),
        register("CCIPR2", 0x9c, 0).rw(0x0030_0003),
    ];
    const IRQS: &'static [&'static str] = &["rcc"];
    const OUTPUTS: &'static [Lines] = RESET_LINES;
    const INPUTS: &'static [Lines] = CAUSES;
    const CLOCK_OUTPUTS: &'static [&'static str] = &OUTPUTS;
    const PROPERTIES: &'static [Property] = CRYSTALS;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.survives.after_reset(cx, CSR, BDCR);
        update_clocks(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR => {
                let used = used(cx);
                switch(&OSCILLATORS, used, pll_source_hz, written, cx);
                update_clocks(cx);
            }
            PLLCFGR | CFGR | CCIPR => update_clocks(cx),
            offset => write(&mut self.survives, offset, written, cx),
        }
    }

    fn input(&mut self, group: usize, _index: usize, level: bool, _cx: &mut Context<'_>) {
        self.survives.cause(group, level);
    }
}

/// What the system runs by.
fn used(cx: &mut Context<'_>) -> u32 {
    match cx.get(CFGR) >> 2 & 3 {
        1 => HSION,
        2 => HSEON,
        _ => PLLON | if cx.get(PLLCFGR) & 3 == 3 { HSEON } else { HSION },
    }
}

fn pll_source_hz(cx: &mut Context<'_>) -> u64 {
    match cx.get(PLLCFGR) & 3 {
        2 if cx.has(CR, HSION) => HSI_HZ,
        3 if cx.has(CR, HSEON) => cx.property(HSE),
        _ => 0,
    }
}

/// An output of the PLL: its input divided by M, times N, divided by 2, 4, 6 or 8.
fn pll_hz(divider: u32, cx: &mut Context<'_>) -> u64 {
    let cfgr = u64::from(cx.get(PLLCFGR));
    let (m, n, divider) = ((cfgr >> 4 & 0xf) + 1, cfgr >> 8 & 0x7f, (cfgr >> divider & 3) * 2 + 2);
    pll_source_hz(cx) * n / (m * divider)
}

/// The system clock, then all that hangs on it.
fn update_clocks(cx: &mut Context<'_>) {
    let cfgr = cx.get(CFGR);
    let sysclk_hz = match system_clock(cx, CR, CFGR, [0, HSIRDY, HSERDY, PLLRDY]) {
        1 => HSI_HZ,
        2 => cx.property(HSE),
        _ => {
            if !cx.has(PLLCFGR, PLLREN) {
                cx.report("RCC_CFGR chooses the PLL, whose output R is not enabled (PLLREN in RCC_PLLCFGR)");
            }
            pll_hz(25, cx)
        }
    };
    set_clocks(cx, sysclk_hz, cfgr >> 4, [cfgr >> 8, cfgr >> 11]);
    let hclk_hz = prescaled(sysclk_hz, cfgr >> 4);
    let fdcan_hz = match cx.get(CCIPR) >> 24 & 3 {
        0 if cx.has(CR, HSERDY) => cx.property(HSE),
        1 if cx.has(CR, PLLRDY) && cx.has(PLLCFGR, PLLQEN) => pll_hz(21, cx),
        2 => hclk_hz >> (cfgr >> 8 & 7).saturating_sub(3),
        _ => 0,
    };
    cx.set_clock(FDCAN, fdcan_hz);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn runs_at_170_mhz_from_hse() {
        let mut rcc = Bench::<Rcc>::new(&[], &[("hse-hz", 24_000_000)]);
        assert_eq!(rcc.differs_after_reset(), []);
        assert_eq!((rcc.clock_output_hz("sysclk"), rcc.clock_output_hz("fdcan")), (16_000_000, 0));
        rcc.write(CR, HSION | HSEON);
        assert_eq!(rcc.clock_output_hz("fdcan"), 24_000_000);
        // 24 MHz / 6 * 85 / 2.
        rcc.write(PLLCFGR, 3 | 5 << 4 | 85 << 8 | PLLREN | PLLQEN | 1 << 21);
        rcc.write(CR, HSION | HSEON | PLLON);
        assert_eq!(rcc.read(CR), HSION | HSIRDY | HSEON | HSERDY | PLLON | PLLRDY);
        rcc.write(CFGR, 3 | 4 << 8);
        assert_eq!(rcc.read(CFGR), 0xf | 4 << 8);
        let hz = ["sysclk", "pclk1", "pclk2"].map(|name| rcc.clock_output_hz(name));
        assert_eq!(hz, [170_000_000, 85_000_000, 170_000_000]);
        // FDCAN by PLLQ, by PCLK1, by nothing.
        let chosen = [1u32, 2, 3].map(|choice| {
            rcc.write(CCIPR, choice << 24);
            rcc.clock_output_hz("fdcan")
        });
        assert_eq!((chosen, rcc.take_mistakes()), ([85_000_000, 85_000_000, 0], vec![]));
        rcc.write(CR, 0);
        assert_eq!(rcc.read(CR), HSEON | HSERDY | PLLON | PLLRDY, "the system runs by it");
    }

    #[test]
    fn a_board_without_a_crystal() {
        let mut rcc = Bench::<Rcc>::new(&[], &[("hse-hz", 0)]);
        rcc.write(CR, HSION | HSEON);
        assert_eq!((rcc.read(CR) & HSERDY, rcc.clock_output_hz("fdcan")), (0, 0));
    }
}
