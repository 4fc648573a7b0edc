// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What all nodes of a run and the host share.

use channel::{Bell, Clocks};
use rustix::fd::OwnedFd;
use rustix::io::Errno;

/// What all nodes of a run and the host share.
#[derive(Debug)]
pub struct Shared {
    /// The nodes' clocks and bells.
    pub clocks: Clocks,
    /// By which a node opens them.
    pub(crate) clocks_fd: OwnedFd,
    /// The host's bell, which all nodes ring.
    pub bell: Bell,
    pub(crate) bell_fd: OwnedFd,
    /// How many nodes there are.
    pub nodes: usize,
    /// There are cores enough for all nodes: one may look at its neighbours' clocks for a moment.
    pub look: bool,
    /// There is one more for the host: it and a node may look so for each other, too.
    pub spin: bool,
}

impl Shared {
    /// Makes it for so many nodes.
    pub fn create(nodes: usize) -> Result<Shared, Errno> {
        let (bell, bell_fd) = Bell::create()?;
        let (clocks, clocks_fd) = Clocks::create(nodes)?;
        // Never more threads that look than cores: then the other side could not run. Only speed depends on it.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Shared { clocks, clocks_fd, bell, bell_fd, nodes, look: cores >= nodes, spin: cores > nodes })
    }
}
