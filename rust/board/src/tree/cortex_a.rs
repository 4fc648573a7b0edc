// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Cortex-A and Cortex-R: how many, what of them the firmware sees, and who of them starts.
//!
//! The chip itself starts all of its cores in the highest state that they have: secure, EL3. A tree with a `psci` node says that
//! someone below the firmware does that and then hands over: with the method "smc" he is in EL3, and leaves EL2 and below; with
//! "hvc" he is in EL2, and leaves EL1. QEMU is that someone: the states above are not there, the first core starts at the firmware's
//! entry, and the others are off until the firmware calls CPU_ON. Without `psci` the firmware is the first program: all cores
//! start at its entry, in the state of a reset, and it tells them apart by MPIDR.

use super::parts::Parts;
use super::{Arm, Cpu, Known, Survey, cpu_hz, view};
use crate::CORES_MAX;
use crate::bindings::{CortexA, Model};
use devicetree::{Mistake, NodeId, Tree};
use plan::{Made, Object, Reset, Step, Value};

/// `QEMU_PSCI_CONDUIT_SMC` and `_HVC` in QEMU's target/arm/kvm-consts.h.
const CONDUIT_SMC: u64 = 1;
const CONDUIT_HVC: u64 = 2;

const NS_PER_S: u64 = 1_000_000_000;

pub(super) fn build(
    tree: &Tree,
    survey: &Survey,
    cpus: &[Known],
    model: &CortexA,
    parts: &mut Parts,
) -> Result<Cpu, Mistake> {
    let cores = super::cores(tree, cpus, CORES_MAX)?;
    let (first, hz) = (cpus[0], cpu_hz(tree, survey, cpus[0].id)?);
    let conduit = conduit(tree, survey)?;
    let timer_hz = timer_hz(tree, survey, model)?;
    let (el2, el3) = (model.el2 && conduit != Some(CONDUIT_HVC), model.el3 && conduit.is_none());
    let mut each = Vec::new();
    for cpu in cpus {
        let affinity = view::regions(tree, cpu.id)?.first().map_or(each.len() as u64, |region| region.at);
        let mut properties = vec![
            ("mp-affinity".to_string(), Value::Number(affinity)),
            ("core-count".to_string(), Value::Number(cores.into())),
        ];
        if model.el3 {
            properties.push(("has_el3".into(), Value::Switch(el3)));
        }
        if model.el2 {
            properties.push(("has_el2".into(), Value::Switch(el2)));
        }
        if let Some(conduit) = conduit {
            properties.push(("psci-conduit".into(), Value::Number(conduit)));
            properties.push(("start-powered-off".into(), Value::Switch(!each.is_empty())));
        }
        if let Some(hz) = timer_hz {
            properties.push(("cntfrq".into(), Value::Number(hz)));
        }
        if let Some(at) = snoop_control(tree, survey)? {
            properties.push(("reset-cbar".into(), Value::Number(at)));
        }
        let (name, kind) = (tree.path(cpu.id), format!("{}-arm-cpu", model.kind));
        let object = parts.object(Object { name, kind, made: Made::Alone, properties, clocks: Vec::new() });
        parts.step(Step::Reset(match conduit {
            Some(_) if !each.is_empty() => Reset::Waiting(object),
            _ => Reset::AtEntry(object),
        }));
        each.push(object);
    }
    let (title, object) = (first.binding.title, each[0]);
    Ok(Cpu { title, isa: model.isa, hz, cores, object, arm: Arm { each, el2, el3 }, idau: None })
}

/// Whether someone is below the firmware, and which instruction calls him.
fn conduit(tree: &Tree, survey: &Survey) -> Result<Option<u64>, Mistake> {
    let Some(psci) = survey.nodes.iter().find(|known| matches!(known.binding.model, Model::Psci)) else {
        return Ok(None);
    };
    let Some(method) = tree.node(psci.id).property("method") else {
        let mistake = tree.node(psci.id).place.mistake("PSCI without a \"method\"");
        return Err(mistake.expected("method = \"smc\"; or method = \"hvc\";"));
    };
    match method.string()? {
        "smc" => Ok(Some(CONDUIT_SMC)),
        "hvc" => Ok(Some(CONDUIT_HVC)),
        other => {
            let mistake =
                method.value_place.mistake("an unknown method of PSCI").found(format!("\"{other}\""));
            Err(mistake.expected("\"smc\" or \"hvc\""))
        }
    }
}

/// The frequency of the generic timers, if the tree says one.
fn timer_hz(tree: &Tree, survey: &Survey, model: &CortexA) -> Result<Option<u64>, Mistake> {
    let Some(timer) = survey.nodes.iter().find(|known| matches!(known.binding.model, Model::ArmTimer)) else {
        return Ok(None);
    };
    if !model.timer {
        let mistake = super::said(tree, timer.id).mistake("the CPU has no generic timer");
        return Err(mistake.found(model.kind).help("remove the node, or set status = \"disabled\""));
    }
    let Some(property) = tree.node(timer.id).property("clock-frequency") else { return Ok(None) };
    let hz = property.u64()?;
    // QEMU counts whole nanoseconds: another frequency would not be the one that the firmware reads in CNTFRQ.
    if hz == 0 || !NS_PER_S.is_multiple_of(hz) {
        let mistake =
            property.value_place.mistake("a generic timer cannot count so").found(format!("{hz} Hz"));
        let mistake = mistake.expected("a frequency whose period is whole nanoseconds");
        return Err(mistake.help(
            "62500000 (16 ns), 50000000, 25000000, ...; 62500000 is what it counts if nothing is said",
        ));
    }
    Ok(Some(hz))
}

/// Where a Cortex-A9 finds its private devices (Arm DDI 0388I, 4.3.24).
fn snoop_control(tree: &Tree, survey: &Survey) -> Result<Option<u64>, Mistake> {
    let is_scu = |id: &NodeId| view::compatible(tree, *id).contains(&"arm,cortex-a9-scu");
    let Some(scu) = survey.nodes.iter().map(|known| known.id).find(is_scu) else { return Ok(None) };
    Ok(view::regions(tree, scu)?.first().map(|region| region.at))
}
