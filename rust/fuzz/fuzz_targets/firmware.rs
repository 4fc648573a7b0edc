// SPDX-License-Identifier: Apache-2.0 OR MIT
//! No bytes make a reader of firmware panic, and what it gives is in order, without overlaps.
#![no_main]

use board::firmware::{Form, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], Option<u64>)| {
    let (bytes, at) = input;
    for board in board::all() {
        for form in [Form::Elf, Form::Hex, Form::Binary { at }] {
            match check(board, form, bytes) {
                Err(error) => assert!(!error.to_string().is_empty()),
                Ok(info) => {
                    let pairs = info.segments().windows(2);
                    pairs.for_each(|pair| assert!(pair[1].0 - pair[0].0 >= pair[0].1.len() as u64));
                }
            }
        }
    }
});
