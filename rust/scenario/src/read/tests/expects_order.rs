// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in what expectations say of frames, of each other, and of how often.

use super::expects::wrong;

#[test]
fn identifiers_and_data_are_those_of_the_bus() {
    wrong(
        "expect.can = [{ link = \"bus\", id = 0x800, extended = false }]",
        r#"9:36 there is no such identifier
  found: identifier 0x800 is too large: at most 0x7ff
  help: remove extended = false: it has 29 bits"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", id = 0x2000_0000, extended = true }]",
        r#"9:36 "id" is out of range
  found: this is 0x20000000
  expected: an integer from 0 to 536870911"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", extended = true }]",
        r#"9:42 "extended" says how long the "id" is
  found: there is no "id"
  help: add id = 0x123"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", fd = true }]",
        r#"9:36 [link.bus] knows no CAN FD
  found: the bus has no "data_bitrate"
  help: give the link a "data_bitrate""#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", data = \"00 01 02 03 04 05 06 07 08\" }]",
        r#"9:38 no frame of this bus has such data
  found: a frame has no 9 bytes of data: Classical CAN has 0 to 8
  expected: at most 8 bytes, or fewer and ".." for more"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", data = \"00 01 02 03 04 05 06 07 08 ..\" }]",
        r#"9:38 no frame of this bus has such data
  found: 9 bytes
  expected: at most 8 bytes, or fewer and ".." for more"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", remote = true, data = \"..\" }]",
        r#"9:53 a remote frame has no data
  found: remote = true
  help: remove one of the two"#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", data = \"00 0\" }]",
        r#"9:42 these are no bytes
  found: "0" in it
  expected: two hexadecimal digits for each byte, "?" for any digit: bytes = "01 0? ??""#,
    );
    wrong(
        "expect.can = [{ link = \"bus\", name = \"x\", capture = { y = { at = 7, length = 2 } } }]",
        r#"9:59 no frame of this link is so long
  found: the last byte is at 8
  expected: at most 8 bytes"#,
    );
}

#[test]
fn frames_have_no_more_than_their_link_takes() {
    wrong(
        "expect.frame = [{ link = \"net\", length = 1519 }]",
        r#"9:42 no frame of this link is so long
  found: at least 1519 bytes
  expected: at most 1518"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", match = [] }]",
        r#"9:41 "match" has no entries, or too many
  found: 0 entries
  expected: 1 to 64"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", match = [{ at = 1517, bytes = \"00 01\" }] }]",
        r#"9:42 no frame of this link is so long
  found: the last byte is at 1518
  expected: at most 1518 bytes"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", match = [{ at = 1, bytes = \"00 ..\" }] }]",
        r#"9:60 these are no bytes
  found: ".." in it
  expected: no "..": what follows does not matter here anyway"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", match = [{ at = 1, byte = \"00\" }] }]",
        r#"9:42 an entry of "match" has no "bytes"
  found: "bytes" is missing
  expected: the key "bytes"
  help: add bytes = "08 00"
9:52 unknown key "byte"
  found: an entry of "match" has no such key
  expected: "at" or "bytes"
  help: did you mean "bytes"?"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", capture = { y = { at = 7, length = 2 } } }]",
        r#"9:43 nobody can use what this captures
  found: [[expect.frame]] has no "name"
  help: add name = "boot", and use it as {boot.serial}"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"x\", capture = { Y = { at = 7 } } }]",
        r#"9:57 "Y" is no name for a capture
  found: it has a 'Y'
  expected: a small letter, then small letters, digits and "_"; at most 64 characters
9:61 an entry of "capture" has no "length"
  found: "length" is missing
  expected: the key "length"
  help: add length = 4"#,
    );
}

#[test]
fn counts_and_times_make_sense() {
    wrong(
        "expect.frame = [{ link = \"net\", count = 0 }]",
        r#"9:41 this must come zero times
  found: this is zero
  expected: a number above zero
  help: write never = true"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", count = {} }]",
        r#"9:41 "count" says nothing
  found: it is empty
  expected: count = 5, or count = { min = 3, max = 7 }"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", count = { min = 3, max = 2 } }]",
        r#"9:41 no "count" is so
  found: the least is 3 and the most is 2
  expected: "min" not above "max""#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", count = { most = 2 } }]",
        r#"9:41 "count" says nothing
  found: it is empty
  expected: count = 5, or count = { min = 3, max = 7 }
9:43 unknown key "most"
  found: "count" has no such key
  expected: "min" or "max""#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", count = 3, never = true }]",
        r#"9:41 [[expect.frame]] has both "never" and "count"
  found: "count" too
  help: remove one of the two"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", after = \"20ms\" }]",
        r#"9:41 nothing comes after the run's end
  found: the run lasts 20ms
  expected: a time before "20ms""#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", after = \"15ms\", within = \"6ms\" }]",
        r#"9:58 "within" is longer than the run
  found: the run lasts 20ms, and this begins after 15ms
  expected: at most "5ms"
  help: lengthen "duration", or leave "within" out"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", after = \"3 fortnights\" }]",
        r#"9:41 "after" is no time
  found: "fortnights" is no unit of time: expected "ns", "us", "ms", "s", "min" or "h"
  expected: a number and a unit (ns, us, ms, s, min, h): after = "20ms""#,
    );
}

#[test]
fn names_lead_somewhere() {
    wrong(
        "expect.frame = [{ link = \"net\", after = \"boot\" }]",
        r#"9:41 unknown expectation "boot"
  found: no expectation has this name
  help: name it: name = "boot" in its table"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"boot\" }, { link = \"net\", after = \"boots\" }]",
        r#"9:74 unknown expectation "boots"
  found: no expectation has this name
  expected: "boot"
  help: did you mean "boot"?"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"Boot\" }]",
        r#"9:40 "Boot" is no name for an expectation
  found: it has a 'B'
  expected: a small letter, then small letters, digits and "_"; at most 64 characters"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"x\" }, { link = \"net\", name = \"x\" }]",
        r#"9:70 two expectations are called "x"
  found: this name again
  expected: a name that no other expectation has"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"x\", never = true }, { link = \"net\", after = \"x\" }]",
        r#"9:85 nothing comes after "x"
  found: it must never come
  expected: an expectation of something that comes"#,
    );
    wrong(
        "expect.frame = [{ link = \"net\", name = \"x\", count = { max = 2 } }, { link = \"net\", after = \"x\" }]",
        r#"9:92 nothing comes after "x"
  found: it need not come at all
  expected: an expectation of something that comes"#,
    );
}

#[test]
fn order_has_a_beginning() {
    wrong(
        "expect.frame = [{ link = \"net\", name = \"x\", after = \"x\" }]",
        r#"9:53 "x" waits for itself
  found: it is after "x"
  expected: an order that has a beginning"#,
    );
    let circle = "expect.frame = [{ link = \"net\", name = \"x\", after = \"z\" }, { link = \"net\", name = \"y\", after = \"x\" }]\n\
         expect.uart = [{ port = \"a.uart0\", contains = \"x\", name = \"z\", after = \"y\" }]";
    wrong(
        circle,
        r#"9:53 "x" waits for itself
  found: it is after "z", which is after "y", which is after "x"
  expected: an order that has a beginning"#,
    );
    let twice = "expect.order = [\"x\", \"y\"]\n\
        expect.frame = [{ link = \"net\", name = \"x\" }, { link = \"net\", name = \"y\", after = \"x\" }]";
    wrong(
        twice,
        r#"9:22 "y" has an "after" already
  found: its order is said twice
  help: remove one of the two"#,
    );
    wrong(
        "expect.order = [\"x\", \"y\", \"y\"]\nexpect.frame = [{ link = \"net\", name = \"x\" }, { link = \"net\", name = \"y\" }]",
        r#"9:27 "y" is in "order" twice
  expected: each name once"#,
    );
    wrong(
        "expect.order = [\"x\", \"z\"]\nexpect.frame = [{ link = \"net\", name = \"x\" }]",
        r#"9:22 unknown expectation "z"
  found: no expectation has this name
  expected: "x""#,
    );
}

#[test]
fn captured_values_are_captured_before() {
    let boot = "{ port = \"a.uart0\", name = \"boot\", matches = '(?P<serial>.)' }";
    let and = |other: &str| format!("expect.uart = [{boot},\n{{ port = \"a.uart0\", {other} }}]");
    wrong(
        &and("line = \"é {boot.serial}\""),
        r#"10:31 {boot.serial} may be used before it is captured
  found: this is not after "boot"
  help: add after = "boot""#,
    );
    wrong(
        &and("line = \"é {boot.serail}\", after = \"boot\""),
        r#"10:31 {boot.serail} refers to nothing that is captured
  found: "boot" does not capture this
  expected: "serial"
  help: did you mean "{boot.serial}"?"#,
    );
    wrong(
        &and("line = '{bot.serial}', after = \"boot\""),
        r#"10:29 {bot.serial} refers to an unknown expectation
  found: no expectation has this name
  expected: "boot"
  help: did you mean "{boot.serial}"?"#,
    );
    wrong(
        &and("line = \"\\t{x.y}\", after = \"boot\""),
        r#"10:28 {x.y} refers to an unknown expectation
  found: no expectation has this name
  expected: "boot"
  help: for these very characters write {{x.y}"#,
    );
    wrong(
        &and("bytes = \"00 {boot.seria}\", after = \"boot\""),
        r#"10:33 {boot.seria} refers to nothing that is captured
  found: "boot" does not capture this
  expected: "serial"
  help: did you mean "{boot.serial}"?"#,
    );
}

#[test]
fn regular_expressions_are_right() {
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = 'temp=(?P<t>\\d+ C' }]",
        r#"9:52 this is no regular expression
  found: unclosed group
  expected: one of crate `regex`: matches = 'temp=(?P<temp>\d+)'"#,
    );
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = '(?=x)' }]",
        r#"9:47 this is no regular expression
  found: look-around, including look-ahead and look-behind, is not supported
  expected: one of crate `regex`: matches = 'temp=(?P<temp>\d+)'"#,
    );
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = '' }]",
        r#"9:46 an empty regular expression is in every line
  found: this is empty
  expected: matches = 'temp=(?P<temp>\d+)'"#,
    );
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = '\\pL' }]",
        r#"9:46 this is no regular expression
  found: Unicode not allowed here
  expected: one of crate `regex`: matches = 'temp=(?P<temp>\d+)'"#,
    );
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = '(?P<T>.)' }]",
        r#"9:46 "T" is no name for a capture
  found: it has a 'T'
  expected: a small letter, then small letters, digits and "_"; at most 64 characters"#,
    );
    wrong(
        "expect.uart = [{ port = \"a.uart0\", matches = 'a{1000}{1000}{1000}' }]",
        r#"9:46 this is no regular expression
  found: Compiled regex exceeds size limit of 1048576 bytes.
  expected: one of crate `regex`: matches = 'temp=(?P<temp>\d+)'"#,
    );
}
