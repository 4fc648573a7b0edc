// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario in the words of the core and of the trace.

use crate::determinism::Host;
use crate::firmware::Firmware;
use crate::mode::Mode;
use ::node::Tools;
use control::{Description, DescriptionLink, DescriptionNode};
use scenario::{Link, Port, Scenario};
use sim::{LinkSpec, NodeId, NodeSpec, PortId, System};
pub use trace::MadeBy;
use trace::{Header, LinkHead, NodeHead};

/// What the core simulates.
pub(super) fn system(scenario: &Scenario) -> System {
    let end = |port: Port| (NodeId(port.node), PortId(port.uart));
    System {
        nodes: scenario
            .nodes
            .iter()
            .map(|node| NodeSpec { name: node.name.clone(), ports: node.board.uarts.len() as u16 })
            .collect(),
        links: scenario
            .links
            .iter()
            .map(|link| LinkSpec { name: link.name.clone(), uart: link.uart, ends: link.ends.map(end) })
            .collect(),
        duration: scenario.duration,
    }
}

/// What a master is told of it.
pub(super) fn description(scenario: &Scenario) -> Description {
    Description {
        scenario: scenario.title.clone(),
        duration_ns: scenario.duration.as_ns(),
        seed: scenario.seed,
        nodes: scenario
            .nodes
            .iter()
            .map(|node| DescriptionNode {
                name: node.name.clone(),
                board: node.board.name.to_string(),
                ports: node.board.uarts.iter().map(|uart| uart.to_string()).collect(),
            })
            .collect(),
        links: scenario
            .links
            .iter()
            .map(|link| DescriptionLink {
                name: link.name.clone(),
                kind: kind(link),
                ends: link.ends.map(|end| (end.node, end.uart)),
                horizon_ns: link.uart.lookahead().as_ns(),
            })
            .collect(),
    }
}

/// A link's kind and parameters.
fn kind(link: &Link) -> String {
    format!("uart {} {} delay {}", link.uart.baud(), link.uart.framing(), link.uart.delay())
}

/// The head of the trace.
pub(super) fn header(scenario: &Scenario, firmware: &[Firmware], tools: &Tools, mode: Mode) -> Header {
    let by = |what: String, version: &str| MadeBy { what, version: version.to_string() };
    let mut made_by: Vec<MadeBy> = scenario
        .nodes
        .iter()
        .zip(firmware)
        .map(|(node, firmware)| by(format!("firmware.{}", node.name), &firmware.digest))
        .collect();
    made_by.push(by("host".into(), &Host::this().kind));
    made_by.push(by("plugins".into(), tools.plugins_id()));
    made_by.push(by("qemu".into(), tools.qemu_id()));
    made_by.push(by("virtmcu".into(), crate::VERSION));
    Header {
        scenario: scenario.title.clone(),
        seed: scenario.seed,
        duration: scenario.duration,
        mode: mode.in_trace(),
        nodes: scenario
            .nodes
            .iter()
            .map(|node| NodeHead { name: node.name.clone(), board: node.description() })
            .collect(),
        links: scenario
            .links
            .iter()
            .map(|link| LinkHead {
                name: link.name.clone(),
                description: kind(link),
                ends: link.ends.iter().map(|end| scenario.port_name(*end)).collect(),
            })
            .collect(),
        made_by,
    }
}
