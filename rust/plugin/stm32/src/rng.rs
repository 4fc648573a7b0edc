// SPDX-License-Identifier: GPL-2.0-or-later
//! RNG, the random number generator: F4 (RM0090, section 24.4) and L4 (RM0351, section 27.7).
//!
//! It gives the numbers of a sequence that its property `seed` chooses: another run gives the same ones.
//!
//! **Limits:** its clock is 48 MHz, whoever makes it. No number is faulty: the error flags are never set.

use device::{Context, Device, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const CR: u32 = 0x00;
const SR: u32 = 0x04;
const DR: u32 = 0x08;
const RNGEN: u32 = 1 << 2;
const IE: u32 = 1 << 3;
const DRDY: u32 = 1 << 0;
/// 40 periods of 48 MHz (RM0090, 24.3.1).
const NUMBER_NS: u64 = 834;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Rng {
    /// How many numbers were made, over all resets.
    made: u64,
}

impl Device for Rng {
    const NAME: &'static str = "stm32-rng";
    const BLOCK: &'static str = "RNG";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        // CED, which F4 lacks.
        Register::new("CR", CR, 0).rw(RNGEN | IE | 1 << 5).on_write(),
        Register::new("SR", SR, 0).rc_w0(0x60),
        Register::new("DR", DR, 0).on_read(),
    ];
    const IRQS: &'static [&'static str] = &["rng"];
    const PROPERTIES: &'static [Property] = &[Property { name: "seed", default: 0 }];
    const TIMERS: usize = 1;

    fn reset(&mut self, _cx: &mut Context<'_>) {
        // The noise goes on.
    }

    fn write(&mut self, _at: Place, _written: Written, cx: &mut Context<'_>) {
        if !cx.has(CR, RNGEN) {
            cx.cancel(0);
            cx.put(SR, DRDY, false);
        } else if !cx.has(SR, DRDY) && cx.due_ns(0).is_none() {
            cx.arm(0, cx.now_ns() + NUMBER_NS);
        }
        drive(cx);
    }

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let number = cx.get(DR);
        // The next one follows; without one it reads as 0.
        cx.set(DR, 0);
        cx.put(SR, DRDY, false);
        if cx.has(CR, RNGEN) && cx.due_ns(0).is_none() {
            cx.arm(0, cx.now_ns() + NUMBER_NS);
        }
        drive(cx);
        number
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        let number = (device::noise(cx.property(0), self.made) >> 32) as u32;
        self.made += 1;
        cx.set(DR, number);
        cx.put(SR, DRDY, true);
        drive(cx);
    }
}

fn drive(cx: &mut Context<'_>) {
    let is_ready = cx.has(CR, IE) && cx.has(SR, DRDY);
    cx.irq(0, is_ready);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn numbers(seed: u64) -> Vec<u32> {
        let mut rng = Bench::<Rng>::new(&[], &[("seed", seed)]);
        assert_eq!(rng.differs_after_reset(), []);
        rng.write(CR, RNGEN | IE);
        let mut numbers = Vec::new();
        for _ in 0..4 {
            rng.advance_ns(NUMBER_NS - 1);
            assert_eq!((rng.read(SR), rng.irq(0)), (0, false));
            rng.advance_ns(1);
            assert_eq!((rng.read(SR), rng.irq(0)), (DRDY, true));
            rng.save_and_restore();
            numbers.push(rng.read(DR));
            assert_eq!((rng.read(SR), rng.irq(0)), (0, false), "it was taken");
        }
        assert_eq!(rng.take_mistakes(), [] as [String; 0]);
        numbers
    }

    #[test]
    fn numbers_depend_on_the_seed_alone() {
        assert_eq!(numbers(1), numbers(1));
        assert_ne!(numbers(1), numbers(2));
        assert_eq!(numbers(0)[0], 0xe220_a839);
    }

    #[test]
    fn switched_off_it_has_none() {
        let mut rng = Bench::<Rng>::default();
        rng.write(CR, RNGEN);
        rng.write(CR, 0);
        rng.advance_ns(NUMBER_NS);
        assert_eq!((rng.read(SR), rng.read(DR)), (0, 0));
    }
}
