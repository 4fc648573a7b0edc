// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master from outside: what it grants bounds all nodes, what it injects arrives at its time, and what it must not do
//! is refused without harm.

use link::{Framing, Spec, Uart};
use sim::{
    Arrival, Body, Core, Done, Event, InjectError, Input, LinkSpec, MAX_INJECTED, NodeId, NodeSpec, PortId,
    Slicing, System, When,
};
use vtime::{Instant, Span};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const WIRED: PortId = PortId(0);
const FREE: PortId = PortId(1);

fn ns(ns: u64) -> Instant {
    Instant::from_ns(ns)
}

/// Nodes `a` and `b` for 100 ns, port 0 of both joined by a link of 10 ns a byte, under a master that granted nothing yet.
fn steered(slicing: Slicing) -> Core {
    steered_by(slicing, Spec::Uart)
}

fn steered_by(slicing: Slicing, kind: fn(Uart) -> Spec) -> Core {
    let node = |name: &str| NodeSpec { name: name.into(), ports: 2 };
    let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).expect("a baud rate");
    let system = System {
        nodes: vec![node("a"), node("b")],
        links: vec![LinkSpec {
            name: "wire".into(),
            spec: kind(uart),
            ends: vec![(A, WIRED), (B, WIRED)],
            host: None,
            faults: vec![],
            tester: None,
        }],
        duration: Span::from_ns(100),
        seed: 0,
    };
    let mut core = Core::new(&system, slicing).expect("a valid system");
    core.set_ceiling(Instant::START);
    core
}

/// The node computes at `reached`, where all its grants ended.
fn done(core: &mut Core, node: NodeId, reached: Instant, sent: u64) -> Result<(), sim::Error> {
    core.done(node, Done { grants: u64::MAX, reached, sent, promise: reached })
}

/// What arrived, as (node, port, time, byte).
type Arrived = Vec<(u16, u16, u64, u8)>;

/// Runs up to the ceiling with nodes that do nothing: the grants, and what arrived.
type Ran = (Vec<(u16, u64)>, Arrived);

fn run(core: &mut Core) -> Ran {
    let mut ran: Ran = (vec![], vec![]);
    loop {
        let mut granted = vec![];
        while let Some(grant) = core.next_grant().expect("no mistake") {
            granted.push((grant.node, grant.until));
            let arrived = |d: &sim::Delivery| (grant.node.0, d.port.0, d.at.as_ns(), grant.bytes(d)[0]);
            ran.1.extend(grant.deliveries.iter().map(arrived));
        }
        if granted.is_empty() {
            return ran;
        }
        for (node, until) in granted {
            done(core, node, until, 0).expect("a correct report");
            ran.0.push((node.0, until.as_ns()));
        }
    }
}

#[test]
fn nobody_passes_the_ceiling() {
    for serial in [false, true] {
        let mut core = steered(Slicing { max_slice: None, serial });
        assert_eq!(run(&mut core).0, []);
        assert!(core.at_ceiling() && !core.finished());
        assert!(core.report().all(|node| node.to_string().ends_with("waits for a grant from outside")));
        core.set_ceiling(ns(13));
        let expected = if serial {
            [(0, 10), (1, 13), (0, 13)].as_slice()
        } else {
            [(0, 10), (1, 10), (0, 13), (1, 13)].as_slice()
        };
        assert_eq!(run(&mut core).0, expected);
        assert_eq!((core.now(), core.ceiling()), (ns(13), ns(13)));
        core.set_ceiling(ns(14));
        assert_eq!(run(&mut core).0, [(0, 14), (1, 14)]);
        // It cannot be taken back, and nothing lies behind the end.
        core.set_ceiling(ns(5));
        assert_eq!(core.ceiling(), ns(14));
        core.set_ceiling(Instant::FAR);
        run(&mut core);
        assert!(core.finished() && core.ceiling() == ns(100));
    }
}

#[test]
fn an_injected_byte_arrives_at_its_time() {
    let mut core = steered(Slicing::default());
    core.set_ceiling(ns(10));
    run(&mut core);
    // At the ceiling itself, on a wire and off it, out of order, twice at one time.
    for (node, port, at, byte) in
        [(B, FREE, 20, b'3'), (B, FREE, 10, b'1'), (A, WIRED, 10, b'2'), (B, FREE, 20, b'4')]
    {
        assert_eq!(core.inject(node, port, ns(at), byte), Ok(()));
    }
    core.set_ceiling(ns(20));
    assert_eq!(run(&mut core).1, [(0, 0, 10, b'2'), (1, 1, 10, b'1')]);
    core.set_ceiling(ns(21));
    assert_eq!(run(&mut core).1, [(1, 1, 20, b'3'), (1, 1, 20, b'4')]);

    let mut told: Vec<Event> = vec![];
    core.drain_events(|event, _| told.push(*event)).expect("events in order");
    let told: Vec<_> = told
        .iter()
        .map(|event| match event.body {
            Body::Injected { to: Arrival { node, port, at, .. }, byte } => (at, node, port, byte),
            _ => panic!("{event:?}"),
        })
        .collect();
    let expected =
        [(ns(10), B, FREE, b'1'), (ns(10), A, WIRED, b'2'), (ns(20), B, FREE, b'3'), (ns(20), B, FREE, b'4')];
    assert_eq!(told, expected);
}

#[test]
fn bytes_of_the_wire_come_before_injected_ones() -> Result<(), sim::Error> {
    let mut core = steered(Slicing::default());
    assert_eq!(core.inject(B, WIRED, ns(13), b'i'), Ok(()));
    core.set_ceiling(ns(50));
    while core.next_grant().expect("no mistake").is_some() {}
    core.sent(A, WIRED, ns(3), 0, b"w")?; // arrives at 13
    done(&mut core, A, ns(10), 1)?;
    done(&mut core, B, ns(10), 0)?;
    let mut arrived = vec![];
    while let Some(grant) = core.next_grant().expect("no mistake") {
        arrived.extend(grant.deliveries.iter().map(|delivery| grant.bytes(delivery)[0]));
    }
    assert_eq!(arrived, [b'w', b'i']);
    Ok(())
}

/// Everybody sleeps for good; nothing past the ceiling is settled all the same, because a byte from outside wakes them.
#[test]
fn sleepers_are_woken_from_outside() -> Result<(), sim::Error> {
    let mut core = steered(Slicing::default());
    core.set_ceiling(ns(20));
    while let Some(grant) = core.next_grant().expect("no mistake") {
        let (node, reached) = (grant.node, grant.until);
        core.done(node, Done { grants: u64::MAX, reached, sent: 0, promise: Instant::FAR })?;
    }
    assert!(core.at_ceiling());
    assert_eq!(core.drain_events(|_, _| ())?, ns(20));
    assert_eq!(core.inject(A, FREE, ns(25), b'x'), Ok(()));
    core.set_ceiling(ns(60));
    let mut granted = vec![];
    while let Some(grant) = core.next_grant().expect("no mistake") {
        granted.push((grant.node, grant.until.as_ns(), grant.deliveries.len()));
    }
    // The other one sleeps on: it could get an answer at 35, and has nothing to do before.
    assert_eq!(granted, [(A, 45, 1)]);
    core.sent(A, WIRED, ns(25), 0, b"y")?;
    done(&mut core, A, ns(45), 1)?;
    let grant = core.next_grant().expect("no mistake").expect("the answer wakes it");
    assert_eq!((grant.node, grant.deliveries[0].at), (B, ns(35)));
    Ok(())
}

#[test]
fn what_cannot_be_injected_is_refused() {
    let mut core = steered(Slicing::default());
    core.set_ceiling(ns(10));
    run(&mut core);
    let refused =
        |core: &mut Core, node, port, at| core.inject(node, port, at, 0).expect_err("refused").to_string();
    assert_eq!(
        refused(&mut core, A, FREE, ns(9)),
        "a byte cannot arrive at 0.000000009: the time up to 0.000000010 is granted; inject it at 0.000000010 or later"
    );
    assert_eq!(
        refused(&mut core, A, FREE, ns(100)),
        "a byte cannot arrive at 0.000000100: the run ends at 0.000000100"
    );
    assert_eq!(
        refused(&mut core, NodeId(2), FREE, ns(50)),
        "there is no node 2: there are 2, counted from 0"
    );
    assert_eq!(
        refused(&mut core, NodeId::CONTROL, FREE, ns(50)),
        "there is no node 65535: there are 2, counted from 0"
    );
    assert_eq!(
        refused(&mut core, B, PortId(2), ns(50)),
        "node \"b\" has no port 2: it has 2, counted from 0"
    );
    for _ in 0..MAX_INJECTED {
        assert_eq!(core.inject(B, FREE, ns(50), 0), Ok(()));
    }
    let error = core.inject(B, FREE, ns(50), 0).expect_err("refused");
    assert_eq!(error, InjectError::Backlog { node: "b".into(), port: FREE, max: MAX_INJECTED });
    // All of them, and nothing of what was refused.
    core.set_ceiling(Instant::FAR);
    assert_eq!(run(&mut core).1.len(), MAX_INJECTED);
}

#[test]
fn a_run_can_end_where_it_stands() {
    let mut core = steered(Slicing::default());
    assert_eq!(core.inject(B, FREE, ns(12), b'x'), Ok(()));
    core.set_ceiling(ns(12));
    core.end_here(); // Not while somebody is behind.
    run(&mut core);
    assert!(!core.finished());
    core.end_here();
    assert!(core.finished());
    core.set_ceiling(ns(50));
    assert_eq!(run(&mut core), (vec![], vec![]));
    let mut told = 0;
    assert_eq!(core.drain_events(|_, _| told += 1), Ok(ns(12)));
    assert_eq!(told, 0, "what would arrive at the end is not told");
}

/// What arrives, and what is told of it, when somebody types at B's free port at 12 ns, and again at 25 ns while the line is still
/// busy: on the spot, or written down before.
fn typed(at_once: bool) -> (Arrived, Vec<Event>) {
    let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).expect("a baud rate");
    let inputs = [(ns(12), b"ab".to_vec()), (ns(25), b"c".to_vec())];
    let mut core = steered(Slicing::default());
    let mut ran = vec![];
    let mut events = vec![];
    if at_once {
        for (at, bytes) in inputs {
            core.set_ceiling(at);
            ran.extend(run(&mut core).1);
            core.drain_events(|event, _| events.push(*event)).expect("no mistake");
            assert!(core.typed_by(B, FREE).is_some());
            core.type_now(B, FREE, bytes, uart).expect("never late");
        }
        assert_eq!(core.typed_by(B, FREE), Some(ns(42)));
    } else {
        let inputs = inputs.map(|(at, bytes)| Input { when: When::At(at), bytes, uart });
        core.set_typist(B, FREE, inputs.to_vec()).expect("there is this port");
    }
    core.set_ceiling(Instant::FAR);
    ran.extend(run(&mut core).1);
    core.drain_events(|event, _| events.push(*event)).expect("no mistake");
    (ran, events)
}

#[test]
fn what_is_typed_on_the_spot_can_be_typed_again() {
    let (ran, events) = typed(true);
    assert_eq!(ran, [(1, 1, 22, b'a'), (1, 1, 32, b'b'), (1, 1, 42, b'c')]);
    assert_eq!(events.len(), 3);
    assert_eq!((ran, events), typed(false));
}

#[test]
fn who_types_now_is_behind_what_the_scenario_types() {
    let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).expect("a baud rate");
    let mut core = steered(Slicing::default());
    let when = When::Seen { text: b">".to_vec(), wait: Span::ZERO };
    core.set_typist(A, FREE, vec![Input { when, bytes: b"x".to_vec(), uart }]).expect("there is this port");
    assert_eq!(core.typed_by(A, FREE), None, "nobody knows when");
    assert_eq!(core.typed_by(B, FREE), Some(Instant::START));
}

/// `a` sends at 45 and sleeps for good, `b` sleeps for good, the master stops at 50: what `a` sent is not over, and `b` may still be woken.
#[test]
fn who_is_woken_from_outside_garbles_what_is_on_a_bus() {
    let mut core = steered_by(Slicing::default(), Spec::UartBus);
    let mut sent = [0; 2];
    for (ceiling, sender, at) in [(ns(50), A, ns(45)), (ns(100), B, ns(51))] {
        core.set_ceiling(ceiling);
        loop {
            let mut granted = vec![];
            while let Some(grant) = core.next_grant().expect("no mistake") {
                granted.push((grant.node, grant.until));
            }
            if granted.is_empty() {
                break;
            }
            for (node, until) in granted {
                let sent = &mut sent[usize::from(node.0)];
                if node == sender && *sent == 0 && until > at {
                    core.sent(node, WIRED, at, 0, b"x").expect("in time");
                    *sent = 1;
                }
                let promise = if node == sender && *sent == 0 { at } else { Instant::FAR };
                let done = Done { grants: u64::MAX, reached: until, sent: *sent, promise };
                core.done(node, done).expect("a correct report");
            }
        }
        if ceiling == ns(50) {
            assert_eq!(core.inject(B, FREE, ns(50), b'!'), Ok(()));
        }
    }
    let mut garbled = vec![];
    let told = core.drain_events(|event, _| {
        if let Body::OnBus { garbled: is_garbled, .. } = event.body {
            garbled.push((event.key.at, is_garbled));
        }
    });
    assert_eq!((told.expect("no mistake"), garbled), (ns(100), vec![(ns(45), true), (ns(51), true)]));
}
