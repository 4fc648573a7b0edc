// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines between devices, and their interrupts: from their lines to the inputs that the tree names.

use super::devices::{Placed, Site, Wire};
use super::interrupts;
use super::pins::Pin;
use crate::bindings::{self, Device};
use devicetree::{Mistake, NodeId};
use plan::{Input, Line, Made, Object, ObjectId, Output, Value};

impl Site<'_> {
    /// Leads the line `number` called `output` of one device to that called `input` of another.
    pub(super) fn join(&mut self, from: (ObjectId, &str), to: (ObjectId, &str), number: u32) {
        self.join_to((from.0, from.1, number), (to.0, to.1, number));
    }

    /// The same where the lines have numbers of their own.
    pub(super) fn join_to(&mut self, from: (ObjectId, &str, u32), to: (ObjectId, &str, u32)) {
        let named = |name: &str, number| Line::Named(name.into(), number);
        let from = Output { object: from.0, line: named(from.1, from.2) };
        self.parts.line(from, Input { object: to.0, part: None, line: named(to.1, to.2) });
    }

    /// Leads the lines that reset single devices; one may be that of several.
    pub(super) fn join_resets(&mut self) {
        for ((maker, group, bit), devices) in std::mem::take(&mut self.resets) {
            let to = devices.into_iter().map(|device| (device, "reset", 0));
            self.join_all((maker, group, bit), to.collect());
        }
    }

    /// Leads a line to several others.
    pub(super) fn join_all(&mut self, from: Wire<'_>, to: Vec<Wire<'_>>) {
        let (object, group, number) = from;
        let from = Output { object, line: Line::Named(group.into(), number) };
        let input = |(object, group, number): Wire<'_>| Input {
            object,
            part: None,
            line: Line::Named(group.into(), number),
        };
        if let [only] = to[..] {
            return self.parts.line(from, input(only));
        }
        let split = self.parts.object(Object {
            name: "all".into(),
            kind: "split-irq".into(),
            made: Made::Alone,
            properties: vec![("num-lines".into(), Value::Number(to.len() as u64))],
            clocks: Vec::new(),
        });
        self.parts.line(from, Input { object: split, part: None, line: Line::Plain(0) });
        for (number, to) in to.into_iter().enumerate() {
            let from = Output { object: split, line: Line::Plain(number as u32) };
            self.parts.line(from, input(to));
        }
    }

    /// Joins a device's interrupts; one that has none in the tree may be the CPU's NMI.
    pub(super) fn join_interrupts(
        &mut self,
        id: NodeId,
        object: ObjectId,
        device: &Device,
    ) -> Result<(), Mistake> {
        let has_interrupt = self.interrupts(id, object, device)?;
        if device.nmi && !has_interrupt {
            let to = Input { object: self.cpu.object, part: None, line: Line::Named("NMI".into(), 0) };
            self.parts.line(Output { object, line: Line::Interrupt(0) }, to);
        }
        Ok(())
    }

    /// Joins the interrupts that the tree says, and whether there are any.
    fn interrupts(&mut self, id: NodeId, object: ObjectId, device: &Device) -> Result<bool, Mistake> {
        let lines = device.interrupts;
        let told = interrupts::of(self.tree, id)?;
        for (number, interrupt) in told.iter().enumerate() {
            let line = match &interrupt.name {
                Some(name) => lines
                    .iter()
                    .find(|(line, _)| line == name)
                    .or_else(|| lines.first().filter(|_| lines.len() == 1)),
                None => lines.get(number),
            };
            let Some((_, line)) = line else {
                let mistake = interrupt.place.mistake("an interrupt that the device does not have");
                let named = interrupt
                    .name
                    .as_ref()
                    .map_or(format!("number {}", number + 1), |name| format!("\"{name}\""));
                let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
                let mistake = mistake.found(named);
                return Err(mistake.expected(match &names[..] {
                    [] => "none: its model has no interrupts".to_string(),
                    [_] => "one".to_string(),
                    names => report::one_of(names),
                }));
            };
            if *line == bindings::NEVER {
                continue;
            }
            let inputs = match self.placed(interrupt.controller) {
                Some(Placed { device: Some(Device { pins: Some(_), .. }), .. }) => {
                    self.pin_input(&Pin::of_interrupt(interrupt))?.into_iter().collect()
                }
                _ => self.controllers.inputs(self.tree, self.survey, self.cpu, interrupt)?,
            };
            // A device with a line for each core has them side by side.
            for (line, to) in (*line..).zip(inputs) {
                // A chip on a bus has no interrupts in QEMU's words, but lines without a name.
                let line = match device.sits_on {
                    Some(_) => Line::Plain(line),
                    None => Line::Interrupt(line),
                };
                self.parts.line(Output { object, line }, to);
            }
        }
        Ok(!told.is_empty())
    }
}
