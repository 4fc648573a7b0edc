// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The little of QEMU's monitor protocol that a stalled node, or one that a master looks into, is asked with.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long the host waits for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many lines (events among them) may come before the answer.
const MAX_LINES: usize = 64;

/// The text of `info registers`; `None` when the node does not answer.
pub(crate) fn registers(socket: &UnixStream) -> Option<String> {
    human(socket, "info registers")
}

/// The `length` bytes of memory at the physical `address`. Only RAM and ROM are read: looking at a device's register
/// could change what the device does.
pub(crate) fn memory(socket: &UnixStream, address: u64, length: u32) -> Result<Vec<u8>, MemoryError> {
    let last =
        address.checked_add(u64::from(length).saturating_sub(1)).ok_or(MemoryError::NoRam { address })?;
    let mut places = [0; 2];
    for (place, address) in places.iter_mut().zip([address, last]) {
        let answer = human(socket, &format!("gpa2hva {address:#x}")).ok_or(MemoryError::Silent)?;
        *place = host_address(&answer).ok_or(MemoryError::NoRam { address })?;
    }
    // Both ends are memory, as far apart as their addresses: one stretch of it.
    if places[1].wrapping_sub(places[0]) != last - address {
        return Err(MemoryError::NoRam { address: last });
    }
    let answer = human(socket, &format!("xp /{length}xb {address:#x}")).ok_or(MemoryError::Silent)?;
    let bytes = dumped(&answer).filter(|bytes| bytes.len() == length as usize);
    bytes.ok_or(MemoryError::NoRam { address })
}

/// Why memory cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MemoryError {
    /// There is a device, or nothing.
    #[error("there is no memory at {address:#x} (registers of devices are not read: that could change them)")]
    NoRam {
        /// The address.
        address: u64,
    },
    /// QEMU does not answer.
    #[error("its QEMU does not answer")]
    Silent,
}

/// `0x7f12...` of `Host virtual address for 0x20000000 (mps.ram) is 0x7f12...`.
fn host_address(answer: &str) -> Option<u64> {
    let hex = answer.trim_end().rsplit_once(" is 0x")?.1;
    answer.starts_with("Host virtual address").then(|| u64::from_str_radix(hex, 16).ok())?
}

/// The bytes of `0000000020000000: 0x00 0x01 ...`, line by line.
fn dumped(answer: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in answer.lines().filter(|line| !line.trim().is_empty()) {
        for byte in line.split_once(':')?.1.split_whitespace() {
            bytes.push(u8::from_str_radix(byte.strip_prefix("0x")?, 16).ok()?);
        }
    }
    Some(bytes)
}

/// What QEMU's monitor for people answers; `None` when the node does not answer.
fn human(socket: &UnixStream, command: &str) -> Option<String> {
    socket.set_read_timeout(Some(PATIENCE)).ok()?;
    socket.set_write_timeout(Some(PATIENCE)).ok()?;
    let mut lines = BufReader::new(socket);
    // Refused when it was done before, which is just as well.
    ask(&mut lines, r#"{"execute":"qmp_capabilities"}"#)?.ok();
    let arguments = serde_json::json!({ "command-line": command });
    let asked = serde_json::json!({ "execute": "human-monitor-command", "arguments": arguments });
    Some(ask(&mut lines, &asked.to_string())?.ok()?.as_str()?.to_string())
}

/// QEMU refused a command.
struct RefusedByQemu;

/// Sends a command and returns what it returns; `None` when no answer comes.
fn ask(
    lines: &mut BufReader<&UnixStream>,
    command: &str,
) -> Option<Result<serde_json::Value, RefusedByQemu>> {
    writeln!(lines.get_mut(), "{command}").ok()?;
    for _ in 0..MAX_LINES {
        let mut line = String::new();
        lines.read_line(&mut line).ok()?;
        let answer: serde_json::Value = serde_json::from_str(&line).ok()?;
        if let Some(value) = answer.get("return") {
            return Some(Ok(value.clone()));
        }
        if answer.get("error").is_some() {
            return Some(Err(RefusedByQemu));
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
    fn reads_what_the_monitor_prints_of_memory() {
        let answer = "Host virtual address for 0x20000000 (mps.ram) is 0x7f0012345678\r\n";
        assert_eq!(host_address(answer), Some(0x7f00_1234_5678));
        assert_eq!(host_address("Memory at address 0x40004000 is not RAM\r\n"), None);
        assert_eq!(host_address("No memory is mapped at address 0x50000000 is 0x0"), None);
        let dump = "0000000020000000: 0x00 0x01\r\n0000000020000002: 0xff\r\n";
        assert_eq!(dumped(dump), Some(vec![0, 1, 255]));
        assert_eq!(dumped("unknown command: 'xp'"), None);
        assert_eq!(dumped("0: 0x100"), None);
    }

    #[test]
    fn may_be_asked_again() {
        check(
            &["{\"error\":{\"class\":\"CommandNotFound\"}}", "{\"return\":\"R15=00000abc\\n\"}"],
            Some("R15=00000abc\n"),
        );
    }

    #[test]
    fn nonsense_is_no_answer() {
        check(&["hello"], None);
        check(&["{\"return\":{}}", "{\"error\":{\"class\":\"CommandNotFound\"}}"], None);
    }
}
