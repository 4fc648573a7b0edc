// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Faults of links, in a whole run: they are the same in each, whatever the schedule, and one link's are no other one's.

use crate::driver;
use can::{Frame, Id, Kind, Mode, ToBus};
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use link::{Act, AnyFault, Fault, FaultKind, Framing, Pattern, Spec, Uart, Which};
use proptest::prelude::*;
use sim::{Key, LinkSpec, NodeId, NodeSpec, PortId, Slicing, System};
use std::num::NonZeroU64;
use vtime::{Instant, Span};

const PORT: PortId = PortId(0);
const END_NS: u64 = 2_000_000;

/// A link, who is on it by the places of nodes, and what each of those sends and when: every node is on one link.
#[derive(Clone, Debug)]
struct Net {
    name: &'static str,
    spec: Spec,
    faults: Vec<AnyFault>,
    /// By member: times, and bytes.
    sends: Vec<Vec<(u64, Vec<u8>)>>,
}

/// What happened, without the numbers of nodes and links: by whom, and what; and what arrived at whom, and when.
type Course = (Vec<(String, String)>, Vec<(String, u64, Vec<u8>)>);

/// Runs them; of all that happened that of `wanted`.
fn run(nets: &[Net], wanted: &str, seed: u64, slicing: Slicing) -> Course {
    let (mut nodes, mut links, mut scripts) = (Vec::new(), Vec::new(), Vec::new());
    for net in nets {
        let first = nodes.len() as u16;
        let place = |member: usize| (NodeId(first + member as u16), PORT);
        let members = 0..net.sends.len();
        nodes.extend(
            members.clone().map(|member| NodeSpec { name: format!("{}{member}", net.name), ports: 1 }),
        );
        links.push(LinkSpec {
            name: net.name.into(),
            spec: net.spec.clone(),
            ends: members.map(place).collect(),
            host: None,
            tester: None,
            faults: net.faults.clone(),
        });
        let said = |sends: &Vec<(u64, Vec<u8>)>| {
            sends.iter().map(|(at_ns, bytes)| (*at_ns, PORT, bytes.clone())).collect::<driver::Script>()
        };
        scripts.extend(net.sends.iter().map(said));
    }
    let first = nets.iter().take_while(|net| net.name != wanted).map(|net| net.sends.len()).sum::<usize>();
    let own = first..first + nets.iter().find(|net| net.name == wanted).map_or(0, |net| net.sends.len());
    let system = System { nodes, links, duration: Span::from_ns(END_NS), seed };
    let mut events = Vec::new();
    let tell = |event: &sim::Event, bytes: &[u8]| {
        let Key { at, class, link, source, seq } = event.key;
        if system.links.get(usize::from(link.0)).is_some_and(|link| link.name == wanted) {
            let source = system.nodes.get(usize::from(source.0)).map_or("", |node| &node.name);
            // Numbers of nodes are of the system; what is told of a frame is not.
            let body = match event.body {
                sim::Body::Uart { byte, ends, .. } => format!("{byte} {ends}"),
                sim::Body::OnBus { byte, arrives, garbled, .. } => format!("{byte} {arrives} {garbled}"),
                sim::Body::Frame { what, ends, .. } => format!("{what:?} {ends} {bytes:?}"),
                sim::Body::Lost { byte, .. } => format!("{byte}"),
                ref other => format!("{other:?}"),
            };
            events.push((source.to_string(), format!("{at} {class:?} {seq} {body}")));
        }
    };
    let run = driver::run(&system, &scripts, slicing, tell).expect("no mistake");
    let own = run.heard.into_iter().filter(|(_, node, ..)| own.contains(&usize::from(node.0)));
    let mut arrived: Vec<_> = own
        .map(|(at_ns, node, _, bytes)| (system.nodes[usize::from(node.0)].name.clone(), at_ns, bytes))
        .collect();
    arrived.sort();
    (events, arrived)
}

fn times() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(0u64..100_000, 0..20).prop_map(|gaps| {
        let mut now_ns = 0;
        let times = gaps.into_iter().map(|gap_ns| {
            now_ns += gap_ns;
            now_ns
        });
        times.take_while(|at_ns| *at_ns < END_NS).collect()
    })
}

fn one_in(max: u64) -> impl Strategy<Value = NonZeroU64> {
    (1..max).prop_map(|n| NonZeroU64::new(n).expect("not zero"))
}

fn window() -> impl Strategy<Value = (Instant, Instant)> {
    (0..END_NS, 1..END_NS)
        .prop_map(|(from, len)| (Instant::from_ns(from), Instant::from_ns((from + len).min(END_NS))))
}

/// Any of those that frames with lanes can have; on shared wires none comes later.
fn any_fault(is_shared: bool) -> impl Strategy<Value = AnyFault> {
    let which =
        prop_oneof![Just(Which::Every), one_in(6).prop_map(Which::Nth), one_in(4).prop_map(Which::OneIn)];
    let matching = prop::option::of(any::<u8>())
        .prop_map(|byte| byte.map_or(Vec::new(), |byte| vec![Pattern { at: 0, bytes: vec![byte % 4] }]));
    let act = (0..5u8, 1u64..50_000).prop_map(move |(act, ns)| match act {
        0 => Act::Drop,
        1 => Act::Duplicate,
        2 if !is_shared => Act::Delay(Span::from_ns(ns)),
        3 if !is_shared => Act::Jitter(Span::from_ns(ns)),
        _ => Act::Corrupt { bit: ns % 10 },
    });
    let frames =
        (matching, which, act).prop_map(|(matching, which, act)| FaultKind::Frames { matching, which, act });
    let errors = one_in(200).prop_map(|one_in| FaultKind::BitErrors { one_in });
    let kind = prop_oneof![Just(FaultKind::Cut), frames, errors];
    (window(), kind)
        .prop_map(|((from, until), kind)| AnyFault::Frames(Fault { lanes: vec![], from, until, kind }))
}

fn any_can_fault() -> impl Strategy<Value = AnyFault> {
    use link::can::{Fault, Hits};
    let hits = || {
        (window(), one_in(5)).prop_map(|((from, until), one_in)| Hits {
            from,
            until,
            which: Which::OneIn(one_in),
            ..Hits::all()
        })
    };
    let frame = Frame::new(Id::Standard(3), Kind::Data, &[1]).expect("a frame");
    let fault = prop_oneof![
        (hits(), 0..60u32).prop_map(|(frames, bit)| Fault::ErrorFrame { frames, bit }),
        (hits(), 0..60u32).prop_map(|(frames, bit)| Fault::CorruptBit { frames, bit }),
        hits().prop_map(|frames| Fault::Drop { frames, to: vec![] }),
        (window(), one_in(500)).prop_map(|((from, until), one_in)| Fault::BitErrors { one_in, from, until }),
        (window(), 0..200_000u64).prop_map(|((from, until), len)| Fault::StuckDominant {
            from,
            until: until.min(from + Span::from_ns(len))
        }),
        (window(), prop::option::of(50_000u64..500_000)).prop_map(move |((from, until), every)| {
            Fault::Babble { frame, every: every.map(Span::from_ns), from, until }
        }),
        window().prop_map(|(from, until)| Fault::Cut { ends: vec![link::End(0)], from, until }),
    ];
    fault.prop_map(AnyFault::Can)
}

fn bytes(place: usize) -> Vec<u8> {
    vec![place as u8 % 8]
}

fn ethernet_frame(from: usize, place: usize) -> Vec<u8> {
    let mut frame = vec![place as u8 % 4, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, from as u8, 8, 0];
    frame.resize(60 + place, place as u8);
    frame
}

fn record(said: ToBus) -> Vec<u8> {
    let mut bytes = Vec::new();
    said.write(&mut bytes);
    bytes
}

/// A link of any kind, with faults and what is sent on it.
fn any_net(name: &'static str) -> impl Strategy<Value = Net> {
    let uart = Uart::new(3_000_000, Framing::default(), Span::from_ns(100)).expect("a UART");
    let port =
        PortSpec { rate: Rate::Mbit100, delay: Span::from_ns(50), queue: Limit::Frames(2), latency: None };
    let latency = Span::from_ns(500);
    let switch = SwitchSpec { ports: vec![port; 3], latency, addresses: 4, age: Span::MAX };
    let cable = DirectSpec { rate: Rate::Mbit100, delay: Span::ZERO };
    let can = link::can::BusSpec::new(1_000_000, None, Span::ZERO).expect("a bus");
    let specs = prop_oneof![
        Just(Spec::Uart(uart)),
        Just(Spec::UartBus(uart)),
        Just(Spec::Switch(switch)),
        Just(Spec::Ethernet(cable)),
        Just(Spec::Can(can)),
    ];
    let spec_and_faults = specs.prop_flat_map(|spec| {
        let fault = match spec {
            Spec::Can(_) => any_can_fault().boxed(),
            Spec::UartBus(_) => any_fault(true).boxed(),
            _ => any_fault(false).boxed(),
        };
        (Just(spec), prop::collection::vec(fault, 0..4))
    });
    let times = prop::collection::vec(times(), 3);
    (spec_and_faults, times).prop_map(move |((spec, faults), times)| {
        let members = if spec.joins_two() { 2 } else { 3 };
        let sends = times.into_iter().take(members).enumerate().map(|(from, times)| {
            let join = ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps: 0, mode: Mode::Normal };
            let frame = |place: usize| {
                Frame::new(Id::Standard((from * 8 + place % 8) as u16), Kind::Data, &[place as u8])
            };
            let sent = |(place, at_ns): (usize, u64)| {
                let bytes = match spec {
                    Spec::Uart(_) | Spec::UartBus(_) => bytes(place),
                    Spec::Can(_) => {
                        let (mailbox, frame) = (place as u8 % 3, frame(place).expect("a frame"));
                        record(ToBus::Offer { mailbox, once: false, frame })
                    }
                    _ => ethernet_frame(from, place),
                };
                (at_ns, bytes)
            };
            let first = matches!(spec, Spec::Can(_)).then(|| (0, record(join)));
            first.into_iter().chain(times.into_iter().enumerate().map(sent)).collect()
        });
        let sends = sends.collect();
        Net { name, spec, faults, sends }
    })
}

fn any_slicing() -> impl Strategy<Value = Slicing> {
    let max_slice = prop_oneof![Just(None), (1_000u64..200_000).prop_map(|ns| Some(Span::from_ns(ns)))];
    (max_slice, any::<bool>()).prop_map(|(max_slice, serial)| Slicing { max_slice, serial })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// However time is cut, and in each run of one seed.
    #[test]
    fn the_schedule_does_not_show(net in any_net("net"), seed: u64, slicings in prop::collection::vec(any_slicing(), 3)) {
        let nets = [net];
        let expected = run(&nets, "net", seed, Slicing::default());
        for slicing in slicings {
            prop_assert_eq!(&run(&nets, "net", seed, slicing), &expected, "{:?}", slicing);
        }
    }

    /// Neither do other links, their faults and their nodes.
    #[test]
    fn other_links_change_nothing(net in any_net("net"), other in any_net("other"), seed: u64) {
        let alone = run(std::slice::from_ref(&net), "net", seed, Slicing::default());
        let quiet = Net { faults: vec![], ..other.clone() };
        for nets in [[net.clone(), other.clone()], [other, net.clone()], [quiet, net]] {
            prop_assert_eq!(&run(&nets, "net", seed, Slicing::default()), &alone);
        }
    }
}

/// Faults by chance are others with another seed, or the draws above would be worth nothing.
#[test]
fn another_seed_is_another_run() {
    let uart = Uart::new(3_000_000, Framing::default(), Span::ZERO).expect("a UART");
    let which = Which::OneIn(NonZeroU64::new(3).expect("not zero"));
    let kind = FaultKind::Frames { matching: vec![], which, act: Act::Drop };
    let (from, until) = (Instant::START, Instant::from_ns(END_NS));
    let faults = vec![AnyFault::Frames(Fault { lanes: vec![], from, until, kind })];
    let sends = vec![(0..64).map(|n| (n * 10_000, bytes(n as usize))).collect(), vec![]];
    let nets = [Net { name: "net", spec: Spec::Uart(uart), faults, sends }];
    let arrived = |seed| run(&nets, "net", seed, Slicing::default()).1;
    assert_eq!(arrived(1), arrived(1));
    assert_ne!(arrived(1), arrived(2));
    assert!((30..55).contains(&arrived(1).len()), "{}", arrived(1).len());
}
