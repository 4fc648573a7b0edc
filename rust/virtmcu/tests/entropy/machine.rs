// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Firmware of a few instructions, for any board: an ELF file made here, so that a test says what a guest does in the
//! place where it needs it.

use crate::common::Place;
use board::{Board, Isa};

/// Boards with two worlds: the CPU starts in the secure one, at its address of the first memory.
const WORLDS: [&str; 3] = ["mps2-an505", "mps2-an521", "mps3-an547"];

/// Instructions for one instruction set, as the bytes that it executes.
pub struct Code {
    bytes: Vec<u8>,
}

impl Code {
    /// Thumb instructions, 16 bits each.
    pub fn thumb(halves: &[u16]) -> Code {
        Code { bytes: halves.iter().flat_map(|half| half.to_le_bytes()).collect() }
    }

    /// Instructions of RISC-V or 64-bit Arm, 32 bits each.
    pub fn words(words: &[u32]) -> Code {
        Code { bytes: words.iter().flat_map(|word| word.to_le_bytes()).collect() }
    }

    /// Computes in an endless loop.
    pub fn spin(board: &Board) -> Code {
        match board.isa {
            Isa::Arm => Code::thumb(&[0xe7fe]),
            Isa::Arm64 => Code::words(&[0x1400_0000]),
            Isa::Riscv32 | Isa::Riscv64 => Code::words(&[0x0000_006f]),
        }
    }

    /// The ELF file by which `board` executes this from its reset on.
    fn elf(&self, board: &Board) -> Vec<u8> {
        // The last one is for data.
        let ram = board.memories[board.memories.len() - 1];
        let (start, mut loaded) = match board.isa {
            // The vectors of a Cortex-M: a stack, and the reset handler behind them, in Thumb, where others enter.
            Isa::Arm => {
                let start =
                    if WORLDS.iter().any(|name| board.name.ends_with(name)) { 0x1000_0000 } else { 0 };
                let vectors = [ram.at as u32 + 0x1000, start + 9];
                (start.into(), vectors.iter().flat_map(|word| word.to_le_bytes()).collect())
            }
            // Its reset code jumps to here, into flash.
            _ if board.name == "qemu:sifive-e" => (0x2040_0000, Vec::new()),
            _ => (ram.at, Vec::new()),
        };
        let thumb = u64::from(board.isa == Isa::Arm);
        let entry = start + loaded.len() as u64 + thumb;
        loaded.extend(&self.bytes);
        let wide = board.isa.elf_class() == 64;
        let (header_len, segment_len) = if wide { (64, 56) } else { (52, 32) };
        let mut elf = vec![0x7f, b'E', b'L', b'F', if wide { 2 } else { 1 }, 1, 1];
        elf.resize(16, 0);
        let mut put = |value: u64, len: usize| elf.extend(&value.to_le_bytes()[..len]);
        let word = if wide { 8 } else { 4 };
        // An executable, its machine, its version, its entry, and where its one program header is.
        for (value, len) in [
            (2, 2),
            (board.isa.elf_machine().into(), 2),
            (1, 4),
            (entry, word),
            (header_len, word),
            (0, word),
            (0, 4),
        ] {
            put(value, len);
        }
        for half in [header_len, segment_len, 1, 0, 0, 0] {
            put(half, 2);
        }
        // To be loaded, readable and executable.
        put(1, 4);
        if wide {
            put(5, 4);
        }
        for field in [header_len + segment_len, start, start, loaded.len() as u64, loaded.len() as u64] {
            put(field, word);
        }
        if !wide {
            put(5, 4);
        }
        put(4, word);
        elf.extend(loaded);
        elf
    }

    /// A workspace in which this is the firmware of the one node, `dut`, of `test.scenario.toml`.
    pub fn place(&self, board: &Board, duration: &str, cores: u8) -> Place {
        let place = Place::with(&format!(
            "schema = 1\nduration = \"{duration}\"\n[node.dut]\nboard = \"{}\"\nfirmware = \"fw/code.elf\"\ncores = {cores}\n",
            board.name
        ));
        place.write("fw/code.elf", self.elf(board));
        place
    }
}
