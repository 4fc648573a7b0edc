// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The firmware of a scenario's nodes: found, checked against their boards, and named by a digest of what is loaded.

use board::firmware::{FirmwareError, Form, check, check_more};
use scenario::{Errors, FileRef, Label, Node, Problem, Scenario, Target};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A firmware that fits its node's board.
#[derive(Clone, Debug)]
pub struct Firmware {
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub form: Form,
    /// 16 hex digits of a hash of what it loads.
    pub digest: String,
    /// How the node's machine is built with it, if its board is a device tree.
    pub plan: Option<Arc<[u8]>>,
}

/// Where labels are: what the caller says, else Bazel's output folder.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// What the caller says.
    pub said: BTreeMap<String, PathBuf>,
}

impl Labels {
    /// Where a label's file is; Bazel names it `file_name` of the label's name.
    pub(crate) fn find(&self, label: &Label, root: &Path, file_name: impl Fn(&str) -> String) -> PathBuf {
        let text = format!("//{}:{}", label.package, label.name);
        let built = || root.join("bazel-bin").join(&label.package).join(file_name(&label.name));
        self.said.get(&text).cloned().unwrap_or_else(built)
    }
}

/// What a firmware's label is built as: rules for ELF files add the ending, others have it in their names.
fn file_of(name: &str) -> String {
    match Form::of(Path::new(name), None) {
        Ok(Form::Hex | Form::Binary { .. }) => name.to_string(),
        _ => format!("{}.elf", name.trim_end_matches(".elf")),
    }
}

/// The firmware of all nodes, in their order, or the first mistake.
pub fn find(scenario: &Scenario, root: &Path, labels: &Labels) -> Result<Vec<Firmware>, Errors> {
    scenario.nodes.iter().map(|node| of_node(scenario, node, root, labels)).collect()
}

fn of_node(scenario: &Scenario, node: &Node, root: &Path, labels: &Labels) -> Result<Firmware, Errors> {
    let (name, board) = (&node.name, &node.board);
    let wrong = |file: &FileRef, what: String| {
        let place = file.place.clone();
        move |error: FirmwareError| scenario.error(&place, what, error.to_string())
    };
    let (path, data) =
        read(scenario, &node.firmware, root, labels, format!("node \"{name}\" has no firmware"))?;
    let unfit =
        || wrong(&node.firmware, format!("the firmware of node \"{name}\" does not run on {}", board.name));
    let form = Form::of(&path, node.firmware_at).map_err(unfit())?;
    let firmware = check(board, form, &data).map_err(unfit())?;

    let mut more = Vec::new();
    for load in &node.loads {
        let missing = format!("node \"{name}\" lacks a file to load");
        more.push((load, read(scenario, &load.file, root, labels, missing)?));
    }
    let mut infos = vec![firmware];
    for (load, (path, data)) in &more {
        let unfit = || wrong(&load.file, format!("node \"{name}\" cannot load this"));
        let form = Form::of(path, load.at).map_err(unfit())?;
        infos.push(check_more(board, &infos, form, data).map_err(unfit())?);
    }

    let mut hasher = blake3::Hasher::new();
    for info in &infos {
        info.digest(|bytes| {
            hasher.update(bytes);
        });
    }
    let plan = board.plan(&infos[0], &infos[1..]).map(|mut plan| {
        plan.set_addresses(|port| node.address(port));
        plan.to_bytes().into()
    });
    Ok(Firmware { path, form, digest: hasher.finalize().to_hex()[..16].to_string(), plan })
}

/// Where a file is, and what is in it; `missing` says what is wrong without it.
fn read(
    scenario: &Scenario,
    file: &FileRef,
    root: &Path,
    labels: &Labels,
    missing: String,
) -> Result<(PathBuf, Vec<u8>), Errors> {
    let path = scenario.resolve_path(file, root, |label| Ok(labels.find(label, root, file_of)))?;
    match std::fs::read(&path) {
        Ok(data) => Ok((path, data)),
        Err(error) => {
            let problem = Problem::at(file.place.start..file.place.end, missing);
            let mut problem = problem.found(format!("{}: {error}", path.display()));
            if matches!(file.target, Target::Label(_)) {
                let build = format!("build it first: ./bazelw build {}", file.text);
                problem = problem.help(format!("{build} (a scenario_test has it in its `firmware`)"));
            }
            Err(Errors::new(scenario.source.clone(), scenario.diagnose(problem), Vec::new()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_built_as_its_name_says() {
        for (name, expected) in [("ping", "ping.elf"), ("u-boot.bin", "u-boot.bin"), ("v1.2", "v1.2.elf")] {
            assert_eq!(file_of(name), expected);
        }
    }
}
