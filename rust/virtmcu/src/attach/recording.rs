// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Writing down what is typed, as a file for `[[input.session]]`.
//!
//! **Invariant:** the file is whole after each input: what a run that breaks off has taken can be typed again.

use super::AttachError;
use link::{Framing, Uart};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use vtime::{Instant, Span};

/// How fast people type: the rate of `[[input.uart]]` where it says none.
pub fn baud() -> Uart {
    // The rate is not zero.
    Uart::new(115_200, Framing::default(), Span::ZERO).unwrap_or_else(|error| unreachable!("{error}"))
}

/// How many names are tried for a recording that was given none.
const NAMES_MAX: u32 = 1000;
/// What stands behind the last input.
const TAIL: &str = "]\n";

/// A file of what was typed.
#[derive(Debug)]
pub struct Recording {
    file: File,
    path: PathBuf,
    /// Where the next input goes.
    at: u64,
    inputs: usize,
    line: String,
}

impl Recording {
    /// A new file: `said`, or one in `folder`. `scenario` is the file for which it is, as the user named it.
    pub fn create(
        said: Option<&Path>,
        folder: &Path,
        title: &str,
        scenario: &Path,
    ) -> Result<Recording, AttachError> {
        let (path, file) = match said {
            Some(path) => match File::create_new(path) {
                Ok(file) => (path.to_path_buf(), file),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return Err(AttachError::RecordingExists { path: path.into() });
                }
                Err(source) => return Err(AttachError::Recording { path: path.into(), source }),
            },
            None => next_free(folder, title)?,
        };
        let head = format!(
            "# Typed in a run of {} with --attach. To type it again, move this file beside it, and add these lines there:\n\
             #   [[input.session]]\n#   file = \"{}\"\ninput.uart = [\n",
            scenario.file_name().unwrap_or_default().to_string_lossy(),
            path.file_name().unwrap_or_default().to_string_lossy(),
        );
        let mut recording = Recording { file, path, at: 0, inputs: 0, line: head };
        match recording.write() {
            Ok(()) => Ok(recording),
            Err(source) => Err(AttachError::Recording { path: recording.path, source }),
        }
    }

    /// `bytes` are typed at `port` from `at` on.
    pub fn add(&mut self, port: &str, at: Instant, bytes: &[u8], uart: Uart) -> std::io::Result<()> {
        self.line.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.line, "  {{ port = \"{port}\", at = \"{at}s\", ");
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                self.line.push_str("text = \"");
                text.chars().for_each(|char| escape(char, &mut self.line));
            }
            Err(_) => {
                self.line.push_str("bytes = \"");
                for (place, byte) in bytes.iter().enumerate() {
                    let _ = write!(self.line, "{}{byte:02x}", if place == 0 { "" } else { " " });
                }
            }
        }
        let _ = writeln!(self.line, "\", baud = {} }},", uart.baud());
        self.inputs += 1;
        self.write()
    }

    /// The run ends here, before its duration is over.
    pub fn end(&mut self, at: Instant) -> std::io::Result<()> {
        self.line.clear();
        let _ = write!(self.line, "{TAIL}\n[session]\nend = \"{at}s\"\n");
        self.file.seek(SeekFrom::Start(self.at))?;
        self.file.write_all(self.line.as_bytes())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often something was typed.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Puts the line behind what is there, and the tail behind it.
    fn write(&mut self) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.at))?;
        self.at += self.line.len() as u64;
        self.line.push_str(TAIL);
        self.file.write_all(self.line.as_bytes())
    }
}

/// NAME.session.toml, or NAME.session.2.toml and so on if that is there already.
fn next_free(folder: &Path, title: &str) -> Result<(PathBuf, File), AttachError> {
    let first = folder.join(format!("{title}.session.toml"));
    let others = (2..NAMES_MAX).map(|number| folder.join(format!("{title}.session.{number}.toml")));
    for path in std::iter::once(first.clone()).chain(others) {
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(source) => return Err(AttachError::Recording { path, source }),
        }
    }
    Err(AttachError::RecordingExists { path: first })
}

/// A character inside a TOML string.
fn escape(char: char, out: &mut String) {
    match char {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        char if char.is_control() => {
            // Control characters are below U+00A0. Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04X}", u32::from(char));
        }
        char => out.push(char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenario::{Options, Scenario, When};

    fn at(ns: u64) -> Instant {
        Instant::from_ns(ns)
    }

    fn read(folder: &Path) -> Scenario {
        let scenario = "schema = 1\nduration = \"1s\"\n[node.a]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\n\
                        [[input.session]]\nfile = \"a.session.toml\"\n";
        let path = folder.join("a.scenario.toml");
        std::fs::write(&path, scenario).unwrap();
        scenario::load(&path, &Options { root: folder.to_path_buf() }).unwrap()
    }

    #[test]
    fn what_is_recorded_is_read_back_after_each_input() {
        let folder = tempfile::tempdir().unwrap();
        let mut recording =
            Recording::create(None, folder.path(), "a", Path::new("x/a.scenario.toml")).unwrap();
        assert!(read(folder.path()).inputs.is_empty());
        let all: Vec<u8> = (0..=255).collect();
        let typed = [&b"say \"hi\"\\\r\n\t\x03\x1b[A\x7f"[..], "\u{e9}\u{85}\u{1f600}".as_bytes(), &all];
        for (place, bytes) in typed.iter().enumerate() {
            recording.add("a.uart0", at(place as u64 * 1_000_001), bytes, baud()).unwrap();
            let inputs = read(folder.path()).inputs;
            assert_eq!(inputs.len(), place + 1);
            let input = &inputs[place];
            assert_eq!((&input.text, input.uart), (&bytes.to_vec(), baud()));
            assert_eq!(input.when, When::At(Span::from_ns(place as u64 * 1_000_001)));
        }
        recording.end(at(500_000_001)).unwrap();
        let read = read(folder.path());
        assert_eq!((read.inputs.len(), read.ends), (3, Some(Span::from_ns(500_000_001))));
        assert_eq!((recording.inputs(), recording.path()), (3, &*folder.path().join("a.session.toml")));
    }

    #[test]
    fn the_file_is_for_people_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut recording =
            Recording::create(None, folder.path(), "a", Path::new("x/a.scenario.toml")).unwrap();
        recording.add("a.uart0", at(7), b"help\r", baud()).unwrap();
        let text = std::fs::read_to_string(recording.path()).unwrap();
        assert_eq!(
            text,
            "# Typed in a run of a.scenario.toml with --attach. To type it again, move this file beside it, and add these lines there:\n\
             #   [[input.session]]\n#   file = \"a.session.toml\"\ninput.uart = [\n  \
             { port = \"a.uart0\", at = \"0.000000007s\", text = \"help\\r\", baud = 115200 },\n]\n"
        );
    }

    #[test]
    fn nothing_is_recorded_over() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Path::new("a.scenario.toml");
        let names: Vec<_> = (0..3)
            .map(|_| Recording::create(None, folder.path(), "a", scenario).unwrap())
            .map(|recording| recording.path().file_name().unwrap().to_os_string())
            .collect();
        assert_eq!(names, ["a.session.toml", "a.session.2.toml", "a.session.3.toml"]);
        let path = folder.path().join("a.session.toml");
        let error = Recording::create(Some(&path), folder.path(), "a", scenario).unwrap_err();
        assert!(error.to_string().ends_with(
            "a.session.toml is there already, and nothing is recorded over it: remove it, or name another file"
        ));
        let error = Recording::create(Some(&path.join("b")), folder.path(), "a", scenario).unwrap_err();
        assert!(matches!(error, AttachError::Recording { .. }));
    }
}
