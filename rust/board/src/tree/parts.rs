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

/// An input, in an order of its own.
type Key = (ObjectId, String, String, u32);

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
        let (name, number) = match &to.line {
            Line::Interrupt(number) | Line::Plain(number) => (String::new(), *number),
            Line::Named(name, number) => (name.clone(), *number),
        };
        let key = (to.object, to.part.clone().unwrap_or_default(), name, number);
        self.lines.entry(key).or_insert_with(|| (to, Vec::new())).1.push(from);
    }

    /// Joins all lines: one alone directly, several by a gate.
    pub(super) fn join_lines(&mut self) {
        for (to, from) in std::mem::take(&mut self.lines).into_values() {
            if let [only] = &from[..] {
                self.steps.push(Step::Connect { from: only.clone(), to });
                continue;
            }
            let gate = self.object(Object {
                name: "any".into(),
                kind: "or-irq".into(),
                made: Made::Alone,
                properties: vec![("num-lines".into(), Value::Number(from.len() as u64))],
                clocks: Vec::new(),
            });
            self.steps.push(Step::Connect { from: Output { object: gate, line: Line::Plain(0) }, to });
            for (number, from) in from.into_iter().enumerate() {
                let to = Input { object: gate, part: None, line: Line::Plain(number as u32) };
                self.steps.push(Step::Connect { from, to });
            }
        }
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}
