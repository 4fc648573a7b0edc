// SPDX-License-Identifier: GPL-2.0-or-later
use super::*;
use device::Bench;

/// A timer that counts microseconds, up to 999.
fn millisecond() -> Bench<General> {
    let mut tim = Bench::<General>::new(&[84_000_000], &[]);
    assert_eq!(tim.differs_after_reset(), []);
    tim.write(PSC, 83);
    tim.write(ARR, 999);
    tim.write(EGR, UIF);
    tim.write(SR, 0);
    tim
}

#[test]
fn reset_values() {
    assert_eq!(Bench::<Wide>::default().read(ARR), u32::MAX);
    assert_eq!(Bench::<Basic>::default().differs_after_reset(), []);
    assert_eq!(Bench::<Advanced>::default().differs_after_reset(), []);
    assert_eq!(Bench::<Break>::default().differs_after_reset(), []);
}

#[test]
fn a_timer_with_break_has_one_interrupt() {
    let mut tim = Bench::<Break>::new(&[1_000_000], &[]);
    tim.write(ARR, 9);
    tim.write(DIER, UIF);
    tim.write(RCR, 0);
    tim.write(BDTR, 1 << 15);
    tim.write(CR1, CEN);
    tim.advance_ns(10_000);
    assert_eq!((tim.irq(0), tim.read(BDTR), tim.take_mistakes()), (true, 1 << 15, vec![]));
}

#[test]
fn counts_only_when_somebody_looks() {
    let mut tim = millisecond();
    tim.write(CR1, CEN);
    tim.advance_ns(250_000);
    assert_eq!((tim.read(CNT), tim.read(SR)), (250, 0x1e & tim.read(SR)));
    tim.advance_ns(1_000_000_000 + 300_999);
    assert_eq!((tim.read(CNT), tim.read(SR) & UIF), (550, UIF));
    tim.write(CR1, 0);
    tim.advance_ns(1_000_000);
    assert_eq!(tim.read(CNT), 550);
    tim.write(CNT, 7);
    tim.write(CR1, CEN);
    tim.advance_ns(1_000);
    assert_eq!(tim.read(CNT), 8);
    assert_eq!(tim.take_mistakes(), [] as [String; 0]);
}

#[test]
fn interrupts_every_millisecond() {
    let mut tim = millisecond();
    tim.write(DIER, UIF);
    tim.write(CR1, CEN);
    tim.advance_ns(999_999);
    assert!(!tim.irq(0));
    tim.advance_ns(1);
    assert!(tim.irq(0));
    tim.advance_ns(2_500_000);
    tim.write(SR, !UIF);
    assert!(!tim.irq(0));
    tim.save_and_restore();
    tim.advance_ns(499_999);
    assert!(!tim.irq(0));
    tim.advance_ns(1);
    assert_eq!(tim.take_irq_edges(), [(1_000_000, 0, true), (3_500_000, 0, false), (4_000_000, 0, true)]);
}

#[test]
fn the_prescaler_waits_for_the_update() {
    let mut tim = millisecond();
    tim.write(CR1, CEN | ARPE);
    tim.write(PSC, 8399);
    tim.write(ARR, 9);
    tim.advance_ns(999_000);
    assert_eq!(tim.read(CNT), 999);
    // From now on a count lasts 100 microseconds, and ten of them a round.
    tim.advance_ns(1_000 + 450_000);
    assert_eq!(tim.read(CNT), 4);
    tim.advance_ns(1_000_000);
    assert_eq!(tim.read(CNT), 4);
}

#[test]
fn one_pulse() {
    let mut tim = millisecond();
    tim.write(CR1, CEN | OPM);
    tim.advance_ns(5_000_000);
    assert_eq!((tim.read(CR1), tim.read(CNT), tim.read(SR) & UIF), (OPM, 0, UIF));
}

#[test]
fn compares() {
    let mut tim = millisecond();
    tim.write(CCR + 4, 300);
    tim.write(CCR + 8, 5000);
    tim.write(DIER, CC1IF << 1 | CC1IF << 2);
    tim.write(CR1, CEN);
    for _ in 0..2 {
        tim.advance_ns(500_000);
        tim.write(SR, 0);
        tim.advance_ns(500_000);
    }
    let edges: Vec<_> = tim.take_irq_edges().into_iter().filter(|(_, _, level)| *level).collect();
    assert_eq!(edges, [(300_000, 0, true), (1_300_000, 0, true)]);
}

#[test]
fn captures() {
    let mut tim = millisecond();
    // Channel 3 captures falling edges of its own input.
    tim.write(CCMR + 4, 1);
    tim.write(CCER, 0b0011 << 8);
    tim.write(DIER, CC1IF << 2);
    tim.write(CR1, CEN);
    tim.advance_ns(123_000);
    tim.set_input("ti", 2, true);
    assert!(!tim.irq(0));
    tim.advance_ns(1_000);
    tim.set_input("ti", 2, false);
    assert!(tim.irq(0));
    assert_eq!((tim.read(CCR + 8), tim.irq(0)), (124, false), "reading clears the flag");
}

#[test]
fn events_by_software() {
    let mut tim = millisecond();
    tim.write(CR1, URS | CEN);
    tim.advance_ns(100_000);
    tim.write(EGR, UIF | CC1IF);
    assert_eq!((tim.read(SR) & 3, tim.read(CNT)), (CC1IF, 0), "no update flag with URS");
    tim.write(CR1, UDIS | CEN);
    tim.write(SR, 0);
    tim.advance_ns(10_000_000);
    assert_eq!(tim.read(SR) & UIF, 0);
}

#[test]
fn advanced_timers_have_four_interrupts() {
    let mut tim = Bench::<Advanced>::new(&[1_000_000], &[]);
    tim.write(ARR, 9);
    tim.write(CCR, 5);
    tim.write(DIER, UIF | CC1IF);
    tim.write(CR1, CEN);
    tim.advance_ns(10_000);
    assert_eq!(tim.take_irq_edges(), [(5_000, 3, true), (10_000, 1, true)]);
}

#[test]
fn what_is_not_modelled_is_told() {
    let mut tim = millisecond();
    tim.write(CR1, 1 << 4);
    tim.write(SMCR, 7);
    assert_eq!(tim.take_mistakes().len(), 2);
}
