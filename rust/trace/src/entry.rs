// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One line of a trace's body.

use crate::escape::escape;
use crate::ports::CONSOLE;
use std::fmt::Write as _;
use std::sync::Arc;
use vtime::{Instant, Span};

/// Something that happened, as a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// When: for UART output, when the start bit of the first byte began.
    pub at: Instant,
    /// On which port, as `node.port`; `control` for bytes from outside.
    pub port: Arc<str>,
    /// What.
    pub what: What,
}

/// What happened on a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// It sent a line of UART output.
    Sent {
        /// To which port; `None` when no link joins it.
        to: Option<Arc<str>>,
        /// From the start of the first byte until the last one was there.
        lasts: Span,
        /// The line, with its line end if it has one.
        bytes: Box<[u8]>,
    },
    /// A byte arrived and there was no room for it.
    Held,
}

impl Entry {
    /// The longest of its port names.
    pub(crate) fn width(&self) -> usize {
        let to = match &self.what {
            What::Sent { to: Some(to), .. } => to.len(),
            What::Sent { to: None, .. } => CONSOLE.len(),
            What::Held => 0,
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
            What::Held => write_held(&mut out, self.at, &self.port, width),
        }
        out
    }

    /// True when it differs from `other` in its times at most.
    pub(crate) fn same_content(&self, other: &Entry) -> bool {
        self.content() == other.content()
    }

    /// All of it except its times: the port, the receiver and the bytes.
    pub(crate) fn content(&self) -> Content<'_> {
        let what = match &self.what {
            What::Sent { to, bytes, .. } => Some((to.as_deref(), &bytes[..])),
            What::Held => None,
        };
        (&self.port, what)
    }
}

/// An entry without its times: its port, and where it sent what.
pub(crate) type Content<'a> = (&'a str, Option<(Option<&'a str>, &'a [u8])>);

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
    // The sign and the unit belong to the column of the number, so it is padded here as a whole.
    let digits = lasts.as_ns().checked_ilog10().unwrap_or(0) as usize + 1;
    let pad = LASTS_WIDTH.saturating_sub(digits + "+ns".len());
    // Writing to a String cannot fail.
    let _ = write!(out, "{at:>14}  {port:<width$}  > {to:<width$}  {:pad$}+{}ns  \"", "", lasts.as_ns());
    escape(bytes, out);
    out.push('"');
}

/// Appends the line of a [`What::Held`], without its line end.
pub(crate) fn write_held(out: &mut String, at: Instant, port: &str, width: usize) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{at:>14}  {port:<width$}  held");
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
