// SPDX-License-Identifier: Apache-2.0 OR MIT
//! How a scenario names a file: a Bazel label, a path from the workspace's root, or a path from the
//! scenario's folder.
//!
//! **Invariant:** a name means the same on every machine. So absolute paths and backslashes are refused.

use crate::Place;

/// A file that a scenario names, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// The text as written.
    pub text: String,
    /// Where it is written, for messages.
    pub place: Place,
    /// What it means.
    pub target: Target,
}

/// What the name of a file means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `//package:name`: what Bazel builds there.
    Label(Label),
    /// `//path/to/file`: a path from the workspace's root, kept without the slashes.
    RootPath(String),
    /// `path/to/file`: a path from the folder of the scenario file. It may start with `..`.
    Relative(String),
}

/// A Bazel label in this workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The package: `scenarios/uart/firmware`. Empty for the root.
    pub package: String,
    /// The target in it: `ping`.
    pub name: String,
}

/// Why a text does not name a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileRefError {
    /// It is empty.
    #[error("this names no file")]
    Empty,
    /// It starts at the root of one machine's disk.
    #[error("an absolute path is different on every machine")]
    Absolute,
    /// It has a backslash.
    #[error("a path has \"/\" between its parts, not \"\\\"")]
    Backslash,
    /// It has a character that nobody can see.
    #[error("this has a control character in it")]
    Control,
    /// It has a colon but does not start with `//`.
    #[error("a label starts with \"//\", and a path has no \":\"")]
    Colon,
    /// The part of the label after the colon is missing, or there are two colons.
    #[error("a label is a package, one \":\" and a name")]
    Label,
    /// Its parts lead out of the workspace, or nowhere.
    #[error("a path from the workspace's root has no empty, \".\" or \"..\" part")]
    Parts,
}

impl std::str::FromStr for Target {
    type Err = FileRefError;

    fn from_str(text: &str) -> Result<Target, FileRefError> {
        if text.trim().is_empty() {
            return Err(FileRefError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(FileRefError::Control);
        }
        let bytes = text.as_bytes();
        let drive = bytes.len() >= 3
            && bytes[0].is_ascii_alphabetic()
            && bytes[1] == b':'
            && b"/\\".contains(&bytes[2]);
        if drive || (text.starts_with('/') && !text.starts_with("//")) {
            return Err(FileRefError::Absolute);
        }
        if text.contains('\\') {
            return Err(FileRefError::Backslash);
        }
        match text.strip_prefix("//") {
            None if text.contains(':') => Err(FileRefError::Colon),
            None => Ok(Target::Relative(text.to_string())),
            Some(rest) => match rest.split_once(':') {
                None if sound_parts(rest) => Ok(Target::RootPath(rest.to_string())),
                Some((package, name)) => {
                    if name.contains(':') || name.is_empty() {
                        return Err(FileRefError::Label);
                    }
                    if !(package.is_empty() || sound_parts(package)) || !sound_parts(name) {
                        return Err(FileRefError::Parts);
                    }
                    Ok(Target::Label(Label { package: package.to_string(), name: name.to_string() }))
                }
                None => Err(FileRefError::Parts),
            },
        }
    }
}

fn sound_parts(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Target, FileRefError>) {
        assert_eq!(text.parse::<Target>(), expected, "{text:?}");
    }

    fn label(package: &str, name: &str) -> Result<Target, FileRefError> {
        Ok(Target::Label(Label { package: package.to_string(), name: name.to_string() }))
    }

    #[test]
    fn tells_the_three_kinds_apart() {
        check("//scenarios/uart/firmware:ping", label("scenarios/uart/firmware", "ping"));
        check("//:ping", label("", "ping"));
        check("//a:out/ping.elf", label("a", "out/ping.elf"));
        check("//golden/uart/ping.trace", Ok(Target::RootPath("golden/uart/ping.trace".to_string())));
        check("fw/ping.elf", Ok(Target::Relative("fw/ping.elf".to_string())));
        check("../fw/ping.elf", Ok(Target::Relative("../fw/ping.elf".to_string())));
    }

    #[test]
    fn refuses_what_differs_between_machines() {
        check("/home/me/ping.elf", Err(FileRefError::Absolute));
        check("C:\\ping.elf", Err(FileRefError::Absolute));
        check("c:/ping.elf", Err(FileRefError::Absolute));
        check("fw\\ping.elf", Err(FileRefError::Backslash));
    }

    #[test]
    fn refuses_what_names_nothing() {
        check("", Err(FileRefError::Empty));
        check("  ", Err(FileRefError::Empty));
        check("a\nb", Err(FileRefError::Control));
        check(":ping", Err(FileRefError::Colon));
        check("@other//a:b", Err(FileRefError::Colon));
        check("//a:", Err(FileRefError::Label));
        check("//a:b:c", Err(FileRefError::Label));
        check("//", Err(FileRefError::Parts));
        check("//../x", Err(FileRefError::Parts));
        check("//a/../b:c", Err(FileRefError::Parts));
        check("//a//b", Err(FileRefError::Parts));
        check("//a:../b", Err(FileRefError::Parts));
    }
}
