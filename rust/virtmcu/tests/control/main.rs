// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master of virtual time, through the command line and real nodes: its grants do not show in the trace, what it injects
//! arrives at its time, and whatever it does wrong is told to both sides.

#[path = "../common/mod.rs"]
mod common;
mod ends;
mod legacy;
mod nonsense;
#[path = "../../../../clients/rust/examples/pendulum.rs"]
#[expect(dead_code, reason = "the test calls what its main calls")]
mod pendulum;
mod power;
mod steered;

use steered::Steered;
use virtmcu_client::{Code, Error, Event, Finish, Master, NO_PORT, Subscription};

const PASSED: i32 = 0;
const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const INFRASTRUCTURE: i32 = 3;
const INTERRUPTED: i32 = 130;

const PENDULUM: &str = "scenarios/control/pendulum.scenario.toml";
const PING_PONG: &str = "scenarios/uart/ping_pong.scenario.toml";

/// Grants that divide nothing: a byte's time, an instruction's, a timer's; some of a single nanosecond, some empty.
const ODD_NS: [u64; 9] = [1, 777, 86_805, 0, 12_345, 1, 999_983, 333, 2_000_003];

/// Grants in odd pieces to the end.
fn to_the_end(master: &mut Master, mut each: impl FnMut(&[Event])) {
    let (mut now_ns, mut grants) = (master.status().expect("a status").now_ns, 0);
    loop {
        now_ns += ODD_NS[grants % ODD_NS.len()];
        grants += 1;
        let (reached, events) = master.grant(now_ns).expect("granted");
        each(&events);
        if reached.at_end {
            return;
        }
        assert_eq!(reached.now_ns, now_ns, "all nodes stand exactly there");
    }
}

/// The golden was made without a master. With one, the same bytes.
#[test]
fn odd_grants_give_the_golden() {
    for name in ["counting", "ping_pong", "ring", "mixed"] {
        let mut run = Steered::scenario(&format!("scenarios/uart/{name}.scenario.toml"), &[]);
        let mut master = run.master();
        to_the_end(&mut master, |_| ());
        master.finish(Finish::Here).expect("finished");
        run.outcome().expect(PASSED, &[]);
    }
}

/// Debuggers may come while a master grants.
#[test]
fn a_debug_run_gives_the_golden() {
    let mut run = Steered::scenario(PING_PONG, &["--debug", "--debug-no-wait"]);
    let mut master = run.master();
    to_the_end(&mut master, |_| ());
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

/// What a master hears is what the trace has, however time was cut, and telling it changes nothing.
#[test]
fn events_are_those_of_the_trace() {
    let mut run = Steered::scenario(PING_PONG, &["--slice", "7777ns"]);
    let mut master = run.master();
    master.subscribe(Subscription { frames: true, lines: true, power: true }).expect("subscribed");
    let (mut frames, mut lines) = (Vec::new(), Vec::new());
    to_the_end(&mut master, |events| {
        for event in events {
            match event {
                Event::Frame(sending) => frames.push(sending.clone()),
                Event::Line(sending) => lines.push(sending.clone()),
                Event::Held { .. } => {}
                Event::Power { .. } | Event::Lost { .. } => panic!("all nodes stay on: {event:?}"),
            }
        }
    });
    let status = master.status().expect("a status");
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
    let trace = run.trace();
    // One without an end is complete only when the run is over.
    let told = trace.lines().filter(|line| line.contains("  > ") && line.ends_with("\\n\""));
    let told: Vec<&str> = told.collect();
    assert_eq!(lines.len(), told.len());
    assert!(lines.len() > 20, "{} lines", lines.len());
    for (line, told) in lines.iter().zip(told) {
        let started = format!("{}.{:09} ", line.starts_ns / 1_000_000_000, line.starts_ns % 1_000_000_000);
        assert!(told.trim_start().starts_with(&started), "{told} {line:?}");
        assert!(told.contains(&format!("+{}ns", line.arrives_ns - line.starts_ns)), "{told} {line:?}");
    }
    assert!(frames.windows(2).all(|pair| pair[0].starts_ns <= pair[1].starts_ns));
    let bytes: Vec<u8> = frames.iter().filter(|f| f.from == (0, 0)).flat_map(|f| f.bytes.clone()).collect();
    assert!(bytes.starts_with(b"ping 1\nping 2\n"));
    assert_eq!(status.nodes[0].sent, bytes.len() as u64);
}

/// A measurement for the pendulum's firmware.
fn measurement(place: u64) -> Vec<u8> {
    format!("angle {} rate {}\n", 1_000_000 + place, 1_000_000 - place).into_bytes()
}

/// When the messages come, and in which pieces time is granted, does not show.
#[test]
fn a_run_is_a_function_of_what_is_injected() {
    const BYTE_NS: u64 = 86_806;
    let at_ns = |place: u64| 5_000_001 + place * 4_000_003;
    let mut traces = Vec::new();
    for early in [true, false] {
        let mut run = Steered::scenario(PENDULUM, &["--no-golden"]);
        let mut master = run.master();
        let uart = master.port("balancer.uart0").expect("the port");
        for place in 0..20 {
            if !early {
                // At the last moment: its time is all granted up to it.
                master.grant(at_ns(place)).expect("granted");
            }
            let last_ns = master.inject(uart, at_ns(place), BYTE_NS, measurement(place)).expect("injected");
            assert_eq!(last_ns, at_ns(place) + BYTE_NS * (measurement(place).len() as u64 - 1));
        }
        master.grant(100_000_000).expect("granted");
        master.finish(Finish::Here).expect("finished");
        run.outcome().expect(PASSED, &[]);
        traces.push(run.trace());
    }
    assert_eq!(traces[0], traces[1]);
    let first =
        "   0.005000001  input           > balancer.uart0    +2256956ns  \"angle 1000000 rate 1000000\\n\"\n";
    assert!(traces[0].contains(first), "{}", traces[0]);
    assert!(traces[0].contains("\"torque 1000000\\n\""), "{}", traces[0]);
    assert!(traces[0].contains("\nend 0.100000000\n"), "{}", traces[0]);
}

/// All at once, into a UART with room for one byte: the others are held, none is lost.
#[test]
fn bytes_without_time_between_them_wait_for_the_firmware() {
    let mut run = Steered::scenario(PENDULUM, &["--no-golden"]);
    let mut master = run.master();
    let uart = master.port("balancer.uart0").expect("the port");
    master.subscribe(Subscription { frames: true, lines: true, power: true }).expect("subscribed");
    master.inject(uart, 2_000_000, 0, measurement(3)).expect("injected");
    let (_, events) = master.grant(10_000_000).expect("granted");
    let injected = events.iter().filter(|event| matches!(event, Event::Frame(s) if s.from == NO_PORT));
    assert_eq!(injected.count(), measurement(3).len());
    assert!(events.contains(&Event::Held { at_ns: 2_000_000, node: 0, port: 0 }), "{events:?}");
    // 1000000 - 1000 * (40 * 0.003 - 12 * 0.003)
    let answered = |event: &Event| matches!(event, Event::Line(line) if line.bytes == b"torque 999916\n");
    assert!(events.iter().any(answered), "{events:?}");
    assert_eq!(master.status().expect("a status").nodes[0].delivered, measurement(3).len() as u64);
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

/// A step ends soon after the first thing that happens, always at the same place.
#[test]
fn steps_stop_where_something_happened() {
    let stops = |args: &[&str]| {
        let mut run = Steered::scenario(PING_PONG, &[&["--no-golden"], args].concat());
        let mut master = run.master();
        let mut stops = Vec::new();
        for _ in 0..5 {
            let (reached, _) = master.step(u64::MAX, 0).expect("stepped");
            stops.push((reached.now_ns, reached.happened));
        }
        // No farther than asked.
        let next_ns = stops[4].0 + 10;
        assert_eq!(master.step(next_ns, 0).expect("stepped").0.now_ns, next_ns);
        master.finish(Finish::Here).expect("finished");
        run.outcome().expect(FAILED, &["it did not come"]);
        stops
    };
    let expected = stops(&[]);
    assert_eq!(expected[0], (86_805, 1), "the first byte starts in the first horizon");
    assert!(expected.windows(2).all(|pair| pair[0].1 < pair[1].1));
    assert_eq!(stops(&["--serial", "--slice", "3us"]), expected);
}

/// A request that cannot be done is refused, and the run goes on to its golden.
#[test]
fn refusals_do_no_harm() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    master.grant(1_000_000).expect("granted");
    let refused = |error: Error| match error {
        Error::Refused { code, text } => (Code::from_number(code), text),
        other => panic!("{other}"),
    };
    let mut inject = |port, at_ns, interval_ns| {
        refused(master.inject(port, at_ns, interval_ns, *b"ab").expect_err("refused"))
    };
    let late = "a byte cannot arrive at 0.000999999: the time up to 0.001000000 is granted; inject it at 0.001000000 or later";
    assert_eq!(inject((0, 0), 999_999, 1), (Some(Code::Late), late.into()));
    let node = "there is no node 2: there are 2, counted from 0";
    assert_eq!(inject((2, 0), 2_000_000, 1), (Some(Code::UnknownNode), node.into()));
    let port = "node \"ponger\" has no port 5: it has 5, counted from 0";
    assert_eq!(inject((1, 5), 2_000_000, 1), (Some(Code::UnknownPort), port.into()));
    // The first byte would be in time, but not the second: none of them is taken.
    let after = "a byte cannot arrive at 0.030000000: the run ends at 0.030000000";
    assert_eq!(inject((0, 0), 29_999_999, 1), (Some(Code::AfterEnd), after.into()));
    assert_eq!(inject((0, 0), u64::MAX, u64::MAX).0, Some(Code::AfterEnd));
    let device = refused(master.read_memory(0, 0x4000_4000, 4).expect_err("refused"));
    assert_eq!(device.0, Some(Code::NoMemory));
    assert_eq!(refused(master.read_memory(9, 0, 4).expect_err("refused")).0, Some(Code::UnknownNode));
    assert!(matches!(master.port("pinger.uart9"), Err(Error::UnknownPort { .. })));
    to_the_end(&mut master, |_| ());
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

/// The vector table: the first word is the stack's top, as the ELF has it, and RAM holds what the firmware wrote.
#[test]
fn memory_is_read_as_it_is() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut master = run.master();
    let elf = std::fs::read(common::firmware("scenarios/uart/firmware", "ping")).expect("the firmware");
    let vectors = master.read_memory(0, 0, 64).expect("memory");
    assert!(elf.windows(64).any(|part| part == vectors), "{vectors:02x?} is not in the ELF");
    let before = master.read_memory(0, 0x2000_0000, 4096).expect("memory");
    to_the_end(&mut master, |_| ());
    let after = master.read_memory(0, 0x2000_0000, 4096).expect("memory");
    assert_ne!(before, after);
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
}

/// A run of the scenario of the examples; balanced, its trace is this golden.
fn to_be_balanced() -> Steered {
    let golden = common::root().join("golden/control/pendulum_balanced.trace");
    Steered::scenario(PENDULUM, &["--golden", golden.to_str().expect("a path")])
}

#[test]
fn the_rust_example_gives_the_golden() {
    let mut run = to_be_balanced();
    let upright = pendulum::run(run.socket().to_str().expect("a path")).expect("a run to its end");
    assert!(upright);
    run.outcome().expect(PASSED, &[]);
}

/// The example in Python steers the run to the same trace.
#[test]
fn the_python_example_gives_the_golden() {
    let (root, mut run) = (common::root(), to_be_balanced());
    let mut python = std::process::Command::new("python3");
    python.env("PYTHONPATH", root.join("clients/python/src")).env("PYTHONDONTWRITEBYTECODE", "1");
    python.arg(root.join("clients/python/examples/pendulum.py")).arg(run.socket());
    let example = common::finish(python, run.folder());
    example.expect(PASSED, &[]);
    assert_eq!(example.stdout, "the pendulum is at 0.0107 rad\n");
    run.outcome().expect(PASSED, &[]);
}
