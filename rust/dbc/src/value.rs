// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a signal says.

use crate::Decimal;
use std::cmp::Ordering;
use std::fmt;

/// What a signal says, in its unit.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// Of a whole number, its factor and offset.
    Exact(Decimal),
    /// Of a number of IEEE 754: the shortest decimal that means these bits. It may be infinite, or none at all.
    Float(f64),
}

impl Value {
    fn to_f64(self) -> f64 {
        match self {
            Value::Exact(number) => number.to_f64(),
            Value::Float(number) => number,
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Exact(one), Value::Exact(other)) => Some(one.cmp(other)),
            _ => self.to_f64().partial_cmp(&other.to_f64()),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Exact(number) => number.fmt(f),
            Value::Float(number) if (1e-9..1e18).contains(&number.abs()) || *number == 0.0 => number.fmt(f),
            // Without a row of zeros.
            Value::Float(number) => write!(f, "{number:e}"),
        }
    }
}
