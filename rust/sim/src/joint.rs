// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The links of a run: what nodes hand over to them, what comes out, and when they are told that they can decide.

use crate::core::place;
use crate::floors::Floors;
use crate::frames::Frames;
use crate::node::{Incoming, Node};
use crate::queue::Queue;
use crate::tail::Tail;
use crate::{
    Arrival, Body, Class, Core, Cue, Error, Event, Key, LinkId, MAX_BACKLOG, NodeId, PortId, System,
};
use link::{Draws, End, FAULTS_MAX, Handed, Link, Medium, Outcome, Told, What};
use peer::{Host, WithHost};
use vtime::{Instant, Span};

/// A link, and whom it joins.
#[derive(Debug)]
pub(crate) struct Joint {
    name: String,
    pub(crate) model: Box<dyn Link>,
    pub(crate) ends: Vec<(NodeId, PortId)>,
    medium: Medium,
    /// What `model` says of its soonest effects, by end, of what it has still to tell, and whether there is any of both.
    effects: Vec<Instant>,
    pub(crate) told: Instant,
    is_open: bool,
    /// Up to where it has decided.
    settled: Instant,
    /// How much came out of it.
    count: u64,
    /// The end of who sends what the scenario says.
    pub(crate) tester: Option<End>,
    /// The least time from what is handed over at that end to an effect.
    pub(crate) lookahead: Span,
    /// For what that one waits.
    pub(crate) cues: Vec<Listening>,
}

/// What a tester waits for.
#[derive(Debug)]
pub(crate) struct Listening {
    pub(crate) cue: Cue,
    /// What the port has sent.
    tail: Tail,
    /// The port has sent it.
    pub(crate) is_heard: bool,
}

/// The links of a system that was checked.
pub(crate) fn build(system: &System) -> Vec<Joint> {
    let model = |spec: &crate::LinkSpec| -> Box<dyn Link> {
        // There are not more ends than `MAX_ENDS`.
        let (host, ends) = (spec.ends.len() as u16, (spec.ends.len() + spec.guests()) as u16);
        let draws = Draws::new(system.seed, &spec.name);
        let mut model = spec.spec.build_with(ends.into(), &spec.faults, draws);
        if let Some(tester) = &spec.tester {
            model = Box::new(WithHost::new(model, peer::Tester::new(&tester.spec), End(ends - 1), ends));
        }
        match &spec.host {
            None => model,
            Some(own) => Box::new(WithHost::new(model, Host::new(own), End(host), ends)),
        }
    };
    let listening = |cue: &Cue| Listening { cue: cue.clone(), tail: Tail::default(), is_heard: false };
    let joint = |spec: &crate::LinkSpec| {
        let mut joint = Joint {
            name: spec.name.clone(),
            model: model(spec),
            ends: spec.ends.clone(),
            medium: spec.spec.medium(),
            effects: vec![Instant::FAR; spec.ends.len()],
            told: Instant::FAR,
            is_open: false,
            settled: Instant::START,
            count: 0,
            tester: spec.tester.as_ref().map(|_| End((spec.ends.len() + spec.guests() - 1) as u16)),
            lookahead: spec.spec.lookahead(),
            cues: spec.tester.iter().flat_map(|tester| &tester.cues).map(listening).collect(),
        };
        // A tester knows from the start when it sends.
        joint.look();
        joint
    };
    system.links.iter().map(joint).collect()
}

impl Joint {
    /// The soonest effect at an end of what is not decided.
    pub(crate) fn effect(&self, to: End) -> Instant {
        self.effects[usize::from(to.0)]
    }

    /// Takes note of what the model says now; true if an effect has moved.
    fn look(&mut self) -> bool {
        self.told = self.model.earliest_told();
        self.is_open = self.told < Instant::FAR;
        let mut moved = false;
        for (end, known) in (0..).map(End).zip(&mut self.effects) {
            let effect = self.model.earliest_effect(end);
            moved |= std::mem::replace(known, effect) != effect;
            self.is_open |= effect < Instant::FAR;
        }
        moved
    }

    /// Before this nobody hands anything over to it.
    fn floor(&self, floors: &Floors) -> Instant {
        let cued = self.unheard().map(|cue| floors.of(cue.node) + cue.wait);
        self.slowest(floors).map(|node| floors.of(node)).into_iter().chain(cued).min().unwrap_or(Instant::FAR)
    }

    /// For what its tester still waits.
    pub(crate) fn unheard(&self) -> impl Iterator<Item = &Cue> {
        self.cues.iter().filter(|listening| !listening.is_heard).map(|listening| &listening.cue)
    }

    /// A port that no link joins has sent a byte: the sendings that have waited for that, each with its wait.
    fn hear(&mut self, (node, port): (NodeId, PortId), byte: u8, mut heard: impl FnMut(&mut dyn Link, &Cue)) {
        let listening = self.cues.iter_mut().filter(|listening| !listening.is_heard);
        for Listening { cue, tail, is_heard } in
            listening.filter(|listening| listening.cue.node == node && listening.cue.port == port)
        {
            if tail.hear(byte, &cue.text) {
                *is_heard = true;
                heard(&mut *self.model, cue);
            }
        }
    }

    /// For whom it waits before it decides more.
    pub(crate) fn slowest(&self, floors: &Floors) -> Option<NodeId> {
        self.ends.iter().map(|(node, _)| *node).min_by_key(|node| floors.of(*node))
    }
}

/// Takes what comes out of a link to where it belongs.
struct Passing<'a> {
    link: LinkId,
    name: &'a str,
    ends: &'a [(NodeId, PortId)],
    tester: Option<End>,
    nodes: &'a mut [Node],
    events: &'a mut Queue,
    frames: &'a mut Frames,
    medium: Medium,
    /// Who hands something over, and when; none when the link settles.
    by: Option<(NodeId, PortId, Instant)>,
    count: &'a mut u64,
    delivered: bool,
    error: Option<Error>,
}

impl Passing<'_> {
    fn end(&self, end: End) -> (NodeId, PortId) {
        self.ends[usize::from(end.0)]
    }

    fn late(&self, to: NodeId, at: Instant, granted: Instant) -> Error {
        let name = |id: NodeId| self.nodes[place(id)].name.clone();
        let (to, link) = (name(to), self.name.to_string());
        match self.by {
            Some((from, _, sent)) => Error::LateFrame { from: name(from), sent, to, at, granted },
            None => Error::LateDecision { link, to, at, granted },
        }
    }
}

impl Passing<'_> {
    /// Of a link that carries frames.
    fn tell_frame(&mut self, told: Told<'_>) {
        let Told { from, seq, at, ends, what, to, bytes } = told;
        // Who is no member is a scripted fault, or the host at the link; or who sends what the scenario says.
        let by = self.ends.get(usize::from(from.0)).copied();
        let port = if self.tester == Some(from) { PortId::INPUT } else { PortId(0) };
        let (source, port) = by.unwrap_or((NodeId::CONTROL, port));
        let (class, seq) = match what {
            What::Sent => (Class::Frame, seq),
            What::Lost => (Class::Lost, seq),
            What::Failed => (Class::Failed, seq),
            // Several may strike one frame.
            What::Struck { fault } => (Class::Struck, seq * FAULTS_MAX as u64 + u64::from(fault)),
        };
        let arrival = |(to, at): (End, Instant)| {
            let (node, port) = self.end(to);
            Arrival { node, port, at, lost: self.nodes[place(node)].stage.is_dark(at) }
        };
        let to = to.filter(|(to, _)| usize::from(to.0) < self.ends.len()).map(arrival);
        let (medium, frame) = (self.medium, self.frames.keep(bytes));
        let body = Body::Frame { port, medium, what, ends, to, frame };
        self.events.push(Event { key: Key { at, class, link: self.link, source, seq }, body });
    }
}

impl Outcome for Passing<'_> {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        let (node, port) = self.end(to);
        let receiver = &self.nodes[place(node)];
        // Who is off takes no part; what was meant for it alone is told as lost.
        if receiver.stage.is_dark(at) {
            return;
        }
        let granted = receiver.granted();
        if at < granted {
            self.error = Some(self.late(node, at, granted));
            return;
        }
        let receiver = &mut self.nodes[place(node)].ports[usize::from(port.0)];
        if receiver.inbox.len() >= MAX_BACKLOG {
            let (from, port, sent) = self.by.unwrap_or((node, port, at));
            let name = self.nodes[place(from)].name.clone();
            self.error = Some(Error::Backlog { node: name, port, at: sent, max: MAX_BACKLOG });
            return;
        }
        receiver.expect(Incoming { at, count: *self.count, len: bytes.len() }, bytes);
        *self.count += 1;
        self.delivered = true;
    }

    fn tell(&mut self, told: Told<'_>) {
        // Bytes of a UART are gathered in lines; all else of it is told as it is.
        let Told { from, seq, at, ends, what, to, bytes } = told;
        let byte = match *bytes {
            [byte] if self.medium == Medium::Uart && !matches!(what, What::Struck { .. }) => byte,
            _ => return self.tell_frame(told),
        };
        let (source, port) = self.end(from);
        let key = |at, class| Key { at, class, link: self.link, source, seq };
        let event = match (what, to) {
            (What::Lost, _) => {
                Event { key: key(at, Class::Lost), body: Body::Lost { node: source, port, byte } }
            }
            (_, Some((to, arrives))) => {
                let (node, to_port) = self.end(to);
                let lost = self.nodes[place(node)].stage.is_dark(arrives);
                if lost {
                    let body = Body::Lost { node, port: to_port, byte };
                    self.events.push(Event { key: key(arrives, Class::Lost), body });
                }
                let to = Some(Arrival { node, port: to_port, at: arrives, lost });
                Event { key: key(at, Class::Frame), body: Body::Uart { port, byte, ends, to } }
            }
            (what, None) => {
                let garbled = what == What::Failed;
                let others = self.ends.iter().enumerate().filter(|(end, _)| *end != usize::from(from.0));
                let on =
                    others.filter(|(_, (node, _))| !garbled && !self.nodes[place(*node)].stage.is_dark(ends));
                let heard = on.fold(0, |heard, (end, _)| heard | 1 << end);
                let body = Body::OnBus { port, byte, arrives: ends, heard, garbled };
                Event { key: key(at, Class::Frame), body }
            }
        };
        self.events.push(event);
    }
}

impl Core {
    /// A node hands `bytes` over to the link of its port.
    pub(crate) fn hand_over(
        &mut self,
        (link, from): (LinkId, End),
        (node, port): (NodeId, PortId),
        handed: Handed<'_>,
    ) -> Result<(), Error> {
        let at = handed.at;
        let moved =
            self.with_link(link, Some((node, port, at)), |model, out| model.hand_over(handed, out))?;
        let joint = &self.links[usize::from(link.0)];
        if joint.model.waiting(from) > MAX_BACKLOG {
            let node = self.nodes[place(node)].name.clone();
            return Err(Error::Backlog { node, port, at, max: MAX_BACKLOG });
        }
        if moved {
            self.floors.outdate();
        }
        Ok(())
    }

    /// A node has lost its power: it takes no part in its links.
    pub(crate) fn leave_links(&mut self, node: NodeId, at: Instant) -> Result<(), Error> {
        for port in 0..self.nodes[place(node)].ports.len() {
            if let Some((link, end)) = self.nodes[place(node)].ports[port].joined {
                self.with_link(link, None, |model, out| model.leave(end, at, out))?;
            }
        }
        Ok(())
    }

    /// Finds all floors, and lets the links decide what they can by them, which may lift the floors: until nothing changes.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        loop {
            self.floors.renew(&self.nodes, &self.links);
            if self.links.iter().all(|joint| !joint.is_open) {
                return Ok(());
            }
            let is_over = self.finished();
            let mut any = false;
            for link in 0..self.links.len() {
                let joint = &self.links[link];
                if !joint.is_open {
                    continue;
                }
                let before = match is_over {
                    // What began in the run is told; what goes on for ever need not end.
                    true if joint.told < self.end => joint.settled.max(self.end) + joint.model.lookahead(),
                    true => continue,
                    // A master may let somebody hand over something from its ceiling on, however long all sleep.
                    false => joint.floor(&self.floors).min(self.ceiling),
                };
                if before <= joint.settled {
                    continue;
                }
                let id = LinkId(link as u16);
                let moved = self.with_link(id, None, |model, out| model.settle(before, out))?;
                self.links[link].settled = before;
                if moved {
                    self.floors.outdate();
                }
                any |= moved || is_over;
            }
            if !any {
                return Ok(());
            }
        }
    }

    /// A port that no link joins has sent a byte: testers may have waited for it.
    pub(crate) fn cue(&mut self, node: NodeId, port: PortId, at: Instant, byte: u8) {
        if self.nodes[place(node)].cued.is_empty() {
            return;
        }
        for (link, joint) in (0..).map(LinkId).zip(&mut self.links) {
            let mut any = false;
            joint.hear((node, port), byte, |model, cue| {
                model.cue(cue.sending, at + cue.wait);
                any = true;
            });
            if any {
                joint.look();
                self.floors.outdate();
                // For what was heard nobody waits any more.
                let waits = |wait| joint.unheard().any(|cue| cue.node == node && cue.wait == wait);
                self.nodes[place(node)].cued.retain(|(cued, wait)| *cued != link || waits(*wait));
                for (end, _) in &joint.ends {
                    self.nodes[place(*end)].neighbours.retain(|known| {
                        let is_cue = known.link == link && Some(known.end) == joint.tester;
                        !is_cue || known.node != node || waits(known.wait)
                    });
                }
            }
        }
    }

    /// What testers have waited for in vain: on which link, and for which of their sendings.
    pub fn uncued(&self) -> impl Iterator<Item = (LinkId, &Cue)> {
        (0..)
            .map(LinkId)
            .zip(&self.links)
            .flat_map(|(link, joint)| joint.unheard().map(move |cue| (link, cue)))
    }

    /// Lets a link do something, and passes on what comes out of it; true if that changes what may reach a node, and when.
    fn with_link(
        &mut self,
        link: LinkId,
        by: Option<(NodeId, PortId, Instant)>,
        act: impl FnOnce(&mut dyn Link, &mut dyn Outcome),
    ) -> Result<bool, Error> {
        let Joint { name, model, ends, count, medium, tester, .. } = &mut self.links[usize::from(link.0)];
        let (nodes, events) = (&mut self.nodes[..], &mut self.events);
        let (frames, medium, tester) = (&mut self.frames, *medium, *tester);
        let (delivered, error) = (false, None);
        let mut passing =
            Passing { link, name, ends, tester, nodes, events, frames, medium, by, count, delivered, error };
        act(&mut **model, &mut passing);
        let Passing { delivered, error, .. } = passing;
        let moved = self.links[usize::from(link.0)].look();
        error.map_or(Ok(delivered || moved), Err)
    }
}
