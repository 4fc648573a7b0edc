// SPDX-License-Identifier: GPL-2.0-or-later
//! What the RCC of STM32L4 (RM0351, section 6.4) and of STM32G4 (RM0440, section 7.4) have in common: the places of registers, most bits of CR,
//! the flags of oscillators, and resets.

use super::{HSE, ON, READY, Survives, backup_domain, drive_resets, follow};
use device::{Context, Lines, Register, Width, Written};

pub(super) const CR: u32 = 0x00;
pub(super) const CFGR: u32 = 0x08;
pub(super) const PLLCFGR: u32 = 0x0c;
pub(super) const CIER: u32 = 0x18;
pub(super) const CIFR: u32 = 0x1c;
pub(super) const CICR: u32 = 0x20;
pub(super) const AHB1RSTR: u32 = 0x28;
pub(super) const AHB2RSTR: u32 = 0x2c;
pub(super) const AHB3RSTR: u32 = 0x30;
pub(super) const APB1RSTR1: u32 = 0x38;
pub(super) const APB1RSTR2: u32 = 0x3c;
pub(super) const APB2RSTR: u32 = 0x40;
pub(super) const CCIPR: u32 = 0x88;
pub(super) const BDCR: u32 = 0x90;
pub(super) const CSR: u32 = 0x94;
pub(super) const CRRCR: u32 = 0x98;

pub(super) const HSI_HZ: u64 = 16_000_000;
// CR.
pub(super) const HSION: u32 = 1 << 8;
pub(super) const HSIRDY: u32 = 1 << 10;
pub(super) const HSEON: u32 = 1 << 16;
pub(super) const HSERDY: u32 = 1 << 17;
pub(super) const PLLON: u32 = 1 << 24;
pub(super) const PLLRDY: u32 = 1 << 25;
/// PLLCFGR: the output R, which the system can run by, is enabled.
pub(super) const PLLREN: u32 = 1 << 24;
/// CSR: clears the flags.
pub(super) const RMVF: u32 = 1 << 23;

/// The reset register of each group of lines.
const RESETS: [u32; 6] = [AHB1RSTR, AHB2RSTR, AHB3RSTR, APB1RSTR1, APB1RSTR2, APB2RSTR];
/// Those lines.
pub(super) const RESET_LINES: &[Lines] = &[
    Lines { name: "ahb1rst", count: 32 },
    Lines { name: "ahb2rst", count: 32 },
    Lines { name: "ahb3rst", count: 32 },
    Lines { name: "apb1rst1", count: 32 },
    Lines { name: "apb1rst2", count: 32 },
    Lines { name: "apb2rst", count: 32 },
];

/// An oscillator: CR's bit that switches it on, its ready bit, its flag in CIFR.
pub(super) type Oscillator = (u32, u32, u32);
pub(super) const HSI: Oscillator = (HSION, HSIRDY, 1 << 3);
pub(super) const CRYSTAL: Oscillator = (HSEON, HSERDY, 1 << 4);
pub(super) const PLL: Oscillator = (PLLON, PLLRDY, 1 << 5);

pub(super) const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

/// CR was written. What the system runs by, `used`, cannot be switched off; the PLL needs an input.
pub(super) fn switch(
    oscillators: &[Oscillator],
    used: u32,
    pll_source_hz: fn(&mut Context<'_>) -> u64,
    written: Written,
    cx: &mut Context<'_>,
) {
    if written.before & !cx.get(CR) & used != 0 {
        cx.put(CR, written.before & used, true);
    }
    let has_crystal = cx.property(HSE) != 0;
    for (on, is_on, flag) in oscillators.iter().copied() {
        let can_run = match on {
            HSEON => has_crystal,
            PLLON => pll_source_hz(cx) != 0,
            _ => true,
        };
        let is_ready = follow(cx, CR, on, is_on, can_run);
        ready(cx, flag, is_ready);
    }
}

/// A register was written that makes none of the clocks.
pub(super) fn write(survives: &mut Survives, offset: u32, written: Written, cx: &mut Context<'_>) {
    match offset {
        CICR => {
            cx.put(CIFR, written.value, false);
            drive(cx);
        }
        BDCR => {
            let is_ready = backup_domain(cx, BDCR);
            ready(cx, 1 << 1, is_ready);
            survives.keep(cx, BDCR);
        }
        CSR => {
            let is_ready = follow(cx, CSR, ON, READY, true);
            ready(cx, 1 << 0, is_ready);
            if written.value & RMVF != 0 {
                survives.clear(cx, CSR);
            }
        }
        CRRCR => {
            let is_ready = follow(cx, CRRCR, ON, READY, true);
            ready(cx, 1 << 10, is_ready);
        }
        offset => {
            if let Some(group) = RESETS.iter().position(|register| *register == offset) {
                drive_resets(cx, group, offset);
            }
        }
    }
}

/// An oscillator has become stable.
fn ready(cx: &mut Context<'_>, flag: u32, is_ready: bool) {
    if is_ready && cx.has(CIER, flag) {
        cx.put(CIFR, flag, true);
    }
    drive(cx);
}

fn drive(cx: &mut Context<'_>) {
    let pending = cx.get(CIFR) != 0;
    cx.irq(0, pending);
}
