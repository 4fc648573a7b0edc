// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Virtual time: an [`Instant`] since the start of the run and a [`Span`] between two of them; and the time of a node
//! whose clock is not exact, a [`LocalClock`].
//!
//! **Invariant:** whole nanoseconds in a `u64`; nothing here reads a host clock, and no operation rounds or wraps.
//! **Limit:** a run lasts at most [`Span::MAX`], about 292 years (`i64::MAX` ns, because QEMU's clocks are signed).

// Rounding would decide what happens when.
#![deny(clippy::float_arithmetic)]

mod local;
mod parse;

use std::fmt;

pub use local::{Crystal, LocalClock};
pub use parse::ParseSpanError;

/// A point in virtual time, in nanoseconds since the run started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

/// A length of virtual time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span, `i64::MAX` ns.
    pub const MAX: Span = Span(i64::MAX as u64);

    /// A span of `ns` nanoseconds; longer than [`Span::MAX`] is cut to it.
    pub const fn from_ns(ns: u64) -> Span {
        if ns > Span::MAX.0 { Span::MAX } else { Span(ns) }
    }

    /// Its length in nanoseconds.
    pub const fn as_ns(self) -> u64 {
        self.0
    }

    /// True when it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Instant {
    /// The start of the run.
    pub const START: Instant = Instant(0);
    /// Later than anything that can happen.
    pub const FAR: Instant = Instant(i64::MAX as u64);

    /// The instant `ns` nanoseconds after the start; later than [`Instant::FAR`] is cut to it.
    pub const fn from_ns(ns: u64) -> Instant {
        if ns > Instant::FAR.0 { Instant::FAR } else { Instant(ns) }
    }

    /// Nanoseconds since the start.
    pub const fn as_ns(self) -> u64 {
        self.0
    }

    /// The last multiple of `step` that is not later; the start for a step of zero.
    pub const fn last_multiple(self, step: Span) -> Instant {
        if step.0 == 0 { Instant::START } else { Instant(self.0 - self.0 % step.0) }
    }

    /// The span from `earlier` to this instant; zero when `earlier` is not earlier.
    pub const fn since(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Span> for Instant {
    type Output = Instant;
    /// Never wraps: what would lie after [`Instant::FAR`] is `FAR`.
    fn add(self, span: Span) -> Instant {
        Instant::from_ns(self.0.saturating_add(span.0))
    }
}

impl std::ops::Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span::from_ns(self.0.saturating_add(other.0))
    }
}

/// Seconds with nine decimals and no grouping: `0.000123456`. Traces print this form.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Short::pad(f, format_args!("{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000))
    }
}

/// The shortest exact form in one unit, as a scenario writes it: `250ms`, `86806ns`, `0s`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit) = match self.0 {
            0 => (0, "s"),
            n if n % 1_000_000_000 == 0 => (n / 1_000_000_000, "s"),
            n if n % 1_000_000 == 0 => (n / 1_000_000, "ms"),
            n if n % 1_000 == 0 => (n / 1_000, "us"),
            n => (n, "ns"),
        };
        Short::pad(f, format_args!("{n}{unit}"))
    }
}

/// A text as long as a time at most, which asks for no memory: traces have two times a line.
struct Short {
    bytes: [u8; 32],
    len: usize,
}

impl Short {
    /// Writes `text` as wide as asked for.
    fn pad(f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>) -> fmt::Result {
        let mut short = Short { bytes: [0; 32], len: 0 };
        fmt::write(&mut short, text)?;
        f.pad(std::str::from_utf8(&short.bytes[..short.len]).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let place = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_instants_with_nine_decimals() {
        assert_eq!(Instant::from_ns(123_456).to_string(), "0.000123456");
        assert_eq!(Instant::from_ns(12_000_000_001).to_string(), "12.000000001");
        assert_eq!(format!("{:>14}", Instant::START), "   0.000000000");
        assert_eq!(Instant::FAR.to_string(), "9223372036.854775807");
        assert_eq!(Span::MAX.to_string(), "9223372036854775807ns");
        assert_eq!(format!("{:<6}|{:^7}", Span::from_ns(5_000_000), Span::from_ns(0)), "5ms   |  0s   ");
    }

    #[test]
    fn sums_stop_at_the_end_of_time() {
        assert_eq!(Instant::FAR + Span::from_ns(1), Instant::FAR);
        assert_eq!(Span::MAX + Span::MAX, Span::MAX);
        assert_eq!(Instant::from_ns(3).since(Instant::from_ns(5)), Span::ZERO);
    }
}
