// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where a firmware without an ELF header lies and starts, as far as the board tells.

use super::{FirmwareError, Image};
use crate::Board;
use plan::{Plan, Step, Value};

/// Where a board expects a raw binary: the memory that a Cortex-M has its vector table in, else the first flash, else the
/// first memory.
pub(super) fn flash(board: &Board, plan: &Plan) -> u64 {
    if let Some(vectors) = vectors(plan) {
        return own(plan, vectors);
    }
    board.memories.iter().map(|memory| (!memory.read_only, memory.at)).min().map_or(0, |(_, at)| at)
}

/// The address of the first instruction: what the file says, else a Cortex-M's vector table, else the first byte.
pub(super) fn of(plan: &Plan, image: &Image<'_>) -> Result<u64, FirmwareError> {
    let start = match (image.start, vectors(plan)) {
        (Some(start), _) => start,
        // The first word is the stack, the second the start (Armv7-M Architecture Reference Manual, B1.5.3).
        (None, Some(vectors)) => word(plan, image, vectors + 4).ok_or(FirmwareError::NoVectors(vectors))?,
        (None, None) => image.segments.first().ok_or(FirmwareError::Empty)?.0,
    };
    match byte(plan, image, start) {
        Some(_) => Ok(start),
        None => Err(FirmwareError::Start(start)),
    }
}

/// Where a Cortex-M finds its vector table; `None` for other CPUs.
fn vectors(plan: &Plan) -> Option<u64> {
    let cpu = plan.steps.iter().find_map(|step| match step {
        Step::Object(object) if object.kind == "armv7m" => Some(object),
        _ => None,
    })?;
    let at = cpu.properties.iter().find_map(|(name, value)| match (&**name, value) {
        ("init-svtor" | "init-nsvtor", Value::Number(at)) => Some(*at),
        _ => None,
    });
    Some(at.unwrap_or(0))
}

/// An address in a mirror of a memory is one in the memory itself.
fn own(plan: &Plan, address: u64) -> u64 {
    for step in &plan.steps {
        let Step::Memory { size_bytes, at, elsewhere, .. } = step else { continue };
        let mut places = at.iter().chain(elsewhere);
        let first = places.clone().next();
        let offset = places.find_map(|at| {
            let offset = address.checked_sub(*at)?;
            (offset < *size_bytes).then_some(offset)
        });
        if let (Some(offset), Some(at)) = (offset, first) {
            return at + offset;
        }
    }
    address
}

fn word(plan: &Plan, image: &Image<'_>, at: u64) -> Option<u64> {
    (0..4).rev().try_fold(0, |word, offset| Some(word << 8 | u64::from(byte(plan, image, at + offset)?)))
}

fn byte(plan: &Plan, image: &Image<'_>, address: u64) -> Option<u8> {
    let address = own(plan, address);
    image.segments.iter().find_map(|(at, bytes)| {
        let offset = address.checked_sub(own(plan, *at))?;
        bytes.get(usize::try_from(offset).ok()?).copied()
    })
}
