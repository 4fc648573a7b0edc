// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a span as people write it: a number and a unit, `250ms`, `1.5 s`, `86_806ns`.

use crate::Span;
use std::fmt;
use std::str::FromStr;

/// Why a text is not a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseSpanError {
    /// It does not start with a decimal number.
    Number,
    /// The unit is missing or is none of `ns`, `us`, `ms`, `s`, `min`, `h`.
    Unit(String),
    /// It has a part smaller than a nanosecond.
    TooFine,
    /// It is longer than [`Span::MAX`].
    TooLong,
}

impl fmt::Display for ParseSpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseSpanError::Number => write!(f, "expected a number and a unit, such as \"250ms\""),
            ParseSpanError::Unit(unit) if unit.is_empty() => {
                write!(
                    f,
                    "the unit is missing: write \"ns\", \"us\", \"ms\", \"s\", \"min\" or \"h\" after the number"
                )
            }
            ParseSpanError::Unit(unit) => {
                write!(
                    f,
                    "\"{unit}\" is no unit of time: expected \"ns\", \"us\", \"ms\", \"s\", \"min\" or \"h\""
                )
            }
            ParseSpanError::TooFine => write!(f, "virtual time has whole nanoseconds, and this is finer"),
            ParseSpanError::TooLong => write!(f, "this is longer than the longest run, 292 years"),
        }
    }
}

impl std::error::Error for ParseSpanError {}

impl FromStr for Span {
    type Err = ParseSpanError;

    fn from_str(text: &str) -> Result<Span, ParseSpanError> {
        let text = text.trim();
        let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
        let (number, unit) = (&text[..end], text[end..].trim_start());
        let unit_ns: u64 = match unit {
            "ns" => 1,
            "us" | "µs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "min" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ if number.is_empty() => return Err(ParseSpanError::Number),
            _ => return Err(ParseSpanError::Unit(unit.to_string())),
        };
        exact(number, unit_ns)
    }
}

/// `number` times `unit_ns`, in integers only, so that `0.1s` is exactly 100 000 000 ns.
fn exact(number: &str, unit_ns: u64) -> Result<Span, ParseSpanError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| -> Result<String, ParseSpanError> {
        let digits: String = part.chars().filter(|c| *c != '_').collect();
        let ok = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if ok { Ok(digits) } else { Err(ParseSpanError::Number) }
    };
    let whole: u128 = digits(whole)?.parse().map_err(|_| ParseSpanError::TooLong)?;
    let fraction = digits(fraction)?;
    let fraction = fraction.trim_end_matches('0');
    let scale = 10u128.checked_pow(fraction.len() as u32).ok_or(ParseSpanError::TooFine)?;
    let fraction: u128 =
        if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| ParseSpanError::TooFine)? };
    let part = fraction.checked_mul(unit_ns.into()).ok_or(ParseSpanError::TooFine)?;
    if part % scale != 0 {
        return Err(ParseSpanError::TooFine);
    }
    let ns = whole.checked_mul(unit_ns.into()).and_then(|ns| ns.checked_add(part / scale));
    match ns {
        Some(ns) if ns <= u128::from(Span::MAX.as_ns()) => Ok(Span::from_ns(ns as u64)),
        _ => Err(ParseSpanError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<u64, ParseSpanError>) {
        assert_eq!(text.parse::<Span>().map(Span::as_ns), expected, "{text:?}");
    }

    #[test]
    fn reads_what_people_write() {
        check("250ms", Ok(250_000_000));
        check("1.5 s", Ok(1_500_000_000));
        check("86_806ns", Ok(86_806));
        check("2min", Ok(120_000_000_000));
        check("0.000000001s", Ok(1));
        check("0s", Ok(0));
    }

    #[test]
    fn says_what_is_wrong() {
        check("", Err(ParseSpanError::Number));
        check("fast", Err(ParseSpanError::Number));
        check("-1s", Err(ParseSpanError::Number));
        check("1..5s", Err(ParseSpanError::Number));
        check(".s", Err(ParseSpanError::Number));
        check("250", Err(ParseSpanError::Unit(String::new())));
        check("250 msec", Err(ParseSpanError::Unit("msec".into())));
        check("0.5ns", Err(ParseSpanError::TooFine));
        check("300000h", Ok(1_080_000_000_000_000_000));
        check("9999999999h", Err(ParseSpanError::TooLong));
    }

    proptest! {
        #[test]
        fn reads_back_what_it_prints(ns in 0u64..=i64::MAX as u64) {
            let span = Span::from_ns(ns);
            prop_assert_eq!(span.to_string().parse::<Span>(), Ok(span));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9._ a-zµ]{0,60}") {
            let _ = text.parse::<Span>();
        }
    }
}
