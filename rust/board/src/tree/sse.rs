// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Two worlds: Arm's SSE subsystems show each memory and device at two addresses, by bit 28 that of the secure world and that of
//! the other one, and guard them (Arm 101104, "Memory map").
//!
//! A tree has the addresses of the non-secure world. Who is guarded says so by `access-controllers`: a memory names its MPC, a
//! device its PPC and the port there.

use super::devices::{Placed, Site};
use super::interrupts;
use super::memory::Laid;
use super::parts::Parts;
use super::{Survey, view};
use crate::bindings::Model;
use devicetree::{Mistake, NodeId, Tree};
use plan::{Input, Line, Made, Object, ObjectId, Output, Step, Value};
use std::collections::BTreeMap;

/// What tells the secure address from the other.
const SECURE: u64 = 1 << 28;
/// The halves of the world that are alike: code, RAM, devices.
const SHOWN: [u64; 3] = [0, 0x2000_0000, 0x4000_0000];
/// The regions of an MPC: its registers, and what it guards.
const MPC_MEMORY: u32 = 1;
/// A PPC has so many ports (Arm DDI 0571E, 3.3).
const PORTS: u32 = 16;

/// The subsystem, if the tree has one.
pub(super) fn find(survey: &Survey) -> Option<NodeId> {
    survey.nodes.iter().find(|known| matches!(known.binding.model, Model::Sse)).map(|known| known.id)
}

/// Where the secure world sees what lies at `at` besides.
pub(super) fn secure(survey: &Survey, at: u64) -> Option<u64> {
    let shown = SHOWN.iter().any(|start| (*start..start + SECURE).contains(&at));
    (find(survey).is_some() && shown).then_some(at | SECURE)
}

/// Shows all at the secure addresses, and makes the attribution unit.
pub(super) fn build(tree: &Tree, survey: &Survey, parts: &mut Parts) -> Option<ObjectId> {
    let sse = find(survey)?;
    for at in SHOWN {
        let name = format!("secure {at:#x}");
        parts.step(Step::Mirror { name, of: at, at: at | SECURE, size_bytes: SECURE });
    }
    let name = format!("{}.idau", tree.path(sse));
    let kind = "virtmcu-sse-idau".to_string();
    let (properties, clocks) = (Vec::new(), Vec::new());
    Some(parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks }))
}

/// What is guarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Memory,
    Device,
}

/// Who guards a node, and the cells behind its name. Other chips have other guards, which let all through here.
pub(super) fn guard(
    tree: &Tree,
    survey: &Survey,
    id: NodeId,
    kind: Kind,
) -> Result<Option<(NodeId, Vec<u32>)>, Mistake> {
    let Some(property) = tree.node(id).property("access-controllers") else { return Ok(None) };
    let guard = view::target(tree, property, 0)?;
    let guards = match survey.model(guard) {
        Some(Model::MemoryGuard) => Kind::Memory,
        Some(Model::DeviceGuard) => Kind::Device,
        Some(_) | None => return Ok(None),
    };
    if guards != kind {
        let mistake = property.cell_place(0).mistake("a protection controller that cannot guard this");
        let mistake = mistake.found(tree.path(guard));
        return Err(mistake.help("a memory protection controller guards memory, a peripheral one devices"));
    }
    Ok(Some((guard, property.cells()?[1..].to_vec())))
}

/// What a PPC guards: by the port, whose registers, which of them, and where.
pub(super) type Guarded = BTreeMap<NodeId, BTreeMap<u32, (ObjectId, u32, u64)>>;

/// Places the registers `region` of an object at `at`, behind the PPC that its node names.
pub(super) fn map(
    site: &mut Site<'_>,
    id: NodeId,
    object: ObjectId,
    region: u32,
    at: u64,
) -> Result<(), Mistake> {
    let Some((guard, cells)) = guard(site.tree, site.survey, id, Kind::Device)? else {
        site.parts.step(Step::Map { object, region, at });
        return Ok(());
    };
    let property = site.tree.node(id).property("access-controllers");
    let place = property.map_or(site.tree.node(id).place, |property| property.cell_place(1));
    let port = cells.first().copied().filter(|port| *port < PORTS);
    let Some(port) = port.filter(|_| cells.len() == 1) else {
        let mistake = place.mistake("no port of a protection controller").found(format!("{cells:?}"));
        return Err(mistake.expected(format!("one port behind the controller's name: 0 to {}", PORTS - 1)));
    };
    let ports = site.guarded.entry(guard).or_default();
    if ports.insert(port, (object, region, at)).is_some() {
        let mistake = place.mistake("a port of a protection controller that has a device already");
        return Err(mistake.found(format!("port {port} of {}", site.tree.path(guard))).help("one is wrong"));
    }
    Ok(())
}

/// An MPC and the memory behind it.
pub(super) fn memory_guard(site: &mut Site<'_>, id: NodeId, memories: &[Laid]) -> Result<(), Mistake> {
    let region = site.first_region(id)?;
    let behind: Vec<&Laid> = memories.iter().filter(|laid| laid.guard == Some(id)).collect();
    let [behind] = behind[..] else {
        let mistake = site.tree.node(id).place.mistake("a memory protection controller guards one memory");
        let mistake = mistake.found(format!("{}", behind.len()));
        return Err(mistake.expected("one with access-controllers = <&LABEL>, the label of this node"));
    };
    let object = site.parts.object(Object {
        name: site.tree.path(id),
        kind: "tz-mpc".to_string(),
        made: Made::OnSystemBus,
        properties: vec![("downstream".to_string(), Value::Memory(behind.memory))],
        clocks: Vec::new(),
    });
    site.parts.step(Step::Map { object, region: MPC_MEMORY, at: behind.at });
    site.made.push(Placed { id: Some(id), object, kind: "tz-mpc", device: None, at: region.at });
    map(site, id, object, 0, region.at)
}

/// All PPCs, now that what is behind them is there; then the lines of both kinds of guards.
pub(super) fn finish(site: &mut Site<'_>, mistakes: &mut Vec<Mistake>) {
    let survey = site.survey;
    for known in survey.nodes.iter().filter(|known| matches!(known.binding.model, Model::DeviceGuard)) {
        let ports = site.guarded.remove(&known.id).unwrap_or_default();
        let link = |(port, (object, region, _)): (&u32, &(ObjectId, u32, u64))| {
            (format!("port[{port}]"), Value::Registers(*object, *region))
        };
        let object = site.parts.object(Object {
            name: site.tree.path(known.id),
            kind: "tz-ppc".to_string(),
            made: Made::OnSystemBus,
            properties: ports.iter().map(link).collect(),
            clocks: Vec::new(),
        });
        for (port, (.., at)) in &ports {
            site.parts.step(Step::Map { object, region: *port, at: *at });
        }
        mistakes.extend(device_guard_lines(site, known.id, object, ports.keys().copied()).err());
    }
    for guard in site.of_kind("tz-mpc") {
        let Some(id) = guard.id else { continue };
        mistakes.extend(memory_guard_lines(site, id, guard.object).err());
    }
    if let (Some(control), Some(idau)) = (site.find("iotkit-secctl"), site.cpu.idau) {
        site.join((control, "nsc_cfg"), (idau, "nsc_cfg"), 0);
    }
}

/// The bit of a guard in the security controller's register, and that controller.
fn status(site: &Site<'_>, id: NodeId) -> Result<(u32, ObjectId), Mistake> {
    let tree = site.tree;
    let bit = view::number(tree, id, "arm,secctl-bit")?.filter(|bit| *bit < 32);
    let Some(bit) = bit else {
        let mistake = tree.node(id).place.mistake("a protection controller of nobody");
        return Err(mistake.expected(
            "arm,secctl-bit = <N>: its bit in SECPPCINTSTAT or SECMPCINTSTATUS of the security controller",
        ));
    };
    let control = site.find("iotkit-secctl").ok_or_else(|| {
        let mistake = tree.node(id).place.mistake("a protection controller without a security controller");
        mistake.expected("a node such as secctl@50080000 { compatible = \"arm,sse-200-secctl\"; }")
    })?;
    // Not more than 31.
    Ok((bit as u32, control))
}

/// What the security controller calls the PPC with this bit in SECPPCINTSTAT (Arm 101104).
fn ppc_name(bit: u32) -> Option<String> {
    match bit {
        0 | 1 => Some(format!("apb_ppc{bit}")),
        4..=7 => Some(format!("apb_ppcexp{}", bit - 4)),
        20..=23 => Some(format!("ahb_ppcexp{}", bit - 20)),
        _ => None,
    }
}

fn device_guard_lines(
    site: &mut Site<'_>,
    id: NodeId,
    ppc: ObjectId,
    ports: impl Iterator<Item = u32>,
) -> Result<(), Mistake> {
    let (bit, control) = status(site, id)?;
    let Some(name) = ppc_name(bit) else {
        let mistake = site.tree.node(id).place.mistake("a protection controller of nobody");
        let mistake = mistake.found(format!("arm,secctl-bit = <{bit}>"));
        return Err(mistake.expected("0, 1, 4 to 7 or 20 to 23: those of SECPPCINTSTAT"));
    };
    // QEMU's security controller can open three of this one; what is behind the others stays secure.
    let ports_max = if bit == 0 { 3 } else { PORTS };
    for port in ports.filter(|port| *port < ports_max) {
        site.join((control, &format!("{name}_nonsec")), (ppc, "cfg_nonsec"), port);
        site.join((control, &format!("{name}_ap")), (ppc, "cfg_ap"), port);
    }
    site.join((control, &format!("{name}_irq_enable")), (ppc, "irq_enable"), 0);
    site.join((control, &format!("{name}_irq_clear")), (ppc, "irq_clear"), 0);
    site.join((control, "sec_resp_cfg"), (ppc, "cfg_sec_resp"), 0);
    site.join((ppc, "irq"), (control, &format!("{name}_irq_status")), 0);
    interrupts(site, id, ppc)
}

fn memory_guard_lines(site: &mut Site<'_>, id: NodeId, mpc: ObjectId) -> Result<(), Mistake> {
    let (bit, control) = status(site, id)?;
    // SECMPCINTSTATUS: those of the subsystem first, then those outside.
    let (name, number) = if bit < 16 { ("mpc_status", bit) } else { ("mpcexp_status", bit - 16) };
    let from = Output { object: mpc, line: Line::Named("irq".into(), 0) };
    let to = Input { object: control, part: None, line: Line::Named(name.into(), number) };
    site.parts.line(from, to);
    interrupts(site, id, mpc)
}

/// The interrupt that a guard has in the tree.
fn interrupts(site: &mut Site<'_>, id: NodeId, guard: ObjectId) -> Result<(), Mistake> {
    for interrupt in interrupts::of(site.tree, id)? {
        for to in site.controllers.inputs(site.tree, site.survey, site.cpu, &interrupt)? {
            site.parts.line(Output { object: guard, line: Line::Named("irq".into(), 0) }, to);
        }
    }
    Ok(())
}
