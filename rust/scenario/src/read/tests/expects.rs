// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Mistakes in the values of expectations.

use super::check;

#[test]
fn expectations() {
    check(
        r#"line = "pong 12"
"#,
        "",
        r#"
20:1 [[expect.uart]] does not say what it expects
  found: "line", "contains" or "bytes" is missing
  expected: exactly one of "line" (a whole line), "contains" (a part of one) and "bytes" (wherever lines end)
  help: add line = "..."
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12"
contains = "pong""#,
        r#"
23:12 [[expect.uart]] has both "line" and "contains"
  found: "contains" too
  expected: exactly one of "line" (a whole line), "contains" (a part of one) and "bytes" (wherever lines end)
  help: remove one of the two
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"contains = """#,
        r#"
22:12 an empty text is in every line
  found: this is empty
  expected: a part of a line, or line = "" for an empty line
"#,
    );
    check(
        r#"line = "pong 12""#,
        r#"line = "pong 12\n""#,
        r#"
22:8 the expected text has a line end in it
  found: lines are compared
  expected: one line without its end
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "21ms""#,
        r#"
23:10 "within" is longer than the run
  found: the run lasts 20ms
  expected: at most "20ms"
  help: lengthen "duration", or leave "within" out
"#,
    );
    check(
        r#"within = "15ms""#,
        r#"within = "0s""#,
        r#"
23:10 nothing can be sent in no time
  found: this is zero
  expected: a time longer than zero, such as "15ms"
"#,
    );
}
