// SPDX-License-Identifier: GPL-2.0-or-later
//! WDOG, the watchdog, which runs after each reset (S32K1xx Reference Manual, chapter "Watchdog timer"). When it expires it pulls its line
//! `expired`, by which RCM knows the cause, and resets the microcontroller.
//!
//! Its registers can be written for 128 cycles of the bus clock after a reset, and after the unlock sequence. What was written counts
//! as soon as both CS and TOVAL were (and WIN, if CS.WIN is set).
//!
//! **Limits:** it counts in all power modes and while the CPU sleeps, whatever CS says; a configuration that would stop it then is reported. The
//! test modes are not modelled. The half-words of a sequence may be any time apart.

use crate::ticks::Ticks;
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CS: u32 = 0x0;
const CNT: u32 = 0x4;
const TOVAL: u32 = 0x8;
const WIN: u32 = 0xc;

// CS.
const WAIT: u32 = 1 << 1;
const UPDATE: u32 = 1 << 5;
const INT: u32 = 1 << 6;
const EN: u32 = 1 << 7;
const RCS: u32 = 1 << 10;
const ULK: u32 = 1 << 11;
const PRES: u32 = 1 << 12;
const CMD32EN: u32 = 1 << 13;
const FLG: u32 = 1 << 14;
const WINDOWED: u32 = 1 << 15;

// What CNT takes.
const UNLOCK: u32 = 0xd928_c520;
const REFRESH: u32 = 0xb480_a602;

/// Cycles of the bus clock in which it can be configured, and between an interrupt and its reset.
const WINDOW_CYCLES: u64 = 128;
/// The clock of the bus among [`Device::CLOCKS`], which are in the order of CS.CLK.
const BUS: usize = 0;

const EXPIRES: usize = 0;
const LOCKS: usize = 1;

/// A configuration: what its registers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Configuration {
    cs: u32,
    toval: u32,
    win: u32,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Wdog {
    /// The one that it works by.
    now: Configuration,
    count: Ticks,
    /// Which registers were written since it was unlocked: CS, TOVAL, WIN.
    written: [bool; 3],
    /// When it was unlocked.
    unlocked_ns: u64,
    /// The first half of a sequence of half-words.
    half: Option<u32>,
    /// The interrupt has been raised, the reset follows.
    has_expired: bool,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Wdog {
    const NAME: &'static str = "s32k1-wdog";
    const BLOCK: &'static str = "WDOG";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("CS", CS, CMD32EN | ULK | 1 << 8 | EN).rw(0xb3ff).rc_w1(FLG).unmodelled(0x18).on_write(),
        register("CNT", CNT, 0).wo(u32::MAX).on_read().on_write(),
        register("TOVAL", TOVAL, 0x400).rw(0xffff).on_write(),
        register("WIN", WIN, 0).rw(0xffff).on_write(),
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "expired", count: 1 }];
    const CLOCKS: &'static [&'static str] = &["bus", "lpo", "sosc", "sirc"];
    const TIMERS: usize = 2;

    fn reset(&mut self, cx: &mut Context<'_>) {
        *self = Wdog::default();
        self.now = Configuration { cs: cx.get(CS), toval: cx.get(TOVAL), win: cx.get(WIN) };
        self.unlock(cx);
        self.restart(cx);
    }

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        if self.now.cs & EN != 0 { (self.count.count(cx.now_ns()) & 0xffff) as u32 } else { 0 }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CNT => self.command(written, cx),
            // A flag is cleared at any time.
            CS if written.value & FLG != 0 && cx.get(CS) & !FLG == written.before & !FLG => {}
            offset => self.configure(offset, written, cx),
        }
        let pending = cx.has(CS, FLG);
        cx.irq(0, pending && self.now.cs & INT != 0);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if timer == LOCKS {
            self.lock(cx);
        } else if self.now.cs & INT != 0 && !self.has_expired {
            self.has_expired = true;
            cx.put(CS, FLG, true);
            cx.irq(0, true);
            let span_ns = window_ns(cx);
            cx.arm(EXPIRES, due_ns + span_ns);
        } else {
            expire(cx);
        }
    }

    fn clock(&mut self, clock: usize, cx: &mut Context<'_>) {
        if clock == self.source() && !self.has_expired {
            let now_ns = cx.now_ns();
            self.count.set_pace(cx.clock_hz(clock), self.divider(), now_ns);
            self.arm(cx);
        }
        if clock == BUS && cx.has(CS, ULK) {
            cx.arm(LOCKS, self.unlocked_ns + window_ns(cx));
        }
    }
}

/// How long 128 cycles of the bus clock are.
fn window_ns(cx: &Context<'_>) -> u64 {
    (WINDOW_CYCLES * 1_000_000_000).div_ceil(cx.clock_hz(BUS).max(1))
}

fn expire(cx: &mut Context<'_>) {
    cx.output(0, 0, true);
    cx.reset_machine();
}

impl Wdog {
    fn source(&self) -> usize {
        (self.now.cs >> 8 & 3) as usize
    }

    fn divider(&self) -> u64 {
        if self.now.cs & PRES != 0 { 256 } else { 1 }
    }

    /// A word or half-word was written to CNT.
    fn command(&mut self, written: Written, cx: &mut Context<'_>) {
        let wide = self.now.cs & CMD32EN != 0;
        let command = match (wide, self.half.take()) {
            (true, _) => written.value,
            (false, None) => {
                self.half = Some(written.value & 0xffff);
                return;
            }
            (false, Some(first)) => written.value << 16 | first,
        };
        match command {
            UNLOCK if self.now.cs & UPDATE != 0 || cx.has(CS, ULK) => self.unlock(cx),
            UNLOCK => cx.report("WDOG is unlocked while CS.UPDATE is 0: it stays locked until a reset"),
            REFRESH if self.now.cs & EN != 0 => {
                let is_early =
                    self.now.cs & WINDOWED != 0 && self.count.count(cx.now_ns()) < u64::from(self.now.win);
                if is_early {
                    cx.report("WDOG is refreshed before its window: it resets the microcontroller");
                    expire(cx);
                } else {
                    self.restart(cx);
                }
            }
            REFRESH => {}
            _ if self.now.cs & EN != 0 => {
                cx.report(format!("WDOG_CNT takes no {command:#010x}: it resets the microcontroller"));
                expire(cx);
            }
            _ => {}
        }
    }

    fn unlock(&mut self, cx: &mut Context<'_>) {
        self.written = [false; 3];
        self.unlocked_ns = cx.now_ns();
        cx.put(CS, ULK, true);
        cx.arm(LOCKS, self.unlocked_ns + window_ns(cx));
    }

    /// The time in which it can be configured is over.
    fn lock(&mut self, cx: &mut Context<'_>) {
        cx.cancel(LOCKS);
        cx.put(CS, ULK, false);
        let now = Configuration { cs: cx.get(CS), toval: cx.get(TOVAL), win: cx.get(WIN) };
        if self.written.contains(&true) && (now.cs ^ self.now.cs) & 0xb3ff | (now.toval ^ self.now.toval) != 0
        {
            cx.report("WDOG was not configured in time: CS and TOVAL are to be written within 128 bus clocks; nothing changes");
        }
        self.written = [false; 3];
    }

    /// CS, TOVAL or WIN was written.
    fn configure(&mut self, offset: u32, written: Written, cx: &mut Context<'_>) {
        if !cx.has(CS, ULK) && offset != CS || offset == CS && written.before & ULK == 0 {
            cx.set(offset, written.before);
            cx.report(
                "WDOG is configured while it is locked (0xd928c520 in WDOG_CNT unlocks it): nothing changes",
            );
            return;
        }
        cx.put(CS, RCS, false);
        self.written[match offset {
            CS => 0,
            TOVAL => 1,
            _ => 2,
        }] = true;
        let is_whole = self.written[0] && self.written[1] && (self.written[2] || !cx.has(CS, WINDOWED));
        if is_whole {
            let cs = cx.get(CS);
            self.now = Configuration { cs, toval: cx.get(TOVAL), win: cx.get(WIN) };
            self.half = None;
            cx.put(CS, RCS, true);
            self.written = [false; 3];
            if cs & EN != 0 && cs & WAIT == 0 {
                cx.report("WDOG_CS.WAIT is 0: the watchdog stands while the CPU sleeps; here it goes on");
            }
            self.lock(cx);
            self.restart(cx);
        }
    }

    /// Counts from 0 on.
    fn restart(&mut self, cx: &mut Context<'_>) {
        self.has_expired = false;
        self.count = Ticks::new(cx.clock_hz(self.source()), self.divider(), cx.now_ns());
        self.arm(cx);
    }

    fn arm(&mut self, cx: &mut Context<'_>) {
        let is_on = self.now.cs & EN != 0;
        match self.count.reaches_ns(self.now.toval.into()).filter(|_| is_on) {
            Some(due_ns) => cx.arm(EXPIRES, due_ns),
            None => cx.cancel(EXPIRES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// 1024 counts at 128 kHz.
    const TIMEOUT_NS: u64 = 8_000_000;
    const WINDOW_NS: u64 = 2_667;
    /// As after a reset, and it can be configured again.
    const BY_LPO: u32 = CMD32EN | 1 << 8 | UPDATE;

    fn started() -> Bench<Wdog> {
        let mut wdog = Bench::<Wdog>::new(&[48_000_000, 128_000, 8_000_000, 8_000_000], &[]);
        assert_eq!(wdog.differs_after_reset(), []);
        wdog
    }

    fn configured(cs: u32, toval: u32, win: u32) -> Bench<Wdog> {
        let mut wdog = started();
        wdog.write(CNT, UNLOCK);
        wdog.write(WIN, win);
        wdog.write(TOVAL, toval);
        wdog.write(CS, cs);
        assert_eq!(wdog.read(CS), cs | RCS);
        wdog
    }

    #[test]
    fn it_runs_after_a_reset() {
        let mut wdog = started();
        wdog.advance_ns(TIMEOUT_NS / 2);
        assert_eq!(wdog.read(CNT), 512);
        wdog.write(CNT, REFRESH);
        wdog.advance_ns(TIMEOUT_NS - 1);
        assert_eq!((wdog.machine_resets(), wdog.output("expired", 0)), (0, false));
        wdog.advance_ns(1);
        assert_eq!((wdog.machine_resets(), wdog.output("expired", 0)), (1, true));
    }

    #[test]
    fn start_up_code_switches_it_off() {
        let mut wdog = configured(BY_LPO, 0xffff, 0);
        wdog.advance_ns(10_000_000_000);
        assert_eq!((wdog.machine_resets(), wdog.take_mistakes()), (0, vec![]));
    }

    #[test]
    fn the_first_128_cycles_need_no_key() {
        let mut wdog = started();
        wdog.advance_ns(WINDOW_NS - 1);
        wdog.write(TOVAL, 0xffff);
        wdog.write(CS, BY_LPO);
        wdog.advance_ns(1_000_000_000);
        assert_eq!((wdog.machine_resets(), wdog.take_mistakes()), (0, vec![]));
    }

    #[test]
    fn is_locked() {
        let mut wdog = started();
        wdog.advance_ns(WINDOW_NS);
        assert_eq!(wdog.read(CS) & ULK, 0);
        wdog.write(TOVAL, 5);
        wdog.write(CS, 0);
        assert_eq!((wdog.read(TOVAL), wdog.read(CS) & EN), (0x400, EN));
        assert_eq!(wdog.take_mistakes().len(), 1);
        wdog.write(CNT, UNLOCK);
        assert_eq!(wdog.take_mistakes().len(), 1, "CS.UPDATE is 0 after a reset");
    }

    #[test]
    fn half_a_configuration_counts_for_nothing() {
        let mut wdog = started();
        wdog.write(CS, BY_LPO);
        assert_eq!(wdog.read(CS) & (ULK | RCS), ULK);
        wdog.advance_ns(TIMEOUT_NS);
        assert_eq!((wdog.machine_resets(), wdog.take_mistakes().len()), (1, 1));
    }

    #[test]
    fn a_window_and_wrong_keys() {
        let mut wdog = configured(BY_LPO | EN | WAIT | WINDOWED, 1024, 512);
        wdog.advance_ns(TIMEOUT_NS / 2);
        wdog.write(CNT, REFRESH);
        assert_eq!(wdog.machine_resets(), 0);
        wdog.advance_ns(TIMEOUT_NS / 2 - 1);
        wdog.write(CNT, REFRESH);
        assert_eq!(wdog.machine_resets(), 1);
        let mut wdog = configured(BY_LPO | EN | WAIT, 1024, 0);
        wdog.write(CNT, 5);
        assert_eq!(wdog.machine_resets(), 1);
    }

    #[test]
    fn an_interrupt_comes_first() {
        // The bus clock, divided by 256.
        let mut wdog = configured(UPDATE | CMD32EN | EN | WAIT | INT | PRES, 1000, 0);
        let timeout_ns = 256_000u64 * 1_000_000_000 / 48_000_000;
        wdog.advance_ns(timeout_ns);
        assert!(!wdog.irq(0));
        wdog.advance_ns(1);
        assert!(wdog.irq(0));
        wdog.advance_ns(WINDOW_NS - 1);
        assert_eq!(wdog.machine_resets(), 0);
        wdog.advance_ns(1);
        assert_eq!(wdog.machine_resets(), 1);
    }

    #[test]
    fn half_words() {
        let mut wdog = configured(UPDATE | EN | WAIT | 1 << 8, 1024, 0);
        wdog.advance_ns(TIMEOUT_NS - 1);
        wdog.write(CNT, 0xa602);
        wdog.write(CNT, 0xb480);
        wdog.advance_ns(TIMEOUT_NS - 1);
        assert_eq!(wdog.machine_resets(), 0);
        wdog.write(CNT, 0xc520);
        wdog.write(CNT, 0xd928);
        assert_eq!(wdog.read(CS) & ULK, ULK);
    }

    #[test]
    fn another_clock_and_a_restore_change_nothing_else() {
        let mut wdog = started();
        wdog.advance_ns(TIMEOUT_NS / 2);
        wdog.set_clock(1, 64_000);
        wdog.save_and_restore();
        wdog.advance_ns(TIMEOUT_NS - 1);
        assert_eq!(wdog.machine_resets(), 0);
        wdog.advance_ns(1);
        assert_eq!(wdog.machine_resets(), 1);
    }
}
