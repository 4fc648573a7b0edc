// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines and bytes of UARTs.

use super::*;
use crate::{BytePattern, Regular};

fn contains(text: &str) -> Expectation {
    of(What::Line { port: A_UART, pattern: LinePattern::Contains(Template::text(text)) })
}

fn bytes(text: &str) -> Expectation {
    let bytes = BytePattern::parse(text, |_, _| Err(())).unwrap();
    of(What::Line { port: A_UART, pattern: LinePattern::Bytes(bytes) })
}

#[test]
fn time_limits_are_exact() {
    let late = |at_us| [Told::Line(A_UART, at_us, at_us, b"ok\r\n".to_vec())];
    let head = "a.uart0 sends line \"ok\" within 5ms";
    check(
        &[sends(A_UART, "ok").within(5)],
        &late(5_000),
        &[&format!("met: {head}"), "  met at 0.005000000  a.uart0  \"ok\\r\\n\""],
    );
    check(
        &[sends(A_UART, "ok").within(5)],
        &late(5_001),
        &[&format!("NOT: {head}"), "  it came 1us too late, at 0.005001000  a.uart0  \"ok\\r\\n\""],
    );
}

#[test]
fn lines_are_compared_without_their_ends() {
    for (told, text) in [("> ", "> "), ("", ""), ("a\\b\"\u{7f}", "a\\b\"\u{7f}")] {
        let verdict = verdicts(&[sends(A_UART, text)], &[line(A_UART, 1, told)]);
        assert!(verdict[0].starts_with("met:"), "{verdict:?}");
    }
    check(
        &[sends(A_UART, "a\"")],
        &[line(A_UART, 1, "a\"\x01\\")],
        &[
            "NOT: a.uart0 sends line \"a\\\"\"",
            "  it did not come",
            "  most like it:",
            "    0.000001000  a.uart0  \"a\\\"\\x01\\\\\\n\"",
            "  near the end of its time, 0.100000000:",
            "    0.000001000  a.uart0  \"a\\\"\\x01\\\\\\n\"",
        ],
    );
}

#[test]
fn a_failure_shows_what_is_like_it_and_what_came_then() {
    let told = [
        line(A_UART, 1_000, "pong 3"),
        line(A_UART, 2_000, "pong 3"),
        line(A_UART, 3_000, "b"),
        line(A_UART, 4_000, "c"),
        line(A_UART, 5_000, "d"),
        line(A_UART, 6_000, "pang 2"),
        line(A_UART, 7_000, "e"),
    ];
    let expected = [
        "NOT: a.uart0 sends line \"pong 2\" within 5ms",
        "  it did not come",
        "  most like it:",
        "    0.001000000  a.uart0  \"pong 3\\n\"",
        "  near the end of its time, 0.005000000:",
        "    0.003000000  a.uart0  \"b\\n\"",
        "    0.004000000  a.uart0  \"c\\n\"",
        "    0.005000000  a.uart0  \"d\\n\"",
        "    0.006000000  a.uart0  \"pang 2\\n\"",
    ];
    check(&[sends(A_UART, "pong 2").within(5)], &told, &expected);
    let nothing =
        ["NOT: a.uart0 sends a line with \"x\"", "  it did not come", "  nothing came from a.uart0"];
    check(&[contains("x")], &[line(B_WIRE, 5, "x")], &nothing);
}

#[test]
fn bytes_are_found_wherever_lines_end() {
    let told = |parts: &[&[u8]]| -> Vec<Told> {
        let part = |(place, part): (u64, &&[u8])| Told::Line(A_UART, place, place, part.to_vec());
        (1..).zip(parts).map(part).collect()
    };
    check(
        &[bytes("04 0a 2? 00")],
        &told(&[b"x\x04\n", b" \0\n"]),
        &["met: a.uart0 sends bytes 04 0a 2? 00", "  met at 0.000002000  a.uart0  \" \\x00\\n\""],
    );
    let counted = bytes("61 61").times(3, 3);
    check(
        &[counted],
        &told(&[b"aaa", b"xaaaaa"]),
        &[
            "met: a.uart0 sends bytes 61 61 3 times",
            "  it came 3 times, expected 3",
            "    0.000001000  a.uart0  \"aaa\"",
            "    0.000002000  a.uart0  \"xaaaaa\"",
        ],
    );
    assert!(verdicts(&[bytes("04 0a 20")], &told(&[b"x\x04\n", b"\0 "]))[0].starts_with("NOT:"));
}

#[test]
fn never_and_counts_tell_when_it_came() {
    let told: Vec<Told> = (1..=10).map(|at| line(A_UART, at * 1_000, &format!("error {at}"))).collect();
    let shown = |from: u64, to: u64| -> Vec<String> {
        (from..=to).map(|at| format!("    0.{:09}  a.uart0  \"error {at}\\n\"", at * 1_000_000)).collect()
    };
    let check = |expectation: Expectation, head: &[&str], times: Vec<String>, more: &[&str]| {
        let text = verdicts(&[expectation], &told).join("\n");
        let expected: Vec<&str> = head
            .iter()
            .copied()
            .chain(times.iter().map(String::as_str))
            .chain(more.iter().copied())
            .collect();
        assert_eq!(text, expected.join("\n"));
    };
    check(
        contains("error").times(0, 0).within(2),
        &["NOT: a.uart0 never sends a line with \"error\" within 2ms", "  it came 2 times, expected never"],
        shown(1, 2),
        &[],
    );
    check(
        contains("warning").times(0, 0),
        &["met: a.uart0 never sends a line with \"warning\""],
        vec![],
        &[],
    );
    check(
        contains("error").times(3, 7),
        &["NOT: a.uart0 sends a line with \"error\" 3 to 7 times", "  it came 10 times, expected 3 to 7"],
        shown(1, 8),
        &["    ..."],
    );
    check(
        contains("error").times(4, u64::MAX).within(3),
        &["NOT: a.uart0 sends a line with \"error\" at least 4 times within 3ms", "  it came 3 of 4 times"],
        shown(1, 3),
        &[
            "  near the end of its time, 0.003000000:",
            "    0.001000000  a.uart0  \"error 1\\n\"",
            "    0.002000000  a.uart0  \"error 2\\n\"",
            "    0.003000000  a.uart0  \"error 3\\n\"",
            "    0.004000000  a.uart0  \"error 4\\n\"",
        ],
    );
    check(
        contains("error").times(0, 10),
        &[
            "met: a.uart0 sends a line with \"error\" at most 10 times",
            "  it came 10 times, expected at most 10",
        ],
        shown(1, 8),
        &["    ..."],
    );
}

#[test]
fn regular_expressions_look_at_bytes() {
    let matches = |text: &str| {
        let regular = Regular::new(text, Template::text(text)).unwrap();
        of(What::Line { port: A_UART, pattern: LinePattern::Matches(regular) })
    };
    let told = [Told::Line(A_UART, 1, 1, b"t=\xff12\r\n".to_vec())];
    let expected = [
        "met: a.uart0 sends a line that matches '^t=.(?P<t>\\d+)$'",
        "  met at 0.000001000  a.uart0  \"t=\\xff12\\r\\n\"",
    ];
    check(&[matches(r"^t=.(?P<t>\d+)$")], &told, &expected);
    assert!(verdicts(&[matches("^T")], &told)[0].starts_with("NOT:"));
}
