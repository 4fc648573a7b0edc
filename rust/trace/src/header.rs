// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The head of a trace: which run this is, and what made it.

use crate::{FORMAT, Mode, TIMING_MODEL};
use vtime::Span;

/// What a run was made from. All of it is compared, except [`Header::made_by`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The scenario's name.
    pub scenario: String,
    /// Its seed.
    pub seed: u64,
    /// How long it may run.
    pub duration: Span,
    /// How the nodes keep their time.
    pub mode: Mode,
    /// Its nodes, in the order of their ids.
    pub nodes: Vec<NodeHead>,
    /// Its links, in the order of their ids.
    pub links: Vec<LinkHead>,
    /// What goes wrong on them, in the order of links.
    pub faults: Vec<FaultHead>,
    /// What made this run: told to the reader, never compared and not part of the hash.
    pub made_by: Vec<MadeBy>,
}

/// A node, as the head of a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeHead {
    /// Its name, one word.
    pub name: String,
    /// Its board, and what the scenario sets otherwise: `qemu:riscv32-virt cpu_hz 80000000 cores 2`.
    pub board: String,
}

/// A link, as the head of a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkHead {
    /// Its name, one word.
    pub name: String,
    /// Kind and parameters, such as `uart 115200 8N1 delay 0s`.
    pub description: String,
    /// The ports that it joins, as `node.port`.
    pub ends: Vec<String>,
}

/// A fault of a link, as the head of a trace tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultHead {
    /// The link.
    pub link: String,
    /// Its number among those of the link, from 1 on.
    pub number: u64,
    /// What it does, such as `drop every of a.eth0 from 0s until 20ms`.
    pub description: String,
}

/// A firmware, a tool or a part of one, and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// What it is, one word: `firmware.pinger`, `qemu`.
    pub what: String,
    /// Its version or a hash of it.
    pub version: String,
}

/// Why a header cannot be written, or was not written by virtmcu.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// A name is empty or has spaces in it.
    #[error("the name of {what} must be one word without control characters, and is {text:?}")]
    Word {
        /// Whose name.
        what: &'static str,
        /// The name.
        text: String,
    },
    /// A text is empty, starts or ends with a space, or has control characters in it.
    #[error("{what} must be text on one line without spaces around it, and is {text:?}")]
    Text {
        /// Which text.
        what: &'static str,
        /// The text.
        text: String,
    },
    /// Two things of one kind have the same name.
    #[error("{what} {name:?} is there twice")]
    Twice {
        /// Of which kind.
        what: &'static str,
        /// The name of both.
        name: String,
    },
    /// A link ends at something that is no port of a node.
    #[error("link {link:?} ends at {end:?}, which is not NODE.PORT of a node above")]
    End {
        /// The link.
        link: String,
        /// Its end.
        end: String,
    },
    /// A fault is on no link, or its number is not the next one of its link.
    #[error("fault {number} of link {link:?} is not the next one of a link above")]
    Fault {
        /// The link.
        link: String,
        /// The number.
        number: u64,
    },
    /// A link joins nothing.
    #[error("link {link:?} has no ends")]
    NoEnds {
        /// The link.
        link: String,
    },
}

impl Header {
    /// Checks that every part can be written so that it is read back the same.
    pub fn check(&self) -> Result<(), HeaderError> {
        text("the scenario's name", &self.scenario)?;
        for (n, node) in self.nodes.iter().enumerate() {
            check_node(&self.nodes[..n], node)?;
        }
        for (n, link) in self.links.iter().enumerate() {
            check_link(&self.nodes, &self.links[..n], link)?;
        }
        for (n, fault) in self.faults.iter().enumerate() {
            check_fault(&self.links, &self.faults[..n], fault)?;
        }
        for (n, by) in self.made_by.iter().enumerate() {
            check_made_by(&self.made_by[..n], by)?;
        }
        Ok(())
    }

    /// The lines that are compared and hashed, without the `by` lines and the `---` below them.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("virtmcu trace {FORMAT}"),
            format!("timing-model {TIMING_MODEL}"),
            format!("scenario {}", self.scenario),
            format!("seed {}", self.seed),
            format!("duration {}", self.duration),
        ];
        lines.extend(self.mode.line());
        lines.extend(self.nodes.iter().map(NodeHead::line));
        lines.extend(self.links.iter().map(LinkHead::line));
        lines.extend(self.faults.iter().map(FaultHead::line));
        lines
    }
}

impl NodeHead {
    pub(crate) fn line(&self) -> String {
        format!("node {} {}", self.name, self.board)
    }
}

impl LinkHead {
    /// Its ends share it: what one sends is for all others, and a trace has the link's name as the receiver.
    pub fn is_shared(&self) -> bool {
        !self.description.starts_with("uart ")
    }

    pub(crate) fn line(&self) -> String {
        format!("link {} {} ends {}", self.name, self.description, self.ends.join(" "))
    }
}

impl FaultHead {
    pub(crate) fn line(&self) -> String {
        format!("fault {} {} {}", self.link, self.number, self.description)
    }
}

impl MadeBy {
    pub(crate) fn line(&self) -> String {
        format!("by {} {}", self.what, self.version)
    }
}

/// Checks a node against the nodes above it.
pub(crate) fn check_node(above: &[NodeHead], node: &NodeHead) -> Result<(), HeaderError> {
    word("a node", &node.name)?;
    text("a board", &node.board)?;
    once("node", &node.name, above.iter().map(|node| &node.name))
}

/// Checks a link against the nodes and the links above it.
pub(crate) fn check_link(nodes: &[NodeHead], above: &[LinkHead], link: &LinkHead) -> Result<(), HeaderError> {
    word("a link", &link.name)?;
    text("a link's description", &link.description)?;
    once("link", &link.name, above.iter().map(|link| &link.name))?;
    if link.ends.is_empty() {
        return Err(HeaderError::NoEnds { link: link.name.clone() });
    }
    for end in &link.ends {
        word("a link's end", end)?;
        if !is_port(nodes, end) {
            return Err(HeaderError::End { link: link.name.clone(), end: end.clone() });
        }
    }
    Ok(())
}

/// Checks a fault against the links and the faults above it.
pub(crate) fn check_fault(
    links: &[LinkHead],
    above: &[FaultHead],
    fault: &FaultHead,
) -> Result<(), HeaderError> {
    text("a fault's description", &fault.description)?;
    let known = links.iter().any(|link| link.name == fault.link);
    let before = above.iter().filter(|other| other.link == fault.link).count() as u64;
    if known && fault.number == before + 1 {
        return Ok(());
    }
    Err(HeaderError::Fault { link: fault.link.clone(), number: fault.number })
}

/// Checks a `by` line against those above it.
pub(crate) fn check_made_by(above: &[MadeBy], by: &MadeBy) -> Result<(), HeaderError> {
    word("what made the run", &by.what)?;
    text("a version", &by.version)?;
    once("by", &by.what, above.iter().map(|by| &by.what))
}

/// True when `name` is `node.port` of one of `nodes`. The port is not checked: a trace does not list unused ports.
pub(crate) fn is_port(nodes: &[NodeHead], name: &str) -> bool {
    name.split_once('.').is_some_and(|(node, port)| !port.is_empty() && nodes.iter().any(|n| n.name == node))
}

/// Refuses what is not one word.
pub(crate) fn word(what: &'static str, text: &str) -> Result<(), HeaderError> {
    let good = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if good { Ok(()) } else { Err(HeaderError::Word { what, text: text.to_string() }) }
}

/// Refuses what is not text on one line.
pub(crate) fn text(what: &'static str, text: &str) -> Result<(), HeaderError> {
    let good = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    if good { Ok(()) } else { Err(HeaderError::Text { what, text: text.to_string() }) }
}

fn once<'a>(
    what: &'static str,
    name: &String,
    mut above: impl Iterator<Item = &'a String>,
) -> Result<(), HeaderError> {
    if above.any(|other| other == name) {
        Err(HeaderError::Twice { what, name: name.clone() })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl Fn(&mut Header), expected: &str) {
        let mut header = crate::testing::header();
        change(&mut header);
        let found = header.check().map_or_else(|error| error.to_string(), |()| header.lines().join("\n"));
        assert_eq!(found, expected);
    }

    #[test]
    fn writes_what_is_compared() {
        check(
            |_| (),
            "virtmcu trace 2\ntiming-model 2\nscenario ping_pong\nseed 7\nduration 20ms\n\
             node pinger qemu:mps2-an385\nnode ponger qemu:riscv32-virt\n\
             link wire uart 115200 8N1 delay 0s ends pinger.uart0 ponger.uart0",
        );
    }

    #[test]
    fn says_when_no_other_run_is_the_same() {
        let mut header = crate::testing::header();
        header.mode = Mode::Suspend;
        assert_eq!(header.lines()[5], "mode suspend NOT REPRODUCIBLE");
    }

    #[test]
    fn refuses_what_could_not_be_read_back() {
        check(
            |h| h.nodes[0].name = "a b".into(),
            "the name of a node must be one word without control characters, and is \"a b\"",
        );
        check(
            |h| h.scenario = "a\nb".into(),
            "the scenario's name must be text on one line without spaces around it, and is \"a\\nb\"",
        );
        check(|h| h.nodes[1].name = "pinger".into(), "node \"pinger\" is there twice");
        check(
            |h| h.links[0].ends[1] = "panger.uart0".into(),
            "link \"wire\" ends at \"panger.uart0\", which is not NODE.PORT of a node above",
        );
        check(|h| h.links[0].ends.clear(), "link \"wire\" has no ends");
        let fault = |link: &str, number| FaultHead { link: link.into(), number, description: "cut".into() };
        check(
            |h| h.faults = vec![fault("wire", 2)],
            "fault 2 of link \"wire\" is not the next one of a link above",
        );
        check(
            |h| h.faults = vec![fault("net", 1)],
            "fault 1 of link \"net\" is not the next one of a link above",
        );
        check(
            |h| h.made_by[0].version = String::new(),
            "a version must be text on one line without spaces around it, and is \"\"",
        );
    }
}
