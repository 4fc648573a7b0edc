// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The words of a file: names, numbers, strings and signs, each with its place.

use super::is_keyword;
use crate::Decimal;
use report::Problem;
use std::ops::Range;

/// A mistake, and the proof that there is one.
pub(super) type Read<T> = Result<T, Box<Problem>>;

/// What is left of a text.
#[derive(Clone)]
pub(super) struct Words<'a> {
    text: &'a str,
    at: usize,
    /// Where the statement begins that is read.
    statement: Range<usize>,
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Words<'a> {
        Words { text, at: 0, statement: 0..0 }
    }

    /// The keyword of the next statement; `None` at the end.
    pub(super) fn statement(&mut self) -> Option<(&'a str, Range<usize>)> {
        self.skip_blanks();
        if self.at == self.text.len() {
            return None;
        }
        let word = self.peek();
        let len =
            if word.is_empty() { self.rest().chars().next().map_or(0, char::len_utf8) } else { word.len() };
        self.statement = self.at..self.at + len;
        self.at += len;
        Some((&self.text[self.statement.clone()], self.statement.clone()))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest().trim_start();
            self.at = self.text.len() - rest.len();
            if !rest.starts_with("//") {
                return;
            }
            self.skip_line();
        }
    }

    pub(super) fn skip_line(&mut self) {
        self.at += self.rest().find('\n').map_or(self.rest().len(), |end| end + 1);
    }

    /// The rest of this line, without the blanks around it.
    pub(super) fn line(&self) -> &'a str {
        self.rest().lines().next().unwrap_or_default().trim()
    }

    pub(super) fn is_over(&self) -> bool {
        self.at == self.text.len()
    }

    /// The name that comes next; empty if it is something else.
    pub(super) fn peek(&mut self) -> &'a str {
        self.skip_blanks();
        let rest = self.rest();
        &rest[..rest.bytes().position(|byte| !is_of_name(byte)).unwrap_or(rest.len())]
    }

    /// What is there instead of what is expected.
    pub(super) fn wrong(&mut self, expected: &str) -> Box<Problem> {
        self.skip_blanks();
        if self.rest().is_empty() {
            let problem = Problem::at(self.statement.clone(), "the file ends within this statement");
            let problem = problem.found("the end of the file").expected(expected);
            return Box::new(problem.help("the file is cut: get the whole of it"));
        }
        let found: String = match self.peek() {
            "" => self.rest().chars().take(1).collect(),
            name => name.chars().take(60).collect(),
        };
        let span = self.at..self.at + found.len();
        Box::new(Problem::at(span, "this is not what a DBC file has here").found(found).expected(expected))
    }

    pub(super) fn name(&mut self, expected: &str) -> Read<(&'a str, Range<usize>)> {
        let name = self.peek();
        if name.is_empty() {
            return Err(self.wrong(expected));
        }
        let span = self.at..self.at + name.len();
        self.at = span.end;
        Ok((name, span))
    }

    /// The name of a node. A keyword is none: it begins the next statement.
    pub(super) fn node(&mut self, expected: &str) -> Read<()> {
        let name = self.peek();
        if is_keyword(name) {
            let problem = Problem::at(self.statement.clone(), "the next statement begins within this one");
            return Err(Box::new(problem.found(name).expected(expected)));
        }
        self.name(expected).map(|_| ())
    }

    /// Whether `sign` comes next; then it is passed.
    pub(super) fn has(&mut self, sign: char) -> bool {
        self.skip_blanks();
        let has = self.rest().starts_with(sign);
        self.at += if has { sign.len_utf8() } else { 0 };
        has
    }

    pub(super) fn sign(&mut self, sign: char) -> Read<()> {
        if self.has(sign) { Ok(()) } else { Err(self.wrong(&format!("{sign:?}"))) }
    }

    /// A whole number in decimal digits.
    pub(super) fn whole<T: std::str::FromStr>(&mut self, expected: &str) -> Read<(T, Range<usize>)> {
        self.skip_blanks();
        let rest = self.rest();
        let signs = usize::from(rest.starts_with(['-', '+']));
        let digits = rest[signs..].bytes().take_while(u8::is_ascii_digit).count();
        let span = self.at..self.at + signs + digits;
        if digits == 0 || rest[signs + digits..].bytes().next().is_some_and(is_of_name) {
            return Err(self.wrong(expected));
        }
        let number = rest[..signs + digits].parse().map_err(|_| {
            let problem = Problem::at(span.clone(), "this number is out of range");
            problem.found(&rest[..(signs + digits).min(60)]).expected(expected)
        })?;
        self.at = span.end;
        Ok((number, span))
    }

    pub(super) fn decimal(&mut self, expected: &str) -> Read<(Decimal, Range<usize>)> {
        self.skip_blanks();
        let rest = self.rest();
        let len =
            rest.bytes().position(|byte| !is_of_name(byte) && !b"+-.".contains(&byte)).unwrap_or(rest.len());
        let span = self.at..self.at + len;
        let number = rest[..len].parse().map_err(|error: crate::DecimalError| {
            if len == 0 {
                return *self.wrong(expected);
            }
            let found: String = rest[..len].chars().take(60).collect();
            Problem::at(span.clone(), error.to_string()).found(found).expected(expected)
        })?;
        self.at = span.end;
        Ok((number, span))
    }

    /// A string; `\"` in it is a quote.
    pub(super) fn string(&mut self, expected: &str) -> Read<String> {
        self.skip_blanks();
        let start = self.at;
        if !self.has('"') {
            return Err(self.wrong(expected));
        }
        let mut text = String::new();
        let mut chars = self.rest().char_indices().peekable();
        while let Some((place, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += place + 1;
                    return Ok(text);
                }
                '\\' if chars.next_if(|(_, next)| *next == '"').is_some() => text.push('"'),
                _ => text.push(char),
            }
        }
        let problem = Problem::at(start..start + 1, "this string has no end").found("the end of the file");
        Err(Box::new(problem.expected("\"").help("the file is cut, or a quote is missing")))
    }

    /// Passes all up to the end of a statement that says nothing of messages and signals.
    pub(super) fn skip_statement(&mut self) -> Read<()> {
        loop {
            self.skip_blanks();
            match self.rest().chars().next() {
                None => return Err(self.wrong("\";\"")),
                Some(';') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('"') => {
                    self.string("a string")?;
                }
                Some(char) => self.at += char.len_utf8(),
            }
        }
    }
}
