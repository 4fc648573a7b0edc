// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The model of a link alone, without nodes, core and trace: frames that one of its two ends sends.

use crate::cost::measure;
use crate::error::BenchError;
use crate::subject::Sample;
use can::{Frame, Id, Kind, Mode, ToBus};
use link::{End, Handed, Link, Outcome, Spec, Told};
use vtime::Instant;

/// Which frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// CAN, eight bytes of data.
    Can,
    /// Ethernet, 64 bytes with the checksum.
    Ethernet,
}

/// What comes out.
#[derive(Default)]
struct Count {
    sent: u64,
}

impl Outcome for Count {
    fn deliver(&mut self, _to: End, _at: Instant, _bytes: &[u8]) {}

    fn tell(&mut self, told: Told<'_>) {
        self.sent += u64::from(told.what == link::What::Sent);
    }
}

impl Frames {
    /// From one frame to the next: more than either takes.
    const fn gap_ns(self) -> u64 {
        match self {
            Frames::Can => 150_000,
            Frames::Ethernet => 10_000,
        }
    }

    /// The `number`th frame, in place of what is there.
    fn write(self, number: u64, bytes: &mut Vec<u8>) {
        bytes.clear();
        let data = number.to_le_bytes();
        match self {
            Frames::Can => {
                if let Ok(frame) = Frame::new(Id::Standard(0x123), Kind::Data, &data) {
                    ToBus::Offer { mailbox: 0, once: false, frame }.write(bytes);
                }
            }
            Frames::Ethernet => {
                bytes.extend([0xff; 6]);
                bytes.extend([2, 0, 0, 0, 0, 1, 0x88, 0xb5]);
                bytes.extend(data);
                bytes.resize(60, 0);
            }
        }
    }
}

/// Sends so many.
pub fn carry(spec: &Spec, frames: Frames, count: u64) -> Result<Sample, BenchError> {
    let mut model = spec.build(2);
    let mut out = Count::default();
    let mut bytes = Vec::new();
    let hand_over = |model: &mut dyn Link, from: u16, number: u64, bytes: &[u8], out: &mut Count| {
        let at = Instant::from_ns(number * frames.gap_ns());
        // Nobody knows of more than what was said before.
        model.settle(at, out);
        model.hand_over(Handed { from: End(from), at, seq: number, cut: Instant::FAR, bytes }, out);
    };
    if frames == Frames::Can {
        let join = ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps: 0, mode: Mode::Normal };
        join.write(&mut bytes);
        (0..2).for_each(|end| hand_over(&mut *model, end, end.into(), &bytes, &mut out));
    }
    let ((), whole) = measure(|| -> Result<(), BenchError> {
        for number in 2..2 + count {
            frames.write(number, &mut bytes);
            hand_over(&mut *model, 0, number, &bytes, &mut out);
        }
        model.settle(Instant::from_ns((count + 10) * frames.gap_ns()), &mut out);
        Ok(())
    })?;
    Ok(Sample { whole, events: out.sent, ..Sample::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::can::BusSpec;
    use link::ethernet::{DirectSpec, Rate};
    use vtime::Span;

    #[test]
    fn every_frame_goes_through() {
        let bus = Spec::Can(BusSpec::new(1_000_000, None, Span::ZERO).unwrap());
        assert_eq!(carry(&bus, Frames::Can, 1000).unwrap().events, 1000);
        let cable = Spec::Ethernet(DirectSpec { rate: Rate::Mbit100, delay: Span::ZERO });
        assert_eq!(carry(&cable, Frames::Ethernet, 1000).unwrap().events, 1000);
    }
}
