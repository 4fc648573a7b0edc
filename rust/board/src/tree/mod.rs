// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From a device tree to a board: what is in it, and the plan by which QEMU builds it.

mod buses;
mod chosen;
mod clocks;
mod cortex_a;
mod cortex_m;
mod devices;
mod gic;
mod interrupts;
mod join;
mod lines;
mod memory;
mod nexus;
mod node;
mod nrf;
mod nxp;
mod parts;
mod pins;
mod platform;
mod relay;
mod riscv;
mod shared;
mod sse;
mod stm32;
mod stubs;
mod view;

use crate::bindings::{self, Binding, Model};
use crate::{Board, Isa, Machine, Memory, OwnDevice, Reading};
use devicetree::{Errors, Mistake, NodeId, Place, Tree};
use parts::Parts;
use plan::{ObjectId, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// A node that means something, and what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) id: NodeId,
    pub(crate) binding: &'static Binding,
}

/// What is known of a tree's nodes.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// In the order of the tree.
    pub(crate) nodes: Vec<Known>,
    /// What nothing is known of.
    unknown: Vec<Mistake>,
    /// The frequency of the CPU, if the chip has only one.
    pub(crate) cpu_hz: Option<u64>,
}

impl Survey {
    /// What a node is, if it is there and known.
    fn model(&self, id: NodeId) -> Option<&'static Model> {
        self.nodes.iter().find(|known| known.id == id).map(|known| &known.binding.model)
    }
}

/// The CPU of a board, as far as others must know it.
struct Cpu {
    title: &'static str,
    isa: Isa,
    hz: u64,
    cores: u8,
    /// The object that takes interrupts: an `armv7m`, the harts, or the first Cortex-A or -R.
    object: ObjectId,
    /// What tells a Cortex-M the world of an address.
    idau: Option<ObjectId>,
    arm: Arm,
}

/// What of the cores of a Cortex-A or -R the firmware has; nothing of other CPUs.
#[derive(Clone, Debug, Default)]
struct Arm {
    each: Vec<ObjectId>,
    /// The level for hypervisors.
    el2: bool,
    /// The secure world.
    el3: bool,
}

/// Makes the board `name` of a tree.
pub(crate) fn read(name: &str, tree: &Tree, reading: Reading<'_>) -> Result<Board, Errors> {
    let mut mistakes = Vec::new();
    let built = build(name, tree, reading, &mut mistakes);
    tree.check(built, mistakes)
}

fn build(
    name: &str,
    tree: &Tree,
    reading: Reading<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Result<Board, Mistake> {
    let survey = survey(tree, reading);
    mistakes.extend(survey.unknown.iter().cloned());
    let mut parts = Parts::default();
    let memories = memory::lay_out(tree, &survey, &mut parts, mistakes);
    let makers = clocks::Makers::make(tree, &survey, &mut parts, mistakes);
    let cpu = cpu(tree, &survey, &memories, &makers, &mut parts)?;
    let made = devices::place(tree, &survey, &cpu, &memories, &makers, &mut parts, mistakes);
    parts.join_lines();
    let boot_rom = riscv::boot_rom(tree, &survey, &cpu, &memories)?;
    let loads = memory::copy_of_tree(tree, &memories)?.into_iter().collect();
    let console = chosen::console(tree)?.and_then(|id| made.port(id));
    chosen::check_memory(tree, &memories)?;
    let model = tree.node(tree.root()).property("model").and_then(|model| model.string().ok());
    Ok(Board {
        name: name.to_string(),
        title: model.unwrap_or(name).to_string(),
        qemu_binary: cpu.isa.qemu_binary(),
        machine: Machine::Tree(Plan { steps: parts.into_steps(), loads, entry: 0 }),
        cpu: cpu.title.to_string(),
        isa: cpu.isa,
        console,
        ports: made.ports,
        modules: made.modules,
        own_devices: made.own,
        cpu_hz: cpu.hz,
        cores_max: cpu.cores,
        memories: seen(&survey, &memories),
        boot_rom,
    })
}

/// All places where there is memory for firmware, in the order of their addresses.
fn seen(survey: &Survey, memories: &[memory::Laid]) -> Vec<Memory> {
    let memories = memories.iter().filter(|laid| !matches!(survey.model(laid.id), Some(Model::BootRom)));
    let places = memories.flat_map(|laid| {
        let all = std::iter::once(laid.at).chain(laid.mirror);
        all.map(|at| Memory { at, size_bytes: laid.size_bytes, read_only: laid.read_only })
    });
    let mut all: Vec<Memory> = places.collect();
    all.sort_by_key(|memory| memory.at);
    all
}

/// Finds out what the nodes are that are there. What the user says of a `compatible` goes before the table.
pub(crate) fn survey(tree: &Tree, reading: Reading<'_>) -> Survey {
    let mut survey = Survey::default();
    let told = |id| view::compatible(tree, id);
    let chips: Vec<&str> = tree.walk().flat_map(told).filter(|text| bindings::is_chip(text)).collect();
    survey.cpu_hz = bindings::cpu_hz(&chips);
    let mut skipped: BTreeSet<NodeId> = BTreeSet::new();
    for id in tree.walk() {
        let inside = tree.parent(id).is_some_and(|parent| skipped.contains(&parent));
        if (inside || !view::is_enabled(tree, id)) && !has_program(tree, id) {
            skipped.insert(id);
            continue;
        }
        let told = view::compatible(tree, id);
        let known = told.iter().find_map(|compatible| {
            let own = reading.own.iter().find(|own| own.compatible == *compatible);
            own.map(OwnDevice::binding).or_else(|| bindings::find(compatible, &chips))
        });
        let is_memory =
            tree.node(id).property("device_type").is_some_and(|kind| kind.string() == Ok("memory"));
        match known.or_else(|| bindings::find("mmio-sram", &chips).filter(|_| is_memory)) {
            Some(binding) => {
                survey.nodes.push(Known { id, binding });
                // What is in a device is its own affair; memories lie in their controllers.
                if matches!(binding.model, Model::Quiet(_) | Model::Missing(_) | Model::Stub) {
                    skipped.insert(id);
                }
            }
            None if tree.node(id).property("gpio-map").is_some() => {
                survey.nodes.push(Known { id, binding: &bindings::CONNECTOR });
                skipped.insert(id);
            }
            None if told.iter().any(|text| text.starts_with("zephyr,")) && !has_address(tree, id) => {
                survey.nodes.push(Known { id, binding: &bindings::SOFTWARE });
                skipped.insert(id);
            }
            // The root says what the board is; a node without `compatible` only holds others.
            None if told.is_empty() || tree.parent(id).is_none() => {}
            None if reading.permissive => {
                survey.nodes.push(Known { id, binding: &bindings::UNKNOWN });
                skipped.insert(id);
            }
            None => {
                survey.unknown.push(unknown(tree, id, &told));
                skipped.insert(id);
            }
        }
    }
    survey
}

/// Whether it is the flash that the program is in. It is there also where its controller is disabled, so that no driver uses that.
fn has_program(tree: &Tree, id: NodeId) -> bool {
    let chosen = tree.find("/chosen").and_then(|chosen| tree.node(chosen).property("zephyr,flash"));
    let is_flash =
        || view::compatible(tree, id).contains(&"soc-nv-flash") && tree.node(id).property("status").is_none();
    chosen.and_then(|property| tree.resolve(property.string().ok()?)) == Some(id) && is_flash()
}

fn has_address(tree: &Tree, id: NodeId) -> bool {
    tree.node(id).property("reg").is_some()
}

fn unknown(tree: &Tree, id: NodeId, told: &[&str]) -> Mistake {
    let node = tree.node(id);
    let place = node.property("compatible").map_or(node.place, |property| property.value_place);
    let all = || bindings::all().flat_map(|binding| binding.compatible).copied();
    let near = told.iter().find_map(|compatible| report::nearest(compatible, all()));
    let mistake = place.mistake(format!("nothing models \"{}\"", told[0]));
    let mistake = mistake.found(format!("the node {}", tree.path(id)));
    match near {
        Some(near) => mistake.nearest(Some(near)),
        None => mistake.help("if the firmware does without it: status = \"disabled\"; if it only looks: compatible = \"virtmcu,stub\"; to see what it \
             needs: permissive = true in the scenario's node; a model of your own: docs/write-a-device.md"),
    }
}

fn cpu(
    tree: &Tree,
    survey: &Survey,
    memories: &[memory::Laid],
    makers: &clocks::Makers,
    parts: &mut Parts,
) -> Result<Cpu, Mistake> {
    let is_cpu = |known: &&Known| {
        matches!(known.binding.model, Model::CortexM(_) | Model::CortexA(_) | Model::Hart(_))
    };
    let cpus: Vec<Known> = survey.nodes.iter().filter(is_cpu).copied().collect();
    let Some(first) = cpus.first() else {
        let place = tree.find("/cpus").map_or(tree.node(tree.root()).place, |id| tree.node(id).place);
        let mistake = place.mistake("the board has no CPU").found("no node that is enabled is one");
        return Err(mistake.expected("/cpus with a node such as cpu@0 { compatible = \"arm,cortex-m4f\"; };"));
    };
    match &first.binding.model {
        Model::CortexM(model) => {
            cortex_m::build(tree, survey, &cpus, model, memories, makers.of_cpu(), parts)
        }
        Model::CortexA(model) => cortex_a::build(tree, survey, &cpus, model, parts),
        _ => riscv::build(tree, survey, &cpus, parts),
    }
}

/// How many CPUs there are: all of one kind, and not too many.
fn cores(tree: &Tree, cpus: &[Known], most: u8) -> Result<u8, Mistake> {
    let first = cpus[0];
    if let Some(other) = cpus.iter().find(|cpu| !std::ptr::eq(cpu.binding, first.binding)) {
        let mistake = said(tree, other.id).mistake("CPUs of different kinds on one board");
        return Err(mistake.found(other.binding.title).also(said(tree, first.id), first.binding.title));
    }
    match u8::try_from(cpus.len()) {
        Ok(cores) if cores <= most => Ok(cores),
        _ => {
            let mistake = tree.node(cpus[usize::from(most)].id).place.mistake("too many CPUs");
            Err(mistake.found(format!("{}", cpus.len())).expected(format!("at most {most}")))
        }
    }
}

/// The clock of a CPU in hertz: its own, or what the tree says of the clocks around it.
fn cpu_hz(tree: &Tree, survey: &Survey, cpu: NodeId) -> Result<u64, Mistake> {
    let place = tree.node(cpu).place;
    let own = view::clock_hz(tree, cpu)?;
    // Zephyr says it where the clocks are made, or has one clock of the system only.
    let of_kind = || match survey.model(cpu)? {
        Model::Hart(hart) => hart.hz,
        _ => None,
    };
    let of_others = || {
        let clocks = survey.nodes.iter().filter(|known| matches!(known.binding.model, Model::Clock));
        let all: BTreeMap<u64, NodeId> = clocks
            .filter_map(|known| Some((view::number(tree, known.id, "clock-frequency").ok()??, known.id)))
            .collect();
        let named = tree.by_label("rcc").or_else(|| tree.by_label("sysclk"));
        let named = named.and_then(|id| view::number(tree, id, "clock-frequency").ok()?);
        named.or_else(|| all.keys().next().copied().filter(|_| all.len() == 1))
    };
    let hz = own.or_else(of_others).or_else(of_kind).or(survey.cpu_hz).ok_or_else(|| {
        let mistake = place.mistake("the CPU's clock is not known").found("no \"clock-frequency\"");
        mistake.help("add it to the CPU's node, in hertz: clock-frequency = <80000000>;")
    })?;
    match crate::CPU_HZ.contains(&hz) {
        true => Ok(hz),
        false => {
            let (from, to) = (crate::CPU_HZ.start(), crate::CPU_HZ.end());
            let place =
                tree.node(cpu).property("clock-frequency").map_or(place, |property| property.value_place);
            Err(place
                .mistake("the CPU's clock is out of range")
                .found(format!("{hz} Hz"))
                .expected(format!("{from} to {to}")))
        }
    }
}

/// Where a node's `compatible` stands.
fn said(tree: &Tree, id: NodeId) -> Place {
    let node = tree.node(id);
    node.property("compatible").map_or(node.place, |property| property.value_place)
}

/// A flash on a bus that the program is in, and its first and last address.
pub(crate) fn mapped_flash(tree: &Tree, survey: &Survey) -> Option<(String, (u64, u64))> {
    let (id, region) = chosen::mapped_flash(tree, survey).ok()??;
    Some((tree.path(id), (region.at, region.last())))
}

/// What people want to know of a node; what is wrong is left out.
pub(crate) struct Told {
    /// First and last address of each region.
    pub(crate) regions: Vec<(u64, u64)>,
    pub(crate) interrupts: Vec<String>,
    pub(crate) pins: Vec<String>,
}

/// Where a node lies, its interrupts, and the pins that it names, or those in it.
pub(crate) fn describe(tree: &Tree, known: Known) -> Told {
    let id = known.id;
    let regions = view::regions(tree, id).unwrap_or_default();
    // Numbers of CPUs have no length.
    let regions = regions.iter().filter(|region| region.size_bytes > 0);
    let interrupts = interrupts::of(tree, id).unwrap_or_default();
    let interrupts = interrupts.iter().map(|interrupt| {
        let cells: Vec<String> = interrupt.cells.iter().map(u32::to_string).collect();
        let name = interrupt.name.as_ref().map_or(String::new(), |name| format!("{name}: "));
        format!("{name}{} of {}", cells.join(" "), tree.path(interrupt.controller))
    });
    let mut pins = pins::describe(tree, id);
    if matches!(known.binding.model, Model::Lamps | Model::Keys) {
        for child in tree.children(id).filter(|child| view::is_enabled(tree, *child)) {
            let name = tree.node(child).labels.first().unwrap_or(&tree.node(child).name);
            pins.extend(pins::describe(tree, child).into_iter().map(|pin| format!("{name}: {pin}")));
        }
    }
    Told {
        regions: regions.map(|region| (region.at, region.at + (region.size_bytes - 1))).collect(),
        interrupts: interrupts.collect(),
        pins,
    }
}

#[cfg(test)]
mod sse_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod zephyr_tests;
