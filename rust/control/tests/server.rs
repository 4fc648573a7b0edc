// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The run's end of the connection, without a run: what comes is handed over one at a time, and a master that sends or
//! reads in its own way takes no memory here.

use control::legacy::ClockAdvance;
use control::{Choice, Incoming, Listener, ReadError, Request, SendError, Server, VERSION};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use tempfile::TempDir;

struct Place {
    _folder: TempDir,
    path: PathBuf,
    server: Server,
    woken: Receiver<()>,
    _listener: Listener,
}

impl Place {
    fn new(choice: Choice) -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("s");
        let listener = Listener::bind(&path).expect("a socket");
        let (wake, woken) = channel();
        let server = Server::start(&listener, choice, move || wake.send(()).unwrap_or(())).expect("a thread");
        Place { _folder: folder, path, server, woken, _listener: listener }
    }

    /// The next that comes; sleeps until the server wakes it.
    fn next(&mut self) -> Incoming {
        loop {
            if let Some(incoming) = self.server.take() {
                return incoming;
            }
            self.woken.recv().expect("the server lives");
        }
    }

    fn connected(&mut self) -> (UnixStream, UnixStream) {
        let master = UnixStream::connect(&self.path).expect("it listens");
        match self.next() {
            Incoming::Connected(stream) => (master, stream),
            other => panic!("{other:?}"),
        }
    }
}

const AUTO: Choice = Choice::FirstMessage { duration_ns: 30_000_000 };

fn bytes(request: &Request) -> Vec<u8> {
    let mut out = Vec::new();
    request.encode(3, &mut out);
    out
}

/// What comes of `bytes` as a first message, and then the end of the connection.
fn first(choice: Choice, bytes: &[u8]) -> String {
    let mut place = Place::new(choice);
    let (mut master, _stream) = place.connected();
    master.write_all(bytes).expect("sent");
    drop(master);
    format!("{:?}", place.next())
}

#[test]
fn the_first_message_tells_the_protocol() {
    let hello = bytes(&Request::Hello { version: VERSION, name: "x".into() });
    let advance = |delta_ns, quantum_number| {
        ClockAdvance { delta_ns, mujoco_time_ns: u64::MAX, quantum_number }.encode()
    };
    let is_hello = "Request(3, Hello { version: 3, name: \"x\" })";
    assert_eq!(first(AUTO, &hello), is_hello);
    assert_eq!(first(Choice::Virtmcu, &hello), is_hello);
    for (delta_ns, quantum) in [(0, 0), (1, 7), (30_000_000, u64::MAX)] {
        for choice in [AUTO, Choice::Legacy] {
            assert!(first(choice, &advance(delta_ns, quantum)).starts_with("Legacy(ClockAdvance"));
        }
        assert!(first(Choice::Virtmcu, &advance(delta_ns, quantum)).starts_with("Malformed"));
    }
    // Longer than the run: no clock of anybody.
    assert!(first(AUTO, &advance(30_000_001, 0)).starts_with("Malformed"));
    assert!(first(Choice::Legacy, &advance(30_000_001, 0)).starts_with("Legacy"));
    assert_eq!(first(AUTO, b""), "Gone(Closed)");
    assert_eq!(first(AUTO, &[0; 7]), "Gone(Cut { read: 7, length: 16 })");
    assert_eq!(first(Choice::Legacy, &[0; 7]), "Gone(Cut { read: 7, length: 24 })");
}

/// It writes and never reads. Two requests are taken in, one here and one at the thread; the rest stays in the socket until
/// that is full, and then the master has to wait.
#[test]
fn a_master_that_sends_too_much_blocks_itself() {
    let mut place = Place::new(AUTO);
    let (mut master, stream) = place.connected();
    master.write_all(&bytes(&Request::Hello { version: VERSION, name: "x".into() })).expect("sent");
    master.set_nonblocking(true).expect("set");
    let flood = bytes(&Request::Inject { node: 0, port: 0, at_ns: 0, interval_ns: 0, bytes: vec![0; 4096] });
    let mut sent = 0;
    let error = loop {
        match master.write(&flood) {
            Ok(count) => sent += count,
            Err(error) => break error,
        }
        assert!(sent < 64 << 20, "nothing stops it");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    // All threads end, whatever they wait for.
    drop((place, stream));
}

/// It never reads: whoever sends is asked whether to go on, and may give up.
#[test]
fn a_master_that_does_not_read_is_given_up_on_demand() {
    let mut place = Place::new(AUTO);
    let (mut master, mut stream) = place.connected();
    let mut out = vec![7; 64 << 20];
    let mut asked = 0;
    let given_up = control::send(&mut stream, &mut out, || {
        asked += 1;
        asked < 2
    });
    assert!(matches!(given_up, Err(SendError::GivenUp)), "{given_up:?}");
    assert_eq!(asked, 2);
    // What was sent is there.
    master.read_exact(&mut [0; 1000]).expect("bytes");
    drop(master);
    let gone = control::send(&mut stream, &mut out, || true);
    assert!(matches!(gone, Err(SendError::Io(_))), "{gone:?}");
    assert!(matches!(place.next(), Incoming::Gone(ReadError::Closed | ReadError::Io(_))));
}
