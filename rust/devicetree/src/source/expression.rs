// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Numbers: literals, characters, and expressions in brackets with the operators of C on 64 bits without a sign.

use super::cursor::{Cursor, is_label};
use crate::{Mistake, Place, limits};

/// The operators with two sides: the longest first where one begins another, each with how tightly it binds.
const OPERATORS: [(&str, u8); 18] = [
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("==", 6),
    ("!=", 6),
    ("&&", 2),
    ("||", 1),
    ("<", 7),
    (">", 7),
    ("&", 5),
    ("^", 4),
    ("|", 3),
    ("+", 9),
    ("-", 9),
    ("*", 10),
    ("/", 10),
    ("%", 10),
];

impl Cursor<'_> {
    /// A number where a value has one: a literal, a character or an expression in brackets.
    pub fn number(&mut self) -> Result<(u64, Place), Mistake> {
        self.primary(0)
    }

    fn primary(&mut self, depth: usize) -> Result<(u64, Place), Mistake> {
        match self.peek() {
            Some(b'(') => {
                let open = self.take(1);
                let value = self.choice(depth + 1)?;
                self.space()?;
                let close = self.take_if(")").ok_or_else(|| {
                    self.unexpected("no end of this expression").expected("an operator or `)`")
                })?;
                Ok((value, open.to(close)))
            }
            Some(b'\'') => self.character(),
            Some(byte) if byte.is_ascii_digit() => self.literal(),
            Some(byte) if is_label(byte) => Err(self
                .unexpected("this is no number")
                .expected("a number")
                .help("a macro needs the C preprocessor: run `cpp -nostdinc -undef -x assembler-with-cpp` on the file first")),
            Some(b'-' | b'~' | b'!') if depth == 0 => {
                Err(self.unexpected("this is no number").expected("a number").help("write an expression in brackets, as in (-1)"))
            }
            _ => Err(self.unexpected("this is no number").expected("a number")),
        }
    }

    fn literal(&mut self) -> Result<(u64, Place), Mistake> {
        let place = self.take_while(is_label);
        let text = self.text(place);
        let digits = text.trim_end_matches(['u', 'U', 'l', 'L']);
        let good_end = ["", "U", "L", "UL", "LL", "ULL"].contains(&&text[digits.len()..]);
        let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => (hex, 16),
            None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
            None => (digits, 10),
        };
        let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        if !plain || !good_end {
            let mistake = place.mistake("this is no number").found(format!("`{}`", short(text)));
            return Err(mistake.expected("a number, as in 12, 0x1f or 017"));
        }
        let value = u64::from_str_radix(digits, radix);
        Ok((value.map_err(|_| place.mistake("this number does not fit into 64 bits"))?, place))
    }

    fn character(&mut self) -> Result<(u64, Place), Mistake> {
        let rest = self.ahead().as_bytes();
        let escaped = rest.get(1) == Some(&b'\\');
        let end = rest.iter().skip(if escaped { 3 } else { 1 }).position(|byte| b"'\n".contains(byte));
        let len = end.map_or(1, |end| end + if escaped { 4 } else { 2 }).min(rest.len());
        // A character of many bytes is taken as a whole.
        let len = (len..=rest.len()).find(|len| self.ahead().is_char_boundary(*len)).unwrap_or(rest.len());
        let place = self.take(len);
        let inner = self.text(place).strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        match inner.map(unescape).as_deref() {
            Some([one]) => Ok((u64::from(*one), place)),
            _ => Err(place
                .mistake("this is no character")
                .expected("one character of one byte, as in 'a' or '\\n'")),
        }
    }

    /// `a ? b : c`, or less.
    fn choice(&mut self, depth: usize) -> Result<u64, Mistake> {
        if depth > limits::EXPRESSION_DEPTH_MAX {
            let max = limits::EXPRESSION_DEPTH_MAX;
            return Err(self.unexpected(format!("more than {max} brackets and operators in each other")));
        }
        let condition = self.chain(0, depth)?;
        self.space()?;
        if self.take_if("?").is_none() {
            return Ok(condition);
        }
        let yes = self.choice(depth + 1)?;
        self.space()?;
        if self.take_if(":").is_none() {
            return Err(self.unexpected("no `:` behind `?`").expected("`:`"));
        }
        let no = self.choice(depth + 1)?;
        Ok(if condition != 0 { yes } else { no })
    }

    /// Operators that bind more tightly than `above`.
    fn chain(&mut self, above: u8, depth: usize) -> Result<u64, Mistake> {
        let mut left = self.unary(depth)?;
        loop {
            self.space()?;
            let next = OPERATORS.into_iter().find(|(text, _)| self.is_at(text));
            let Some((operator, binds)) = next.filter(|(_, binds)| *binds > above) else {
                return Ok(left);
            };
            let place = self.take(operator.len());
            // No deeper than there are ways to bind.
            let right = self.chain(binds, depth)?;
            left = apply(operator, left, right).ok_or_else(|| place.mistake("this divides by 0"))?;
        }
    }

    fn unary(&mut self, depth: usize) -> Result<u64, Mistake> {
        let mut signs = Vec::new();
        loop {
            self.space()?;
            match self.peek() {
                Some(sign @ (b'-' | b'~' | b'!')) => {
                    self.take(1);
                    signs.push(sign);
                }
                _ => break,
            }
        }
        let (value, _) = self.primary(depth)?;
        Ok(signs.into_iter().rev().fold(value, |value, sign| match sign {
            b'-' => value.wrapping_neg(),
            b'~' => !value,
            _ => u64::from(value == 0),
        }))
    }
}

/// `None`: a division by zero.
fn apply(operator: &str, left: u64, right: u64) -> Option<u64> {
    let shift = u32::try_from(right).ok();
    Some(match operator {
        "<<" => shift.and_then(|by| left.checked_shl(by)).unwrap_or(0),
        ">>" => shift.and_then(|by| left.checked_shr(by)).unwrap_or(0),
        "<=" => u64::from(left <= right),
        ">=" => u64::from(left >= right),
        "==" => u64::from(left == right),
        "!=" => u64::from(left != right),
        "&&" => u64::from(left != 0 && right != 0),
        "||" => u64::from(left != 0 || right != 0),
        "<" => u64::from(left < right),
        ">" => u64::from(left > right),
        "&" => left & right,
        "^" => left ^ right,
        "|" => left | right,
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "/" => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The bytes of a string or a character between its quotes, with the escapes of C.
pub(super) fn unescape(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let Some((&code, behind)) = rest.split_first().filter(|_| byte == b'\\') else {
            out.push(byte);
            continue;
        };
        let (value, len) = match code {
            b'0'..=b'7' => digits(rest, 8, 3),
            b'x' => digits(behind, 16, 2),
            b'a' => (0x07, 1),
            b'b' => (0x08, 1),
            b't' => (b'\t', 1),
            b'n' => (b'\n', 1),
            b'v' => (0x0b, 1),
            b'f' => (0x0c, 1),
            b'r' => (b'\r', 1),
            other => (other, 1),
        };
        let len = if code == b'x' { len + 1 } else { len };
        out.push(value);
        rest = &rest[len..];
    }
    out
}

/// The number that at most `max` digits at the start of `text` say, of which a byte has the lower bits; and how many digits.
fn digits(text: &[u8], radix: u32, max: usize) -> (u8, usize) {
    let digits = text.iter().take(max).map_while(|byte| char::from(*byte).to_digit(radix));
    let (value, len) = digits.fold((0, 0), |(value, len), digit| (value * radix + digit, len + 1));
    (value as u8, len)
}
