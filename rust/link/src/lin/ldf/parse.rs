// SPDX-License-Identifier: Apache-2.0 OR MIT
//! From words to a description.

use super::lex::{Kind, Word, Words, fixed, whole};
use super::{Entry, FrameDef, Group, Ldf, Name, Signal, Table, What, check};
use report::{Diagnostic, Errors, Problem, Source};
use vtime::Span;

type Parsed<T> = Result<T, Box<Problem>>;

/// Braces in braces, at most.
const DEPTH_MAX: usize = 16;

pub(super) fn read(file: &str, text: &str) -> Result<Ldf, Errors> {
    let source = Source::new(file, text);
    let mut reader = match Reader::new(text) {
        Ok(reader) => reader,
        Err(problem) => return Err(one(source, *problem)),
    };
    let ldf = match reader.file() {
        Ok(ldf) => ldf,
        Err(problem) => return Err(one(source, *problem)),
    };
    let wrong: Vec<Diagnostic> =
        check::all(&ldf).into_iter().map(|problem| source.diagnose(problem)).collect();
    if wrong.is_empty() { Ok(ldf) } else { Err(Errors::from_list(source, wrong)) }
}

fn one(source: Source, problem: Problem) -> Errors {
    let first = source.diagnose(problem);
    Errors::new(source, first, Vec::new())
}

struct Reader<'a> {
    words: Words<'a>,
    next: Word<'a>,
}

/// What a section is, as far as it is read.
#[derive(Default)]
struct Sections {
    nodes: Option<(Name, Span, Vec<Name>)>,
    signals: Vec<Signal>,
    frames: Vec<FrameDef>,
    sporadic: Vec<Group>,
    event_triggered: Vec<(Group, u8)>,
    protocols: Vec<(Name, String)>,
    tables: Vec<Table>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Parsed<Reader<'a>> {
        let mut words = Words::new(text);
        let next = words.next()?;
        Ok(Reader { words, next })
    }

    fn file(&mut self) -> Parsed<Ldf> {
        self.keyword("LIN_description_file")?;
        self.sign(";")?;
        let (mut protocol, mut bitrate_bps) = (None, None);
        let mut sections = Sections::default();
        while self.next.kind != Kind::End {
            let word = self.take()?;
            match word.text {
                "LIN_protocol_version" => {
                    self.sign("=")?;
                    protocol = Some(self.text()?);
                    self.sign(";")?;
                }
                "LIN_language_version" | "LDF_file_revision" | "Channel_name" => {
                    self.sign("=")?;
                    self.text()?;
                    self.sign(";")?;
                }
                "LIN_speed" => bitrate_bps = Some(self.speed()?),
                "LIN_sig_byte_order_big_endian" | "LIN_sig_byte_order_little_endian" => self.sign(";")?,
                name if word.kind == Kind::Name => {
                    self.section(name, &word, &mut sections)?;
                }
                _ => return Err(wrong(&word, "a section, such as Frames { ... }")),
            }
        }
        let Sections { nodes, signals, frames, sporadic, event_triggered, protocols, tables } = sections;
        let missing = |what, example| {
            let problem = Problem::at(self.next.span.clone(), format!("the description has no {what}"));
            Box::new(problem.found("the end of the file").expected(example))
        };
        let protocol =
            protocol.ok_or_else(|| missing("LIN_protocol_version", "LIN_protocol_version = \"2.2\";"))?;
        let bitrate_bps = bitrate_bps.ok_or_else(|| missing("LIN_speed", "LIN_speed = 19.2 kbps;"))?;
        let example = "Nodes { Master: NAME, 5 ms, 0.1 ms; Slaves: NAME, NAME; }";
        let (master, jitter, slaves) = nodes.ok_or_else(|| missing("Nodes", example))?;
        Ok(Ldf {
            protocol,
            bitrate_bps,
            master,
            jitter,
            slaves,
            signals,
            frames,
            sporadic,
            event_triggered,
            protocols,
            tables,
        })
    }

    fn section(&mut self, name: &str, word: &Word<'a>, sections: &mut Sections) -> Parsed<()> {
        match name {
            "Nodes" => sections.nodes = Some(self.nodes()?),
            "Signals" => sections.signals = self.many(Reader::signal)?,
            "Frames" => sections.frames.extend(self.many(Reader::frame)?),
            "Diagnostic_frames" => sections.frames.extend(self.many(Reader::diagnostic_frame)?),
            "Sporadic_frames" => sections.sporadic = self.many(Reader::sporadic)?,
            "Event_triggered_frames" => sections.event_triggered = self.many(Reader::event_triggered)?,
            "Node_attributes" => {
                sections.protocols = self.many(Reader::attributes)?.into_iter().flatten().collect()
            }
            "Schedule_tables" => sections.tables = self.many(Reader::table)?,
            "Node_composition"
            | "composite"
            | "Diagnostic_signals"
            | "Signal_groups"
            | "Signal_encoding_types"
            | "Signal_representation"
            | "Diagnostic_addresses"
            | "Dynamic_frames" => self.skip_braces()?,
            _ => {
                let known = ["Nodes", "Signals", "Frames", "Diagnostic_frames", "Sporadic_frames"];
                let known =
                    known.into_iter().chain(["Event_triggered_frames", "Node_attributes", "Schedule_tables"]);
                let problem = Problem::at(word.span.clone(), format!("unknown section \"{name}\""));
                let problem =
                    problem.found("an LDF has no such section").nearest(report::nearest(name, known));
                return Err(Box::new(problem));
            }
        }
        Ok(())
    }

    fn nodes(&mut self) -> Parsed<(Name, Span, Vec<Name>)> {
        self.sign("{")?;
        self.keyword("Master")?;
        self.sign(":")?;
        let master = self.name("the name of the master")?;
        self.sign(",")?;
        self.ms()?;
        self.sign(",")?;
        let jitter = self.ms()?;
        // Some tools write how long a header may be, and a tolerance, too.
        while self.next.text != ";" && self.next.kind != Kind::End {
            self.take()?;
        }
        self.sign(";")?;
        self.keyword("Slaves")?;
        self.sign(":")?;
        let slaves = self.names("the name of a slave")?;
        self.sign("}")?;
        Ok((master, jitter, slaves))
    }

    /// `NAME: size, init, publisher, subscriber, ...;`
    fn signal(&mut self) -> Parsed<Signal> {
        let name = self.name("the name of a signal")?;
        self.sign(":")?;
        self.number(1..=64, "the size of a signal in bits, 1 to 64")?;
        self.sign(",")?;
        if self.next.text == "{" {
            self.skip_braces()?;
        } else {
            self.number(0..=u64::MAX, "the first value of a signal")?;
        }
        self.sign(",")?;
        let publisher = self.name("the node that sends the signal")?;
        let subscribers = match self.next.text {
            "," => {
                self.take()?;
                self.names("a node that hears the signal")?
            }
            _ => {
                self.sign(";")?;
                Vec::new()
            }
        };
        Ok(Signal { name, publisher, subscribers })
    }

    /// `NAME: id, publisher, len { signal, offset; ... }`
    fn frame(&mut self) -> Parsed<FrameDef> {
        let name = self.name("the name of a frame")?;
        self.sign(":")?;
        let id = self.number(0..=59, "an identifier, 0 to 59")? as u8;
        self.sign(",")?;
        let publisher = Some(self.name("the node that sends the frame")?);
        let len = match self.next.text {
            "," => {
                self.take()?;
                self.number(1..=8, "the bytes of a frame, 1 to 8")? as u8
            }
            // As LIN 1.3 has it.
            _ => [2, 2, 4, 8][usize::from(id >> 4 & 3)],
        };
        let signals = self.frame_signals()?;
        Ok(FrameDef { name, id, publisher, len, signals })
    }

    /// `NAME: id { signal, offset; ... }`
    fn diagnostic_frame(&mut self) -> Parsed<FrameDef> {
        let name = self.name("the name of a frame")?;
        self.sign(":")?;
        let id = self.number(60..=61, "an identifier of diagnostics, 60 or 61")? as u8;
        let signals = self.frame_signals()?;
        Ok(FrameDef { name, id, publisher: None, len: 8, signals })
    }

    fn frame_signals(&mut self) -> Parsed<Vec<Name>> {
        self.many(|reader| {
            let name = reader.name("the name of a signal")?;
            reader.sign(",")?;
            reader.number(0..=63, "the place of a signal in bits, 0 to 63")?;
            reader.sign(";")?;
            Ok(name)
        })
    }

    /// `NAME: frame, frame;`
    fn sporadic(&mut self) -> Parsed<Group> {
        let name = self.name("the name of a sporadic frame")?;
        self.sign(":")?;
        Ok(Group { name, frames: self.names("the name of a frame")? })
    }

    /// `NAME: table, id, frame, frame;`; before LIN 2.1 without the table.
    fn event_triggered(&mut self) -> Parsed<(Group, u8)> {
        let name = self.name("the name of an event triggered frame")?;
        self.sign(":")?;
        if self.next.kind == Kind::Name {
            self.take()?;
            self.sign(",")?;
        }
        let id = self.number(0..=59, "an identifier, 0 to 59")? as u8;
        let frames = match self.next.text {
            "," => {
                self.take()?;
                self.names("the name of a frame")?
            }
            _ => {
                self.sign(";")?;
                Vec::new()
            }
        };
        Ok((Group { name, frames }, id))
    }

    /// `NAME { LIN_protocol = "2.1"; ... }`: the protocol, if it is there.
    fn attributes(&mut self) -> Parsed<Option<(Name, String)>> {
        let name = self.name("the name of a node")?;
        self.sign("{")?;
        let mut protocol = None;
        while self.next.text != "}" {
            let key = self.name("an attribute")?;
            if key.text == "LIN_protocol" {
                self.sign("=")?;
                protocol = Some(match self.next.kind {
                    Kind::Number => self.take()?.text.to_string(),
                    _ => self.text()?,
                });
                self.sign(";")?;
                continue;
            }
            // Values and a semicolon, or a list in braces.
            while !matches!(self.next.text, ";" | "{" | "}") && self.next.kind != Kind::End {
                self.take()?;
            }
            match self.next.text {
                "{" => self.skip_braces()?,
                _ => self.sign(";")?,
            }
        }
        self.sign("}")?;
        Ok(protocol.map(|protocol| (name, protocol)))
    }

    /// `NAME { frame delay 10 ms; AssignNAD { ... } delay 10 ms; ... }`
    fn table(&mut self) -> Parsed<Table> {
        let name = self.name("the name of a table")?;
        let entries = self.many(|reader| {
            let first = reader.name("a frame of the table")?;
            let what = match (first.text.as_str(), reader.next.text) {
                (_, "{") => {
                    reader.skip_braces()?;
                    What::Command
                }
                ("SaveConfiguration" | "AssignNAD" | "ConditionalChangeNAD" | "DataDump", _)
                | ("AssignFrameIdRange" | "FreeFormat" | "AssignFrameId" | "UnassignFrameId", _) => {
                    let word = reader.take()?;
                    return Err(wrong(&word, "the fields of the command, in braces"));
                }
                _ => What::Named(first),
            };
            reader.keyword("delay")?;
            let lasts = reader.ms()?;
            reader.sign(";")?;
            Ok(Entry { what, lasts })
        })?;
        Ok(Table { name, entries })
    }

    /// `= 19.2 kbps;`
    fn speed(&mut self) -> Parsed<u32> {
        self.sign("=")?;
        let word = self.take()?;
        let example = "kilobits per second with at most three decimals, 1 to 20, such as 19.2";
        let found = fixed(word.text, 3).filter(|_| word.kind == Kind::Number);
        let bitrates =
            u64::from(*super::super::spec::BITRATES.start())..=u64::from(*super::super::spec::BITRATES.end());
        let bps = found.filter(|bps| bitrates.contains(bps)).ok_or_else(|| wrong(&word, example))?;
        self.keyword("kbps")?;
        self.sign(";")?;
        Ok(bps as u32)
    }

    /// `10 ms`
    fn ms(&mut self) -> Parsed<Span> {
        let word = self.take()?;
        let example = "milliseconds with at most six decimals, such as 10 or 0.1";
        let found = fixed(word.text, 6).filter(|_| word.kind == Kind::Number);
        let span = found.map(Span::from_ns).ok_or_else(|| wrong(&word, example))?;
        self.keyword("ms")?;
        Ok(span)
    }

    /// `{ item item ... }`
    fn many<T>(&mut self, mut item: impl FnMut(&mut Reader<'a>) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.sign("{")?;
        let mut items = Vec::new();
        while self.next.text != "}" {
            items.push(item(self)?);
        }
        self.sign("}")?;
        Ok(items)
    }

    /// `name, name;`
    fn names(&mut self, what: &str) -> Parsed<Vec<Name>> {
        let mut names = vec![self.name(what)?];
        while self.next.text == "," {
            self.take()?;
            names.push(self.name(what)?);
        }
        self.sign(";")?;
        Ok(names)
    }

    /// A brace, and all up to the one that belongs to it.
    fn skip_braces(&mut self) -> Parsed<()> {
        let open = self.next.clone();
        // What a section is called may stand before its brace.
        if open.kind == Kind::Name {
            self.take()?;
        }
        self.sign("{")?;
        let mut depth = 1;
        while depth > 0 {
            let word = self.take()?;
            match (word.text, word.kind) {
                ("{", _) if depth == DEPTH_MAX => {
                    return Err(wrong(&word, "at most 16 braces in each other"));
                }
                ("{", _) => depth += 1,
                ("}", _) => depth -= 1,
                (_, Kind::End) => {
                    let problem =
                        Problem::at(word.span.clone(), "a brace is not closed").found("the end of the file");
                    return Err(Box::new(problem.also(open.span, "this one").expected("}")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn keyword(&mut self, keyword: &str) -> Parsed<()> {
        let word = self.take()?;
        if word.text == keyword { Ok(()) } else { Err(wrong(&word, keyword)) }
    }

    fn sign(&mut self, sign: &str) -> Parsed<()> {
        self.keyword(sign)
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let word = self.take()?;
        match word.kind {
            Kind::Name => Ok(Name { text: word.text.to_string(), span: word.span }),
            _ => Err(wrong(&word, what)),
        }
    }

    fn text(&mut self) -> Parsed<String> {
        let word = self.take()?;
        match word.kind {
            Kind::Text => Ok(word.text.trim_matches('"').to_string()),
            _ => Err(wrong(&word, "a text, such as \"2.2\"")),
        }
    }

    fn number(&mut self, range: std::ops::RangeInclusive<u64>, what: &str) -> Parsed<u64> {
        let word = self.take()?;
        let found = whole(word.text).filter(|value| word.kind == Kind::Number && range.contains(value));
        found.ok_or_else(|| wrong(&word, what))
    }

    fn take(&mut self) -> Parsed<Word<'a>> {
        let next = self.words.next()?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// A word is not what is expected.
fn wrong(word: &Word<'_>, expected: &str) -> Box<Problem> {
    let found = match word.kind {
        Kind::End => "the end of the file".to_string(),
        _ => format!("\"{}\"", word.text.trim_matches('"')),
    };
    Box::new(Problem::at(word.span.clone(), "this is no LIN description").found(found).expected(expected))
}
