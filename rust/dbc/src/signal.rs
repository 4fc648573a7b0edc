// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One signal: its bits, and the value they mean.

use crate::decimal::float;
use crate::layout::Layout;
use crate::multiplex::Condition;
use crate::{Decimal, EncodeError, Value};
use std::ops::Range;

/// A signal of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    pub(crate) name: String,
    pub(crate) layout: Layout,
    pub(crate) coding: Coding,
    pub(crate) factor: Decimal,
    pub(crate) offset: Decimal,
    /// The least and greatest value that the file allows, if it says so.
    pub(crate) range: Option<(Decimal, Decimal)>,
    pub(crate) unit: String,
    /// Names of raw values.
    pub(crate) names: Vec<(u64, String)>,
    /// When it is there, if not always.
    pub(crate) condition: Option<Condition>,
    /// Where the file names it.
    pub(crate) span: Range<usize>,
}

/// What the bits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Unsigned,
    Signed,
    /// IEEE 754, with 32 bits.
    Single,
    /// IEEE 754, with 64 bits.
    Double,
}

impl Signal {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its values are counted in; may be empty.
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The names that its values have, if any.
    pub fn value_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(_, name)| name.as_str())
    }

    /// Its bits in data; `None` if the data is too short. Whether the signal is there says [`crate::Message::has`].
    pub fn raw(&self, data: &[u8]) -> Option<u64> {
        self.layout.get(data)
    }

    /// What it says in data; `None` if the data is too short.
    pub fn value(&self, data: &[u8]) -> Option<Value> {
        self.raw(data).map(|raw| self.value_of_raw(raw))
    }

    /// What bits mean.
    pub fn value_of_raw(&self, raw: u64) -> Value {
        match self.coding {
            Coding::Unsigned | Coding::Signed => {
                // The reader has tried the least and the greatest one.
                self.exact(self.number(raw)).map_or(Value::Float(f64::NAN), Value::Exact)
            }
            // The shortest text that means these bits: 0.1, not 0.10000000149.
            Coding::Single => self.scaled(float(format_args!("{:e}", f32::from_bits(raw as u32)))),
            Coding::Double => self.scaled(f64::from_bits(raw)),
        }
    }

    /// The name that a raw value has.
    pub fn name_of_raw(&self, raw: u64) -> Option<&str> {
        self.names.iter().find(|(named, _)| *named == raw).map(|(_, name)| name.as_str())
    }

    /// The bits that mean `text`: a number, as near as they can say it, or the name of a value.
    pub fn raw_of(&self, text: &str) -> Result<u64, EncodeError> {
        if let Some((raw, _)) = self.names.iter().find(|(_, name)| name == text) {
            return Ok(*raw);
        }
        match self.coding {
            Coding::Unsigned | Coding::Signed => self.raw_of_exact(text),
            Coding::Single | Coding::Double => self.raw_of_float(text),
        }
    }

    /// For people: `21.5 °C`, `2 (reverse)`.
    pub fn show(&self, raw: u64) -> String {
        let value = self.value_of_raw(raw);
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        match self.name_of_raw(raw) {
            Some(name) => format!("{value}{unit} ({name})"),
            None => format!("{value}{unit}"),
        }
    }

    fn raw_of_exact(&self, text: &str) -> Result<u64, EncodeError> {
        let number: Decimal = text.parse().map_err(|_| self.no_value(text))?;
        if self.range.is_some_and(|(min, max)| number < min || number > max) {
            return Err(self.out_of_range(text));
        }
        let steps = number.minus(self.offset).and_then(|rest| rest.steps(self.factor));
        let (min, max) = self.numbers();
        match steps {
            Some((raw, true)) if (min..=max).contains(&raw) => Ok(self.bits_of(raw)),
            Some((raw, false)) if (min..max).contains(&raw) => {
                let show = |raw: i128| self.exact(raw).unwrap_or(Decimal::ZERO).to_string();
                let (one, other) = if self.factor < Decimal::ZERO { (raw + 1, raw) } else { (raw, raw + 1) };
                Err(EncodeError::Step {
                    signal: self.name.clone(),
                    text: text.into(),
                    below: show(one),
                    above: show(other),
                })
            }
            _ => Err(self.out_of_range(text)),
        }
    }

    fn raw_of_float(&self, text: &str) -> Result<u64, EncodeError> {
        let number: f64 = text.parse().map_err(|_| self.no_value(text))?;
        let value = Value::Float(number);
        if self.range.is_some_and(|(min, max)| value < Value::Exact(min) || value > Value::Exact(max)) {
            return Err(self.out_of_range(text));
        }
        let raw = match self.coding {
            // Not by way of an f64, which would round twice.
            Coding::Single if self.is_plain() => text.parse().map_err(|_| self.no_value(text))?,
            _ => self.unscaled(number) as f32,
        };
        let (is_infinite, raw) = match self.coding {
            Coding::Single => (raw.is_infinite(), raw.to_bits().into()),
            _ => (self.unscaled(number).is_infinite(), self.unscaled(number).to_bits()),
        };
        // The word for infinity has no digits; a number that has is too large.
        let is_lost = is_infinite && text.bytes().any(|byte| byte.is_ascii_digit());
        if is_lost { Err(self.out_of_range(text)) } else { Ok(raw) }
    }

    /// The value of a raw number; `None` if it has more digits than there is room for.
    pub(crate) fn exact(&self, number: i128) -> Option<Decimal> {
        self.factor.times(number)?.plus(self.offset)
    }

    /// The least and the greatest raw number.
    pub(crate) fn numbers(&self) -> (i128, i128) {
        let size = self.layout.size;
        match self.coding {
            Coding::Signed => (-(1 << (size - 1)), (1 << (size - 1)) - 1),
            _ => (0, (1 << size) - 1),
        }
    }

    fn number(&self, raw: u64) -> i128 {
        match self.coding {
            Coding::Signed => {
                let unused = 64 - self.layout.size;
                ((raw << unused) as i64 >> unused).into()
            }
            _ => raw.into(),
        }
    }

    /// The bits of a raw number.
    pub(crate) fn bits_of(&self, number: i128) -> u64 {
        number as u64 & u64::MAX >> (64 - self.layout.size)
    }

    fn is_plain(&self) -> bool {
        self.factor == Decimal::ONE && self.offset == Decimal::ZERO
    }

    #[expect(clippy::float_arithmetic, reason = "+ and * of IEEE 754 are the same everywhere")]
    fn scaled(&self, number: f64) -> Value {
        if self.is_plain() {
            Value::Float(number)
        } else {
            Value::Float(number * self.factor.to_f64() + self.offset.to_f64())
        }
    }

    #[expect(clippy::float_arithmetic, reason = "- and / of IEEE 754 are the same everywhere")]
    fn unscaled(&self, number: f64) -> f64 {
        if self.is_plain() { number } else { (number - self.offset.to_f64()) / self.factor.to_f64() }
    }

    fn no_value(&self, text: &str) -> EncodeError {
        let names: Vec<String> = self.value_names().map(String::from).collect();
        let nearest = report::nearest(text, self.value_names()).map(String::from);
        EncodeError::NoValue { signal: self.name.clone(), text: text.into(), names, nearest }
    }

    fn out_of_range(&self, text: &str) -> EncodeError {
        let ends = match self.coding {
            Coding::Single => [f32::MIN, f32::MAX].map(|end| Value::Float(end.into())),
            Coding::Double => [f64::MIN, f64::MAX].map(Value::Float),
            Coding::Signed | Coding::Unsigned => {
                let (one, other) = self.numbers();
                let ends =
                    [one, other].map(|number| Value::Exact(self.exact(number).unwrap_or(Decimal::ZERO)));
                // A negative factor turns them.
                if ends[0] > ends[1] { [ends[1], ends[0]] } else { ends }
            }
        };
        // Whichever is narrower: what the bits can say, or what the file allows.
        let allowed = self.range.map(|(min, max)| [Value::Exact(min), Value::Exact(max)]).unwrap_or(ends);
        let min = if allowed[0] > ends[0] { allowed[0] } else { ends[0] }.to_string();
        let max = if allowed[1] < ends[1] { allowed[1] } else { ends[1] }.to_string();
        EncodeError::Range { signal: self.name.clone(), text: text.into(), min, max }
    }
}
