// SPDX-License-Identifier: GPL-2.0-or-later
//! DWT of an Armv7-M or Armv8-M CPU (Arm DDI 0403E, C1.8), which QEMU's CPUs lack: its counter of cycles, by which firmware waits.
//!
//! It counts the cycles of the clock `clk`, asleep or not.
//!
//! **Limits:** comparators, sampling and the counters of what instructions cost are stored, and do nothing. DEMCR.TRCENA is not asked: it counts
//! without, too.

use device::{Context, Device, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CTRL: u32 = 0x000;
const CYCCNT: u32 = 0x004;
const CYCCNTENA: u32 = 1 << 0;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Dwt {
    /// What it had counted at `since_ns`, and what of a cycle had passed then, in 1 / 10^9.
    count: u64,
    rest: u64,
    since_ns: u64,
    /// The frequency that it counts since then; 0 while it stands.
    hz: u64,
}

const fn stored(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).rw(u32::MAX)
}

impl Device for Dwt {
    const NAME: &'static str = "armv7m-dwt";
    const BLOCK: &'static str = "DWT";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        // Four comparators.
        Register::new("CTRL", CTRL, 0x4000_0000).rw(0x007f_1fff).on_write(),
        Register::new("CYCCNT", CYCCNT, 0).rw(u32::MAX).on_read().on_write(),
        stored("CPICNT", 0x008),
        stored("EXCCNT", 0x00c),
        stored("SLEEPCNT", 0x010),
        stored("LSUCNT", 0x014),
        stored("FOLDCNT", 0x018),
        Register::new("PCSR", 0x01c, 0),
        stored("COMP", 0x020).array(4, 16),
        stored("MASK", 0x024).array(4, 16),
        stored("FUNCTION", 0x028).unmodelled(0xf).array(4, 16),
        // The lock of some of them: it is open.
        Register::new("LAR", 0xfb0, 0).wo(u32::MAX),
        Register::new("LSR", 0xfb4, 0).width(Width::WORD),
    ];
    const CLOCKS: &'static [&'static str] = &["clk"];

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        self.catch_up(cx);
        self.count as u32
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        self.catch_up(cx);
        if at.offset == CYCCNT {
            (self.count, self.rest) = (written.value.into(), 0);
        }
        self.hz = if cx.has(CTRL, CYCCNTENA) { cx.clock_hz(0) } else { 0 };
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        self.catch_up(cx);
        self.hz = if cx.has(CTRL, CYCCNTENA) { cx.clock_hz(0) } else { 0 };
    }
}

impl Dwt {
    fn catch_up(&mut self, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        let parts = u128::from(now_ns - self.since_ns) * u128::from(self.hz) + u128::from(self.rest);
        self.count = self.count.wrapping_add((parts / 1_000_000_000) as u64);
        self.rest = (parts % 1_000_000_000) as u64;
        self.since_ns = now_ns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn counts_cycles_while_it_is_on() {
        let mut dwt = Bench::<Dwt>::new(&[72_000_000], &[]);
        assert_eq!(dwt.differs_after_reset(), []);
        dwt.advance_ns(1_000);
        assert_eq!(dwt.read(CYCCNT), 0);
        dwt.write(CTRL, CYCCNTENA);
        dwt.advance_ns(1_000);
        assert_eq!(dwt.read(CYCCNT), 72);
        // Looking often loses nothing: 14 ns are a little more than a cycle.
        for _ in 0..1_000 {
            dwt.advance_ns(14);
            dwt.read(CYCCNT);
        }
        assert_eq!(dwt.read(CYCCNT), 72 + 1_008);
        dwt.set_clock(0, 8_000_000);
        dwt.save_and_restore();
        dwt.advance_ns(1_000);
        assert_eq!(dwt.read(CYCCNT), 72 + 1_008 + 8);
        dwt.write(CYCCNT, u32::MAX);
        dwt.advance_ns(250);
        assert_eq!(dwt.read(CYCCNT), 1, "it begins anew");
        dwt.write(CTRL, 0);
        dwt.advance_ns(1_000);
        assert_eq!(dwt.read(CYCCNT), 1);
        assert_eq!(dwt.take_mistakes(), [] as [String; 0]);
    }
}
