// SPDX-License-Identifier: GPL-2.0-or-later
//! SCG, the system clock generator, and PCC, the gates and selectors of the peripherals' clocks (S32K1xx Reference Manual, chapters
//! "System Clock Generator" and "Peripheral Clock Controller"). They lie side by side, and PCC chooses among what SCG makes: one device. By
//! the lines `gated` PCC tells peripherals whose gate is closed; an access to them is a bus fault.
//!
//! **Limits:** an oscillator is valid as soon as it is enabled, and the PLL has locked; SOSC is so only if the board has a crystal. Monitors
//! (CM, CMRE) find no fault. CLKOUT is not led out. LPO is exact.

mod pcc;
mod scg;

use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

/// The clocks that it makes. Those from `lpuart0` on are PCC's.
const OUTPUTS: &[&str] = &[
    "core", "bus", "slow", "systick", "lpo128k", "lpo32k", "lpo1k", "sosc", "sirc", "firc", "spll",
    "soscdiv1", "soscdiv2", "sircdiv1", "sircdiv2", "fircdiv1", "fircdiv2", "splldiv1", "splldiv2",
    "lpuart0", "lpuart1", "lpuart2", "lpit0", "lptmr0", "ftm0", "ftm1", "ftm2", "ftm3",
];
// Places in it.
const CORE: usize = 0;
const LPO_128K: usize = 4;
const SOURCE: usize = 7;
const DIVIDED: usize = 11;
const FIRST_OF_PCC: usize = 19;

/// From SMC: what the power mode is.
const HSRUN: usize = 0;
const VLPR: usize = 1;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Clock {}

impl Device for Clock {
    const NAME: &'static str = "s32k1-clock";
    const BLOCK: &'static str = "SCG";
    const SIZE: u32 = 0x2000;
    const REGISTERS: &'static [Register] = &{
        let (scg, pcc) = (scg::REGISTERS, pcc::REGISTERS);
        let mut all = [scg[0]; scg::REGISTERS.len() + pcc::REGISTERS.len()];
        let mut n = 0;
        while n < all.len() {
            all[n] = if n < scg.len() { scg[n] } else { pcc[n - scg.len()] };
            n += 1;
        }
        all
    };
    const INPUTS: &'static [Lines] = &[Lines { name: "hsrun", count: 1 }, Lines { name: "vlpr", count: 1 }];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "gated", count: pcc::PLACES }];
    const CLOCK_OUTPUTS: &'static [&'static str] = OUTPUTS;
    const PROPERTIES: &'static [Property] = &[Property { name: "sosc-hz", default: 8_000_000 }];

    fn reset(&mut self, cx: &mut Context<'_>) {
        update(cx);
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset < pcc::BASE {
            scg::write(at, written, cx);
        } else {
            pcc::write(at, written, cx);
        }
        update(cx);
    }

    fn input(&mut self, _group: usize, _index: usize, _level: bool, cx: &mut Context<'_>) {
        update(cx);
    }
}

/// All clocks, as the registers have them now.
fn update(cx: &mut Context<'_>) {
    let divided = scg::update(cx);
    pcc::update(cx, divided);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn clocks_after_reset() {
        let mut clock = Bench::<Clock>::default();
        assert_eq!(clock.differs_after_reset(), []);
        let check = |name: &str, hz: u64| assert_eq!(clock.clock_output_hz(name), hz, "{name}");
        check("core", 48_000_000);
        check("bus", 48_000_000);
        check("slow", 24_000_000);
        check("sirc", 8_000_000);
        check("lpo128k", 128_000);
        check("fircdiv2", 0);
        check("lpuart1", 0);
    }
}
