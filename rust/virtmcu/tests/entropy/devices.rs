// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What each board is made of, and that somebody has looked at each part: does it hand work to QEMU's main loop, to a
//! thread or to the host's clock? A board, or a series of QEMU, with a part that is not in the list does not pass.

use crate::common::{self, root};
use crate::looked_at::{LOOKED_AT, LOOKED_AT_IN, Later};
use crate::machine::Code;
use crate::monitor::{Asked, Monitor};
use board::{Board, Machine};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Boards in files, with what no board of virtmcu's has: chips on buses, a CAN controller of QEMU's.
const FILES: [&str; 2] = ["scenarios/boards/chips.dts", "scenarios/can/zcu102-can.dts"];

/// Such a board; its name is that of its file.
fn in_file(file: &str) -> Board {
    let path = root().join(file);
    let folder = path.parent().unwrap_or(&path);
    board::file::read_board(&path, folder, board::Reading::default()).expect("a board")
}

/// Where the file of a board is, if it is one of them.
fn file_of(board: &Board) -> Option<PathBuf> {
    FILES.iter().map(|file| root().join(file)).find(|path| path.ends_with(&board.name))
}

/// The types of all objects of the machine: devices, buses, CPUs, back ends.
fn types(asked: &mut Asked) -> BTreeSet<String> {
    let tree = asked.human("info qom-tree /").unwrap_or_default();
    let named = |line: &str| Some(line.trim_end().strip_suffix(')')?.rsplit_once('(')?.1.to_string());
    let found = tree.lines().filter_map(named).collect();
    // Only now does it run.
    asked.human("cont");
    found
}

/// The types on a board with all its cores, and `more` arguments for its QEMU.
fn types_on(board: &Board, more: &str) -> BTreeSet<String> {
    let place = Code::spin(board).place(board, "1us", board.cores_max);
    if let Some(file) = file_of(board) {
        place.write(&board.name, std::fs::read(file).expect("a tree"));
    }
    let monitor = Monitor::new(&place);
    let tools = monitor.tools(&format!("qemu/bin/{}", board.qemu_binary), more);
    let (outcome, types) = monitor.during(&place, place.command(tools.root(), &[]), types);
    outcome.expect(0, &[]);
    let machine = match board.machine {
        Machine::Qemu { name, .. } => name,
        Machine::Tree(_) => "virtmcu",
    };
    assert!(types.contains(&format!("{machine}-machine")), "{types:?} is no machine");
    types
}

fn unknown(types: &BTreeSet<String>) -> Vec<&str> {
    let looked_at = |name: &String| LOOKED_AT.iter().any(|part| part.types.contains(&name.as_str()));
    types.iter().filter(|name| !looked_at(name)).map(String::as_str).collect()
}

#[test]
fn every_device_was_looked_at() {
    let mut all = BTreeSet::new();
    let files = FILES.map(in_file);
    for board in board::all().iter().map(Arc::as_ref).chain(&files) {
        let types = types_on(board, "");
        assert_eq!(
            unknown(&types),
            [""; 0],
            "{} has parts that nobody has looked at: does one of them hand work to QEMU's main loop, to a thread or to \
             the host's clock? Read its source, then add it to looked_at.rs",
            board.name
        );
        let resets =
            LOOKED_AT.iter().filter(|part| part.later == Later::TimedReset).flat_map(|part| part.types);
        let watchdogs: Vec<_> = resets.filter(|name| types.contains(**name)).collect();
        assert!(
            board.cores_max == 1 || watchdogs.is_empty(),
            "{}: {watchdogs:?} and several cores",
            board.name
        );
        all.extend(types);
    }
    // Or what a board of a user's may have.
    let table = board::table();
    let gone = LOOKED_AT.iter().flat_map(|part| part.types);
    let gone = gone.filter(|name| !all.contains(**name) && !table.contains(**name));
    assert_eq!(
        gone.collect::<Vec<_>>(),
        [&""; 0],
        "no board has these any more: take them out of looked_at.rs"
    );
}

/// The sources that were read are those that QEMU is built from.
#[test]
fn this_qemu_was_looked_at() {
    let id = std::fs::read_to_string(common::dist().join("qemu/build-id")).expect("the build's id");
    let version = id.split_whitespace().next().unwrap_or_default();
    assert!(
        LOOKED_AT_IN.contains(&version),
        "the parts of the boards were looked at in QEMU {LOOKED_AT_IN:?}, this is {version}: compare these files, then \
         add it to looked_at.rs: {:?}",
        LOOKED_AT.iter().map(|part| part.source).collect::<Vec<_>>()
    );
}

/// A device that draws from the host's random numbers, in a thread of its own: no trace tells of it before a driver asks.
#[test]
fn planted_device() {
    let board = board::find("qemu:riscv32-virt").expect("a RISC-V board with virtio");
    let types = types_on(&board, "-device virtio-rng-device");
    assert_eq!(unknown(&types), ["rng-builtin", "virtio-rng-device"]);
}
