// SPDX-License-Identifier: GPL-2.0-or-later
//! EGU, events that software makes: nRF52840 (PS, section 6.7).

use crate::block::{EVENT_LINES, drive, event, happen_at, inten, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const TRIGGER: u32 = 0x000;
const TRIGGERED: u32 = 0x100;
const BITS: u32 = 0xffff;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Egu {}

impl Device for Egu {
    const NAME: &'static str = "nrf-egu";
    const BLOCK: &'static str = "EGU";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_TRIGGER", TRIGGER).array(16, 4),
        event("EVENTS_TRIGGERED", TRIGGERED).array(16, 4),
        inten(BITS),
        intenset(BITS),
        intenclr(BITS),
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == TRIGGER && written.value & 1 != 0 {
            happen_at(TRIGGERED, at.index, cx);
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
    fn triggers() {
        let mut egu = Bench::<Egu>::default();
        assert_eq!(egu.differs_after_reset(), []);
        egu.write(0x300, 1 << 5);
        assert_eq!((egu.read(0x304), egu.read(0x308)), (1 << 5, 1 << 5));
        egu.write(TRIGGER + 4 * 4, 1);
        assert!(!egu.irq(0));
        egu.write(TRIGGER + 4 * 5, 1);
        assert_eq!((egu.irq(0), egu.read(TRIGGERED + 4 * 5)), (true, 1));
        egu.write(TRIGGERED + 4 * 5, 0);
        assert_eq!((egu.irq(0), egu.take_mistakes()), (false, vec![]));
    }
}
