// SPDX-License-Identifier: GPL-2.0-or-later
//! PPI, from events to tasks: nRF51 (RM, section 16) and nRF52840 (PS, section 6.16).
//!
//! Lines: `events` are those of all blocks, 32 for each, by the number that is in a block's address; `listens` tells a block that
//! some channel waits for an event of it. A task begins one cycle of 16 MHz after its event (PS, 6.16).
//!
//! **Limits:** the fixed channels to CCM and AAR lead to what has no model.

use crate::block::{join, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const TASKS_CHG: u32 = 0x000;
const CHEN: u32 = 0x500;
const CHENSET: u32 = 0x504;
const CHENCLR: u32 = 0x508;
const EEP: u32 = 0x510;
const TEP: u32 = 0x514;
const CHG: u32 = 0x800;
const FORK_TEP: u32 = 0x910;

/// Channels whose ends are registers.
const CHANNELS: usize = 20;
/// Channels whose ends are fixed, with those (PS, 6.16.1).
const FIXED: [(usize, u32, u32); 12] = [
    // COMPARE[0] and [1] of TIMER0 to TXEN, RXEN and DISABLE of RADIO.
    (20, 0x4000_8140, 0x4000_1000),
    (21, 0x4000_8140, 0x4000_1004),
    (22, 0x4000_8144, 0x4000_1010),
    // BCMATCH, READY and ADDRESS of RADIO to START of AAR, KSGEN and CRYPT of CCM.
    (23, 0x4000_1128, 0x4000_f000),
    (24, 0x4000_1100, 0x4000_f000),
    (25, 0x4000_1104, 0x4000_f004),
    // ADDRESS and END of RADIO to CAPTURE[1] and [2] of TIMER0.
    (26, 0x4000_1104, 0x4000_8044),
    (27, 0x4000_110c, 0x4000_8048),
    // COMPARE[0] of RTC0 to TXEN and RXEN of RADIO, CLEAR and START of TIMER0.
    (28, 0x4000_b140, 0x4000_1000),
    (29, 0x4000_b140, 0x4000_1004),
    (30, 0x4000_b140, 0x4000_800c),
    (31, 0x4000_b140, 0x4000_8000),
];

const BLOCKS: usize = 64;
const FIRST_BLOCK: u32 = 0x4000_0000;
/// A cycle of 16 MHz, rounded up.
const DELAY_NS: u64 = 63;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ppi {
    /// Tasks that begin then.
    begins: VecDeque<(u64, u32)>,
}

impl Device for Ppi {
    const NAME: &'static str = "nrf-ppi";
    const BLOCK: &'static str = "PPI";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_CHG", TASKS_CHG).array(12, 4),
        Register::new("CHEN", CHEN, 0).rw(u32::MAX).on_write(),
        Register::new("CHENSET", CHENSET, 0).rs(u32::MAX).on_write(),
        Register::new("CHENCLR", CHENCLR, 0).rc_w1(u32::MAX).on_write(),
        Register::new("CH.EEP", EEP, 0).rw(u32::MAX).array(20, 8).on_write(),
        Register::new("CH.TEP", TEP, 0).rw(u32::MAX).array(20, 8),
        Register::new("CHG", CHG, 0).rw(u32::MAX).array(6, 4),
        Register::new("FORK.TEP", FORK_TEP, 0).rw(u32::MAX).array(32, 4),
    ];
    const INPUTS: &'static [Lines] = &[Lines { name: "events", count: BLOCKS * 32 }];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "listens", count: BLOCKS }];
    const TIMERS: usize = 1;
    const HAS_DMA: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == TASKS_CHG && written.value & 1 != 0 {
            // EN and DIS of each group.
            let (group, is_enabling) = (at.index / 2, at.index.is_multiple_of(2));
            let channels = cx.get_at(CHG, group);
            cx.put(CHEN, channels, is_enabling);
            join(Place { offset: CHEN, index: 0 }, &[CHEN, CHENSET, CHENCLR], cx);
        }
        join(at, &[CHEN, CHENSET, CHENCLR], cx);
        listen(cx);
    }

    fn input(&mut self, _group: usize, line: usize, level: bool, cx: &mut Context<'_>) {
        if !level {
            return;
        }
        let event = FIRST_BLOCK + ((line as u32 / 32) << 12) + 0x100 + line as u32 % 32 * 4;
        let begins_ns = cx.now_ns() + DELAY_NS;
        for (channel, _, task) in enabled(cx).into_iter().filter(|(_, from, _)| *from == event) {
            let fork = cx.get_at(FORK_TEP, channel);
            self.begins.extend([task, fork].iter().filter(|task| **task != 0).map(|task| (begins_ns, *task)));
        }
        self.settle(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        while let Some((_, task)) = self.begins.pop_front_if(|(begins_ns, _)| *begins_ns <= due_ns) {
            cx.store_word(task.into(), 1);
        }
        self.settle(cx);
    }
}

impl Ppi {
    fn settle(&self, cx: &mut Context<'_>) {
        if let Some((begins_ns, _)) = self.begins.front() {
            cx.arm(0, *begins_ns);
        }
    }
}

/// The channels that are enabled, with their ends.
fn enabled(cx: &mut Context<'_>) -> Vec<(usize, u32, u32)> {
    let own = (0..CHANNELS).map(|channel| (channel, cx.get_at(EEP, channel), cx.get_at(TEP, channel)));
    let all: Vec<_> = own.collect();
    let enabled = cx.get(CHEN);
    all.into_iter().chain(FIXED).filter(|(channel, ..)| enabled & 1 << channel != 0).collect()
}

/// Tells each block whether a channel waits for an event of it.
fn listen(cx: &mut Context<'_>) {
    let blocks = enabled(cx).iter().fold(0u64, |blocks, (_, event, _)| blocks | 1 << (event >> 12 & 0x3f));
    for block in 0..BLOCKS {
        cx.output(0, block, blocks >> block & 1 != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    const TIMER0_COMPARE1: u32 = 0x4000_8144;
    /// Its line: block 8, event 17.
    const LINE: usize = 8 * 32 + 17;

    fn pulse(ppi: &mut Bench<Ppi>, line: usize) {
        ppi.set_input("events", line, true);
        ppi.set_input("events", line, false);
    }

    fn joined() -> Bench<Ppi> {
        let mut ppi = Bench::<Ppi>::default();
        assert_eq!(ppi.differs_after_reset(), []);
        ppi.write(EEP + 8 * 3, TIMER0_COMPARE1);
        ppi.write(TEP + 8 * 3, 0x4000_6000);
        ppi
    }

    #[test]
    fn an_event_begins_a_task_and_a_fork() {
        let mut ppi = joined();
        pulse(&mut ppi, LINE);
        ppi.advance_ns(100);
        assert_eq!((ppi.take_stores(), ppi.output("listens", 8)), (vec![], false), "it is not enabled");
        ppi.write(CHENSET, 1 << 3);
        ppi.write(FORK_TEP + 4 * 3, 0x4000_900c);
        assert_eq!((ppi.read(CHEN), ppi.output("listens", 8)), (1 << 3, true));
        pulse(&mut ppi, LINE + 1);
        pulse(&mut ppi, LINE);
        ppi.save_and_restore();
        ppi.advance_ns(DELAY_NS - 1);
        assert_eq!(ppi.take_stores(), []);
        ppi.advance_ns(1);
        assert_eq!(ppi.take_stores(), [(163, 0x4000_6000, 1), (163, 0x4000_900c, 1)]);
        ppi.write(CHENCLR, 1 << 3);
        assert!(!ppi.output("listens", 8));
        assert_eq!(ppi.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn groups() {
        let mut ppi = joined();
        ppi.write(CHG + 4, 0b1001);
        ppi.write(TASKS_CHG + 8, 1);
        assert_eq!((ppi.read(CHEN), ppi.read(CHENSET), ppi.output("listens", 8)), (9, 9, true));
        ppi.write(TASKS_CHG + 12, 1);
        assert_eq!((ppi.read(CHEN), ppi.output("listens", 8)), (0, false));
    }

    #[test]
    fn fixed_channels() {
        let mut ppi = Bench::<Ppi>::default();
        ppi.write(CHEN, 1 << 31);
        // COMPARE[0] of RTC0.
        pulse(&mut ppi, 11 * 32 + 16);
        ppi.advance_ns(100);
        assert_eq!(ppi.take_stores(), [(63, 0x4000_8000, 1)]);
        ppi.write(CHEN, 1 << 20);
        // COMPARE[0] of TIMER0.
        pulse(&mut ppi, 8 * 32 + 16);
        ppi.advance_ns(100);
        assert_eq!((ppi.take_stores(), ppi.take_mistakes()), (vec![(163, 0x4000_1000, 1)], vec![]));
    }
}
