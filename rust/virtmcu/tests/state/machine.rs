// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A board in QEMU whose CPU stands still: a test reads and writes its registers by QEMU's protocol for tests (`qtest` on stdin
//! and stdout), and saves and restores it by QMP.

use crate::common::dist;
use board::{Board, PortKind};
use plan::Plan;
use rustix::fd::AsRawFd;
use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::{FdFlags, fcntl_setfd};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Lines, Seek, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A machine; it ends when it is dropped.
pub struct Machine {
    child: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    monitor: UnixStream,
    said: Lines<BufReader<UnixStream>>,
    log: PathBuf,
}

impl Machine {
    /// The machine of a plan, which is that of `board`, perhaps changed. What it prints goes to the file `log`.
    pub fn start(board: &Board, plan: &Plan, own_modules: &[PathBuf], log: &Path) -> Machine {
        Machine::new(board, plan, own_modules, log, &[])
    }

    /// The same, with the state that another one has saved in `file`.
    pub fn restored(board: &Board, plan: &Plan, own_modules: &[PathBuf], log: &Path, file: &Path) -> Machine {
        let mut machine = Machine::new(board, plan, own_modules, log, &["-incoming", "defer"]);
        machine.migrate("migrate-incoming", file);
        machine
    }

    fn new(board: &Board, plan: &Plan, own_modules: &[PathBuf], log: &Path, more: &[&str]) -> Machine {
        // Inherited, and closed nowhere: a test has few.
        let mut file = File::from(memfd_create("plan", MemfdFlags::empty()).expect("a plan"));
        file.write_all(&plan.to_bytes()).expect("a plan");
        file.rewind().expect("a plan");
        let (monitor, monitor_of_qemu) = UnixStream::pair().expect("a monitor");
        fcntl_setfd(&monitor_of_qemu, FdFlags::empty()).expect("a monitor");
        let mut command = Command::new(dist().join("qemu/bin").join(board.qemu_binary));
        command.env_clear().args(["-no-user-config", "-nodefaults", "-display", "none", "-nic", "none"]);
        command.args(["-S", "-M", "virtmcu", "-accel", "tcg,thread=single", "-icount", "shift=3,sleep=off"]);
        let plugin = |name: &str| dist().join(format!("plugins/libplugin_{name}.so"));
        command.arg("-module").arg(format!("{},plan={}", plugin("machine").display(), file.as_raw_fd()));
        let ours = board.modules.iter().map(|name| plugin(name));
        for module in ours.chain(own_modules.iter().cloned()) {
            command.arg("-module").arg(module);
        }
        for (number, port) in board.ports.iter().enumerate() {
            match port.kind {
                // A hub of its own for each.
                PortKind::Ethernet => {
                    command.arg("-netdev").arg(format!("hubport,id=eth{number},hubid={number}"))
                }
                _ => command.arg("-chardev").arg(format!("null,id=uart{number}")),
            };
        }
        let qmp = format!("socket,id=qmp,fd={}", monitor_of_qemu.as_raw_fd());
        command.args(["-chardev", &qmp, "-mon", "chardev=qmp,mode=control"]);
        command.args(["-chardev", "stdio,id=qtest,signal=off", "-qtest", "chardev:qtest"]);
        command.args(["-qtest-log", "/dev/null"]);
        command.args(more);
        let to_log = File::options().create(true).append(true).open(log).expect("a log");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(to_log);
        let mut child = command.spawn().expect("QEMU starts");
        // So that its end is the end of what it says.
        drop(monitor_of_qemu);
        let stdout = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let stdin = child.stdin.take().expect("a pipe");
        let said = BufReader::new(monitor.try_clone().expect("a monitor")).lines();
        let mut machine = Machine { child, stdin, stdout, monitor, said, log: log.into() };
        machine.next_said();
        machine.qmp("qmp_capabilities", json!({}));
        let events = json!([{ "capability": "events", "state": true }]);
        machine.qmp("migrate-set-capabilities", json!({ "capabilities": events }));
        machine
    }

    fn has_died(&self) -> ! {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(10).collect();
        panic!("QEMU has ended; from its last line on: {last:#?}")
    }

    fn next_said(&mut self) -> Value {
        let line = self.said.next().and_then(Result::ok).unwrap_or_else(|| self.has_died());
        serde_json::from_str(&line).expect("JSON")
    }

    /// The answer to a command of QMP.
    pub fn qmp(&mut self, command: &str, arguments: Value) -> Value {
        let text = json!({ "execute": command, "arguments": arguments });
        writeln!(self.monitor, "{text}").expect("QEMU lives");
        loop {
            let said = self.next_said();
            assert!(said.get("error").is_none(), "{command}: {said}");
            if let Some(answer) = said.get("return") {
                return answer.clone();
            }
        }
    }

    /// The words behind "OK" of the answer to a command of qtest.
    pub fn qtest(&mut self, command: &str) -> String {
        writeln!(self.stdin, "{command}").expect("QEMU lives");
        loop {
            let line = self.stdout.next().and_then(Result::ok).unwrap_or_else(|| self.has_died());
            if let Some(words) = line.strip_prefix("OK") {
                return words.trim().to_string();
            }
            assert!(line.starts_with("IRQ"), "{command}: {line}");
        }
    }

    /// Reads a word.
    pub fn read(&mut self, at: u64) -> u32 {
        let words = self.qtest(&format!("readl {at:#x}"));
        u32::from_str_radix(words.trim_start_matches("0x"), 16).expect("a number")
    }

    /// Writes a word.
    pub fn write(&mut self, at: u64, value: u32) {
        self.qtest(&format!("writel {at:#x} {value:#x}"));
    }

    /// Saves all of its state.
    pub fn save(&mut self, file: &Path) {
        self.migrate("migrate", file);
    }

    /// What its devices save. How a whole file is cut into pieces is up to the host's clock, in QEMU's `ram_save_iterate`.
    pub fn devices(&mut self, dir: &Path) -> Vec<u8> {
        let file = dir.join("devices");
        self.qmp("xen-save-devices-state", json!({ "filename": file, "live": false }));
        std::fs::read(file).expect("a state")
    }

    /// Lets the CPU run, until `enough` says so, and stops it: somewhere, which no test may depend on.
    pub fn run_until(&mut self, mut enough: impl FnMut(&mut Machine) -> bool) {
        const LOOKS: usize = 1_000_000;
        // A migration that says "completed" is not yet at its end.
        let finished =
            |machine: &mut Machine| machine.qmp("query-status", json!({}))["status"] != "finish-migrate";
        assert!((0..LOOKS).any(|_| finished(self)), "it does not end its migration");
        self.qmp("cont", json!({}));
        assert!((0..LOOKS).any(|_| enough(self)), "it does not come so far");
        self.qmp("stop", json!({}));
    }

    /// Resets all of it.
    pub fn reset(&mut self) {
        writeln!(self.monitor, "{}", json!({ "execute": "system_reset" })).expect("QEMU lives");
        while self.next_said()["event"] != "RESET" {}
    }

    fn migrate(&mut self, command: &str, file: &Path) {
        let uri = format!("file:{}", file.display());
        writeln!(self.monitor, "{}", json!({ "execute": command, "arguments": { "uri": uri } }))
            .expect("QEMU lives");
        loop {
            let said = self.next_said();
            assert!(said.get("error").is_none(), "{command}: {said}");
            if said["event"] == "MIGRATION" {
                match said["data"]["status"].as_str() {
                    Some("completed") => return,
                    Some("failed") => panic!("{command}: {said}"),
                    _ => {}
                }
            }
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has seen.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
