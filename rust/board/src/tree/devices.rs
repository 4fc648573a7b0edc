// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The devices of a board: made, placed, joined.

use super::clocks::{Clock, Makers};
use super::lines::Controllers;
use super::memory::Laid;
use super::parts::Parts;
use super::pins;
use super::view::{self, Region};
use super::{Cpu, Known, Survey, buses, gic, node, nrf, nxp, platform, relay, shared, sse, stm32, stubs};
use crate::bindings::{self, Binding, Device, Model};
use crate::{Port, PortKind};
use devicetree::{Mistake, NodeId, Tree};
use plan::{ClockFrom, Made, Object, ObjectId, Step, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What the devices of a board are made with.
pub(super) struct Site<'a> {
    pub(super) tree: &'a Tree,
    pub(super) survey: &'a Survey,
    pub(super) cpu: &'a Cpu,
    pub(super) parts: &'a mut Parts,
    pub(super) controllers: Controllers,
    /// All that is placed, for finding what overlaps.
    taken: Vec<(NodeId, Region)>,
    pub(super) makers: &'a Makers,
    /// The devices, in their order.
    pub(super) made: Vec<Placed>,
    /// Those behind a guard that is not there yet.
    pub(super) guarded: sse::Guarded,
    /// The ports, and their nodes.
    pub(super) ports: Vec<(Port, NodeId)>,
    /// The modules that have devices of it.
    modules: BTreeSet<&'static str>,
    /// Memory of devices, whose it is, and where: some share it.
    pub(super) shared: Vec<(NodeId, Region)>,
    /// By the line that resets them: which devices.
    pub(super) resets: BTreeMap<Wire<'static>, Vec<ObjectId>>,
    /// The `compatible`s of the user's own devices.
    own: BTreeSet<&'static str>,
}

/// A device at its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// None if the chip has it, and no node tells it.
    pub(super) id: Option<NodeId>,
    pub(super) object: ObjectId,
    pub(super) kind: &'static str,
    /// What is known of it; none, if it is of no table.
    pub(super) device: Option<&'static Device>,
    /// The address of its registers; 0 if it has none on the CPU's bus.
    pub(super) at: u64,
}

/// A line of a device: its group, and its number there.
pub(super) type Wire<'a> = (ObjectId, &'a str, u32);

/// What others must know of the devices of a board.
pub(super) struct Devices {
    /// The ports in their order.
    pub(super) ports: Vec<Port>,
    /// The modules that have them.
    pub(super) modules: Vec<&'static str>,
    /// The `compatible`s of those that are the user's own.
    pub(super) own: Vec<String>,
    /// The nodes of the ports in their order.
    port_nodes: Vec<NodeId>,
}

impl Devices {
    /// The number of the port that a node is.
    pub(super) fn port(&self, id: NodeId) -> Option<u16> {
        let place = self.port_nodes.iter().position(|port| *port == id)?;
        u16::try_from(place).ok()
    }
}

/// Makes all devices.
pub(super) fn place(
    tree: &Tree,
    survey: &Survey,
    cpu: &Cpu,
    memories: &[Laid],
    makers: &Makers,
    parts: &mut Parts,
    mistakes: &mut Vec<Mistake>,
) -> Devices {
    let taken = memories.iter().map(Laid::region).collect();
    let controllers = Controllers::default();
    let (made, ports, modules, resets) = (Vec::new(), Vec::new(), BTreeSet::new(), BTreeMap::new());
    let own = BTreeSet::new();
    let guarded = sse::Guarded::new();
    let mut site = Site {
        tree,
        survey,
        cpu,
        parts,
        controllers,
        taken,
        makers,
        made,
        guarded,
        ports,
        modules,
        shared: Vec::new(),
        resets,
        own,
    };
    let mut nodes: Vec<&Known> = survey.nodes.iter().collect();
    nodes.sort_by_key(|known| turn(&known.binding.model));
    for known in nodes {
        let made = match &known.binding.model {
            Model::Plic => platform::plic(&mut site, known.id),
            Model::Clint => platform::clint(&mut site, known.id),
            Model::Gic(version) => gic::build(&mut site, known.id, *version),
            Model::ArmTimer => gic::join_timers(&mut site, known.id),
            Model::ArmPmu => gic::join_monitors(&mut site, known.id),
            Model::Device(device) => site.device(known.id, device),
            Model::MemoryGuard => sse::memory_guard(&mut site, known.id, memories),
            _ => Ok(()),
        };
        mistakes.extend(made.err());
    }
    for known in &survey.nodes {
        let Model::Chip(hidden) = &known.binding.model else { continue };
        mistakes.extend(hidden.iter().filter_map(|hidden| site.implied(hidden.compatible, hidden.at).err()));
    }
    // Lines lead to devices that come later, too.
    for placed in site.made.clone() {
        let (Some(device), Some(id)) = (placed.device, placed.id) else { continue };
        let joined = [
            site.join_interrupts(id, placed.object, device),
            pins::join(&mut site, id, placed.object, device),
            buses::select(&mut site, id, placed.object),
        ];
        mistakes.extend(joined.into_iter().filter_map(Result::err));
    }
    for known in survey.nodes.iter().filter(|known| matches!(known.binding.model, Model::Keys)) {
        mistakes.extend(pins::rest(&mut site, known.id).err());
    }
    mistakes.extend(stm32::complete(&mut site).err());
    site.join_resets();
    nrf::finish(&mut site, memories);
    mistakes.extend(nxp::complete(&mut site).err());
    sse::finish(&mut site, mistakes);
    mistakes.extend(shared::place(&mut site).err());
    stubs::place(&mut site, mistakes);
    let own = site.own.into_iter().map(String::from).collect();
    let modules = site.modules.into_iter().collect();
    let (ports, port_nodes) = site.ports.into_iter().unzip();
    Devices { ports, modules, own, port_nodes }
}

/// When a node has its turn: interrupt controllers first, for others lead lines to them; after the rest what works with another
/// device; last ports that are no UARTs.
fn turn(model: &Model) -> u8 {
    match model {
        Model::Plic | Model::Clint | Model::Gic(_) => 0,
        Model::Device(device) if device.port.is_some_and(|kind| kind != PortKind::Uart) => 3,
        Model::Device(device) if !device.works_with.is_empty() => 2,
        _ => 1,
    }
}

impl Site<'_> {
    /// All devices of a kind, in their order.
    pub(super) fn of_kind(&self, kind: &str) -> Vec<Placed> {
        self.made.iter().filter(|placed| placed.kind == kind).copied().collect()
    }

    /// The device of a node, if it is made.
    pub(super) fn placed(&self, id: NodeId) -> Option<Placed> {
        self.made.iter().find(|placed| placed.id == Some(id)).copied()
    }

    /// The only device of a kind, or the first.
    pub(super) fn find(&self, kind: &str) -> Option<ObjectId> {
        self.of_kind(kind).first().map(|placed| placed.object)
    }

    /// What lies in a region already.
    pub(super) fn other_in(&self, region: &Region) -> Option<(NodeId, Region)> {
        let end = region.at + region.size_bytes;
        let meets = |other: &Region| region.at < other.at + other.size_bytes && other.at < end;
        self.taken.iter().find(|(_, other)| meets(other)).copied()
    }

    /// Whether nothing lies in all of a region.
    pub(super) fn has_room(&self, region: &Region) -> bool {
        self.other_in(region).is_none()
    }

    /// Something lies there now.
    pub(super) fn take(&mut self, id: NodeId, region: Region) {
        self.taken.push((id, region));
    }

    /// Whether nothing lies at an address.
    pub(super) fn is_free(&self, at: u64) -> bool {
        !self.taken.iter().any(|(_, other)| (other.at..other.at + other.size_bytes).contains(&at))
    }

    /// A device of a module that is there already, which no node is.
    pub(super) fn add(&mut self, name: &str, kind: &'static str, at: u64, properties: Vec<(String, Value)>) {
        self.add_known((name, kind), at, properties, Vec::new(), None);
    }

    fn add_known(
        &mut self,
        (name, kind): (&str, &'static str),
        at: u64,
        properties: Vec<(String, Value)>,
        clocks: Vec<(String, ClockFrom)>,
        device: Option<&'static Device>,
    ) {
        let (name, kind_text, made) = (name.to_string(), kind.to_string(), Made::OnSystemBus);
        let object = self.parts.object(Object { name, kind: kind_text, made, properties, clocks });
        self.parts.step(Step::Map { object, region: 0, at });
        self.made.push(Placed { id: None, object, kind, device, at });
    }

    /// The device at an address.
    pub(super) fn at(&self, at: u64) -> Option<ObjectId> {
        self.made.iter().find(|placed| placed.at == at).map(|placed| placed.object)
    }

    /// The first region of a node that must have one, free of others.
    pub(super) fn first_region(&mut self, id: NodeId) -> Result<Region, Mistake> {
        self.region(id, 0)
    }

    /// The region `number` of a node that must have it; all of the node's are free of others.
    fn region(&mut self, id: NodeId, number: usize) -> Result<Region, Mistake> {
        let all = self.regions(id)?;
        self.nth(id, &all, number)
    }

    fn nth(&self, id: NodeId, all: &[Region], number: usize) -> Result<Region, Mistake> {
        all.get(number).copied().ok_or_else(|| {
            let mistake = self.tree.node(id).place.mistake("a device without registers");
            if all.is_empty() {
                let mistake = mistake.found("no \"reg\"");
                return mistake.expected("its address and length: reg = <0x40004000 0x1000>;");
            }
            mistake
                .found(format!("regions in \"reg\": {}", all.len()))
                .expected(format!("{}: the registers are in the last", number + 1))
        })
    }

    /// All regions of a node, free of others.
    pub(super) fn regions(&mut self, id: NodeId) -> Result<Vec<Region>, Mistake> {
        let regions = view::regions(self.tree, id)?;
        for region in &regions {
            if let Some(other) = self.other_in(region) {
                return Err(view::overlap(self.tree, (id, *region), other));
            }
            self.take(id, *region);
        }
        Ok(regions)
    }

    fn device(&mut self, id: NodeId, device: &'static Device) -> Result<(), Mistake> {
        self.modules.extend(device.module);
        if let Some(kind) = device.sits_on {
            let object = buses::make(self, id, device, kind)?;
            self.own.extend(device.own);
            self.made.push(Placed { id: Some(id), object, kind: device.kind, device: Some(device), at: 0 });
            return Ok(());
        }
        buses::must_be_none(self, id)?;
        let all = if device.has_memory { shared::regions(self, id)? } else { self.regions(id)? };
        let mut region = self.nth(id, &all, device.region)?;
        if let Some(bytes) = device.block_bytes {
            region.at -= region.at % bytes;
            if self.of_kind(device.kind).iter().any(|placed| placed.at == region.at) {
                return Ok(());
            }
        }
        let at = region.at.saturating_add(device.start);
        if let Some(kind) = device.relay {
            return relay::build(self, id, device, kind, region);
        }
        let object = match self.makers.get(id) {
            Some(object) => object,
            None => self.make(id, device, at)?,
        };
        self.own.extend(device.own);
        sse::map(self, id, object, 0, at)?;
        for number in 1..device.regions {
            let region = self.nth(id, &all, device.region + number)?;
            // There are not more than two.
            sse::map(self, id, object, number as u32, region.at)?;
        }
        self.made.push(Placed { id: Some(id), object, kind: device.kind, device: Some(device), at });
        // Only devices of ours have a line for it.
        if let Some(reset) = self.makers.reset_of(self.tree, id)?.filter(|_| device.module.is_some()) {
            self.resets.entry(reset).or_default().push(object);
        }
        Ok(())
    }

    fn make(&mut self, id: NodeId, device: &'static Device, at: u64) -> Result<ObjectId, Mistake> {
        let clock = self.makers.of(self.tree, id, device.is_timer, self.cpu.hz)?;
        let (hz, from) = match clock {
            Clock::Hz(hz) if device.clocks.is_empty() => (hz, None),
            Clock::Hz(hz) => (hz, Some(self.parts.clock(hz))),
            Clock::Made(maker, output) => (self.cpu.hz, Some(ClockFrom::Object(maker, output.to_string()))),
        };
        let mut properties = node::properties(self.tree, id, device, hz, self.cpu.cores)?;
        for (property, kind) in device.works_with {
            let other = self.find(kind).ok_or_else(|| {
                let mistake = self.tree.node(id).place.mistake("a device without the one it works with");
                let mistake = mistake.found(format!("no \"{kind}\""));
                mistake.expected("a node for it, too: `virtmcu board bindings` has its `compatible`")
            })?;
            properties.push((property.to_string(), Value::Object(other)));
        }
        if let Some(kind) = device.port {
            // There are not more than the tree has nodes.
            let port = self.ports.len() as u16;
            let is_own = device.kind.starts_with("virtmcu-");
            properties.push(match kind {
                PortKind::Uart => ("chardev".into(), Value::Port(port)),
                PortKind::Ethernet if !is_own => ("netdev".into(), Value::Net(port)),
                PortKind::Ethernet | PortKind::Can => ("port".into(), Value::Number(port.into())),
            });
            if kind == PortKind::Ethernet {
                let address = node::address(self.tree, id)?;
                properties.extend(
                    match is_own {
                        true => Some(Value::Number(address.map_or(0, plan::number_of))),
                        false => address.map(|address| Value::Text(plan::address(address))),
                    }
                    .map(|mac| ("mac".into(), mac)),
                );
            }
            // Of QEMU's own UARTs the 16550 alone.
            let flow_control =
                kind == PortKind::Uart && (is_own || device.own.is_some() || device.kind == "serial-mm");
            self.ports.push((Port { name: node::port_name(self.tree, id), kind, flow_control }, id));
        }
        let mut clocks: Vec<(String, ClockFrom)> =
            device.clocks.iter().filter_map(|input| Some((input.to_string(), from.clone()?))).collect();
        clocks.extend(self.inner_clocks(device));
        let kind = node::kind(self.tree, id, device, Some(at))?;
        Ok(self.parts.object(node::object(self.tree, id, kind, properties, clocks)))
    }

    fn inner_clocks(&self, device: &Device) -> Vec<(String, ClockFrom)> {
        let Some(maker) = self.makers.first() else { return Vec::new() };
        let joined = device.inner_clocks.iter();
        joined.map(|(input, from)| (input.to_string(), ClockFrom::Object(maker, from.to_string()))).collect()
    }

    /// A device that the chip has at `at`, whether a node tells it or not.
    pub(super) fn implied(&mut self, compatible: &str, at: u64) -> Result<(), Mistake> {
        if !self.is_free(at) {
            return Ok(());
        }
        let Some(Binding { model: Model::Device(device), title, .. }) =
            bindings::all().find(|binding| binding.compatible.contains(&compatible))
        else {
            return Ok(());
        };
        let properties = node::properties(self.tree, self.tree.root(), device, self.cpu.hz, self.cpu.cores)?;
        let clocks = self.inner_clocks(device);
        self.modules.extend(device.module);
        self.add_known((title, device.kind), at, properties, clocks, Some(device));
        Ok(())
    }
}
