// SPDX-License-Identifier: Apache-2.0 OR MIT
//! QEMU or plugins that are broken, missing or of another version.

use crate::INFRASTRUCTURE;
use crate::common::Place;
use crate::common::dist::{ARM, Planted};
use crate::common::small::alone;

const NODE: &str = "plugins/libplugin_node.so";
const UART: &str = "plugins/libplugin_uart.so";

/// Of two nodes, either could be the first to die.
fn one_node() -> Place {
    Place::with(&alone("qemu:mps2-an385", "spin", "5ms"))
}

#[track_caller]
fn check(planted: &Planted, expected: &[&str]) {
    let place = one_node();
    place.finish(place.command(planted.root(), &[])).expect(INFRASTRUCTURE, expected);
    place.left_nothing();
}

#[test]
fn qemu_dies_at_its_start() {
    let planted =
        Planted::new().with_arm("echo 'libpixman-1.so.0: cannot open shared object file' >&2; exit 127");
    check(&planted, &["node dut died at its start: exit status 127", "libpixman-1.so.0: cannot open"]);
}

#[test]
fn qemu_crashes_at_its_start() {
    check(&Planted::new().with_arm("kill -SEGV $$"), &["node dut died at its start: signal 11"]);
}

#[test]
fn qemu_ends_at_once_as_if_all_were_well() {
    check(&Planted::new().with_arm("exit 0"), &["node dut died at its start: it ended by itself"]);
}

#[test]
fn qemu_is_missing() {
    check(&Planted::new().without(ARM), &["node dut: cannot start", ARM, "No such file or directory"]);
}

#[test]
fn qemu_is_not_executable() {
    check(
        &Planted::new().with(ARM, b"#!/bin/sh\n", 0o644),
        &["node dut: cannot start", ARM, "Permission denied"],
    );
}

#[test]
fn qemu_is_not_a_program() {
    check(
        &Planted::new().with(ARM, b"no program", 0o755),
        &["node dut: cannot start", ARM, "Exec format error"],
    );
}

#[test]
fn plugin_speaks_another_version() {
    let place = one_node();
    let expected = ["node dut died at its start", "version 999", "version 4", "build both from one tree"];
    place.run(&["--channel-version", "999"]).expect(INFRASTRUCTURE, &expected);
}

#[test]
fn plugin_is_missing() {
    for plugin in [NODE, UART] {
        check(&Planted::new().without(plugin), &[plugin, "no such file", "bazel build //:dist"]);
    }
}

#[test]
fn plugin_is_corrupt() {
    for plugin in [NODE, UART] {
        let planted = Planted::new().with(plugin, b"\x7fELF and then nonsense", 0o644);
        check(&planted, &["node dut died at its start"]);
    }
}

#[test]
fn plugins_in_each_others_place() {
    let uart = std::fs::read(crate::common::dist().join(UART)).unwrap();
    let planted = Planted::new().with(NODE, &uart, 0o644);
    check(&planted, &["node dut died at its start"]);
}

#[test]
fn no_tools_at_all() {
    let place = one_node();
    let outcome = place.finish(place.command(&place.path("none"), &[]));
    outcome
        .expect(INFRASTRUCTURE, &["none/qemu/build-id", "bazel build //:dist", "--tools or VIRTMCU_TOOLS"]);
}
