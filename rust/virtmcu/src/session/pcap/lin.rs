// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of LIN in a capture.

use super::{Pcap, listening};
use ::capture::Direction;
use ::capture::lin::{self, LinFrame};
use link::lin::{Error, Event, Frame, Model};
use sim::{LinkId, NodeId, PortId};
use vtime::{Instant, Span};

/// The remark on a frame with an error that a packet has no place for, too.
const WRONG: &str = "not as it should be: the trace says why";

impl Pcap {
    /// What there was of a frame of LIN: sent by who answered or, if nobody did, by who asked; heard by all others.
    pub(super) fn lin(
        &mut self,
        (link, node, port): (LinkId, NodeId, PortId),
        at: Instant,
        ends: Instant,
        frame: &[u8],
    ) {
        let Ok(Event::Frame(heard)) = Event::read(frame) else { return };
        // Without an identifier there is no packet.
        let found = if heard.errors.has(Error::NoHeader) { None } else { packet(&heard) };
        let Some(packet) = found else { return };
        let remark = if heard.errors.is_empty() { "" } else { WRONG };
        for end in 0..self.ends.get(usize::from(link.0)).map_or(0, Vec::len) {
            let (to, to_port) = self.ends[usize::from(link.0)][end];
            let is_sender = (to, to_port) == (node, port);
            if !is_sender && (ends >= self.end || !self.is_on(to, ends)) {
                continue;
            }
            let (when, direction) =
                if is_sender { (at, Direction::Outbound) } else { (ends, Direction::Inbound) };
            let Some(listening) = listening(&mut self.ports, to, to_port) else { continue };
            let told = self.collector.frame(listening.interface, when, direction, packet.as_ref(), remark);
            self.keep(told);
        }
    }

    fn is_on(&self, node: NodeId, at: Instant) -> bool {
        let switches = self.switches.get(usize::from(node.0)).map_or(&[][..], Vec::as_slice);
        switches.iter().rev().find(|(when, _)| *when <= at).is_some_and(|(_, is_on)| *is_on)
    }
}

/// When a node is switched on and off.
pub(super) fn switches(node: &scenario::Node) -> Vec<(Instant, bool)> {
    let at = |span: Span| Instant::START + span;
    let changes = node.power.iter().filter_map(|change| match change.power {
        scenario::Power::On => Some((at(change.at), true)),
        scenario::Power::Off => Some((at(change.at), false)),
        scenario::Power::Reset => None,
    });
    std::iter::once((at(node.start), true)).chain(changes).collect()
}

fn packet(heard: &Frame<'_>) -> Option<lin::Encoded> {
    let checksum_kind = match heard.model {
        None => lin::Checksum::Unknown,
        Some(Model::Classic) => lin::Checksum::Classic,
        Some(Model::Enhanced) => lin::Checksum::Enhanced,
    };
    let errors = lin::Errors {
        no_response: heard.errors.has(Error::NoResponse),
        framing: heard.errors.has(Error::Garbled),
        parity: heard.errors.has(Error::Parity),
        checksum: heard.errors.has(Error::Checksum),
    };
    // More data than a frame can have is none.
    let data = &heard.data[..heard.data.len().min(lin::DATA_BYTES_MAX)];
    let checksum = heard.checksum.unwrap_or(0);
    lin::encode(&LinFrame { pid: heard.pid.0, data, checksum, checksum_kind, errors })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::capture::Reader;

    const SCENARIO: &str = "schema = 1\nduration = \"1ms\"\n\
        [node.a]\nboard = \"mps2-an385\"\nfirmware = \"a.elf\"\n[node.b]\nboard = \"mps2-an385\"\nfirmware = \"b.elf\"\n\
        [node.c]\nboard = \"mps2-an385\"\nfirmware = \"c.elf\"\nstart = \"300us\"\n\
        [[power]]\nnode = \"b\"\nat = \"500us\"\ndo = \"off\"\n\
        [link.bus]\nkind = \"lin\"\nends = [\"a.uart0\", \"b.uart0\", \"c.uart0\"]\nbitrate = 20000\n";

    /// Frames of `a`: when, until when, in nanoseconds; what is seen: when, where, which way.
    #[track_caller]
    fn check(frames: &[(u64, u64)], expected: &[(u64, &str, Direction)]) {
        let scenario =
            scenario::parse(SCENARIO, "test.scenario.toml").unwrap_or_else(|errors| panic!("{errors}"));
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut pcap = Pcap::new(file.as_file(), &scenario).unwrap();
        let mut bytes = Vec::new();
        let (pid, checksum) = (link::lin::Pid::of(0x10), Some(0x67));
        Event::Frame(Frame { pid, data: &[1, 2], checksum, model: Some(Model::Classic), ..Frame::default() })
            .write(&mut bytes);
        let ns = Instant::from_ns;
        for (at, ends) in frames {
            pcap.lin((LinkId(0), NodeId(0), PortId(0)), ns(*at), ns(*ends), &bytes);
        }
        pcap.finish().unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        let mut reader = Reader::new(&bytes).unwrap();
        let packets: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
        let seen: Vec<_> = packets
            .iter()
            .map(|packet| {
                (
                    packet.at_ns,
                    reader.sources()[packet.source].name.as_deref().unwrap(),
                    packet.direction.unwrap(),
                )
            })
            .collect();
        assert_eq!(seen, expected);
        assert!(packets.iter().all(|packet| *packet.bytes == [1, 0, 0, 0, 0x21, 0x50, 0x67, 0, 1, 2, 0, 0]));
    }

    #[test]
    fn who_is_on_hears_a_frame() {
        use Direction::{Inbound, Outbound};
        check(&[(100, 200)], &[(100, "bus.a.uart0", Outbound), (200, "bus.b.uart0", Inbound)]);
        let all = [
            (1, "bus.a.uart0", Outbound),
            (300_000, "bus.b.uart0", Inbound),
            (300_000, "bus.c.uart0", Inbound),
        ];
        check(&[(1, 300_000)], &all);
        check(&[(2, 500_000)], &[(2, "bus.a.uart0", Outbound), (500_000, "bus.c.uart0", Inbound)]);
        check(&[(3, 1_000_000)], &[(3, "bus.a.uart0", Outbound)]);
    }
}
