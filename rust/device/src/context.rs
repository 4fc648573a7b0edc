// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a device sees and does while one of its functions runs.

use crate::bus::BusCall;
use crate::mistake::Mistake;
use crate::relayed::Relayed;
use crate::values::Values;
use ::can::ToBus;
use ::uart::Settings;
use std::collections::BTreeSet;

/// The world around a device: QEMU, or a bench.
pub trait Host {
    /// Virtual time in nanoseconds.
    fn now_ns(&self) -> u64;
    /// Reads the guest's memory, by the device's own bus.
    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryFault>;
    /// Writes the guest's memory.
    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault>;
    /// Writes memory that stores do not change, such as a flash.
    fn program_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault>;
    /// Does something on the bus number `bus` of [`crate::Device::BUSES`], and gives the answer.
    fn bus(&mut self, bus: usize, call: BusCall) -> u32;
}

/// No memory answers at an address of a device's own access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing answers at {address:#x}")]
pub struct MemoryFault {
    /// Where it began.
    pub address: u64,
}

/// What a call has done to the world. The host does these when the call has returned, in their order: what they cause may
/// come back to the same device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// An interrupt line has changed.
    Irq {
        /// Its place in [`crate::Device::IRQS`].
        irq: usize,
        /// What it shows now.
        level: bool,
    },
    /// Another line has changed.
    Output {
        /// Its group's place in [`crate::Device::OUTPUTS`].
        group: usize,
        /// Its number there.
        index: usize,
        /// What it shows now.
        level: bool,
    },
    /// A timer is to be due then, or not at all.
    Timer {
        /// Which.
        timer: usize,
        /// When.
        due_ns: Option<u64>,
    },
    /// A byte leaves by the character port: its first bit is on the wire now.
    Send(u8),
    /// The registers of a UART come to these settings; none: it is off.
    Settings(Option<Settings>),
    /// A UART sends a break of so many bits, now.
    Break(u16),
    /// A UART holds its line low, or lets it go.
    Hold(bool),
    /// A UART has room for more (RTS), or has not.
    Rts(bool),
    /// A controller says something to its CAN bus.
    ToBus(ToBus),
    /// A frame goes to the controller for which the device relays.
    Relay(Relayed),
    /// A frame leaves by the Ethernet port: its preamble begins now.
    Frame(Vec<u8>),
    /// A clock that the device makes has another frequency.
    Clock {
        /// Its place in [`crate::Device::CLOCK_OUTPUTS`].
        clock: usize,
        /// Cycles a second; 0 when it stands still.
        hz: u64,
    },
    /// A word is written by the device's own bus.
    Store {
        /// Where.
        address: u64,
        /// What.
        word: u32,
    },
    /// The whole microcontroller is reset.
    ResetMachine,
    /// Something to tell the user.
    Report(Mistake),
}

/// All of a device but what its own type keeps.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) values: Values,
    pub(crate) timers: Vec<Option<u64>>,
    pub(crate) irqs: Vec<bool>,
    pub(crate) outputs: Vec<Vec<bool>>,
    pub(crate) inputs: Vec<Vec<bool>>,
    pub(crate) clocks_hz: Vec<u64>,
    pub(crate) clock_outputs_hz: Vec<u64>,
    pub(crate) properties: Vec<u64>,
    pub(crate) settings: Option<Settings>,
    pub(crate) holds: bool,
    pub(crate) rts: bool,
    pub(crate) cts: bool,
    pub(crate) effects: Vec<Effect>,
    /// The mistakes that were reported.
    pub(crate) reported: BTreeSet<(u8, u32, Option<crate::Access>, String)>,
}

impl Parts {
    pub(crate) fn report(&mut self, mistake: Mistake) {
        if self.reported.insert(mistake.place()) {
            self.effects.push(Effect::Report(mistake));
        }
    }
}

/// How long a clock stays as it is when it is meant: [`Context::settle`].
pub const SETTLING_NS: u64 = 1_000;

/// What a device's function can see and do. Lines, bytes and clocks change when the function has returned.
pub struct Context<'a> {
    pub(crate) parts: &'a mut Parts,
    pub(crate) host: &'a mut dyn Host,
}

impl Context<'_> {
    /// What the register at `offset` of the table holds.
    pub fn get(&mut self, offset: u32) -> u32 {
        *self.parts.values.value(offset, 0)
    }

    /// What number `index` of the array at `offset` holds.
    pub fn get_at(&mut self, offset: u32, index: usize) -> u32 {
        *self.parts.values.value(offset, index)
    }

    /// Lets the register at `offset` hold `value`, whatever of it the guest may write.
    pub fn set(&mut self, offset: u32, value: u32) {
        *self.parts.values.value(offset, 0) = value;
    }

    /// The same for number `index` of an array.
    pub fn set_at(&mut self, offset: u32, index: usize, value: u32) {
        *self.parts.values.value(offset, index) = value;
    }

    /// Sets or clears `bits` of a register.
    pub fn put(&mut self, offset: u32, bits: u32, on: bool) {
        let value = self.parts.values.value(offset, 0);
        *value = if on { *value | bits } else { *value & !bits };
    }

    /// Whether all `bits` of a register are set.
    pub fn has(&mut self, offset: u32, bits: u32) -> bool {
        self.get(offset) & bits == bits
    }

    /// Virtual time.
    pub fn now_ns(&self) -> u64 {
        self.host.now_ns()
    }

    /// The frequency of a clock of [`crate::Device::CLOCKS`]; 0 if it stands still or the board connects none.
    pub fn clock_hz(&self, clock: usize) -> u64 {
        self.parts.clocks_hz[clock]
    }

    /// Gives a clock of [`crate::Device::CLOCK_OUTPUTS`] a frequency.
    pub fn set_clock(&mut self, clock: usize, hz: u64) {
        if std::mem::replace(&mut self.parts.clock_outputs_hz[clock], hz) != hz {
            self.parts.effects.push(Effect::Clock { clock, hz });
        }
    }

    /// What the board says of a property of [`crate::Device::PROPERTIES`].
    pub fn property(&self, property: usize) -> u64 {
        self.parts.properties[property]
    }

    /// Drives an interrupt line.
    pub fn irq(&mut self, irq: usize, level: bool) {
        if std::mem::replace(&mut self.parts.irqs[irq], level) != level {
            self.parts.effects.push(Effect::Irq { irq, level });
        }
    }

    /// Drives another line.
    pub fn output(&mut self, group: usize, index: usize, level: bool) {
        if std::mem::replace(&mut self.parts.outputs[group][index], level) != level {
            self.parts.effects.push(Effect::Output { group, index, level });
        }
    }

    /// What a line of [`crate::Device::INPUTS`] shows.
    pub fn input(&self, group: usize, index: usize) -> bool {
        self.parts.inputs[group][index]
    }

    /// Lets a timer be due at `due_ns`; an earlier time that was set is forgotten.
    pub fn arm(&mut self, timer: usize, due_ns: u64) {
        self.set_timer(timer, Some(due_ns));
    }

    /// Forgets a timer's time.
    pub fn cancel(&mut self, timer: usize) {
        self.set_timer(timer, None);
    }

    /// A clock has changed, and what is told of it `is_other` than before. A reset and a program that switches clocks bring others for a
    /// moment: only one that stays for [`SETTLING_NS`] is meant, and `timer` is due then.
    pub fn settle(&mut self, timer: usize, is_other: bool) {
        self.set_timer(timer, is_other.then(|| self.now_ns() + SETTLING_NS));
    }

    /// When a timer is due.
    pub fn due_ns(&self, timer: usize) -> Option<u64> {
        self.parts.timers[timer]
    }

    fn set_timer(&mut self, timer: usize, due_ns: Option<u64>) {
        if std::mem::replace(&mut self.parts.timers[timer], due_ns) != due_ns {
            self.parts.effects.push(Effect::Timer { timer, due_ns });
        }
    }

    /// Sends a byte by the character port; its first bit is on the wire now.
    pub fn send(&mut self, byte: u8) {
        self.parts.effects.push(Effect::Send(byte));
    }

    /// The registers of a UART come to these settings: it sends and listens with them from now on. None: it is off, or listens to
    /// anything. A UART that never says any takes all bytes as they come.
    pub fn settings(&mut self, settings: Option<Settings>) {
        if std::mem::replace(&mut self.parts.settings, settings) != settings {
            self.parts.effects.push(Effect::Settings(settings));
        }
    }

    /// Sends a break of so many bits, by the settings, in place of a byte.
    pub fn send_break(&mut self, bits: u16) {
        self.parts.effects.push(Effect::Break(bits));
    }

    /// Holds the UART's line low, or lets it go.
    pub fn hold(&mut self, is_low: bool) {
        if std::mem::replace(&mut self.parts.holds, is_low) != is_low {
            self.parts.effects.push(Effect::Hold(is_low));
        }
    }

    /// Tells the other end of the line that there is room for more (RTS), or that there is not.
    pub fn rts(&mut self, has_room: bool) {
        if std::mem::replace(&mut self.parts.rts, has_room) != has_room {
            self.parts.effects.push(Effect::Rts(has_room));
        }
    }

    /// Whether the other end of the line has room for more (CTS). Without flow control it has.
    pub fn cts(&self) -> bool {
        self.parts.cts
    }

    /// Says something to the CAN bus.
    pub fn to_bus(&mut self, said: ToBus) {
        self.parts.effects.push(Effect::ToBus(said));
    }

    /// Sends an Ethernet frame, from the destination's address on and without its checksum; its preamble begins now.
    pub fn send_frame(&mut self, frame: &[u8]) {
        self.parts.effects.push(Effect::Frame(frame.to_vec()));
    }

    /// Reads the guest's memory.
    pub fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryFault> {
        self.host.read_memory(address, bytes)
    }

    /// Writes the guest's memory.
    pub fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.host.write_memory(address, bytes)
    }

    /// Writes memory that stores do not change: for the controller of a flash.
    pub fn program_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.host.program_memory(address, bytes)
    }

    /// Writes a word when the function has returned: to another device, which may come back to this one.
    pub fn store_word(&mut self, address: u64, word: u32) {
        self.parts.effects.push(Effect::Store { address, word });
    }

    /// Resets the whole microcontroller, this device with it.
    pub fn reset_machine(&mut self) {
        self.parts.effects.push(Effect::ResetMachine);
    }

    /// Tells the user of a mistake of the guest, or of something that is not modelled; each text once a run.
    pub fn report(&mut self, text: impl Into<String>) {
        self.parts.report(Mistake::Other(text.into()));
    }
}
