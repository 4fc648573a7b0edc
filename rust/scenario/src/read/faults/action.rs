// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a fault does, on which links it can, and which keys it has then.

use super::super::section::{Checked, Entry, Problems, Section};
use super::super::{keys, quote};
use crate::Problem;
use crate::model::Link;
use link::Spec;
use report::{nearest, one_of};

/// What a fault does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Cut,
    Drop,
    Corrupt,
    Duplicate,
    Delay,
    Jitter,
    BitErrors,
    Error,
    StuckDominant,
    Babble,
}

use Action::{Babble, BitErrors, Corrupt, Cut, Delay, Drop, Duplicate, Error, Jitter, StuckDominant};

/// Each with its name, which is one of [`keys::FAULT_DO`].
const ALL: [(&str, Action); 10] = [
    ("cut", Cut),
    ("drop", Drop),
    ("corrupt", Corrupt),
    ("duplicate", Duplicate),
    ("delay", Delay),
    ("jitter", Jitter),
    ("bit_errors", BitErrors),
    ("error", Error),
    ("stuck_dominant", StuckDominant),
    ("babble", Babble),
];

/// Those that a kind of link can have.
fn of(spec: &Spec) -> &'static [Action] {
    match spec {
        Spec::Uart(_) | Spec::Ethernet(_) | Spec::Switch(_) => {
            &[Cut, Drop, Corrupt, Duplicate, Delay, Jitter, BitErrors]
        }
        // All who share a pair of wires hear a byte at once.
        Spec::UartBus(_) => &[Cut, Drop, Corrupt, Duplicate, BitErrors],
        Spec::Can(_) => &[Cut, Drop, Corrupt, BitErrors, Error, StuckDominant, Babble],
        Spec::Lin(_) => &[Cut, Drop, Corrupt, BitErrors],
    }
}

fn kind(spec: &Spec) -> &'static str {
    match spec {
        Spec::Uart(_) => "uart",
        Spec::UartBus(_) => "rs485",
        Spec::Ethernet(_) => "ethernet",
        Spec::Switch(_) => "switch",
        Spec::Can(_) => "can",
        Spec::Lin(_) => "lin",
    }
}

impl Action {
    pub(super) fn read(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Action> {
        let text = entry.string("do = \"drop\"", problems)?;
        if let Some((_, action)) = ALL.iter().find(|(name, _)| *name == text.text) {
            return Ok(*action);
        }
        let problem = Problem::at(text.span, format!("{} is nothing that a fault does", quote(text.text)));
        let near = nearest(text.text, keys::FAULT_DO.iter().copied());
        Err(problems.report(problem.expected(one_of(keys::FAULT_DO)).nearest(near)))
    }

    pub(super) fn name(self) -> &'static str {
        ALL.iter().find(|(_, action)| *action == self).map_or("", |(name, _)| name)
    }

    /// Whether such a link can have it.
    pub(super) fn check_link(self, entry: &Entry<'_>, link: &Link, problems: &mut Problems) -> Checked<()> {
        let possible = of(&link.spec);
        if possible.contains(&self) {
            return Ok(());
        }
        let kind = kind(&link.spec);
        let names: Vec<&str> = possible.iter().map(|action| action.name()).collect();
        let problem = Problem::at(entry.span(), format!("a link of kind \"{kind}\" has no such fault"));
        let problem = problem.found(format!("{} on [link.{}]", quote(self.name()), link.name));
        Err(problems.report(problem.expected(one_of(&names))))
    }

    /// Which keys it has besides `link`, `do`, `from` and `until`.
    fn keys(self, spec: &Spec) -> &'static [&'static str] {
        match (self, spec) {
            (Cut, _) => &["ends"],
            (Drop, Spec::Can(_)) => &["ends", "to", "nth", "one_in", "id", "extended", "id_mask", "match"],
            (Corrupt | Error, Spec::Can(_)) => {
                &["ends", "nth", "one_in", "bit", "id", "extended", "id_mask", "match"]
            }
            (BitErrors, Spec::Can(_)) => &["one_in"],
            (StuckDominant, _) => &[],
            (Babble, _) => &["id", "extended", "data", "every"],
            (Drop | Duplicate, Spec::Switch(_)) => &["ends", "to", "nth", "one_in", "match"],
            (Corrupt, Spec::Switch(_)) => &["ends", "to", "nth", "one_in", "match", "bit"],
            (Delay | Jitter, Spec::Switch(_)) => &["ends", "to", "nth", "one_in", "match", "by"],
            (BitErrors, Spec::Switch(_)) => &["ends", "to", "one_in"],
            (Drop | Duplicate, _) => &["ends", "nth", "one_in", "match"],
            (Corrupt | Error, _) => &["ends", "nth", "one_in", "match", "bit"],
            (Delay | Jitter, _) => &["ends", "nth", "one_in", "match", "by"],
            (BitErrors, _) => &["ends", "one_in"],
        }
    }

    /// Reports the keys that say nothing here; those that no fault has were reported before.
    pub(super) fn check_keys(
        self,
        section: &Section<'_>,
        spec: &Spec,
        problems: &mut Problems,
    ) -> Checked<()> {
        let own = self.keys(spec);
        let strange = |key: &&&str| !keys::FAULT_ALWAYS.contains(*key) && !own.contains(*key);
        let mut sound = Ok(());
        for key in keys::FAULT.iter().filter(strange) {
            let Some(entry) = section.get(key) else { continue };
            let message = format!("\"{key}\" says nothing here");
            let problem = Problem::at(entry.span(), message);
            let found = format!("do = \"{}\" on a link of kind \"{}\"", self.name(), kind(spec));
            let problem = match own {
                [] => problem.found(found).expected("\"from\" and \"until\" alone"),
                own => problem.found(found).expected(one_of(own)),
            };
            sound = Err(problems.report(problem));
        }
        sound
    }
}
