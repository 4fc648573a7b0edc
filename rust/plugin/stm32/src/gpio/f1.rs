// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIO of STM32F1. RM0008, section 9.2.

use super::{Board, INPUTS, OUTPUTS, Pins, set_and_clear};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const CRL: u32 = 0x00;
const CRH: u32 = 0x04;
const IDR: u32 = 0x08;
const ODR: u32 = 0x0c;
const BSRR: u32 = 0x10;
const BRR: u32 = 0x14;
const LCKR: u32 = 0x18;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F1 {
    board: Board,
}

impl Device for F1 {
    const NAME: &'static str = "stm32f1-gpio";
    const BLOCK: &'static str = "GPIO";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        Register::new("CRL", CRL, 0x4444_4444).rw(u32::MAX).on_write(),
        Register::new("CRH", CRH, 0x4444_4444).rw(u32::MAX).on_write(),
        Register::new("IDR", IDR, 0),
        Register::new("ODR", ODR, 0).rw(0xffff).on_write(),
        Register::new("BSRR", BSRR, 0).wo(u32::MAX).on_write(),
        Register::new("BRR", BRR, 0).wo(0xffff).on_write(),
        Register::new("LCKR", LCKR, 0).rw(0x0001_ffff).unmodelled(0x0001_0000),
    ];
    const INPUTS: &'static [Lines] = INPUTS;
    const OUTPUTS: &'static [Lines] = OUTPUTS;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.show(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let odr = cx.get(ODR);
        match at.offset {
            BSRR => cx.set(ODR, set_and_clear(odr, written.value)),
            BRR => cx.set(ODR, odr & !written.value),
            _ => {}
        }
        self.show(cx);
    }

    fn input(&mut self, _group: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
        self.board.drive(pin, level);
        self.show(cx);
    }
}

impl F1 {
    fn show(&self, cx: &mut Context<'_>) {
        let pins = pins(u64::from(cx.get(CRH)) << 32 | u64::from(cx.get(CRL)), cx.get(ODR));
        let idr = self.board.show(pins, cx);
        cx.set(IDR, idr);
    }
}

/// Four bits a pin: MODE below, CNF above.
fn pins(configuration: u64, odr: u32) -> Pins {
    let mut pins = Pins { data: odr, ..Pins::default() };
    for pin in 0..16 {
        let (mode, cnf) = (configuration >> (pin * 4) & 3, configuration >> (pin * 4 + 2) & 3);
        let bit = 1 << pin;
        match (mode, cnf) {
            (0, 0) => pins.analog |= bit,
            (0, 2) => pins.pulled_up |= bit & odr,
            (0, _) => {}
            (_, 0) => pins.outputs |= bit,
            (_, 1) => (pins.outputs, pins.open_drain) = (pins.outputs | bit, pins.open_drain | bit),
            // Another peripheral's.
            _ => {}
        }
    }
    pins
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn outputs_and_inputs() {
        let mut port = Bench::<F1>::default();
        assert_eq!(port.differs_after_reset(), []);
        port.write(CRH, 0x4424_4444);
        port.write(BSRR, 1 << 13);
        assert!(port.output("out", 13));
        assert_eq!((port.read(ODR), port.read(IDR)), (1 << 13, 1 << 13));
        port.write(BRR, 1 << 13);
        assert!(!port.output("out", 13));
        // Pin 0 with a pull-up, then driven low by the board.
        port.write(CRL, 0x4444_4448);
        port.write(BSRR, 1);
        assert_eq!(port.read(IDR), 1);
        assert!(port.output("exti", 0));
        port.set_input("in", 0, true);
        port.set_input("in", 0, false);
        assert_eq!(port.read(IDR), 0);
        assert!(!port.output("exti", 0));
        assert_eq!(port.take_mistakes(), [] as [String; 0]);
    }
}
