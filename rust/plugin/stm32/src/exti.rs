// SPDX-License-Identifier: GPL-2.0-or-later
//! EXTI, interrupts by edges of lines: F1 (RM0008, section 10.3), F4 (RM0090, section 12.3), L4 (RM0351, section 14.5).
//!
//! The lines `in` are 0 to 15 from the pins, by AFIO or SYSCFG, and those above from peripherals. The first seven interrupt lines are
//! those of pins 0 to 4, of 5 to 9 and of 10 to 15; the others are single lines, from 16 on.
//!
//! **Limits:** events (EMR) are reported and wake nobody.

use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

/// Offsets of the first bank of 32 lines; L4 has a second one at `BANK`.
const IMR: u32 = 0x00;
const EMR: u32 = 0x04;
const RTSR: u32 = 0x08;
const FTSR: u32 = 0x0c;
const SWIER: u32 = 0x10;
const PR: u32 = 0x14;
const BANK: u32 = 0x20;

/// The interrupt line of a line.
const fn irq_of(line: usize) -> usize {
    match line {
        0..=4 => line,
        5..=9 => 5,
        10..=15 => 6,
        _ => line - 9,
    }
}

/// A line has changed.
fn edge(line: usize, level: bool, cx: &mut Context<'_>) {
    let (bank, bit) = (line as u32 / 32 * BANK, 1 << (line % 32));
    let trigger = if level { RTSR } else { FTSR };
    if cx.has(bank + trigger, bit) {
        cx.put(bank + PR, bit, true);
    }
}

/// A register of a bank was written.
fn written(at: Place, written: Written, cx: &mut Context<'_>) {
    let bank = at.offset & BANK;
    match at.offset - bank {
        SWIER => {
            let risen = cx.get(at.offset) & !written.before & cx.get(bank + IMR);
            cx.put(bank + PR, risen, true);
        }
        // Clearing a pending bit clears the software's, too.
        PR => cx.put(bank + SWIER, written.value, false),
        _ => {}
    }
}

/// Shows the lines of a bank that are pending and not masked.
fn drive(bank: u32, lines: usize, cx: &mut Context<'_>) {
    let pending = cx.get(bank + PR) & cx.get(bank + IMR);
    let first = bank as usize;
    let mut levels = [false; 32];
    for line in (first..lines).take(32) {
        levels[irq_of(line) - irq_of(first)] |= pending >> (line - first) & 1 != 0;
    }
    for irq in irq_of(first)..=irq_of(lines.min(first + 32) - 1) {
        cx.irq(irq, levels[irq - irq_of(first)]);
    }
}

macro_rules! bank {
    ($offset:expr, $imr:expr, $lines:expr, $edges:expr) => {
        [
            Register::new("IMR", $offset + IMR, $imr).rw($lines).on_write(),
            Register::new("EMR", $offset + EMR, 0).rw($lines).unmodelled($lines),
            Register::new("RTSR", $offset + RTSR, 0).rw($edges).on_write(),
            Register::new("FTSR", $offset + FTSR, 0).rw($edges).on_write(),
            Register::new("SWIER", $offset + SWIER, 0).rs($edges).on_write(),
            Register::new("PR", $offset + PR, 0).rc_w1($edges).on_write(),
        ]
    };
}

macro_rules! exti {
    ($(#[$about:meta])* $type:ident, $name:literal, $lines:literal, $irqs:expr, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type;

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "EXTI";
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const IRQS: &'static [&'static str] = &$irqs;
            const INPUTS: &'static [Lines] = &[Lines { name: "in", count: $lines }];

            fn write(&mut self, at: Place, write: Written, cx: &mut Context<'_>) {
                written(at, write, cx);
                drive(at.offset & BANK, $lines, cx);
            }

            fn input(&mut self, _group: usize, line: usize, level: bool, cx: &mut Context<'_>) {
                edge(line, level, cx);
                drive(line as u32 / 32 * BANK, $lines, cx);
            }
        }
    };
}

exti!(
    /// Of STM32F1.
    F1,
    "stm32f1-exti",
    19,
    ["line0", "line1", "line2", "line3", "line4", "line5-9", "line10-15", "line16", "line17", "line18"],
    bank!(0, 0, 0x0007_ffff, 0x0007_ffff)
);

exti!(
    /// Of STM32F4.
    F4,
    "stm32f4-exti",
    23,
    [
        "line0", "line1", "line2", "line3", "line4", "line5-9", "line10-15", "line16", "line17", "line18", "line19",
        "line20", "line21", "line22",
    ],
    bank!(0, 0, 0x007f_ffff, 0x007f_ffff)
);

exti!(
    /// Of STM32L4, with two banks.
    L4,
    "stm32l4-exti",
    40,
    [
        "line0", "line1", "line2", "line3", "line4", "line5-9", "line10-15", "line16", "line17", "line18", "line19",
        "line20", "line21", "line22", "line23", "line24", "line25", "line26", "line27", "line28", "line29", "line30",
        "line31", "line32", "line33", "line34", "line35", "line36", "line37", "line38", "line39",
    ],
    {
        let [imr1, emr1, rtsr1, ftsr1, swier1, pr1] = bank!(0, 0xff82_0000, u32::MAX, 0x007d_ffff);
        // The manual has ones in the bits of IMR2 that no line has.
        let [imr2, emr2, rtsr2, ftsr2, swier2, pr2] = bank!(BANK, 0xffff_ff87, 0x0000_00ff, 0x0000_0078);
        [imr1, emr1, rtsr1, ftsr1, swier1, pr1, imr2, emr2, rtsr2, ftsr2, swier2, pr2]
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn edges_interrupt() {
        let mut exti = Bench::<F4>::default();
        assert_eq!(exti.differs_after_reset(), []);
        exti.write(IMR, 1 << 0 | 1 << 7 | 1 << 13 | 1 << 22);
        exti.write(RTSR, 1 << 0 | 1 << 22);
        exti.write(FTSR, 1 << 7 | 1 << 13);
        exti.set_input("in", 0, true);
        exti.set_input("in", 7, true);
        exti.set_input("in", 3, true);
        assert_eq!((exti.read(PR), exti.irq(0), exti.irq(5)), (1, true, false));
        exti.set_input("in", 7, false);
        exti.set_input("in", 13, true);
        exti.set_input("in", 13, false);
        exti.set_input("in", 22, true);
        assert_eq!((exti.irq(5), exti.irq(6), exti.irq(13)), (true, true, true));
        exti.write(PR, 1 << 7);
        assert_eq!((exti.irq(0), exti.irq(5), exti.irq(6)), (true, false, true));
        exti.write(IMR, 0);
        assert_eq!((exti.irq(0), exti.read(PR)), (false, 1 | 1 << 13 | 1 << 22));
    }

    #[test]
    fn software_interrupts() {
        let mut exti = Bench::<F1>::default();
        assert_eq!(exti.differs_after_reset(), []);
        exti.write(IMR, 4);
        exti.write(SWIER, 4 | 8);
        assert_eq!((exti.read(PR), exti.read(SWIER), exti.irq(2)), (4, 12, true));
        exti.write(PR, 4);
        assert_eq!((exti.read(PR), exti.read(SWIER), exti.irq(2)), (0, 8, false));
    }

    #[test]
    fn l4_has_two_banks() {
        let mut exti = Bench::<L4>::default();
        assert_eq!(exti.differs_after_reset(), []);
        exti.write(BANK + IMR, 1 << 3);
        exti.write(BANK + RTSR, 1 << 3);
        exti.set_input("in", 35, true);
        assert_eq!((exti.read(BANK + PR), exti.irq(irq_of(35)), exti.read(PR)), (8, true, 0));
        exti.write(BANK + PR, 8);
        assert!(!exti.irq(irq_of(35)));
    }
}
