// SPDX-License-Identifier: GPL-2.0-or-later
//! TEMP (nRF51 RM, section 20; nRF52840 PS, section 6.28): it measures what its property `quarters` says, in quarters of a degree.
//!
//! **Limits:** the slopes, offsets and ends of the calibration are registers, and change nothing.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const START: u32 = 0x000;
const STOP: u32 = 0x004;
const DATARDY: u32 = 0x100;
const VALUE: u32 = 0x508;
/// nRF52840 PS, 6.28.2.
const MEASURE_NS: u64 = 36_000;

/// Registers of the calibration, of which an nRF51 has none: slopes, offsets and ends.
const fn slope(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).rw(0xfff)
}

const fn offset(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).rw(0x3fff)
}

const fn end(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).rw(0xff)
}

/// The thermometer.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Temp {}

impl Device for Temp {
    const NAME: &'static str = "nrf-temp";
    const BLOCK: &'static str = "TEMP";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_START", START),
        task("TASKS_STOP", STOP),
        event("EVENTS_DATARDY", DATARDY),
        intenset(1),
        intenclr(1),
        Register::new("TEMP", VALUE, 0),
        slope("A0", 0x520, 0x326),
        slope("A1", 0x524, 0x348),
        slope("A2", 0x528, 0x3aa),
        slope("A3", 0x52c, 0x40e),
        slope("A4", 0x530, 0x4bd),
        slope("A5", 0x534, 0x5a3),
        offset("B0", 0x540, 0x3fef),
        offset("B1", 0x544, 0x3fbe),
        offset("B2", 0x548, 0x3fbe),
        offset("B3", 0x54c, 0x12),
        offset("B4", 0x550, 0x124),
        offset("B5", 0x554, 0x27c),
        end("T0", 0x560, 0xe2),
        end("T1", 0x564, 0x0),
        end("T2", 0x568, 0x19),
        end("T3", 0x56c, 0x3c),
        end("T4", 0x570, 0x50),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    /// Of quarters of a degree Celsius: 20 degrees.
    const PROPERTIES: &'static [Property] = &[Property { name: "quarters", default: 80 }];
    const TIMERS: usize = 1;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            START if written.value & 1 != 0 => cx.arm(0, cx.now_ns() + MEASURE_NS),
            STOP if written.value & 1 != 0 => cx.cancel(0),
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        let quarters = cx.property(0) as u32;
        cx.set(VALUE, quarters);
        happen(DATARDY, cx);
        drive::<Self>(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn twenty_degrees() {
        let mut temp = Bench::<Temp>::default();
        assert_eq!(temp.differs_after_reset(), []);
        temp.write(START, 1);
        temp.advance_ns(MEASURE_NS);
        assert_eq!((temp.read(DATARDY), temp.read(VALUE)), (1, 80));
    }
}
