// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Does a firmware file fit a board? Answered before QEMU starts, because QEMU starts nearly anything and
//! then hangs.
//!
//! **Invariant:** what [`FirmwareInfo`] tells is what QEMU loads. Symbols, debug information and the paths of
//! the build machine are not in it, so a digest of it stays the same when only those change.

use crate::{Board, Machine, Memory};
use object::elf;
use object::endian::Endianness;
use object::read::elf::{FileHeader, ProgramHeader};
use plan::{Load, Plan};

/// A firmware file that fits its board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmwareInfo<'data> {
    /// Where the first instruction is, as the file says. Cortex-M reads its start from the vector table
    /// instead.
    pub entry: u64,
    segments: Vec<(u64, &'data [u8])>,
}

impl<'data> FirmwareInfo<'data> {
    /// What is loaded: physical address and bytes, in the order of addresses. It never overlaps.
    pub fn segments(&self) -> &[(u64, &'data [u8])] {
        &self.segments
    }

    /// Tells `feed` everything that a digest of the firmware must depend on: for each segment its address and
    /// its length, little-endian, then its bytes; in the end the entry.
    pub fn digest(&self, mut feed: impl FnMut(&[u8])) {
        for (address, bytes) in &self.segments {
            feed(&address.to_le_bytes());
            feed(&(bytes.len() as u64).to_le_bytes());
            feed(bytes);
        }
        feed(&self.entry.to_le_bytes());
    }
}

impl Board {
    /// The plan of this board with `firmware` in it; `None` for QEMU's own machines.
    pub fn plan(&self, firmware: &FirmwareInfo<'_>) -> Option<Plan> {
        let Machine::Tree(plan) = &self.machine else { return None };
        let load = |(at, bytes): &(u64, &[u8])| Load { at: *at, bytes: bytes.to_vec() };
        let loads = firmware.segments.iter().map(load).collect();
        Some(Plan { steps: plan.steps.clone(), loads, entry: firmware.entry })
    }
}

/// Why a file is no firmware for a board.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FirmwareError {
    /// It does not start like an ELF file.
    #[error("this is not an ELF file: give the linker's output (.elf), not a .bin or .hex made from it")]
    NotElf,
    /// The file ends before something that it announces.
    #[error("the ELF file is cut off: its {0} lies outside the file")]
    Truncated(&'static str),
    /// It is for another CPU.
    #[error("the firmware is built for {elf}, but {board} ({cpu}) runs {needed}")]
    WrongCpu {
        /// What the ELF file is for.
        elf: String,
        /// The board's name.
        board: String,
        /// The board's CPU.
        cpu: String,
        /// What the ELF file should be for.
        needed: String,
    },
    /// It is an object file, a library or a position-independent program.
    #[error(
        "the ELF file is {0}, not an executable with fixed addresses: link it without -r, -shared and -pie"
    )]
    NotExecutable(&'static str),
    /// It has no bytes to load.
    #[error("the ELF file has no bytes to load: is its code in a section that the linker script keeps?")]
    NothingToLoad,
    /// Two segments share addresses.
    #[error("two segments of the ELF file are both loaded at {0:#x}")]
    Overlap(u64),
    /// Bytes are loaded where the board has no memory.
    #[error("bytes are loaded at {first:#x} to {last:#x}, where {board} has no memory; it has {memories}")]
    Outside {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
        /// The board's name.
        board: String,
        /// The board's memories.
        memories: String,
    },
    /// The entry is at no loaded byte.
    #[error(
        "the ELF file's entry {0:#x} is outside of everything it loads: does ENTRY() name the reset code?"
    )]
    Entry(u64),
}

/// Reads the ELF file `data` and checks that `board` can run it.
pub fn check<'data>(board: &Board, data: &'data [u8]) -> Result<FirmwareInfo<'data>, FirmwareError> {
    if !data.starts_with(&elf::ELFMAG) {
        return Err(FirmwareError::NotElf);
    }
    match data.get(4).map(|class| elf::FileClass(*class)) {
        Some(elf::ELFCLASS32) => read::<elf::FileHeader32<Endianness>>(board, data),
        Some(elf::ELFCLASS64) => read::<elf::FileHeader64<Endianness>>(board, data),
        Some(_) => Err(FirmwareError::NotElf),
        None => Err(FirmwareError::Truncated("header")),
    }
}

fn read<'data, Elf: FileHeader<Endian = Endianness>>(
    board: &Board,
    data: &'data [u8],
) -> Result<FirmwareInfo<'data>, FirmwareError> {
    let header = Elf::parse(data).map_err(|_| FirmwareError::Truncated("header"))?;
    let endian = header.endian().map_err(|_| FirmwareError::NotElf)?;
    let class = if header.is_type_64() { 64 } else { 32 };
    let machine = header.e_machine(endian).0;
    let isa = board.isa;
    if machine != isa.elf_machine() || class != isa.elf_class() || endian != Endianness::Little {
        return Err(FirmwareError::WrongCpu {
            elf: cpu_name(machine, class, endian),
            board: board.name.clone(),
            cpu: board.cpu.clone(),
            needed: cpu_name(isa.elf_machine(), isa.elf_class(), Endianness::Little),
        });
    }
    match header.e_type(endian) {
        elf::ET_EXEC => {}
        elf::ET_REL => return Err(FirmwareError::NotExecutable("an object file")),
        elf::ET_DYN => return Err(FirmwareError::NotExecutable("a shared or position-independent object")),
        _ => return Err(FirmwareError::NotExecutable("of an unknown type")),
    }
    let mut segments = Vec::new();
    let entry: u64 = header.e_entry(endian).into();
    let mut entry_is_loaded = false;
    let headers =
        header.program_headers(endian, data).map_err(|_| FirmwareError::Truncated("program header"))?;
    for segment in headers.iter().filter(|segment| segment.p_type(endian) == elf::PT_LOAD) {
        let bytes = segment.data(endian, data).map_err(|()| FirmwareError::Truncated("segment"))?;
        if bytes.is_empty() {
            continue;
        }
        // The entry is a virtual address, whose lowest bit on Arm only says "Thumb"; it lies in the code
        // either way.
        let offset = entry.checked_sub(segment.p_vaddr(endian).into());
        entry_is_loaded |= offset.is_some_and(|offset| offset < bytes.len() as u64);
        segments.push((segment.p_paddr(endian).into(), bytes));
    }
    segments.sort_by_key(|(address, _)| *address);
    if segments.is_empty() {
        return Err(FirmwareError::NothingToLoad);
    }
    let overlap = segments.windows(2).find(|pair| pair[1].0 - pair[0].0 < pair[0].1.len() as u64);
    if let Some(pair) = overlap {
        return Err(FirmwareError::Overlap(pair[1].0));
    }
    if let Machine::Tree(_) = board.machine {
        segments.iter().try_for_each(|(at, bytes)| fits(board, *at, bytes.len() as u64))?;
    }
    if !entry_is_loaded {
        return Err(FirmwareError::Entry(entry));
    }
    Ok(FirmwareInfo { entry, segments })
}

/// Whether all of some bytes lie in memory, which may be several pieces side by side.
fn fits(board: &Board, at: u64, length: u64) -> Result<(), FirmwareError> {
    let end = at.saturating_add(length);
    let mut covered = at;
    for memory in &board.memories {
        if (memory.at..memory.at + memory.size_bytes).contains(&covered) {
            covered = memory.at + memory.size_bytes;
        }
    }
    if covered >= end {
        return Ok(());
    }
    let of = |memory: &Memory| format!("{:#x} to {:#x}", memory.at, memory.at + (memory.size_bytes - 1));
    let memories: Vec<String> = board.memories.iter().map(of).collect();
    let (board, memories) = (board.name.clone(), memories.join(", "));
    Err(FirmwareError::Outside { first: at, last: end - 1, board, memories })
}

/// What an ELF header says about the CPU, for people.
fn cpu_name(machine: u16, class: u8, endian: Endianness) -> String {
    let order = if endian == Endianness::Big { "big-endian " } else { "" };
    let name = match elf::Machine(machine) {
        elf::EM_ARM => "Arm",
        elf::EM_RISCV => "RISC-V",
        elf::EM_AARCH64 => return format!("{order}64-bit Arm (AArch64)"),
        elf::EM_386 => "x86",
        elf::EM_X86_64 => return "64-bit x86".to_string(),
        elf::EM_XTENSA => "Xtensa",
        elf::EM_AVR => return "8-bit AVR".to_string(),
        elf::EM_MIPS => "MIPS",
        elf::EM_PPC | elf::EM_PPC64 => "PowerPC",
        elf::Machine(other) => return format!("{order}{class}-bit (ELF machine {other})"),
    };
    format!("{order}{class}-bit {name}")
}

#[cfg(test)]
#[path = "firmware_tests.rs"]
mod tests;
