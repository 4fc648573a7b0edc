// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Why nobody can be attached.

use crate::exit::Verdict;
use std::fmt;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// "did you mean", if something is near.
#[derive(Debug)]
pub struct Near(Option<String>);

impl From<Option<String>> for Near {
    fn from(near: Option<String>) -> Near {
        Near(near)
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |near| write!(f, "; did you mean \"{near}\"?"))
    }
}

/// Why nobody can be attached.
#[derive(Debug, Error)]
pub enum AttachError {
    /// There is no such node.
    #[error("--attach: there is no node \"{node}\"{near}")]
    Node {
        /// What was said.
        node: String,
        /// The nearest.
        near: Near,
    },
    /// The node has no such port.
    #[error("--attach: node \"{node}\" has no port \"{port}\"; it has {ports}{near}")]
    Port {
        /// The node.
        node: String,
        /// What was said.
        port: String,
        /// All that there are.
        ports: String,
        /// The nearest.
        near: Near,
    },
    /// It carries frames.
    #[error("--attach: nobody can type at {port}: it is no UART")]
    NoUart {
        /// The port.
        port: String,
    },
    /// A node is at its other end.
    #[error("--attach: nobody can type at {port}: [link.{link}] joins it to another port")]
    Linked {
        /// The port.
        port: String,
        /// The link.
        link: String,
    },
    /// It was said twice.
    #[error("--attach: {port} is there twice")]
    Twice {
        /// The port.
        port: String,
    },
    /// There is one terminal.
    #[error("--attach: {first} and {second} cannot both be this terminal: write {second}=pty")]
    TwoStdio {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// There is something at the path.
    #[error("--attach: {} is there already: remove it, or name another path", path.display())]
    LinkExists {
        /// The path.
        path: PathBuf,
    },
    /// The recording would overwrite something.
    #[error("--record: {} is there already, and nothing is recorded over it: remove it, or name another file", path.display())]
    RecordingExists {
        /// The file.
        path: PathBuf,
    },
    /// The recording cannot be written.
    #[error("--record: cannot write {}: {source}", path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The host did not do something.
    #[error("--attach: cannot {what}: {source}")]
    Host {
        /// What.
        what: String,
        /// Why.
        source: io::Error,
    },
}

impl AttachError {
    /// Whose mistake it is.
    pub fn verdict(&self) -> Verdict {
        match self {
            AttachError::Host { .. } | AttachError::Recording { .. } => Verdict::Infrastructure,
            _ => Verdict::BadInput,
        }
    }
}
