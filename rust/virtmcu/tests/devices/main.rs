// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Devices of a user's own: the templates work as they are, those in C and in Rust alike, and what is wrong with a module or
//! with how firmware uses a device is told.

#[path = "../common/mod.rs"]
mod common;

use common::{Place, firmware, module, root, virtmcu};
use std::path::PathBuf;

const FAILED: i32 = 1;
const BAD_INPUT: i32 = 2;
const INFRASTRUCTURE: i32 = 3;

/// A template: its folder, the name of its module, and QEMU's type in it.
type Template = (&'static str, &'static str, &'static str);

const IN_C: Template = ("templates/device-c", "blinker", "example-blinker-c");
const IN_RUST: Template = ("templates/device-rust", "plugin_example", "virtmcu-example-blinker");

fn template_file((folder, ..): Template, name: &str) -> PathBuf {
    root().join(folder).join(name)
}

/// A workspace with a template's board and module, and a scenario of 2 ms with `elf` on it.
fn place(template: Template, elf: PathBuf) -> Place {
    let (folder, name, kind) = template;
    let place = Place::with(&format!(
        "schema = 1\nduration = \"2ms\"\n\n[device.\"example,blinker\"]\nmodule = \"own.so\"\ntype = \"{kind}\"\n\
         interrupts = [\"changed\"]\n\n[node.board]\nboard = \"board.dts\"\nfirmware = \"fw/own.elf\"\n"
    ));
    place.link(&template_file(template, "board.dts"), "board.dts");
    place.link(&module(folder, name), "own.so");
    place.link(&elf, "fw/own.elf");
    place
}

/// The trace of a run without the lines about what made it.
fn trace(place: &Place) -> String {
    place.run(&["--trace", "run.trace"]).expect(0, &[]);
    let trace = place.read("run.trace");
    trace.lines().filter(|line| !line.starts_with("by ")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_templates_are_one_device() {
    let traces = [IN_C, IN_RUST].map(|template| trace(&place(template, firmware(template.0, "firmware"))));
    assert!(traces[0].contains("\"blink 7\\n\""), "{}", traces[0]);
    assert_eq!(traces[0], traces[1]);
    for name in ["board.dts", "firmware.c"] {
        let [c, rust] = [IN_C, IN_RUST].map(|template| std::fs::read(template_file(template, name)).unwrap());
        assert_eq!(c, rust, "{name}");
    }
}

#[test]
fn the_trace_says_which_module_it_was() {
    let place = place(IN_C, firmware(IN_C.0, "firmware"));
    place.run(&["--trace", "run.trace"]).expect(0, &[]);
    let bytes = std::fs::read(place.path("own.so")).unwrap();
    let line = format!("\nby device.example,blinker {}\n", &blake3::hash(&bytes).to_hex()[..16]);
    assert!(place.read("run.trace").contains(&line), "{line}");
}

#[test]
fn what_firmware_does_wrong_is_told_once() {
    let elf = || firmware("scenarios/faults/firmware", "misuse");
    let outcome = place(IN_RUST, elf()).run(&[]);
    outcome.expect(
        0,
        &[
            "warning: board: ",
            "soc.blinker@50000000: write of 1 byte to BLINKER_PERIOD (0x08), which takes 4 (at ",
            " ns, pc 0x",
            "warning: board: ",
            "read of 4 bytes at BLINKER+0x20, where it has no register (at ",
            "warning: board: ",
            "write of 4 bytes at BLINKER+0x20, where it has no register (at ",
        ],
    );
    assert_eq!(outcome.stderr.lines().count(), 3, "{outcome}");
    let outcome = place(IN_C, elf()).run(&["--report", "report.json"]);
    outcome.expect(
        0,
        &["write of 1 bytes to BLINKER_PERIOD, which takes 4", "at BLINKER+0x20, where it has no register"],
    );
    assert_eq!(outcome.stderr.lines().count(), 2, "{outcome}");
}

#[test]
fn a_module_that_is_none_is_told() {
    let place = place(IN_C, firmware(IN_C.0, "firmware"));
    std::fs::remove_file(place.path("own.so")).unwrap();
    place.run(&[]).expect(
        BAD_INPUT,
        &["the device \"example,blinker\" has no module", "test.scenario.toml:5:10", "own.so: No such file"],
    );
    place.write("own.so", "no ELF");
    place.run(&[]).expect(BAD_INPUT, &["own.so is no shared object", "virtmcu-cc"]);
    // A shared object, but no module.
    place.write("own.so", "");
    std::fs::copy(place.path("fw/own.elf"), place.path("own.so")).unwrap();
    place.run(&[]).expect(INFRASTRUCTURE, &["-module: ", "own.so"]);
}

#[test]
fn a_type_that_its_module_lacks_is_told() {
    let place = place(IN_C, firmware(IN_C.0, "firmware"));
    let text = place.read("test.scenario.toml").replace("example-blinker-c", "example-blinker-d");
    place.write("test.scenario.toml", text);
    place.run(&[]).expect(INFRASTRUCTURE, &["example-blinker-d"]);
}

#[test]
fn a_board_is_shown_with_the_scenarios_devices() {
    let place = place(IN_C, firmware(IN_C.0, "firmware"));
    let check = |more: &[&str]| {
        let mut command = virtmcu();
        command.current_dir(place.folder()).args(["board", "check", "board.dts"]).args(more);
        place.finish(command)
    };
    check(&[]).expect(BAD_INPUT, &["nothing models \"example,blinker\"", "a model of your own"]);
    let shown = check(&["--scenario", "test.scenario.toml"]);
    let row = "example,blinker (example-blinker-c: by the scenario's own module)";
    assert!(shown.expect(0, &[]).stdout.contains(row), "{shown}");
    place.write("test.scenario.toml", place.read("test.scenario.toml").replace("type = ", "kind = "));
    check(&["--scenario", "test.scenario.toml"]).expect(BAD_INPUT, &["unknown key \"kind\""]);
}

#[test]
fn a_device_that_is_silent_fails_what_is_expected_of_it() {
    let place = place(IN_C, firmware("scenarios/faults/firmware", "misuse"));
    let expect = "[[expect.uart]]\nport = \"board.uart0\"\nline = \"blink 1\"\n";
    place.write("test.scenario.toml", place.read("test.scenario.toml") + "\n" + expect);
    place.run(&[]).expect(FAILED, &["warning: board: ", "blink 1"]);
}
