// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ethernet: cables, switches, and who is at them.

use super::read_time;
use crate::read::quote;
use crate::read::section::{Checked, Problems, Section};
use crate::{Problem, limits};
use link::Draws;
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use peer::HostSpec;
use vtime::Span;

pub(super) fn read_cable(section: &Section<'_>, problems: &mut Problems) -> Checked<DirectSpec> {
    let (rate, delay) = (read_rate(section, problems), read_time(section, "delay", problems));
    Ok(DirectSpec { rate: rate?, delay: delay? })
}

/// A host at one end more. Its Ethernet address depends on the link's name alone.
pub(super) fn read_host(
    link: &str,
    section: &Section<'_>,
    problems: &mut Problems,
) -> Checked<Option<HostSpec>> {
    const EXAMPLE: &str = "host = \"10.0.0.1/24\"";
    let Some(entry) = section.get("host") else { return Ok(None) };
    let text = entry.string(EXAMPLE, problems)?;
    let draws = Draws::new(0, link);
    let [first, second, ..] = draws.draw(0, 0).to_be_bytes();
    let address = [0x02, 0x76, 0x6d, first, second, 0xff];
    let parts = text.text.split_once('/').and_then(|(ip, prefix)| {
        Some((ip.parse::<std::net::Ipv4Addr>().ok()?.octets(), prefix.parse::<u8>().ok()?))
    });
    let problem = Problem::at(text.span.clone(), format!("{} is no host", quote(text.text)));
    let found = match parts {
        None => "not an IP address, a slash and a prefix".to_string(),
        Some((ip, prefix)) => match HostSpec::new(address, ip, prefix, draws.draw(0, 1)) {
            Ok(host) => return Ok(Some(host)),
            Err(error) => error.to_string(),
        },
    };
    Err(problems.report(problem.found(found).expected(format!("its address and network: {EXAMPLE}"))))
}

/// All its ports are alike.
pub(super) fn read_switch(
    section: &Section<'_>,
    ports: usize,
    problems: &mut Problems,
) -> Checked<SwitchSpec> {
    let (rate, delay) = (read_rate(section, problems), read_time(section, "delay", problems));
    let latency = read_time(section, "latency", problems);
    let count = |key, default, problems: &mut Problems| match section.get(key) {
        None => Ok(default),
        Some(entry) => {
            let most = limits::SWITCH_MAX;
            entry.integer(1..=most, &format!("{key} = {default}"), problems).map(|count| count as usize)
        }
    };
    let queue = count("queue", SWITCH_QUEUE, problems);
    let addresses = count("addresses", SWITCH_ADDRESSES, problems);
    let port = PortSpec { rate: rate?, delay: delay?, queue: Limit::Frames(queue?) };
    Ok(SwitchSpec { ports: vec![port; ports], latency: latency?, addresses: addresses?, age: Span::MAX })
}

/// Frames that a port of a switch keeps, and addresses that a switch knows, if the scenario does not say: those of a small one.
pub(crate) const SWITCH_QUEUE: usize = 64;
pub(crate) const SWITCH_ADDRESSES: usize = 1024;

fn read_rate(section: &Section<'_>, problems: &mut Problems) -> Checked<Rate> {
    const EXAMPLE: &str = "bitrate = 100_000_000";
    let entry = section.need("bitrate", EXAMPLE, problems)?;
    let bps = entry.integer(0..=u64::MAX, EXAMPLE, problems)?;
    Rate::from_bps(bps).map_err(|error| {
        let problem = Problem::at(entry.span(), "no bit rate of Ethernet").found(error.to_string());
        problems.report(problem.expected("10_000_000, 100_000_000 or 1_000_000_000"))
    })
}
