// SPDX-License-Identifier: Apache-2.0 OR MIT
//! For tests: compares the tables of registers of our devices with the vendors' CMSIS-SVD files, word by word: which
//! registers there are, what they hold after a reset, which bits can be read and written.
//!
//! A plugin has one line a device, and a list of [`Deviation`]s, each with its reason: files have mistakes, and devices leave things out.
//!
//! **Invariant:** a difference is in the list or fails the test, and so does a line of the list that is no difference any more.
//! **Limits:** bits that clear by being written, or by being read, count as writable, whatever clears them: few files say it. Widths of
//! access are not compared; the files have the size of a register, and not what its bus takes.

#![forbid(unsafe_code)]

mod chip;

pub use chip::Error;

use chip::{Chip, Word};
use device::{Device, Register};
use std::collections::{BTreeMap, BTreeSet};

/// A device, and where the vendor describes it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    name: &'static str,
    registers: &'static [Register],
    size: u32,
    sheets: &'static [Sheet],
    /// Where the device's first word lies in the peripheral.
    start: u32,
    /// Where each sheet's first word lies in the device; 0 for those behind the last of these.
    places: &'static [u32],
}

/// A file and a peripheral in it.
pub type Sheet = (&'static str, &'static str);

impl Described {
    /// `D` is all of these peripherals together: blocks that share an address, and those of the chips that it models.
    pub const fn new<D: Device>(sheets: &'static [Sheet]) -> Described {
        Described { name: D::NAME, registers: D::REGISTERS, size: D::SIZE, sheets, start: 0, places: &[] }
    }

    /// The device has its peripherals one behind the other: where each begins.
    pub const fn at(mut self, places: &'static [u32]) -> Described {
        self.places = places;
        self
    }

    /// The device begins at this offset of the peripherals.
    pub const fn from(mut self, start: u32) -> Described {
        self.start = start;
        self
    }
}

/// The name of a device, or `*` for all, how the differences begin that are meant, and why they are there.
pub type Deviation = (&'static str, &'static [&'static str], &'static str);

/// What remains of the differences of all devices without those that are listed, one a line, and what is listed and is none.
pub fn compare(described: &[Described], deviations: &[Deviation]) -> Result<String, Error> {
    let mut chips = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut text = String::new();
    for device in described {
        let mut words = BTreeMap::new();
        for (number, (file, peripheral)) in device.sheets.iter().enumerate() {
            if !chips.contains_key(file) {
                chips.insert(file, Chip::open(file)?);
            }
            let place = device.places.get(number).copied().unwrap_or(0);
            chips[file].describe(peripheral, place, &mut words)?;
        }
        for difference in differences(device, &words) {
            let listed = deviations.iter().filter(|(name, ..)| [device.name, "*"].contains(name));
            let found = listed.flat_map(|(name, starts, _)| starts.iter().map(move |start| (*name, *start)));
            let found: Vec<_> = found.filter(|(_, start)| difference.starts_with(start)).collect();
            if found.is_empty() {
                text += &format!("{} {difference}\n", device.name);
            }
            used.extend(found);
        }
    }
    for (name, starts, _) in deviations {
        for start in starts.iter().filter(|start| !used.contains(&(*name, **start))) {
            text += &format!("{name} {start}: is listed, and is no difference\n");
        }
    }
    Ok(text)
}

/// The devices that a plugin registers in the source of its `lib.rs`, and does not compare in that of its test.
pub fn forgotten<'a>(registering: &'a str, comparing: &str) -> Vec<&'a str> {
    let registered = registering.split("register::<").skip(1).filter_map(|rest| rest.split_once(">()"));
    registered.map(|(name, _)| name).filter(|name| !comparing.contains(&format!("<{name}>"))).collect()
}

/// What the device and the words of its peripherals differ in: `NAME: what`, or `NAME[0 1 7]: what` for some of an array.
fn differences(device: &Described, theirs: &BTreeMap<u32, Word>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut known = BTreeSet::new();
    for register in device.registers {
        let mut found = BTreeMap::<String, Vec<u32>>::new();
        for index in 0..register.count() {
            let offset = register.offset_of(index) + device.start;
            known.insert(offset);
            for what in word_differences(register, theirs.get(&offset)) {
                found.entry(what).or_default().push(index);
            }
        }
        for (what, indices) in found {
            let all = indices.len() == register.count() as usize;
            let indices: Vec<_> = indices.iter().map(u32::to_string).collect();
            let which = if all { String::new() } else { format!("[{}]", indices.join(" ")) };
            lines.push(format!("{}{which}: {what}", register.name()));
        }
    }
    for (offset, word) in theirs.range(device.start..device.start + device.size) {
        if !known.contains(offset) {
            lines.push(format!("{}: is missing, at {offset:#x}", word.names.join(" ")));
        }
    }
    lines
}

fn word_differences(register: &Register, word: Option<&Word>) -> Vec<String> {
    let Some(word) = word else { return vec!["is not the vendor's".into()] };
    let mut differences = Vec::new();
    for (known, resets) in &word.resets {
        if !resets.iter().any(|reset| (reset ^ register.reset()) & known == 0) {
            differences.push(format!(
                "resets to {:#x}, the vendor's to {:#x}",
                register.reset() & known,
                resets[0]
            ));
        }
    }
    let (readable, writable) = (!register.write_only(), register.writable());
    let mut bits = |bits: u32, what: &str| {
        if bits != 0 {
            differences.push(format!("bits {bits:#x} {what}"));
        }
    };
    bits(writable & !word.writable, "can be written, the vendor's cannot");
    let is_read_only = word.writable != 0 && writable == 0;
    let fewer = if is_read_only { word.writable } else { word.surely_writable & !writable };
    bits(fewer, "cannot be written, the vendor's can");
    bits(word.surely_readable & !readable, "cannot be read, the vendor's can");
    bits(writable & word.writable & readable & !word.readable, "can be read, the vendor's cannot");
    differences
}

#[cfg(test)]
mod tests;
