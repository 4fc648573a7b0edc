// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a QEMU without our patches cannot do exactly. It is refused; `docs/any-qemu.md` says why.

use crate::command::{Spec, Timing};
use board::{Board, InsnTime, Machine};

/// How many nanoseconds an instruction takes, if such a QEMU can count so.
pub(crate) fn insn_ns(spec: &Spec) -> Option<u64> {
    InsnTime::of(spec.cpu_hz).shift().map(|shift| 1 << shift)
}

/// Its RISC-V charges a whole block of instructions when WFI ends it early (`docs/decisions/0004-wfi-on-risc-v.md`).
pub(crate) fn needs_single_insns(board: &Board) -> bool {
    board.qemu_binary.contains("riscv")
}

/// Why it cannot run this node, and what helps.
pub(crate) fn refusal(spec: &Spec) -> Option<String> {
    if spec.timing != Timing::Exact {
        return Some("it has no mode by the host's clock".into());
    }
    if spec.gdb.is_some() {
        return Some("its GDB server gets no answer while virtual time stands still".into());
    }
    if !spec.own_modules.is_empty() {
        return Some("it has no -module, which loads devices of your own (patches/0002)".into());
    }
    if matches!(spec.board.machine, Machine::Qemu { name: "sifive_e", .. }) {
        return Some("its SiFive UART loses bytes (patches/0011)".into());
    }
    if spec.semihosting {
        return Some("its semihosting reaches files and clocks of the host (patches/0013)".into());
    }
    // A tree's cores are all there.
    let cores = match spec.board.machine {
        Machine::Tree(_) => spec.board.cores_max,
        Machine::Qemu { .. } => spec.cores,
    };
    if cores > 1 {
        return Some(format!("{cores} cores would take turns as the host's load has it"));
    }
    if insn_ns(spec).is_none() {
        let time = InsnTime::of(spec.cpu_hz);
        return Some(format!(
            "an instruction takes 1, 2, 4, ... or 1024 ns in it, and at {} Hz it takes {}; `cpu_hz = 31_250_000` is 32 ns",
            spec.cpu_hz,
            time.to_string().trim_start_matches("ns="),
        ));
    }
    None
}
