// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What statements say together: names, switches, and whose bits are whose.

use super::ReadMessage;
use super::statements::{Late, Said};
use crate::message::Message;
use crate::multiplex::{self, Condition};
use crate::signal::{Coding, Signal};
use report::Problem;
use std::collections::BTreeMap;

/// Signals of a message: more than that take long to compare.
const SIGNALS_MAX: usize = 2048;

/// Puts into the messages what is said of them later, and reports what is wrong with them.
pub(super) fn resolve(messages: &mut [ReadMessage], mut late: Vec<Late>, problems: &mut Vec<Problem>) {
    refuse_twice(messages, problems);
    if !problems.is_empty() {
        return;
    }
    for read in messages.iter_mut() {
        switch_by_marks(read);
    }
    // What the bits are says which ones a number is.
    late.sort_by_key(|late| matches!(late.what, Said::Names(_)));
    for late in late {
        if let Err(problem) = take(messages, late) {
            problems.push(*problem);
        }
    }
    if !problems.is_empty() {
        return;
    }
    for read in messages.iter().filter(|read| !read.is_pseudo) {
        refuse_no_switch(read, problems);
        refuse_circles(&read.message, problems);
        if problems.is_empty() {
            refuse_bits(&read.message, problems);
        }
    }
}

fn refuse_twice(messages: &[ReadMessage], problems: &mut Vec<Problem>) {
    let (mut names, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for ReadMessage { message, raw_id, .. } in messages {
        let twice = names.insert(&message.name, message).map(|other| (other, "a name"));
        let twice = twice.or(ids.insert(raw_id, message).map(|other| (other, "an identifier")));
        if let Some((other, what)) = twice {
            let problem = Problem::at(message.span.clone(), format!("two messages share {what}"));
            let problem = problem.found(message.name.as_str()).also(other.span.clone(), "the other one");
            problems.push(problem.expected(format!("each has {what} of its own")));
        }
        if message.signals.len() > SIGNALS_MAX {
            let problem = Problem::at(message.span.clone(), "the message has too many signals");
            let problem = problem.found(message.signals.len().to_string());
            problems.push(problem.expected(format!("at most {SIGNALS_MAX}")));
        }
        let mut signals = BTreeMap::new();
        for signal in &message.signals {
            if let Some(other) = signals.insert(&signal.name, signal) {
                let problem = Problem::at(signal.span.clone(), "two signals of a message share a name");
                let problem = problem.found(signal.name.as_str()).also(other.span.clone(), "the other one");
                problems.push(problem.expected("each has a name of its own"));
            }
        }
    }
}

/// Where one signal is the switch of all, as it was before there was `SG_MUL_VAL_`.
fn switch_by_marks(read: &mut ReadMessage) {
    let marks = || read.marks.iter().enumerate();
    let mut roots =
        marks().filter(|(_, mark)| mark.is_switch && mark.value.is_none()).map(|(place, _)| place);
    let (Some(switch), None) = (roots.next(), roots.next()) else { return };
    for (place, mark) in marks() {
        read.message.signals[place].condition =
            mark.value.map(|value| Condition { switch, ranges: vec![(value, value)] });
    }
}

fn refuse_no_switch(read: &ReadMessage, problems: &mut Vec<Problem>) {
    for (signal, mark) in read.message.signals.iter().zip(&read.marks) {
        if mark.value.is_some() && signal.condition.is_none() {
            let problem = Problem::at(signal.span.clone(), "the switch of this signal is not known");
            let problem = problem.found(signal.name.as_str());
            problems
                .push(problem.expected("one signal of the message marked M, or SG_MUL_VAL_ for this one"));
        }
    }
}

fn take(messages: &mut [ReadMessage], late: Late) -> Result<(), Box<Problem>> {
    let Late { raw_id, id_span, signal, signal_span, what } = late;
    let Some(read) = messages.iter_mut().find(|read| read.raw_id == raw_id) else {
        let problem =
            Problem::at(id_span, "there is no message with this identifier").found(raw_id.to_string());
        return Err(Box::new(problem.expected("the identifier of a message as its BO_ has it")));
    };
    let place = find(&read.message, &signal, signal_span)?;
    let signals = &mut read.message.signals;
    match what {
        Said::Names(names) => {
            let (min, _) = signals[place].numbers();
            // Some write -1 of 8 bits as 255.
            let max = (1 << signals[place].layout.size) - 1;
            for (number, span, name) in names {
                let raw = match signals[place].coding {
                    Coding::Single => (number as f32).to_bits().into(),
                    Coding::Double => (number as f64).to_bits(),
                    Coding::Unsigned | Coding::Signed if (min..=max).contains(&number) => {
                        signals[place].bits_of(number)
                    }
                    Coding::Unsigned | Coding::Signed => {
                        let problem =
                            Problem::at(span, "the signal has no such raw value").found(number.to_string());
                        return Err(Box::new(problem.expected(format!("{min} to {max}"))));
                    }
                };
                signals[place].names.push((raw, name));
            }
        }
        Said::Coding(coding, span) => {
            let size = signals[place].layout.size;
            let needed = if coding == Coding::Single { 32 } else { 64 };
            if size != needed {
                let problem =
                    Problem::at(span, "the signal has another number of bits").found(size.to_string());
                return Err(Box::new(problem.expected(needed.to_string())));
            }
            signals[place].coding = coding;
        }
        Said::Switch { name, span, ranges } => {
            let switch = find(&read.message, &name, span)?;
            read.message.signals[place].condition = Some(Condition { switch, ranges });
        }
    }
    Ok(())
}

fn find(message: &Message, name: &str, span: std::ops::Range<usize>) -> Result<usize, Box<Problem>> {
    message.signals.iter().position(|signal| signal.name == name).ok_or_else(|| {
        let problem = Problem::at(span, format!("message {} has no such signal", message.name)).found(name);
        let problem = problem.expected("the name of one of its signals");
        Box::new(problem.nearest(report::nearest(name, message.signals.iter().map(Signal::name))))
    })
}

/// No signal may decide, by way of others, whether it is there itself.
fn refuse_circles(message: &Message, problems: &mut Vec<Problem>) {
    let signals = &message.signals;
    for signal in signals {
        let mut switch = signal.condition.as_ref();
        for _ in 0..signals.len() {
            switch = switch.and_then(|condition| signals[condition.switch].condition.as_ref());
        }
        if switch.is_some() {
            let problem =
                Problem::at(signal.span.clone(), "the switches of this signal go round in a circle");
            problems.push(problem.expected("a switch that is always there, in the end"));
            return;
        }
    }
}

/// Signals stay in their message, and out of each other.
fn refuse_bits(message: &Message, problems: &mut Vec<Problem>) {
    let signals = &message.signals;
    let mut masks: Vec<Vec<u64>> = Vec::new();
    for signal in signals {
        let needed = signal.layout.bytes();
        if needed > message.len {
            let problem = Problem::at(signal.span.clone(), "the signal leaves its message");
            let problem =
                problem.found(format!("it needs {needed} bytes, and {} has {}", message.name, message.len));
            problems
                .push(problem.expected("bits within the message").also(message.span.clone(), "the message"));
            masks.push(Vec::new());
            continue;
        }
        let mut mask = vec![0; message.len.div_ceil(8)];
        for bit in signal.layout.bits() {
            mask[bit / 64] |= 1 << (bit % 64);
        }
        masks.push(mask);
    }
    for (place, signal) in signals.iter().enumerate() {
        let meets = |other: &usize| {
            masks[*other].iter().zip(&masks[place]).any(|(one, other)| one & other != 0)
                && !multiplex::never_meet(signals, *other, place)
        };
        if let Some(other) = (0..place).find(meets) {
            let problem = Problem::at(signal.span.clone(), "two signals share a bit");
            let problem =
                problem.found(signal.name.as_str()).also(signals[other].span.clone(), "the other one");
            problems
                .push(problem.expected("bits of its own for each, or switches that never have both of them"));
        }
    }
}
