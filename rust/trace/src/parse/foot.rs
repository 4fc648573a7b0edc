// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading the foot of a trace, without its hash.

use super::cursor::{Cursor, Lines};
use super::{ParseError, Problem};
use crate::footer::{Footer, NodeFoot, NodeState, STATES_OFF, TraceHash};
use crate::header::Header;

/// Reads up to and with the line `end`.
pub(super) fn footer(lines: &mut Lines<'_>, header: &Header, entries: u64) -> Result<Footer, ParseError> {
    let nodes = header.nodes.iter().map(|node| node_foot(lines, &node.name)).collect::<Result<_, _>>()?;
    let mut line = lines.next("\"events\"")?;
    line.literal("events ")?;
    let here = line.error(Problem::CutLine);
    let events = line.number()?;
    line.end()?;
    if events != entries {
        return Err(ParseError { problem: Problem::Count { stated: events, found: entries }, ..here });
    }
    let mut line = lines.next("\"end\"")?;
    line.literal("end ")?;
    let end = line.instant()?;
    line.end()?;
    if let Some(mode) = header.mode.line() {
        let mut line = lines.next(&format!("\"{mode}\""))?;
        let at = line.at();
        if line.remaining() != mode {
            return Err(line.found_from(at, &format!("\"{mode}\", as in the head")));
        }
    }
    Ok(Footer { nodes, events, end })
}

/// Reads the states below the hash: one of each node and a hash of them, or that there are none.
pub(super) fn states(lines: &mut Lines<'_>, footer: &mut Footer, hash: TraceHash) -> Result<(), ParseError> {
    if lines.starts_with(STATES_OFF) {
        return lines.next(STATES_OFF).and_then(|mut line| {
            line.literal(STATES_OFF)?;
            line.end()
        });
    }
    for node in &mut footer.nodes {
        let start = format!("state {} every ", node.name);
        let expected = format!("\"{}\" or \"{STATES_OFF}\"", start.trim_end());
        let mut line = lines.next(&expected)?;
        if !line.rest().starts_with(&start) {
            return Err(line.found(&expected));
        }
        line.skip(start.len());
        let every = line.span()?;
        line.literal(" ")?;
        let chain = digest(&mut line)?;
        line.end()?;
        node.state = Some(NodeState { every, chain });
    }
    let mut line = lines.next("\"states blake3:\"")?;
    let computed = footer.state_lines(hash).pop().unwrap_or_default();
    let computed = computed.trim_start_matches("states ").to_string();
    line.literal("states ")?;
    let here = line.error(Problem::Hash { computed: computed.clone() });
    if line.remaining() == computed { Ok(()) } else { Err(here) }
}

fn node_foot(lines: &mut Lines<'_>, name: &str) -> Result<NodeFoot, ParseError> {
    let expected = format!("\"node {name}\"");
    let mut line = lines.next(&expected)?;
    if !line.rest().strip_prefix(expected.trim_matches('"')).is_some_and(|rest| rest.starts_with(' ')) {
        return Err(line.found(&expected));
    }
    line.skip("node ".len() + name.len());
    let mut count = |key: &'static str| -> Result<u64, ParseError> {
        line.literal(key)?;
        line.number()
    };
    let (insns, sent, received) = (count(" insns ")?, count(" sent ")?, count(" received ")?);
    line.literal(" chain ")?;
    let chain = digest(&mut line)?;
    line.end()?;
    Ok(NodeFoot { name: name.to_string(), insns, sent, received, chain, state: None })
}

fn digest(line: &mut Cursor<'_>) -> Result<u128, ParseError> {
    line.value("32 hexadecimal digits", |word| {
        let digits = word.len() == 32 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits { u128::from_str_radix(word, 16).ok() } else { None }
    })
}
