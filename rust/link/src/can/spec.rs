// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What kind of CAN bus it is.

use super::timing::Rates;
use std::fmt;
use vtime::Span;

/// The bit rates of a bus, and its delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BusSpec {
    bitrate_bps: u32,
    data_bitrate_bps: Option<u32>,
    delay: Span,
}

/// Why there can be no such bus.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// The bit rate is 0.
    #[error("a CAN bus with bit rate 0 carries nothing: write the bits per second, such as 500000")]
    Bitrate,
    /// The data phase is slower than arbitration.
    #[error(
        "the data phase of a CAN FD bus has at least the bit rate of arbitration, {bitrate_bps} bit/s: found {data_bitrate_bps}"
    )]
    DataBitrate {
        /// Of arbitration.
        bitrate_bps: u32,
        /// Of the data phase.
        data_bitrate_bps: u32,
    },
}

impl BusSpec {
    /// A bus of `bitrate_bps` bits per second, with CAN FD if there is a bit rate for its data phase. All that its controllers
    /// get to know comes `delay` later.
    pub fn new(bitrate_bps: u32, data_bitrate_bps: Option<u32>, delay: Span) -> Result<BusSpec, SpecError> {
        match data_bitrate_bps {
            _ if bitrate_bps == 0 => Err(SpecError::Bitrate),
            Some(data_bitrate_bps) if data_bitrate_bps < bitrate_bps => {
                Err(SpecError::DataBitrate { bitrate_bps, data_bitrate_bps })
            }
            _ => Ok(BusSpec { bitrate_bps, data_bitrate_bps, delay }),
        }
    }

    /// Bits per second.
    pub const fn bitrate_bps(&self) -> u32 {
        self.bitrate_bps
    }

    /// Bits per second of the data phase of CAN FD.
    pub const fn data_bitrate_bps(&self) -> Option<u32> {
        self.data_bitrate_bps
    }

    /// How much later its controllers get to know all.
    pub const fn delay(&self) -> Span {
        self.delay
    }

    /// The least time from saying anything to the bus to an effect: from the end of a start of frame, up to which one takes
    /// part in it, until the shortest frame is valid, and the delay. 84 us at 500 kbit/s.
    pub fn lookahead(&self) -> Span {
        self.lookahead_at_bus() + self.delay
    }

    /// The same without the delay.
    pub(super) fn lookahead_at_bus(&self) -> Span {
        let rates = self.rates();
        rates.round_down(rates.least().since(rates.bit))
    }

    pub(super) fn rates(&self) -> Rates {
        Rates::new(self.bitrate_bps, self.data_bitrate_bps)
    }
}

/// As the head of a trace has it: `can 500000 delay 0s`, `can 500000 fd 2000000 delay 0s`.
impl fmt::Display for BusSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can {}", self.bitrate_bps)?;
        if let Some(data_bitrate_bps) = self.data_bitrate_bps {
            write!(f, " fd {data_bitrate_bps}")?;
        }
        write!(f, " delay {}", self.delay)
    }
}
