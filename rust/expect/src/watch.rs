// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Looks at what comes, for each expectation.

use crate::candidate::{Candidate, Order, Seen};
use crate::fit::{Fit, Matcher};
use crate::sorted::Sorted;
use crate::template::Values;
use crate::{Expectation, Opens, Port, What};
use link::Medium;
use sim::{Body, Event, LinkId, NodeId, PortId};
use std::collections::VecDeque;
use vtime::{Instant, Span};

/// What there is in a run that something can be expected of.
#[derive(Clone, Debug)]
pub struct Topology {
    /// The ports of each node.
    pub ports: Vec<Vec<TopologyPort>>,
    /// The names of the links.
    pub links: Vec<String>,
    /// When the run ends.
    pub end: Instant,
    /// How long after its last byte a line is told, at most.
    pub slack: Span,
}

/// A port.
#[derive(Clone, Debug)]
pub struct TopologyPort {
    /// `node.port`.
    pub name: String,
    /// The link that it is an end of.
    pub link: Option<LinkId>,
}

/// Watches a run.
#[derive(Debug)]
pub struct Expectations {
    pub(crate) watches: Vec<Watch>,
    /// The expectations that wait for each.
    followers: Vec<Vec<usize>>,
    pub(crate) captured: Values,
    pub(crate) sources: Vec<Source>,
    /// The place of each port and each link in `sources`, if something is expected of it.
    ports: Vec<Vec<Option<usize>>>,
    links: Vec<Option<usize>>,
    pub(crate) topology: Topology,
    sorted: Sorted,
}

/// A port or a link of which something is expected.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// The expectations, in their order.
    watches: Vec<usize>,
    /// How many of them still look.
    live: usize,
    /// What came last.
    pub(crate) recent: VecDeque<Seen>,
}

/// An expectation, and what has become of it so far.
#[derive(Debug)]
pub(crate) struct Watch {
    pub(crate) expectation: Expectation,
    pub(crate) source: usize,
    pub(crate) state: State,
    /// How often it came in its time, and the first of these.
    pub(crate) times: u64,
    pub(crate) came: Vec<Seen>,
    /// When it was met: the last one of the least number had come.
    pub(crate) met: Option<Instant>,
    /// The first that came too late.
    pub(crate) late: Option<Seen>,
    /// What was most like it in its time, and how alike.
    pub(crate) nearest: Option<(f32, Seen)>,
    /// What came last in its time and the first behind it, once it is over.
    pub(crate) around: Option<Vec<Seen>>,
    /// Nothing that comes changes anything any more.
    finished: bool,
}

#[derive(Debug)]
pub(crate) enum State {
    /// Another one is not met yet.
    Waits,
    /// Values that were captured make it too large to look for.
    TooLarge,
    /// It looks, or is over.
    Looks(Box<Looking>),
}

#[derive(Debug)]
pub(crate) struct Looking {
    pub(crate) from: Instant,
    /// What met the one that this one waited for does not meet this one, too.
    behind: Option<Order>,
    pub(crate) closes: Instant,
    pub(crate) matcher: Matcher,
}

/// So much of what came last is shown.
const RECENT_MAX: usize = 3;

/// So many of what came are shown.
pub(crate) const SHOWN_MAX: usize = 8;

impl Expectations {
    /// Begins to watch for `expectations`.
    pub fn new(expectations: Vec<Expectation>, topology: Topology) -> Expectations {
        let mut followers = vec![Vec::new(); expectations.len()];
        for (place, expectation) in expectations.iter().enumerate() {
            if let Opens::After(other) = expectation.opens {
                followers[other].push(place);
            }
        }
        let mut all = Expectations {
            watches: Vec::new(),
            followers,
            captured: vec![Vec::new(); expectations.len()],
            sources: Vec::new(),
            ports: topology.ports.iter().map(|ports| vec![None; ports.len()]).collect(),
            links: vec![None; topology.links.len()],
            sorted: Sorted::new(topology.slack),
            topology,
        };
        for (place, expectation) in expectations.into_iter().enumerate() {
            all.add(place, expectation);
        }
        all
    }

    fn add(&mut self, place: usize, expectation: Expectation) {
        let known = match &expectation.what {
            What::Line { port: (node, port), .. } => {
                self.ports.get_mut(usize::from(node.0)).and_then(|ports| ports.get_mut(usize::from(port.0)))
            }
            What::Frame(frame) => self.links.get_mut(usize::from(frame.link.0)),
        };
        let next = self.sources.len();
        // Of what is not there nothing comes.
        let source = known.map_or(next, |known| *known.get_or_insert(next));
        if source == next {
            self.sources.push(Source::default());
        }
        self.sources[source].watches.push(place);
        self.sources[source].live += 1;
        let opens = expectation.opens;
        self.watches.push(Watch {
            expectation,
            source,
            state: State::Waits,
            times: 0,
            came: Vec::new(),
            met: None,
            late: None,
            nearest: None,
            around: None,
            finished: false,
        });
        if let Opens::At(from) = opens {
            self.open(place, from, None);
        }
    }

    /// The expectation at `place` begins to look.
    fn open(&mut self, place: usize, from: Instant, behind: Option<Order>) {
        let watch = &mut self.watches[place];
        let closes = watch.expectation.within.map_or(self.topology.end, |within| from + within);
        watch.state = match Matcher::new(&watch.expectation.what, &self.captured) {
            Some(matcher) => {
                let closes = closes.min(self.topology.end);
                State::Looks(Box::new(Looking { from, behind, closes, matcher }))
            }
            None => State::TooLarge,
        };
    }

    /// A port sent a line: its bytes with the line end, when the first started and when the last was there.
    pub fn line(&mut self, from: Port, first: Instant, ends: Instant, bytes: &[u8]) {
        let (node, port) = (usize::from(from.0.0), usize::from(from.1.0));
        // What comes from outside is no port's output.
        let Some(known) = self.topology.ports.get(node).and_then(|ports| ports.get(port)) else { return };
        let of_link = known.link.and_then(|link| *self.links.get(usize::from(link.0))?);
        for source in [self.ports[node][port], of_link].into_iter().flatten() {
            if self.sources[source].live == 0 {
                continue;
            }
            let order = (ends, (LinkId::NONE.0, u8::MAX), from, first.as_ns());
            let bytes = self.sorted.keep(bytes);
            let what = link::What::Sent;
            let seen = Seen { at: ends, from: Some(from), to: None, what, medium: Medium::Uart, bytes };
            self.sorted.push(Candidate { order, source, seen });
        }
    }

    /// Something happened, to this frame if it is one of a frame. Events come in their order.
    pub fn event(&mut self, event: &Event, frame: &[u8]) {
        let key = event.key;
        // Of a UART the lines count, and not what a receiver makes of them, nor a break or a wrong setting.
        if let Body::Frame { port, medium, what, ends, to, .. } = event.body
            && medium != Medium::Uart
        {
            let source = self.links.get(usize::from(key.link.0)).copied().flatten();
            // What becomes of a frame that a fault strikes is told besides.
            let is_struck = matches!(what, link::What::Struck { .. });
            let source = source.filter(|source| !is_struck && self.sources[*source].live > 0);
            if let Some(source) = source {
                let order = (ends, (key.link.0, key.class as u8), (key.source, port), key.seq);
                let from = (key.source != NodeId::CONTROL).then_some((key.source, port));
                let to = to.map(|to| (to.node, to.port));
                let bytes = self.sorted.keep(frame);
                let seen = Seen { at: ends, from, to, what, medium, bytes };
                self.sorted.push(Candidate { order, source, seen });
            }
        }
        self.settled(key.at);
    }

    /// No event comes before `before` any more.
    pub fn settled(&mut self, before: Instant) {
        while let Some(candidate) = self.sorted.next(before) {
            self.look(candidate);
        }
    }

    /// Nothing comes any more.
    pub(crate) fn settle_all(&mut self) {
        while let Some(candidate) = self.sorted.rest() {
            self.look(candidate);
        }
    }

    fn look(&mut self, candidate: Candidate) {
        let Candidate { order, source, seen } = candidate;
        for at in 0..self.sources[source].watches.len() {
            let place = self.sources[source].watches[at];
            let watch = &mut self.watches[place];
            if watch.finished {
                continue;
            }
            let met = watch.look(order, &seen, &self.sources[source].recent);
            self.sources[source].live -= usize::from(watch.finished);
            if met {
                self.met(place, order, &seen);
            }
        }
        let recent = &mut self.sources[source].recent;
        if recent.len() == RECENT_MAX
            && let Some(old) = recent.pop_front()
        {
            self.sorted.recycle(old.bytes);
        }
        recent.push_back(seen);
    }

    /// `seen` met the expectation at `place`: those that wait for it begin to look.
    fn met(&mut self, place: usize, order: Order, seen: &Seen) {
        if let State::Looks(looking) = &self.watches[place].state {
            self.captured[place] = looking.matcher.capture(seen);
        }
        for at in 0..self.followers[place].len() {
            self.open(self.followers[place][at], order.0, Some(order));
        }
    }

    /// The name of a port.
    pub(crate) fn port_name(&self, (NodeId(node), PortId(port)): Port) -> String {
        let ports = self.topology.ports.get(usize::from(node));
        ports.and_then(|ports| ports.get(usize::from(port))).map_or("?", |port| &port.name).to_string()
    }
}

impl Watch {
    /// Something came, behind `recent`. True if it meets the expectation.
    fn look(&mut self, order: Order, seen: &Seen, recent: &VecDeque<Seen>) -> bool {
        let State::Looks(looking) = &mut self.state else { return false };
        if seen.at < looking.from || looking.behind.is_some_and(|behind| order <= behind) {
            return false;
        }
        let count = self.expectation.count;
        if seen.at > looking.closes {
            if self.around.is_none() {
                self.around = Some(recent.iter().chain([seen]).cloned().collect());
            }
            if count.min == 1 && self.times == 0 {
                if let Fit::Times(_) = looking.matcher.fit(seen, f32::INFINITY) {
                    self.late = Some(seen.clone());
                    self.finished = true;
                }
            } else {
                self.finished = true;
            }
            return false;
        }
        let floor = self.nearest.as_ref().map_or(0.0, |(like, _)| *like);
        match looking.matcher.fit(seen, floor) {
            Fit::Not => false,
            Fit::Like(like) => {
                match &mut self.nearest {
                    Some(nearest) => {
                        nearest.0 = like;
                        nearest.1.copy_from(seen);
                    }
                    None => self.nearest = Some((like, seen.clone())),
                }
                false
            }
            Fit::Times(times) => {
                let before = self.times;
                self.times += times;
                if self.came.len() < SHOWN_MAX {
                    self.came.push(seen.clone());
                }
                let is_met = before < count.min && self.times >= count.min;
                if is_met {
                    self.met = Some(seen.at);
                    self.finished = count.max == u64::MAX;
                }
                is_met
            }
        }
    }
}
