// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Exact times: how long the bits of a frame are at two bit rates.

use ::can::Sequence;
use vtime::{Instant, Span};

const NS_PER_SECOND: u128 = 1_000_000_000;

/// Virtual time in ticks, of which a nanosecond has as many as makes both bit times whole ([`Rates`]). The last
/// nanosecond at the highest bit rates is less than 2^127 ticks, so that sums do not wrap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticks(pub(super) u128);

impl std::ops::Add for Ticks {
    type Output = Ticks;
    fn add(self, other: Ticks) -> Ticks {
        Ticks(self.0 + other.0)
    }
}

impl std::ops::Mul<u64> for Ticks {
    type Output = Ticks;
    fn mul(self, times: u64) -> Ticks {
        Ticks(self.0 * u128::from(times))
    }
}

impl Ticks {
    /// Later than all.
    pub(super) const NEVER: Ticks = Ticks(u128::MAX);

    /// How long it is after `earlier`; nothing if it is not.
    pub(super) fn since(self, earlier: Ticks) -> Ticks {
        Ticks(self.0.saturating_sub(earlier.0))
    }
}

/// The bit times of a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rates {
    per_ns: u128,
    /// A bit of arbitration.
    pub(super) bit: Ticks,
    /// A bit of the data phase.
    pub(super) data_bit: Ticks,
}

impl Rates {
    /// Of a bus with these bit rates, none of which is 0.
    pub(super) fn new(bitrate_bps: u32, data_bitrate_bps: Option<u32>) -> Rates {
        let (bitrate, data_bitrate) = (u128::from(bitrate_bps), data_bitrate_bps.map(u128::from));
        let per_data_bit = data_bitrate.map_or(NS_PER_SECOND, |_| NS_PER_SECOND * bitrate);
        let data_bitrate = data_bitrate.unwrap_or(1);
        Rates {
            per_ns: bitrate * data_bitrate,
            bit: Ticks(NS_PER_SECOND * data_bitrate),
            data_bit: Ticks(per_data_bit),
        }
    }

    /// An instant, exactly.
    pub(super) fn at(self, instant: Instant) -> Ticks {
        Ticks(u128::from(instant.as_ns()) * self.per_ns)
    }

    /// The first instant that is not before.
    pub(super) fn round_up(self, time: Ticks) -> Instant {
        Instant::from_ns(u64::try_from(time.0.div_ceil(self.per_ns)).unwrap_or(u64::MAX))
    }

    /// The longest span that is not longer.
    pub(super) fn round_down(self, time: Ticks) -> Span {
        Span::from_ns(u64::try_from(time.0 / self.per_ns).unwrap_or(u64::MAX))
    }

    /// From the start of a bit to its sample point, which is at 80 % of every bit (CiA 601-3 has about that). Only where a frame
    /// switches its rate, or is destroyed in its data phase, does it show.
    pub(super) fn before_sample(self, sequence: &Sequence, bit: usize) -> Ticks {
        let data = sequence.data_phase();
        let in_data = data.contains(&bit) || !data.is_empty() && bit == data.end;
        Ticks(if in_data { self.data_bit.0 } else { self.bit.0 } / 5 * 4)
    }

    /// From the sample point of a bit to its end.
    pub(super) fn after_sample(self, sequence: &Sequence, bit: usize) -> Ticks {
        let data = sequence.data_phase();
        let in_data = data.contains(&bit) || !data.is_empty() && bit + 1 == data.start;
        Ticks(if in_data { self.data_bit.0 } else { self.bit.0 } / 5)
    }

    /// From the sample point of a bit that is wrong to the error flag: the bit goes on at the bit rate of arbitration.
    pub(super) fn to_flag(self) -> Ticks {
        Ticks(self.bit.0 / 5)
    }

    /// How long a frame is. BRS and CRC delimiter, which have both rates, are one bit of each together.
    pub(super) fn frame(self, sequence: &Sequence) -> Ticks {
        let fast = match sequence.data_phase().len() {
            0 => 0,
            bits => bits + 1,
        };
        self.bit * (sequence.count() - fast) as u64 + self.data_bit * fast as u64
    }

    /// From its start the least time until any frame is valid for its receivers: that of no data and no stuff bits, 44 bits of
    /// Classical CAN without the last one; of CAN FD 26 bits and 33 bits of the data phase without the last one.
    pub(super) fn least(self) -> Ticks {
        (self.bit * 43).min(self.bit * 25 + self.data_bit * 33)
    }
}
