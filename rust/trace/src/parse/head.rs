// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading the head of a trace.

use super::cursor::{Cursor, Lines};
use super::{ParseError, Problem};
use crate::header::{
    self, FaultHead, Header, LinkHead, MadeBy, NodeHead, check_fault, check_link, check_made_by, check_node,
};
use crate::{FORMAT, Mode, TIMING_MODEL};

/// Reads up to and with the first `---`.
pub(super) fn header(lines: &mut Lines<'_>) -> Result<Header, ParseError> {
    versions(lines)?;
    let mut line = keyword(lines, "scenario ")?;
    let at_name = line.at();
    let scenario = line.remaining().to_string();
    if header::text("the scenario's name", &scenario).is_err() {
        return Err(line.found_from(at_name, "the scenario's name"));
    }
    let mut line = keyword(lines, "seed ")?;
    let seed = line.number()?;
    line.end()?;
    let mut line = keyword(lines, "duration ")?;
    let duration = line.span()?;
    line.end()?;
    let mode = mode(lines)?;
    let mut header = Header {
        scenario,
        seed,
        duration,
        mode,
        nodes: vec![],
        links: vec![],
        faults: vec![],
        made_by: vec![],
    };
    while lines.starts_with("node ") {
        node(lines, &mut header)?;
    }
    while lines.starts_with("link ") {
        link(lines, &mut header)?;
    }
    while lines.starts_with("fault ") {
        fault(lines, &mut header)?;
    }
    while lines.starts_with("by ") {
        made_by(lines, &mut header)?;
    }
    let expected = "\"node\", \"link\", \"fault\", \"by\" (in this order) or \"---\"";
    let mut line = lines.next(expected)?;
    if !line.take("---") {
        return Err(line.found(expected));
    }
    line.end()?;
    Ok(header)
}

/// The two numbers come first, so that a trace of any version is known for what it is.
fn versions(lines: &mut Lines<'_>) -> Result<(), ParseError> {
    let mut line = lines.next("a trace, which starts with \"virtmcu trace\"")?;
    line.literal("virtmcu trace ")?;
    let here = line.error(Problem::CutLine);
    match line.number()? {
        found if found == u64::from(FORMAT) => line.end()?,
        found => return Err(ParseError { problem: Problem::Format { found }, ..here }),
    }
    let mut line = keyword(lines, "timing-model ")?;
    let here = line.error(Problem::CutLine);
    match line.number()? {
        found if found == u64::from(TIMING_MODEL) => line.end(),
        found => Err(ParseError { problem: Problem::TimingModel { found }, ..here }),
    }
}

/// Exact, unless a line says otherwise.
fn mode(lines: &mut Lines<'_>) -> Result<Mode, ParseError> {
    if !lines.starts_with("mode ") {
        return Ok(Mode::Exact);
    }
    let mut line = lines.next("\"mode\"")?;
    let (at, text) = (line.at(), line.remaining());
    let named = Mode::NAMED.into_iter().find(|mode| mode.line().as_deref() == Some(text));
    named.ok_or_else(|| {
        line.found_from(at, "\"mode suspend NOT REPRODUCIBLE\" or \"mode standalone NOT REPRODUCIBLE\"")
    })
}

fn keyword<'a>(lines: &mut Lines<'a>, word: &'static str) -> Result<Cursor<'a>, ParseError> {
    let mut line = lines.next(&format!("\"{}\"", word.trim_end()))?;
    line.literal(word)?;
    Ok(line)
}

fn node(lines: &mut Lines<'_>, header: &mut Header) -> Result<(), ParseError> {
    let mut line = keyword(lines, "node ")?;
    let name = line.word("the name of a node")?.to_string();
    line.literal(" ")?;
    let node = NodeHead { name, board: line.remaining().to_string() };
    check_node(&header.nodes, &node).map_err(|error| line.error(error))?;
    header.nodes.push(node);
    Ok(())
}

fn link(lines: &mut Lines<'_>, header: &mut Header) -> Result<(), ParseError> {
    const ENDS: &str = " ends ";
    let mut line = keyword(lines, "link ")?;
    let name = line.word("the name of a link")?.to_string();
    line.literal(" ")?;
    let (rest, expected) = (line.rest(), "a description of the link, \"ends\" and its ports");
    // From the right: a port has a dot in it, so that "ends" is none.
    let (description, ends) = rest.rsplit_once(ENDS).ok_or_else(|| line.found(expected))?;
    line.skip(rest.len());
    let ends = ends.split(' ').map(str::to_string).collect();
    let link = LinkHead { name, description: description.to_string(), ends };
    check_link(&header.nodes, &header.links, &link).map_err(|error| line.error(error))?;
    header.links.push(link);
    Ok(())
}

fn fault(lines: &mut Lines<'_>, header: &mut Header) -> Result<(), ParseError> {
    let mut line = keyword(lines, "fault ")?;
    let link = line.word("the name of a link")?.to_string();
    line.literal(" ")?;
    let number = line.number()?;
    line.literal(" ")?;
    let fault = FaultHead { link, number, description: line.remaining().to_string() };
    check_fault(&header.links, &header.faults, &fault).map_err(|error| line.error(error))?;
    header.faults.push(fault);
    Ok(())
}

fn made_by(lines: &mut Lines<'_>, header: &mut Header) -> Result<(), ParseError> {
    let mut line = keyword(lines, "by ")?;
    let what = line.word("what made the run")?.to_string();
    line.literal(" ")?;
    let by = MadeBy { what, version: line.remaining().to_string() };
    check_made_by(&header.made_by, &by).map_err(|error| line.error(error))?;
    header.made_by.push(by);
    Ok(())
}
