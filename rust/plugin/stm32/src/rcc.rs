// SPDX-License-Identifier: GPL-2.0-or-later
//! RCC, reset and clock control: what the families have in common.
//!
//! The RCC makes the clocks that others run by, as `clock-outputs` of the machine, from the crystals that the board names and the
//! registers that the firmware writes. Where the manual says "set by hardware when the oscillator is stable", it is stable at once.
//!
//! **Limits:** enabling and low-power-enabling bits are stored and switch nothing; the clock security system, the clock outputs
//! MCO, spread spectrum and trimming have no effect; the backup domain can be written without `PWR_CR.DBP`.

pub(crate) mod f1;
pub(crate) mod f4;
pub(crate) mod g4;
pub(crate) mod l4;
mod l4_g4;

use device::{Context, Lines, Property, Written};

/// The clocks that it makes: of the CPU, of each bus, of the timers on the two peripheral buses, and what SysTick calls its
/// external clock.
pub(crate) const CLOCKS: &[&str] = &["sysclk", "hclk", "pclk1", "pclk2", "timclk1", "timclk2", "systick"];

/// What resets the microcontroller and is told to the firmware.
pub(crate) const CAUSES: &[Lines] = &[Lines { name: "iwdg", count: 1 }, Lines { name: "wwdg", count: 1 }];

/// The crystals; 0 where the board has none, so that it never gets stable.
pub(crate) const CRYSTALS: &[Property] =
    &[Property { name: "hse-hz", default: 8_000_000 }, Property { name: "lse-hz", default: 32_768 }];

/// The crystals' places in [`CRYSTALS`].
pub(crate) const HSE: usize = 0;
pub(crate) const LSE: usize = 1;

/// CSR: reset by the pin (which each reset pulls), by software, by the watchdogs. In all families.
const FLAGS: u32 = 0xff00_0000;
const PINRSTF: u32 = 1 << 26;
const SFTRSTF: u32 = 1 << 28;
const IWDGRSTF: u32 = 1 << 29;
const WWDGRSTF: u32 = 1 << 30;

/// The low speed oscillators' bits: of LSE in BDCR, of LSI in CSR.
pub(crate) const ON: u32 = 1 << 0;
pub(crate) const READY: u32 = 1 << 1;
/// BDCR: holds the backup domain in reset.
const BDRST: u32 = 1 << 16;

/// Lets a ready bit follow the bit that switches the oscillator on, if it can run. True when it has just become ready.
pub(crate) fn follow(cx: &mut Context<'_>, register: u32, on: u32, ready: u32, can_run: bool) -> bool {
    let was = cx.has(register, ready);
    let is = cx.has(register, on) && can_run;
    cx.put(register, ready, is);
    is && !was
}

/// After a write of BDCR: while BDRST is set, the rest is at its reset value. True when LSE has just become ready.
pub(crate) fn backup_domain(cx: &mut Context<'_>, bdcr: u32) -> bool {
    if cx.has(bdcr, BDRST) {
        cx.set(bdcr, BDRST);
    }
    let has_crystal = cx.property(LSE) != 0;
    follow(cx, bdcr, ON, READY, has_crystal)
}

/// Drives the reset lines of a bus: one for each bit of its reset register.
pub(crate) fn drive_resets(cx: &mut Context<'_>, group: usize, register: u32) {
    let bits = cx.get(register);
    for index in 0..32 {
        cx.output(group, index, bits >> index & 1 != 0);
    }
}

/// The system clock's switch: CFGR's SW says which source is wanted, and SWS is told which it is. It waits for a source whose bit in CR,
/// one of `ready`, is not set; a source without a bit never is ready.
pub(crate) fn system_clock(cx: &mut Context<'_>, cr: u32, cfgr: u32, ready: [u32; 4]) -> u32 {
    let value = cx.get(cfgr);
    let wanted = value & 3;
    let is_ready = cx.get(cr) & ready[wanted as usize] != 0;
    let now = if is_ready { wanted } else { value >> 2 & 3 };
    cx.set(cfgr, value & !0xc | now << 2);
    now
}

/// The clocks behind the prescalers of AHB, APB1 and APB2, which are encoded alike in all families.
pub(crate) fn set_clocks(cx: &mut Context<'_>, sysclk_hz: u64, hpre: u32, ppre: [u32; 2]) {
    let hclk_hz = prescaled(sysclk_hz, hpre);
    cx.set_clock(0, sysclk_hz);
    cx.set_clock(1, hclk_hz);
    cx.set_clock(6, hclk_hz / 8);
    for (bus, ppre) in ppre.into_iter().enumerate() {
        let shift = (ppre & 7).saturating_sub(3);
        cx.set_clock(2 + bus, hclk_hz >> shift);
        // A timer runs at twice the clock of a bus that is slower than AHB.
        cx.set_clock(4 + bus, hclk_hz >> shift.saturating_sub(1));
    }
}

/// The clock of AHB.
pub(crate) fn prescaled(sysclk_hz: u64, hpre: u32) -> u64 {
    match hpre & 0xf {
        0..8 => sysclk_hz,
        n @ 8..12 => sysclk_hz >> (n - 7),
        n => sysclk_hz >> (n - 6),
    }
}

/// The flags that say what has reset the microcontroller, and the backup domain: what a reset leaves as it is.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Survives {
    /// It was switched on before: the next reset is another one.
    is_on: bool,
    /// What is going to reset it.
    cause: u32,
    flags: u32,
    bdcr: u32,
}

impl Survives {
    /// The registers have their reset values: puts back what a reset leaves. QEMU does not tell who asked for one; what is
    /// no watchdog is taken for software.
    pub(crate) fn after_reset(&mut self, cx: &mut Context<'_>, csr: u32, bdcr: u32) {
        if self.is_on {
            let cause = if self.cause == 0 { SFTRSTF } else { self.cause };
            self.flags |= cause | PINRSTF;
            cx.put(csr, FLAGS, false);
            cx.put(csr, self.flags, true);
            cx.set(bdcr, self.bdcr);
        } else {
            self.flags = cx.get(csr) & FLAGS;
        }
        self.is_on = true;
        self.cause = 0;
    }

    /// A watchdog is about to reset the microcontroller.
    pub(crate) fn cause(&mut self, group: usize, level: bool) {
        if level {
            self.cause |= if group == 0 { IWDGRSTF } else { WWDGRSTF };
        }
    }

    /// RMVF was written: clears the flags.
    pub(crate) fn clear(&mut self, cx: &mut Context<'_>, csr: u32) {
        self.flags = 0;
        cx.put(csr, FLAGS, false);
    }

    /// BDCR was written.
    pub(crate) fn keep(&mut self, cx: &mut Context<'_>, bdcr: u32) {
        self.bdcr = cx.get(bdcr);
    }
}

/// CIR of F1 and F4: a flag for each oscillator, an enabling bit 8 above it, a clearing bit 16 above it.
pub(crate) struct Cir(pub(crate) u32);

impl Cir {
    /// The oscillator of `flag` has become stable.
    pub(crate) fn ready(&self, cx: &mut Context<'_>, flag: u32, is_ready: bool) {
        if is_ready && cx.has(self.0, flag << 8) {
            cx.put(self.0, flag, true);
        }
        self.drive(cx);
    }

    /// CIR was written.
    pub(crate) fn written(&self, cx: &mut Context<'_>, written: Written) {
        let clear = written.value >> 16 & 0xff;
        cx.put(self.0, clear, false);
        self.drive(cx);
    }

    fn drive(&self, cx: &mut Context<'_>) {
        let pending = cx.get(self.0) & 0xff != 0;
        cx.irq(0, pending);
    }
}
