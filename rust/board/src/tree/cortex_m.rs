// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A Cortex-M with its NVIC and SysTick: QEMU's `armv7m`.

use super::lines::NVIC_LINES_MAX;
use super::memory::Laid;
use super::parts::Parts;
use super::{Arm, Cpu, Known, Survey, cpu_hz, interrupts, view};
use crate::Isa;
use crate::bindings::{CortexM, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{ClockFrom, Made, Object, Reset, Step, Value};

pub(super) fn build(
    tree: &Tree,
    survey: &Survey,
    cpus: &[Known],
    model: &CortexM,
    memories: &[Laid],
    made: Option<ClockFrom>,
    parts: &mut Parts,
) -> Result<Cpu, Mistake> {
    let cpu = cpus[0];
    if let Some(second) = cpus.get(1) {
        let mistake = tree.node(second.id).place.mistake("a second Cortex-M on one board");
        let mistake = mistake.also(tree.node(cpu.id).place, "this is the first");
        return Err(mistake.help("disable one of them, and make each a node of its own"));
    }
    let nvic = survey.nodes.iter().find(|known| matches!(known.binding.model, Model::Nvic));
    let Some(nvic) = nvic else {
        let mistake = tree.node(cpu.id).place.mistake("a Cortex-M without its interrupt controller");
        return Err(mistake.expected("a node with compatible = \"arm,v7m-nvic\""));
    };
    let hz = cpu_hz(tree, survey, cpu.id)?;
    let mut properties = vec![
        ("memory".to_string(), Value::SystemMemory),
        ("cpu-type".to_string(), Value::Text(format!("{}-arm-cpu", model.kind))),
        ("num-irq".to_string(), Value::Number(nvic_lines(tree, nvic.id).into())),
    ];
    if let Some(bits) = view::number(tree, nvic.id, "arm,num-irq-priority-bits")? {
        properties.push(("num-prio-bits".into(), Value::Number(bits)));
    }
    if let Some(fpu) = model.fpu {
        properties.push(("vfp".into(), Value::Switch(fpu)));
    }
    if let Some(regions) = mpu_regions(tree, survey)? {
        properties.push(("mpu-ns-regions".into(), Value::Number(regions)));
    }
    properties.push(("enable-bitband".into(), Value::Switch(model.bit_band)));
    if let Some(vectors) = vectors(tree, memories) {
        let property = if model.kind == "cortex-m33" || model.kind == "cortex-m55" {
            "init-svtor"
        } else {
            "init-nsvtor"
        };
        properties.push((property.into(), Value::Number(vectors)));
    }
    // Whoever makes the CPU's clock makes that which SysTick calls external, too.
    let external = match &made {
        Some(ClockFrom::Object(maker, _)) => Some(ClockFrom::Object(*maker, "systick".into())),
        _ => None,
    };
    let mut clocks = vec![("cpuclk".to_string(), made.unwrap_or_else(|| parts.clock(hz)))];
    let systick = survey.nodes.iter().find(|known| matches!(known.binding.model, Model::SysTick));
    if let Some(reference) = systick.map(|known| view::clock_hz(tree, known.id)).transpose()?.flatten() {
        clocks.push(("refclk".into(), parts.clock(reference)));
    } else if let Some(external) = external {
        clocks.push(("refclk".into(), external));
    }
    let name = tree.path(cpu.id);
    let object =
        parts.object(Object { name, kind: "armv7m".into(), made: Made::OnSystemBus, properties, clocks });
    parts.step(Step::Reset(Reset::CortexM(object)));
    Ok(Cpu { title: cpu.binding.title, isa: Isa::Arm, hz, cores: 1, object, arm: Arm::default() })
}

/// How many interrupts the NVIC has: no tree says, so as many as any node needs, disabled ones too, in steps of 32 as in
/// hardware.
fn nvic_lines(tree: &Tree, nvic: NodeId) -> u32 {
    let of_nvic = |id| {
        interrupts::of(tree, id)
            .unwrap_or_default()
            .into_iter()
            .filter(|interrupt| interrupt.controller == nvic)
    };
    let numbers = tree.walk().flat_map(of_nvic).filter_map(|interrupt| interrupt.cells.first().copied());
    let last = numbers.filter(|number| *number < NVIC_LINES_MAX).max().unwrap_or_default();
    (last + 1).next_multiple_of(32).min(NVIC_LINES_MAX)
}

/// How many regions the MPU has, if the tree says so: 0 without one.
fn mpu_regions(tree: &Tree, survey: &Survey) -> Result<Option<u64>, Mistake> {
    for known in &survey.nodes {
        if let Some(regions) = view::number(tree, known.id, "arm,num-mpu-regions")? {
            return Ok(Some(regions));
        }
    }
    Ok(None)
}

/// Where the vector table is at the start, if it is not at 0: in the flash that `/chosen` names, or the first one.
fn vectors(tree: &Tree, memories: &[Laid]) -> Option<u64> {
    if memories.iter().any(|laid| laid.at == 0 || laid.mirror == Some(0)) {
        return None;
    }
    let chosen = tree.find("/chosen").and_then(|id| tree.node(id).property("zephyr,flash"));
    let chosen = chosen.and_then(|property| tree.resolve(property.string().ok()?));
    let flash = memories
        .iter()
        .find(|laid| Some(laid.id) == chosen)
        .or_else(|| memories.iter().find(|laid| laid.read_only));
    flash.map(|laid| laid.at)
}
