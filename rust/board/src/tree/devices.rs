// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The devices of a board: made, placed, joined.

use super::lines::Controllers;
use super::memory::Laid;
use super::parts::Parts;
use super::view::{self, Region};
use super::{Cpu, Known, Survey, interrupts, platform};
use crate::bindings::{Device, From, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{Line, Made, Object, ObjectId, Output, Step, Value};

/// What the devices of a board are made with.
pub(super) struct Site<'a> {
    pub(super) tree: &'a Tree,
    pub(super) survey: &'a Survey,
    pub(super) cpu: &'a Cpu,
    pub(super) parts: &'a mut Parts,
    pub(super) controllers: Controllers,
    /// All that is placed, for finding what overlaps.
    taken: Vec<(NodeId, Region)>,
    /// The names of the ports.
    uarts: Vec<String>,
}

/// Makes all devices; gives the names of the ports in their order.
pub(super) fn place(
    tree: &Tree,
    survey: &Survey,
    cpu: &Cpu,
    memories: &[Laid],
    parts: &mut Parts,
    mistakes: &mut Vec<Mistake>,
) -> Vec<String> {
    let memory =
        |laid: &Laid| (laid.id, Region { at: laid.at, size_bytes: laid.size_bytes, place: laid.place });
    let taken = memories.iter().map(memory).collect();
    let controllers = Controllers::default();
    let mut site = Site { tree, survey, cpu, parts, controllers, taken, uarts: Vec::new() };
    // Interrupt controllers first: others lead lines to them.
    let (first, rest): (Vec<&Known>, Vec<&Known>) =
        survey.nodes.iter().partition(|known| matches!(known.binding.model, Model::Plic | Model::Clint));
    for known in first.into_iter().chain(rest) {
        let made = match &known.binding.model {
            Model::Plic => platform::plic(&mut site, known.id),
            Model::Clint => platform::clint(&mut site, known.id),
            Model::Device(device) => site.device(known.id, device),
            _ => Ok(()),
        };
        mistakes.extend(made.err());
    }
    site.uarts
}

impl Site<'_> {
    /// The first region of a node that must have one, free of others.
    pub(super) fn first_region(&mut self, id: NodeId) -> Result<Region, Mistake> {
        let all = self.regions(id)?;
        all.first().copied().ok_or_else(|| {
            let mistake = self.tree.node(id).place.mistake("a device without registers").found("no \"reg\"");
            mistake.expected("its address and length: reg = <0x40004000 0x1000>;")
        })
    }

    fn regions(&mut self, id: NodeId) -> Result<Vec<Region>, Mistake> {
        let regions = view::regions(self.tree, id)?;
        for region in &regions {
            let end = region.at + region.size_bytes;
            let meets = |other: &Region| region.at < other.at + other.size_bytes && other.at < end;
            if let Some((other, at)) = self.taken.iter().find(|(_, other)| meets(other)) {
                let (one, two) = (self.tree.path(id), self.tree.path(*other));
                let mistake = region.place.mistake(format!("{one} and {two} overlap"));
                let mistake = mistake.found(format!("{:#x} to {:#x}", region.at, end.wrapping_sub(1)));
                let last = at.at + at.size_bytes - 1;
                return Err(mistake.also(at.place, format!("{:#x} to {last:#x}", at.at)));
            }
            self.taken.push((id, *region));
        }
        Ok(regions)
    }

    fn device(&mut self, id: NodeId, device: &Device) -> Result<(), Mistake> {
        let first = self.first_region(id)?;
        let hz = view::clock_hz(self.tree, id)?.unwrap_or(self.cpu.hz);
        let mut properties = Vec::new();
        for (name, from) in device.properties {
            let value = match from {
                From::Number(number) => Value::Number(*number),
                From::Numbers(numbers) => Value::Numbers(numbers.to_vec()),
                From::Property(property, default) => {
                    Value::Number(view::number(self.tree, id, property)?.unwrap_or(*default))
                }
                From::ClockHz => Value::Number(hz),
            };
            properties.push((name.to_string(), value));
        }
        if device.port {
            // There are not more than the tree has nodes.
            properties.push(("chardev".into(), Value::Port(self.uarts.len() as u16)));
            self.uarts.push(port_name(self.tree, id));
        }
        let clocks = device.clocks.iter().map(|input| (input.to_string(), self.parts.clock(hz))).collect();
        let (name, kind) = (self.tree.path(id), device.kind.to_string());
        let object = self.parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks });
        self.parts.step(Step::Map { object, region: 0, at: first.at });
        self.interrupts(id, object, device.interrupts)
    }

    fn interrupts(&mut self, id: NodeId, object: ObjectId, lines: &[(&str, u32)]) -> Result<(), Mistake> {
        for (number, interrupt) in interrupts::of(self.tree, id)?.iter().enumerate() {
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
            let to = self.controllers.input(self.tree, self.survey, self.cpu, interrupt)?;
            self.parts.line(Output { object, line: Line::Interrupt(*line) }, to);
        }
        Ok(())
    }
}

/// What a scenario calls the port: the label of its node, or the node's name, in small letters, digits and `_`.
fn port_name(tree: &Tree, id: NodeId) -> String {
    let node = tree.node(id);
    let name = node.labels.first().unwrap_or(&node.name).to_ascii_lowercase();
    name.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}
