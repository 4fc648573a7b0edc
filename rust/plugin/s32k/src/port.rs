// SPDX-License-Identifier: GPL-2.0-or-later
//! PORT, what a pin is used for, and its interrupt (S32K1xx Reference Manual, chapter "Port Control and Interrupts"). GPIO tells the levels of
//! the pins by the lines `pins`, and is told by `gpio` and `up` what the pins are. Trees say PORT's interrupt at GPIO; so it goes there by the
//! line `irq`.
//!
//! **Limits:** drive strength, passive and digital filters have no effect, pulling down is as free. DMA requests are not made, and are reported.

use crate::GATED;
use device::{Context, Device, Lines, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const PCR: u32 = 0x00;
const GPCLR: u32 = 0x80;
const GPCHR: u32 = 0x84;
const ISFR: u32 = 0xa0;

// PCR.
const PS: u32 = 1 << 0;
const PE: u32 = 1 << 1;
const LK: u32 = 1 << 15;
const ISF: u32 = 1 << 24;
/// What LK locks, and GPCLR and GPCHR write.
const LOWER: u32 = 0xffff;
/// With filter and drive strength, which only some pins have.
const WRITABLE: u32 = 0x000f_8753;

const PINS: usize = 32;
/// The input that is not the gate.
const PINS_IN: usize = 0;
// The outputs.
const GPIO: usize = 0;
const UP: usize = 1;
const IRQ: usize = 2;

/// Pins that are not 0 after a reset: the port (0 is A), the pin, and PCR. They are the debugger's, the reset's and NMI's.
const RESETS: [(u64, usize, u32); 9] = [
    (0, 0, 0x002),
    (0, 1, 0x003),
    (0, 2, 0x003),
    (0, 3, 0x003),
    (0, 4, 0x703),
    (0, 5, 0x701),
    (0, 10, 0x700),
    (2, 4, 0x700),
    (2, 5, 0x700),
];

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Port {}

const fn register(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).width(Width::ANY)
}

impl Device for Port {
    const NAME: &'static str = "kinetis-port";
    const BLOCK: &'static str = "PORT";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("PCR", PCR).rw(WRITABLE).rc_w1(ISF).array(32, 4).on_write(),
        register("GPCLR", GPCLR).wo(u32::MAX).on_write(),
        register("GPCHR", GPCHR).wo(u32::MAX).on_write(),
        register("ISFR", ISFR).rc_w1(u32::MAX).on_write(),
        register("DFER", 0xc0).rw(u32::MAX).unmodelled(u32::MAX),
        register("DFCR", 0xc4).rw(1),
        register("DFWR", 0xc8).rw(0x1f),
    ];
    const INPUTS: &'static [Lines] = &[Lines { name: "pins", count: PINS }, GATED];
    const GATE: Option<usize> = Some(1);
    const OUTPUTS: &'static [Lines] = &[
        Lines { name: "gpio", count: PINS },
        Lines { name: "up", count: PINS },
        Lines { name: "irq", count: 1 },
    ];
    const PROPERTIES: &'static [Property] = &[Property { name: "port", default: 1 }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        let port = cx.property(0);
        for (_, pin, value) in RESETS.into_iter().filter(|(of, ..)| *of == port) {
            cx.set_at(PCR, pin, value);
        }
        for pin in 0..PINS {
            show(pin, cx);
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            PCR => {
                let now = cx.get_at(PCR, at.index);
                if written.before & LK != 0 && (now ^ written.before) & LOWER != 0 {
                    cx.set_at(PCR, at.index, now & !LOWER | written.before & LOWER);
                    cx.report("PORT_PCR is written while its LK is set: MUX and pull stay until a reset");
                }
                if matches!(now >> 16 & 0xf, 1..=3) {
                    cx.report("PORT_PCR asks for DMA requests (IRQC), which are not modelled");
                }
                show(at.index, cx);
            }
            GPCLR => several(0, written.value, cx),
            GPCHR => several(16, written.value, cx),
            ISFR => {
                let flags = cx.get(ISFR);
                for pin in 0..PINS {
                    let value = cx.get_at(PCR, pin) & !ISF;
                    cx.set_at(PCR, pin, if flags >> pin & 1 != 0 { value | ISF } else { value });
                }
            }
            _ => {}
        }
        levels(cx);
    }

    fn input(&mut self, group: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
        if group != PINS_IN {
            return;
        }
        // Edges; levels are looked at below.
        if matches!((cx.get_at(PCR, pin) >> 16 & 0xf, level), (9, true) | (10, false) | (11, _)) {
            let value = cx.get_at(PCR, pin);
            cx.set_at(PCR, pin, value | ISF);
        }
        levels(cx);
    }
}

/// GPCLR or GPCHR: its upper half says which pins get its lower half.
fn several(first: usize, value: u32, cx: &mut Context<'_>) {
    for pin in (0..16).filter(|pin| value >> (16 + pin) & 1 != 0) {
        let before = cx.get_at(PCR, first + pin);
        if before & LK == 0 {
            cx.set_at(PCR, first + pin, before & !LOWER | value & WRITABLE & LOWER);
            show(first + pin, cx);
        }
    }
}

/// Tells GPIO what a pin is.
fn show(pin: usize, cx: &mut Context<'_>) {
    let pcr = cx.get_at(PCR, pin);
    cx.output(GPIO, pin, pcr >> 8 & 7 == 1);
    cx.output(UP, pin, pcr & (PE | PS) == PE | PS);
}

/// The flags of pins that are at the level which interrupts, and the interrupt.
fn levels(cx: &mut Context<'_>) {
    let mut flags = 0;
    for pin in 0..PINS {
        let pcr = cx.get_at(PCR, pin);
        if matches!((pcr >> 16 & 0xf, cx.input(PINS_IN, pin)), (8, false) | (12, true)) {
            cx.set_at(PCR, pin, pcr | ISF);
        }
        flags |= (cx.get_at(PCR, pin) >> 24 & 1) << pin;
    }
    cx.set(ISFR, flags);
    cx.output(IRQ, 0, flags != 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn pins_of_the_debugger() {
        let mut port = Bench::<Port>::new(&[], &[("port", 0)]);
        assert_eq!((port.read(0x10), port.read(0x14), port.read(0x18)), (0x703, 0x701, 0));
        assert!(port.output("up", 4) && !port.output("gpio", 4));
        assert_eq!(Bench::<Port>::default().differs_after_reset(), []);
    }

    #[test]
    fn what_a_pin_is() {
        let mut port = Bench::<Port>::default();
        port.write(7 * 4, 1 << 8 | PE | PS);
        assert!(port.output("gpio", 7) && port.output("up", 7));
        port.write(7 * 4, 2 << 8 | PE | LK);
        assert!(!port.output("gpio", 7) && !port.output("up", 7));
        port.write(7 * 4, 1 << 8);
        assert_eq!((port.read(7 * 4), port.take_mistakes().len()), (2 << 8 | PE | LK, 1));
        port.write(GPCHR, 0x8001_0100);
        assert_eq!((port.read(16 * 4), port.read(31 * 4), port.read(17 * 4)), (0x100, 0x100, 0));
    }

    #[test]
    fn edges_and_levels() {
        let check = |irqc: u32, at_rise: bool, at_fall: bool| {
            let mut port = Bench::<Port>::default();
            port.write(0, 1 << 8 | irqc << 16);
            port.write(ISFR, 1);
            for (level, expected) in [(true, at_rise), (false, at_fall)] {
                port.set_input("pins", 0, level);
                assert_eq!(
                    (port.output("irq", 0), port.read(ISFR) == 1),
                    (expected, expected),
                    "{irqc} {level}"
                );
                port.write(0, 1 << 8 | irqc << 16 | ISF);
            }
        };
        check(0, false, false);
        check(9, true, false);
        check(10, false, true);
        check(11, true, true);
        // It was set again as long as the pin was high.
        check(12, true, true);
    }

    #[test]
    fn a_level_stays_until_it_goes() {
        let mut port = Bench::<Port>::default();
        port.write(0, 1 << 8 | 8 << 16);
        port.write(ISFR, 1);
        assert!(port.output("irq", 0), "the pin is still low");
        port.set_input("pins", 0, true);
        assert!(port.output("irq", 0), "the flag stays");
        port.write(ISFR, 1);
        assert!(!port.output("irq", 0));
    }
}
