// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The sentences for each kind of difference between entries.

use super::changed;
use crate::compare;
use crate::testing::{held, send};
use sim::Event;

/// Changes the talk of the two nodes and checks the sentences about that.
fn check_words(change: impl Fn(&mut Vec<Vec<Event>>), expected: &[&str]) {
    let divergence = compare(&changed(|_| ()), &changed(change)).unwrap_err();
    assert_eq!(divergence.differences[0].explanation, expected);
}

#[test]
fn says_what_happened_to_an_entry() {
    check_words(
        |events| events[3] = send(1, 1, 3_000_000, b"line x\n"),
        &[
            r#"the text from ponger.uart1 differs at byte 6: "line 3\n" in the golden, "line x\n" in the run"#,
            "equal again: all 6 entries after it",
        ],
    );
}

#[test]
fn says_that_entries_are_missing_or_new() {
    check_words(
        |e| drop(e.remove(3)),
        &[r#"the golden has 1 entry here that the run has not, first: ponger.uart1 sent "line 3\n""#],
    );
    check_words(
        |e| e.insert(3, vec![held(0, 2_000_001), held(0, 2_000_002)]),
        &[
            "the run has 2 entries here that the golden has not, first: pinger.uart0 was full, and a byte had to wait",
        ],
    );
    check_words(
        |e| e.truncate(8),
        &[r#"the run ends here; the golden has 2 entries more, first: pinger.uart1 sent "line 8\n""#],
    );
    check_words(
        |e| e.push(send(0, 1, 10_000_000, b"more\n")),
        &[r#"the golden ends here; the run has 1 entry more, first: pinger.uart1 sent "more\n""#],
    );
    check_words(
        |e| e.clear(),
        &[r#"the run ends here; the golden has 10 entries more, first: pinger.uart1 sent "line 0\n""#],
    );
}

#[test]
fn says_that_times_shift() {
    let shifted = |e: &mut Vec<Vec<Event>>, from: u64, by: i64| {
        for n in from..10 {
            let at = (1_000_000 * n).checked_add_signed(by).unwrap();
            e[n as usize] = send((n % 2) as u16, 1, at, format!("line {n}\n").as_bytes());
        }
    };
    check_words(
        |e| shifted(e, 4, 7),
        &[
            r#"pinger.uart1 sent "line 4\n""#,
            "pinger.uart1 did it 7ns later in the run",
            "also 7ns later, with the same text: all 5 entries after it",
        ],
    );
    check_words(
        |e| shifted(e, 4, -7_000),
        &[
            r#"pinger.uart1 sent "line 4\n""#,
            "pinger.uart1 did it 7us earlier in the run",
            "also 7us earlier, with the same text: all 5 entries after it",
        ],
    );
    check_words(
        |e| {
            shifted(e, 4, 7);
            shifted(e, 8, 9);
        },
        &[
            r#"pinger.uart1 sent "line 4\n""#,
            "pinger.uart1 did it 7ns later in the run",
            "with the same text, and 5 of them at other times: all 5 entries after it",
        ],
    );
    check_words(
        |e| e[9][6] = send(1, 1, 9_520_830, b"\n")[0],
        &[r#"ponger.uart1 sent "line 9\n""#, "from first to last byte it took 6ns less in the run"],
    );
}

#[test]
fn says_that_the_order_differs() {
    check_words(
        |e| {
            e[4] = send(1, 1, 4_000_000, b"line 5\n");
            e[5] = send(0, 1, 5_000_000, b"line 4\n");
        },
        &[r#"the order differs: in the run this comes earlier: ponger.uart1 sent "line 5\n""#],
    );
}

#[test]
fn says_that_another_port_speaks() {
    check_words(
        |e| e[9] = vec![held(0, 9_000_000)],
        &[
            r#"the golden has: ponger.uart1 sent "line 9\n""#,
            "the run has: pinger.uart0 was full, and a byte had to wait",
        ],
    );
}

#[test]
fn shows_where_long_texts_differ() {
    let long =
        |c: char| send(0, 1, 10_000_000, format!("{}{c}{}\n", "-".repeat(50), "-".repeat(50)).as_bytes());
    let divergence = compare(&changed(|e| e.push(long('a'))), &changed(|e| e.push(long('b')))).unwrap_err();
    let dashes = "-".repeat(24);
    let expected = format!(
        r#"the text from pinger.uart1 differs at byte 51: ..."{dashes}a{short}"... in the golden, ..."{dashes}b{short}"... in the run"#,
        short = "-".repeat(23)
    );
    assert_eq!(divergence.differences[0].explanation, [expected]);
}
