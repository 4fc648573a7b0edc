// SPDX-License-Identifier: Apache-2.0 OR MIT
//! QEMU's GDB server in a node, and what the node's monitor tells of who is attached.
//!
//! Only a debug run has one. It waits for nothing here: the run loop asks now and then.

use std::ffi::OsString;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// Longer lines are none of those that are listened for.
const LINE_MAX: usize = 4096;

/// Where a node serves GDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GdbServer {
    /// A socket of this name. The folder around it says who may connect.
    Unix(PathBuf),
    /// A port of 127.0.0.1: whoever is on this host may connect.
    Tcp(u16),
}

impl GdbServer {
    /// The value of QEMU's `-gdb`.
    pub(crate) fn argument(&self) -> OsString {
        match self {
            GdbServer::Unix(path) => {
                let path = path.to_string_lossy().replace(',', ",,");
                format!("unix:{path},server=on,wait=off").into()
            }
            GdbServer::Tcp(port) => format!("tcp:127.0.0.1:{port}").into(),
        }
    }
}

/// As GDB's `target remote` wants it.
impl std::fmt::Display for GdbServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            GdbServer::Unix(path) => write!(f, "{}", path.display()),
            GdbServer::Tcp(port) => write!(f, "127.0.0.1:{port}"),
        }
    }
}

/// What is known of a node's GDB server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Debugger {
    /// The server takes connections.
    pub listens: bool,
    /// A debugger has connected, at least once: QEMU stops the machine for it.
    pub came: bool,
    /// The machine stands still for a debugger.
    pub stopped: bool,
}

/// Reads the monitor of a node with a GDB server.
#[derive(Debug)]
pub(crate) struct Monitor {
    /// The line that is not yet whole.
    line: Vec<u8>,
    known: Debugger,
}

impl Monitor {
    /// Asks for the answer that only a QEMU gives whose GDB server listens.
    pub(crate) fn start(mut socket: &UnixStream) -> std::io::Result<Monitor> {
        socket.set_nonblocking(true)?;
        socket.write_all(b"{\"execute\":\"qmp_capabilities\"}\n")?;
        Ok(Monitor { line: Vec::new(), known: Debugger::default() })
    }

    /// Reads all that the monitor has said since.
    pub(crate) fn look(&mut self, mut socket: &UnixStream) -> Debugger {
        let mut bytes = [0; 4096];
        loop {
            match socket.read(&mut bytes) {
                Ok(0) => break,
                Ok(read) => bytes[..read].iter().for_each(|byte| self.hear(*byte)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Nothing more yet; of a broken socket the process's end tells.
                Err(_) => break,
            }
        }
        self.known
    }

    fn hear(&mut self, byte: u8) {
        if byte != b'\n' {
            if self.line.len() < LINE_MAX {
                self.line.push(byte);
            }
            return;
        }
        let line: serde_json::Value = serde_json::from_slice(&self.line).unwrap_or_default();
        self.line.clear();
        self.known.listens |= line.get("return").is_some();
        match line["event"].as_str() {
            Some("STOP") => (self.known.came, self.known.stopped) = (true, true),
            Some("RESUME") => self.known.stopped = false,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_and_a_target() {
        let unix = GdbServer::Unix("/tmp/a,b/x.gdb".into());
        assert_eq!(unix.argument(), "unix:/tmp/a,,b/x.gdb,server=on,wait=off");
        assert_eq!(unix.to_string(), "/tmp/a,b/x.gdb");
        assert_eq!(GdbServer::Tcp(1234).argument(), "tcp:127.0.0.1:1234");
        assert_eq!(GdbServer::Tcp(1234).to_string(), "127.0.0.1:1234");
    }

    fn check(monitor: &mut Monitor, ends: &(UnixStream, UnixStream), said: &str, expected: [bool; 3]) {
        (&ends.1).write_all(said.as_bytes()).unwrap();
        let Debugger { listens, came, stopped } = monitor.look(&ends.0);
        assert_eq!([listens, came, stopped], expected, "{said}");
    }

    #[test]
    fn follows_the_monitor() {
        let ends = UnixStream::pair().unwrap();
        let mut monitor = Monitor::start(&ends.0).unwrap();
        check(&mut monitor, &ends, "", [false; 3]);
        check(&mut monitor, &ends, "{\"QMP\":{}}\r\n{\"ret", [false; 3]);
        check(&mut monitor, &ends, "urn\":{}}\r\n", [true, false, false]);
        check(&mut monitor, &ends, "{\"event\":\"STOP\"}\r\n", [true, true, true]);
        check(&mut monitor, &ends, "{\"event\":\"RESUME\"}\nnonsense\n", [true, true, false]);
        drop(ends.1);
        assert!(monitor.look(&ends.0).came);
    }
}
