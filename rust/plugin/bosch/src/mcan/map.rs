// SPDX-License-Identifier: GPL-2.0-or-later
//! The registers: those of M_CAN (M_CAN User's Manual 3.2.3, 2.3), and those of ST's chips whose message RAM has a layout that is
//! fixed (RM0440, 44.4): fewer, some at other places, with interrupts in another order.

use device::Register;

pub(super) const DBTP: u32 = 0x0c;
pub(super) const TEST: u32 = 0x10;
pub(super) const RWD: u32 = 0x14;
pub(super) const CCCR: u32 = 0x18;
pub(super) const NBTP: u32 = 0x1c;
pub(super) const TSCC: u32 = 0x20;
pub(super) const TSCV: u32 = 0x24;
pub(super) const TOCC: u32 = 0x28;
pub(super) const TOCV: u32 = 0x2c;
pub(super) const ECR: u32 = 0x40;
pub(super) const PSR: u32 = 0x44;
pub(super) const TDCR: u32 = 0x48;
pub(super) const IR: u32 = 0x50;
pub(super) const IE: u32 = 0x54;
pub(super) const ILS: u32 = 0x58;
pub(super) const ILE: u32 = 0x5c;
/// RXGFC of the fixed layout.
pub(super) const GFC: u32 = 0x80;
// Of the full layout alone.
pub(super) const SIDFC: u32 = 0x84;
pub(super) const XIDFC: u32 = 0x88;
pub(super) const NDAT: u32 = 0x98;
pub(super) const RXFC: [u32; 2] = [0xa0, 0xb0];
pub(super) const RXBC: u32 = 0xac;
pub(super) const RXESC: u32 = 0xbc;
pub(super) const TXBC: u32 = 0xc0;
pub(super) const TXESC: u32 = 0xc8;
pub(super) const TXEFC: u32 = 0xf0;
/// Of the fixed layout alone.
pub(super) const CKDIV: u32 = 0x100;

// CCCR.
pub(super) const INIT: u32 = 1 << 0;
pub(super) const CCE: u32 = 1 << 1;
pub(super) const ASM: u32 = 1 << 2;
pub(super) const CSA: u32 = 1 << 3;
pub(super) const CSR: u32 = 1 << 4;
pub(super) const MON: u32 = 1 << 5;
pub(super) const DAR: u32 = 1 << 6;
pub(super) const TEST_ENABLE: u32 = 1 << 7;
pub(super) const FDOE: u32 = 1 << 8;
pub(super) const BRSE: u32 = 1 << 9;
const PXHD: u32 = 1 << 12;
const EFBI: u32 = 1 << 13;
const TXP: u32 = 1 << 14;
const NISO: u32 = 1 << 15;
/// What is changed in configuration alone, and what can be cleared at any time besides.
pub(super) const CONFIGURED: u32 = DAR | FDOE | BRSE | PXHD | EFBI | TXP | NISO;
pub(super) const CLEARABLE: u32 = ASM | MON | TEST_ENABLE;
// TEST.
pub(super) const LBCK: u32 = 1 << 4;
// ECR.
pub(super) const RP: u32 = 1 << 15;
pub(super) const CEL: u32 = 0xff << 16;
// PSR.
pub(super) const LEC: u32 = 7;
pub(super) const ACT: u32 = 3 << 3;
pub(super) const IDLE: u32 = 1 << 3;
pub(super) const EP: u32 = 1 << 5;
pub(super) const EW: u32 = 1 << 6;
pub(super) const BO: u32 = 1 << 7;
pub(super) const DLEC: u32 = 7 << 8;
pub(super) const RESI: u32 = 1 << 11;
pub(super) const RBRS: u32 = 1 << 12;
pub(super) const RFDF: u32 = 1 << 13;
// Of a status of a FIFO, received or of events: it is full, and something was lost.
pub(super) const FIFO_FULL: u32 = 1 << 24;
pub(super) const FIFO_LOST: u32 = 1 << 25;
/// TXFQS: nothing is free.
pub(super) const TFQF: u32 = 1 << 21;

/// What differs between the two.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    pub xidam: u32,
    pub hpms: u32,
    pub rxfs: [u32; 2],
    pub rxfa: [u32; 2],
    /// TXBC: a queue and no FIFO.
    pub tfqm: u32,
    pub txfqs: u32,
    pub txbrp: u32,
    pub txbar: u32,
    pub txbcr: u32,
    pub txbto: u32,
    pub txbcf: u32,
    pub txbtie: u32,
    pub txbcie: u32,
    pub txefs: u32,
    pub txefa: u32,
    pub flags: Flags,
}

/// The bits of IR; 0 for one that is not there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags {
    pub new: [u32; 2],
    pub watermark: [u32; 2],
    pub full: [u32; 2],
    pub lost: [u32; 2],
    pub priority: u32,
    pub sent: u32,
    pub cancelled: u32,
    pub empty: u32,
    pub event_new: u32,
    pub event_watermark: u32,
    pub event_full: u32,
    pub event_lost: u32,
    pub time_wraps: u32,
    pub ram: u32,
    pub timeout: u32,
    pub buffer: u32,
    pub logging: u32,
    pub passive: u32,
    pub warning: u32,
    pub off: u32,
    pub protocol: u32,
}

pub(super) const FULL: Map = Map {
    xidam: 0x90,
    hpms: 0x94,
    rxfs: [0xa4, 0xb4],
    rxfa: [0xa8, 0xb8],
    tfqm: 1 << 30,
    txfqs: 0xc4,
    txbrp: 0xcc,
    txbar: 0xd0,
    txbcr: 0xd4,
    txbto: 0xd8,
    txbcf: 0xdc,
    txbtie: 0xe0,
    txbcie: 0xe4,
    txefs: 0xf4,
    txefa: 0xf8,
    flags: Flags {
        new: [1 << 0, 1 << 4],
        watermark: [1 << 1, 1 << 5],
        full: [1 << 2, 1 << 6],
        lost: [1 << 3, 1 << 7],
        priority: 1 << 8,
        sent: 1 << 9,
        cancelled: 1 << 10,
        empty: 1 << 11,
        event_new: 1 << 12,
        event_watermark: 1 << 13,
        event_full: 1 << 14,
        event_lost: 1 << 15,
        time_wraps: 1 << 16,
        ram: 1 << 17,
        timeout: 1 << 18,
        buffer: 1 << 19,
        logging: 1 << 22,
        passive: 1 << 23,
        warning: 1 << 24,
        off: 1 << 25,
        protocol: 1 << 27,
    },
};

pub(super) const FIXED: Map = Map {
    xidam: 0x84,
    hpms: 0x88,
    rxfs: [0x90, 0x98],
    rxfa: [0x94, 0x9c],
    tfqm: 1 << 24,
    txfqs: 0xc4,
    txbrp: 0xc8,
    txbar: 0xcc,
    txbcr: 0xd0,
    txbto: 0xd4,
    txbcf: 0xd8,
    txbtie: 0xdc,
    txbcie: 0xe0,
    txefs: 0xe4,
    txefa: 0xe8,
    flags: Flags {
        new: [1 << 0, 1 << 3],
        watermark: [0; 2],
        full: [1 << 1, 1 << 4],
        lost: [1 << 2, 1 << 5],
        priority: 1 << 6,
        sent: 1 << 7,
        cancelled: 1 << 8,
        empty: 1 << 9,
        event_new: 1 << 10,
        event_watermark: 0,
        event_full: 1 << 11,
        event_lost: 1 << 12,
        time_wraps: 1 << 13,
        ram: 1 << 14,
        timeout: 1 << 15,
        buffer: 0,
        logging: 1 << 16,
        passive: 1 << 17,
        warning: 1 << 18,
        off: 1 << 19,
        protocol: 1 << 21,
    },
};

/// The interrupts that each bit of ILS stands for in the fixed layout (RM0440, 44.4.18).
pub(super) const GROUPS: [u32; 7] = [0x7, 0x38, 0x1c0, 0x1e00, 0xe000, 0x3_0000, 0xfc_0000];

/// What both begin with. `ir` are the interrupts, `ils` the bits that choose their lines.
const fn common(ir: u32, ils: u32) -> [Register; 18] {
    [
        Register::new("CREL", 0x00, 0x3214_1218),
        Register::new("ENDN", 0x04, 0x8765_4321),
        Register::new("DBTP", DBTP, 0x0000_0a33).rw(0x009f_1fff).on_write(),
        Register::new("TEST", TEST, 0).rw(0x70).unmodelled(0x60).on_write(),
        Register::new("RWD", RWD, 0).rw(0xff).on_write(),
        Register::new("CCCR", CCCR, INIT)
            .rw(INIT | CCE | ASM | CSR | MON | DAR | TEST_ENABLE | FDOE | BRSE | PXHD | EFBI | TXP | NISO)
            .unmodelled(ASM | TXP | NISO)
            .on_write(),
        Register::new("NBTP", NBTP, 0x0600_0a03).rw(0xffff_ff7f).on_write(),
        Register::new("TSCC", TSCC, 0).rw(0x000f_0003).unmodelled(2).on_write(),
        Register::new("TSCV", TSCV, 0).wo(0xffff).on_read().on_write(),
        Register::new("TOCC", TOCC, 0xffff_0000).rw(0xffff_0007).on_write(),
        Register::new("TOCV", TOCV, 0x0000_ffff).wo(0xffff).on_read().on_write(),
        Register::new("ECR", ECR, 0).rc_r(CEL),
        Register::new("PSR", PSR, 0x0000_0707).on_read(),
        Register::new("TDCR", TDCR, 0).rw(0x7f7f).on_write(),
        Register::new("IR", IR, 0).rc_w1(ir).on_write(),
        Register::new("IE", IE, 0).rw(ir).on_write(),
        Register::new("ILS", ILS, 0).rw(ils).on_write(),
        Register::new("ILE", ILE, 0).rw(3).on_write(),
    ]
}

pub(super) const FULL_TABLE: [Register; 45] = join(
    common(0x3fff_ffff, 0x3fff_ffff),
    [
        Register::new("GFC", GFC, 0).rw(0x3f).on_write(),
        Register::new("SIDFC", SIDFC, 0).rw(0x00ff_fffc).on_write(),
        Register::new("XIDFC", XIDFC, 0).rw(0x007f_fffc).on_write(),
        Register::new("XIDAM", FULL.xidam, 0x1fff_ffff).rw(0x1fff_ffff).on_write(),
        Register::new("HPMS", FULL.hpms, 0),
        Register::new("NDAT", NDAT, 0).rc_w1(u32::MAX).array(2, 4),
        Register::new("RXF0C", RXFC[0], 0).rw(0xff7f_fffc).on_write(),
        Register::new("RXF0S", FULL.rxfs[0], 0),
        Register::new("RXF0A", FULL.rxfa[0], 0).rw(0x3f).on_write(),
        Register::new("RXBC", RXBC, 0).rw(0xfffc).on_write(),
        Register::new("RXF1C", RXFC[1], 0).rw(0xff7f_fffc).on_write(),
        Register::new("RXF1S", FULL.rxfs[1], 0),
        Register::new("RXF1A", FULL.rxfa[1], 0).rw(0x3f).on_write(),
        Register::new("RXESC", RXESC, 0).rw(0x777).on_write(),
        Register::new("TXBC", TXBC, 0).rw(0x7f3f_fffc).on_write(),
        Register::new("TXFQS", FULL.txfqs, 0),
        Register::new("TXESC", TXESC, 0).rw(7).on_write(),
        Register::new("TXBRP", FULL.txbrp, 0),
        Register::new("TXBAR", FULL.txbar, 0).wo(u32::MAX).on_write(),
        Register::new("TXBCR", FULL.txbcr, 0).rs(u32::MAX).on_write(),
        Register::new("TXBTO", FULL.txbto, 0),
        Register::new("TXBCF", FULL.txbcf, 0),
        Register::new("TXBTIE", FULL.txbtie, 0).rw(u32::MAX),
        Register::new("TXBCIE", FULL.txbcie, 0).rw(u32::MAX),
        Register::new("TXEFC", TXEFC, 0).rw(0x3f3f_fffc).on_write(),
        Register::new("TXEFS", FULL.txefs, 0),
        Register::new("TXEFA", FULL.txefa, 0).rw(0x1f).on_write(),
    ],
);

pub(super) const FIXED_TABLE: [Register; 37] = join(
    common(0x00ff_ffff, 0x7f),
    [
        Register::new("RXGFC", GFC, 0).rw(0x0f1f_033f).on_write(),
        Register::new("XIDAM", FIXED.xidam, 0x1fff_ffff).rw(0x1fff_ffff).on_write(),
        Register::new("HPMS", FIXED.hpms, 0),
        Register::new("RXF0S", FIXED.rxfs[0], 0),
        Register::new("RXF0A", FIXED.rxfa[0], 0).rw(7).on_write(),
        Register::new("RXF1S", FIXED.rxfs[1], 0),
        Register::new("RXF1A", FIXED.rxfa[1], 0).rw(7).on_write(),
        Register::new("TXBC", TXBC, 0).rw(FIXED.tfqm).on_write(),
        Register::new("TXFQS", FIXED.txfqs, 3),
        Register::new("TXBRP", FIXED.txbrp, 0),
        Register::new("TXBAR", FIXED.txbar, 0).wo(7).on_write(),
        Register::new("TXBCR", FIXED.txbcr, 0).rs(7).on_write(),
        Register::new("TXBTO", FIXED.txbto, 0),
        Register::new("TXBCF", FIXED.txbcf, 0),
        Register::new("TXBTIE", FIXED.txbtie, 0).rw(7),
        Register::new("TXBCIE", FIXED.txbcie, 0).rw(7),
        Register::new("TXEFS", FIXED.txefs, 0),
        Register::new("TXEFA", FIXED.txefa, 0).rw(3).on_write(),
        Register::new("CKDIV", CKDIV, 0).rw(0xf).on_write(),
    ],
);

const fn join<const A: usize, const B: usize, const ALL: usize>(
    first: [Register; A],
    second: [Register; B],
) -> [Register; ALL] {
    let mut all = [first[0]; ALL];
    let mut n = 0;
    while n < ALL {
        all[n] = if n < A { first[n] } else { second[n - A] };
        n += 1;
    }
    all
}

/// Whether a register is changed in configuration alone (INIT and CCE).
pub(super) fn is_configuration(is_fixed: bool, offset: u32) -> bool {
    let always = [DBTP, RWD, NBTP, TSCC, TOCC, TDCR, GFC, TXBC];
    let of_full = [SIDFC, XIDFC, FULL.xidam, RXFC[0], RXBC, RXFC[1], RXESC, TXESC, TXEFC];
    let of_fixed = [FIXED.xidam, CKDIV];
    let others: &[u32] = if is_fixed { &of_fixed } else { &of_full };
    always.contains(&offset) || others.contains(&offset)
}
