// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a UART's wires carry: all of it, once, in its order, one byte after the other, each for its whole time.

use link::{End, Framing, Handed, Outcome, Spec, Told, Uart, What};
use proptest::prelude::*;
use vtime::{Instant, Span};

/// What came out: (to, at, bytes) and (from, what, starts, ends).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    delivered: Vec<(u16, u64, Vec<u8>)>,
    told: Vec<(u16, What, u64, u64)>,
}

impl Outcome for Seen {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        self.delivered.push((to.0, at.as_ns(), bytes.to_vec()));
    }

    fn tell(&mut self, told: Told<'_>) {
        self.told.push((told.from.0, told.what, told.at.as_ns(), told.ends.as_ns()));
    }
}

/// Bytes that the ends hand over, one after the other: so long after the one before, by whom.
fn run(spec: &Spec, sends: &[(u64, bool)]) -> Seen {
    let (mut model, mut seen, mut now_ns) = (spec.build(2), Seen::default(), 0);
    for (seq, (gap_ns, second)) in (0u64..).zip(sends) {
        now_ns += gap_ns;
        let (from, at, bytes) = (End((*second).into()), Instant::from_ns(now_ns), [seq as u8]);
        model.hand_over(Handed { from, at, seq, cut: Instant::FAR, bytes: &bytes }, &mut seen);
    }
    model.settle(Instant::FAR, &mut seen);
    seen
}

proptest! {
    #[test]
    fn wires_lose_double_and_reorder_nothing(
        baud in prop_oneof![Just(9600u32), Just(115_200), Just(3_000_000), 1_000u32..10_000_000],
        delay_ns in 0u64..5_000,
        sends in prop::collection::vec((0u64..300_000, any::<bool>()), 1..200),
    ) {
        let uart = Uart::new(baud, Framing::default(), Span::from_ns(delay_ns)).expect("a baud rate");
        let spec = Spec::Uart(uart);
        let seen = run(&spec, &sends);
        for from in 0..2u16 {
            let own = |second: bool| u16::from(second) == from;
            let mut now_ns = 0;
            let sent: Vec<(u64, Vec<u8>)> = (0u8..=255).zip(&sends).filter_map(|(byte, (gap_ns, second))| {
                now_ns += gap_ns;
                own(*second).then(|| (now_ns, vec![byte]))
            }).collect();
            let came = seen.delivered.iter().filter(|(to, ..)| *to == 1 - from);
            let came: Vec<_> = came.map(|(_, at, bytes)| (*at, bytes.clone())).collect();
            prop_assert_eq!(
                came.iter().map(|(_, bytes)| bytes).collect::<Vec<_>>(),
                sent.iter().map(|(_, bytes)| bytes).collect::<Vec<_>>()
            );
            let told: Vec<_> = seen.told.iter().filter(|told| told.0 == from).collect();
            prop_assert_eq!(told.len(), sent.len());
            prop_assert!(told.iter().all(|told| told.1 == What::Sent));
            prop_assert!(told.windows(2).all(|pair| pair[0].3 <= pair[1].2), "bytes overlap");
            // 10 bits each: never more than a nanosecond longer, however many come one after the other.
            let bits_ns = |count: u64| (count * 10 * 1_000_000_000).div_ceil(baud.into());
            let (mut free_ns, mut burst, mut begun_ns) = (0, 0, 0);
            for ((handed_ns, _), (_, _, starts, ends)) in sent.iter().zip(told) {
                if *handed_ns > free_ns || burst == 0 {
                    (begun_ns, burst) = (*handed_ns, 0);
                }
                burst += 1;
                free_ns = begun_ns + bits_ns(burst);
                prop_assert!(*starts >= *handed_ns);
                prop_assert!(ends.abs_diff(free_ns) <= 1, "{} and not {}", ends, free_ns);
                free_ns = *ends;
            }
            let late = came.iter().zip(&sent).all(|((at, _), (handed, _))| *at >= handed + uart.lookahead().as_ns());
            prop_assert!(late);
        }
        prop_assert_eq!(run(&spec, &sends), seen, "the same again");
    }
}
