// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any bytes are messages and then an error, never a panic; and what was read is written with the same bytes.
#![no_main]

use control::{MAX_TO_MASTER, Request, ToMaster, read_frame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    loop {
        let start = rest;
        let Ok(frame) = read_frame(&mut rest, &[], MAX_TO_MASTER) else { break };
        let read = &start[..start.len() - rest.len()];
        let mut again = Vec::new();
        if let Ok(request) = Request::decode(&frame) {
            request.encode(frame.sequence, &mut again);
        } else if let Ok(message) = ToMaster::decode(&frame) {
            message.encode(frame.sequence, &mut again);
        } else {
            continue;
        }
        assert_eq!(again, read);
    }
});
