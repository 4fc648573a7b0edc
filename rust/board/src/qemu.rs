// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Machines that QEMU itself has, for comparison. Where a fact comes from QEMU 10.2, the file that says it is named.

use crate::{Board, CORES_MAX, Isa, Machine, Memory, Port};

/// The UARTs of the MPS2 boards, in the order of `serial_hd(i)` in `hw/arm/mps2.c`, `mps2_common_init`: CMSDK
/// UARTs at 0x40004000, 0x40005000, 0x40006000, 0x40007000 and 0x40009000.
const MPS2_UARTS: &[&str] = &["uart0", "uart1", "uart2", "uart3", "uart4"];

/// `SYSCLK_FRQ` in `hw/arm/mps2.c`, and Arm's application notes of these images: the clock of the CPU, the UARTs
/// and the timers.
const MPS2_SYSCLK_HZ: u64 = 25_000_000;

/// SSRAM 2 and 3 of the MPS2 boards (`hw/arm/mps2.c`, `mps.ssram23`). Code and vectors are at 0, in SSRAM 1,
/// 4 MiB too.
const MPS2_RAM: Memory = Memory { at: 0x2000_0000, size_bytes: 4 << 20, read_only: false };

/// The `virt` machine has one 16550 UART, at 0x10000000 (`hw/riscv/virt.c`, `virt_machine_init`,
/// `serial_mm_init`).
const VIRT_UARTS: &[&str] = &["uart0"];

/// `VIRT_DRAM` in `hw/riscv/virt.c`; 128 MiB is the default of any machine (`hw/core/machine.c`). Firmware
/// starts at its first address.
const VIRT_RAM: Memory = Memory { at: 0x8000_0000, size_bytes: 128 << 20, read_only: false };

/// Without it QEMU loads its own OpenSBI below the firmware and enters that (`riscv_find_and_load_firmware`).
const VIRT_ARGS: &[&str] = &["-bios", "none"];

/// The `virt` machine has no clock of a CPU, only a 10 MHz timer (`RISCV_ACLINT_DEFAULT_TIMEBASE_FREQ`). It
/// gets that of the MPS2 boards, so that neither end of a link between the two is much the faster one.
const VIRT_CPU_HZ: u64 = MPS2_SYSCLK_HZ;

/// What is known of one.
pub(crate) struct Fact {
    name: &'static str,
    title: &'static str,
    qemu_binary: &'static str,
    machine: &'static str,
    extra_args: &'static [&'static str],
    cpu: &'static str,
    isa: Isa,
    uarts: &'static [&'static str],
    cpu_hz: u64,
    cores_max: u8,
    ram: Memory,
}

impl Fact {
    /// As a board.
    pub(crate) fn board(&self) -> Board {
        Board {
            name: self.name.to_string(),
            title: self.title.to_string(),
            qemu_binary: self.qemu_binary,
            machine: Machine::Qemu { name: self.machine, extra_args: self.extra_args },
            cpu: self.cpu.to_string(),
            isa: self.isa,
            console: None,
            ports: self.uarts.iter().map(|uart| self.port(uart)).collect(),
            modules: Vec::new(),
            own_devices: Vec::new(),
            cpu_hz: self.cpu_hz,
            cores_max: self.cores_max,
            memories: vec![self.ram],
            boot_rom: None,
        }
    }

    fn port(&self, uart: &str) -> Port {
        // Only the 16550 has RTS and CTS.
        Port { flow_control: self.machine == "virt", ..Port::uart(uart) }
    }
}

/// All of them, in the order of their names.
pub(crate) const BOARDS: &[Fact] = &[
    Fact {
        name: "qemu:mps2-an385",
        title: "Arm MPS2 with the AN385 FPGA image",
        qemu_binary: "qemu-system-arm",
        machine: "mps2-an385",
        extra_args: &[],
        cpu: "Arm Cortex-M3",
        isa: Isa::Arm,
        uarts: MPS2_UARTS,
        cpu_hz: MPS2_SYSCLK_HZ,
        cores_max: 1,
        ram: MPS2_RAM,
    },
    Fact {
        name: "qemu:mps2-an386",
        title: "Arm MPS2 with the AN386 FPGA image",
        qemu_binary: "qemu-system-arm",
        machine: "mps2-an386",
        extra_args: &[],
        cpu: "Arm Cortex-M4",
        isa: Isa::Arm,
        uarts: MPS2_UARTS,
        cpu_hz: MPS2_SYSCLK_HZ,
        cores_max: 1,
        ram: MPS2_RAM,
    },
    Fact {
        name: "qemu:mps2-an500",
        title: "Arm MPS2 with the AN500 FPGA image",
        qemu_binary: "qemu-system-arm",
        machine: "mps2-an500",
        extra_args: &[],
        cpu: "Arm Cortex-M7",
        isa: Isa::Arm,
        uarts: MPS2_UARTS,
        cpu_hz: MPS2_SYSCLK_HZ,
        cores_max: 1,
        ram: MPS2_RAM,
    },
    // The secure CPU and its RAM, as in `hw/arm/mps2-tz.c`: `sysclk_frq`, `an505_raminfo`, `an547_raminfo`.
    Fact {
        name: "qemu:mps2-an505",
        title: "Arm MPS2 with the AN505 FPGA image",
        qemu_binary: "qemu-system-arm",
        machine: "mps2-an505",
        extra_args: &[],
        cpu: "Arm Cortex-M33",
        isa: Isa::Arm,
        uarts: MPS2_UARTS,
        cpu_hz: 20_000_000,
        cores_max: 1,
        ram: Memory { at: 0x3800_0000, size_bytes: 4 << 20, read_only: false },
    },
    Fact {
        name: "qemu:mps3-an547",
        title: "Arm MPS3 with the AN547 FPGA image",
        qemu_binary: "qemu-system-arm",
        machine: "mps3-an547",
        extra_args: &[],
        cpu: "Arm Cortex-M55",
        isa: Isa::Arm,
        uarts: &["uart0", "uart1", "uart2", "uart3", "uart4", "uart5"],
        cpu_hz: 32_000_000,
        cores_max: 1,
        ram: Memory { at: 0x3000_0000, size_bytes: 512 << 10, read_only: false },
    },
    Fact {
        name: "qemu:riscv32-virt",
        title: "QEMU's RISC-V virt machine, 32-bit",
        qemu_binary: "qemu-system-riscv32",
        machine: "virt",
        extra_args: VIRT_ARGS,
        cpu: "QEMU rv32",
        isa: Isa::Riscv32,
        uarts: VIRT_UARTS,
        cpu_hz: VIRT_CPU_HZ,
        cores_max: CORES_MAX,
        ram: VIRT_RAM,
    },
    Fact {
        name: "qemu:riscv64-virt",
        title: "QEMU's RISC-V virt machine, 64-bit",
        qemu_binary: "qemu-system-riscv64",
        machine: "virt",
        extra_args: VIRT_ARGS,
        cpu: "QEMU rv64",
        isa: Isa::Riscv64,
        uarts: VIRT_UARTS,
        cpu_hz: VIRT_CPU_HZ,
        cores_max: CORES_MAX,
        ram: VIRT_RAM,
    },
    // `hw/riscv/sifive_e.c`: its reset code jumps to 0x20400000 in flash (`sifive_e_machine_init`, without
    // `revb`), the UARTs are at 0x10013000 and 0x10023000, and the RAM is `SIFIVE_E_DEV_DTIM`. QEMU has no
    // clock for this CPU; 16 MHz is the crystal of the HiFive1.
    Fact {
        name: "qemu:sifive-e",
        title: "SiFive Freedom E310, as on the HiFive1",
        qemu_binary: "qemu-system-riscv32",
        machine: "sifive_e",
        extra_args: &[],
        cpu: "SiFive E31",
        isa: Isa::Riscv32,
        uarts: &["uart0", "uart1"],
        cpu_hz: 16_000_000,
        cores_max: 1,
        ram: Memory { at: 0x8000_0000, size_bytes: 16 << 10, read_only: false },
    },
];
