// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whole messages from a stream.

use crate::{HEADER_LENGTH, Malformed};
use std::io::{self, Read};

/// A message whose body was not looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it is.
    pub kind: u16,
    /// Which request it is or belongs to.
    pub sequence: u64,
    /// What follows the header.
    pub body: Vec<u8>,
}

/// No message came.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The other side closed the connection between two messages.
    #[error("the other side closed the connection")]
    Closed,
    /// It closed it within one.
    #[error(
        "the other side closed the connection in the middle of a message, after {read} of {length} bytes"
    )]
    Cut {
        /// How many bytes came.
        read: usize,
        /// How many were to come.
        length: usize,
    },
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The header makes no sense.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// Reads the next message, of at most `max` bytes. `start` are bytes that were read before.
pub fn read_frame(stream: &mut impl Read, start: &[u8], max: usize) -> Result<Frame, ReadError> {
    let mut header = [0; HEADER_LENGTH];
    let known = start.len().min(HEADER_LENGTH);
    header[..known].copy_from_slice(&start[..known]);
    fill(stream, &mut header, known, HEADER_LENGTH)?;
    let (length, kind, reserved, sequence) = fields(&header);
    let size = usize::try_from(length).unwrap_or(usize::MAX);
    if size < HEADER_LENGTH || size > max || size < start.len() {
        return Err(Malformed::Length { found: length, max }.into());
    }
    if reserved != 0 {
        let found = format!("{reserved:#06x}");
        return Err(Malformed::Field { what: "the reserved field of a header", found, expected: "0" }.into());
    }
    // Its length was checked: this is all the memory that a header can ask for.
    let mut body = vec![0; size - HEADER_LENGTH];
    let more = &start[known..];
    body[..more.len()].copy_from_slice(more);
    fill(stream, &mut body, more.len(), size)?;
    Ok(Frame { kind, sequence, body })
}

/// Length, kind, reserved field and sequence.
fn fields(header: &[u8; HEADER_LENGTH]) -> (u32, u16, u16, u64) {
    let [a, b, c, d, e, f, g, h, sequence @ ..] = *header;
    (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]), u16::from_le_bytes([g, h]), {
        u64::from_le_bytes(sequence)
    })
}

/// Fills `buffer` from `from` on. Of the whole message, `length` bytes long, the buffer is the last part.
fn fill(stream: &mut impl Read, buffer: &mut [u8], from: usize, length: usize) -> Result<(), ReadError> {
    let mut at = from;
    while at < buffer.len() {
        match stream.read(&mut buffer[at..]) {
            Ok(0) if at == 0 && buffer.len() == length => return Err(ReadError::Closed),
            Ok(0) => return Err(ReadError::Cut { read: length - buffer.len() + at, length }),
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_REQUEST;

    fn check(bytes: &[u8], expected: &str) {
        for known in 0..=bytes.len().min(24) {
            let (start, mut stream) = bytes.split_at(known);
            let found = match read_frame(&mut stream, start, MAX_REQUEST) {
                Ok(frame) => format!("{:#x} {} {:?}", frame.kind, frame.sequence, frame.body),
                Err(error) => error.to_string(),
            };
            // Of bytes that were read before, not one can be missing.
            if known == 0 || !expected.contains("closed") {
                assert_eq!(found, expected, "{known} bytes known");
            }
        }
    }

    fn header(length: u32, reserved: u16) -> Vec<u8> {
        [&length.to_le_bytes()[..], &3u16.to_le_bytes(), &reserved.to_le_bytes(), &7u64.to_le_bytes()]
            .concat()
    }

    #[test]
    fn reads_whole_messages_and_nothing_else() {
        check(&header(16, 0), "0x3 7 []");
        check(&[header(18, 0), vec![1, 2]].concat(), "0x3 7 [1, 2]");
        check(&[], "the other side closed the connection");
        check(
            &header(18, 0),
            "the other side closed the connection in the middle of a message, after 16 of 18 bytes",
        );
        check(
            &header(16, 0)[..5],
            "the other side closed the connection in the middle of a message, after 5 of 16 bytes",
        );
    }

    #[test]
    fn believes_no_length() {
        for length in [0, 15, MAX_REQUEST as u32 + 1, u32::MAX] {
            let expected = format!("a message of {length} bytes, expected 16 (the header) to 65536");
            check(&header(length, 0), &expected);
        }
        check(&header(16, 0x100), "the reserved field of a header is 0x0100, expected 0");
    }
}
