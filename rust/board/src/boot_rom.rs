// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What RISC-V harts run first: the program in a boot ROM that leads all of them to the firmware.
//!
//! Where it leads, a0 has the number of the hart, a1 the address of the device tree or 0 (Linux, "RISC-V Kernel Boot
//! Requirements"), and a2 the address of what OpenSBI's `fw_dynamic` wants to know of the program that comes after it (OpenSBI 1.6,
//! docs/firmware/fw_dynamic.md). QEMU's `virt` machine does the same in as many instructions (`riscv_setup_rom_reset_vec` in its
//! hw/riscv/boot.c), so that firmware takes the same time on both.

use crate::Isa;

/// How long it is at most.
pub(crate) const BYTES: u64 = 0x60;

/// Where what it reads is: start and tree, each of 8 bytes, then `fw_dynamic_info`.
const START: u32 = 0x18;
const TREE: u32 = 0x20;
const NEXT: u32 = 0x28;

const ZERO: u32 = 0;
const T0: u32 = 5;
const A0: u32 = 10;
const A1: u32 = 11;
const A2: u32 = 12;
/// RISC-V privileged ISA 20240411, table 2.5.
const MHARTID: u32 = 0xf14;

/// `FW_DYNAMIC_INFO_MAGIC_VALUE`, `FW_DYNAMIC_INFO_VERSION_2` and `FW_DYNAMIC_INFO_NEXT_MODE_S` in OpenSBI's fw_dynamic.h.
const MAGIC: u64 = 0x4942_534f;
const VERSION: u64 = 2;
const SUPERVISOR: u64 = 1;

/// What is in the ROM of a hart: `start` is the firmware's, `tree` the address of the device tree, `next` the start of the program that
/// the firmware is to start in turn.
pub(crate) fn bytes(isa: Isa, start: u64, tree: Option<u64>, next: Option<u64>) -> Vec<u8> {
    let wide = isa == Isa::Riscv64;
    let program = [
        auipc(T0),
        load(wide, A1, T0, TREE),
        addi(A2, T0, NEXT),
        csrr(A0, MHARTID),
        load(wide, T0, T0, START),
        jalr(ZERO, T0),
    ];
    let mut bytes: Vec<u8> = program.iter().flat_map(|insn| insn.to_le_bytes()).collect();
    bytes.extend(start.to_le_bytes());
    bytes.extend(tree.unwrap_or(0).to_le_bytes());
    // No flags; the hart 0 starts it.
    let info = [MAGIC, VERSION, next.unwrap_or(0), SUPERVISOR, 0, 0];
    let long = if wide { 8 } else { 4 };
    bytes.extend(info.iter().flat_map(|word| word.to_le_bytes().into_iter().take(long)));
    bytes
}

// RISC-V unprivileged ISA 20240411, 2.2 and chapter 35.
const fn auipc(rd: u32) -> u32 {
    rd << 7 | 0x17
}

const fn immediate(opcode: u32, function: u32, rd: u32, rs: u32, value: u32) -> u32 {
    value << 20 | rs << 15 | function << 12 | rd << 7 | opcode
}

const fn addi(rd: u32, rs: u32, value: u32) -> u32 {
    immediate(0x13, 0, rd, rs, value)
}

/// `ld`, or `lw`.
const fn load(wide: bool, rd: u32, rs: u32, offset: u32) -> u32 {
    immediate(0x03, if wide { 3 } else { 2 }, rd, rs, offset)
}

const fn csrr(rd: u32, csr: u32) -> u32 {
    immediate(0x73, 2, rd, ZERO, csr)
}

const fn jalr(rd: u32, rs: u32) -> u32 {
    immediate(0x67, 0, rd, rs, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(isa: Isa, next: Option<u64>) -> Vec<u32> {
        let bytes = bytes(isa, 0x8000_0000, Some(0x87e0_0000), next);
        assert!(bytes.len() as u64 <= BYTES);
        bytes.chunks(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
    }

    /// As an assembler writes them.
    #[test]
    fn the_program() {
        // auipc t0, 0; lw a1, 32(t0); addi a2, t0, 40; csrr a0, mhartid; lw t0, 24(t0); jr t0
        let narrow = [0x0000_0297, 0x0202_a583, 0x0282_8613, 0xf140_2573, 0x0182_a283, 0x0002_8067];
        assert_eq!(words(Isa::Riscv32, None)[..6], narrow);
        let wide = [0x0000_0297, 0x0202_b583, 0x0282_8613, 0xf140_2573, 0x0182_b283, 0x0002_8067];
        assert_eq!(words(Isa::Riscv64, None)[..6], wide);
    }

    #[test]
    fn what_it_tells() {
        let narrow = [0x8000_0000, 0, 0x87e0_0000, 0, 0x4942_534f, 2, 0x8020_0000, 1, 0, 0];
        assert_eq!(words(Isa::Riscv32, Some(0x8020_0000))[6..], narrow);
        let wide = [0x8000_0000, 0, 0x87e0_0000, 0, 0x4942_534f, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0];
        assert_eq!(words(Isa::Riscv64, None)[6..], wide);
    }
}
