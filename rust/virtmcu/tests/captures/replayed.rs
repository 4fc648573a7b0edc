// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The capture of one run is an input of another one.

use crate::captured;
use crate::common::{Place, dist, firmware};
use trace::{Trace, What};
use vtime::Instant;

const ALONE: &str = "schema = 1\nduration = \"20ms\"\n\n[node.ponger]\nboard = \"mps2-an385\"\nfirmware = \"fw/eth_pong.elf\"\n\n\
                     [link.cable]\nkind = \"ethernet\"\nends = [\"ponger.eth0\"]\nbitrate = 100_000_000\ndelay = \"100ns\"\n\n\
                     [[input.frame]]\nlink = \"cable\"\npcapng = \"run.pcapng\"\ninterface = \"cable.pinger.eth0\"\ndirection = \"sent\"\n";

/// What `port` has sent on its cable: when, for how long, what.
fn sent(trace: &str, port: &str) -> Vec<(Instant, u64, String)> {
    let trace = Trace::parse(trace, "run.trace").expect("a trace");
    let entries = trace.entries.iter().filter(|entry| &*entry.port == port);
    let frames = entries.filter_map(|entry| match &entry.what {
        What::Frame { lasts, text, .. } => Some((entry.at, lasts.as_ns(), text.to_string())),
        _ => None,
    });
    frames.collect()
}

/// The ponger cannot tell the pinger from what the pinger has sent: it does the same at the same times, to the nanosecond.
#[test]
fn who_answers_does_not_see_that_it_is_a_capture() {
    let (capture, whole) = captured("ethernet/ping_pong", &[]);
    let (pings, pongs) = (sent(&whole, "pinger.eth0"), sent(&whole, "ponger.eth0"));
    assert!(pings.len() > 10 && pongs.len() > 10);
    let place = Place::with(&format!("{ALONE}at = \"{}ns\"\n", pings[0].0.as_ns()));
    place.link(&firmware("scenarios/ethernet/firmware", "pong"), "fw/eth_pong.elf");
    place.write("run.pcapng", capture);
    let command = place.command(&dist(), &["--no-golden", "--trace", "again.trace"]);
    crate::common::finish(command, place.folder()).expect(0, &[]);
    let again = place.read("again.trace");
    assert_eq!(sent(&again, "input"), pings);
    assert_eq!(sent(&again, "ponger.eth0"), pongs);
}
