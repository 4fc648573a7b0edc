// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One node's process: starting it, seeing it die, ending it.

use crate::command::{Inherited, Spec, command};
use crate::crash::{self, Crash};
use crate::debugger::{Debugger, Monitor};
use crate::process_state::ProcessState;
use crate::qmp::{self, MemoryError};
use crate::shared::Shared;
use crate::stock;
use crate::tools::Tools;
use channel::HostEnd;
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::fs::File;
use std::io::{Seek, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use thiserror::Error;

/// How much of what a node printed is shown: its end.
const SHOWN_OUTPUT: u64 = 16 * 1024;

/// Held while a process is started.
static STARTING: Mutex<()> = Mutex::new(());

/// A node's process could not be started.
#[derive(Debug, Error)]
#[error("node {node}: cannot start {what}: {source}")]
pub struct StartError {
    node: String,
    what: String,
    source: std::io::Error,
}

/// A running node. Dropping it kills the process and waits for its end.
#[derive(Debug)]
pub struct Node {
    spec: Spec,
    child: Child,
    output: File,
    qmp: UnixStream,
    /// In debug runs.
    monitor: Option<Monitor>,
    /// The host's end of its channel.
    pub channel: HostEnd,
}

/// How a node ended.
#[derive(Debug)]
pub struct Death {
    /// `exit status 1`, `signal 9 (killed from outside)`, ….
    pub how: String,
    /// The end of what it printed.
    pub output: String,
    /// Where its firmware was, when QEMU printed its registers.
    pub crash: Option<Crash>,
}

impl Node {
    /// Starts the process.
    pub fn start(tools: &Tools, spec: Spec, shared: &Shared, version: u32) -> Result<Node, StartError> {
        let failed = |what: &str, source: std::io::Error| StartError {
            node: spec.name.clone(),
            what: what.to_string(),
            source,
        };
        if let Some(why) = stock::refusal(&spec).filter(|_| tools.is_stock()) {
            let what = format!("it in QEMU {}", tools.qemu_id());
            let how = "; or run it with the QEMU that virtmcu builds";
            return Err(failed(&what, std::io::Error::other(why + how)));
        }
        let channel = HostEnd::create(version, shared.clocks.bell(spec.place));
        let (channel, channel_fd) = channel.map_err(|e| failed("its channel", e.into()))?;
        let output =
            memfd_create("virtmcu-output", MemfdFlags::CLOEXEC).map_err(|e| failed("its log", e.into()))?;
        let output = File::from(output);
        let (qmp, qmp_node) = UnixStream::pair().map_err(|e| failed("its monitor", e))?;
        let log = || output.try_clone().map(Stdio::from).map_err(|e| failed("its log", e));

        let plan = spec.plan.as_ref().map(|plan| in_memory("virtmcu-plan", plan)).transpose();
        let plan = plan.map_err(|e| failed("its machine", e))?;
        let mut fds =
            vec![channel_fd.as_fd(), shared.bell_fd.as_fd(), qmp_node.as_fd(), shared.clocks_fd.as_fd()];
        fds.extend(plan.iter().map(AsFd::as_fd));
        let inherited = Inherited {
            channel: channel_fd.as_raw_fd(),
            bell: shared.bell_fd.as_raw_fd(),
            qmp: qmp_node.as_raw_fd(),
            clocks: shared.clocks_fd.as_raw_fd(),
            plan: plan.as_ref().map(AsRawFd::as_raw_fd),
        };
        let mut command = command(tools, &spec, shared, inherited);
        command.stdin(Stdio::null()).stdout(log()?).stderr(log()?);
        // Nodes are started one after the other, also those of several runs in one process, so that only this child sees
        // these descriptors open.
        let alone = STARTING.lock();
        let keep = |flags| fds.iter().try_for_each(|fd| fcntl_setfd(fd, flags));
        keep(FdFlags::empty()).map_err(|e| failed("its channel", e.into()))?;
        let child = command.spawn();
        keep(FdFlags::CLOEXEC).map_err(|e| failed("its channel", e.into()))?;
        drop(alone);
        let child = child.map_err(|e| failed(&command.get_program().to_string_lossy(), e))?;
        let mut node = Node { child, output, qmp, monitor: None, channel, spec };
        if node.spec.gdb.is_some() {
            let started = Monitor::start(&node.qmp);
            let node_name = node.spec.name.clone();
            let failed = |source| StartError { node: node_name, what: "its monitor".into(), source };
            node.monitor = Some(started.map_err(failed)?);
        }
        Ok(node)
    }

    /// Its name in the scenario.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// The process's number, for messages.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A descriptor that becomes readable when the process ends.
    pub fn pidfd(&self) -> std::io::Result<OwnedFd> {
        let pid = Pid::from_child(&self.child);
        Ok(pidfd_open(pid, PidfdFlags::empty())?)
    }

    /// How it ended; `None` while it runs.
    pub fn death(&mut self) -> Option<Death> {
        let status = self.child.try_wait().ok()??;
        let output = self.printed();
        let how = match (status.code(), status.signal()) {
            (Some(0), _) => "it ended by itself (the guest switched the machine off)".to_string(),
            (Some(code), _) => format!("exit status {code}"),
            (None, Some(9)) => {
                "signal 9: it was killed from outside (by hand, or for lack of memory)".to_string()
            }
            (None, Some(6)) => "signal 6: QEMU gave up".to_string(),
            (None, signal) => format!("signal {}", signal.unwrap_or_default()),
        };
        let crash = crash::find(&output, &self.spec.firmware);
        Some(Death { how, output, crash })
    }

    /// What is known of its GDB server; `None` when it has none.
    pub fn debugger(&mut self) -> Option<Debugger> {
        self.monitor.as_mut().map(|monitor| monitor.look(&self.qmp))
    }

    /// What the process does, as far as the kernel tells.
    pub fn process_state(&self) -> Option<ProcessState> {
        ProcessState::of(self.child.id())
    }

    /// Where its firmware is now, asked of the running process; for a node that makes no progress.
    pub fn whereabouts(&mut self) -> Option<Crash> {
        if self.process_state() == Some(ProcessState::Stopped) {
            return None;
        }
        let registers = qmp::registers(&self.qmp)?;
        crash::find(&registers, &self.spec.firmware)
    }

    /// The `length` bytes of its memory at the physical `address`; while it stands at its grant.
    pub fn memory(&mut self, address: u64, length: u32) -> Result<Vec<u8>, MemoryError> {
        qmp::memory(&self.qmp, address, length)
    }

    /// The end of what the process has printed. Read at places of its own: the process writes where the file's position is.
    pub fn printed(&self) -> String {
        let read = || -> std::io::Result<Vec<u8>> {
            let length = self.output.metadata()?.len();
            let shown = length.min(SHOWN_OUTPUT);
            let mut bytes = vec![0; shown as usize];
            self.output.read_exact_at(&mut bytes, length - shown)?;
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => format!("(its output cannot be read: {error})"),
        }
    }

    /// Ends the process, as when the power goes away.
    pub fn end(&mut self) {
        // A node keeps nothing that a clean end would save.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}

/// A file in memory with these bytes, read from its start.
fn in_memory(name: &str, bytes: &[u8]) -> std::io::Result<OwnedFd> {
    let mut file = File::from(memfd_create(name, MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}
