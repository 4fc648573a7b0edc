// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The schema says what the reader does: same keys, same required keys, and the file in `docs/` is the
//! schema.

use super::*;
use crate::read::keys;
use serde_json::Value;

/// A table of the format: its name in the schema, its header in a file, the reader's keys.
const TABLES: &[(&str, &str, &[&str])] = &[
    ("", "schema = 1", keys::TOP),
    ("Device", "[device.a]", keys::DEVICE),
    ("Node", "[node.a]", keys::NODE),
    ("NodeLoad", "[[node.a.load]]", keys::NODE_LOAD),
    ("Link", "[link.a]", keys::LINK),
    ("SwitchPort", "[[link.a.port]]", keys::SWITCH_PORT),
    ("Fault", "[[fault]]", keys::FAULT),
    ("FaultMatch", "[[fault.match]]", keys::MATCH),
    ("Input", "[input]", keys::INPUT),
    ("InputUart", "[[input.uart]]", keys::INPUT_UART),
    ("InputCan", "[[input.can]]", keys::INPUT_CAN),
    ("InputFrame", "[[input.frame]]", keys::INPUT_FRAME),
    ("InputSession", "[[input.session]]", keys::INPUT_SESSION),
    ("Expect", "[expect]", keys::EXPECT),
    ("ExpectUart", "[[expect.uart]]", keys::EXPECT_UART),
    ("ExpectFrame", "[[expect.frame]]", keys::EXPECT_FRAME),
    ("ExpectCan", "[[expect.can]]", keys::EXPECT_CAN),
    ("Golden", "[golden]", keys::GOLDEN),
    ("Trace", "[trace]", keys::TRACE),
    ("Watchdog", "[watchdog]", keys::WATCHDOG),
    ("Power", "[[power]]", keys::POWER),
];

#[test]
fn the_file_in_docs_is_up_to_date() {
    let file: Value = serde_json::from_str(include_str!("../../../../docs/scenario.schema.json")).unwrap();
    assert!(file == schema(), "docs/scenario.schema.json is old: virtmcu schema > docs/scenario.schema.json");
}

fn table(name: &str) -> Value {
    let schema = schema();
    if name.is_empty() { schema } else { schema["$defs"][name].clone() }
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    names
}

fn properties(name: &str) -> Vec<String> {
    sorted(table(name)["properties"].as_object().unwrap().keys().cloned())
}

fn required(name: &str) -> Vec<String> {
    let required = table(name)["required"].as_array().cloned().unwrap_or_default();
    sorted(required.iter().map(|key| key.as_str().unwrap().to_string()))
}

/// A file with this table and these lines in it, and with the node that every file needs.
fn file(header: &str, lines: &str) -> String {
    let node = if header.contains("node") || lines.contains("node =") { "" } else { "node.a = {}\n" };
    let top = if header.starts_with("schema") { "" } else { "schema = 1\n" };
    // What is in a node's table must not be told together with what the node lacks.
    let around = if header.starts_with("[[node.a.") {
        "[node.a]\nboard = \"mps2-an385\"\nfirmware = \"a\"\n"
    } else if header.starts_with("[[link.a.") {
        "[link.a]\nkind = \"switch\"\nends = []\nbitrate = 10_000_000\n"
    } else if header.starts_with("[[fault.") {
        "[[fault]]\n"
    } else {
        ""
    };
    format!("{top}{node}{around}{header}\n{lines}")
}

fn mistakes(text: &str) -> Vec<crate::Diagnostic> {
    crate::parse(text, "a.toml").unwrap_err().list().to_vec()
}

#[test]
fn every_table_is_tested() {
    let schema = schema();
    let defs: Vec<&String> = schema["$defs"].as_object().unwrap().keys().collect();
    let mut tables: Vec<&str> =
        TABLES.iter().map(|(name, ..)| *name).filter(|name| !name.is_empty()).collect();
    tables.sort_unstable();
    assert_eq!(defs, tables);
}

#[test]
fn the_reader_knows_the_keys_of_the_schema_and_no_others() {
    for (name, header, keys) in TABLES {
        assert_eq!(properties(name), sorted(keys.iter().map(|key| key.to_string())), "{name}");
        let lines: String = properties(name)
            .iter()
            .filter(|key| !header.starts_with(&**key))
            .map(|key| format!("{key} = 0\n"))
            .collect();
        for one in mistakes(&file(header, &format!("{lines}zzz = 0\n"))) {
            let of_this_table = one.message.starts_with("unknown key");
            assert!(!of_this_table || one.message == "unknown key \"zzz\"", "{name}: {one:?}");
        }
    }
}

#[test]
fn the_reader_refuses_unknown_keys_in_every_table_of_the_schema() {
    for (name, header, keys) in TABLES {
        assert_eq!(table(name)["additionalProperties"], Value::Bool(false), "{name}");
        let all = mistakes(&file(header, "zzz = 0\n"));
        let one = all.iter().find(|one| one.message == "unknown key \"zzz\"").unwrap();
        assert_eq!(one.expected.as_deref(), Some(&*report::one_of(keys)), "{name}");
    }
}

#[test]
fn the_reader_needs_the_keys_that_the_schema_requires() {
    for (name, header, _) in TABLES {
        let text = if name.is_empty() { String::new() } else { file(header, "") };
        let line = text.lines().position(|line| line == *header).unwrap_or(0) + 1;
        let missing = mistakes(&text).into_iter().filter(|one| one.place.as_ref().unwrap().line == line);
        let key = |one: crate::Diagnostic| {
            let key = one.found?.strip_prefix('"')?.strip_suffix("\" is missing")?.to_string();
            (!key.contains('"')).then_some(key)
        };
        assert_eq!(sorted(missing.filter_map(key)), required(name), "{name}");
    }
}
