// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How QEMU cuts the guest's code into blocks, keeps them and runs them on, and who asks its monitor meanwhile, is the host's
//! affair and does not show: not in the trace, and not in the digests of the nodes' states at its end.

use crate::common;
use crate::common::dist::{ARM, Planted, RISCV};
use crate::machine::Code;
use crate::monitor::{Asked, Monitor};
use crate::{Place, hash};
use std::path::Path;

const MIXED: &str = "scenarios/uart/mixed.scenario.toml";

/// Two harts that work on the same memory for as long as they have to, and sleep for the rest.
const TWO_HARTS: &str = "schema = 1
duration = \"200ms\"
[node.dut]
board = \"qemu:riscv32-virt\"
firmware = \"fw/two_harts.elf\"
cores = 2
";

fn two_harts() -> Place {
    let place = Place::with(TWO_HARTS);
    place.link(&common::firmware("scenarios/smp/firmware", "two_harts"), "fw/two_harts.elf");
    place
}

/// All that the trace in `place` says, states and all; the run has left it there.
fn whole(place: &Place) -> String {
    let trace = place.read("out.trace");
    assert!(trace.contains("\nstates blake3:"), "{trace}");
    trace
}

fn mixed(tools: &Path) -> String {
    let place = Place::with("");
    let mut command = common::run_scenario(Path::new(MIXED), tools);
    command.args(["--no-golden", "--json", "--trace"]).arg(place.path("out.trace"));
    hash(&place, command);
    whole(&place)
}

fn harts(tools: &Path) -> String {
    let place = two_harts();
    hash(&place, place.command(tools, &["--json", "--trace", "out.trace"]));
    whole(&place)
}

#[test]
fn translation_does_not_show() {
    let expected = (mixed(&common::dist()), harts(&common::dist()));
    let accel = |more: &str| {
        let new = format!("tcg,thread=single,{more}");
        Planted::new().with_argument_of(ARM, "tcg,thread=single", &new).with_argument_of(
            RISCV,
            "tcg,thread=single",
            &new,
        )
    };
    let unchained = || {
        let planted = Planted::new().with_arguments(ARM, "set -- \"$@\" -d nochain", "");
        planted.with_arguments(RISCV, "set -- \"$@\" -d nochain", "")
    };
    let planted = [
        ("one instruction a block", accel("one-insn-per-tb=on")),
        ("few blocks", accel("tb-size=1")),
        ("code that is written at one place and runs at another", accel("split-wx=on")),
        ("blocks that are not chained", unchained()),
    ];
    for (what, planted) in planted {
        assert_eq!((mixed(planted.root()), harts(planted.root())), expected, "{what}");
    }
}

/// Somebody at the monitor stops the machine, lets it go on, looks, and lets blocks be cut differently, at all times.
#[test]
fn a_busy_monitor_does_not_show() {
    let expected = harts(&common::dist());
    let place = two_harts();
    let monitor = Monitor::new(&place);
    let tools = monitor.tools(RISCV, "");
    let rounds = |asked: &mut Asked| {
        let commands = [
            "one-insn-per-tb on",
            "cont",
            "info registers -a",
            "stop",
            "info qtree",
            "cont",
            "stop",
            "one-insn-per-tb off",
            "x /4xw 0x80000000",
            "cont",
            "stop",
            "info mtree",
        ];
        // It ends when the node does.
        commands.iter().cycle().take_while(|command| asked.human(command).is_some()).count() / commands.len()
    };
    let command = place.command(tools.root(), &["--json", "--trace", "out.trace"]);
    let (outcome, rounds) = monitor.during(&place, command, rounds);
    outcome.expect(0, &[]);
    assert!(rounds > 0, "it was asked and stopped while it ran");
    assert_eq!(whole(&place), expected, "after {rounds} rounds");
}

/// What would change something: a reset that no input asks for.
#[test]
fn planted_monitor() {
    let expected = harts(&common::dist());
    let place = two_harts();
    let monitor = Monitor::new(&place);
    let tools = monitor.tools(RISCV, "");
    let command = place.command(tools.root(), &["--json", "--trace", "out.trace"]);
    let reset = |asked: &mut Asked| asked.human("system_reset").and(asked.human("cont"));
    let (outcome, asked) = monitor.during(&place, command, reset);
    outcome.expect(0, &[]);
    assert!(asked.is_some(), "{outcome}");
    assert_ne!(whole(&place), expected);
}

/// Hart 0 computes for a moment and resets the machine, again and again. QEMU's main loop does that; hart 1, which counts in
/// memory, gets done before it what it always does.
#[test]
fn a_reset_is_at_its_instruction() {
    let board = board::find("qemu:riscv32-virt").expect("a board");
    // Hart 1 to the end: lw, addi, sw at 0x80100000. Hart 0: 20480 rounds; 0x7777 to 0x100000, SiFive's test device.
    let code = [
        0xf14022f3, 0x02029263, 0x00005337, 0xfff30313, 0xfe031ee3, 0x001003b7, 0x00007e37, 0x777e0e13,
        0x01c3a023, 0x0000006f, 0x80100eb7, 0x000eaf03, 0x001f0f13, 0x01eea023, 0xff5ff06f,
    ];
    let place = Code::words(&code).place(&board, "20ms", 2);
    let mut command = common::virtmcu();
    command.current_dir(place.folder()).args([
        "verify",
        "test.scenario.toml",
        "--runs",
        "8",
        "--stress",
        "--json",
    ]);
    command.arg("--tools").arg(common::dist());
    let outcome = place.finish(command);
    outcome.expect(0, &[]);
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap_or_default();
    assert_eq!(report["scenarios"][0]["levels"], serde_json::json!(["D1", "D2", "D5"]), "{outcome}");
}
