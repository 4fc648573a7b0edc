// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO, a port of 32 pins: nRF51 (RM, section 14) and nRF52840 (PS, section 6.9). The block begins at OUT, 0x504 of the manual
//! is 0x004 here: between the ports of an nRF52 lie registers of the other one.
//!
//! Lines: `in` is what the board drives a pin to, `out` what the pin shows to the board, `pins` what GPIOTE sees of it, `owns` and
//! `level` what GPIOTE drives it to, `detect` is DETECT.
//!
//! **Limits:** a pin that a peripheral other than GPIOTE drives shows what the board drives.

use crate::block::join;
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const OUT: u32 = 0x004;
const OUTSET: u32 = 0x008;
const OUTCLR: u32 = 0x00c;
const IN: u32 = 0x010;
const DIR: u32 = 0x014;
const DIRSET: u32 = 0x018;
const DIRCLR: u32 = 0x01c;
const LATCH: u32 = 0x020;
const DETECTMODE: u32 = 0x024;
const PIN_CNF: u32 = 0x200;

const PINS: usize = 32;

// PIN_CNF.
const CNF_OUTPUT: u32 = 1 << 0;
const CNF_DISCONNECT: u32 = 1 << 1;
const CNF_PULL: u32 = 3 << 2;
const CNF_PULL_UP: u32 = 3 << 2;
const CNF_SENSE: u32 = 3 << 16;
const CNF_SENSE_HIGH: u32 = 2 << 16;
const CNF_SENSE_LOW: u32 = 3 << 16;

/// Groups of [`Gpio::INPUTS`] and [`Gpio::OUTPUTS`].
const IN_LINES: usize = 0;
const OWNS: usize = 1;
const LEVEL: usize = 2;
const DETECT: usize = 2;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gpio {
    /// Pins that the board has ever driven; the others are free.
    driven: u32,
    level: u32,
}

impl Device for Gpio {
    const NAME: &'static str = "nrf-gpio";
    const BLOCK: &'static str = "GPIO";
    const SIZE: u32 = 0x300;
    const REGISTERS: &'static [Register] = &[
        Register::new("OUT", OUT, 0).rw(u32::MAX).on_write(),
        Register::new("OUTSET", OUTSET, 0).rs(u32::MAX).on_write(),
        Register::new("OUTCLR", OUTCLR, 0).rc_w1(u32::MAX).on_write(),
        Register::new("IN", IN, 0),
        Register::new("DIR", DIR, 0).rw(u32::MAX).on_write(),
        Register::new("DIRSET", DIRSET, 0).rs(u32::MAX).on_write(),
        Register::new("DIRCLR", DIRCLR, 0).rc_w1(u32::MAX).on_write(),
        Register::new("LATCH", LATCH, 0).rc_w1(u32::MAX).on_write(),
        Register::new("DETECTMODE", DETECTMODE, 0).rw(1).on_write(),
        Register::new("PIN_CNF", PIN_CNF, CNF_DISCONNECT).rw(0x0003_070f).array(32, 4).on_write(),
    ];
    const INPUTS: &'static [Lines] = &[
        Lines { name: "in", count: PINS },
        Lines { name: "owns", count: PINS },
        Lines { name: "level", count: PINS },
    ];
    const OUTPUTS: &'static [Lines] = &[
        Lines { name: "out", count: PINS },
        Lines { name: "pins", count: PINS },
        Lines { name: "detect", count: 1 },
    ];

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.show(cx);
    }

    fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
        match at.offset {
            OUT | OUTSET | OUTCLR => join(at, &[OUT, OUTSET, OUTCLR], cx),
            DIR | DIRSET | DIRCLR => {
                join(at, &[DIR, DIRSET, DIRCLR], cx);
                let dir = cx.get(DIR);
                for pin in 0..PINS {
                    let cnf = cx.get_at(PIN_CNF, pin) & !CNF_OUTPUT;
                    cx.set_at(PIN_CNF, pin, cnf | dir >> pin & 1);
                }
            }
            // What was cleared and is still so latches again, and that is a new edge.
            LATCH => {
                cx.output(DETECT, 0, false);
            }
            DETECTMODE => {}
            _ => {
                let bit = 1 << at.index;
                let is_output = cx.get_at(PIN_CNF, at.index) & CNF_OUTPUT != 0;
                for register in [DIR, DIRSET, DIRCLR] {
                    cx.put(register, bit, is_output);
                }
            }
        }
        self.show(cx);
    }

    fn input(&mut self, group: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
        if group == IN_LINES {
            self.driven |= 1 << pin;
            self.level = self.level & !(1 << pin) | u32::from(level) << pin;
        }
        self.show(cx);
    }
}

impl Gpio {
    fn show(&self, cx: &mut Context<'_>) {
        let (out, dir) = (cx.get(OUT), cx.get(DIR));
        let (mut seen, mut met) = (0, 0);
        for pin in 0..PINS {
            let (cnf, bit) = (cx.get_at(PIN_CNF, pin), 1 << pin);
            let outside =
                if self.driven & bit != 0 { self.level & bit != 0 } else { cnf & CNF_PULL == CNF_PULL_UP };
            let level = match dir & bit != 0 {
                _ if cx.input(OWNS, pin) => cx.input(LEVEL, pin),
                true => out & bit != 0,
                false => outside,
            };
            let is_connected = cnf & CNF_DISCONNECT == 0;
            seen |= u32::from(level && is_connected) << pin;
            cx.output(0, pin, level);
            cx.output(1, pin, level && is_connected);
            let sensed = if level && is_connected { CNF_SENSE_HIGH } else { CNF_SENSE_LOW };
            met |= u32::from(cnf & CNF_SENSE == sensed) << pin;
        }
        cx.set(IN, seen);
        cx.put(LATCH, met, true);
        let detects = if cx.has(DETECTMODE, 1) { cx.get(LATCH) } else { met };
        cx.output(DETECT, 0, detects != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn outputs() {
        let mut port = Bench::<Gpio>::default();
        assert_eq!(port.differs_after_reset(), []);
        port.write(DIRSET, 1 << 13);
        port.write(OUTSET, 1 << 13);
        assert!(port.output("out", 13));
        assert_eq!((port.read(OUT), port.read(OUTCLR), port.read(DIR)), (1 << 13, 1 << 13, 1 << 13));
        assert_eq!((port.read(PIN_CNF + 13 * 4), port.read(IN)), (3, 0), "its input is disconnected");
        port.write(OUTCLR, 1 << 13);
        assert!(!port.output("out", 13));
        port.write(PIN_CNF + 13 * 4, 0);
        assert_eq!(port.read(DIRSET), 0);
        assert_eq!(port.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn inputs() {
        let mut port = Bench::<Gpio>::default();
        port.write(PIN_CNF + 4 * 17, CNF_PULL_UP);
        assert_eq!(port.read(IN), 1 << 17);
        port.set_input("in", 17, true);
        port.set_input("in", 17, false);
        assert_eq!((port.read(IN), port.output("pins", 17)), (0, false));
        port.save_and_restore();
        port.set_input("in", 17, true);
        assert_eq!((port.read(IN), port.output("pins", 17)), (1 << 17, true));
    }

    #[test]
    fn gpiote_drives() {
        let mut port = Bench::<Gpio>::default();
        port.write(PIN_CNF + 4 * 3, CNF_OUTPUT);
        port.set_input("level", 3, true);
        assert_eq!((port.output("out", 3), port.read(IN)), (false, 0));
        port.set_input("owns", 3, true);
        assert_eq!((port.output("out", 3), port.read(IN)), (true, 1 << 3));
        port.set_input("owns", 3, false);
        assert!(!port.output("out", 3));
    }

    #[test]
    fn senses() {
        let mut port = Bench::<Gpio>::default();
        port.write(PIN_CNF + 4 * 5, CNF_PULL_UP | CNF_SENSE_LOW);
        assert!(!port.output("detect", 0));
        port.set_input("in", 5, true);
        port.set_input("in", 5, false);
        assert_eq!((port.output("detect", 0), port.read(LATCH)), (true, 1 << 5));
        port.set_input("in", 5, true);
        assert_eq!((port.output("detect", 0), port.read(LATCH)), (false, 1 << 5), "it is latched");
        port.write(DETECTMODE, 1);
        assert!(port.output("detect", 0));
        port.write(LATCH, 1 << 5);
        assert_eq!((port.output("detect", 0), port.read(LATCH)), (false, 0));
        assert_eq!(port.take_mistakes(), [] as [String; 0]);
    }
}
