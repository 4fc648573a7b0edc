// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole reports of small differences.

mod words;

use super::{RenderOptions, compare, diff};
use crate::record::tests::events;
use crate::testing::{header, send, trace};
use crate::{Entry, Header, MadeBy, Trace, What};
use proptest::prelude::*;
use sim::Event;
use vtime::{Instant, Span};

const OPTIONS: RenderOptions<'static> = RenderOptions {
    golden_path: "golden/a.trace",
    run_path: "out/a.trace",
    more_command: None,
    accept_command: None,
    color: false,
};

/// Five lines that `pinger` sends, each followed by one of `ponger`, 1 ms apart.
fn talk() -> Vec<Vec<Event>> {
    let line = |n: u64| send((n % 2) as u16, 1, 1_000_000 * n, format!("line {n}\n").as_bytes());
    (0..10).map(line).collect()
}

fn changed(change: impl Fn(&mut Vec<Vec<Event>>)) -> Trace {
    let mut events = talk();
    change(&mut events);
    trace(&events.concat())
}

fn check(golden: &Trace, run: &Trace, expected: &str) {
    assert_eq!(compare(golden, golden), Ok(()));
    let found = compare(golden, run).map_err(|divergence| divergence.render(&OPTIONS));
    assert_eq!(found.unwrap_err(), expected);
}

fn with_header(change: impl Fn(&mut Header)) -> Trace {
    let mut trace = changed(|_| ());
    change(&mut trace.header);
    trace
}

#[test]
fn shows_a_whole_report() {
    let mut run = changed(|events| events[6] = send(0, 1, 6_004_000, b"line 6\n"));
    run.header.made_by[0].version = "0011223344556677".into();
    run.header.made_by.push(MadeBy { what: "virtmcu".into(), version: "0.2.0".into() });
    let golden = changed(|_| ());
    let options = RenderOptions {
        more_command: Some("virtmcu diff golden/a.trace out/a.trace"),
        accept_command: Some("bazel run //scenarios/a.update"),
        ..OPTIONS
    };
    let divergence = compare(&golden, &run).unwrap_err();
    let expected = r#"out/a.trace does not match golden/a.trace

first difference: entry 7, at 0.006000000
  pinger.uart1 sent "line 6\n"
  pinger.uart1 did it 4us later in the run
  equal again: all 3 entries after it

--- golden/a.trace
+++ out/a.trace
@@ line 15 of the golden, line 15 of the run @@
    0.003000000  ponger.uart1  > console          +520836ns  "line 3\n"
    0.004000000  pinger.uart1  > console          +520836ns  "line 4\n"
    0.005000000  ponger.uart1  > console          +520836ns  "line 5\n"
-   0.006000000  pinger.uart1  > console          +520836ns  "line 6\n"
+   0.006004000  pinger.uart1  > console          +520836ns  "line 6\n"
    0.007000000  ponger.uart1  > console          +520836ns  "line 7\n"
    0.008000000  pinger.uart1  > console          +520836ns  "line 8\n"
    0.009000000  ponger.uart1  > console          +520836ns  "line 9\n"

they were made by different builds, which may be the reason:
  firmware.pinger: 3f6c1d0a9b8e7766 in the golden, 0011223344556677 in the run
  virtmcu: none in the golden, 0.2.0 in the run

see all of it:
  virtmcu diff golden/a.trace out/a.trace

accept the run as the new golden, if this is as it should be:
  bazel run //scenarios/a.update
"#;
    assert_eq!(divergence.render(&options), expected);
    let colored = divergence.render(&RenderOptions { color: true, ..options });
    let plain = ["\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[1m", "\x1b[0m"]
        .iter()
        .fold(colored, |t, c| t.replace(c, ""));
    assert_eq!(plain, expected);
}

#[test]
fn explains_states() {
    let golden = changed(|_| ());
    let mut run = golden.clone();
    run.footer.nodes[1].state.as_mut().unwrap().chain ^= 1;
    let expected = r#"out/a.trace does not match golden/a.trace

all that happened is equal, but not the states of the nodes
  the state of ponger (registers and memory) differs between the golden and the run, in something that it has not told yet

--- golden/a.trace
+++ out/a.trace
@@ line 28 of the golden, line 28 of the run @@
 state pinger every 2ms 000000000000000000000000000a11ce
"#;
    let last = |trace: &Trace| trace.footer.state_lines(trace.hash)[2].clone();
    let expected = format!(
        "{expected}-state ponger every 2ms 00000000000000000000000000000b0b\n-{}\n\
         +state ponger every 2ms 00000000000000000000000000000b0a\n+{}\n",
        last(&golden),
        last(&run)
    );
    check(&golden, &run, &expected);
    assert!(crate::states_were_compared(&golden, &run));
}

/// Another build of the firmware, or another version of QEMU, has other states and perhaps the same trace.
#[test]
fn compares_states_of_equal_builds_only() {
    let golden = changed(|_| ());
    let compares = |what: &str, version: &str, expected: bool| {
        let mut run = golden.clone();
        run.footer.nodes[0].state.as_mut().unwrap().chain ^= 1;
        let by = run.header.made_by.iter_mut().find(|by| by.what == what).unwrap();
        by.version = version.to_string();
        assert_eq!(compare(&golden, &run).is_err(), expected, "{what} {version}");
        assert_eq!(crate::states_were_compared(&golden, &run), expected);
    };
    compares("firmware.pinger", "0", false);
    compares("qemu", "10.0.13 virtmcu.5d1c0f22", false);
    compares("qemu", "10.2.2 virtmcu.0", true);
    let mut run = golden.clone();
    run.footer.nodes[0].state = None;
    run.footer.nodes[1].state = None;
    assert!(compare(&golden, &run).is_ok() && !crate::states_were_compared(&golden, &run));
}

#[test]
fn explains_sums() {
    let golden = changed(|_| ());
    let mut run = golden.clone();
    run.footer.nodes[0].insns += 4;
    run.footer.nodes[1].chain ^= 1;
    let chain = |trace: &Trace, n: usize| trace.footer.nodes[n].chain;
    let expected = format!(
        r#"out/a.trace does not match golden/a.trace

all entries are equal, but not the sums below them
  only the count of instructions differs: pinger executed 4 instructions more in the run
  the lines are the same, but the times of single bytes that ponger sent or received differ

--- golden/a.trace
+++ out/a.trace
@@ line 23 of the golden, line 23 of the run @@
-node pinger insns 625000 sent 35 received 0 chain {:032x}
-node ponger insns 1250000 sent 35 received 0 chain {:032x}
+node pinger insns 625004 sent 35 received 0 chain {:032x}
+node ponger insns 1250000 sent 35 received 0 chain {:032x}
 events 10
 end 0.020000000
"#,
        chain(&golden, 0),
        chain(&golden, 1),
        chain(&run, 0),
        chain(&run, 1)
    );
    check(&golden, &run, &expected);
    let mut run = golden.clone();
    run.footer.end = Instant::from_ns(19_999_999);
    run.footer.nodes[1].received = 3;
    let divergence = compare(&golden, &run).unwrap_err();
    assert_eq!(
        divergence.differences[0].explanation,
        [
            "ponger received 0 bytes in the golden, 3 in the run",
            "the golden ended at 0.020000000, the run at 0.019999999"
        ]
    );
}

#[test]
fn tells_of_other_inputs_first() {
    let run = with_header(|h| {
        h.seed = 8;
        h.nodes[1].board = "qemu:virt".into();
        h.links[0].name = "cable".into();
    });
    check(
        &changed(|_| ()),
        &run,
        r#"out/a.trace does not match golden/a.trace

the scenario was changed: its inputs are not the same
  seed: 7 in the golden, 8 in the run
  node ponger is another one
  link wire is not in the run
  link cable is not in the golden

--- golden/a.trace
+++ out/a.trace
@@ line 1 of the golden, line 1 of the run @@
 virtmcu trace 2
 timing-model 2
 scenario ping_pong
-seed 7
+seed 8
 duration 20ms
 node pinger qemu:mps2-an385
-node ponger qemu:riscv32-virt
-link wire uart 115200 8N1 delay 0s ends pinger.uart0 ponger.uart0
+node ponger qemu:virt
+link cable uart 115200 8N1 delay 0s ends pinger.uart0 ponger.uart0
"#,
    );
    let swapped = with_header(|h| h.nodes.swap(0, 1));
    let divergence = compare(&changed(|_| ()), &swapped).unwrap_err();
    assert_eq!(divergence.differences[0].explanation, ["the nodes are in another order"]);
}

#[test]
fn builds_alone_are_no_difference() {
    let run = with_header(|h| h.made_by.clear());
    assert_ne!(run.header, header());
    assert_eq!(compare(&changed(|_| ()), &run), Ok(()));
}

#[test]
fn tells_any_two_traces_apart_also_as_json() {
    let (first, second) = (changed(|e| e.truncate(1)), changed(|e| e.truncate(0)));
    assert_eq!(diff(&first, &first), None);
    let divergence = diff(&first, &second).unwrap();
    let rendered = divergence.render(&OPTIONS);
    assert!(rendered.starts_with("out/a.trace differs from golden/a.trace\n"), "{rendered}");
    let expected = serde_json::json!({
        "differences": [{
            "part": "entries",
            "index": 0,
            "at_ns": 0,
            "explanation": [r#"the second ends here; the first has 1 entry more, first: pinger.uart1 sent "line 0\n""#],
            "golden_line": 12,
            "run_line": 12,
            "hunk": [{"in": "golden", "text": r#"   0.000000000  pinger.uart1  > console          +520836ns  "line 0\n""#}],
        }],
        "made_by": [],
    });
    assert_eq!(divergence.to_json(), expected);
}

proptest! {
    #[test]
    fn differs_exactly_when_the_hash_does(events in events(), gone in any::<usize>(), at in 1u64..19_000_000) {
        let mut other = events.clone();
        if !other.is_empty() {
            other.remove(gone % events.len());
        }
        // No two events have the same key.
        prop_assume!(events.iter().all(|event| event.key.at.as_ns() != at));
        let more = [events.clone(), send(1, 0, at, b"x")].concat();
        for other in [&events, &other, &more] {
            let (golden, run) = (trace(&events), trace(other));
            let found = compare(&golden, &run);
            prop_assert_eq!(found.is_ok(), golden.hash == run.hash);
            if let Err(divergence) = found {
                let text = divergence.render(&OPTIONS);
                let shown = divergence.differences.iter().all(|d| !d.explanation.is_empty() && !d.hunk.is_empty());
                prop_assert!(shown, "{}", text);
            }
        }
    }
}

/// Takes minutes if anything here is quadratic, and a moment if not.
#[test]
fn long_traces_take_a_moment() {
    let long = |delay: u64| {
        let line = |n: u64| Entry {
            at: Instant::from_ns(n * 1_000 + delay),
            port: "pinger.uart1".into(),
            what: What::Sent { to: None, lasts: Span::ZERO, bytes: format!("{n}\n").into_bytes().into() },
        };
        Trace { entries: (0..300_000).map(line).collect(), ..changed(|_| ()) }
    };
    let divergence = compare(&long(0), &long(5)).unwrap_err();
    let expected = "also 5ns later, with the same text: all 299999 entries after it";
    assert_eq!(divergence.differences[0].explanation[2], expected);
    assert_eq!(divergence.differences[0].hunk.len(), 12);
}
