// SPDX-License-Identifier: Apache-2.0 OR MIT
use super::*;
use proptest::prelude::*;
use std::fmt::Write as _;

const DOORS: &str = r#"// A car's doors.
LIN_description_file;
LIN_protocol_version = "2.2";
LIN_language_version = "2.2";
LIN_speed = 19.2 kbps;
Channel_name = "DOORS";
Nodes {
  Master: Body, 5 ms, 0.1 ms;
  Slaves: Left, Right;
}
Signals {
  Lock: 2, 0, Body, Left, Right;
  LeftState: 8, 0xFF, Left, Body;
  RightState: 16, {0x12, 0x34}, Right, Body;
}
Diagnostic_signals { MasterReqB0: 8, 0; }
Frames {
  Command: 0x10, Body, 1 { Lock, 0; }
  LeftDoor: 17, Left, 2 { LeftState, 0; }
  RightDoor: 0x12, Right, 2 { RightState, 0; }
  Extra: 0x13, Body, 4 { }
}
Sporadic_frames { Now: Extra; }
Event_triggered_frames { Any: Collisions, 0x20, LeftDoor, RightDoor; }
Diagnostic_frames {
  MasterReq: 0x3C { MasterReqB0, 0; }
  SlaveResp: 0x3d { }
}
Node_attributes {
  Left { LIN_protocol = "2.2"; configured_NAD = 1; product_id = 1, 2, 3; configurable_frames { Command; LeftDoor = 0x11; } }
  Right { LIN_protocol = "1.3"; }
}
Schedule_tables {
  Normal { Command delay 10 ms; LeftDoor delay 15.5 ms; Now delay 10ms; Any delay 20 ms; }
  Collisions { LeftDoor delay 10 ms; RightDoor delay 10 ms; }
  Diagnosis { MasterReq delay 10 ms; AssignFrameIdRange { Left, 0 } delay 10 ms; SlaveResp delay 10 ms; }
}
Signal_encoding_types { State { logical_value, 0, "open {"; physical_value, 1, 5, 0.5, -3, "mm"; } }
"#;

#[test]
fn a_description_tells_frames_and_tables() {
    let ldf = read("doors.ldf", DOORS).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((ldf.bitrate(), ldf.jitter()), (19_200, Span::from_ns(100_000)));
    assert_eq!(ldf.nodes().collect::<Vec<_>>(), ["Body", "Left", "Right"]);
    assert_eq!(ldf.tables().collect::<Vec<_>>(), ["Normal", "Collisions", "Diagnosis"]);
    let frames = ldf.frames();
    let known =
        |id| frames.get(id).map(|frame| (frame.name.as_str(), frame.len, frame.model, frame.may_be_silent));
    // Right is a node of LIN 1.3, and hears of Command.
    assert_eq!(known(0x10), Some(("Command", 1, Model::Classic, false)));
    assert_eq!(known(0x11), Some(("LeftDoor", 2, Model::Enhanced, false)));
    assert_eq!(known(0x12), Some(("RightDoor", 2, Model::Classic, false)));
    assert_eq!(known(0x13), Some(("Extra", 4, Model::Enhanced, false)));
    assert_eq!(known(0x20), Some(("Any", 2, Model::Enhanced, true)));
    assert_eq!(known(0x3c), Some(("MasterReq", 8, Model::Classic, false)));
    assert_eq!(known(0x14), None);
    let slots = |name| ldf.plan(name, Span::ZERO).unwrap().slots;
    let slot = |id: u8, may_be_empty, ns| Slot { ids: 1 << id, may_be_empty, lasts: Span::from_ns(ns) };
    let (ms, us) = (1_000_000, 1_000);
    let normal = [
        slot(0x10, false, 10 * ms),
        slot(0x11, false, 15_500 * us),
        slot(0x13, true, 10 * ms),
        slot(0x20, false, 20 * ms),
    ];
    assert_eq!(slots("Normal"), normal);
    assert_eq!(slots("Diagnosis"), [0x3c, 0x3c, 0x3d].map(|id| slot(id, false, 10 * ms)));
    assert_eq!(ldf.plan("None", Span::ZERO), None);
}

#[test]
fn frames_of_lin_1_3_have_lengths_by_their_identifiers() {
    let text = "LIN_description_file ;\nLIN_protocol_version = \"1.3\";\nLIN_speed = 9.6 kbps;\n\
        Nodes { Master: M, 5 ms, 0.1 ms; Slaves: S; }\nFrames { A: 0x1f, M { } B: 0x20, S { } C: 48, S { } }";
    let frames = read("old.ldf", text).unwrap().frames();
    let known = |id| frames.get(id).map(|frame| (frame.len, frame.model));
    assert_eq!([0x1f, 0x20, 48].map(known), [2, 4, 8].map(|len| Some((len, Model::Classic))));
}

/// `old` becomes `new`, once: the first mistake in one line.
#[track_caller]
fn check_error(old: &str, new: &str, expected: &str) {
    assert!(DOORS.contains(old), "{old}");
    let errors = read("doors.ldf", &DOORS.replacen(old, new, 1)).unwrap_err();
    let first = &errors.list()[0];
    let place = first.place.as_ref().unwrap();
    let part = |label: &str, part: &Option<String>| {
        part.as_ref().map_or(String::new(), |part| format!(" | {label}: {part}"))
    };
    let parts = [("found", &first.found), ("expected", &first.expected), ("help", &first.help)];
    let parts: String = parts.iter().map(|(label, text)| part(label, text)).collect();
    assert_eq!(format!("{}:{}:{}: {}{parts}", first.file, place.line, place.column, first.message), expected);
}

#[test]
fn mistakes_have_their_places() {
    let none = "this is no LIN description";
    check_error(
        "LIN_description_file;",
        "VERSION \"\"",
        &format!("doors.ldf:2:1: {none} | found: \"VERSION\" | expected: LIN_description_file"),
    );
    check_error(
        "19.2 kbps",
        "57.6 kbps",
        &format!(
            "doors.ldf:5:13: {none} | found: \"57.6\" | expected: kilobits per second with at most three decimals, 1 to 20, such as 19.2"
        ),
    );
    check_error(
        "0x10, Body, 1",
        "64, Body, 1",
        &format!("doors.ldf:18:12: {none} | found: \"64\" | expected: an identifier, 0 to 59"),
    );
    check_error(
        "17, Left, 2",
        "17, Left, 9",
        &format!("doors.ldf:19:23: {none} | found: \"9\" | expected: the bytes of a frame, 1 to 8"),
    );
    check_error(
        "17, Left, 2",
        "17, Lef, 2",
        "doors.ldf:19:17: there is no node \"Lef\" | expected: a node of this description | help: did you mean \"Left\"?",
    );
    check_error(
        "LeftDoor delay 15.5",
        "LeftDor delay 15.5",
        "doors.ldf:34:33: there is no frame \"LeftDor\" | expected: a frame of this description | help: did you mean \"LeftDoor\"?",
    );
    check_error(
        "RightDoor: 0x12",
        "RightDoor: 0x11",
        "doors.ldf:20:3: frame \"RightDoor\" has a taken identifier | found: 17 | expected: an identifier of its own",
    );
    check_error(
        "Slaves: Left, Right",
        "Slaves: Left, Left, Right",
        "doors.ldf:9:17: there are two nodes \"Left\" | found: the same name again | expected: a name of its own",
    );
    check_error(
        "Command delay 10 ms;",
        "Command delay 0 ms;",
        "doors.ldf:34:12: a place of a table has no time | expected: the delay to the next one, such as 10 ms",
    );
    check_error(
        "Diagnostic_signals",
        "Diagnostic_signal",
        "doors.ldf:16:1: unknown section \"Diagnostic_signal\" | found: an LDF has no such section | help: did you mean \"Diagnostic_frames\"?",
    );
    check_error(
        "5 ms, 0.1 ms;",
        "5 ms, 0.1;",
        &format!("doors.ldf:8:26: {none} | found: \";\" | expected: ms"),
    );
    check_error("// A car's", "/* A car's", "doors.ldf:1:1: this comment has no end | expected: */");
    check_error(
        "\"DOORS\"",
        "\"DOORS",
        "doors.ldf:6:16: this text has no end on its line | expected: a second \"",
    );
    check_error("Slaves: Left", "Slaves: @", "doors.ldf:9:11: this is nothing that an LDF has | found: '@'");
}

#[test]
fn a_truncated_description_is_an_error() {
    let whole = DOORS.trim_end().len();
    for len in (0..whole).filter(|len| DOORS.is_char_boundary(*len)) {
        let cut = &DOORS[..len];
        // Whole sections alone are a description, too.
        if let Ok(ldf) = read("cut.ldf", cut) {
            assert!(cut.trim_end().ends_with(['}', ';']), "{cut}\n{ldf:?}");
        }
    }
}

/// A description of frames, written.
fn written(frames: &[(u8, u8, bool)], order: &[usize]) -> String {
    let mut text = String::from(
        "LIN_description_file;LIN_protocol_version=\"2.1\";LIN_speed=10.417kbps;Nodes{Master:m,5ms,0ms;Slaves:s;}Frames{",
    );
    for (id, len, by_master) in frames {
        let by = if *by_master { "m" } else { "s" };
        let _ = write!(text, "f{id}:{id:#x},{by},{len}{{}}");
    }
    text.push_str("}Schedule_tables{t{");
    for place in order {
        let _ = write!(text, "f{} delay {}.25ms;", frames[*place].0, place + 1);
    }
    text + "}}"
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        frames in prop::collection::btree_map(0u8..60, (1u8..=8, any::<bool>()), 1..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
    ) {
        let frames: Vec<_> = frames.into_iter().map(|(id, (len, by_master))| (id, len, by_master)).collect();
        let order: Vec<_> = order.iter().map(|index| index.index(frames.len())).collect();
        let ldf = read("some.ldf", &written(&frames, &order)).unwrap_or_else(|errors| panic!("{errors}"));
        prop_assert_eq!(ldf.bitrate(), 10_417);
        let known = ldf.frames();
        for (id, len, _) in &frames {
            let frame = known.get(*id).unwrap();
            prop_assert_eq!((frame.name.clone(), frame.len), (format!("f{id}"), *len));
        }
        let plan = ldf.plan("t", Span::ZERO).unwrap();
        let slots: Vec<_> = plan.slots.iter().map(|slot| (slot.ids, slot.lasts.as_ns())).collect();
        let expected: Vec<_> =
            order.iter().map(|place| (1 << frames[*place].0, (*place as u64 + 1) * 1_000_000 + 250_000)).collect();
        prop_assert_eq!(slots, expected);
    }

    #[test]
    fn any_text_is_a_description_or_mistakes(text in "[a-z{};:,=0-9\"./* \n]{0,80}", at in 0usize..1900) {
        let at = at.min(DOORS.len());
        if DOORS.is_char_boundary(at) {
            let _ = read("any.ldf", &(DOORS[..at].to_string() + &text + &DOORS[at..]));
        }
        let _ = read("any.ldf", &text);
    }
}
