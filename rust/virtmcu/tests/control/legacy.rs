// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A master that speaks the clock messages of the earlier system.

use crate::steered::Steered;
use crate::{INFRASTRUCTURE, ODD_NS, PASSED, PING_PONG};
use control::legacy::{ClockAdvance, ClockReady, LENGTH};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

fn advance(stream: &mut UnixStream, delta_ns: u64, quantum_number: u64) -> ClockReady {
    let advance = ClockAdvance { delta_ns, mujoco_time_ns: 0xdead_beef, quantum_number };
    stream.write_all(&advance.encode()).expect("sent");
    let mut bytes = [0; LENGTH];
    stream.read_exact(&mut bytes).expect("an answer");
    ClockReady::decode(&bytes)
}

/// Recognised by its first message, or by the option, it gives the golden.
#[test]
fn clock_advances_give_the_golden() {
    for args in [[].as_slice(), &["--control-protocol", "legacy"]] {
        let mut run = Steered::scenario(PING_PONG, args);
        let mut stream = run.stream();
        let (mut now_ns, mut frames) = (0, 0);
        for quantum in 0.. {
            let delta_ns = ODD_NS[quantum as usize % ODD_NS.len()];
            let ready = advance(&mut stream, delta_ns, quantum);
            now_ns += delta_ns;
            frames += ready.frames;
            let expected_ns = now_ns.min(30_000_000);
            assert_eq!((ready.vtime_ns, ready.error, ready.quantum_number), (expected_ns, 0, quantum));
            if now_ns >= 30_000_000 {
                break;
            }
        }
        // At the end the run closes the connection, and is judged.
        assert_eq!(stream.read(&mut [0]).expect("the end"), 0);
        assert!(frames > 300, "{frames} frames");
        run.outcome().expect(PASSED, &[]);
    }
}

#[test]
fn one_that_dies_is_an_error() {
    let mut run = Steered::scenario(PING_PONG, &[]);
    let mut stream = run.stream();
    advance(&mut stream, 1_000_000, 0);
    drop(stream);
    run.outcome().expect(
        INFRASTRUCTURE,
        &["the master of virtual time is gone, with 0.001000000 of 0.030000000 s run"],
    );
}
