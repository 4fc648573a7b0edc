// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The bare round trip of a grant, without QEMU: one thread grants, another answers at once.

use crate::cost::{host_now, measure};
use crate::error::BenchError;
use crate::subject::Sample;
use channel::{Bell, Clocks, FromNode, HostEnd, Neighbours, NodeEnd, Spin, ToNode};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;
use vtime::Instant;

/// By what the two sides speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The channel of nodes, in shared memory; `spin`: looking for a moment before sleeping.
    SharedMemory {
        /// As [`Spin::new`] has it.
        spin: bool,
    },
    /// A pair of Unix stream sockets, with messages of the same size.
    Socket,
}

const ROUND_TRIPS: u64 = 20_000;
/// After this long without an answer the other side is gone.
const PATIENCE: Duration = Duration::from_secs(10);
/// About what a grant or an answer takes in the channel, with its head.
const MESSAGE: usize = 32;

/// Makes all round trips and times each.
pub fn echo(way: Way) -> Result<Sample, BenchError> {
    let (steps_ns, whole) = measure(|| match way {
        Way::SharedMemory { spin } => shared_memory(spin),
        Way::Socket => socket(),
    })?;
    Ok(Sample { whole, steps_ns, ..Sample::default() })
}

fn shared_memory(spin: bool) -> Result<Vec<u64>, BenchError> {
    let os = |error: rustix::io::Errno| BenchError::Host(error.into());
    let gone = || BenchError::Silent("channel");
    let (bell, bell_fd) = Bell::create().map_err(os)?;
    let node_bell = Clocks::create(1).map_err(os)?.0.bell(0);
    let (mut host, channel_fd) = HostEnd::create(channel::VERSION, node_bell.clone()).map_err(os)?;
    let mut node = NodeEnd::open(&channel_fd, &bell_fd, node_bell).map_err(|_| gone())?;

    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut patience = Spin::new(spin);
            let mut answered = 0;
            while answered < ROUND_TRIPS {
                let seen = node.bell.count();
                match node.rx.from_host() {
                    Ok(Some(ToNode::Grant { until, .. })) => {
                        answered += 1;
                        let promise = Instant::FAR;
                        let done =
                            FromNode::Done { grants: answered, reached: until, sent: 0, insns: 0, promise };
                        node.tx.send_to_host(done, || false);
                        node.tx.publish();
                    }
                    Ok(Some(_)) => {}
                    Ok(None) if node.bell.wait(seen, PATIENCE, &mut patience) => {}
                    Ok(None) | Err(_) => return,
                }
            }
        });
        let mut patience = Spin::new(spin);
        (1..=ROUND_TRIPS)
            .map(|trip| {
                let start = host_now();
                let until = Instant::from_ns(trip);
                let neighbours = Neighbours(&[]);
                let grant = ToNode::Grant { until, ahead: until, deliveries: 0, neighbours };
                host.tx.send_to_node(grant, || false);
                host.tx.publish();
                loop {
                    let seen = bell.count();
                    match host.rx.from_node() {
                        Ok(Some(_)) => return Ok(start.elapsed().as_nanos() as u64),
                        Ok(None) if bell.wait(seen, PATIENCE, &mut patience) => {}
                        Ok(None) | Err(_) => return Err(gone()),
                    }
                }
            })
            .collect()
    })
}

fn socket() -> Result<Vec<u64>, BenchError> {
    let (mut host, mut node) = UnixStream::pair()?;
    host.set_read_timeout(Some(PATIENCE))?;
    node.set_read_timeout(Some(PATIENCE))?;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut message = [0; MESSAGE];
            while node.read_exact(&mut message).is_ok() && node.write_all(&message).is_ok() {}
        });
        let mut message = [0; MESSAGE];
        let trips = (1..=ROUND_TRIPS).map(|trip| {
            let start = host_now();
            message[..8].copy_from_slice(&trip.to_le_bytes());
            host.write_all(&message)?;
            host.read_exact(&mut message)?;
            Ok(start.elapsed().as_nanos() as u64)
        });
        let steps_ns = trips.collect();
        // The other thread ends when its socket does.
        drop(host);
        steps_ns
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(way: Way) {
        let sample = echo(way).unwrap();
        assert_eq!(sample.steps_ns.len() as u64, ROUND_TRIPS);
        assert!(sample.steps_ns.iter().all(|step_ns| *step_ns > 0));
    }

    #[test]
    fn every_message_comes_back() {
        check(Way::SharedMemory { spin: false });
        check(Way::SharedMemory { spin: true });
        check(Way::Socket);
    }
}
