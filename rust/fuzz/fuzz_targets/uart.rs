// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any bytes are records of a serial line or errors, and are the same bytes again; and an end of a line takes all of them, in bounded time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use uart::{FromLine, LineEnd, Out, RECORD_LEN_MAX, Settings, ToLine};

fuzz_target!(|bytes: &[u8]| {
    let line = "115200:8N1:rts".parse().expect("a line");
    let mut end = LineEnd::new(Some(line));
    let mut now_ns = 0u64;
    for record in bytes.chunks(RECORD_LEN_MAX) {
        let mut again = Vec::new();
        if let Ok(said) = ToLine::read(record) {
            said.write(&mut again);
            assert_eq!(again, record);
            if let ToLine::Strange(settings @ Settings { .. }) = said {
                end.set(Some(settings), &mut |_| {});
            }
        }
        again.clear();
        let mut said_by_end = 0;
        let mut count = |_: Out| said_by_end += 1;
        if let Ok(said) = FromLine::read(record) {
            said.write(&mut again);
            assert_eq!(again, record);
            end.arrives(now_ns, said, &mut count);
        }
        while let Some(due_ns) = end.due_ns().filter(|due_ns| *due_ns <= now_ns.saturating_add(1_000_000)) {
            now_ns = now_ns.max(due_ns);
            end.due(now_ns, &mut count);
        }
        assert!(said_by_end < 1_000);
    }
});
