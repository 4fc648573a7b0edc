// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in what is typed.

use super::{GOOD, check};
use crate::{When, parse};
use vtime::Span;

/// A port that no link joins.
const BEFORE: &str = "[link.";

fn input(lines: &str) -> String {
    let (from, to) = GOOD.split_at(GOOD.find(BEFORE).expect("a link"));
    let links = to.find("[[expect").expect("an expectation");
    format!("{from}[[input.uart]]\n{lines}\n\n{}", &to[links..])
}

#[test]
fn what_is_typed() {
    let text = input("port = \"pinger.uart0\"\nafter = \"> \"\ntext = \"a\\r\"");
    let scenario = parse(&text, "a.scenario.toml").unwrap();
    let [input] = &scenario.inputs[..] else { panic!("{:?}", scenario.inputs) };
    assert_eq!(input.when, When::After { text: b"> ".to_vec(), wait: Span::from_ns(10_000_000) });
    assert_eq!((input.text.as_slice(), input.uart.baud()), (&b"a\r"[..], 115_200));
}

fn mistake(lines: &str, expected: &str) {
    let errors = parse(&input(lines), "a.scenario.toml").unwrap_err();
    assert!(errors.render(false).contains(expected), "{expected}: {}", errors.render(false));
}

#[test]
fn what_cannot_be_typed() {
    let port = "port = \"pinger.uart0\"";
    let text = "text = \"a\"";
    mistake(&format!("{port}\n{text}"), "does not say when");
    mistake(&format!("{port}\n{text}\nat = \"1ms\"\nafter = \"a\""), "has both \"at\" and \"after\"");
    mistake(&format!("{port}\n{text}\nat = \"1ms\"\nwait = \"1ms\""), "\"wait\" is for \"after\"");
    mistake(&format!("{port}\n{text}\nat = \"1h\""), "nothing is sent after the run's end");
    mistake(&format!("{port}\n{text}\nafter = \"\""), "\"\" cannot be waited for");
    mistake(&format!("{port}\ntext = \"\"\nat = \"1ms\""), "this cannot be typed");
    mistake(&format!("{port}\n{text}\nat = \"1ms\"\nbaud = 0"), "the baud rate is zero");
    mistake(&format!("{port}\nat = \"1ms\""), "[[input.uart]] does not say what to type");
    mistake(&format!("{port}\n{text}\nat = \"1ms\"\nbytes = \"00\""), "has both \"text\" and \"bytes\"");
    for bytes in ["", "0", "01 2", "0x01", "+1", "é", "01,02"] {
        mistake(&format!("{port}\nat = \"1ms\"\nbytes = {bytes:?}"), "these are no bytes");
    }
    mistake(
        "port = \"pinger.semihosting\"\ntext = \"a\"\nat = \"1ms\"",
        "add semihosting = true to [node.pinger]",
    );
}

#[test]
fn nobody_types_at_a_linked_port() {
    check(
        "[[expect.uart]]",
        "[[input.uart]]\nport = \"pinger.uart0\"\nat = \"1ms\"\ntext = \"a\"\n\n[[expect.uart]]",
        r#"
21:8 nobody can type at a port that is linked
  found: [link.wire] joins it to another port
  expected: a port without a link: a console
"#,
    );
}
