// SPDX-License-Identifier: GPL-2.0-or-later
//! GPIOTE: nRF51 (RM, section 15) and nRF52840 (PS, section 6.10): events of pins, and tasks that drive them.
//!
//! Lines from the ports: `port0` and `port1` are the levels of the pins, `detect` is DETECT. To them: which pins it owns, and what
//! it drives those to.

use crate::block::{
    EVENT_LINES, POWER, drive, event, happen, happen_at, intenclr, intenset, join_enables, task,
};
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
// CONFIG.
const MODE: u32 = 3;
const MODE_EVENT: u32 = 1;
const MODE_TASK: u32 = 3;
const OUTINIT: u32 = 1 << 20;

/// The group of [`Gpiote::INPUTS`] behind those of the ports.
const DETECT: usize = 2;
/// The groups of [`Gpiote::OUTPUTS`] for each port.
const PORTS: [(usize, usize); 2] = [(1, 2), (3, 4)];

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Gpiote {
    /// What each channel in task mode drives its pin to.
    level: [bool; CHANNELS],
}

/// The pin that a channel is for, counted over both ports, and what its POLARITY is: 1 to high, 2 to low, 3 both.
fn pin_and_polarity(config: u32) -> (usize, u32) {
    ((config >> 8 & 0x3f) as usize, config >> 16 & 3)
}

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
    const INPUTS: &'static [Lines] = &[
        Lines { name: "port0", count: 32 },
        Lines { name: "port1", count: 32 },
        Lines { name: "detect", count: 2 },
    ];
    const OUTPUTS: &'static [Lines] = &[
        EVENT_LINES,
        Lines { name: "port0-owns", count: 32 },
        Lines { name: "port0-level", count: 32 },
        Lines { name: "port1-owns", count: 32 },
        Lines { name: "port1-level", count: 32 },
    ];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if matches!(at.offset, OUT | SET | CLR | CONFIG) {
            let config = cx.get_at(CONFIG, at.index);
            let is_on = written.value & 1 != 0 && config & MODE == MODE_TASK;
            let level = &mut self.level[at.index];
            match (at.offset, pin_and_polarity(config).1) {
                (CONFIG, _) => *level = config & OUTINIT != 0,
                (SET, _) | (OUT, 1) if is_on => *level = true,
                (CLR, _) | (OUT, 2) if is_on => *level = false,
                (OUT, 3) if is_on => *level = !*level,
                _ => {}
            }
            self.show(cx);
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn input(&mut self, group: usize, line: usize, level: bool, cx: &mut Context<'_>) {
        if group == DETECT {
            if level {
                happen(PORT, cx);
            }
        } else {
            for channel in 0..CHANNELS {
                let config = cx.get_at(CONFIG, channel);
                let (pin, polarity) = pin_and_polarity(config);
                let is_meant = config & MODE == MODE_EVENT && pin == group * 32 + line;
                if is_meant && polarity & if level { 1 } else { 2 } != 0 {
                    happen_at(IN, channel, cx);
                }
            }
        }
        drive::<Self>(cx);
    }
}

impl Gpiote {
    /// Drives the pins of the channels in task mode.
    fn show(&self, cx: &mut Context<'_>) {
        let (mut owns, mut levels) = (0u64, 0u64);
        for (channel, level) in self.level.iter().enumerate() {
            let config = cx.get_at(CONFIG, channel);
            if config & MODE == MODE_TASK {
                let (pin, _) = pin_and_polarity(config);
                owns |= 1 << pin;
                levels |= u64::from(*level) << pin;
            }
        }
        for pin in 0..64 {
            let (owned, level) = PORTS[pin / 32];
            cx.output(level, pin % 32, levels >> pin & 1 != 0);
            cx.output(owned, pin % 32, owns >> pin & 1 != 0);
        }
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
        gpiote.set_input("detect", 1, true);
        assert_eq!((gpiote.read(PORT), gpiote.take_mistakes()), (1, vec![]));
    }

    #[test]
    fn tasks_drive_a_pin() {
        let mut gpiote = Bench::<Gpiote>::default();
        gpiote.write(CONFIG + 8, MODE_TASK | 33 << 8 | 3 << 16 | OUTINIT);
        let pin = |gpiote: &Bench<Gpiote>| (gpiote.output("port1-owns", 1), gpiote.output("port1-level", 1));
        assert_eq!(pin(&gpiote), (true, true));
        gpiote.write(OUT + 8, 1);
        assert_eq!(pin(&gpiote), (true, false));
        gpiote.save_and_restore();
        gpiote.write(SET + 8, 1);
        gpiote.write(OUT + 12, 1);
        assert_eq!(pin(&gpiote), (true, true));
        gpiote.write(CLR + 8, 1);
        assert_eq!(pin(&gpiote), (true, false));
        gpiote.write(CONFIG + 8, MODE_TASK | 33 << 8 | 1 << 16);
        gpiote.write(OUT + 8, 1);
        gpiote.write(OUT + 8, 1);
        assert_eq!(pin(&gpiote), (true, true), "POLARITY: to high");
        gpiote.write(CONFIG + 8, 0);
        assert_eq!(pin(&gpiote), (false, false));
        assert_eq!(gpiote.take_mistakes(), [] as [String; 0]);
    }
}
