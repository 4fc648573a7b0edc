// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing source: what the text of a tree looks like.

use crate::property::{Kind, Part};
use crate::{NodeId, Place, Reservation, Tree};
use std::fmt::Write as _;

/// How many numbers and bytes stand in a line.
pub(crate) const NUMBERS_A_LINE: usize = 8;
const BYTES_A_LINE: usize = 16;

/// Source that grows, from the outside in.
pub(crate) struct Writer {
    pub text: String,
    depth: usize,
}

/// The whole source of a tree.
pub(crate) fn write(tree: &Tree) -> String {
    let mut writer = Writer::new(&tree.reservations);
    let mut before: Option<NodeId> = None;
    for id in tree.walk() {
        // Those that have ended since the last one.
        let parent = tree.parent(id);
        while let Some(open) = before.filter(|open| Some(*open) != parent) {
            writer.close();
            before = tree.parent(open);
        }
        let node = tree.node(id);
        writer.open(&node.labels, &node.name);
        for property in &node.properties {
            writer.property(&property.name, &property.value, &property.parts);
        }
        before = Some(id);
    }
    writer.close_all()
}

impl Writer {
    pub fn new(reservations: &[Reservation]) -> Writer {
        let mut writer = Writer { text: "/dts-v1/;\n\n".to_string(), depth: 0 };
        for Reservation { address, size } in reservations {
            writer.add(format_args!("/memreserve/ {address:#x} {size:#x};\n"));
        }
        if !reservations.is_empty() {
            writer.text.push('\n');
        }
        writer
    }

    /// Begins a node; the name of the root is empty.
    pub fn open(&mut self, labels: &[String], name: &str) {
        // Between properties and nodes, and between nodes.
        if self.text.ends_with(";\n") && self.depth > 0 {
            self.text.push('\n');
        }
        self.indent();
        for label in labels {
            self.add(format_args!("{label}: "));
        }
        self.add(format_args!("{} {{\n", if name.is_empty() { "/" } else { name }));
        self.depth += 1;
    }

    /// Ends the node that was begun last.
    pub fn close(&mut self) {
        self.depth -= 1;
        self.indent();
        self.text.push_str("};\n");
    }

    /// How many nodes have no end yet.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The text, with all nodes ended.
    pub fn close_all(mut self) -> String {
        while self.depth > 0 {
            self.close();
        }
        self.text
    }

    /// A property, whose value is written as `parts` say; if they are not known, as is likely.
    pub fn property(&mut self, name: &str, value: &[u8], parts: &[Part]) {
        self.indent();
        self.text.push_str(name);
        let mut start = " = ";
        for (kind, bytes) in groups(value, parts) {
            self.text.push_str(start);
            start = ", ";
            self.group(kind, bytes);
        }
        self.text.push_str(";\n");
    }

    fn group(&mut self, kind: Kind, value: &[u8]) {
        match kind {
            Kind::String => self.string(value.strip_suffix(&[0]).unwrap_or(value)),
            Kind::Bytes => {
                self.text.push('[');
                self.list(value.chunks(1), BYTES_A_LINE, |one| format!("{:02x}", one[0]));
                self.text.push(']');
            }
            Kind::Number(width) => {
                if width != 4 {
                    self.add(format_args!("/bits/ {} ", width * 8));
                }
                self.text.push('<');
                self.list(value.chunks(width.into()), NUMBERS_A_LINE, |one| {
                    format!("{:#x}", one.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte)))
                });
                self.text.push('>');
            }
        }
    }

    fn list<'v>(
        &mut self,
        list: impl Iterator<Item = &'v [u8]>,
        a_line: usize,
        show: impl Fn(&[u8]) -> String,
    ) {
        for (at, one) in list.enumerate() {
            if at > 0 && at % a_line == 0 {
                self.text.push('\n');
                self.depth += 1;
                self.indent();
                self.depth -= 1;
            } else if at > 0 {
                self.text.push(' ');
            }
            self.text.push_str(&show(one));
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        self.text.push('"');
        for byte in bytes {
            match byte {
                b'"' | b'\\' => self.text.extend(['\\', char::from(*byte)]),
                b'\n' => self.text.push_str("\\n"),
                b'\t' => self.text.push_str("\\t"),
                b' '..=b'~' => self.text.push(char::from(*byte)),
                _ => self.add(format_args!("\\x{byte:02x}")),
            }
        }
        self.text.push('"');
    }

    fn indent(&mut self) {
        self.text.extend(std::iter::repeat_n('\t', self.depth));
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.text.write_fmt(text);
    }
}

/// A value in pieces of one kind each: a string, or numbers, or bytes; by a guess if `parts` are not known.
pub(crate) fn groups<'v>(value: &'v [u8], parts: &[Part]) -> Vec<(Kind, &'v [u8])> {
    let place = Place::nowhere();
    let guess: Vec<Part>;
    let parts = if parts.is_empty() {
        guess = guess_parts(value).map(|(start, kind)| Part { start, kind, place }).collect();
        &guess
    } else {
        parts
    };
    let mut behind = 0;
    let groups = parts.chunk_by(|one, next| one.kind == next.kind && one.kind != Kind::String);
    let groups = groups.map(|group| {
        behind += group.len();
        let end = parts.get(behind).map_or(value.len(), |part| part.start as usize);
        (group[0].kind, &value[group[0].start as usize..end])
    });
    groups.collect()
}

/// How a value of a blob was likely written: as strings if it reads like some, else as numbers, else as bytes.
fn guess_parts(value: &[u8]) -> Box<dyn Iterator<Item = (u32, Kind)> + '_> {
    let printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    let strings = value.strip_suffix(&[0]).map(|text| text.split(|byte| *byte == 0));
    if strings.is_some_and(|mut list| list.all(|text| !text.is_empty() && text.iter().all(printable))) {
        let ends = (1..value.len()).filter(|at| value[at - 1] == 0);
        Box::new(std::iter::once(0).chain(ends).map(|start| (start as u32, Kind::String)))
    } else if value.len().is_multiple_of(4) {
        Box::new((0..value.len()).step_by(4).map(|start| (start as u32, Kind::Number(4))))
    } else {
        Box::new(std::iter::once((0, Kind::Bytes)))
    }
}
