// SPDX-License-Identifier: Apache-2.0 OR MIT
//! ELF files.

use super::{FirmwareError, FirmwareInfo, fits};
use crate::{Board, Machine};
use object::elf;
use object::endian::Endianness;
use object::read::elf::{FileHeader, ProgramHeader};
use std::borrow::Cow;

/// Reads the ELF file `data` and checks that `board` can run it.
pub(super) fn read<'data>(board: &Board, data: &'data [u8]) -> Result<FirmwareInfo<'data>, FirmwareError> {
    if !data.starts_with(&elf::ELFMAG) {
        return Err(FirmwareError::NotElf);
    }
    match data.get(4).map(|class| elf::FileClass(*class)) {
        Some(elf::ELFCLASS32) => read_class::<elf::FileHeader32<Endianness>>(board, data),
        Some(elf::ELFCLASS64) => read_class::<elf::FileHeader64<Endianness>>(board, data),
        Some(_) => Err(FirmwareError::NotElf),
        None => Err(FirmwareError::Truncated("header")),
    }
}

fn read_class<'data, Elf: FileHeader<Endian = Endianness>>(
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
        segments.push((segment.p_paddr(endian).into(), Cow::Borrowed(bytes)));
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
#[path = "elf_tests.rs"]
mod tests;
