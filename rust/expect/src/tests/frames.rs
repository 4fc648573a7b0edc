// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of CAN, of Ethernet, and lines on a link.

use super::*;
use crate::{BytePattern, Capture, Captured, Contents, FramePattern, Reference, Signals, Wanted};
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
    on(0, Contents::Can { id, fd: None, remote: None, data, signals: None })
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
    let of_kind = |fd, remote| on(0, Contents::Can { id, fd, remote, data: None, signals: None });
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

const DATABASE: &str = r#"VERSION ""
BO_ 256 Engine: 4 ECU
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" X
 SG_ Rpm : 8|16@1+ (0.25,0) [0|0] "rpm" X
 SG_ Gear m1 : 24|8@1+ (1,0) [0|0] "" X
VAL_ 256 Gear 0 "neutral" 15 "reverse" ;
"#;

fn signals(wanted: &[(&str, Wanted)]) -> FramePattern {
    let database = dbc::Database::read("engine.dbc", DATABASE.as_bytes()).unwrap();
    let message = database.message("Engine").unwrap().clone();
    let wanted = wanted.iter().map(|(name, wanted)| (name.to_string(), wanted.clone())).collect();
    let (id, signals) = (Some(message.id()), Some(Signals { message, wanted }));
    on(0, Contents::Can { id, fd: None, remote: None, data: None, signals })
}

fn exactly(raw: u64, text: &str) -> Wanted {
    Wanted::Exactly { raw, text: text.into() }
}

#[test]
fn signals_say_what_they_are_to_say() {
    let range = |min: Option<&str>, max: Option<&str>| {
        let number = |text: &str| text.parse().unwrap();
        Wanted::Range { min: min.map(number), max: max.map(number) }
    };
    let both = signals(&[("Rpm", range(Some("900"), Some("1100.5"))), ("Gear", exactly(15, "reverse"))]);
    // 812 rpm, then 1000 without a gear, then all that is to be.
    let frame = |page: u8, rpm: u16, gear| {
        let [low, high] = (rpm * 4).to_le_bytes();
        [page, low, high, gear]
    };
    let [slow, page, good] = [frame(1, 812, 0), frame(0, 1000, 15), frame(1, 1100, 15)];
    let run = [can(A_CAN, 100, 0x100, &slow), can(A_CAN, 200, 0x100, &page), can(A_CAN, 300, 0x100, &good)];
    let claim = "bus carries a frame of Engine, Rpm 900 to 1100.5, Gear reverse";
    check(
        &[expect(both.clone())],
        &run,
        &[&format!("met: {claim}"), "  met at 0.000310000  a.can1  can 100 [4] 01 30 11 0F"],
    );
    let told = |run: &[Told]| verdicts(&[expect(both.clone())], run).join("");
    let expected = "      Rpm: 812 rpm, expected 900 to 1100.5\n      Gear: 0 (neutral), expected reverse\n";
    assert!(told(&run[..1]).contains(expected), "{}", told(&run[..1]));
    assert!(
        told(&run[..2]).contains("      Gear: not in this frame, expected reverse\n"),
        "{}",
        told(&run[..2])
    );
    let least = signals(&[("Rpm", range(Some("1101"), None)), ("Page", exactly(1, "1"))]);
    let told = verdicts(&[expect(least)], &run).join("");
    assert!(told.contains("      Rpm: 812 rpm, expected at least 1101\n"), "{told}");
}

#[test]
fn signals_are_captured_as_numbers() {
    let of = Captured::Signal("Rpm".into());
    let captures = vec![Capture { name: "rpm".into(), of }];
    let first = expect(FramePattern { captures, ..signals(&[]) });
    let rpm =
        |_: &str, _: &str| Ok::<_, ()>(Reference { expectation: 0, capture: 0, shown: "first.rpm".into() });
    let pattern = LinePattern::Line(Template::parse("{first.rpm} rpm", rpm).unwrap());
    let all = [first, of_line(pattern).after(0)];
    let run = |text| [can(A_CAN, 100, 0x100, &[0, 2, 1, 0]), line(A_UART, 1_000, text)];
    assert!(verdicts(&all, &run("64.5 rpm")).iter().all(|verdict| verdict.starts_with("met:")));
    let text = verdicts(&all, &run("64 rpm"))[1].clone();
    assert!(text.contains("\n  {first.rpm} is \"64.5\"\n"), "{text}");
}

fn of_line(pattern: LinePattern) -> Expectation {
    of(What::Line { port: A_UART, pattern })
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
fn a_frame_of_lin_is_its_identifier_and_data() {
    let pid = link::lin::Pid::of(0x21);
    let mut bytes = Vec::new();
    let whole = link::lin::Frame { pid, data: &[1, 2], checksum: Some(9), ..Default::default() };
    link::lin::Event::Frame(whole).write(&mut bytes);
    let wake_up = super::frame(1, A_ETH, 40, link::What::Sent, link::Medium::Lin, &[3]);
    let run = [wake_up, super::frame(1, A_ETH, 50, link::What::Sent, link::Medium::Lin, &bytes)];
    let contents = |text| Contents::Bytes { length: Some((3, 3)), parts: vec![(0, pattern(text))] };
    let good = verdicts(&[expect(on(1, contents("21 01 02"))).times(1, 1)], &run).join("");
    assert!(good.starts_with("met:"), "{good}");
    let any = on(1, Contents::Bytes { length: None, parts: Vec::new() });
    assert!(verdicts(&[expect(any).times(1, 1)], &run)[0].starts_with("met:"), "what wakes up is no frame");
    let wrong = verdicts(&[expect(on(1, contents("21 01 03")))], &run).join("");
    assert!(wrong.contains("      byte 2: 02, expected 03\n"), "{wrong}");
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
