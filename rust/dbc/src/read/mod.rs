// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a file: its statements, one after the other; then what they say together is checked.

mod check;
mod statements;
#[cfg(test)]
mod tests;
mod words;

use crate::message::{Database, Message};
use report::{Errors, Problem, Source};
use std::borrow::Cow;
use words::{Read, Words};

/// Mistakes that are told; what comes after them is left out.
const MISTAKES_MAX: usize = 100;

/// Statements that say nothing of the bits of frames, and end with a semicolon.
const SKIPPED: [&str; 22] = [
    "BA_DEF_",
    "BA_DEF_DEF_",
    "BA_DEF_DEF_REL_",
    "BA_DEF_REL_",
    "BA_DEF_SGTYPE_",
    "BA_",
    "BA_REL_",
    "BA_SGTYPE_",
    "BO_TX_BU_",
    "BU_BO_REL_",
    "BU_EV_REL_",
    "BU_SG_REL_",
    "CAT_",
    "CAT_DEF_",
    "CM_",
    "ENVVAR_DATA_",
    "EV_",
    "EV_DATA_",
    "FILTER",
    "SGTYPE_",
    "SIG_GROUP_",
    "SIG_TYPE_REF_",
];

/// The others.
const KNOWN: [&str; 10] =
    ["VERSION", "NS_", "BS_", "BU_", "BO_", "SG_", "VAL_TABLE_", "VAL_", "SIG_VALTYPE_", "SG_MUL_VAL_"];

fn is_keyword(word: &str) -> bool {
    KNOWN.contains(&word) || SKIPPED.contains(&word)
}

impl Database {
    /// Reads a file; all its mistakes at once. Text that is not UTF-8 is taken as Latin-1, which is what tools for Windows write.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Database, Errors> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        };
        // A mark of Windows.
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut reader = Reader::default();
        let mut words = Words::new(text);
        while let Some((keyword, at)) = words.statement() {
            let before = words.clone();
            if let Err(problem) = reader.statement(keyword, at, &mut words) {
                reader.problems.push(*problem);
                words = before;
                words.skip_line();
                words.find_statement();
            }
            if reader.problems.len() >= MISTAKES_MAX {
                break;
            }
        }
        let Reader { messages, late, mut problems, .. } = reader;
        let mut messages = messages;
        if problems.is_empty() {
            check::resolve(&mut messages, late, &mut problems);
        }
        if problems.is_empty() {
            // Signals of no message, which tools keep in one of their own.
            messages.retain(|message| !message.is_pseudo);
            let messages: Vec<Message> = messages.into_iter().map(|read| read.message).collect();
            return Ok(Database { file: file.to_string(), messages });
        }
        problems.sort_by_key(Problem::order);
        problems.truncate(MISTAKES_MAX);
        let source = Source::new(file, text);
        let list = problems.into_iter().map(|problem| source.diagnose(problem)).collect();
        Err(Errors::from_list(source, list))
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    messages: Vec<ReadMessage>,
    late: Vec<statements::Late>,
    problems: Vec<Problem>,
    /// The last message was wrong: its signals have none.
    lost_message: bool,
}

/// A message, and what its signals say of their switches.
struct ReadMessage {
    message: Message,
    /// As the file has it.
    raw_id: u32,
    is_pseudo: bool,
    marks: Vec<statements::Mark>,
}

impl Words<'_> {
    /// Passes lines that begin no statement.
    fn find_statement(&mut self) {
        while !self.is_over() {
            let line = self.line();
            let end =
                line.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(line.len());
            if is_keyword(&line[..end]) {
                return;
            }
            self.skip_line();
        }
    }
}

impl Reader {
    fn statement(&mut self, keyword: &str, at: std::ops::Range<usize>, words: &mut Words<'_>) -> Read<()> {
        match keyword {
            "VERSION" => words.string("the version in quotes").map(|_| ()),
            "NS_" => {
                words.sign(':')?;
                // Names of statements, one in a line.
                loop {
                    words.skip_line();
                    let line = words.line();
                    let is_name = line.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    if words.is_over() || !is_name {
                        return Ok(());
                    }
                }
            }
            "BS_" => {
                words.sign(':')?;
                words.skip_line();
                Ok(())
            }
            "BU_" => {
                words.sign(':')?;
                loop {
                    let name = words.peek();
                    if name.is_empty() || is_keyword(name) {
                        return Ok(());
                    }
                    words.name("the name of a node")?;
                }
            }
            "BO_" => {
                self.lost_message = true;
                let message = statements::message(words)?;
                self.messages.push(message);
                self.lost_message = false;
                Ok(())
            }
            "SG_" => {
                let signal = statements::signal(words)?;
                match self.messages.last_mut() {
                    _ if self.lost_message => Ok(()),
                    Some(last) => {
                        last.message.signals.push(signal.0);
                        last.marks.push(signal.1);
                        Ok(())
                    }
                    None => {
                        let problem =
                            Problem::at(at, "this signal is in no message").expected("BO_ before it");
                        Err(Box::new(problem))
                    }
                }
            }
            "VAL_TABLE_" => words.skip_statement(),
            "VAL_" | "SIG_VALTYPE_" | "SG_MUL_VAL_" => {
                self.late.extend(statements::late(keyword, words)?);
                Ok(())
            }
            skipped if SKIPPED.contains(&skipped) => words.skip_statement(),
            _ => {
                let problem = Problem::at(at, "this begins no statement of a DBC file").found(keyword);
                let problem = problem.expected("a keyword such as BO_, SG_, VAL_ or CM_");
                Err(Box::new(problem.nearest(report::nearest(keyword, KNOWN.into_iter().chain(SKIPPED)))))
            }
        }
    }
}
