// SPDX-License-Identifier: GPL-2.0-or-later
//! ST's on a bench; what the other one has more is in `tests/full.rs`.

use super::map::*;
use super::*;
use can::{Error, Frame, Id, Kind, Mode, State, Status, ToBus};
use device::{Bench, SETTLING_NS};

mod full;
mod random;

type Can = Bench<Fixed>;

const NO_MISTAKES: [String; 0] = [];
const CLOCK_HZ: u64 = 24_000_000;
/// 48 quanta of one cycle, and 12.
const NBTP_500K: u32 = 9 << 25 | 37 << 8 | 8;
const DBTP_2M: u32 = 8 << 8 | 1 << 4 | 1;
const BIT_NS: u64 = 2_000;
// The message RAM.
const FILTERS: usize = 0;
const FIFO0: usize = 0xb0;
const FIFO1: usize = 0x188;
const EVENTS: usize = 0x260;
const SENT: usize = 0x278;

fn said(can: &mut Can) -> Vec<ToBus> {
    can.take_to_bus().into_iter().map(|(_, said)| said).collect()
}

fn frame(id: u16, data: &[u8]) -> Frame {
    Frame::new(Id::Standard(id), Kind::Data, data).expect("a frame")
}

fn word(can: &mut Can, at: usize) -> u32 {
    let bytes = &can.memory()[at..at + 4];
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

fn set_word(can: &mut Can, at: usize, word: u32) {
    can.memory()[at..at + 4].copy_from_slice(&word.to_le_bytes());
}

/// One in configuration.
fn configured() -> Can {
    let mut can = Can::new(&[CLOCK_HZ], &[]);
    *can.memory() = vec![0; 0x350];
    can.write(CCCR, INIT | CCE);
    can.write(NBTP, NBTP_500K);
    can.write(DBTP, DBTP_2M);
    can
}

fn start(can: &mut Can) {
    let cccr = can.read(CCCR);
    can.write(CCCR, cccr & !(INIT | CCE));
    can.advance_ns(11 * BIT_NS);
}

/// One on the bus, without CAN FD; all interrupts on line 0.
fn joined() -> Can {
    let mut can = configured();
    start(&mut can);
    can.write(IE, u32::MAX);
    can.write(ILE, 1);
    can.write(FIXED.txbtie, 7);
    can.write(FIXED.txbcie, 7);
    can.take_to_bus();
    can
}

/// An element with two bytes to be sent.
fn prepare(can: &mut Can, buffer: usize, id: u32) {
    set_word(can, SENT + buffer * 72, id << 18);
    set_word(can, SENT + buffer * 72 + 4, 2 << 16);
    set_word(can, SENT + buffer * 72 + 8, 0xbbaa);
}

fn send(can: &mut Can, buffer: usize, id: u32) {
    prepare(can, buffer, id);
    can.write(FIXED.txbar, 1 << buffer);
}

fn offered(can: &mut Can) -> Vec<(u8, String)> {
    let offers = said(can).into_iter().filter_map(|said| match said {
        ToBus::Offer { mailbox, frame, .. } => Some((mailbox, frame.to_string())),
        _ => None,
    });
    offers.collect()
}

fn flags(can: &mut Can) -> u32 {
    let flags = can.read(IR);
    can.write(IR, flags);
    flags
}

#[test]
fn it_starts() {
    let mut can = Can::new(&[CLOCK_HZ], &[]);
    assert_eq!(can.differs_after_reset(), []);
    can.write(NBTP, 0);
    assert_eq!((can.read(NBTP), can.take_mistakes().len()), (0x0600_0a03, 1), "not in configuration");
    can.write(CCCR, INIT | FDOE);
    assert_eq!((can.read(CCCR), can.take_mistakes().len()), (INIT, 1), "nor this");
    can.write(CCCR, CCE);
    assert_eq!(can.read(CCCR), 0, "CCE goes with INIT alone");
    let mut can = configured();
    can.write(CCCR, INIT | CCE | FDOE | BRSE);
    can.write(CCCR, FDOE | BRSE);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 2_000_000, mode: Mode::Normal };
    assert_eq!(said(&mut can), [join]);
    assert_eq!(can.read(PSR) & ACT, 0);
    can.advance_ns(11 * BIT_NS);
    assert_eq!((can.read(PSR) & ACT, can.read(CCCR)), (IDLE, FDOE | BRSE));
    can.write(CCCR, INIT | FDOE | BRSE);
    assert_eq!((said(&mut can), can.take_mistakes()), (vec![ToBus::Leave], NO_MISTAKES.into()));
    can.write(CCCR, FDOE | BRSE);
    can.reset();
    assert_eq!(said(&mut can), [join, ToBus::Leave]);
}

#[test]
fn the_first_one_divides_the_clock() {
    let mut can = configured();
    can.write(CKDIV, 2);
    start(&mut can);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { bitrate_bps: 125_000, .. }]));
    // Another one looks there.
    let mut can = Can::new(&[CLOCK_HZ], &[("place", 1), ("divider", 8)]);
    *can.memory() = vec![0; 0x6a0];
    set_word(&mut can, 8, 1);
    can.write(CCCR, INIT | CCE);
    can.write(NBTP, NBTP_500K);
    start(&mut can);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { bitrate_bps: 250_000, .. }]));
    // Its message RAM is the second one.
    can.on_bus(FromBus::Received(frame(0x123, &[])));
    assert_eq!(word(&mut can, 0x350 + FIFO0), 0x123 << 18);
}

#[test]
fn it_receives() {
    let mut can = joined();
    can.on_bus(FromBus::Received(frame(0x123, &[1, 2, 3, 4, 5])));
    assert_eq!((can.read(FIXED.rxfs[0]), can.irq(0)), (1 << 16 | 1, true));
    assert_eq!(
        [0, 4, 8, 12].map(|at| word(&mut can, FIFO0 + at)),
        [0x123 << 18, 1 << 31 | 5 << 16, 0x0403_0201, 5]
    );
    assert_eq!((flags(&mut can), can.irq(0)), (FIXED.flags.new[0], false));
    for id in 1..=3 {
        can.on_bus(FromBus::Received(frame(id, &[])));
    }
    // Three are there, and the last one is lost.
    assert_eq!(can.read(FIXED.rxfs[0]), FIFO_LOST | FIFO_FULL | 3);
    let lost = FIXED.flags.new[0] | FIXED.flags.full[0] | FIXED.flags.lost[0];
    assert_eq!((flags(&mut can), can.read(FIXED.rxfs[0])), (lost, FIFO_FULL | 3));
    can.write(FIXED.rxfa[0], 1);
    assert_eq!(can.read(FIXED.rxfs[0]), 2 << 8 | 1);
    can.write(FIXED.rxfa[0], 0);
    assert_eq!((can.read(FIXED.rxfs[0]), can.take_mistakes().len()), (2 << 8 | 1, 1), "it is not there");
    can.write(FIXED.rxfa[0], 2);
    assert_eq!(can.read(FIXED.rxfs[0]), 0);
}

#[test]
fn it_overwrites() {
    let mut can = configured();
    can.write(GFC, 1 << 9);
    start(&mut can);
    (1..=4).for_each(|id| can.on_bus(FromBus::Received(frame(id, &[]))));
    assert_eq!(can.read(FIXED.rxfs[0]), FIFO_FULL | 1 << 16 | 1 << 8 | 3);
    assert_eq!([0, 72, 144].map(|at| word(&mut can, FIFO0 + at) >> 18), [4, 2, 3]);
    assert_eq!(can.read(IR) & FIXED.flags.lost[0], 0);
}

#[test]
fn it_filters() {
    let mut can = configured();
    // Others are rejected. Two filters: 0x100 to FIFO 1 with priority, and 0x101 to nobody, with priority.
    can.write(GFC, 0x3c | 2 << 16);
    set_word(&mut can, FILTERS, 1 << 30 | 6 << 27 | 0x100 << 16 | 0x100);
    set_word(&mut can, FILTERS + 4, 1 << 30 | 4 << 27 | 0x101 << 16 | 0x101);
    start(&mut can);
    can.on_bus(FromBus::Received(frame(0x102, &[])));
    assert_eq!(flags(&mut can), 0);
    can.on_bus(FromBus::Received(frame(0x100, &[])));
    assert_eq!(flags(&mut can), FIXED.flags.new[1] | FIXED.flags.priority);
    assert_eq!((can.read(FIXED.hpms), word(&mut can, FIFO1 + 4)), (3 << 6, 0));
    can.on_bus(FromBus::Received(frame(0x101, &[])));
    assert_eq!((flags(&mut can), can.read(FIXED.hpms)), (FIXED.flags.priority, 1 << 8));
    (0..3).for_each(|_| can.on_bus(FromBus::Received(frame(0x100, &[]))));
    assert_eq!(can.read(FIXED.hpms), 1 << 6, "one is lost");
}

#[test]
fn a_fifo_of_frames_to_be_sent() {
    let mut can = joined();
    assert_eq!(can.read(FIXED.txfqs), 3);
    send(&mut can, 0, 0x200);
    send(&mut can, 1, 0x100);
    // The first one goes first, whatever the identifiers.
    assert_eq!(offered(&mut can), [(255, "200 [2] AA BB".into())]);
    assert_eq!((can.read(FIXED.txfqs), can.read(FIXED.txbrp)), (1 | 2 << 16, 3));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbto), can.irq(0)), (1, true));
    assert_eq!(flags(&mut can), FIXED.flags.sent);
    assert_eq!(offered(&mut can), [(255, "100 [2] AA BB".into())]);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(flags(&mut can), FIXED.flags.sent | FIXED.flags.empty);
    assert_eq!(can.read(FIXED.txfqs), 3 | 2 << 8 | 2 << 16);
    // Round the corner.
    send(&mut can, 2, 1);
    send(&mut can, 0, 2);
    send(&mut can, 1, 3);
    assert_eq!(can.read(FIXED.txfqs), TFQF | 2 << 8 | 2 << 16);
    assert_eq!((can.read(FIXED.txbto), can.take_mistakes()), (0, NO_MISTAKES.into()));
}

#[test]
fn a_queue_goes_by_identifiers() {
    let mut can = configured();
    can.write(TXBC, FIXED.tfqm);
    start(&mut can);
    said(&mut can);
    send(&mut can, 0, 0x300);
    send(&mut can, 1, 0x100);
    send(&mut can, 2, 0x200);
    // The bus has the first one already; a better one goes before it, a worse one waits.
    assert_eq!(offered(&mut can), [(255, "300 [2] AA BB".into()), (254, "100 [2] AA BB".into())]);
    assert_eq!(can.read(FIXED.txfqs), TFQF);
    can.on_bus(FromBus::Sent { mailbox: 254 });
    assert_eq!((offered(&mut can), can.read(FIXED.txfqs)), (vec![(254, "200 [2] AA BB".into())], 1 << 16));
    assert_eq!(can.read(IR) & FIXED.flags.empty, 0);
}

#[test]
fn frames_are_cancelled() {
    let mut can = joined();
    can.write(FIXED.txbcr, 4);
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txbcr)), (4, 0), "nothing was asked for");
    (0..3).for_each(|buffer| send(&mut can, buffer, 0x100));
    said(&mut can);
    can.write(FIXED.txbcr, 2);
    assert_eq!(
        (can.read(FIXED.txbrp), can.read(FIXED.txbcf), flags(&mut can)),
        (5, 2, FIXED.flags.cancelled)
    );
    can.write(FIXED.txbcr, 1);
    can.write(FIXED.txbcr, 1);
    // While the bus has the first one, the FIFO waits.
    assert_eq!((said(&mut can), can.read(FIXED.txbcr)), (vec![ToBus::Withdraw { mailbox: 255 }], 1));
    can.on_bus(FromBus::Withdrawn { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txbcr), can.read(FIXED.txbrp)), (3, 0, 4));
    assert_eq!(offered(&mut can), [(255, "100 [2] AA BB".into())]);
    // Sent in spite of it.
    can.write(FIXED.txbcr, 4);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txbto), can.read(FIXED.txbrp)), (7, 4, 0));
}

#[test]
fn frames_are_tried_once() {
    let mut can = configured();
    can.write(CCCR, INIT | CCE | DAR);
    start(&mut can);
    said(&mut can);
    (0..2).for_each(|buffer| send(&mut can, buffer, 0x100));
    assert!(matches!(said(&mut can)[..], [ToBus::Offer { mailbox: 255, once: true, .. }]));
    can.on_bus(FromBus::Lost { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txbto), can.read(FIXED.txbrp)), (1, 0, 2));
    can.on_bus(FromBus::Failed { mailbox: 255 });
    assert_eq!(
        (can.read(FIXED.txbcf), can.read(FIXED.txbrp), can.take_mistakes()),
        (3, 0, NO_MISTAKES.into())
    );
    send(&mut can, 2, 0x100);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txbto)), (3, 4));
}

#[test]
fn what_the_bus_has_no_frames_for() {
    let mut can = joined();
    send(&mut can, 0, 0x100);
    can.on_bus(FromBus::Failed { mailbox: 255 });
    assert_eq!((can.read(FIXED.txbrp), can.take_mistakes().len()), (0, 1));
}

#[test]
fn fd_frames() {
    let mut can = configured();
    can.write(CCCR, INIT | CCE | FDOE | BRSE);
    can.write(TSCC, 1);
    start(&mut can);
    can.write(IE, u32::MAX);
    said(&mut can);
    set_word(&mut can, SENT, 1 << 30 | 0x1234_5678);
    // Marker, event, FD, BRS, 64 bytes.
    set_word(&mut can, SENT + 4, 0xa5 << 24 | 1 << 23 | 3 << 20 | 15 << 16);
    (0..64).for_each(|byte| can.memory()[SENT + 8 + byte] = byte as u8);
    can.write(FIXED.txbar, 1);
    let Some(ToBus::Offer { mailbox, frame, .. }) = said(&mut can).pop() else { panic!("no offer") };
    assert_eq!(frame.kind(), Kind::Fd { switches_rate: true, is_passive: false });
    assert_eq!((frame.id(), frame.data()[63]), (Id::Extended(0x1234_5678), 63));
    can.advance_ns(10_000_000);
    can.on_bus(FromBus::Sent { mailbox });
    assert_eq!(
        (can.read(FIXED.txefs), flags(&mut can)),
        (1 | 1 << 16, FIXED.flags.event_new | FIXED.flags.empty)
    );
    let event = word(&mut can, EVENTS + 4);
    assert_eq!(
        (word(&mut can, EVENTS), event >> 16),
        (1 << 30 | 0x1234_5678, 0xa5 << 8 | 1 << 6 | 3 << 4 | 15)
    );
    // It began so many bits before: its own, counted at the bit rate of arbitration.
    let span = frame.wire_length().span_ns(500_000, 2_000_000);
    assert_eq!(u64::from(event & 0xffff), (10_000_000 + 11 * BIT_NS - span) / BIT_NS);
    assert_eq!(u64::from(can.read(TSCV)), 10_000_000 / BIT_NS + 11);
    can.write(FIXED.txefa, 0);
    assert_eq!(can.read(FIXED.txefs), 1 << 8 | 1 << 16);
    can.on_bus(FromBus::Received(frame));
    assert_eq!(
        (word(&mut can, FIFO0), word(&mut can, FIFO0 + 4) >> 16),
        (1 << 30 | 0x1234_5678, 1 << 15 | 3 << 4 | 15)
    );
    assert_eq!(word(&mut can, FIFO0 + 8 + 60), 0x3f3e_3d3c);
    assert_eq!(can.read(PSR) & (LEC | DLEC | RFDF | RBRS | RESI), RFDF | RBRS);
    assert_eq!(can.read(PSR) & (LEC | DLEC | RFDF | RBRS), LEC | DLEC, "it was read");
    // Without CAN FD all are frames of Classical CAN.
    let mut can = joined();
    set_word(&mut can, SENT, 1 << 18);
    set_word(&mut can, SENT + 4, 3 << 20 | 15 << 16);
    can.write(FIXED.txbar, 1);
    assert_eq!(offered(&mut can), [(255, "001 [8] 00 00 00 00 00 00 00 00".into())]);
}

#[test]
fn remote_frames() {
    let mut can = joined();
    set_word(&mut can, SENT, 1 << 29 | 0x55 << 18);
    set_word(&mut can, SENT + 4, 4 << 16);
    can.write(FIXED.txbar, 1);
    assert_eq!(offered(&mut can), [(255, "055 [4] remote".into())]);
    can.on_bus(FromBus::Received(Frame::new(Id::Standard(0x55), Kind::Remote, &[0; 4]).expect("a frame")));
    assert_eq!([0, 4].map(|at| word(&mut can, FIFO0 + at)), [1 << 29 | 0x55 << 18, 1 << 31 | 4 << 16]);
}

#[test]
fn loops_back() {
    let mut can = configured();
    can.write(CCCR, INIT | CCE | TEST_ENABLE | MON);
    can.write(TEST, LBCK);
    start(&mut can);
    assert_eq!(said(&mut can), [], "it is for itself");
    send(&mut can, 0, 0x123);
    send(&mut can, 1, 0x124);
    let bits = u64::from(frame(0x123, &[0xaa, 0xbb]).wire_length().arbitration_bits);
    can.advance_ns(bits * BIT_NS - 1);
    assert_eq!((can.read(FIXED.txbto), can.read(FIXED.rxfs[0])), (0, 0));
    can.advance_ns(1);
    assert_eq!((can.read(FIXED.txbto), can.read(FIXED.rxfs[0]) & 0xf), (1, 1));
    assert_eq!((word(&mut can, FIFO0), word(&mut can, FIFO0 + 8)), (0x123 << 18, 0xbbaa));
    let bits = 3 + u64::from(frame(0x124, &[0xaa, 0xbb]).wire_length().arbitration_bits);
    can.advance_ns(bits * BIT_NS - 1);
    assert_eq!(can.read(FIXED.txbto), 1);
    can.advance_ns(1);
    assert_eq!((can.read(FIXED.txbto), said(&mut can), can.take_mistakes()), (3, vec![], NO_MISTAKES.into()));
    // Without monitoring the bus sees it; what is on the bus is not seen.
    let mut can = configured();
    can.write(CCCR, INIT | CCE | TEST_ENABLE);
    can.write(TEST, LBCK);
    start(&mut can);
    send(&mut can, 0, 0x123);
    assert!(matches!(
        said(&mut can)[..],
        [ToBus::Join { mode: Mode::Normal, .. }, ToBus::Offer { once: true, .. }]
    ));
    can.on_bus(FromBus::Received(frame(1, &[])));
    can.on_bus(FromBus::Failed { mailbox: 0 });
    assert_eq!(can.read(FIXED.rxfs[0]) & 0xf, 0);
    can.advance_ns(1_000_000);
    assert_eq!((can.read(FIXED.txbto), can.read(FIXED.rxfs[0]) & 0xf), (1, 1));
    can.write(CCCR, 0);
    assert_eq!(can.read(TEST), 0);
}

#[test]
fn it_can_be_silent() {
    let mut can = configured();
    can.write(CCCR, INIT | CCE | MON);
    start(&mut can);
    send(&mut can, 0, 0x123);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: Mode::Silent };
    assert_eq!((said(&mut can), can.read(FIXED.txbrp), can.take_mistakes().len()), (vec![join], 0, 1));
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(can.read(FIXED.rxfs[0]) & 0xf, 1);
}

fn status(transmit_errors: u16, receive_errors: u16, state: State, last: Option<Error>) -> FromBus {
    FromBus::Status(Status { transmit_errors, receive_errors, state, last })
}

#[test]
fn errors() {
    let mut can = joined();
    can.on_bus(status(8, 3, State::Active, Some(Error::Acknowledge)));
    assert_eq!((can.read(ECR), can.read(ECR)), (1 << 16 | 3 << 8 | 8, 3 << 8 | 8), "the log is read once");
    assert_eq!((can.read(PSR) & 0xff, flags(&mut can)), (IDLE | 3, FIXED.flags.protocol));
    can.on_bus(status(96, 3, State::Active, Some(Error::Crc)));
    assert_eq!((can.read(PSR) & 0xff, flags(&mut can)), {
        (EW | IDLE | 6, FIXED.flags.protocol | FIXED.flags.warning)
    });
    can.on_bus(status(96, 200, State::Passive, Some(Error::Stuff)));
    assert_eq!((can.read(PSR) & 0xff, flags(&mut can)), {
        (EP | EW | IDLE | 1, FIXED.flags.protocol | FIXED.flags.passive)
    });
    assert_eq!(can.read(ECR) & 0xffff, RP | 127 << 8 | 96);
    // A passive one says so in its frames.
    can.on_bus(status(95, 127, State::Active, None));
    assert_eq!(flags(&mut can), FIXED.flags.passive);
    for _ in 0..255 {
        can.on_bus(status(8, 3, State::Active, Some(Error::Form)));
    }
    assert_eq!((can.read(IR) & FIXED.flags.logging, can.read(ECR) >> 16), (0, 255));
    for _ in 0..256 {
        can.on_bus(status(8, 3, State::Active, Some(Error::Form)));
    }
    assert_eq!(can.read(IR) & FIXED.flags.logging, FIXED.flags.logging);
}

#[test]
fn it_is_off_the_bus_until_software_brings_it_back() {
    let mut can = joined();
    send(&mut can, 0, 0x100);
    said(&mut can);
    can.on_bus(status(256, 0, State::Off, Some(Error::BitDominant)));
    assert_eq!((can.read(CCCR), can.read(PSR) & (BO | ACT), can.read(IR) & FIXED.flags.off), {
        (INIT, BO, FIXED.flags.off)
    });
    can.advance_ns(1_000_000);
    assert_eq!(said(&mut can), []);
    can.write(IR, u32::MAX);
    can.write(CCCR, 0);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: Mode::Normal };
    assert_eq!(said(&mut can), [join, ToBus::Recover]);
    can.advance_ns(11 * BIT_NS);
    assert_eq!(can.read(PSR) & (BO | ACT), BO);
    // INIT makes it no shorter.
    can.write(CCCR, INIT);
    assert_eq!(said(&mut can), []);
    can.write(CCCR, 0);
    assert_eq!(said(&mut can), [join, ToBus::Recover]);
    can.advance_ns(11 * BIT_NS);
    can.on_bus(status(0, 0, State::Active, None));
    assert_eq!((can.read(PSR) & (BO | ACT | LEC), can.read(ECR) & 0xffff), (IDLE, 0));
    assert_eq!(flags(&mut can) & FIXED.flags.off, FIXED.flags.off, "it has changed");
    // What was asked for is still with the bus.
    assert_eq!((said(&mut can), can.read(FIXED.txbrp)), (vec![], 1));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(can.read(FIXED.txbto), 1);
}

#[test]
fn configuration_forgets_what_is_to_be_sent() {
    let mut can = joined();
    (0..2).for_each(|buffer| send(&mut can, buffer, 0x100));
    can.on_bus(FromBus::Received(frame(1, &[])));
    said(&mut can);
    // Without, it is sent later.
    can.write(CCCR, INIT);
    assert_eq!((said(&mut can), can.read(FIXED.txbrp)), (vec![ToBus::Leave], 3));
    can.write(CCCR, 0);
    can.advance_ns(11 * BIT_NS);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { .. }, ToBus::Offer { .. }]));
    // Off the bus it is withdrawn, and the answer is none.
    can.on_bus(status(256, 0, State::Off, None));
    can.write(CCCR, INIT | CCE);
    assert!(matches!(said(&mut can)[..], [ToBus::Withdraw { mailbox: 127 }]));
    assert_eq!([FIXED.txbrp, FIXED.rxfs[0], FIXED.txbcf].map(|register| can.read(register)), [0; 3]);
    can.on_bus(FromBus::Withdrawn { mailbox: 127 });
    assert_eq!((can.read(FIXED.txbcf), can.read(FIXED.txfqs)), (0, 3));
    can.write(FIXED.txbar, 1);
    assert_eq!((can.read(FIXED.txbrp), can.take_mistakes().len()), (0, 1));
}

#[test]
fn two_lines() {
    let mut can = joined();
    can.write(ILE, 3);
    can.write(ILS, 1);
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!((can.irq(0), can.irq(1)), (false, true));
    send(&mut can, 0, 1);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.irq(0), can.irq(1)), (true, true));
    can.write(ILS, 1 | 4 | 8);
    assert_eq!((can.irq(0), can.irq(1)), (false, true));
    can.write(ILE, 0);
    assert!(!can.irq(1));
}

#[test]
fn the_clock_stops_when_all_is_sent() {
    let mut can = joined();
    send(&mut can, 0, 1);
    said(&mut can);
    can.write(CCCR, CSR);
    assert_eq!(can.read(CCCR), CSR);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(CCCR), said(&mut can)), (CSR | CSA | INIT, vec![ToBus::Leave]));
    can.write(CCCR, CSR);
    assert_eq!(can.read(CCCR), CSR | CSA | INIT);
    can.write(CCCR, INIT);
    assert_eq!(can.read(CCCR), INIT);
}

#[test]
fn times() {
    let mut can = configured();
    // Each count has two bits.
    can.write(TSCC, 1 << 16 | 1);
    // And a FIFO that nobody looks at for ten of them is told.
    can.write(TOCC, 10 << 16 | 2 << 1 | 1);
    start(&mut can);
    can.advance_ns(9 * BIT_NS);
    assert_eq!(can.read(TSCV), 10);
    can.write(TSCV, 0);
    can.advance_ns(65_536 * 2 * BIT_NS - 1);
    assert_eq!((can.read(TSCV), can.read(IR)), (0xffff, 0));
    can.advance_ns(1);
    assert_eq!((can.read(TSCV), flags(&mut can)), (0, FIXED.flags.time_wraps));
    can.advance_ns(65_536 * 2 * BIT_NS);
    assert_eq!((flags(&mut can), can.read(TOCV)), (FIXED.flags.time_wraps, 10));
    can.on_bus(FromBus::Received(frame(1, &[])));
    flags(&mut can);
    can.advance_ns(20 * BIT_NS - 1);
    assert_eq!((can.read(TOCV), can.read(IR)), (1, 0));
    can.advance_ns(1);
    assert_eq!((can.read(TOCV), flags(&mut can)), (0, FIXED.flags.timeout));
    can.write(FIXED.rxfa[0], 0);
    assert_eq!(can.read(TOCV), 10);
    // All the time.
    can.write(CCCR, INIT | CCE);
    can.write(TOCC, 10 << 16 | 1);
    start(&mut can);
    can.advance_ns(5 * BIT_NS);
    assert_eq!(can.read(TOCV), 2);
    can.write(TOCV, 0);
    can.advance_ns(20 * BIT_NS);
    assert_eq!(can.read(IR) & FIXED.flags.timeout, FIXED.flags.timeout);
}

#[test]
fn it_follows_its_clock() {
    let mut can = joined();
    can.set_clock(0, 0);
    can.set_clock(0, CLOCK_HZ);
    can.advance_ns(SETTLING_NS);
    assert_eq!(said(&mut can), []);
    can.set_clock(0, CLOCK_HZ / 2);
    can.advance_ns(SETTLING_NS);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { bitrate_bps: 250_000, .. }]));
}

#[test]
fn goes_on_from_a_saved_state() {
    let mut can = joined();
    (0..2).for_each(|buffer| send(&mut can, buffer, 0x100));
    can.on_bus(FromBus::Received(frame(1, &[])));
    said(&mut can);
    can.save_and_restore();
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((offered(&mut can).len(), can.read(FIXED.rxfs[0]) & 0xf, can.read(FIXED.txbto)), (1, 1, 1));
}

#[test]
fn without_a_message_ram() {
    let mut can = joined();
    *can.memory() = Vec::new();
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!((can.read(IR) & FIXED.flags.ram, can.take_mistakes().len()), (FIXED.flags.ram, 1));
}
