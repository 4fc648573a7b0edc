// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Decimal numbers, exactly: what a factor of 0.1 is, and no `f64` says.

use std::cmp::Ordering;
use std::fmt;

/// The most digits of a number, but for zeros at either end: as many as 128 bits always have room for.
const DIGITS_MAX: u32 = 38;

/// More than any `f64` has.
const EXPONENT_MAX: i32 = 400;

/// A decimal number: `digits` times ten to the `exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Without zeros at its end; at most [`DIGITS_MAX`].
    digits: i128,
    exponent: i32,
}

/// A text is no decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not at all.
    #[error("this is no decimal number, such as 21, -0.5 or 1.5e-3")]
    Shape,
    /// It has too many digits.
    #[error("a number has at most {DIGITS_MAX} digits")]
    Digits,
    /// It is too large or too small.
    #[error("the exponent of a number is at most {EXPONENT_MAX}, and at least -{EXPONENT_MAX}")]
    Exponent,
}

impl Decimal {
    /// 0.
    pub const ZERO: Decimal = Decimal { digits: 0, exponent: 0 };
    /// 1.
    pub const ONE: Decimal = Decimal { digits: 1, exponent: 0 };

    /// `None` if that are too many digits.
    pub(crate) fn new(digits: i128, exponent: i32) -> Option<Decimal> {
        let (mut digits, mut exponent) = (digits, exponent);
        while digits != 0 && digits % 10 == 0 {
            (digits, exponent) = (digits / 10, exponent + 1);
        }
        let fits = digits.unsigned_abs() < 10u128.pow(DIGITS_MAX);
        fits.then_some(if digits == 0 { Decimal::ZERO } else { Decimal { digits, exponent } })
    }

    /// Its digits if its last one were that of ten to the `exponent`, which is not more than its own.
    fn digits_at(self, exponent: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        if self.digits == 0 { Some(0) } else { self.digits.checked_mul(10i128.checked_pow(shift)?) }
    }

    /// The sum; `None` if it has more digits than there is room for.
    pub(crate) fn plus(self, other: Decimal) -> Option<Decimal> {
        if self.digits == 0 || other.digits == 0 {
            return Some(if self.digits == 0 { other } else { self });
        }
        let exponent = self.exponent.min(other.exponent);
        let sum = self.digits_at(exponent)?.checked_add(other.digits_at(exponent)?)?;
        Decimal::new(sum, exponent)
    }

    pub(crate) fn minus(self, other: Decimal) -> Option<Decimal> {
        self.plus(Decimal { digits: -other.digits, ..other })
    }

    /// The product with a whole number.
    pub(crate) fn times(self, number: i128) -> Option<Decimal> {
        Decimal::new(self.digits.checked_mul(number)?, self.exponent)
    }

    /// How often `step`, which is not 0, is in it: rounded down, and whether that is exact. `None` if that is more than any raw value.
    pub(crate) fn steps(self, step: Decimal) -> Option<(i128, bool)> {
        let Decimal { digits, exponent } = if step.digits < 0 { self.times(-1)? } else { self };
        let each = step.digits.abs();
        if exponent >= step.exponent {
            let digits = Decimal { digits, exponent }.digits_at(step.exponent)?;
            return Some((digits.div_euclid(each), digits % each == 0));
        }
        match (Decimal { digits: each, exponent: step.exponent }).digits_at(exponent) {
            Some(each) => Some((digits.div_euclid(each), digits % each == 0)),
            // The step is so much larger that it is in there less than once.
            None => Some((if digits < 0 { -1 } else { 0 }, digits == 0)),
        }
    }

    /// The nearest `f64`.
    pub(crate) fn to_f64(self) -> f64 {
        // Any such text is a number.
        float(format_args!("{}e{}", self.digits, self.exponent))
    }

    /// One more than the exponent of its first digit.
    fn magnitude(self) -> i64 {
        i64::from(self.exponent) + i64::from(self.digits.unsigned_abs().checked_ilog10().unwrap_or(0)) + 1
    }
}

/// The number that a short text means. It is made where no memory has to be asked for: this is done for each frame.
pub(crate) fn float(text: std::fmt::Arguments<'_>) -> f64 {
    use std::io::Write as _;
    let mut buffer = [0; 64];
    let mut rest = &mut buffer[..];
    // Sign, digits and exponent of an i128 and an i32 are 52 bytes at most; those of an f32 are fewer.
    let _ = rest.write_fmt(text);
    let len = 64 - rest.len();
    std::str::from_utf8(&buffer[..len]).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN)
}

impl std::str::FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (is_negative, number) = match number.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, number.strip_prefix('+').unwrap_or(number)),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if whole.len() + fraction.len() == 0
            || plain.is_empty()
            || ![whole, fraction, plain].map(is_digits).iter().all(|is| *is)
        {
            return Err(DecimalError::Shape);
        }
        let all = format!("{whole}{fraction}");
        let without = all.trim_end_matches('0');
        let significant = without.trim_start_matches('0');
        if significant.is_empty() {
            return Ok(Decimal::ZERO);
        }
        if significant.len() > DIGITS_MAX as usize {
            return Err(DecimalError::Digits);
        }
        let exponent: i64 = exponent.parse().map_err(|_| DecimalError::Exponent)?;
        // Neither length is near 2^63.
        let exponent =
            exponent.saturating_add((all.len() - without.len()) as i64).saturating_sub(fraction.len() as i64);
        if exponent.unsigned_abs() > EXPONENT_MAX.unsigned_abs().into() {
            return Err(DecimalError::Exponent);
        }
        let digits: i128 = significant.parse().map_err(|_| DecimalError::Shape)?;
        Ok(Decimal { digits: if is_negative { -digits } else { digits }, exponent: exponent as i32 })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let signs = self.digits.signum().cmp(&other.digits.signum());
        if signs.is_ne() || self.digits == 0 {
            return signs;
        }
        let order = self.magnitude().cmp(&other.magnitude());
        if order.is_ne() {
            return if self.digits < 0 { order.reverse() } else { order };
        }
        // With first digits in the same place there is room for the one that is shorter to be as long as the other.
        let exponent = self.exponent.min(other.exponent);
        self.digits_at(exponent).cmp(&other.digits_at(exponent))
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `21.5`; where that would have many zeros, `215e30`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decimal { digits, exponent } = *self;
        let sign = if digits < 0 { "-" } else { "" };
        let shown = digits.unsigned_abs();
        match exponent {
            0..=20 => write!(f, "{digits}{:0<1$}", "", exponent as usize),
            -20..0 => {
                let places = exponent.unsigned_abs();
                let unit = 10u128.pow(places);
                write!(f, "{sign}{}.{:02$}", shown / unit, shown % unit, places as usize)
            }
            _ => write!(f, "{digits}e{exponent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, DecimalError>) {
        assert_eq!(
            text.parse().map(|number: Decimal| number.to_string()),
            expected.map(String::from),
            "{text}"
        );
    }

    #[test]
    fn numbers_are_exact() {
        check("0.10000000000000001", Ok("0.10000000000000001"));
        check("-0.50", Ok("-0.5"));
        check("+12e2", Ok("1200"));
        check("-.5E-3", Ok("-0.0005"));
        check("00120.", Ok("120"));
        check("1.7976931348623157E+308", Ok("17976931348623157e292"));
        check("0e999999999999", Ok("0"));
        check(&"9".repeat(39), Err(DecimalError::Digits));
        check("1e401", Err(DecimalError::Exponent));
        check("1e99999999999999999999", Err(DecimalError::Exponent));
        for text in ["", "-", ".", "e1", "1e", "1e+", "0x1", "1,5", "1.2.3", "--1", "NaN", " 1", "1-", "é"] {
            check(text, Err(DecimalError::Shape));
        }
    }

    #[test]
    fn steps_are_counted() {
        let steps = |value: &str, step: &str| value.parse::<Decimal>().unwrap().steps(step.parse().unwrap());
        assert_eq!(steps("900", "0.25"), Some((3600, true)));
        assert_eq!(steps("21.3", "0.5"), Some((42, false)));
        assert_eq!(steps("-21.3", "0.5"), Some((-43, false)));
        assert_eq!(steps("21", "-2"), Some((-11, false)));
        assert_eq!(steps("3", "1e-399"), None);
        assert_eq!(steps("-1e-399", "3"), Some((-1, false)));
        assert_eq!(steps("0", "1e-399"), Some((0, true)));
    }

    proptest! {
        /// Whole numbers of thousandths are as their texts, in their order, sums and products.
        #[test]
        fn decimals_are_what_they_are_of(a in any::<i32>(), b in any::<i32>(), shift in 0i32..30) {
            let decimal = |number: i32| format!("{number}e-{shift}").parse::<Decimal>().unwrap();
            prop_assert_eq!(decimal(a).cmp(&decimal(b)), a.cmp(&b));
            let sum = Decimal::new(i128::from(a) + i128::from(b), -shift).unwrap();
            prop_assert_eq!(decimal(a).plus(decimal(b)), Some(sum));
            prop_assert_eq!(decimal(a).times(b.into()), Decimal::new(i128::from(a) * i128::from(b), -shift));
            prop_assert_eq!(sum.minus(decimal(b)), Some(decimal(a)));
            prop_assert_eq!(decimal(a).to_string().parse(), Ok(decimal(a)));
        }

        #[test]
        fn any_text_is_a_number_or_an_error(text in "[-+.eE0-9]{0,24}") {
            if let Ok(number) = text.parse::<Decimal>() {
                prop_assert_eq!(number.to_string().parse::<Decimal>(), Ok(number));
                prop_assert_eq!(number.to_f64(), text.parse::<f64>().unwrap());
            }
        }
    }
}
