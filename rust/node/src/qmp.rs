// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The little of QEMU's monitor protocol that a stalled node is asked with.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long the host waits for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many lines (events among them) may come before the answer.
const MAX_LINES: usize = 64;

/// The text of `info registers`; `None` when the node does not answer.
pub(crate) fn registers(socket: &UnixStream) -> Option<String> {
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    socket.set_write_timeout(Some(PATIENCE)).ok()?;
    let mut lines = BufReader::new(socket);
    ask(&mut lines, r#"{"execute":"qmp_capabilities"}"#)?;
    let answer = ask(
        &mut lines,
        r#"{"execute":"human-monitor-command","arguments":{"command-line":"info registers"}}"#,
    )?;
    answer.as_str().map(str::to_string)
}

/// Sends a command and returns what it returns.
fn ask(lines: &mut BufReader<&UnixStream>, command: &str) -> Option<serde_json::Value> {
    writeln!(lines.get_mut(), "{command}").ok()?;
    for _ in 0..MAX_LINES {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let answer: serde_json::Value = serde_json::from_str(&line).ok()?;
        if let Some(value) = answer.get("return") {
            return Some(value.clone());
        }
        if answer.get("error").is_some() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &'static [&'static str], expected: Option<&str>) {
        let (host, node) = UnixStream::pair().unwrap();
        let server = std::thread::spawn(move || {
            let mut asked = BufReader::new(&node);
            for answer in script {
                let mut line = String::new();
                asked.read_line(&mut line).unwrap();
                writeln!(&node, "{answer}").unwrap();
            }
        });
        assert_eq!(registers(&host).as_deref(), expected);
        server.join().unwrap();
    }

    #[test]
    fn reads_the_registers_past_events() {
        check(
            &["{\"QMP\":{}}\n{\"return\":{}}", "{\"event\":\"STOP\"}\n{\"return\":\"R15=00000abc\\n\"}"],
            Some("R15=00000abc\n"),
        );
    }

    #[test]
    fn nonsense_is_no_answer() {
        check(&["hello"], None);
        check(&["{\"return\":{}}", "{\"error\":{\"class\":\"CommandNotFound\"}}"], None);
    }
}
