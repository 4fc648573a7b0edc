// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What an end knows of its line from the start.

use crate::{Framing, Settings};
use std::fmt;
use std::str::FromStr;

/// A line, as a node is told of it: `115200:8N1`, or `115200:8N1:rts` with flow control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The link's own.
    pub settings: Settings,
    /// RTS of one end is CTS of the other one.
    pub flow_control: bool,
}

/// Text that is no line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no serial line: expected baud rate and framing, such as \"115200:8N1\" or \"115200:8N1:rts\""
)]
pub struct LineError(pub String);

const FLOW_CONTROL: &str = "rts";

impl Line {
    /// One of 115200 baud, 8N1.
    pub(crate) const DEFAULT: Line = Line {
        settings: Settings { bit_fs: 8_680_555_556, framing: Framing::EIGHT_N_ONE },
        flow_control: false,
    };

    /// How long after its start a byte of the link's own settings is taken, in nanoseconds, rounded up: when all of it is there, and with
    /// flow control in the middle of the last bit.
    pub(crate) fn frame_ns(self) -> u64 {
        let early_fs = if self.flow_control { u128::from(self.settings.bit_fs / 2) } else { 0 };
        u64::try_from((self.settings.frame_fs() - early_fs).div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.settings.baud(), self.settings.framing)?;
        if self.flow_control { write!(f, ":{FLOW_CONTROL}") } else { Ok(()) }
    }
}

impl FromStr for Line {
    type Err = LineError;

    fn from_str(text: &str) -> Result<Line, LineError> {
        let error = || LineError(text.to_string());
        let mut words = text.split(':');
        let (Some(baud), Some(framing)) = (words.next(), words.next()) else { return Err(error()) };
        let flow_control = match (words.next(), words.next()) {
            (None, _) => false,
            (Some(FLOW_CONTROL), None) => true,
            _ => return Err(error()),
        };
        let (baud, framing) = (baud.parse().map_err(|_| error())?, framing.parse().map_err(|_| error())?);
        let settings = Settings::of_baud(baud, framing).ok_or_else(error)?;
        Ok(Line { settings, flow_control })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        for text in ["115200:8N1", "4000000000:5N2:rts", "1:9O1"] {
            assert_eq!(text.parse::<Line>().map(|line| line.to_string()), Ok(text.to_string()));
        }
        for text in ["", "115200", "0:8N1", "115200:8N", "115200:8N1:", "115200:8N1:rts:", "x:8N1"] {
            assert_eq!(text.parse::<Line>(), Err(LineError(text.to_string())));
        }
        assert_eq!("115200:8N1".parse(), Ok(Line::DEFAULT));
        assert_eq!(Line::DEFAULT.frame_ns(), 86_806);
    }
}
