// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The texts of scenarios that the bench makes up.

use crate::model::Frames;
use std::fmt::Write;
use vtime::Span;

/// The baud rate of the links: 8N1 takes 10 us a byte, so this is also the shortest horizon.
const BAUD: u32 = 1_000_000;
const BYTE: Span = Span::from_ns(10_000);

/// How the nodes are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// Not at all.
    Not,
    /// In a ring: UART 1 of each to UART 2 of the next; a pair by UART 1 of both. Nothing that a node does is seen by the next one
    /// sooner than after this time, which is at least that of a byte.
    Ring(Span),
}

/// `nodes` nodes of the board mps2-an385, all with the same firmware.
pub fn text(nodes: usize, firmware: &str, joined: Joined, duration: Span) -> String {
    let mut text = format!("schema = 1\nduration = \"{duration}\"\n");
    for node in 0..nodes {
        let _ = write!(text, "[node.n{node}]\nboard = \"qemu:mps2-an385\"\nfirmware = \"{firmware}.elf\"\n");
    }
    if let Joined::Ring(horizon) = joined {
        let delay = Span::from_ns(horizon.as_ns().saturating_sub(BYTE.as_ns()));
        let (links, far) = if nodes == 2 { (1, "uart1") } else { (nodes, "uart2") };
        for link in 0..links {
            let next = (link + 1) % nodes;
            let _ = write!(
                text,
                "[link.l{link}]\nkind = \"uart\"\nends = [\"n{link}.uart1\", \"n{next}.{far}\"]\nbaud = {BAUD}\ndelay = \"{delay}\"\n"
            );
        }
    }
    text
}

/// Two nodes, one of which sends frames to the other.
pub fn frames(frames: Frames, duration: Span) -> String {
    let (board, firmware, port, link) = match frames {
        Frames::Can => ("stm32f4-discovery", "can", "can1", "kind = \"can\"\nbitrate = 1_000_000"),
        Frames::Ethernet => ("mps2-an385", "eth", "eth0", "kind = \"ethernet\"\nbitrate = 100_000_000"),
    };
    let mut text = format!("schema = 1\nduration = \"{duration}\"\n");
    for node in ["send", "take"] {
        let _ = write!(text, "[node.{node}]\nboard = \"{board}\"\nfirmware = \"{firmware}_{node}.elf\"\n");
    }
    let _ = write!(text, "[link.l0]\n{link}\nends = [\"send.{port}\", \"take.{port}\"]\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nodes: usize, horizon_ns: u64, links: usize) {
        let text = text(nodes, "tick", Joined::Ring(Span::from_ns(horizon_ns)), Span::from_ns(1_000_000));
        let scenario = scenario::parse(&text, "made.scenario.toml").unwrap();
        assert_eq!((scenario.nodes.len(), scenario.links.len()), (nodes, links));
        for link in scenario.links {
            assert_eq!(link.spec.lookahead(), Span::from_ns(horizon_ns), "{text}");
        }
    }

    #[test]
    fn the_link_gives_the_horizon() {
        check(2, 10_000, 1);
        check(2, 1_000_000, 1);
        check(1, 100_000, 1);
        check(32, 87_000, 32);
    }

    #[test]
    fn frames_have_a_link_of_their_kind() {
        for (frames_of, medium) in
            [(Frames::Can, link::Medium::Can), (Frames::Ethernet, link::Medium::Ethernet)]
        {
            let scenario =
                scenario::parse(&frames(frames_of, Span::from_ns(1)), "made.scenario.toml").unwrap();
            assert_eq!((scenario.nodes.len(), scenario.links[0].spec.medium()), (2, medium));
        }
    }

    #[test]
    fn nodes_may_be_alone() {
        let text = text(3, "tick", Joined::Not, Span::from_ns(1));
        assert_eq!(scenario::parse(&text, "made.scenario.toml").unwrap().links.len(), 0);
    }
}
