// SPDX-License-Identifier: Apache-2.0 OR MIT
//! QEMU's monitor, asked from outside: a node of planted tools calls this test as it starts, and is told what to do.

use crate::common::dist::Planted;
use crate::common::{Outcome, Place};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::Command;

/// Where one node's monitor calls.
pub struct Monitor {
    listener: UnixListener,
    path: PathBuf,
}

/// A node that has called.
pub struct Asked(BufReader<UnixStream>);

impl Monitor {
    /// Waits in the folder of `place`.
    pub fn new(place: &Place) -> Monitor {
        let path = place.path("monitor");
        Monitor { listener: UnixListener::bind(&path).expect("a socket"), path }
    }

    /// Tools whose `qemu` calls here and waits for `cont` before its first instruction; with `more` arguments for it.
    pub fn tools(&self, qemu: &str, more: &str) -> Planted {
        let call = format!(
            "set -- \"$@\" {more} -S -chardev 'socket,id=asked,path={}' -mon chardev=asked,mode=control",
            self.path.display()
        );
        Planted::new().with_arguments(qemu, &call, "")
    }

    /// Runs `command` to its end, while `ask` asks the node that it starts.
    pub fn during<T: Send + Default>(
        &self,
        place: &Place,
        command: Command,
        ask: impl FnOnce(&mut Asked) -> T + Send,
    ) -> (Outcome, T) {
        std::thread::scope(|scope| {
            let asking = scope.spawn(move || {
                let (stream, _) = self.listener.accept().expect("a caller");
                Asked::new(stream).map(|mut asked| ask(&mut asked)).unwrap_or_default()
            });
            let outcome = place.finish(command);
            // If no node ever called, this does, and says nothing.
            drop(UnixStream::connect(&self.path));
            (outcome, asking.join().expect("what was asked"))
        })
    }
}

impl Asked {
    fn new(stream: UnixStream) -> Option<Asked> {
        let mut asked = Asked(BufReader::new(stream));
        asked.line()?;
        asked.execute("{\"execute\":\"qmp_capabilities\"}")?;
        Some(asked)
    }

    fn line(&mut self) -> Option<serde_json::Value> {
        let mut line = String::new();
        self.0.read_line(&mut line).ok()?;
        serde_json::from_str(&line).ok()
    }

    fn execute(&mut self, command: &str) -> Option<serde_json::Value> {
        writeln!(self.0.get_mut(), "{command}").ok()?;
        loop {
            // Events may come before the answer.
            let answer = self.line()?;
            assert!(answer.get("error").is_none(), "{command}: {answer}");
            if let Some(value) = answer.get("return") {
                return Some(value.clone());
            }
        }
    }

    /// What the monitor for people prints; `None` once the node has ended.
    pub fn human(&mut self, command: &str) -> Option<String> {
        let arguments = serde_json::json!({ "command-line": command });
        let asked = serde_json::json!({ "execute": "human-monitor-command", "arguments": arguments });
        Some(self.execute(&asked.to_string())?.as_str().unwrap_or_default().to_string())
    }
}
