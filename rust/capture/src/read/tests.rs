// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use crate::{Capture, Interface};
use proptest::prelude::*;

/// Numbers of a file in one byte order.
struct File {
    bytes: Vec<u8>,
    big: bool,
}

impl File {
    fn new(big: bool) -> File {
        File { bytes: Vec::new(), big }
    }

    fn u16(mut self, value: u16) -> File {
        self.bytes.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    fn u32(mut self, value: u32) -> File {
        self.bytes.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
        self
    }

    fn raw(mut self, bytes: &[u8]) -> File {
        self.bytes.extend(bytes);
        self
    }

    fn block(self, kind: u32, body: File) -> File {
        let len = body.bytes.len() as u32 + 12;
        self.u32(kind).u32(len).raw(&body.bytes).u32(len)
    }

    fn section(self) -> File {
        let big = self.big;
        self.block(0x0a0d_0d0a, File::new(big).u32(0x1a2b_3c4d).u16(1).u16(0).raw(&[0xff; 8]))
    }

    /// An interface with options, which end themselves.
    fn interface(self, link: u16, options: File) -> File {
        let big = self.big;
        self.block(1, File::new(big).u16(link).u16(0).u32(0).raw(&options.bytes))
    }

    fn packet(self, interface: u32, time: u64, bytes: &[u8], options: File) -> File {
        let (big, len) = (self.big, bytes.len() as u32);
        let body =
            File::new(big).u32(interface).u32((time >> 32) as u32).u32(time as u32).u32(len).u32(len + 1);
        let pad = &[0; 3][..bytes.len().wrapping_neg() & 3];
        self.block(6, body.raw(bytes).raw(pad).raw(&options.bytes))
    }

    fn pcap(self, magic: u32, link: u32) -> File {
        self.u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65_535).u32(link)
    }

    fn record(self, seconds: u32, fraction: u32, bytes: &[u8]) -> File {
        let len = bytes.len() as u32;
        self.u32(seconds).u32(fraction).u32(len).u32(len + 1).raw(bytes)
    }
}

/// All packets: when, of which source, which way, the bytes.
type Short = (u64, usize, Option<Direction>, Vec<u8>);

fn read(file: &[u8]) -> Result<Vec<Short>, String> {
    let short = |packet: Packet<'_>| {
        assert_eq!(packet.original_len as usize, packet.bytes.len() + 1);
        (packet.at_ns, packet.source, packet.direction, packet.bytes.into_owned())
    };
    let packets: Result<Vec<Packet<'_>>, ReadError> = Reader::new(file).and_then(Iterator::collect);
    Ok(packets.map_err(|error| error.to_string())?.into_iter().map(short).collect())
}

#[track_caller]
fn check(file: File, expected: Result<&[Short], &str>) {
    assert_eq!(read(&file.bytes), expected.map(Vec::from).map_err(String::from));
}

#[test]
fn pcap_is_read_in_both_orders_and_resolutions() {
    for big in [false, true] {
        let us = File::new(big).pcap(0xa1b2_c3d4, 1).record(1, 2, &[9]).record(1, 2, &[]);
        check(us, Ok(&[(1_000_002_000, 0, None, vec![9]), (1_000_002_000, 0, None, vec![])]));
        let file = File::new(big).pcap(0xa1b2_3c4d, 0xf000_00e3).record(1, 2, &[9]).bytes;
        assert_eq!(read(&file), Ok(vec![(1_000_000_002, 0, None, vec![9])]));
        let reader = Reader::new(&file).unwrap();
        assert_eq!((reader.format(), reader.sources()[0].kind()), (Format::Pcap, Some(Kind::Can)));
    }
}

#[test]
fn pcapng_is_read_in_both_orders_with_several_sections() {
    for big in [false, true] {
        let none = || File::new(big);
        let nanoseconds = none().u16(2).u16(2).raw(b"lo\0\0").u16(9).u16(1).raw(&[9, 0, 0, 0]).u32(0);
        let inbound = none().u16(2).u16(4).u32(1).u32(0);
        let file = none()
            .section()
            .interface(1, nanoseconds)
            .interface(147, none())
            // A kind of block that nobody knows.
            .block(0x0bad, none().u32(7))
            .packet(1, 3, &[1], none())
            .packet(0, 1 << 32, &[1, 2, 3, 4], inbound);
        // A section of its own counts its interfaces anew, and has a byte order of its own.
        let other = File::new(!big);
        let second = other.section().interface(227, File::new(!big)).packet(0, 4, &[], File::new(!big));
        let file = file.raw(&second.bytes).bytes;
        assert_eq!(
            read(&file),
            Ok(vec![
                (3_000, 1, None, vec![1]),
                (1 << 32, 0, Some(Direction::Inbound), vec![1, 2, 3, 4]),
                (4_000, 2, None, vec![])
            ])
        );
        let mut reader = Reader::new(&file).unwrap();
        assert_eq!(reader.by_ref().map(|packet| packet.unwrap().offset).collect::<Vec<_>>(), [104, 140, 236]);
        let sources: Vec<_> = reader.sources().iter().map(|s| (s.kind(), s.name.as_deref())).collect();
        assert_eq!(sources, [(Some(Kind::Ethernet), Some("lo")), (None, None), (Some(Kind::Can), None)]);
    }
}

/// A packet of time 5 in a resolution and with an offset in seconds.
#[track_caller]
fn check_time(resolution: u8, offset_s: i64, time: u64, expected: Result<u64, &str>) {
    for big in [false, true] {
        let offset = if big { offset_s.to_be_bytes() } else { offset_s.to_le_bytes() };
        let options = File::new(big).u16(9).u16(1).raw(&[resolution, 0, 0, 0]).u16(14).u16(8).raw(&offset);
        let file = File::new(big).section().interface(1, options.u32(0)).packet(0, time, &[], File::new(big));
        check(file, expected.map(|at| [(at, 0, None, vec![])]).as_ref().map(|all| &all[..]).map_err(|e| *e));
    }
}

#[test]
fn times_are_nanoseconds_whatever_the_file_counts() {
    check_time(9, 0, 5, Ok(5));
    check_time(0, 0, 5, Ok(5_000_000_000));
    let finer = "byte 28: this is no block of pcapng: Invalid content for block 'Interface Description Block' (0x1): \
                 Error parsing the options: Invalid option entry. Code: 9, Name: IfTsResol: \
                 Invalid timestamp resolution: 0xC (is_bin: false, resol:12)";
    check_time(12, 0, 5_999, Err(finer));
    check_time(0x80 | 10, 0, 512, Ok(500_000_000));
    check_time(6, 2, 5, Ok(2_000_005_000));
    check_time(0, -3, 5, Ok(2_000_000_000));
    let far = "byte 72: the time of this packet is out of range: it has to be within 292 years after the file's epoch";
    check_time(9, 0, u64::MAX, Err(far));
    check_time(0, 0, u64::MAX, Err(far));
    check_time(6, i64::MAX, 5, Err(far));
}

#[test]
fn what_is_no_capture_is_told_with_its_place() {
    let none = || File::new(false);
    let start = "byte 0: this is no capture: it begins with ";
    for (bytes, found) in [(&b""[..], "[]"), (b"PNG", "[50, 4e, 47]"), (b"\x7fELF!", "[7f, 45, 4c, 46]")] {
        let error = read(bytes).unwrap_err();
        assert!(error.starts_with(&format!("{start}{found}, where pcapng has ")), "{error}");
    }
    let interface = || none().section().interface(1, none());
    check(
        interface().packet(1, 0, &[], none()),
        Err("byte 48: this is no block of pcapng: Invalid content for block 'Enhanced Packet Block' (0x6): \
             Invalid interface ID: 1"),
    );
    let before = "byte 48: an enhanced packet is expected, and this is a simple or an obsolete one; \
                  tshark -r FILE -w NEW writes the file anew";
    check(interface().block(3, none().u32(0)), Err(before));
    check(interface().block(2, none().u16(0).u16(0).raw(&[0; 16])), Err(before));
    check(
        none().pcap(0xa1b2_c3d4, 1).record(0, 1_000_000, &[]),
        Err("byte 24: this is no packet of pcap: Ts_frac micro too big: 1000000 >= 1_000_000 us"),
    );
    let long = vec![0; PACKET_BYTES_MAX + 1];
    check(
        interface().packet(0, 0, &long, none()),
        Err("byte 48: this packet has 262145 bytes: at most 262144 are taken"),
    );
}

/// A whole capture of our own.
fn own() -> Vec<u8> {
    let port = Interface { name: "l.n.p".into(), kind: Kind::Ethernet, description: "d".into() };
    let mut capture = Capture::new(Vec::new(), &[port]).unwrap();
    for ns in [5, 7, 1 << 40] {
        capture.frame(0, vtime::Instant::from_ns(ns), Direction::Outbound, &[1; 61], "remark").unwrap();
    }
    capture.finish().unwrap()
}

#[test]
fn a_cut_file_is_an_error_wherever_it_is_cut() {
    let pcap = File::new(true).pcap(0xa1b2_c3d4, 1).record(1, 2, &[9; 5]).record(1, 2, &[8; 5]).bytes;
    for file in [own(), pcap] {
        let whole = Reader::new(&file).unwrap().map(Result::unwrap);
        let ends: Vec<usize> = whole.map(|packet| packet.offset).chain([file.len()]).collect();
        for len in 0..file.len() {
            let cut = Reader::new(&file[..len]).and_then(|reader| reader.collect::<Result<Vec<_>, _>>());
            match cut {
                // Between two blocks nothing shows that there was more.
                Ok(packets) => assert!(packets.is_empty() || ends[packets.len()] == len, "cut to {len}"),
                Err(error) => assert!(error.to_string().starts_with("byte "), "cut to {len}: {error}"),
            }
        }
    }
}

#[test]
fn after_an_error_there_is_nothing() {
    let mut file = own();
    let len = file.len();
    file[len - 1] ^= 1;
    let mut reader = Reader::new(&file).unwrap();
    assert_eq!(reader.by_ref().take_while(Result::is_ok).count(), 2);
    assert!(reader.next().is_none());
}

proptest! {
    #[test]
    fn any_bytes_are_packets_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200), magic in 0usize..6) {
        let magics = [&[0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a][..], &[0xd4, 0xc3, 0xb2, 0xa1],
            &[0xa1, 0xb2, 0xc3, 0xd4], &[0x4d, 0x3c, 0xb2, 0xa1], &[0xa1, 0xb2, 0x3c, 0x4d], &[]];
        let file = [magics[magic], &bytes].concat();
        if let Ok(reader) = Reader::new(&file) {
            for packet in reader.flatten() {
                prop_assert!(packet.bytes.len() <= file.len());
            }
        }
    }

    #[test]
    fn a_spoilt_capture_is_packets_or_an_error(place in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut file = own();
        let place = place.index(file.len());
        file[place] = with;
        let packets = Reader::new(&file).map(|reader| reader.flatten().count());
        prop_assert!(packets.unwrap_or(0) <= 3);
    }
}
