// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of CAN, of Ethernet, and lines on a link.

use super::*;
use crate::{BytePattern, Contents, FramePattern};
use can::{Error, Frame, Id, Kind};

fn pattern(text: &str) -> BytePattern {
    BytePattern::parse(text, |_, _| Err(())).unwrap()
}

fn on(link: u16, contents: Contents) -> FramePattern {
    let (from, to, outcome) = (None, None, link::What::Sent);
    FramePattern { link: LinkId(link), from, to, outcome, contents, captures: Vec::new() }
}

fn on_bus(id: u16, data: &str) -> FramePattern {
    let (id, data) = (Some(Id::Standard(id)), Some(pattern(data)));
    on(0, Contents::Can { id, fd: None, remote: None, data })
}

fn expect(frame: FramePattern) -> Expectation {
    of(What::Frame(frame))
}

fn can(from: Port, at_us: u64, id: u16, data: &[u8]) -> Told {
    let frame = Frame::new(Id::Standard(id), Kind::Data, data).unwrap();
    told(from, at_us, link::What::Sent, link::can::Event::Frame(frame))
}

fn told(from: Port, at_us: u64, what: link::What, event: link::can::Event) -> Told {
    let mut bytes = Vec::new();
    event.write(&mut bytes);
    super::frame(0, from, at_us, what, link::Medium::Can, &bytes)
}

#[test]
fn frames_of_can_are_told_by_identifier_and_data() {
    let run = [can(A_CAN, 100, 0x100, &[0, 0, 0, 4]), can(B_CAN, 200, 0x200, &[1, 2])];
    check(
        &[expect(on_bus(0x100, "00 00 ?? 04")), expect(on_bus(0x200, "01 .."))],
        &run,
        &[
            "met: bus carries a frame with id 100 and data 00 00 ?? 04",
            "  met at 0.000110000  a.can1  can 100 [4] 00 00 00 04",
            "met: bus carries a frame with id 200 and data 01 ..",
            "  met at 0.000210000  b.can1  can 200 [2] 01 02",
        ],
    );
    let from = FramePattern { from: Some(A_CAN), ..on_bus(0x200, "01 02 03") };
    check(
        &[expect(on_bus(0x100, "00 00 00 05")), expect(from)],
        &run,
        &[
            "NOT: bus carries a frame with id 100 and data 00 00 00 05",
            "  it did not come",
            "  most like it:",
            "    0.000110000  a.can1  can 100 [4] 00 00 00 04",
            "      data 3: 04, expected 05",
            "  near the end of its time, 0.100000000:",
            "    0.000110000  a.can1  can 100 [4] 00 00 00 04",
            "    0.000210000  b.can1  can 200 [2] 01 02",
            "NOT: bus carries a frame from a.can1 with id 200 and data 01 02 03",
            "  it did not come",
            "  most like it:",
            "    0.000210000  b.can1  can 200 [2] 01 02",
            "      from: b.can1, expected a.can1",
            "      it ends before data 2",
            "  near the end of its time, 0.100000000:",
            "    0.000110000  a.can1  can 100 [4] 00 00 00 04",
            "    0.000210000  b.can1  can 200 [2] 01 02",
        ],
    );
}

#[test]
fn frames_that_fail_are_others() {
    let frame = Frame::new(Id::Standard(0x100), Kind::Data, &[1]).unwrap();
    let failed = link::can::Event::Failed { error: Error::Acknowledge, bit: 30, frame };
    let run = [
        told(A_CAN, 100, link::What::Failed, failed),
        told(A_CAN, 100, link::What::Struck { fault: 0 }, link::can::Event::NoFrame),
        told(A_CAN, 300, link::What::Lost, link::can::Event::Frame(frame)),
    ];
    check(
        &[
            expect(FramePattern { outcome: link::What::Failed, ..on_bus(0x100, "01") }).times(1, 1),
            expect(FramePattern { outcome: link::What::Lost, ..on_bus(0x100, "..") }),
            expect(on_bus(0x100, "01")).times(0, 0),
        ],
        &run,
        &[
            "met: bus carries a frame that fails with id 100 and data 01 exactly once",
            "  it came 1 time, expected 1",
            "    0.000110000  a.can1  failed  can 100 [1] 01: no acknowledge, bit 30",
            "met: bus carries a frame that is lost with id 100 and data ..",
            "  met at 0.000310000  a.can1  lost  can 100 [1] 01",
            "met: bus never carries a frame with id 100 and data 01",
        ],
    );
    let verdict = verdicts(&[expect(on_bus(0x100, "01"))], &run);
    assert!(verdict[0].contains("      it is failed, expected sent\n"), "{}", verdict[0]);
}

#[test]
fn kinds_of_frames_are_told_apart() {
    let id = Some(Id::Extended(0x100));
    let of_kind = |fd, remote| on(0, Contents::Can { id, fd, remote, data: None });
    let remote = Frame::new(Id::Extended(0x100), Kind::Remote, &[0; 2]).unwrap();
    let run = [told(A_CAN, 1, link::What::Sent, link::can::Event::Frame(remote))];
    let of = |fd, remote| verdicts(&[expect(of_kind(fd, remote))], &run).join("");
    assert!(
        of(Some(false), Some(true))
            .starts_with("met: bus carries a frame not of CAN FD that is remote with id 00000100\n")
    );
    assert!(of(None, Some(false)).contains("      it is a remote frame, expected no remote frame\n"));
    assert!(of(Some(true), None).contains("      it is no frame of CAN FD, expected a frame of CAN FD\n"));
    let standard = verdicts(&[expect(on_bus(0x100, ".."))], &run).join("");
    assert!(standard.contains("      id: 00000100, expected 100\n"), "{standard}");
}

#[test]
fn frames_of_ethernet_are_told_by_their_bytes() {
    let mut bytes = vec![0xff; 6];
    bytes.extend([2, 0, 0, 0, 0, 1, 8, 6, 0, 1]);
    let run = [super::frame(1, A_ETH, 50, link::What::Sent, link::Medium::Ethernet, &bytes)];
    let arp = |length, at, text| on(1, Contents::Bytes { length, parts: vec![(at, pattern(text))] });
    let good = FramePattern { from: Some(A_ETH), to: Some(B_ETH), ..arp(Some((16, 16)), 12, "08 06") };
    check(
        &[expect(good)],
        &run,
        &[
            "met: net carries a frame from a.eth0 to b.eth0 of 16 bytes with 08 06 at 12",
            "  met at 0.000060000  a.eth0  eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff 0806 0001",
        ],
    );
    let wrong = FramePattern { to: Some(A_ETH), ..arp(Some((60, u64::MAX)), 14, "00 02 03") };
    let text = verdicts(&[expect(wrong)], &run).join("");
    for expected in [
        "carries a frame to a.eth0 of at least 60 bytes with 00 02 03 at 14\n",
        "      to: b.eth0, expected a.eth0\n",
        "      length: 16, expected at least 60\n",
        "      byte 15: 01, expected 02\n",
        "      it ends before byte 16\n",
    ] {
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn a_line_is_a_frame_of_its_link() {
    let told = [line(B_WIRE, 1_000, "! 3 1"), line(A_UART, 2_000, "! 3 2")];
    let any = on(2, Contents::Bytes { length: Some((6, 6)), parts: vec![(2, pattern("33"))] });
    let expected =
        ["met: wire carries a frame of 6 bytes with 33 at 2 exactly once", "  it came 1 time, expected 1"];
    let shown = "    0.001000000  b.uart1  \"! 3 1\\n\"";
    check(&[expect(any).times(1, 1)], &told, &[expected[0], expected[1], shown]);
}

#[test]
fn a_long_frame_is_shown_in_part() {
    let run = [super::frame(1, A_ETH, 50, link::What::Sent, link::Medium::Ethernet, &[7; 1000])];
    let any = on(1, Contents::Bytes { length: None, parts: Vec::new() });
    let text = verdicts(&[expect(any)], &run).join("");
    assert!(text.ends_with("07… (1000 bytes)") && text.len() < 250, "{text}");
}

/// Of LIN the identifier and the data are looked at; what is no frame is nothing.
#[test]
fn frames_of_lin_are_told_by_identifier_and_data() {
    use link::lin::{Event, Frame as LinFrame, Model, Pid};
    let lin = |at_us, what, event: Event<'_>| {
        let mut bytes = Vec::new();
        event.write(&mut bytes);
        super::frame(0, A_CAN, at_us, what, link::Medium::Lin, &bytes)
    };
    let (pid, checksum) = (Pid::of(0x11), Some(0x50));
    let door = LinFrame {
        pid,
        data: &[1, 2],
        checksum,
        model: Some(Model::Enhanced),
        name: "Door",
        ..LinFrame::default()
    };
    let run = [
        lin(100, link::What::Failed, Event::Stray { byte: 0x11, is_garbled: false }),
        lin(200, link::What::Sent, Event::Frame(door)),
        lin(
            300,
            link::What::Failed,
            Event::Frame(LinFrame { data: &[], checksum: None, model: None, ..door }),
        ),
    ];
    let bytes = |length, text| on(0, Contents::Bytes { length, parts: vec![(0, pattern(text))] });
    let failed = FramePattern { outcome: link::What::Failed, ..bytes(Some((1, 1)), "11") };
    check(
        &[expect(bytes(None, "11 01 02")), expect(failed)],
        &run,
        &[
            "met: bus carries a frame with 11 01 02 at 0",
            "  met at 0.000210000  a.can1  lin 11 Door [2] 01 02 enhanced",
            "met: bus carries a frame that fails of 1 bytes with 11 at 0",
            "  met at 0.000310000  a.can1  failed  lin 11 Door",
        ],
    );
}
