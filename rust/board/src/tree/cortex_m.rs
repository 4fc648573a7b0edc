// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A Cortex-M with its NVIC and SysTick: QEMU's `armv7m`.

use super::lines::NVIC_LINES_MAX;
use super::memory::Laid;
use super::parts::Parts;
use super::{Arm, Cpu, Known, Survey, cpu_hz, interrupts, sse, view};
use crate::Isa;
use crate::bindings::{CortexM, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{ClockFrom, Made, Object, ObjectId, Reset, Step, Value};

/// Where the registers of DWT lie (Arm DDI 0403E, B3.1).
const DWT: u64 = 0xe000_1000;

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
    if let Some(bits) = priority_bits(tree, nvic.id, &cpu, model)? {
        properties.push(("num-prio-bits".into(), Value::Number(bits)));
    }
    if let Some(fpu) = model.fpu {
        properties.push(("vfp".into(), Value::Switch(fpu)));
    }
    if let Some(regions) = mpu_regions(tree, survey, &cpu, model)? {
        properties.push(("mpu-ns-regions".into(), Value::Number(regions)));
        if model.worlds {
            properties.push(("mpu-s-regions".into(), Value::Number(regions)));
        }
    }
    properties.push(("enable-bitband".into(), Value::Switch(model.bit_band)));
    if let Some(at) = vectors(tree, survey, memories, model) {
        let property = if model.worlds { "init-svtor" } else { "init-nsvtor" };
        properties.push((property.into(), Value::Number(at)));
    }
    let idau = sse::build(tree, survey, parts);
    if let Some(idau) = idau.filter(|_| model.worlds) {
        properties.push(("idau".into(), Value::Object(idau)));
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
    let (name, clock) = (tree.path(cpu.id), clocks[0].1.clone());
    let object =
        parts.object(Object { name, kind: "armv7m".into(), made: Made::OnSystemBus, properties, clocks });
    if model.kind != "cortex-m0" {
        dwt(object, clock, parts);
    }
    parts.step(Step::Reset(Reset::CortexM(object)));
    let (title, arm) = (cpu.binding.title, Arm::default());
    Ok(Cpu { title, isa: Isa::Arm, hz, cores: 1, object, arm, idau })
}

/// DWT, which counts cycles, and which QEMU's CPUs lack. That of a Cortex-M0 has no such counter (Arm DDI 0419E, C1.7).
fn dwt(cpu: ObjectId, clock: ClockFrom, parts: &mut Parts) {
    let object = parts.object(Object {
        name: "dwt".into(),
        kind: "virtmcu-armv7m-dwt".into(),
        made: Made::OnSystemBus,
        properties: Vec::new(),
        clocks: vec![("clk".into(), clock)],
    });
    parts.step(Step::MapInCpu { object, region: 0, at: DWT, cpu });
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

/// How many bits a priority has, if the tree says so.
fn priority_bits(tree: &Tree, nvic: NodeId, cpu: &Known, model: &CortexM) -> Result<Option<u64>, Mistake> {
    let Some(property) = tree.node(nvic).property("arm,num-irq-priority-bits") else { return Ok(None) };
    let (bits, (least, most)) = (property.u64()?, model.priority_bits);
    if (least..=most).contains(&bits) {
        return Ok(Some(bits));
    }
    let mistake = property.value_place.mistake(format!("a {} has no such priorities", cpu.binding.title));
    let expected = if least == most { format!("{least} bits") } else { format!("{least} to {most} bits") };
    Err(mistake.found(format!("{bits} bits")).expected(expected))
}

/// How many regions the MPU has, if the tree says so: 0 without one.
fn mpu_regions(tree: &Tree, survey: &Survey, cpu: &Known, model: &CortexM) -> Result<Option<u64>, Mistake> {
    let nodes = survey.nodes.iter().filter(|known| !matches!(known.binding.model, Model::Missing(_)));
    let told = nodes.filter_map(|known| tree.node(known.id).property("arm,num-mpu-regions")).next();
    let Some(property) = told else { return Ok(None) };
    let regions = property.u64()?;
    if model.mpu_regions.contains(&regions) {
        return Ok(Some(regions));
    }
    let mistake = property.value_place.mistake(format!("a {} has no such MPU", cpu.binding.title));
    let can: Vec<String> = model.mpu_regions.iter().map(u64::to_string).collect();
    Err(mistake.found(format!("{regions} regions")).expected(can.join(", ")))
}

/// Where the vector table is at the start, if it is not at 0.
///
/// At 0 there is a mirror of the flash, or the flash itself. Where nothing is, it is in the flash that `/chosen` names, or in the first
/// one. A CPU with two worlds is told by its chip, and starts in the secure one.
fn vectors(tree: &Tree, survey: &Survey, memories: &[Laid], model: &CortexM) -> Option<u64> {
    let is_memory = |at: u64| {
        let starts = |laid: &Laid| std::iter::once(laid.at).chain(laid.mirror);
        memories.iter().any(|laid| starts(laid).any(|start| at.wrapping_sub(start) < laid.size_bytes))
    };
    if is_memory(0) && !model.worlds {
        return None;
    }
    let chosen = image(tree).filter(|at| is_memory(*at));
    let first = || memories.iter().find(|laid| laid.read_only).map(|laid| laid.at);
    let at = chosen.or_else(|| (!is_memory(0)).then(first).flatten());
    let at = at.map(|at| sse::secure(survey, at).unwrap_or(at)).or_else(|| sse::secure(survey, 0));
    at.filter(|at| *at != 0)
}

/// Where `/chosen` says that the firmware is: at the start of a flash, or, in Zephyr's trees of the non-secure world alone, at
/// that of the part which TF-M leaves to it.
fn image(tree: &Tree) -> Option<u64> {
    let chosen = tree.find("/chosen")?;
    let named = |name: &str| tree.resolve(tree.node(chosen).property(name)?.string().ok()?);
    let start = |id| Some(view::regions(tree, id).ok()?.first()?.at);
    let flash = start(named("zephyr,flash")?)?;
    let part = named("zephyr,code-partition");
    let is_other_world =
        |id: &NodeId| tree.node(*id).labels.iter().any(|label| label.ends_with("_ns_partition"));
    let offset = part.filter(is_other_world).and_then(start).unwrap_or(0);
    flash.checked_add(offset)
}
