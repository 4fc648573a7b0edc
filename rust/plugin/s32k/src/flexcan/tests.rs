// SPDX-License-Identifier: GPL-2.0-or-later
use super::*;
use can::{Error, Id, Kind, Mode, State, Status, ToBus};
use device::{Bench, SETTLING_NS};

type Can = Bench<Fd>;

/// 8 MHz / 1 / 16: 500 kbit/s, a bit takes 2 us.
const CTRL1_500K: u32 = 6 | 3 << 16 | 3 << 19;
const BIT_NS: u64 = 2_000;
/// 80 MHz / 10 / 16, and 80 MHz / 2 / 20: 500 kbit/s and 2 Mbit/s.
const CBT_500K: u32 = 1 << 31 | 9 << 21 | 6 << 10 | 3 << 5 | 3;
const FDCBT_2M: u32 = 1 << 20 | 6 << 10 | 7 << 5 | 4;
const NORMAL: u32 = 0x1f;

// A buffer's words; the status' code.
const fn word(buffer: u32, word: u32) -> u32 {
    RAM + buffer * 16 + word * 4
}
const fn code(code: u32) -> u32 {
    code << 24
}
const SEND: u32 = code(0b1100);
const NO_MISTAKES: [String; 0] = [];

/// Frozen, with all bits of identifiers compared.
fn frozen_with(ctrl1: u32) -> Can {
    let mut can = Can::new(&[8_000_000, 80_000_000], &[]);
    assert_eq!(can.differs_after_reset(), []);
    can.write(MCR, MCR_RESET & !MDIS);
    assert_eq!(can.read(MCR) & (LPMACK | FRZACK | NOTRDY), FRZACK | NOTRDY);
    can.write(CTRL1, ctrl1);
    can.write(RXMGMASK, u32::MAX);
    can
}

fn start(can: &mut Can, mcr: u32) {
    can.write(MCR, mcr);
    assert_eq!(can.read(MCR) & (LPMACK | FRZACK | NOTRDY), 0);
    can.advance_ns(11 * BIT_NS);
    assert_eq!(can.read(ESR1) & SYNCH, SYNCH);
}

fn joined(mcr: u32) -> Can {
    let mut can = frozen_with(CTRL1_500K);
    start(&mut can, mcr | NORMAL);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: Mode::Normal };
    assert_eq!(can.take_to_bus(), [(0, join)]);
    can
}

fn frame(id: u16, data: &[u8]) -> Frame {
    Frame::new(Id::Standard(id), Kind::Data, data).expect("a frame")
}

fn send(can: &mut Can, buffer: u32, id: u32) {
    can.write(word(buffer, 1), id << 18);
    can.write(word(buffer, 2), 0xaabb_ccdd);
    can.write(word(buffer, 0), SEND | 2 << 16);
}

fn listen(can: &mut Can, buffer: u32, id: u32) {
    can.write(word(buffer, 1), id << 18);
    can.write(word(buffer, 0), code(0b0100));
}

fn code_of(can: &mut Can, buffer: u32) -> u32 {
    can.read(word(buffer, 0)) >> 24 & 0xf
}

fn said(can: &mut Can) -> Vec<ToBus> {
    can.take_to_bus().into_iter().map(|(_, said)| said).collect()
}

fn offered(can: &mut Can) -> Vec<(u8, String)> {
    let offers = said(can).into_iter().map(|said| match said {
        ToBus::Offer { mailbox, once: false, frame } => (mailbox, frame.to_string()),
        other => panic!("{other:?}"),
    });
    offers.collect()
}

#[test]
fn modes() {
    let mut can = joined(0);
    can.write(MCR, NORMAL | FRZ | HALT);
    assert_eq!((can.read(MCR) & (FRZACK | NOTRDY), said(&mut can)), (FRZACK | NOTRDY, vec![ToBus::Leave]));
    can.write(MCR, NORMAL | FRZ | HALT | MDIS);
    assert_eq!(can.read(MCR) & (FRZACK | LPMACK), LPMACK);
    can.write(MCR, NORMAL | SOFTRST | MDIS);
    assert_eq!((can.read(MCR) & SOFTRST, can.take_mistakes().len()), (0, 1));
    start(&mut can, NORMAL);
    can.write(MCR, NORMAL | SOFTRST);
    assert_eq!(can.read(MCR), MCR_RESET & !(MDIS | LPMACK) | FRZACK);
    assert_eq!((can.read(CTRL1), can.read(RXMGMASK)), (CTRL1_500K, u32::MAX), "they stay");
    assert!(matches!(said(&mut can)[..], [ToBus::Join { .. }, ToBus::Leave]));
    assert_eq!(can.take_mistakes(), NO_MISTAKES);
}

#[test]
fn what_is_for_freeze_mode_is_kept() {
    let mut can = joined(0);
    can.write(CTRL1, BOFFREC);
    can.write(RXIMR, 7);
    can.write(MCR, IRMQ | 7);
    assert_eq!((can.read(CTRL1), can.read(RXIMR), can.read(MCR)), (CTRL1_500K | BOFFREC, 0, NORMAL));
    assert_eq!(can.take_mistakes().len(), 3);
    can.write(CTRL1, CTRL1_500K | CLKSRC);
    assert_eq!((can.read(CTRL1), can.take_mistakes().len()), (CTRL1_500K, 1), "it is not disabled");
}

#[test]
fn a_frame_goes_out() {
    let mut can = joined(SRXDIS);
    can.write(IMASK1, 1 << 8 | 1 << 20);
    send(&mut can, 8, 0x123);
    assert_eq!(offered(&mut can), [(255, "123 [2] AA BB".into())]);
    assert_eq!((code_of(&mut can, 8), can.irq(3)), (0b1100, false));
    can.save_and_restore();
    can.advance_ns(100 * BIT_NS);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(
        (code_of(&mut can, 8), can.read(IFLAG1), can.irq(3), can.irq(4)),
        (0b1000, 1 << 8, true, false)
    );
    // The timer runs since the start, and the identifier began one bit after the frame.
    let bits = frame(0x123, &[0xaa, 0xbb]).wire_length().arbitration_bits;
    assert_eq!(can.read(word(8, 0)) & 0xffff, 111 - bits + 1);
    assert_eq!((can.read(TIMER), can.read(CRCR) >> 16), (111, 8));
    can.write(IFLAG1, 1 << 8);
    assert!(!can.irq(3));
    assert_eq!(can.take_mistakes(), NO_MISTAKES);
}

#[test]
fn which_goes_first() {
    let check = |mcr: u32, ctrl1: u32, expected: [&str; 3]| {
        let mut can = frozen_with(CTRL1_500K | ctrl1);
        // In freeze mode nothing is sent.
        for (buffer, priority, id) in [(3, 0, 0x300), (1, 1, 0x100), (2, 1, 0x080)] {
            can.write(word(buffer, 1), priority << 29 | id << 18);
            can.write(word(buffer, 0), SEND);
        }
        start(&mut can, mcr | NORMAL | SRXDIS);
        let order = expected.map(|_| {
            let Some(ToBus::Offer { mailbox, frame, .. }) = said(&mut can).pop() else { panic!("no offer") };
            can.on_bus(FromBus::Sent { mailbox });
            frame.id().to_string()
        });
        assert_eq!(order, expected);
    };
    check(0, 0, ["080", "100", "300"]);
    check(0, LBUF, ["100", "080", "300"]);
    check(LPRIOEN, 0, ["300", "080", "100"]);
}

#[test]
fn a_better_one_overtakes() {
    let mut can = joined(SRXDIS);
    send(&mut can, 8, 0x200);
    send(&mut can, 9, 0x300);
    send(&mut can, 10, 0x100);
    let shown = |number: u8, id: &str| (number, format!("{id} [2] AA BB"));
    assert_eq!(offered(&mut can), [shown(255, "200"), shown(254, "100")]);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    can.on_bus(FromBus::Sent { mailbox: 254 });
    assert_eq!((offered(&mut can), can.read(IFLAG1)), (vec![shown(255, "300")], 5 << 8));
}

#[test]
fn aborting() {
    let mut can = joined(AEN | SRXDIS);
    send(&mut can, 8, 0x200);
    send(&mut can, 9, 0x300);
    can.take_to_bus();
    // One that waits inside ends at once.
    can.write(word(9, 0), code(0b1001));
    assert_eq!((code_of(&mut can, 9), can.read(IFLAG1), said(&mut can)), (0b1001, 1 << 9, vec![]));
    can.write(word(8, 0), code(0b1001));
    assert_eq!((code_of(&mut can, 8), said(&mut can)), (0b1100, vec![ToBus::Withdraw { mailbox: 255 }]));
    can.on_bus(FromBus::Withdrawn { mailbox: 255 });
    assert_eq!((code_of(&mut can, 8), can.read(IFLAG1)), (0b1001, 3 << 8));
    // It goes through all the same.
    can.write(IFLAG1, u32::MAX);
    send(&mut can, 8, 0x200);
    can.write(word(8, 0), code(0b1001));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((code_of(&mut can, 8), can.read(IFLAG1)), (0b1000, 1 << 8));
    assert_eq!(can.take_mistakes(), NO_MISTAKES);
    send(&mut can, 8, 0x200);
    can.write(word(8, 2), 0);
    assert_eq!((can.read(word(8, 2)), can.take_mistakes().len()), (0xaabb_ccdd, 1));
}

#[test]
fn a_buffer_that_is_for_something_else() {
    let mut can = joined(SRXDIS);
    send(&mut can, 8, 0x200);
    can.write(word(8, 0), code(0b1000));
    assert!(matches!(said(&mut can)[..], [ToBus::Offer { .. }, ToBus::Withdraw { mailbox: 255 }]));
    send(&mut can, 8, 0x300);
    assert_eq!(said(&mut can), []);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((offered(&mut can), can.read(IFLAG1)), (vec![(255, "300 [2] AA BB".into())], 0));
}

#[test]
fn it_freezes_when_the_bus_has_answered() {
    let mut can = joined(SRXDIS);
    send(&mut can, 8, 0x200);
    can.take_to_bus();
    can.write(MCR, NORMAL | FRZ | HALT);
    assert_eq!((can.read(MCR) & FRZACK, said(&mut can)), (0, vec![ToBus::Withdraw { mailbox: 255 }]));
    can.on_bus(FromBus::Withdrawn { mailbox: 255 });
    assert_eq!((can.read(MCR) & FRZACK, said(&mut can)), (FRZACK, vec![ToBus::Leave]));
    start(&mut can, NORMAL);
    // What was asked for is still asked for.
    assert!(matches!(said(&mut can)[..], [ToBus::Join { .. }, ToBus::Offer { mailbox: 255, .. }]));
    can.reset();
    assert_eq!(said(&mut can), [ToBus::Leave]);
}

#[test]
fn frames_come_in() {
    let mut can = joined(0);
    listen(&mut can, 4, 0x123);
    can.write(word(20, 1), 0x1234_5678);
    can.write(word(20, 0), code(0b0100) | 1 << 21);
    can.write(IMASK1, 1 << 4 | 1 << 20);
    can.advance_ns(100 * BIT_NS);
    let standard = frame(0x123, &[1, 2, 3, 4, 5]);
    can.on_bus(FromBus::Received(standard));
    let time = 111 - standard.wire_length().arbitration_bits + 2;
    assert_eq!((can.irq(3), can.irq(4)), (true, false));
    assert_eq!(can.read(word(4, 0)), code(0b0010) | 5 << 16 | time);
    assert_eq!((can.read(word(4, 2)), can.read(word(4, 3))), (0x0102_0304, 0x0500_0000));
    can.on_bus(FromBus::Received(Frame::new(Id::Extended(0x1234_5678), Kind::Data, &[]).expect("a frame")));
    assert_eq!((can.read(IFLAG1), can.irq(4), can.read(word(20, 1))), (1 << 4 | 1 << 20, true, 0x1234_5678));
    can.on_bus(FromBus::Received(frame(0x124, &[])));
    assert_eq!(can.read(IFLAG1), 1 << 4 | 1 << 20, "nobody takes it");
    assert_eq!(can.take_mistakes(), NO_MISTAKES);
}

#[test]
fn masks() {
    let mut can = frozen_with(CTRL1_500K);
    can.write(RXMGMASK, 7 << 26);
    can.write(RX14MASK, u32::MAX);
    can.write(RXIMR + 14 * 4, 0);
    start(&mut can, NORMAL);
    listen(&mut can, 14, 0x123);
    listen(&mut can, 16, 0x1ff);
    can.on_bus(FromBus::Received(frame(0x122, &[])));
    assert_eq!(can.read(IFLAG1), 1 << 16);
    // Each its own; and remote frames only for whom they are stored.
    can.write(MCR, NORMAL | FRZ | HALT);
    can.write(MCR, NORMAL | FRZ | HALT | IRMQ);
    start(&mut can, NORMAL | IRMQ);
    can.write(IFLAG1, u32::MAX);
    can.on_bus(FromBus::Received(Frame::new(Id::Standard(1), Kind::Remote, &[]).expect("a frame")));
    assert_eq!(can.read(IFLAG1), 0);
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(can.read(IFLAG1), 1 << 14);
}

#[test]
fn buffers_are_full_and_overrun() {
    let mut can = joined(0);
    listen(&mut can, 4, 1);
    can.on_bus(FromBus::Received(frame(1, &[1])));
    can.on_bus(FromBus::Received(frame(1, &[2])));
    // Now it is locked: what comes waits.
    assert_eq!(code_of(&mut can, 4), 0b0110);
    can.on_bus(FromBus::Received(frame(1, &[3])));
    assert_eq!(can.read(word(4, 2)), 2 << 24);
    can.read(TIMER);
    assert_eq!(can.read(word(4, 2)), 3 << 24);
    assert_eq!(code_of(&mut can, 4), 0b0010, "it was read between");
}

#[test]
fn buffers_in_a_queue() {
    let mut can = frozen_with(CTRL1_500K);
    (0..16).for_each(|buffer| can.write(RXIMR + buffer * 4, u32::MAX));
    can.write(MCR, FRZ | HALT | IRMQ | NORMAL);
    start(&mut can, IRMQ | NORMAL);
    listen(&mut can, 2, 1);
    listen(&mut can, 5, 1);
    (1..=3).for_each(|byte| can.on_bus(FromBus::Received(frame(1, &[byte]))));
    assert_eq!((can.read(word(2, 2)), can.read(word(5, 2))), (1 << 24, 3 << 24));
    assert_eq!((code_of(&mut can, 2), code_of(&mut can, 5)), (0b0010, 0b0110));
}

#[test]
fn a_remote_frame_is_answered() {
    let mut can = joined(SRXDIS);
    can.write(word(8, 1), 0x55 << 18);
    can.write(word(8, 2), 0x4200_0000);
    can.write(word(8, 0), code(0b1010) | 1 << 16);
    can.on_bus(FromBus::Received(Frame::new(Id::Standard(0x55), Kind::Remote, &[0]).expect("a frame")));
    assert_eq!((offered(&mut can), code_of(&mut can, 8)), (vec![(255, "055 [1] 42".into())], 0b1110));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((code_of(&mut can, 8), can.read(IFLAG1)), (0b1010, 1 << 8));
    // Who asks listens for the answer afterwards.
    can.write(word(9, 1), 0x66 << 18);
    can.write(word(9, 0), SEND | 1 << 20);
    assert_eq!(offered(&mut can), [(255, "066 [0] remote".into())]);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(code_of(&mut can, 9), 0b0100);
}

#[test]
fn fd_with_two_rates() {
    let mut can = Can::new(&[8_000_000, 80_000_000], &[]);
    can.write(CTRL1, CLKSRC);
    can.write(MCR, MCR_RESET & !MDIS);
    can.write(MCR, MCR_RESET & !MDIS | FDEN);
    can.write(CTRL2, 0x00a0_0000 | ISO);
    can.write(CBT, CBT_500K);
    can.write(FDCBT, FDCBT_2M);
    can.write(RXMGMASK, u32::MAX);
    // Buffers of 64 bytes: there are seven.
    can.write(FDCTRL, FDRATE | 3 << 16);
    start(&mut can, FDEN | SRXDIS | NORMAL);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 2_000_000, mode: Mode::Normal };
    assert_eq!(said(&mut can), [join]);
    let second = RAM + 72;
    can.write(second + 4, 0x123 << 18);
    (0..16).for_each(|word| can.write(second + 8 + word * 4, word));
    can.write(second, 3 << 30 | SEND | 15 << 16);
    let Some(ToBus::Offer { mailbox, frame, .. }) = said(&mut can).pop() else { panic!("no offer") };
    assert_eq!((frame.kind(), frame.len()), (Kind::Fd { switches_rate: true, is_passive: false }, 64));
    assert_eq!(frame.data()[7..12], [1, 0, 0, 0, 2]);
    can.advance_ns(1_000_000);
    can.on_bus(FromBus::Sent { mailbox });
    assert_eq!(can.read(IFLAG1), 2);
    // The start of the identifier: 26 bits and 552 faster ones before, but for the first bit.
    let span = u64::from(can.read(TIMER) - (can.read(second) & 0xffff));
    assert_eq!(span, frame.wire_length().span_ns(500_000, 2_000_000).div_ceil(BIT_NS) - 1);
    can.write(RAM + 6 * 72 + 4, 0x7f << 18);
    can.write(RAM + 6 * 72, code(0b0100));
    let received = Frame::new(Id::Standard(0x7f), frame.kind(), &[9; 48]).expect("a frame");
    can.on_bus(FromBus::Received(received));
    assert_eq!((can.read(RAM + 6 * 72) >> 16, can.read(RAM + 6 * 72 + 8 + 44)), (0xc20e, 0x0909_0909));
    // A link without CAN FD has no such frames.
    can.write(second, 3 << 30 | SEND | 15 << 16);
    can.on_bus(FromBus::Failed { mailbox: 255 });
    assert_eq!((said(&mut can).len(), can.take_mistakes().len()), (1, 1));
}

#[test]
fn a_fifo() {
    let mut can = frozen_with(CTRL1_500K);
    can.write(RXFGMASK, u32::MAX);
    can.write(MCR, FRZ | HALT | RFEN | NORMAL);
    (0..8).for_each(|element| can.write(RAM + 0x60 + element * 4, (0x100 + element) << 19));
    start(&mut can, RFEN | NORMAL);
    can.write(IMASK1, BUF5);
    (0..7).for_each(|n| can.on_bus(FromBus::Received(frame(0x101 + u16::from(n) % 2, &[n]))));
    assert_eq!((can.read(IFLAG1), can.irq(3)), (BUF5 | BUF6 | BUF7, true));
    for n in 0..6 {
        assert_eq!((can.read(RXFIR), can.read(RAM + 8)), (1 + n % 2, n << 24));
        assert_eq!(can.read(RAM + 4), (0x101 + n % 2) << 18);
        can.write(IFLAG1, BUF5);
    }
    assert_eq!((can.read(IFLAG1), can.irq(3)), (BUF6 | BUF7, false));
    // Behind it there are buffers.
    listen(&mut can, 8, 0x200);
    can.on_bus(FromBus::Received(frame(0x200, &[])));
    assert_eq!(can.read(IFLAG1), BUF6 | BUF7 | 1 << 8);
    can.on_bus(FromBus::Received(frame(0x100, &[])));
    can.write(MCR, FRZ | HALT | RFEN | NORMAL);
    can.write(IFLAG1, BUF0);
    assert_eq!(can.read(IFLAG1), 1 << 8);
    assert_eq!(can.take_mistakes(), NO_MISTAKES);
}

#[test]
fn loops_back() {
    let mut can = frozen_with(CTRL1_500K | LPB);
    start(&mut can, NORMAL);
    listen(&mut can, 4, 0x123);
    send(&mut can, 8, 0x123);
    let bits = u64::from(frame(0x123, &[0xaa, 0xbb]).wire_length().arbitration_bits);
    can.advance_ns(bits * BIT_NS - 1);
    assert_eq!(can.read(IFLAG1), 0);
    can.advance_ns(1);
    assert_eq!(
        (can.read(IFLAG1), can.read(word(4, 2)), said(&mut can)),
        (1 << 8 | 1 << 4, 0xaabb_0000, vec![])
    );
}

#[test]
fn it_hears_itself_and_it_can_be_silent() {
    let mut can = joined(0);
    listen(&mut can, 4, 0x123);
    send(&mut can, 8, 0x123);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(can.read(IFLAG1), 1 << 8 | 1 << 4);
    let mut can = frozen_with(CTRL1_500K | LOM);
    start(&mut can, NORMAL);
    send(&mut can, 8, 0x123);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { mode: Mode::Silent, .. }]));
}

#[test]
fn errors() {
    let mut can = frozen_with(CTRL1_500K);
    can.write(CTRL1, CTRL1_500K | ERRMSK | BOFFMSK | TWRNMSK);
    can.write(CTRL2, 0x00a0_0000 | BOFFDONEMSK);
    can.write(MCR, FRZ | HALT | WRNEN | NORMAL);
    start(&mut can, WRNEN | NORMAL);
    can.take_to_bus();
    let status = |transmit_errors, state, last| {
        FromBus::Status(Status { transmit_errors, receive_errors: 3, state, last })
    };
    can.on_bus(status(8, State::Active, Some(Error::Acknowledge)));
    assert_eq!((can.read(ECR), can.irq(1), can.irq(0)), (3 << 8 | 8, true, false));
    assert_eq!(can.read(ESR1) & ERRORS, 1 << 13);
    assert_eq!(can.read(ESR1) & ERRORS, 0, "they were read");
    can.write(ESR1, ERRINT);
    assert!(!can.irq(1));
    can.on_bus(status(96, State::Active, None));
    assert_eq!((can.read(ESR1) & (TXWRN | TWRNINT), can.irq(0)), (TXWRN | TWRNINT, true));
    can.write(ESR1, TWRNINT);
    can.on_bus(status(128, State::Passive, None));
    assert_eq!((can.read(ESR1) & FLTCONF, can.irq(0)), (PASSIVE, false));
    can.on_bus(status(256, State::Off, None));
    assert_eq!((can.read(ESR1) & (FLTCONF | BOFFINT), can.irq(0)), (OFF | BOFFINT, true));
    assert_eq!((said(&mut can), can.read(ECR)), (vec![ToBus::Recover], 3 << 8 | 255));
    can.write(ESR1, BOFFINT);
    can.on_bus(FromBus::Status(Status::default()));
    assert_eq!((can.read(ESR1) & (FLTCONF | BOFFDONEINT), can.irq(0)), (BOFFDONEINT, true));
    // By software alone.
    can.write(CTRL1, CTRL1_500K | BOFFREC);
    can.on_bus(status(256, State::Off, None));
    assert_eq!(said(&mut can), []);
    can.write(CTRL1, CTRL1_500K);
    assert_eq!(said(&mut can), [ToBus::Recover]);
}

#[test]
fn it_follows_its_clock() {
    let mut can = joined(0);
    can.set_clock(0, 0);
    can.set_clock(0, 8_000_000);
    can.advance_ns(SETTLING_NS);
    assert_eq!(said(&mut can), []);
    can.set_clock(0, 4_000_000);
    can.reset();
    assert_eq!(said(&mut can), [ToBus::Leave]);
    let mut can = joined(0);
    can.set_clock(0, 4_000_000);
    can.advance_ns(SETTLING_NS);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { bitrate_bps: 250_000, .. }]));
}

#[test]
fn the_smaller_one() {
    let mut can = Bench::<Classical>::new(&[8_000_000, 80_000_000], &[]);
    assert_eq!(can.differs_after_reset(), []);
    can.write(MCR, MCR_RESET & !MDIS | FDEN);
    can.write(CTRL1, CTRL1_500K);
    can.write(MCR, NORMAL);
    can.advance_ns(11 * BIT_NS);
    assert_eq!((can.read(MCR), can.read(ESR2)), (NORMAL, VPS | IMB));
    can.read(word(16, 0));
    assert_eq!(can.take_mistakes().len(), 1, "there are 16 buffers");
}
