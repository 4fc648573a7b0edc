// SPDX-License-Identifier: Apache-2.0 OR MIT
//! RISC-V harts.

use super::parts::Parts;
use super::{Arm, Cpu, Known, Survey, cpu_hz};
use crate::Isa;
use crate::bindings::{Hart, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{Made, Object, Value};

/// The most harts: Zephyr's tree of QEMU's machine has as many, though its firmware uses one.
const HARTS_MAX: u8 = 8;

pub(super) fn build(tree: &Tree, survey: &Survey, cpus: &[Known], parts: &mut Parts) -> Result<Cpu, Mistake> {
    let first = cpus[0];
    let cores = super::cores(tree, cpus, HARTS_MAX)?;
    let isa = isa(tree, first)?;
    let kind = match (&first.binding.model, isa) {
        (Model::Hart(Hart { kind: "", .. }), Isa::Riscv32) => "rv32",
        (Model::Hart(Hart { kind: "", .. }), _) => "rv64",
        (Model::Hart(hart), _) => hart.kind,
        _ => "",
    };
    let hz = cpu_hz(tree, survey, first.id)?;
    let name = tree.path(tree.parent(first.id).unwrap_or(tree.root()));
    let properties = vec![
        ("cpu-type".to_string(), Value::Text(format!("{kind}-riscv-cpu"))),
        ("num-harts".to_string(), Value::Number(cores.into())),
        ("resetvec".to_string(), Value::Entry),
    ];
    let kind = "riscv.hart_array".to_string();
    let object = parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks: Vec::new() });
    Ok(Cpu { title: first.binding.title, isa, hz, cores, object, arm: Arm::default(), idau: None })
}

/// 32 or 64 bits, by `riscv,isa` of the hart, or of all of them.
fn isa(tree: &Tree, cpu: Known) -> Result<Isa, Mistake> {
    let node = tree.node(cpu.id);
    let all = tree.parent(cpu.id).map(|cpus| tree.node(cpus));
    let said = |name| node.property(name).or_else(|| all?.property(name));
    let Some(property) = said("riscv,isa").or_else(|| said("riscv,isa-base")) else {
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
