// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Debug runs: which nodes serve GDB, where, and the commands to type.
//!
//! **Invariant:** a debugger never changes the trace. It can hold a node, and with it all of virtual time, for as long as
//! it likes; what the firmware sees is what it sees without. Only what the user writes (memory, registers) or reads with
//! side effects (device registers) is the user's own doing.

mod commands;

pub use commands::commands;

use clap::Args;
use node::GdbServer;
use scenario::Scenario;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The longest name of a Unix socket: `sun_path`, without its end.
const SOCKET_NAME_MAX: usize = 107;
/// How many folders of runs that were killed may be in the way.
const FOLDERS_MAX: u32 = 100;

/// Debuggers at the nodes of a run.
#[derive(Args, Clone, Debug, Default)]
pub struct DebugArgs {
    /// Serve GDB at these nodes (default: all), and wait at time 0 until a debugger is at each; never changes the trace
    #[arg(long, value_name = "NODE,...", num_args = 0..=1, value_delimiter = ',')]
    pub debug: Option<Vec<String>>,
    /// Serve GDB on 127.0.0.1, from this port on, instead of on sockets in a private folder
    #[arg(long, value_name = "PORT", requires = "debug")]
    pub debug_port: Option<u16>,
    /// Start without waiting for debuggers
    #[arg(long, requires = "debug")]
    pub debug_no_wait: bool,
}

/// The GDB servers of a run.
#[derive(Debug)]
pub struct Servers {
    /// By node, in their order.
    nodes: Vec<Option<GdbServer>>,
    /// The run starts when a debugger has come to each of them.
    pub wait: bool,
    /// Where the sockets are; removed with this.
    _folder: Option<Folder>,
}

/// A debug run, for the session.
pub struct Debugging<'a> {
    /// The servers.
    pub servers: &'a Servers,
    /// Called when all of them listen, and nothing has run yet.
    pub ready: &'a dyn Fn(),
}

impl std::fmt::Debug for Debugging<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Debugging").field("servers", self.servers).finish_non_exhaustive()
    }
}

/// Why there is no debug run.
#[derive(Debug, Error)]
pub enum DebugError {
    /// A name that the scenario does not have.
    #[error("--debug {name}: the scenario has no such node; it has {}", nodes.join(", "))]
    UnknownNode {
        /// The name.
        name: String,
        /// Those that it has.
        nodes: Vec<String>,
    },
    /// A port that is none.
    #[error(
        "--debug-port {base}: there is no port for node {node}; leave room for {count} ports up to 65535"
    )]
    NoPort {
        /// The first one.
        base: u16,
        /// The node without one.
        node: String,
        /// How many are needed.
        count: usize,
    },
    /// No folder for sockets.
    #[error("cannot make a private folder for GDB's sockets in {}: {source}", folder.display())]
    Folder {
        /// Around it.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl Servers {
    /// The servers that were asked for; `None` for a run without.
    pub fn plan(args: &DebugArgs, scenario: &Scenario) -> Result<Option<Servers>, DebugError> {
        let Some(names) = &args.debug else { return Ok(None) };
        let names: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        let all = || scenario.nodes.iter().map(|node| node.name.clone());
        if let Some(name) = names.iter().find(|name| !all().any(|node| node == **name)) {
            return Err(DebugError::UnknownNode { name: name.to_string(), nodes: all().collect() });
        }
        let chosen: Vec<bool> = all().map(|node| names.is_empty() || names.contains(&&*node)).collect();
        let count = chosen.iter().filter(|chosen| **chosen).count();
        let folder = match args.debug_port {
            Some(_) => None,
            None => Some(Folder::new(scenario::limits::NAME_CHARS_MAX)?),
        };
        let mut next = 0;
        let mut server = |node: String| -> Result<GdbServer, DebugError> {
            let place = next;
            next += 1;
            match (args.debug_port, &folder) {
                (Some(base), _) => {
                    let port = base.checked_add(place).filter(|port| *port > 0);
                    port.map(GdbServer::Tcp).ok_or(DebugError::NoPort { base, node, count })
                }
                (None, Some(folder)) => Ok(GdbServer::Unix(folder.0.join(format!("{node}{ENDING}")))),
                (None, None) => unreachable!("without a port there is a folder"),
            }
        };
        let nodes = all().zip(&chosen).map(|(node, chosen)| chosen.then(|| server(node)).transpose());
        let nodes = nodes.collect::<Result<_, _>>()?;
        Ok(Some(Servers { nodes, wait: !args.debug_no_wait, _folder: folder }))
    }

    /// The server of the node at `place`, if it has one.
    pub fn of(&self, place: usize) -> Option<&GdbServer> {
        self.nodes.get(place)?.as_ref()
    }
}

/// The end of a socket's name.
const ENDING: &str = ".gdb";

/// A folder that only this user can look into; removed when dropped.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    /// In the usual place for temporary files, or in /tmp if sockets of `longest` characters would have no name there.
    fn new(longest: usize) -> Result<Folder, DebugError> {
        let usual = std::env::temp_dir();
        let usual = std::path::absolute(&usual).unwrap_or(usual);
        let room = "/virtmcu-4294967295-100/".len() + longest + ENDING.len();
        let fits = usual.as_os_str().len() + room <= SOCKET_NAME_MAX;
        let around = if fits { usual } else { PathBuf::from("/tmp") };
        Folder::inside(&around).map_err(|source| DebugError::Folder { folder: around, source })
    }

    fn inside(around: &Path) -> std::io::Result<Folder> {
        let process = std::process::id();
        let mut number = 0;
        loop {
            let folder = around.join(format!("virtmcu-{process}-{number}"));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Folder(folder)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < FOLDERS_MAX => {
                    number += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests;
