// SPDX-License-Identifier: GPL-2.0-or-later
//! NVMC, the controller of the flash and of UICR (nRF51 RM, section 6; nRF52840 PS, section 4.3): the guest's stores come to it.
//!
//! **Limits:** the times are those of the nRF52840. The CPU goes on while the flash is busy, which it does not on the chip if it runs from
//! there; what is stored or erased then takes effect at once, too. A partial erase erases the page. Protection is not modelled.

use device::{Context, Device, Place, Property, Register, Written};
use serde::{Deserialize, Serialize};

const READY: u32 = 0x400;
const READYNEXT: u32 = 0x408;
const CONFIG: u32 = 0x504;
const ERASEPAGE: u32 = 0x508;
const ERASEALL: u32 = 0x50c;
const ERASEPCR0: u32 = 0x510;
const ERASEUICR: u32 = 0x514;
const ERASEPAGEPARTIAL: u32 = 0x518;
const ERASEPAGEPARTIALCFG: u32 = 0x51c;
/// CONFIG: what is allowed.
const WRITES: u32 = 1;
const ERASES: u32 = 2;

const UICR: u64 = 0x1000_1000;
const UICR_BYTES: u64 = 0x1000;

/// nRF52840 PS, 4.3.10.
const WRITE_NS: u64 = 41_000;
const ERASE_PAGE_NS: u64 = 85_000_000;
const ERASE_ALL_NS: u64 = 169_000_000;
const MS: u64 = 1_000_000;

/// The controller of the flash.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Nvmc {}

impl Device for Nvmc {
    const NAME: &'static str = "nrf-nvmc";
    const BLOCK: &'static str = "NVMC";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        Register::new("READY", READY, 1),
        Register::new("READYNEXT", READYNEXT, 1),
        Register::new("CONFIG", CONFIG, 0).rw(0x3),
        Register::new("ERASEPAGE", ERASEPAGE, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEALL", ERASEALL, 0).wo(1).on_write(),
        Register::new("ERASEPCR0", ERASEPCR0, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEUICR", ERASEUICR, 0).wo(1).on_write(),
        Register::new("ERASEPAGEPARTIAL", ERASEPAGEPARTIAL, 0).wo(u32::MAX).on_write(),
        Register::new("ERASEPAGEPARTIALCFG", ERASEPAGEPARTIALCFG, 0x0a).rw(0x7f),
        Register::new("ICACHECNF", 0x540, 0).rw(0x101),
        Register::new("IHIT", 0x548, 0).rw(u32::MAX),
        Register::new("IMISS", 0x54c, 0).rw(u32::MAX),
    ];
    const PROPERTIES: &'static [Property] = &[Property { name: "page-bytes", default: 4096 }];
    const TIMERS: usize = 1;
    const HAS_DMA: bool = true;
    const SEES_STORES: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if cx.get(CONFIG) & 3 != ERASES {
            return cx.report("NVMC erases while NVMC_CONFIG does not allow it: nothing happens");
        }
        let page_bytes = cx.property(0).max(4);
        let page = u64::from(written.value) / page_bytes * page_bytes;
        match at.offset {
            ERASEPAGE | ERASEPCR0 => erase(page, page_bytes, ERASE_PAGE_NS, cx),
            ERASEPAGEPARTIAL => {
                let span_ns = u64::from(cx.get(ERASEPAGEPARTIALCFG)) * MS;
                erase(page, page_bytes, span_ns, cx);
            }
            ERASEUICR if written.value & 1 != 0 => erase(UICR, UICR_BYTES, ERASE_PAGE_NS, cx),
            ERASEALL if written.value & 1 != 0 => {
                let exists = |page: u64, cx: &mut Context<'_>| cx.read_memory(page, &mut [0; 4]).is_ok();
                let mut page = 0;
                while page < UICR && exists(page, cx) {
                    erase(page, page_bytes, ERASE_ALL_NS, cx);
                    page += page_bytes;
                }
                erase(UICR, UICR_BYTES, ERASE_ALL_NS, cx);
            }
            _ => {}
        }
    }

    fn store(&mut self, address: u64, bytes: u32, value: u32, cx: &mut Context<'_>) {
        if cx.get(CONFIG) & 3 != WRITES {
            return cx.report(format!(
                "a store to the flash, at {address:#x}, that NVMC_CONFIG does not allow is lost"
            ));
        }
        if bytes != 4 || !address.is_multiple_of(4) {
            return cx.report(format!(
                "the flash is programmed by words: a store of {bytes} bytes at {address:#x} is lost"
            ));
        }
        let mut before = [0; 4];
        // A bit that is 0 stays 0.
        let known = cx.read_memory(address, &mut before);
        let word = u32::from_le_bytes(before) & value;
        if known.and_then(|()| cx.program_memory(address, &word.to_le_bytes())).is_err() {
            cx.report(format!("there is no flash at {address:#x}"));
        }
        be_busy(WRITE_NS, cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        cx.set(READY, 1);
        cx.set(READYNEXT, 1);
    }
}

fn erase(at: u64, bytes: u64, span_ns: u64, cx: &mut Context<'_>) {
    if cx.program_memory(at, &vec![0xff; bytes as usize]).is_err() {
        cx.report(format!("NVMC erases {at:#x}, where there is no flash"));
    }
    be_busy(span_ns, cx);
}

fn be_busy(span_ns: u64, cx: &mut Context<'_>) {
    cx.set(READY, 0);
    cx.set(READYNEXT, 0);
    let due_ns = cx.now_ns() + span_ns;
    cx.arm(0, due_ns);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// Two pages, in which all is programmed.
    fn bench() -> Bench<Nvmc> {
        let mut nvmc = Bench::<Nvmc>::new(&[], &[("page-bytes", 1024)]);
        assert_eq!(nvmc.differs_after_reset(), []);
        *nvmc.memory() = vec![0x5a; 2048];
        nvmc
    }

    #[test]
    fn a_page_is_erased_and_programmed() {
        let mut nvmc = bench();
        nvmc.write(CONFIG, ERASES);
        nvmc.write(ERASEPAGE, 0x404);
        assert_eq!(nvmc.read(READY), 0);
        nvmc.save_and_restore();
        nvmc.advance_ns(ERASE_PAGE_NS);
        assert_eq!((nvmc.read(READY), nvmc.memory()[0x3ff], nvmc.memory()[0x400]), (1, 0x5a, 0xff));
        nvmc.write(CONFIG, WRITES);
        nvmc.store(0x404, 4, 0xffff_1234);
        nvmc.advance_ns(WRITE_NS - 1);
        assert_eq!(nvmc.read(READY), 0);
        nvmc.advance_ns(1);
        assert_eq!(nvmc.read(READY), 1);
        nvmc.store(0x404, 4, 0x5678_ffff);
        assert_eq!(nvmc.memory()[0x402..0x40a], [0xff, 0xff, 0x34, 0x12, 0x78, 0x56, 0xff, 0xff]);
        assert_eq!(nvmc.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn what_is_not_allowed_is_told() {
        let mut nvmc = bench();
        nvmc.write(ERASEPAGE, 0);
        nvmc.store(0, 4, 0);
        nvmc.write(CONFIG, WRITES);
        nvmc.store(0, 1, 0);
        assert_eq!((nvmc.memory()[0], nvmc.take_mistakes().len()), (0x5a, 3));
        nvmc.store(0x1000, 4, 0);
        assert_eq!(nvmc.take_mistakes().len(), 1);
    }

    #[test]
    fn all_is_erased() {
        let mut nvmc = bench();
        nvmc.write(CONFIG, ERASES);
        nvmc.write(ERASEALL, 1);
        assert!(nvmc.memory().iter().all(|byte| *byte == 0xff));
        assert_eq!(nvmc.take_mistakes().len(), 1, "there is no UICR here");
    }
}
