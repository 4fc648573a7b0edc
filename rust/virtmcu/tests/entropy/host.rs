// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a process can know of its host and give to its guest: planted into the guest's device tree, whose digest the firmware
//! tells. Each shows in a second run, or in one at another place.

use crate::common::dist::{Planted, RISCV};
use crate::common::{self, Place};
use crate::{SCENARIO, hash, place, run};

/// Tools by which the guest gets what the shell makes of `what`.
fn given(what: &str) -> Planted {
    Planted::new().with_arguments(RISCV, &format!("set -- \"$@\" -append \"{what}\""), "")
}

/// Two runs of the campaign differ.
#[track_caller]
fn check_again(what: &str) {
    let planted = given(what);
    let place = place(SCENARIO);
    let mut command = common::virtmcu();
    command.current_dir(place.folder()).args(["verify", "test.scenario.toml", "--runs", "2", "--tools"]);
    command.arg(planted.root()).arg("--keep").arg(place.path("kept"));
    place.finish(command).expect(1, &["run 1 differs from run 0", "first difference"]);
}

/// Two runs at two places differ.
#[track_caller]
fn check_elsewhere(what: &str) {
    let planted = given(what);
    let hash_in = |place: &Place| hash(place, run(place, planted.root()));
    let here = place(SCENARIO);
    assert_eq!(hash_in(&here), hash_in(&here), "{what} is the same in one place");
    assert_ne!(hash_in(&here), hash_in(&place(SCENARIO)), "{what}");
}

/// The text itself is no matter: the same one makes the same trace.
#[test]
fn a_constant_is_an_input() {
    let planted = given("a constant");
    let (here, there) = (place(SCENARIO), place(SCENARIO));
    let expected = hash(&here, run(&here, &common::dist()));
    assert_ne!(hash(&here, run(&here, planted.root())), expected);
    assert_eq!(hash(&here, run(&here, planted.root())), hash(&there, run(&there, planted.root())));
}

#[test]
fn planted_clock() {
    check_again("$(date +%N)");
}

#[test]
fn planted_process_number() {
    check_again("$$");
}

#[test]
fn planted_entropy() {
    check_again("$(od -An -N8 -tx8 /dev/urandom)");
}

/// Where the kernel has put the process.
#[test]
fn planted_address() {
    check_again("$(sed 's/-.*//;q' /proc/$$/maps)");
}

#[test]
fn planted_folder() {
    check_elsewhere("$PWD");
}

/// That of the program: what the node itself gets is empty.
#[test]
fn planted_environment() {
    check_elsewhere("$(tr '\\0' ' ' < /proc/$PPID/environ)");
}
