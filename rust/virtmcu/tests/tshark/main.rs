// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Wireshark reads the captures of all scenarios: its tshark finds each packet, on the link that it is from, and none that is malformed.
//!
//! `VIRTMCU_TSHARK` is a tshark in a folder `bin` with the libraries that it needs and their dynamic linker in `lib` beside it; without it
//! the `tshark` on PATH is tried.

#[path = "../common/mod.rs"]
mod common;

use capture::{Kind, Reader};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let mut trials: Vec<Trial> = common::scenarios()
        .into_iter()
        .map(|scenario| Trial::test(common::short_name(&scenario), move || reads(&scenario)))
        .collect();
    trials.push(Trial::test("planted_ip_length", planted_ip_length));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn reads(scenario: &Path) -> Result<(), Failed> {
    check(&captured(scenario)).map_err(Failed::from)
}

/// The capture of a run of a scenario of the workspace, however the run goes.
fn captured(scenario: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pcap = folder.path().join("run.pcapng");
    let mut command = common::run_scenario(scenario, &common::dist());
    command.arg("--no-golden").arg("--pcap").arg(&pcap).arg("--trace").arg(folder.path().join("run.trace"));
    common::finish(command, folder.path()).expect(0, &[]);
    std::fs::read(pcap).expect("the capture")
}

/// What tshark says of a packet.
struct Said {
    /// The interface.
    name: String,
    /// Protocols, from the outermost on, with colons between them.
    protocols: String,
    /// How bad, and what: several with commas between them.
    severities: String,
    messages: String,
}

/// Notes and warnings are about what firmware does, such as a segment that was sent again; errors about the packet's form.
const ERROR: &str = "8388608";

fn check(file: &[u8]) -> Result<(), String> {
    let mut reader = Reader::new(file).expect("a capture");
    let packets: Vec<usize> = reader.by_ref().map(|packet| packet.expect("a packet").source).collect();
    let said = tshark(file);
    if said.len() != packets.len() {
        return Err(format!("tshark finds {} packets of {}", said.len(), packets.len()));
    }
    for (place, (source, said)) in packets.iter().zip(&said).enumerate() {
        let source = &reader.sources()[*source];
        let Said { name, protocols, severities, messages } = said;
        let number = place + 1;
        if source.name.as_ref() != Some(name) {
            return Err(format!("packet {number} is on {name:?}, not on {:?}", source.name));
        }
        let outermost = match source.kind() {
            Some(Kind::Ethernet) => &["eth"][..],
            Some(Kind::Serial) => &["rtacser"],
            Some(Kind::Can) => &["can", "canfd"],
            Some(Kind::Lin) => &["lin"],
            None => &[],
        };
        if !outermost.contains(&protocols.split(':').next().unwrap_or("")) {
            return Err(format!("packet {number} on {name} is {protocols:?}, not {outermost:?}"));
        }
        if severities.split(',').any(|severity| severity == ERROR) || protocols.contains("_ws.malformed") {
            return Err(format!("packet {number} on {name} ({protocols}): {messages}"));
        }
    }
    Ok(())
}

/// A capture, as tshark has it.
fn tshark(file: &[u8]) -> Vec<Said> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("run.pcapng");
    std::fs::write(&path, file).expect("the capture is written");
    let mut command = program();
    // Not with the preferences and plugins of the person who runs it.
    command.env_clear().env("HOME", folder.path()).env("TZ", "UTC");
    command.env("WIRESHARK_PLUGIN_DIR", folder.path()).env("WIRESHARK_EXTCAP_DIR", folder.path());
    command.args(["-n", "-C", "Default", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"]);
    command.args(["-o", "tcp.check_checksum:TRUE", "-T", "fields", "-E", "separator=/t", "-r"]).arg(&path);
    for field in ["frame.interface_name", "frame.protocols", "_ws.expert.severity", "_ws.expert.message"] {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "tshark: {}", String::from_utf8_lossy(&output.stderr));
    let of_line = |line: &str| {
        let mut fields = line.split('\t').map(String::from);
        let mut next = || fields.next().unwrap_or_default();
        Said { name: next(), protocols: next(), severities: next(), messages: next() }
    };
    text.lines().map(of_line).collect()
}

fn program() -> Command {
    let Some(said) = std::env::var_os("VIRTMCU_TSHARK") else { return Command::new("tshark") };
    let program = std::path::absolute(PathBuf::from(said)).expect("a path");
    let lib = program.ancestors().nth(2).expect("bin/tshark in a folder").join("lib");
    let mut command = Command::new(lib.join("ld-linux-x86-64.so.2"));
    command.arg("--library-path").arg(&lib).arg(&program);
    command
}

/// Of a packet in a file, before its bytes (pcapng, Enhanced Packet Block).
const HEAD_BYTES: usize = 28;

/// An IP packet that says it is longer than the frame that it is in is found.
fn planted_ip_length() -> Result<(), Failed> {
    let mut file = captured(Path::new("scenarios/ethernet/host.scenario.toml"));
    let reader = Reader::new(&file).expect("a capture");
    let mut packets = reader.map(|packet| packet.expect("a packet"));
    let ip = packets.find(|packet| packet.bytes.get(12..14) == Some(&[0x08, 0x00])).expect("an IP packet");
    let total_length = ip.offset + HEAD_BYTES + 16;
    file[total_length..total_length + 2].copy_from_slice(&[0xff, 0xff]);
    let said = check(&file).expect_err("nothing was found");
    assert!(said.contains("IPv4 total length exceeds packet length"), "{said}");
    Ok(())
}
