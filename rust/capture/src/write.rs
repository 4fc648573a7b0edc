// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing a capture, packet by packet.

use crate::block::{self, packet_head, packet_tail, pad, remark_head};
use crate::{Direction, Interface, PACKET_BYTES_MAX};
use std::io::{self, BufWriter, Write};
use thiserror::Error;
use vtime::Instant;

/// The longest text of an option.
const TEXT_BYTES_MAX: usize = u16::MAX as usize;

/// Why a capture could not be written.
#[derive(Debug, Error)]
pub enum CaptureError {
    /// The file could not be written.
    #[error("cannot write the capture after {packets} packets: {source}")]
    Write {
        /// How many were written.
        packets: u64,
        /// Why not.
        source: io::Error,
    },
    /// An interface has more text than fits.
    #[error("a text of interface {interface} of the capture has {len} bytes: at most {TEXT_BYTES_MAX} fit")]
    Text {
        /// Its place.
        interface: usize,
        /// How long the text is.
        len: usize,
    },
    /// A packet of an interface that was not named.
    #[error("a packet is of interface {interface}, but the capture has {interfaces}, counted from 0")]
    Interface {
        /// Its place.
        interface: u32,
        /// How many there are.
        interfaces: usize,
    },
    /// A packet is before the one that came before it.
    #[error("a packet of {at} comes after one of {last}: a capture is in the order of time")]
    Order {
        /// When the packet was.
        at: Instant,
        /// When the one before it was.
        last: Instant,
    },
    /// A remark on a packet is too long.
    #[error("a remark on a packet has {len} bytes: at most {TEXT_BYTES_MAX} fit")]
    Remark {
        /// How long it is.
        len: usize,
    },
    /// A packet is longer than Wireshark takes.
    #[error("a packet has {len} bytes: at most {PACKET_BYTES_MAX} go into a capture")]
    Long {
        /// How long it is.
        len: usize,
    },
}

/// A pcapng file that is being written.
#[derive(Debug)]
pub struct Capture<W: Write> {
    out: BufWriter<W>,
    interfaces: usize,
    last: Instant,
    packets: u64,
}

impl<W: Write> Capture<W> {
    /// Starts a capture on `out` (buffered here) with these interfaces.
    pub fn new(out: W, interfaces: &[Interface]) -> Result<Capture<W>, CaptureError> {
        for (place, interface) in interfaces.iter().enumerate() {
            let len = interface.name.len().max(interface.description.len());
            if len > TEXT_BYTES_MAX {
                return Err(CaptureError::Text { interface: place, len });
            }
        }
        let out = BufWriter::with_capacity(1 << 16, out);
        let mut capture = Capture { out, interfaces: interfaces.len(), last: Instant::START, packets: 0 };
        capture.put(&block::section())?;
        for interface in interfaces {
            capture.put(&block::interface(interface))?;
        }
        Ok(capture)
    }

    /// Adds a packet of the interface at `interface`, with bytes as its [`crate::Kind`] has them, and a remark on it, which may be
    /// empty. No packet is before the last one.
    pub fn frame(
        &mut self,
        interface: u32,
        at: Instant,
        direction: Direction,
        bytes: &[u8],
        remark: &str,
    ) -> Result<(), CaptureError> {
        let (len, remark_len, last) = (bytes.len(), remark.len(), self.last);
        if interface as usize >= self.interfaces {
            return Err(CaptureError::Interface { interface, interfaces: self.interfaces });
        }
        if len > PACKET_BYTES_MAX {
            return Err(CaptureError::Long { len });
        }
        if remark_len > TEXT_BYTES_MAX {
            return Err(CaptureError::Remark { len: remark_len });
        }
        if at < last {
            return Err(CaptureError::Order { at, last });
        }
        self.put(&packet_head(interface, at.as_ns(), len, remark_len))?;
        self.put(bytes)?;
        self.put(pad(len))?;
        if !remark.is_empty() {
            self.put(&remark_head(remark_len))?;
            self.put(remark.as_bytes())?;
            self.put(pad(remark_len))?;
        }
        self.put(&packet_tail(direction, len, remark_len))?;
        self.last = at;
        self.packets += 1;
        Ok(())
    }

    /// How many interfaces it has.
    pub(crate) fn interfaces(&self) -> usize {
        self.interfaces
    }

    /// Ends the capture. Only this says that all of it was written.
    pub fn finish(mut self) -> Result<W, CaptureError> {
        let packets = self.packets;
        let flushed = self.out.flush();
        flushed.map_err(|source| CaptureError::Write { packets, source })?;
        self.out.into_inner().map_err(|error| CaptureError::Write { packets, source: error.into_error() })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), CaptureError> {
        self.out.write_all(bytes).map_err(|source| CaptureError::Write { packets: self.packets, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn ethernet() -> Interface {
        Interface { name: "wire.a.eth0".into(), kind: Kind::Ethernet, description: String::new() }
    }

    #[track_caller]
    fn check(interface: u32, at_ns: u64, len: usize, expected: Result<(), &str>) {
        let mut capture = Capture::new(Vec::new(), &[ethernet()]).unwrap();
        capture.frame(0, Instant::from_ns(5), Direction::Inbound, &[1, 2], "").unwrap();
        let bytes = vec![0; len];
        let got = capture.frame(interface, Instant::from_ns(at_ns), Direction::Outbound, &bytes, "");
        assert_eq!(got.map_err(|error| error.to_string()), expected.map_err(String::from));
    }

    #[test]
    fn packets_are_in_order_and_of_their_interfaces() {
        check(0, 5, PACKET_BYTES_MAX, Ok(()));
        check(
            0,
            4,
            0,
            Err("a packet of 0.000000004 comes after one of 0.000000005: a capture is in the order of time"),
        );
        check(1, 5, 0, Err("a packet is of interface 1, but the capture has 1, counted from 0"));
        check(0, 5, PACKET_BYTES_MAX + 1, Err("a packet has 262145 bytes: at most 262144 go into a capture"));
    }

    #[test]
    fn texts_have_a_limit() {
        let long = Interface { name: "n".repeat(TEXT_BYTES_MAX + 1), ..ethernet() };
        let error = Capture::new(Vec::new(), &[ethernet(), long]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a text of interface 1 of the capture has 65536 bytes: at most 65535 fit"
        );
        let mut capture = Capture::new(Vec::new(), &[ethernet()]).unwrap();
        let mut remark = |len| capture.frame(0, Instant::START, Direction::Inbound, &[], &"r".repeat(len));
        remark(TEXT_BYTES_MAX).unwrap();
        let error = remark(TEXT_BYTES_MAX + 1).unwrap_err().to_string();
        assert_eq!(error, "a remark on a packet has 65536 bytes: at most 65535 fit");
    }

    #[test]
    fn a_disk_that_is_full_is_told() {
        let mut disk = [0; 16];
        let mut capture = Capture::new(disk.as_mut_slice(), &[ethernet()]).unwrap();
        capture.frame(0, Instant::START, Direction::Inbound, &[0; 60], "").unwrap();
        let error = capture.finish().unwrap_err().to_string();
        assert!(error.starts_with("cannot write the capture after 1 packets: "), "{error}");
    }
}
