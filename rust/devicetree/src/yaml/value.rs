// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The value of a property.

use super::text::{Kind, Value};
use crate::draft::DraftValue;
use crate::property::Kind as PartKind;
use crate::{Mistake, Place};

/// Texts that one reader of YAML takes for a number, a truth or nothing, and another one for text.
const AMBIGUOUS: [&str; 12] =
    ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", ".nan"];

/// What a plain scalar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Number(u64),
    Text,
    /// It must be quoted to be text.
    Unclear,
}

impl Plain {
    pub fn of(text: &str) -> Plain {
        if let Some(number) = number(text) {
            return Plain::Number(number);
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let like_number =
            digits.strip_prefix('.').unwrap_or(digits).starts_with(|c: char| c.is_ascii_digit());
        let word = AMBIGUOUS.iter().any(|word| digits.eq_ignore_ascii_case(word));
        if text.is_empty() || like_number || word { Plain::Unclear } else { Plain::Text }
    }
}

/// A number as it is written: decimal or, with `0x`, hexadecimal; a negative one as its two's complement.
pub(super) fn number(text: &str) -> Option<u64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let number = match digits.strip_prefix("0x") {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u64::from_str_radix(hex, 16).ok()?,
        None if digits == "0" || !digits.starts_with(['0', '+']) => digits.parse().ok()?,
        _ => return None,
    };
    match negative {
        true if number > 1 << 63 => None,
        true => Some(number.wrapping_neg()),
        false => Some(number),
    }
}

/// The value of the property whose name is at `name`.
pub(super) fn property(value: &Value, name: Place) -> Result<DraftValue, Mistake> {
    let mut out = DraftValue::empty(name);
    if matches!(value, Value { tag: None, kind: Kind::Scalar { text, plain: true }, .. } if &**text == "true")
    {
        return Ok(out);
    }
    // What is not written has no place.
    if !value.place.span().is_empty() {
        out.place = value.place;
    }
    element(value, None, &mut out)?;
    Ok(out)
}

/// Adds a value, or all of a list; `width` is that of the numbers in bytes, if a tag around them says one.
fn element(value: &Value, width: Option<usize>, out: &mut DraftValue) -> Result<(), Mistake> {
    let place = value.place;
    let width = match (value.tag.as_deref(), width) {
        (None, width) => width,
        (Some("u8"), None) => Some(1),
        (Some("u16"), None) => Some(2),
        (Some("u32"), None) => Some(4),
        (Some("u64"), None) => Some(8),
        (Some("bytes"), None) => return bytes(value, out),
        (Some(tag @ ("ref" | "path")), None) => {
            let target = text(value).filter(|target| !target.is_empty());
            let expected = "a label or a path: `!ref uart0`, `!ref /soc/uart@40004000`";
            let target = target.ok_or_else(|| place.mistake("a reference to nothing").expected(expected))?;
            out.reference(tag == "ref", target.to_string(), place);
            return Ok(());
        }
        (Some(tag), None) => {
            let mistake = place.mistake(format!("the tag \"!{}\" means nothing here", tag.escape_debug()));
            return Err(mistake.expected("!ref, !path, !bytes, !u8, !u16, !u32 or !u64"));
        }
        (Some(_), Some(_)) => {
            return Err(place.mistake("a tag inside of a list that has one").help("take one list for each"));
        }
    };
    match &value.kind {
        Kind::List(list) => list.iter().try_for_each(|one| element(one, width, out)),
        Kind::Scalar { text, plain: true } => match (Plain::of(text), width) {
            (Plain::Number(number), _) => {
                out.number(number, width.unwrap_or(4), place).map_err(|mistake| match width {
                    None => mistake.help("write two numbers, or !u64"),
                    Some(_) => mistake,
                })
            }
            (Plain::Text, None) => {
                out.string(text.as_bytes(), place);
                Ok(())
            }
            (_, Some(_)) => Err(no_number(place, text)),
            (Plain::Unclear, None) => {
                let found = if text.is_empty() { "nothing".to_string() } else { shown(text) };
                let mistake = place.mistake("this may mean several things in YAML").found(found);
                Err(mistake.expected(
                    "text in quotes; a number such as 12 or 0xc; or `true`, alone, for a property without a value",
                ))
            }
        },
        Kind::Scalar { text, plain: false } if width.is_some() => Err(no_number(place, text)),
        Kind::Scalar { text, .. } => {
            out.string(text.as_bytes(), place);
            Ok(())
        }
        Kind::Map(_) => Err(place.mistake("a node inside of a value").help("nodes stand beside properties")),
    }
}

fn no_number(place: Place, text: &str) -> Mistake {
    place.mistake("this is no number").found(shown(text)).expected("a number such as 12 or 0xc")
}

/// A text of the file in a message.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("\"{}{more}\"", short.escape_debug())
}

/// A scalar's text.
pub(super) fn text(value: &Value) -> Option<&str> {
    match &value.kind {
        Kind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// `!bytes "00 01"`.
fn bytes(value: &Value, out: &mut DraftValue) -> Result<(), Mistake> {
    let digits: Option<Vec<u32>> = text(value).and_then(|text| {
        let digits = text.chars().filter(|c| !c.is_ascii_whitespace());
        digits.map(|digit| digit.to_digit(16)).collect()
    });
    let Some(digits) = digits.filter(|digits| digits.len().is_multiple_of(2)) else {
        return Err(value
            .place
            .mistake("these are no bytes")
            .expected("two hexadecimal digits for each: \"00 ff\""));
    };
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect();
    if !bytes.is_empty() {
        out.push(&bytes, PartKind::Bytes, value.place);
    }
    Ok(())
}
