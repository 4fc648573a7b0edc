// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO, a port of 32 pins (S32K1xx Reference Manual, chapter "General-Purpose Input/Output").
//!
//! Lines: `in` is what the board drives a pin to, `out` is what the pin shows to the board and to PORT. PORT says what GPIO has to
//! do with a pin: `gpio` that it is GPIO's at all (PCR.MUX is 1), `up` that it is pulled up. By `irq` comes PORT's interrupt, which trees say here.
//!
//! **Limits:** a pin that is another peripheral's (or analog) reads as 0; those peripherals have lines of their own.

use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const PDOR: u32 = 0x00;
const PSOR: u32 = 0x04;
const PCOR: u32 = 0x08;
const PTOR: u32 = 0x0c;
const PDIR: u32 = 0x10;
const PDDR: u32 = 0x14;
const PIDR: u32 = 0x18;

const PINS: usize = 32;
// The inputs.
const IN: usize = 0;
const GPIO: usize = 1;
const UP: usize = 2;
const IRQ: usize = 3;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gpio {
    /// Pins that the board drives; the others are free, and follow their pull.
    driven: u32,
}

const fn register(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).width(Width::ANY)
}

impl Device for Gpio {
    const NAME: &'static str = "kinetis-gpio";
    const BLOCK: &'static str = "GPIO";
    const SIZE: u32 = 0x40;
    const REGISTERS: &'static [Register] = &[
        register("PDOR", PDOR).rw(u32::MAX).on_write(),
        register("PSOR", PSOR).wo(u32::MAX).on_write(),
        register("PCOR", PCOR).wo(u32::MAX).on_write(),
        register("PTOR", PTOR).wo(u32::MAX).on_write(),
        register("PDIR", PDIR),
        register("PDDR", PDDR).rw(u32::MAX).on_write(),
        register("PIDR", PIDR).rw(u32::MAX).on_write(),
    ];
    const IRQS: &'static [&'static str] = &["port"];
    const INPUTS: &'static [Lines] = &[
        Lines { name: "in", count: PINS },
        Lines { name: "gpio", count: PINS },
        Lines { name: "up", count: PINS },
        Lines { name: "irq", count: 1 },
    ];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "out", count: PINS }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        // What the board drives stays.
        let pending = cx.input(IRQ, 0);
        cx.irq(0, pending);
        self.show(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let (pdor, value) = (cx.get(PDOR), written.value);
        match at.offset {
            PSOR => cx.set(PDOR, pdor | value),
            PCOR => cx.set(PDOR, pdor & !value),
            PTOR => cx.set(PDOR, pdor ^ value),
            _ => {}
        }
        self.show(cx);
    }

    fn input(&mut self, group: usize, index: usize, level: bool, cx: &mut Context<'_>) {
        if group == IRQ {
            cx.irq(0, level);
            return;
        }
        if group == IN {
            self.driven |= 1 << index;
        }
        self.show(cx);
    }
}

impl Gpio {
    fn show(&self, cx: &mut Context<'_>) {
        let all = |group: usize, cx: &Context<'_>| {
            (0..PINS).fold(0, |bits, pin| bits | u32::from(cx.input(group, pin)) << pin)
        };
        let (board, ours, up) = (all(IN, cx), all(GPIO, cx), all(UP, cx));
        let outputs = cx.get(PDDR) & ours;
        let free = self.driven & board | !self.driven & up;
        let levels = outputs & cx.get(PDOR) | !outputs & free;
        for pin in 0..PINS {
            cx.output(0, pin, levels >> pin & 1 != 0);
        }
        let enabled = !cx.get(PIDR);
        cx.set(PDIR, levels & ours & enabled);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn outputs() {
        let mut gpio = Bench::<Gpio>::default();
        assert_eq!(gpio.differs_after_reset(), []);
        gpio.set_input("gpio", 3, true);
        gpio.write(PSOR, 0b1100);
        assert_eq!((gpio.read(PDOR), gpio.read(PDIR)), (0b1100, 0));
        gpio.write(PDDR, 0b1100);
        assert_eq!((gpio.read(PDIR), gpio.output("out", 3), gpio.output("out", 2)), (0b1000, true, false));
        gpio.write(PTOR, 0b1010);
        assert_eq!((gpio.read(PDOR), gpio.output("out", 3)), (0b0110, false));
        gpio.write(PCOR, 0b0010);
        assert_eq!(gpio.read(PDOR), 0b0100);
        gpio.reset();
        assert_eq!(gpio.read(PDDR), 0);
    }

    #[test]
    fn inputs() {
        let mut gpio = Bench::<Gpio>::default();
        gpio.set_input("gpio", 5, true);
        gpio.set_input("up", 5, true);
        assert_eq!(gpio.read(PDIR), 1 << 5, "a free pin follows its pull");
        gpio.set_input("in", 5, true);
        gpio.set_input("in", 5, false);
        assert_eq!(gpio.read(PDIR), 0);
        gpio.save_and_restore();
        gpio.set_input("up", 6, true);
        assert_eq!((gpio.read(PDIR), gpio.output("out", 6)), (0, true), "pin 6 is not GPIO's");
        gpio.set_input("in", 5, true);
        gpio.write(PIDR, 1 << 5);
        assert_eq!(gpio.read(PDIR), 0);
    }
}
