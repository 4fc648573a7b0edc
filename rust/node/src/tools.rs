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
        for path in [tools.node_plugin(), tools.uart_plugin()] {
            if !path.is_file() {
                return Err(ToolsError { path, found: "no such file".into() });
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

    /// QEMU's program of that name.
    pub fn qemu(&self, name: &str) -> PathBuf {
        self.root.join("qemu/bin").join(name)
    }

    /// QEMU's data files.
    pub fn qemu_data(&self) -> PathBuf {
        self.root.join("qemu/share/qemu")
    }

    /// The module that is the node's end of the channel.
    pub fn node_plugin(&self) -> PathBuf {
        self.root.join("plugins/libplugin_node.so")
    }

    /// The module that is the back end of UARTs.
    pub fn uart_plugin(&self) -> PathBuf {
        self.root.join("plugins/libplugin_uart.so")
    }
}
