// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The tests of the client in Python, which is tested with the same bytes as this one.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace: where Bazel starts a test, or around this crate.
fn root() -> PathBuf {
    let here = Path::new("clients/python");
    if here.is_dir() { PathBuf::from(".") } else { Path::new(env!("CARGO_MANIFEST_DIR")).join("../..") }
}

#[test]
fn the_python_client_passes_its_tests() {
    let root = std::path::absolute(root()).expect("a path");
    let output = Command::new("python3")
        .args(["-m", "unittest", "-v"])
        .current_dir(root.join("clients/python/tests"))
        .env("PYTHONPATH", root.join("clients/python/src"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("VIRTMCU_CONTROL_VECTORS", root.join("rust/control/testdata/messages.txt"))
        .output()
        .expect("python3 starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // Nothing found would be a pass too.
    assert!(said.contains("test_the_bytes_of_each_message") && said.contains("test_client"), "{said}");
}
