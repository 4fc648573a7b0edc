// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO of Arm's Cortex-M System Design Kit (CMSDK), a port of 16 pins. Arm DDI 0479C, sections 3.2 (signals) and 4.2.1 (registers).
//!
//! Lines of a port: `in` is what the board drives a pin to, `out` is what the port drives it to; interrupt 0 is GPIOINT, that of all
//! pins together, and 1 to 16 are those of each pin.
//!
//! **Limits:** a pin that nobody drives is low. A pin with its alternate function shows what the board drives; the peripheral has lines of
//! its own. The two clocks that a pin takes until DATA shows it are left out.

use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const DATA: u32 = 0x00;
const DATAOUT: u32 = 0x04;
const OUTENSET: u32 = 0x10;
const OUTENCLR: u32 = 0x14;
const ALTFUNCSET: u32 = 0x18;
const ALTFUNCCLR: u32 = 0x1c;
const INTENSET: u32 = 0x20;
const INTENCLR: u32 = 0x24;
const INTTYPESET: u32 = 0x28;
const INTTYPECLR: u32 = 0x2c;
const INTPOLSET: u32 = 0x30;
const INTPOLCLR: u32 = 0x34;
const INTSTATUS: u32 = 0x38;
const MASKLOWBYTE: u32 = 0x400;
const MASKHIGHBYTE: u32 = 0x800;

const PINS: usize = 16;
const ALL: u32 = 0xffff;

const fn set(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).rs(ALL).on_write().width(Width::ANY)
}

/// The register beside it that clears, and reads alike.
const fn clear(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).wo(ALL).on_read().on_write().width(Width::ANY)
}

/// A port.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gpio {
    /// What the board drives.
    board: u32,
    /// What all pins showed last.
    levels: u32,
}

impl Device for Gpio {
    const NAME: &'static str = "cmsdk-gpio";
    const BLOCK: &'static str = "GPIO";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        Register::new("DATA", DATA, 0).wo(ALL).on_read().on_write().width(Width::ANY),
        Register::new("DATAOUT", DATAOUT, 0).rw(ALL).on_write().width(Width::ANY),
        set("OUTENSET", OUTENSET),
        clear("OUTENCLR", OUTENCLR),
        set("ALTFUNCSET", ALTFUNCSET),
        clear("ALTFUNCCLR", ALTFUNCCLR),
        set("INTENSET", INTENSET),
        clear("INTENCLR", INTENCLR),
        set("INTTYPESET", INTTYPESET),
        clear("INTTYPECLR", INTTYPECLR),
        set("INTPOLSET", INTPOLSET),
        clear("INTPOLCLR", INTPOLCLR),
        Register::new("INTSTATUS", INTSTATUS, 0).rc_w1(ALL).on_write().width(Width::ANY),
        Register::new("MASKLOWBYTE", MASKLOWBYTE, 0)
            .wo(0xff)
            .array(256, 4)
            .on_read()
            .on_write()
            .width(Width::ANY),
        Register::new("MASKHIGHBYTE", MASKHIGHBYTE, 0)
            .wo(0xff00)
            .array(256, 4)
            .on_read()
            .on_write()
            .width(Width::ANY),
        Register::new("PID4", 0xfd0, 0x04),
        Register::new("PID5", 0xfd4, 0x00),
        Register::new("PID6", 0xfd8, 0x00),
        Register::new("PID7", 0xfdc, 0x00),
        Register::new("PID0", 0xfe0, 0x20),
        Register::new("PID1", 0xfe4, 0xb8),
        Register::new("PID2", 0xfe8, 0x1b),
        Register::new("PID3", 0xfec, 0x00),
        Register::new("CID0", 0xff0, 0x0d),
        Register::new("CID1", 0xff4, 0xf0),
        Register::new("CID2", 0xff8, 0x05),
        Register::new("CID3", 0xffc, 0xb1),
    ];
    const IRQS: &'static [&'static str] =
        &["GPIOINT", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"];
    const INPUTS: &'static [Lines] = &[Lines { name: "in", count: PINS }];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "out", count: PINS }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        // The board goes on driving.
        self.levels = self.board;
        self.show(cx);
    }

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        match at.offset {
            DATA => self.levels,
            MASKLOWBYTE => self.levels & low(at.index),
            MASKHIGHBYTE => self.levels & low(at.index) << 8,
            // Those that clear lie behind those that set.
            clears => cx.get(clears - 4),
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let Written { value, lanes, .. } = written;
        match at.offset {
            DATA => store(cx, value, lanes & ALL),
            MASKLOWBYTE => store(cx, value, lanes & low(at.index)),
            MASKHIGHBYTE => store(cx, value, lanes & low(at.index) << 8),
            OUTENCLR | ALTFUNCCLR | INTENCLR | INTTYPECLR | INTPOLCLR => cx.put(at.offset - 4, value, false),
            _ => {}
        }
        self.show(cx);
    }

    fn input(&mut self, _group: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
        self.board = self.board & !(1 << pin) | u32::from(level) << pin;
        self.show(cx);
    }
}

/// Bits of an address that choose pins.
fn low(index: usize) -> u32 {
    index as u32 & 0xff
}

fn store(cx: &mut Context<'_>, value: u32, bits: u32) {
    let before = cx.get(DATAOUT);
    cx.set(DATAOUT, before & !bits | value & bits);
}

impl Gpio {
    /// Drives the pins, and sees what they show then.
    fn show(&mut self, cx: &mut Context<'_>) {
        let own = cx.get(OUTENSET) & !cx.get(ALTFUNCSET);
        let levels = cx.get(DATAOUT) & own | self.board & !own;
        let (rising, falling) = (levels & !self.levels, self.levels & !levels);
        self.levels = levels;
        let (edge, high) = (cx.get(INTTYPESET), cx.get(INTPOLSET));
        let edges = edge & (high & rising | !high & falling);
        let held = !edge & (high & levels | !high & !levels);
        let status = cx.get(INTSTATUS) | (edges | held) & cx.get(INTENSET) & ALL;
        cx.set(INTSTATUS, status);
        cx.irq(0, status != 0);
        for pin in 0..PINS {
            cx.output(0, pin, levels >> pin & 1 != 0);
            cx.irq(pin + 1, status >> pin & 1 != 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn port() -> Bench<Gpio> {
        let mut port = Bench::<Gpio>::default();
        assert_eq!(port.differs_after_reset(), []);
        port
    }

    #[track_caller]
    fn good(mut port: Bench<Gpio>) {
        assert_eq!(port.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn outputs_and_inputs() {
        let mut port = port();
        port.write(DATAOUT, 0x8001);
        assert!(!port.output("out", 0));
        port.write(OUTENSET, 1);
        assert!(port.output("out", 0) && !port.output("out", 15));
        port.set_input("in", 3, true);
        assert_eq!((port.read(DATA), port.read(OUTENCLR)), (0b1001, 1));
        port.write(DATA, 0);
        assert_eq!((port.read(DATA), port.read(DATAOUT)), (0b1000, 0));
        port.write(OUTENCLR, 1);
        assert_eq!(port.read(OUTENSET), 0);
        good(port);
    }

    #[test]
    fn an_alternate_function_takes_the_pin_away() {
        let mut port = port();
        port.write(OUTENSET, 2);
        port.write(DATAOUT, 2);
        port.write(ALTFUNCSET, 2);
        assert_eq!((port.output("out", 1), port.read(ALTFUNCCLR)), (false, 2));
        port.write(ALTFUNCCLR, 2);
        assert!(port.output("out", 1));
        good(port);
    }

    #[test]
    fn an_address_is_a_mask() {
        let mut port = port();
        port.write(OUTENSET, ALL);
        port.write(MASKLOWBYTE + 4 * 0x0f, 0xff);
        port.write(MASKHIGHBYTE + 4 * 0xf0, 0xff00);
        assert_eq!(port.read(DATA), 0xf00f);
        assert_eq!((port.read(MASKLOWBYTE + 4 * 0x3c), port.read(MASKHIGHBYTE + 4 * 0x1f)), (0x0c, 0x1000));
        port.write_bytes(DATA, 1, 0);
        assert_eq!(port.read(DATA), 0xf000);
        good(port);
    }

    #[test]
    fn edges() {
        let mut port = port();
        port.write(INTTYPESET, 0b11);
        port.write(INTPOLSET, 0b01);
        port.write(INTENSET, 0b11);
        port.set_input("in", 0, true);
        assert_eq!((port.irq(0), port.irq(1), port.irq(2), port.read(INTSTATUS)), (true, true, false, 1));
        port.write(INTSTATUS, 1);
        assert!(!port.irq(0) && !port.irq(1));
        port.set_input("in", 0, false);
        assert!(!port.irq(0));
        port.set_input("in", 1, true);
        assert!(!port.irq(0));
        port.set_input("in", 1, false);
        assert!(port.irq(0) && port.irq(2));
        port.save_and_restore();
        assert_eq!(port.read(INTSTATUS), 0b10);
        good(port);
    }

    #[test]
    fn a_level_comes_back_until_it_ends() {
        let mut port = port();
        port.write(INTPOLSET, 1 << 5);
        port.write(INTENSET, 1 << 5);
        port.set_input("in", 5, true);
        port.write(INTSTATUS, 1 << 5);
        assert!(port.irq(0) && port.irq(6));
        port.set_input("in", 5, false);
        port.write(INTSTATUS, 1 << 5);
        assert!(!port.irq(0) && !port.irq(6));
        // Pin 4 is low, and low levels are meant without INTPOLSET.
        port.write(INTENSET, 1 << 4);
        assert!(port.irq(0) && port.irq(5));
        good(port);
    }
}
