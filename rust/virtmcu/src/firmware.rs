// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The firmware of a scenario's nodes: found, checked against their boards, and named by a digest of what is loaded.

use board::firmware::Form;
use scenario::{Errors, Label, Problem, Scenario, Target};
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
    scenario
        .nodes
        .iter()
        .map(|node| {
            let file = &node.firmware;
            let path = scenario.resolve_path(file, root, |label| Ok(labels.find(label, root, file_of)))?;
            let data = std::fs::read(&path).map_err(|error| {
                let place = file.place.start..file.place.end;
                let mut problem = Problem::at(place, format!("node \"{}\" has no firmware", node.name))
                    .found(format!("{}: {error}", path.display()));
                if matches!(file.target, Target::Label(_)) {
                    let build = format!("build it first: ./bazelw build {}", file.text);
                    problem = problem.help(format!("{build} (a scenario_test has it in its `firmware`)"));
                }
                Errors::new(scenario.source.clone(), scenario.diagnose(problem), Vec::new())
            })?;
            let wrong = |error: board::firmware::FirmwareError| {
                let what =
                    format!("the firmware of node \"{}\" does not run on {}", node.name, node.board.name);
                scenario.error(&file.place, what, error.to_string())
            };
            let form = Form::of(&path, node.firmware_at).map_err(wrong)?;
            let info = board::firmware::check(&node.board, form, &data).map_err(wrong)?;
            let mut hasher = blake3::Hasher::new();
            info.digest(|bytes| {
                hasher.update(bytes);
            });
            let plan = node.board.plan(&info).map(|plan| plan.to_bytes().into());
            Ok(Firmware { path, form, digest: hasher.finalize().to_hex()[..16].to_string(), plan })
        })
        .collect()
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
