// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Planted faults: a node that does what it must not ends the run, with its name and the time.

use link::{Framing, Spec, Uart};
use sim::{Core, Done, LinkSpec, MAX_BACKLOG, NodeId, NodeSpec, PortId, Slicing, System};
use vtime::{Instant, Span};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const PORT: PortId = PortId(0);
const CONSOLE: PortId = PortId(1);

fn ns(ns: u64) -> Instant {
    Instant::from_ns(ns)
}

/// The node computes at `reached`, where all its grants ended.
fn done(core: &mut Core, node: NodeId, reached: u64, sent: u64) -> Result<(), sim::Error> {
    core.done(node, Done { grants: u64::MAX, reached: ns(reached), sent, promise: ns(reached) })
}

/// Nodes `a` and `b`, port 0 of both joined by a link of 10 ns a byte; port 1 is a console. `a` and `b` did 10 ns each,
/// in which `a` sent one byte at 5 ns, and are granted more: `a` the
/// next 10 ns, `b` all before another byte could follow on the wire, which is busy up to 15 ns.
fn started() -> Core {
    let node = |name: &str| NodeSpec { name: name.into(), ports: 2 };
    let uart = Uart::new(1_000_000_000, Framing::default(), Span::ZERO).expect("a baud rate");
    let system = System {
        nodes: vec![node("a"), node("b")],
        links: vec![LinkSpec {
            name: "wire".into(),
            spec: Spec::Uart(uart),
            ends: vec![(A, PORT), (B, PORT)],
            host: None,
            faults: vec![],
            tester: None,
        }],
        duration: Span::from_ns(1_000_000_000),
        seed: 0,
    };
    // With slices, grants end where they say: nobody runs ahead.
    let slicing = Slicing { max_slice: Some(system.duration), serial: false };
    let mut core = Core::new(&system, slicing).expect("a valid system");
    while core.next_grant().expect("no mistake").is_some() {}
    core.sent(A, PORT, ns(5), 0, b"x").expect("a correct report");
    done(&mut core, A, 10, 1).expect("a correct report");
    done(&mut core, B, 10, 0).expect("a correct report");
    while core.next_grant().expect("no mistake").is_some() {}
    core
}

fn check(plant: impl Fn(&mut Core) -> Result<(), sim::Error>, expected: &str) {
    let error = plant(&mut started()).expect_err("the fault is seen");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_late_report() {
    check(
        |core| core.sent(A, PORT, ns(9), 1, &[0]),
        "node \"a\" is late: it reports something at 0.000000009, after it had reported 0.000000010",
    );
    check(
        |core| {
            core.sent(A, CONSOLE, ns(15), 1, &[0])?;
            core.held(A, PORT, ns(14))
        },
        "node \"a\" is late: it reports something at 0.000000014, after it had reported 0.000000015",
    );
}

#[test]
fn a_grant_passed_or_not_reached() {
    check(
        |core| core.sent(A, PORT, ns(21), 1, &[0]),
        "node \"a\" passed its grant: it reports something at 0.000000021, but was to stop at 0.000000020",
    );
    check(
        |core| core.held(B, PORT, ns(30)),
        "node \"b\" passed its grant: it reports something at 0.000000030, but was to stop at 0.000000025",
    );
    check(
        |core| done(core, B, 26, 0),
        "node \"b\" did not stop at its grant: it stopped at 0.000000026, but was to stop at 0.000000025",
    );
    check(
        |core| done(core, B, 19, 0),
        "node \"b\" did not stop at its grant: it stopped at 0.000000019, but was to stop at 0.000000025",
    );
}

#[test]
fn a_report_without_a_grant() {
    let stop = |core: &mut Core| done(core, A, 20, 1);
    check(
        |core| {
            stop(core)?;
            core.sent(A, PORT, ns(20), 1, &[0])
        },
        "node \"a\" reports something at 0.000000020, but it stopped at 0.000000020 and has no grant",
    );
    check(
        |core| {
            stop(core)?;
            stop(core)
        },
        "node \"a\" reports something at 0.000000020, but it stopped at 0.000000020 and has no grant",
    );
}

#[test]
fn a_lost_or_doubled_report() {
    check(
        |core| core.sent(A, PORT, ns(12), 2, &[0]),
        "reports of node \"a\" were lost: by 0.000000012 it counts 2 sent bytes, and 1 came in",
    );
    check(
        |core| core.sent(A, PORT, ns(12), 0, &[0]),
        "reports of node \"a\" came twice: by 0.000000012 it counts 0 sent bytes, and 1 came in",
    );
    check(
        |core| done(core, A, 20, 3),
        "reports of node \"a\" were lost: by 0.000000020 it counts 3 sent bytes, and 1 came in",
    );
}

#[test]
fn a_port_or_node_that_is_not_there() {
    check(
        |core| core.sent(B, PortId(2), ns(12), 0, &[0]),
        "node \"b\" reports port 2 at 0.000000012, but it has 2 ports, counted from 0",
    );
    check(
        |core| core.held(B, PortId(65535), ns(12)),
        "node \"b\" reports port 65535 at 0.000000012, but it has 2 ports, counted from 0",
    );
    check(
        |core| done(core, NodeId(2), 20, 0),
        "a report names node 2, but there are 2 nodes, counted from 0",
    );
}

#[test]
fn more_bytes_than_the_link_carries() {
    let flood = |core: &mut Core, bytes: usize| {
        // The first byte was handed to `b` with its grant, which is longer than its time on the wire.
        (1..=bytes as u64).try_for_each(|seq| core.sent(A, PORT, ns(20), seq, &[0]))
    };
    assert_eq!(flood(&mut started(), MAX_BACKLOG), Ok(()));
    check(
        |core| flood(core, MAX_BACKLOG + 1),
        "node \"a\" sends faster than its link carries: at 0.000000020, 1048576 bytes wait on the wire of port 0",
    );
}
