// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The addresses of Ethernet ports: `mac` of `[node.NAME]`, and that no two ends of a link have the same one.

use super::nodes::Names;
use super::quote;
use super::section::{Checked, Entry, Problems, Section};
use crate::model::{Link, Mac, Node};
use crate::{Problem, Source};
use board::{Board, PortKind};
use link::Medium;
use report::{nearest, one_of};
use std::collections::BTreeMap;
use std::ops::Range;

const EXAMPLE: &str = "mac = { eth0 = \"02:00:00:00:00:01\" }";

/// The addresses that a node's table gives to ports, in the order of the ports.
pub(super) fn read(
    section: &Section<'_>,
    board: Checked<&Board>,
    source: &Source,
    problems: &mut Problems,
) -> Checked<Vec<Mac>> {
    let Some(entry) = section.get("mac") else { return Ok(Vec::new()) };
    let mut macs = Vec::new();
    for (name, (span, entry)) in entry.named(&format!("addresses of Ethernet ports: {EXAMPLE}"), problems)? {
        let port = board.and_then(|board| port(board, name, span, problems));
        let address = read_address(&entry, problems);
        let place = source.place(entry.span());
        macs.push(port.and_then(|port| Ok(Mac { port, address: address?, place })));
    }
    let mut macs = macs.into_iter().collect::<Checked<Vec<Mac>>>()?;
    macs.sort_by_key(|mac| mac.port);
    Ok(macs)
}

/// The number of a board's Ethernet port.
fn port(board: &Board, name: &str, span: Range<usize>, problems: &mut Problems) -> Checked<u16> {
    let mut ports = board.ports.iter().zip(0..);
    let found = ports.find(|(port, _)| port.name == name && port.kind == PortKind::Ethernet);
    found.map(|(_, number)| number).ok_or_else(|| {
        let all = board.ports.iter().filter(|port| port.kind == PortKind::Ethernet);
        let all: Vec<&str> = all.map(|port| &*port.name).collect();
        let problem = Problem::at(span, format!("{} is no Ethernet port", quote(name)));
        let problem = problem.found(format!("{} has no such port", board.name));
        problems.report(match &*all {
            [] => problem.expected("no addresses: this board has no Ethernet"),
            all => problem.expected(one_of(all)).nearest(nearest(name, all.iter().copied())),
        })
    })
}

fn read_address(entry: &Entry<'_>, problems: &mut Problems) -> Checked<[u8; 6]> {
    let example = "\"02:00:00:00:00:01\"";
    let text = entry.string(example, problems)?;
    let bytes: Option<Vec<u8>> = text.text.split(':').map(two_digits).collect();
    let found = match bytes.map(<[u8; 6]>::try_from) {
        Some(Ok([0, 0, 0, 0, 0, 0])) => "zeros are nobody's address",
        Some(Ok([first, ..])) if first & 1 != 0 => "this is a group's: the first byte is odd",
        Some(Ok(address)) => return Ok(address),
        _ => "not six bytes of two hexadecimal digits, with colons between them",
    };
    let problem = Problem::at(text.span, format!("{} is no Ethernet address of a port", quote(text.text)));
    let expected = format!("six bytes, the first one even, such as {example}");
    Err(problems.report(problem.found(found).expected(expected)))
}

fn two_digits(text: &str) -> Option<u8> {
    let sound = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    sound.then(|| u8::from_str_radix(text, 16).ok()).flatten()
}

/// Reports ends of one link that have the same address.
pub(super) fn check(links: &[Link], nodes: &[Node], names: &Names<'_>, problems: &mut Problems) {
    for link in links.iter().filter(|link| link.spec.medium() == Medium::Ethernet) {
        let mut known: BTreeMap<[u8; 6], (String, Option<Range<usize>>)> = BTreeMap::new();
        if let Some(host) = &link.host {
            known.insert(host.address(), (format!("the host of [link.{}]", link.name), None));
        }
        for end in &link.ends {
            let Some(node) = nodes.get(usize::from(end.node)) else { continue };
            let Some(address) = node.address(end.number) else { continue };
            let own = node.macs.iter().find(|mac| mac.port == end.number);
            let span = own.map_or_else(|| names.span(end.node), |mac| mac.place.start..mac.place.end);
            let port = node.ports().nth(end.number.into()).unwrap_or_default();
            let name = format!("{}.{port}", node.name);
            let text = plan::address(address);
            let Some((first, place)) = known.get(&address) else {
                known.insert(address, (name, Some(span)));
                continue;
            };
            let message = format!("{name} has the same Ethernet address as {first}");
            let problem = Problem::at(span, message)
                .found(format!("both have {text}, and [link.{}] joins them", link.name));
            let problem = match place {
                Some(place) => problem.also(place.clone(), format!("{first} has it")),
                None => problem,
            };
            let problem = problem.expected("an address of its own for each end of a link");
            let help =
                format!("give one of them another one, such as mac = {{ {port} = \"02:00:00:00:00:01\" }}");
            problems.report(problem.help(help));
        }
    }
}
