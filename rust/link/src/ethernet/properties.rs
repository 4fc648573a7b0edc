// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What holds for whatever is handed over, and however often the link settles.

use super::tests::{Seen, address_of, frame};
use super::*;
use crate::{Act, Draws, End, Fault, FaultKind, Faults, Handed, Lane, Link, What, Which};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use vtime::Instant;

const ENDS: u16 = 4;

/// Something to hand over: after which gap, to whom (`ENDS` is everybody), how long.
type Send = (u64, u16, usize);

/// What each end hands over, and the choices of the one who drives the link: who is next, and where to settle.
#[derive(Clone, Debug)]
struct Course {
    sends: Vec<Vec<Send>>,
    choices: Vec<(usize, Option<u64>)>,
}

fn any_course() -> impl Strategy<Value = Course> {
    // Many at the same time.
    let gap = prop_oneof![0u64..30_000, (0u64..4).prop_map(|n| n * 6_720)];
    let send = (gap, 0..=ENDS, prop_oneof![16usize..80, 16usize..1600]);
    let sends = prop::collection::vec(prop::collection::vec(send, 0..12), usize::from(ENDS));
    let choice = (0..usize::from(ENDS), prop::option::of(prop_oneof![Just(0), 0u64..20_000]));
    (sends, prop::collection::vec(choice, 100)).prop_map(|(sends, choices)| Course { sends, choices })
}

fn any_fault(lanes: u16) -> impl Strategy<Value = Fault> {
    let n = (1u64..5).prop_map(|n| NonZeroU64::new(n).unwrap());
    let which = prop_oneof![Just(Which::Every), n.clone().prop_map(Which::Nth), n.prop_map(Which::OneIn)];
    let act = prop_oneof![
        Just(Act::Drop),
        Just(Act::Duplicate),
        (0u64..50_000).prop_map(|ns| Act::Delay(Span::from_ns(ns))),
        (0u64..50_000).prop_map(|ns| Act::Jitter(Span::from_ns(ns))),
    ];
    let frames = (which, act).prop_map(|(which, act)| FaultKind::Frames { matching: vec![], which, act });
    let errors =
        (1_000u64..100_000).prop_map(|n| FaultKind::BitErrors { one_in: NonZeroU64::new(n).unwrap() });
    let kind = prop_oneof![Just(FaultKind::Cut), frames, errors];
    let lanes = prop::collection::vec((0..lanes).prop_map(Lane), 0..3);
    (lanes, 0u64..200_000, 0u64..200_000, kind).prop_map(|(lanes, from, len, kind)| {
        let (from, until) = (Instant::from_ns(from), Instant::from_ns(from + len));
        Fault { lanes, from, until, kind }
    })
}

fn any_port() -> impl Strategy<Value = PortSpec> {
    let limit = prop_oneof![(0usize..4).prop_map(Limit::Frames), (0usize..4000).prop_map(Limit::Bytes)];
    let delay = prop_oneof![Just(0), 0u64..1000];
    let rate = prop_oneof![Just(1), 0usize..3];
    let latency = prop::option::of((0u64..10_000).prop_map(Span::from_ns));
    (rate, delay, limit, latency).prop_map(|(rate, delay, queue, latency)| PortSpec {
        rate: Rate::ALL[rate],
        delay: Span::from_ns(delay),
        queue,
        latency,
    })
}

fn any_switch() -> impl Strategy<Value = SwitchSpec> {
    let ports = prop::collection::vec(any_port(), usize::from(ENDS));
    (ports, 0u64..10_000, 0usize..5, 1u64..200_000).prop_map(|(ports, latency, addresses, age)| SwitchSpec {
        ports,
        latency: Span::from_ns(latency),
        addresses,
        age: Span::from_ns(age),
    })
}

/// The frames of a course: by end, when each is handed over, and its bytes, which differ.
fn frames(course: &Course) -> Vec<Vec<(Instant, Vec<u8>)>> {
    let all = course.sends.iter().zip(0..);
    let frames = all.map(|(sends, from)| {
        let mut at = Instant::START;
        let frames = sends.iter().zip(0..).map(|((gap, to, len), k): (&Send, u8)| {
            at = at + Span::from_ns(*gap);
            let mut bytes = frame(if *to == ENDS { u16::MAX } else { *to }, from, *len);
            bytes[14..16].copy_from_slice(&[from as u8, k]);
            (at, bytes)
        });
        frames.collect()
    });
    frames.collect()
}

/// Drives a link through a course, with the choices, and checks what it promises; or with one settle at the end.
fn run(link: &mut dyn Link, course: &Course, often: bool) -> Seen {
    let frames = frames(course);
    let (mut seen, mut next) = (Seen::default(), vec![0; frames.len()]);
    // The soonest that a frame may arrive.
    let mut promised: BTreeMap<Vec<u8>, Instant> = BTreeMap::new();
    let choices = course.choices.iter().copied().chain((0..frames.len()).map(|end| (end, None)).cycle());
    for (end, settle) in choices {
        if let Some((at, bytes)) = frames[end].get(next[end]) {
            let from = End(end as u16);
            let soonest = link.earliest(from, *at).max(*at + link.lookahead());
            promised.insert(filled(bytes, |bytes| bytes.to_vec()), soonest);
            let handed = Handed { from, at: *at, seq: next[end] as u64, cut: Instant::FAR, bytes };
            link.hand_over(handed, &mut seen);
            next[end] += 1;
        }
        let left = frames.iter().zip(&next).filter_map(|(frames, next)| Some(frames.get(*next)?.0));
        let Some(least) = left.min() else { break };
        if let Some(back) = settle.filter(|_| often) {
            let before = Instant::from_ns(least.as_ns().saturating_sub(back));
            settle_and_check(link, before, &mut seen);
        }
    }
    settle_and_check(link, Instant::FAR, &mut seen);
    let mut last: BTreeMap<u16, u64> = BTreeMap::new();
    for (to, at, bytes) in &seen.delivered {
        assert!(*at >= promised[bytes].as_ns(), "to {to} at {at}, before {}", promised[bytes]);
        assert!(last.insert(*to, *at).is_none_or(|last| last <= *at), "to {to} at {at} too late");
    }
    seen
}

fn settle_and_check(link: &mut dyn Link, before: Instant, seen: &mut Seen) {
    let effects: Vec<_> = (0..ENDS).map(|end| link.earliest_effect(End(end)).as_ns()).collect();
    let told = link.earliest_told();
    let (delivered_before, told_before) = (seen.delivered.len(), seen.told.len());
    link.settle(before, seen);
    assert!(seen.delivered[delivered_before..].iter().all(|(to, at, _)| *at >= effects[usize::from(*to)]));
    assert!(seen.told[told_before..].iter().all(|(.., at, _)| *at >= told.as_ns()));
    let mut after = (0..ENDS).map(|end| link.earliest_effect(End(end)));
    assert!(before == Instant::FAR || after.all(|at| at > before));
}

/// What is the same for every way of driving a link: the deliveries of each end in their order, and all that was told.
fn essence(mut seen: Seen) -> Seen {
    seen.delivered.sort_by_key(|(to, ..)| *to);
    seen.told.sort();
    seen
}

fn check_order(seen: &Seen, times: impl Fn(u16) -> Rate) {
    let mut last: BTreeMap<u16, u64> = BTreeMap::new();
    for (to, at, bytes) in &seen.delivered {
        let before = last.insert(*to, *at).unwrap_or(0);
        let rate = times(*to);
        assert!(
            before == 0 || at - before >= (rate.gap().as_ns() + rate.frame_time(bytes.len()).as_ns()),
            "two frames overlap on the wire to {to}: {before} and {at}"
        );
    }
    let mut keys: Vec<_> = seen.told.iter().map(|(from, seq, what, ..)| (*from, *seq, *what)).collect();
    keys.sort();
    let told = keys.len();
    keys.dedup();
    assert_eq!(keys.len(), told, "the same is told twice");
}

/// How often a frame arrived.
fn arrivals(seen: &Seen, bytes: &[u8]) -> usize {
    filled(bytes, |bytes| seen.delivered.iter().filter(|(_, _, got)| got == bytes).count())
}

fn told(seen: &Seen, from: usize, seq: usize, what: What) -> bool {
    seen.told.iter().any(|(f, s, w, ..)| (usize::from(*f), *s as usize, *w) == (from, seq, what))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_switch_does_not_show_when_it_settled(
        spec in any_switch(),
        faults in prop::collection::vec(any_fault(2 * ENDS), 0..4),
        course in any_course(),
    ) {
        let faults = Faults::new(faults, Draws::new(1, "net"), Switch::lanes(usize::from(ENDS)));
        let (mut often, mut once) = (Switch::new(&spec, faults.clone()), Switch::new(&spec, faults));
        let (seen, other) = (run(&mut often, &course, true), run(&mut once, &course, false));
        prop_assert_eq!(essence(seen), essence(other));
        prop_assert_eq!(often.unfired(), once.unfired());
    }

    #[test]
    fn a_switch_loses_nothing_in_silence(mut spec in any_switch(), course in any_course(), roomy: bool) {
        if roomy {
            spec.ports.iter_mut().for_each(|port| port.queue = Limit::Frames(1000));
        }
        let mut link = Switch::new(&spec, Faults::none(Switch::lanes(usize::from(ENDS))));
        let seen = run(&mut link, &course, true);
        check_order(&seen, |to| spec.ports[usize::from(to)].rate);
        for (from, frames) in frames(&course).iter().enumerate() {
            for (seq, (_, bytes)) in frames.iter().enumerate() {
                let (arrived, others) = (arrivals(&seen, bytes), usize::from(ENDS) - 1);
                let (sent, lost) = (told(&seen, from, seq, What::Sent), told(&seen, from, seq, What::Lost));
                prop_assert_eq!(told(&seen, from, seq, What::Failed), !is_valid(bytes));
                prop_assert_eq!(sent, arrived > 0);
                if lost {
                    prop_assert!(arrived < others && is_valid(bytes));
                    prop_assert!(!roomy || bytes[..6] == address_of(from as u16), "lost where there is room");
                } else if is_valid(bytes) {
                    prop_assert!(arrived == 1 || arrived == others, "{} of {}", arrived, others);
                }
            }
        }
    }

    #[test]
    fn frames_of_one_end_are_not_reordered(spec in any_switch(), course in any_course()) {
        let mut link = Switch::new(&spec, Faults::none(Switch::lanes(usize::from(ENDS))));
        let seen = run(&mut link, &course, true);
        let mut last: BTreeMap<(u16, u8), u8> = BTreeMap::new();
        for (to, _, bytes) in &seen.delivered {
            let before = last.insert((*to, bytes[14]), bytes[15]);
            prop_assert!(before.is_none_or(|before| before < bytes[15]));
        }
    }

    #[test]
    fn a_cable_decides_at_once(
        rate in 0usize..3,
        delay_ns in 0u64..1000,
        faults in prop::collection::vec(any_fault(2), 0..4),
        mut course in any_course(),
    ) {
        course.sends.truncate(2);
        course.choices.iter_mut().for_each(|(end, _)| *end %= 2);
        let spec = DirectSpec { rate: Rate::ALL[rate], delay: Span::from_ns(delay_ns) };
        let without = faults.is_empty();
        let faults = Faults::new(faults, Draws::new(1, "net"), Direct::LANES);
        let (mut often, mut once) = (Direct::new(spec, faults.clone()), Direct::new(spec, faults));
        let (seen, other) = (run(&mut often, &course, true), run(&mut once, &course, false));
        if without {
            check_order(&seen, |_| spec.rate);
            for (from, frames) in frames(&course).iter().enumerate() {
                for (seq, (_, bytes)) in frames.iter().enumerate() {
                    prop_assert_eq!(arrivals(&seen, bytes), usize::from(told(&seen, from, seq, What::Sent)));
                }
            }
        }
        prop_assert_eq!(essence(seen), essence(other));
    }
}
