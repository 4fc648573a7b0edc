// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What the tests of several modules share: a small run and short ways to write its events.

use crate::{
    Header, Line, LinkHead, MadeBy, NodeHead, NodeState, RecordError, Recorder, RunEnd, Summary, Trace,
};
use sim::{Arrival, Body, Class, Event, Key, LinkId, NodeId, PortId, Power};
use vtime::{Instant, Span};

/// A run of two nodes and a link.
pub(crate) fn header() -> Header {
    let node = |name: &str, board: &str| NodeHead { name: name.into(), board: board.into() };
    let by = |what: &str, version: &str| MadeBy { what: what.into(), version: version.into() };
    Header {
        scenario: "ping_pong".into(),
        seed: 7,
        duration: Span::from_ns(20_000_000),
        mode: crate::Mode::Exact,
        nodes: vec![node("pinger", "qemu:mps2-an385"), node("ponger", "qemu:riscv32-virt")],
        links: vec![LinkHead {
            name: "wire".into(),
            description: "uart 115200 8N1 delay 0s".into(),
            ends: vec!["pinger.uart0".into(), "ponger.uart0".into()],
        }],
        faults: vec![],
        made_by: vec![by("firmware.pinger", "3f6c1d0a9b8e7766"), by("qemu", "10.2.2 virtmcu.5d1c0f22")],
    }
}

/// Two ports for each of the two nodes: `uart0` on the wire, `uart1` a console.
pub(crate) fn ports() -> Vec<Vec<String>> {
    vec![vec!["uart0".into(), "uart1".into()]; 2]
}

/// How long a byte is on the wire in these tests.
pub(crate) const BYTE_NS: u64 = 86_806;

/// Bytes that `port` of `node` sends back to back from `at_ns`: `uart0` to the other node, `uart1` to its console.
pub(crate) fn send(node: u16, port: u16, at_ns: u64, bytes: &[u8]) -> Vec<Event> {
    let times = (0..).map(|n| Instant::from_ns(at_ns + n * BYTE_NS));
    let event = |(&byte, at): (&u8, Instant)| {
        let linked = port == 0;
        let ends = if linked { at + Span::from_ns(BYTE_NS) } else { at };
        let to = linked.then_some(Arrival { node: NodeId(1 - node), port: PortId(0), at: ends, lost: false });
        let body = Body::Uart { port: PortId(port), byte, ends, to };
        Event { key: key(Class::Frame, node, port, at), body }
    };
    bytes.iter().zip(times).map(event).collect()
}

/// Bytes from outside to `port` of `node`, one each 3 ns from `at_ns`.
pub(crate) fn inject(node: u16, port: u16, at_ns: u64, bytes: &[u8]) -> Vec<Event> {
    let times = (0..).map(|n| Instant::from_ns(at_ns + n * 3));
    let event = |(&byte, at): (&u8, Instant)| {
        let (class, link, source) = (Class::Frame, LinkId::NONE, NodeId::CONTROL);
        // Unique for each time and port, as below.
        let seq = u64::from(2 * node + port);
        let to = Arrival { node: NodeId(node), port: PortId(port), at, lost: false };
        Event { key: Key { at, class, link, source, seq }, body: Body::Injected { to, byte } }
    };
    bytes.iter().zip(times).map(event).collect()
}

/// `uart0` of `node` is full.
pub(crate) fn held(node: u16, at_ns: u64) -> Event {
    Event { key: key(Class::Held, node, 0, Instant::from_ns(at_ns)), body: Body::Held { port: PortId(0) } }
}

/// Unique for each time and port, and increasing with time: all that the recorder needs.
fn key(class: Class, node: u16, port: u16, at: Instant) -> Key {
    let link = if port == 0 { LinkId(0) } else { LinkId::NONE };
    Key { at, class, link, source: NodeId(node), seq: at.as_ns() }
}

fn state(chain: u128) -> Option<NodeState> {
    Some(NodeState { every: Span::from_ns(2_000_000), chain })
}

/// The end of all runs here.
pub(crate) fn end() -> RunEnd {
    RunEnd {
        at: Instant::from_ns(20_000_000),
        insns: vec![625_000, 1_250_000],
        states: vec![state(0xa11ce), state(0xb0b)],
    }
}

/// The text and summary of the trace of these events, in any order, and the lines that the observer was told.
pub(crate) fn record(events: &[Event]) -> (String, Summary, Vec<String>) {
    record_slices(events, &[])
}

/// The same with a call of `advance` to each of `slices_ns`, as late as its promise allows.
pub(crate) fn record_slices(events: &[Event], slices_ns: &[u64]) -> (String, Summary, Vec<String>) {
    let mut events = events.to_vec();
    events.sort_by_key(|event| event.key);
    let mut slices = slices_ns.to_vec();
    slices.sort_unstable();
    let mut slices = slices.into_iter().map(Instant::from_ns).peekable();
    let (mut out, mut lines) = (Vec::new(), Vec::new());
    let observer = |line: &Line<'_>| lines.push(format!("{} {} {:?}", line.name, line.ends, line.bytes));
    let mut recorder = Recorder::new(&mut out, &header(), &ports(), observer).unwrap();
    for event in &events {
        while let Some(to) = slices.next_if(|to| *to <= event.key.at) {
            recorder.advance(to).unwrap();
        }
        recorder.event(event, &[]).unwrap();
    }
    for to in slices {
        recorder.advance(to).unwrap();
    }
    let (summary, _) = recorder.finish(&end()).unwrap();
    (String::from_utf8(out).unwrap(), summary, lines)
}

/// The trace of these events.
pub(crate) fn trace(events: &[Event]) -> Trace {
    Trace::parse(&record(events).0, "test").unwrap()
}

/// The error that a recorder ends with.
pub(crate) fn record_error(events: &[Event]) -> Result<(), RecordError> {
    let mut recorder = Recorder::new(Vec::new(), &header(), &ports(), |_: &Line<'_>| ())?;
    events.iter().try_for_each(|event| recorder.event(event, &[]))?;
    recorder.finish(&end()).map(drop)
}

/// The lines between the two `---`.
pub(crate) fn body(text: &str) -> String {
    text.split("---\n").nth(1).unwrap_or_default().to_string()
}

/// Something happens to the power of `node`.
pub(crate) fn power(node: u16, at_ns: u64, power: Power) -> Event {
    let key = Key { link: LinkId::NONE, ..key(Class::Power, node, 0, Instant::from_ns(at_ns)) };
    Event { key, body: Body::Power(power) }
}

/// What [`send`] sends on `uart0` of `node` is lost at the other end.
pub(crate) fn send_lost(node: u16, at_ns: u64, bytes: &[u8]) -> Vec<Event> {
    let mut events = send(node, 0, at_ns, bytes);
    for event in events.clone() {
        let Body::Uart { byte, ends, .. } = event.body else { continue };
        let body = Body::Lost { node: NodeId(1 - node), port: PortId(0), byte };
        events.push(Event { key: Key { at: ends, class: Class::Lost, ..event.key }, body });
    }
    for event in &mut events {
        if let Body::Uart { to: Some(to), .. } = &mut event.body {
            to.lost = true;
        }
    }
    events
}
