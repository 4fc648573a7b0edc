// SPDX-License-Identifier: Apache-2.0 OR MIT
//! RISC-V harts.

use super::parts::Parts;
use super::{Cpu, Known, Survey, cpu_hz, said};
use crate::bindings::Model;
use crate::{CORES_MAX, Isa};
use devicetree::{Mistake, NodeId, Tree};
use plan::{Made, Object, Value};

pub(super) fn build(tree: &Tree, survey: &Survey, cpus: &[Known], parts: &mut Parts) -> Result<Cpu, Mistake> {
    let first = cpus[0];
    if let Some(other) = cpus.iter().find(|cpu| !std::ptr::eq(cpu.binding, first.binding)) {
        let mistake = said(tree, other.id).mistake("harts of different kinds on one board");
        return Err(mistake.found(other.binding.title).also(said(tree, first.id), first.binding.title));
    }
    if cpus.len() > usize::from(CORES_MAX) {
        let mistake = tree.node(cpus[usize::from(CORES_MAX)].id).place.mistake("too many harts");
        return Err(mistake.found(format!("{}", cpus.len())).expected(format!("at most {CORES_MAX}")));
    }
    let isa = isa(tree, first)?;
    let kind = match (&first.binding.model, isa) {
        (Model::Hart(""), Isa::Riscv32) => "rv32",
        (Model::Hart(""), _) => "rv64",
        (Model::Hart(kind), _) => kind,
        _ => "",
    };
    let hz = cpu_hz(tree, survey, first.id)?;
    let name = tree.path(tree.parent(first.id).unwrap_or(tree.root()));
    let properties = vec![
        ("cpu-type".to_string(), Value::Text(format!("{kind}-riscv-cpu"))),
        ("num-harts".to_string(), Value::Number(cpus.len() as u64)),
        ("resetvec".to_string(), Value::Entry),
    ];
    let kind = "riscv.hart_array".to_string();
    let object = parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks: Vec::new() });
    // Not more than CORES_MAX, as was seen.
    Ok(Cpu { title: first.binding.title, isa, hz, cores: cpus.len() as u8, object })
}

/// 32 or 64 bits, by `riscv,isa`.
fn isa(tree: &Tree, cpu: Known) -> Result<Isa, Mistake> {
    let node = tree.node(cpu.id);
    let Some(property) = node.property("riscv,isa").or_else(|| node.property("riscv,isa-base")) else {
        let mistake = node.place.mistake("a hart without an instruction set").found("no \"riscv,isa\"");
        return Err(mistake.help("add it: riscv,isa = \"rv32imac_zicsr_zifencei\";"));
    };
    let text = property.string()?;
    match text.get(..4) {
        Some("rv32") => Ok(Isa::Riscv32),
        Some("rv64") => Ok(Isa::Riscv64),
        _ => Err(property
            .value_place
            .mistake("an unknown instruction set")
            .found(format!("\"{text}\""))
            .expected("\"rv32...\" or \"rv64...\"")),
    }
}

/// The number of the hart whose interrupt controller `id` is.
pub(super) fn hart_of(tree: &Tree, survey: &Survey, id: NodeId) -> Option<u32> {
    let harts = survey.nodes.iter().filter(|known| matches!(known.binding.model, Model::Hart(_)));
    let hart = tree.parent(id)?;
    harts.map(|known| known.id).position(|id| id == hart).map(|number| number as u32)
}
