// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A terminal at a port.

use super::terminal::{Pty, Raw};
use super::{AttachError, To, Wanted};
use scenario::Port;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};

/// The key that ends a run: Ctrl-].
const LEAVE: u8 = 0x1d;

/// A terminal at a port.
#[derive(Debug)]
pub struct Console {
    pub(crate) port: Port,
    pub(crate) name: String,
    input: File,
    output: File,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Terminal(#[expect(dead_code, reason = "restores the terminal when it is dropped")] Raw),
    Pipe,
    Pty(Pty),
}

impl Console {
    pub(super) fn open(wanted: &Wanted, port: Port) -> Result<Console, AttachError> {
        let host = |what: &str| {
            let what = what.to_string();
            move |source: std::io::Error| AttachError::Host { what, source }
        };
        let name = wanted.port.clone();
        if wanted.to == To::Stdio {
            let (input, output) = (std::io::stdin(), std::io::stdout());
            let own = |fd: &dyn AsFd| {
                let fd = fd.as_fd().try_clone_to_owned();
                fd.map(File::from).map_err(host("use stdin and stdout"))
            };
            let kind = Raw::enter(&input).map_err(host("make this terminal raw"))?;
            let kind = kind.map_or(Kind::Pipe, Kind::Terminal);
            return Ok(Console { port, name, input: own(&input)?, output: own(&output)?, kind });
        }
        let mut pty = Pty::open().map_err(|errno| host("make a pseudo-terminal")(errno.into()))?;
        if let To::Link(path) = &wanted.to {
            let path = crate::places::typed(path);
            pty.link(&path).map_err(|source| match source.kind() {
                std::io::ErrorKind::AlreadyExists => AttachError::LinkExists { path: path.clone() },
                _ => AttachError::Host { what: format!("make the link {}", path.display()), source },
            })?;
        }
        let own = || pty.ours.try_clone().map(File::from).map_err(host("use a pseudo-terminal"));
        Ok(Console { port, name, input: own()?, output: own()?, kind: Kind::Pty(pty) })
    }

    /// Where it is to be found.
    pub(super) fn words(&self) -> String {
        match &self.kind {
            Kind::Terminal(_) => format!("{} is this terminal; Ctrl-] ends the run", self.name),
            Kind::Pipe => format!("{} is stdin and stdout", self.name),
            Kind::Pty(pty) => format!("{} is {}", self.name, pty.path.display()),
        }
    }

    /// What is typed comes from here.
    pub(crate) fn input(&self) -> std::io::Result<OwnedFd> {
        self.input.as_fd().try_clone_to_owned()
    }

    /// What of `keys` is for the port, and whether the run is to end after that.
    pub(crate) fn split_at_leave<'a>(&self, keys: &'a [u8]) -> (&'a [u8], bool) {
        match keys.iter().position(|key| *key == LEAVE) {
            Some(place) if matches!(self.kind, Kind::Terminal(_)) => (&keys[..place], true),
            _ => (keys, false),
        }
    }

    /// Shows what the port has sent. A terminal that is gone, or whose reader is too slow, ends nothing: the trace has all.
    pub(crate) fn show(&self, bytes: &[u8]) {
        let _ = (&self.output).write_all(bytes);
    }
}
