// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Any bytes are packets of a capture or an error, and a packet of CAN is a frame or an error.
#![no_main]

use capture::{Kind, Reader, socketcan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = match Reader::new(bytes) {
        Ok(reader) => reader,
        Err(error) => return drop(error.to_string()),
    };
    while let Some(packet) = reader.next() {
        let packet = match packet {
            Ok(packet) => packet,
            Err(error) => return drop(error.to_string()),
        };
        if reader.sources()[packet.source].kind() == Some(Kind::Can) {
            let _ = socketcan::decode(&packet.bytes);
        }
    }
});
