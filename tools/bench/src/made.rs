// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The texts of scenarios that the bench makes up.

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
    fn nodes_may_be_alone() {
        let text = text(3, "tick", Joined::Not, Span::from_ns(1));
        assert_eq!(scenario::parse(&text, "made.scenario.toml").unwrap().links.len(), 0);
    }
}
