// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No text makes the reader, its messages or their rendering panic; a tree that was read is the same again as source and
//! as a blob.
#![no_main]

use devicetree::Tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // A file that includes itself, and one that is not there.
    let mut include = |name: &str, _: &str| match name {
        "self" => Ok(("fuzz.dts".to_string(), text.to_string())),
        _ => Err("not there".to_string()),
    };
    match Tree::read_dts("fuzz.dts", text, &mut include) {
        Err(errors) => assert!(!errors.render(true).is_empty()),
        Ok(tree) => {
            let blob = tree.to_dtb();
            let again = Tree::read_dtb("fuzz.dtb", &blob).expect("a blob of ours");
            assert_eq!(again.to_dtb(), blob);
        }
    }
});
