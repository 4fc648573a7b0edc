// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Asynchronous serial lines.

use super::read_time;
use crate::Problem;
use crate::model::Port;
use crate::read::nodes::Names;
use crate::read::quote;
use crate::read::section::{Checked, Entry, Problems, Section};
use link::{Framing, Uart};

/// Of `ends` those that are known.
pub(super) fn read(
    section: &Section<'_>,
    ends: &[Port],
    nodes: &Names<'_>,
    problems: &mut Problems,
) -> Checked<Uart> {
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
    let flow_control = match section.get("flow_control") {
        None => Ok(false),
        Some(entry) => entry.boolean(FLOW_CONTROL, problems).and_then(|wanted| {
            match ends.iter().find(|end| wanted && !nodes.has_flow_control(**end)) {
                None => Ok(wanted),
                Some(end) => Err(problems.report(no_flow_control(&entry, &nodes.name_of(*end)))),
            }
        }),
    };
    let uart = Uart::new(baud?, framing?, delay?)
        .map_err(|error| problems.report(Problem::at(section.span(), error.to_string())))?;
    Ok(if flow_control? { uart.with_flow_control() } else { uart })
}

const BAUD: &str = "baud = 115200";
const FLOW_CONTROL: &str = "flow_control = true";

fn no_flow_control(entry: &Entry<'_>, port: &str) -> Problem {
    let problem = Problem::at(entry.span(), format!("{port} has no RTS and CTS"));
    let problem = problem.found("its UART, or QEMU's model of it, does not know them");
    let problem = problem.expected("UARTs that do: 16550, STM32, nRF, S32K, and those of your own modules");
    problem.help("leave flow_control out")
}

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
