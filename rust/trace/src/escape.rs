// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Bytes as text between quotes, and back.
//!
//! **Invariant:** each string of bytes has exactly one spelling, of printable ASCII only: what a reviewer sees is what
//! was sent, with no invisible characters and no two spellings of one thing.

/// What is wrong with an escaped text, and after how many bytes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadEscape {
    /// Where in the text.
    pub(crate) at: usize,
    /// What should be there.
    pub(crate) expected: &'static str,
}

/// Appends `bytes` to `out`, escaped, without quotes around it.
pub(crate) fn escape(bytes: &[u8], out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            b'"' => out.push_str("\\\""),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => {
                out.push_str("\\x");
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

/// `bytes` escaped, between quotes.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    escape(bytes, &mut out);
    out.push('"');
    out
}

/// Reads an escaped text that follows an opening quote, up to and with the closing one: the bytes, and how much of
/// `text` was read.
pub(crate) fn unescape(text: &str) -> Result<(Vec<u8>, usize), BadEscape> {
    let source = text.as_bytes();
    let mut bytes = Vec::with_capacity(source.len());
    let mut at = 0;
    loop {
        match source.get(at) {
            None => return Err(BadEscape { at, expected: "a closing quote" }),
            Some(b'"') => return Ok((bytes, at + 1)),
            Some(b'\\') => {
                let (byte, length) = escaped(&source[at..]).ok_or(BadEscape {
                    at,
                    expected: "one of \\n \\r \\t \\\\ \\\" or \\xNN for a byte that is not printable",
                })?;
                bytes.push(byte);
                at += length;
            }
            Some(&byte @ b' '..=b'~') => {
                bytes.push(byte);
                at += 1;
            }
            Some(_) => {
                return Err(BadEscape { at, expected: "printable ASCII; other bytes are written \\xNN" });
            }
        }
    }
}

/// The byte that an escape at the start of `source` stands for, and the length of the escape.
fn escaped(source: &[u8]) -> Option<(u8, usize)> {
    let short = |byte| Some((byte, 2));
    match *source.get(1)? {
        b'n' => short(b'\n'),
        b'r' => short(b'\r'),
        b't' => short(b'\t'),
        quoted @ (b'\\' | b'"') => short(quoted),
        b'x' => {
            let byte = hex(*source.get(2)?)? << 4 | hex(*source.get(3)?)?;
            // A byte that has a shorter spelling has only that one.
            let longest = !matches!(byte, b'\n' | b'\r' | b'\t' | b' '..=b'~');
            longest.then_some((byte, 4))
        }
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], text: &str) {
        assert_eq!(quoted(bytes), text);
        assert_eq!(unescape(&text[1..]), Ok((bytes.to_vec(), text.len() - 1)));
    }

    fn check_bad(text: &str, at: usize) {
        assert_eq!(unescape(text).map_err(|bad| bad.at), Err(at), "{text:?}");
    }

    #[test]
    fn writes_and_reads_each_kind_of_byte() {
        check(b"", r#""""#);
        check(b"ping 1\r\n", r#""ping 1\r\n""#);
        check(b"a\tb \"c\" \\ '", r#""a\tb \"c\" \\ '""#);
        check(&[0, 0x1b, 0x7f, 0xff], r#""\x00\x1b\x7f\xff""#);
        check("°".as_bytes(), r#""\xc2\xb0""#);
    }

    #[test]
    fn refuses_other_spellings() {
        check_bad(r#"abc"#, 3);
        check_bad(r#"a\x41""#, 1);
        check_bad(r#"a\x0A""#, 1);
        check_bad(r#"\xFF""#, 0);
        check_bad(r#"\q""#, 0);
        check_bad(r#"ab\"#, 2);
        check_bad("ab°\"", 2);
        check_bad("ab\tc\"", 2);
    }

    proptest! {
        #[test]
        fn reads_back_what_it_writes(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let text = quoted(&bytes);
            prop_assert!(text.bytes().all(|b| matches!(b, b' '..=b'~')));
            prop_assert_eq!(unescape(&text[1..]), Ok((bytes, text.len() - 1)));
        }
    }
}
