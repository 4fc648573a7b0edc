// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Somebody who types at a run, and reads what it answers.

use crate::common::{HANGS_AFTER_S, dist, processes};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, tcgetattr};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStderr, Stdio};

use crate::common::Place;

/// A run of the program with somebody at it.
pub struct Typist {
    pub child: Child,
    stderr: ChildStderr,
    keys: Option<File>,
    screen: File,
    seen: Vec<u8>,
}

/// A terminal as a terminal emulator makes it: its end, and that of the program in it.
pub fn terminal() -> (File, OwnedFd) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).expect("a terminal");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("it can be used");
    let name = ptsname(&ours, Vec::new()).expect("its name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    (ours.into(), rustix::fs::open(name, flags, Mode::empty()).expect("its other end"))
}

/// How a terminal treats keys and output.
pub fn modes(terminal: &OwnedFd) -> String {
    let Termios { input_modes, output_modes, local_modes, .. } = tcgetattr(terminal).expect("its settings");
    format!("{input_modes:?} {output_modes:?} {local_modes:?}")
}

impl Typist {
    /// In a terminal whose other end is `theirs`.
    pub fn at_terminal(place: &Place, ours: File, theirs: &OwnedFd, args: &[&str]) -> Typist {
        let end = || Stdio::from(theirs.try_clone().expect("the terminal"));
        let mut command = place.command(&dist(), args);
        let mut child = command.stdin(end()).stdout(end()).stderr(Stdio::piped()).spawn().expect("it starts");
        let stderr = child.stderr.take().expect("its stderr");
        let keys = Some(ours.try_clone().expect("the terminal"));
        Typist { child, stderr, keys, screen: ours, seen: Vec::new() }
    }

    /// At pipes.
    pub fn at_pipes(place: &Place, args: &[&str]) -> Typist {
        let mut command = place.command(&dist(), args);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let keys = child.stdin.take().map(|keys| File::from(OwnedFd::from(keys)));
        let screen = File::from(OwnedFd::from(child.stdout.take().expect("its stdout")));
        let stderr = child.stderr.take().expect("its stderr");
        Typist { child, stderr, keys, screen, seen: Vec::new() }
    }

    /// Types at another terminal of the run from now on.
    pub fn moves_to(&mut self, terminal: File) {
        self.keys = Some(terminal.try_clone().expect("the terminal"));
        self.screen = terminal;
        self.seen.clear();
    }

    pub fn types(&mut self, keys: &str) {
        self.keys.as_mut().expect("somebody types").write_all(keys.as_bytes()).expect("they are taken");
    }

    /// There will be no more keys.
    pub fn closes(&mut self) {
        self.keys = None;
    }

    /// Reads until `text` has come: what came up to its end. A terminal shows a line end with one "\r" more.
    #[track_caller]
    pub fn sees(&mut self, text: &str) -> String {
        loop {
            let shown = String::from_utf8_lossy(&self.seen).replace("\r\r", "\r");
            if let Some(at) = shown.find(text) {
                let (before, after) = shown.split_at(at + text.len());
                self.seen = after.as_bytes().to_vec();
                return before.to_string();
            }
            let mut polled = [PollFd::new(&self.screen, PollFlags::IN)];
            let limit = Timespec { tv_sec: HANGS_AFTER_S, tv_nsec: 0 };
            let ready = poll(&mut polled, Some(&limit)).expect("a wait") > 0;
            let mut bytes = [0; 1024];
            let count = if ready { self.screen.read(&mut bytes).unwrap_or(0) } else { 0 };
            assert!(count > 0, "{text:?} never comes: {shown:?} {}", self.complaints());
            self.seen.extend(&bytes[..count]);
        }
    }

    fn complaints(&mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        let _ = self.stderr.read_to_string(&mut text);
        text
    }

    /// The run ends with `code`; what it said.
    #[track_caller]
    pub fn ends(&mut self, code: i32) -> String {
        assert!(processes::ends_within(self.child.id(), HANGS_AFTER_S), "it hangs: {}", self.complaints());
        let status = self.child.wait().expect("its status");
        let said = self.complaints();
        assert_eq!(status.code(), Some(code), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        said
    }
}
