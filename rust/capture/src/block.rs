// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The blocks of a pcapng file, little-endian, their options in the order of their codes.

use crate::{Direction, Interface, Kind};

/// Section header, interface description, enhanced packet.
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const PACKET: u32 = 6;

const BYTE_ORDER: u32 = 0x1a2b_3c4d;

/// How long the parts of a packet's block are.
const PACKET_HEAD: usize = 7 * 4;
const PACKET_TAIL: usize = 4 * 4;
const OPTION_HEAD: usize = 4;

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

/// What is before the bytes of a packet. It has `len` bytes, and its remark `remark_len`: few enough for their fields.
pub(crate) fn packet_head(interface: u32, at_ns: u64, len: usize, remark_len: usize) -> [u8; PACKET_HEAD] {
    words([
        PACKET,
        packet_len(len, remark_len),
        interface,
        (at_ns >> 32) as u32,
        at_ns as u32,
        // As captured, and as it was.
        len as u32,
        len as u32,
    ])
}

/// What is before the remark on a packet.
pub(crate) fn remark_head(remark_len: usize) -> [u8; OPTION_HEAD] {
    words([u32::from(COMMENT) | (remark_len as u32) << 16])
}

/// What is behind all of it: its flags, the end of its options, its length.
pub(crate) fn packet_tail(direction: Direction, len: usize, remark_len: usize) -> [u8; PACKET_TAIL] {
    words([u32::from(EPB_FLAGS) | 4 << 16, direction.flags(), u32::from(END), packet_len(len, remark_len)])
}

/// The bytes that follow `len` bytes, up to the next multiple of 4.
pub(crate) fn pad(len: usize) -> &'static [u8] {
    &[0; 3][..padding(len)]
}

fn packet_len(len: usize, remark_len: usize) -> u32 {
    let remark = if remark_len == 0 { 0 } else { OPTION_HEAD + remark_len + padding(remark_len) };
    (PACKET_HEAD + len + padding(len) + remark + PACKET_TAIL) as u32
}

fn words<const WORDS: usize, const BYTES: usize>(fields: [u32; WORDS]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (place, field) in bytes.chunks_exact_mut(4).zip(fields) {
        place.copy_from_slice(&field.to_le_bytes());
    }
    bytes
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
    fn check(len: usize, remark: &str, expected_len: u8) {
        let head = packet_head(3, 0x0102_0304_0506_0708, len, remark.len());
        let n = len as u8;
        assert_eq!(head[..20], [6, 0, 0, 0, expected_len, 0, 0, 0, 3, 0, 0, 0, 4, 3, 2, 1, 8, 7, 6, 5]);
        assert_eq!(head[20..], [n, 0, 0, 0, n, 0, 0, 0]);
        let tail = packet_tail(Direction::Outbound, len, remark.len());
        assert_eq!(tail, [2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, expected_len, 0, 0, 0]);
        let option = [&remark_head(remark.len())[..], remark.as_bytes(), pad(remark.len())].concat();
        assert_eq!(option[..4], [1, 0, remark.len() as u8, 0]);
        let option_len = if remark.is_empty() { 0 } else { option.len() };
        let whole = head.len() + len + pad(len).len() + option_len + tail.len();
        assert_eq!((whole, whole % 4), (usize::from(expected_len), 0));
    }

    #[test]
    fn a_packet_is_as_the_draft_says() {
        check(0, "", 44);
        check(1, "", 48);
        check(4, "", 48);
        check(6, "", 52);
        check(4, "remark", 60);
        check(3, "mark", 56);
    }
}
