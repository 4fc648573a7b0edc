// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing YAML: all that is in a tree, in the form that says it as it is.

use super::value::Plain;
use crate::property::Kind;
use crate::write::{NUMBERS_A_LINE, groups};
use crate::{NodeId, Property, Tree, finish};
use std::fmt::Write as _;

/// A key of more characters is written in another way: YAML wants its end within 1024.
const KEY_CHARS_MAX: usize = 1000;

/// The whole text of a tree.
pub(crate) fn write(tree: &Tree) -> String {
    let mut text = String::new();
    if !tree.reservations.is_empty() {
        text.push_str("reserved:\n");
        for one in &tree.reservations {
            add(&mut text, format_args!("  - [{:#x}, {:#x}]\n", one.address, one.size));
        }
    }
    if finish::boot_cpu(tree).unwrap_or(0) != tree.boot_cpu {
        add(&mut text, format_args!("boot-cpu: {}\n", tree.boot_cpu));
    }
    let mut depths = vec![0usize; tree.nodes.len()];
    for id in tree.walk() {
        let depth = tree.parent(id).map_or(0, |parent| depths[parent.0 as usize] + 1);
        depths[id.0 as usize] = depth;
        node(&mut text, tree, id, depth);
    }
    text
}

fn node(text: &mut String, tree: &Tree, id: NodeId, depth: usize) {
    let node = tree.node(id);
    let name = tree.parent(id).map_or("tree", |_| &node.name);
    let beside = tree.parent(id).and_then(|parent| tree.node(parent).property(name));
    let labels = node.labels.iter().flat_map(|label| [label, ":"]);
    let name = labels.chain([name, if beside.is_some() { "/" } else { "" }]).collect::<String>();
    key(text, &name, depth);
    let empty = node.properties.is_empty() && node.children.is_empty();
    text.push_str(if empty { " {}\n" } else { "\n" });
    for property in &node.properties {
        key(text, &property.name, depth + 1);
        text.push(' ');
        value(text, property, depth + 2);
        text.push('\n');
    }
}

fn key(text: &mut String, name: &str, depth: usize) {
    indent(text, depth);
    let long = name.len() > KEY_CHARS_MAX;
    text.push_str(if long { "? " } else { "" });
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":@,._+/-".contains(&byte);
    match name.bytes().all(plain) && name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        true => text.push_str(name),
        false => quoted(text, name),
    }
    if long {
        text.push('\n');
        indent(text, depth);
    }
    text.push(':');
}

fn value(text: &mut String, property: &Property, depth: usize) {
    let groups = groups(&property.value, &property.parts);
    // Numbers of 32 bits, in brackets unless there is one only, and the same for texts.
    match &groups[..] {
        [] => text.push_str("true"),
        [(Kind::Number(4), one)] if one.len() == 4 => numbers(text, one, 4, depth),
        [(Kind::Number(4), all)] => {
            text.push('[');
            numbers(text, all, 4, depth);
            text.push(']');
        }
        [(kind, one)] => element(text, *kind, one, depth, true),
        all => {
            text.push('[');
            for (at, (kind, one)) in all.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                element(text, *kind, one, depth, false);
            }
            text.push(']');
        }
    }
}

/// A string, or numbers, or bytes; alone, or among others in brackets.
fn element(text: &mut String, kind: Kind, bytes: &[u8], depth: usize, alone: bool) {
    match (kind, bytes.strip_suffix(&[0]).map(str::from_utf8)) {
        (Kind::String, Some(Ok(one))) if alone && is_plain(one) => text.push_str(one),
        (Kind::String, Some(Ok(one))) => quoted(text, one),
        (Kind::Number(4), _) => numbers(text, bytes, 4, depth),
        (Kind::Number(width), _) => {
            add(text, format_args!("!u{} [", width * 8));
            numbers(text, bytes, width.into(), depth);
            text.push(']');
        }
        // Also strings that are no text.
        (Kind::Bytes | Kind::String, _) => {
            text.push_str("!bytes \"");
            for (at, byte) in bytes.iter().enumerate() {
                add(text, format_args!("{}{byte:02x}", if at > 0 { " " } else { "" }));
            }
            text.push('"');
        }
    }
}

fn numbers(text: &mut String, bytes: &[u8], width: usize, depth: usize) {
    for (at, one) in bytes.chunks(width).enumerate() {
        if at > 0 {
            text.push(',');
            match at % NUMBERS_A_LINE {
                0 => {
                    text.push('\n');
                    indent(text, depth);
                }
                _ => text.push(' '),
            }
        }
        let number = one.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        match number {
            0..=9 => add(text, format_args!("{number}")),
            _ => add(text, format_args!("{number:#x}")),
        }
    }
}

/// Whether every reader of YAML takes this for text, without quotes.
fn is_plain(one: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b",._+/@-".contains(&byte);
    let start = |c: char| c.is_ascii_alphanumeric() || c == '/';
    one.starts_with(start) && one.bytes().all(plain) && Plain::of(one) == Plain::Text
}

fn quoted(text: &mut String, one: &str) {
    text.push('"');
    for c in one.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            ' '..='~' => text.push(c),
            _ if c.is_alphanumeric() => text.push(c),
            _ => add(text, format_args!("\\U{:08x}", u32::from(c))),
        }
    }
    text.push('"');
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

fn add(text: &mut String, more: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(more);
}
