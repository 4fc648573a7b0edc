// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Statements: what is in a file, and what is in a node.

use super::cursor::{Cursor, is_label, is_name};
use crate::draft::{Draft, DraftValue};
use crate::tree::Reservation;
use crate::{Mistake, Place, limits};

/// Reads statements into a draft.
pub(super) struct Reader<'a> {
    pub cursor: Cursor<'a>,
    pub draft: Draft,
    pub mistakes: Vec<Mistake>,
    /// Whether it was told that a node has no end.
    pub no_end: bool,
}

/// A label and where it is.
type Label = (String, Place);

impl Reader<'_> {
    /// Reads the file. What is wrong is in `mistakes`.
    pub fn file(&mut self) {
        let mut first = true;
        let mut roots = 0;
        while !self.full() {
            let done = match self.cursor.space() {
                Ok(()) if self.cursor.peek().is_none() => break,
                Ok(()) if first => self.version(),
                Ok(()) => self.top(&mut roots),
                Err(mistake) => Err(mistake),
            };
            first = false;
            if let Err(mistake) = done {
                self.mistakes.push(mistake);
                self.cursor.recover();
                self.cursor.take_if("}");
                self.cursor.take_if(";");
            }
        }
        if roots == 0 && self.mistakes.is_empty() {
            self.mistakes
                .push(self.cursor.unexpected("there is no root node").expected("`/dts-v1/; / { };`"));
        }
    }

    fn full(&self) -> bool {
        self.mistakes.len() >= limits::MISTAKES_MAX
    }

    /// `/dts-v1/;` at the start.
    fn version(&mut self) -> Result<(), Mistake> {
        if !self.cursor.is_at("/dts-v1/") {
            let mistake = self.cursor.unexpected("this is no device tree source of version 1");
            self.mistakes.push(mistake.expected("`/dts-v1/;`"));
            return Ok(());
        }
        self.version_again()
    }

    fn version_again(&mut self) -> Result<(), Mistake> {
        self.cursor.take("/dts-v1/".len());
        self.end("/dts-v1/")
    }

    /// `;`.
    fn end(&mut self, after: &str) -> Result<(), Mistake> {
        let missing = self.cursor.semicolon(after)?;
        self.mistakes.extend(missing);
        Ok(())
    }

    /// A statement outside of all nodes.
    fn top(&mut self, roots: &mut usize) -> Result<(), Mistake> {
        let labels = self.labels()?;
        if self.cursor.is_at("/dts-v1/") {
            self.version_again()
        } else if self.cursor.is_at("/plugin/") {
            let place = self.cursor.take("/plugin/".len());
            // Almost every statement of an overlay would be one more mistake.
            self.cursor.end();
            let mistake = place.mistake("this is an overlay, which is no whole tree");
            Err(mistake.help("apply it to its base first, with `fdtoverlay`"))
        } else if self.cursor.take_if("/memreserve/").is_some() {
            self.add_labels(None, labels);
            self.cursor.space()?;
            let (address, _) = self.cursor.number()?;
            self.cursor.space()?;
            let (size, _) = self.cursor.number()?;
            self.draft.reservations.push(Reservation { address, size });
            self.end("/memreserve/")
        } else if self.cursor.take_if("/delete-node/").is_some() {
            self.cursor.space()?;
            self.delete_reference()
        } else if self.cursor.take_if("/omit-if-no-ref/").is_some() {
            self.cursor.space()?;
            let (id, _) = self.target()?;
            self.draft.nodes[id].omit = true;
            self.end("/omit-if-no-ref/")
        } else if self.cursor.peek() == Some(b'&') {
            let (id, _) = self.target()?;
            self.add_labels(Some(id), labels);
            self.body(id, 0)
        } else if self.cursor.peek() == Some(b'/')
            && !self.cursor.ahead()[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            let place = self.cursor.take(1);
            if *roots == 0 {
                self.draft.nodes[0].place = place;
            }
            *roots += 1;
            self.add_labels(Some(0), labels);
            self.body(0, 0)
        } else {
            Err(self
                .cursor
                .unexpected("this is no statement")
                .expected("`/ { };`, `&label { };`, `/delete-node/` or `/memreserve/`"))
        }
    }

    /// `&label` of a node that is there.
    fn target(&mut self) -> Result<(usize, Place), Mistake> {
        if self.cursor.peek() != Some(b'&') {
            return Err(self
                .cursor
                .unexpected("no reference to a node")
                .expected("a reference, as in &label or &{/soc}"));
        }
        let (target, place) = self.reference()?;
        Ok((self.draft.find(&target, place)?, place))
    }

    /// What is behind `/delete-node/`.
    fn delete_reference(&mut self) -> Result<(), Mistake> {
        let (id, place) = self.target()?;
        if id == 0 {
            return Err(place.mistake("the root cannot be deleted"));
        }
        self.draft.delete(id);
        self.end("/delete-node/")
    }

    /// `{ … };` of a node, which is so deep in the text.
    fn body(&mut self, node: usize, depth: usize) -> Result<(), Mistake> {
        self.cursor.space()?;
        let Some(open) = self.cursor.take_if("{") else {
            return Err(self.cursor.unexpected("no `{` behind the name of a node").expected("`{`"));
        };
        let body = self.draft.body(node);
        let mut children = None;
        while !self.full() {
            let done = match self.cursor.space() {
                Ok(()) if self.cursor.take_if("}").is_some() => return self.end("this node"),
                Ok(()) if self.cursor.peek().is_none() => {
                    // The nodes around it have none either.
                    if !std::mem::replace(&mut self.no_end, true) {
                        let mistake = self.cursor.unexpected("a node has no end").expected("`}`");
                        self.mistakes.push(mistake.also(open, "it begins here"));
                    }
                    return Ok(());
                }
                Ok(()) => self.item(node, body, &mut children, depth),
                Err(mistake) => Err(mistake),
            };
            if let Err(mistake) = done {
                self.mistakes.push(mistake);
                self.cursor.recover();
            }
        }
        Ok(())
    }

    /// A statement in a node. `child` is the first node in it so far.
    fn item(
        &mut self,
        node: usize,
        body: u32,
        child: &mut Option<Place>,
        depth: usize,
    ) -> Result<(), Mistake> {
        if self.cursor.take_if("/delete-node/").is_some() {
            self.cursor.space()?;
            if self.cursor.peek() == Some(b'&') {
                return self.delete_reference();
            }
            let (name, _) = self.name("node")?;
            self.draft.delete_child(node, &name);
            return self.end("/delete-node/");
        }
        if self.cursor.take_if("/delete-property/").is_some() {
            self.cursor.space()?;
            let (name, _) = self.name("property")?;
            self.draft.delete_property(node, &name);
            return self.end("/delete-property/");
        }
        let omit = self.cursor.take_if("/omit-if-no-ref/");
        self.cursor.space()?;
        let labels = self.labels()?;
        let (name, place) = self.name("property or node")?;
        self.cursor.space()?;
        match self.cursor.peek() {
            Some(b'{') => {
                if name.matches('@').count() > 1 || name.starts_with('@') {
                    return Err(place
                        .mistake("this is no name of a node")
                        .expected("a name, as in uart@40004000"));
                }
                child.get_or_insert(place);
                let id = self.draft.child(node, &name, place, body)?;
                self.draft.nodes[id].omit |= omit.is_some();
                self.add_labels(Some(id), labels);
                self.body(id, depth + 1)
            }
            Some(b'=' | b';') if name.contains('@') => Err(place
                .mistake("this is no name of a property")
                .found("an `@`, as in the name of a node")
                .expected("`{`")),
            Some(b'=' | b';') => {
                if let Some(omit) = omit {
                    return Err(omit
                        .mistake("/omit-if-no-ref/ is for nodes")
                        .also(place, "this is a property"));
                }
                self.add_labels(None, labels);
                let value = match self.cursor.take_if("=") {
                    Some(_) => self.value(place)?,
                    None => DraftValue::empty(place),
                };
                if let Some(child) = *child {
                    let mistake = place.mistake(format!("property \"{name}\" is behind a node"));
                    self.mistakes.push(mistake.also(child, "this node").help("properties come before nodes"));
                }
                self.draft.set(node, &name, place, value, body)?;
                self.end(&format!("property \"{name}\""))
            }
            _ => Err(self
                .cursor
                .unexpected(format!("this does not go on behind \"{name}\""))
                .expected("`=` or `;` of a property, or `{` of a node")),
        }
    }

    /// Labels before a node or a property.
    fn labels(&mut self) -> Result<Vec<Label>, Mistake> {
        let mut labels = Vec::new();
        loop {
            let text = self.cursor.ahead().as_bytes();
            let len = text.iter().take_while(|byte| is_name(**byte)).count();
            if len == 0 || text.get(len) != Some(&b':') {
                return Ok(labels);
            }
            let place = self.cursor.take(len);
            self.cursor.take(1);
            let label = self.cursor.text(place);
            if !label.bytes().all(is_label) || label.starts_with(|c: char| c.is_ascii_digit()) {
                let mistake = place.mistake(format!("\"{}\" is no label", label.escape_debug()));
                return Err(mistake.expected("letters, digits and `_`, a letter first"));
            }
            if len > limits::NAME_BYTES_MAX {
                return Err(too_long(place, "label"));
            }
            labels.push((label.to_string(), place));
            self.cursor.space()?;
        }
    }

    fn add_labels(&mut self, node: Option<usize>, labels: Vec<Label>) {
        labels.into_iter().for_each(|(label, place)| self.draft.label(node, &label, place));
    }

    /// The name of a node or a property.
    fn name(&mut self, of: &str) -> Result<(String, Place), Mistake> {
        // dtc has this for names that would be something else.
        self.cursor.take_if("\\");
        let place = self.cursor.take_while(is_name);
        let name = self.cursor.text(place).to_string();
        match name.len() {
            0 => Err(self
                .cursor
                .unexpected(format!("no name of a {of}"))
                .expected("a name, or `}` at the end of the node")),
            len if len > limits::NAME_BYTES_MAX => Err(too_long(place, of)),
            _ => Ok((name, place)),
        }
    }
}

fn too_long(place: Place, of: &str) -> Mistake {
    place.mistake(format!("the name of a {of} has more than {} bytes", limits::NAME_BYTES_MAX))
}
