// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a master hears of nodes that are switched and reset is what the trace tells.

use crate::steered::Steered;
use crate::{PASSED, to_the_end};
use virtmcu_client::{Event, Finish, PowerChange, Subscription};

/// The words of the trace.
fn word(change: PowerChange) -> &'static str {
    match change {
        PowerChange::Off => "power off",
        PowerChange::On => "power on",
        PowerChange::PinReset => "reset pin",
        PowerChange::FirmwareReset => "reset firmware",
        PowerChange::Ended => "ended",
    }
}

/// Of the scenario `name`, which has this many changes and loses this many bytes.
fn check(name: &str, changes: usize, lost: usize) {
    let mut run = Steered::scenario(&format!("scenarios/power/{name}.scenario.toml"), &[]);
    let mut master = run.master();
    let nodes: Vec<String> =
        master.describe().expect("described").nodes.iter().map(|node| node.name.clone()).collect();
    master.subscribe(Subscription { power: true, ..Subscription::default() }).expect("subscribed");
    let (mut told, mut gone) = (Vec::new(), String::new());
    to_the_end(&mut master, |events| {
        for event in events {
            match *event {
                Event::Power { at_ns, node, change, .. } => {
                    let at = format!("0.{at_ns:09}");
                    told.push(format!("{at} {} {}", nodes[usize::from(node)], word(change)));
                }
                Event::Lost { byte, .. } => gone.push(char::from(byte)),
                _ => panic!("this was not asked for: {event:?}"),
            }
        }
    });
    master.finish(Finish::Here).expect("finished");
    run.outcome().expect(PASSED, &[]);
    let trace = run.trace();
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let entries = trace.split("---\n").nth(1).expect("entries").lines();
    let of_power = entries.clone().filter(|line| line.contains(" power ") || line.contains(" reset "));
    assert_eq!(told, of_power.map(words).collect::<Vec<_>>());
    let of_lost = entries.filter(|line| line.contains(" lost ")).filter_map(|line| line.split('"').nth(1));
    assert_eq!(gone, of_lost.collect::<String>().replace("\\n", "\n"));
    assert_eq!((told.len(), gone.len()), (changes, lost), "{told:?} {gone:?}");
}

#[test]
fn power_is_told_as_the_trace_tells_it() {
    check("cycle", 4, 54);
    check("resets", 5, 0);
}
