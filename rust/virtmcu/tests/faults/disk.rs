// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A host that cannot keep what a run makes.

use crate::INFRASTRUCTURE;
use crate::common::Place;
use crate::common::small::{PING_PONG, alone};

#[test]
fn full_disk() {
    let place = Place::with(PING_PONG);
    let outcome = place.run(&["--trace", "/dev/full"]);
    outcome.expect(INFRASTRUCTURE, &["the trace cannot be written, after ", "No space left on device"]);
    place.left_nothing();
}

/// The disk is full long before the run's end: it does not wait for that.
#[test]
fn full_disk_midway() {
    let place = Place::with(&alone("qemu:mps2-an385", "spin", "10h"));
    place.run(&["--trace", "/dev/full", "--quiet"]).expect(INFRASTRUCTURE, &["No space left on device"]);
}

#[test]
fn no_folder_for_the_trace() {
    let place = Place::with(PING_PONG);
    let expected = ["cannot write the trace to none/run.trace", "No such file or directory"];
    place.run(&["--trace", "none/run.trace"]).expect(INFRASTRUCTURE, &expected);
    place.write("file", "");
    let expected = ["cannot write the trace to file/run.trace", "Not a directory"];
    place.run(&["--trace", "file/run.trace"]).expect(INFRASTRUCTURE, &expected);
}

#[test]
fn no_folder_for_temporary_files() {
    let place = Place::with(PING_PONG);
    let mut command = place.command(&crate::common::dist(), &[]);
    place.write("file", "");
    command.env("TMPDIR", place.path("file"));
    place.finish(command).expect(INFRASTRUCTURE, &["cannot make a folder for the trace", "Not a directory"]);
}

#[test]
fn no_file_for_the_report() {
    let place = Place::with(PING_PONG);
    let outcome = place.run(&["--no-golden", "--report", "none/report.json"]);
    outcome.expect(INFRASTRUCTURE, &["cannot write none/report.json"]);
}

/// Nobody reads what is printed: the run goes on, and tells by its code.
#[test]
fn closed_stdout() {
    let place = Place::with(PING_PONG);
    let mut command = std::process::Command::new("/bin/sh");
    let run = place.command(&crate::common::dist(), &["--no-golden"]);
    command.current_dir(place.folder()).env_clear().env("TMPDIR", place.path("tmp"));
    command.args(["-c", "\"$@\" >&-", "sh"]).arg(run.get_program()).args(run.get_args());
    place.finish(command).expect(crate::PASSED, &[]);
}
