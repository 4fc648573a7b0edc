// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No text makes the reader of YAML, its messages or their rendering panic; a tree that was read is the same again as YAML and
//! as source.
#![no_main]

use devicetree::Tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Tree::read_yaml("fuzz.yaml", text) {
        Err(errors) => {
            for one in errors.list() {
                let places = [one.place.as_ref(), one.also.as_ref().map(|(place, _)| place)];
                for place in places.into_iter().flatten() {
                    assert!(text.get(place.start..place.end).is_some(), "{place:?}");
                }
            }
            assert!(!errors.render(true).is_empty());
        }
        Ok(tree) => {
            let blob = tree.to_dtb();
            let again = Tree::read_yaml("fuzz.yaml", &tree.to_yaml()).expect("YAML of ours");
            assert_eq!(again.to_dtb(), blob);
            assert_eq!(again.boot_cpu, tree.boot_cpu);
        }
    }
});
