// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO of STM32F4 (RM0090, section 8.4) and STM32L4 (RM0351, section 8.5); the same port but for reset values, BRR and ASCR.
//!
//! The property `port` is the number of the port, 0 for A: the pins of the debugger have reset values of their own.

use super::{Board, INPUTS, OUTPUTS, Pins, set_and_clear};
use device::{Context, Device, Lines, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const MODER: u32 = 0x00;
const OTYPER: u32 = 0x04;
const OSPEEDR: u32 = 0x08;
const PUPDR: u32 = 0x0c;
const IDR: u32 = 0x10;
const ODR: u32 = 0x14;
const BSRR: u32 = 0x18;
const LCKR: u32 = 0x1c;
const AFR: u32 = 0x20;
const BRR: u32 = 0x28;
const ASCR: u32 = 0x2c;

/// Reset values of MODER, OSPEEDR and PUPDR of ports A, B and H, where they are not the other ports'.
type Resets = [(u64, [u32; 3]); 3];
const F4_RESETS: Resets = [
    (0, [0xa800_0000, 0x0c00_0000, 0x6400_0000]),
    (1, [0x0000_0280, 0x0000_00c0, 0x0000_0100]),
    (7, [0, 0, 0]),
];
const L4_RESETS: Resets = [
    (0, [0xabff_ffff, 0x0c00_0000, 0x6400_0000]),
    (1, [0xffff_febf, 0, 0x0000_0100]),
    (7, [0x0000_000f, 0, 0]),
];

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

const F4_REGISTERS: [Register; 9] = [
    register("MODER", MODER, 0).rw(u32::MAX).on_write(),
    register("OTYPER", OTYPER, 0).rw(0xffff).on_write(),
    register("OSPEEDR", OSPEEDR, 0).rw(u32::MAX),
    register("PUPDR", PUPDR, 0).rw(u32::MAX).on_write(),
    register("IDR", IDR, 0),
    register("ODR", ODR, 0).rw(0xffff).on_write(),
    register("BSRR", BSRR, 0).wo(u32::MAX).on_write(),
    register("LCKR", LCKR, 0).rw(0x0001_ffff).unmodelled(0x0001_0000),
    register("AFR", AFR, 0).rw(u32::MAX).array(2, 4),
];

/// The port, whichever it is.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Port {
    board: Board,
}

impl Port {
    fn reset(self, resets: Resets, cx: &mut Context<'_>) {
        let number = cx.property(0);
        if let Some((_, values)) = resets.iter().find(|(port, _)| *port == number) {
            for (register, value) in [MODER, OSPEEDR, PUPDR].into_iter().zip(*values) {
                cx.set(register, value);
            }
        }
        self.show(cx);
    }

    fn write(self, at: Place, written: Written, cx: &mut Context<'_>) {
        let odr = cx.get(ODR);
        match at.offset {
            BSRR => cx.set(ODR, set_and_clear(odr, written.value)),
            BRR => cx.set(ODR, odr & !written.value),
            _ => {}
        }
        self.show(cx);
    }

    fn show(self, cx: &mut Context<'_>) {
        let (moder, pupdr) = (cx.get(MODER), cx.get(PUPDR));
        let mut pins = Pins { open_drain: cx.get(OTYPER), data: cx.get(ODR), ..Pins::default() };
        for pin in 0..16 {
            let bit = 1 << pin;
            match moder >> (pin * 2) & 3 {
                1 => pins.outputs |= bit,
                3 => pins.analog |= bit,
                _ => {}
            }
            if pupdr >> (pin * 2) & 3 == 1 {
                pins.pulled_up |= bit;
            }
        }
        let idr = self.board.show(pins, cx);
        cx.set(IDR, idr);
    }
}

macro_rules! port {
    ($(#[$about:meta])* $type:ident, $name:literal, $registers:expr, $resets:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type(Port);

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "GPIO";
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const INPUTS: &'static [Lines] = INPUTS;
            const OUTPUTS: &'static [Lines] = OUTPUTS;
            const PROPERTIES: &'static [Property] = &[Property { name: "port", default: 2 }];

            fn reset(&mut self, cx: &mut Context<'_>) {
                self.0.reset($resets, cx);
            }

            fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
                self.0.write(at, written, cx);
            }

            fn input(&mut self, _group: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
                self.0.board.drive(pin, level);
                self.0.show(cx);
            }
        }
    };
}

port!(
    /// Of STM32F4, F2 and F7.
    F4,
    "stm32f4-gpio",
    F4_REGISTERS,
    F4_RESETS
);

port!(
    /// Of STM32L4, whose pins are analog after a reset.
    L4,
    "stm32l4-gpio",
    {
        let [_, otyper, ospeedr, pupdr, idr, odr, bsrr, lckr, afr] = F4_REGISTERS;
        let moder = register("MODER", MODER, u32::MAX).rw(u32::MAX).on_write();
        let brr = register("BRR", BRR, 0).wo(0xffff).on_write();
        let ascr = register("ASCR", ASCR, 0).rw(0xffff);
        [moder, otyper, ospeedr, pupdr, idr, odr, bsrr, lckr, afr, brr, ascr]
    },
    L4_RESETS
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn reset_values() {
        let mut port = Bench::<F4>::default();
        assert_eq!(port.differs_after_reset(), []);
        let mut port = Bench::<F4>::new(&[], &[("port", 0)]);
        assert_eq!((port.read(MODER), port.read(PUPDR)), (0xa800_0000, 0x6400_0000));
        assert_eq!(port.read(IDR), 0x0000_a000, "the pull-ups of JTMS and JTDI");
        let mut port = Bench::<L4>::default();
        assert_eq!(port.differs_after_reset(), []);
        let mut port = Bench::<L4>::new(&[], &[("port", 1)]);
        assert_eq!(port.read(MODER), 0xffff_febf);
    }

    #[test]
    fn outputs_and_inputs() {
        let mut port = Bench::<F4>::default();
        port.write(MODER, 1 << 24);
        port.write_bytes(BSRR, 2, 1 << 12);
        assert!(port.output("out", 12));
        assert_eq!((port.read(IDR), port.read_bytes(ODR, 2)), (1 << 12, 1 << 12));
        port.write_bytes(BSRR + 2, 2, 1 << 12);
        assert!(!port.output("out", 12));
        port.write(PUPDR, 1);
        assert_eq!(port.read(IDR), 1);
        port.set_input("in", 0, true);
        port.set_input("in", 0, false);
        assert_eq!((port.read(IDR), port.output("exti", 0)), (0, false));
        port.save_and_restore();
        port.set_input("in", 0, true);
        assert_eq!((port.read(IDR), port.output("exti", 0)), (1, true));
        assert_eq!(port.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn l4_clears_by_brr() {
        let mut port = Bench::<L4>::default();
        port.write(MODER, 0xffff_fffd);
        port.write(ODR, 1);
        port.write(BRR, 1);
        assert_eq!(port.read(ODR), 0);
    }
}
