// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Asynchronous serial lines.

use super::read_time;
use crate::Problem;
use crate::read::quote;
use crate::read::section::{Checked, Entry, Problems, Section};
use link::{Framing, Uart};

pub(super) fn read(section: &Section<'_>, problems: &mut Problems) -> Checked<Uart> {
    let baud = section.need("baud", BAUD, problems).and_then(|entry| read_baud(&entry, problems));
    let framing = match section.get("framing") {
        None => Ok(Framing::default()),
        Some(entry) => entry.string("framing = \"8N1\"", problems).and_then(|text| {
            text.text.parse::<Framing>().map_err(|error| {
                let problem = Problem::at(text.span, format!("{} is no framing", quote(text.text)));
                let expected = "data bits 5 to 9, parity N, E or O, stop bits 1 or 2, such as \"8N1\"";
                problems.report(problem.found(error.to_string()).expected(expected))
            })
        }),
    };
    let delay = read_time(section, "delay", problems);
    let flow_control =
        section.get("flow_control").map_or(Ok(false), |entry| entry.boolean(FLOW_CONTROL, problems));
    let uart = Uart::new(baud?, framing?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))?;
    Ok(if flow_control? { uart.with_flow_control() } else { uart })
}

const BAUD: &str = "baud = 115200";
const FLOW_CONTROL: &str = "flow_control = true";

/// A baud rate.
pub(crate) fn read_baud(entry: &Entry<'_>, problems: &mut Problems) -> Checked<u32> {
    let bits_per_second = entry.integer(0..=u64::MAX, BAUD, problems)?;
    let problem = match u32::try_from(bits_per_second) {
        Ok(0) => Problem::at(entry.span(), "the baud rate is zero").found(link::Error::Baud.to_string()),
        Ok(baud) => return Ok(baud),
        Err(_) => Problem::at(entry.span(), "this can be a zero-latency link")
            .found("the baud rate is so high that a frame may take no time"),
    };
    Err(problems.report(problem.expected(format!("bits per second, from 1 to {}, such as 115200", u32::MAX))))
}
