// SPDX-License-Identifier: Apache-2.0 OR MIT
//! All devices of ours on the boards that come with virtmcu are saved and restored with all that they know.

use crate::idle;
use crate::machine::Machine;
use board::Board;
use plan::{Plan, Step};
use std::collections::{BTreeMap, BTreeSet};

/// What our devices have of address space, at most, that is not one register again and again.
const BYTES: u64 = 0x600;

/// Devices in which numbers without order, written to all registers, change nothing that can be read: facts of the chip, watchdogs
/// that want their key first, and what stays behind a closed gate of the S32K's PCC. What they save is compared nevertheless.
const NOTHING_TO_SEE: [&str; 17] = [
    "virtmcu-kinetis-port",
    "virtmcu-nrf51-ficr",
    "virtmcu-nrf51-rom-table",
    "virtmcu-nrf52832-ficr",
    "virtmcu-nrf52832-rom-table",
    "virtmcu-nrf52840-ficr",
    "virtmcu-nxp-lpuart",
    "virtmcu-s32k1-flexcan",
    "virtmcu-s32k1-flexcan-fd",
    "virtmcu-s32k1-ftm",
    "virtmcu-s32k1-lpit",
    "virtmcu-s32k1-lptmr",
    "virtmcu-stm32-iwdg",
    "virtmcu-stm32-iwdg-window",
    "virtmcu-stm32f1-signature",
    "virtmcu-stm32f4-signature",
    "virtmcu-stm32l4-signature",
];

/// A watchdog that runs from the start, and resets the microcontroller, with all that was written: it is switched off, by its
/// key (CNT), TOVAL and CS (S32K1xx RM, WDOG).
const WATCHDOG: &str = "virtmcu-s32k1-wdog";
const SWITCH_OFF: [(u64, u32); 3] = [(4, 0xd928_c520), (8, 0xffff), (0, 0x2120)];

/// Where the registers of each device of ours are, and its type.
fn ours(plan: &Plan) -> BTreeMap<u64, String> {
    let objects = plan.steps.iter().filter_map(|step| match step {
        Step::Object(object) => Some(object.kind.clone()),
        _ => None,
    });
    let kinds: Vec<String> = objects.collect();
    let placed = plan.steps.iter().filter_map(|step| match step {
        Step::Map { object, at, .. } => Some((*at, kinds[object.0 as usize].clone())),
        _ => None,
    });
    placed.filter(|(_, kind)| kind.starts_with("virtmcu-")).collect()
}

/// What all registers of them hold.
fn registers(machine: &mut Machine, places: &BTreeMap<u64, String>) -> Vec<(u64, u32)> {
    let all = places.keys().flat_map(|at| (*at..*at + BYTES).step_by(4));
    all.map(|at| (at, machine.read(at))).collect()
}

/// Numbers without any order, the same ones in each run.
fn noise(at: u64) -> u32 {
    let mut word = at.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d;
    word ^= word >> 29;
    (word.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
}

/// The types of devices that were seen to keep something.
fn check(board: &Board) -> BTreeSet<String> {
    let (plan, dir) = (idle(board), tempfile::tempdir().expect("a folder"));
    let (log, saved) = (dir.path().join("log"), dir.path().join("saved"));
    let places = ours(&plan);
    let mut one = Machine::start(board, &plan, &[], &log);
    let fresh = registers(&mut one, &places);
    for at in places.iter().filter(|(_, kind)| *kind == WATCHDOG).map(|(at, _)| *at) {
        SWITCH_OFF.into_iter().for_each(|(register, value)| one.write(at + register, value));
    }
    // Twice: what comes later may have opened a gate for an earlier one, or reset it.
    for _ in 0..2 {
        for at in places.iter().filter(|(_, kind)| *kind != WATCHDOG).map(|(at, _)| *at) {
            (at..at + BYTES).step_by(4).for_each(|at| one.write(at, noise(at)));
        }
    }
    // Timers and counters stand somewhere on their way.
    let mut looks = 0..200;
    one.run_until(|machine| {
        machine.read(*places.keys().next().expect("a device"));
        looks.next().is_none()
    });
    one.save(&saved);
    let mut other = Machine::restored(board, &plan, &[], &log, &saved);
    let [saved, again] = [&mut one, &mut other].map(|machine| machine.devices(dir.path()));
    assert!(saved == again, "{}: the state is not the same when it is saved again", board.name);
    let (kept, restored) = (registers(&mut one, &places), registers(&mut other, &places));
    for ((at, kept), (_, restored)) in kept.iter().zip(&restored) {
        assert_eq!(kept, restored, "{}: {at:#x}", board.name);
    }
    let changed = kept.iter().zip(&fresh).filter(|(kept, fresh)| kept != fresh).map(|((at, _), _)| *at);
    let changed: BTreeSet<u64> = changed.filter_map(|at| Some(*places.range(..=at).next_back()?.0)).collect();
    changed.iter().map(|at| places[at].clone()).collect()
}

#[test]
fn a_machine_goes_on_as_another_one() {
    let boards = board::all().iter().filter(|board| !board.modules.is_empty());
    let boards = boards.filter(|board| !ours(&idle(board)).is_empty());
    let (mut there, mut kept) = (BTreeSet::new(), BTreeSet::new());
    for board in boards {
        there.extend(ours(&idle(board)).into_values());
        kept.extend(check(board));
    }
    let nothing: Vec<_> = there.difference(&kept).collect();
    assert_eq!(
        nothing,
        NOTHING_TO_SEE.iter().collect::<Vec<_>>(),
        "only these show nothing that was written"
    );
    assert!(there.len() > 10, "{there:?}");
}
