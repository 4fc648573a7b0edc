// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Who gets which grant, what comes with it, and what is told, in systems small enough to work out by hand.

use link::ethernet::{DirectSpec, Rate};
use link::{Framing, Spec, Uart};
use peer::{Sending, TesterSpec};
use sim::{
    Body, Class, Core, Cue, Done, Event, LinkId, LinkSpec, NodeId, NodeSpec, PortId, Slicing, System, Tester,
};
use vtime::{Instant, Span};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);
const PORT: PortId = PortId(0);

fn ns(ns: u64) -> Instant {
    Instant::from_ns(ns)
}

/// The node computes at `reached`, where all its grants ended.
fn done(core: &mut Core, node: NodeId, reached: u64, sent: u64) -> Result<(), sim::Error> {
    core.done(node, Done { grants: u64::MAX, reached: ns(reached), sent, promise: ns(reached) })
}

/// Nodes `a`, `b`, `c`, ... with two ports each, for 100 ns; links by (node, port), with 10 ns a byte and this delay.
fn core(nodes: usize, links: &[([(u16, u16); 2], u64)], slicing: Slicing) -> Core {
    let node = |name: char| NodeSpec { name: name.into(), ports: 2 };
    let link = |(ends, delay_ns): &([(u16, u16); 2], u64)| LinkSpec {
        name: "wire".into(),
        spec: Spec::Uart(
            Uart::new(1_000_000_000, Framing::default(), Span::from_ns(*delay_ns)).expect("a baud rate"),
        ),
        ends: ends.map(|(node, port)| (NodeId(node), PortId(port))).into(),
        host: None,
        faults: vec![],
        tester: None,
    };
    let system = System {
        nodes: ('a'..).take(nodes).map(node).collect(),
        links: links.iter().map(link).collect(),
        duration: Span::from_ns(100),
        seed: 0,
    };
    Core::new(&system, slicing).expect("a valid system")
}

/// All grants to be had now, as (node, until), and what comes with them, as (node, port, time, byte).
type Grants = (Vec<(NodeId, u64)>, Vec<(NodeId, u16, u64, u8)>);

fn grants(core: &mut Core) -> Grants {
    let (mut grants, mut deliveries) = (vec![], vec![]);
    while let Some(grant) = core.next_grant().expect("no mistake") {
        grants.push((grant.node, grant.until.as_ns()));
        let delivery = |d: &sim::Delivery| (grant.node, d.port.0, d.at.as_ns(), grant.bytes(d)[0]);
        deliveries.extend(grant.deliveries.iter().map(delivery));
    }
    (grants, deliveries)
}

fn events(core: &mut Core) -> Vec<Event> {
    let mut events = vec![];
    core.drain_events(|event, _| events.push(*event)).expect("events in order");
    events
}

fn standing(core: &Core) -> Vec<String> {
    core.report().map(|node| node.to_string()).collect()
}

#[test]
fn a_chain_runs_by_its_neighbours() -> Result<(), sim::Error> {
    // a -10- b -30- c, and d alone.
    let mut core = core(4, &[([(0, 0), (1, 0)], 0), ([(1, 1), (2, 0)], 20)], Slicing::default());
    assert_eq!(grants(&mut core).0, [(A, 10), (B, 10), (C, 30), (NodeId(3), 100)]);
    done(&mut core, C, 30, 0)?;
    done(&mut core, A, 10, 0)?;
    done(&mut core, NodeId(3), 100, 0)?;
    assert_eq!(grants(&mut core).0, []);
    assert_eq!(
        standing(&core),
        [
            "a at 0.000000010, waits for b, which is at 0.000000000",
            "b at 0.000000000, runs to 0.000000010",
            "c at 0.000000030, waits for b, which is at 0.000000000",
            "d at 0.000000100, finished",
        ]
    );
    done(&mut core, B, 10, 0)?;
    assert_eq!(standing(&core)[1], "b at 0.000000010, can run to 0.000000020");
    assert_eq!(grants(&mut core).0, [(A, 20), (B, 20), (C, 40)]);
    assert_eq!((core.now(), core.finished()), (ns(10), false));
    Ok(())
}

#[test]
fn an_arrival_at_the_end_of_a_grant_comes_with_the_next() -> Result<(), sim::Error> {
    let slicing = Slicing { max_slice: Some(Span::from_ns(10)), serial: false };
    let mut core = core(2, &[([(0, 0), (1, 0)], 0)], slicing);
    grants(&mut core);
    core.sent(A, PORT, ns(0), 0, b"x")?; // arrives at 10
    core.sent(A, PORT, ns(10), 1, b"y")?; // at its very grant; arrives at 20
    done(&mut core, A, 10, 2)?;
    done(&mut core, B, 10, 0)?;
    assert_eq!(grants(&mut core), (vec![(A, 20), (B, 20)], vec![(B, 0, 10, b'x')]));
    done(&mut core, A, 20, 2)?;
    done(&mut core, B, 20, 0)?;
    // The wire is busy up to 20.
    assert_eq!(grants(&mut core), (vec![(A, 30), (B, 30)], vec![(B, 0, 20, b'y')]));
    Ok(())
}

/// Frames wait for texts of `b`; when it has sent all of them, nobody waits for `b` any more.
#[test]
fn what_was_heard_binds_nobody() -> Result<(), sim::Error> {
    let frames = [(Span::ZERO, vec![7; 60])].into();
    let sending = Sending { at: None, frames, every: Span::ZERO, rounds: 1, until: Instant::FAR };
    let cue =
        |sending, text: &[u8]| Cue { sending, node: B, port: PORT, text: text.into(), wait: Span::ZERO };
    let link = LinkSpec {
        name: "net".into(),
        spec: Spec::Ethernet(DirectSpec { rate: Rate::Mbit100, delay: Span::ZERO }),
        ends: vec![(A, PORT)],
        host: None,
        faults: vec![],
        tester: Some(Tester {
            spec: TesterSpec::ethernet(vec![sending.clone(), sending]),
            cues: vec![cue(0, b"x"), cue(1, b"xy")],
        }),
    };
    let node = |name: char| NodeSpec { name: name.into(), ports: 1 };
    let system = System {
        nodes: ['a', 'b'].map(node).into(),
        links: vec![link],
        duration: Span::from_ns(100_000),
        seed: 0,
    };
    let mut core = Core::new(&system, Slicing::default()).expect("a valid system");
    let bounds = |core: &mut Core| -> Result<Vec<_>, sim::Error> {
        let mut bounds = vec![];
        while let Some(grant) = core.next_grant()? {
            let by: Vec<_> = grant.neighbours.iter().map(|known| known.node).collect();
            bounds.push((grant.node, grant.until.as_ns(), by));
        }
        Ok(bounds)
    };
    // 72 bytes with preamble and checksum; what a cable's end sends may be answered.
    assert_eq!(bounds(&mut core)?, [(A, 5_760, vec![A, B]), (B, 100_000, vec![])]);
    core.sent(B, PORT, ns(1_000), 0, b"x")?;
    core.passed(B, ns(1_000))?;
    done(&mut core, A, 5_760, 0)?;
    assert_eq!(bounds(&mut core)?, [(A, 13_480, vec![A, B])]);
    core.sent(B, PORT, ns(1_000), 1, b"y")?;
    done(&mut core, A, 13_480, 0)?;
    assert_eq!(bounds(&mut core)?, [(A, 25_000, vec![A])]);
    Ok(())
}

#[test]
fn a_node_can_be_joined_to_itself() -> Result<(), sim::Error> {
    let mut core = core(1, &[([(0, 0), (0, 1)], 0)], Slicing::default());
    assert_eq!(grants(&mut core).0, [(A, 10)]);
    core.sent(A, PORT, ns(3), 0, b"x")?;
    core.sent(A, PortId(1), ns(3), 1, b"y")?;
    done(&mut core, A, 10, 2)?;
    assert_eq!(grants(&mut core), (vec![(A, 23)], vec![(A, 1, 13, b'x'), (A, 0, 13, b'y')]));
    Ok(())
}

#[test]
fn a_serial_run_has_one_grant_at_a_time() -> Result<(), sim::Error> {
    let slicing = Slicing { max_slice: Some(Span::from_ns(4)), serial: true };
    let mut core = core(2, &[([(0, 0), (1, 0)], 0)], slicing);
    for (node, until) in [(A, 4), (B, 4), (A, 8), (B, 8), (A, 12)] {
        assert_eq!(grants(&mut core).0, [(node, until)]);
        done(&mut core, node, until, 0)?;
    }
    Ok(())
}

#[test]
fn a_run_ends_before_its_end() -> Result<(), sim::Error> {
    let slicing = Slicing { max_slice: Some(Span::from_ns(90)), serial: false };
    let mut core = core(1, &[([(0, 0), (0, 1)], 200)], slicing);
    grants(&mut core);
    done(&mut core, A, 90, 0)?;
    grants(&mut core);
    core.sent(A, PORT, ns(95), 0, b"x")?; // on the wire up to 105: starts in the run, so it is told
    core.sent(A, PORT, ns(95), 1, b"y")?; // starts at 105: not told
    core.held(A, PORT, ns(99))?;
    core.held(A, PORT, ns(100))?; // at the end: not told
    done(&mut core, A, 100, 2)?;
    assert!(core.finished());
    assert_eq!(grants(&mut core), (vec![], vec![]));
    let told: Vec<_> =
        events(&mut core).iter().map(|event| (event.key.at.as_ns(), event.key.class)).collect();
    assert_eq!(told, [(95, Class::Frame), (99, Class::Held)]);
    Ok(())
}

#[test]
fn a_console_is_told_while_its_node_runs() -> Result<(), sim::Error> {
    let mut core = core(1, &[], Slicing::default());
    grants(&mut core);
    for (seq, at) in [7, 7, 8].into_iter().enumerate() {
        core.sent(A, PORT, ns(at), seq as u64, b"x")?;
    }
    let told = events(&mut core);
    let expected = Body::Uart { port: PORT, byte: b'x', ends: ns(7), to: None };
    assert_eq!(told.iter().map(|event| event.body).collect::<Vec<_>>(), [expected; 2]);
    assert!(told.iter().all(|event| event.key.link == LinkId::NONE));
    Ok(())
}
