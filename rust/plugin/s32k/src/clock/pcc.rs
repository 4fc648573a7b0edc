// SPDX-License-Identifier: GPL-2.0-or-later
//! PCC: one register for each peripheral, with a gate, and for some a selector of the clock that they run by.

use super::FIRST_OF_PCC;
use device::{Context, Place, Register, Written};

/// Where PCC begins in the device.
pub(super) const BASE: u32 = 0x1000;

const PR: u32 = 1 << 31;
const CGC: u32 = 1 << 30;
const PCS: u32 = 7 << 24;
/// LPTMR0 has a divider besides.
const DIVIDER: u32 = 0xf;

const fn gate(name: &'static str, number: u32) -> Register {
    Register::new(name, BASE + number * 4, PR).rw(CGC).on_write()
}

const fn select(name: &'static str, number: u32) -> Register {
    gate(name, number).rw(PCS)
}

/// Those of S32K144, by their numbers in PCC.
pub(super) const REGISTERS: [Register; 32] = [
    Register::new("PCC_FTFC", BASE + 32 * 4, PR | CGC).rw(CGC).on_write(),
    gate("PCC_DMAMUX", 33),
    gate("PCC_FlexCAN0", 36),
    gate("PCC_FlexCAN1", 37),
    select("PCC_FTM3", 38),
    select("PCC_ADC1", 39),
    gate("PCC_FlexCAN2", 43),
    select("PCC_LPSPI0", 44),
    select("PCC_LPSPI1", 45),
    select("PCC_LPSPI2", 46),
    gate("PCC_PDB1", 49),
    gate("PCC_CRC", 50),
    gate("PCC_PDB0", 54),
    select("PCC_LPIT", 55),
    select("PCC_FTM0", 56),
    select("PCC_FTM1", 57),
    select("PCC_FTM2", 58),
    select("PCC_ADC0", 59),
    gate("PCC_RTC", 61),
    select("PCC_LPTMR0", 64).rw(DIVIDER),
    gate("PCC_PORTA", 73),
    gate("PCC_PORTB", 74),
    gate("PCC_PORTC", 75),
    gate("PCC_PORTD", 76),
    gate("PCC_PORTE", 77),
    select("PCC_FLEXIO", 90),
    gate("PCC_EWM", 97),
    select("PCC_LPI2C0", 102),
    select("PCC_LPUART0", 106),
    select("PCC_LPUART1", 107),
    select("PCC_LPUART2", 108),
    gate("PCC_CMP0", 115),
];

/// The peripherals whose clock is led to them, in the order of the outputs: number in PCC, and which of a source's dividers.
const LED_OUT: [(u32, usize); 9] =
    [(106, 1), (107, 1), (108, 1), (55, 1), (64, 1), (56, 0), (57, 0), (58, 0), (38, 0)];

pub(super) fn write(at: Place, written: Written, cx: &mut Context<'_>) {
    let locked = PCS | DIVIDER;
    let now = cx.get(at.offset);
    // It can be chosen together with opening the gate, or while it is closed.
    if written.before & now & CGC != 0 && (written.before ^ now) & locked != 0 {
        cx.set(at.offset, now & !locked | written.before & locked);
        cx.report(format!(
            "PCC ({:#05x}) chooses another clock while CGC is set: it stays as it is",
            at.offset - BASE
        ));
    }
}

/// How many places PCC has; most are free.
pub(super) const PLACES: usize = 128;

/// The clocks and gates of the peripherals, of the sources divided both ways.
pub(super) fn update(cx: &mut Context<'_>, sources: [[u64; 2]; 4]) {
    for (place, (number, divider)) in LED_OUT.into_iter().enumerate() {
        let register = cx.get(BASE + number * 4);
        let source = match (register & PCS) >> 24 {
            1 => sources[0][divider],
            2 => sources[1][divider],
            3 => sources[2][divider],
            6 => sources[3][divider],
            _ => 0,
        };
        let (fraction, by) = (u64::from(register >> 3 & 1) + 1, u64::from(register & 7) + 1);
        let hz = if register & CGC != 0 { source * fraction / by } else { 0 };
        cx.set_clock(FIRST_OF_PCC + place, hz);
    }
    for register in &REGISTERS {
        let is_gated = !cx.has(register.offset(), CGC);
        cx.output(0, ((register.offset() - BASE) / 4) as usize, is_gated);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Clock;
    use super::*;
    use device::Bench;

    const LPUART1: u32 = BASE + 0x1ac;

    #[test]
    fn selects_and_gates() {
        let mut clock = Bench::<Clock>::default();
        // FIRCDIV2: 48 MHz / 2.
        clock.write(0x304, 0x200);
        clock.write(LPUART1, 3 << 24);
        assert_eq!(clock.clock_output_hz("lpuart1"), 0, "the gate is closed");
        assert!(
            clock.output("gated", 107) && !clock.output("gated", 32),
            "only FTFC's is open after a reset"
        );
        clock.write(LPUART1, 3 << 24 | CGC);
        assert_eq!((clock.clock_output_hz("lpuart1"), clock.clock_output_hz("lpuart0")), (24_000_000, 0));
        assert!(!clock.output("gated", 107));
        assert_eq!(clock.take_mistakes(), [] as [String; 0]);
        clock.write(LPUART1, 2 << 24 | CGC);
        assert_eq!((clock.read(LPUART1), clock.take_mistakes().len()), (PR | CGC | 3 << 24, 1));
        clock.write(LPUART1, 0);
        assert_eq!(clock.clock_output_hz("lpuart1"), 0);
        // A gate alone acts, too: PORTE.
        clock.write(BASE + 0x134, CGC);
        assert!(!clock.output("gated", 77));
    }

    #[test]
    fn timers_have_dividers() {
        let mut clock = Bench::<Clock>::default();
        clock.write(0x204, 0x103);
        clock.write(BASE + 0x100, CGC | 2 << 24 | 0b1011);
        assert_eq!(clock.clock_output_hz("lptmr0"), 4_000_000, "8 MHz * 2 / 4");
        clock.write(BASE + 0xe0, CGC | 2 << 24);
        assert_eq!(clock.clock_output_hz("ftm0"), 2_000_000, "SIRCDIV1");
    }
}
