// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Frames of LIN as packets: LINKTYPE_LIN, revision 1, as its page at the registry says.

/// The longest packet: the head and 8 bytes of data.
pub const BYTES_MAX: usize = HEAD_BYTES + DATA_BYTES_MAX;

/// The most bytes of data of a frame.
pub const DATA_BYTES_MAX: usize = 8;

const HEAD_BYTES: usize = 8;
const REVISION: u8 = 1;

/// A frame, or what became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinFrame<'a> {
    /// The protected identifier, parity and all.
    pub pid: u8,
    /// The bytes of its response, at most 8.
    pub data: &'a [u8],
    /// The checksum as it was on the wire.
    pub checksum: u8,
    /// Which it is.
    pub checksum_kind: Checksum,
    /// What was wrong.
    pub errors: Errors,
}

/// What a checksum sums up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Neither: it is wrong.
    Unknown = 0,
    /// The data.
    Classic = 1,
    /// The data and the protected identifier.
    Enhanced = 2,
}

/// What was wrong with a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    /// Nobody answered the header.
    pub no_response: bool,
    /// A stop bit was not there.
    pub framing: bool,
    /// The parity of the protected identifier does not fit.
    pub parity: bool,
    /// The checksum does not fit.
    pub checksum: bool,
}

/// A packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoded {
    bytes: [u8; BYTES_MAX],
    len: usize,
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The packet of a frame; `None`: it has more data than a frame can have.
pub fn encode(frame: &LinFrame<'_>) -> Option<Encoded> {
    let Errors { no_response, framing, parity, checksum } = frame.errors;
    let len = frame.data.len();
    let mut bytes = [0; BYTES_MAX];
    bytes[HEAD_BYTES..].get_mut(..len)?.copy_from_slice(frame.data);
    bytes[0] = REVISION;
    // Bits 2 and 3, the message's type, are 0: a frame.
    bytes[4] = (len as u8) << 4 | frame.checksum_kind as u8;
    bytes[5] = frame.pid;
    bytes[6] = frame.checksum;
    bytes[7] =
        u8::from(no_response) | u8::from(framing) << 1 | u8::from(parity) << 2 | u8::from(checksum) << 3;
    Some(Encoded { bytes, len: HEAD_BYTES + len.next_multiple_of(4) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(data: &[u8], errors: Errors, expected: Option<&[u8]>) {
        let frame = LinFrame { pid: 0xc1, data, checksum: 0x3a, checksum_kind: Checksum::Enhanced, errors };
        assert_eq!(encode(&frame).as_ref().map(AsRef::as_ref), expected);
    }

    #[test]
    fn a_frame_has_a_head_and_whole_words() {
        let ok = Errors::default();
        check(&[], Errors { no_response: true, ..ok }, Some(&[1, 0, 0, 0, 0x02, 0xc1, 0x3a, 1]));
        check(&[9, 8], ok, Some(&[1, 0, 0, 0, 0x22, 0xc1, 0x3a, 0, 9, 8, 0, 0]));
        check(
            &[1, 2, 3, 4, 5, 6, 7, 8],
            Errors { framing: true, parity: true, checksum: true, ..ok },
            Some(&[1, 0, 0, 0, 0x82, 0xc1, 0x3a, 14, 1, 2, 3, 4, 5, 6, 7, 8]),
        );
        check(&[0; 9], ok, None);
    }
}
