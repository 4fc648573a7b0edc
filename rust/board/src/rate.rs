// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How long an instruction takes: one cycle of the CPU's clock, exactly.

use std::fmt;
use std::ops::RangeInclusive;

/// The clocks that a CPU can have, in hertz: 1 kHz to 4 GHz. QEMU's `ns=` takes fractions of 32-bit numbers.
pub const CPU_HZ: RangeInclusive<u64> = 1_000..=4_000_000_000;

/// The time of one instruction in nanoseconds, as a reduced fraction: 80 MHz is 25/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InsnTime {
    ns: u64,
    per_insns: u64,
}

impl InsnTime {
    /// One cycle of a clock, which must be one of [`CPU_HZ`]; others are cut to them.
    pub fn of(cpu_hz: u64) -> InsnTime {
        const NS_PER_S: u64 = 1_000_000_000;
        let cpu_hz = cpu_hz.clamp(*CPU_HZ.start(), *CPU_HZ.end());
        let divisor = gcd(NS_PER_S, cpu_hz);
        InsnTime { ns: NS_PER_S / divisor, per_insns: cpu_hz / divisor }
    }

    /// It as a power of two nanoseconds, if it is one that every QEMU can count by: 1 to 1024 ns.
    pub fn shift(self) -> Option<u32> {
        match self {
            InsnTime { ns: ns @ 1..=1024, per_insns: 1 } if ns.is_power_of_two() => Some(ns.trailing_zeros()),
            _ => None,
        }
    }
}

/// As QEMU's `-icount` takes it: `shift=4` for a power of two, `ns=40` or `ns=25/2` for all others.
impl fmt::Display for InsnTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(shift) = self.shift() {
            return write!(f, "shift={shift}");
        }
        match *self {
            InsnTime { ns, per_insns: 1 } => write!(f, "ns={ns}"),
            InsnTime { ns, per_insns } => write!(f, "ns={ns}/{per_insns}"),
        }
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cpu_hz: u64, expected: &str) {
        let time = InsnTime::of(cpu_hz);
        assert_eq!(time.to_string(), expected, "{cpu_hz} Hz");
        assert_eq!(u128::from(time.ns) * u128::from(cpu_hz), u128::from(time.per_insns) * 1_000_000_000);
    }

    #[test]
    fn an_instruction_takes_one_cycle() {
        check(25_000_000, "ns=40");
        check(80_000_000, "ns=25/2");
        check(16_000_000, "ns=125/2");
        check(168_000_000, "ns=125/21");
        check(32_768, "ns=1953125/64");
        check(1_000, "ns=1000000");
        check(4_000_000_000, "ns=1/4");
        check(3_999_999_999, "ns=1000000000/3999999999");
    }

    #[test]
    fn powers_of_two_are_shifts() {
        check(1_000_000_000, "shift=0");
        check(62_500_000, "shift=4");
        check(31_250_000, "shift=5");
        check(15_625_000, "shift=6");
        check(2_000_000_000, "ns=1/2");
    }
}
