// SPDX-License-Identifier: GPL-2.0-or-later
//! The registers of FlexCAN (S32K1xx Reference Manual, chapter "FlexCAN").

use device::{Register, Width};

pub(super) const MCR: u32 = 0x000;
pub(super) const CTRL1: u32 = 0x004;
pub(super) const TIMER: u32 = 0x008;
pub(super) const RXMGMASK: u32 = 0x010;
pub(super) const RX14MASK: u32 = 0x014;
pub(super) const RX15MASK: u32 = 0x018;
pub(super) const ECR: u32 = 0x01c;
pub(super) const ESR1: u32 = 0x020;
pub(super) const IMASK1: u32 = 0x028;
pub(super) const IFLAG1: u32 = 0x030;
pub(super) const CTRL2: u32 = 0x034;
pub(super) const ESR2: u32 = 0x038;
pub(super) const CRCR: u32 = 0x044;
pub(super) const RXFGMASK: u32 = 0x048;
pub(super) const RXFIR: u32 = 0x04c;
pub(super) const CBT: u32 = 0x050;
pub(super) const RAM: u32 = 0x080;
pub(super) const RXIMR: u32 = 0x880;
pub(super) const FDCTRL: u32 = 0xc00;
pub(super) const FDCBT: u32 = 0xc04;
pub(super) const FDCRC: u32 = 0xc08;

// MCR.
pub(super) const MAXMB: u32 = 0x7f;
pub(super) const IDAM: u32 = 3 << 8;
pub(super) const FDEN: u32 = 1 << 11;
pub(super) const AEN: u32 = 1 << 12;
pub(super) const LPRIOEN: u32 = 1 << 13;
const PNET_EN: u32 = 1 << 14;
const DMA: u32 = 1 << 15;
pub(super) const IRMQ: u32 = 1 << 16;
pub(super) const SRXDIS: u32 = 1 << 17;
pub(super) const LPMACK: u32 = 1 << 20;
pub(super) const WRNEN: u32 = 1 << 21;
const SUPV: u32 = 1 << 23;
pub(super) const FRZACK: u32 = 1 << 24;
pub(super) const SOFTRST: u32 = 1 << 25;
pub(super) const NOTRDY: u32 = 1 << 27;
pub(super) const HALT: u32 = 1 << 28;
pub(super) const RFEN: u32 = 1 << 29;
pub(super) const FRZ: u32 = 1 << 30;
pub(super) const MDIS: u32 = 1 << 31;
// CTRL1.
pub(super) const LOM: u32 = 1 << 3;
pub(super) const LBUF: u32 = 1 << 4;
const TSYN: u32 = 1 << 5;
pub(super) const BOFFREC: u32 = 1 << 6;
pub(super) const RWRNMSK: u32 = 1 << 10;
pub(super) const TWRNMSK: u32 = 1 << 11;
pub(super) const LPB: u32 = 1 << 12;
pub(super) const CLKSRC: u32 = 1 << 13;
pub(super) const ERRMSK: u32 = 1 << 14;
pub(super) const BOFFMSK: u32 = 1 << 15;
// ESR1.
pub(super) const ERRINT: u32 = 1 << 1;
pub(super) const BOFFINT: u32 = 1 << 2;
pub(super) const FLTCONF: u32 = 3 << 4;
pub(super) const PASSIVE: u32 = 1 << 4;
pub(super) const OFF: u32 = 2 << 4;
pub(super) const IDLE: u32 = 1 << 7;
pub(super) const RXWRN: u32 = 1 << 8;
pub(super) const TXWRN: u32 = 1 << 9;
/// STFERR, FRMERR, CRCERR, ACKERR, BIT0ERR, BIT1ERR: a read clears them.
pub(super) const ERRORS: u32 = 0xfc00;
pub(super) const RWRNINT: u32 = 1 << 16;
pub(super) const TWRNINT: u32 = 1 << 17;
pub(super) const SYNCH: u32 = 1 << 18;
pub(super) const BOFFDONEINT: u32 = 1 << 19;
pub(super) const ERROVR: u32 = 1 << 21;
const ESR1_FLAGS: u32 = 0x003b_0006;
// CTRL2.
const ISOCANFDEN: u32 = 1 << 12;
const TIMER_SRC: u32 = 1 << 15;
pub(super) const EACEN: u32 = 1 << 16;
pub(super) const RRS: u32 = 1 << 17;
pub(super) const MRP: u32 = 1 << 18;
pub(super) const BOFFDONEMSK: u32 = 1 << 30;
// ESR2.
pub(super) const IMB: u32 = 1 << 13;
pub(super) const VPS: u32 = 1 << 14;
// IFLAG1 while there is a FIFO: frames are there, almost full, overflow. Bit 0 clears it.
pub(super) const BUF0: u32 = 1 << 0;
pub(super) const BUF5: u32 = 1 << 5;
pub(super) const BUF6: u32 = 1 << 6;
pub(super) const BUF7: u32 = 1 << 7;
// FDCTRL.
const TDCFAIL: u32 = 1 << 14;
pub(super) const FDRATE: u32 = 1 << 31;

/// After a reset.
pub(super) const MCR_RESET: u32 = MDIS | FRZ | HALT | NOTRDY | SUPV | LPMACK | 0xf;
/// What MCR's bits are that only freeze mode lets change.
const MCR_FROZEN: u32 =
    MAXMB | IDAM | FDEN | AEN | LPRIOEN | PNET_EN | DMA | IRMQ | SRXDIS | WRNEN | SUPV | RFEN;
const CTRL1_FROZEN: u32 = 0xffff_0000 | LPB | 0x80 | TSYN | LBUF | LOM | 7;

/// Which bits of a register only freeze mode lets change.
pub(super) const fn frozen(offset: u32) -> u32 {
    match offset {
        MCR => MCR_FROZEN,
        CTRL1 => CTRL1_FROZEN,
        CTRL2 => 0x0fff_d800,
        FDCTRL => 0x0003_9f00,
        RXMGMASK | RX14MASK | RX15MASK | RXFGMASK | ECR | CBT | RXIMR | FDCBT => u32::MAX,
        _ => 0,
    }
}

const fn word(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

const fn rw(name: &'static str, offset: u32) -> Register {
    word(name, offset, 0).rw(u32::MAX)
}

/// How many of the table a controller has that does not know CAN FD.
pub(super) const CLASSICAL: usize = 18;

/// Those of a controller with so many message buffers.
pub(super) const fn table(buffers: u32, knows_fd: bool) -> [Register; 35] {
    let fd = if knows_fd { FDEN } else { 0 };
    let fd_2 = if knows_fd { 0x8000_1800 } else { 0 };
    [
        word("MCR", MCR, MCR_RESET).rw(0xf0a3_f37f | fd).rs(SOFTRST).unmodelled(PNET_EN | DMA).on_write(),
        word("CTRL1", CTRL1, 0).rw(0xffff_fcff).unmodelled(TSYN).on_write(),
        word("TIMER", TIMER, 0).rw(0xffff).on_read().on_write(),
        rw("RXMGMASK", RXMGMASK).on_write(),
        rw("RX14MASK", RX14MASK).on_write(),
        rw("RX15MASK", RX15MASK).on_write(),
        word("ECR", ECR, 0).rw(if knows_fd { u32::MAX } else { 0xffff }).on_write(),
        word("ESR1", ESR1, 0).rc_w1(ESR1_FLAGS).on_read().on_write(),
        rw("IMASK1", IMASK1).on_write(),
        word("IFLAG1", IFLAG1, 0).rc_w1(u32::MAX).on_write(),
        word("CTRL2", CTRL2, 0x00a0_0000).rw(0x4fff_c000 | fd_2).unmodelled(TIMER_SRC).on_write(),
        word("ESR2", ESR2, 0),
        word("CRCR", CRCR, 0),
        rw("RXFGMASK", RXFGMASK).on_write(),
        word("RXFIR", RXFIR, 0),
        rw("CBT", CBT).on_write(),
        rw("RAM", RAM).array(buffers * 4, 4).on_read().on_write(),
        rw("RXIMR", RXIMR).array(buffers, 4).on_write(),
        word("CTRL1_PN", 0xb00, 0x100).rw(0x0003_ff3f),
        word("CTRL2_PN", 0xb04, 0).rw(0xffff),
        word("WU_MTC", 0xb08, 0).rc_w1(0x0003_0000),
        word("FLT_ID1", 0xb0c, 0).rw(0x7fff_ffff),
        word("FLT_DLC", 0xb10, 8).rw(0x000f_000f),
        rw("PL1_LO", 0xb14),
        rw("PL1_HI", 0xb18),
        word("FLT_ID2_IDMASK", 0xb1c, 0).rw(0x7fff_ffff),
        rw("PL2_PLMASK_LO", 0xb20),
        rw("PL2_PLMASK_HI", 0xb24),
        word("WMB_CS", 0xb40, 0).array(4, 0x10),
        word("WMB_ID", 0xb44, 0).array(4, 0x10),
        word("WMB_D03", 0xb48, 0).array(4, 0x10),
        word("WMB_D47", 0xb4c, 0).array(4, 0x10),
        word("FDCTRL", FDCTRL, 0x8000_0100).rw(0x8003_9f00).rc_w1(TDCFAIL).on_write(),
        word("FDCBT", FDCBT, 0).rw(0x3ff7_7ce7).on_write(),
        word("FDCRC", FDCRC, 0),
    ]
}

/// CAN FD with the checksum of the standard.
pub(super) const ISO: u32 = ISOCANFDEN;
