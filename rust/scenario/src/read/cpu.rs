// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Of a `[node.NAME]`: the clock and the cores of its CPU.

use super::section::{Checked, Problems, Section};
use crate::Problem;
use board::{Board, CORES_MAX, CPU_HZ};

/// What a node says of its CPU.
pub(super) struct Cpu {
    /// The clock, if it is not the board's.
    pub(super) own_hz: Option<u64>,
    /// How many cores.
    pub(super) cores: u8,
}

pub(super) fn read(section: &Section<'_>, board: Checked<&Board>, problems: &mut Problems) -> Checked<Cpu> {
    let own_hz = match section.get("cpu_hz") {
        Some(entry) => entry.integer(CPU_HZ, "cpu_hz = 80_000_000", problems).map(Some),
        None => Ok(None),
    };
    let cores = read_cores(section, board, problems);
    // Told in the trace only where it differs.
    let own_hz = own_hz?.filter(|hz| board.is_ok_and(|board| board.cpu_hz != *hz));
    Ok(Cpu { own_hz, cores: cores? })
}

fn read_cores(section: &Section<'_>, board: Checked<&Board>, problems: &mut Problems) -> Checked<u8> {
    let Some(entry) = section.get("cores") else {
        return Ok(1);
    };
    let cores = entry.integer(1..=u64::from(CORES_MAX), "cores = 2", problems)? as u8;
    let board = board?;
    if cores <= board.cores_max {
        return Ok(cores);
    }
    let problem = Problem::at(entry.span(), format!("{} has no {cores} cores", board.name));
    let problem = problem.found(format!("this is {cores}"));
    let problem = match board.cores_max {
        1 => problem.expected("1: this board has one CPU core"),
        most => problem.expected(format!("at most {most}")),
    };
    let able = board::all().iter().filter(|board| board.cores_max >= cores).map(|board| board.name.as_str());
    let able: Vec<_> = able.collect();
    Err(problems.report(problem.help(format!("remove \"cores\", or use one of {}", able.join(", ")))))
}
