// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run that is warm asks for no more memory, however many frames go over its links: neither the core nor the recorder.

use ::can::{Frame, Id, Kind, Mode, ToBus};
use link::can::BusSpec;
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use link::{Framing, Spec, Uart};
use sim::{Core, Done, LinkSpec, NodeId, NodeSpec, PortId, Slicing, System};
use trace::{Header, Line, LinkHead, Mode as Timing, NodeHead, Recorder};
use vtime::{Instant, Span};

const PORT: PortId = PortId(0);

/// What a node sends: its nth message, in place of what is there.
type Message = fn(u16, u64, &mut Vec<u8>);

/// Nodes on a link; each sends something every `gap_ns`, one `skew_ns` after the other.
struct Traffic {
    spec: Spec,
    nodes: u16,
    gap_ns: u64,
    skew_ns: u64,
    message: Message,
}

/// Hears of lines, and does nothing about it.
type Nobody = fn(&Line<'_>);

/// A run of them.
struct Run<'a> {
    traffic: &'a Traffic,
    core: Core,
    recorder: Option<Recorder<std::io::Sink, Nobody>>,
    sent: Vec<u64>,
    granted: Vec<(NodeId, Instant)>,
    bytes: Vec<u8>,
    told: u64,
}

impl Traffic {
    /// Frames of each node before memory is counted, and after.
    const WARM: u64 = 200;
    const COUNTED: u64 = 600;

    fn name(node: u16) -> String {
        format!("node{node}")
    }

    fn run(&self, is_recorded: bool) -> Run<'_> {
        let all = 0..self.nodes;
        let system = System {
            nodes: all.clone().map(|node| NodeSpec { name: Traffic::name(node), ports: 1 }).collect(),
            links: vec![LinkSpec {
                name: "link".into(),
                spec: self.spec.clone(),
                ends: all.clone().map(|node| (NodeId(node), PORT)).collect(),
                host: None,
                tester: None,
                faults: Vec::new(),
            }],
            duration: Span::from_ns((Traffic::WARM + Traffic::COUNTED + 100) * self.gap_ns),
            seed: 0,
        };
        let mut core = Core::new(&system, Slicing::default()).expect("a valid system");
        core.set_ceiling(Instant::START);
        let header = Header {
            scenario: "allocations".into(),
            seed: 0,
            duration: system.duration,
            mode: Timing::Exact,
            nodes: all
                .clone()
                .map(|node| NodeHead { name: Traffic::name(node), board: "none".into() })
                .collect(),
            links: vec![LinkHead {
                name: "link".into(),
                description: self.spec.to_string(),
                ends: all.clone().map(|node| format!("{}.port", Traffic::name(node))).collect(),
            }],
            faults: Vec::new(),
            made_by: Vec::new(),
        };
        let ports = vec![vec!["port".to_string()]; self.nodes.into()];
        let ignore: Nobody = |_| {};
        let recorder = Recorder::new(std::io::sink(), &header, &ports, ignore);
        let recorder = is_recorded.then(|| recorder.expect("a head"));
        let sent = vec![0; self.nodes.into()];
        let (granted, bytes) = (Vec::with_capacity(8), Vec::with_capacity(2048));
        Run { traffic: self, core, recorder, sent, granted, bytes, told: 0 }
    }

    #[track_caller]
    fn check(&self) {
        for is_recorded in [false, true] {
            let mut run = self.run(is_recorded);
            run.up_to(Traffic::WARM);
            let before = run.told;
            let info = allocation_counter::measure(|| run.up_to(Traffic::WARM + Traffic::COUNTED));
            let told = run.told - before;
            assert!(told >= Traffic::COUNTED * u64::from(self.nodes), "{told} told");
            let spec = &self.spec;
            assert_eq!(
                info.count_total, 0,
                "of {spec}, recorded: {is_recorded}, for {told} events: {info:?}"
            );
        }
    }
}

impl Run<'_> {
    /// Until each node has sent so many messages.
    fn up_to(&mut self, messages: u64) {
        let ceiling = Instant::from_ns(messages * self.traffic.gap_ns);
        self.core.set_ceiling(ceiling);
        while !self.core.at_ceiling() {
            while let Some(grant) = self.core.next_grant().expect("no mistake") {
                self.granted.push((grant.node, grant.until));
            }
            while let Some((node, until)) = self.granted.pop() {
                self.compute(node, until);
            }
            let (recorder, told) = (&mut self.recorder, &mut self.told);
            let to = self.core.drain_events(|event, frame| {
                *told += 1;
                if let Some(recorder) = recorder {
                    recorder.event(event, frame).expect("it is written");
                }
            });
            let to = to.expect("in order");
            if let Some(recorder) = &mut self.recorder {
                recorder.advance(to).expect("it is written");
            }
        }
    }

    fn compute(&mut self, node: NodeId, until: Instant) {
        let sent = &mut self.sent[usize::from(node.0)];
        loop {
            let skew_ns = self.traffic.skew_ns * u64::from(node.0);
            let at = Instant::from_ns(*sent * self.traffic.gap_ns + skew_ns);
            if at >= until {
                let done = Done { grants: u64::MAX, reached: until, sent: *sent, promise: until };
                return self.core.done(node, done).expect("a correct report");
            }
            (self.traffic.message)(node.0, *sent, &mut self.bytes);
            self.core.sent(node, PORT, at, *sent, &self.bytes).expect("a correct report");
            *sent += 1;
        }
    }
}

/// Lines of eight bytes.
fn a_byte(_node: u16, nth: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.push(if nth % 8 == 7 { b'\n' } else { b'a' });
}

/// A byte alone, which becomes a line when it is silent.
fn a_lonely_byte(_node: u16, _nth: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.push(b'a');
}

/// To the next but one of three; all lengths, in turn.
fn an_ethernet_frame(node: u16, nth: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.extend([2, 0, 0, 0, 0, ((node + 2) % 3) as u8, 2, 0, 0, 0, 0, node as u8, 8, 0]);
    bytes.resize(60 + (nth % 8) as usize * 200, nth as u8);
}

fn a_can_frame(node: u16, nth: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    if nth == 0 {
        let (bitrate_bps, data_bitrate_bps) = (1_000_000, 4_000_000);
        return ToBus::Join { bitrate_bps, data_bitrate_bps, mode: Mode::Normal }.write(bytes);
    }
    let lengths = [0, 1, 7, 8, 12, 16, 24, 48, 64];
    let kind = match nth % 3 {
        0 => Kind::Data,
        odd => Kind::Fd { switches_rate: odd == 1, is_passive: false },
    };
    let len = if kind == Kind::Data { nth % 9 } else { lengths[(nth % 9) as usize] };
    let id = Id::Standard((nth % 0x200) as u16 * 3 + node);
    let frame = Frame::new(id, kind, &[nth as u8; 64][..len as usize]).expect("a frame");
    ToBus::Offer { mailbox: (nth % 3) as u8, once: false, frame }.write(bytes);
}

fn uart() -> Uart {
    Uart::new(1_000_000, Framing::default(), Span::from_ns(20)).expect("a baud rate")
}

#[test]
fn uart_wires() {
    let spec = Spec::Uart(uart());
    Traffic { spec: spec.clone(), nodes: 2, gap_ns: 11_000, skew_ns: 500, message: a_byte }.check();
    Traffic { spec, nodes: 2, gap_ns: 2_500_000, skew_ns: 500, message: a_lonely_byte }.check();
}

/// Bytes of their own, and such as meet.
#[test]
fn rs485() {
    let spec = Spec::UartBus(uart());
    Traffic { spec: spec.clone(), nodes: 3, gap_ns: 40_000, skew_ns: 12_000, message: a_byte }.check();
    Traffic { spec, nodes: 3, gap_ns: 40_000, skew_ns: 7_000, message: a_byte }.check();
}

#[test]
fn an_ethernet_cable() {
    let spec = Spec::Ethernet(DirectSpec { rate: Rate::Mbit1000, delay: Span::from_ns(5) });
    Traffic { spec, nodes: 2, gap_ns: 20_000, skew_ns: 3_000, message: an_ethernet_frame }.check();
}

#[test]
fn a_switch() {
    let port =
        PortSpec { rate: Rate::Mbit1000, delay: Span::from_ns(5), queue: Limit::Frames(64), latency: None };
    let spec =
        SwitchSpec { ports: vec![port; 3], latency: Span::from_ns(800), addresses: 16, age: Span::MAX };
    Traffic {
        spec: Spec::Switch(spec),
        nodes: 3,
        gap_ns: 60_000,
        skew_ns: 3_000,
        message: an_ethernet_frame,
    }
    .check();
}

#[test]
fn a_can_bus() {
    let spec = Spec::Can(BusSpec::new(1_000_000, Some(4_000_000), Span::from_ns(20)).expect("a bus"));
    Traffic { spec, nodes: 3, gap_ns: 2_000_000, skew_ns: 100_000, message: a_can_frame }.check();
}
