// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Debugging does not disturb: whatever a debugger does that does not write, the trace is the golden.
//!
//! The runs are those of real scenarios, the debuggers are attached by what the runs print.

#[path = "../common/mod.rs"]
mod common;
mod gdb;
mod session;

use common::processes;
use gdb::{Gdb, Gone, Point, Session};
use rustix::process::Signal;
use session::{DebugRun, Debugged, leaves_the_trace};

const PING_PONG: &str = "scenarios/uart/ping_pong.scenario.toml";
/// A RISC-V CPU and an Arm.
const MIXED: &str = "scenarios/uart/mixed.scenario.toml";
/// Cortex-A of 32 and of 64 bits, with a second core that is off.
const CORTEX_A: &str = "scenarios/boards/cortex_a.scenario.toml";
/// The same two, whose second cores are switched on and off.
const TWO_CORES: &str = "scenarios/smp/two_cores.scenario.toml";
/// Four nodes, with a timer's interrupts.
const RING: &str = "scenarios/uart/ring.scenario.toml";
/// Two nodes, one of which loses its power.
const CYCLE: &str = "scenarios/power/cycle.scenario.toml";

/// Stops at a function some times, looks around, steps, and goes away.
fn at_function(mut gdb: Gdb, node: &Debugged, point: Point, function: &str) -> Session {
    let address = node.symbol(function);
    gdb.set(point, address, 2)?;
    for _ in 0..3 {
        assert!(gdb.resume()?.starts_with("T05"));
        assert_eq!(u64::from(gdb.register(node.pc())?), address, "it stops at {function}");
        assert_eq!(gdb.memory(address, 16)?, node.contents(address, 16), "no breakpoint shows in memory");
        gdb.step(25)?;
    }
    gdb.clear(point, address, 2)?;
    gdb.detach()
}

#[test]
fn breakpoints() {
    leaves_the_trace(PING_PONG, &[], |gdb, node| at_function(gdb, node, Point::Software, "line_read"));
    leaves_the_trace(MIXED, &[], |gdb, node| at_function(gdb, node, Point::Hardware, "line_read"));
    // All of them, each time called for another byte.
    leaves_the_trace(CORTEX_A, &[], |gdb, node| at_function(gdb, node, Point::Software, "uart_put"));
}

#[test]
fn breakpoints_with_odd_slices() {
    for slices in [&["--slice", "7777ns"][..], &["--slice", "33333ns", "--serial"]] {
        leaves_the_trace(MIXED, slices, |gdb, node| at_function(gdb, node, Point::Software, "line_read"));
    }
}

/// Through interrupts, sleeps and their ends.
#[test]
fn steps() {
    let steps = |mut gdb: Gdb, _: &Debugged| {
        gdb.step(6000)?;
        gdb.detach()
    };
    leaves_the_trace(PING_PONG, &[], steps);
    leaves_the_trace(MIXED, &["--slice", "777us"], steps);
    leaves_the_trace(CORTEX_A, &[], steps);
}

#[test]
fn watchpoints() {
    leaves_the_trace(PING_PONG, &["--slice", "10us"], |mut gdb, node| {
        // The variables of the firmware: its receive buffers are among them.
        let variables = node.symbol("ld_bss_start");
        for (point, kind) in [(Point::Write, 4), (Point::Read, 8)] {
            gdb.set(point, variables, kind)?;
            for _ in 0..4 {
                assert!(gdb.resume()?.contains("watch:"), "a watchpoint stops it");
                gdb.step(3)?;
            }
            gdb.clear(point, variables, kind)?;
        }
        gdb.detach()
    });
}

/// Wherever the node happens to be: that differs from run to run, and the trace does not.
#[test]
fn interrupts_at_any_moment() {
    for (scenario, slices) in [(PING_PONG, &[][..]), (MIXED, &["--slice", "3us"]), (RING, &["--serial"])] {
        leaves_the_trace(scenario, slices, |gdb, _| {
            // On a fast host, the run's end may come first.
            let (Ok(()) | Err(Gone)) = interrupted(gdb, 150);
            Ok(())
        });
    }
}

fn interrupted(mut gdb: Gdb, times: usize) -> Session {
    for _ in 0..times {
        assert!(gdb.resume_and_interrupt()?.starts_with('T'));
        gdb.step(5)?;
    }
    gdb.detach()
}

#[test]
fn the_monitor() {
    leaves_the_trace(PING_PONG, &[], |mut gdb, _| {
        for command in ["info registers", "info mtree", "info qtree", "xp /16x 0", "info status"] {
            gdb.resume_and_interrupt()?;
            assert!(!gdb.monitor(command)?.is_empty(), "{command} prints something");
        }
        gdb.detach()
    });
}

/// The other node is held, so that the run cannot end meanwhile.
#[test]
fn coming_again() {
    let run = DebugRun::start(PING_PONG, &["--debug"]);
    let held = Gdb::attach(&run.nodes[1].target).only_steps();
    for _ in 0..10 {
        let mut gdb = Gdb::attach(&run.nodes[0].target).only_steps();
        gdb.resume_and_interrupt().and_then(|_| gdb.detach()).expect("the run goes on");
    }
    // And going without a word: the node stands still until somebody comes back.
    drop(Gdb::attach(&run.nodes[0].target));
    Gdb::attach(&run.nodes[0].target).detach().expect("the run goes on");
    held.detach().expect("the run goes on");
    run.outcome().expect(0, &[]);
}

/// QEMU's own way to step: with it the trace is another one, so it is not to be had (`patches/0008-gdb-steps.patch`).
#[test]
fn steps_that_hold_back_interrupts() {
    let run = DebugRun::start(PING_PONG, &["--debug=ponger"]);
    let mut gdb = Gdb::attach(&run.nodes[0].target);
    assert_ne!(gdb.ask("Qqemu.sstep=0x7").expect("an answer"), "OK");
    gdb.step(20_000).and_then(|()| gdb.detach()).expect("the run goes on");
    run.outcome().expect(0, &[]);
}

/// GDB steps one core at a time, and does not say what the others are to do meanwhile: they go on, for time passes for all.
#[test]
fn one_core_steps_and_all_go_on() {
    leaves_the_trace(TWO_CORES, &[], |mut gdb, node| {
        for _ in 0..500 {
            assert!(gdb.ask("vCont;s:p1.1")?.starts_with("T05"));
        }
        // The second one is off at first: until its first instruction the other one runs.
        assert!(gdb.ask("vCont;s:p1.2")?.starts_with("T05"));
        assert!(gdb.register(node.pc())? > 0);
        gdb.detach()
    });
}

/// One node stands still, so all do, for much longer than the run's patience.
#[test]
fn one_debugger_holds_all_of_virtual_time() {
    let run = DebugRun::start(PING_PONG, &["--debug", "pinger", "--patience", "1"]);
    assert_eq!(run.nodes.len(), 1);
    assert!(!run.ends_within(3), "it waits for its debugger");
    let mut gdb = Gdb::attach(&run.nodes[0].target).only_steps();
    gdb.step(100).expect("it runs");
    assert!(!run.ends_within(3), "it stands still for its debugger");
    gdb.detach().expect("it runs");
    run.outcome().expect(0, &[]);
}

#[test]
fn without_waiting() {
    let run = DebugRun::start(PING_PONG, &["--debug", "--debug-no-wait"]);
    run.outcome().expect(0, &[]);
}

/// Its debugger goes with it; the next life is one without, or with one that comes then.
#[test]
fn a_node_that_is_switched_off() {
    leaves_the_trace(CYCLE, &["--slice", "7777ns"], |mut gdb, _| {
        gdb.step(100)?;
        assert!(gdb.resume().is_err(), "until the power goes, or the run ends");
        Ok(())
    });
}

#[test]
fn a_node_that_dies_is_seen() {
    let run = DebugRun::start(PING_PONG, &["--debug"]);
    let gdb = Gdb::attach(&run.nodes[0].target);
    processes::signal(run.node_pid(1), Signal::KILL);
    run.outcome().expect(3, &["node ponger died", "signal 9"]);
    drop(gdb);
}

#[test]
fn a_node_that_is_not_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = common::run_scenario(PING_PONG.as_ref(), &common::dist());
    command.args(["--debug", "pinger,pongr"]);
    let outcome = common::finish(command, folder.path());
    outcome.expect(2, &["--debug pongr: the scenario has no such node; it has pinger, ponger"]);
}
