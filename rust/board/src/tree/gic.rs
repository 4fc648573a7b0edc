// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Arm's generic interrupt controller (GIC), and what of a core is joined to it: timers, performance monitors.

use super::devices::Site;
use super::interrupts::{self, Interrupt};
use super::view::{self, Region};
use devicetree::{Mistake, NodeId};
use plan::{Input, Line, Made, Object, Output, Step, Value};

/// Interrupts that each core has for itself; the first of them are those that cores send each other (Arm IHI 0048B, 2.2.1).
const PRIVATE: u32 = 32;
const SENT: u32 = 16;
/// The most shared ones that QEMU has (`GIC_MAXIRQ` in include/hw/intc/arm_gic_common.h), in steps of 32.
const SHARED_MAX: u32 = 960;
/// What a core takes of a redistributor region (Arm IHI 0069, 12.10).
const REDISTRIBUTOR_BYTES: u64 = 0x2_0000;
/// Inputs of a core, in the order of QEMU's outputs: IRQ, FIQ, virtual IRQ and FIQ (target/arm/cpu.h).
const INPUTS: u32 = 4;
/// Outputs of a core in QEMU (`GTIMER_PHYS` and so on in target/arm/gtimer.h), in the order of Linux' arm,arch_timer.yaml.
const TIMERS: [(&str, u32); 5] =
    [("sec-phys", 3), ("phys", 0), ("virt", 1), ("hyp-phys", 2), ("hyp-virt", 4)];

/// Whose interrupt it is.
pub(super) enum Interrupted {
    /// The board's.
    All(u32),
    /// Of each core, for itself.
    Each(u32),
}

/// What an interrupt's cells say: kind, number, and what the firmware makes of it.
pub(super) fn of(interrupt: &Interrupt) -> Result<Interrupted, Mistake> {
    match interrupt.cells[..] {
        [0, number, ..] => Ok(Interrupted::All(number)),
        [1, number, ..] if number < PRIVATE - SENT => Ok(Interrupted::Each(number)),
        _ => {
            let told: Vec<String> = interrupt.cells.iter().map(u32::to_string).collect();
            let mistake =
                interrupt.place.mistake("no interrupt of a GIC").found(format!("<{}>", told.join(" ")));
            Err(mistake.expected("<0 NUMBER FLAGS> for a shared one, <1 NUMBER FLAGS> with a number below 16 for a private one"))
        }
    }
}

/// The input of a GIC with so many shared interrupts that is a core's private one.
pub(super) fn private(shared: u32, core: u8, number: u32) -> u32 {
    shared + u32::from(core) * PRIVATE + SENT + number
}

pub(super) fn build(site: &mut Site<'_>, id: NodeId, version: u8) -> Result<(), Mistake> {
    let arm = site.cpu.arm.clone();
    if arm.each.is_empty() {
        let mistake = site.tree.node(id).place.mistake("a GIC without a Cortex-A or Cortex-R");
        return Err(mistake.found(format!("the CPU is a {}", site.cpu.title)));
    }
    let regions = site.regions(id)?;
    let (cores, shared) = (u32::from(site.cpu.cores), shared(site, id));
    let mut properties = vec![
        ("num-cpu".to_string(), Value::Number(cores.into())),
        ("num-irq".to_string(), Value::Number((PRIVATE + shared).into())),
        ("revision".to_string(), Value::Number(version.into())),
        ("has-security-extensions".to_string(), Value::Switch(arm.el3)),
    ];
    let maps = if version == 3 {
        let counts = redistributors(site, id, &regions)?;
        let maps = counts.len() + 1;
        properties.push(("redist-region-count".into(), Value::Numbers(counts)));
        maps
    } else {
        if regions.len() < 2 {
            return Err(too_few(site, id, "its distributor and its CPU interface"));
        }
        // The last two of a GICv2 are for hypervisors.
        let for_hypervisors = version == 2 && arm.el2 && regions.len() >= 4;
        properties.push(("has-virtualization-extensions".into(), Value::Switch(for_hypervisors)));
        if for_hypervisors { 4 } else { 2 }
    };
    let (name, kind) = (site.tree.path(id), if version == 3 { "arm-gicv3" } else { "arm_gic" }.to_string());
    let object =
        site.parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks: Vec::new() });
    for (number, region) in (0..).zip(regions.iter().take(maps)) {
        site.parts.step(Step::Map { object, region: number, at: region.at });
    }
    site.controllers.gics.insert(id, (object, shared));
    for (core, to) in (0..).zip(&arm.each) {
        for input in 0..INPUTS {
            let from = Output { object, line: Line::Interrupt(input * cores + core) };
            site.parts.line(from, Input { object: *to, part: None, line: Line::Plain(input) });
        }
    }
    // "Look at the hypervisor's interrupts", said by the GIC up to version 2, by the core from version 3 on.
    if let Some(maintenance) = interrupts::of(site.tree, id)?.first().filter(|_| arm.el2) {
        let inputs = site.controllers.inputs(site.tree, site.survey, site.cpu, maintenance)?;
        for (core, to) in (0..).zip(inputs) {
            match (version, maps) {
                (3, _) => {
                    let line = Line::Named("gicv3-maintenance-interrupt".into(), 0);
                    site.parts.line(Output { object: arm.each[core as usize], line }, to);
                }
                (_, 4) => {
                    site.parts.line(Output { object, line: Line::Interrupt(INPUTS * cores + core) }, to)
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// How many shared interrupts it has: no tree says, so as many as any node needs, disabled ones too, in steps of 32 as in
/// hardware.
fn shared(site: &Site<'_>, gic: NodeId) -> u32 {
    let all = site.tree.walk().flat_map(|id| interrupts::of(site.tree, id).unwrap_or_default());
    let numbers =
        all.filter(|interrupt| interrupt.controller == gic).filter_map(|interrupt| match of(&interrupt) {
            Ok(Interrupted::All(number)) if number < SHARED_MAX => Some(number),
            _ => None,
        });
    (numbers.max().unwrap_or_default() + 1).next_multiple_of(PRIVATE)
}

/// How many cores have their redistributor in each of the regions behind the first.
fn redistributors(site: &Site<'_>, id: NodeId, regions: &[Region]) -> Result<Vec<u64>, Mistake> {
    let told = view::number(site.tree, id, "#redistributor-regions")?.unwrap_or(1);
    let mut left = u64::from(site.cpu.cores);
    let mut counts = Vec::new();
    for region in regions.iter().skip(1).take(usize::try_from(told).unwrap_or_default()) {
        let count = left.min(region.size_bytes / REDISTRIBUTOR_BYTES);
        counts.push(count);
        left -= count;
    }
    match left {
        0 => Ok(counts),
        _ => Err(too_few(site, id, "its distributor, and redistributors of 0x20000 bytes for each core")),
    }
}

fn too_few(site: &Site<'_>, id: NodeId, expected: &str) -> Mistake {
    let node = site.tree.node(id);
    let place = node.property("reg").map_or(node.place, |reg| reg.value_place);
    place.mistake("a GIC without all of its registers").expected(expected)
}

/// Leads the generic timers of all cores to where their node says.
pub(super) fn join_timers(site: &mut Site<'_>, id: NodeId) -> Result<(), Mistake> {
    for (number, interrupt) in interrupts::of(site.tree, id)?.iter().enumerate() {
        let timer = match &interrupt.name {
            Some(name) => TIMERS.iter().find(|(known, _)| known == name),
            None => TIMERS.get(number),
        };
        let Some((_, output)) = timer else {
            let mistake = interrupt.place.mistake("an interrupt that generic timers do not have");
            let names: Vec<&str> = TIMERS.iter().map(|(name, _)| *name).collect();
            return Err(mistake.expected(report::one_of(&names)));
        };
        join_cores(site, interrupt, &Line::Plain(*output))?;
    }
    Ok(())
}

/// Leads the performance monitors of all cores to where their node says.
pub(super) fn join_monitors(site: &mut Site<'_>, id: NodeId) -> Result<(), Mistake> {
    let line = Line::Named("pmu-interrupt".into(), 0);
    let all = interrupts::of(site.tree, id)?;
    if let [each] = &all[..] {
        return join_cores(site, each, &line);
    }
    // One for each core, shared ones.
    for (core, interrupt) in site.cpu.arm.each.iter().zip(&all) {
        let inputs = site.controllers.inputs(site.tree, site.survey, site.cpu, interrupt)?;
        for to in inputs {
            site.parts.line(Output { object: *core, line: line.clone() }, to);
        }
    }
    Ok(())
}

/// Leads a line of each core to its own input.
fn join_cores(site: &mut Site<'_>, interrupt: &Interrupt, line: &Line) -> Result<(), Mistake> {
    let inputs = site.controllers.inputs(site.tree, site.survey, site.cpu, interrupt)?;
    for (core, to) in site.cpu.arm.each.iter().zip(inputs) {
        site.parts.line(Output { object: *core, line: line.clone() }, to);
    }
    Ok(())
}
