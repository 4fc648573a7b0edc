// SPDX-License-Identifier: GPL-2.0-or-later
//! SYSCFG of F4 (RM0090, section 9.2) and L4 (RM0351, section 9.2), and AFIO of F1 (RM0008, section 9.4): which port's pin is which line of EXTI.
//!
//! Groups of lines `porta` to `portk` come from the ports, `exti` goes to EXTI.
//!
//! **Limits:** remapping of memory and of pins is stored; all else has no effect.

use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const EXTICR: u32 = 0x08;
/// The compensation cell of F4; no other family calls for it.
const CMPCR: u32 = 0x20;

const PORTS: &[Lines] = &[
    Lines { name: "porta", count: 16 },
    Lines { name: "portb", count: 16 },
    Lines { name: "portc", count: 16 },
    Lines { name: "portd", count: 16 },
    Lines { name: "porte", count: 16 },
    Lines { name: "portf", count: 16 },
    Lines { name: "portg", count: 16 },
    Lines { name: "porth", count: 16 },
    Lines { name: "porti", count: 16 },
    Lines { name: "portj", count: 16 },
    Lines { name: "portk", count: 16 },
];

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

const fn exticr(bits: u32) -> Register {
    register("EXTICR", EXTICR, 0).rw(bits).array(4, 4).on_write()
}

/// Passes on the pins of four lines, as EXTICR chooses them.
fn pass(register: usize, cx: &mut Context<'_>) {
    let choices = cx.get_at(EXTICR, register);
    for place in 0..4 {
        let (line, port) = (register * 4 + place, (choices >> (place * 4) & 0xf) as usize);
        let level = port < PORTS.len() && cx.input(port, line);
        cx.output(0, line, level);
    }
}

macro_rules! syscfg {
    ($(#[$about:meta])* $type:ident, $name:literal, $block:literal, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type;

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = $block;
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const INPUTS: &'static [Lines] = PORTS;
            const OUTPUTS: &'static [Lines] = &[Lines { name: "exti", count: 16 }];

            fn reset(&mut self, cx: &mut Context<'_>) {
                (0..4).for_each(|register| pass(register, cx));
            }

            fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
                match at.offset {
                    EXTICR => pass(at.index, cx),
                    // READY follows CMP_PD.
                    _ => {
                        let is_on = cx.has(CMPCR, 1);
                        cx.put(CMPCR, 1 << 8, is_on);
                    }
                }
            }

            fn input(&mut self, _group: usize, line: usize, _level: bool, cx: &mut Context<'_>) {
                pass(line / 4, cx);
            }
        }
    };
}

syscfg!(
    /// AFIO of STM32F1.
    F1,
    "stm32f1-afio",
    "AFIO",
    [
        register("EVCR", 0x00, 0).rw(0x0000_00ff).unmodelled(0x80),
        register("MAPR", 0x04, 0).rw(0x001f_ffff).wo(0x0700_0000),
        exticr(0xffff),
        register("MAPR2", 0x1c, 0).rw(0x0000_3fff),
    ]
);

syscfg!(
    /// SYSCFG of STM32F4.
    F4,
    "stm32f4-syscfg",
    "SYSCFG",
    [
        register("MEMRMP", 0x00, 0).rw(0x0000_0d07).unmodelled(0x0000_0d07),
        register("PMC", 0x04, 0).rw(0x0087_0000),
        exticr(0xffff),
        register("CMPCR", CMPCR, 0).rw(1).on_write(),
    ]
);

syscfg!(
    /// SYSCFG of STM32L4.
    L4,
    "stm32l4-syscfg",
    "SYSCFG",
    [
        register("MEMRMP", 0x00, 0).rw(0x0000_0107).unmodelled(0x0000_0107),
        register("CFGR1", 0x04, 0x7c00_0001).rw(0xfc7f_0101),
        exticr(0x7777),
        register("SCSR", 0x18, 0).rw(1),
        register("CFGR2", 0x1c, 0).rs(0x0000_000f).rc_w1(0x0000_0100),
        register("SWPR", 0x20, 0).rs(u32::MAX),
        register("SKR", 0x24, 0).wo(0x0000_00ff),
    ]
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn passes_the_chosen_pins_on() {
        let mut syscfg = Bench::<F4>::default();
        assert_eq!(syscfg.differs_after_reset(), []);
        syscfg.set_input("portd", 13, true);
        assert!(!syscfg.output("exti", 13));
        syscfg.write(EXTICR + 12, 3 << 4);
        assert!(syscfg.output("exti", 13));
        syscfg.set_input("portd", 13, false);
        assert!(!syscfg.output("exti", 13));
        syscfg.set_input("porta", 0, true);
        assert!(syscfg.output("exti", 0), "port A from the start");
        syscfg.write(EXTICR, 0xf);
        assert!(!syscfg.output("exti", 0), "no such port");
    }

    #[test]
    fn reset_values() {
        assert_eq!(Bench::<F1>::default().differs_after_reset(), []);
        assert_eq!(Bench::<L4>::default().differs_after_reset(), []);
    }
}
