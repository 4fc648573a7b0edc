// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO, a port of 16 pins: of F1, and the later one of F4 and L4.
//!
//! Lines of a port: `in` is what the board drives a pin to, `out` is what the pin shows to the board, `exti` is what AFIO or SYSCFG
//! sees of it.
//!
//! **Limits:** a pin that another peripheral drives (alternate function) shows what the board drives; those peripherals have lines of their
//! own. Speeds have no effect. LCKR locks nothing.

mod f1;
mod later;

pub(crate) use f1::F1;
pub(crate) use later::{F4, L4};

use device::{Context, Lines};
use serde::{Deserialize, Serialize};

/// `in`.
const INPUTS: &[Lines] = &[Lines { name: "in", count: 16 }];
/// `out`, `exti`.
const OUTPUTS: &[Lines] = &[Lines { name: "out", count: 16 }, Lines { name: "exti", count: 16 }];

/// What a port does with each of its pins, as masks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pins {
    /// Driven by the port itself.
    outputs: u32,
    /// Of these, those that are driven low only.
    open_drain: u32,
    /// Switched off for digital input.
    analog: u32,
    /// Pulled up when nobody drives them.
    pulled_up: u32,
    /// What the port drives.
    data: u32,
}

/// What the board drives; bits of pins that it never touched are free, and follow their pull.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Board {
    driven: u32,
    level: u32,
}

impl Board {
    fn drive(&mut self, pin: usize, level: bool) {
        self.driven |= 1 << pin;
        self.level = self.level & !(1 << pin) | u32::from(level) << pin;
    }

    /// The level of every pin.
    fn levels(self, pins: Pins) -> u32 {
        let free =
            self.driven & self.level | !self.driven & (pins.pulled_up | pins.open_drain & pins.outputs);
        let pushed = pins.outputs & !pins.open_drain;
        let pulled_low = pins.outputs & pins.open_drain & !pins.data;
        (pushed & pins.data | !pushed & free) & !pulled_low & 0xffff
    }

    /// Shows the pins to the board and to EXTI, and says what IDR shows.
    fn show(self, pins: Pins, cx: &mut Context<'_>) -> u32 {
        let levels = self.levels(pins);
        for pin in 0..16 {
            let level = levels >> pin & 1 != 0;
            cx.output(0, pin, level);
            cx.output(1, pin, level && pins.analog >> pin & 1 == 0);
        }
        levels & !pins.analog
    }
}

/// What BSRR does to ODR: its lower half sets, its upper half clears, and setting wins.
fn set_and_clear(odr: u32, bsrr: u32) -> u32 {
    (odr & !(bsrr >> 16) | bsrr) & 0xffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        let check = |pins: Pins, board: Board, levels: u32| {
            assert_eq!(board.levels(pins) & 1, levels, "{pins:?} {board:?}")
        };
        let (free, low, high) =
            (Board::default(), Board { driven: 1, level: 0 }, Board { driven: 1, level: 1 });
        let input = Pins::default();
        check(input, free, 0);
        check(input, high, 1);
        check(Pins { pulled_up: 1, ..input }, free, 1);
        check(Pins { pulled_up: 1, ..input }, low, 0);
        let output = Pins { outputs: 1, ..input };
        check(output, high, 0);
        check(Pins { data: 1, ..output }, low, 1);
        let open = Pins { open_drain: 1, ..output };
        check(open, high, 0);
        check(Pins { data: 1, ..open }, low, 0);
        check(Pins { data: 1, ..open }, high, 1);
        check(Pins { data: 1, ..open }, free, 1);
    }

    #[test]
    fn setting_wins() {
        assert_eq!(set_and_clear(0b1100, 0b0110_0000_0000_0000_0011), 0b1011);
        assert_eq!(set_and_clear(0, 0x0001_0001), 1);
    }
}
