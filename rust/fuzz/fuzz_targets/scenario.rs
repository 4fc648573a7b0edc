// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No text makes the reader, its messages or their rendering panic, and every message points into the text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Err(errors) = scenario::parse(text, "fuzz.scenario.toml") else {
        return;
    };
    for one in errors.list() {
        let places = [one.place.as_ref(), one.also.as_ref().map(|(place, _)| place)];
        for place in places.into_iter().flatten() {
            assert!(text.get(place.start..place.end).is_some(), "{place:?}");
        }
    }
    assert!(!errors.render(true).is_empty());
    assert!(errors.to_json().as_array().is_some_and(|list| !list.is_empty()));
});
