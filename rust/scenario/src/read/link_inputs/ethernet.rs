// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of Ethernet: bytes, or a capture.

use super::{Around, Frames, capture, one_key, refuse_keys};
use crate::Problem;
use crate::read::section::{Checked, Problems, Section};
use crate::read::{bytes, named_file};
use link::ethernet::{LEN_MAX, LEN_MAX_TAGGED, LEN_MIN, is_valid};
use vtime::Span;

/// Bytes that a frame written by hand may have: one too long is told as such.
const BYTES_MAX: usize = 1 << 14;

impl<'a> Around<'a, '_> {
    pub(super) fn frame(&self, section: &Section<'a>, problems: &mut Problems) -> Checked<Frames> {
        let example = "bytes = \"ff ff ...\", or pcapng = \"requests.pcapng\"";
        let what = one_key(section, &["bytes", "pcapng"], "what to send", example, problems)?;
        let frames = if what.key() == "bytes" {
            refuse_keys(section, &["interface", "direction"], "\"pcapng\"", problems)?;
            vec![(Span::ZERO, bytes::read(&what, BYTES_MAX, problems)?, String::new())]
        } else {
            let (name, file) = named_file::read(&what, "capture", self.files, problems)?;
            let packets = capture::read(&what, section, (name, &file), ::capture::Kind::Ethernet, problems)?;
            let place = |offset| format!("{name}: byte {offset}: ");
            packets.into_iter().map(|packet| (packet.after, packet.bytes, place(packet.offset))).collect()
        };
        if let Some((_, frame, place)) = frames.iter().find(|(_, frame, _)| !is_valid(frame)) {
            let problem = Problem::at(what.span(), "no receiver takes a frame of that length");
            let problem = problem.found(format!("{place}{} bytes", frame.len()));
            let expected =
                format!("{LEN_MIN} to {LEN_MAX} bytes, {LEN_MAX_TAGGED} with a VLAN tag, without checksum");
            return Err(problems.report(problem.expected(expected)));
        }
        Ok(frames.into_iter().map(|(after, frame, _)| (after, frame)).collect())
    }
}
