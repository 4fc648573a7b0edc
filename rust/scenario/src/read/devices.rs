// SPDX-License-Identifier: Apache-2.0 OR MIT
//! `[device."COMPATIBLE"]`: devices of the user's own, which boards in files may have.

use super::nodes::Names;
use super::section::{Checked, Entry, Problems, Section, Text};
use super::{files, keys, quote};
use crate::model::DeviceModule;
use crate::{Problem, Source, limits};
use board::{OwnDevice, OwnValue};
use std::ops::Range;

/// The devices of a file, in the order of their names.
pub(super) struct Devices {
    /// Those without a mistake.
    pub(super) good: Vec<DeviceModule>,
    /// Where the file has each.
    spans: Vec<Range<usize>>,
    /// Whether all of them are good.
    all: Checked<()>,
}

impl Devices {
    pub(super) fn read(top: &Section<'_>, source: &Source, problems: &mut Problems) -> Devices {
        let mut devices = Devices { good: Vec::new(), spans: Vec::new(), all: Ok(()) };
        let Some(entry) = top.get("device") else { return devices };
        let entries = match entry.named("[device.\"COMPATIBLE\"]", problems) {
            Ok(entries) => entries,
            Err(reported) => return Devices { all: Err(reported), ..devices },
        };
        if entries.len() > limits::DEVICES_MAX {
            let problem = Problem::at(entry.span(), format!("the scenario has {} devices", entries.len()));
            let problem = problem.expected(format!("at most {}", limits::DEVICES_MAX));
            return Devices { all: Err(problems.report(problem)), ..devices };
        }
        for (compatible, (span, entry)) in entries {
            match read_one(compatible, span.clone(), entry, source, problems) {
                Ok(device) => {
                    devices.good.push(device);
                    devices.spans.push(span);
                }
                Err(reported) => devices.all = Err(reported),
            }
        }
        devices
    }

    /// All of them, each of which some node has.
    pub(super) fn used(self, names: &Names<'_>, problems: &mut Problems) -> Checked<Vec<DeviceModule>> {
        self.all?;
        let boards = names.boards()?;
        let used = |device: &DeviceModule| {
            boards.iter().any(|board| board.own_devices.contains(&device.device.compatible))
        };
        let mut all = Ok(());
        for (device, span) in self.good.iter().zip(self.spans).filter(|(device, _)| !used(device)) {
            let problem =
                Problem::at(span, format!("no node has a device {}", quote(&device.device.compatible)));
            let problem = problem.found("the tree of no node's board has it, where it is enabled");
            let expected = "a node of a tree in a .dts or .dtb file with this \"compatible\"";
            all = Err(problems.report(problem.expected(expected)));
        }
        all.map(|()| self.good)
    }
}

fn read_one(
    compatible: &str,
    span: Range<usize>,
    entry: Entry<'_>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<DeviceModule> {
    let named = check_word("compatible", Text { text: compatible, span }, problems);
    let section = Section::open_named("device", entry, problems)?;
    section.refuse_unknown(keys::DEVICE, problems);
    let example = "module = \"//acme:timer\"";
    let module = section.need("module", example, problems);
    let module = module.and_then(|entry| files::read(&entry, example, source, problems));
    let example = "type = \"acme-timer\"";
    let kind = section.need("type", example, problems);
    let kind = kind.and_then(|entry| entry.string(example, problems));
    let kind = kind.and_then(|kind| check_word("type of QEMU", kind, problems));
    let interrupts = words(&section, "interrupts", "interrupts = [\"tick\"]", problems);
    let clocks = words(&section, "clocks", "clocks = [\"clk\"]", problems);
    let properties = read_properties(&section, problems);
    let outputs = read_lines(&section, "outputs", "outputs = { lamp = \"lamp-gpios\" }", problems);
    let inputs = read_lines(&section, "inputs", "inputs = { hold = \"hold-gpios\" }", problems);
    let port = section.get("port").map(|entry| entry.boolean("port = true", problems)).transpose();
    named?;
    Ok(DeviceModule {
        module: module?,
        device: OwnDevice {
            compatible: compatible.to_string(),
            kind: kind?,
            interrupts: interrupts?,
            clocks: clocks?,
            properties: properties?,
            outputs: outputs?,
            inputs: inputs?,
            port: port?.unwrap_or_default(),
        },
    })
}

/// A name that stands in trees, traces or for QEMU.
fn check_word(what: &str, name: Text<'_>, problems: &mut Problems) -> Checked<String> {
    let Text { text, span } = name;
    let found = match text {
        "" => "it is empty".to_string(),
        _ if text.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            "it has a blank in it".to_string()
        }
        _ if text.len() > limits::NAME_CHARS_MAX => format!("it has {} bytes", text.len()),
        _ => return Ok(text.to_string()),
    };
    let problem = Problem::at(span, format!("{} is no {what}", quote(text))).found(found);
    let expected = format!("one word of at most {} bytes", limits::NAME_CHARS_MAX);
    Err(problems.report(problem.expected(expected)))
}

/// A list of names, which may be missing.
fn words<'a>(
    section: &Section<'a>,
    key: &'a str,
    example: &str,
    problems: &mut Problems,
) -> Checked<Vec<String>> {
    let Some(entry) = section.get(key) else { return Ok(Vec::new()) };
    let list = entry.array(&format!("a list of names: {example}"), problems)?;
    bounded(&entry, list.len(), problems)?;
    list.iter()
        .map(|entry| entry.string("a name", problems).and_then(|name| check_word("name", name, problems)))
        .collect()
}

fn bounded(entry: &Entry<'_>, count: usize, problems: &mut Problems) -> Checked<()> {
    if count <= limits::PARTS_MAX {
        return Ok(());
    }
    let problem = Problem::at(entry.span(), format!("{} has too many parts", quote(entry.key())));
    let problem = problem.found(count.to_string()).expected(format!("at most {}", limits::PARTS_MAX));
    Err(problems.report(problem))
}

fn read_properties(section: &Section<'_>, problems: &mut Problems) -> Checked<Vec<(String, OwnValue)>> {
    let Some(entry) = section.get("properties") else { return Ok(Vec::new()) };
    let entries = entry.named("properties = { width = 16 }", problems)?;
    bounded(&entry, entries.len(), problems)?;
    let mut all = Vec::new();
    for (name, (span, entry)) in entries {
        let name = check_word("property", Text { text: name, span }, problems);
        all.push((name, read_value(&entry, problems)));
    }
    all.into_iter().map(|(name, value)| Ok((name?, value?))).collect()
}

/// Groups of lines, each with the tree's property that names its pins.
fn read_lines<'a>(
    section: &Section<'a>,
    key: &'a str,
    example: &str,
    problems: &mut Problems,
) -> Checked<Vec<(String, String)>> {
    let Some(entry) = section.get(key) else { return Ok(Vec::new()) };
    let entries = entry.named(example, problems)?;
    bounded(&entry, entries.len(), problems)?;
    let mut all = Vec::new();
    for (name, (span, entry)) in entries {
        let name = check_word("line", Text { text: name, span }, problems);
        let property = entry.string(example, problems);
        all.push((name, property.and_then(|property| check_word("property", property, problems))));
    }
    all.into_iter().map(|(name, property)| Ok((name?, property?))).collect()
}

/// `16`, or the name of the tree's property.
fn read_value(entry: &Entry<'_>, problems: &mut Problems) -> Checked<OwnValue> {
    let example = "a number, or the name of the tree's property that has it";
    if entry.is_string() {
        let name = entry.string(example, problems)?;
        return check_word("property", name, problems).map(OwnValue::Property);
    }
    entry.integer(0..=limits::ADDRESS_MAX, example, problems).map(OwnValue::Number)
}
