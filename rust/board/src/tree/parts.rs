// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The steps of a plan while they are found.

use plan::{ClockFrom, ClockId, Input, Line, Made, Object, ObjectId, Output, Step, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is built so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    steps: Vec<Step>,
    objects: u32,
    /// By frequency: clocks that never change are the same.
    clocks: BTreeMap<u64, ClockId>,
    names: BTreeSet<String>,
    /// All lines that lead to an input, in the order in which they were found.
    lines: BTreeMap<Key, (Input, Vec<Output>)>,
}

/// An end of a line, in an order of its own.
type Key = (ObjectId, String, String, u32);

/// The name of a line, if it has one, and its number.
fn name_of(line: &Line) -> (String, u32) {
    match line {
        Line::Interrupt(number) | Line::Plain(number) => (String::new(), *number),
        Line::Named(name, number) => (name.clone(), *number),
    }
}

impl Parts {
    pub(super) fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// An object; its name becomes one that QEMU can have below the machine, and nobody else has.
    pub(super) fn object(&mut self, mut object: Object) -> ObjectId {
        let plain = object.name.trim_start_matches('/').replace('/', ".");
        let names = std::iter::once(plain.clone()).chain((2..).map(|number| format!("{plain}.{number}")));
        object.name = names.into_iter().find(|name| !self.names.contains(name)).unwrap_or(plain);
        self.names.insert(object.name.clone());
        self.steps.push(Step::Object(object));
        self.objects += 1;
        ObjectId(self.objects - 1)
    }

    /// A clock of this frequency.
    pub(super) fn clock(&mut self, hz: u64) -> ClockFrom {
        let next = ClockId(self.clocks.len() as u32);
        let clock = *self.clocks.entry(hz).or_insert(next);
        if clock == next {
            self.steps.push(Step::Clock { name: format!("clock {hz} Hz"), hz });
        }
        ClockFrom::Fixed(clock)
    }

    /// Leads a line to an input, which may have several.
    pub(super) fn line(&mut self, from: Output, to: Input) {
        let (name, number) = name_of(&to.line);
        let key = (to.object, to.part.clone().unwrap_or_default(), name, number);
        self.lines.entry(key).or_insert_with(|| (to, Vec::new())).1.push(from);
    }

    /// Holds an input at a level.
    pub(super) fn level(&mut self, to: Input, high: bool) {
        self.steps.push(Step::Level { to, high });
    }

    /// Joins all lines: several that lead to one input by a gate, one that leads to several by a splitter.
    pub(super) fn join_lines(&mut self) {
        let mut joined: BTreeMap<Key, (Output, Vec<Input>)> = BTreeMap::new();
        let mut join = |from: Output, to: Input| {
            let (name, number) = name_of(&from.line);
            let kind = if matches!(from.line, Line::Interrupt(_)) { "interrupt" } else { "" };
            let key = (from.object, kind.to_string(), name, number);
            joined.entry(key).or_insert_with(|| (from, Vec::new())).1.push(to);
        };
        for (to, from) in std::mem::take(&mut self.lines).into_values() {
            if let [only] = &from[..] {
                join(only.clone(), to);
                continue;
            }
            let gate = self.between("any", "or-irq", from.len());
            join(Output { object: gate, line: Line::Plain(0) }, to);
            for (number, from) in from.into_iter().enumerate() {
                join(from, Input { object: gate, part: None, line: Line::Plain(number as u32) });
            }
        }
        for (from, to) in joined.into_values() {
            if let [only] = &to[..] {
                self.steps.push(Step::Connect { from, to: only.clone() });
                continue;
            }
            let split = self.between("each", "split-irq", to.len());
            let input = Input { object: split, part: None, line: Line::Plain(0) };
            self.steps.push(Step::Connect { from, to: input });
            for (number, to) in to.into_iter().enumerate() {
                let from = Output { object: split, line: Line::Plain(number as u32) };
                self.steps.push(Step::Connect { from, to });
            }
        }
    }

    /// What stands between lines: of as many as `lines` on its wide side.
    fn between(&mut self, name: &str, kind: &str, lines: usize) -> ObjectId {
        let properties = vec![("num-lines".into(), Value::Number(lines as u64))];
        let (name, kind, clocks) = (name.to_string(), kind.to_string(), Vec::new());
        self.object(Object { name, kind, made: Made::Alone, properties, clocks })
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}
