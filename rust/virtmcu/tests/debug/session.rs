// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A debug run, driven from outside by what it prints.

use crate::common::{self, Outcome, processes};
use crate::gdb::{Gdb, Session};
use object::{Architecture, Object, ObjectSection, ObjectSymbol};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Stdio};
use tempfile::TempDir;

/// A run with GDB servers, all of which listen.
pub struct DebugRun {
    child: Child,
    stderr: BufReader<ChildStderr>,
    folder: TempDir,
    /// The nodes, in the order of their printed commands.
    pub nodes: Vec<Debugged>,
}

/// What a printed command says.
#[derive(Debug)]
pub struct Debugged {
    pub elf: PathBuf,
    pub target: String,
}

impl DebugRun {
    /// Starts a scenario of the workspace; its golden is compared.
    pub fn start(scenario: &str, args: &[&str]) -> DebugRun {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = common::run_scenario(Path::new(scenario), &common::dist());
        command.args(args).arg("--trace").arg(folder.path().join("run.trace"));
        command.env("TMPDIR", folder.path());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut run = DebugRun { child, stderr, folder, nodes: Vec::new() };
        run.read_commands();
        run
    }

    fn read_commands(&mut self) {
        let heading = self.line();
        assert!(
            heading.starts_with("debug: ") && heading.ends_with("each in a terminal of its own:\n"),
            "{heading}"
        );
        let names = heading.split(", ").count();
        for _ in 0..names {
            let command = self.line();
            let mut words = command.trim().split(' ');
            assert_eq!(words.next(), Some("gdb-multiarch"), "{command}");
            let elf = words.next().expect("the ELF").trim_matches('\'').into();
            let target = between(&command, "'target remote ", "'").to_string();
            assert!(command.ends_with(" -ex 'maintenance packet Qqemu.sstep=0x1'\n"), "{command}");
            self.nodes.push(Debugged { elf, target });
        }
        if names > 1 {
            assert!(self.line().starts_with("debug: or all in one"));
            let command = self.line();
            for node in &self.nodes {
                assert!(command.contains(&format!("'target remote {}'", node.target)), "{command}");
            }
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stderr.read_line(&mut line).expect("a line");
        assert!(!line.is_empty(), "the run ended early");
        line
    }

    /// Whether it is over within some seconds.
    pub fn ends_within(&self, seconds: i64) -> bool {
        processes::ends_within(self.child.id(), seconds)
    }

    /// The processes of its nodes, which run in the workspace's folder as those of other tests do: by their sockets.
    pub fn node_pid(&self, place: usize) -> u32 {
        let target = &self.nodes[place].target;
        let nodes = processes::nodes(&common::root());
        let serves = |pid: u32| {
            let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&command).contains(target.as_str())
        };
        nodes.iter().map(|node| node.pid).find(|pid| serves(*pid)).expect("the node's process")
    }

    /// How it ends. Nothing of it stays.
    pub fn outcome(mut self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut stdout = self.child.stdout.take().expect("a pipe");
        stdout.read_to_string(&mut outcome.stdout).expect("text");
        self.stderr.read_to_string(&mut outcome.stderr).expect("text");
        outcome.code = self.child.wait().expect("its status").code();
        let files = std::fs::read_dir(self.folder.path()).expect("the folder").flatten();
        let left: Vec<_> = files.map(|file| file.file_name()).filter(|name| name != "run.trace").collect();
        assert!(left.is_empty(), "left behind: {left:?}");
        for node in &self.nodes {
            assert!(!Path::new(&node.target).exists(), "left behind: {}", node.target);
        }
        outcome
    }
}

/// A test that fails leaves no process.
impl Drop for DebugRun {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A debugger at each node of a scenario, one thread each; when all are done, the trace must be the golden.
#[track_caller]
pub fn leaves_the_trace(scenario: &str, args: &[&str], session: impl Fn(Gdb, &Debugged) -> Session + Sync) {
    let run = DebugRun::start(scenario, &[&["--debug"], args].concat());
    std::thread::scope(|threads| {
        for node in &run.nodes {
            let session = &session;
            threads.spawn(move || {
                let gdb = Gdb::attach(&node.target).only_steps();
                session(gdb, node).expect("the run does not end before its debuggers have gone")
            });
        }
    });
    let outcome = run.outcome();
    outcome.expect(0, &[]);
    assert!(outcome.stdout.contains("passed"), "{outcome}");
}

impl Debugged {
    /// The address of a symbol of its firmware; of a function without the bit that says Thumb.
    pub fn symbol(&self, name: &str) -> u64 {
        self.with_elf(|elf| {
            let symbol = elf.symbol_by_name(name).unwrap_or_else(|| panic!("no symbol {name}"));
            if self.is_arm() && symbol.kind() == object::SymbolKind::Text {
                symbol.address() & !1
            } else {
                symbol.address()
            }
        })
    }

    /// What its ELF has at an address.
    pub fn contents(&self, address: u64, len: usize) -> Vec<u8> {
        self.with_elf(|elf| {
            let found = elf.sections().find_map(|section| section.data_range(address, len as u64).ok()?);
            found.expect("a section").to_vec()
        })
    }

    pub fn is_arm(&self) -> bool {
        self.with_elf(|elf| elf.architecture() == object::Architecture::Arm)
    }

    /// The place of the program counter among the registers, in words.
    pub fn pc(&self) -> usize {
        match self.with_elf(|elf| elf.architecture()) {
            Architecture::Arm => 15,
            // 31 registers and the stack pointer, of 64 bits.
            Architecture::Aarch64 => 64,
            _ => 32,
        }
    }

    fn with_elf<T>(&self, work: impl FnOnce(&object::File<'_>) -> T) -> T {
        let bytes = std::fs::read(&self.elf).expect("the ELF of the printed command");
        work(&object::File::parse(&*bytes).expect("an ELF"))
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is missing in {text:?}")).1;
    rest.split_once(after).unwrap_or((rest, "")).0
}
