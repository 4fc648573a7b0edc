// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What holds for any traffic.

use super::reference::{self, Wish};
use super::*;
use proptest::prelude::*;

const ENDS: u16 = 3;
/// What is compared with the reference, and what of it is the same however it goes on.
const UNTIL_NS: u64 = 4_000_000;
const SURE_NS: u64 = UNTIL_NS - 1_000_000;

/// Few identifiers, so that they meet; small data for the same reason.
fn any_frame(with_fd: bool) -> impl Strategy<Value = Frame> {
    let id = prop_oneof![
        3 => (0..8u16).prop_map(|id| Id::Standard(id | 0x50)),
        1 => (0..2u32).prop_map(|id| Id::Extended(0x50 << 18 | id)),
        1 => any::<u16>().prop_map(|id| Id::Standard(id & 0x7ff)),
        1 => any::<u32>().prop_map(|id| Id::Extended(id >> 3)),
    ];
    let kinds = prop_oneof![
        4 => Just(Kind::Data),
        1 => Just(Kind::Remote),
        2 => any::<(bool, bool)>().prop_map(move |(switches_rate, is_passive)| {
            if with_fd { Kind::Fd { switches_rate, is_passive } } else { Kind::Data }
        }),
    ];
    let data = prop_oneof![Just([0; 20]), Just([0xff; 20]), any::<[u8; 20]>()];
    (id, kinds, 0..12u8, data).prop_map(|(id, kind, dlc, data)| {
        Frame::new(id, kind, &data[..Frame::len_of_dlc(dlc, kind.is_fd())]).unwrap()
    })
}

/// What each end wants to send: not two things at one time, and the mailboxes in any order.
fn any_wishes(with_fd: bool) -> impl Strategy<Value = Vec<Vec<Wish>>> {
    let wish = (prop_oneof![1..3_000u64, 1..300_000u64], any::<u8>(), any_frame(with_fd));
    let of_one = prop::collection::vec(wish, 0..6).prop_map(|wishes| {
        let (mut at_ns, mut known) = (20_000, Vec::new());
        let mut out = Vec::new();
        for (gap_ns, mailbox, frame) in wishes {
            at_ns += gap_ns;
            if !known.contains(&mailbox) {
                known.push(mailbox);
                out.push(Wish { at_ns, mailbox, frame });
            }
        }
        out
    });
    prop::collection::vec(of_one, usize::from(ENDS))
}

/// The same, but no two ends have an identifier in common.
fn with_own_ids(mut wishes: Vec<Vec<Wish>>) -> Vec<Vec<Wish>> {
    for (end, wishes) in (0..).zip(&mut wishes) {
        for Wish { frame, .. } in wishes {
            let id = match frame.id() {
                Id::Standard(id) => Id::Standard(id & !3 | end),
                Id::Extended(id) => Id::Extended(id & !3 | u32::from(end)),
            };
            let data = if frame.kind() == Kind::Remote { &[0; 8][..frame.len()] } else { frame.data() };
            *frame = Frame::new(id, frame.kind(), data).unwrap();
        }
    }
    wishes
}

/// A bus with one rate for all bits.
fn plain(faults: &[Fault]) -> Bench {
    let spec = BusSpec::new(BITRATE_BPS, Some(BITRATE_BPS), Span::ZERO).unwrap();
    let mut bench = Bench::of(spec, ENDS.into(), faults);
    let join = ToBus::Join { bitrate_bps: BITRATE_BPS, data_bitrate_bps: BITRATE_BPS, mode: Mode::Normal };
    (0..ENDS).for_each(|end| bench.say(0, end, Instant::FAR, join));
    bench
}

fn offer_all(bench: &mut Bench, wishes: &[Vec<Wish>]) {
    for (end, wishes) in (0..).zip(wishes) {
        for Wish { at_ns, mailbox, frame } in wishes {
            let offer = ToBus::Offer { mailbox: *mailbox, once: false, frame: *frame };
            bench.say(*at_ns, end, Instant::FAR, offer);
        }
    }
}

fn in_order(seen: &Seen) -> Vec<(u64, u16, String)> {
    let mut all: Vec<_> = seen
        .delivered
        .iter()
        .filter(|(at, ..)| *at < SURE_NS)
        .map(|(at, end, what)| (*at, *end, format!("{what:?}")))
        .collect();
    all.sort();
    all
}

fn agrees(wishes: &[Vec<Wish>], flips: &[(u64, usize)]) -> Result<(), TestCaseError> {
    let faults: Vec<_> =
        flips.iter().map(|(n, bit)| Fault::CorruptBit { frames: nth(*n), bit: *bit as u32 }).collect();
    let mut bench = plain(&faults);
    offer_all(&mut bench, wishes);
    bench.settle(UNTIL_NS);
    let expected = reference::run(wishes, flips, UNTIL_NS);
    let (found, expected) = (in_order(&bench.seen), in_order(&expected));
    let same = found.iter().zip(&expected).take_while(|(found, expected)| found == expected).count();
    let some = |all: &[(u64, u16, String)]| all.iter().skip(same).take(4).cloned().collect::<Vec<_>>();
    let before: Vec<_> = found[..same].iter().rev().take(4).collect();
    prop_assert_eq!(some(&found), some(&expected), "after {:?}", before);
    Ok(())
}

/// Anything that an end says.
#[derive(Clone, Debug)]
enum Word {
    Offer(u8, bool, Frame),
    Withdraw(u8),
    Leave,
    Join(Mode),
    Recover,
}

fn any_words() -> impl Strategy<Value = Vec<(u64, u16, Word)>> {
    let word = prop_oneof![
        12 => (0..3u8, any::<bool>(), any_frame(true)).prop_map(|(mailbox, once, frame)| Word::Offer(mailbox, once, frame)),
        3 => (0..3u8).prop_map(Word::Withdraw),
        1 => Just(Word::Leave),
        2 => any::<bool>().prop_map(|silent| Word::Join(if silent { Mode::Silent } else { Mode::Normal })),
        1 => Just(Word::Recover),
    ];
    let gap_ns = prop_oneof![Just(0), 1..2_000u64, 1..100_000u64];
    prop::collection::vec((gap_ns, 0..ENDS, word), 1..40)
}

fn any_faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = prop_oneof![
        (1..12u64, 0..120u32).prop_map(|(n, bit)| Fault::CorruptBit { frames: nth(n), bit }),
        (1..12u64, 0..120u32).prop_map(|(n, bit)| Fault::ErrorFrame { frames: nth(n), bit }),
        (0..900_000u64, 0..200_000u64).prop_map(|(from, len)| Fault::StuckDominant {
            from: Instant::from_ns(from),
            until: Instant::from_ns(from + len)
        }),
        (0..ENDS, 0..900_000u64, 0..200_000u64).prop_map(|(end, from, len)| Fault::Cut {
            ends: (0..=end).map(End).collect(),
            from: Instant::from_ns(from),
            until: Instant::from_ns(from + len)
        }),
        (20..2_000u64).prop_map(|one_in| Fault::BitErrors {
            one_in: std::num::NonZeroU64::new(one_in).unwrap(),
            from: Instant::START,
            until: Instant::from_ns(2_000_000)
        }),
        (any_frame(true), 0..900_000u64, 0..200_000u64, prop::option::of(1..300_000u64)).prop_map(
            |(frame, from, len, every)| Fault::Babble {
                frame,
                every: every.map(Span::from_ns),
                from: Instant::from_ns(from),
                until: Instant::from_ns(from + len)
            }
        ),
        (1..12u64, 0..ENDS).prop_map(|(n, end)| Fault::Drop { frames: nth(n), to: vec![End(end)] }),
    ];
    prop::collection::vec(fault, 0..4)
}

fn say_word(bench: &mut Bench, at_ns: u64, end: u16, cut: Instant, word: &Word) {
    let (bitrate_bps, data_bitrate_bps) = (BITRATE_BPS, DATA_BITRATE_BPS);
    let record = match word.clone() {
        Word::Offer(mailbox, once, frame) => ToBus::Offer { mailbox, once, frame },
        Word::Withdraw(mailbox) => ToBus::Withdraw { mailbox },
        Word::Leave => ToBus::Leave,
        Word::Join(mode) => ToBus::Join { bitrate_bps, data_bitrate_bps, mode },
        Word::Recover => ToBus::Recover,
    };
    bench.say(at_ns, end, cut, record);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Who wins and when, all errors of frames that meet, and the counters.
    #[test]
    fn it_is_as_the_reference_has_it(wishes in any_wishes(true)) {
        agrees(&wishes, &[])?;
    }

    /// With disturbed bits, one in a frame, and no other errors: it might be in an error flag.
    #[test]
    fn disturbed_it_is_as_the_reference_has_it(
        wishes in any_wishes(true),
        flips in prop::collection::btree_map(1..12u64, 0..90usize, 0..8),
    ) {
        agrees(&with_own_ids(wishes), &flips.into_iter().collect::<Vec<_>>())?;
    }

    /// However often it is settled, the same comes out, and it keeps all that it promises.
    #[test]
    fn it_does_not_matter_when_it_settles(
        words in any_words(),
        faults in any_faults(),
        settles in prop::collection::vec(any::<bool>(), 40),
        cut in prop::option::of(0..2_000_000u64),
    ) {
        let cut = cut.map_or(Instant::FAR, Instant::from_ns);
        let (mut often, mut once) = (Bench::joined(ENDS, &faults), Bench::joined(ENDS, &faults));
        let mut now_ns = 0;
        for ((gap_ns, end, word), settles) in words.iter().zip(settles) {
            now_ns += gap_ns;
            let now = Instant::from_ns(now_ns);
            if settles {
                let effect = |bench: &Bench, end| bench.bus.earliest_effect(End(end)).as_ns();
                let effects: Vec<_> = (0..ENDS).map(|end| effect(&often, end)).collect();
                let told = often.bus.earliest_told();
                let known = (often.seen.delivered.len(), often.seen.told.len());
                often.settle(now_ns);
                let delivered = &often.seen.delivered[known.0..];
                prop_assert!(delivered.iter().all(|(at, end, _)| *at >= effects[usize::from(*end)]));
                prop_assert!(often.seen.told[known.1..].iter().all(|told_now| told_now.0 >= told.as_ns()));
                prop_assert!((0..ENDS).all(|end| effect(&often, end) > now_ns));
            }
            // Only the first end is switched off; it says nothing more then but to join again.
            let is_cut = *end == 0 && now >= cut;
            let word = if is_cut { &Word::Join(Mode::Normal) } else { word };
            let cut = if *end == 0 && !is_cut { cut } else { Instant::FAR };
            let soonest = often.bus.earliest(End(*end), now);
            prop_assert!(soonest >= now + often.bus.lookahead());
            say_word(&mut often, now_ns, *end, cut, word);
            say_word(&mut once, now_ns, *end, cut, word);
        }
        let end_ns = now_ns + 3_000_000;
        often.settle(end_ns);
        once.settle(end_ns);
        prop_assert_eq!(&often.seen, &once.seen);
        for end in 0..ENDS {
            let of_one = || often.seen.delivered.iter().filter(|(_, to, _)| *to == end);
            prop_assert!(of_one().zip(of_one().skip(1)).all(|(a, b)| a.0 <= b.0), "each end's in order");
        }
        // The bus carries one frame at a time; equal ones are one. An end whose plug is pulled has a bus of its own.
        let mut on_bus: Vec<_> = often.seen.told.iter().filter(|told| told.1 > told.0).collect();
        on_bus.sort_by_key(|told| told.1);
        let is_cut = faults.iter().any(|fault| matches!(fault, Fault::Cut { .. }));
        prop_assert!(is_cut || on_bus.windows(2).all(|pair| pair[0].1 == pair[1].1 || pair[0].1 + 3_000 <= pair[1].0));
    }

    /// Each frame that was offered goes through once, to all others, in the order of mailboxes where they waited, if nothing goes wrong:
    /// all have identifiers of their own.
    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(
        offers in prop::collection::vec((0..ENDS, 0..50_000u64, any::<[u8; 4]>()), 1..60),
    ) {
        let mut bench = Bench::joined(ENDS, &[]);
        let mut at_ns = 20_000;
        let mut expected = Vec::new();
        for (id, (end, gap_ns, data)) in (0..).zip(&offers) {
            at_ns += gap_ns;
            let frame = if data[0] < 128 { classic(id, data) } else { fd(id, data, data[1] < 128) };
            let mailbox = id as u8;
            bench.say(at_ns, *end, Instant::FAR, ToBus::Offer { mailbox, once: true, frame });
            expected.push((*end, frame));
        }
        bench.settle(at_ns + 60 * 200_000);
        // One that is to be tried once may lose the arbitration.
        let told = |what| bench.seen.told.iter().filter(move |told| told.4 == what);
        let mut seen: Vec<_> = told(What::Sent).map(|told| (told.3, told.2)).chain(told(What::Lost).map(|told| (told.3, told.2))).collect();
        seen.sort();
        let all: Vec<_> = (u64::from(ENDS)..).zip(&expected).map(|(seq, (end, _))| (seq, *end)).collect();
        prop_assert_eq!(seen, all);
        let sent: Vec<_> = told(What::Sent).map(|told| (told.2, told.5)).collect();
        for end in 0..ENDS {
            let others: Vec<_> = sent.iter().filter(|(from, _)| *from != end).map(|(_, event)| *event).collect();
            let heard: Vec<_> = bench.heard(end).into_iter().filter_map(|(_, what)| match what {
                FromBus::Received(frame) => Some(Event::Frame(frame)),
                _ => None,
            }).collect();
            prop_assert_eq!(heard, others);
        }
        prop_assert_eq!(told(What::Failed).count(), 0);
    }
}
