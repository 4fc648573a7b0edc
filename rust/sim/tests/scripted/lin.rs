// SPDX-License-Identifier: Apache-2.0 OR MIT
//! LIN buses in the core: what is told and what nodes hear does not depend on how the run is sliced.

use crate::driver::{self, Heard};
use link::Spec;
use link::lin::{LinSpec, Model, Pid};
use sim::{LinkSpec, NodeId, NodeSpec, PortId, System};
use uart::ToLine;
use vtime::Span;

const END_NS: u64 = 100_000_000;
const BIT_NS: u64 = 50_000;
const PORT: PortId = PortId(0);

/// What a node says, and when.
type Script = Vec<(u64, ToLine)>;

/// What is told: when and what; what nodes hear; and up to where all was told in the end.
type Course = (Vec<(u64, String)>, Vec<Heard>, u64);

/// The course of a run, which is the same in all slicings.
fn course(scripts: &[Script]) -> Result<Course, sim::Error> {
    let spec = LinSpec::new(20_000, Span::from_ns(70)).expect("a bus");
    let system = System {
        nodes: ('a'..).take(scripts.len()).map(|name| NodeSpec { name: name.into(), ports: 1 }).collect(),
        links: vec![LinkSpec {
            name: "bus".into(),
            spec: Spec::Lin(spec),
            ends: (0..scripts.len() as u16).map(|node| (NodeId(node), PORT)).collect(),
            host: None,
            tester: None,
            faults: vec![],
        }],
        duration: Span::from_ns(END_NS),
        seed: 0,
    };
    let said = |(at_ns, record): &(u64, ToLine)| {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        (*at_ns, PORT, bytes)
    };
    let scripts: Vec<driver::Script> =
        scripts.iter().map(|script| script.iter().map(said).collect()).collect();
    driver::in_all_slices(500_000, |slicing| {
        let mut told = Vec::new();
        let run = driver::run(&system, &scripts, slicing, |event, bytes| {
            let mut text = String::new();
            link::Medium::Lin.show(bytes, &mut text);
            told.push((event.key.at.as_ns(), text));
        })?;
        Ok((told, run.heard, run.up_to_ns))
    })
}

fn bytes(at_ns: u64, bytes: &[u8]) -> impl Iterator<Item = (u64, ToLine)> {
    bytes.iter().map(move |byte| (at_ns, ToLine::Byte(*byte)))
}

fn header(at_ns: u64, id: u8) -> impl Iterator<Item = (u64, ToLine)> {
    let breaks = (at_ns, ToLine::Break { bit_fs: 0, bits: 13 });
    [breaks, (at_ns, ToLine::Byte(0x55)), (at_ns, ToLine::Byte(Pid::of(id).0))].into_iter()
}

/// A master that asks all the time, two slaves that answer, one of them twice too much, and a header that the end of the run cuts off.
#[test]
fn slices_do_not_show() -> Result<(), sim::Error> {
    let slot = |n: u64| 1_000_000 + n * 200 * BIT_NS;
    let after_header = |n: u64| slot(n) + 34 * BIT_NS + 100;
    let answer = |n: u64, id: u8, data: &[u8]| {
        let checksum = Model::Enhanced.checksum(Pid::of(id), data);
        bytes(after_header(n), &[data, &[checksum]].concat()).collect::<Vec<_>>()
    };
    let ids = [0x10, 0x11, 0x12];
    let mut master: Script = (0..9).flat_map(|n| header(slot(n), ids[n as usize % 3])).collect();
    master.extend(header(END_NS - 20 * BIT_NS, 0x10));
    let left: Script = (0..9).filter(|n| n % 3 == 0).flat_map(|n| answer(n, 0x10, &[1, n as u8])).collect();
    // The second one answers what the first one answers, too, once.
    let mut right: Script =
        (0..9).filter(|n| n % 3 == 1).flat_map(|n| answer(n, 0x11, &[n as u8; 8])).collect();
    right.extend(answer(6, 0x10, &[2, 2]));
    right.sort_by_key(|(at_ns, _)| *at_ns);
    let (told, heard, up_to_ns) = course(&[master, left, right])?;
    let texts: Vec<_> = told.iter().map(|(_, text)| text.as_str()).collect();
    let expected = [
        "lin 10 [2] 01 00 enhanced",
        "lin 11 [8] 01 01 01 01 01 01 01 01 enhanced",
        "lin 12: no response",
        "lin 10 [2] 01 03 enhanced",
        "lin 11 [8] 04 04 04 04 04 04 04 04 enhanced",
        "lin 12: no response",
    ];
    assert_eq!(texts[..6], expected);
    assert!(texts[6].starts_with("lin 10 [5]") && texts[6].contains("garbled"), "{texts:?}");
    assert_eq!(texts[texts.len() - 1], "lin 10: no response");
    let at: Vec<_> = told.iter().map(|(at, _)| *at).collect();
    assert_eq!(at[..6], [0, 1, 2, 3, 4, 5].map(slot));
    // Whatever one sends all three hear, the sender too, but for what is not over at the end.
    let by_node = |node: u16| heard.iter().filter(|(_, to, ..)| to.0 == node).count();
    assert_eq!([by_node(0), by_node(1), by_node(2)], [9 * 3 + 3 * 3 + 3 * 9 + 3 + 1; 3]);
    assert_eq!(up_to_ns, END_NS);
    Ok(())
}
