// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How a run under a master ends: by its word, by its death, by Ctrl-C, by a node's death; and that it never ends for
//! want of patience.

use crate::common::processes;
use crate::common::small::alone;
use crate::steered::Steered;
use crate::{BAD_INPUT, FAILED, INFRASTRUCTURE, INTERRUPTED, PASSED, PENDULUM, PING_PONG, to_the_end};
use control::{Code, Reply, ToMaster, VERSION};
use rustix::process::Signal;
use std::io::{Read, Write};
use virtmcu_client::{Error, Finish, Request, Subscription};

/// One board that prints for ten hours.
fn spin() -> String {
    alone("qemu:mps2-an385", "spin", "10h")
}

#[test]
fn finish_ends_the_run_as_its_duration_does() {
    let mut run = Steered::scenario(PENDULUM, &["--no-golden"]);
    let mut master = run.master();
    master.grant(2_000_000).expect("granted");
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
    assert!(run.trace().contains("\nend 0.002000000\n"), "{}", run.trace());
}

#[test]
fn a_master_may_give_the_run_up() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    master.grant(2_000_000).expect("granted");
    master.finish(Finish::Abandon("it fell".into())).expect("finished");
    run.outcome().expect(FAILED, &["the master of virtual time gave the run up at 0.002000000: it fell"]);
}

#[test]
fn a_master_that_dies_is_named_with_its_last_grant() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    master.grant(1_000_001).expect("granted");
    drop(master);
    let expected = [
        "the master of virtual time is gone, with 0.001000001 of 0.030000000 s run: the other side closed the connection.",
        "Its last grant was to 0.001000001",
    ];
    run.outcome().expect(INFRASTRUCTURE, &expected);
}

/// While nodes run, too: nobody waits for the end of a grant of ten hours.
#[test]
fn a_master_that_dies_during_a_grant_is_missed_at_once() {
    let mut run = Steered::text(&spin(), &[]);
    let mut stream = run.stream();
    let mut out = Vec::new();
    Request::Hello { version: VERSION, name: "dies".into() }.encode(1, &mut out);
    Request::Grant { until_ns: u64::MAX }.encode(2, &mut out);
    stream.write_all(&out).expect("sent");
    control::read_frame(&mut stream, &[], control::MAX_TO_MASTER).expect("the answer to hello");
    drop(stream);
    let expected = ["the master of virtual time is gone", "Its last grant was to 36000.000000000"];
    run.outcome().expect(INFRASTRUCTURE, &expected);
}

#[test]
fn who_has_seen_the_end_may_go_without_a_word() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    to_the_end(&mut master, |_| ());
    drop(master);
    run.outcome().expect(PASSED, &[]);
}

/// The watchdog would give up after a second. Nothing here waits for a second that a slow machine could lack: the run must
/// not end while the master is silent, however long that is.
#[test]
fn a_master_may_pause() {
    let mut run = Steered::scenario(PING_PONG, &["--patience", "1"]);
    assert!(!processes::ends_within(run.pid(), 2), "no patience before the master connects");
    let mut master = run.master();
    master.grant(1_000_000).expect("granted");
    assert!(!processes::ends_within(run.pid(), 2), "no patience between two grants");
    to_the_end(&mut master, |_| ());
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

#[test]
fn ctrl_c_ends_the_wait_for_a_master() {
    for connected in [false, true] {
        let mut run = Steered::scenario(PING_PONG, &[]);
        let master = connected.then(|| run.master());
        processes::signal(run.pid(), Signal::INT);
        run.outcome()
            .expect(INTERRUPTED, &["interrupted", "pinger at 0.000000000, waits for a grant from outside"]);
        drop(master);
    }
}

/// It asks for each byte of ten hours and reads none: the run stops when the socket is full. Ctrl-C ends that too.
#[test]
fn a_master_that_does_not_read_blocks_the_run_and_not_ctrl_c() {
    let mut run = Steered::text(&spin(), &[]);
    let mut stream = run.stream();
    let mut out = Vec::new();
    Request::Hello { version: VERSION, name: "deaf".into() }.encode(1, &mut out);
    Request::Subscribe(Subscription { frames: true, lines: true, power: true }).encode(2, &mut out);
    Request::Grant { until_ns: u64::MAX }.encode(3, &mut out);
    stream.write_all(&out).expect("sent");
    // The first event is there: the grant runs.
    stream.read_exact(&mut [0; 200]).expect("answers and events");
    processes::signal(run.pid(), Signal::INT);
    run.outcome().expect(INTERRUPTED, &["interrupted"]);
}

#[test]
fn the_death_of_a_node_reaches_the_master() {
    let mut run = Steered::text(&spin(), &[]);
    let mut master = run.master();
    master.grant(1_000_000).expect("granted");
    let nodes = processes::nodes(run.folder());
    processes::signal(nodes[0].pid, Signal::KILL);
    match master.grant(2_000_000).expect_err("the run is over") {
        Error::RunBroke { code, text } => {
            assert_eq!(Code::from_number(code), Some(Code::Broke));
            assert!(text.contains("node dut died") && text.contains("signal 9"), "{text}");
        }
        other => panic!("{other}"),
    }
    run.outcome().expect(INFRASTRUCTURE, &["node dut died"]);
}

#[test]
fn a_second_master_is_refused_and_the_first_goes_on() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    master.grant(1_000_000).expect("granted");
    let mut second = run.stream();
    let mut said = Vec::new();
    second.read_to_end(&mut said).expect("what it is told");
    let frame = control::read_frame(&mut &said[..], &[], control::MAX_TO_MASTER).expect("a message");
    let text = "another master is connected: a run has one, and takes no other after it";
    assert_eq!(ToMaster::decode(&frame), Ok(ToMaster::Reply(Reply::error(Code::Busy, text))));
    to_the_end(&mut master, |_| ());
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

#[test]
fn a_socket_that_cannot_be_is_bad_input() {
    let place = crate::common::Place::with(&spin());
    let long = "x".repeat(120);
    for (socket, why) in [
        ("test.scenario.toml", "there is a file of this name; take another path"),
        ("no/such/folder", "No such file or directory"),
        (long.as_str(), "the path of the control socket has 120 bytes, and Linux allows 107"),
    ] {
        place.run(&["--control", socket]).expect(BAD_INPUT, &[why]);
    }
}
