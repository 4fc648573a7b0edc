// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A scenario that was checked. The types leave no room for the mistakes that were checked for.

use crate::read::ppm;
use crate::{Diagnostic, Errors, FileRef, Label, Place, Problem, Source, Target};
use board::{Board, OwnDevice, PortKind};
use expect::Expectation;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use vtime::{Crystal, Span};

/// What is to be run. Only [`crate::parse`] and [`crate::load`] make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// The file's name without `.scenario.toml`.
    pub title: String,
    /// How long the run lasts; longer than zero.
    pub duration: Span,
    /// What all randomness of the run is drawn from.
    pub seed: u64,
    /// The nodes in the order of their names; at least one.
    pub nodes: Vec<Node>,
    /// The devices that it brings, in the order of their names; each is on the board of some node.
    pub devices: Vec<DeviceModule>,
    /// The links in the order of their names. No port is in two of them.
    pub links: Vec<Link>,
    /// What goes wrong on links, in the order of the file; at most [`link::FAULTS_MAX`] on one link.
    pub faults: Vec<Fault>,
    /// What is typed, in the order of the file, then of the sessions; at one port one after the other.
    pub inputs: Vec<Input>,
    /// What is sent on links, in the order of the file: first on CAN buses, then on Ethernet.
    pub link_inputs: Vec<LinkInput>,
    /// When a recorded session ends the run, before its duration is over; see [`Scenario::end`].
    pub ends: Option<Span>,
    /// What must happen, in the order of the file.
    pub expects: Vec<Expect>,
    /// How often the nodes' states go into the trace's digests; `None`: they do not.
    pub state_every: Option<Span>,
    /// The golden trace, if there is one.
    pub golden: Option<FileRef>,
    /// How long the run may make no progress, by the host's clock.
    pub watchdog: Duration,
    /// The text, for messages about it.
    pub source: Source,
    /// The folder of the file: the start of relative paths.
    pub folder: PathBuf,
}

/// A device of the user's own, and the module that QEMU loads for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceModule {
    /// What it is on a board.
    pub device: OwnDevice,
    /// The shared object.
    pub module: FileRef,
}

/// A node: a board and the firmware on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name: a small letter, then small letters, digits and `_`.
    pub name: String,
    /// Its board.
    pub board: Arc<Board>,
    /// Its firmware: an ELF file, Intel HEX or a raw binary.
    pub firmware: FileRef,
    /// Where a raw binary lies, if not where the board expects it.
    pub firmware_at: Option<u64>,
    /// What else is in its memory from the start, in the order of the file.
    pub loads: Vec<LoadedFile>,
    /// The clock of its CPU in hertz, if it is not the board's.
    pub own_cpu_hz: Option<u64>,
    /// How many CPU cores it has.
    pub cores: u8,
    /// Its firmware may talk to a debugger, which is one more port.
    pub semihosting: bool,
    /// When it is switched on first; before the end of the run.
    pub start: Span,
    /// What its time runs by.
    pub crystal: Crystal,
    /// The addresses of Ethernet ports that are not what the board says, in the order of the ports.
    pub macs: Vec<Mac>,
    /// What happens to its power after that, in order of time: one thing at a time, on and off in turn.
    pub power: Vec<PowerChange>,
}

/// The address of an Ethernet port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mac {
    /// The place of the port in [`Node::ports`].
    pub port: u16,
    /// That of one controller, not of a group.
    pub address: [u8; 6],
    /// Where the file says so, for messages.
    pub place: Place,
}

/// A file in a node's memory, beside its firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFile {
    /// An ELF file, Intel HEX or a raw binary.
    pub file: FileRef,
    /// Where a raw binary lies.
    pub at: Option<u64>,
}

/// Something that happens to a node's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerChange {
    /// When: after the start of the run, and before its end.
    pub at: Span,
    /// What.
    pub power: Power,
}

/// What can happen to a node's power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// It is switched off.
    Off,
    /// It is switched on.
    On,
    /// Its reset pin is pulled.
    Reset,
}

/// A port of a node. Ports are in the order of nodes, then of the board's ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// The place of the node in [`Scenario::nodes`].
    pub node: u16,
    /// The place of the port in [`Node::ports`].
    pub number: u16,
}

/// A link between ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its name.
    pub name: String,
    /// Its kind and parameters.
    pub spec: link::Spec,
    /// The ports: different ones, in order. The order in which the file has them means nothing.
    pub ends: Vec<Port>,
    /// Who is at one end more.
    pub host: Option<peer::HostSpec>,
    /// Of a CAN bus: a controller whose registers give another bit rate takes no part, and the run goes on.
    pub allows_wrong_rate: bool,
    /// Whether the scenario sends something on it: one end more, behind the host's.
    pub has_inputs: bool,
}

/// Something that goes wrong on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place of the link in [`Scenario::links`].
    pub link: u16,
    /// What goes wrong: one that the link's kind can have, within the run.
    pub fault: link::AnyFault,
    /// The same for the head of a trace and for people: `drop one in 20 of client.eth0 from 0ns until 40ms`.
    pub description: String,
    /// Where the file says so, for messages.
    pub place: Place,
}

/// What the scenario sends on a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkInput {
    /// The place of the link in [`Scenario::links`].
    pub link: usize,
    /// When it begins.
    pub when: When,
    /// The port whose text is waited for; a console.
    pub port: Option<Port>,
    /// All again after this time, and how often in all.
    pub every: Span,
    /// At least once.
    pub rounds: u64,
    /// What would be sent then or later is left out.
    pub until: Option<Span>,
    /// The frames, each so long after the beginning, as [`peer::TesterSpec`] has them; not empty.
    pub frames: Arc<[(Span, Vec<u8>)]>,
    /// Where the file says so, for messages.
    pub place: Place,
}

/// What somebody types at a console: a port without a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The port.
    pub port: Port,
    /// When.
    pub when: When,
    /// What; not empty.
    pub text: Vec<u8>,
    /// How fast.
    pub uart: link::Uart,
    /// Where the file says so, for messages.
    pub place: Place,
}

/// When somebody begins to type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At this time, before the end of the run.
    At(Span),
    /// So long after the port has sent this text, which is not empty.
    After {
        /// The text.
        text: Vec<u8>,
        /// How long after it.
        wait: Span,
    },
}

/// Something that must come, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// What. Places of nodes, ports, links and other expectations are those in the scenario's lists.
    pub expectation: Expectation,
    /// The port or the link, for people.
    pub about: String,
    /// Where the file says so, for messages.
    pub place: Place,
}

/// What the port of [`Node::semihosting`] is called.
pub(crate) const SEMIHOSTING: &str = "semihosting";

impl Expect {
    /// What reports call it; `place` is its place in [`Scenario::expects`].
    pub fn title(&self, place: usize) -> String {
        match &self.expectation.name {
            Some(name) => format!("expect {name}"),
            None => format!("expect {} {}", place + 1, self.about),
        }
    }
}

impl Node {
    /// The names of its ports: those of its board, and of semihosting.
    pub fn ports(&self) -> impl Iterator<Item = &str> {
        self.board.ports.iter().map(|port| &*port.name).chain(self.semihosting.then_some(SEMIHOSTING))
    }

    /// The address of an Ethernet port; `None` if it is none. One that neither the scenario nor the tree gives is 02:76:6d, two bytes of
    /// the digest of the node's name, and the port's number. So it depends on no other node.
    pub fn address(&self, port: u16) -> Option<[u8; 6]> {
        self.board.ports.get(usize::from(port)).filter(|port| port.kind == PortKind::Ethernet)?;
        let own = self.macs.iter().find(|mac| mac.port == port).map(|mac| mac.address);
        let digest = blake3::hash(self.name.as_bytes());
        let [first, second, ..] = *digest.as_bytes();
        // Controllers of one board are not 256 ports apart.
        let default = [0x02, 0x76, 0x6d, first, second, port as u8];
        Some(own.or_else(|| self.board.address(port)).unwrap_or(default))
    }

    /// The clock of its CPU in hertz.
    pub fn cpu_hz(&self) -> u64 {
        self.own_cpu_hz.unwrap_or(self.board.cpu_hz)
    }

    /// Its board and what is not as on the board, for the head of a trace: `qemu:riscv32-virt cpu_hz 80000000 cores 2`.
    pub fn description(&self) -> String {
        let mut text = self.board.name.clone();
        // Writing to a String cannot fail.
        if let Some(hz) = self.own_cpu_hz {
            let _ = write!(text, " cpu_hz {hz}");
        }
        if self.cores > 1 {
            let _ = write!(text, " cores {}", self.cores);
        }
        if self.semihosting {
            text.push_str(" semihosting");
        }
        if !self.start.is_zero() {
            let _ = write!(text, " start {}", self.start);
        }
        let (error_ppb, drift_ppb) = (self.crystal.error_ppb(), self.crystal.drift_ppb_per_s());
        for (key, ppb) in [("clock_ppm", error_ppb), ("drift_ppm_per_s", drift_ppb)] {
            if ppb != 0 {
                let _ = write!(text, " {key} {}", ppm(ppb));
            }
        }
        for mac in &self.macs {
            let port = self.ports().nth(mac.port.into()).unwrap_or("?");
            let _ = write!(text, " mac {port} {}", plan::address(mac.address));
        }
        text
    }
}

impl Link {
    /// What it is, for the head of a trace and for people.
    pub fn description(&self) -> String {
        let mut text = self.spec.to_string();
        // Writing to a String cannot fail.
        if let Some(host) = &self.host {
            let _ = write!(text, " {host}");
        }
        if self.has_inputs {
            text.push_str(" input");
        }
        text
    }
}

impl Scenario {
    /// When the run ends: its duration is over, or a recorded session ends it.
    pub fn end(&self) -> Span {
        self.ends.map_or(self.duration, |ends| ends.min(self.duration))
    }

    /// The node and port for people: `pinger.uart0`.
    pub fn port_name(&self, port: Port) -> String {
        let node = self.nodes.get(usize::from(port.node));
        let port = node.and_then(|node| node.ports().nth(port.number.into()));
        format!("{}.{}", node.map_or("?", |node| &node.name), port.unwrap_or("?"))
    }

    /// The faults of the link at a place, in the order of their numbers.
    pub fn faults_of(&self, link: usize) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(move |fault| usize::from(fault.link) == link)
    }

    /// Where `file` is: in the scenario's folder, under the workspace's `root`, or where `label` says.
    pub fn resolve_path<E>(
        &self,
        file: &FileRef,
        root: &Path,
        label: impl FnOnce(&Label) -> Result<PathBuf, E>,
    ) -> Result<PathBuf, E> {
        match &file.target {
            Target::Label(found) => label(found),
            Target::RootPath(path) => Ok(root.join(path)),
            Target::Relative(path) => Ok(self.folder.join(path)),
        }
    }

    /// A mistake found after reading, such as a firmware file that is not there, told in the same form.
    pub fn error(&self, place: &Place, message: impl Into<String>, found: impl Into<String>) -> Errors {
        let first = self.diagnose(Problem::at(place.start..place.end, message).found(found));
        Errors::new(self.source.clone(), first, Vec::new())
    }

    /// `problem` with its places in this scenario's file.
    pub fn diagnose(&self, problem: Problem) -> Diagnostic {
        self.source.diagnose(problem)
    }
}
