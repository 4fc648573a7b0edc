// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What every RISC-V machine has: timer and software interrupts (CLINT), and the controller of all others (PLIC).

use super::devices::Site;
use super::interrupts::{self, Interrupt};
use super::{riscv, view};
use crate::bindings::Model;
use devicetree::{Mistake, NodeId};
use plan::{Input, Line, Made, Object, ObjectId, Output, Step, Value};

/// Interrupts of a hart, by their numbers in `mip` (RISC-V privileged ISA 20240411, 3.1.9).
const MACHINE_SOFTWARE: u32 = 3;
const SUPERVISOR_EXTERNAL: u32 = 9;
const MACHINE_EXTERNAL: u32 = 11;

/// Where a CLINT has its timer, how much of it that is, and the places in there (SiFive FE310-G002 manual v1p0, 9.1).
const TIMER_AT: u64 = 0x4000;
const TIMER_BYTES: u64 = 0x8000;
const TIME_AT: u64 = 0x7ff8;

/// The parts of a PLIC (RISC-V PLIC 1.0.0, 3).
const PLIC: [(&str, u64); 6] = [
    ("priority-base", 0),
    ("pending-base", 0x1000),
    ("enable-base", 0x2000),
    ("enable-stride", 0x80),
    ("context-base", 0x20_0000),
    ("context-stride", 0x1000),
];
/// The most sources of a PLIC.
const PLIC_SOURCES_MAX: u64 = 1023;

fn number(value: impl Into<u64>) -> Value {
    Value::Number(value.into())
}

fn named<const N: usize>(properties: [(&str, Value); N]) -> Vec<(String, Value)> {
    properties.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
}

fn hart_input(harts: ObjectId, hart: u32, line: u32) -> Input {
    Input { object: harts, part: Some(format!("harts[{hart}]")), line: Line::Plain(line) }
}

pub(super) fn clint(site: &mut Site<'_>, id: NodeId) -> Result<(), Mistake> {
    let region = site.first_region(id)?;
    let tree = site.tree;
    let cpus = tree.find("/cpus");
    let hz = cpus.map(|cpus| view::number(tree, cpus, "timebase-frequency")).transpose()?.flatten();
    let of_hart = site.survey.nodes.iter().find_map(|known| match &known.binding.model {
        Model::Hart(hart) => hart.timebase_hz,
        _ => None,
    });
    let Some(hz) = hz.or(of_hart) else {
        let place = cpus.map_or(tree.node(id).place, |cpus| tree.node(cpus).place);
        let mistake =
            place.mistake("the frequency of the timer is not known").found("no \"timebase-frequency\"");
        return Err(mistake.help("add it to /cpus, in hertz: timebase-frequency = <10000000>;"));
    };
    let (harts, object) = (site.cpu.cores, site.cpu.object);
    let swi = site.parts.object(Object {
        name: format!("{}.software", tree.path(id)),
        kind: "riscv.aclint.swi".into(),
        made: Made::OnSystemBus,
        properties: named([
            ("hartid-base", number(0u32)),
            ("num-harts", number(harts)),
            ("sswi", number(0u32)),
        ]),
        clocks: Vec::new(),
    });
    site.parts.step(Step::Map { object: swi, region: 0, at: region.at });
    for hart in 0..harts.into() {
        let from = Output { object: swi, line: Line::Plain(hart) };
        site.parts.line(from, hart_input(object, hart, MACHINE_SOFTWARE));
    }
    site.parts.object(Object {
        name: format!("{}.timer", tree.path(id)),
        kind: "riscv.aclint.mtimer".into(),
        made: Made::RiscvTimer(region.at + TIMER_AT, TIMER_BYTES),
        properties: named([
            ("hartid-base", number(0u32)),
            ("num-harts", number(harts)),
            ("timecmp-base", number(0u32)),
            ("time-base", number(TIME_AT)),
            ("timebase-freq", number(hz)),
        ]),
        clocks: Vec::new(),
    });
    Ok(())
}

pub(super) fn plic(site: &mut Site<'_>, id: NodeId) -> Result<(), Mistake> {
    let region = site.first_region(id)?;
    let tree = site.tree;
    // Some count the source 0, which there is not.
    let count =
        view::number(tree, id, "riscv,ndev")?.filter(|count| (1..=PLIC_SOURCES_MAX + 1).contains(count));
    let Some(sources) = count.map(|count| count.min(PLIC_SOURCES_MAX)) else {
        let mistake = tree.node(id).place.mistake("the number of a PLIC's interrupts is not known");
        return Err(mistake.expected(format!("riscv,ndev = <N>; from 1 to {PLIC_SOURCES_MAX}")));
    };
    let priorities = view::number(tree, id, "riscv,max-priority")?.unwrap_or(7);
    // For each hart, in which modes it takes interrupts of it: "MS,MS".
    let harts = u32::from(site.cpu.cores);
    let mut modes = vec![String::new(); harts as usize];
    let mut contexts = Vec::new();
    for interrupt in &interrupts::of(tree, id)? {
        let Some(hart) = riscv::hart_of(tree, site.survey, interrupt.controller) else {
            return Err(no_hart(site, interrupt));
        };
        let (mode, output, line) = match interrupt.cells.first() {
            Some(&MACHINE_EXTERNAL) => ('M', hart + harts, MACHINE_EXTERNAL),
            Some(&SUPERVISOR_EXTERNAL) => ('S', hart, SUPERVISOR_EXTERNAL),
            // "None" in Linux' bindings: a mode that the hart does not have.
            _ => continue,
        };
        modes[hart as usize].push(mode);
        contexts.push((hart, output, line));
    }
    let mut properties = named([
        ("hart-config", Value::Text(modes.join(","))),
        ("hartid-base", number(0u32)),
        ("num-sources", number(sources + 1)),
        ("num-priorities", number(priorities)),
        ("aperture-size", number(region.size_bytes)),
    ]);
    properties.extend(named(PLIC.map(|(name, value)| (name, number(value)))));
    let (name, kind) = (tree.path(id), "riscv.sifive.plic".to_string());
    let object =
        site.parts.object(Object { name, kind, made: Made::OnSystemBus, properties, clocks: Vec::new() });
    site.parts.step(Step::Map { object, region: 0, at: region.at });
    for (hart, output, line) in contexts {
        site.parts
            .line(Output { object, line: Line::Plain(output) }, hart_input(site.cpu.object, hart, line));
    }
    site.controllers.plics.insert(id, (object, sources as u32));
    Ok(())
}

fn no_hart(site: &Site<'_>, interrupt: &Interrupt) -> Mistake {
    let mistake = interrupt.place.mistake("an interrupt to nowhere");
    let path = site.tree.path(interrupt.controller);
    mistake.found(format!("{path} is in no hart that is enabled")).expected("the label of a riscv,cpu-intc")
}
