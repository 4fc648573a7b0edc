// SPDX-License-Identifier: Apache-2.0 OR MIT
//! CAN buses in the core: what is told and what nodes hear does not depend on how the run is sliced.

use crate::driver::{self, Script};
use can::{Frame, FromBus, Id, Kind, Mode, State, ToBus};
use link::Spec;
use link::can::BusSpec;
use sim::{LinkSpec, NodeId, NodeSpec, PortId, System};
use vtime::Span;

const END_NS: u64 = 5_000_000;
const PORT: PortId = PortId(0);

/// The times of all that is told; what nodes hear: when, who, what; and up to where all was told in the end.
type Course = (Vec<u64>, Vec<(u64, NodeId, FromBus)>, u64);

fn join() -> ToBus {
    ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps: 0, mode: Mode::Normal }
}

fn offer(mailbox: u8, id: u16, data: &[u8]) -> ToBus {
    let frame = Frame::new(Id::Standard(id), Kind::Data, data).expect("a frame");
    ToBus::Offer { mailbox, once: false, frame }
}

/// The course of a run, which is the same in all slicings.
fn course(scripts: &[Vec<(u64, ToBus)>]) -> Result<Course, sim::Error> {
    let spec = BusSpec::new(1_000_000, Some(1_000_000), Span::ZERO).expect("a bus");
    let system = System {
        nodes: ('a'..).take(scripts.len()).map(|name| NodeSpec { name: name.into(), ports: 1 }).collect(),
        links: vec![LinkSpec {
            name: "bus".into(),
            spec: Spec::Can(spec),
            ends: (0..scripts.len() as u16).map(|node| (NodeId(node), PORT)).collect(),
            host: None,
            tester: None,
            faults: vec![],
        }],
        duration: Span::from_ns(END_NS),
        seed: 0,
    };
    let said = |(at_ns, record): &(u64, ToBus)| {
        let mut bytes = Vec::new();
        record.write(&mut bytes);
        (*at_ns, PORT, bytes)
    };
    let scripts: Vec<Script> = scripts.iter().map(|script| script.iter().map(said).collect()).collect();
    driver::in_all_slices(50_000, |slicing| {
        let mut told = Vec::new();
        let run = driver::run(&system, &scripts, slicing, |event, _| told.push(event.key.at.as_ns()))?;
        let record = |bytes: &[u8]| FromBus::read(bytes).expect("a record");
        let heard = run.heard.iter().map(|(at_ns, node, _, bytes)| (*at_ns, *node, record(bytes)));
        Ok((told, heard.collect(), run.up_to_ns))
    })
}

/// It repeats its frame up to the end: each 59 us; 67 us from the 16th on, which makes it passive.
#[test]
fn a_sender_alone_goes_on_to_the_end() -> Result<(), sim::Error> {
    let (told, _, up_to_ns) = course(&[vec![(0, join()), (20_000, offer(0, 0, &[]))], vec![]])?;
    let passive_ns = 20_000 + 15 * 59_000;
    let tries = (0..15).map(|n| 20_000 + n * 59_000).chain((0..).map(|n| passive_ns + n * 67_000));
    assert_eq!(told, tries.take_while(|at_ns| *at_ns < END_NS).collect::<Vec<_>>());
    assert_eq!(up_to_ns, END_NS);
    Ok(())
}

/// One sends a frame of CAN FD, which the other one does not know and destroys, each time; so does the first one, passive by then, with
/// the other one's frames, which nobody acknowledges: for ever, but for the end of the run.
#[test]
fn what_never_gets_through_does_not_keep_a_run_from_its_end() -> Result<(), sim::Error> {
    let kind = Kind::Fd { switches_rate: false, is_passive: false };
    let frame = Frame::new(Id::Standard(0x300), kind, &[0; 64]).expect("a frame");
    let knows_fd = ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps: 1_000_000, mode: Mode::Normal };
    let first = vec![(0, knows_fd), (20_000, ToBus::Offer { mailbox: 0, once: false, frame })];
    let (told, heard, up_to_ns) = course(&[first, vec![(0, join()), (25_000, offer(0, 0x100, &[1]))]])?;
    assert!(told.len() > 10 && up_to_ns == END_NS, "{} tries", told.len());
    let passive = |known: NodeId| {
        let is_passive = |said: &FromBus| matches!(said, FromBus::Status(now) if now.state == State::Passive);
        heard.iter().any(|(_, node, said)| *node == known && is_passive(said))
    };
    assert!(passive(NodeId(0)) && passive(NodeId(1)));
    Ok(())
}

/// Three nodes whose frames meet, with two that have one identifier for different contents, somebody who leaves and comes back,
/// and one that offers when the end is near.
#[test]
fn slices_do_not_show() -> Result<(), sim::Error> {
    let traffic = |node: u16, gap_ns: u64| {
        (0..10u16).map(move |n| {
            let at_ns = 20_000 + u64::from(n) * gap_ns;
            (at_ns, offer(n as u8 % 4, n << 4 & 0x7f0 | node, &[node as u8; 8][..usize::from(n % 9)]))
        })
    };
    let begin = || [(0, join())].into_iter();
    let mut first: Vec<_> = begin().chain(traffic(1, 240_000)).collect();
    first.extend([(2_500_000, offer(9, 0x7ff, &[1])), (END_NS - 10_000, offer(8, 1, &[]))]);
    let mut second: Vec<_> = begin().chain(traffic(2, 240_001)).collect();
    second.extend([(2_500_000, offer(9, 0x7ff, &[2])), (3_000_000, ToBus::Withdraw { mailbox: 9 })]);
    let mut third: Vec<_> = begin().chain(traffic(3, 239_500)).collect();
    third.extend([(2_600_000, ToBus::Leave), (2_700_000, join())]);
    let (told, heard, up_to_ns) = course(&[first, second, third])?;
    let sent = heard.iter().filter(|(.., record)| matches!(record, FromBus::Sent { .. })).count();
    assert!(sent >= 30 && told.len() > sent, "{sent} of {}", told.len());
    assert!(heard.iter().any(|(.., record)| matches!(record, FromBus::Status(_))), "frames have failed");
    assert_eq!(up_to_ns, END_NS);
    Ok(())
}
