// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Whatever the text is: no panic, and every message points into the text.

use super::{FILE, GOOD};
use crate::{Place, parse};
use proptest::prelude::*;

fn check(text: &str) -> Result<(), TestCaseError> {
    let Err(errors) = parse(text, FILE) else {
        return Ok(());
    };
    prop_assert!(!errors.list().is_empty());
    let mut before = 0;
    for one in errors.list() {
        let place = one.place.as_ref().expect("a mistake in a text has a place");
        prop_assert!(before <= place.start);
        before = place.start;
        for Place { start, end, line, column } in
            [Some(place), one.also.as_ref().map(|(place, _)| place)].into_iter().flatten()
        {
            prop_assert!(text.get(*start..*end).is_some(), "{start}..{end}");
            let line_start = text[..*start].rfind('\n').map_or(0, |at| at + 1);
            prop_assert_eq!(*line, text[..*start].matches('\n').count() + 1);
            prop_assert_eq!(*column, text[line_start..*start].chars().count() + 1);
        }
    }
    prop_assert!(errors.render(false).starts_with("error: "));
    prop_assert!(!errors.render(true).is_empty());
    Ok(())
}

/// Pieces of scenarios, right and wrong ones.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "\n",
        " ",
        "=",
        ".",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\"",
        "'",
        "\"\"\"",
        "#",
        "\r\n",
        "é",
        "\u{0}",
        "-",
        "+",
        "0x",
        "schema = 1\n",
        "duration = \"1s\"\n",
        "node",
        "link",
        "expect",
        "uart",
        "golden",
        "board",
        "ends",
        "a.uart0",
        "1e9",
        "1979-05-27",
        "true",
        "nan",
        "[node.a]\n",
        "[link.a]\n",
        "[[expect.uart]]\n",
        "[expect]\n",
        "[[expect.frame]]\n",
        "[[expect.can]]\n",
        "order = [\"x\", \"x\"]\n",
        "name = \"x\"\n",
        "after = \"x\"\n",
        "matches = '(?P<y>.) {x.y}('\n",
        "bytes = \"0? {x.y} ..\"\n",
        "count = { min = 1 }\n",
        "capture = { y = { at = 0, length = 1 } }\n",
        "[golden]\n",
        "[node]\n",
        "board = \"qemu:mps2-an385\"\n",
        "firmware = \"//a:b\"\n",
        "ends = [\"a.uart0\", \"a.uart1\"]\n",
        "kind = \"uart\"\n",
        "baud = 9\n",
        "port = \"a.uart0\"\n",
        "line = \"x\"\n",
        "node.a.board = 1\n",
        "a = {b = 1, b = 2}\n",
    ]);
    prop_oneof![4 => fixed.prop_map(str::to_string), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_in_any_order(pieces in prop::collection::vec(piece(), 0..40)) {
        check(&pieces.concat())?;
    }

    #[test]
    fn a_good_scenario_with_changes(changes in prop::collection::vec((0usize..500, 0usize..30, piece()), 1..5)) {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (at, len, piece) in changes {
            let at = at.min(text.len());
            let end = (at + len).min(text.len());
            text.splice(at..end, piece.chars());
        }
        check(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn places_of_another_text(start in 0usize..900, len in 0usize..900, text in "[a-zé\n]{0,40}") {
        let scenario = parse(GOOD, FILE).unwrap();
        let one = scenario.diagnose(crate::Problem::at(start..start + len, "wrong").also(0..len, "also"));
        let errors = crate::Errors::new(crate::Source::new(FILE, text), one, Vec::new());
        prop_assert!(errors.render(false).starts_with("error: wrong\n"));
    }

    #[test]
    fn a_good_scenario_cut_off(len in 0usize..=GOOD.len()) {
        check(&GOOD[..len])?;
    }
}
