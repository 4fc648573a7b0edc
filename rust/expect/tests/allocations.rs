// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Expectations that look at what comes, and find that it is not what they look for, ask for no more memory for it.

use can::{Frame, Id, Kind};
use expect::{
    BytePattern, Contents, Count, Expectation, Expectations, FramePattern, LinePattern, Opens, Signals,
    Template, Topology, TopologyPort, Wanted, What,
};
use link::{Medium, can::Event as OnBus};
use sim::{Body, Class, Event, FrameId, Key, LinkId, NodeId, PortId};
use vtime::{Instant, Span};

const UART: (NodeId, PortId) = (NodeId(0), PortId(0));
const CAN: (NodeId, PortId) = (NodeId(0), PortId(1));

/// Never, and once: a frame of which the data nearly come, one of which the signals do, and a line and bytes that are like all that do.
fn expectations() -> Expectations {
    let port = |name: &str, link| TopologyPort { name: name.into(), link };
    let topology = Topology {
        ports: vec![vec![port("a.uart0", None), port("a.can1", Some(LinkId(0)))]],
        links: vec!["bus".into()],
        end: Instant::FAR,
        slack: Span::from_ns(2_000_000),
    };
    let data = BytePattern::parse::<()>("01 02 ?? ff", |_, _| Err(())).expect("bytes");
    let contents = Contents::Can {
        id: Some(Id::Standard(0x100)),
        fd: None,
        remote: None,
        data: Some(data),
        signals: None,
    };
    let (from, to, outcome) = (None, None, link::What::Sent);
    let frame = FramePattern { link: LinkId(0), from, to, outcome, contents, captures: Vec::new() };
    let contents = Contents::Can { id: None, fd: None, remote: None, data: None, signals: Some(signals()) };
    let message = FramePattern { contents, ..frame.clone() };
    let bytes = BytePattern::parse::<()>("74 6f ?? 6b", |_, _| Err(())).expect("bytes");
    let bytes = What::Line { port: UART, pattern: LinePattern::Bytes(bytes) };
    let of = |what, count| {
        let (name, opens, within) = (None, Opens::At(Instant::START), None);
        Expectation { name, what, opens, within, count }
    };
    let line = What::Line { port: UART, pattern: LinePattern::Contains(Template::text("tock")) };
    let all = vec![
        of(What::Frame(frame.clone()), Count::NEVER),
        of(What::Frame(frame), Count::ONCE),
        of(What::Frame(message), Count::ONCE),
        of(line, Count::ONCE),
        of(bytes, Count::ONCE),
    ];
    Expectations::new(all, topology)
}

/// Numbers, whole and of IEEE 754, of which not all come in one frame.
fn signals() -> Signals {
    let text = "BO_ 256 M: 8 X\n SG_ One : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ Number : 16|8@1+ (0.5,0) [0|0] \"\" X\n \
                SG_ Float : 32|32@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 256 Float : 1;\n";
    let database = dbc::Database::read("m.dbc", text.as_bytes()).expect("a database");
    let message = database.message("M").expect("a message").clone();
    let exactly = |name: &str, text: &str| {
        let raw = message.signal(name).map(|signal| signal.raw_of(text)).expect("a signal").expect("a value");
        (name.to_string(), Wanted::Exactly { raw, text: text.into() })
    };
    let range = |min: &str| Wanted::Range { min: min.parse().ok(), max: None };
    let wanted = vec![
        exactly("One", "1"),
        ("Number".into(), range("200")),
        exactly("Float", "1.5"),
        ("Float".into(), range("-0.1")),
    ];
    Signals { message, wanted }
}

/// So many frames and lines, one of each 200 us.
fn play(all: &mut Expectations, bytes: &mut Vec<u8>, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let at = Instant::from_ns(number * 200_000);
        let frame = Frame::new(Id::Standard(0x100), Kind::Data, &[1, 2, number as u8, 0, 0, 0, 0, 0])
            .expect("a frame");
        bytes.clear();
        OnBus::Frame(frame).write(bytes);
        let key = Key { at, class: Class::Frame, link: LinkId(0), source: CAN.0, seq: number };
        let (port, medium, what) = (CAN.1, Medium::Can, link::What::Sent);
        let ends = at + Span::from_ns(100_000);
        all.event(
            &Event {
                key,
                body: Body::Frame { port, medium, what, ends, to: None, frame: FrameId::default() },
            },
            bytes,
        );
        all.line(UART, at, ends, b"tick\n");
    }
}

#[test]
fn what_is_not_expected_costs_no_memory() {
    let (mut all, mut bytes) = (expectations(), Vec::new());
    play(&mut all, &mut bytes, 0..200);
    let counted = allocation_counter::measure(|| play(&mut all, &mut bytes, 200..2_000));
    assert_eq!(counted.count_total, 0);
    let met: Vec<bool> = all.finish().into_iter().map(|verdict| verdict.met).collect();
    assert_eq!(met, [true, false, false, false, false]);
}
