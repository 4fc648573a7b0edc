// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The statements that say what bits mean.

use super::ReadMessage;
use super::words::{Read, Words};
use crate::Decimal;
use crate::layout::{Layout, Order};
use crate::message::Message;
use crate::signal::{Coding, Signal};
use can::Id;
use report::Problem;
use std::ops::Range;

/// The most bytes of a message: what protocols above CAN (SAE J1939-21) send in pieces.
const LEN_MAX: usize = 1785;
/// Of a message: set if its identifier has 29 bits.
const EXTENDED: u32 = 1 << 31;
/// The message in which tools keep signals that are in none.
const PSEUDO: u32 = 0xc000_0000;

/// What a signal says of switches: `M`, `m3`, `m3M`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) is_switch: bool,
    pub(super) value: Option<u64>,
}

/// What is said of a signal behind all messages.
pub(super) struct Late {
    pub(super) raw_id: u32,
    pub(super) id_span: Range<usize>,
    pub(super) signal: String,
    pub(super) signal_span: Range<usize>,
    pub(super) what: Said,
}

pub(super) enum Said {
    Names(Vec<(i128, Range<usize>, String)>),
    Coding(Coding, Range<usize>),
    Switch { name: String, span: Range<usize>, ranges: Vec<(u64, u64)> },
}

/// `BO_ 100 Engine: 8 ECU`
pub(super) fn message(words: &mut Words<'_>) -> Read<ReadMessage> {
    let (raw_id, id_span) = words.whole("the identifier of the message, in decimal")?;
    let (name, span) = words.name("the name of the message")?;
    words.sign(':')?;
    let (len, len_span) = words.whole::<usize>("the number of bytes")?;
    words.node("the node that sends it, or Vector__XXX")?;
    if len > LEN_MAX {
        let problem = Problem::at(len_span, "the message is too long").found(len.to_string());
        return Err(Box::new(problem.expected(format!("at most {LEN_MAX} bytes"))));
    }
    let id = if raw_id & EXTENDED == 0 { Id::standard(raw_id) } else { Id::extended(raw_id & !EXTENDED) };
    let id = match id {
        Ok(id) => id,
        // It is no frame; any identifier does.
        Err(_) if raw_id == PSEUDO => Id::Extended(0),
        Err(_) => {
            let problem = Problem::at(id_span, "there is no such identifier").found(format!("{raw_id}"));
            let problem =
                problem.expected("at most 2047 for 11 bits, or 2147483648 + at most 536870911 for 29 bits");
            let fix = format!("for 29 bits write {}", u64::from(raw_id) + u64::from(EXTENDED));
            return Err(Box::new(if raw_id <= Id::EXTENDED_MAX { problem.help(fix) } else { problem }));
        }
    };
    let message = Message { name: name.to_string(), id, len, signals: Vec::new(), span };
    Ok(ReadMessage { message, raw_id, is_pseudo: raw_id == PSEUDO, marks: Vec::new() })
}

/// `SG_ Speed m1 : 8|16@1+ (0.01,0) [0|250] "km/h" ECU,Gateway`
pub(super) fn signal(words: &mut Words<'_>) -> Read<(Signal, Mark)> {
    let (name, span) = words.name("the name of the signal")?;
    let mark = if words.has(':') { Mark::default() } else { mark(words)? };
    let (start, _) = words.whole::<u32>("the first bit")?;
    words.sign('|')?;
    let (size, size_span) = words.whole::<usize>("the number of bits, 1 to 64")?;
    if !(1..=64).contains(&size) {
        let problem = Problem::at(size_span, "a signal has 1 to 64 bits").found(size.to_string());
        return Err(Box::new(problem));
    }
    words.sign('@')?;
    let order = match words.whole("the order of the bits: 0 (Motorola) or 1 (Intel)")? {
        (0, _) => Order::Motorola,
        (1, _) => Order::Intel,
        (found, at) => {
            let problem = Problem::at(at, "there is no such order of bits").found(found.to_string());
            return Err(Box::new(problem.expected("0 (Motorola) or 1 (Intel)")));
        }
    };
    let coding = match (words.has('+'), words.has('-')) {
        (true, false) => Coding::Unsigned,
        (false, true) => Coding::Signed,
        _ => return Err(words.wrong("+ (unsigned) or - (signed)")),
    };
    words.sign('(')?;
    let (factor, factor_span) = words.decimal("the factor")?;
    words.sign(',')?;
    let (offset, offset_span) = words.decimal("the offset")?;
    words.sign(')')?;
    words.sign('[')?;
    let (min, _) = words.decimal("the least value")?;
    words.sign('|')?;
    let (max, _) = words.decimal("the greatest value")?;
    words.sign(']')?;
    let unit = words.string("the unit in quotes")?;
    words.node("a node that receives it, or Vector__XXX")?;
    while words.has(',') {
        words.node("a node that receives it")?;
    }
    if factor == Decimal::ZERO {
        let problem = Problem::at(factor_span, "a factor of 0 makes all values equal").found("0");
        return Err(Box::new(problem.expected("another factor: 1 if it has none")));
    }
    let signal = Signal {
        name: name.to_string(),
        layout: Layout { order, start: start as usize, size },
        coding,
        factor,
        offset,
        // Both 0: none.
        range: (min < max).then_some((min, max)),
        unit,
        names: Vec::new(),
        condition: None,
        span,
    };
    let (least, greatest) = signal.numbers();
    if signal.exact(least).and(signal.exact(greatest)).is_none() {
        let problem = Problem::at(offset_span, "with this factor and offset, values have too many digits");
        let problem =
            problem.expected("at most 38 digits between the first of one and the last of the other");
        return Err(Box::new(problem.also(factor_span, "the factor")));
    }
    Ok((signal, mark))
}

fn mark(words: &mut Words<'_>) -> Read<Mark> {
    let expected = "\":\", or what it has to do with a switch: M, m0 or m0M";
    let (text, span) = words.name(expected)?;
    words.sign(':')?;
    let is_switch = text.ends_with('M');
    let value = text.strip_suffix('M').unwrap_or(text);
    if value.is_empty() {
        return Ok(Mark { is_switch, value: None });
    }
    let number = value.strip_prefix('m').filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match number.and_then(|number| number.parse().ok()) {
        Some(number) => Ok(Mark { is_switch, value: Some(number) }),
        None => {
            Err(Box::new(Problem::at(span, "this is no mark of a switch").found(text).expected(expected)))
        }
    }
}

/// `VAL_ 100 Gear 0 "neutral" 1 "first";`, `SIG_VALTYPE_ 100 Torque : 1;`, `SG_MUL_VAL_ 100 Temp Page 0-0, 2-3;`; nothing of what
/// is said of an environment variable.
pub(super) fn late(keyword: &str, words: &mut Words<'_>) -> Read<Option<Late>> {
    if keyword == "VAL_" && !words.peek().starts_with(|char: char| char.is_ascii_digit()) {
        return words.skip_statement().map(|()| None);
    }
    let (raw_id, id_span) = words.whole("the identifier of a message, in decimal")?;
    let (signal, signal_span) = words.name("the name of a signal")?;
    let what = match keyword {
        "VAL_" => {
            let mut names = Vec::new();
            while !words.has(';') {
                let (number, span) = words.whole("a raw value, or \";\"")?;
                names.push((number, span, words.string("its name in quotes")?));
            }
            Said::Names(names)
        }
        "SIG_VALTYPE_" => {
            words.sign(':')?;
            let (coding, span) = words.whole("1 (32 bits of IEEE 754), 2 (64 bits) or 0 (neither)")?;
            words.sign(';')?;
            match coding {
                0 => return Ok(None),
                1 => Said::Coding(Coding::Single, span),
                2 => Said::Coding(Coding::Double, span),
                found => {
                    let problem = Problem::at(span, "there is no such type").found(format!("{found}"));
                    return Err(Box::new(
                        problem.expected("1 (32 bits of IEEE 754), 2 (64 bits) or 0 (neither)"),
                    ));
                }
            }
        }
        _ => {
            let (name, span) = words.name("the signal that is its switch")?;
            let mut ranges = Vec::new();
            loop {
                let (from, at) = words.whole("the least value of the switch")?;
                words.sign('-')?;
                let (to, end) = words.whole("the greatest value of the switch")?;
                if from > to {
                    let problem = Problem::at(at.start..end.end, "this range has no value in it");
                    return Err(Box::new(
                        problem.found(format!("{from}-{to}")).expected("the least value first"),
                    ));
                }
                ranges.push((from, to));
                if !words.has(',') {
                    break;
                }
            }
            words.sign(';')?;
            Said::Switch { name: name.to_string(), span, ranges }
        }
    };
    Ok(Some(Late { raw_id, id_span, signal: signal.to_string(), signal_span, what }))
}
