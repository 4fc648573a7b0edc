// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A CAN bus.

use super::read_time;
use crate::read::section::{Checked, Entry, Problems, Section};
use crate::{Problem, limits};
use link::can::BusSpec;

pub(super) fn read(section: &Section<'_>, problems: &mut Problems) -> Checked<BusSpec> {
    let rate = |entry: Entry<'_>, example, problems: &mut Problems| {
        entry.integer(1..=limits::CAN_BITRATE_MAX, example, problems).map(|bps| bps as u32)
    };
    let example = "bitrate = 500_000";
    let bitrate = section.need("bitrate", example, problems).and_then(|entry| rate(entry, example, problems));
    let data = match section.get("data_bitrate") {
        None => Ok(None),
        Some(entry) => rate(entry, "data_bitrate = 2_000_000", problems).map(Some),
    };
    let delay = read_time(section, "delay", problems);
    BusSpec::new(bitrate?, data?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))
}
