// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A bench for one device: drives it in plain tests, and shows what it does.

use crate::bus::BusCall;
use crate::context::{Effect, Host, MemoryFault};
use crate::engine::Core;
use crate::{Device, Mistake, Relayed};
use ::can::{FromBus, ToBus};
use ::uart::{Heard, Settings};
use std::collections::VecDeque;

/// A device with nothing around it but a clock and a little memory. A mistake of the test itself panics.
#[derive(Debug)]
pub struct Bench<D: Device> {
    core: Core<D>,
    world: World,
    sent: Vec<(u64, u8)>,
    settings: Option<Settings>,
    sent_by: Option<Settings>,
    breaks: Vec<(u64, u16)>,
    holds: bool,
    rts: bool,
    to_bus: Vec<(u64, ToBus)>,
    relayed: Vec<Relayed>,
    frames: Vec<(u64, Vec<u8>)>,
    mistakes: Vec<Mistake>,
    irq_edges: Vec<(u64, usize, bool)>,
    irqs: Vec<bool>,
    outputs: Vec<Vec<bool>>,
    clock_outputs_hz: Vec<u64>,
    timers: Vec<Option<u64>>,
    machine_resets: usize,
    stores: Vec<(u64, u64, u32)>,
}

#[derive(Debug, Default)]
struct World {
    now_ns: u64,
    /// From address 0 on.
    memory: Vec<u8>,
    /// What the device did on its buses, and when.
    bus_calls: Vec<(u64, usize, BusCall)>,
    /// What those on the buses will answer.
    answers: VecDeque<u32>,
}

impl World {
    fn range(&self, address: u64, len: usize) -> Result<std::ops::Range<usize>, MemoryFault> {
        let start = usize::try_from(address).map_err(|_| MemoryFault { address })?;
        let end = start.checked_add(len).filter(|end| *end <= self.memory.len());
        Ok(start..end.ok_or(MemoryFault { address })?)
    }
}

impl Host for World {
    fn now_ns(&self) -> u64 {
        self.now_ns
    }

    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryFault> {
        let range = self.range(address, bytes.len())?;
        bytes.copy_from_slice(&self.memory[range]);
        Ok(())
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        let range = self.range(address, bytes.len())?;
        self.memory[range].copy_from_slice(bytes);
        Ok(())
    }

    fn program_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.write_memory(address, bytes)
    }

    fn bus(&mut self, bus: usize, call: BusCall) -> u32 {
        self.bus_calls.push((self.now_ns, bus, call));
        match call {
            BusCall::Nack | BusCall::Stop | BusCall::Select { .. } => 0,
            BusCall::Read => self.answers.pop_front().unwrap_or(0xff),
            BusCall::Start { .. } | BusCall::Write(_) | BusCall::Transfer(_) => {
                self.answers.pop_front().unwrap_or(0)
            }
        }
    }
}

impl<D: Device> Default for Bench<D> {
    fn default() -> Bench<D> {
        Bench::new(&[], &[])
    }
}

impl<D: Device> Bench<D> {
    /// A device that was switched on: its clocks, in the order of [`Device::CLOCKS`], and the properties that differ.
    pub fn new(clocks_hz: &[u64], properties: &[(&str, u64)]) -> Bench<D> {
        let mut bench = Bench {
            core: Core::default(),
            world: World::default(),
            sent: Vec::new(),
            settings: None,
            sent_by: None,
            breaks: Vec::new(),
            holds: false,
            rts: false,
            to_bus: Vec::new(),
            relayed: Vec::new(),
            frames: Vec::new(),
            mistakes: Vec::new(),
            irq_edges: Vec::new(),
            irqs: vec![false; D::IRQS.len()],
            outputs: D::OUTPUTS.iter().map(|lines| vec![false; lines.count]).collect(),
            clock_outputs_hz: vec![0; D::CLOCK_OUTPUTS.len()],
            timers: vec![None; D::TIMERS],
            machine_resets: 0,
            stores: Vec::new(),
        };
        for (name, value) in properties {
            let property = D::PROPERTIES.iter().position(|property| property.name == *name);
            bench.core.set_property(property.unwrap_or_else(|| panic!("no property {name}")), *value);
        }
        for (clock, hz) in clocks_hz.iter().enumerate() {
            bench.set_clock(clock, *hz);
        }
        bench.reset();
        bench.world.bus_calls.clear();
        bench
    }

    /// As after the reset pin.
    pub fn reset(&mut self) {
        self.core.reset(&mut self.world);
        self.settle();
    }

    /// Reads a word.
    pub fn read(&mut self, offset: u32) -> u32 {
        self.read_bytes(offset, 4)
    }

    /// Reads 1, 2 or 4 bytes.
    pub fn read_bytes(&mut self, offset: u32, bytes: u32) -> u32 {
        let value = self.core.read(offset, bytes, &mut self.world).unwrap_or_else(|fault| panic!("{fault}"));
        self.settle();
        value
    }

    /// Writes a word.
    pub fn write(&mut self, offset: u32, value: u32) {
        self.write_bytes(offset, 4, value);
    }

    /// Writes 1, 2 or 4 bytes.
    pub fn write_bytes(&mut self, offset: u32, bytes: u32, value: u32) {
        self.core.write(offset, bytes, value, &mut self.world).unwrap_or_else(|fault| panic!("{fault}"));
        self.settle();
    }

    /// Stores the lowest `bytes` of `value` at `address` of the flash that the device controls.
    pub fn store(&mut self, address: u64, bytes: u32, value: u32) {
        self.core.store(address, bytes, value, &mut self.world);
        self.settle();
    }

    /// Lets virtual time pass; timers are due on the way.
    pub fn advance_ns(&mut self, span_ns: u64) {
        let end_ns = self.world.now_ns + span_ns;
        loop {
            let due = self.timers.iter().enumerate().filter_map(|(timer, due)| Some((((*due)?), timer)));
            let Some((due_ns, timer)) = due.min().filter(|(due_ns, _)| *due_ns <= end_ns) else { break };
            self.world.now_ns = self.world.now_ns.max(due_ns);
            self.timers[timer] = None;
            self.core.timer(timer, &mut self.world);
            self.settle();
        }
        self.world.now_ns = end_ns;
    }

    /// Virtual time.
    pub fn now_ns(&self) -> u64 {
        self.world.now_ns
    }

    /// Drives a line; `name` is its group's.
    pub fn set_input(&mut self, name: &str, index: usize, level: bool) {
        let group = D::INPUTS.iter().position(|lines| lines.name == name);
        self.core.input(group.unwrap_or_else(|| panic!("no input {name}")), index, level, &mut self.world);
        self.settle();
    }

    /// Gives a clock another frequency.
    pub fn set_clock(&mut self, clock: usize, hz: u64) {
        self.core.clock(clock, hz, &mut self.world);
        self.settle();
    }

    /// A byte comes to the character port.
    pub fn receive(&mut self, byte: u8) {
        self.hear(Heard::Byte(byte));
    }

    /// Something comes to the character port, be it a byte or not.
    pub fn hear(&mut self, heard: Heard) {
        self.core.hear(heard, &mut self.world);
        self.settle();
    }

    /// The other end of the line has room for more, or has not.
    pub fn set_cts(&mut self, has_room: bool) {
        self.core.cts(has_room, &mut self.world);
        self.settle();
    }

    /// What the registers of a UART come to, as it was told last.
    pub fn settings(&self) -> Option<Settings> {
        self.settings
    }

    /// Those that the last byte or break was sent by.
    pub fn sent_by(&self) -> Option<Settings> {
        self.sent_by
    }

    /// Whether the device has told that it has room for more.
    pub fn rts(&self) -> bool {
        self.rts
    }

    /// Whether the device holds its line low.
    pub fn holds(&self) -> bool {
        self.holds
    }

    /// The breaks that were sent since the last time: when, and of how many bits.
    pub fn take_breaks(&mut self) -> Vec<(u64, u16)> {
        std::mem::take(&mut self.breaks)
    }

    /// The CAN bus says something.
    pub fn on_bus(&mut self, said: FromBus) {
        self.core.on_bus(said, &mut self.world);
        self.settle();
    }

    /// What was said to the CAN bus since the last time, each with its virtual time.
    pub fn take_to_bus(&mut self) -> Vec<(u64, ToBus)> {
        std::mem::take(&mut self.to_bus)
    }

    /// The controller for which the device relays sends a frame.
    pub fn relay(&mut self, frame: Relayed) {
        self.core.relayed(frame, &mut self.world);
        self.settle();
    }

    /// The frames that went to that controller since the last time.
    pub fn take_relayed(&mut self) -> Vec<Relayed> {
        std::mem::take(&mut self.relayed)
    }

    /// A frame comes to the Ethernet port.
    pub fn on_frame(&mut self, frame: &[u8]) {
        self.core.on_frame(frame, &mut self.world);
        self.settle();
    }

    /// The frames that were sent since the last time, each with the virtual time at which its preamble began.
    pub fn take_frames(&mut self) -> Vec<(u64, Vec<u8>)> {
        std::mem::take(&mut self.frames)
    }

    /// What an interrupt line shows.
    pub fn irq(&self, irq: usize) -> bool {
        self.irqs[irq]
    }

    /// The changes of interrupt lines since the last time: when, which, and to what.
    pub fn take_irq_edges(&mut self) -> Vec<(u64, usize, bool)> {
        std::mem::take(&mut self.irq_edges)
    }

    /// What a line shows; `name` is its group's.
    pub fn output(&self, name: &str, index: usize) -> bool {
        let group = D::OUTPUTS.iter().position(|lines| lines.name == name);
        self.outputs[group.unwrap_or_else(|| panic!("no output {name}"))][index]
    }

    /// The frequency of a clock that the device makes.
    pub fn clock_output_hz(&self, name: &str) -> u64 {
        let clock = D::CLOCK_OUTPUTS.iter().position(|clock| *clock == name);
        self.clock_outputs_hz[clock.unwrap_or_else(|| panic!("no clock {name}"))]
    }

    /// The bytes that left since the last time, each with its virtual time.
    pub fn take_sent(&mut self) -> Vec<(u64, u8)> {
        std::mem::take(&mut self.sent)
    }

    /// What those on the buses will answer: to START and a byte written 1 or 0, to a byte read and a word of SPI what comes
    /// in. Without, nobody is there.
    pub fn answer(&mut self, answers: &[u32]) {
        self.world.answers.extend(answers);
    }

    /// What the device did on its buses since the last time: when, on which, and what.
    pub fn take_bus_calls(&mut self) -> Vec<(u64, usize, BusCall)> {
        std::mem::take(&mut self.world.bus_calls)
    }

    /// What was reported since the last time, as text.
    pub fn take_mistakes(&mut self) -> Vec<String> {
        self.mistakes.drain(..).map(|mistake| mistake.to_string()).collect()
    }

    /// How often the device has reset the microcontroller.
    pub fn machine_resets(&self) -> usize {
        self.machine_resets
    }

    /// The words that were written to other devices since the last time: when, where, what.
    pub fn take_stores(&mut self) -> Vec<(u64, u64, u32)> {
        std::mem::take(&mut self.stores)
    }

    /// The guest's memory, from address 0 on; as long as the test makes it.
    pub fn memory(&mut self) -> &mut Vec<u8> {
        &mut self.world.memory
    }

    /// Every register's name and what it holds after the reset, where the two differ from the table: for tests of tables.
    pub fn differs_after_reset(&mut self) -> Vec<(String, u32)> {
        let mut differs = Vec::new();
        for register in D::REGISTERS.iter().filter(|register| !register.acts_on_read) {
            for index in 0..register.count {
                let value = self.read(register.offset_of(index));
                if value != register.reset {
                    differs.push((format!("{}[{index}]", register.name), value));
                }
            }
        }
        differs
    }

    /// Saves the device and goes on with another one that was restored from it.
    pub fn save_and_restore(&mut self) {
        let saved = self.core.save().unwrap_or_else(|error| panic!("{error}"));
        let mut other = Core::default();
        for (place, _) in D::PROPERTIES.iter().enumerate() {
            other.set_property(place, self.core.property(place));
        }
        other.restore(&saved).unwrap_or_else(|error| panic!("{error}"));
        self.core = other;
        self.timers.fill(None);
        self.settle();
    }

    fn settle(&mut self) {
        let now_ns = self.world.now_ns;
        for effect in self.core.take_effects() {
            match effect {
                Effect::Irq { irq, level } => {
                    self.irqs[irq] = level;
                    self.irq_edges.push((now_ns, irq, level));
                }
                Effect::Output { group, index, level } => self.outputs[group][index] = level,
                Effect::Timer { timer, due_ns } => self.timers[timer] = due_ns,
                Effect::Send(byte) => {
                    self.sent_by = self.settings;
                    self.sent.push((now_ns, byte));
                }
                Effect::Settings(settings) => self.settings = settings,
                Effect::Break(bits) => {
                    self.sent_by = self.settings;
                    self.breaks.push((now_ns, bits));
                }
                Effect::Hold(is_low) => self.holds = is_low,
                Effect::Rts(has_room) => self.rts = has_room,
                Effect::ToBus(said) => self.to_bus.push((now_ns, said)),
                Effect::Relay(frame) => self.relayed.push(frame),
                Effect::Frame(frame) => self.frames.push((now_ns, frame)),
                Effect::Clock { clock, hz } => self.clock_outputs_hz[clock] = hz,
                Effect::Store { address, word } => self.stores.push((now_ns, address, word)),
                Effect::ResetMachine => self.machine_resets += 1,
                Effect::Report(mistake) => self.mistakes.push(mistake),
            }
        }
    }
}
