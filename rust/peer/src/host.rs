// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The host: smoltcp, and what it serves.

use crate::device::Device;
use crate::dhcp::Dhcp;
use crate::echo::Echo;
use crate::with_host::Guest;
use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpAddress, IpCidr};
use vtime::{Instant, Span};

/// Who the host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostSpec {
    pub(crate) address: [u8; 6],
    pub(crate) ip: [u8; 4],
    pub(crate) prefix: u8,
    pub(crate) seed: u64,
}

/// How many addresses a host gives away, at most.
const LEASES: u32 = 50;

impl HostSpec {
    /// A host with that address and that IP address, of which `prefix` bits say which network. It gives away those that follow its
    /// own. Its draws depend on `seed`: the numbers with which its connections start.
    pub fn new(address: [u8; 6], ip: [u8; 4], prefix: u8, seed: u64) -> Result<HostSpec, HostError> {
        if !(1..=30).contains(&prefix) {
            return Err(HostError::Prefix(prefix));
        }
        let spec = HostSpec { address, ip, prefix, seed };
        if !EthernetAddress(address).is_unicast() {
            return Err(HostError::Group);
        }
        let number = u32::from_be_bytes(ip);
        if !IpAddress::Ipv4(ip.into()).is_unicast() || number == spec.last() || number << prefix == 0 {
            return Err(HostError::Ip(ip));
        }
        Ok(spec)
    }

    /// Its Ethernet address.
    pub fn address(&self) -> [u8; 6] {
        self.address
    }

    /// The last address of its network, which means all.
    fn last(&self) -> u32 {
        u32::from_be_bytes(self.ip) | u32::MAX >> self.prefix
    }

    /// The first address that it gives away, and how many.
    pub(crate) fn leases(&self) -> (u32, u32) {
        let own = u32::from_be_bytes(self.ip);
        (own + 1, (self.last() - own - 1).min(LEASES))
    }
}

/// As the head of a trace has it: `host 10.0.0.1/24`.
impl std::fmt::Display for HostSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d] = self.ip;
        write!(f, "host {a}.{b}.{c}.{d}/{}", self.prefix)
    }
}

/// There is no such host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Its Ethernet address is one of a group.
    #[error("a host has an Ethernet address of its own: the first byte is even")]
    Group,
    /// Its IP address is that of nobody, or of several: of a group, or the first or last one of its network.
    #[error("a host has an IP address of its own, not {}.{}.{}.{}", .0[0], .0[1], .0[2], .0[3])]
    Ip([u8; 4]),
    /// The prefix is too long.
    #[error("a network of hosts has a prefix of 1 to 30 bits, not {0}")]
    Prefix(u8),
}

/// The host.
pub struct Host {
    device: Device,
    interface: Interface,
    sockets: SocketSet<'static>,
    echo: Echo,
    dhcp: Dhcp,
    acts_at: Instant,
    /// When the last frame came.
    heard: Instant,
}

/// Who has not heard anything for so long waits for nothing any more.
const PATIENCE: Span = Span::from_ns(120_000_000_000);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("acts_at", &self.acts_at).finish_non_exhaustive()
    }
}

const MICROSECOND: Span = Span::from_ns(1_000);

/// smoltcp counts microseconds: those that are over.
fn microseconds(at: Instant) -> smoltcp::time::Instant {
    // An instant has less than 2^63 ns.
    smoltcp::time::Instant::from_micros((at.as_ns() / MICROSECOND.as_ns()) as i64)
}

impl Host {
    /// A host that has heard of nobody yet.
    pub fn new(spec: &HostSpec) -> Host {
        let address = EthernetAddress(spec.address);
        let ip = IpAddress::v4(spec.ip[0], spec.ip[1], spec.ip[2], spec.ip[3]);
        let mut config = Config::new(HardwareAddress::Ethernet(address));
        config.random_seed = spec.seed;
        let mut device = Device::default();
        let mut interface = Interface::new(config, &mut device, microseconds(Instant::START));
        interface.update_ip_addrs(|all| {
            // There is room for one.
            let _ = all.push(IpCidr::new(ip, spec.prefix));
        });
        let mut sockets = SocketSet::new(Vec::new());
        let echo = Echo::new(&mut sockets);
        let dhcp = Dhcp::new(spec, &mut sockets);
        echo.serve(&mut sockets);
        Host { device, interface, sockets, echo, dhcp, acts_at: Instant::FAR, heard: Instant::START }
    }

    fn work(&mut self, at: Instant, send: &mut dyn FnMut(&[u8])) {
        let now = microseconds(at);
        loop {
            let Host { device, interface, sockets, echo, dhcp, .. } = self;
            interface.poll(now, device, sockets);
            echo.serve(sockets);
            dhcp.serve(sockets);
            interface.poll(now, device, sockets);
            if device.goes.is_empty() {
                break;
            }
            for frame in device.goes.drain(..) {
                send(&frame);
            }
        }
        let next = self.interface.poll_at(now, &self.sockets);
        self.acts_at = next.map_or(Instant::FAR, |next| {
            let next = u64::try_from(next.total_micros()).unwrap_or(0).saturating_mul(MICROSECOND.as_ns());
            // What it cannot do at once it tries again when its clock has moved.
            let soonest = Instant::from_ns(at.as_ns() - at.as_ns() % MICROSECOND.as_ns()) + MICROSECOND;
            Instant::from_ns(next).max(soonest)
        });
        if self.acts_at > self.heard + PATIENCE {
            self.acts_at = Instant::FAR;
        }
    }
}

impl Guest for Host {
    fn receive(&mut self, at: Instant, frame: &[u8], send: &mut dyn FnMut(&[u8])) {
        self.device.came = Some(frame.to_vec());
        self.heard = at;
        self.work(at, send);
    }

    fn act(&mut self, at: Instant, send: &mut dyn FnMut(&[u8])) {
        self.work(at, send);
    }

    fn acts_at(&self) -> Instant {
        self.acts_at
    }
}
