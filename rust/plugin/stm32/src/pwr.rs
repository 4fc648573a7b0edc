// SPDX-License-Identifier: GPL-2.0-or-later
//! PWR, power control: F1 (RM0008, section 5.4), F4 (RM0090, sections 5.4 and 5.5: the union of both, with the reset
//! values of 5.4), L4 (RM0351, section 5.4) and G4 (RM0440, section 6.4).
//!
//! **Limits:** voltages and regulators are ready at once. Standby, stop and low-power run are stored and not entered: WFI
//! sleeps. The voltage detector never detects; DBP protects nothing.

use device::{Context, Device, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

const CR: u32 = 0x00;
const CSR: u32 = 0x04;
/// CR: enters standby instead of stop.
const PDDS: u32 = 1 << 1;

/// Of STM32F1.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F1;

impl Device for F1 {
    const NAME: &'static str = "stm32f1-pwr";
    const BLOCK: &'static str = "PWR";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] =
        &[register("CR", CR, 0).rw(0x01f3).wo(0x000c).unmodelled(PDDS), register("CSR", CSR, 0).rw(0x0100)];
}

/// CSR of F4, with the bit of CR that each follows: BRR follows BRE of CSR itself.
const BRE: u32 = 1 << 9;
const BRR: u32 = 1 << 3;
const VOSRDY: u32 = 1 << 14;
/// ODEN and ODSWEN of CR; ODRDY and ODSWRDY of CSR are the same bits.
const OVERDRIVE: u32 = 3 << 16;

/// Of STM32F4.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F4;

impl Device for F4 {
    const NAME: &'static str = "stm32f4-pwr";
    const BLOCK: &'static str = "PWR";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR", CR, 0x4000).rw(0x000f_eff3).wo(0x000c).unmodelled(PDDS).on_write(),
        register("CSR", CSR, 0).rw(0x0300).rc_w1(0x000c_0000).on_write(),
    ];

    fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
        if at.offset == CR {
            let overdrive = cx.get(CR) & OVERDRIVE;
            cx.put(CSR, OVERDRIVE, false);
            cx.put(CSR, overdrive | VOSRDY, true);
        } else {
            let is_on = cx.has(CSR, BRE);
            cx.put(CSR, BRR, is_on);
        }
    }
}

const CR1: u32 = 0x00;
const SR1: u32 = 0x10;
const SR2: u32 = 0x14;
const SCR: u32 = 0x18;
const LPR: u32 = 1 << 14;
const REGLPF: u32 = 1 << 9;

/// Of STM32L4 and STM32G4.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Later<const IS_G4: bool>;

/// Of STM32L4.
pub(crate) type L4 = Later<false>;
/// Of STM32G4.
pub(crate) type G4 = Later<true>;

impl<const IS_G4: bool> Device for Later<IS_G4> {
    const NAME: &'static str = if IS_G4 { "stm32g4-pwr" } else { "stm32l4-pwr" };
    const BLOCK: &'static str = "PWR";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = if IS_G4 {
        &[
            register("CR1", CR1, 0x0200).rw(0x4707).on_write(),
            register("CR2", 0x04, 0).rw(0x00ff).unmodelled(0x00f1),
            register("CR3", 0x08, 0x8000).rw(0xe51f),
            register("CR4", 0x0c, 0).rw(0x031f),
            register("SR1", SR1, 0),
            register("SR2", SR2, 0),
            register("SCR", SCR, 0).wo(0x011f).on_write(),
            register("PUCR", 0x20, 0).rw(0xffff).array(7, 8),
            register("PDCR", 0x24, 0).rw(0xffff).array(7, 8),
            register("CR5", 0x80, 0x0100).rw(0x0100),
        ]
    } else {
        &[
            register("CR1", CR1, 0x0200).rw(0x4707).on_write(),
            register("CR2", 0x04, 0).rw(0x06ff).unmodelled(0x00f1),
            register("CR3", 0x08, 0x8000).rw(0x851f),
            register("CR4", 0x0c, 0).rw(0x031f),
            register("SR1", SR1, 0),
            register("SR2", SR2, 0),
            register("SCR", SCR, 0).wo(0x011f).on_write(),
            register("PUCR", 0x20, 0).rw(0xffff).array(8, 8),
            register("PDCR", 0x24, 0).rw(0xffff).array(8, 8),
        ]
    };

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == SCR {
            cx.put(SR1, written.value, false);
        } else {
            // VOSF, "the voltage is being changed", is never seen.
            let is_low_power = cx.has(CR1, LPR);
            cx.put(SR2, REGLPF, is_low_power);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn f1() {
        let mut pwr = Bench::<F1>::default();
        assert_eq!(pwr.differs_after_reset(), []);
        pwr.write(CR, 0x010c);
        assert_eq!(pwr.read(CR), 0x0100, "CWUF and CSBF read as 0");
        assert_eq!(pwr.take_mistakes(), [] as [String; 0]);
        pwr.write(CR, 0x0102);
        assert_eq!(pwr.take_mistakes().len(), 1, "standby is not modelled");
    }

    #[test]
    fn f4_regulators_are_ready_at_once() {
        let mut pwr = Bench::<F4>::default();
        assert_eq!(pwr.differs_after_reset(), []);
        pwr.write(CR, 0x0001_c000);
        assert_eq!(pwr.read(CSR), 0x0001_4000);
        pwr.write(CR, 0x0003_c100);
        pwr.write(CSR, BRE);
        assert_eq!(pwr.read(CSR), 0x0003_4208);
        assert_eq!(pwr.read(CR), 0x0003_c100);
    }

    #[test]
    fn l4_reads_back() {
        let mut pwr = Bench::<L4>::default();
        assert_eq!(pwr.differs_after_reset(), []);
        pwr.write(CR1, 0x4400);
        assert_eq!((pwr.read(CR1), pwr.read(SR2)), (0x4400, REGLPF));
        pwr.write(CR1, 0x0200);
        assert_eq!(pwr.read(SR2), 0);
        pwr.write(0x38, 0xffff);
        assert_eq!((pwr.read(0x38), pwr.read(0x3c)), (0xffff, 0));
    }

    #[test]
    fn g4_has_a_boost_mode() {
        let mut pwr = Bench::<G4>::default();
        assert_eq!(pwr.differs_after_reset(), []);
        pwr.write(0x80, 0);
        assert_eq!((pwr.read(0x80), pwr.take_mistakes()), (0, vec![]));
    }
}
