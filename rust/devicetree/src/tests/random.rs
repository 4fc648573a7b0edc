// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Random trees come back the same; random damage gives a tree or errors.

use super::{EXAMPLE, read};
use crate::Tree;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A node: name, properties, children, each name once.
#[derive(Clone, Debug)]
struct Random {
    properties: Vec<(String, String)>,
    children: Vec<(String, Random)>,
}

impl Random {
    fn source(&self) -> String {
        let properties = self.properties.iter().map(|(name, value)| format!("{name}{value};\n"));
        let children = self.children.iter().map(|(name, child)| format!("{name} {}", child.source()));
        format!("{{\n{}{}}};\n", properties.collect::<String>(), children.collect::<String>())
    }
}

fn value() -> impl Strategy<Value = String> {
    let element = prop_oneof![
        proptest::collection::vec(any::<u32>(), 0..12).prop_map(|list| {
            format!("<{}>", list.iter().map(|cell| format!("{cell:#x}")).collect::<Vec<_>>().join(" "))
        }),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(|list| format!(
            "[{}]",
            list.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        )),
        proptest::collection::vec(any::<u8>(), 0..9).prop_map(|list| format!(
            "\"{}\"",
            list.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>()
        )),
        "[ -!#-\\[\\]-~é\n\t]{0,12}".prop_map(|text| format!("\"{text}\"")),
        any::<u16>().prop_map(|number| format!("/bits/ 16 <{number}>")),
        any::<u64>().prop_map(|number| format!("/bits/ 64 <{number} 1>")),
    ];
    proptest::collection::vec(element, 0..4).prop_map(|list| match &list[..] {
        [] => String::new(),
        list => format!(" = {}", list.join(", ")),
    })
}

fn node() -> impl Strategy<Value = Random> {
    let properties = || proptest::collection::btree_map("[a-z#?][a-z0-9,._+*#?-]{0,8}", value(), 0..4);
    // The name "name" has a meaning of its own, and so have phandles, which are longer or have a comma too much.
    let filtered = move || {
        properties()
            .prop_map(|map| map.into_iter().filter(|(name, _)| name != "name" && name != "phandle").collect())
    };
    let leaf = filtered().prop_map(|properties| Random { properties, children: Vec::new() });
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let children =
            proptest::collection::btree_map("[a-z][a-z0-9,._+-]{0,8}(@[0-9a-f,]{1,6})?", inner, 0..4);
        (filtered(), children).prop_map(|(properties, children)| Random {
            properties,
            children: children.into_iter().collect(),
        })
    })
}

proptest! {
    #[test]
    fn a_tree_comes_back_from_source_and_from_a_blob(node in node()) {
        let tree = read(&format!("/dts-v1/; / {}", node.source())).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let blob = tree.to_dtb();
        let text = tree.to_dts();
        let again = read(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(again.to_dtb(), blob.clone());
        prop_assert_eq!(again.to_dts(), text);
        let back = Tree::read_dtb("a.dtb", &blob).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(back.to_dtb(), blob);
        let yaml = tree.to_yaml();
        let from_yaml = Tree::read_yaml("a.yaml", &yaml).map_err(|e| TestCaseError::fail(format!("{e}\n{yaml}")))?;
        prop_assert_eq!(from_yaml.to_dtb(), back.to_dtb());
        let names = |tree: &Tree| tree.walk().map(|id| tree.path(id)).collect::<Vec<_>>();
        prop_assert_eq!(names(&back), names(&tree));
    }
}

/// Damage: positions, and what is there instead.
fn damage(bytes: &[u8], with: &[&[u8]], runner: &mut TestRunner) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let rng = runner.rng();
    for _ in 0..=rng.random_range(0..4) {
        let at = rng.random_range(0..bytes.len());
        let end = (at + rng.random_range(0..4usize)).min(bytes.len());
        let new = with[rng.random_range(0..with.len())];
        bytes.splice(at..end, new.iter().copied());
    }
    bytes
}

/// Always the same numbers.
fn runner() -> TestRunner {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(Config::default(), rng)
}

#[test]
fn damaged_source_gives_a_tree_or_errors() {
    let words = "\" ' < > ( ) { } [ ] ; , = & : / * // /* */ ? - ~ ! << 0 0x 9999999999999999999 &{/ &uart0 a: é \\ \n # \
                 /include/ /bits/ /delete-node/ /omit-if-no-ref/ /memreserve/ @ phandle";
    let words: Vec<&[u8]> = words.split(' ').map(str::as_bytes).collect();
    let mut runner = runner();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..4000 {
        let text = String::from_utf8_lossy(&damage(EXAMPLE.as_bytes(), &words, &mut runner)).into_owned();
        match read(&text) {
            Ok(tree) => {
                good += 1;
                let blob = tree.to_dtb();
                assert_eq!(Tree::read_dtb("a.dtb", &blob).unwrap().to_dtb(), blob, "{text}");
            }
            Err(errors) => {
                bad += 1;
                assert!(!errors.render(false).is_empty(), "{text}");
            }
        }
    }
    assert!(good > 100 && bad > 1000, "{good} good, {bad} bad");
}

#[test]
fn damaged_yaml_gives_a_tree_or_errors() {
    let words = "\" ' { } [ ] , : - ? ! & * # | > !u8 !ref !path !bytes &a *a << 0x 99999999999 true no ~ \\x00 é \n \t \r --- %";
    let words: Vec<&[u8]> = words.split(' ').map(str::as_bytes).collect();
    let example = read(EXAMPLE).unwrap().to_yaml();
    let mut runner = runner();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..4000 {
        let text = String::from_utf8_lossy(&damage(example.as_bytes(), &words, &mut runner)).into_owned();
        match Tree::read_yaml("a.yaml", &text) {
            Ok(tree) => {
                good += 1;
                let again = Tree::read_yaml("a.yaml", &tree.to_yaml()).unwrap();
                assert_eq!(again.to_dtb(), tree.to_dtb(), "{text}");
            }
            Err(errors) => {
                bad += 1;
                assert!(!errors.render(false).is_empty(), "{text}");
            }
        }
    }
    assert!(good > 100 && bad > 1000, "{good} good, {bad} bad");
}

#[test]
fn damaged_blobs_give_a_tree_or_errors() {
    let blob = read(EXAMPLE).unwrap().to_dtb();
    let words: [&[u8]; 8] = [&[0], &[1], &[9], &[255], &[0, 0, 0, 4], &[0, 0, 0, 2], &[255; 4], b"abc"];
    let mut runner = runner();
    let (mut good, mut bad) = (0, 0);
    for _ in 0..4000 {
        let mut bytes = damage(&blob, &words, &mut runner);
        bytes.resize(blob.len(), 0);
        match Tree::read_dtb("a.dtb", &bytes) {
            Ok(tree) => {
                good += 1;
                let again = tree.to_dtb();
                assert_eq!(Tree::read_dtb("a.dtb", &again).unwrap().to_dtb(), again);
            }
            Err(errors) => {
                bad += 1;
                assert!(!errors.render(false).is_empty());
            }
        }
    }
    assert!(good > 100 && bad > 1000, "{good} good, {bad} bad");
}
