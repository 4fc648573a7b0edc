// SPDX-License-Identifier: GPL-2.0-or-later
//! What M_CAN has where the message RAM is divided by registers.

use super::super::map::*;
use super::{BIT_NS, CLOCK_HZ, NBTP_500K, NO_MISTAKES, frame};
use crate::mcan::Full;
use can::{FromBus, ToBus};
use device::Bench;

type Can = Bench<Full>;

// Where the message RAM of these tests has what.
const STANDARD: u32 = 0x000;
const FIFOS: [u32; 2] = [0x100, 0x200];
const BUFFERS: u32 = 0x300;
const EVENTS: u32 = 0x400;
const SENT: u32 = 0x500;

fn word(can: &mut Can, at: u32) -> u32 {
    let bytes = &can.memory()[at as usize..at as usize + 4];
    u32::from_le_bytes(bytes.try_into().expect("four bytes"))
}

fn set_word(can: &mut Can, at: u32, word: u32) {
    can.memory()[at as usize..at as usize + 4].copy_from_slice(&word.to_le_bytes());
}

/// Five places in FIFO 0 with a watermark of 2, FIFO 1 with elements of 16 bytes, two filters, buffers of their own for two frames to be sent,
/// four places in a FIFO for others, and one for an event.
fn joined() -> Can {
    let mut can = Can::new(&[CLOCK_HZ], &[]);
    *can.memory() = vec![0; 0x1000];
    can.write(CCCR, INIT | CCE);
    can.write(NBTP, NBTP_500K);
    can.write(SIDFC, 2 << 16 | STANDARD);
    can.write(RXFC[0], 2 << 24 | 5 << 16 | FIFOS[0]);
    can.write(RXFC[1], 1 << 31 | 1 << 16 | FIFOS[1]);
    can.write(RXESC, 2 << 4);
    can.write(RXBC, BUFFERS);
    can.write(TXBC, 4 << 24 | 2 << 16 | SENT);
    can.write(TXEFC, 1 << 24 | 1 << 16 | EVENTS);
    can.write(CCCR, 0);
    can.advance_ns(11 * BIT_NS);
    can.take_to_bus();
    can
}

fn flags(can: &mut Can) -> u32 {
    let flags = can.read(IR);
    can.write(IR, flags);
    flags
}

fn send(can: &mut Can, buffer: u32, id: u32, control: u32) {
    set_word(can, SENT + buffer * 16, id << 18);
    set_word(can, SENT + buffer * 16 + 4, control);
    can.write(FULL.txbar, 1 << buffer);
}

fn offered(can: &mut Can) -> Vec<u8> {
    let offers = can.take_to_bus().into_iter().filter_map(|(_, said)| match said {
        ToBus::Offer { mailbox, .. } => Some(mailbox),
        _ => None,
    });
    offers.collect()
}

#[test]
fn it_receives() {
    let mut can = Can::new(&[CLOCK_HZ], &[]);
    assert_eq!(can.differs_after_reset(), []);
    let mut can = joined();
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(flags(&mut can), FULL.flags.new[0]);
    can.on_bus(FromBus::Received(frame(2, &[7; 8])));
    assert_eq!(flags(&mut can), FULL.flags.new[0] | FULL.flags.watermark[0]);
    assert_eq!((word(&mut can, FIFOS[0] + 16), word(&mut can, FIFOS[0] + 28)), (2 << 18, 0x0707_0707));
    assert_eq!(can.read(FULL.rxfs[0]), 2 << 16 | 2);
    // A filter leads to FIFO 1, whose only element is overwritten.
    set_word(&mut can, STANDARD, 2 << 30 | 2 << 27 | 0x100 << 16 | 0x700);
    can.on_bus(FromBus::Received(frame(0x101, &[])));
    can.on_bus(FromBus::Received(frame(0x102, &[])));
    assert_eq!(flags(&mut can), FULL.flags.new[1] | FULL.flags.full[1]);
    assert_eq!((can.read(FULL.rxfs[1]), word(&mut can, FIFOS[1])), (FIFO_FULL | 1, 0x102 << 18));
    can.write(FULL.rxfa[1], 0);
    assert_eq!((can.read(FULL.rxfs[1]), can.take_mistakes()), (0, NO_MISTAKES.into()));
}

#[test]
fn a_buffer_for_one_frame() {
    let mut can = joined();
    set_word(&mut can, STANDARD, 7 << 27 | 0x100 << 16 | 33);
    can.on_bus(FromBus::Received(frame(0x100, &[1])));
    assert_eq!((can.read(NDAT), can.read(NDAT + 4), flags(&mut can)), (0, 2, FULL.flags.buffer));
    assert_eq!(word(&mut can, BUFFERS + 33 * 16), 0x100 << 18);
    // Until it has been read, the frame goes on to other filters, and to the FIFO.
    can.on_bus(FromBus::Received(frame(0x100, &[2])));
    assert_eq!((word(&mut can, BUFFERS + 33 * 16 + 8), word(&mut can, FIFOS[0] + 8)), (1, 2));
    can.write(NDAT + 4, 2);
    can.on_bus(FromBus::Received(frame(0x100, &[3])));
    assert_eq!(word(&mut can, BUFFERS + 33 * 16 + 8), 3);
    // One for debugging.
    set_word(&mut can, STANDARD + 4, 7 << 27 | 0x101 << 16 | 1 << 9);
    can.on_bus(FromBus::Received(frame(0x101, &[])));
    assert_eq!(can.take_mistakes().len(), 1);
}

#[test]
fn buffers_of_their_own_and_a_fifo() {
    let mut can = joined();
    assert_eq!(can.read(FULL.txfqs), 4 | 2 << 8 | 2 << 16);
    send(&mut can, 2, 0x300, 0);
    send(&mut can, 3, 0x001, 0);
    send(&mut can, 1, 0x200, 0);
    send(&mut can, 0, 0x400, 0);
    // 0x300 first, then 0x200 before it. What is second in the FIFO waits, and 0x400 is worse.
    assert_eq!((offered(&mut can), can.read(FULL.txfqs)), (vec![255, 254], 2 | 2 << 8 | 4 << 16));
    can.on_bus(FromBus::Sent { mailbox: 254 });
    assert_eq!((can.read(FULL.txbto), offered(&mut can)), (2, vec![]));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(FULL.txbto), offered(&mut can)), (6, vec![255]));
    can.on_bus(FromBus::Sent { mailbox: 255 });
    assert_eq!((can.read(FULL.txbto), offered(&mut can)), (14, vec![255]));
    assert_eq!((can.read(FULL.txbrp), can.read(FULL.txfqs)), (1, 4 | 4 << 8 | 4 << 16));
}

#[test]
fn events() {
    let mut can = joined();
    for _ in 0..2 {
        send(&mut can, 0, 0x100, 0x5a << 24 | 1 << 23);
        can.on_bus(FromBus::Sent { mailbox: 255 });
    }
    let told =
        FULL.flags.event_new | FULL.flags.event_full | FULL.flags.event_watermark | FULL.flags.event_lost;
    assert_eq!((can.read(FULL.txefs), flags(&mut can)), (FIFO_LOST | FIFO_FULL | 1, told));
    assert_eq!((word(&mut can, EVENTS), word(&mut can, EVENTS + 4)), (0x100 << 18, 0x5a << 24 | 1 << 22));
    can.write(FULL.txefa, 0);
    assert_eq!(can.read(FULL.txefs), 0);
    can.write(FULL.txefa, 0);
    assert_eq!(can.take_mistakes().len(), 1);
}

#[test]
fn without_any_memory() {
    let mut can = Can::new(&[CLOCK_HZ], &[]);
    can.write(CCCR, INIT | CCE);
    can.write(NBTP, NBTP_500K);
    can.write(CCCR, 0);
    can.advance_ns(11 * BIT_NS);
    can.on_bus(FromBus::Received(frame(1, &[])));
    assert_eq!(flags(&mut can), FULL.flags.lost[0]);
    can.write(FULL.txbar, u32::MAX);
    can.write(FULL.rxfa[0], 3);
    assert_eq!((can.read(FULL.txbrp), can.take_mistakes().len()), (0, 1));
}
