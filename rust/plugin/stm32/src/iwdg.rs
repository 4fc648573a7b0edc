// SPDX-License-Identifier: GPL-2.0-or-later
//! IWDG, the independent watchdog: F1 (RM0008, section 19.4), F4 (RM0090, section 21.4) and L4 (RM0351, section 36.4), which has a window.
//!
//! It runs by LSI, whose frequency is the property `lsi-hz`. When it expires it pulls its line `expired`, by which the RCC
//! knows the cause, and resets the microcontroller.
//!
//! **Limits:** registers take new values at once: PVU, RVU and WVU are never seen. The option byte that starts it by hardware is not there.

use device::{Context, Device, Lines, Place, Property, Register, Width, Written};
use serde::{Deserialize, Serialize};

const KR: u32 = 0x00;
const PR: u32 = 0x04;
const RLR: u32 = 0x08;
const WINR: u32 = 0x10;

// What KR takes.
const UNLOCK: u32 = 0x5555;
const RELOAD: u32 = 0xaaaa;
const START: u32 = 0xcccc;

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

/// The watchdog, with a window or without.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Watchdog {
    runs: bool,
    is_unlocked: bool,
    /// When it was reloaded.
    reloaded_ns: u64,
}

impl Watchdog {
    /// How long one count lasts: cycles of LSI, and its frequency.
    fn count(cx: &mut Context<'_>) -> (u64, u64) {
        let cycles = 4 << (cx.get(PR) & 7).min(6);
        (cycles, cx.property(0).max(1))
    }

    fn reload(&mut self, cx: &mut Context<'_>) {
        self.reloaded_ns = cx.now_ns();
        let counts = u64::from(cx.get(RLR)) + 1;
        let (cycles, hz) = Self::count(cx);
        cx.arm(0, self.reloaded_ns + (counts * cycles * 1_000_000_000).div_ceil(hz));
    }

    /// What it has counted down to.
    fn value(self, cx: &mut Context<'_>) -> u64 {
        let (cycles, hz) = Self::count(cx);
        let counted = (cx.now_ns() - self.reloaded_ns).saturating_mul(hz) / (cycles * 1_000_000_000);
        u64::from(cx.get(RLR)).saturating_sub(counted)
    }

    fn key(&mut self, key: u32, window: Option<u32>, cx: &mut Context<'_>) {
        self.is_unlocked = key == UNLOCK;
        match key {
            START if !self.runs => {
                self.runs = true;
                self.reload(cx);
            }
            RELOAD if self.runs => match window {
                Some(window) if self.value(cx) > window.into() => Self::expire(cx),
                _ => self.reload(cx),
            },
            _ => {}
        }
    }

    /// A register behind the lock was written.
    fn protect(self, at: Place, written: Written, cx: &mut Context<'_>) {
        if !self.is_unlocked && cx.get(at.offset) != written.before {
            cx.set(at.offset, written.before);
            cx.report("IWDG is written while it is locked (0x5555 in IWDG_KR unlocks it): nothing changes");
        }
    }

    fn expire(cx: &mut Context<'_>) {
        cx.output(0, 0, true);
        cx.reset_machine();
    }
}

macro_rules! iwdg {
    ($(#[$about:meta])* $type:ident, $name:literal, $has_window:literal, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type(Watchdog);

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "IWDG";
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const OUTPUTS: &'static [Lines] = &[Lines { name: "expired", count: 1 }];
            const PROPERTIES: &'static [Property] = &[Property { name: "lsi-hz", default: 32_000 }];
            const TIMERS: usize = 1;

            fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
                match at.offset {
                    KR => {
                        let window = $has_window.then(|| cx.get(WINR));
                        self.0.key(written.value, window, cx);
                    }
                    WINR => {
                        self.0.protect(at, written, cx);
                        if self.0.runs {
                            self.0.reload(cx);
                        }
                    }
                    _ => self.0.protect(at, written, cx),
                }
            }

            fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
                Watchdog::expire(cx);
            }
        }
    };
}

const REGISTERS: [Register; 4] = [
    register("KR", KR, 0).wo(0xffff).on_write(),
    register("PR", PR, 0).rw(0x7).on_write(),
    register("RLR", RLR, 0x0fff).rw(0x0fff).on_write(),
    register("SR", 0x0c, 0),
];

iwdg!(
    /// Of F1 and F4.
    Iwdg,
    "stm32-iwdg",
    false,
    REGISTERS
);

iwdg!(
    /// Of L4, F0, F3 and F7.
    Windowed,
    "stm32-iwdg-window",
    true,
    {
        let [kr, pr, rlr, sr] = REGISTERS;
        [kr, pr, rlr, sr, register("WINR", WINR, 0x0fff).rw(0x0fff).on_write()]
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn expires_unless_it_is_reloaded() {
        let mut iwdg = Bench::<Iwdg>::default();
        assert_eq!(iwdg.differs_after_reset(), []);
        iwdg.write(KR, UNLOCK);
        iwdg.write(PR, 1);
        // 8 cycles of 31250 ns a count, 100 counts: 25 ms.
        iwdg.write(RLR, 99);
        iwdg.write(KR, START);
        iwdg.advance_ns(24_999_999);
        iwdg.write(KR, RELOAD);
        iwdg.advance_ns(24_999_999);
        assert_eq!((iwdg.machine_resets(), iwdg.output("expired", 0)), (0, false));
        iwdg.advance_ns(1);
        assert_eq!((iwdg.machine_resets(), iwdg.output("expired", 0)), (1, true));
        iwdg.reset();
        iwdg.advance_ns(1_000_000_000);
        assert_eq!(iwdg.machine_resets(), 1, "the reset has stopped it");
        assert_eq!(iwdg.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn is_locked() {
        let mut iwdg = Bench::<Iwdg>::default();
        iwdg.write(RLR, 5);
        assert_eq!((iwdg.read(RLR), iwdg.take_mistakes().len()), (0xfff, 1));
    }

    #[test]
    fn too_early_is_as_bad() {
        let mut iwdg = Bench::<Windowed>::default();
        assert_eq!(iwdg.differs_after_reset(), []);
        iwdg.write(KR, START);
        iwdg.write(KR, UNLOCK);
        iwdg.write(WINR, 0xffe);
        iwdg.advance_ns(125_000);
        iwdg.write(KR, RELOAD);
        assert_eq!(iwdg.machine_resets(), 0);
        iwdg.advance_ns(100_000);
        iwdg.write(KR, RELOAD);
        assert_eq!(iwdg.machine_resets(), 1);
    }
}
