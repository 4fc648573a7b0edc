// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Controllers whose registers give a bit rate that their bus does not have: they take no part, and nothing else says why.

use super::RunError;
use link::can::Event as CanEvent;
use link::{Medium, Spec, What};
use scenario::{Port, Scenario};
use sim::{Body, Event};

/// An error if `event`, of a frame with these bytes, tells of one, unless its link allows it.
pub(super) fn check(scenario: &Scenario, event: &Event, bytes: &[u8]) -> Result<(), RunError> {
    let Body::Frame { port, medium: Medium::Can, what: What::Failed, .. } = event.body else { return Ok(()) };
    let Ok(CanEvent::Rates { bitrate_bps, data_bitrate_bps }) = CanEvent::read(bytes) else { return Ok(()) };
    let link = scenario.links.get(usize::from(event.key.link.0)).filter(|link| !link.allows_wrong_rate);
    let Some((link, Spec::Can(spec))) = link.map(|link| (link, &link.spec)) else { return Ok(()) };
    let of_bus = (spec.bitrate_bps(), spec.data_bitrate_bps().unwrap_or(0));
    let with = |bps: u32, data_bps: u32| match data_bps {
        0 => format!("{bps} bit/s"),
        data_bps => format!("{bps} bit/s and {data_bps} bit/s for data"),
    };
    Err(RunError::Rates {
        port: scenario.port_name(Port { node: event.key.source.0, number: port.0 }),
        at: event.key.at,
        found: with(bitrate_bps, data_bitrate_bps),
        link: link.name.clone(),
        expected: with(of_bus.0, of_bus.1),
    })
}
