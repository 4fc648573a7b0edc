// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading what others captured: the packets of pcapng and pcap files, in both byte orders.
//!
//! The crate `pcap-file` takes the blocks apart; here are places, times and what a packet needs to be of use as an input.

mod error;
#[cfg(test)]
mod tests;

pub use error::ReadError;

use crate::{Direction, Kind, PACKET_BYTES_MAX};
use pcap_file::DataLink;
use pcap_file::pcap::{PcapParseError, PcapParser};
use pcap_file::pcapng::blocks::block_common::Block;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::{PcapNgParseError, PcapNgParser};
use std::borrow::Cow;
use std::time::Duration;

/// The packets of a file, in its order, until its end or an error.
#[derive(Debug)]
pub struct Reader<'a> {
    parser: Parser,
    rest: &'a [u8],
    len: usize,
    sources: Vec<Source>,
    /// The first source of this section.
    section: usize,
    broken: bool,
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Blocks, with options.
    Pcapng,
    /// The older one: packets of one interface.
    Pcap,
}

/// Where packets of a file come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its LINKTYPE.
    pub link_type: u16,
    /// Its name, if the file has one.
    pub name: Option<String>,
}

/// A packet of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Where it is: the place of its block in the file.
    pub offset: usize,
    /// Where it comes from: its place in [`Reader::sources`].
    pub source: usize,
    /// When it was, in nanoseconds since the file's epoch: 1970, or the start of a run. What counts in fractions of a power
    /// of two is cut to whole ones.
    pub at_ns: u64,
    /// Which way it went, if the file says so.
    pub direction: Option<Direction>,
    /// How long it was: more than there are bytes, if the file has only its beginning.
    pub original_len: u32,
    /// Its bytes.
    pub bytes: Cow<'a, [u8]>,
}

#[derive(Debug)]
enum Parser {
    Pcapng(PcapNgParser),
    Pcap(PcapParser),
}

impl Source {
    /// Its kind, if it is one of ours.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_link_type(self.link_type)
    }
}

impl<'a> Reader<'a> {
    /// Begins to read a file.
    pub fn new(file: &'a [u8]) -> Result<Reader<'a>, ReadError> {
        let reader = |parser, rest, sources| Reader {
            parser,
            rest,
            len: file.len(),
            sources,
            section: 0,
            broken: false,
        };
        match file.first_chunk() {
            Some([0x0a, 0x0d, 0x0d, 0x0a]) => {
                let (rest, parser) = PcapNgParser::new(file).map_err(|error| of_pcapng(0, error))?;
                Ok(reader(Parser::Pcapng(parser), rest, Vec::new()))
            }
            Some(
                [0xa1, 0xb2, 0xc3, 0xd4]
                | [0xa1, 0xb2, 0x3c, 0x4d]
                | [0xd4, 0xc3, 0xb2, 0xa1]
                | [0x4d, 0x3c, 0xb2, 0xa1],
            ) => {
                let (rest, parser) = PcapParser::new(file).map_err(|error| of_pcap(0, error))?;
                let source = Source { link_type: link_type(parser.header().datalink), name: None };
                Ok(reader(Parser::Pcap(parser), rest, vec![source]))
            }
            _ => Err(ReadError::NoCapture { found: file.iter().copied().take(4).collect() }),
        }
    }

    /// What kind of file it is.
    pub fn format(&self) -> Format {
        match self.parser {
            Parser::Pcapng(_) => Format::Pcapng,
            Parser::Pcap(_) => Format::Pcap,
        }
    }

    /// Where the packets that were read so far come from, in the order of the file.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The next packet.
    fn read(&mut self) -> Result<Option<Packet<'a>>, ReadError> {
        while !self.rest.is_empty() {
            let offset = self.len - self.rest.len();
            let packet = match &mut self.parser {
                Parser::Pcap(parser) => {
                    let (rest, packet) =
                        parser.next_packet(self.rest).map_err(|error| of_pcap(offset, error))?;
                    self.rest = rest;
                    let (at_ns, original_len) = (whole_ns(offset, packet.timestamp())?, packet.orig_len());
                    Packet {
                        offset,
                        source: 0,
                        at_ns,
                        direction: None,
                        original_len,
                        bytes: packet.into_data(),
                    }
                }
                Parser::Pcapng(parser) => {
                    let (rest, block) =
                        parser.next_block(self.rest).map_err(|error| of_pcapng(offset, error))?;
                    self.rest = rest;
                    match block {
                        Block::SectionHeader(_) => {
                            self.section = self.sources.len();
                            continue;
                        }
                        Block::InterfaceDescription(interface) => {
                            self.sources.push(source(&interface));
                            continue;
                        }
                        Block::EnhancedPacket(packet) => of_block(offset, self.section, packet)?,
                        Block::SimplePacket(_) | Block::Packet(_) => {
                            return Err(ReadError::NoTime { offset });
                        }
                        // What tells of a capture, but has no packet of it.
                        _ => continue,
                    }
                }
            };
            if packet.bytes.len() > PACKET_BYTES_MAX {
                return Err(ReadError::Long { offset, len: packet.bytes.len() });
            }
            return Ok(Some(packet));
        }
        Ok(None)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Result<Packet<'a>, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        let next = self.read();
        self.broken = next.is_err();
        next.transpose()
    }
}

/// The packet of a block at `offset`, in a section whose first source is at `section`.
fn of_block<'a>(
    offset: usize,
    section: usize,
    block: EnhancedPacketBlock<'a>,
) -> Result<Packet<'a>, ReadError> {
    let flags = block.options.iter().find_map(|option| match option {
        EnhancedPacketOption::Flags(flags) => Some(*flags),
        _ => None,
    });
    Ok(Packet {
        offset,
        // The parser has checked that there is this interface.
        source: section + block.interface_id as usize,
        at_ns: whole_ns(offset, block.timestamp)?,
        direction: flags.and_then(Direction::of_flags),
        original_len: block.original_len,
        bytes: block.data,
    })
}

fn source(interface: &InterfaceDescriptionBlock<'_>) -> Source {
    let name = interface.options.iter().find_map(|option| match option {
        InterfaceDescriptionOption::IfName(name) => Some(name.to_string()),
        _ => None,
    });
    Source { link_type: link_type(interface.linktype), name }
}

/// The upper half of the field tells of checksums.
fn link_type(link: DataLink) -> u16 {
    u32::from(link) as u16
}

fn whole_ns(offset: usize, time: Duration) -> Result<u64, ReadError> {
    let in_range = u64::try_from(time.as_nanos()).ok().filter(|ns| *ns <= vtime::Instant::FAR.as_ns());
    in_range.ok_or(ReadError::Time { offset })
}

fn of_pcapng(offset: usize, error: PcapNgParseError) -> ReadError {
    match error {
        PcapNgParseError::IncompleteBuffer(needed, left) => ReadError::Cut { offset, needed, left },
        source => ReadError::Pcapng { offset, source },
    }
}

fn of_pcap(offset: usize, error: PcapParseError) -> ReadError {
    match error {
        PcapParseError::IncompleteBuffer(needed, left) => ReadError::Cut { offset, needed, left },
        source => ReadError::Pcap { offset, source },
    }
}
