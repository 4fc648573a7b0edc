// SPDX-License-Identifier: GPL-2.0-or-later
//! Frames and their descriptors, with 10 and 100 Mbit/s, and what stops them.

use super::*;
use device::Bench;

const OWN: u32 = 1 << 31;
const LAST_AND_FIRST: u32 = 3 << 28;
const INTERRUPT: u32 = 1 << 30;
const RING_END: u32 = 1 << 21;
const CHAINED: u32 = 1 << 20;

// Where in memory what is.
const TX: u32 = 0x100;
const RX: u32 = 0x200;
const TX_BUFFER: u32 = 0x1000;
const RX_BUFFER: u32 = 0x2000;

const ADDRESS: [u8; 6] = [2, 0, 0, 0, 0, 7];

fn bench() -> Bench<Eth> {
    let mut eth = Bench::<Eth>::new(&[168_000_000], &[("mac", 0x0200_0000_0007), ("phy-address", 1)]);
    eth.memory().resize(0x4000, 0);
    eth.write(DMATDLAR, TX);
    eth.write(DMARDLAR, RX);
    eth.write(DMAIER, 0x1_e7ff);
    eth.write(MACCR, 0x8000 | FES | 1 << 11 | TE | RE);
    eth
}

fn words(eth: &mut Bench<Eth>, at: u32, words: [u32; 4]) {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    eth.memory()[at as usize..at as usize + 16].copy_from_slice(&bytes);
}

fn word(eth: &mut Bench<Eth>, at: u32) -> u32 {
    u32::from_le_bytes(eth.memory()[at as usize..at as usize + 4].try_into().unwrap())
}

/// A frame of `len` bytes to `to`.
fn frame(to: [u8; 6], len: usize) -> Vec<u8> {
    let mut bytes = [&to[..], &[2, 0, 0, 0, 0, 9], &[0x88, 0xb5]].concat();
    bytes.resize(len, 0x5a);
    bytes
}

#[test]
fn registers_after_reset() {
    assert_eq!(Bench::<Eth>::default().differs_after_reset(), []);
    let mut eth = bench();
    assert_eq!((eth.read(MACA0LR), eth.read(MACA0HR)), (0x0000_0002, 0x8000_0700));
    eth.write(DMABMR, SR);
    assert_eq!((eth.read(DMABMR), eth.read(MACA0LR)), (0x0002_0100, u32::MAX));
}

#[test]
fn a_frame_takes_its_time() {
    let mut eth = bench();
    let bytes = frame(ADDRESS, 100);
    eth.memory()[TX_BUFFER as usize..][..100].copy_from_slice(&bytes);
    words(&mut eth, TX, [OWN | INTERRUPT | LAST_AND_FIRST, 100, TX_BUFFER, 0]);
    eth.write(DMAOMR, START_TX | 1 << 21);
    assert_eq!(eth.take_frames(), [(0, bytes)]);
    // (8 + 100 + 4 + 12) * 80 ns.
    eth.advance_ns(9_919);
    assert_eq!((word(&mut eth, TX) & OWN, eth.irq(0)), (OWN, false));
    eth.advance_ns(1);
    assert_eq!(word(&mut eth, TX), INTERRUPT | LAST_AND_FIRST);
    assert!(eth.irq(0) && eth.read(DMASR) & (TS | TBUS | NIS) == TS | TBUS | NIS);
    eth.write(DMASR, NIS | TS);
    assert!(eth.irq(0), "there is still no descriptor");
    eth.write(DMASR, NIS | TBUS);
    assert!(!eth.irq(0));
    assert_eq!(eth.read(MMCTGFCR), 1);
}

#[test]
fn one_after_the_other_from_parts() {
    let mut eth = bench();
    eth.write(MACCR, 0x8000 | 1 << 11 | TE | RE);
    let bytes = frame(ADDRESS, 60);
    for n in 0..2 {
        eth.memory()[(TX_BUFFER + 100 * n) as usize..][..60].copy_from_slice(&bytes);
    }
    // The first frame: two descriptors, chained; the second one has two buffers, and ends the ring.
    words(&mut eth, TX, [OWN | 1 << 28 | CHAINED, 14, TX_BUFFER, TX + 16]);
    words(&mut eth, TX + 16, [OWN | 1 << 29 | CHAINED, 46, TX_BUFFER + 14, TX + 32]);
    words(
        &mut eth,
        TX + 32,
        [OWN | LAST_AND_FIRST | RING_END, 20 | 40 << 16, TX_BUFFER + 100, TX_BUFFER + 120],
    );
    eth.write(DMAOMR, START_TX);
    eth.advance_ns(200_000);
    // 84 bytes of 800 ns.
    assert_eq!(eth.take_frames(), [(0, bytes.clone()), (67_200, bytes)]);
    assert_eq!(eth.read(DMACHTDR), TX);
    assert_eq!(eth.read(DMASR) & TPS, TPS_SUSPENDED);
}

#[test]
fn a_frame_whose_end_is_not_there_yet_waits_as_a_whole() {
    let mut eth = bench();
    let bytes = frame(ADDRESS, 60);
    eth.memory()[TX_BUFFER as usize..][..60].copy_from_slice(&bytes);
    words(&mut eth, TX, [OWN | 1 << 28 | CHAINED, 14, TX_BUFFER, TX + 16]);
    words(&mut eth, TX + 16, [1 << 29 | CHAINED, 46, TX_BUFFER + 14, TX]);
    eth.write(DMAOMR, START_TX);
    assert_eq!((eth.take_frames(), eth.read(DMASR) & TPS), (vec![], TPS_SUSPENDED));
    words(&mut eth, TX + 16, [OWN | 1 << 29 | CHAINED, 46, TX_BUFFER + 14, TX]);
    eth.write(DMATPDR, 1);
    assert_eq!(eth.take_frames(), [(0, bytes)]);
    assert_eq!((word(&mut eth, TX) & OWN, eth.take_mistakes()), (0, vec![]));
}

#[test]
fn what_comes_is_put_where_descriptors_say() {
    let mut eth = bench();
    eth.write(DMAOMR, START_RX);
    words(&mut eth, RX, [OWN, 40 | 1 << 14, RX_BUFFER, RX + 16]);
    words(&mut eth, RX + 16, [OWN, 100 | 1 << 15, RX_BUFFER + 40, 0]);
    let bytes = frame(ADDRESS, 60);
    eth.on_frame(&bytes);
    assert_eq!((word(&mut eth, RX), word(&mut eth, RX + 16)), (1 << 9, 64 << 16 | 1 << 8 | 1 << 5));
    assert_eq!(eth.memory()[RX_BUFFER as usize..][..60], bytes);
    assert!(eth.irq(0) && eth.read(DMASR) & (RS | NIS) == RS | NIS);
    assert_eq!(eth.read(DMACHRDR), RX, "the ring is over");
    // No descriptor: it waits until one is there, and somebody says so.
    eth.on_frame(&bytes);
    assert_eq!(eth.read(DMASR) & (RBUS | AIS | RPS), RBUS | AIS | RPS_SUSPENDED);
    words(&mut eth, RX, [OWN, 100 | 1 << 15, RX_BUFFER, 0]);
    eth.write(DMARPDR, 0);
    assert_eq!(word(&mut eth, RX), 64 << 16 | 3 << 8 | 1 << 5);
}

#[test]
fn the_fifo_holds_two_kilobytes() {
    let mut eth = bench();
    eth.write(DMAOMR, START_RX);
    for _ in 0..4 {
        eth.on_frame(&frame(ADDRESS, 678));
    }
    assert_eq!(eth.read(DMAMFBOCR), 1, "three times 682 bytes are 2046");
    assert_eq!(eth.read(DMAMFBOCR), 0);
}

#[test]
fn a_buffer_that_is_too_small_cuts() {
    let mut eth = bench();
    eth.write(DMAOMR, START_RX);
    words(&mut eth, RX, [OWN, 40 | 1 << 15, RX_BUFFER, 0]);
    // The ring's end leads to the start, which is just being used: it counts as free until it is given back.
    words(&mut eth, RX + 16, [0, 0, 0, 0]);
    words(&mut eth, RX, [OWN, 40, RX_BUFFER, 0]);
    eth.on_frame(&frame(ADDRESS, 60));
    assert_eq!(word(&mut eth, RX), 64 << 16 | 1 << 15 | 1 << 14 | 3 << 8 | 1 << 5);
    assert!(eth.read(DMASR) & RBUS != 0);
}

/// Whether a frame to `to` comes in.
fn comes_in(eth: &mut Bench<Eth>, to: [u8; 6]) -> bool {
    words(eth, RX, [OWN, 1600 | 1 << 15, RX_BUFFER, 0]);
    eth.write(DMARDLAR, RX);
    eth.on_frame(&frame(to, 60));
    word(eth, RX) & OWN == 0
}

#[test]
fn filters() {
    let mut eth = bench();
    eth.write(DMAOMR, START_RX);
    let (other, group, all) = ([2, 0, 0, 0, 0, 8], [1, 0, 0x5e, 0, 0, 1], [0xff; 6]);
    let mut check = |how: u32, expected: [bool; 4]| {
        eth.write(MACFFR, how);
        assert_eq!([ADDRESS, other, group, all].map(|to| comes_in(&mut eth, to)), expected, "{how:#x}");
    };
    check(0, [true, false, false, true]);
    check(PM, [true; 4]);
    check(RA, [true; 4]);
    check(PAM, [true, false, true, true]);
    check(BFD, [true, false, false, false]);
    check(DAIF, [false, true, true, true]);
    check(HM | HU, [false, false, false, true]);
    check(HU | HPF, [true, false, false, true]);
    // Address 1, the last byte of which does not count.
    eth.write(MACAHR, AE | 1 << 29);
    eth.write(MACALR, 0x0000_0002);
    eth.write(MACFFR, 0);
    assert_eq!([other, [2, 0, 0, 0, 1, 8]].map(|to| comes_in(&mut eth, to)), [true, false]);
    // 01:00:5e:00:00:01 has bit 31 of the table (the upper 6 bits of the CRC register are 100000 in Linux' order).
    eth.write(MACFFR, HM);
    let bits: Vec<u32> = (0..64)
        .filter(|bit| {
            eth.write(MACHTLR, if *bit < 32 { 1 << bit } else { 0 });
            eth.write(MACHTHR, if *bit < 32 { 0 } else { 1 << (bit - 32) });
            comes_in(&mut eth, group)
        })
        .collect();
    assert_eq!(bits.len(), 1, "{bits:?}");
}

#[test]
fn the_phy_answers_after_64_cycles() {
    let mut eth = bench();
    // CR 4: HCLK / 102, at 168 MHz 607.1 ns.
    let read = |eth: &mut Bench<Eth>, phy: u32, register: u32| {
        eth.write(MACMIIAR, phy << 11 | register << 6 | 4 << 2 | MB);
        eth.advance_ns(38_856);
        assert!(eth.read(MACMIIAR) & MB != 0);
        eth.advance_ns(1);
        assert!(eth.read(MACMIIAR) & MB == 0);
        eth.read(MACMIIDR)
    };
    assert_eq!(read(&mut eth, 1, 1), 0x782d);
    assert_eq!(read(&mut eth, 0, 1), 0xffff);
    eth.write(MACMIIDR, 0x2100);
    eth.write(MACMIIAR, 1 << 11 | 4 << 2 | MW | MB);
    eth.advance_ns(40_000);
    assert_eq!(read(&mut eth, 1, 0), 0x2100);
}

#[test]
fn no_memory_stops_it() {
    let mut eth = bench();
    eth.write(DMATDLAR, 0x8000_0000);
    eth.write(DMAOMR, START_TX | START_RX);
    assert_eq!(eth.read(DMASR) & (FBES | EBS), FBES | EBS);
    assert_eq!(eth.read(DMAOMR), START_RX);
    // A ring of descriptors that all go on.
    eth.write(DMATDLAR, TX);
    words(&mut eth, TX, [OWN | RING_END, 0, TX_BUFFER, 0]);
    eth.write(DMAOMR, START_TX);
    assert_eq!(eth.take_frames(), []);
    assert!(eth.read(DMASR) & TBUS != 0);
    assert_eq!(eth.take_mistakes(), ["a frame to send has no last descriptor"]);
}

#[test]
fn a_frame_may_come_back() {
    let mut eth = bench();
    eth.write(MACCR, 0x8000 | FES | LM | 1 << 11 | TE | RE);
    words(&mut eth, RX, [OWN, 1600 | 1 << 15, RX_BUFFER, 0]);
    eth.memory()[TX_BUFFER as usize..][..60].copy_from_slice(&frame(ADDRESS, 60));
    words(&mut eth, TX, [OWN | LAST_AND_FIRST | RING_END, 60, TX_BUFFER, 0]);
    eth.write(DMAOMR, START_TX | START_RX);
    assert_eq!(eth.take_frames(), []);
    assert!(word(&mut eth, RX) & OWN == 0);
}
