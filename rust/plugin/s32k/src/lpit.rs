// SPDX-License-Identifier: GPL-2.0-or-later
//! LPIT, four timers that count down (S32K1xx Reference Manual, chapter "Low Power Interrupt Timer"). They run by the clock `clk`, which PCC
//! chooses, while MCR.M_CEN is set.
//!
//! **Limits:** mode 0, one counter of 32 bits a channel: other modes, chains and triggers are reported. It goes on in doze and debug mode.

use crate::GATED;
use crate::ticks::Ticks;
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const MCR: u32 = 0x08;
const MSR: u32 = 0x0c;
const MIER: u32 = 0x10;
const SETTEN: u32 = 0x14;
const CLRTEN: u32 = 0x18;
const TVAL: u32 = 0x20;
const CVAL: u32 = 0x24;
const TCTRL: u32 = 0x28;

const CHANNELS: usize = 4;
/// From a channel's registers to the next one's.
const STRIDE: u32 = 0x10;

const M_CEN: u32 = 1 << 0;
const SW_RST: u32 = 1 << 1;
// TCTRL.
const T_EN: u32 = 1 << 0;
const TSOI: u32 = 1 << 17;

/// The device: for each channel that counts, how far it is, and what it counts down from.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lpit {
    channels: [Option<(Ticks, u32)>; CHANNELS],
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

const fn channel(name: &'static str, offset: u32, reset: u32) -> Register {
    register(name, offset, reset).array(CHANNELS as u32, STRIDE)
}

impl Device for Lpit {
    const NAME: &'static str = "s32k1-lpit";
    const BLOCK: &'static str = "LPIT";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("VERID", 0x00, 0x0100_0000),
        register("PARAM", 0x04, 0x0000_0404),
        register("MCR", MCR, 0).rw(0xf).on_write(),
        register("MSR", MSR, 0).rc_w1(0xf).on_write(),
        register("MIER", MIER, 0).rw(0xf).on_write(),
        register("SETTEN", SETTEN, 0).wo(0xf).on_read().on_write(),
        register("CLRTEN", CLRTEN, 0).wo(0xf).on_write(),
        channel("TVAL", TVAL, 0).rw(u32::MAX),
        channel("CVAL", CVAL, u32::MAX).on_read(),
        channel("TCTRL", TCTRL, 0).rw(0x0f87_000f).unmodelled(0x0f85_000e).on_write(),
    ];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    const IRQS: &'static [&'static str] = &["ch0", "ch1", "ch2", "ch3"];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const TIMERS: usize = CHANNELS;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        if at.offset == SETTEN {
            return (0..CHANNELS).fold(0, |bits, n| bits | (cx.get_at(TCTRL, n) & T_EN) << n);
        }
        match self.channels[at.index] {
            Some((ticks, from)) => from.saturating_sub(ticks.count(cx.now_ns()) as u32),
            None => u32::MAX,
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            MCR if cx.has(MCR, SW_RST) => {
                for register in Self::REGISTERS.iter().filter(|register| register.offset() != MCR) {
                    for index in 0..register.count() as usize {
                        cx.set_at(register.offset(), index, register.reset());
                    }
                }
            }
            SETTEN | CLRTEN => {
                for n in (0..CHANNELS).filter(|n| written.value >> n & 1 != 0) {
                    let value = cx.get_at(TCTRL, n) & !T_EN;
                    cx.set_at(TCTRL, n, value | if at.offset == SETTEN { T_EN } else { 0 });
                }
            }
            _ => {}
        }
        for n in 0..CHANNELS {
            let runs = cx.has(MCR, M_CEN) && cx.get_at(TCTRL, n) & T_EN != 0;
            if runs != self.channels[n].is_some() {
                self.channels[n] = None;
                cx.cancel(n);
                if runs {
                    self.load(n, cx.now_ns(), cx);
                }
            }
        }
        drive(cx);
    }

    fn timer(&mut self, n: usize, due_ns: u64, cx: &mut Context<'_>) {
        cx.put(MSR, 1 << n, true);
        // With TSOI it stands until it is switched off and on.
        if cx.get_at(TCTRL, n) & TSOI == 0 {
            self.load(n, due_ns, cx);
        }
        drive(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        let (hz, now_ns) = (cx.clock_hz(0), cx.now_ns());
        for n in 0..CHANNELS {
            if let Some((ticks, _)) = &mut self.channels[n] {
                ticks.set_pace(hz, 1, now_ns);
            }
            self.arm(n, cx);
        }
    }
}

impl Lpit {
    /// Begins to count down from TVAL.
    fn load(&mut self, n: usize, now_ns: u64, cx: &mut Context<'_>) {
        self.channels[n] = Some((Ticks::new(cx.clock_hz(0), 1, now_ns), cx.get_at(TVAL, n)));
        self.arm(n, cx);
    }

    fn arm(&self, n: usize, cx: &mut Context<'_>) {
        let due_ns = self.channels[n].and_then(|(ticks, from)| ticks.reaches_ns(u64::from(from) + 1));
        match due_ns {
            Some(due_ns) => cx.arm(n, due_ns),
            None => cx.cancel(n),
        }
    }
}

fn drive(cx: &mut Context<'_>) {
    let pending = cx.get(MSR) & cx.get(MIER);
    for n in 0..CHANNELS {
        cx.irq(n, pending >> n & 1 != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// 40 MHz: a count has 25 ns.
    fn on() -> Bench<Lpit> {
        let mut lpit = Bench::<Lpit>::new(&[40_000_000], &[]);
        assert_eq!(lpit.differs_after_reset(), []);
        lpit.write(MCR, M_CEN);
        lpit
    }

    #[test]
    fn periods_do_not_drift() {
        let mut lpit = on();
        lpit.write(MIER, 1);
        lpit.write(TVAL, 39_999);
        lpit.write(TCTRL, T_EN);
        for _ in 0..1000 {
            lpit.advance_ns(1_000_000);
            lpit.write(MSR, 1);
        }
        let edges = lpit.take_irq_edges();
        assert_eq!(edges.iter().filter(|(.., level)| *level).count(), 1000);
        assert_eq!(edges[1998], (1_000_000_000, 0, true));
        assert_eq!(lpit.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn counts_down_and_takes_a_new_value_at_the_end() {
        let mut lpit = on();
        lpit.write(TVAL + STRIDE, 999);
        lpit.write(SETTEN, 2);
        assert_eq!((lpit.read(CVAL), lpit.read(SETTEN)), (u32::MAX, 2));
        lpit.advance_ns(2_500);
        assert_eq!(lpit.read(CVAL + STRIDE), 899);
        lpit.write(TVAL + STRIDE, 9);
        lpit.save_and_restore();
        lpit.advance_ns(22_500);
        assert_eq!((lpit.read(MSR), lpit.read(CVAL + STRIDE)), (2, 9));
        lpit.write(MSR, 2);
        lpit.advance_ns(250);
        assert_eq!(lpit.read(MSR), 2);
        lpit.write(CLRTEN, 2);
        lpit.write(MSR, 2);
        lpit.advance_ns(1_000_000);
        assert_eq!(lpit.read(MSR), 0);
    }

    #[test]
    fn stops_by_its_clock_and_by_itself() {
        let mut lpit = on();
        lpit.write(TVAL, 99);
        lpit.write(TCTRL, T_EN | TSOI);
        lpit.advance_ns(1_250);
        lpit.set_clock(0, 0);
        lpit.advance_ns(1_000_000);
        assert_eq!((lpit.read(CVAL), lpit.read(MSR)), (49, 0));
        lpit.set_clock(0, 80_000_000);
        lpit.advance_ns(625);
        assert_eq!(lpit.read(MSR), 1);
        lpit.write(MSR, 1);
        lpit.advance_ns(1_000_000);
        assert_eq!(lpit.read(MSR), 0, "TSOI");
        lpit.write(MCR, SW_RST);
        assert_eq!((lpit.read(TVAL), lpit.read(TCTRL)), (0, 0));
    }
}
