// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why a file is no capture.

use crate::PACKET_BYTES_MAX;
use pcap_file::pcap::PcapParseError;
use pcap_file::pcapng::PcapNgParseError;
use std::error::Error;
use std::fmt::Write;

/// Why the packets of a file could not be read; each with the place in the file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It does not begin as a capture does.
    #[error(
        "byte 0: this is no capture: it begins with {found:02x?}, where pcapng has [0a, 0d, 0d, 0a], and pcap \
         [a1, b2, c3, d4] or [a1, b2, 3c, 4d], forwards or backwards; tshark -r FILE -w NEW makes one of other captures"
    )]
    NoCapture {
        /// Its first bytes.
        found: Vec<u8>,
    },
    /// It ends too soon.
    #[error(
        "byte {offset}: the file is cut: a block or packet of {needed} bytes begins here, and {left} bytes are left"
    )]
    Cut {
        /// Where the block begins.
        offset: usize,
        /// How many bytes it has, as far as it is known.
        needed: usize,
        /// How many are left.
        left: usize,
    },
    /// A block of a pcapng file is wrong.
    #[error("byte {offset}: this is no block of pcapng: {}", whole(source))]
    Pcapng {
        /// Where it begins.
        offset: usize,
        /// What is wrong.
        source: PcapNgParseError,
    },
    /// The head or a packet of a pcap file is wrong.
    #[error("byte {offset}: this is no packet of pcap: {}", whole(source))]
    Pcap {
        /// Where it begins.
        offset: usize,
        /// What is wrong.
        source: PcapParseError,
    },
    /// A packet has no time, or is in the block that had one before there were enhanced packets.
    #[error(
        "byte {offset}: an enhanced packet is expected, and this is a simple or an obsolete one; \
         tshark -r FILE -w NEW writes the file anew"
    )]
    NoTime {
        /// Where it is.
        offset: usize,
    },
    /// A packet's time is before the epoch or too far from it.
    #[error(
        "byte {offset}: the time of this packet is out of range: it has to be within 292 years after the file's epoch"
    )]
    Time {
        /// Where it is.
        offset: usize,
    },
    /// A packet is too long.
    #[error("byte {offset}: this packet has {len} bytes: at most {PACKET_BYTES_MAX} are taken")]
    Long {
        /// Where it is.
        offset: usize,
        /// How long it is.
        len: usize,
    },
}

/// An error and its causes, in one line.
fn whole(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
