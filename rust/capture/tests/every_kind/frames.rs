// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Packets of every kind, each as it would be on the wire.

use can::{Error, Frame, Id, Kind, State, Status};
use capture::lin::{self, Checksum, Errors, LinFrame};
use capture::socketcan::{self, Failure};

const MACS: [u8; 12] = [0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1];
/// A frame without its FCS.
const ETHERNET_MIN: usize = 60;

/// ARP, a datagram that is padded, one that fills its frame.
pub fn ethernet() -> Vec<Vec<u8>> {
    let mut arp = vec![0xff; 6];
    arp.extend(&MACS[6..]);
    arp.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
    arp.extend(&MACS[6..]);
    arp.extend([192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2]);
    arp.resize(ETHERNET_MIN, 0);
    vec![arp, datagram(b"hello"), datagram(&[0x55; 1000])]
}

/// UDP from 192.0.2.1:4000 to 192.0.2.2:4001.
fn datagram(data: &[u8]) -> Vec<u8> {
    let len = |head: usize| ((head + data.len()) as u16).to_be_bytes();
    let mut udp = vec![0x0f, 0xa0, 0x0f, 0xa1];
    udp.extend(len(8));
    udp.extend([0, 0]);
    udp.extend(data);
    let addresses = [192, 0, 2, 1, 192, 0, 2, 2];
    let pseudo = [&addresses[..], &[0, 17], &len(8), &udp].concat();
    udp[6..8].copy_from_slice(&internet_checksum(&pseudo).to_be_bytes());

    let mut ip = vec![0x45, 0];
    ip.extend(len(28));
    ip.extend([0, 1, 0x40, 0, 64, 17, 0, 0]);
    ip.extend(addresses);
    let sum = internet_checksum(&ip);
    ip[10..12].copy_from_slice(&sum.to_be_bytes());

    let mut frame = [&MACS[..], &[8, 0], &ip, &udp].concat();
    frame.resize(frame.len().max(ETHERNET_MIN), 0);
    frame
}

/// RFC 1071.
fn internet_checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
    let sum: u32 = words.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    !((sum & 0xffff) + (sum >> 16)) as u16
}

/// Classical CAN, CAN FD, and what goes wrong.
pub fn can() -> Vec<Vec<u8>> {
    let fd = |switches_rate, is_passive| Kind::Fd { switches_rate, is_passive };
    let frames = [
        (Id::Standard(0x123), Kind::Data, 8),
        (Id::Extended(0x18da_f110), Kind::Data, 3),
        // Not 0: unless told otherwise, tshark takes that for AUTOSAR network management.
        (Id::Standard(1), Kind::Data, 0),
        (Id::Standard(0x7ff), Kind::Remote, 4),
        (Id::Extended(0x1fff_ffff), Kind::Remote, 0),
        (Id::Standard(0x101), fd(true, false), 64),
        (Id::Extended(0x102), fd(true, true), 12),
        (Id::Standard(0x103), fd(false, false), 8),
        (Id::Standard(0x104), fd(false, true), 0),
    ];
    let data: Vec<u8> = (1..=64).collect();
    let frame = |(id, kind, len)| {
        let frame = Frame::new(id, kind, &data[..len]).expect("there is such a frame");
        socketcan::encode(&frame).as_ref().to_vec()
    };
    let failures = [
        (Error::Acknowledge, true, 8, 0, State::Active),
        (Error::Stuff, false, 0, 1, State::Active),
        (Error::Form, false, 0, 9, State::Active),
        (Error::Crc, false, 0, 129, State::Passive),
        (Error::BitRecessive, true, 136, 0, State::Passive),
        (Error::BitDominant, true, 256, 0, State::Off),
    ];
    let failure = |(error, sending, transmit_errors, receive_errors, state)| {
        let status = Status { transmit_errors, receive_errors, state, last: Some(error) };
        socketcan::encode_failure(&Failure { error, sending, status }).as_ref().to_vec()
    };
    frames.into_iter().map(frame).chain(failures.into_iter().map(failure)).collect()
}

/// LIN with both checksums, and without a response.
pub fn lin() -> Vec<Vec<u8>> {
    let ok = Errors::default();
    let frames: [(u8, &[u8], _, _); 4] = [
        (0x3c, &[0x3c, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Checksum::Classic, ok),
        (0x11, &[1, 2], Checksum::Enhanced, ok),
        (0x22, &[1, 2, 3, 4], Checksum::Enhanced, ok),
        (0x23, &[], Checksum::Unknown, Errors { no_response: true, ..ok }),
    ];
    let encode = |(id, data, checksum_kind, errors)| {
        let pid = protected(id);
        let frame =
            LinFrame { pid, data, checksum: lin_checksum(pid, data, checksum_kind), checksum_kind, errors };
        lin::encode(&frame).expect("there is such a frame").as_ref().to_vec()
    };
    frames.into_iter().map(encode).collect()
}

/// An identifier with its parity (ISO 17987-3, 5.2.2.5).
fn protected(id: u8) -> u8 {
    let bit = |n: u8| id >> n & 1;
    id | (bit(0) ^ bit(1) ^ bit(2) ^ bit(4)) << 6 | (1 ^ bit(1) ^ bit(3) ^ bit(4) ^ bit(5)) << 7
}

fn lin_checksum(pid: u8, data: &[u8], kind: Checksum) -> u8 {
    let first = match kind {
        Checksum::Unknown => return 0,
        Checksum::Classic => 0,
        Checksum::Enhanced => u16::from(pid),
    };
    let sum = data.iter().fold(first, |sum, byte| {
        let sum = sum + u16::from(*byte);
        if sum > 255 { sum - 255 } else { sum }
    });
    !(sum as u8)
}
