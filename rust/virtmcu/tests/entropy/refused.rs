// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a node does not start with.

use crate::common::dist::{ARM, Planted, RISCV};
use crate::common::{self, Outcome};
use crate::machine::Code;
use crate::{FAILED, INFRASTRUCTURE, SCENARIO, place};

fn start(planted: &Planted) -> Outcome {
    let place = place(SCENARIO);
    place.finish(place.command(planted.root(), &[]))
}

#[track_caller]
fn check(old: &str, new: &str, why: &str) {
    let outcome = start(&Planted::new().with_argument_of(RISCV, old, new));
    outcome.expect(INFRASTRUCTURE, &["dut died at its start", why]);
}

/// vCPUs on threads of their own.
#[test]
fn planted_threads() {
    check("tcg,thread=single", "tcg,thread=multi", "icount");
}

/// The host's processor runs the guest.
#[test]
fn planted_host_processor() {
    check("tcg,thread=single", "kvm", "kvm");
}

/// The guest has what the host's processor has.
#[test]
fn planted_host_features() {
    let planted = Planted::new().with_arguments(RISCV, "set -- \"$@\" -cpu host", "");
    start(&planted).expect(INFRASTRUCTURE, &["dut died at its start", "host"]);
}

const ICOUNT: &str = "ns=40,sleep=off,align=off";

/// Virtual time follows the host's clock, wholly or to catch up.
#[test]
fn planted_host_clock() {
    let gate = "the time gate needs -icount shift=N,sleep=off";
    check(ICOUNT, "ns=40,sleep=on,align=off", gate);
    check(ICOUNT, "shift=auto,sleep=on,align=off", gate);
    check(ICOUNT, "shift=auto,sleep=off,align=off", "sleep");
    check(ICOUNT, "shift=5,sleep=off,align=on", "align");
    let none = Planted::new().with_arguments(RISCV, "", "-icount) word=-name ;; ns=40*) word=free ;;");
    start(&none).expect(INFRASTRUCTURE, &["dut died at its start", gate]);
}

/// QEMU's record of another run would decide what happens. There is none: with the ports of a node, QEMU neither records nor replays.
#[test]
fn planted_replay() {
    let place = place(SCENARIO);
    for how in ["record", "replay"] {
        let option = format!("{ICOUNT},rr={how},rrfile={}", place.path("rr").display());
        let planted = Planted::new().with_argument_of(RISCV, ICOUNT, &option);
        let outcome = place.finish(place.command(planted.root(), &[]));
        outcome.expect(INFRASTRUCTURE, &["dut died at its start", "Replay: ioctl is not supported"]);
    }
}

/// A snapshot: where the guest begins would be in a file that no input names.
#[test]
fn planted_snapshot() {
    let planted = Planted::new().with_arguments(RISCV, "set -- \"$@\" -loadvm somewhere", "");
    start(&planted).expect(INFRASTRUCTURE, &["dut died", "no block device can store vmstate for snapshot"]);
}

/// The guest asks its debugger, which QEMU would be, for the host's time.
#[test]
fn planted_semihosting() {
    let board = board::find("qemu:mps2-an385").expect("a board");
    // r0 = SYS_TIME; r1 = 0; the call; then it stays there.
    let place = Code::thumb(&[0x2011, 0x2100, 0xbeab, 0xe7fe]).place(&board, "1ms", 1);
    let outcome = place.finish(place.command(&common::dist(), &[]));
    outcome.expect(FAILED, &["node dut died", "Lockup"]);
    let planted =
        Planted::new().with_arguments(ARM, "set -- \"$@\" -semihosting-config enable=on,target=native", "");
    place.finish(place.command(planted.root(), &[])).expect(0, &[]);
}
