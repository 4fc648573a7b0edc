// SPDX-License-Identifier: GPL-2.0-or-later
//! TWI (nRF51 RM, section 28; nRF52840 PS, section 6.31).
//!
//! **Limits:** it is a bus with nobody on it: each address is not acknowledged.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const STARTRX: u32 = 0x000;
const STARTTX: u32 = 0x008;
const STOP: u32 = 0x014;
const STOPPED: u32 = 0x104;
const ERROR: u32 = 0x124;
const ERRORSRC: u32 = 0x4c4;
const ENABLE: u32 = 0x500;
const ANACK: u32 = 1 << 1;
const BITS: u32 = 0x0004_4286;

/// The two-wire interface.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Twi {}

impl Device for Twi {
    const NAME: &'static str = "nrf-twi";
    const BLOCK: &'static str = "TWI";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_STARTRX", STARTRX),
        task("TASKS_STARTTX", STARTTX),
        task("TASKS_STOP", STOP),
        task("TASKS_SUSPEND", 0x01c),
        task("TASKS_RESUME", 0x020),
        event("EVENTS_STOPPED", STOPPED),
        event("EVENTS_RXDREADY", 0x108),
        event("EVENTS_TXDSENT", 0x11c),
        event("EVENTS_ERROR", ERROR),
        event("EVENTS_BB", 0x138),
        event("EVENTS_SUSPENDED", 0x148),
        Register::new("SHORTS", 0x200, 0).rw(0x3),
        intenset(BITS),
        intenclr(BITS),
        Register::new("ERRORSRC", ERRORSRC, 0).rc_w1(0x7),
        Register::new("ENABLE", ENABLE, 0).rw(0xf),
        Register::new("PSEL", 0x508, u32::MAX).rw(u32::MAX).array(2, 4),
        Register::new("RXD", 0x518, 0),
        Register::new("TXD", 0x51c, 0).rw(0xff),
        Register::new("FREQUENCY", 0x524, 0x0400_0000).rw(u32::MAX),
        Register::new("ADDRESS", 0x588, 0).rw(0x7f),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let is_on = written.value & 1 != 0;
        match at.offset {
            STARTRX | STARTTX if is_on => {
                cx.put(ERRORSRC, ANACK, true);
                happen(ERROR, cx);
            }
            STOP if is_on => happen(STOPPED, cx),
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn nobody_acknowledges() {
        let mut twi = Bench::<Twi>::default();
        assert_eq!(twi.differs_after_reset(), []);
        twi.write(0x304, 1 << 9);
        twi.write(STARTTX, 1);
        assert_eq!((twi.read(ERRORSRC), twi.irq(0)), (ANACK, true));
    }
}
