// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a scenario and its boards from the disk. The only I/O of this crate.

use crate::boards::Boards;
use crate::{Diagnostic, Errors, Scenario, Source, limits, read};
use board::OwnDevice;
use board::file::{NotRead, read_text};
use std::path::{Path, PathBuf};

/// How to load.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The workspace's root. Messages name files below it from there, so that they are the same on every
    /// machine.
    pub root: PathBuf,
}

/// Reads and checks the scenario in the file `path`.
pub fn load(path: &Path, options: &Options) -> Result<Scenario, Errors> {
    let source = source(path, options)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut scenario =
        read::check(source, Boards { files: Some((folder, &options.root)), ..Boards::default() })?;
    scenario.folder = folder.to_path_buf();
    Ok(scenario)
}

/// Reads only the devices that the scenario in the file `path` brings: for a look at a board that has them.
pub fn load_devices(path: &Path, options: &Options) -> Result<Vec<OwnDevice>, Errors> {
    read::check_devices(source(path, options)?)
}

fn source(path: &Path, options: &Options) -> Result<Source, Errors> {
    let shown = path.strip_prefix(&options.root).unwrap_or(path).display().to_string();
    let text = read_text(path, limits::FILE_BYTES_MAX).map_err(|why| {
        let message = match why {
            NotRead::TooLarge { .. } => read::too_large(),
            why => format!("cannot read the scenario: {why}"),
        };
        let whole_file = Diagnostic {
            message,
            file: shown.clone(),
            place: None,
            found: None,
            also: None,
            expected: None,
            help: None,
        };
        Errors::from_list(Source::new(&shown, ""), vec![whole_file])
    })?;
    Ok(Source::new(shown, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Label;

    const TEXT: &str = "schema = 1\nduration = \"1ms\"\n\n[node.a]\nboard = \"qemu:mps2-an385\"\nfirmware = \"fw/a.elf\"\n\
                        \n[golden]\ntrace = \"//golden/a.trace\"\n";

    fn root() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn check_error(name: &str, bytes: Option<&[u8]>, expected: &str) {
        let root = root();
        let path = root.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let errors = load(&path, &Options { root: root.path().to_path_buf() }).unwrap_err();
        assert_eq!(errors.render(false), expected);
    }

    #[test]
    fn finds_files_from_the_folder_and_from_the_root() {
        let root = root();
        let folder = root.path().join("scenarios");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("ping_pong.scenario.toml");
        std::fs::write(&path, TEXT).unwrap();
        let scenario = load(&path, &Options { root: root.path().to_path_buf() }).unwrap();
        assert_eq!(scenario.title, "ping_pong");
        assert_eq!(scenario.source.file(), "scenarios/ping_pong.scenario.toml");
        let find = |file| scenario.resolve_path(file, root.path(), |label: &Label| Err(label.clone()));
        assert_eq!(find(&scenario.nodes[0].firmware), Ok(folder.join("fw/a.elf")));
        assert_eq!(find(scenario.golden.as_ref().unwrap()), Ok(root.path().join("golden/a.trace")));
    }

    #[test]
    fn asks_the_caller_where_a_label_is() {
        let root = root();
        let path = root.path().join("a.scenario.toml");
        std::fs::write(&path, TEXT.replace("fw/a.elf", "//fw:a")).unwrap();
        let scenario = load(&path, &Options::default()).unwrap();
        let found = scenario.resolve_path(&scenario.nodes[0].firmware, root.path(), |label| {
            assert_eq!((&*label.package, &*label.name), ("fw", "a"));
            Ok::<_, ()>(PathBuf::from("built"))
        });
        assert_eq!(found, Ok(PathBuf::from("built")));
    }

    #[test]
    fn tells_why_a_file_cannot_be_read() {
        check_error(
            "none.scenario.toml",
            None,
            "error: cannot read the scenario: No such file or directory (os error 2)\n--> none.scenario.toml\n",
        );
        check_error(
            "bytes.scenario.toml",
            Some(b"schema = 1\n\xff\xfe"),
            "error: cannot read the scenario: it is not UTF-8 text: line 2 has a byte that is no character\n--> bytes.scenario.toml\n",
        );
        check_error(
            "large.scenario.toml",
            Some(&vec![b'\n'; limits::FILE_BYTES_MAX + 1]),
            "error: the scenario is larger than 4 MiB\n--> large.scenario.toml\n",
        );
    }
}
