// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The blocks of a pcapng file, little-endian, their options in the order of their codes.

use crate::{Direction, Interface, Kind};

/// Section header, interface description, enhanced packet.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;

const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// Block type, its length twice, and the five fields of a packet.
const PACKET_FIXED: usize = 3 * 4 + 5 * 4;
/// What follows the bytes of a packet: its flags, the end of its options, its length.
const PACKET_TAIL: usize = 8 + 4 + 4;
/// What precedes them.
pub(crate) const PACKET_HEAD: usize = PACKET_FIXED - 4;

// Options; the code 1 is a remark in any block.
const END: u16 = 0;
const COMMENT: u16 = 1;
const IF_NAME: u16 = 2;
const IF_DESCRIPTION: u16 = 3;
const IF_TSRESOL: u16 = 9;
const IF_FCSLEN: u16 = 13;
const EPB_FLAGS: u16 = 2;

/// Nanoseconds: 10 to the power of minus this.
const NANOSECONDS: u8 = 9;

/// What nobody would guess who opens the file.
const REMARK: &str = "Times are virtual: 0 is the start of the run.";

/// The section's head.
pub(crate) fn section() -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(BYTE_ORDER.to_le_bytes());
    // Version 1.0.
    body.extend([1, 0, 0, 0]);
    // The section's length: not said.
    body.extend((-1i64).to_le_bytes());
    option(&mut body, COMMENT, REMARK.as_bytes());
    option(&mut body, END, &[]);
    block(SECTION, &body)
}

/// The description of an interface, whose texts are at most 65535 bytes long.
pub(crate) fn interface(interface: &Interface) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(interface.kind.link_type().to_le_bytes());
    // Two bytes without a meaning, and a packet's greatest length: no limit.
    body.extend([0; 6]);
    option(&mut body, IF_NAME, interface.name.as_bytes());
    option(&mut body, IF_DESCRIPTION, interface.description.as_bytes());
    option(&mut body, IF_TSRESOL, &[NANOSECONDS]);
    if interface.kind == Kind::Ethernet {
        // Not said, Wireshark takes the end of some frames for their FCS.
        option(&mut body, IF_FCSLEN, &[0]);
    }
    option(&mut body, END, &[]);
    block(INTERFACE, &body)
}

/// What is before the bytes of a packet. It has `len` bytes, which are few enough for 32 bits.
pub(crate) fn packet_head(interface: u32, at_ns: u64, len: usize) -> [u8; PACKET_HEAD] {
    let fields = [
        PACKET,
        packet_len(len),
        interface,
        (at_ns >> 32) as u32,
        at_ns as u32,
        // As captured, and as it was.
        len as u32,
        len as u32,
    ];
    let mut head = [0; PACKET_HEAD];
    for (place, field) in head.chunks_exact_mut(4).zip(fields) {
        place.copy_from_slice(&field.to_le_bytes());
    }
    head
}

/// What is behind them, the padding in front.
pub(crate) fn packet_tail(direction: Direction, len: usize, bytes: &mut [u8; 3 + PACKET_TAIL]) -> &[u8] {
    let pad = padding(len);
    let fields = [u32::from(EPB_FLAGS) | 4 << 16, direction.flags(), u32::from(END), packet_len(len)];
    let tail = &mut bytes[..pad + PACKET_TAIL];
    tail[..pad].fill(0);
    for (place, field) in tail[pad..].chunks_exact_mut(4).zip(fields) {
        place.copy_from_slice(&field.to_le_bytes());
    }
    tail
}

fn packet_len(len: usize) -> u32 {
    (PACKET_HEAD + len + padding(len) + PACKET_TAIL) as u32
}

/// Up to the next multiple of 4.
fn padding(len: usize) -> usize {
    len.wrapping_neg() & 3
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    body.resize(body.len() + padding(value.len()), 0);
}

fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let len = (body.len() as u32 + 3 * 4).to_le_bytes();
    [&kind.to_le_bytes(), &len, body, &len].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_as_the_draft_says() {
        let block = section();
        assert_eq!(
            block[..24],
            *b"\x0a\x0d\x0d\x0a\x54\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"
        );
        assert_eq!(block[24..28], [1, 0, REMARK.len() as u8, 0]);
        assert_eq!(block[block.len() - 8..], *b"\0\0\0\0\x54\0\0\0");
        assert_eq!(block.len(), 0x54);
    }

    #[test]
    fn an_interface_is_as_the_draft_says() {
        let named = |kind| Interface { name: "l.n.p".into(), kind, description: "d".into() };
        assert_eq!(
            interface(&named(Kind::Serial)),
            b"\x01\0\0\0\x34\0\0\0\xfa\0\0\0\0\0\0\0\
              \x02\0\x05\0l.n.p\0\0\0\x03\0\x01\0d\0\0\0\x09\0\x01\0\x09\0\0\0\0\0\0\0\x34\0\0\0"
        );
        let ethernet = interface(&named(Kind::Ethernet));
        assert_eq!(ethernet[ethernet.len() - 16..], *b"\x0d\0\x01\0\0\0\0\0\0\0\0\0\x3c\0\0\0");
    }

    #[track_caller]
    fn check(len: usize, expected_len: u8, padding: usize) {
        let head = packet_head(3, 0x0102_0304_0506_0708, len);
        let n = len as u8;
        assert_eq!(head[..20], [6, 0, 0, 0, expected_len, 0, 0, 0, 3, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5]);
        assert_eq!(head[20..], [n, 0, 0, 0, n, 0, 0, 0]);
        let mut bytes = [0xee; 3 + PACKET_TAIL];
        let tail = packet_tail(Direction::Outbound, len, &mut bytes);
        assert_eq!(tail[..padding], [0, 0, 0][..padding]);
        assert_eq!(tail[padding..], [2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, expected_len, 0, 0, 0]);
        assert_eq!(head.len() + len + tail.len(), usize::from(expected_len));
    }

    #[test]
    fn a_packet_is_as_the_draft_says() {
        check(0, 44, 0);
        check(1, 48, 3);
        check(4, 48, 0);
        check(6, 52, 2);
    }
}
