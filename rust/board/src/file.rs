// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A board in a file of the user's. The only I/O of this crate.

use crate::{Board, Reading, library};
use devicetree::{Errors, Tree, limits};
use report::{Diagnostic, Source};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// How a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.dts`
    Source,
    /// `.dtb`
    Blob,
    /// `.yaml`, `.yml`
    Yaml,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// It cannot be.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is larger than allowed, and may have no end.
    #[error("it is larger than {} MiB", .max_bytes >> 20)]
    TooLarge {
        /// What is allowed.
        max_bytes: usize,
    },
    /// It is no text.
    #[error("it is not UTF-8 text: line {line} has a byte that is no character")]
    NotText {
        /// The first such line, from 1.
        line: usize,
    },
}

impl Form {
    /// The form that the ending of a file's name says.
    pub fn of(path: &Path) -> Option<Form> {
        match path.extension()?.to_str()? {
            "dts" => Some(Form::Source),
            "dtb" => Some(Form::Blob),
            "yaml" | "yml" => Some(Form::Yaml),
            _ => None,
        }
    }

    /// The bytes of a file with this tree.
    pub fn write(self, tree: &Tree) -> Vec<u8> {
        match self {
            Form::Source => tree.to_dts().into_bytes(),
            Form::Blob => tree.to_dtb(),
            Form::Yaml => tree.to_yaml().into_bytes(),
        }
    }
}

/// Reads the tree in the file `path`; a blob, if its name says no form. Messages name files below `root` from there, so that they
/// are the same on every machine.
pub fn read_tree(path: &Path, root: &Path) -> Result<Tree, Errors> {
    let name = shown(path, root);
    let text = || read_text(path, limits::FILE_BYTES_MAX).map_err(|why| whole(&name, &why));
    match Form::of(path).unwrap_or(Form::Blob) {
        Form::Blob => {
            let bytes = read_bytes(path, limits::FILE_BYTES_MAX).map_err(|why| whole(&name, &why))?;
            Tree::read_dtb(&name, &bytes)
        }
        Form::Yaml => Tree::read_yaml(&name, &text()?),
        Form::Source => Tree::read_dts(&name, &text()?, &mut |file, of| {
            let folder = Path::new(of).parent().unwrap_or(Path::new(""));
            let path = root.join(folder).join(file);
            let name = shown(&path, root);
            match (read_text(&path, limits::FILE_BYTES_MAX), library::source(file)) {
                (Ok(text), _) => Ok((name, text)),
                // A board that comes with virtmcu, or what it includes.
                (Err(NotRead::Io(why)), Some(text)) if why.kind() == io::ErrorKind::NotFound => {
                    Ok((format!("boards/{file}"), text.to_string()))
                }
                (Err(why), _) => Err(format!("{name}: {why}")),
            }
        }),
    }
}

/// Reads the board in the file `path`, in which some devices may be the user's own. Its name is the path from `root`.
pub fn read_board(path: &Path, root: &Path, reading: Reading<'_>) -> Result<Board, Errors> {
    Board::read_with(&shown(path, root), &read_tree(path, root)?, reading)
}

/// The text of a file that may be anything, even endless.
pub fn read_text(path: &Path, max_bytes: usize) -> Result<String, NotRead> {
    String::from_utf8(read_bytes(path, max_bytes)?).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        NotRead::NotText { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })
}

/// What is in a file, if that is not too much.
pub fn read_bytes(path: &Path, max_bytes: usize) -> Result<Vec<u8>, NotRead> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max_bytes as u64 + 1).read_to_end(&mut bytes)?;
    match bytes.len() <= max_bytes {
        true => Ok(bytes),
        false => Err(NotRead::TooLarge { max_bytes }),
    }
}

fn shown(path: &Path, root: &Path) -> String {
    // One of the two may be named from where the command was typed, the other from the root of the disk.
    let absolute = |path: &Path| std::path::absolute(Path::new(".").join(path));
    match (absolute(path), absolute(root)) {
        (Ok(whole), Ok(root)) => whole.strip_prefix(root).unwrap_or(path).display().to_string(),
        _ => path.display().to_string(),
    }
}

fn whole(name: &str, why: &NotRead) -> Errors {
    let (message, file) = (format!("the board cannot be read: {why}"), name.to_string());
    let first =
        Diagnostic { message, file, place: None, found: None, also: None, expected: None, help: None };
    Errors::new(Source::new(name, ""), first, Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_from_the_root() {
        let here = std::env::current_dir().unwrap();
        let check =
            |path: &str, root: &Path, name: &str| assert_eq!(shown(Path::new(path), root), name, "{path}");
        for root in [&here, Path::new(""), Path::new(".")] {
            check("a/b.dts", root, "a/b.dts");
            check(&here.join("a/b.dts").to_string_lossy(), root, "a/b.dts");
        }
        check("a/b.dts", &here.join("a"), "b.dts");
        check("b.dts", Path::new("a"), "b.dts");
    }

    #[test]
    fn a_board_that_comes_with_virtmcu_can_be_included() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own.dts");
        std::fs::write(&own, "/include/ \"nucleo-f103rb.dts\"\n&usart2 { status = \"disabled\"; };\n")
            .unwrap();
        let board = read_board(&own, folder.path(), Reading::default()).unwrap();
        assert_eq!((board.name.as_str(), board.port("usart1").is_some()), ("own.dts", true));
        assert_eq!(board.port("usart2"), None);
        // What lies beside it goes first, also of what that includes.
        std::fs::write(folder.path().join("nucleo-f103rb.dts"), "/dts-v1/;\n/ { };\n").unwrap();
        let errors = read_tree(&own, folder.path()).unwrap_err();
        assert!(errors.list()[0].message.contains("usart2"), "{errors}");
        std::fs::write(&own, "/include/ \"none.dts\"\n").unwrap();
        let errors = read_tree(&own, folder.path()).unwrap_err();
        assert!(errors.to_string().contains("none.dts"), "{errors}");
    }

    #[test]
    fn the_ending_of_a_name_says_the_form() {
        for (name, form) in [
            ("a.dts", Some(Form::Source)),
            ("a/b.dtb", Some(Form::Blob)),
            ("a.yaml", Some(Form::Yaml)),
            ("a.yml", Some(Form::Yaml)),
            ("a.repl", None),
            ("dts", None),
        ] {
            assert_eq!(Form::of(Path::new(name)), form, "{name}");
        }
    }
}
