// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The names of expectations, which one is after which, and what they capture.

use super::super::section::{Checked, Entry, Problems, Section, Text};
use super::super::{names, quote};
use super::{Kind, common};
use crate::Problem;
use expect::{Opens, Reference, Regular, Template};
use report::{nearest, one_of};
use std::collections::BTreeMap;
use std::ops::Range;
use vtime::{Instant, Span};

/// What is known of all expectations before they are read.
pub(super) struct Graph<'a> {
    nodes: Vec<Node<'a>>,
    by_name: BTreeMap<&'a str, usize>,
    /// All of it could be read.
    pub(super) sound: Checked<()>,
}

struct Node<'a> {
    name: Option<&'a str>,
    opens: Checked<Opens>,
    /// Where it is said.
    said: Range<usize>,
    captures: Vec<String>,
    /// Why others cannot be after it, if they cannot.
    never_met: Option<&'static str>,
}

type Sections<'a> = [(Kind, Checked<Section<'a>>)];

impl<'a> Graph<'a> {
    /// `duration` is the run's, when it could be read.
    pub(super) fn read(
        top: &Section<'a>,
        sections: &Sections<'a>,
        duration: Option<Span>,
        problems: &mut Problems,
    ) -> Graph<'a> {
        let mut graph = Graph { nodes: Vec::new(), by_name: BTreeMap::new(), sound: Ok(()) };
        let mut spans: Vec<Range<usize>> = Vec::new();
        for (place, (kind, section)) in sections.iter().enumerate() {
            let section = section.as_ref().ok();
            let name = section.and_then(|section| section.get("name"));
            spans.push(name.as_ref().map_or(0..0, Entry::span));
            let name = name.and_then(|entry| graph.read_name(place, &entry, &spans, problems));
            let captures = section.map_or(Vec::new(), |section| captures(*kind, section));
            let never_met = section.and_then(common::never_met);
            let said = section.map_or(0..0, Section::span);
            graph.nodes.push(Node { name, opens: Ok(Opens::At(Instant::START)), said, captures, never_met });
        }
        for (place, (_, section)) in sections.iter().enumerate() {
            let Some(entry) = section.as_ref().ok().and_then(|section| section.get("after")) else {
                continue;
            };
            graph.nodes[place].said = entry.span();
            graph.nodes[place].opens = graph.read_after(&entry, duration, problems);
        }
        if let Some(entry) = top.get("order") {
            let read = graph.read_order(&entry, sections, problems);
            graph.keep(read);
        }
        graph.refuse_cycles(problems);
        graph
    }

    fn keep<T>(&mut self, read: Checked<T>) -> Option<T> {
        read.map_err(|reported| self.sound = Err(reported)).ok()
    }

    fn read_name(
        &mut self,
        place: usize,
        entry: &Entry<'a>,
        spans: &[Range<usize>],
        problems: &mut Problems,
    ) -> Option<&'a str> {
        let text = entry.string("name = \"boot\"", problems);
        let Text { text, span } = self.keep(text)?;
        names::check("expectation", text, span.clone(), problems);
        if let Some(first) = self.by_name.get(text) {
            let problem = Problem::at(span, format!("two expectations are called {}", quote(text)));
            let problem = problem.found("this name again").also(spans[*first].clone(), "the first one");
            self.sound = Err(problems.report(problem.expected("a name that no other expectation has")));
            return None;
        }
        self.by_name.insert(text, place);
        Some(text)
    }

    fn read_after(
        &self,
        entry: &Entry<'a>,
        duration: Option<Span>,
        problems: &mut Problems,
    ) -> Checked<Opens> {
        let Text { text, span } =
            entry.string("a time, or the name of an expectation: after = \"20ms\"", problems)?;
        if !text.trim_start().starts_with(|c: char| c.is_ascii_digit()) {
            return self.find(text, span, problems).map(Opens::After);
        }
        let after = entry.time("after = \"20ms\"", problems)?;
        match duration {
            Some(duration) if after >= duration => {
                let problem = Problem::at(span, "nothing comes after the run's end");
                let problem = problem.found(format!("the run lasts {duration}"));
                Err(problems.report(problem.expected(format!("a time before \"{duration}\""))))
            }
            _ => Ok(Opens::At(Instant::START + after)),
        }
    }

    /// The expectation with this name, which others may wait for.
    fn find(&self, name: &str, span: Range<usize>, problems: &mut Problems) -> Checked<usize> {
        let Some(place) = self.by_name.get(name).copied() else {
            let known: Vec<&str> = self.by_name.keys().copied().collect();
            let problem = Problem::at(span, format!("unknown expectation {}", quote(name)));
            let problem = problem.found("no expectation has this name");
            return Err(problems.report(if known.is_empty() {
                problem.help("name it: name = \"boot\" in its table")
            } else {
                problem.expected(one_of(&known)).nearest(nearest(name, known))
            }));
        };
        match self.nodes[place].never_met {
            None => Ok(place),
            Some(why) => {
                let problem = Problem::at(span, format!("nothing comes after {}", quote(name))).found(why);
                Err(problems.report(problem.expected("an expectation of something that comes")))
            }
        }
    }

    /// `order = ["boot", "ping"]`: each is after the one before.
    fn read_order(
        &mut self,
        entry: &Entry<'a>,
        sections: &Sections<'a>,
        problems: &mut Problems,
    ) -> Checked<()> {
        let mut before: Option<usize> = None;
        for entry in entry.array("an array of names: order = [\"boot\", \"ping\"]", problems)? {
            let Text { text, span } = entry.string("the name of an expectation", problems)?;
            let place = self.find(text, span.clone(), problems)?;
            if let Some(before) = before {
                let section = sections[place].1.as_ref().ok();
                if let Some(after) = section.and_then(|section| section.get("after")) {
                    let problem = Problem::at(span, format!("{} has an \"after\" already", quote(text)));
                    let problem = problem.found("its order is said twice").also(after.span(), "here, too");
                    return Err(problems.report(problem.help("remove one of the two")));
                }
                if self.nodes[place].opens.is_ok_and(|opens| matches!(opens, Opens::After(_))) {
                    let problem = Problem::at(span, format!("{} is in \"order\" twice", quote(text)));
                    return Err(problems.report(problem.expected("each name once")));
                }
                self.nodes[place].opens = Ok(Opens::After(before));
                self.nodes[place].said = span;
            }
            before = Some(place);
        }
        Ok(())
    }

    /// The expectation that this one waits for.
    fn before(&self, place: usize) -> Option<usize> {
        match self.nodes[place].opens {
            Ok(Opens::After(before)) => Some(before),
            _ => None,
        }
    }

    /// All that come before this one, the last of them first.
    fn all_before(&self, place: usize) -> impl Iterator<Item = usize> {
        // In a circle it would never end.
        std::iter::successors(self.before(place), |place| self.before(*place)).take(self.nodes.len())
    }

    fn refuse_cycles(&mut self, problems: &mut Problems) {
        let mut told = vec![false; self.nodes.len()];
        for place in 0..self.nodes.len() {
            let circle: Vec<usize> = self.all_before(place).take_while(|before| *before != place).collect();
            let is_circle = self.all_before(place).any(|before| before == place);
            if !is_circle || told[place] {
                continue;
            }
            for one in circle.iter().chain([&place]) {
                told[*one] = true;
            }
            let name = |place: usize| quote(self.nodes[place].name.unwrap_or_default());
            let chain: Vec<String> = circle.iter().chain([&place]).map(|place| name(*place)).collect();
            let problem =
                Problem::at(self.nodes[place].said.clone(), format!("{} waits for itself", name(place)));
            let problem = problem.found(format!("it is after {}", chain.join(", which is after ")));
            self.sound = Err(problems.report(problem.expected("an order that has a beginning")));
        }
    }

    pub(super) fn opens(&self, place: usize) -> Checked<Opens> {
        self.nodes[place].opens
    }

    pub(super) fn name(&self, place: usize) -> Option<&'a str> {
        self.nodes[place].name
    }

    /// The value that the expectation at `place` refers to. The mistake without its place.
    pub(super) fn reference(
        &self,
        place: usize,
        name: &str,
        capture: &str,
    ) -> Result<Reference, Box<Problem>> {
        let shown = format!("{name}.{capture}");
        let problem = |message: String| Problem::at(0..0, message);
        let Some(expectation) = self.by_name.get(name).copied() else {
            let known: Vec<&str> = self.by_name.keys().copied().collect();
            let wrong = problem(format!("{{{shown}}} refers to an unknown expectation"));
            let wrong = wrong.found("no expectation has this name").expected(one_of(&known));
            let near = nearest(name, known).map(|near| format!("{{{near}.{capture}}}"));
            return Err(Box::new(match near {
                Some(near) => wrong.nearest(Some(&near)),
                None => wrong.help(format!("for these very characters write {{{{{shown}}}")),
            }));
        };
        let captures: Vec<&str> = self.nodes[expectation].captures.iter().map(String::as_str).collect();
        let Some(captured) = captures.iter().position(|known| *known == capture) else {
            let wrong = problem(format!("{{{shown}}} refers to nothing that is captured"));
            let wrong =
                wrong.found(format!("{} does not capture this", quote(name))).expected(one_of(&captures));
            let near = nearest(capture, captures.iter().copied()).map(|near| format!("{{{name}.{near}}}"));
            return Err(Box::new(wrong.nearest(near.as_deref())));
        };
        if !self.all_before(place).any(|before| before == expectation) {
            let wrong = problem(format!("{{{shown}}} may be used before it is captured"));
            let wrong = wrong.found(format!("this is not after {}", quote(name)));
            return Err(Box::new(wrong.help(format!("add after = {}", quote(name)))));
        }
        Ok(Reference { expectation, capture: captured, shown })
    }
}

/// The names of what an expectation captures; mistakes in them are told when it is read.
fn captures(kind: Kind, section: &Section<'_>) -> Vec<String> {
    let quiet = &mut Problems::default();
    match kind {
        Kind::Uart => {
            let text = section.get("matches").and_then(|entry| entry.string("", quiet).ok());
            let regular = text.and_then(|text| Regular::new(text.text, Template::default()).ok());
            regular.map_or(Vec::new(), |regular| regular.captures().to_vec())
        }
        Kind::Frame | Kind::Can => {
            let table = section.get("capture").and_then(|entry| entry.named("capture", quiet).ok());
            table.map_or(Vec::new(), |table| table.into_keys().map(String::from).collect())
        }
    }
}
