// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The host does not reach a guest: a firmware that tells all it can see of the host (scenarios/faults/firmware/
//! host_rv32.c) has one trace wherever it runs. And where a source of entropy is let in on purpose, it is seen: each test
//! `planted_*` belongs to a row of the table in docs/determinism.md.

mod arithmetic;
mod bans;
mod bytes;
#[path = "../common/mod.rs"]
mod common;
mod devices;
mod host;
mod looked_at;
mod machine;
mod monitor;
mod refused;
mod translation;

use common::dist::{ARM, Planted, RISCV};
use common::{Outcome, Place};
use std::path::Path;
use std::process::Command;

const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const INFRASTRUCTURE: i32 = 3;

const SCENARIO: &str = "schema = 1
duration = \"10ms\"
seed = 1
[node.dut]
board = \"qemu:riscv32-virt\"
firmware = \"fw/host_rv32.elf\"
";

/// A workspace with the firmware that looks at its host.
fn place(scenario: &str) -> Place {
    let place = Place::with(scenario);
    place.link(&common::firmware("scenarios/faults/firmware", "host_rv32"), "fw/host_rv32.elf");
    place
}

fn run(place: &Place, tools: &Path) -> Command {
    place.command(tools, &["--json", "--trace", "out.trace"])
}

/// The trace, and its hash, of a run that reached its end.
#[track_caller]
fn hash(place: &Place, command: Command) -> String {
    let outcome: Outcome = place.finish(command);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
    let hash = report["trace_hash"].as_str().unwrap_or_default().to_string();
    assert!(!hash.is_empty(), "it did not reach its end: {outcome}");
    hash
}

/// Two runs of a planted fault are not two times the good one, and the trace tells in which line.
#[track_caller]
fn check_seen(planted: &Planted, line: &str) {
    let good = place(SCENARIO);
    hash(&good, run(&good, &common::dist()));
    let bad = place(SCENARIO);
    hash(&bad, run(&bad, planted.root()));
    let first_line = |place: &Place| -> String {
        let trace = place.read("out.trace");
        trace.lines().find(|text| text.contains(line)).unwrap_or_default().to_string()
    };
    assert_ne!(first_line(&good), "", "the firmware tells {line:?}");
    assert_ne!(first_line(&good), first_line(&bad), "{line:?} is the host's, and nobody saw it");
    let mut diff = common::virtmcu();
    diff.arg("diff").arg(good.path("out.trace")).arg(bad.path("out.trace"));
    let diff = good.finish(diff);
    assert_eq!(diff.code, Some(1), "{diff}");
    assert!(diff.stdout.contains(line) || diff.stdout.contains("dut.uart0"), "{diff}");
}

#[test]
fn one_trace_wherever_it_runs() {
    let here = place(SCENARIO);
    let expected = hash(&here, run(&here, &common::dist()));

    // Each place is another folder, and so are these tools.
    let elsewhere = place(SCENARIO);
    assert_eq!(hash(&elsewhere, run(&elsewhere, Planted::new().root())), expected, "other folders");

    let mut abroad = run(&here, &common::dist());
    abroad.envs([("TZ", "Asia/Kathmandu"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")]);
    abroad.envs([("MALLOC_PERTURB_", "165"), ("HOME", "/nowhere"), ("QEMU_AUDIO_DRV", "sdl")]);
    assert_eq!(hash(&here, abroad), expected, "another environment");

    let inner = run(&here, &common::dist());
    let mut fixed = Command::new("setarch");
    fixed.arg("-R").arg(inner.get_program()).args(inner.get_args()).current_dir(here.folder());
    assert_eq!(hash(&here, fixed), expected, "addresses that are not random");
}

/// Nodes and links are ordered by their names, not by their places in the file.
#[test]
fn order_in_the_scenario_does_not_show() {
    let node = |name: &str, elf: &str| {
        format!("[node.{name}]\nboard = \"qemu:mps2-an385\"\nfirmware = \"fw/{elf}.elf\"\n")
    };
    let (ping, pong) = (node("a", "ping"), node("b", "pong"));
    let head = "schema = 1\nduration = \"5ms\"\n";
    let wire = "[link.wire]\nkind = \"uart\"\nbaud = 115200\nends = [\"a.uart0\", \"b.uart0\"]\n".to_string();
    let [first, second] = [[&ping, &pong, &wire], [&wire, &pong, &ping]].map(|parts| {
        let place = Place::with(&parts.iter().fold(head.to_string(), |text, part| text + part));
        hash(&place, run(&place, &common::dist()));
        place.read("out.trace")
    });
    assert!(first.contains("ping 1"), "{first}");
    assert_eq!(first, second);
}

/// The seed is an input: another one gives other random numbers, and the same one the same.
#[test]
fn random_numbers_come_from_the_seed() {
    let hash_of = |seed: &str| {
        let place = place(&SCENARIO.replace("seed = 1", seed));
        hash(&place, run(&place, &common::dist()));
        let trace = place.read("out.trace");
        trace.lines().find(|line| line.contains("\"tree ")).unwrap_or_default().to_string()
    };
    assert_ne!(hash_of("seed = 1"), "");
    assert_eq!(hash_of("seed = 1"), hash_of("seed = 1"));
    assert_ne!(hash_of("seed = 1"), hash_of("seed = 2"));
}

/// The guest's clock of the time of day is the host's.
#[test]
fn planted_time_of_day() {
    let virtual_clock = "base=2000-01-01T00:00:00,clock=vm";
    for host in ["base=utc,clock=host", "base=utc,clock=rt", "base=utc,clock=vm"] {
        check_seen(&Planted::new().with_argument_of(RISCV, virtual_clock, host), "\"time ");
    }
}

/// QEMU draws from the host's random numbers: without its option, the seed does not reach it.
#[test]
fn planted_random_numbers() {
    check_seen(&Planted::new().with_argument_of(RISCV, "-seed", "-name"), "\"tree ");
}

fn ping_pong(tools: &Path) -> Command {
    common::run_scenario(Path::new("scenarios/uart/ping_pong.scenario.toml"), tools)
}

/// A character device of the host: what goes there is the host's, and the trace lacks it.
#[test]
fn planted_character_device() {
    let place = Place::with("");
    for device in ["null,id=uart0", "ringbuf,id=uart0"] {
        let planted = Planted::new().with_argument_of(ARM, "virtmcu-uart,id=uart0", device);
        let outcome = place.finish(ping_pong(planted.root()));
        outcome.expect(FAILED, &["does not match", "first difference: entry 1, at 0.0000"]);
    }
}

/// A golden that a checkout has given other ends of lines.
#[test]
fn planted_line_ends() {
    let golden =
        std::fs::read_to_string(common::root().join("golden/uart/ping_pong.trace")).expect("a golden");
    let place = Place::with("");
    place.write("golden.trace", golden.replace('\n', "\r\n"));
    let mut command = ping_pong(&common::dist());
    command.arg("--golden").arg(place.path("golden.trace"));
    place.finish(command).expect(BAD_INPUT, &["this line ends in \\r\\n, and a trace has \\n only"]);
}
