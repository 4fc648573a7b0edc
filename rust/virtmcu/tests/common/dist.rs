// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A copy of the tools in which something is planted. What is not planted are links to the real ones.

use super::dist;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The tools, with a fault.
pub struct Planted {
    dir: TempDir,
}

impl Planted {
    /// The tools without a fault yet.
    pub fn new() -> Planted {
        let planted = Planted { dir: tempfile::tempdir().expect("a temporary folder") };
        for folder in ["qemu/bin", "plugins"] {
            std::fs::create_dir_all(planted.root().join(folder)).expect("a folder");
            for entry in std::fs::read_dir(dist().join(folder)).expect("the tools").flatten() {
                let link = planted.root().join(folder).join(entry.file_name());
                symlink(entry.path(), link).expect("a link");
            }
        }
        for entry in ["lib", "share", "build-id"] {
            symlink(dist().join("qemu").join(entry), planted.root().join("qemu").join(entry))
                .expect("a link");
        }
        planted
    }

    /// The folder for `--tools`.
    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    /// Takes a file away.
    pub fn without(self, name: &str) -> Planted {
        std::fs::remove_file(self.root().join(name)).expect("the file is there");
        self
    }

    /// Puts another file in the place of one.
    pub fn with(self, name: &str, bytes: &[u8], mode: u32) -> Planted {
        let planted = self.without(name);
        let path = planted.root().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("its mode");
        planted
    }

    /// Lets a shell script be QEMU for Arm.
    pub fn with_arm(self, script: &str) -> Planted {
        self.with_script(ARM, script)
    }

    fn with_script(self, name: &str, script: &str) -> Planted {
        let planted = self.without(name);
        // Written by a process of its own: had this one the file open while another thread starts a child, the script
        // could not be started ("text file busy").
        let mut writer = Command::new("/bin/sh");
        writer.args(["-c", "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", script]);
        assert!(writer.arg(planted.root().join(name)).status().expect("a shell").success());
        planted
    }

    /// Starts the real QEMU for Arm, with one argument written differently.
    pub fn with_argument(self, old: &str, new: &str) -> Planted {
        self.with_argument_of(ARM, old, new)
    }

    /// Starts the real `qemu`, with one argument written differently.
    pub fn with_argument_of(self, qemu: &str, old: &str, new: &str) -> Planted {
        self.with_arguments(qemu, "", &format!("'{old}') word='{new}' ;;"))
    }

    /// Starts the real `qemu`, after a shell has done `before`, and each argument `word` has gone through `cases`.
    pub fn with_arguments(self, qemu: &str, before: &str, cases: &str) -> Planted {
        let real: PathBuf = dist().join(qemu);
        let script = format!(
            "{before}
for word do
    shift
    case $word in {cases} esac
    set -- \"$@\" \"$word\"
done
exec '{}' \"$@\"",
            real.display()
        );
        self.with_script(qemu, &script)
    }
}

/// QEMU for Arm, in the tools.
pub const ARM: &str = "qemu/bin/qemu-system-arm";
/// QEMU for RISC-V, in the tools.
pub const RISCV: &str = "qemu/bin/qemu-system-riscv32";
