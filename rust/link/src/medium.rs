// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What links carry, and how a trace shows it.

use crate::{can, lin};
use ::uart::ToLine;
use std::fmt::Write;

/// What a link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// Records of crate `uart`: nearly all of them are single bytes.
    Uart,
    /// Frames without preamble and checksum.
    Ethernet,
    /// Records of crate `can`; what is told is a [`can::Event`].
    Can,
    /// Records of crate `uart`; what is told is a [`lin::Event`].
    Lin,
}

impl Medium {
    /// Appends what was told ([`crate::Told::bytes`]) to `text`, in one line: what a trace has of it. `can 123 [2] 0A FF`,
    /// `eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff 0806 0001 ...` with all that is behind the type in hexadecimal digits.
    pub fn show(self, bytes: &[u8], text: &mut String) {
        // Writing to a String cannot fail.
        let _ = match self {
            Medium::Uart => match ToLine::read(bytes) {
                Ok(ToLine::Break { bits, .. }) => write!(text, "uart break of {bits} bits"),
                Ok(ToLine::Hold(true)) => write!(text, "uart break begins"),
                Ok(ToLine::Hold(false)) => write!(text, "uart break ends"),
                Ok(ToLine::Strange(settings)) => {
                    write!(text, "uart {settings}: not as the link has it")
                }
                Ok(ToLine::Misheard(heard)) => write!(text, "uart heard {heard}"),
                _ => write!(text, "uart {}", Hex(bytes)),
            },
            Medium::Ethernet => match bytes {
                [to @ .., high, low] if to.len() == 12 => show_ethernet(to, [*high, *low], &[], text),
                _ => match bytes.split_at_checked(12) {
                    Some((addresses, [high, low, rest @ ..])) => {
                        show_ethernet(addresses, [*high, *low], rest, text)
                    }
                    _ => write!(text, "eth {}", Hex(bytes)),
                },
            },
            Medium::Can => match can::Event::read(bytes) {
                Ok(event) => write!(text, "can {event}"),
                Err(_) => write!(text, "can {}", Hex(bytes)),
            },
            Medium::Lin => match lin::Event::read(bytes) {
                Ok(event) => write!(text, "lin {event}"),
                Err(_) => write!(text, "lin {}", Hex(bytes)),
            },
        };
    }
}

fn show_ethernet(addresses: &[u8], kind: [u8; 2], rest: &[u8], text: &mut String) -> std::fmt::Result {
    let (to, from) = addresses.split_at(6);
    write!(text, "eth {} > {} {}", Mac(from), Mac(to), Hex(&kind))?;
    if rest.is_empty() { Ok(()) } else { write!(text, " {}", Hex(rest)) }
}

/// Two digits a byte.
struct Hex<'a>(&'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// With colons between the bytes.
struct Mac<'a>(&'a [u8]);

impl std::fmt::Display for Mac<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            write!(f, "{}{byte:02x}", if place > 0 { ":" } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::can::{Error, Frame, Id, Kind};

    #[track_caller]
    fn check(medium: Medium, bytes: &[u8], expected: &str) {
        let mut text = String::new();
        medium.show(bytes, &mut text);
        assert_eq!(text, expected);
    }

    #[test]
    fn frames_are_shown_in_the_words_of_their_field() {
        let mut frame = vec![0xff; 6];
        frame.extend([2, 0, 0, 0, 0, 1, 8, 6]);
        check(Medium::Ethernet, &frame, "eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff 0806");
        frame.extend([0xab, 0xcd]);
        check(Medium::Ethernet, &frame, "eth 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff 0806 abcd");
        check(Medium::Ethernet, &frame[..13], "eth ffffffffffff02000000000108");
        let frame = Frame::new(Id::Standard(0x123), Kind::Data, &[10]).unwrap();
        let shown = |event: can::Event| {
            let mut bytes = Vec::new();
            event.write(&mut bytes);
            bytes
        };
        check(Medium::Can, &shown(can::Event::Frame(frame)), "can 123 [1] 0A");
        let failed = can::Event::Failed { error: Error::Acknowledge, bit: 44, frame };
        check(Medium::Can, &shown(failed), "can 123 [1] 0A: no acknowledge, bit 44");
        check(Medium::Can, &[0xee, 1], "can ee01");
        let shown = |said: ToLine| {
            let mut bytes = Vec::new();
            said.write(&mut bytes);
            bytes
        };
        let settings = ::uart::Settings::of_baud(9600, crate::Framing::default()).unwrap();
        check(Medium::Uart, b"b", "uart 62");
        check(Medium::Uart, &shown(ToLine::Break { bit_fs: 1, bits: 13 }), "uart break of 13 bits");
        check(Medium::Uart, &shown(ToLine::Hold(true)), "uart break begins");
        check(Medium::Uart, &shown(ToLine::Hold(false)), "uart break ends");
        check(Medium::Uart, &shown(ToLine::Strange(settings)), "uart 9600 8N1: not as the link has it");
        let heard = ToLine::Misheard(::uart::Heard::Framing(0x80));
        check(Medium::Uart, &shown(heard), "uart heard framing error 0x80");
        let mut woken = Vec::new();
        lin::Event::WakeUp.write(&mut woken);
        check(Medium::Lin, &woken, "lin wake-up");
        check(Medium::Lin, &[0xee, 1], "lin ee01");
    }
}
