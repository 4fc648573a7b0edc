// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Expectations that wait for others, and values that are captured.

use super::*;
use crate::{BytePattern, Capture, Captured, Contents, FramePattern, Reference, Regular};
use proptest::prelude::*;

fn reference(expectation: usize, name: &str) -> impl Fn(&str, &str) -> Result<Reference, ()> {
    move |_, capture| Ok(Reference { expectation, capture: 0, shown: format!("{name}.{capture}") })
}

fn line_with(text: &str) -> Expectation {
    let template = Template::parse(text, reference(0, "first")).unwrap();
    of(What::Line { port: B_WIRE, pattern: LinePattern::Line(template) })
}

fn frame_with(part: &str, captures: Vec<Capture>) -> Expectation {
    let parts = vec![(14, BytePattern::parse(part, reference(0, "first")).unwrap())];
    let contents = Contents::Bytes { length: None, parts };
    let (from, to, outcome) = (None, None, link::What::Sent);
    of(What::Frame(FramePattern { link: LinkId(1), from, to, outcome, contents, captures }))
}

fn ethernet(at_us: u64, rest: &[u8]) -> Told {
    frame(1, A_ETH, at_us, link::What::Sent, link::Medium::Ethernet, &[&[0; 14], rest].concat())
}

fn met(expectations: &[Expectation], told: &[Told]) -> Vec<bool> {
    verdicts(expectations, told).iter().map(|text| text.starts_with("met:")).collect()
}

#[test]
fn one_looks_from_when_the_other_is_met() {
    let both = [sends(A_UART, "one").named("first"), sends(B_WIRE, "two").after(0).within(2)];
    let told = |one, two| {
        let mut told = [line(A_UART, one, "one"), line(B_WIRE, two, "two")];
        told.sort_by_key(|told| if let Told::Line(_, at, ..) = told { *at } else { 0 });
        told
    };
    assert_eq!(met(&both, &told(1_000, 3_000)), [true, true]);
    assert_eq!(met(&both, &told(1_000, 3_001)), [true, false]);
    let early = [
        "met: a.uart0 sends line \"one\"",
        "  met at 0.001000000  a.uart0  \"one\\n\"",
        "NOT: b.uart1 sends line \"two\" within 2ms after \"first\"",
        "  it did not come",
        "  near the end of its time, 0.003000000:",
        "    0.000999000  b.uart1  \"two\\n\"",
    ];
    check(&both, &told(1_000, 999), &early);
    let without = [
        "NOT: a.uart0 sends line \"one\"",
        "  it did not come",
        "  nothing came from a.uart0",
        "NOT: b.uart1 sends line \"two\" within 2ms after \"first\"",
        "  it was not looked for: \"first\" was not met",
    ];
    check(&both, &told(1_000, 2_000)[1..], &without);
    // What must not come must have been looked for.
    let never = [both[0].clone(), sends(B_WIRE, "two").after(0).times(0, 0)];
    assert_eq!(met(&never, &told(1_000, 2_000)[1..]), [false, false]);
    assert_eq!(met(&never, &told(2_000, 1_000)), [true, true]);
}

#[test]
fn one_line_meets_one_of_a_chain() {
    let chain = [sends(A_UART, "x"), sends(A_UART, "x").after(0), sends(A_UART, "x").after(1)];
    let told: Vec<Told> = (1..=3).map(|at| line(A_UART, at, "x")).collect();
    assert_eq!(met(&chain, &told[..2]), [true, true, false]);
    assert_eq!(met(&chain, &told), [true, true, true]);
}

#[test]
fn a_count_is_met_by_the_last_of_the_least() {
    let told = [line(A_UART, 1, "x"), line(B_WIRE, 2, "y"), line(A_UART, 3, "x"), line(B_WIRE, 4, "y")];
    let both = [sends(A_UART, "x").times(2, 5), sends(B_WIRE, "y").after(0).times(1, 1)];
    assert_eq!(met(&both, &told), [true, true]);
    assert_eq!(met(&both, &told[..3]), [true, false]);
}

#[test]
fn a_time_opens_what_looks() {
    let late = Expectation { opens: Opens::At(us(2_000)), ..sends(A_UART, "x").within(3).times(1, 1) };
    let told: Vec<Told> = [1_999, 2_000, 5_000, 5_001].map(|at| line(A_UART, at, "x")).into();
    let text = verdicts(std::slice::from_ref(&late), &told);
    assert!(
        text[0].contains("sends line \"x\" exactly once within 3ms after 0.002000000\n  it came 2 times"),
        "{text:?}"
    );
    assert_eq!(met(&[late], &[told[0].clone(), told[2].clone(), told[3].clone()]), [true]);
}

#[test]
fn a_prompt_that_is_told_late_is_in_its_place() {
    let chain = [sends(A_UART, "> "), frame_with("01", Vec::new()).after(0)];
    // The prompt was there at 1 ms; it has no line end, so that it is told when the port was silent.
    let told = [ethernet(1_500, &[1]), Told::Line(A_UART, 1_000, 2_999, b"> ".to_vec())];
    assert_eq!(met(&chain, &told), [true, true]);
    let told = [ethernet(900, &[1]), Told::Line(A_UART, 1_000, 2_999, b"> ".to_vec())];
    assert_eq!(met(&chain, &told), [true, false]);
}

#[test]
fn captured_values_are_used() {
    let text = r"^serial (?P<serial>\w+)";
    let boot = What::Line {
        port: A_UART,
        pattern: LinePattern::Matches(Regular::new(text, Template::text(text)).unwrap()),
    };
    let of_line = [
        of(boot),
        line_with("is {first.serial}!").after(0),
        frame_with("{first.serial} 00", vec![]).after(0),
    ];
    let told = |second: &str, rest: &[u8]| {
        [line(A_UART, 1, "serial a.7"), line(B_WIRE, 5, second), ethernet(50, rest)]
    };
    assert_eq!(met(&of_line, &told("is a!", b"a\0")), [true, true, true]);
    assert_eq!(met(&of_line, &told("is b!", b"b\0")), [true, false, false]);
    let text = verdicts(&of_line, &told("is b!", b"b\0"))[1].clone();
    let head = "NOT: b.uart1 sends line \"is {first.serial}!\" after 1\n  {first.serial} is \"a\"\n  it did not come\n";
    assert!(text.starts_with(head), "{text}");

    let captures = vec![Capture { name: "mac".into(), of: Captured::Bytes { at: 14, length: 2 } }];
    let of_frame = [frame_with("??", captures), line_with("mac {first.mac}").after(0)];
    let told = |line: Told| [ethernet(1, &[0x0a, 0xbc]), line];
    assert_eq!(met(&of_frame, &told(line(B_WIRE, 50, "mac 0abc"))), [true, true]);
    assert_eq!(met(&of_frame, &told(line(B_WIRE, 50, "mac 0a"))), [true, false]);
    // A frame that is too short to capture from is not the one.
    assert_eq!(met(&of_frame, &[ethernet(1, &[0x0a])]), [false, false]);
}

proptest! {
    /// When what is told is told, and how often it is said how far time is, does not show.
    #[test]
    fn slicing_does_not_show(
        lines in prop::collection::vec((0u64..4, 0u64..60, 0u64..20, 0usize..3), 0..30),
        slices in prop::collection::vec(0u64..10_000, 0..20),
    ) {
        let texts = ["one", "two", "x"];
        // Each is told at most 2 ms after it was there.
        let mut told: Vec<(u64, Told)> = lines.into_iter().enumerate().map(|(place, (port, at, late, text))| {
            let at = at * 100 + place as u64;
            let from = if port % 2 == 0 { A_UART } else { B_WIRE };
            match port {
                3 => (at, ethernet(at, &[at as u8 % 3])),
                _ => (at + late * 100, Told::Line(from, at, at + late * 100, texts[text].into())),
            }
        }).collect();
        told.sort_by_key(|(at, _)| *at);
        let expectations = [
            sends(A_UART, "one"), sends(B_WIRE, "two").after(0).within(2), sends(A_UART, "x").after(1),
            frame_with("01", vec![]).after(0).times(2, 3), sends(B_WIRE, "x").times(0, 0),
        ];
        let play = |slices: &[u64]| {
            let mut all = Expectations::new(expectations.to_vec(), topology());
            let mut slices = slices.iter().copied().peekable();
            for (now, one) in &told {
                while let Some(slice) = slices.next_if(|slice| slice <= now) {
                    all.settled(us(slice));
                }
                match one {
                    Told::Line(from, at, _, bytes) => all.line(*from, us(*at), us(*at), bytes),
                    Told::Event(event, bytes) => all.event(event, bytes),
                }
            }
            all.finish()
        };
        let mut slices = slices;
        slices.sort_unstable();
        prop_assert_eq!(play(&slices), play(&[]));
    }
}
