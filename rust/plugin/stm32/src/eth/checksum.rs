// SPDX-License-Identifier: GPL-2.0-or-later
//! The checksums that the transmitter puts into a frame, as CIC of its descriptor says (RM0090, 33.5.9).

const IP: usize = 14;
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;

/// Those of IPv4's header, and with `payload` of TCP, UDP and ICMP in it. Other frames stay as they are.
pub(super) fn insert(frame: &mut [u8], payload: bool) {
    let Some([0x08, 0x00, first]) = frame.get(12..15) else { return };
    let header = IP..IP + 4 * usize::from(first & 15);
    let Some(length) = frame.get(IP + 2..IP + 4).map(|bytes| usize::from(be16(bytes))) else { return };
    let all = IP..IP + length;
    if first >> 4 != 4 || header.len() < 20 || all.len() < header.len() || all.end > frame.len() {
        return;
    }
    put(frame, IP + 10, 0);
    let of_header = !fold(sum(&frame[header.clone()]));
    put(frame, IP + 10, of_header);
    // Of a part of a datagram nobody knows it.
    let is_part = be16(&frame[IP + 6..IP + 8]) & 0x3fff != 0;
    let protocol = frame[IP + 9];
    let (place, pseudo) = match protocol {
        TCP => (16, true),
        UDP => (6, true),
        ICMP => (2, false),
        _ => return,
    };
    let place = header.end + place;
    if !payload || is_part || place + 2 > all.end {
        return;
    }
    put(frame, place, 0);
    let body = header.end..all.end;
    let mut total = sum(&frame[body.clone()]);
    if pseudo {
        total += sum(&frame[IP + 12..IP + 20]) + u64::from(protocol) + body.len() as u64;
    }
    let of_all = match !fold(total) {
        // No checksum at all would be zero.
        0 if protocol == UDP => 0xffff,
        sum => sum,
    };
    put(frame, place, of_all);
}

fn be16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn put(frame: &mut [u8], place: usize, value: u16) {
    frame[place..place + 2].copy_from_slice(&value.to_be_bytes());
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.chunks(2).map(|pair| u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0))).sum()
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A datagram of four bytes by UDP from 10.0.0.1 port 1 to 10.0.0.2 port 7; sums by hand.
    #[test]
    fn of_a_datagram() {
        let mut frame = vec![0; 12];
        frame.extend([0x08, 0x00, 0x45, 0, 0, 32, 0, 0, 0, 0, 64, UDP, 0xee, 0xee, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend([0, 1, 0, 7, 0, 12, 0xee, 0xee, 1, 2, 3, 4]);
        let mut header_only = frame.clone();
        insert(&mut header_only, false);
        // 4500 + 0020 + 4011 + 0a00 + 0001 + 0a00 + 0002 = 9934.
        assert_eq!((&header_only[24..26], &header_only[40..42]), (&[0x66, 0xcb][..], &[0xee, 0xee][..]));
        insert(&mut frame, true);
        // 0a00 + 0001 + 0a00 + 0002 + 0011 + 000c, then 0001 + 0007 + 000c + 0102 + 0304 = 183a.
        assert_eq!((&frame[24..26], &frame[40..42]), (&[0x66, 0xcb][..], &[0xe7, 0xc5][..]));
    }

    #[test]
    fn of_what_is_no_datagram() {
        for bytes in [&[0u8; 14][..], &[0; 60], &[0x08; 20]] {
            let mut frame = bytes.to_vec();
            insert(&mut frame, true);
            assert_eq!(frame, bytes);
        }
        // A header that tells of more than there is.
        let mut frame = vec![0; 12];
        frame.extend([0x08, 0x00, 0x4f, 0, 0xff, 0xff]);
        frame.resize(60, 0);
        let before = frame.clone();
        insert(&mut frame, true);
        assert_eq!(frame, before);
    }
}
