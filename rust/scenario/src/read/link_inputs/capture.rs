// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Packets of captures: of one interface, at their times.

use super::can::at_most;
use crate::Problem;
use crate::read::quote;
use crate::read::section::{Checked, Entry, Problems, Section};
use capture::{Direction, Kind, Reader};
use vtime::Span;

/// A packet to send.
pub(super) struct Packet {
    /// How long after the first.
    pub(super) after: Span,
    pub(super) bytes: Vec<u8>,
    /// Where it is in the file.
    pub(super) offset: usize,
}

/// What `direction` can be.
const DIRECTIONS: [&str; 2] = ["sent", "received"];

/// The packets of the interface that `section` names, or of the only one of this kind.
pub(super) fn read(
    entry: &Entry<'_>,
    section: &Section<'_>,
    (name, bytes): (&str, &[u8]),
    kind: Kind,
    problems: &mut Problems,
) -> Checked<Vec<Packet>> {
    let wanted =
        section.get("interface").map(|entry| entry.string("interface = \"eth0\"", problems)).transpose()?;
    let direction = section.get("direction").map(|entry| read_direction(&entry, problems)).transpose()?;
    let broken = |found: String| {
        Problem::at(entry.span(), format!("the capture {} cannot be sent", quote(name))).found(found)
    };
    let mut reader = Reader::new(bytes).map_err(|error| problems.report(broken(error.to_string())))?;
    let packets: Result<Vec<_>, _> = reader.by_ref().collect();
    let packets = packets.map_err(|error| problems.report(broken(error.to_string())))?;
    // Those without a name go by their number, as in Wireshark.
    let names: Vec<String> = (0..)
        .zip(reader.sources())
        .map(|(number, source): (usize, _)| source.name.clone().unwrap_or_else(|| number.to_string()))
        .collect();
    let of_kind: Vec<usize> =
        (0..names.len()).filter(|place| reader.sources()[*place].kind() == Some(kind)).collect();
    let shown: Vec<&str> = of_kind.iter().map(|place| names[*place].as_str()).collect();
    let what = if kind == Kind::Can { "CAN" } else { "Ethernet" };
    let chosen = match (&wanted, &of_kind[..]) {
        (Some(wanted), _) => of_kind.iter().find(|place| names[**place] == wanted.text).ok_or_else(|| {
            let message = format!("the capture has no interface {} for {what}", quote(wanted.text));
            let problem = Problem::at(wanted.span.clone(), message).found("no such interface");
            let problem = problem.expected(report::one_of(&shown));
            problems.report(problem.nearest(report::nearest(wanted.text, shown.iter().copied())))
        })?,
        (None, [only]) => only,
        (None, []) => return Err(problems.report(broken(format!("it has no interface for {what}")))),
        (None, _) => {
            let problem = Problem::at(entry.span(), "the capture is of several interfaces")
                .found(report::one_of(&shown));
            return Err(problems
                .report(problem.expected("one of them").help(format!("add interface = \"{}\"", shown[0]))));
        }
    };
    let mut packets: Vec<_> = packets
        .into_iter()
        .filter(|packet| {
            packet.source == *chosen && direction.is_none_or(|wanted| packet.direction == Some(wanted))
        })
        .collect();
    if let Some(cut) = packets.iter().find(|packet| packet.original_len as usize > packet.bytes.len()) {
        let found = format!(
            "byte {}: only {} of {} bytes of this packet are there",
            cut.offset,
            cut.bytes.len(),
            cut.original_len
        );
        return Err(problems.report(broken(found).help("capture whole packets: tcpdump -s 0")));
    }
    // Several queues of a card are written one after the other.
    packets.sort_by_key(|packet| packet.at_ns);
    let Some(first_ns) = packets.first().map(|packet| packet.at_ns) else {
        let of = if direction.is_some() { " of that direction" } else { "" };
        return Err(
            problems.report(broken(format!("interface {} has no packet{of}", quote(&names[*chosen]))))
        );
    };
    let packets = packets.into_iter().map(|packet| Packet {
        after: Span::from_ns(packet.at_ns - first_ns),
        bytes: packet.bytes.into_owned(),
        offset: packet.offset,
    });
    at_most(entry, packets.collect(), problems)
}

fn read_direction(entry: &Entry<'_>, problems: &mut Problems) -> Checked<Direction> {
    let text = entry.string("direction = \"sent\"", problems)?;
    match text.text {
        "sent" => Ok(Direction::Outbound),
        "received" => Ok(Direction::Inbound),
        other => {
            let problem = Problem::at(text.span, format!("unknown direction {}", quote(other)));
            let problem = problem.found("no such direction").expected(report::one_of(&DIRECTIONS));
            Err(problems.report(problem.nearest(report::nearest(other, DIRECTIONS))))
        }
    }
}
