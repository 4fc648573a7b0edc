// SPDX-License-Identifier: GPL-2.0-or-later
//! TIM, the timers: general purpose (RM0008, section 15.4; RM0090, section 18.4; RM0351, section 31.4), basic (RM0090, section
//! 20.4) and advanced (RM0090, section 17.4), as counters.
//!
//! They count up by the clock `clk`, with prescaler, reload value, one-pulse mode, update events, compare interrupts, and capture from
//! the lines `ti`. Whether their registers are preloaded follows ARPE; the prescaler always is.
//!
//! **Limits:** no down- or centre-aligned counting, slave modes, encoder, DMA, break and repetition counter; they are reported. Outputs of
//! compare (PWM) have no lines. A capture's filter and prescaler have no effect.

mod counter;
mod timer;

use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};
use timer::Timer;

const CR1: u32 = 0x00;
const CR2: u32 = 0x04;
const SMCR: u32 = 0x08;
const DIER: u32 = 0x0c;
const SR: u32 = 0x10;
const EGR: u32 = 0x14;
const CCMR: u32 = 0x18;
const CCER: u32 = 0x20;
const CNT: u32 = 0x24;
const PSC: u32 = 0x28;
const ARR: u32 = 0x2c;
const RCR: u32 = 0x30;
const CCR: u32 = 0x34;
const BDTR: u32 = 0x44;

// CR1.
const CEN: u32 = 1 << 0;
const UDIS: u32 = 1 << 1;
const URS: u32 = 1 << 2;
const OPM: u32 = 1 << 3;
const ARPE: u32 = 1 << 7;
/// DIR and CMS.
const DIRECTION: u32 = 7 << 4;
/// SR, DIER and EGR: the update.
const UIF: u32 = 1 << 0;
/// SR, DIER and EGR: capture or compare of the first channel; the others follow.
const CC1IF: u32 = 1 << 1;
/// SR: a capture found the one before it not read.
const CC1OF: u32 = 1 << 9;
/// DIER: requests of DMA.
const DMA: u32 = 0x7f00;

const fn word(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(device::Width::HALF)
}

/// The registers of a timer with four channels; `max` is the highest count.
const fn general(max: u32) -> [Register; 16] {
    [
        word("CR1", CR1, 0).rw(0x0bff).unmodelled(DIRECTION | 0x0800).on_write(),
        word("CR2", CR2, 0).rw(0x00f8).unmodelled(0x0088),
        word("SMCR", SMCR, 0).rw(0x0001_fff7).unmodelled(0x0001_4007),
        word("DIER", DIER, 0).rw(0x5f5f).unmodelled(DMA & 0x5f00).on_write(),
        word("SR", SR, 0).rc_w0(0x1e5f).on_read().on_write(),
        word("EGR", EGR, 0).wo(0x005f).on_write(),
        word("CCMR", CCMR, 0).rw(0x0101_ffff).array(2, 4).on_write(),
        word("CCER", CCER, 0).rw(0xbbbb),
        word("CNT", CNT, 0).rw(max).on_read().on_write(),
        word("PSC", PSC, 0).rw(0xffff).on_write(),
        word("ARR", ARR, max).rw(max).on_write(),
        word("CCR", CCR, 0).rw(max).array(4, 4).on_read().on_write(),
        word("DCR", 0x48, 0).rw(0x1f1f).unmodelled(0x1f1f),
        word("DMAR", 0x4c, 0).rw(0xffff).unmodelled(0xffff),
        word("OR1", 0x50, 0).rw(0x0c0f),
        word("OR2", 0x60, 0).rw(0x0001_c000),
    ]
}

const BASIC: [Register; 8] = [
    word("CR1", CR1, 0).rw(0x088f).unmodelled(0x0800).on_write(),
    word("CR2", CR2, 0).rw(0x0070),
    word("DIER", DIER, 0).rw(0x0101).unmodelled(0x0100).on_write(),
    word("SR", SR, 0).rc_w0(UIF).on_read().on_write(),
    word("EGR", EGR, 0).wo(UIF).on_write(),
    word("CNT", CNT, 0).rw(0xffff).on_read().on_write(),
    word("PSC", PSC, 0).rw(0xffff).on_write(),
    word("ARR", ARR, 0xffff).rw(0xffff).on_write(),
];

const ADVANCED: [Register; 18] = {
    let [cr1, _, smcr, _, _, _, ccmr, _, cnt, psc, arr, ccr, dcr, dmar, or1, or2] = general(0xffff);
    let cr2 = word("CR2", CR2, 0).rw(0x7ffd).unmodelled(0x008d);
    let dier = word("DIER", DIER, 0).rw(0x7fff).unmodelled(DMA).on_write();
    let sr = word("SR", SR, 0).rc_w0(0x1eff).on_read().on_write();
    let egr = word("EGR", EGR, 0).wo(0x00ff).on_write();
    let ccer = word("CCER", CCER, 0).rw(0x3fff);
    let rcr = word("RCR", RCR, 0).rw(0x00ff).unmodelled(0x00ff);
    // Main output, and what break does to it: there are no outputs.
    let bdtr = word("BDTR", BDTR, 0).rw(0xffff);
    [cr1, cr2, smcr, dier, sr, egr, ccmr, ccer, cnt, psc, arr, rcr, ccr, bdtr, dcr, dmar, or1, or2]
};

/// RM0351, section 32.5 (TIM15).
const BREAK: [Register; 18] = {
    let [_, _, smcr, _, _, egr, _, _, cnt, psc, arr, rcr, _, _, dcr, dmar, or1, or2] = ADVANCED;
    let cr1 = word("CR1", CR1, 0).rw(0x0b8f).unmodelled(0x0800).on_write();
    let bdtr = word("BDTR", BDTR, 0).rw(0x000f_ffff);
    let cr2 = word("CR2", CR2, 0).rw(0x07fd).unmodelled(0x008d);
    let dier = word("DIER", DIER, 0).rw(0x6fe7).unmodelled(0x6f00).on_write();
    let sr = word("SR", SR, 0).rc_w0(0x06e7).on_read().on_write();
    let ccmr = word("CCMR", CCMR, 0).rw(0x0101_ffff).on_write();
    let ccer = word("CCER", CCER, 0).rw(0x00bf);
    let ccr = word("CCR", CCR, 0).rw(0xffff).array(2, 4).on_read().on_write();
    [cr1, cr2, smcr, dier, sr, egr, ccmr, ccer, cnt, psc, arr, rcr, ccr, bdtr, dcr, dmar, or1, or2]
};

macro_rules! tim {
    ($(#[$about:meta])* $type:ident, $name:literal, $channels:literal, $irqs:expr, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type(Timer);

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "TIM";
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const IRQS: &'static [&'static str] = &$irqs;
            const INPUTS: &'static [Lines] = &[Lines { name: "ti", count: $channels }];
            const CLOCKS: &'static [&'static str] = &["clk"];
            const TIMERS: usize = 1;

            fn reset(&mut self, cx: &mut Context<'_>) {
                self.0.reset(cx);
            }

            fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
                let value = self.0.read(at, $channels, cx);
                self.0.settle($channels, Self::IRQS.len() > 1, cx);
                value
            }

            fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
                self.0.write(at, written, cx);
                self.0.settle($channels, Self::IRQS.len() > 1, cx);
            }

            fn before_write(&mut self, _at: Place, cx: &mut Context<'_>) {
                self.0.catch_up($channels, cx);
            }

            fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
                self.0.catch_up($channels, cx);
                self.0.settle($channels, Self::IRQS.len() > 1, cx);
            }

            fn input(&mut self, _group: usize, channel: usize, level: bool, cx: &mut Context<'_>) {
                self.0.catch_up($channels, cx);
                self.0.capture(channel, level, cx);
                self.0.settle($channels, Self::IRQS.len() > 1, cx);
            }

            fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
                self.0.catch_up($channels, cx);
                self.0.set_clock(cx);
                self.0.settle($channels, Self::IRQS.len() > 1, cx);
            }
        }
    };
}

tim!(
    /// TIM2 and TIM5 of F4 and L4, with 32 bits.
    Wide,
    "stm32-tim32",
    4,
    ["global"],
    general(u32::MAX)
);

tim!(
    /// TIM3 and TIM4, all of TIM2 to TIM5 of F1, and TIM9 to TIM14, which have fewer channels.
    General,
    "stm32-tim16",
    4,
    ["global"],
    general(0xffff)
);

tim!(
    /// TIM6 and TIM7.
    Basic,
    "stm32-tim-basic",
    0,
    ["global"],
    BASIC
);

tim!(
    /// TIM1 and TIM8.
    Advanced,
    "stm32-tim-advanced",
    4,
    ["brk", "up", "trgcom", "cc"],
    ADVANCED
);

tim!(
    /// TIM15 to TIM17 of F100 and L4, which have fewer channels: a timer with break, and with one interrupt.
    Break,
    "stm32-tim-break",
    2,
    ["global"],
    BREAK
);

#[cfg(test)]
mod tests;
