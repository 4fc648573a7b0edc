// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The little of GDB's remote protocol that a debugger needs: enough to test with, without a GDB on the machine.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// No answer takes as long; one that does never comes.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

/// A debugger at one node.
pub struct Gdb {
    stream: Box<dyn Stream>,
    read: Vec<u8>,
}

/// The node is gone: the run has come to its end.
#[derive(Debug)]
pub struct Gone;

/// What a debugger does to a node, until it goes away or the run ends.
pub type Session = Result<(), Gone>;

/// The kinds of `Z` packets.
#[derive(Clone, Copy, Debug)]
pub enum Point {
    Software = 0,
    Hardware = 1,
    Write = 2,
    Read = 3,
}

impl Gdb {
    /// Attaches, as the printed command does: `target` is what it has after "target remote".
    pub fn attach(target: &str) -> Gdb {
        let stream: Box<dyn Stream> = if target.starts_with('/') {
            let stream = UnixStream::connect(target).expect("the server takes a debugger");
            stream.set_read_timeout(Some(ANSWERS_WITHIN)).expect("a timeout");
            Box::new(stream)
        } else {
            let stream = TcpStream::connect(target).expect("the server takes a debugger");
            stream.set_read_timeout(Some(ANSWERS_WITHIN)).expect("a timeout");
            Box::new(stream)
        };
        let mut gdb = Gdb { stream, read: Vec::new() };
        assert!(gdb.ask("qSupported").expect("an answer").contains("vContSupported"));
        assert!(gdb.ask("?").expect("an answer").starts_with('T'));
        gdb
    }

    /// How the printed command wants steps to be.
    pub fn only_steps(mut self) -> Gdb {
        assert_eq!(self.ask("Qqemu.sstep=0x1").expect("an answer"), "OK");
        self
    }

    /// Sends a packet; returns the answer.
    pub fn ask(&mut self, packet: &str) -> Result<String, Gone> {
        self.send(packet)?;
        self.answer()
    }

    fn send(&mut self, packet: &str) -> Session {
        let sum = packet.bytes().fold(0_u8, u8::wrapping_add);
        self.write(format!("${packet}#{sum:02x}").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> Session {
        self.stream.write_all(bytes).map_err(|_| Gone)
    }

    fn answer(&mut self) -> Result<String, Gone> {
        loop {
            let start = self.read.iter().position(|byte| *byte == b'$');
            let end = self.read.iter().position(|byte| *byte == b'#');
            if let (Some(start), Some(end)) = (start, end)
                && self.read.len() >= end + 3
            {
                let packet = String::from_utf8_lossy(&self.read[start + 1..end]).into_owned();
                self.read.drain(..end + 3);
                self.write(b"+")?;
                return Ok(packet);
            }
            let mut bytes = [0; 4096];
            match self.stream.read(&mut bytes) {
                Ok(read) if read > 0 => self.read.extend(&bytes[..read]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("no answer comes"),
                _ => return Err(Gone),
            }
        }
    }

    /// Runs until something stops the node: the stop reply.
    pub fn resume(&mut self) -> Result<String, Gone> {
        self.ask("vCont;c")
    }

    /// Runs, and stops at once wherever that is.
    pub fn resume_and_interrupt(&mut self) -> Result<String, Gone> {
        self.send("vCont;c")?;
        self.write(&[3])?;
        self.answer()
    }

    pub fn step(&mut self, count: usize) -> Session {
        for _ in 0..count {
            assert!(self.ask("vCont;s")?.starts_with("T05"));
        }
        Ok(())
    }

    pub fn set(&mut self, point: Point, address: u64, kind: u8) -> Session {
        self.point('Z', point, address, kind)
    }

    pub fn clear(&mut self, point: Point, address: u64, kind: u8) -> Session {
        self.point('z', point, address, kind)
    }

    fn point(&mut self, letter: char, point: Point, address: u64, kind: u8) -> Session {
        let packet = format!("{letter}{},{address:x},{kind}", point as u8);
        assert_eq!(self.ask(&packet)?, "OK", "{packet}");
        Ok(())
    }

    pub fn memory(&mut self, address: u64, len: usize) -> Result<Vec<u8>, Gone> {
        Ok(hex(&self.ask(&format!("m{address:x},{len:x}"))?))
    }

    /// The 32-bit word of that number among the registers.
    pub fn register(&mut self, number: usize) -> Result<u32, Gone> {
        let all = hex(&self.ask("g")?);
        let bytes = all.get(4 * number..4 * number + 4).expect("so many registers");
        Ok(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }

    /// A command of QEMU's monitor, as GDB's `monitor` sends it: what it prints.
    pub fn monitor(&mut self, command: &str) -> Result<String, Gone> {
        let digits: String = command.bytes().map(|byte| format!("{byte:02x}")).collect();
        let mut printed = Vec::new();
        let mut answer = self.ask(&format!("qRcmd,{digits}"))?;
        while answer != "OK" {
            printed.extend(hex(answer.strip_prefix('O').expect("output")));
            answer = self.answer()?;
        }
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }

    /// Lets the node run, for good.
    pub fn detach(mut self) -> Session {
        assert_eq!(self.ask("D")?, "OK");
        Ok(())
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2).unwrap_or("?"), 16);
    (0..digits.len()).step_by(2).map(|at| byte(at).unwrap_or_else(|_| panic!("no hex: {digits}"))).collect()
}
