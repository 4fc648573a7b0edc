// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Values to bits, and back.

use crate::{Database, Value};
use proptest::prelude::*;

fn good() -> Database {
    Database::read("good.dbc", include_bytes!("../testdata/good.dbc")).unwrap()
}

#[track_caller]
fn check(message: &str, values: &[(&str, &str)], expected: Result<&[u8], &str>) {
    let data = good().message(message).unwrap().encode(values.iter().copied());
    assert_eq!(data.map_err(|error| error.to_string()), expected.map(Vec::from).map_err(String::from));
}

#[test]
fn values_are_bits_where_the_file_has_them() {
    check("Engine", &[("Rpm", "900")], Ok(&[0x10, 0x0e, 0, 0, 0, 0, 0, 0]));
    check("Engine", &[("Rpm", "900.25"), ("Gear", "reverse")], Ok(&[0x11, 0x0e, 0x0f, 0, 0, 0, 0, 0]));
    check("Engine", &[("Temp", "-20"), ("Gear", "1")], Ok(&[0, 0, 1, 0, 0, 0, 0, 0]));
    check("Engine", &[("Temp", "-40"), ("Torque", "-1.5")], Ok(&[0, 0, 0, 0xd8, 0, 0, 0xc0, 0xbf]));
    check("Body", &[("Speed", "123.45"), ("Yaw", "0.5")], Ok(&[0x30, 0x39, 0xff, 0xb0, 0, 0, 0, 0]));
    check("Engine", &[("Temp", "unknown")], Ok(&[0, 0, 0, 0xff, 0, 0, 0, 0]));
    check("Engine", &[("Temp", "cold")], Ok(&[0, 0, 0, 0x80, 0, 0, 0, 0]));
    check("Engine", &[], Ok(&[0; 8]));
}

#[test]
fn what_a_signal_cannot_say_is_refused() {
    check("Engine", &[("Rpms", "1")], Err("message Engine has no signal \"Rpms\": did you mean \"Rpm\"?"));
    check("Engine", &[("Rpm", "fast")], Err("signal Rpm has no value \"fast\": it takes a number"));
    check(
        "Engine",
        &[("Gear", "neutrl")],
        Err(
            "signal Gear has no value \"neutrl\": it takes a number, or \"neutral\", \"first\", \"second\" or \"reverse\": \
             did you mean \"neutral\"?",
        ),
    );
    check(
        "Engine",
        &[("Rpm", "0.3")],
        Err("signal Rpm cannot say 0.3: it has 0.25 and 0.5, and nothing between them"),
    );
    check(
        "Body",
        &[("Yaw", "0.25")],
        Err("signal Yaw cannot say 0.25: it has 0.2 and 0.3, and nothing between them"),
    );
    check("Engine", &[("Rpm", "-0.25")], Err("signal Rpm cannot be -0.25: it is from 0 to 16000"));
    check("Engine", &[("Rpm", "16000.25")], Err("signal Rpm cannot be 16000.25: it is from 0 to 16000"));
    check("Engine", &[("Gear", "16")], Err("signal Gear cannot be 16: it is from 0 to 15"));
    check("Engine", &[("Temp", "44")], Err("signal Temp cannot be 44: it is from -40 to 43.5"));
    check("Engine", &[("Temp", "1e30")], Err("signal Temp cannot be 1e30: it is from -40 to 43.5"));
    check("Body", &[("Yaw", "-204.8")], Err("signal Yaw cannot be -204.8: it is from -204.7 to 204.8"));
    check("Engine", &[("Torque", "1000.1")], Err("signal Torque cannot be 1000.1: it is from -1000 to 1000"));
    check("Engine", &[("Gear", "1"), ("Gear", "1")], Err("signal Gear is given twice"));
}

#[test]
fn switches_are_thrown_by_who_needs_them() {
    check("Pages", &[("Two", "7")], Ok(&[2, 7, 0, 0, 0, 0, 0, 0]));
    check("Pages", &[("Deeper", "7")], Ok(&[1, 3, 7, 0, 0, 0, 0, 0]));
    check("Pages", &[("Deeper", "7"), ("Deep", "6")], Ok(&[1, 6, 7, 0, 0, 0, 0, 0]));
    check(
        "Pages",
        &[("Two", "7"), ("Page", "0")],
        Err("signal Two is there only if Page is 2, and Page makes that 0"),
    );
    check(
        "Pages",
        &[("One", "7"), ("Two", "7")],
        Err("signal Two is there only if Page is 2, and One makes that 0"),
    );
    check(
        "Pages",
        &[("Deeper", "7"), ("Deep", "5")],
        Err("signal Deeper is there only if Deep is 3-4, 6, and Deep makes that 5"),
    );
    // Values that go together, whichever comes first; a switch has the least one that they share.
    let text = "BO_ 1 M: 8 X\n SG_ S M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ A m1 : 8|8@1+ (1,0) [0|0] \"\" X\n \
                SG_ B m2 : 16|8@1+ (1,0) [0|0] \"\" X\n SG_ C m5 : 24|8@1+ (1,0) [0|0] \"\" X\n\
                SG_MUL_VAL_ 1 A S 5-6, 1-3;\nSG_MUL_VAL_ 1 B S 2-2, 4-5;\n";
    let database = Database::read("together.dbc", text.as_bytes()).unwrap();
    let message = database.message("M").unwrap();
    let encode = |values: &[(&str, &str)]| message.encode(values.iter().copied());
    assert_eq!(encode(&[("A", "7")]), Ok(vec![1, 7, 0, 0, 0, 0, 0, 0]));
    assert_eq!(encode(&[("A", "7"), ("B", "8")]), Ok(vec![2, 7, 8, 0, 0, 0, 0, 0]));
    assert_eq!(encode(&[("A", "7"), ("B", "8"), ("C", "9")]), Ok(vec![5, 7, 8, 9, 0, 0, 0, 0]));
    let text = text.replace("SG_MUL_VAL_ 1 B S 2-2, 4-5;", "SG_MUL_VAL_ 1 B S 2-2;");
    let database = Database::read("apart.dbc", text.as_bytes()).unwrap();
    assert_eq!(
        database.message("M").unwrap().encode([("A", "7"), ("B", "8"), ("C", "9")]).unwrap_err().to_string(),
        "signal C is there only if S is 5, and B makes that 2"
    );
    let database = good();
    let pages = database.message("Pages").unwrap();
    let names = |data: &[u8]| -> Vec<String> {
        pages.decode(data).map(|(signal, raw)| format!("{} {}", signal.name(), signal.show(raw))).collect()
    };
    assert_eq!(names(&[1, 4, 9]), ["Page 1", "Deep 4", "Deeper 9"]);
    assert_eq!(names(&[1, 5, 9]), ["Page 1", "Deep 5"]);
    assert_eq!(names(&[0, 5, 9]), ["Page 0", "One 2309"]);
    // Cut off.
    assert_eq!(names(&[0, 5]), ["Page 0"]);
    let two = pages.signal("Two").unwrap();
    assert_eq!(
        [pages.has(two, &[2, 7]), pages.has(two, &[0, 7]), pages.has(two, &[2])],
        [true, false, false]
    );
}

#[test]
fn values_are_shown_and_compared() {
    let database = good();
    let engine = database.message("Engine").unwrap();
    let data =
        engine.encode([("Rpm", "900.25"), ("Gear", "reverse"), ("Temp", "21.5"), ("Torque", "0.1")]).unwrap();
    let shown: Vec<_> = engine.decode(&data).map(|(signal, raw)| signal.show(raw)).collect();
    assert_eq!(shown, ["900.25 rpm", "15 (reverse)", "21.5 °C", "0.1 a \"unit\""]);
    let value = |name: &str| engine.signal(name).unwrap().value(&data).unwrap();
    let number = |text: &str| Value::Exact(text.parse().unwrap());
    assert!(value("Rpm") > number("900") && value("Rpm") == number("900.25"));
    assert!(value("Torque") == number("0.1") && value("Torque") < number("0.2"));
    assert_eq!(engine.signal("Torque").unwrap().raw_of("0.1"), Ok(0.1f32.to_bits().into()));
    assert!(engine.signal("Torque").unwrap().value(&data[..7]).is_none());
}

#[test]
fn names_are_those_of_all_the_values_that_the_bits_can_say() {
    let read = |size: u8, late: &str| {
        let text = format!("BO_ 1 M: 8 X\n SG_ S : 0|{size}@1+ (1,0) [0|0] \"\" X\n{late}");
        Database::read("one.dbc", text.as_bytes()).unwrap()
    };
    let raw = |size, late: &str| {
        let database = read(size, late);
        let signal = database.message("M").unwrap().signal("S").unwrap();
        (signal.raw_of("SNA").unwrap(), signal.show(signal.raw_of("SNA").unwrap()))
    };
    let sna = "VAL_ 1 S 18446744073709551615 \"SNA\";\n";
    assert_eq!(raw(64, sna), (u64::MAX, "18446744073709551615 (SNA)".to_string()));
    // Of numbers of IEEE 754 it is the number, not its bits; whichever statement comes first.
    let (sna, single) = ("VAL_ 1 S -1 \"SNA\";\n", "SIG_VALTYPE_ 1 S : 1;\n");
    let expected = (0xbf80_0000, "-1 (SNA)".to_string());
    assert_eq!(raw(32, &format!("{sna}{single}")), expected);
    assert_eq!(raw(32, &format!("{single}{sna}")), expected);
    let expected = ((-1f64).to_bits(), "-1 (SNA)".to_string());
    assert_eq!(raw(64, &format!("{sna}SIG_VALTYPE_ 1 S : 2;\n")), expected);
}

#[test]
fn a_number_that_is_too_large_is_not_infinity() {
    let refused = |kind: u8, factor: &str, text: &str| {
        let size = if kind == 1 { 32 } else { 64 };
        let database = one(1, 0, size, '-', factor, "0", kind).unwrap();
        let signal = database.message("M").unwrap().signal("S").unwrap();
        signal.raw_of(text).map(|raw| signal.show(raw)).map_err(|error| error.to_string())
    };
    let singles = "it is from -3.4028234663852886e38 to 3.4028234663852886e38";
    let doubles = "it is from -1.7976931348623157e308 to 1.7976931348623157e308";
    for text in ["1e39", "1e999", "-1e999"] {
        assert_eq!(refused(1, "1", text), Err(format!("signal S cannot be {text}: {singles}")));
    }
    assert_eq!(refused(2, "1", "1e999"), Err(format!("signal S cannot be 1e999: {doubles}")));
    assert_eq!(refused(2, "0.001", "1e307"), Err(format!("signal S cannot be 1e307: {doubles}")));
    for (kind, text, shown) in [(1, "inf", "inf"), (2, "-infinity", "-inf"), (2, "1e307", "1e307")] {
        assert_eq!(refused(kind, "1", text), Ok(shown.to_string()));
    }
}

/// A message of one signal.
fn one(
    order: u8,
    start: usize,
    size: usize,
    sign: char,
    factor: &str,
    offset: &str,
    kind: u8,
) -> Option<Database> {
    let text = format!(
        "BO_ 1 M: 8 X\n SG_ S : {start}|{size}@{order}{sign} ({factor},{offset}) [0|0] \"\" X\nSIG_VALTYPE_ 1 S : {kind};\n"
    );
    Database::read("one.dbc", text.as_bytes()).ok()
}

proptest! {
    /// All bits mean something that means these bits again.
    #[test]
    fn what_is_decoded_is_encoded_again(
        order in 0u8..2, start in 0usize..64, size in 1usize..=64, signed in any::<bool>(), raw in any::<u64>(),
        factor in prop::sample::select(vec!["1", "0.1", "-0.25", "1e-9", "3", "100", "0.0000305175781250", "1.23456789012345678"]),
        offset in prop::sample::select(vec!["0", "-40", "0.5", "-1e-12", "1e6", "273.15"]),
    ) {
        let Some(database) = one(order, start, size, if signed { '-' } else { '+' }, factor, offset, 0) else { return Ok(()) };
        let message = database.message("M").unwrap();
        let signal = message.signal("S").unwrap();
        let raw = raw & u64::MAX >> (64 - size);
        let text = signal.value_of_raw(raw).to_string();
        prop_assert_eq!(signal.raw_of(&text), Ok(raw), "{}", text);
        let data = message.encode([("S", text.as_str())]).unwrap();
        prop_assert_eq!(signal.raw(&data), Some(raw));
    }

    #[test]
    fn numbers_of_ieee_754_are_encoded_again(raw in any::<u64>(), order in 0u8..2, single in any::<bool>()) {
        let size = if single { 32 } else { 64 };
        let start = if order == 0 { 7 } else { 0 };
        let database = one(order, start, size, '-', "1", "0", if single { 1 } else { 2 }).unwrap();
        let signal = database.message("M").unwrap().signal("S").unwrap();
        let raw = if single { raw & u64::from(u32::MAX) } else { raw };
        let is_number = if single { !f32::from_bits(raw as u32).is_nan() } else { !f64::from_bits(raw).is_nan() };
        let text = signal.value_of_raw(raw).to_string();
        // There are many bits for "no number".
        prop_assert_eq!(signal.raw_of(&text) == Ok(raw), is_number, "{}", text);
    }
}
