// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The device of the templates, once by the adapter of devices in Rust and once in C, by each call that QEMU makes: registers,
//! wrong accesses, timer, interrupt, DMA, lines, reset, state.

use crate::common::{module, root};
use crate::idle;
use crate::machine::Machine;
use board::{Board, OwnDevice, Reading};
use devicetree::Tree;
use plan::{Input, Line, ObjectId, Output, Plan, Step};
use std::path::PathBuf;
use tempfile::TempDir;

/// The device of the template's board, and a second one.
const ONE: u64 = 0x5000_0000;
const OTHER: u64 = 0x5000_1000;
const CR: u64 = 0x00;
const SR: u64 = 0x04;
const PERIOD: u64 = 0x08;
const TALLY: u64 = 0x0c;
/// Where they count.
const ONES: u64 = 0x2000_1000;
const OTHERS: u64 = 0x2000_1004;
/// Armv7-M ARM, B3.4.5: interrupts that wait, and that of the one.
const NVIC_ISPR: u64 = 0xe000_e200;
const INTERRUPT: u32 = 1 << 20;

struct Rig {
    board: Board,
    plan: Plan,
    modules: Vec<PathBuf>,
    dir: TempDir,
}

impl Rig {
    /// The template's board with two devices, of which the one's lamp leads to its own line `hold`.
    fn new(folder: &str, name: &str, kind: &str) -> Rig {
        let text = std::fs::read_to_string(root().join(folder).join("board.dts")).expect("a tree");
        let second = "other: blinker@50001000 { compatible = \"example,blinker\"; reg = <0x50001000 0x1000>; };\n\t\tnvic: ";
        let text = text.replacen("nvic: ", second, 1);
        let tree = Tree::read_dts("board.dts", &text, &mut |_, _| Err("none".into())).expect("a tree");
        let own = OwnDevice {
            compatible: "example,blinker".into(),
            kind: kind.into(),
            interrupts: vec!["changed".into()],
            ..OwnDevice::default()
        };
        let board = Board::read_with("board.dts", &tree, Reading { own: &[own], permissive: false })
            .expect("a board");
        let mut plan = idle(&board);
        let maps = plan.steps.iter().find_map(|step| match step {
            Step::Map { object, at: ONE, .. } => Some(*object),
            _ => None,
        });
        let one: ObjectId = maps.expect("the device");
        let line = |name: &str| Line::Named(name.into(), 0);
        plan.steps.push(Step::Connect {
            from: Output { object: one, line: line("lamp") },
            to: Input { object: one, part: None, line: line("hold") },
        });
        let modules = vec![module(folder, name)];
        Rig { board, plan, modules, dir: tempfile::tempdir().expect("a folder") }
    }

    fn start(&self) -> Machine {
        Machine::start(&self.board, &self.plan, &self.modules, &self.dir.path().join("log"))
    }

    fn restored(&self, file: &str) -> Machine {
        let (log, file) = (self.dir.path().join("log"), self.dir.path().join(file));
        Machine::restored(&self.board, &self.plan, &self.modules, &log, &file)
    }

    #[track_caller]
    fn told(&self, parts: &[&str]) {
        let log = std::fs::read_to_string(self.dir.path().join("log")).expect("a log");
        for part in parts {
            assert!(log.contains(part), "{part:?} is not in:\n{log}");
        }
    }
}

/// Both count every 5 us, until the other has counted to `count`.
fn blink(machine: &mut Machine, count: u32) {
    for (at, tally) in [(ONE, ONES), (OTHER, OTHERS)] {
        machine.write(at + PERIOD, 5);
        machine.write(at + TALLY, tally as u32);
        machine.write(at + CR, 3);
    }
    machine.run_until(|machine| machine.read(OTHERS) >= count);
}

fn check(folder: &str, name: &str, kind: &str) -> Rig {
    let rig = Rig::new(folder, name, kind);
    let mut machine = rig.start();
    // Registers.
    assert_eq!([CR, SR, PERIOD, TALLY].map(|at| machine.read(ONE + at)), [0, 0, 1000, 0]);
    machine.write(ONE + PERIOD, u32::MAX);
    machine.write(ONE + SR, u32::MAX);
    assert_eq!([SR, PERIOD].map(|at| machine.read(ONE + at)), [0, 0xf_ffff], "bits that are not there");
    machine.qtest(&format!("writeb {:#x} 3", ONE + CR));
    assert_eq!(machine.read(ONE + CR), 3, "a register that takes any width");
    machine.write(ONE + CR, 0);
    // Wrong accesses are told, and change no other register.
    machine.qtest(&format!("writeb {:#x} 5", ONE + PERIOD));
    assert_eq!(machine.read(ONE + 0x20), 0);
    machine.write(ONE + 0xffc, 1);
    assert_eq!([CR, SR, TALLY].map(|at| machine.read(ONE + at)), [0, 0, 0]);
    rig.told(&["to BLINKER_PERIOD", "which takes 4", "BLINKER+0x20, where it has no register"]);
    // Timer, DMA, interrupt; the line from its lamp holds the one after its first change.
    blink(&mut machine, 10);
    assert_eq!((machine.read(ONES), machine.read(ONE + SR)), (1, 1));
    assert_eq!(machine.read(NVIC_ISPR), INTERRUPT);
    machine.write(ONE + SR, 1);
    let seen = machine.read(OTHERS);
    machine.run_until(|machine| machine.read(OTHERS) >= seen + 10);
    assert_eq!((machine.read(ONES), machine.read(ONE + SR)), (1, 0), "it is held");
    // State: another machine goes on from there, and holds the one as before.
    machine.save(&rig.dir.path().join("saved"));
    let (count, kept) = (machine.read(OTHERS), machine.read(ONE + PERIOD));
    let mut other = rig.restored("saved");
    let [saved, again] = [&mut machine, &mut other].map(|machine| machine.devices(rig.dir.path()));
    assert!(saved == again, "the state is not the same when it is saved again");
    assert_eq!((other.read(OTHERS), other.read(ONE + PERIOD), other.read(ONE + CR)), (count, kept, 3));
    other.run_until(|other| {
        let now = other.read(OTHERS);
        assert!(now >= count, "it counts from {now}, not from {count}");
        now >= count + 10
    });
    assert_eq!(other.read(ONES), 1);
    // Reset.
    other.reset();
    assert_eq!([CR, SR, PERIOD, TALLY].map(|at| other.read(ONE + at)), [0, 0, 1000, 0]);
    blink(&mut other, 1);
    assert_eq!(other.read(ONES), 1, "its count and its lamp were reset");
    rig
}

#[test]
fn the_template_in_c() {
    check("templates/device-c", "blinker", "example-blinker-c");
}

#[test]
fn the_template_in_rust() {
    let rig = check("templates/device-rust", "plugin_example", "virtmcu-example-blinker");
    let mut machine = rig.start();
    blink(&mut machine, 2);
    // Its own reset line, as an RCC pulls it, leaves others alone.
    machine.qtest("set_irq_in /machine/soc.blinker@50000000 reset 0 1");
    assert_eq!((machine.read(ONE + PERIOD), machine.read(OTHER + PERIOD)), (1000, 5));
    // DMA to where nothing is.
    machine.write(OTHER + TALLY, 0x6000_0000);
    let seen = machine.read(OTHER + SR);
    assert_eq!(seen, 1);
    machine.write(OTHER + SR, 1);
    machine.run_until(|machine| machine.read(OTHER + SR) == 1);
    rig.told(&["BLINKER_TALLY is 0x60000000, where no memory is (at "]);
    // An access of a width that no bus has is two; one that is not aligned is a fault, which has no value.
    machine.qtest(&format!("writeq {:#x} 0x700000007", OTHER + PERIOD));
    assert_eq!([PERIOD, TALLY].map(|at| machine.read(OTHER + at)), [7, 4]);
    machine.qtest(&format!("readl {:#x}", OTHER + 2));
    rig.told(&["read of 4 bytes at BLINKER+0x02, which is no multiple of its width: a bus fault (at "]);
}
