// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The one table from a vendor's `compatible` to what models it.
//!
//! Vocabulary of the properties: the devicetree specification 0.4, Linux' bindings and Zephyr's.

use crate::Isa;
use crate::PortKind;

mod arm;
mod bosch;
mod chips;
mod common;
mod cortex_a;
mod ethernet;
mod mps;
mod nrf;
pub(crate) mod nxp;
mod riscv;
mod sse;
pub(crate) mod stm32;

/// What is known of a `compatible`.
#[derive(Debug)]
pub(crate) struct Binding {
    /// The texts that mean it.
    pub compatible: &'static [&'static str],
    /// Chips in which they do, by what the tree says its chip is; all, if none is named. Vendors have one text for
    /// parts that differ.
    pub chips: &'static [&'static str],
    /// What it is, for people.
    pub title: &'static str,
    /// Where it is described: manual and section.
    pub manual: &'static str,
    /// What models it.
    pub model: Model,
}

/// What models a node.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "all of them are in a constant table")]
pub(crate) enum Model {
    /// A device with registers.
    Device(Device),
    /// A Cortex-M: QEMU's name of the CPU.
    CortexM(CortexM),
    /// Its interrupt controller.
    Nvic,
    /// Its timer, which is part of it.
    SysTick,
    /// A Cortex-A or Cortex-R.
    CortexA(CortexA),
    /// Its interrupt controller (GIC), of this version.
    Gic(u8),
    /// Its generic timers, which are part of it.
    ArmTimer,
    /// Its performance monitors, which are part of it.
    ArmPmu,
    /// The firmware below the firmware, which switches cores on and off: QEMU plays it.
    Psci,
    /// A RISC-V hart.
    Hart(Hart),
    /// A hart's own interrupt controller.
    HartLines,
    /// RISC-V's timer and software interrupts.
    Clint,
    /// RISC-V's interrupt controller.
    Plic,
    /// The memory that RISC-V harts start in, with a program that leads them to the firmware.
    BootRom,
    /// Memory that the guest can write.
    Ram,
    /// Memory that only its controller can write, and where it shows besides.
    Flash(Option<u64>),
    /// A flash for settings of the chip, which firmware files may have words for. It is erased.
    Settings,
    /// Things that pins light up.
    Lamps,
    /// Things that pins are pressed by. They are at rest.
    Keys,
    /// A chip that has more than its trees say.
    Chip(&'static [Hidden]),
    /// A frequency.
    Clock,
    /// One of Arm's subsystems with two worlds, and the bus of all that is in it.
    Sse,
    /// It guards memory by blocks (MPC).
    MemoryGuard,
    /// It guards devices, each at a port of its own (PPC).
    DeviceGuard,
    /// Nodes with addresses of their own lie in it, translated by its `ranges`.
    Bus,
    /// Nothing that a guest could see: why not.
    Quiet(&'static str),
    /// It is known, and there is no model of it: what is missing. It is a stub where its addresses are free.
    Missing(&'static str),
    /// Registers that only remember.
    Stub,
}

/// A Cortex-M.
#[derive(Debug)]
pub(crate) struct CortexM {
    /// QEMU's name of the CPU.
    pub kind: &'static str,
    /// It has a floating-point unit; `None` when all of its kind are alike.
    pub fpu: Option<bool>,
    /// Its SRAM and peripherals can be reached bit by bit.
    pub bit_band: bool,
    /// How many regions its MPU can have.
    pub mpu_regions: &'static [u64],
    /// How many bits an interrupt's priority can have.
    pub priority_bits: (u64, u64),
    /// It has a secure and a non-secure state.
    pub worlds: bool,
}

/// A Cortex-A or Cortex-R.
#[derive(Debug)]
pub(crate) struct CortexA {
    /// QEMU's name of the CPU.
    pub kind: &'static str,
    /// What it runs after a reset.
    pub isa: Isa,
    /// It has a level for hypervisors.
    pub el2: bool,
    /// It has a secure world.
    pub el3: bool,
    /// It has generic timers.
    pub timer: bool,
}

/// A RISC-V hart, and what is known of its clocks if the tree does not say it.
#[derive(Debug)]
pub(crate) struct Hart {
    /// QEMU's name of the CPU; empty for `rv32` or `rv64`.
    pub kind: &'static str,
    /// Its clock in hertz.
    pub hz: Option<u64>,
    /// What its timer counts, in hertz.
    pub timebase_hz: Option<u64>,
}

/// A device that every chip of a kind has and trees leave out.
#[derive(Debug)]
pub(crate) struct Hidden {
    /// What it is: a `compatible` of the table.
    pub compatible: &'static str,
    /// Where its registers are.
    pub at: u64,
}

/// A device with registers.
#[derive(Debug)]
pub(crate) struct Device {
    /// QEMU's name of its type.
    pub kind: &'static str,
    /// Other types, at these addresses: vendors have one text for timers of different width.
    pub kinds_at: &'static [(u64, &'static str)],
    /// If its registers are several nodes: so many bytes they lie in, and its own address is a multiple of it.
    pub block_bytes: Option<u64>,
    /// Other types, by the bytes of this property, which the node must have then.
    pub kinds_by: (&'static str, &'static [(&'static [u8], &'static str)]),
    /// The bus that it sits on; by default that of the CPU.
    pub sits_on: Option<BusKind>,
    /// The bus that it is the master of.
    pub bus: Option<Bus>,
    /// Its pins, if it is a GPIO controller.
    pub pins: Option<Pins>,
    /// Which of the regions in `reg` has the registers.
    pub region: usize,
    /// How many regions of registers it has, from that one on.
    pub regions: usize,
    /// Where in it they begin.
    pub start: u64,
    /// The module that has them, if they are ours.
    pub module: Option<&'static str>,
    /// It is the user's own: the `compatible` by which the scenario tells of it.
    pub own: Option<&'static str>,
    /// What is modelled, and what is not.
    pub modelled: &'static str,
    /// Its properties.
    pub properties: &'static [(&'static str, From)],
    /// Its clock inputs, all of which get its first clock.
    pub clocks: &'static [&'static str],
    /// Its clock inputs that are joined inside the chip, whatever a tree says, and which clock of the one who makes them each gets.
    pub inner_clocks: &'static [(&'static str, &'static str)],
    /// It makes the clocks of others: the first number behind its name in their `clocks`, the clock for a device, and that for a
    /// timer.
    pub makes_clocks: &'static [(u32, &'static str, &'static str)],
    /// It resets others: the number of a reset register as `resets` tells it, that of the register with the same bits that `clocks`
    /// tells, and the group of lines.
    pub resets: &'static [(u32, u32, &'static str)],
    /// It counts a clock of its own among those that are made.
    pub is_timer: bool,
    /// The name of each interrupt in `interrupt-names`, and the line that is meant; without names they go by their order.
    pub interrupts: &'static [(&'static str, u32)],
    /// Without an interrupt in the tree its first line is the CPU's NMI: a tree has no words for that.
    pub nmi: bool,
    /// Properties that name other devices: the only one of a kind.
    pub works_with: &'static [(&'static str, &'static str)],
    /// Lines of it that lead to pins of GPIO ports (QEMU's name, empty for those without one), and the properties that name these.
    pub outputs: &'static [(&'static str, &'static str)],
    /// Lines of it that come from pins.
    pub inputs: &'static [(&'static str, &'static str)],
    /// It is a port of the node.
    pub port: Option<PortKind>,
    /// Its last region is memory, which others of its kind may share.
    pub has_memory: bool,
    /// It is a CAN controller of QEMU's own: the type of ours that joins it to the node's port.
    pub relay: Option<&'static str>,
}

/// What a bus of others than the CPU speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BusKind {
    /// I2C: `reg` is an address of 7 bits.
    I2c,
    /// SPI: `reg` is the number of a chip select.
    Spi,
}

/// A bus that a device is the master of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bus {
    pub kind: BusKind,
    /// QEMU's name of it.
    pub name: &'static str,
    /// Who drives the chip selects that no `cs-gpios` leads to a pin.
    pub selects: Selects,
}

/// Who drives chip selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selects {
    /// Nobody: each must be a pin.
    Pins,
    /// The device itself, in its transfers.
    Itself,
    /// Lines of the device, which QEMU has as interrupts: the first of them, and how many there are.
    Lines(u32, u32),
}

/// The pins of a GPIO controller, as QEMU names their lines; an empty name is that of lines without one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pins {
    /// What the board drives them to.
    pub inputs: &'static str,
    /// What they show to the board.
    pub outputs: &'static str,
    pub count: u32,
}

/// The line of an interrupt that the model never raises.
pub(crate) const NEVER: u32 = u32::MAX;

/// Where the value of a property comes from.
#[derive(Debug)]
pub(crate) enum From {
    /// Always this.
    Number(u64),
    /// Always this.
    Switch(bool),
    /// The cells of a property of the node, else these.
    Cells(&'static str, &'static [u64]),
    /// Of a property of the node, else this.
    Property(&'static str, u64),
    /// Of a property of the node; without it, the type's own default stays.
    PropertyIfThere(&'static str),
    /// Of a property that the node must have.
    Must(&'static str),
    /// The frequency of its clock.
    ClockHz,
    /// The frequency of its clock, divided by this.
    ClockHzBy(u64),
    /// How many cores the board has.
    Cores,
    /// The frequency of an oscillator: of a property of the node, else of the node at this path (0 if that is disabled), else
    /// this.
    Oscillator(&'static str, &'static str, u64),
    /// Its number among its like, which lie side by side: the first one's address, and from each to the next.
    Place(u64, u64),
    /// The address of a region of the node, by its number.
    Region(usize),
}

impl Device {
    /// What most devices are.
    pub(crate) const PLAIN: Device = Device {
        kind: "",
        kinds_at: &[],
        block_bytes: None,
        kinds_by: ("", &[]),
        sits_on: None,
        bus: None,
        pins: None,
        region: 0,
        regions: 1,
        start: 0,
        module: None,
        own: None,
        modelled: "",
        properties: &[],
        clocks: &[],
        inner_clocks: &[],
        makes_clocks: &[],
        resets: &[],
        is_timer: false,
        interrupts: &[],
        nmi: false,
        works_with: &[],
        outputs: &[],
        inputs: &[],
        port: None,
        has_memory: false,
        relay: None,
    };
}

const TABLES: &[&[Binding]] = &[
    arm::BINDINGS,
    bosch::BINDINGS,
    mps::BINDINGS,
    sse::BINDINGS,
    chips::BINDINGS,
    common::BINDINGS,
    cortex_a::BINDINGS,
    ethernet::BINDINGS,
    nrf::BINDINGS,
    nxp::BINDINGS,
    riscv::BINDINGS,
    stm32::BINDINGS,
    stm32::f1::BINDINGS,
    stm32::f4::BINDINGS,
    stm32::g4::BINDINGS,
    stm32::l4::BINDINGS,
];

/// All of the table.
pub(crate) fn all() -> impl Iterator<Item = &'static Binding> {
    TABLES.iter().copied().flatten()
}

/// Whether a `compatible` only says which chip it is.
pub(crate) fn is_chip(compatible: &str) -> bool {
    all().any(|binding| binding.chips.contains(&compatible))
}

/// What a node without an address is: one by which Zephyr tells its own software something.
pub(crate) static SOFTWARE: Binding = Binding {
    compatible: &["zephyr,..."],
    chips: &[],
    title: "software of Zephyr, or what it is to use",
    manual: "",
    model: Model::Quiet("the node has no address, so that there is nothing of it on the chip"),
};

/// What nobody knows, if that is allowed.
pub(crate) static UNKNOWN: Binding = Binding {
    compatible: &["any, with permissive = true"],
    chips: &[],
    title: "unknown part",
    manual: "",
    model: Model::Stub,
};

/// A node that only leads pins on.
pub(crate) static CONNECTOR: Binding = Binding {
    compatible: &["any with \"gpio-map\""],
    chips: &[],
    title: "connector",
    manual: "devicetree specification 0.4, 2.5",
    model: Model::Quiet("other names for pins"),
};

/// The frequency of a chip's CPU, if it has only one.
pub(crate) fn cpu_hz(chips: &[&str]) -> Option<u64> {
    nrf::CPU_HZ.iter().find(|(chip, _)| chips.contains(chip)).map(|(_, hz)| *hz)
}

/// What `compatible` means in a tree that says its chip is all of `chips`.
pub(crate) fn find(compatible: &str, chips: &[&str]) -> Option<&'static Binding> {
    let here = |binding: &&Binding| {
        binding.chips.is_empty() || binding.chips.iter().any(|chip| chips.contains(chip))
    };
    all().filter(here).find(|binding| binding.compatible.contains(&compatible))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_compatible_has_one_meaning() {
        let mut all: Vec<_> = all()
            .flat_map(|binding| {
                let chips = if binding.chips.is_empty() { &[""] } else { binding.chips };
                binding.compatible.iter().flat_map(|text| chips.iter().map(move |chip| (text, chip)))
            })
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn what_is_modelled_names_its_source() {
        for binding in all() {
            assert!(!binding.title.is_empty() && !binding.compatible.is_empty());
            if !matches!(binding.model, Model::Quiet(_)) {
                assert!(!binding.manual.is_empty(), "{}", binding.title);
            }
        }
    }
}
