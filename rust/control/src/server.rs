// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The run's end of the connection. Two threads carry bytes and decide nothing: one accepts the master and refuses all
//! others, one reads its requests. The run loop is woken, looks, and answers.

use crate::code::Malformed;
use crate::legacy::{self, ClockAdvance};
use crate::{Code, Frame, Listener, MAGIC, MAX_REQUEST, ReadError, Reply, Request, read_frame};
use rustix::event::{EventfdFlags, PollFd, PollFlags};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long a write to a slow master lasts before the run loop is asked whether to go on.
const WRITE_TURN: Duration = Duration::from_millis(100);

/// Which messages a master may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What its first message is.
    FirstMessage {
        /// The length of the run: a [`ClockAdvance`] over more than that is nonsense.
        duration_ns: u64,
    },
    /// Those of this interface.
    Virtmcu,
    /// [`legacy`].
    Legacy,
}

/// What came from a master.
#[derive(Debug)]
pub enum Incoming {
    /// It is there. What it may send is here.
    Connected(UnixStream),
    /// A request.
    Request(u64, Request),
    /// A request in the earlier layout.
    Legacy(ClockAdvance),
    /// No request; nothing more is read. With the sequence of the message, as far as it is known.
    Malformed(u64, Malformed),
    /// The master is gone.
    Gone(ReadError),
}

/// Why something could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The master is gone.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The run loop does not wait any longer for a master that does not read.
    #[error("given up")]
    GivenUp,
}

/// Takes one master, and hands over what it says, in its order, one message at a time.
#[derive(Debug)]
pub struct Server {
    incoming: Option<Receiver<Incoming>>,
    stop: Arc<OwnedFd>,
    stream: Arc<Mutex<Option<UnixStream>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves the socket until it is dropped. `wake` is called when there is something to look at.
    pub fn start(
        listener: &Listener,
        choice: Choice,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let stop = Arc::new(rustix::event::eventfd(0, EventfdFlags::CLOEXEC)?);
        let stream = Arc::new(Mutex::new(None));
        // One message waits; the next stays in the socket, and then the master blocks.
        let (sender, incoming) = sync_channel(1);
        let acceptor = Acceptor {
            socket: listener.socket.try_clone()?,
            stop: stop.clone(),
            stream: stream.clone(),
            choice,
            sender,
            wake: Arc::new(wake),
        };
        let thread = std::thread::Builder::new().name("control".into()).spawn(move || acceptor.run())?;
        Ok(Server { incoming: Some(incoming), stop, stream, thread: Some(thread) })
    }

    /// The next that came, if something did.
    pub fn take(&mut self) -> Option<Incoming> {
        self.incoming.as_ref()?.try_recv().ok()
    }
}

/// Writes all of `bytes`, and empties it. While the master does not read, `go_on` is asked now and then.
pub fn send(
    stream: &mut UnixStream,
    bytes: &mut Vec<u8>,
    mut go_on: impl FnMut() -> bool,
) -> Result<(), SendError> {
    let mut sent = 0;
    while sent < bytes.len() {
        match stream.write(&bytes[sent..]) {
            Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
            Ok(count) => sent += count,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                if !go_on() {
                    return Err(SendError::GivenUp);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    bytes.clear();
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        // The reader may wait for room, or for bytes; the acceptor for a connection.
        self.incoming = None;
        if let Some(stream) = self.stream.lock().ok().and_then(|mut stream| stream.take()) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = rustix::io::write(&*self.stop, &1u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Acceptor {
    socket: OwnedFd,
    stop: Arc<OwnedFd>,
    stream: Arc<Mutex<Option<UnixStream>>>,
    choice: Choice,
    sender: SyncSender<Incoming>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Acceptor {
    fn run(self) {
        let mut reader: Option<JoinHandle<()>> = None;
        while let Some(stream) = self.accept() {
            if reader.is_some() {
                refuse(stream, self.choice);
            } else {
                reader = self.greet(stream).ok();
            }
        }
        if let Some(reader) = reader {
            let _ = reader.join();
        }
    }

    /// The next connection; `None` when this is to stop.
    fn accept(&self) -> Option<UnixStream> {
        loop {
            let mut polled =
                [PollFd::new(&*self.stop, PollFlags::IN), PollFd::new(&self.socket, PollFlags::IN)];
            match rustix::event::poll(&mut polled, None) {
                Err(Errno::INTR) => continue,
                Err(_) => return None,
                Ok(_) if !polled[0].revents().is_empty() => return None,
                Ok(_) => {}
            }
            match rustix::net::accept_with(&self.socket, rustix::net::SocketFlags::CLOEXEC) {
                Ok(stream) => return Some(stream.into()),
                // One that has gone meanwhile is none.
                Err(Errno::CONNABORTED | Errno::AGAIN | Errno::INTR) => {}
                // Without descriptors, or the like, there will be no master; asking again and again would change nothing.
                Err(_) => return None,
            }
        }
    }

    /// Makes `stream` the master's.
    fn greet(&self, stream: UnixStream) -> io::Result<JoinHandle<()>> {
        stream.set_write_timeout(Some(WRITE_TURN))?;
        let (mut reading, writing) = (stream.try_clone()?, stream.try_clone()?);
        if let Ok(mut kept) = self.stream.lock() {
            *kept = Some(stream);
        }
        let (choice, sender, wake) = (self.choice, self.sender.clone(), self.wake.clone());
        std::thread::Builder::new().name("control-read".into()).spawn(move || {
            let mut hand_over = |incoming| {
                let taken = sender.send(incoming).is_ok();
                wake();
                taken
            };
            if hand_over(Incoming::Connected(writing)) {
                read(&mut reading, choice, &mut hand_over);
            }
        })
    }
}

/// Tells a second master that there is one. It is not waited for: what the socket does not take is not said.
fn refuse(mut stream: UnixStream, choice: Choice) {
    let mut out = Vec::new();
    if choice == Choice::Legacy {
        let ready =
            legacy::ClockReady { vtime_ns: 0, frames: 0, error: legacy::TRANSPORT, quantum_number: 0 };
        out.extend(ready.encode());
    } else {
        let text = "another master is connected: a run has one, and takes no other after it";
        Reply::error(Code::Busy, text).encode(0, &mut out);
    }
    let _ = stream.set_nonblocking(true);
    let _ = stream.write(&out);
}

/// Reads until the master is gone, talks nonsense, or nobody listens.
fn read(stream: &mut impl Read, choice: Choice, hand_over: &mut impl FnMut(Incoming) -> bool) {
    let mut known = Vec::new();
    let legacy = match choice {
        Choice::Virtmcu => false,
        Choice::Legacy => true,
        Choice::FirstMessage { duration_ns } => {
            // As many bytes as tell the two apart: the magic lies where the earlier layout has its third number.
            while known.len() < legacy::LENGTH && may_be_legacy(&known, duration_ns) {
                let mut byte = [0];
                match stream.read(&mut byte) {
                    Ok(0) => break,
                    Ok(_) => known.push(byte[0]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            known.len() == legacy::LENGTH && may_be_legacy(&known, duration_ns)
        }
    };
    loop {
        let incoming = if legacy { next_legacy(stream, &known) } else { next(stream, &known) };
        known.clear();
        let last = matches!(incoming, Incoming::Gone(_) | Incoming::Malformed(..));
        if !hand_over(incoming) || last {
            return;
        }
    }
}

/// Whether a master that starts so may speak the earlier layout: not if it has the head of a hello, or asks for more than
/// the whole run.
fn may_be_legacy(known: &[u8], duration_ns: u64) -> bool {
    let Some(delta) = known.first_chunk::<8>() else { return true };
    let [.., a, b, c, d] = *delta;
    let is_hello = [a, b, c, d] == [1, 0, 0, 0] && (known.len() < 24 || known[16..24] == MAGIC);
    !is_hello && u64::from_le_bytes(*delta) <= duration_ns
}

fn next(stream: &mut impl Read, known: &[u8]) -> Incoming {
    let frame: Frame = match read_frame(stream, known, MAX_REQUEST) {
        Ok(frame) => frame,
        Err(ReadError::Malformed(malformed)) => return Incoming::Malformed(0, malformed),
        Err(error) => return Incoming::Gone(error),
    };
    match Request::decode(&frame) {
        Ok(request) => Incoming::Request(frame.sequence, request),
        Err(malformed) => Incoming::Malformed(frame.sequence, malformed),
    }
}

fn next_legacy(stream: &mut impl Read, known: &[u8]) -> Incoming {
    let mut bytes = [0; legacy::LENGTH];
    bytes[..known.len()].copy_from_slice(known);
    let mut at = known.len();
    while at < bytes.len() {
        match stream.read(&mut bytes[at..]) {
            Ok(0) if at == 0 => return Incoming::Gone(ReadError::Closed),
            Ok(0) => return Incoming::Gone(ReadError::Cut { read: at, length: legacy::LENGTH }),
            Ok(read) => at += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Incoming::Gone(error.into()),
        }
    }
    Incoming::Legacy(ClockAdvance::decode(&bytes))
}
