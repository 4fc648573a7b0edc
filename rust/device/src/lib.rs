// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Devices in safe Rust: what a peripheral of a microcontroller is, without a word of QEMU.
//!
//! A device is a table of [`Register`]s, copied from its manual, and a type that implements [`Device`]: what happens when
//! the guest writes a register that does something, when a timer is due, a line changes or a byte comes. [`Core`]
//! joins the two; `qom::device` makes a type of QEMU of it, and [`Bench`] drives it in plain tests.
//! `docs/write-a-device.md` leads through it.
//!
//! **Invariant:** what a device does depends on its registers, its state and the calls alone: it can see no clock but virtual time.
//!
//! **Invariant:** an access that the manual does not have is reported, never ignored: an address without a register, a
//! width that the register does not take, a write to what is read-only, a bit whose effect is not modelled.
//!
//! **Invariant:** all that a device knows can be saved, and goes on from there as if nothing had happened.
//!
//! **Limits:** a device has one block of registers, which are words of 32 bits, little-endian.

#![forbid(unsafe_code)]
// Rounding of the host's would decide what a guest sees.
#![deny(clippy::float_arithmetic)]

mod bench;
mod bus;
mod context;
mod engine;
mod mistake;
mod noise;
mod register;
mod relayed;
mod values;

pub use bench::Bench;
pub use bus::{Bus, BusCall, BusKind};
pub use context::{Context, Effect, Host, MemoryFault, SETTLING_NS};
pub use engine::{Core, Fault, StateError};
pub use mistake::{Access, Mistake};
pub use noise::noise;
pub use register::{Place, Register, Width, check};
pub use relayed::Relayed;

use ::can::FromBus;
use ::uart::Heard;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A group of lines with one name, such as the 16 pins of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// How the machine calls the group.
    pub name: &'static str,
    /// How many there are.
    pub count: usize,
}

/// The line that every device has besides its own: when it rises, the device is reset.
pub const RESET_LINE: &str = "reset";

/// A number that the board says of a device, such as the frequency of its crystal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// How the board calls it.
    pub name: &'static str,
    /// If the board does not say it.
    pub default: u64,
}

/// What the guest wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The value; 0 in the lanes that were not written.
    pub value: u32,
    /// The bits that the access covered: all of them, unless it was narrower than the register.
    pub lanes: u32,
    /// What the register held before.
    pub before: u32,
}

/// A device: its constants say what it has, its functions what it does. The table has stored a written value already when
/// [`Device::write`] is called; only registers marked with `on_read` and `on_write` get calls.
///
/// `self` is what the device knows besides its registers; it is saved with them.
pub trait Device: Default + Serialize + DeserializeOwned + 'static {
    /// Vendor and part, `stm32f4-rcc`; the type of QEMU is `virtmcu-stm32f4-rcc`.
    const NAME: &'static str;
    /// How the manual calls the block, in front of the names of its registers: `RCC`.
    const BLOCK: &'static str;
    /// Bytes of address space.
    const SIZE: u32;
    /// All registers, in the order of their offsets.
    const REGISTERS: &'static [Register];
    /// Interrupt lines, in the order in which the machine connects them.
    const IRQS: &'static [&'static str] = &[];
    /// Other lines that the device drives. No two groups of a device have one name, and none is called [`RESET_LINE`].
    const OUTPUTS: &'static [Lines] = &[];
    /// Lines that it sees.
    const INPUTS: &'static [Lines] = &[];
    /// The group of [`Device::INPUTS`] whose line says, while it is high, that the device's clock is gated: each access is a bus fault.
    const GATE: Option<usize> = None;
    /// Clocks that it runs by.
    const CLOCKS: &'static [&'static str] = &[];
    /// Clocks that it makes for others.
    const CLOCK_OUTPUTS: &'static [&'static str] = &[];
    /// Buses that it is the master of.
    const BUSES: &'static [Bus] = &[];
    /// Numbers that the board may say.
    const PROPERTIES: &'static [Property] = &[];
    /// How many timers it uses.
    const TIMERS: usize = 0;
    /// Whether it has a character port: what a UART has on its other side.
    const HAS_PORT: bool = false;
    /// Whether it is a controller of a CAN bus.
    const CAN: bool = false;
    /// Whether it stands between a CAN controller of the emulator's own and the bus.
    const RELAYS: bool = false;
    /// Whether it is an Ethernet controller.
    const ETHERNET: bool = false;
    /// Whether stores to a flash come to it: it controls one.
    const SEES_STORES: bool = false;
    /// Whether it reads and writes the guest's memory by itself.
    const HAS_DMA: bool = false;

    /// After all registers got their reset values, timers stopped and lines went low. What is to survive a reset
    /// is left alone by a function of the device's own.
    fn reset(&mut self, _cx: &mut Context<'_>) {
        *self = Self::default();
    }
    /// The value that a read of a register marked with `on_read` gives.
    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        cx.get_at(at.offset, at.index)
    }
    /// A register marked with `on_write` is about to be written: for a device that keeps up with time only when somebody looks.
    fn before_write(&mut self, _at: Place, _cx: &mut Context<'_>) {}
    /// A register marked with `on_write` was written; the table has stored the bits that can be stored.
    fn write(&mut self, _at: Place, _written: Written, _cx: &mut Context<'_>) {}
    /// The guest stores the lowest `bytes` (1, 2 or 4) of `value` at `address` in the flash that this device controls. It is not changed by
    /// that; the device may do it. Needs [`Device::SEES_STORES`].
    fn store(&mut self, _address: u64, _bytes: u32, _value: u32, _cx: &mut Context<'_>) {}
    /// Timer `timer`, armed for `due_ns`, is due. It is not armed any more.
    fn timer(&mut self, _timer: usize, _due_ns: u64, _cx: &mut Context<'_>) {}
    /// Line `index` of the group `group` of [`Device::INPUTS`] has changed.
    fn input(&mut self, _group: usize, _index: usize, _level: bool, _cx: &mut Context<'_>) {}
    /// The frequency of a clock of [`Device::CLOCKS`] has changed.
    fn clock(&mut self, _clock: usize, _cx: &mut Context<'_>) {}
    /// A byte has arrived at the character port: its last bit is there.
    fn receive(&mut self, _byte: u8, _cx: &mut Context<'_>) {}
    /// What has come to the character port is no good byte, by the settings that were told ([`Context::settings`]): the error that the manual
    /// has for it, and what is in the data register then.
    fn mishear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        self.receive(heard.byte(), cx);
    }
    /// The other end of the line has room for more, or has none any more ([`Context::cts`]).
    fn cts(&mut self, _cx: &mut Context<'_>) {}
    /// The CAN bus says something. What was on its way when the controller left may still come.
    fn on_bus(&mut self, _said: FromBus, _cx: &mut Context<'_>) {}
    /// The controller for which it relays has sent a frame. Needs [`Device::RELAYS`].
    fn relayed(&mut self, _frame: Relayed, _cx: &mut Context<'_>) {}
    /// A frame has arrived at the Ethernet port: from the destination's address on, at least 60 bytes, without its checksum.
    fn on_frame(&mut self, _frame: &[u8], _cx: &mut Context<'_>) {}
}
