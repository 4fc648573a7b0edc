// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Nodes that have nothing to do with others change nothing for them: neither what is told, nor what arrives, nor when.

use crate::driver;
use ::can::{Frame, Id, Kind, Mode, ToBus};
use link::can::BusSpec;
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use link::{Framing, Spec, Uart};
use proptest::prelude::*;
use sim::{Body, LinkSpec, NodeId, NodeSpec, PortId, Slicing, System};
use std::collections::BTreeMap;
use vtime::Span;

const PORT: PortId = PortId(0);
const CONSOLE: PortId = PortId(1);
const END_NS: u64 = 4_000_000;

/// What a node sends on its link, and when: in order.
type Script = Vec<(u64, Vec<u8>)>;

/// What is told of a node, and what arrives there: as text, without ids.
type Lives = BTreeMap<String, Vec<String>>;

/// A link of a kind, and the nodes at it.
#[derive(Clone, Debug)]
struct Group {
    name: &'static str,
    spec: Spec,
    scripts: Vec<Script>,
}

impl Group {
    fn nodes(&self) -> impl Iterator<Item = (String, &Script)> {
        self.scripts.iter().enumerate().map(|(place, script)| (format!("{}{place}", self.name), script))
    }
}

fn run(groups: &[&Group], slicing: Slicing) -> Result<Lives, sim::Error> {
    let (mut names, mut scripts, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for group in groups {
        let first = names.len() as u16;
        for (name, script) in group.nodes() {
            names.push(name);
            // Each says something at its console, too: of one time the link comes first.
            let said = |(place, (at_ns, bytes)): (usize, &(u64, Vec<u8>))| {
                [(*at_ns, PORT, bytes.clone()), (*at_ns, CONSOLE, vec![place as u8])]
            };
            scripts.push(script.iter().enumerate().flat_map(said).collect());
        }
        let ends = (first..names.len() as u16).map(|node| (NodeId(node), PORT)).collect();
        links.push(LinkSpec {
            name: group.name.into(),
            spec: group.spec.clone(),
            ends,
            host: None,
            tester: None,
            faults: Vec::new(),
        });
    }
    let nodes = names.iter().map(|name| NodeSpec { name: name.clone(), ports: 2 }).collect();
    let system = System { nodes, links, seed: 0, duration: Span::from_ns(END_NS) };
    let mut lives = Lives::new();
    let outcome = driver::run(&system, &scripts, slicing, |event, frame| {
        let name = |node: NodeId| names.get(usize::from(node.0)).cloned().unwrap_or_default();
        let to = |to: &sim::Arrival| format!("{} {:?} {} {}", name(to.node), to.port, to.at, to.lost);
        // Without the ids, which are others when there are more nodes.
        let body = match &event.body {
            Body::Uart { port, byte, ends, to: whom } => {
                format!("{port:?} {byte} {ends} {:?}", whom.as_ref().map(to))
            }
            Body::OnBus { .. } | Body::Held { .. } | Body::Power(_) => format!("{:?}", event.body),
            Body::Frame { port, medium, what, ends, to: whom, .. } => {
                format!("{port:?} {medium:?} {what:?} {ends} {:?} {frame:?}", whom.as_ref().map(to))
            }
            Body::Injected { to: whom, byte } => format!("{} {byte}", to(whom)),
            Body::Lost { node, port, byte } => format!("{} {port:?} {byte}", name(*node)),
        };
        let life = lives.entry(name(event.key.source)).or_default();
        life.push(format!("{} {:?} {} {body}", event.key.at, event.key.class, event.key.seq));
    })?;
    for (at_ns, node, port, bytes) in outcome.heard {
        let life = lives.entry(names[usize::from(node.0)].clone() + " gets").or_default();
        life.push(format!("{at_ns} {port:?} {bytes:?}"));
    }
    Ok(lives)
}

fn uart() -> Uart {
    Uart::new(1_000_000, Framing::default(), Span::from_ns(50)).expect("a baud rate")
}

fn specs() -> Vec<(Spec, usize)> {
    let port =
        PortSpec { rate: Rate::Mbit100, delay: Span::from_ns(90), queue: Limit::Frames(3), latency: None };
    let latency = Span::from_ns(3000);
    let switch = SwitchSpec { ports: vec![port; 3], latency, addresses: 2, age: Span::MAX };
    vec![
        (Spec::Uart(uart()), 2),
        (Spec::UartBus(uart()), 3),
        (Spec::Ethernet(DirectSpec { rate: Rate::Mbit100, delay: Span::from_ns(90) }), 2),
        (Spec::Switch(switch), 3),
        (Spec::Can(BusSpec::new(1_000_000, Some(2_000_000), Span::from_ns(90)).expect("a bus")), 3),
    ]
}

/// Traffic of that many bytes' times and kinds on a link of a kind: (gap in us, a number that says what).
fn group(name: &'static str, (spec, ends): (Spec, usize), wishes: &[(u64, u8)]) -> Group {
    let mut scripts = vec![Script::new(); ends];
    if let Spec::Can(_) = spec {
        let (bitrate_bps, data_bitrate_bps) = (1_000_000, 2_000_000);
        let mut join = Vec::new();
        ToBus::Join { bitrate_bps, data_bitrate_bps, mode: Mode::Normal }.write(&mut join);
        scripts.iter_mut().for_each(|script| script.push((0, join.clone())));
    }
    let mut now_ns = 20_000;
    for (place, (gap_us, what)) in wishes.iter().enumerate() {
        now_ns += gap_us * 1000;
        let from = usize::from(*what) % ends;
        let bytes = match spec {
            Spec::Ethernet(_) | Spec::Switch(_) => {
                let to = if *what < 50 { [0xff; 6] } else { [2, 0, 0, 0, 0, *what % 5] };
                let mut frame = [&to[..], &[2, 0, 0, 0, 0, from as u8, 8, 0]].concat();
                frame.resize(60 + usize::from(*what), place as u8);
                frame
            }
            Spec::Can(_) => {
                let id = Id::Standard(u16::from(*what) * 4 + from as u16);
                let frame =
                    Frame::new(id, Kind::Data, &[*what; 8][..usize::from(what % 9)]).expect("a frame");
                let mut bytes = Vec::new();
                ToBus::Offer { mailbox: place as u8, once: false, frame }.write(&mut bytes);
                bytes
            }
            _ => vec![*what],
        };
        scripts[from].push((now_ns, bytes));
    }
    Group { name, spec, scripts }
}

fn any_wishes() -> impl Strategy<Value = Vec<(u64, u8)>> {
    prop::collection::vec((0u64..60, any::<u8>()), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn nodes_do_not_see_those_with_whom_they_share_nothing(
        kind in 0usize..5,
        other_kind in 0usize..5,
        wishes in any_wishes(),
        other_wishes in any_wishes(),
        slice_us in prop::option::of(1u64..500),
        serial: bool,
    ) {
        let own = group("m", specs().swap_remove(kind), &wishes);
        let alone = run(&[&own], Slicing::default())?;
        prop_assert_eq!(run(&[&own], Slicing::default())?, alone.clone(), "the same again");
        let told: usize = alone.iter().filter(|(name, _)| !name.ends_with("gets")).map(|(_, life)| life.len()).sum();
        prop_assert!(told >= 2 * wishes.len(), "each is told, and a byte at the console");
        // Before it in all orders, and behind it.
        let others = ["a", "z"].map(|name| group(name, specs().swap_remove(other_kind), &other_wishes));
        let slicing = Slicing { max_slice: slice_us.map(|us| Span::from_ns(us * 1000)), serial };
        let mut together = run(&[&others[0], &own, &others[1]], slicing)?;
        together.retain(|name, _| name.starts_with('m'));
        prop_assert_eq!(together, alone);
    }
}
