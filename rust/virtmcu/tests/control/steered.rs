// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A run of the program that a master of the test's own steers.

use crate::common::{self, Outcome, Place, processes};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use tempfile::TempDir;
use virtmcu_client::Master;

/// The run, waiting for a master.
pub struct Steered {
    child: Child,
    /// Kept until the run has ended.
    folder: PathBuf,
    _scratch: Option<TempDir>,
    _place: Option<Place>,
    socket: PathBuf,
    stdout: Option<JoinHandle<String>>,
}

impl Steered {
    /// `virtmcu run` of a scenario of the workspace, compared with its golden.
    pub fn scenario(scenario: &str, args: &[&str]) -> Steered {
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let socket = scratch.path().join("control.sock");
        let mut command = common::run_scenario(Path::new(scenario), &common::dist());
        command.args(["--trace"]).arg(scratch.path().join("run.trace")).args(args);
        let mut run = Steered::start(command, scratch.path().to_path_buf(), socket);
        run._scratch = Some(scratch);
        run
    }

    /// `virtmcu run` of a scenario of a test's own.
    pub fn text(text: &str, args: &[&str]) -> Steered {
        let place = Place::with(text);
        let mut command = place.command(&common::dist(), args);
        command.args(["--trace", "run.trace"]);
        let folder = place.folder().to_path_buf();
        let mut run = Steered::start(command, folder.clone(), folder.join("control.sock"));
        run._place = Some(place);
        run
    }

    fn start(mut command: Command, folder: PathBuf, socket: PathBuf) -> Steered {
        command.arg("--control").arg(&socket);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (says, waits) = channel();
        // Read all the time, so that the pipe never fills.
        let stdout = std::thread::spawn(move || {
            let mut text = String::new();
            let mut lines = BufReader::new(stdout);
            while lines.read_line(&mut text).is_ok_and(|read| read > 0) {
                if text.lines().next_back().is_some_and(|line| line.starts_with("waiting for a master at ")) {
                    let _ = says.send(());
                }
            }
            text
        });
        let run = Steered { child, folder, _scratch: None, _place: None, socket, stdout: Some(stdout) };
        run.listens(&waits);
        run
    }

    fn listens(&self, waits: &Receiver<()>) {
        waits.recv().expect("the run says that it waits");
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn socket(&self) -> &Path {
        &self.socket
    }

    pub fn trace(&self) -> String {
        std::fs::read_to_string(self.folder.join("run.trace")).expect("the trace")
    }

    pub fn master(&self) -> Master {
        Master::connect(&self.socket, "test").expect("the run answers")
    }

    pub fn stream(&self) -> UnixStream {
        UnixStream::connect(&self.socket).expect("the run listens")
    }

    /// How it ends, without being told to.
    pub fn outcome(&mut self) -> Outcome {
        assert!(processes::ends_within(self.child.id(), common::HANGS_AFTER_S), "this hangs");
        let mut outcome = Outcome::default();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut outcome.stderr).expect("text");
        outcome.stdout = self.stdout.take().expect("once").join().expect("text");
        outcome.code = self.child.wait().expect("its status").code();
        assert!(!self.socket.exists(), "the socket is left behind");
        outcome
    }
}

/// A test that fails leaves no process.
impl Drop for Steered {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
