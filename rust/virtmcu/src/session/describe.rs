// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario in the words of the core and of the trace.

use crate::firmware::Firmware;
use ::node::Tools;
use scenario::{Port, Scenario};
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

/// The head of the trace.
pub(super) fn header(scenario: &Scenario, firmware: &[Firmware], tools: &Tools) -> Header {
    let by = |what: String, version: &str| MadeBy { what, version: version.to_string() };
    let mut made_by: Vec<MadeBy> = scenario
        .nodes
        .iter()
        .zip(firmware)
        .map(|(node, firmware)| by(format!("firmware.{}", node.name), &firmware.digest))
        .collect();
    made_by.push(by("plugins".into(), tools.plugins_id()));
    made_by.push(by("qemu".into(), tools.qemu_id()));
    made_by.push(by("virtmcu".into(), crate::VERSION));
    Header {
        scenario: scenario.title.clone(),
        seed: scenario.seed,
        duration: scenario.duration,
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
                description: format!(
                    "uart {} {} delay {}",
                    link.uart.baud(),
                    link.uart.framing(),
                    link.uart.delay()
                ),
                ends: link.ends.iter().map(|end| scenario.port_name(*end)).collect(),
            })
            .collect(),
        made_by,
    }
}
