// SPDX-License-Identifier: GPL-2.0-or-later
//! The registers of bxCAN (RM0008, 24.9; RM0090, 32.9).

use device::Register;

pub(super) const MCR: u32 = 0x00;
pub(super) const MSR: u32 = 0x04;
pub(super) const TSR: u32 = 0x08;
pub(super) const RF0R: u32 = 0x0c;
pub(super) const RF1R: u32 = 0x10;
pub(super) const IER: u32 = 0x14;
pub(super) const ESR: u32 = 0x18;
pub(super) const BTR: u32 = 0x1c;
pub(super) const TIR: u32 = 0x180;
pub(super) const TDTR: u32 = 0x184;
pub(super) const TDLR: u32 = 0x188;
pub(super) const TDHR: u32 = 0x18c;
pub(super) const RIR: u32 = 0x1b0;
pub(super) const RDTR: u32 = 0x1b4;
pub(super) const RDLR: u32 = 0x1b8;
pub(super) const RDHR: u32 = 0x1bc;
pub(super) const FMR: u32 = 0x200;
pub(super) const FM1R: u32 = 0x204;
pub(super) const FS1R: u32 = 0x20c;
pub(super) const FFA1R: u32 = 0x214;
pub(super) const FA1R: u32 = 0x21c;
pub(super) const FR: u32 = 0x240;

// MCR.
pub(super) const INRQ: u32 = 1 << 0;
pub(super) const SLEEP: u32 = 1 << 1;
pub(super) const TXFP: u32 = 1 << 2;
pub(super) const RFLM: u32 = 1 << 3;
pub(super) const NART: u32 = 1 << 4;
pub(super) const AWUM: u32 = 1 << 5;
pub(super) const ABOM: u32 = 1 << 6;
pub(super) const TTCM: u32 = 1 << 7;
pub(super) const MASTER_RESET: u32 = 1 << 15;
pub(super) const DBF: u32 = 1 << 16;
// MSR.
pub(super) const INAK: u32 = 1 << 0;
pub(super) const SLAK: u32 = 1 << 1;
pub(super) const ERRI: u32 = 1 << 2;
pub(super) const SLAKI: u32 = 1 << 4;
// RF0R, RF1R.
pub(super) const PENDING: u32 = 3;
pub(super) const FULL: u32 = 1 << 3;
pub(super) const FIFO_OVERRUN: u32 = 1 << 4;
pub(super) const RELEASE: u32 = 1 << 5;
// IER; the three of FIFO 1 stand 3 bits above those of FIFO 0.
pub(super) const TMEIE: u32 = 1 << 0;
pub(super) const FMPIE: u32 = 1 << 1;
pub(super) const FFIE: u32 = 1 << 2;
pub(super) const FOVIE: u32 = 1 << 3;
pub(super) const LECIE: u32 = 1 << 11;
pub(super) const ERRIE: u32 = 1 << 15;
pub(super) const WKUIE: u32 = 1 << 16;
pub(super) const SLKIE: u32 = 1 << 17;
// ESR; the enables of the three flags stand 8 bits above in IER.
pub(super) const EWGF: u32 = 1 << 0;
pub(super) const EPVF: u32 = 1 << 1;
pub(super) const BOFF: u32 = 1 << 2;
pub(super) const LEC: u32 = 7 << 4;
// BTR.
pub(super) const LBKM: u32 = 1 << 30;
pub(super) const SILM: u32 = 1 << 31;
// TIR, RIR.
pub(super) const TXRQ: u32 = 1 << 0;
pub(super) const RTR: u32 = 1 << 1;
pub(super) const IDE: u32 = 1 << 2;
// FMR.
pub(super) const FINIT: u32 = 1 << 0;

pub(super) const COMMON: [Register; 16] = [
    Register::new("MCR", MCR, DBF | SLEEP).rw(DBF | 0xff).rs(MASTER_RESET).unmodelled(AWUM).on_write(),
    Register::new("MSR", MSR, 0xc00 | SLAK).rc_w1(0x1c).on_write(),
    Register::new("TSR", TSR, 0x1c00_0000).rc_w1(0x000f_0f0f).rs(0x0080_8080).on_write(),
    Register::new("RF0R", RF0R, 0).rc_w1(FULL | FIFO_OVERRUN).rs(RELEASE).on_write(),
    Register::new("RF1R", RF1R, 0).rc_w1(FULL | FIFO_OVERRUN).rs(RELEASE).on_write(),
    Register::new("IER", IER, 0).rw(0x0003_8f7f).unmodelled(WKUIE).on_write(),
    Register::new("ESR", ESR, 0).rw(LEC),
    Register::new("BTR", BTR, 0x0123_0000).rw(0xc37f_03ff).on_write(),
    Register::new("TIR", TIR, 0).rw(!TXRQ).rs(TXRQ).array(3, 0x10).on_write(),
    Register::new("TDTR", TDTR, 0).rw(0xffff_010f).unmodelled(1 << 8).array(3, 0x10).on_write(),
    Register::new("TDLR", TDLR, 0).rw(u32::MAX).array(3, 0x10).on_write(),
    Register::new("TDHR", TDHR, 0).rw(u32::MAX).array(3, 0x10).on_write(),
    Register::new("RIR", RIR, 0).array(2, 0x10),
    Register::new("RDTR", RDTR, 0).array(2, 0x10),
    Register::new("RDLR", RDLR, 0).array(2, 0x10),
    Register::new("RDHR", RDHR, 0).array(2, 0x10),
];

pub(super) const fn with_filters(banks: u32, fmr: u32) -> [Register; 22] {
    let bits = u32::MAX >> (32 - banks);
    let mut all = [COMMON[0]; 22];
    let mut n = 0;
    while n < COMMON.len() {
        all[n] = COMMON[n];
        n += 1;
    }
    all[16] = Register::new("FMR", FMR, 0x2a1c_0e01).rw(fmr).on_write();
    all[17] = Register::new("FM1R", FM1R, 0).rw(bits).on_write();
    all[18] = Register::new("FS1R", FS1R, 0).rw(bits).on_write();
    all[19] = Register::new("FFA1R", FFA1R, 0).rw(bits).on_write();
    all[20] = Register::new("FA1R", FA1R, 0).rw(bits).on_write();
    all[21] = Register::new("FR", FR, 0).rw(u32::MAX).array(banks * 2, 4).on_write();
    all
}
