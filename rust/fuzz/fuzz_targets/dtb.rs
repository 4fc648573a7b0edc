// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No bytes make the reader, its messages or their rendering panic; a blob that was read is the same again as a blob.
#![no_main]

use devicetree::Tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match Tree::read_dtb("fuzz.dtb", bytes) {
    Err(errors) => assert!(!errors.render(true).is_empty()),
    Ok(tree) => {
        let blob = tree.to_dtb();
        assert_eq!(Tree::read_dtb("fuzz.dtb", &blob).expect("a blob of ours").to_dtb(), blob);
    }
});
