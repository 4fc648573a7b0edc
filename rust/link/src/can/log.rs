// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Logs of CAN frames as `candump -l` writes them: `(1436509052.249713) can0 123#0102`.
//!
//! There is no specification of it; this is what the reader of can-utils (`lib.h`, `parse_canframe`) takes: three digits of
//! identifier are 11 bits, eight are 29; `#R` and maybe a length is a remote frame; `##`, one digit of flags (1: BRS, 2: ESI) and data
//! is CAN FD; bytes may be separated by points.
//!
//! **Limits:** error messages, CAN XL and a raw DLC (`_9` to `_F`) are refused, as a frame here has none of them.

use ::can::{Frame, FrameError, Id, Kind, LEN_MAX};
use report::{Diagnostic, Errors, Problem, Source};
use std::fmt::Write as _;
use std::ops::Range;

const NS_PER_SECOND: u64 = 1_000_000_000;
/// Where the kernel has its flag for an error message in an identifier of eight digits.
const ERROR_MESSAGE: u32 = 0x2000_0000;

/// A frame of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// When, from the log's own epoch on. Never less than of the one before.
    pub at_ns: u64,
    /// On which interface.
    pub interface: String,
    /// The frame.
    pub frame: Frame,
    /// In which line, from 1.
    pub line: usize,
}

/// Reads a log; all its mistakes at once.
pub fn read(file: &str, text: &str) -> Result<Vec<Logged>, Errors> {
    let source = Source::new(file, text);
    let mut frames: Vec<Logged> = Vec::new();
    let mut wrong: Vec<Diagnostic> = Vec::new();
    let mut start = 0;
    for (line, whole) in (1..).zip(text.split_inclusive('\n')) {
        let mut words = Words { text, rest: start..start + whole.len() };
        start += whole.len();
        match logged(&mut words, line) {
            Ok(None) => {}
            Ok(Some((at, logged))) => {
                if frames.last().is_some_and(|before| before.at_ns > logged.at_ns) {
                    let problem = Problem::at(at, "this is earlier than the frame before it");
                    wrong.push(source.diagnose(problem.help("sort the log by its times")));
                }
                frames.push(logged);
            }
            Err(problem) => wrong.push(source.diagnose(*problem)),
        }
    }
    if wrong.is_empty() { Ok(frames) } else { Err(Errors::from_list(source, wrong)) }
}

/// Writes frames as a log, with all nine digits of their nanoseconds where six do not do.
pub fn write(frames: &[Logged]) -> String {
    let mut text = String::new();
    for Logged { at_ns, interface, frame, .. } in frames {
        let (seconds, rest_ns) = (at_ns / NS_PER_SECOND, at_ns % NS_PER_SECOND);
        // Writing to a string does not fail.
        let _ = match rest_ns % 1000 {
            0 => write!(text, "({seconds}.{:06}) {interface} {}#", rest_ns / 1000, frame.id()),
            _ => write!(text, "({seconds}.{rest_ns:09}) {interface} {}#", frame.id()),
        };
        let _ = match frame.kind() {
            Kind::Data => Ok(()),
            Kind::Remote => write!(text, "R{}", frame.len()),
            Kind::Fd { switches_rate, is_passive } => {
                write!(text, "#{}", u8::from(switches_rate) | u8::from(is_passive) << 1)
            }
        };
        let _ = frame.data().iter().try_for_each(|byte| write!(text, "{byte:02X}"));
        text.push('\n');
    }
    text
}

/// The words of a line, one after the other.
struct Words<'a> {
    text: &'a str,
    rest: Range<usize>,
}

impl<'a> Words<'a> {
    /// The next one and where it is; nothing, and where the line ends.
    fn next(&mut self) -> (&'a str, Range<usize>) {
        let line = &self.text[self.rest.clone()];
        let word = line.trim_start();
        let start = self.rest.end - word.len();
        let len = word.find(char::is_whitespace).unwrap_or(word.len());
        // At the end of a line it is there, not in the next one.
        let start = if len == 0 { self.rest.start + line.trim_end().len() } else { start };
        self.rest.start = start + len;
        (&self.text[start..start + len], start..start + len)
    }
}

/// The frame of a line and where its time is; nothing if it is blank.
fn logged(words: &mut Words<'_>, line: usize) -> Result<Option<(Range<usize>, Logged)>, Box<Problem>> {
    let (time, time_at) = words.next();
    if time.is_empty() {
        return Ok(None);
    }
    let at_ns = time_ns(time).ok_or_else(|| {
        Problem::at(time_at.clone(), "this is no time")
            .found(time)
            .expected("seconds with up to nine decimals, in parentheses, such as (0.250000)")
    })?;
    let (interface, interface_at) = words.next();
    if interface.is_empty() {
        return Err(Box::new(
            Problem::at(interface_at, "the interface is missing").expected("a name, such as can0"),
        ));
    }
    let (frame, frame_at) = words.next();
    let frame = self::frame(frame, &frame_at)?;
    match words.next() {
        // Which way it went, as newer versions write it.
        ("" | "R" | "T", _) => {}
        (found, at) => {
            return Err(Box::new(
                Problem::at(at, "there is more behind the frame")
                    .found(found)
                    .expected("the end of the line"),
            ));
        }
    }
    Ok(Some((time_at, Logged { at_ns, interface: interface.to_string(), frame, line })))
}

fn time_ns(word: &str) -> Option<u64> {
    let inner = word.strip_prefix('(')?.strip_suffix(')')?;
    let (seconds, fraction) = inner.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(seconds) || !is_number(fraction) || fraction.len() > 9 {
        return None;
    }
    let fraction_ns = fraction.parse::<u64>().ok()? * 10u64.pow(9 - fraction.len() as u32);
    seconds.parse::<u64>().ok()?.checked_mul(NS_PER_SECOND)?.checked_add(fraction_ns)
}

fn frame(word: &str, at: &Range<usize>) -> Result<Frame, Box<Problem>> {
    let part = |from: usize, len: usize| at.start + from..at.start + from + len;
    let shape = || {
        let problem = Problem::at(at.clone(), "this is no frame").found(word);
        problem.expected("an identifier of 3 or 8 hexadecimal digits, #, and data, such as 123#0102")
    };
    let (digits, rest) = word.split_once('#').ok_or_else(shape)?;
    let id = id(digits).map_err(|wrong| match wrong {
        WrongId::Digits => shape(),
        WrongId::ErrorMessage => Problem::at(part(0, digits.len()), "an error message is no frame")
            .found(digits)
            .help("leave it out: candump writes none without -e"),
        WrongId::TooLarge(error) => Problem::at(part(0, digits.len()), error.to_string()).found(digits),
    })?;
    let data_from = |rest: &str| word.len() - rest.len();
    let refused = |error: FrameError| Box::new(Problem::at(at.clone(), error.to_string()).found(word));
    if rest.starts_with("##") {
        return Err(Box::new(
            Problem::at(at.clone(), "a frame of CAN XL").found(word).expected("Classical CAN or CAN FD"),
        ));
    }
    if let Some(length) = rest.strip_prefix(['R', 'r']) {
        let len = match length.as_bytes() {
            [] => 0,
            [digit @ b'0'..=b'8'] => usize::from(digit - b'0'),
            _ => {
                let problem =
                    Problem::at(part(data_from(length), length.len()), "this is no length").found(length);
                return Err(Box::new(problem.expected("one digit, 0 to 8, or nothing")));
            }
        };
        return Frame::new(id, Kind::Remote, &[0; 8][..len]).map_err(refused);
    }
    let (kind, data) = match rest.strip_prefix('#') {
        None => (Kind::Data, rest),
        Some(fd) => {
            let flags = fd.chars().next().and_then(|digit| digit.to_digit(16)).ok_or_else(|| {
                let problem =
                    Problem::at(part(data_from(fd), fd.len().min(1)), "the flags of CAN FD are missing");
                problem.expected("one hexadecimal digit: 1 for BRS, 2 for ESI")
            })?;
            (Kind::Fd { switches_rate: flags & 1 != 0, is_passive: flags & 2 != 0 }, &fd[1..])
        }
    };
    let (bytes, len) = bytes(data).ok_or_else(|| {
        let problem = Problem::at(part(data_from(data), data.len()), "this is no data").found(data);
        problem.expected("two hexadecimal digits for each byte, at most 64 bytes")
    })?;
    Frame::new(id, kind, &bytes[..len]).map_err(refused)
}

/// Why digits are no identifier.
enum WrongId {
    Digits,
    ErrorMessage,
    TooLarge(FrameError),
}

fn id(digits: &str) -> Result<Id, WrongId> {
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(WrongId::Digits);
    }
    let value = u32::from_str_radix(digits, 16).map_err(|_| WrongId::Digits)?;
    match digits.len() {
        3 => Id::standard(value).map_err(WrongId::TooLarge),
        8 if value & !0x1fff_ffff == ERROR_MESSAGE => Err(WrongId::ErrorMessage),
        8 => Id::extended(value).map_err(WrongId::TooLarge),
        _ => Err(WrongId::Digits),
    }
}

fn bytes(text: &str) -> Option<([u8; LEN_MAX], usize)> {
    let (mut data, mut len) = ([0; LEN_MAX], 0);
    let mut rest = text.as_bytes();
    while let [high, low, behind @ ..] = rest {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        *data.get_mut(len)? = (digit(*high)? << 4 | digit(*low)?) as u8;
        len += 1;
        rest = match behind {
            [b'.', more @ ..] if !more.is_empty() => more,
            behind => behind,
        };
    }
    rest.is_empty().then_some((data, len))
}

#[cfg(test)]
mod tests;
