// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The schedule is invisible: for any system, slicing and order of the host's doings, the core finds the same events
//! and deliveries as a plain sequential simulator. So is a master that grants time in pieces of any length, and when
//! it sends what it injects.

mod host;
mod reference;
mod toy;

use link::{Spec, Uart};
use proptest::prelude::*;
use sim::{
    Body, Change, Class, Event, Input, Life, LinkSpec, NodeId, NodeSpec, PortId, Power, Slicing, System, When,
};
use std::collections::BTreeSet;
use toy::{Kind, Toy};
use vtime::{Crystal, Instant, LocalClock, Span};

/// What arrived at a node: time in ns, port, byte.
type Delivered = (u64, u16, u8);

/// All that must not depend on the schedule.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    events: Vec<Event>,
    /// By node.
    delivered: Vec<Vec<Delivered>>,
}

/// A byte from outside.
#[derive(Clone, Copy, Debug)]
struct Injection {
    at_ns: u64,
    node: u16,
    port: u16,
    byte: u8,
}

/// Where in a port's output an input waits, how long it waits then (in ns), and how fast it is.
type Pick = (usize, u64, Uart);

/// What is typed at a port that no link joins, one after the other.
#[derive(Clone, Debug)]
struct Typing {
    node: u16,
    port: u16,
    inputs: Vec<Input>,
}

/// A system, what its nodes do, what is typed at them, and what a master injects, in its order.
#[derive(Clone, Debug)]
struct Model {
    system: System,
    kinds: Vec<Kind>,
    injections: Vec<Injection>,
    typists: Vec<Typing>,
    lives: Vec<Life>,
}

impl Model {
    /// The toy that a node is when it is switched on at `start`.
    fn toy(&self, node: usize, start: Instant) -> Toy {
        Toy::new(self.kinds[node], LocalClock::new(start, self.lives[node].crystal))
    }

    /// Joins ports that are free, taken by `picks`, until either runs out.
    fn new(duration_ns: u64, kinds: Vec<Kind>, picks: Vec<(Spec, Vec<usize>)>) -> Model {
        let ports = |(node, kind): (usize, &Kind)| {
            (0..kind.ports).map(move |port| (NodeId(node as u16), PortId(port))).collect::<Vec<_>>()
        };
        let mut free: Vec<(NodeId, PortId)> = kinds.iter().enumerate().flat_map(ports).collect();
        let mut links = Vec::new();
        for (spec, places) in picks {
            let places = places.into_iter().take(if spec.joins_two() { 2 } else { usize::MAX });
            let mut ends = Vec::new();
            for place in places {
                if !free.is_empty() {
                    ends.push(free.swap_remove(place % free.len()));
                }
            }
            if ends.len() < 2 {
                break;
            }
            links.push(LinkSpec {
                name: format!("link{}", links.len()),
                spec,
                ends,
                host: None,
                faults: vec![],
                tester: None,
            });
        }
        let node =
            |(place, kind): (usize, &Kind)| NodeSpec { name: format!("node{place}"), ports: kind.ports };
        let nodes = kinds.iter().enumerate().map(node).collect();
        let system = System { nodes, links, duration: Span::from_ns(duration_ns), seed: 0 };
        let lives = vec![Life::default(); kinds.len()];
        Model { system, kinds, injections: Vec::new(), typists: Vec::new(), lives }
    }

    /// Gives nodes crystals, and power changes in turn at some of `times_ns`.
    fn with_lives(mut self, lives: &[(Crystal, Vec<u64>, u64)]) -> Model {
        let duration_ns = self.system.duration.as_ns();
        for (life, (crystal, times_ns, seed)) in self.lives.iter_mut().zip(lives) {
            life.crystal = *crystal;
            let (mut random, mut on) = (toy::Random(*seed), true);
            let times = times_ns.iter().map(|ns| 1 + ns % duration_ns).filter(|ns| *ns < duration_ns);
            for at_ns in times.collect::<BTreeSet<_>>() {
                let at = Instant::from_ns(at_ns);
                if life.start == Instant::START && life.changes.is_empty() && random.below(4) == 0 {
                    life.start = at;
                    continue;
                }
                let power = match (on, random.below(3)) {
                    (false, _) => Power::On,
                    (true, 0) => Power::PinReset,
                    (true, _) => Power::Off,
                };
                on = power != Power::Off;
                life.changes.push(Change { at, power });
            }
        }
        self
    }

    /// With typists, each at the port of an event of the model: they wait for what that port sends then.
    fn typed(mut self, picks: &[(usize, Vec<Pick>)]) -> Model {
        let events = reference::simulate(&self).events;
        let sent = |event: &Event| match event.body {
            Body::Uart { port, byte, to: None, .. } => Some((event.key.source, port, byte)),
            _ => None,
        };
        let consoles: Vec<_> = events.iter().filter_map(sent).collect();
        for (place, inputs) in picks {
            let Some(place) = place.checked_rem(consoles.len()) else { break };
            let (node, port, _) = consoles[place];
            if self.typists.iter().any(|typing| (typing.node, typing.port) == (node.0, port.0)) {
                continue;
            }
            let bytes: Vec<u8> =
                consoles.iter().filter(|sent| (sent.0, sent.1) == (node, port)).map(|sent| sent.2).collect();
            let input = |&(at, wait_ns, uart): &Pick| {
                let at = at % bytes.len();
                let text = bytes[at..bytes.len().min(at + 1 + wait_ns as usize % 2)].to_vec();
                let when = match wait_ns % 4 {
                    0 => When::At(Instant::from_ns(wait_ns)),
                    _ => When::Seen { text, wait: Span::from_ns(wait_ns) },
                };
                Input { when, bytes: vec![wait_ns as u8; 1 + at % 4], uart }
            };
            let inputs = inputs.iter().map(input).collect();
            self.typists.push(Typing { node: node.0, port: port.0, inputs });
        }
        self
    }

    /// With injections at these (times, places of nodes, of ports), as far as there are such.
    fn injected(mut self, picks: Vec<(u64, usize, usize, u8)>) -> Model {
        let end_ns = self.system.duration.as_ns();
        for (at_ns, node, port, byte) in picks {
            let node = node % self.kinds.len();
            let ports = usize::from(self.kinds[node].ports);
            if let Some(port) = port.checked_rem(ports) {
                let (node, port) = (node as u16, port as u16);
                self.injections.push(Injection { at_ns: at_ns % end_ns, node, port, byte });
            }
        }
        self
    }
}

/// Fast links, so that frames are short (2 to 130 ns), times are small, and ties are many.
fn any_uart() -> impl Strategy<Value = Uart> {
    let baud = prop_oneof![Just(1_000_000_000), Just(3_000_000_000), 100_000_000..=u32::MAX];
    let delay_ns = prop_oneof![Just(0), 0u64..20, 0u64..500];
    (baud, "[5-9][NEO][12]", delay_ns).prop_map(|(baud, framing, delay_ns)| uart(baud, &framing, delay_ns))
}

fn uart(baud: u32, framing: &str, delay_ns: u64) -> Uart {
    let framing = framing.parse().expect("a framing");
    Uart::new(baud, framing, Span::from_ns(delay_ns)).expect("a baud rate")
}

fn any_spec() -> impl Strategy<Value = Spec> {
    prop_oneof![any_uart().prop_map(Spec::Uart), any_uart().prop_map(Spec::UartBus)]
}

fn any_kind() -> impl Strategy<Value = Kind> {
    (0u16..=4, any::<u64>(), 1u64..100, 0u64..=1, 0u32..400).prop_map(
        |(ports, seed, period_ns, skew_ns, bursts)| Kind { ports, seed, period_ns, skew_ns, bursts },
    )
}

fn any_model() -> impl Strategy<Value = Model> {
    let kinds = prop::collection::vec(any_kind(), 1..=6);
    let picks = prop::collection::vec((any_spec(), prop::collection::vec(any::<usize>(), 2..6)), 0..=10);
    let duration_ns = prop_oneof![1u64..100, 1000u64..20_000];
    let lives = prop::collection::vec(any_life(), 6);
    (duration_ns, kinds, picks, lives).prop_map(|(duration_ns, kinds, picks, lives)| {
        Model::new(duration_ns, kinds, picks).with_lives(&lives)
    })
}

/// Most nodes are plain; the errors of the others are great, so that they show in short runs.
fn any_life() -> impl Strategy<Value = (Crystal, Vec<u64>, u64)> {
    let max = Crystal::ERROR_MAX_PPB;
    let error = prop_oneof![Just(0), Just(0), -max..=max, Just(max), Just(-max)];
    let times_ns = prop_oneof![Just(Vec::new()), prop::collection::vec(any::<u64>(), 0..6)];
    (error, times_ns, any::<u64>())
        .prop_map(|(error, times_ns, seed)| (Crystal::new(error, 0), times_ns, seed))
}

fn any_slicing() -> impl Strategy<Value = Slicing> {
    let max_slice = prop_oneof![Just(None), (1u64..1000).prop_map(|ns| Some(Span::from_ns(ns)))];
    (max_slice, any::<bool>()).prop_map(|(max_slice, serial)| Slicing { max_slice, serial })
}

proptest! {
    #[test]
    fn the_schedule_is_invisible(
        model in any_model(),
        schedules in prop::collection::vec((any_slicing(), any::<u64>()), 4),
    ) {
        let expected = reference::simulate(&model);
        for (slicing, host_seed) in schedules {
            let found = host::drive(&model, slicing, host_seed, None);
            prop_assert_eq!(&found, &expected, "{:?} host {}", slicing, host_seed);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn a_master_is_invisible_but_for_what_it_injects(
        model in any_model(),
        picks in prop::collection::vec((any::<u64>(), any::<usize>(), any::<usize>(), any::<u8>()), 0..60),
        schedules in prop::collection::vec((any_slicing(), any::<u64>(), 1u64..5_000), 4),
    ) {
        let model = model.injected(picks);
        let expected = reference::simulate(&model);
        for (slicing, host_seed, longest_ns) in schedules {
            let found = host::drive(&model, slicing, host_seed, Some(longest_ns));
            prop_assert_eq!(&found, &expected, "{:?} host {} grants {}", slicing, host_seed, longest_ns);
        }
    }
}

proptest! {
    #[test]
    fn who_types_does_not_see_the_schedule(
        model in any_model(),
        picks in prop::collection::vec(
            (any::<usize>(), prop::collection::vec((any::<usize>(), 0u64..300, any_uart()), 1..6)),
            1..4,
        ),
        schedules in prop::collection::vec((any_slicing(), any::<u64>()), 4),
    ) {
        let model = model.typed(&picks);
        let expected = reference::simulate(&model);
        for (slicing, host_seed) in schedules {
            let found = host::drive(&model, slicing, host_seed, None);
            prop_assert_eq!(&found, &expected, "{:?} host {}", slicing, host_seed);
        }
    }
}

/// The models above must be worth something: with many events, ties between nodes and links, and all kinds of them.
#[test]
fn a_busy_system_has_thousands_of_events_and_ties() {
    let kinds =
        (0..6).map(|seed| Kind { ports: 4, seed, period_ns: 40, skew_ns: seed % 2, bursts: 1000 }).collect();
    let uart = uart(1_000_000_000, "8N1", 0);
    let mut places = toy::Random(1);
    let mut draw = || places.next() as usize;
    let mut picks: Vec<_> = (0..8).map(|_| (Spec::Uart(uart), vec![draw(), draw()])).collect();
    picks.push((Spec::UartBus(self::uart(4_000_000_000, "5N1", 3)), (0..5).map(|_| draw()).collect()));
    let model = Model::new(5_000, kinds, picks);

    let model = model.with_lives(&[
        (Crystal::EXACT, vec![], 0),
        (Crystal::new(-30_000_000, 0), vec![777, 1_234, 2_345, 4_000], 1),
        (Crystal::new(50_000_000, 0), vec![100, 200, 300, 2_500, 2_600, 3_333], 2),
    ]);
    let expected = reference::simulate(&model);
    let of_class = |class| expected.events.iter().filter(|event| event.key.class == class).count();
    assert!(of_class(Class::Power) > 10, "{}", of_class(Class::Power));
    assert!(of_class(Class::Lost) > 100, "{}", of_class(Class::Lost));
    let on_bus = |spoilt| {
        let is_one = |event: &&Event| matches!(event.body, Body::OnBus { garbled, .. } if garbled == spoilt);
        expected.events.iter().filter(is_one).count()
    };
    assert!(on_bus(true) > 50 && on_bus(false) > 50, "{} {}", on_bus(true), on_bus(false));
    let ties = |same: fn(&Event, &Event) -> bool| {
        expected
            .events
            .windows(2)
            .filter(|pair| pair[0].key.at == pair[1].key.at && !same(&pair[0], &pair[1]))
            .count()
    };
    assert!(expected.events.len() > 3000, "{} events", expected.events.len());
    assert!(ties(|a, b| a.key.link == b.key.link) > 100);
    assert!(ties(|a, b| a.key.source == b.key.source) > 100);
    assert!(ties(|a, b| a.key.class == b.key.class) > 100);
    assert!(expected.events.last().is_some_and(|event| event.key.at > Instant::from_ns(4_900)));

    for host_seed in 0..20 {
        let max_slice = [None, Some(Span::from_ns(1)), Some(Span::from_ns(7))][host_seed as usize % 3];
        let slicing = Slicing { max_slice, serial: host_seed % 2 == 1 };
        let found = host::drive(&model, slicing, host_seed, None);
        assert!(found == expected, "{slicing:?} host {host_seed}");
    }
}

/// A system that was found by chance: a node that stands where its reset pin is pulled gets a grant that only tells news. It ran on past
/// the reset once.
#[test]
fn a_reset_waits_for_a_grant_that_lets_time_pass() {
    let ends = |all: &[(u16, u16)]| all.iter().map(|(n, p)| (NodeId(*n), PortId(*p))).collect::<Vec<_>>();
    let link = |name: &str, u: Uart, all: &[(u16, u16)]| LinkSpec {
        name: name.into(),
        spec: Spec::UartBus(u),
        ends: ends(all),
        host: None,
        faults: vec![],
        tester: None,
    };
    let kind = |ports, seed, period_ns, skew_ns, bursts| Kind { ports, seed, period_ns, skew_ns, bursts };
    let kinds = vec![
        kind(3, 17671606640878427763, 17, 0, 138),
        kind(0, 0, 1, 0, 0),
        kind(2, 9185735636161895945, 96, 0, 16),
        kind(3, 5264166321497755928, 13, 1, 380),
        kind(1, 11804088001323088306, 74, 0, 77),
        kind(1, 6443813568330936478, 36, 1, 86),
    ];
    let nodes = [3u16, 0, 2, 3, 1, 1]
        .iter()
        .enumerate()
        .map(|(n, ports)| NodeSpec { name: format!("node{n}"), ports: *ports })
        .collect();
    let links = vec![
        link("link0", uart(3000000000, "9N2", 7), &[(2, 0), (0, 1), (3, 0), (5, 0), (4, 0)]),
        link("link1", uart(3000000000, "6E1", 10), &[(2, 1), (0, 0), (3, 2), (0, 2)]),
    ];
    let at = |ns, power| Change { at: Instant::from_ns(ns), power };
    let life = |crystal, start, changes| Life { crystal, start: Instant::from_ns(start), changes };
    let lives = vec![
        life(
            Crystal::EXACT,
            10,
            vec![
                at(2505, Power::Off),
                at(3509, Power::On),
                at(3713, Power::PinReset),
                at(4242, Power::PinReset),
            ],
        ),
        life(Crystal::EXACT, 5107, vec![at(5949, Power::Off)]),
        life(Crystal::new(100000000, 0), 0, vec![]),
        life(Crystal::EXACT, 0, vec![]),
        life(Crystal::EXACT, 0, vec![]),
        life(Crystal::EXACT, 0, vec![]),
    ];
    let model = Model {
        system: System { nodes, links, duration: Span::from_ns(6036), seed: 0 },
        kinds,
        injections: vec![],
        typists: vec![],
        lives,
    };
    let picks = vec![
        (
            6057994699449616701usize,
            vec![
                (5670568876690500908usize, 28u64, uart(3000000000, "6N1", 494)),
                (18159758558590247151, 298, uart(2901213297, "7O2", 13)),
                (4186488250165340813, 120, uart(1000000000, "6E1", 9)),
                (4022707330341881491, 93, uart(1518974486, "7E1", 18)),
            ],
        ),
        (
            14671001636369994496,
            vec![
                (13246520646670869219, 253, uart(3000000000, "9O1", 0)),
                (12587418654013790044, 280, uart(1052194802, "8N2", 197)),
                (6066856361960522049, 34, uart(1000000000, "8E1", 19)),
                (8989518958962230859, 137, uart(1000000000, "6E2", 2)),
                (16360632244219321794, 168, uart(4276885826, "7E1", 0)),
            ],
        ),
    ];
    let model = model.typed(&picks);
    let expected = reference::simulate(&model);
    for seed in [15453143241003103759, 1, 2, 3] {
        assert_eq!(host::drive(&model, Slicing::default(), seed, None), expected, "{seed}");
    }
}
