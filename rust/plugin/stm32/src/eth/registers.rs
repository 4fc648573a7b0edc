// SPDX-License-Identifier: GPL-2.0-or-later
//! Places and bits of the registers (RM0090, 33.8).

// MAC, 33.8.1.
pub(super) const MACCR: u32 = 0x00;
pub(super) const MACFFR: u32 = 0x04;
pub(super) const MACHTHR: u32 = 0x08;
pub(super) const MACHTLR: u32 = 0x0c;
pub(super) const MACMIIAR: u32 = 0x10;
pub(super) const MACMIIDR: u32 = 0x14;
pub(super) const MACFCR: u32 = 0x18;
pub(super) const MACVLANTR: u32 = 0x1c;
pub(super) const MACPMTCSR: u32 = 0x2c;
pub(super) const MACDBGR: u32 = 0x34;
pub(super) const MACSR: u32 = 0x38;
pub(super) const MACIMR: u32 = 0x3c;
pub(super) const MACA0HR: u32 = 0x40;
pub(super) const MACA0LR: u32 = 0x44;
pub(super) const MACAHR: u32 = 0x48;
pub(super) const MACALR: u32 = 0x4c;
// Counters, 33.8.2.
pub(super) const MMCCR: u32 = 0x100;
pub(super) const MMCRIR: u32 = 0x104;
pub(super) const MMCTIR: u32 = 0x108;
pub(super) const MMCRIMR: u32 = 0x10c;
pub(super) const MMCTIMR: u32 = 0x110;
pub(super) const MMCTGFSCCR: u32 = 0x14c;
pub(super) const MMCTGFMSCCR: u32 = 0x150;
pub(super) const MMCTGFCR: u32 = 0x168;
pub(super) const MMCRFCECR: u32 = 0x194;
pub(super) const MMCRFAECR: u32 = 0x198;
pub(super) const MMCRGUFCR: u32 = 0x1c4;
// Time stamps, 33.8.3.
pub(super) const PTPTSCR: u32 = 0x700;
pub(super) const PTPSSIR: u32 = 0x704;
pub(super) const PTPTSHR: u32 = 0x708;
pub(super) const PTPTSLR: u32 = 0x70c;
pub(super) const PTPTSHUR: u32 = 0x710;
pub(super) const PTPTSLUR: u32 = 0x714;
pub(super) const PTPTSAR: u32 = 0x718;
pub(super) const PTPTTHR: u32 = 0x71c;
pub(super) const PTPTTLR: u32 = 0x720;
pub(super) const PTPTSSR: u32 = 0x728;
pub(super) const PTPPPSCR: u32 = 0x72c;
// DMA, 33.8.4.
pub(super) const DMABMR: u32 = 0x1000;
pub(super) const DMATPDR: u32 = 0x1004;
pub(super) const DMARPDR: u32 = 0x1008;
pub(super) const DMARDLAR: u32 = 0x100c;
pub(super) const DMATDLAR: u32 = 0x1010;
pub(super) const DMASR: u32 = 0x1014;
pub(super) const DMAOMR: u32 = 0x1018;
pub(super) const DMAIER: u32 = 0x101c;
pub(super) const DMAMFBOCR: u32 = 0x1020;
pub(super) const DMARSWTR: u32 = 0x1024;
pub(super) const DMACHTDR: u32 = 0x1048;
pub(super) const DMACHRDR: u32 = 0x104c;
pub(super) const DMACHTBAR: u32 = 0x1050;
pub(super) const DMACHRBAR: u32 = 0x1054;

// MACCR.
pub(super) const RE: u32 = 1 << 2;
pub(super) const TE: u32 = 1 << 3;
pub(super) const LM: u32 = 1 << 12;
pub(super) const FES: u32 = 1 << 14;
/// CSTF: the checksum of frames with a type is taken off.
pub(super) const CSTF: u32 = 1 << 25;
/// WD, JD, IFG, ROD, APCS: frames longer than the standard's, other gaps, half duplex, taking the filling off.
pub(super) const MACCR_NOT_MODELLED: u32 = 1 << 23 | 1 << 22 | 7 << 17 | 1 << 13 | 1 << 7;
// MACFFR.
pub(super) const PM: u32 = 1 << 0;
pub(super) const HU: u32 = 1 << 1;
pub(super) const HM: u32 = 1 << 2;
pub(super) const DAIF: u32 = 1 << 3;
pub(super) const PAM: u32 = 1 << 4;
pub(super) const BFD: u32 = 1 << 5;
pub(super) const HPF: u32 = 1 << 10;
pub(super) const RA: u32 = 1 << 31;
/// SAF, SAIF: filters by the source.
pub(super) const MACFFR_NOT_MODELLED: u32 = 1 << 9 | 1 << 8;
// MACMIIAR.
pub(super) const MB: u32 = 1 << 0;
pub(super) const MW: u32 = 1 << 1;
// MACA1HR to MACA3HR.
pub(super) const AE: u32 = 1 << 31;
pub(super) const SA: u32 = 1 << 30;
// DMABMR.
pub(super) const SR: u32 = 1 << 0;
pub(super) const EDFE: u32 = 1 << 7;
// DMASR.
pub(super) const TS: u32 = 1 << 0;
pub(super) const TPSS: u32 = 1 << 1;
pub(super) const TBUS: u32 = 1 << 2;
pub(super) const RS: u32 = 1 << 6;
pub(super) const RBUS: u32 = 1 << 7;
pub(super) const RPSS: u32 = 1 << 8;
pub(super) const FBES: u32 = 1 << 13;
pub(super) const AIS: u32 = 1 << 15;
pub(super) const NIS: u32 = 1 << 16;
/// TS, TBUS, RS, ERS; and the others.
pub(super) const NORMAL: u32 = 0x4045;
pub(super) const ABNORMAL: u32 = 0x27ba;
/// TPS and RPS: stopped, waiting or reading, suspended.
pub(super) const TPS: u32 = 7 << 20;
pub(super) const TPS_READING: u32 = 3 << 20;
pub(super) const TPS_SUSPENDED: u32 = 6 << 20;
pub(super) const RPS: u32 = 7 << 17;
pub(super) const RPS_WAITING: u32 = 3 << 17;
pub(super) const RPS_SUSPENDED: u32 = 4 << 17;
/// EBS: where an error of the bus was: reading, and of a descriptor; otherwise writing, and of a buffer.
pub(super) const EBS: u32 = 7 << 23;
pub(super) const EBS_READ: u32 = 1 << 24;
pub(super) const EBS_DESCRIPTOR: u32 = 1 << 25;
pub(super) const EBS_TRANSMIT: u32 = 1 << 23;
// DMAOMR.
pub(super) const START_RX: u32 = 1 << 1;
pub(super) const START_TX: u32 = 1 << 13;
pub(super) const FTF: u32 = 1 << 20;
/// MFC of DMAMFBOCR, and its overflow.
pub(super) const MFC: u32 = 0xffff;
pub(super) const OMFC: u32 = 1 << 16;
