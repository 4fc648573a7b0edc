// SPDX-License-Identifier: GPL-2.0-or-later
use super::*;
use device::Bench;

const INTENSET: u32 = 0x304;

/// Bluetooth's 1 Mbit/s: S0, LENGTH of 8 bits, an address of 4 bytes, a CRC of 3; a packet of 37 bytes at 0.
fn bench() -> Bench<Radio> {
    let mut radio = Bench::<Radio>::default();
    assert_eq!(radio.differs_after_reset(), []);
    *radio.memory() = [0x02, 37].into_iter().chain([0x55; 37]).collect();
    radio.write(MODE, 3);
    radio.write(MODECNF0, 1);
    radio.write(PCNF0, 0x108);
    radio.write(PCNF1, 0x0003_00ff);
    radio.write(CRCCNF, 0x103);
    radio
}

fn check(radio: &mut Bench<Radio>, wait_ns: u64, event: u32, state: u32) {
    radio.advance_ns(wait_ns - 1);
    assert_eq!(radio.read(event), 0, "{event:#x} is early");
    radio.advance_ns(1);
    assert_eq!((radio.read(event), radio.read(STATE)), (1, state), "{event:#x}");
    radio.write(event, 0);
}

#[test]
fn sends_a_packet() {
    let mut radio = bench();
    radio.write(INTENSET, 1 << 4);
    radio.write(SHORTS, 0x43);
    radio.write(BCC, 16);
    radio.write(TXEN, 1);
    assert_eq!(radio.read(STATE), 9);
    check(&mut radio, FAST_RAMP_UP_NS, READY, 11);
    // Preamble and address.
    check(&mut radio, 40_000, ADDRESS, 11);
    radio.save_and_restore();
    check(&mut radio, 16_000, BCMATCH, 11);
    check(&mut radio, (39 - 2) * 8_000, PAYLOAD, 11);
    check(&mut radio, 24_000, END, 12);
    assert!(!radio.irq(0));
    radio.advance_ns(TX_DISABLE_NS);
    assert_eq!((radio.read(DISABLED), radio.irq(0), radio.read(STATE)), (1, true, 0));
    assert_eq!(radio.take_mistakes(), [] as [String; 0]);
}

#[test]
fn listens_between_packets() {
    let mut radio = bench();
    radio.write(MODE, 4);
    // READY_START, END_DISABLE, DISABLED_RXEN, with 150 us between two packets.
    radio.write(SHORTS, 0xb);
    radio.write(TIFS, 150);
    radio.write(TXEN, 1);
    let end_ns = FAST_RAMP_UP_NS + (40 + 39 * 8 + 24) * 500;
    radio.advance_ns(end_ns + TX_DISABLE_2MBIT_NS);
    assert_eq!((radio.read(END), radio.read(STATE)), (1, 1));
    radio.write(READY, 0);
    check(&mut radio, 150_000 - TX_DISABLE_2MBIT_NS, READY, 3);
    radio.advance_ns(10_000_000);
    assert_eq!(radio.read(STATE), 3, "nobody is there");
    radio.write(RSSISTART, 1);
    assert_eq!((radio.read(RSSIEND), radio.read(RSSISAMPLE)), (1, SILENCE));
    radio.write(SHORTS, 0);
    radio.write(DISABLED, 0);
    radio.write(DISABLE, 1);
    assert_eq!((radio.read(DISABLED), radio.read(STATE)), (1, 0));
    radio.write(DISABLED, 0);
    radio.write(DISABLE, 1);
    assert_eq!(radio.read(DISABLED), 1, "it is disabled already");
}

#[test]
fn power_resets_it() {
    let mut radio = bench();
    radio.write(TXEN, 1);
    radio.write(POWER, 0);
    radio.write(POWER, 1);
    radio.advance_ns(1_000_000);
    assert_eq!((radio.read(READY), radio.read(STATE), radio.read(PCNF0)), (0, 0, 0));
    assert_eq!(radio.differs_after_reset(), []);
}

#[test]
fn what_is_not_modelled_is_told() {
    let mut radio = bench();
    radio.write(MODE, 15);
    radio.write(SHORTS, 1);
    radio.write(TXEN, 1);
    radio.advance_ns(1_000_000);
    assert_eq!((radio.read(END), radio.take_mistakes().len()), (1, 1));
}
