// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The words of a description file: LIN 2.2A, 9.1 and 9.3.

use report::Problem;
use std::ops::Range;

/// A word, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters, digits and `_`, with no digit in front.
    Name,
    /// Digits, maybe with a point, or hexadecimal digits behind `0x`.
    Number,
    /// What is between quotation marks, with them.
    Text,
    /// One of the signs.
    Sign,
    /// The end of the file.
    End,
}

/// The words of a text, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Words<'a> {
        // Some editors put a mark in front.
        Words { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    /// The next one.
    pub(super) fn next(&mut self) -> Result<Word<'a>, Box<Problem>> {
        self.skip()?;
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else {
            return Ok(Word { kind: Kind::End, text: "", span: self.at..self.at });
        };
        let len_while = |is: fn(char) -> bool| rest.find(|sign| !is(sign)).unwrap_or(rest.len());
        let (kind, len) = match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                (Kind::Name, len_while(|sign| sign.is_ascii_alphanumeric() || sign == '_'))
            }
            '0' if rest[1..].starts_with(['x', 'X']) => {
                let digits = rest[2..].find(|sign: char| !sign.is_ascii_hexdigit()).unwrap_or(rest.len() - 2);
                (Kind::Number, 2 + digits)
            }
            '0'..='9' => (Kind::Number, len_while(|sign| sign.is_ascii_digit() || sign == '.')),
            '{' | '}' | ':' | ';' | ',' | '=' | '%' | '-' => (Kind::Sign, 1),
            '"' => match rest[1..].find(['"', '\n']) {
                Some(inner) if rest[1 + inner..].starts_with('"') => (Kind::Text, inner + 2),
                _ => {
                    let problem = Problem::at(self.at..self.at + 1, "this text has no end on its line");
                    return Err(Box::new(problem.expected("a second \"")));
                }
            },
            other => {
                let problem =
                    Problem::at(self.at..self.at + other.len_utf8(), "this is nothing that an LDF has");
                return Err(Box::new(problem.found(format!("{other:?}"))));
            }
        };
        let span = self.at..self.at + len;
        self.at = span.end;
        Ok(Word { kind, text: &self.text[span.clone()], span })
    }

    /// Skips blanks and comments.
    fn skip(&mut self) -> Result<(), Box<Problem>> {
        loop {
            let rest = self.text[self.at..].trim_start();
            self.at = self.text.len() - rest.len();
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(comment) = rest.strip_prefix("/*") {
                let Some(inner) = comment.find("*/") else {
                    let problem = Problem::at(self.at..self.at + 2, "this comment has no end");
                    return Err(Box::new(problem.expected("*/")));
                };
                self.at += inner + 4;
            } else {
                return Ok(());
            }
        }
    }
}

/// A number with at most so many decimals, as a whole number of its last one: `19.2` with three is 19200.
pub(super) fn fixed(text: &str, decimals: u32) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // Zeros at the end say nothing.
    let fraction = fraction.trim_end_matches('0');
    if !digits(whole) || !digits(fraction) || whole.is_empty() || fraction.len() > decimals as usize {
        return None;
    }
    let scale = 10u64.checked_pow(decimals)?;
    let fraction_scale = 10u64.pow(decimals - fraction.len() as u32);
    let fraction = if fraction.is_empty() { 0 } else { fraction.parse::<u64>().ok()? * fraction_scale };
    whole.parse::<u64>().ok()?.checked_mul(scale)?.checked_add(fraction)
}

/// A whole number, decimal or hexadecimal.
pub(super) fn whole(text: &str) -> Option<u64> {
    match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        assert_eq!(fixed("19.2", 3), Some(19_200));
        assert_eq!(fixed("10", 3), Some(10_000));
        assert_eq!(fixed("0.1000000", 6), Some(100_000));
        assert_eq!(fixed("10.4170", 3), Some(10_417));
        assert_eq!(fixed("10.4175", 3), None);
        assert_eq!(fixed("1.2.3", 3), None);
        assert_eq!(fixed(".5", 3), None);
        assert_eq!(fixed("99999999999999999999", 3), None);
        assert_eq!((whole("0x3C"), whole("60"), whole("0x"), whole("6.0")), (Some(60), Some(60), None, None));
    }

    #[test]
    fn words_are_found_between_comments() {
        let mut words = Words::new("\u{feff}a1: /* b */ 0x3C, // c\n 19.2kbps \"t x\";");
        let mut found = Vec::new();
        loop {
            let word = words.next().unwrap();
            if word.kind == Kind::End {
                break;
            }
            found.push(word.text);
        }
        assert_eq!(found, ["a1", ":", "0x3C", ",", "19.2", "kbps", "\"t x\"", ";"]);
    }
}
