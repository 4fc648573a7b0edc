// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIOTE: nRF51 (RM, section 15) and nRF52840 (PS, section 6.10): events of pins, whose levels are the lines `port0` and `port1`.
//!
//! **Limits:** task mode drives no pins, and is reported. There is no PORT event.

use crate::block::{POWER, drive, event, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const OUT: u32 = 0x000;
const SET: u32 = 0x030;
const CLR: u32 = 0x060;
const IN: u32 = 0x100;
const PORT: u32 = 0x17c;
const CONFIG: u32 = 0x510;

const CHANNELS: usize = 8;
const BITS: u32 = 0x8000_00ff;
const MODE_EVENT: u32 = 1;
const MODE_TASK: u32 = 3;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gpiote {}

impl Device for Gpiote {
    const NAME: &'static str = "nrf-gpiote";
    const BLOCK: &'static str = "GPIOTE";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_OUT", OUT).array(8, 4),
        task("TASKS_SET", SET).array(8, 4),
        task("TASKS_CLR", CLR).array(8, 4),
        event("EVENTS_IN", IN).array(8, 4),
        event("EVENTS_PORT", PORT),
        intenset(BITS),
        intenclr(BITS),
        Register::new("CONFIG", CONFIG, 0).rw(0x0013_3f03).array(8, 4).on_write(),
        // Anomaly 31 of nRF51822 (PAN v3.0): start-up code writes this one, which has no name.
        Register::new("ANOMALY31", 0xc18, 0).rw(u32::MAX),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const INPUTS: &'static [Lines] =
        &[Lines { name: "port0", count: 32 }, Lines { name: "port1", count: 32 }];

    fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
        if at.offset == CONFIG && cx.get_at(CONFIG, at.index) & 3 == MODE_TASK {
            cx.report("a channel of GPIOTE is in task mode: it drives no pin");
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn input(&mut self, port: usize, pin: usize, level: bool, cx: &mut Context<'_>) {
        for channel in 0..CHANNELS {
            let config = cx.get_at(CONFIG, channel);
            // PSEL with PORT, from bit 8 on; POLARITY: 1 rises, 2 falls, 3 both.
            let is_meant = config & 3 == MODE_EVENT && config >> 8 & 0x3f == (port * 32 + pin) as u32;
            let polarity = config >> 16 & 3;
            if is_meant && polarity & if level { 1 } else { 2 } != 0 {
                cx.set_at(IN, channel, 1);
            }
        }
        drive::<Self>(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn edges() {
        let mut gpiote = Bench::<Gpiote>::default();
        assert_eq!(gpiote.differs_after_reset(), []);
        gpiote.write(CONFIG + 4, MODE_EVENT | 17 << 8 | 2 << 16);
        gpiote.write(0x304, 1 << 1);
        gpiote.set_input("port1", 17, true);
        gpiote.set_input("port1", 17, false);
        gpiote.set_input("port0", 17, true);
        assert!(!gpiote.irq(0));
        gpiote.set_input("port0", 17, false);
        assert_eq!((gpiote.irq(0), gpiote.read(IN + 4)), (true, 1));
        gpiote.write(IN + 4, 0);
        assert!(!gpiote.irq(0));
        assert_eq!(gpiote.take_mistakes(), [] as [String; 0]);
    }
}
