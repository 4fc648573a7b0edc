// SPDX-License-Identifier: Apache-2.0 OR MIT
//! One run of a scenario: nodes, core and trace, joined by a loop.
//!
//! **Invariant:** what the core decides and the trace tells comes from the nodes' messages alone. The host's time only
//! bounds how long the loop sleeps and when it gives up on nodes that make no progress.

mod debuggers;
mod describe;
mod error;
mod feed;
mod master;
mod member;
mod nodes;
mod pcap;
mod people;
mod power;
mod rates;
mod standalone;
mod states;
mod waiting;
mod watchdog;

pub use describe::MadeBy;
pub use error::{RunError, Stall, Whereabouts};
pub use master::MasterError;
pub use states::Digest;

use crate::attach::Attached;
use crate::debug::Debugging;
use crate::firmware::Firmware;
use crate::interrupt::Interrupt;
use crate::mode::Mode;
use crate::modules::Module;
use ::node::Tools;
use control::{Choice, Listener};
use feed::Tap;
use link::Unfired;
use master::{Master, Next};
use nodes::Nodes;
use pcap::Pcap;
use people::People;
use scenario::Scenario;
use sim::{Core, LinkId, NodeId, PortId, Slicing, Untyped};
use std::fs::File;
use std::io::Write;
use std::time::Duration;
use trace::{LineObserver, Recorder, RunEnd, Summary};
use vtime::{Instant, Span};

/// How long the loop sleeps at most before it looks at the nodes' health and at Ctrl-C.
const LOOK_AROUND: Duration = Duration::from_millis(100);

/// The longest grant where virtual time passes as the host's.
const LONGEST_BY_CLOCK: Span = Span::from_ns(50_000_000);

/// What to run, and how.
#[derive(Debug)]
pub struct Run<'a> {
    /// The scenario, checked.
    pub scenario: &'a Scenario,
    /// The firmware of its nodes, in their order.
    pub firmware: &'a [Firmware],
    /// The modules of its own devices.
    pub modules: &'a [Module],
    /// QEMU and the plugins.
    pub tools: &'a Tools,
    /// How to cut time; never changes the trace.
    pub slicing: Slicing,
    /// Without progress for this long the run is given up: an infrastructure failure.
    pub patience: Duration,
    /// Ctrl-C.
    pub interrupt: &'a Interrupt,
    /// Where a master of virtual time connects, and what it may speak; `None`: time passes by itself.
    pub control: Option<(&'a Listener, Choice)>,
    /// People at ports; time passes at their pace.
    pub attach: Option<&'a Attached>,
    /// Where a capture of all ports goes.
    pub capture: Option<&'a File>,
    /// [`channel::VERSION`]; something else in the test that shows that versions are checked.
    pub channel_version: u32,
    /// Debuggers. They may hold a node as long as they like: patience has no end then.
    pub debug: Option<Debugging<'a>>,
    /// How the nodes keep their time.
    pub mode: Mode,
    /// Ask where each firmware is when the run has ended.
    pub ask_where: bool,
    /// Is told of the nodes' processes.
    pub witness: Option<&'a dyn Witness>,
}

/// Is told of a run's processes, and may do to them what a host may.
pub trait Witness: std::fmt::Debug {
    /// All of them have started.
    fn started(&self, processes: Vec<Process>);
}

/// A node's process.
#[derive(Debug)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// A descriptor of it.
    pub pidfd: rustix::fd::OwnedFd,
}

/// A run that reached its end.
#[derive(Debug)]
pub struct Ended<O> {
    /// What was recorded.
    pub summary: Summary,
    /// The observer, as it has become.
    pub observer: O,
    /// The state of each node at each barrier.
    pub states: Vec<Vec<(Instant, Digest)>>,
    /// What is left to type: ports that never sent what an input waits for.
    pub untyped: Vec<Untyped>,
    /// The faults that have struck nothing, by link.
    pub unfired: Vec<(LinkId, Unfired)>,
    /// What was never sent on links, because the port did not send what it waits for: places in [`Scenario::link_inputs`].
    pub unsent: Vec<usize>,
    /// Where each firmware was, if [`Run::ask_where`].
    pub whereabouts: Vec<Whereabouts>,
    /// What the process of each node printed, line by line.
    pub words: Vec<Vec<String>>,
}

impl Run<'_> {
    /// Runs the scenario to its end. The trace goes to `out` while it runs, finished lines to `observer`, and virtual time
    /// as it passes to `progress`.
    pub fn simulate<W: Write, O: LineObserver>(
        &self,
        out: W,
        observer: O,
        mut progress: impl FnMut(Instant),
    ) -> Result<Ended<O>, RunError> {
        if self.mode != Mode::Exact {
            power::refuse(self.scenario)?;
        }
        let mut core = Core::new(&describe::system(self.scenario), self.slices())?;
        for (place, node) in self.scenario.nodes.iter().enumerate() {
            core.plan(id(place), &describe::life(node))?;
        }
        for (port, inputs) in describe::typing(self.scenario) {
            // The scenario was checked: there is this port.
            let _ = core.set_typist(NodeId(port.node), PortId(port.number), inputs);
        }
        let ports: Vec<Vec<String>> =
            self.scenario.nodes.iter().map(|node| node.ports().map(String::from).collect()).collect();
        let header = describe::header(self);
        let pcap = self.capture.map(|file| Pcap::new(file, self.scenario)).transpose()?;
        let tap = Tap { observer, feed: feed::Feed::default(), pcap };
        let mut recorder = Recorder::new(out, &header, &ports, tap)?;

        let mut nodes = Nodes::start(self)?;
        let (mut master, mut people) = (None, None);
        let end = Instant::START + self.scenario.end();
        if let Some((listener, choice)) = self.control {
            core.set_ceiling(Instant::START);
            master = Some(Master::attend(self, listener, choice, &nodes)?);
        } else if let Some(attached) = self.attach {
            core.set_ceiling(Instant::START);
            people = Some(People::attend(attached, &nodes, end)?);
        } else {
            core.set_ceiling(end);
        }
        let ended = match self.mode {
            Mode::Standalone => self.run_freely(&mut nodes, &mut recorder, &mut progress),
            Mode::Exact | Mode::Suspend => {
                let outside = (&mut master, &mut people);
                self.advance(&mut core, &mut nodes, outside, &mut recorder, &mut progress)
            }
        };
        if let Err(mut error) = ended {
            if let Some(master) = &mut master {
                master.farewell(&error, &mut recorder.observer().feed);
            }
            if let RunError::Interrupted { report } = &mut error {
                *report = core.report().map(|node| node.to_string()).collect();
            }
            // The last words of the nodes belong to the story.
            let _ = core.drain_rest(|event, bytes| {
                let _ = recorder.event(event, bytes);
            });
            if let Some(pcap) = recorder.break_off().pcap {
                // As for the trace: what there is of it.
                let _ = pcap.finish();
            }
            return Err(error);
        }
        let at = self.ended(&core);
        let end = RunEnd { at, insns: nodes.insns(), states: nodes.chains(self.state_every(), at)? };
        let whereabouts = if self.ask_where { nodes.whereabouts() } else { Vec::new() };
        let words = nodes.words();
        let (summary, tap) = recorder.finish(&end)?;
        tap.pcap.map_or(Ok(()), Pcap::finish)?;
        let (untyped, unfired) = (core.untyped().collect(), core.unfired().collect());
        let unsent = describe::unsent(self.scenario, &core);
        let (observer, states) = (tap.observer, nodes.into_states());
        Ok(Ended { summary, observer, states, whereabouts, untyped, unfired, unsent, words })
    }

    /// How often the nodes tell their states. By the host's clock they would differ from run to run; a QEMU without our patches
    /// has no barriers.
    fn state_every(&self) -> Option<Span> {
        self.scenario.state_every.filter(|_| self.mode == Mode::Exact && !self.tools.is_stock())
    }

    /// When a run that was not broken off has ended.
    fn ended(&self, core: &Core) -> Instant {
        if self.mode == Mode::Standalone { Instant::START + self.scenario.end() } else { core.now() }
    }

    /// By the host's clock a long grant takes long: it is cut, so that a node that nothing bounds reports now and then.
    fn slices(&self) -> Slicing {
        let mut slicing = self.slicing;
        if self.mode == Mode::Suspend {
            slicing.max_slice =
                Some(slicing.max_slice.map_or(LONGEST_BY_CLOCK, |slice| slice.min(LONGEST_BY_CLOCK)));
        }
        slicing
    }

    /// Patience with nodes that run; `None` is without end.
    fn patience_while_running(&self) -> Option<Duration> {
        let endless = self.debug.is_some() || self.mode == Mode::Standalone;
        (!endless).then_some(self.patience)
    }

    /// From the start to the end of virtual time.
    fn advance<W: Write, O: LineObserver>(
        &self,
        core: &mut Core,
        nodes: &mut Nodes,
        (master, people): (&mut Option<Master>, &mut Option<People<'_>>),
        recorder: &mut Recorder<W, Tap<O>>,
        progress: &mut impl FnMut(Instant),
    ) -> Result<(), RunError> {
        nodes.greet(self)?;
        if let Some(debug) = &self.debug {
            nodes.await_debuggers(self, debug)?;
        }
        loop {
            while let Some(switch) = core.next_switch() {
                nodes.switch(self, &switch)?;
            }
            while let Some(grant) = core.next_grant()? {
                nodes.grant(&grant)?;
                if let Some(pcap) = &mut recorder.observer().pcap {
                    pcap.granted(&grant);
                }
            }
            if let Some(people) = people.as_mut().filter(|_| core.at_ceiling()) {
                match people.serve(self, core, nodes)? {
                    Next::Run => continue,
                    Next::Ended => return Ok(()),
                }
            }
            match master {
                Some(master) if core.at_ceiling() => {
                    match master.serve(self, core, nodes, &mut recorder.observer().feed)? {
                        Next::Run => continue,
                        Next::Ended => return Ok(()),
                    }
                }
                Some(master) => master.look(core)?,
                None if people.is_none() && core.at_ceiling() => {
                    core.end_here();
                    return Ok(());
                }
                None => {}
            }
            nodes.listen(self, core)?;
            let mut recorded = Ok(());
            let mut lost = Ok(());
            let mut rates = Ok(());
            let told_to = core.drain_events(|event, bytes| {
                if recorded.is_err() || lost.is_err() || rates.is_err() {
                    return;
                }
                recorded = recorder.event(event, bytes);
                rates = rates::check(self.scenario, event, bytes);
                if let Some(people) = people {
                    people.event(event);
                }
                if let Some(master) = master {
                    let feed = &mut recorder.observer().feed;
                    feed.event(event, bytes);
                    lost = master.send_if_many(self, feed);
                }
            })?;
            recorded?;
            rates?;
            lost.map_err(|lost| lost.at(core))?;
            recorder.advance(told_to)?;
            if let Some(people) = people {
                people.show();
            }
            if master.as_mut().is_some_and(Master::made_the_run_wait) {
                nodes.renew_patience(self);
            }
            progress(told_to);
        }
    }
}

/// The id of the node at `place`.
fn id(place: usize) -> NodeId {
    // A scenario has at most 256 nodes.
    NodeId(place as u16)
}
