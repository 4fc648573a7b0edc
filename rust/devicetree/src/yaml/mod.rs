// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Trees as YAML. Two ways to say one, which may stand in one file:
//!
//! - `tree` is the root, written as it is: a key with a map is a node, any other a property. It says all that source says,
//!   and is what [`crate::Tree::to_yaml`] writes.
//! - `machine`, `memory` and `peripherals` are lists of parts, each with a `name`, a `type` and attributes. They are put
//!   where they belong in the tree.

mod fields;
mod machine;
mod node;
mod part;
mod spot;
mod text;
mod types;
mod value;
mod wires;
mod write;

use crate::draft::Draft;
use crate::place::{self, Sources};
use crate::tree::Reservation;
use crate::{Errors, Mistake, Place, Tree, finish, limits};
use fields::Fields;
use node::{Name, Nodes};
use report::Source;
use text::{Key, Kind, Value};
pub(crate) use write::write;

const WHAT: &str = "a board";
const KEYS: [&str; 6] = ["machine", "memory", "peripherals", "tree", "reserved", "boot-cpu"];
/// Other keys of the schema that this one comes from, and what there is instead.
const ELSEWHERE: [(&str, &str); 3] = [
    ("nodes", "nodes are in the scenario: [node.NAME]"),
    ("topology", "links are in the scenario: [link.NAME]"),
    ("include", "write all parts into this file, or include a .dtsi file in a .dts file"),
];

pub(crate) fn read(file_name: &str, text: &str) -> Result<Tree, Errors> {
    if text.len() > limits::FILE_BYTES_MAX {
        return Err(place::too_large(file_name));
    }
    let mut sources = Sources::default();
    let file = sources.add(Source::new(file_name, text));
    let mut draft = Draft::new(Place::new(file, 0..0));
    let mut mistakes = Vec::new();
    let mut nodes = Nodes { draft: &mut draft, mistakes: &mut mistakes };
    let boot_cpu = text::parse(file, text, nodes.mistakes).and_then(|whole| top(&whole, &mut nodes));
    let boot_cpu = nodes.keep(boot_cpu).flatten();
    let mut tree = finish::finish(draft, sources, mistakes)?;
    tree.boot_cpu = boot_cpu.unwrap_or(tree.boot_cpu);
    Ok(tree)
}

/// The whole file. Gives `boot-cpu`, if it is there.
fn top(whole: &Value, nodes: &mut Nodes<'_>) -> Result<Option<u32>, Mistake> {
    let Kind::Map(entries) = &whole.kind else {
        return Err(whole
            .place
            .mistake("this is no board")
            .expected("a map with `tree`, or `machine` and more"));
    };
    let mut known = Vec::new();
    for (key, value) in entries {
        let Name { labels, name } = Name::of(key)?;
        if name == "tree" {
            labels.iter().for_each(|label| nodes.draft.label(Some(0), label, key.place));
            nodes.draft.nodes[0].place = key.place;
            let done = map(value, "a node: a map of properties and nodes");
            if let Some(entries) = nodes.keep(done) {
                nodes.entries(0, entries);
            }
        } else if let Some((_, instead)) = ELSEWHERE.iter().find(|(other, _)| *other == name) {
            nodes
                .mistakes
                .push(key.place.mistake(format!("\"{name}\" is no part of a board")).help(*instead));
        } else {
            known.push((key, value));
        }
    }
    let fields = Fields::new(WHAT, whole.place, known.into_iter(), &KEYS, nodes.mistakes);
    if !entries.iter().any(|(key, _)| key.text.ends_with("tree") || KEYS[..3].contains(&&*key.text)) {
        return Err(whole.place.mistake("this is no board").expected("`tree`, or `machine` and more"));
    }
    machine::read(&fields, nodes);
    if let Some(list) = fields.get("reserved") {
        let list = reserved(list);
        nodes.draft.reservations = nodes.keep(list).unwrap_or_default();
    }
    let boot_cpu = fields.get("boot-cpu").map(|value| {
        let number = fields::number(value)?;
        u32::try_from(number).map_err(|_| value.place.mistake("the number of a CPU has more than 32 bits"))
    });
    boot_cpu.transpose()
}

/// `/memreserve/`: pairs of an address and a size.
fn reserved(list: &Value) -> Result<Vec<Reservation>, Mistake> {
    let pair = |pair: &Value| match &fields::list(pair, "an address and a size")?[..] {
        [address, size] => Ok(Reservation { address: fields::number(address)?, size: fields::number(size)? }),
        _ => Err(pair
            .place
            .mistake("this is no reserved memory")
            .expected("an address and a size: [0x0, 0x1000]")),
    };
    fields::list(list, "a list of reserved memories")?.iter().map(pair).collect()
}

/// What is in a map.
fn map<'v>(value: &'v Value, expected: &str) -> Result<&'v [(Key, Value)], Mistake> {
    node::no_tag(value)?;
    match &value.kind {
        Kind::Map(entries) => Ok(entries),
        _ => Err(value.place.mistake("this is no map").expected(expected)),
    }
}
