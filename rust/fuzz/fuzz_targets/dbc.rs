// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No bytes make the reader of CAN databases, its messages or their rendering panic; what a database finds in data makes that data again.
#![no_main]

use dbc::Database;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Database::read("fuzz.dbc", bytes) {
        Err(errors) => assert!(!errors.render(true).is_empty()),
        Ok(database) => {
            for message in database.messages() {
                let data: Vec<u8> = (0..message.len()).map(|place| bytes[place % bytes.len()]).collect();
                for (signal, raw) in message.decode(&data) {
                    let text = signal.value_of_raw(raw).to_string();
                    // Out of the range of the file, or no number of IEEE 754, there are no such values.
                    if let Ok(again) = signal.raw_of(&text) {
                        let value = signal.value_of_raw(again);
                        assert!(value == signal.value_of_raw(raw) || text == "NaN", "{signal:?} {raw} {again}");
                    }
                    assert!(!signal.show(raw).is_empty());
                }
            }
        }
    }
});
