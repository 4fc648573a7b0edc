// SPDX-License-Identifier: GPL-2.0-or-later
//! PPI, from events to tasks: nRF51 (RM, section 16) and nRF52840 (PS, section 6.16).
//!
//! **Limits:** it sees no events and starts no tasks: a channel that is enabled is reported.

use crate::block::{join, task};
use device::{Context, Device, Place, Register, Written};
use serde::{Deserialize, Serialize};

const CHEN: u32 = 0x500;
const CHENSET: u32 = 0x504;
const CHENCLR: u32 = 0x508;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ppi {}

impl Device for Ppi {
    const NAME: &'static str = "nrf-ppi";
    const BLOCK: &'static str = "PPI";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_CHG", 0x000).array(12, 4),
        Register::new("CHEN", CHEN, 0).rw(u32::MAX).on_write(),
        Register::new("CHENSET", CHENSET, 0).rs(u32::MAX).on_write(),
        Register::new("CHENCLR", CHENCLR, 0).rc_w1(u32::MAX).on_write(),
        Register::new("CH.EEP", 0x510, 0).rw(u32::MAX).array(20, 8),
        Register::new("CH.TEP", 0x514, 0).rw(u32::MAX).array(20, 8),
        Register::new("CHG", 0x800, 0).rw(u32::MAX).array(6, 4),
        Register::new("FORK.TEP", 0x910, 0).rw(u32::MAX).array(32, 4),
    ];

    fn write(&mut self, at: Place, _written: Written, cx: &mut Context<'_>) {
        join(at, &[CHEN, CHENSET, CHENCLR], cx);
        if cx.get(CHEN) != 0 {
            cx.report("a channel of PPI is enabled: its event starts no task");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn channels_are_told() {
        let mut ppi = Bench::<Ppi>::default();
        assert_eq!(ppi.differs_after_reset(), []);
        ppi.write(CHENSET, 6);
        ppi.write(CHENCLR, 2);
        assert_eq!((ppi.read(CHEN), ppi.take_mistakes().len()), (4, 1));
    }
}
