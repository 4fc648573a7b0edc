// SPDX-License-Identifier: GPL-2.0-or-later
//! What counters do by a clock of 100 MHz.

use super::*;
use device::Bench;

/// 32 bits wide, as in a Zynq UltraScale+.
fn bench() -> Bench<Ttc> {
    Bench::new(&[100_000_000], &[("timer-width", 32)])
}

#[test]
fn stands_after_reset() {
    let mut ttc = bench();
    assert_eq!(ttc.differs_after_reset(), []);
    ttc.advance_ns(1_000_000);
    assert_eq!((ttc.read(COUNTER_VALUE), ttc.read(INTERRUPT)), (0, 0));
    assert_eq!(ttc.take_mistakes(), [] as [String; 0]);
}

#[test]
fn an_interval_by_a_prescaler() {
    let mut ttc = bench();
    // The second counter, by 100 MHz / 2^3: 80 ns a tick, 1000 ticks.
    ttc.write(CLOCK_CONTROL + 4, PS_EN | 2 << 1);
    ttc.write(INTERVAL + 4, 999);
    ttc.write(INTERRUPT_ENABLE + 4, IV);
    ttc.write(COUNTER_CONTROL + 4, INT | RST | 1 << 5);
    ttc.advance_ns(79_999);
    assert_eq!((ttc.irq(1), ttc.read(COUNTER_VALUE + 4)), (false, 999));
    ttc.advance_ns(1);
    assert_eq!((ttc.irq(1), ttc.read(COUNTER_VALUE + 4)), (true, 0));
    // Reading clears, and the next one is a whole interval later, whenever that was.
    ttc.advance_ns(50_000);
    assert_eq!((ttc.read(INTERRUPT + 4), ttc.irq(1)), (IV, false));
    ttc.save_and_restore();
    ttc.advance_ns(29_999);
    assert!(!ttc.irq(1));
    ttc.advance_ns(1);
    assert!(ttc.irq(1) && !ttc.irq(0) && !ttc.irq(2));
    assert_eq!(ttc.take_mistakes(), [] as [String; 0]);
}

#[test]
fn a_clock_without_whole_nanoseconds_does_not_drift() {
    let mut ttc = Bench::<Ttc>::new(&[133_333_333], &[("timer-width", 32)]);
    ttc.write(INTERVAL, 99);
    ttc.write(INTERRUPT_ENABLE, IV);
    ttc.write(COUNTER_CONTROL, INT | 1 << 5);
    for round in 1..=1000_u64 {
        let due_ns = (u128::from(round) * 100 * NS_PER_S).div_ceil(133_333_333) as u64;
        ttc.advance_ns(due_ns - ttc.now_ns() - 1);
        assert!(!ttc.irq(0), "round {round}");
        ttc.advance_ns(1);
        assert_eq!(ttc.read(INTERRUPT), IV, "round {round}");
    }
}

#[test]
fn all_of_its_width_and_matches() {
    let mut ttc = Bench::<Ttc>::new(&[100_000_000], &[]);
    ttc.write(MATCH[1], 500);
    ttc.write(INTERRUPT_ENABLE, IV << 2 | OV);
    ttc.write(COUNTER_CONTROL, MATCHES | 1 << 5);
    ttc.advance_ns(4_999);
    assert!(!ttc.irq(0));
    ttc.advance_ns(1);
    // It passes zero only at its end: matches 1 and 3, at zero, too.
    assert_eq!((ttc.irq(0), ttc.read(INTERRUPT)), (true, IV << 2));
    ttc.advance_ns(655_359 - 5_000);
    assert_eq!((ttc.irq(0), ttc.read(COUNTER_VALUE)), (false, 0xffff));
    ttc.advance_ns(1);
    assert_eq!((ttc.irq(0), ttc.read(INTERRUPT)), (true, IV << 1 | IV << 3 | OV));
}

#[test]
fn counts_down() {
    let mut ttc = bench();
    ttc.write(INTERVAL, 9);
    ttc.write(INTERRUPT_ENABLE, IV);
    ttc.write(COUNTER_CONTROL, INT | DEC | RST | 1 << 5);
    assert_eq!(ttc.read(COUNTER_VALUE), 9);
    ttc.advance_ns(30);
    assert_eq!(ttc.read(COUNTER_VALUE), 6);
    ttc.advance_ns(60);
    assert_eq!((ttc.read(COUNTER_VALUE), ttc.irq(0)), (0, true));
    assert_eq!(ttc.read(INTERRUPT), IV);
    ttc.advance_ns(10);
    assert_eq!((ttc.read(COUNTER_VALUE), ttc.irq(0)), (9, false));
    // Turned around it goes on from where it is.
    ttc.advance_ns(20);
    ttc.write(COUNTER_CONTROL, INT | 1 << 5);
    assert_eq!(ttc.read(COUNTER_VALUE), 7);
    ttc.advance_ns(20);
    assert_eq!(ttc.read(COUNTER_VALUE), 9);
}

#[test]
fn stops_and_goes_on() {
    let mut ttc = bench();
    ttc.write(INTERRUPT_ENABLE, IV);
    ttc.write(INTERVAL, 99);
    ttc.write(COUNTER_CONTROL, INT | 1 << 5);
    ttc.advance_ns(400);
    ttc.write(COUNTER_CONTROL, INT | DIS | 1 << 5);
    ttc.advance_ns(10_000);
    assert_eq!((ttc.read(COUNTER_VALUE), ttc.irq(0)), (40, false));
    ttc.write(COUNTER_CONTROL, INT | 1 << 5);
    ttc.advance_ns(599);
    assert!(!ttc.irq(0));
    ttc.advance_ns(1);
    assert!(ttc.irq(0));
}

#[test]
fn what_is_not_modelled_is_told() {
    let mut ttc = bench();
    ttc.write(CLOCK_CONTROL, 1 << 5);
    ttc.write(EVENT_CONTROL + 8, 1);
    assert_eq!(ttc.take_mistakes().len(), 2);
}
