// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario in the words of the core and of the trace.

use super::Run;
use crate::determinism::Host;
use control::{Description, DescriptionLink, DescriptionNode};
use peer::{Sending, TesterSpec};
use scenario::{Port, Scenario};
use sim::{Change, Core, Cue, Input, Life, LinkSpec, NodeId, NodeSpec, PortId, Power, System, Tester, When};
use std::collections::BTreeMap;
pub use trace::MadeBy;
use trace::{FaultHead, Header, LinkHead, NodeHead};
use vtime::Instant;

/// What the core simulates.
pub(super) fn system(scenario: &Scenario) -> System {
    let end = |port: Port| (NodeId(port.node), PortId(port.number));
    System {
        nodes: scenario
            .nodes
            .iter()
            .map(|node| NodeSpec { name: node.name.clone(), ports: node.ports().count() as u16 })
            .collect(),
        links: scenario
            .links
            .iter()
            .enumerate()
            .map(|(place, link)| LinkSpec {
                name: link.name.clone(),
                spec: link.spec.clone(),
                ends: link.ends.iter().copied().map(end).collect(),
                host: link.host,
                faults: scenario.faults_of(place).map(|fault| fault.fault.clone()).collect(),
                tester: tester(scenario, place),
            })
            .collect(),
        duration: scenario.duration,
        seed: scenario.seed,
    }
}

/// Who sends what the scenario says on the link at `place`, if it says anything.
fn tester(scenario: &Scenario, place: usize) -> Option<Tester> {
    let inputs: Vec<_> = scenario.link_inputs.iter().filter(|input| input.link == place).collect();
    let sending = |input: &&scenario::LinkInput| Sending {
        at: match input.when {
            scenario::When::At(at) => Some(Instant::START + at),
            scenario::When::After { .. } => None,
        },
        frames: input.frames.clone(),
        every: input.every,
        rounds: input.rounds,
        until: input.until.map_or(Instant::FAR, |until| Instant::START + until),
    };
    let sendings = inputs.iter().map(sending).collect();
    let spec = match &scenario.links[place].spec {
        _ if inputs.is_empty() => return None,
        link::Spec::Can(bus) => TesterSpec::can(bus.bitrate_bps(), bus.data_bitrate_bps(), sendings),
        // What is sent on others are frames of Ethernet: the scenario was checked.
        _ => TesterSpec::ethernet(sendings),
    };
    let cue = |(sending, input): (usize, &&scenario::LinkInput)| match (&input.when, input.port) {
        (scenario::When::After { text, wait }, Some(port)) => {
            let (node, port) = (NodeId(port.node), PortId(port.number));
            Some(Cue { sending, node, port, text: text.clone(), wait: *wait })
        }
        _ => None,
    };
    Some(Tester { spec, cues: inputs.iter().enumerate().filter_map(cue).collect() })
}

/// The inputs of links that were never sent: their places in the scenario.
pub(super) fn unsent(scenario: &Scenario, core: &Core) -> Vec<usize> {
    let place = |(link, cue): (sim::LinkId, &Cue)| {
        let of_link = |(_, input): &(usize, &scenario::LinkInput)| input.link == usize::from(link.0);
        scenario.link_inputs.iter().enumerate().filter(of_link).nth(cue.sending).map(|(place, _)| place)
    };
    core.uncued().filter_map(place).collect()
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
                ports: node.ports().map(String::from).collect(),
            })
            .collect(),
        links: scenario
            .links
            .iter()
            .map(|link| DescriptionLink {
                name: link.name.clone(),
                kind: link.description(),
                ends: link.ends.iter().map(|end| (end.node, end.number)).collect(),
                horizon_ns: link.spec.lookahead().as_ns(),
            })
            .collect(),
    }
}

/// When a node is on, and what its time runs by.
pub(super) fn life(node: &scenario::Node) -> Life {
    let at = |span| Instant::START + span;
    let change = |change: &scenario::PowerChange| Change {
        at: at(change.at),
        power: match change.power {
            scenario::Power::Off => Power::Off,
            scenario::Power::On => Power::On,
            scenario::Power::Reset => Power::PinReset,
        },
    };
    Life { crystal: node.crystal, start: at(node.start), changes: node.power.iter().map(change).collect() }
}

/// What is typed at each port where something is, in the order of ports.
pub(super) fn typing(scenario: &Scenario) -> BTreeMap<Port, Vec<Input>> {
    let mut all: BTreeMap<Port, Vec<Input>> = BTreeMap::new();
    for input in &scenario.inputs {
        let when = match &input.when {
            scenario::When::At(at) => When::At(Instant::START + *at),
            scenario::When::After { text, wait } => When::Seen { text: text.clone(), wait: *wait },
        };
        all.entry(input.port).or_default().push(Input { when, bytes: input.text.clone(), uart: input.uart });
    }
    all
}

/// The head of the trace.
pub(super) fn header(run: &Run<'_>) -> Header {
    let (scenario, tools) = (run.scenario, run.tools);
    let by = |what: String, version: &str| MadeBy { what, version: version.to_string() };
    let devices = scenario.devices.iter().zip(run.modules);
    let mut made_by: Vec<MadeBy> = devices
        .map(|(own, module)| by(format!("device.{}", own.device.compatible), &module.digest))
        .collect();
    let firmware = scenario.nodes.iter().zip(run.firmware);
    made_by.extend(firmware.map(|(node, firmware)| by(format!("firmware.{}", node.name), &firmware.digest)));
    made_by.push(by("host".into(), &Host::this().kind));
    made_by.push(by("plugins".into(), tools.plugins_id()));
    made_by.push(by("qemu".into(), tools.qemu_id()));
    made_by.push(by("virtmcu".into(), crate::VERSION));
    Header {
        scenario: scenario.title.clone(),
        seed: scenario.seed,
        duration: scenario.duration,
        mode: run.mode.in_trace(),
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
                description: link.description(),
                ends: link.ends.iter().map(|end| scenario.port_name(*end)).collect(),
            })
            .collect(),
        faults: faults(scenario),
        made_by,
    }
}

/// The faults of each link, with their numbers.
fn faults(scenario: &Scenario) -> Vec<FaultHead> {
    let links = scenario.links.iter().enumerate();
    let faults = links.flat_map(|(place, link)| {
        let head = move |(number, fault): (u64, &scenario::Fault)| FaultHead {
            link: link.name.clone(),
            number,
            description: fault.description.clone(),
        };
        (1..).zip(scenario.faults_of(place)).map(head)
    });
    faults.collect()
}
