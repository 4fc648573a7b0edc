// SPDX-License-Identifier: Apache-2.0 OR MIT
//! RISC-V harts.

use super::memory::Laid;
use super::parts::Parts;
use super::{Arm, Cpu, Known, Survey, cpu_hz};
use crate::bindings::{Hart, Model};
use crate::{Isa, boot_rom};
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

/// The address of the ROM that the harts start in, if there is one.
pub(super) fn boot_rom(
    tree: &Tree,
    survey: &Survey,
    cpu: &Cpu,
    memories: &[Laid],
) -> Result<Option<u64>, Mistake> {
    let is_rom = |known: &&Known| matches!(known.binding.model, Model::BootRom);
    let mut roms = survey.nodes.iter().filter(is_rom);
    let Some(rom) = roms.next() else { return Ok(None) };
    let place = super::said(tree, rom.id);
    if !matches!(cpu.isa, Isa::Riscv32 | Isa::Riscv64) {
        return Err(place.mistake("a boot ROM for RISC-V").found(cpu.title).help("remove the node"));
    }
    if let Some(other) = roms.next() {
        let mistake = super::said(tree, other.id).mistake("a second boot ROM");
        return Err(mistake
            .also(place, "the first one")
            .help("the harts start in one of them: remove the other"));
    }
    let Some(laid) = memories.iter().find(|laid| laid.id == rom.id) else {
        return Err(tree
            .node(rom.id)
            .place
            .mistake("a boot ROM without memory")
            .expected("reg = <0x1000 0x1000>;"));
    };
    if laid.size_bytes < boot_rom::BYTES {
        let mistake =
            laid.place.mistake("the boot ROM is too small").found(format!("{:#x} bytes", laid.size_bytes));
        return Err(mistake.expected(format!("at least {:#x}", boot_rom::BYTES)));
    }
    Ok(Some(laid.at))
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
