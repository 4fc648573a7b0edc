// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Where QEMU and the plugins are.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// The folder that `bazel build //:dist` makes: `qemu/{bin,lib,share,build-id}` and `plugins/*.so`.
#[derive(Clone, Debug)]
pub struct Tools {
    root: PathBuf,
    qemu_id: String,
    plugins_id: String,
}

/// The shared objects that are loaded into QEMU: the node's end of the channel, the back end of UARTs, what builds a machine
/// by its plan, and devices of ours.
const MODULES: [&str; 9] = ["arm", "machine", "net", "node", "nrf", "s32k", "stm32", "uart", "xilinx"];

/// What its build id says of a QEMU that a distribution built: it has none of our patches (`docs/any-qemu.md`).
const STOCK: &str = " stock";

/// A folder is no set of tools.
#[derive(Debug, Error)]
#[error("{}: {found}; expected the folder that `bazel build //:dist` makes (name it with --tools or VIRTMCU_TOOLS)", path.display())]
pub struct ToolsError {
    path: PathBuf,
    found: String,
}

impl Tools {
    /// The tools in `root`.
    pub fn open(root: &Path) -> Result<Tools, ToolsError> {
        let id = |name: &str| {
            let path = root.join(name);
            let text =
                std::fs::read_to_string(&path).map_err(|e| ToolsError { path, found: e.to_string() })?;
            Ok(text.trim().to_string())
        };
        let tools =
            Tools { root: root.into(), qemu_id: id("qemu/build-id")?, plugins_id: id("plugins/build-id")? };
        for path in MODULES.map(|module| tools.module(module)) {
            if !path.is_file() {
                return Err(ToolsError { path, found: "no such file".into() });
            }
            // The dynamic linker takes them for ends of a path.
            if tools.is_stock() && path.to_string_lossy().contains([':', ' ']) {
                let found = "a colon or a blank in the path of a QEMU without virtmcu's patches".to_string();
                return Err(ToolsError { path, found });
            }
        }
        Ok(tools)
    }

    /// QEMU's version and the digest of its patches.
    pub fn qemu_id(&self) -> &str {
        &self.qemu_id
    }

    /// The digest of the plugins.
    pub fn plugins_id(&self) -> &str {
        &self.plugins_id
    }

    /// Whether QEMU has none of our patches: timers hold its time, and the dynamic linker loads the plugins.
    pub fn is_stock(&self) -> bool {
        self.qemu_id.ends_with(STOCK)
    }

    /// The dynamic linker that came with QEMU, and its libraries, if this machine's own are too old for it.
    pub(crate) fn linker(&self) -> Option<(PathBuf, PathBuf)> {
        let lib = self.root.join("qemu/lib");
        let linker = lib.join("ld-linux-x86-64.so.2");
        linker.is_file().then_some((linker, lib))
    }

    /// QEMU's program of that name.
    pub fn qemu(&self, name: &str) -> PathBuf {
        self.root.join("qemu/bin").join(name)
    }

    /// QEMU's data files.
    pub fn qemu_data(&self) -> PathBuf {
        self.root.join("qemu/share/qemu")
    }

    /// The file of a module.
    pub fn module(&self, name: &str) -> PathBuf {
        self.root.join(format!("plugins/libplugin_{name}.so"))
    }
}
