// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What happens on a bus by itself, and when.
//!
//! A bus has a line that is common to its ends, and one for each of them alone, on which it is while its plug is pulled.

use super::bus::Bus;
use super::event::Event;
use super::faults::Plug;
use super::member::Member;
use super::timing::Ticks;
use crate::Outcome;
use vtime::Instant;

/// What is on a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// When the start of frame began that is on it; nothing is decided about its frame.
    pub(super) starts: Option<Ticks>,
    /// From when on the next one may start.
    pub(super) free: Ticks,
    /// From when on it is recessive.
    pub(super) quiet: Ticks,
}

/// The line of all.
pub(super) const COMMON: usize = 0;

/// The line of an end alone.
pub(super) const fn own(place: usize) -> usize {
    place + 1
}

/// What happens by itself, in the order in which it does at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    PowerOff(usize),
    Plug(Plug),
    Integrate(usize),
    Start(usize),
    Decide(usize),
}

impl Bus {
    /// The soonest effect of anything that an end says at `at` or later.
    pub(super) fn soonest(&self, place: usize, at: Instant) -> Instant {
        let line = self.lines[self.members[place].line];
        let starts = line.starts.unwrap_or(line.free);
        // On another line a frame may start sooner.
        let starts = self.faults.next_plug(Some(place)).map_or(starts, |(time, _)| time.min(starts));
        (at + self.spec.lookahead_at_bus()).max(self.rates.round_up(starts + self.rates.least()))
            + self.spec.delay()
    }

    /// What happens next by itself.
    pub(super) fn next_step(&self) -> Option<(Ticks, Step)> {
        let members = || self.members.iter().enumerate();
        let powered = members().filter(|(_, member)| member.cut < Instant::FAR);
        let power_off = powered.map(|(place, member)| (self.rates.at(member.cut), Step::PowerOff(place)));
        // A plug is pulled and put in between frames: what is decided of one knows of it.
        let plug = self.faults.next_plug(None).map(|(time, plug)| (time, Step::Plug(plug)));
        let plug = plug.filter(|_| self.lines.iter().all(|line| line.starts.is_none()));
        let integrate = |(place, member): (usize, &Member)| {
            self.lines[member.line].starts.is_none().then_some(())?;
            Some((member.integrates(self.rates)?, Step::Integrate(place)))
        };
        let lines = self.lines.iter().enumerate().filter_map(|(line, state)| match state.starts {
            Some(starts) => Some((starts + self.rates.bit, Step::Decide(line))),
            None => self.next_start(line).map(|starts| (starts, Step::Start(line))),
        });
        power_off.chain(plug).chain(members().filter_map(integrate)).chain(lines).min()
    }

    /// When the next frame starts on a line, of what is known.
    pub(super) fn next_start(&self, line: usize) -> Option<Ticks> {
        let free = self.lines[line].free;
        let there = self.members.iter().filter(|member| member.line == line);
        let held = if line == COMMON { self.faults.start(free) } else { None };
        there.filter_map(|member| member.wants(self.rates, free)).chain(held).min()
    }

    /// The same, or when the one started that is on it.
    pub(super) fn starts(&self, line: usize) -> Option<Ticks> {
        self.lines[line].starts.or_else(|| self.next_start(line))
    }

    /// Does what is next; true if it is a frame that failed and fails again, and again, unless somebody says something.
    pub(super) fn step(&mut self, time: Ticks, step: Step, out: &mut dyn Outcome) -> bool {
        match step {
            Step::PowerOff(place) => self.power_off(place, self.members[place].cut, out),
            Step::Plug(plug) => self.plug(time, plug, out),
            Step::Integrate(place) => {
                self.members[place].integrate(time);
                let at = self.rates.round_up(time);
                self.deliver_news(place, at + self.spec.delay(), out);
            }
            Step::Start(line) => {
                self.lines[line].starts = Some(time);
                let there = self.members.iter_mut().filter(|member| member.line == line);
                let rates = self.rates;
                there.filter(|member| member.may_send(time)).for_each(|member| member.start(rates, time));
            }
            Step::Decide(line) => {
                let has_changed = self.decide(line, out);
                let is_over = self.next_input().is_none() && self.faults.next_plug(None).is_none();
                return !has_changed && is_over && !self.is_babbled_on();
            }
        }
        false
    }

    /// Whether somebody babbles on by itself, up to a time that was set.
    fn is_babbled_on(&self) -> bool {
        let free = self.lines[COMMON].free;
        let mut babbling = self.members.iter().filter(|member| member.babbles.is_some());
        babbling.any(|member| member.wants(self.rates, free).is_some())
    }

    /// Moves an end to its own line, or back to that of all.
    fn plug(&mut self, time: Ticks, plug: Plug, out: &mut dyn Outcome) {
        self.faults.plug(plug);
        if let Some(member) = self.members.get_mut(plug.end) {
            // Back at the others' line it is through first with what it sent alone.
            let alone = &mut self.lines[own(plug.end)];
            alone.free = alone.free.max(time);
            let since = alone.free;
            member.line = if plug.is_in { COMMON } else { own(plug.end) };
            if let Some(joined) = member.joined {
                member.join(joined, since.max(self.lines[member.line].quiet));
            }
        }
        self.tell_faults(plug.end, Event::NoFrame, out);
    }
}
