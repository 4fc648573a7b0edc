// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A device and its table, joined: what a host drives.

use crate::bus::{BusCall, BusKind};
use crate::context::{Context, Effect, Host, Parts};
use crate::mistake::{Access, Mistake};
use crate::values::Values;
use crate::{Device, Lines, RESET_LINE, Relayed, Written, check};
use ::can::FromBus;
use ::uart::{Heard, Settings};
use std::collections::BTreeSet;

/// The access has a bus fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bus fault")]
pub struct Fault;

/// Bytes that are no saved state of this device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are no saved state of this device: another version of it made them")]
pub struct StateError;

/// A device with its registers, timers and lines. After each call, [`Core::take_effects`] says what is to be done.
#[derive(Debug)]
pub struct Core<D: Device> {
    device: D,
    parts: Parts,
}

/// What is saved: values, timers; interrupt lines, outputs and inputs; clocks, and those made; a UART's; the device's own.
type Saved<D> = (Vec<u32>, Vec<Option<u64>>, SavedLines, (Vec<u64>, Vec<u64>), SavedUart, D);
/// Settings, whether it holds the line, RTS and CTS.
type SavedUart = (Option<Settings>, bool, bool, bool);
type SavedLines = (Vec<bool>, Vec<Vec<bool>>, Vec<Vec<bool>>);

impl<D: Device> Default for Core<D> {
    fn default() -> Core<D> {
        const { check(D::REGISTERS, D::SIZE) };
        let mut names = BTreeSet::from([RESET_LINE]);
        let lines = D::INPUTS.iter().chain(D::OUTPUTS);
        assert!(lines.into_iter().all(|lines| names.insert(lines.name)), "two groups of lines have one name");
        let low = |groups: &[Lines]| groups.iter().map(|lines| vec![false; lines.count]).collect();
        Core {
            device: D::default(),
            parts: Parts {
                values: Values::new(D::REGISTERS, D::SIZE),
                timers: vec![None; D::TIMERS],
                irqs: vec![false; D::IRQS.len()],
                outputs: low(D::OUTPUTS),
                inputs: low(D::INPUTS),
                clocks_hz: vec![0; D::CLOCKS.len()],
                clock_outputs_hz: vec![0; D::CLOCK_OUTPUTS.len()],
                properties: D::PROPERTIES.iter().map(|property| property.default).collect(),
                settings: None,
                holds: false,
                rts: false,
                cts: true,
                effects: Vec::new(),
                reported: BTreeSet::new(),
            },
        }
    }
}

impl<D: Device> Core<D> {
    /// What the calls since the last time have done to the world.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.parts.effects)
    }

    /// Sets a property; before the first reset.
    pub fn set_property(&mut self, property: usize, value: u64) {
        self.parts.properties[property] = value;
    }

    /// As after the reset pin. Inputs and clocks stay as they are: others drive them.
    pub fn reset(&mut self, host: &mut dyn Host) {
        self.parts.values.reset();
        for (bus, _) in D::BUSES.iter().enumerate().filter(|(_, bus)| bus.kind == BusKind::I2c) {
            host.bus(bus, BusCall::Stop);
        }
        let (mut cx, device) = self.split(host);
        for timer in 0..D::TIMERS {
            cx.cancel(timer);
        }
        for irq in 0..D::IRQS.len() {
            cx.irq(irq, false);
        }
        for (group, lines) in D::OUTPUTS.iter().enumerate() {
            for index in 0..lines.count {
                cx.output(group, index, false);
            }
        }
        cx.settings(None);
        cx.hold(false);
        cx.rts(false);
        device.reset(&mut cx);
    }

    /// The guest reads `bytes` at `offset`.
    pub fn read(&mut self, offset: u32, bytes: u32, host: &mut dyn Host) -> Result<u32, Fault> {
        self.check_access(Access::Read, offset, bytes)?;
        let Some((register, place)) = self.parts.values.find(offset) else {
            self.no_register(Access::Read, offset, bytes);
            return Ok(0);
        };
        self.check_width(Access::Read, register, offset, bytes);
        let value = match register.acts_on_read {
            true => {
                let (mut cx, device) = self.split(host);
                device.read(place, &mut cx)
            }
            false => *self.parts.values.value(place.offset, place.index),
        };
        let (shift, lanes) = lanes(offset, bytes);
        if register.rc_r != 0 {
            *self.parts.values.value(place.offset, place.index) &= !(register.rc_r & lanes);
        }
        Ok((value & lanes) >> shift)
    }

    /// The guest writes `bytes` of `value` at `offset`.
    pub fn write(&mut self, offset: u32, bytes: u32, value: u32, host: &mut dyn Host) -> Result<(), Fault> {
        self.check_access(Access::Write, offset, bytes)?;
        let Some((register, place)) = self.parts.values.find(offset) else {
            self.no_register(Access::Write, offset, bytes);
            return Ok(());
        };
        let (shift, mut lanes) = lanes(offset, bytes);
        let mut value = value << shift & lanes;
        if !self.check_width(Access::Write, register, offset, bytes) {
            // A bridge to such a register passes words on only: the value stands in all lanes.
            value = (value >> shift).wrapping_mul(if bytes == 1 { 0x0101_0101 } else { 0x0001_0001 });
            lanes = u32::MAX;
        }
        if !register.is_writable() {
            self.parts.report(Mistake::ReadOnly { value, block: D::BLOCK, register: register.name, offset });
            return Ok(());
        }
        if register.acts_on_write {
            let (mut cx, device) = self.split(host);
            device.before_write(place, &mut cx);
        }
        let stored = self.parts.values.value(place.offset, place.index);
        let before = *stored;
        *stored = register.store(before, value, lanes);
        let bits = (value ^ register.reset) & lanes & register.unmodelled;
        if bits != 0 {
            let mistake =
                Mistake::NotModelled { block: D::BLOCK, register: register.name, offset, value, bits };
            self.parts.report(mistake);
        }
        if register.acts_on_write {
            let (mut cx, device) = self.split(host);
            device.write(place, Written { value, lanes, before }, &mut cx);
        }
        Ok(())
    }

    /// The guest stores to the flash that the device controls.
    pub fn store(&mut self, address: u64, bytes: u32, value: u32, host: &mut dyn Host) {
        let (mut cx, device) = self.split(host);
        device.store(address, bytes, value, &mut cx);
    }

    /// A timer of the host's is due. One that was set anew meanwhile is not.
    pub fn timer(&mut self, timer: usize, host: &mut dyn Host) {
        let Some(due_ns) = self.parts.timers[timer].filter(|due_ns| *due_ns <= host.now_ns()) else { return };
        self.parts.timers[timer] = None;
        let (mut cx, device) = self.split(host);
        device.timer(timer, due_ns, &mut cx);
    }

    /// Somebody drives a line of the device.
    pub fn input(&mut self, group: usize, index: usize, level: bool, host: &mut dyn Host) {
        if std::mem::replace(&mut self.parts.inputs[group][index], level) != level {
            let (mut cx, device) = self.split(host);
            device.input(group, index, level, &mut cx);
        }
    }

    /// A clock has this frequency.
    pub fn clock(&mut self, clock: usize, hz: u64, host: &mut dyn Host) {
        if std::mem::replace(&mut self.parts.clocks_hz[clock], hz) != hz {
            let (mut cx, device) = self.split(host);
            device.clock(clock, &mut cx);
        }
    }

    /// The receiver of a UART has heard something, be it a byte or not.
    pub fn hear(&mut self, heard: Heard, host: &mut dyn Host) {
        let (mut cx, device) = self.split(host);
        match heard {
            Heard::Byte(byte) => device.receive(byte, &mut cx),
            heard => device.mishear(heard, &mut cx),
        }
    }

    /// The other end of the line has room for more, or has not.
    pub fn cts(&mut self, has_room: bool, host: &mut dyn Host) {
        if std::mem::replace(&mut self.parts.cts, has_room) != has_room {
            let (mut cx, device) = self.split(host);
            device.cts(&mut cx);
        }
    }

    /// The CAN bus says something.
    pub fn on_bus(&mut self, said: FromBus, host: &mut dyn Host) {
        let (mut cx, device) = self.split(host);
        device.on_bus(said, &mut cx);
    }

    /// The controller for which it relays has sent a frame.
    pub fn relayed(&mut self, frame: Relayed, host: &mut dyn Host) {
        let (mut cx, device) = self.split(host);
        device.relayed(frame, &mut cx);
    }

    /// A frame has arrived at the Ethernet port.
    pub fn on_frame(&mut self, frame: &[u8], host: &mut dyn Host) {
        let (mut cx, device) = self.split(host);
        device.on_frame(frame, &mut cx);
    }

    /// All that it knows. The properties are the board's.
    pub fn save(&self) -> Result<Vec<u8>, StateError> {
        let parts = &self.parts;
        let lines = (&parts.irqs, &parts.outputs, &parts.inputs);
        let clocks = (&parts.clocks_hz, &parts.clock_outputs_hz);
        let uart: SavedUart = (parts.settings, parts.holds, parts.rts, parts.cts);
        postcard::to_allocvec(&(parts.values.all(), &parts.timers, lines, clocks, uart, &self.device))
            .map_err(|_| StateError)
    }

    /// Goes on from what was saved. The effects are the timers to be armed; lines and clocks are as those saved who see them.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        let (saved, rest) = postcard::take_from_bytes::<Saved<D>>(bytes).map_err(|_| StateError)?;
        let (values, timers, (irqs, outputs, inputs), (clocks_hz, clock_outputs_hz), uart, device) = saved;
        let parts = &mut self.parts;
        let widths = |groups: &[Vec<bool>]| groups.iter().map(Vec::len).collect::<Vec<_>>();
        let fits = rest.is_empty()
            && timers.len() == D::TIMERS
            && irqs.len() == D::IRQS.len()
            && widths(&outputs) == widths(&parts.outputs)
            && widths(&inputs) == widths(&parts.inputs)
            && clocks_hz.len() == D::CLOCKS.len()
            && clock_outputs_hz.len() == D::CLOCK_OUTPUTS.len();
        if !fits || !parts.values.restore(&values) {
            return Err(StateError);
        }
        let armed = timers.iter().enumerate().map(|(timer, due_ns)| Effect::Timer { timer, due_ns: *due_ns });
        parts.effects = armed.chain([Effect::Settings(uart.0)]).collect();
        (parts.settings, parts.holds, parts.rts, parts.cts) = uart;
        parts.timers = timers;
        (parts.irqs, parts.outputs, parts.inputs) = (irqs, outputs, inputs);
        (parts.clocks_hz, parts.clock_outputs_hz) = (clocks_hz, clock_outputs_hz);
        self.device = device;
        Ok(())
    }

    /// What a property says.
    pub fn property(&self, property: usize) -> u64 {
        self.parts.properties[property]
    }

    /// The frequencies of the clocks that it makes.
    pub fn clock_outputs_hz(&self) -> &[u64] {
        &self.parts.clock_outputs_hz
    }

    fn split<'a>(&'a mut self, host: &'a mut dyn Host) -> (Context<'a>, &'a mut D) {
        (Context { parts: &mut self.parts, host }, &mut self.device)
    }

    /// Whether the access comes to the registers at all.
    fn check_access(&mut self, access: Access, offset: u32, bytes: u32) -> Result<(), Fault> {
        if D::GATE.is_some_and(|group| self.parts.inputs[group][0]) {
            self.parts.report(Mistake::Gated { access, bytes, block: D::BLOCK, offset });
            return Err(Fault);
        }
        if matches!(bytes, 1 | 2 | 4) && offset.is_multiple_of(bytes) {
            return Ok(());
        }
        self.parts.report(Mistake::Unaligned { access, bytes, block: D::BLOCK, offset });
        Err(Fault)
    }

    fn check_width(&mut self, access: Access, register: &crate::Register, offset: u32, bytes: u32) -> bool {
        let allowed = register.width.allows(bytes);
        if !allowed {
            let (block, register, takes) = (D::BLOCK, register.name, register.width);
            self.parts.report(Mistake::Width { access, bytes, block, register, offset, takes });
        }
        allowed
    }

    fn no_register(&mut self, access: Access, offset: u32, bytes: u32) {
        self.parts.report(Mistake::NoRegister { access, bytes, block: D::BLOCK, offset });
    }
}

/// Where an access lies within its word: the shift, and the mask.
fn lanes(offset: u32, bytes: u32) -> (u32, u32) {
    let shift = offset % 4 * 8;
    (shift, (u32::MAX >> (32 - bytes * 8)) << shift)
}

#[cfg(test)]
mod tests;
