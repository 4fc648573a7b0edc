// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN controllers of QEMU's own: they speak to a bus of QEMU's, on which a device of ours relays to the node's port. That lies over the
//! first registers of the controller, which it finds again where no CPU can look.

use super::clocks::Clock;
use super::devices::{Placed, Site};
use super::node;
use super::view::Region;
use crate::bindings::Device;
use crate::{Port, PortKind};
use devicetree::{Mistake, NodeId};
use plan::{ClockFrom, Made, Object, Step, Value};

/// Where all registers of a controller are besides: beyond the addresses of a CPU of 32 bits.
const HIDDEN: u64 = 1 << 40;

/// Makes a controller, its bus, and the device of the type `kind` that relays.
pub(super) fn build(
    site: &mut Site<'_>,
    id: NodeId,
    device: &'static Device,
    kind: &str,
    region: Region,
) -> Result<(), Mistake> {
    let (hz, from) = match site.makers.of(site.tree, id, false, site.cpu.hz)? {
        Clock::Hz(hz) => (hz, site.parts.clock(hz)),
        Clock::Made(maker, output) => (site.cpu.hz, ClockFrom::Object(maker, output.to_string())),
    };
    let path = site.tree.path(id);
    let bus = site.parts.object(Object {
        name: format!("{path} bus"),
        kind: "can-bus".into(),
        made: Made::Alone,
        properties: Vec::new(),
        clocks: Vec::new(),
    });
    let mut properties = node::properties(site.tree, id, device, hz, site.cpu.cores)?;
    properties.push(("canbus".into(), Value::Object(bus)));
    let controller = site.parts.object(node::object(site.tree, id, device.kind, properties, Vec::new()));
    let hidden = HIDDEN + region.at;
    site.parts.step(Step::Map { object: controller, region: 0, at: hidden });
    let (name, size_bytes) = (format!("{path} registers"), region.size_bytes);
    site.parts.step(Step::Mirror { name, of: hidden, at: region.at, size_bytes });
    // There are not more than the tree has nodes.
    let port = site.ports.len() as u64;
    let relay = site.parts.object(Object {
        name: format!("{path} relay"),
        kind: kind.to_string(),
        made: Made::OnSystemBus,
        properties: vec![
            ("canbus".into(), Value::Object(bus)),
            ("hidden".into(), Value::Number(hidden)),
            ("port".into(), Value::Number(port)),
        ],
        clocks: device.clocks.iter().map(|input| (input.to_string(), from.clone())).collect(),
    });
    site.parts.step(Step::Map { object: relay, region: 0, at: region.at });
    site.ports
        .push((Port { name: node::port_name(site.tree, id), kind: PortKind::Can, flow_control: false }, id));
    let (kind, device) = (device.kind, Some(device));
    site.made.push(Placed { id: Some(id), object: controller, kind, device, at: region.at });
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{Board, Machine, PortKind, library};
    use devicetree::Tree;
    use plan::{Object, ObjectId, Step, Value};

    #[test]
    fn a_controller_of_qemus_has_a_relay_before_it() {
        let text = "/include/ \"zcu102-rpu.dts\"\n&can0 { status = \"okay\"; };\n";
        let tree = Tree::read_dts("x.dts", text, &mut |file, _| {
            Ok((file.to_string(), library::source(file).ok_or("none")?.to_string()))
        });
        let board = tree.and_then(|tree| Board::read("x", &tree));
        let board = board.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
        assert!(board.ports.iter().any(|port| port.name == "can0" && port.kind == PortKind::Can));
        let Machine::Tree(plan) = &board.machine else { panic!("no plan") };
        let objects = plan.steps.iter().filter_map(|step| match step {
            Step::Object(object) => Some(object),
            _ => None,
        });
        let objects: Vec<&Object> = objects.collect();
        let place = |kind: &str| objects.iter().position(|object| object.kind == kind).expect("it is made");
        let (bus, controller, relay) =
            (place("can-bus"), place("xlnx.zynqmp-can"), place("virtmcu-zynq-can"));
        let same_bus = ("canbus".to_string(), Value::Object(ObjectId(bus as u32)));
        assert!(objects[controller].properties.contains(&same_bus));
        assert!(objects[controller].properties.contains(&("ext_clk_freq".into(), Value::Number(24_000_000))));
        assert!(objects[relay].properties.contains(&same_bus));
        let at = |place: usize| {
            plan.steps.iter().find_map(|step| match step {
                Step::Map { object, at, .. } if object.0 as usize == place => Some(*at),
                _ => None,
            })
        };
        assert_eq!((at(controller), at(relay)), (Some(0x100_ff06_0000), Some(0xff06_0000)));
    }
}
