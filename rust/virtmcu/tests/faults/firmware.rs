// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Firmware that is not there, that does not fit its board, or that crashes.

use crate::common::Place;
use crate::common::small::{PING_PONG, alone};
use crate::{BAD_INPUT, FAILED, INFRASTRUCTURE, common, edited};

const M3: &str = "qemu:mps2-an385";

#[test]
fn missing_file() {
    edited("fw/ping.elf", "fw/none.elf").run(&[]).expect(
        BAD_INPUT,
        &[
            "error: node \"pinger\" has no firmware",
            "--> test.scenario.toml:6:12",
            "fw/none.elf: No such file or directory",
        ],
    );
}

#[test]
fn label_that_is_not_built() {
    edited("fw/ping.elf", "//app:none").run(&[]).expect(
        BAD_INPUT,
        &[
            "error: node \"pinger\" has no firmware",
            "--> test.scenario.toml:6:12",
            "bazel-bin/app/none.elf: No such file or directory",
            "help: build it first: ./bazelw build //app:none",
        ],
    );
}

#[test]
fn for_another_cpu() {
    edited("fw/ping.elf", "fw/crash_rv32.elf").run(&[]).expect(
        BAD_INPUT,
        &[
            "error: the firmware of node \"pinger\" does not run on qemu:mps2-an385",
            "--> test.scenario.toml:6:12",
            "built for 32-bit RISC-V, but qemu:mps2-an385 (Arm Cortex-M3) runs 32-bit Arm",
        ],
    );
}

#[test]
fn cut_off() {
    let place = edited("fw/ping.elf", "fw/cut.elf");
    let whole = std::fs::read(place.path("fw/ping.elf")).unwrap();
    for len in [0, 3, 20, 60, 4100] {
        place.write("fw/cut.elf", &whole[..len]);
        place.run(&[]).expect(BAD_INPUT, &["does not run on", "--> test.scenario.toml:6:12", "ELF file"]);
    }
}

/// The line of `text` in a source file of the faulty firmware, as a debugger counts.
fn source_line(file: &str, text: &str) -> String {
    let path = common::root().join("scenarios/faults/firmware").join(file);
    let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let place = source.lines().position(|line| line.contains(text)).expect("the line");
    format!("scenarios/faults/firmware/{file}:{}", place + 1)
}

#[test]
fn double_fault() {
    let place = Place::with(&alone(M3, "crash_m3", "20ms"));
    let line = source_line("crash_m3.c", "udf #1");
    let expected =
        ["node dut died", "Lockup", "pc      0x", "in hard_fault_handler at ", &line, "QEMU printed:"];
    place.run(&[]).expect(FAILED, &expected);
    place.left_nothing();
}

#[test]
fn endless_trap() {
    for (board, firmware) in [("qemu:riscv32-virt", "crash_rv32"), ("cortex-a53-virt", "crash_a53")] {
        let place = Place::with(&alone(board, firmware, "20ms"));
        let line = source_line("endless_trap.c", "(void))NOWHERE)");
        let expected = [
            "no progress for 6 s: dut does not reach its grant, 0.020000000",
            "dut at 0.000000000, runs to 0.020000000",
            "node dut (process ",
            ", computing):",
            "pc      0x18000",
            "called  0x",
            "in jump_to_nowhere at ",
            &line,
        ];
        place.run(&["--patience", "6"]).expect(INFRASTRUCTURE, &expected);
        place.left_nothing();
    }
}

/// Each mode of a Cortex-A15 has a link register of its own, so that it does not say who has called.
#[test]
fn endless_trap_in_another_mode() {
    let place = Place::with(&alone("cortex-a15-virt", "crash_a15", "20ms"));
    let expected =
        ["dut does not reach its grant, 0.020000000", ", computing):", "pc      0x1800000c (outside"];
    place.run(&["--patience", "6"]).expect(INFRASTRUCTURE, &expected);
    place.left_nothing();
}

/// Bazel is told that the host, not the test, is to blame, as its rules for tests have it.
#[test]
fn endless_trap_under_bazel() {
    let scenario = alone("qemu:riscv32-virt", "crash_rv32", "20ms") + "[watchdog]\nwall = \"3s\"\n";
    let place = Place::with(&scenario);
    let mut command = common::virtmcu();
    command.current_dir(place.folder()).env("TMPDIR", place.path("tmp"));
    command.env("TEST_INFRASTRUCTURE_FAILURE_FILE", place.path("infrastructure"));
    command.env("TEST_UNDECLARED_OUTPUTS_DIR", place.folder());
    command.args(["test", "test.scenario.toml", "--tools"]).arg(common::dist());
    place
        .finish(command)
        .expect(INFRASTRUCTURE, &["no progress for 3 s: dut does not reach its grant", "pc  "]);
    let told = place.read("infrastructure");
    assert!(told.starts_with("virtmcu\nno progress for 3 s: dut does not reach its grant"), "{told}");
}

#[test]
fn endless_trap_under_verify() {
    let watchdog = "[watchdog]\nwall = \"3s\"\n";
    let place = Place::with(&(alone("qemu:riscv32-virt", "crash_rv32", "20ms") + watchdog));
    let verify = |more: &[&str]| {
        let mut command = common::virtmcu();
        command.current_dir(place.folder()).env("TMPDIR", place.path("tmp"));
        command.args(["verify", "test.scenario.toml", "--tools"]).arg(common::dist()).args(more);
        place.finish(command)
    };
    verify(&[]).expect(INFRASTRUCTURE, &["no progress for 3 s: dut does not reach its grant"]);
    verify(&["--patience", "2"]).expect(INFRASTRUCTURE, &["no progress for 2 s"]);
    place.left_nothing();
}

/// The others wait for the one that hangs; the report says so.
#[test]
fn endless_trap_in_company() {
    let scenario = PING_PONG
        .replacen("qemu:mps2-an385", "qemu:riscv32-virt", 1)
        .replace("fw/ping.elf", "fw/crash_rv32.elf");
    let outcome = Place::with(&scenario).run(&["--patience", "6", "--no-golden"]);
    outcome.expect(
        INFRASTRUCTURE,
        &[
            "no progress for 6 s: pinger does not reach its grant",
            "ponger at ",
            "waits for pinger, which is at 0.00",
        ],
    );
}
