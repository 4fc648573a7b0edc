// SPDX-License-Identifier: GPL-2.0-or-later
use super::*;
use can::{Id, Kind};
use device::{Bench, SETTLING_NS};

/// 36 MHz / 4 / 18: 500 kbit/s, a bit takes 2 us.
const BTR_500K: u32 = 3 | 12 << 16 | 3 << 20;
const BIT_NS: u64 = 2_000;

// TSR of mailbox 0.
const RQCP_TXOK: u32 = 3;
const ABRQ: u32 = 1 << 7;
const ALL_EMPTY: u32 = 7 << 26;

type Can = Bench<Single>;

/// In initialization, with a filter that takes everything.
fn initialized(mcr: u32, btr: u32) -> Can {
    let mut can = Can::new(&[36_000_000], &[]);
    assert_eq!(can.differs_after_reset(), []);
    can.write(MCR, mcr | INRQ);
    assert_eq!(can.read(MSR) & (INAK | SLAK), INAK);
    can.write(BTR, btr);
    can.write(FS1R, 1);
    can.write(FA1R, 1);
    can.write(FMR, 0x2a1c_0e00);
    can
}

fn on_bus(mcr: u32, btr: u32) -> Can {
    let mut can = initialized(mcr, btr);
    can.write(MCR, mcr);
    can.advance_ns(11 * BIT_NS);
    assert_eq!(can.read(MSR) & (INAK | SLAK), 0);
    can
}

fn joined(mcr: u32) -> Can {
    let mut can = on_bus(mcr, BTR_500K);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: can::Mode::Normal };
    assert_eq!(can.take_to_bus(), [(0, join)]);
    can
}

fn frame(id: u16, data: &[u8]) -> Frame {
    Frame::new(Id::Standard(id), Kind::Data, data).expect("a frame")
}

fn request(can: &mut Can, mailbox: u32, id: u16) {
    can.write(TDTR + mailbox * 16, 2);
    can.write(TDLR + mailbox * 16, 0xbbaa);
    can.write(TIR + mailbox * 16, u32::from(id) << 21 | TXRQ);
}

/// What was offered, by number and identifier.
fn offered(can: &mut Can) -> Vec<(u8, String, bool)> {
    let offers = can.take_to_bus().into_iter().map(|(_, said)| match said {
        ToBus::Offer { mailbox, once, frame } => (mailbox, frame.to_string(), once),
        other => panic!("{other:?}"),
    });
    offers.collect()
}

fn said(can: &mut Can) -> Vec<ToBus> {
    can.take_to_bus().into_iter().map(|(_, said)| said).collect()
}

const NOTHING: [String; 0] = [];

#[test]
fn a_frame_goes_out() {
    let mut can = joined(0);
    can.write(IER, TMEIE);
    request(&mut can, 0, 0x123);
    assert_eq!(offered(&mut can), [(255, "123 [2] AA BB".into(), false)]);
    assert_eq!((can.read(TSR), can.irq(TX)), (1 << 24 | ALL_EMPTY & !(1 << 26), false));
    can.save_and_restore();
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(TSR), can.irq(TX)), (RQCP_TXOK | ALL_EMPTY, true));
    can.write(TSR, 1);
    assert_eq!((can.read(TSR), can.irq(TX)), (ALL_EMPTY, false));
    assert_eq!(can.take_mistakes(), NOTHING);
}

#[test]
fn the_best_identifier_goes_first() {
    let mut can = joined(0);
    request(&mut can, 0, 0x200);
    request(&mut can, 1, 0x300);
    request(&mut can, 2, 0x100);
    // 0x300 waits inside, 0x100 goes before 0x200.
    let sent = |id: u32| format!("{id:03X} [2] AA BB");
    assert_eq!(offered(&mut can), [(255, sent(0x200), false), (254, sent(0x100), false)]);
    // Mailbox 1 is the last, and none is empty.
    assert_eq!(can.read(TSR), 1 << 24 | 1 << 30);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    can.on_bus(FromBus::Sent { mailbox: 254 });
    assert_eq!(offered(&mut can), [(255, sent(0x300), false)]);
    assert_eq!(can.read(TSR), 5 << 26 | RQCP_TXOK | RQCP_TXOK << 16);
}

#[test]
fn requests_can_go_in_their_order() {
    let mut can = joined(TXFP);
    for (mailbox, id) in [(2, 0x300), (0, 0x200), (1, 0x100)] {
        request(&mut can, mailbox, id);
    }
    let mut order = Vec::new();
    for _ in 0..3 {
        let (number, shown, _) = offered(&mut can).pop().expect("one");
        order.push(shown[..3].to_string());
        can.on_bus(FromBus::Sent { mailbox: number });
    }
    assert_eq!(order, ["300", "200", "100"]);
}

#[test]
fn a_request_is_aborted() {
    let mut can = joined(0);
    request(&mut can, 0, 0x200);
    request(&mut can, 1, 0x300);
    can.take_to_bus();
    // What waits inside ends at once; what the bus has, by its answer.
    can.write(TSR, ABRQ << 8 | ABRQ);
    assert_eq!(said(&mut can), [ToBus::Withdraw { mailbox: 255 }]);
    assert_eq!(can.read(TSR) & !ALL_EMPTY, 1 << 8 | ABRQ | 1 << 24);
    can.write(TSR, ABRQ);
    assert_eq!(said(&mut can), []);
    can.on_bus(FromBus::Withdrawn { mailbox: 255 });
    assert_eq!(can.read(TSR), 1 << 8 | 1 | ALL_EMPTY);
    // It was on the wire, and went through.
    request(&mut can, 0, 0x200);
    can.write(TSR, ABRQ);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!(can.read(TSR) & 0xff, RQCP_TXOK);
}

#[test]
fn one_attempt_only() {
    let mut can = joined(NART);
    request(&mut can, 0, 0x200);
    assert_eq!(offered(&mut can), [(255, "200 [2] AA BB".into(), true)]);
    can.on_bus(FromBus::Lost { mailbox: 255 });
    assert_eq!(can.read(TSR), 1 | 1 << 2 | ALL_EMPTY);
    request(&mut can, 0, 0x200);
    can.on_bus(FromBus::Failed { mailbox: 255 });
    assert_eq!(can.read(TSR), 1 | 1 << 3 | ALL_EMPTY);
}

#[test]
fn a_mailbox_that_is_not_empty_is_kept() {
    let mut can = joined(0);
    request(&mut can, 0, 0x200);
    can.write(TDLR, 7);
    can.write(TIR, 0x100 << 21);
    assert_eq!((can.read(TDLR), can.read(TIR)), (0xbbaa, 0x200 << 21 | TXRQ));
    assert_eq!(can.take_mistakes().len(), 1);
}

#[test]
fn frames_come_in() {
    let mut can = joined(TTCM);
    can.write(IER, FMPIE | FFIE | FOVIE);
    can.advance_ns(100 * BIT_NS);
    let remote = Frame::new(Id::Extended(0x1234_5678), Kind::Remote, &[0; 5]).expect("a frame");
    can.on_bus(FromBus::Received(remote));
    // It began as many bits before as it has, but for the last.
    let time = 100 - remote.wire_length().arbitration_bits + 1;
    assert_eq!((can.read(RIR), can.read(RDTR)), (0x1234_5678 << 3 | IDE | RTR, 5 | time << 16));
    assert_eq!((can.read(RF0R), can.irq(RX0), can.irq(RX0 + 1)), (1, true, false));
    can.on_bus(FromBus::Received(frame(0x7ff, &[1, 2, 3, 4, 5])));
    can.write(RF0R, RELEASE);
    assert_eq!((can.read(RF0R), can.read(RIR), can.read(RDLR)), (1, 0x7ff << 21, 0x0403_0201));
    assert_eq!(can.read(RDHR), 5);
    can.write(RF0R, RELEASE);
    assert_eq!((can.read(RF0R), can.irq(RX0)), (0, false));
    assert_eq!(can.take_mistakes(), NOTHING);
}

#[test]
fn a_full_fifo() {
    for (mcr, last) in [(0, 4), (RFLM, 3)] {
        let mut can = joined(mcr);
        (1..=3).for_each(|id| can.on_bus(FromBus::Received(frame(id, &[]))));
        assert_eq!(can.read(RF0R), 3 | FULL);
        can.on_bus(FromBus::Received(frame(4, &[])));
        assert_eq!(can.read(RF0R), 3 | FULL | FIFO_OVERRUN);
        can.write(RF0R, RELEASE);
        can.write(RF0R, RELEASE);
        assert_eq!((can.read(RIR) >> 21, can.read(RF0R)), (last, 1 | FULL | FIFO_OVERRUN));
        can.write(RF0R, FULL | FIFO_OVERRUN);
        assert_eq!(can.read(RF0R), 1);
    }
}

#[test]
fn what_no_filter_takes_is_lost() {
    let mut can = joined(0);
    can.write(FA1R, 0);
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(can.read(RF0R), 0);
    can.write(FMR, 0x2a1c_0e01);
    can.write(FFA1R, 1);
    can.write(FA1R, 1);
    can.on_bus(FromBus::Received(frame(2, &[])));
    assert_eq!((can.read(RF0R), can.read(RF1R)), (0, 0), "filters are initialized");
    can.write(FMR, 0x2a1c_0e00);
    can.on_bus(FromBus::Received(frame(3, &[])));
    assert_eq!((can.read(RF1R), can.read(RIR + 0x10)), (1, 3 << 21));
    assert_eq!(can.take_mistakes(), NOTHING);
    can.write(FS1R, 0);
    assert_eq!((can.read(FS1R), can.take_mistakes().len()), (1, 1));
}

#[test]
fn errors_are_shown() {
    let mut can = joined(0);
    can.write(IER, ERRIE | LECIE | (EWGF | BOFF) << 8);
    let status = |transmit_errors, receive_errors, state, last| {
        FromBus::Status(Status { transmit_errors, receive_errors, state, last })
    };
    can.on_bus(status(8, 1, State::Active, Some(Error::Acknowledge)));
    assert_eq!((can.read(ESR), can.irq(SCE)), (1 << 24 | 8 << 16 | 3 << 4, true));
    can.write(MSR, ERRI);
    assert!(!can.irq(SCE));
    can.on_bus(status(96, 0, State::Active, None));
    assert_eq!((can.read(ESR), can.irq(SCE)), (96 << 16 | EWGF, true));
    can.write(MSR, ERRI);
    can.on_bus(status(128, 0, State::Passive, None));
    assert_eq!((can.read(ESR), can.irq(SCE)), (128 << 16 | EWGF | EPVF, false), "it is not enabled");
    can.on_bus(status(256, 0, State::Off, None));
    assert_eq!((can.read(ESR), can.irq(SCE)), (EWGF | EPVF | BOFF, true));
    assert_eq!(said(&mut can), []);
    // Into initialization and out of it: it recovers.
    can.write(MCR, INRQ);
    assert_eq!(can.read(MSR) & INAK, INAK);
    can.write(MCR, 0);
    can.advance_ns(11 * BIT_NS);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: can::Mode::Normal };
    assert_eq!(said(&mut can), [join, ToBus::Recover]);
    can.on_bus(status(0, 0, State::Active, None));
    assert_eq!(can.read(ESR), 0);
    // Who leaves comes back with new counters.
    can.on_bus(status(8, 0, State::Active, None));
    can.write(MCR, INRQ);
    can.write(MCR, 0);
    assert_eq!((can.read(ESR), said(&mut can)), (0, vec![ToBus::Leave, join]));
}

#[test]
fn recovers_by_itself() {
    let mut can = joined(ABOM);
    let off = Status { transmit_errors: 256, state: State::Off, ..Status::default() };
    can.on_bus(FromBus::Status(off));
    can.on_bus(FromBus::Status(Status { last: Some(Error::Stuff), ..off }));
    assert_eq!(said(&mut can), [ToBus::Recover]);
}

#[test]
fn it_stops_when_the_bus_has_answered() {
    let mut can = joined(0);
    request(&mut can, 0, 0x200);
    can.take_to_bus();
    can.write(MCR, INRQ);
    assert_eq!(said(&mut can), [ToBus::Withdraw { mailbox: 255 }]);
    assert_eq!(can.read(MSR) & INAK, 0);
    can.on_bus(FromBus::Withdrawn { mailbox: 255 });
    assert_eq!((can.read(MSR) & INAK, said(&mut can)), (INAK, vec![ToBus::Leave]));
    // What was asked for is still asked for.
    can.write(MCR, 0);
    can.advance_ns(11 * BIT_NS);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { .. }, ToBus::Offer { mailbox: 255, .. }]));
    can.write(MCR, INRQ);
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(MSR) & INAK, can.read(TSR) & 0xff), (INAK, RQCP_TXOK));
}

#[test]
fn sleep_and_reset() {
    let mut can = joined(0);
    can.write(IER, SLKIE);
    can.write(MCR, SLEEP);
    assert_eq!(
        (can.read(MSR), can.irq(SCE), said(&mut can)),
        (0xc00 | SLAK | SLAKI, true, vec![ToBus::Leave])
    );
    can.write(MSR, SLAKI);
    can.write(MCR, 0);
    assert_eq!(can.read(MSR) & SLAK, SLAK);
    can.advance_ns(11 * BIT_NS);
    assert_eq!(can.read(MSR) & SLAK, 0);
    request(&mut can, 0, 1);
    can.take_to_bus();
    can.write(MCR, MASTER_RESET);
    assert_eq!((can.read(MCR), can.read(MSR), can.read(TSR)), (DBF | SLEEP, 0xc00 | SLAK, ALL_EMPTY));
    assert_eq!(said(&mut can), [ToBus::Leave]);
    can.reset();
    assert_eq!((said(&mut can), can.take_mistakes()), (vec![], NOTHING.into()));
}

#[test]
fn who_wakes_before_it_is_configured_is_not_on_the_bus() {
    let mut can = Can::new(&[36_000_000], &[]);
    can.write(MCR, 0);
    can.advance_ns(1_000_000);
    assert_eq!((can.read(MSR) & SLAK, said(&mut can)), (0, vec![]));
}

#[test]
fn loops_back() {
    let mut can = on_bus(0, BTR_500K | LBKM | SILM);
    request(&mut can, 0, 0x123);
    request(&mut can, 1, 0x123);
    let bits = u64::from(frame(0x123, &[0xaa, 0xbb]).wire_length().arbitration_bits);
    can.advance_ns(bits * BIT_NS - 1);
    assert_eq!((can.read(TSR) & 0xff, can.read(RF0R)), (0, 0));
    can.advance_ns(1);
    assert_eq!((can.read(TSR) & 0xff, can.read(RF0R), can.read(RDLR)), (RQCP_TXOK, 1, 0xbbaa));
    can.advance_ns((3 + bits) * BIT_NS - 1);
    assert_eq!(can.read(RF0R), 1);
    can.advance_ns(1);
    assert_eq!((can.read(RF0R), said(&mut can)), (2, vec![]), "nothing is on the bus");
    // Without silent mode the bus sees it; what is on the bus is not seen.
    let mut can = on_bus(0, BTR_500K | LBKM);
    request(&mut can, 0, 0x123);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { .. }, ToBus::Offer { once: true, .. }]));
    can.on_bus(FromBus::Received(frame(1, &[])));
    can.on_bus(FromBus::Failed { mailbox: 0 });
    can.advance_ns(bits * BIT_NS);
    assert_eq!((can.read(TSR) & 0xff, can.read(RF0R)), (RQCP_TXOK, 1));
}

#[test]
fn it_can_be_silent() {
    let mut can = on_bus(0, BTR_500K | SILM);
    request(&mut can, 0, 0x123);
    let join = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: can::Mode::Silent };
    assert_eq!(said(&mut can), [join]);
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(can.read(RF0R), 1);
}

#[test]
fn timing_is_kept_and_follows_the_clock() {
    let mut can = joined(0);
    can.write(BTR, 0);
    assert_eq!((can.read(BTR), can.take_mistakes().len()), (BTR_500K, 1));
    can.set_clock(0, 16_000_000);
    can.advance_ns(SETTLING_NS - 1);
    can.set_clock(0, 18_000_000);
    can.advance_ns(SETTLING_NS);
    assert!(matches!(said(&mut can)[..], [ToBus::Join { bitrate_bps: 250_000, .. }]));
}

#[test]
fn two_share_filters() {
    let mut master = Bench::<Master>::new(&[36_000_000], &[]);
    assert_eq!(master.differs_after_reset(), []);
    // Bank 14 is the first of the slave.
    master.write(FS1R, 1 << 14);
    master.write(FA1R, 1 << 14);
    master.write(FR + 14 * 8, 0x123 << 21);
    master.write(FR + 14 * 8 + 4, u32::MAX);
    master.write(FMR, 0x2a1c_0e00);
    master.write(MCR, INRQ);
    master.write(MCR, 0);
    master.advance_ns(1_000_000);
    master.on_bus(FromBus::Received(frame(0x123, &[])));
    assert_eq!(master.read(RF0R), 0);
    let mut slave = Bench::<Slave>::new(&[36_000_000], &[("master", 0)]);
    assert_eq!(slave.differs_after_reset(), []);
    slave.write(MCR, INRQ);
    slave.write(MCR, 0);
    slave.advance_ns(1_000_000);
    slave.on_bus(FromBus::Received(frame(0x123, &[])));
    assert_eq!((slave.read(RF0R), slave.take_mistakes().len()), (0, 1), "nobody is at the master's place");
    *slave.memory() = vec![0; 0x400];
    for offset in (FMR..0x320).step_by(4).filter(|offset| *offset >= FR || [FMR, FS1R, FA1R].contains(offset))
    {
        let word = master.read(offset).to_le_bytes();
        slave.memory()[offset as usize..offset as usize + 4].copy_from_slice(&word);
    }
    slave.on_bus(FromBus::Received(frame(0x123, &[])));
    slave.on_bus(FromBus::Received(frame(0x124, &[])));
    assert_eq!((slave.read(RF0R), slave.read(RDTR)), (1, 0));
}
