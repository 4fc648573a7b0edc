// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames that a scenario sends on links: when they go out, and what nodes hear, does not depend on how the run is sliced.

use crate::driver::{self, Heard, Script};
use can::{Frame, FromBus, Id, Kind, Mode, ToBus};
use link::Spec;
use link::can::BusSpec;
use link::ethernet::{DirectSpec, Rate};
use peer::{Sending, TesterSpec};
use sim::{Cue, LinkId, LinkSpec, NodeId, NodeSpec, PortId, System, Tester};
use vtime::{Instant, Span};

const END_NS: u64 = 4_000_000;
const BUS: PortId = PortId(0);
const CONSOLE: PortId = PortId(1);

/// What is told: when, by which port of whom; what nodes hear; the links whose testers wait in vain.
type Course = (Vec<(u64, NodeId, PortId)>, Vec<Heard>, Vec<LinkId>);

/// The course of a run, which is the same in all slicings.
fn course(spec: &LinkSpec, scripts: &[Script]) -> Result<Course, sim::Error> {
    let system = System {
        nodes: ('a'..).take(scripts.len()).map(|name| NodeSpec { name: name.into(), ports: 2 }).collect(),
        links: vec![spec.clone()],
        duration: Span::from_ns(END_NS),
        seed: 0,
    };
    driver::in_all_slices(50_000, |slicing| {
        let mut told = Vec::new();
        let run = driver::run(&system, scripts, slicing, |event, _| {
            if let sim::Body::Frame { port, .. } = event.body {
                told.push((event.key.at.as_ns(), event.key.source, port));
            }
        })?;
        Ok((told, run.heard, run.uncued))
    })
}

fn said(at_ns: u64, record: ToBus) -> (u64, PortId, Vec<u8>) {
    let mut bytes = Vec::new();
    record.write(&mut bytes);
    (at_ns, BUS, bytes)
}

fn join() -> (u64, PortId, Vec<u8>) {
    said(0, ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps: 0, mode: Mode::Normal })
}

fn frame(id: u16) -> Frame {
    Frame::new(Id::Standard(id), Kind::Data, &[1, 2]).expect("a frame")
}

fn offer(at_ns: u64, id: u16) -> (u64, PortId, Vec<u8>) {
    said(at_ns, ToBus::Offer { mailbox: 0, once: false, frame: frame(id) })
}

fn types(at_ns: u64, text: &str) -> Script {
    (at_ns..).zip(text.bytes()).map(|(at_ns, byte)| (at_ns, CONSOLE, vec![byte])).collect()
}

fn sending(at_ns: Option<u64>, frames: &[(u64, u16)], every_ns: u64, rounds: u64) -> Sending {
    let frames = frames.iter().map(|(ns, id)| (Span::from_ns(*ns), TesterSpec::offer(frame(*id)))).collect();
    Sending {
        at: at_ns.map(Instant::from_ns),
        frames,
        every: Span::from_ns(every_ns),
        rounds,
        until: Instant::FAR,
    }
}

fn bus(ends: u16, sendings: Vec<Sending>, cues: Vec<Cue>) -> LinkSpec {
    let spec = TesterSpec::can(1_000_000, None, sendings);
    LinkSpec {
        name: "bus".into(),
        spec: Spec::Can(BusSpec::new(1_000_000, None, Span::ZERO).expect("a bus")),
        ends: (0..ends).map(|node| (NodeId(node), BUS)).collect(),
        host: None,
        faults: vec![],
        tester: Some(Tester { spec, cues }),
    }
}

/// The frames that a node has heard: when each was valid, and its identifier.
fn received(heard: &[Heard], by: u16) -> Vec<(u64, Id)> {
    let records = heard.iter().filter(|(_, node, ..)| node.0 == by);
    let frame = |(at_ns, _, _, bytes): &Heard| match FromBus::read(bytes) {
        Ok(FromBus::Received(frame)) => Some((*at_ns, frame.id())),
        _ => None,
    };
    records.filter_map(frame).collect()
}

/// One node alone acknowledges what is sent to it; of two at one time the first one of the scenario goes first.
#[test]
fn frames_go_out_at_their_times() -> Result<(), sim::Error> {
    let sendings = vec![
        sending(Some(100_000), &[(0, 0x300), (500_000, 0x10)], 1_000_000, 3),
        sending(Some(600_000), &[(0, 1)], 0, 1),
    ];
    let (told, heard, uncued) = course(&bus(1, sendings, vec![]), &[vec![join()]])?;
    let input = |at_ns| (at_ns, NodeId::CONTROL, PortId::INPUT);
    // The second one at 0.6 ms starts when the first one is through, with three bits between them.
    let second = told[2].0;
    assert!((600_000 + 60_000..600_000 + 80_000).contains(&second), "{second}");
    let times = [100_000, 600_000, second, 1_100_000, 1_600_000, 2_100_000, 2_600_000];
    assert_eq!(told, times.map(input));
    let ids: Vec<Id> = received(&heard, 0).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [0x300, 0x10, 1, 0x300, 0x10, 0x300, 0x10].map(Id::Standard));
    assert_eq!(uncued, []);
    Ok(())
}

/// Its frames take part in the arbitration: at one time the lesser identifier wins, whoever sends it.
#[test]
fn who_sends_inputs_is_one_of_the_bus() -> Result<(), sim::Error> {
    let sendings = vec![sending(Some(200_000), &[(0, 0x100), (0, 0x300)], 0, 1)];
    let first = vec![join(), offer(200_000, 0x200), offer(1_000_000, 0x50)];
    let (told, heard, _) = course(&bus(2, sendings, vec![]), &[first, vec![join()]])?;
    let ids: Vec<Id> = received(&heard, 1).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [0x100, 0x200, 0x300, 0x50].map(Id::Standard));
    let (input, node) = ((NodeId::CONTROL, PortId::INPUT), (NodeId(0), BUS));
    let by: Vec<_> = told.iter().map(|(_, node, port)| (*node, *port)).collect();
    assert_eq!(by, [input, node, input, node]);
    Ok(())
}

/// Whatever waits for a text of a console goes out its time after that, also if who sends the text is not on the bus.
#[test]
fn a_text_of_a_console_is_waited_for() -> Result<(), sim::Error> {
    let cue = |sending, node, text: &str, wait_ns| Cue {
        sending,
        node: NodeId(node),
        port: CONSOLE,
        text: text.into(),
        wait: Span::from_ns(wait_ns),
    };
    let cues = vec![
        cue(0, 2, "ready", 1_000),
        cue(1, 0, "go", 250_000),
        cue(2, 2, "eady", 0),
        cue(3, 1, "never", 5),
    ];
    let sendings = (1..=4).map(|id| sending(None, &[(0, id)], 0, 1)).collect();
    let first: Script = [vec![join()], types(300_000, "x go"), vec![offer(1_000_000, 0x50)]].concat();
    let (told, heard, uncued) =
        course(&bus(2, sendings, cues), &[first, vec![join()], types(700_000, "rereadyready")])?;
    let starts: Vec<u64> = told.iter().map(|(at_ns, ..)| *at_ns).collect();
    // "eady" is there with the last byte of "ready", and is not waited with: its frame goes first.
    assert_eq!([starts[0], starts[1]], [300_003 + 250_000, 700_006]);
    let ids: Vec<Id> = received(&heard, 1).into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, [2, 3, 1, 0x50].map(Id::Standard));
    assert_eq!(uncued, [LinkId(0)]);
    Ok(())
}

/// At a cable, the tester is at the other end; one that answers to a console bounds the node as the answer would.
#[test]
fn frames_arrive_at_a_cable() -> Result<(), sim::Error> {
    let frames = [(Span::ZERO, vec![7; 60]), (Span::from_ns(1_000), vec![8; 60])].into();
    let at = |at: Option<u64>| Sending {
        at: at.map(Instant::from_ns),
        frames: std::sync::Arc::clone(&frames),
        every: Span::ZERO,
        rounds: 1,
        until: Instant::FAR,
    };
    let cue = Cue { sending: 1, node: NodeId(0), port: CONSOLE, text: b"on".to_vec(), wait: Span::ZERO };
    let spec = LinkSpec {
        name: "net".into(),
        spec: Spec::Ethernet(DirectSpec { rate: Rate::Mbit100, delay: Span::from_ns(10) }),
        ends: vec![(NodeId(0), BUS)],
        host: None,
        faults: vec![],
        tester: Some(Tester { spec: TesterSpec::ethernet(vec![at(Some(0)), at(None)]), cues: vec![cue] }),
    };
    let (told, heard, uncued) =
        course(&spec, &[[types(900_000, "on"), vec![(950_000, BUS, vec![9; 60])]].concat()])?;
    let arrivals: Vec<(u64, u8)> = heard.iter().map(|(at_ns, .., bytes)| (*at_ns, bytes[0])).collect();
    // 72 bytes with preamble and checksum, and 12 more before the next one.
    let one = 72 * 80 + 10;
    let then = 900_001 + one;
    assert_eq!(arrivals, [(one, 7), (one + 84 * 80, 8), (then, 7), (then + 84 * 80, 8)]);
    assert_eq!((told.len(), uncued.len()), (5, 0));
    Ok(())
}
