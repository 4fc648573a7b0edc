// SPDX-License-Identifier: GPL-2.0-or-later
//! The blinker. A real device names its manual and section here.

use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

/// Offsets, as the manual has them.
const CR: u32 = 0x00;
const SR: u32 = 0x04;
const PERIOD: u32 = 0x08;
const TALLY: u32 = 0x0c;

/// CR: runs, and interrupts.
const EN: u32 = 1 << 0;
const IE: u32 = 1 << 1;
/// SR: the lamp has changed.
const CHANGED: u32 = 1 << 0;

/// What it knows besides its registers. All of it is saved with them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Blinker {
    is_lit: bool,
    changes: u32,
}

impl Device for Blinker {
    // QEMU's type is `virtmcu-example-blinker`.
    const NAME: &'static str = "example-blinker";
    const BLOCK: &'static str = "BLINKER";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        // Read and written, any width; `write` is called.
        Register::new("CR", CR, 0).rw(EN | IE).width(Width::ANY).on_write(),
        // Writing 1 clears the bit.
        Register::new("SR", SR, 0).rc_w1(CHANGED).on_write(),
        // Stored, and nothing more: a mistake of 8 bits here is reported.
        Register::new("PERIOD", PERIOD, 1000).rw(0x000f_ffff),
        // Where in memory the number of changes goes; 0: nowhere.
        Register::new("TALLY", TALLY, 0).rw(0xffff_fffc),
    ];
    const IRQS: &'static [&'static str] = &["changed"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "lamp", count: 1 }];
    // While it is high, the lamp stays as it is.
    const INPUTS: &'static [Lines] = &[Lines { name: "hold", count: 1 }];
    const TIMERS: usize = 1;
    const HAS_DMA: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let was_on = written.before & EN != 0;
        if at.offset == CR && was_on != cx.has(CR, EN) {
            if was_on {
                cx.cancel(0);
            } else {
                let now_ns = cx.now_ns();
                self.wait(now_ns, cx);
            }
        }
        drive(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if !cx.input(0, 0) {
            self.is_lit = !self.is_lit;
            cx.output(0, 0, self.is_lit);
            cx.put(SR, CHANGED, true);
            self.tally(cx);
        }
        // From when it was due: a CPU is between two instructions, so that it is `now_ns` a little later.
        self.wait(due_ns, cx);
        drive(cx);
    }
}

impl Blinker {
    fn tally(&mut self, cx: &mut Context<'_>) {
        self.changes = self.changes.wrapping_add(1);
        let address = cx.get(TALLY);
        if address != 0 && cx.write_memory(address.into(), &self.changes.to_le_bytes()).is_err() {
            cx.report(format!("BLINKER_TALLY is {address:#x}, where no memory is"));
        }
    }

    fn wait(&self, from_ns: u64, cx: &mut Context<'_>) {
        let period_us = u64::from(cx.get(PERIOD));
        if period_us == 0 {
            cx.report("BLINKER_PERIOD is 0: the lamp stays as it is");
            return;
        }
        cx.arm(0, from_ns + period_us * 1000);
    }
}

fn drive(cx: &mut Context<'_>) {
    let interrupts = cx.has(CR, IE) && cx.has(SR, CHANGED);
    cx.irq(0, interrupts);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn blinks() {
        let mut blinker = Bench::<Blinker>::default();
        assert_eq!(blinker.differs_after_reset(), []);
        blinker.write(PERIOD, 5);
        blinker.write(CR, EN | IE);
        blinker.advance_ns(4_999);
        assert!(!blinker.output("lamp", 0));
        blinker.advance_ns(1);
        assert_eq!((blinker.output("lamp", 0), blinker.irq(0), blinker.read(SR)), (true, true, CHANGED));
        blinker.write(SR, CHANGED);
        assert!(!blinker.irq(0));
        blinker.save_and_restore();
        blinker.advance_ns(5_000);
        assert_eq!((blinker.output("lamp", 0), blinker.irq(0)), (false, true));
        blinker.write(CR, 0);
        blinker.advance_ns(1_000_000);
        assert!(!blinker.output("lamp", 0));
        assert_eq!(blinker.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn counts_in_memory_while_nothing_holds_it() {
        let mut blinker = Bench::<Blinker>::default();
        blinker.memory().resize(16, 0);
        blinker.write(TALLY, 8);
        blinker.write(PERIOD, 1);
        blinker.write(CR, EN);
        blinker.advance_ns(3_000);
        blinker.set_input("hold", 0, true);
        blinker.advance_ns(5_000);
        assert_eq!((blinker.memory()[8], blinker.output("lamp", 0)), (3, true));
        blinker.write(TALLY, 16);
        blinker.set_input("hold", 0, false);
        blinker.advance_ns(1_000);
        assert_eq!(blinker.take_mistakes(), ["BLINKER_TALLY is 0x10, where no memory is"]);
    }

    #[test]
    fn a_wrong_access_is_told() {
        let mut blinker = Bench::<Blinker>::default();
        blinker.write_bytes(PERIOD, 1, 5);
        assert_eq!(blinker.take_mistakes(), ["write of 1 byte to BLINKER_PERIOD (0x08), which takes 4"]);
    }
}
