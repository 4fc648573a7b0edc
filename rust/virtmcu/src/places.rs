// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where the user's paths lead.

use crate::cli::Places;
use crate::firmware::Labels;
use node::{Tools, ToolsError};
use std::path::{Path, PathBuf};

/// A path as the user meant it: from where the command was typed, also under `bazel run`, which changes the folder.
pub fn typed(path: &Path) -> PathBuf {
    match std::env::var_os("BUILD_WORKING_DIRECTORY") {
        Some(folder) if path.is_relative() => Path::new(&folder).join(path),
        _ => path.to_path_buf(),
    }
}

/// The workspace's root: what was said, else the nearest folder above the scenario that has a MODULE.bazel, else the
/// scenario's own.
pub fn root(places: &Places, scenario: &Path) -> PathBuf {
    places.root.as_ref().map_or_else(|| root_above(scenario), |root| typed(root))
}

/// The same where nothing was said.
pub fn root_above(file: &Path) -> PathBuf {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    let folders = absolute.ancestors().skip(1);
    let root = folders.clone().find(|folder| folder.join("MODULE.bazel").is_file());
    let root = root.or_else(|| folders.clone().next()).unwrap_or(Path::new("."));
    // Shown in messages: as short as the user wrote it.
    match std::env::current_dir() {
        Ok(here) if here == root && file.is_relative() => PathBuf::new(),
        _ => root.to_path_buf(),
    }
}

/// QEMU and the plugins: what was said, else `$VIRTMCU_TOOLS`, else the folder that this program is in the `bin` of.
pub fn tools(said: Option<&Path>) -> Result<Tools, ToolsError> {
    let beside = || {
        let program = std::env::current_exe().ok()?;
        Some(program.parent()?.parent()?.to_path_buf())
    };
    let said =
        said.map(typed).or_else(|| std::env::var_os("VIRTMCU_TOOLS").map(PathBuf::from)).or_else(beside);
    Tools::open(&said.unwrap_or_default())
}

/// Where the labels of firmware were built, as far as it was said.
pub fn labels(places: &Places) -> Labels {
    said(&places.firmware)
}

/// The same of modules.
pub fn modules(places: &Places) -> Labels {
    said(&places.modules)
}

fn said(files: &[(String, PathBuf)]) -> Labels {
    Labels { said: files.iter().map(|(label, file)| (label.clone(), typed(file))).collect() }
}
