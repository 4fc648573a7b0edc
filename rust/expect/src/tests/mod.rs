// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole runs: what came, what was expected, what is said about it.

mod frames;
mod lines;
mod order;

use crate::{
    Count, Expectation, Expectations, LinePattern, Opens, Port, Template, Topology, TopologyPort, What,
};
use sim::{Arrival, Body, Class, Event, FrameId, Key, LinkId, NodeId, PortId};
use vtime::{Instant, Span};

/// Two nodes `a` and `b`, each with a console `uart0`, and a port at the CAN bus `bus` and at the switch `net`.
fn topology() -> Topology {
    let port = |name: String, link| TopologyPort { name, link };
    let ports = |node: &str| {
        vec![
            port(format!("{node}.uart0"), None),
            port(format!("{node}.can1"), Some(LinkId(0))),
            port(format!("{node}.eth0"), Some(LinkId(1))),
            port(format!("{node}.uart1"), Some(LinkId(2))),
        ]
    };
    Topology {
        ports: vec![ports("a"), ports("b")],
        links: vec!["bus".into(), "net".into(), "wire".into()],
        end: Instant::from_ns(100_000_000),
        slack: Span::from_ns(2_000_000),
    }
}

const A_UART: Port = (NodeId(0), PortId(0));
const A_CAN: Port = (NodeId(0), PortId(1));
const B_CAN: Port = (NodeId(1), PortId(1));
const A_ETH: Port = (NodeId(0), PortId(2));
const B_ETH: Port = (NodeId(1), PortId(2));
const B_WIRE: Port = (NodeId(1), PortId(3));

/// What an observer is told of a run.
#[derive(Clone, Debug)]
enum Told {
    /// A line: from whom, when it was there and when it is told, in microseconds.
    Line(Port, u64, u64, Vec<u8>),
    Event(Event, Vec<u8>),
}

/// A line that ends in a line end, so that it is told at once.
fn line(from: Port, at_us: u64, text: &str) -> Told {
    Told::Line(from, at_us, at_us, format!("{text}\n").into_bytes())
}

fn frame(link: u16, from: Port, at_us: u64, what: link::What, medium: link::Medium, bytes: &[u8]) -> Told {
    let class = match what {
        link::What::Sent => Class::Frame,
        link::What::Lost => Class::Lost,
        link::What::Failed => Class::Failed,
        link::What::Struck { .. } => Class::Struck,
    };
    let (at, link) = (us(at_us), LinkId(link));
    let key = Key { at, class, link, source: from.0, seq: at_us };
    let other = NodeId(1 - from.0.0);
    let to = (medium == link::Medium::Ethernet).then_some(Arrival {
        node: other,
        port: PortId(2),
        at,
        lost: false,
    });
    // Each frame is 10 us on the wire.
    let body = Body::Frame {
        port: from.1,
        medium,
        what,
        ends: at + Span::from_ns(10_000),
        to,
        frame: FrameId::default(),
    };
    Told::Event(Event { key, body }, bytes.to_vec())
}

fn us(us: u64) -> Instant {
    Instant::from_ns(us * 1_000)
}

fn ms(ms: u64) -> Span {
    Span::from_ns(ms * 1_000_000)
}

/// Once, at any time.
fn of(what: What) -> Expectation {
    Expectation { name: None, what, opens: Opens::At(Instant::START), within: None, count: Count::ONCE }
}

fn sends(port: Port, text: &str) -> Expectation {
    of(What::Line { port, pattern: LinePattern::Line(Template::text(text)) })
}

impl Expectation {
    fn within(self, within_ms: u64) -> Expectation {
        Expectation { within: Some(ms(within_ms)), ..self }
    }

    fn named(self, name: &str) -> Expectation {
        Expectation { name: Some(name.into()), ..self }
    }

    fn after(self, place: usize) -> Expectation {
        Expectation { opens: Opens::After(place), ..self }
    }

    fn times(self, min: u64, max: u64) -> Expectation {
        Expectation { count: Count { min, max }, ..self }
    }
}

/// What is said of the expectations.
fn verdicts(expectations: &[Expectation], told: &[Told]) -> Vec<String> {
    let mut all = Expectations::new(expectations.to_vec(), topology());
    for one in told {
        match one {
            Told::Line(from, at_us, told_us, bytes) => {
                all.settled(us(*told_us));
                all.line(*from, us(*at_us), us(*at_us), bytes);
            }
            Told::Event(event, bytes) => all.event(event, bytes),
        }
    }
    all.finish()
        .into_iter()
        .map(|verdict| format!("{} {verdict}", if verdict.met { "met:" } else { "NOT:" }))
        .collect()
}

#[track_caller]
fn check(expectations: &[Expectation], told: &[Told], expected: &[&str]) {
    assert_eq!(verdicts(expectations, told).join("\n"), expected.join("\n"));
}
