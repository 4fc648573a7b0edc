// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario with all that its run needs, found and checked.

use crate::cli::Places;
use crate::exit::Verdict;
use crate::firmware::{self, Firmware};
use crate::modules::{self, Module};
use crate::places;
use node::Tools;
use scenario::Scenario;
use std::path::{Path, PathBuf};

/// What a run needs; any number of runs may share it.
#[derive(Debug)]
pub struct Loaded {
    /// The scenario.
    pub scenario: Scenario,
    /// The firmware of its nodes, in their order.
    pub firmware: Vec<Firmware>,
    /// The modules of its own devices, in their order.
    pub modules: Vec<Module>,
    /// QEMU and the plugins.
    pub tools: Tools,
    /// The workspace's root.
    pub root: PathBuf,
}

/// Reads the scenario in `file`, and looks for the rest. The error says whose mistake it is, and which.
pub fn load(file: &Path, places: &Places, color: bool) -> Result<Loaded, (Verdict, String)> {
    let root = places::root(places, file);
    let bad = |errors: scenario::Errors| (Verdict::BadInput, errors.render(color));
    let scenario = scenario::load(file, &scenario::Options { root: root.clone() }).map_err(bad)?;
    let firmware = firmware::find(&scenario, &root, &places::labels(places)).map_err(bad)?;
    let modules = modules::find(&scenario, &root, &places::modules(places)).map_err(bad)?;
    let tools = places::tools(places.tools.as_deref())
        .map_err(|error| (Verdict::Infrastructure, error.to_string()))?;
    Ok(Loaded { scenario, firmware, modules, tools, root })
}
