// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The run loop: each node says what its script has, when that has it, and sleeps until then.

use sim::{Core, Done, Event, LinkId, NodeId, PortId, Slicing, System};
use std::fmt::Debug;
use vtime::{Instant, Span};

/// What a node says, in order: when, where, what.
pub type Script = Vec<(u64, PortId, Vec<u8>)>;

/// What a node hears: when, who, where, what.
pub type Heard = (u64, NodeId, PortId, Vec<u8>);

/// What came of a run, besides what it told.
pub struct Outcome {
    /// By time, then by node.
    pub heard: Vec<Heard>,
    /// Up to where all was told in the end.
    pub up_to_ns: u64,
    /// The links whose testers wait in vain.
    pub uncued: Vec<LinkId>,
}

/// Runs a system whose nodes follow `scripts`.
pub fn run(
    system: &System,
    scripts: &[Script],
    slicing: Slicing,
    mut tell: impl FnMut(&Event, &[u8]),
) -> Result<Outcome, sim::Error> {
    let mut core = Core::new(system, slicing).expect("a valid system");
    let mut said = vec![0; scripts.len()];
    let (mut heard, mut up_to) = (Vec::new(), Instant::START);
    while !core.finished() {
        let mut granted = Vec::new();
        while let Some(grant) = core.next_grant()? {
            granted.push((grant.node, grant.until));
            heard.extend(grant.deliveries.iter().map(|delivery| {
                (delivery.at.as_ns(), grant.node, delivery.port, grant.bytes(delivery).to_vec())
            }));
        }
        for (node, until) in granted {
            let (script, said) = (&scripts[usize::from(node.0)], &mut said[usize::from(node.0)]);
            while let Some((at_ns, port, bytes)) =
                script.get(*said).filter(|(at_ns, ..)| *at_ns <= until.as_ns())
            {
                core.sent(node, *port, Instant::from_ns(*at_ns), *said as u64, bytes)?;
                *said += 1;
            }
            let next = script.get(*said).map_or(Instant::FAR, |(at_ns, ..)| Instant::from_ns(*at_ns));
            let done =
                Done { grants: u64::MAX, reached: until, sent: *said as u64, promise: next.max(until) };
            core.done(node, done)?;
        }
        up_to = core.drain_events(&mut tell)?;
    }
    // Of two nodes either may get its grant first.
    heard.sort_by_key(|(at_ns, node, ..)| (*at_ns, *node));
    let uncued = core.uncued().map(|(link, _)| link).collect();
    Ok(Outcome { heard, up_to_ns: up_to.as_ns(), uncued })
}

/// What a run comes to, which is the same when it is cut into slices of about `slice_ns`, longer and shorter ones.
#[track_caller]
pub fn in_all_slices<C: Debug + PartialEq>(
    slice_ns: u64,
    run: impl Fn(Slicing) -> Result<C, sim::Error>,
) -> Result<C, sim::Error> {
    let whole = run(Slicing::default())?;
    let slices = [(None, true), (Some(20 * slice_ns), false), (Some(slice_ns), true)];
    let short = [(Some(slice_ns * 7 / 50), false), (Some(slice_ns / 50 - 1), true)];
    for (max_ns, serial) in slices.into_iter().chain(short) {
        let slicing = Slicing { max_slice: max_ns.map(Span::from_ns), serial };
        assert_eq!(run(slicing)?, whole, "{slicing:?}");
    }
    Ok(whole)
}
