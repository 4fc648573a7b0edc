// SPDX-License-Identifier: GPL-2.0-or-later
//! RNG (nRF51 RM, section 21; nRF52840 PS, section 6.19): the numbers of a sequence that its property `seed` chooses, the same in every
//! run.
//!
//! **Limits:** it takes as long for a number with bias correction as without.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const START: u32 = 0x000;
const STOP: u32 = 0x004;
const VALRDY: u32 = 0x100;
const SHORTS: u32 = 0x200;
const VALUE: u32 = 0x508;
/// nRF51 RM, 21.2, and nRF52840 PS, 6.19.4.
const NUMBER_NS: u64 = 30_000;

/// The random number generator.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rng {
    /// How many numbers were made, over all resets.
    made: u64,
}

impl Device for Rng {
    const NAME: &'static str = "nrf-rng";
    const BLOCK: &'static str = "RNG";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_START", START),
        task("TASKS_STOP", STOP),
        event("EVENTS_VALRDY", VALRDY),
        Register::new("SHORTS", SHORTS, 0).rw(1),
        intenset(1),
        intenclr(1),
        Register::new("CONFIG", 0x504, 0).rw(1),
        Register::new("VALUE", VALUE, 0),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const PROPERTIES: &'static [Property] = &[Property { name: "seed", default: 0 }];
    const TIMERS: usize = 1;

    fn reset(&mut self, _cx: &mut Context<'_>) {
        // The noise goes on.
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            START if written.value & 1 != 0 && cx.due_ns(0).is_none() => {
                cx.arm(0, cx.now_ns() + NUMBER_NS);
            }
            STOP if written.value & 1 != 0 => cx.cancel(0),
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        let number = number(cx.property(0), self.made);
        self.made += 1;
        cx.set(VALUE, number.into());
        happen(VALRDY, cx);
        // VALRDY_STOP.
        if !cx.has(SHORTS, 1) {
            cx.arm(0, due_ns + NUMBER_NS);
        }
        drive::<Self>(cx);
    }
}

/// Number `n` of the sequence of a seed: the highest byte of the noise.
fn number(seed: u64, n: u64) -> u8 {
    (device::noise(seed, n) >> 56) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn numbers_depend_on_the_seed_alone() {
        let numbers = |seed: u64| {
            let mut rng = Bench::<Rng>::new(&[], &[("seed", seed)]);
            assert_eq!(rng.differs_after_reset(), []);
            rng.write(0x304, 1);
            rng.write(START, 1);
            let mut numbers = Vec::new();
            for n in 0..8 {
                rng.advance_ns(NUMBER_NS - 1);
                assert!(!rng.irq(0));
                rng.advance_ns(1);
                assert!(rng.irq(0));
                rng.write(VALRDY, 0);
                numbers.push(rng.read(VALUE));
                if n == 4 {
                    rng.save_and_restore();
                }
            }
            numbers
        };
        assert_eq!(numbers(1), numbers(1));
        assert_ne!(numbers(1), numbers(2));
        // The reference implementation gives 0xe220a8397b1dcdaf for seed 0.
        assert_eq!(number(0, 0), 0xe2);
    }

    #[test]
    fn stops_by_its_shortcut() {
        let mut rng = Bench::<Rng>::default();
        rng.write(SHORTS, 1);
        rng.write(START, 1);
        rng.advance_ns(NUMBER_NS);
        rng.write(VALRDY, 0);
        rng.advance_ns(10 * NUMBER_NS);
        assert_eq!((rng.read(VALRDY), rng.take_mistakes()), (0, vec![]));
    }
}
