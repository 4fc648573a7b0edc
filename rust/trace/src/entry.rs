// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One line of a trace's body.

use crate::escape::escape;
use crate::ports::CONSOLE;
use sim::Power;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;
use vtime::{Instant, Span};

/// Something that happened, as a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// When: for UART output, when the start bit of the first byte began.
    pub at: Instant,
    /// On which port, as `node.port`; `input` for bytes from outside, or a node's name for what happens to it as a whole.
    pub port: Arc<str>,
    /// What.
    pub what: What,
}

/// What happened on a port, or to a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// It sent a line of UART output.
    Sent {
        /// To which port, or by which link to all others; `None` when no link joins it.
        to: Option<Arc<str>>,
        /// From the start of the first byte until the last one was there.
        lasts: Span,
        /// The line, with its line end if it has one.
        bytes: Box<[u8]>,
    },
    /// A byte arrived and there was no room for it.
    Held,
    /// These bytes never got through, because the node was off.
    Lost {
        /// From when the first one was lost until the last one was.
        lasts: Span,
        /// The bytes, with their line end if they have one.
        bytes: Box<[u8]>,
    },
    /// Nobody got these bytes: others sent at the same time.
    Garbled {
        /// From the start of the first byte until the last one was over.
        lasts: Span,
        /// The bytes, with their line end if they have one.
        bytes: Box<[u8]>,
    },
    /// A frame, or what a link tells of one.
    Frame {
        /// To which port, or by which link to whom it may concern; `None` if it got nowhere.
        to: Option<Arc<str>>,
        /// Why it got nowhere, in a word.
        word: &'static str,
        /// How long it took.
        lasts: Span,
        /// What it is.
        text: Box<str>,
    },
    /// The node was switched on or off, or reset.
    Power(Power),
}

/// How a trace tells of frames that got nowhere: words of [`What::Frame`].
pub(crate) const FRAME_WORDS: [&str; 3] = [LOST, "failed", "struck"];

/// How a trace tells what got nowhere.
pub(crate) const SENT: &str = "sent";
pub(crate) const LOST: &str = "lost";
pub(crate) const GARBLED: &str = "garbled";

/// What each [`Power`] is in a trace, but [`Power::Ended`].
pub(crate) const POWERS: [(Power, &str); 4] = [
    (Power::Off, "power off"),
    (Power::On, "power on"),
    (Power::PinReset, "reset pin"),
    (Power::FirmwareReset, "reset firmware"),
];
/// What stands before the code of a [`Power::Ended`].
pub(crate) const ENDED: &str = "ended ";

/// How a trace tells `power`.
pub(crate) fn power_text(power: Power) -> Cow<'static, str> {
    match power {
        Power::Ended(code) => format!("{ENDED}{code}").into(),
        _ => POWERS.iter().find(|(known, _)| *known == power).map_or("", |(_, text)| text).into(),
    }
}

impl Entry {
    /// The longest of its port names.
    pub(crate) fn width(&self) -> usize {
        let to = match &self.what {
            What::Sent { to: Some(to), .. } | What::Frame { to: Some(to), .. } => to.len(),
            What::Sent { to: None, .. } => CONSOLE.len(),
            What::Held | What::Lost { .. } | What::Garbled { .. } | What::Frame { .. } | What::Power(_) => 0,
        };
        self.port.len().max(to)
    }

    /// Its line, with names padded to `width`.
    pub(crate) fn text(&self, width: usize) -> String {
        let mut out = String::new();
        match &self.what {
            What::Sent { to, lasts, bytes } => {
                write_sent(&mut out, self.at, &self.port, to.as_deref(), *lasts, bytes, width);
            }
            What::Frame { to, word, lasts, text } => {
                write_frame(&mut out, self.at, &self.port, (to.as_deref(), word), *lasts, text, width);
            }
            What::Held => write_word(&mut out, self.at, &self.port, "held", width),
            What::Lost { lasts, bytes } => {
                write_failed(&mut out, self.at, &self.port, LOST, *lasts, bytes, width);
            }
            What::Garbled { lasts, bytes } => {
                write_failed(&mut out, self.at, &self.port, GARBLED, *lasts, bytes, width);
            }
            What::Power(power) => write_word(&mut out, self.at, &self.port, &power_text(*power), width),
        }
        out
    }

    /// True when it differs from `other` in its times at most.
    pub(crate) fn same_content(&self, other: &Entry) -> bool {
        self.content() == other.content()
    }

    /// All of it except its times: the port, the receiver and the bytes.
    pub(crate) fn content(&self) -> Content<'_> {
        match &self.what {
            What::Sent { to, bytes, .. } => (&self.port, "sent".into(), to.as_deref(), bytes),
            What::Held => (&self.port, "held".into(), None, &[]),
            What::Lost { bytes, .. } => (&self.port, LOST.into(), None, bytes),
            What::Garbled { bytes, .. } => (&self.port, GARBLED.into(), None, bytes),
            What::Frame { to, word, text, .. } => {
                (&self.port, (*word).into(), to.as_deref(), text.as_bytes())
            }
            What::Power(power) => (&self.port, power_text(*power), None, &[]),
        }
    }
}

/// An entry without its times: its port, what happened, and to whom with which bytes.
pub(crate) type Content<'a> = (&'a str, Cow<'static, str>, Option<&'a str>, &'a [u8]);

/// Appends the line of a [`What::Sent`], without its line end.
pub(crate) fn write_sent(
    out: &mut String,
    at: Instant,
    port: &str,
    to: Option<&str>,
    lasts: Span,
    bytes: &[u8],
    width: usize,
) {
    let to = to.unwrap_or(CONSOLE);
    // Writing to a String cannot fail.
    let _ = write!(out, "{at:>14}  {port:<width$}  > {to:<width$}  ");
    write_bytes(out, lasts, bytes);
}

/// Appends the line of what got nowhere, without its line end.
pub(crate) fn write_failed(
    out: &mut String,
    at: Instant,
    port: &str,
    word: &str,
    lasts: Span,
    bytes: &[u8],
    width: usize,
) {
    // As wide as `> ` and a receiver. Writing to a String cannot fail.
    let _ = write!(out, "{at:>14}  {port:<width$}  {word:<what$}  ", what = width + 2);
    write_bytes(out, lasts, bytes);
}

/// Appends the line of a [`What::Frame`], without its line end.
pub(crate) fn write_frame(
    out: &mut String,
    at: Instant,
    port: &str,
    (to, word): (Option<&str>, &str),
    lasts: Span,
    text: &str,
    width: usize,
) {
    // Writing to a String cannot fail.
    let _ = match to {
        Some(to) => write!(out, "{at:>14}  {port:<width$}  > {to:<width$}  "),
        None => write!(out, "{at:>14}  {port:<width$}  {word:<what$}  ", what = width + 2),
    };
    write_lasts(out, lasts);
    out.push_str(text);
}

/// Appends the line of what is told in words, without its line end.
pub(crate) fn write_word(out: &mut String, at: Instant, port: &str, word: &str, width: usize) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{at:>14}  {port:<width$}  {word}");
}

fn write_bytes(out: &mut String, lasts: Span, bytes: &[u8]) {
    write_lasts(out, lasts);
    out.push('"');
    escape(bytes, out);
    out.push('"');
}

fn write_lasts(out: &mut String, lasts: Span) {
    // The sign and the unit belong to the column of the number, so it is padded here as a whole.
    let digits = lasts.as_ns().checked_ilog10().unwrap_or(0) as usize + 1;
    let pad = LASTS_WIDTH.saturating_sub(digits + "+ns".len());
    let _ = write!(out, "{:pad$}+{}ns  ", "", lasts.as_ns());
}

/// Wide enough for a second, `+999999999ns`: longer than 256 bytes at 9600 baud with silences between them.
const LASTS_WIDTH: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at_ns: u64, lasts_ns: u64, to: Option<&str>, expected: &str) {
        let what =
            What::Sent { to: to.map(Arc::from), lasts: Span::from_ns(lasts_ns), bytes: Box::from(*b"a\n") };
        let entry = Entry { at: Instant::from_ns(at_ns), port: Arc::from("a.uart0"), what };
        assert_eq!(entry.text(9), expected);
    }

    #[test]
    fn tells_of_nodes_in_the_same_columns() {
        let text = |what, port: &str| Entry { at: Instant::from_ns(5), port: Arc::from(port), what }.text(9);
        let lost = What::Lost { lasts: Span::from_ns(42), bytes: Box::from(*b"a\n") };
        assert_eq!(text(lost, "a.uart0"), r#"   0.000000005  a.uart0    lost                +42ns  "a\n""#);
        assert_eq!(text(What::Held, "a.uart0"), "   0.000000005  a.uart0    held");
        assert_eq!(text(What::Power(Power::PinReset), "a"), "   0.000000005  a          reset pin");
        assert_eq!(text(What::Power(Power::Ended(7)), "a"), "   0.000000005  a          ended 7");
    }

    #[test]
    fn keeps_its_columns() {
        check(
            123_456,
            607_644,
            Some("bcd.uart0"),
            r#"   0.000123456  a.uart0    > bcd.uart0     +607644ns  "a\n""#,
        );
        check(123_456, 0, None, r#"   0.000123456  a.uart0    > console            +0ns  "a\n""#);
        check(
            9_999_000_000_001,
            999_999_999,
            None,
            r#"9999.000000001  a.uart0    > console    +999999999ns  "a\n""#,
        );
        check(
            99_999_000_000_001,
            99_999_999_999,
            None,
            r#"99999.000000001  a.uart0    > console    +99999999999ns  "a\n""#,
        );
    }
}
