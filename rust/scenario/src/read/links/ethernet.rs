// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Ethernet: cables, and the host at one.

use super::read_time;
use crate::Problem;
use crate::read::quote;
use crate::read::section::{Checked, Entry, Problems, Section};
use link::Draws;
use link::ethernet::{DirectSpec, Rate};
use peer::HostSpec;

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

/// How fast a cable is.
pub(super) fn read_rate(section: &Section<'_>, problems: &mut Problems) -> Checked<Rate> {
    rate_of(&section.need("bitrate", BITRATE, problems)?, problems)
}

const BITRATE: &str = "bitrate = 100_000_000";

pub(super) fn rate_of(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Rate> {
    let bps = entry.integer(0..=u64::MAX, BITRATE, problems)?;
    Rate::from_bps(bps).map_err(|error| {
        let problem = Problem::at(entry.span(), "no bit rate of Ethernet").found(error.to_string());
        problems.report(problem.expected("10_000_000, 100_000_000 or 1_000_000_000"))
    })
}
