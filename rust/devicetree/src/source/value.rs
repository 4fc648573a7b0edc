// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The value of a property: what is between `=` and `;`.

use super::cursor::{is_label, is_name, string_len};
use super::expression::unescape;
use super::reader::Reader;
use crate::draft::DraftValue;
use crate::property::Kind;
use crate::{Mistake, Place, limits};

impl Reader<'_> {
    /// The value of the property whose name is at `name`.
    pub(super) fn value(&mut self, name: Place) -> Result<DraftValue, Mistake> {
        let mut value = DraftValue::empty(name);
        let mut first = None;
        loop {
            self.cursor.space()?;
            self.value_labels()?;
            let place = self.element(&mut value)?;
            let first = *first.get_or_insert(place);
            value.place = first.to(place);
            self.cursor.space()?;
            self.value_labels()?;
            if self.cursor.take_if(",").is_none() {
                return Ok(value);
            }
        }
    }

    /// One of those between commas.
    fn element(&mut self, value: &mut DraftValue) -> Result<Place, Mistake> {
        match self.cursor.peek() {
            Some(b'"') => self.string(value),
            Some(b'[') => self.bytes(value),
            Some(b'<') => self.array(value, 4),
            Some(b'&') => {
                let (target, place) = self.reference()?;
                value.reference(false, target, place);
                Ok(place)
            }
            _ if self.cursor.is_at("/bits/") => self.bits(value),
            _ if self.cursor.is_at("/incbin/") => Err(self
                .cursor
                .take("/incbin/".len())
                .mistake("/incbin/ is not supported")
                .help("write the bytes as [00 01]")),
            _ => {
                Err(self.cursor.unexpected("this is no value").expected("\"text\", <1 2>, [00 01] or &label"))
            }
        }
    }

    fn string(&mut self, value: &mut DraftValue) -> Result<Place, Mistake> {
        let Some(len) = string_len(self.cursor.ahead()) else {
            let line = self.cursor.ahead().find('\n').unwrap_or(self.cursor.ahead().len());
            return Err(self.cursor.take(line).mistake("this string has no end").expected("`\"`"));
        };
        let place = self.cursor.take(len);
        let text = self.cursor.text(place);
        value.string(&unescape(&text[1..text.len() - 1]), place);
        Ok(place)
    }

    /// `[00 01]`.
    fn bytes(&mut self, value: &mut DraftValue) -> Result<Place, Mistake> {
        let open = self.cursor.take(1);
        let mut bytes = Vec::new();
        // So many bytes of the text are known to be no label: long rows of digits are looked at once.
        let mut no_label = 0usize;
        loop {
            self.cursor.space()?;
            if let Some(close) = self.cursor.take_if("]") {
                let place = open.to(close);
                // Bytes have no places of their own.
                if !bytes.is_empty() {
                    value.push(&bytes, Kind::Bytes, place);
                }
                return Ok(place);
            }
            let text = self.cursor.ahead().as_bytes();
            if no_label == 0 {
                if label_len(text).is_some() {
                    self.value_labels()?;
                    continue;
                }
                no_label = text.iter().take_while(|byte| is_label(**byte)).count();
            }
            let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
            let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                return Err(self
                    .cursor
                    .unexpected("this is no byte")
                    .expected("two hexadecimal digits, or `]`"));
            };
            self.cursor.take(2);
            no_label = no_label.saturating_sub(2);
            bytes.push((high << 4 | low) as u8);
        }
    }

    /// `/bits/ 8 <1 2>`.
    fn bits(&mut self, value: &mut DraftValue) -> Result<Place, Mistake> {
        let start = self.cursor.take("/bits/".len());
        self.cursor.space()?;
        let (bits, place) = self.cursor.number()?;
        if ![8, 16, 32, 64].contains(&bits) {
            return Err(place.mistake("no array has numbers of this size").expected("8, 16, 32 or 64 bits"));
        }
        self.cursor.space()?;
        if self.cursor.peek() != Some(b'<') {
            return Err(self.cursor.unexpected("no array behind /bits/").expected("`<`"));
        }
        Ok(start.to(self.array(value, bits as usize / 8)?))
    }

    /// `<1 2>`, with numbers of `width` bytes.
    fn array(&mut self, value: &mut DraftValue, width: usize) -> Result<Place, Mistake> {
        let open = self.cursor.take(1);
        loop {
            self.cursor.space()?;
            self.value_labels()?;
            if let Some(close) = self.cursor.take_if(">") {
                return Ok(open.to(close));
            }
            if self.cursor.peek() == Some(b'&') {
                let (target, place) = self.reference()?;
                if width != 4 {
                    let mistake = place.mistake("a reference is a number of 32 bits");
                    return Err(mistake.found(format!("in an array of {} bits", width * 8)));
                }
                value.reference(true, target, place);
                continue;
            }
            let (number, place) = self.cursor.number().map_err(|mistake| match self.cursor.peek() {
                Some(b';' | b'}') | None => {
                    self.cursor.unexpected("no end of this array").expected("a number or `>`")
                }
                _ => mistake,
            })?;
            value.number(number, width, place).map_err(|mistake| match width {
                4 => mistake.help("write two numbers, or /bits/ 64 <…>"),
                _ => mistake,
            })?;
        }
    }

    /// `&label` or `&{/path}`.
    pub(super) fn reference(&mut self) -> Result<(String, Place), Mistake> {
        let start = self.cursor.take(1);
        let Some(open) = self.cursor.take_if("{") else {
            let place = self.cursor.take_while(is_label);
            let label = self.cursor.text(place).to_string();
            return if label.is_empty() {
                Err(self
                    .cursor
                    .unexpected("no label behind `&`")
                    .expected("a label, or a path as in &{/soc}"))
            } else {
                Ok((label, start.to(place)))
            };
        };
        let path = self.cursor.take_while(|byte| is_name(byte) || byte == b'/');
        let place = start.to(if path.span().is_empty() { open } else { path });
        let target = self.cursor.text(path).to_string();
        match self.cursor.take_if("}") {
            Some(close) if !target.is_empty() => Ok((target, place.to(close))),
            _ => Err(self.cursor.unexpected("no path in `&{ }`").expected("a path, as in &{/soc}")),
        }
    }

    /// Labels inside of a value: they are of no use in a tree, but must be unlike the others.
    fn value_labels(&mut self) -> Result<(), Mistake> {
        while let Some(len) = label_len(self.cursor.ahead().as_bytes()) {
            let place = self.cursor.take(len);
            let label = self.cursor.text(place).to_string();
            self.cursor.take(1);
            self.draft.label(None, &label, place);
            self.cursor.space()?;
        }
        Ok(())
    }
}

/// The length of the label that comes next, if one does.
fn label_len(text: &[u8]) -> Option<usize> {
    let len = text.iter().take(limits::NAME_BYTES_MAX + 1).take_while(|byte| is_label(**byte)).count();
    let is_label = len > 0 && !text[0].is_ascii_digit() && text.get(len) == Some(&b':');
    is_label.then_some(len)
}
