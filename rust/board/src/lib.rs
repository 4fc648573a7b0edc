// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a board is: the machine that QEMU builds for it, its ports, how fast its CPU is, and which firmware fits it.
//!
//! A board is a device tree ([`Board::read`]): one of those in `boards/`, which are part of the program, or a file of the
//! user's. `bindings` is the one table from a vendor's `compatible` to what models it; `tree` makes a [`plan::Plan`] of all.
//! Beside them there are machines that QEMU itself has (`qemu:NAME`), without a tree.
//!
//! **Invariant:** a [`Board`] is a function of its tree's text. It says nothing that depends on the host or on a run, so
//! the same scenario always means the same machine.
//! **Invariant:** nothing in a tree is ignored in silence: a node that is enabled is modelled, says nothing to software, or is a
//! mistake.
//! **Limits:** Cortex-M, Cortex-A, Cortex-R and RISC-V; of a device one region.

mod bindings;
mod boot_rom;
pub mod file;
pub mod firmware;
mod library;
mod own;
mod picture;
mod qemu;
mod rate;
mod tree;

use devicetree::{Errors, Tree};
pub use library::{all, find, names, tree};
pub use own::{OwnDevice, OwnValue, Reading};
pub use picture::{Picture, table};
use plan::Plan;
pub use rate::{CPU_HZ, InsnTime};

/// The most CPU cores that any board can have.
pub const CORES_MAX: u8 = 4;

/// What scenarios may call the UART that a tree chooses as its console.
pub const CONSOLE: &str = "console";

/// A board that a scenario can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Its name in a scenario: `mps2-an385`.
    pub name: String,
    /// What it is, in a few words.
    pub title: String,
    /// The program that runs it: `qemu-system-arm`.
    pub qemu_binary: &'static str,
    /// How QEMU builds it.
    pub machine: Machine,
    /// The name of its CPU, for people.
    pub cpu: String,
    /// What its firmware is compiled for.
    pub isa: Isa,
    /// Where links can be joined to it, UARTs first. The place in this list is the port's id.
    pub ports: Vec<Port>,
    /// The UART that the tree chooses as console, which is called `console` too.
    pub console: Option<u16>,
    /// The modules of ours that have devices of it.
    pub modules: Vec<&'static str>,
    /// The `compatible`s of the user's own devices that it has.
    pub own_devices: Vec<String>,
    /// The clock of its CPU, in hertz: of the real board where there is one. A scenario can set another.
    pub cpu_hz: u64,
    /// How many CPU cores it can have; they share memory and devices.
    pub cores_max: u8,
    /// Its memories, in the order of their addresses; of QEMU's own machines only the one for data and stack.
    pub memories: Vec<Memory>,
    /// The address of the ROM that its harts start in, before the firmware.
    pub boot_rom: Option<u64>,
}

/// Where a link can be joined to a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name: `uart0`.
    pub name: String,
    /// What kind of link.
    pub kind: PortKind,
    /// It is a UART that knows RTS and CTS.
    pub flow_control: bool,
}

/// What kind of link a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortKind {
    /// A UART: a byte a frame.
    Uart,
    /// An Ethernet controller: frames without their checksums.
    Ethernet,
    /// A CAN controller: records of crate `can`.
    Can,
}

/// How QEMU builds a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Machine {
    /// It has it itself.
    Qemu {
        /// Its name, for `-M`.
        name: &'static str,
        /// More arguments that QEMU needs to start firmware on it.
        extra_args: &'static [&'static str],
    },
    /// By a plan, in which only the firmware is missing.
    Tree(Plan),
}

/// An instruction set, as far as an ELF file tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// 32-bit Arm. The Cortex-M run its Thumb part.
    Arm,
    /// 64-bit Arm.
    Arm64,
    /// 32-bit RISC-V.
    Riscv32,
    /// 64-bit RISC-V.
    Riscv64,
}

/// A stretch of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its first address.
    pub at: u64,
    /// Its length in bytes.
    pub size_bytes: u64,
    /// Stores of the firmware are ignored.
    pub read_only: bool,
}

impl Port {
    /// A UART of that name, without RTS and CTS.
    pub fn uart(name: impl Into<String>) -> Port {
        Port { name: name.into(), kind: PortKind::Uart, flow_control: false }
    }
}

impl Isa {
    /// The `e_machine` of its ELF files: 40 and 183 are Arm, 243 is RISC-V.
    pub const fn elf_machine(self) -> u16 {
        match self {
            Isa::Arm => 40,
            Isa::Arm64 => 183,
            Isa::Riscv32 | Isa::Riscv64 => 243,
        }
    }

    /// The program that runs it.
    pub const fn qemu_binary(self) -> &'static str {
        match self {
            Isa::Arm => "qemu-system-arm",
            Isa::Arm64 => "qemu-system-aarch64",
            Isa::Riscv32 => "qemu-system-riscv32",
            Isa::Riscv64 => "qemu-system-riscv64",
        }
    }

    /// 32 or 64: the class of its ELF files.
    pub const fn elf_class(self) -> u8 {
        match self {
            Isa::Arm | Isa::Riscv32 => 32,
            Isa::Arm64 | Isa::Riscv64 => 64,
        }
    }
}

impl Board {
    /// The board that a tree describes. `name` stands for it in scenarios and traces.
    pub fn read(name: &str, tree: &Tree) -> Result<Board, Errors> {
        tree::read(name, tree, Reading::default())
    }

    /// The same, with what else is known.
    pub fn read_with(name: &str, tree: &Tree, reading: Reading<'_>) -> Result<Board, Errors> {
        tree::read(name, tree, reading)
    }

    /// The place of the port called `name` among this board's ports: its own name, or `console`.
    pub fn port(&self, name: &str) -> Option<u16> {
        match self.ports.iter().position(|port| port.name == name) {
            Some(index) => u16::try_from(index).ok(),
            None => self.console.filter(|_| name == CONSOLE),
        }
    }

    /// The Ethernet address that its tree gives to a port.
    pub fn address(&self, port: u16) -> Option<[u8; 6]> {
        match &self.machine {
            Machine::Tree(plan) => plan.address(port),
            Machine::Qemu { .. } => None,
        }
    }
}
