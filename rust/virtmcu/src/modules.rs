// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The modules of a scenario's own devices: found, looked at, and named by a digest of their bytes.

use crate::firmware::Labels;
use board::Board;
use scenario::{DeviceModule, Errors, Problem, Scenario, Target};
use std::path::{Path, PathBuf};

/// What a shared object starts with.
const ELF: &[u8] = b"\x7fELF";

/// A shared object that QEMU can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its absolute path.
    pub path: PathBuf,
    /// 16 hex digits of a hash of it.
    pub digest: String,
}

/// The modules of all devices, in their order, or the first mistake.
pub fn find(scenario: &Scenario, root: &Path, labels: &Labels) -> Result<Vec<Module>, Errors> {
    scenario.devices.iter().map(|device| find_one(scenario, device, root, labels)).collect()
}

fn find_one(
    scenario: &Scenario,
    device: &DeviceModule,
    root: &Path,
    labels: &Labels,
) -> Result<Module, Errors> {
    let (file, compatible) = (&device.module, &device.device.compatible);
    let built = |label: &_| Ok(labels.find(label, root, |name| format!("lib{name}.so")));
    let path = scenario.resolve_path(file, root, built)?;
    // QEMU looks for a name without a folder elsewhere.
    let path = std::path::absolute(&path).unwrap_or(path);
    let wrong = |found: String| {
        let place = file.place.start..file.place.end;
        Problem::at(place, format!("the device \"{compatible}\" has no module")).found(found)
    };
    let told = |problem| Errors::new(scenario.source.clone(), scenario.diagnose(problem), Vec::new());
    let data = std::fs::read(&path).map_err(|error| {
        let problem = wrong(format!("{}: {error}", path.display()));
        told(match file.target {
            Target::Label(_) => problem.help(format!(
                "build it first: ./bazelw build {} (a scenario_test has it in its `modules`)",
                file.text
            )),
            _ => problem,
        })
    })?;
    if !data.starts_with(ELF) {
        let problem = wrong(format!("{} is no shared object", path.display()));
        return Err(told(problem.expected("what virtmcu-cc or a plugin's crate makes")));
    }
    if path.to_string_lossy().contains(',') {
        let problem = wrong(format!("a comma in {}", path.display()));
        return Err(told(problem.expected("a path without one: QEMU takes it for the path's end")));
    }
    let digest = blake3::hash(&data).to_hex()[..16].to_string();
    Ok(Module { path, digest })
}

/// The files that a node with this board needs, each once.
pub(crate) fn of_board(scenario: &Scenario, modules: &[Module], board: &Board) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for (own, module) in scenario.devices.iter().zip(modules) {
        if board.own_devices.contains(&own.device.compatible) && !paths.contains(&module.path) {
            paths.push(module.path.clone());
        }
    }
    paths
}
