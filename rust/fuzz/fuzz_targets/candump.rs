// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No text makes the reader of logs of CAN frames, its messages or their rendering panic; frames that were read are the same again from a
//! log of ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::can::log;

fuzz_target!(|text: &str| {
    match log::read("fuzz.log", text) {
        Err(errors) => {
            for place in errors.list().iter().filter_map(|one| one.place.as_ref()) {
                assert!(text.get(place.start..place.end).is_some(), "{place:?}");
            }
            assert!(!errors.render(true).is_empty());
        }
        Ok(frames) => {
            let again = log::read("fuzz.log", &log::write(&frames)).expect("a log of ours");
            let without_lines = |frames: &[log::Logged]| {
                frames.iter().map(|one| (one.at_ns, one.interface.clone(), one.frame)).collect::<Vec<_>>()
            };
            assert_eq!(without_lines(&again), without_lines(&frames));
        }
    }
});
