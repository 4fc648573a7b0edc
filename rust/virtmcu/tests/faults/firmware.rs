// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Firmware that is not there, that does not fit its board, or that crashes.

use crate::common::Place;
use crate::common::small::alone;
use crate::{BAD_INPUT, FAILED, common, edited};

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

/// No instruction ends any more: found at once, and the firmware is to blame.
#[test]
fn endless_trap() {
    for (board, firmware) in [
        ("qemu:riscv32-virt", "crash_rv32"),
        ("riscv32-virt", "crash_rv32"),
        ("cortex-a53-virt", "crash_a53"),
    ] {
        let place = Place::with(&alone(board, firmware, "20ms"));
        let line = source_line("endless_trap.c", "(void))NOWHERE)");
        let expected = [
            "node dut died between 0.003",
            "cause   Endless trap: each takes the exception ",
            "pc      0x18000",
            "called  0x",
            "in jump_to_nowhere at ",
            &line,
            "QEMU printed:",
        ];
        place.run(&[]).expect(FAILED, &expected);
        place.left_nothing();
    }
}

/// Each mode of a Cortex-A15 has a link register of its own, so that it does not say who has called.
#[test]
fn endless_trap_in_another_mode() {
    let place = Place::with(&alone("cortex-a15-virt", "crash_a15", "20ms"));
    place.run(&[]).expect(FAILED, &["cause   Endless trap: ", "pc      0x1800000c (outside"]);
    place.left_nothing();
}
