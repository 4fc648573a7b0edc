// SPDX-License-Identifier: GPL-2.0-or-later
//! RCC of STM32L4. RM0351, section 6.4 (L47x, L48x), with the bits of L49x where they are others.
//!
//! **Limits:** see `rcc`. PLLSAI1, PLLSAI2 and HSI48 get ready and make no clock, nor do the other outputs of the PLL; CCIPR, which
//! chooses the clock of single peripherals, has no effect: USARTs run by their bus's.

use super::l4_g4::{
    AHB1RSTR, AHB2RSTR, AHB3RSTR, APB1RSTR1, APB1RSTR2, APB2RSTR, BDCR, CCIPR, CFGR, CICR, CIER, CIFR, CR,
    CRRCR, CRYSTAL, CSR, HSEON, HSERDY, HSI, HSI_HZ, HSION, HSIRDY, Oscillator, PLL, PLLCFGR, PLLON, PLLRDY,
    PLLREN, RESET_LINES, RMVF, register, switch, write,
};
use super::{CAUSES, CLOCKS, CRYSTALS, HSE, Survives, set_clocks, system_clock};
use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

/// What MSIRANGE in CR, and MSISRANGE in CSR, choose.
const MSI_HZ: [u64; 12] = [
    100_000, 200_000, 400_000, 800_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000, 16_000_000, 24_000_000,
    32_000_000, 48_000_000,
];
const MSION: u32 = 1 << 0;
const MSIRDY: u32 = 1 << 1;
const MSIRGSEL: u32 = 1 << 3;
const PLLSAI1ON: u32 = 1 << 26;
const PLLSAI2ON: u32 = 1 << 28;
const OSCILLATORS: [Oscillator; 6] =
    [(MSION, MSIRDY, 1 << 2), HSI, CRYSTAL, PLL, (PLLSAI1ON, 1 << 27, 1 << 6), (PLLSAI2ON, 1 << 29, 1 << 7)];

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rcc {
    survives: Survives,
}

impl Device for Rcc {
    const NAME: &'static str = "stm32l4-rcc";
    const BLOCK: &'static str = "RCC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR", CR, 0x0000_0063).rw(0x1505_0bf5).rs(0x0008_0008).on_write(),
        register("ICSCR", 0x04, 0x1000_0000).rw(0x7f00_ff00),
        register("CFGR", CFGR, 0).rw(0x7f00_bff3).on_write(),
        register("PLLCFGR", PLLCFGR, 0x0000_1000).rw(0xff73_7f73).on_write(),
        register("PLLSAI1CFGR", 0x10, 0x0000_1000).rw(0xff73_7f00),
        register("PLLSAI2CFGR", 0x14, 0x0000_1000).rw(0xff73_7f00),
        register("CIER", CIER, 0).rw(0x0000_06ff),
        register("CIFR", CIFR, 0),
        register("CICR", CICR, 0).wo(0x0000_07ff).on_write(),
        register("AHB1RSTR", AHB1RSTR, 0).rw(0x0003_1103).on_write(),
        register("AHB2RSTR", AHB2RSTR, 0).rw(0x0007_73ff).on_write(),
        register("AHB3RSTR", AHB3RSTR, 0).rw(0x0000_0101).on_write(),
        register("APB1RSTR1", APB1RSTR1, 0).rw(0xf7fe_c23f).on_write(),
        register("APB1RSTR2", APB1RSTR2, 0).rw(0x0000_0027).on_write(),
        register("APB2RSTR", APB2RSTR, 0).rw(0x0167_7c01).on_write(),
        register("AHB1ENR", 0x48, 0x0000_0100).rw(0x0003_1103),
        register("AHB2ENR", 0x4c, 0).rw(0x0007_73ff),
        register("AHB3ENR", 0x50, 0).rw(0x0000_0101),
        register("APB1ENR1", 0x58, 0).rw(0xf7fe_ce3f),
        register("APB1ENR2", 0x5c, 0).rw(0x0000_0027),
        register("APB2ENR", 0x60, 0).rw(0x0167_7c81),
        register("AHB1SMENR", 0x68, 0x0001_1303).rw(0x0003_1303),
        register("AHB2SMENR", 0x6c, 0x0005_32ff).rw(0x0007_77ff),
        register("AHB3SMENR", 0x70, 0x0000_0101).rw(0x0000_0101),
        register("APB1SMENR1", 0x78, 0xf2fe_ca3f).rw(0xf7fe_ce3f),
        register("APB1SMENR2", 0x7c, 0x0000_0025).rw(0x0000_0027),
        register("APB2SMENR", 0x80, 0x0167_7c01).rw(0x0167_7c01),
        register("CCIPR", CCIPR, 0).rw(u32::MAX),
        register("BDCR", BDCR, 0).rw(0x0301_833d).on_write(),
        register("CSR", CSR, 0x0c00_0600).rw(0x0000_0f01).wo(RMVF).on_write(),
        register("CRRCR", CRRCR, 0).rw(0x0000_0001).on_write(),
        register("CCIPR2", 0x9c, 0).rw(0x0000_0003),
    ];
    const IRQS: &'static [&'static str] = &["rcc"];
    const OUTPUTS: &'static [Lines] = RESET_LINES;
    const INPUTS: &'static [Lines] = CAUSES;
    const CLOCK_OUTPUTS: &'static [&'static str] = CLOCKS;
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
            PLLCFGR | CFGR => update_clocks(cx),
            offset => {
                write(&mut self.survives, offset, written, cx);
                // The range of MSI.
                if offset == CSR {
                    update_clocks(cx);
                }
            }
        }
    }

    fn input(&mut self, group: usize, _index: usize, level: bool, _cx: &mut Context<'_>) {
        self.survives.cause(group, level);
    }
}

/// What the system runs by.
fn used(cx: &mut Context<'_>) -> u32 {
    let oscillator = |choice| [0, MSION, HSION, HSEON][choice as usize & 3];
    match cx.get(CFGR) >> 2 & 3 {
        0 => MSION,
        1 => HSION,
        2 => HSEON,
        _ => PLLON | oscillator(cx.get(PLLCFGR)),
    }
}

/// MSI: its range is CR's once MSIRGSEL is set, and CSR's before.
fn msi_hz(cx: &mut Context<'_>) -> u64 {
    let range = if cx.has(CR, MSIRGSEL) { cx.get(CR) >> 4 } else { cx.get(CSR) >> 8 };
    MSI_HZ.get(range as usize & 0xf).copied().unwrap_or(MSI_HZ[6])
}

fn pll_source_hz(cx: &mut Context<'_>) -> u64 {
    match cx.get(PLLCFGR) & 3 {
        1 if cx.has(CR, MSION) => msi_hz(cx),
        2 if cx.has(CR, HSION) => HSI_HZ,
        3 if cx.has(CR, HSEON) => cx.property(HSE),
        _ => 0,
    }
}

/// The PLL's output R: its input divided by M, times N, divided by R.
fn pll_hz(cx: &mut Context<'_>) -> u64 {
    let cfgr = u64::from(cx.get(PLLCFGR));
    let (m, n, r) = ((cfgr >> 4 & 7) + 1, cfgr >> 8 & 0x7f, (cfgr >> 25 & 3) * 2 + 2);
    if !cx.has(PLLCFGR, PLLREN) {
        cx.report("RCC_CFGR chooses the PLL, whose output R is not enabled (PLLREN in RCC_PLLCFGR)");
    }
    pll_source_hz(cx) * n / (m * r)
}

/// The system clock, then all that hangs on it.
fn update_clocks(cx: &mut Context<'_>) {
    let cfgr = cx.get(CFGR);
    let sysclk_hz = match system_clock(cx, CR, CFGR, [MSIRDY, HSIRDY, HSERDY, PLLRDY]) {
        0 => msi_hz(cx),
        1 => HSI_HZ,
        2 => cx.property(HSE),
        _ => pll_hz(cx),
    };
    set_clocks(cx, sysclk_hz, cfgr >> 4, [cfgr >> 8, cfgr >> 11]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn runs_at_80_mhz_from_msi() {
        let mut rcc = Bench::<Rcc>::default();
        assert_eq!(rcc.differs_after_reset(), []);
        assert_eq!(rcc.clock_output_hz("sysclk"), 4_000_000);
        // MSI 4 MHz, N 40, R 2.
        rcc.write(PLLCFGR, 1 | 40 << 8 | PLLREN);
        rcc.write(CR, 0x63 | PLLON);
        assert_eq!(rcc.read(CR), 0x0300_0063);
        rcc.write(CFGR, 3);
        assert_eq!(rcc.read(CFGR), 0xf);
        assert_eq!(["sysclk", "pclk1", "timclk2"].map(|name| rcc.clock_output_hz(name)), [80_000_000; 3]);
        assert_eq!(rcc.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn msi_has_ranges() {
        let mut rcc = Bench::<Rcc>::default();
        rcc.write(CR, 0x0b | 11 << 4);
        assert_eq!(rcc.clock_output_hz("hclk"), 48_000_000);
        rcc.write(CR, 1 | 5 << 4);
        assert_eq!(rcc.clock_output_hz("hclk"), 2_000_000, "MSIRGSEL stays set");
    }
}
