// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No text makes the reader of LIN descriptions, its messages or their rendering panic; what a description says fits itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::lin::ldf;

fuzz_target!(|text: &str| {
    match ldf::read("fuzz.ldf", text) {
        Err(errors) => {
            for place in errors.list().iter().filter_map(|one| one.place.as_ref()) {
                assert!(text.get(place.start..place.end).is_some(), "{place:?}");
            }
            assert!(!errors.render(true).is_empty());
        }
        Ok(ldf) => {
            let frames = ldf.frames();
            let known = |id: u8| frames.get(id).is_some();
            for name in ldf.tables() {
                let plan = ldf.plan(name, ldf.jitter()).expect("a table of its own");
                assert!(!plan.slots.is_empty());
                // Commands are master's requests, which need not be among the frames.
                let ids = plan.slots.iter().fold(0, |ids, slot| ids | slot.ids) & !(1 << 0x3c);
                assert!((0..64).all(|id| ids >> id & 1 == 0 || known(id)));
            }
        }
    }
});
