// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in files, and what is none.

use crate::Database;
use proptest::prelude::*;

/// A file of all that counts.
const GOOD: &str = include_str!("../../testdata/good.dbc");

fn errors(text: &str) -> String {
    let errors = Database::read("a.dbc", text.as_bytes()).unwrap_err();
    let one = |one: &report::Diagnostic| {
        let place = one.place.as_ref().unwrap();
        let part = |name: &str, part: &Option<String>| {
            part.as_ref().map_or(String::new(), |part| format!("\n  {name}: {part}"))
        };
        let also = one.also.as_ref().map(|(place, text)| format!("{}:{} {text}", place.line, place.column));
        format!(
            "{}:{} {}{}{}{}{}\n",
            place.line,
            place.column,
            one.message,
            part("found", &one.found),
            part("also", &also),
            part("expected", &one.expected),
            part("help", &one.help)
        )
    };
    errors.list().iter().map(one).collect()
}

/// What is told when `from` in the good file is `to`.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert_eq!(GOOD.matches(from).count(), 1, "{from}");
    assert_eq!(errors(&GOOD.replace(from, to)), expected.trim_start());
}

#[test]
fn what_is_read() {
    let database = Database::read("good.dbc", GOOD.as_bytes()).unwrap();
    let names: Vec<_> =
        database.messages().iter().map(|one| format!("{} {} {}", one.id(), one.name(), one.len())).collect();
    assert_eq!(
        names,
        ["064 Engine 8", "00ABCDEF Body 8", "100 Pages 8", "101 Radar 64", "102 Diagnosis 1785"]
    );
    let engine = database.message("Engine").unwrap();
    let signals: Vec<_> =
        engine.signals().iter().map(|one| format!("{} {:?}", one.name(), one.unit())).collect();
    assert_eq!(signals, ["Rpm \"rpm\"", "Gear \"\"", "Temp \"°C\"", "Torque \"a \\\"unit\\\"\""]);
    assert_eq!(database.message_of(can::Id::Extended(0xabcdef)).map(super::Message::name), Some("Body"));
    assert!(database.message_of(can::Id::Standard(0x65)).is_none());
    let error = database.message("Engin").unwrap_err();
    assert_eq!(error.to_string(), "good.dbc has no message \"Engin\": did you mean \"Engine\"?");
}

#[test]
fn what_is_not_utf_8_is_latin_1() {
    let bytes: Vec<u8> = GOOD.chars().map(|char| char as u8).collect();
    let database = Database::read("good.dbc", &bytes).unwrap();
    assert_eq!(database.message("Engine").unwrap().signal("Temp").unwrap().unit(), "°C");
}

#[test]
fn statements_have_their_shape() {
    check(
        " SG_ Rpm : 0|16",
        " SG_ Rpm 0|16",
        r#"
26:11 this is not what a DBC file has here
  found: |
  expected: ':'
"#,
    );
    check(
        " SG_ Rpm : 0|16",
        " SG_ Rpm x : 0|16",
        r#"
26:10 this is no mark of a switch
  found: x
  expected: ":", or what it has to do with a switch: M, m0 or m0M
"#,
    );
    check(
        "16@1+ (0.25",
        "16@2+ (0.25",
        r#"
26:17 there is no such order of bits
  found: 2
  expected: 0 (Motorola) or 1 (Intel)
"#,
    );
    check(
        "16@1+ (0.25",
        "65@1+ (0.25",
        r#"
26:14 a signal has 1 to 64 bits
  found: 65
"#,
    );
    check(
        " SG_ Rpm : 0|16",
        " SG_ Rpm : 18446744073709551615|16",
        r#"
26:12 this number is out of range
  found: 18446744073709551615
  expected: the first bit
"#,
    );
    check(
        " SG_ Rpm : 0|16",
        " SG_ Rpm : 4294967295|16",
        r#"
26:6 the signal leaves its message
  found: it needs 536870914 bytes, and Engine has 8
  also: 25:9 the message
  expected: bits within the message
"#,
    );
    check(
        " Gateway,Display\n",
        "\n",
        r#"
26:2 the next statement begins within this one
  found: SG_
  expected: a node that receives it, or Vector__XXX
"#,
    );
    check(
        "BO_ 100 Engine: 8 ECU",
        "BO_ 100 Engine: 8",
        r#"
25:1 the next statement begins within this one
  found: SG_
  expected: the node that sends it, or Vector__XXX
"#,
    );
    check(
        "(0.25,0)",
        "(0,25,0)",
        r#"
26:25 this is not what a DBC file has here
  found: ,
  expected: ')'
"#,
    );
    check(
        "(0.25,0)",
        "(0.1.2,0)",
        r#"
26:21 this is no decimal number, such as 21, -0.5 or 1.5e-3
  found: 0.1.2
  expected: the factor
"#,
    );
    check(
        "(0.25,0)",
        "(0,0)",
        r#"
26:21 a factor of 0 makes all values equal
  found: 0
  expected: another factor: 1 if it has none
"#,
    );
    check(
        "(0.25,0)",
        "(1e-300,1)",
        r#"
26:28 with this factor and offset, values have too many digits
  also: 26:21 the factor
  expected: at most 38 digits between the first of one and the last of the other
"#,
    );
    check(
        "BO_ 100 Engine",
        "BO_ 2048 Engine",
        r#"
25:5 there is no such identifier
  found: 2048
  expected: at most 2047 for 11 bits, or 2147483648 + at most 536870911 for 29 bits
  help: for 29 bits write 2147485696
"#,
    );
    check(
        "BO_ 100 Engine: 8",
        "BO_ 100 Engine: 1786",
        r#"
25:17 the message is too long
  found: 1786
  expected: at most 1785 bytes
"#,
    );
    check(
        "BO_ 100 Engine",
        "BO_ 5000000000 Engine",
        r#"
25:5 this number is out of range
  found: 5000000000
  expected: the identifier of the message, in decimal
"#,
    );
    check(
        "VAL_ 100 Gear",
        "VALS_ 100 Gear",
        r#"
56:1 this begins no statement of a DBC file
  found: VALS_
  expected: a keyword such as BO_, SG_, VAL_ or CM_
  help: did you mean "VAL_"?
"#,
    );
    check(
        "SIG_VALTYPE_ 100 Torque : 1;",
        "SIG_VALTYPE_ 100 Torque : 3;",
        r#"
62:27 there is no such type
  found: 3
  expected: 1 (32 bits of IEEE 754), 2 (64 bits) or 0 (neither)
"#,
    );
    check(
        "Page 1-1",
        "Page 2-1",
        r#"
60:27 this range has no value in it
  found: 2-1
  expected: the least value first
"#,
    );
    assert_eq!(
        errors(" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n"),
        "1:2 this signal is in no message\n  expected: BO_ before it\n"
    );
    assert_eq!(
        errors("#"),
        "1:1 this begins no statement of a DBC file\n  found: #\n  expected: a keyword such as BO_, SG_, VAL_ or CM_\n"
    );
}

#[test]
fn what_statements_say_together_is_checked() {
    check(
        "SG_ Gear : 16|",
        "SG_ Gear : 15|",
        r#"
27:6 two signals share a bit
  found: Gear
  also: 26:6 the other one
  expected: bits of its own for each, or switches that never have both of them
"#,
    );
    check(
        "SG_ Gear : 16|4@1+",
        "SG_ Gear : 61|4@1+",
        r#"
27:6 the signal leaves its message
  found: it needs 9 bytes, and Engine has 8
  also: 25:9 the message
  expected: bits within the message
"#,
    );
    check(
        "BO_ 256 Pages",
        "BO_ 100 Pages",
        r#"
35:9 two messages share an identifier
  found: Pages
  also: 25:9 the other one
  expected: each has an identifier of its own
"#,
    );
    check(
        "BO_ 256 Pages",
        "BO_ 256 Engine",
        r#"
35:9 two messages share a name
  found: Engine
  also: 25:9 the other one
  expected: each has a name of its own
"#,
    );
    check(
        "SG_ Gear : 16|",
        "SG_ Rpm : 16|",
        r#"
27:6 two signals of a message share a name
  found: Rpm
  also: 26:6 the other one
  expected: each has a name of its own
"#,
    );
    check(
        "VAL_ 100 Gear 0",
        "VAL_ 101 Gear 0",
        r#"
56:6 there is no message with this identifier
  found: 101
  expected: the identifier of a message as its BO_ has it
"#,
    );
    check(
        "VAL_ 100 Gear 0",
        "VAL_ 100 Gaer 0",
        r#"
56:10 message Engine has no such signal
  found: Gaer
  expected: the name of one of its signals
  help: did you mean "Gear"?
"#,
    );
    check(
        "Gear 0 \"neutral\"",
        "Gear 16 \"neutral\"",
        r#"
56:15 the signal has no such raw value
  found: 16
  expected: 0 to 15
"#,
    );
    check(
        "SIG_VALTYPE_ 100 Torque : 1;",
        "SIG_VALTYPE_ 100 Torque : 2;",
        r#"
62:27 the signal has another number of bits
  found: 32
  expected: 64
"#,
    );
    check(
        "SG_ Page M :",
        "SG_ Page :",
        r#"
37:6 the switch of this signal is not known
  found: One
  expected: one signal of the message marked M, or SG_MUL_VAL_ for this one
38:6 the switch of this signal is not known
  found: Two
  expected: one signal of the message marked M, or SG_MUL_VAL_ for this one
"#,
    );
    check(
        "SG_MUL_VAL_ 256 Deep Page 1-1;",
        "SG_MUL_VAL_ 256 Deep Deeper 1-1;",
        r#"
39:6 the switches of this signal go round in a circle
  expected: a switch that is always there, in the end
"#,
    );
    check(
        "SG_MUL_VAL_ 256 Deeper Deep 3-4, 6-6;",
        "SG_MUL_VAL_ 256 Deeper Page 0-2;",
        r#"
40:6 two signals share a bit
  found: Deeper
  also: 37:6 the other one
  expected: bits of its own for each, or switches that never have both of them
"#,
    );
}

#[test]
fn a_cut_file_is_an_error_unless_whole_statements_are_left() {
    let all = Database::read("good.dbc", GOOD.as_bytes()).unwrap();
    for len in (0..GOOD.len()).filter(|len| GOOD.is_char_boundary(*len)) {
        let cut = &GOOD[..len];
        match Database::read("a.dbc", cut.as_bytes()) {
            Ok(database) => {
                assert!(database.messages().len() <= all.messages().len());
                // What ends with a name or a number may have lost the end of it.
                let ends = cut.trim_end().ends_with([';', '"', ':'])
                    || cut
                        .lines()
                        .last()
                        .is_none_or(|line| GOOD.lines().any(|whole| whole.starts_with(line)));
                assert!(ends, "{cut}");
            }
            Err(errors) => assert!(!errors.list().is_empty()),
        }
    }
    assert_eq!(
        errors("BO_ 100 Engine: 8 ECU\n SG_ Rpm : 0|16@1+ (0.25,0"),
        "2:2 the file ends within this statement\n  found: the end of the file\n  expected: ')'\n  help: the file is cut: get the whole of it\n"
    );
    assert_eq!(
        errors("CM_ \"no end;\n"),
        "1:5 this string has no end\n  found: the end of the file\n  expected: \"\n  help: the file is cut, or a quote is missing\n"
    );
    assert_eq!(
        errors("BA_DEF_ BO_ \"x\" INT 0 1"),
        "1:1 the file ends within this statement\n  found: the end of the file\n  expected: \";\"\n  help: the file is cut: get the whole of it\n"
    );
}

proptest! {
    #[test]
    fn any_text_is_a_database_or_mistakes_in_it(place in any::<prop::sample::Index>(), len in 0usize..20, text in "[ -~\n°]{0,12}") {
        let places: Vec<usize> = GOOD.char_indices().map(|(place, _)| place).collect();
        let place = place.index(places.len());
        let end = places.get(place + len).copied().unwrap_or(GOOD.len());
        let spoilt = format!("{}{text}{}", &GOOD[..places[place]], &GOOD[end..]);
        if let Err(errors) = Database::read("a.dbc", spoilt.as_bytes()) {
            for one in errors.list() {
                let place = one.place.as_ref().unwrap();
                prop_assert!(spoilt.get(place.start..place.end).is_some());
            }
            prop_assert!(!errors.render(false).is_empty());
        }
    }
}
