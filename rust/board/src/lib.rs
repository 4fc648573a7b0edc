// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a board is: which QEMU runs it, which ports it has, how fast its CPU is, and which firmware fits it.
//!
//! **Invariant:** a [`Board`] is constant data. It says nothing that depends on the host or on a run, so the
//! same scenario always means the same machine.
//! **Limits:** only machines that QEMU itself has, and of their devices only the UARTs.

pub mod firmware;
mod rate;
mod table;

pub use rate::{CPU_HZ, InsnTime};

/// The most CPU cores that any board can have.
pub const CORES_MAX: u8 = 4;

/// A board that a scenario can name.
#[derive(Debug, PartialEq, Eq)]
pub struct Board {
    /// Its name in a scenario: `qemu:mps2-an385`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The program that runs it: `qemu-system-arm`.
    pub qemu_binary: &'static str,
    /// QEMU's name of the machine, for `-M`.
    pub machine: &'static str,
    /// More arguments that QEMU needs to start firmware on this machine.
    pub extra_args: &'static [&'static str],
    /// The name of its CPU, for people.
    pub cpu: &'static str,
    /// What its firmware is compiled for.
    pub isa: Isa,
    /// Its UARTs. The place in this list is QEMU's number of the serial port (`serial_hd`) and the port's id.
    pub uarts: &'static [&'static str],
    /// The clock of its CPU, in hertz: of the real board where there is one. A scenario can set another.
    pub cpu_hz: u64,
    /// How many CPU cores it can have; they share memory and devices.
    pub cores_max: u8,
    /// The memory where firmware usually keeps its data and stack.
    pub ram: Ram,
}

/// An instruction set, as far as an ELF file tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// 32-bit Arm. The Cortex-M run its Thumb part.
    Arm,
    /// 32-bit RISC-V.
    Riscv32,
    /// 64-bit RISC-V.
    Riscv64,
}

/// A stretch of memory that firmware can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ram {
    /// Its first address.
    pub base: u64,
    /// Its length in bytes.
    pub size_bytes: u64,
}

impl Isa {
    /// The `e_machine` of its ELF files: 40 is Arm, 243 is RISC-V.
    pub const fn elf_machine(self) -> u16 {
        match self {
            Isa::Arm => 40,
            Isa::Riscv32 | Isa::Riscv64 => 243,
        }
    }

    /// 32 or 64: the class of its ELF files.
    pub const fn elf_class(self) -> u8 {
        match self {
            Isa::Arm | Isa::Riscv32 => 32,
            Isa::Riscv64 => 64,
        }
    }
}

impl Board {
    /// The place of the UART called `name` among this board's UARTs.
    pub fn uart(&self, name: &str) -> Option<u16> {
        let index = self.uarts.iter().position(|uart| *uart == name)?;
        u16::try_from(index).ok()
    }
}

/// The board called `name`.
pub fn find(name: &str) -> Option<&'static Board> {
    all().iter().find(|board| board.name == name)
}

/// All boards, in the order of their names.
pub fn all() -> &'static [Board] {
    table::BOARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_board_by_its_name_only() {
        assert_eq!(find("qemu:mps2-an385").map(|board| board.machine), Some("mps2-an385"));
        assert_eq!(find("mps2-an385"), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn boards_are_in_order_and_named_once() {
        let names: Vec<_> = all().iter().map(|board| board.name).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
    }

    #[test]
    fn numbers_ports_in_the_order_of_qemu() {
        let board = find("qemu:mps2-an385").unwrap();
        assert_eq!(board.uart("uart0"), Some(0));
        assert_eq!(board.uart("uart4"), Some(4));
        assert_eq!(board.uart("uart5"), None);
        for board in all() {
            let expected: Vec<_> = (0..board.uarts.len()).map(|n| format!("uart{n}")).collect();
            assert_eq!(board.uarts, expected, "{}", board.name);
        }
    }

    #[test]
    fn clocks_and_cores_are_in_range() {
        for board in all() {
            assert!(CPU_HZ.contains(&board.cpu_hz), "{}", board.name);
            assert!((1..=CORES_MAX).contains(&board.cores_max), "{}", board.name);
        }
    }
}
