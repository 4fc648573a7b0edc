// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Does a firmware file fit a board? Answered before QEMU starts, because QEMU starts nearly anything and
//! then hangs.
//!
//! **Invariant:** what [`FirmwareInfo`] tells is what QEMU loads. Symbols, debug information and the paths of
//! the build machine are not in it, so a digest of it stays the same when only those change.

mod binary;
mod elf;
mod hex;
mod start;

use crate::{Board, Machine, Memory, boot_rom};
pub use hex::{HexError, Wrong};
use plan::{Load, Plan};
use std::borrow::Cow;
use std::path::Path;

/// The form of a firmware file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The linker's output, which alone knows the CPU and has symbols.
    Elf,
    /// Intel HEX.
    Hex,
    /// The bytes as they are in memory.
    Binary {
        /// The address of the first; `None`: where the board expects it.
        at: Option<u64>,
    },
}

impl Form {
    /// The form that the name of a file says. `at` is the address that the scenario gives, which only a raw binary needs.
    pub fn of(path: &Path, at: Option<u64>) -> Result<Form, FirmwareError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match (&*ending.to_ascii_lowercase(), at) {
            ("bin", at) => Ok(Form::Binary { at }),
            (_, Some(_)) => Err(FirmwareError::AddressTwice),
            ("hex" | "ihex", None) => Ok(Form::Hex),
            (_, None) => Ok(Form::Elf),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Form::Elf => "ELF",
            Form::Hex => "Intel HEX",
            Form::Binary { .. } => "raw binary",
        }
    }
}

/// An address and the bytes from there on.
pub type Segment<'data> = (u64, Cow<'data, [u8]>);

/// A firmware file that fits its board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmwareInfo<'data> {
    /// Where the first instruction is, as the file says. Cortex-M reads its start from the vector table
    /// instead.
    pub entry: u64,
    segments: Vec<Segment<'data>>,
}

impl<'data> FirmwareInfo<'data> {
    /// What is loaded: physical address and bytes, in the order of addresses. It never overlaps.
    pub fn segments(&self) -> &[Segment<'data>] {
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
    /// The plan of this board with `firmware` in it, and `more` files, of which a boot ROM tells the firmware the first; `None` for
    /// QEMU's own machines. What else the board has in memory gives way to the files.
    pub fn plan(&self, firmware: &FirmwareInfo<'_>, more: &[FirmwareInfo<'_>]) -> Option<Plan> {
        let Machine::Tree(plan) = &self.machine else { return None };
        let segments = || std::iter::once(firmware).chain(more).flat_map(|file| &file.segments);
        let is_free =
            |load: &&Load| segments().all(|(at, bytes)| shared(load.at, &load.bytes, *at, bytes).is_none());
        let load = |(at, bytes): &Segment<'_>| Load { at: *at, bytes: bytes.to_vec() };
        // All that a tree's plan loads is the copy of the tree.
        let own: Vec<Load> = plan.loads.iter().filter(is_free).cloned().collect();
        let tree = own.first().map(|load| load.at);
        let mut loads: Vec<Load> = own.into_iter().chain(segments().map(load)).collect();
        let Some(at) = self.boot_rom else {
            return Some(Plan { steps: plan.steps.clone(), loads, entry: firmware.entry });
        };
        let next = more.first().map(|file| file.entry);
        loads.push(Load { at, bytes: boot_rom::bytes(self.isa, firmware.entry, tree, next) });
        Some(Plan { steps: plan.steps.clone(), loads, entry: at })
    }
}

/// The first address that two stretches of bytes share.
fn shared(one: u64, bytes: &[u8], other: u64, others: &[u8]) -> Option<u64> {
    let end = |at: u64, bytes: &[u8]| at.saturating_add(bytes.len() as u64);
    let first = one.max(other);
    (first < end(one, bytes) && first < end(other, others)).then_some(first)
}

/// Why a file is no firmware for a board.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FirmwareError {
    /// An address for a file that has its own.
    #[error(
        "an address, \"firmware_at\" or \"at\", is for a raw binary, a file whose name ends with .bin; ELF and Intel HEX have addresses: \
         remove it"
    )]
    AddressTwice,
    /// QEMU's own machines take nothing else.
    #[error(
        "{board} is QEMU's own machine, which loads only ELF files, and this is {form}: give the linker's output (.elf), or use a board that is a device tree (virtmcu board list)"
    )]
    OnlyElf {
        /// The board's name.
        board: String,
        /// What the file is.
        form: &'static str,
    },
    /// QEMU's own machines take no other.
    #[error(
        "{0} is QEMU's own machine, which loads only its firmware: use a board that is a device tree (virtmcu board list)"
    )]
    OnlyOne(String),
    /// A raw binary beside the firmware.
    #[error("nothing says where a raw binary lies: add its address, such as at = 0x8020_0000")]
    NoAddress,
    /// Two files share addresses.
    #[error("two files of the node are both loaded at {0:#x}")]
    Taken(u64),
    /// An ELF file by another name.
    #[error("this is an ELF file, and its name says that it is {0}: give it a name that ends with .elf")]
    IsElf(&'static str),
    /// It is no Intel HEX.
    #[error("the Intel HEX file is broken: {0}")]
    Hex(#[from] HexError),
    /// There is nothing in it.
    #[error("the file has no bytes to load")]
    Empty,
    /// The CPU starts by a vector table that is not there.
    #[error(
        "nothing is loaded at {0:#x}, where the CPU reads its vector table: is the firmware for this board, and at its address?"
    )]
    NoVectors(u64),
    /// The start is at no loaded byte.
    #[error(
        "the firmware starts at {0:#x}, which is outside of everything that is loaded: is it for this board, and at its address?"
    )]
    Start(u64),
    /// It does not start like an ELF file.
    #[error(
        "this is not an ELF file, as its name says: Intel HEX is a file whose name ends with .hex, a raw binary one with .bin"
    )]
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

/// Reads the firmware `data` and checks that `board` can run it.
pub fn check<'data>(
    board: &Board,
    form: Form,
    data: &'data [u8],
) -> Result<FirmwareInfo<'data>, FirmwareError> {
    if form == Form::Elf {
        return elf::read(board, data);
    }
    let Machine::Tree(plan) = &board.machine else {
        return Err(FirmwareError::OnlyElf { board: board.name.clone(), form: form.name() });
    };
    let image = image(board, form, data, || Ok(start::flash(board, plan)))?;
    let entry = start::of(plan, &image)?;
    Ok(FirmwareInfo { entry, segments: image.segments })
}

/// The same of another file in the memory of `board`, where `loaded` is already. The CPU need not be able to start it.
pub fn check_more<'data>(
    board: &Board,
    loaded: &[FirmwareInfo<'_>],
    form: Form,
    data: &'data [u8],
) -> Result<FirmwareInfo<'data>, FirmwareError> {
    let Machine::Tree(_) = &board.machine else { return Err(FirmwareError::OnlyOne(board.name.clone())) };
    let file = match form {
        Form::Elf => elf::read(board, data)?,
        _ => {
            let image = image(board, form, data, || Err(FirmwareError::NoAddress))?;
            FirmwareInfo { entry: image.start.unwrap_or(image.segments[0].0), segments: image.segments }
        }
    };
    for (at, bytes) in loaded.iter().flat_map(|file| &file.segments) {
        if let Some(first) = file.segments.iter().find_map(|(own, owns)| shared(*own, owns, *at, bytes)) {
            return Err(FirmwareError::Taken(first));
        }
    }
    Ok(file)
}

/// What is in a file without an ELF header, all of it in memory, and at least one byte.
fn image<'data>(
    board: &Board,
    form: Form,
    data: &'data [u8],
    place: impl FnOnce() -> Result<u64, FirmwareError>,
) -> Result<Image<'data>, FirmwareError> {
    if data.starts_with(&object::elf::ELFMAG) {
        return Err(FirmwareError::IsElf(form.name()));
    }
    let image = match form {
        Form::Binary { at } => binary::read(at.map_or_else(place, Ok)?, data),
        _ => hex::read(data)?,
    };
    if image.segments.is_empty() {
        return Err(FirmwareError::Empty);
    }
    image.segments.iter().try_for_each(|(at, bytes)| fits(board, *at, bytes.len() as u64))?;
    Ok(image)
}

/// What a file without anything about its CPU has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Image<'data> {
    /// Where it starts, if it says so.
    start: Option<u64>,
    /// In the order of addresses, without overlaps, none empty.
    segments: Vec<Segment<'data>>,
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
    // There is at least one byte, so that it must have moved.
    if covered > at && covered >= end {
        return Ok(());
    }
    let of = |memory: &Memory| format!("{:#x} to {:#x}", memory.at, memory.at + (memory.size_bytes - 1));
    let memories: Vec<String> = board.memories.iter().map(of).collect();
    let (board, memories) = (board.name.clone(), memories.join(", "));
    Err(FirmwareError::Outside { first: at, last: end - 1, board, memories })
}

#[cfg(test)]
mod tests;
