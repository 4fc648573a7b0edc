// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `machine`, `memory` and `peripherals`: lists of parts.

use super::fields::{self, Fields};
use super::node::Nodes;
use super::part::Part;
use super::spot::Spot;
use super::text::{Kind, Value};
use super::wires::Wires;
use super::{map, types};
use crate::draft::DraftValue;
use crate::{Mistake, Place};
use std::collections::BTreeMap;

const MACHINE: [&str; 5] = ["name", "type", "cpu", "cpus", "properties"];
const CPU: [&str; 8] = ["name", "type", "address", "isa", "mmu-type", "memory", "properties", "nodes"];
const MEMORY: [&str; 7] = ["name", "type", "address", "size", "container", "properties", "nodes"];
const PERIPHERAL: [&str; 10] = [
    "name",
    "type",
    "renode_type",
    "address",
    "size",
    "parent",
    "container",
    "interrupts",
    "properties",
    "nodes",
];

/// What the machine's type was for QEMU: one that is built from a tree.
const MACHINE_TYPES: [&str; 2] = ["arm-generic-fdt", "virt"];

/// Puts the parts where they belong.
pub(super) fn read(top: &Fields<'_>, nodes: &mut Nodes<'_>) {
    let mut parts = Vec::new();
    let lists: [(_, &'static str, &[&str]); 2] =
        [("memory", "a memory", &MEMORY), ("peripherals", "a peripheral", &PERIPHERAL)];
    if let Some(machine) = top.get("machine") {
        let done = self::machine(machine, nodes);
        nodes.keep(done);
    }
    for (name, what, known) in lists {
        let Some(list) = top.get(name) else { continue };
        let done = fields::list(list, "a list of parts");
        for one in nodes.keep(done).into_iter().flatten() {
            if nodes.full() {
                return;
            }
            let part = Fields::of(what, one, known, nodes.mistakes);
            let part = part.and_then(|fields| Part::of(fields, name == "memory"));
            parts.extend(nodes.keep(part));
        }
    }
    if top.get("machine").is_some() || !parts.is_empty() {
        place(parts, nodes);
    }
}

/// Places all parts: those without a parent, then those whose parents are there.
fn place(mut parts: Vec<Part<'_>>, nodes: &mut Nodes<'_>) {
    let place = nodes.draft.nodes[0].place;
    nodes.default(0, "#address-cells", 2, place);
    nodes.default(0, "#size-cells", 2, place);
    let mut names: BTreeMap<&str, Place> = BTreeMap::new();
    for part in &parts {
        if let Some(first) = names.insert(part.name, part.place) {
            let mistake = part.place.mistake(format!("two parts are called \"{}\"", part.name));
            nodes.mistakes.push(mistake.found("again").also(first, "first here"));
        }
    }
    let mut wires = Wires::default();
    // Each round is one node deeper, and nodes are not deep.
    loop {
        let mut later = Vec::new();
        let count = parts.len();
        for part in parts {
            if nodes.full() {
                return;
            }
            let waits = part.parent.is_some_and(|(name, _)| names.contains_key(name));
            if waits && nodes.draft.find(part.parent.map_or("", |(name, _)| name), part.place).is_err() {
                later.push(part);
                continue;
            }
            let done = part.put(nodes, &mut wires);
            nodes.keep(done);
        }
        if later.is_empty() || later.len() == count {
            let lost = later.iter().map(|part| part.place.mistake("a part inside of itself"));
            nodes.mistakes.extend(lost);
            break;
        }
        parts = later;
    }
    wires.join(nodes);
}

fn machine(value: &Value, nodes: &mut Nodes<'_>) -> Result<(), Mistake> {
    let fields = Fields::of("a machine", value, &MACHINE, nodes.mistakes)?;
    let body = nodes.draft.body(0);
    if let Some(name) = fields.get("name") {
        let mut model = DraftValue::empty(name.place);
        model.string(fields::text(name, "name")?.as_bytes(), name.place);
        nodes.draft.set(0, "model", fields.place("name"), model, body)?;
    }
    if let Some(kind) = fields.get("type") {
        let text = fields::text(kind, "type")?;
        if !MACHINE_TYPES.contains(&text) {
            let mistake = kind.place.mistake("a machine has no type: it is what its parts are");
            return Err(mistake.help("leave it out; `virtmcu board list` shows whole boards"));
        }
    }
    if let Some(properties) = fields.get("properties") {
        nodes.properties(0, map(properties, "a map of properties")?, body);
    }
    let list = fields.get("cpus").map(|list| fields::list(list, "a list of CPUs")).transpose()?;
    let all: Vec<&Value> = fields.get("cpu").into_iter().chain(list.into_iter().flatten()).collect();
    let Some(first) = all.first() else { return Ok(()) };
    let cpus = nodes.draft.child(0, "cpus", first.place, 0)?;
    nodes.default(cpus, "#address-cells", 1, first.place);
    nodes.default(cpus, "#size-cells", 0, first.place);
    for (number, one) in all.into_iter().enumerate() {
        if nodes.full() {
            break;
        }
        let done = cpu(one, number as u64, cpus, nodes);
        nodes.keep(done);
    }
    Ok(())
}

fn cpu(value: &Value, number: u64, cpus: usize, nodes: &mut Nodes<'_>) -> Result<(), Mistake> {
    let fields = Fields::of("a CPU", value, &CPU, nodes.mistakes)?;
    let (kind, kind_place) = fields.text("type")?;
    let at = fields.get("address").map_or(Ok(number), fields::number)?;
    let (name, place) = fields.text("name")?;
    let spot = Spot { parent: cpus, node: format!("cpu@{at:x}"), label: name, place };
    let (id, body) = spot.make(nodes)?;
    nodes.text(id, "device_type", "cpu", place, body)?;
    nodes.text(id, "compatible", &types::cpu(kind), kind_place, body)?;
    nodes.reg(id, &[(at, 0)], place, body)?;
    for (field, property) in [("isa", "riscv,isa"), ("mmu-type", "mmu-type")] {
        if let Some(value) = fields.get(field) {
            nodes.text(id, property, fields::text(value, field)?, value.place, body)?;
        }
    }
    if let Some(memory) = fields.get("memory") {
        system_memory(memory)?;
    }
    nodes.rest(id, &fields, body)
}

/// What the one map of addresses was called, in which all is.
pub(super) fn system_memory(value: &Value) -> Result<(), Mistake> {
    match &value.kind {
        Kind::Scalar { text, .. } if &**text == "sysmem" => Ok(()),
        _ => {
            let mistake = value.place.mistake("a board has one map of addresses only");
            Err(mistake.expected("`sysmem`, or leave it out; a device inside of another one has a `parent`"))
        }
    }
}
