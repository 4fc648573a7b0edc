// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The commands to type for a debug session, ready to be copied into a shell.

use super::Servers;
use crate::firmware::Firmware;
use board::Isa;
use board::firmware::Form;
use scenario::Scenario;
use std::fmt::Write;
use std::path::Path;

/// The debugger that knows all of our CPUs.
const GDB: &str = "gdb-multiarch";

/// One line a node, and one for all of them in one debugger if there are several.
pub fn commands(servers: &Servers, scenario: &Scenario, firmware: &[Firmware], root: &Path) -> String {
    let nodes: Vec<Debugged> = scenario
        .nodes
        .iter()
        .zip(firmware)
        .enumerate()
        .filter_map(|(place, (node, firmware))| {
            let elf = std::path::absolute(&firmware.path).unwrap_or_else(|_| firmware.path.clone());
            Some(Debugged {
                name: &node.name,
                architecture: architecture(node.board.isa),
                elf: (firmware.form == Form::Elf).then(|| elf.display().to_string()),
                target: servers.of(place)?.to_string(),
            })
        })
        .collect();
    // Where the names of source files in an ELF start that Bazel has built.
    let sources = std::env::current_dir().unwrap_or_default().join(root);
    let sources = format!("directory {}", sources.display());
    let names: Vec<&str> = nodes.iter().map(|node| node.name).collect();
    let mut text = String::new();
    let line = match servers.wait {
        true => format!("waits at virtual time 0 for a debugger at each of {}", names.join(", ")),
        false => format!("serves debuggers at {}", names.join(", ")),
    };
    let _ = writeln!(text, "debug: {line}; each in a terminal of its own:");
    for node in &nodes {
        let steps = std::iter::once(sources.clone()).chain(node.attach());
        let _ = writeln!(text, "  {GDB}{}{}", node.program(), options(steps));
    }
    if let [first, others @ ..] = nodes.as_slice()
        && !others.is_empty()
    {
        let _ = writeln!(
            text,
            "debug: or all in one (there, \"continue &\" for each inferior, the last without &):"
        );
        let mut steps = vec![sources];
        steps.extend(first.attach());
        for (number, node) in (2..).zip(others) {
            let program = node.elf.as_ref().map_or(String::new(), |elf| format!(" -exec {elf}"));
            steps.push(format!("add-inferior -no-connection{program}"));
            steps.push(format!("inferior {number}"));
            steps.extend(node.attach());
        }
        steps.push("inferior 1".into());
        let _ = writeln!(text, "  {GDB}{}{}", first.program(), options(steps));
    }
    let without: Vec<&str> = nodes.iter().filter(|node| node.elf.is_none()).map(|node| node.name).collect();
    if !without.is_empty() {
        let names = without.join(", ");
        let _ = writeln!(
            text,
            "debug: the firmware of {names} is no ELF file and has no symbols: in the debugger, \"file NAME.elf\" reads them"
        );
    }
    text
}

/// A node with a GDB server.
struct Debugged<'a> {
    name: &'a str,
    architecture: &'static str,
    /// Only an ELF file has symbols; GDB takes nothing else.
    elf: Option<String>,
    target: String,
}

impl Debugged<'_> {
    /// The program to debug, as a word of its own.
    fn program(&self) -> String {
        self.elf.as_ref().map_or(String::new(), |elf| format!(" {}", word(elf)))
    }

    /// What GDB does to attach. Left to itself, QEMU keeps interrupts and timers off while it steps, and the firmware
    /// would take another course: 1 is "step, and nothing else".
    fn attach(&self) -> impl Iterator<Item = String> + use<> {
        let architecture = format!("set architecture {}", self.architecture);
        [architecture, format!("target remote {}", self.target), "maintenance packet Qqemu.sstep=0x1".into()]
            .into_iter()
    }
}

/// GDB's name of an instruction set.
fn architecture(isa: Isa) -> &'static str {
    match isa {
        Isa::Arm => "arm",
        Isa::Arm64 => "aarch64",
        Isa::Riscv32 => "riscv:rv32",
        Isa::Riscv64 => "riscv:rv64",
    }
}

fn options(steps: impl IntoIterator<Item = String>) -> String {
    steps.into_iter().map(|step| format!(" -ex {}", quoted(&step))).collect()
}

/// A word of a shell command.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_string() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(word("/a/b-1.elf"), "/a/b-1.elf");
        assert_eq!(word("/a b/it's"), r"'/a b/it'\''s'");
        assert_eq!(word(""), "''");
    }
}
