// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any bytes are a trace or an error, never a panic; and a trace is equal to itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use trace::{Trace, compare};

fuzz_target!(|bytes: &[u8]| {
    match Trace::parse_bytes(bytes, "fuzz.trace") {
        Ok(trace) => assert_eq!(compare(&trace, &trace), Ok(())),
        Err(error) => drop(error.render(Some("accept"))),
    }
});
