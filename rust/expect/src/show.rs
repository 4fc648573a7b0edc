// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What came and what was expected, in words.

use crate::candidate::Seen;
use crate::frame::{outcome, range};
use crate::{Contents, Count, Expectation, Expectations, FramePattern, LinePattern, Opens, What};
use link::Medium;
use std::fmt::Write;

/// So many bytes of a long frame are shown.
const BYTES_MAX: usize = 64;

impl Expectations {
    /// `pinger.uart0 sends line "ok" within 5ms after "boot"`.
    pub(crate) fn claim(&self, expectation: &Expectation) -> String {
        let never = expectation.count == Count::NEVER;
        let mut text = match &expectation.what {
            What::Line { port, pattern } => {
                let what = match pattern {
                    LinePattern::Line(text) => format!("line \"{}\"", escaped(&text.to_string())),
                    LinePattern::Contains(text) => format!("a line with \"{}\"", escaped(&text.to_string())),
                    LinePattern::Matches(regular) => format!("a line that matches '{regular}'"),
                    LinePattern::Bytes(bytes) => format!("bytes {bytes}"),
                };
                let verb = if never { "never sends" } else { "sends" };
                format!("{} {verb} {what}", self.port_name(*port))
            }
            What::Frame(frame) => {
                let verb = if never { "never carries" } else { "carries" };
                let link = self.topology.links.get(usize::from(frame.link.0)).map_or("?", String::as_str);
                format!("{link} {verb} {}", self.frame(frame))
            }
        };
        match expectation.count {
            Count::ONCE | Count::NEVER => {}
            Count { min: 1, max: 1 } => text.push_str(" exactly once"),
            Count { min, max } => text += &format!(" {} times", range(min, max)),
        }
        if let Some(within) = expectation.within {
            text += &format!(" within {within}");
        }
        match expectation.opens {
            Opens::At(at) if at == vtime::Instant::START => {}
            Opens::At(at) => text += &format!(" after {at}"),
            Opens::After(other) => text += &format!(" after {}", self.name(other)),
        }
        text
    }

    /// What an expectation is called.
    pub(crate) fn name(&self, place: usize) -> String {
        let name = self.watches.get(place).and_then(|watch| watch.expectation.name.as_ref());
        name.map_or_else(|| (place + 1).to_string(), |name| format!("\"{name}\""))
    }

    fn frame(&self, frame: &FramePattern) -> String {
        let mut text = String::from(match frame.outcome {
            link::What::Sent => "a frame",
            link::What::Lost => "a frame that is lost",
            link::What::Failed => "a frame that fails",
            link::What::Struck { .. } => "a frame that a fault strikes",
        });
        if let Some(from) = frame.from {
            text += &format!(" from {}", self.port_name(from));
        }
        if let Some(to) = frame.to {
            text += &format!(" to {}", self.port_name(to));
        }
        match &frame.contents {
            Contents::Bytes { length, parts } => {
                if let Some((min, max)) = length {
                    text += &format!(" of {} bytes", range(*min, *max));
                }
                for (place, (at, bytes)) in parts.iter().enumerate() {
                    text += &format!("{} {bytes} at {at}", if place == 0 { " with" } else { "," });
                }
            }
            Contents::Can { id, fd, remote, data, signals } => {
                for (is, what) in [(fd, "of CAN FD"), (remote, "that is remote")] {
                    match is {
                        Some(true) => text += &format!(" {what}"),
                        Some(false) => text += &format!(" not {what}"),
                        None => {}
                    }
                }
                // A message has its own.
                let id = id.filter(|_| signals.is_none());
                if let Some(id) = id {
                    text += &format!(" with id {id}");
                }
                if let Some(data) = data {
                    text += &format!("{} data {data}", if id.is_some() { " and" } else { " with" });
                }
                if let Some(signals) = signals {
                    text += &format!("{} {signals}", if data.is_some() { " that is" } else { " of" });
                }
            }
        }
        text
    }

    /// `0.000347224  pinger.uart0  "ok\r\n"`.
    pub(crate) fn shown(&self, seen: &Seen, link: &str) -> String {
        let from = seen.from.map_or_else(|| link.to_string(), |from| self.port_name(from));
        let mut text = format!("{}  {from}  ", seen.at);
        match seen.medium {
            Medium::Uart => text += &format!("\"{}\"", escaped_bytes(&seen.bytes)),
            medium => {
                if seen.what != link::What::Sent {
                    text += &format!("{}  ", outcome(seen.what));
                }
                let cut = if medium == Medium::Ethernet { BYTES_MAX } else { seen.bytes.len() };
                medium.show(&seen.bytes[..seen.bytes.len().min(cut)], &mut text);
                if seen.bytes.len() > cut {
                    text += &format!("… ({} bytes)", seen.bytes.len());
                }
            }
        }
        text
    }
}

/// Without control characters, backslashes and quotes.
fn escaped(text: &str) -> String {
    text.escape_debug().to_string()
}

/// Bytes as a trace has them.
fn escaped_bytes(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        // Writing to a String cannot fail.
        let _ = match byte {
            b'\n' => write!(text, "\\n"),
            b'\r' => write!(text, "\\r"),
            b'\t' => write!(text, "\\t"),
            b'\\' | b'"' => write!(text, "\\{}", char::from(byte)),
            b' '..=b'~' => write!(text, "{}", char::from(byte)),
            _ => write!(text, "\\x{byte:02x}"),
        };
    }
    text
}
