// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What RTIC's examples say in the golden of `rtic.scenario.toml` is, byte for byte, what comes with them, and each ends itself for good.

use std::collections::BTreeMap;
use std::fs;
use trace::{Trace, What};

#[test]
fn each_example_says_what_it_should() {
    let golden = std::env::var("GOLDEN").expect("GOLDEN");
    let trace = Trace::parse_bytes(&fs::read(&golden).expect("the golden"), &golden).expect("a trace");
    let mut said: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut ended = Vec::new();
    for entry in &trace.entries {
        match &entry.what {
            What::Sent { bytes, .. } => {
                let node = entry.port.strip_suffix(".semihosting").expect("nothing but semihosting");
                said.entry(node.to_string()).or_default().extend_from_slice(bytes);
            }
            What::Power(power) => ended.push((entry.port.to_string(), format!("{power:?}"))),
            other => panic!("{other:?}"),
        }
    }
    let mut checked = 0;
    let folder = std::env::var("EXAMPLES").expect("EXAMPLES");
    for file in fs::read_dir(folder).expect("the examples") {
        let path = file.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy().replace('-', "_");
        if path.extension().is_some_and(|extension| extension == "expected") {
            let expected = fs::read(&path).expect("what it should say");
            let found = said.remove(&name).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&found), String::from_utf8_lossy(&expected), "{name}");
            assert!(ended.contains(&(name.clone(), "Ended(0)".to_string())), "{name} did not end well");
            checked += 1;
        }
    }
    assert_eq!((checked, said.len()), (46, 0));
}
