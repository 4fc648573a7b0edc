// SPDX-License-Identifier: Apache-2.0 OR MIT
//! The host at a cable and at a switch, with frames by hand and with a client of the same stack.

use crate::device::Device;
use crate::{Guest, Host, HostError, HostSpec, Sending, Tester, TesterSpec, WithHost};
use link::ethernet::{Direct, DirectSpec, Limit, PortSpec, Rate, Switch, SwitchSpec};
use link::{Act, Draws, End, Fault, FaultKind, Faults, Handed, Link, Outcome, Told, What, Which};
use proptest::prelude::*;
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpAddress, IpCidr};
use std::num::NonZeroU64;
use vtime::{Instant, Span};

const HOST: [u8; 6] = [2, 0, 0, 0, 0, 0x10];
const NODE: [u8; 6] = [2, 0, 0, 0, 0, 0x20];
const OTHER: [u8; 6] = [2, 0, 0, 0, 0, 0x30];
const SPEC: HostSpec = HostSpec { address: HOST, ip: [10, 0, 0, 1], prefix: 30, seed: 1 };

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    delivered: Vec<(u16, u64, Vec<u8>)>,
    told: Vec<(u64, u16, u64, What)>,
}

impl Outcome for Seen {
    fn deliver(&mut self, to: End, at: Instant, bytes: &[u8]) {
        self.delivered.push((to.0, at.as_ns(), bytes.to_vec()));
    }

    fn tell(&mut self, told: Told<'_>) {
        self.told.push((told.at.as_ns(), told.from.0, told.seq, told.what));
    }
}

fn cable(faults: Vec<Fault>) -> Direct {
    let faults = Faults::new(faults, Draws::new(1, "cable"), Direct::LANES);
    Direct::new(DirectSpec { rate: Rate::Mbit100, delay: Span::from_ns(100) }, faults)
}

fn at_cable() -> WithHost<Direct, Host> {
    WithHost::new(cable(vec![]), Host::new(&SPEC), End(1), 2)
}

/// Two nodes and the host.
fn at_switch() -> WithHost<Switch, Host> {
    let port =
        PortSpec { rate: Rate::Mbit100, delay: Span::from_ns(100), queue: Limit::Frames(100), latency: None };
    let latency = Span::from_ns(1_000);
    let spec = SwitchSpec { ports: vec![port; 3], latency, addresses: 10, age: Span::MAX };
    WithHost::new(Switch::new(&spec, Faults::none(6)), Host::new(&SPEC), End(2), 3)
}

fn hand(link: &mut dyn Link, seen: &mut Seen, (from, at_ns, seq): (u16, u64, u64), bytes: &[u8]) {
    let at = Instant::from_ns(at_ns);
    link.hand_over(Handed { from: End(from), at, seq, cut: Instant::FAR, bytes }, seen);
}

fn arp(from: [u8; 6], ip: u8) -> Vec<u8> {
    let target = [0, 0, 0, 0, 0, 0, 10, 0, 0, 1];
    let head: &[u8] = &[0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1];
    [&[0xff; 6][..], &from, head, &from, &[10, 0, 0, ip], &target].concat()
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    let words = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let sum = words.fold(0, |sum, word| (sum + word) % 0xffff);
    (!(sum as u16)).to_be_bytes()
}

fn ip(from: [u8; 6], ip: [u8; 4], to: [u8; 4], protocol: u8, data: &[u8]) -> Vec<u8> {
    let len = (20 + data.len() as u16).to_be_bytes();
    let mut head = [&[0x45, 0][..], &len, &[0, 0, 0, 0, 64, protocol, 0, 0], &ip, &to].concat();
    let sum = checksum(&head);
    head[10..12].copy_from_slice(&sum);
    let address = if to == [255; 4] { [0xff; 6] } else { HOST };
    [&address[..], &from, &[8, 0], &head, data].concat()
}

fn ping(from: [u8; 6], own: u8, data: &[u8]) -> Vec<u8> {
    let mut icmp = [&[8, 0, 0, 0, 0x12, 0x34, 0, 1][..], data].concat();
    let sum = checksum(&icmp);
    icmp[2..4].copy_from_slice(&sum);
    ip(from, [10, 0, 0, own], SPEC.ip, 1, &icmp)
}

fn udp(ports: (u16, u16), data: &[u8]) -> Vec<u8> {
    // Without checksum.
    let len = (8 + data.len() as u16).to_be_bytes();
    [&ports.0.to_be_bytes()[..], &ports.1.to_be_bytes(), &len, &[0, 0], data].concat()
}

/// On the wire: 8 bytes of preamble, 60 of frame at least, 4 of checksum, 80 ns each; and 100 ns of cable.
fn way(len: usize) -> u64 {
    (len.max(60) as u64 + 12) * 80 + 100
}

#[test]
fn answers_at_once() {
    let (mut link, mut seen) = (at_cable(), Seen::default());
    assert_eq!(link.lookahead(), Span::from_ns(2 * way(60)));
    hand(&mut link, &mut seen, (0, 1_000, 0), &arp(NODE, 2));
    assert_eq!(link.earliest_effect(End(0)).as_ns(), 1_000 + 2 * way(60));
    // No other frame can be there before it.
    link.settle(Instant::from_ns(1_000), &mut seen);
    assert_eq!((seen.delivered.len(), link.earliest_effect(End(0))), (1, Instant::FAR));
    let data = [7; 100];
    hand(&mut link, &mut seen, (0, 50_000, 1), &ping(NODE, 2, &data));
    hand(&mut link, &mut seen, (0, 100_000, 2), &ip(NODE, [10, 0, 0, 2], SPEC.ip, 17, &udp((9, 7), &data)));
    link.settle(Instant::from_ns(200_000), &mut seen);
    let times: Vec<_> = seen.delivered.iter().map(|(_, at, _)| *at).collect();
    assert_eq!(times, [1_000 + 2 * way(60), 50_000 + 2 * way(142), 100_000 + 2 * way(142)]);
    let [arp, ping, udp] = &*seen.delivered else { panic!() };
    assert_eq!((&arp.2[..6], &arp.2[20..22], &arp.2[22..28]), (&NODE[..], &[0, 2][..], &HOST[..]));
    assert_eq!((ping.2[34], &ping.2[42..]), (0, &data[..]));
    assert_eq!((&udp.2[34..38], &udp.2[42..]), (&[0, 7, 0, 9][..], &data[..]));
    let told: Vec<_> = seen.told.iter().map(|(_, from, ..)| *from).collect();
    assert_eq!(told, [0, 1, 0, 0, 1, 1]);
}

fn dhcp(client: [u8; 6], options: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 1, 6, 0, 1, 2, 3, 4, 0, 0, 0x80, 0];
    bytes.resize(28, 0);
    bytes.extend(client);
    bytes.resize(236, 0);
    bytes.extend([0x63, 0x82, 0x53, 0x63]);
    bytes.extend(options);
    bytes.push(255);
    ip(client, [0; 4], [255; 4], 17, &udp((68, 67), &bytes))
}

/// Who asks, and how; the kind of answer and the address in it, if there is one.
type Asked<'a> = ([u8; 6], &'a [u8], Option<(u8, u8)>);

/// Asks at a switch.
fn check_dhcp(asked: &[Asked<'_>]) {
    let (mut link, mut seen) = (at_switch(), Seen::default());
    for (seq, (client, options, expected)) in (0..).zip(asked) {
        let at = 1_000_000 * seq;
        hand(&mut link, &mut seen, (0, at, seq), &dhcp(*client, options));
        seen.delivered.clear();
        link.settle(Instant::from_ns(at + 900_000), &mut seen);
        let answer = seen.delivered.iter().find(|(to, ..)| *to == 0).map(|(_, _, frame)| {
            // Behind the headers: the address, and the first option.
            (frame[42 + 242], frame[42 + 19])
        });
        assert_eq!(answer, *expected, "{seq}");
    }
}

#[test]
fn gives_addresses_away() {
    const OFFER: u8 = 2;
    const ACK: u8 = 5;
    const NAK: u8 = 6;
    let wanted = |last| [53, 1, 3, 50, 4, 10, 0, 0, last];
    check_dhcp(&[
        (NODE, &[53, 1, 1], Some((OFFER, 2))),
        (NODE, &wanted(2), Some((ACK, 2))),
        (NODE, &wanted(3), Some((NAK, 0))),
        // It had but one.
        (OTHER, &[53, 1, 1], None),
        (NODE, &[53, 1, 1, 54, 4, 10, 0, 0, 9], None),
    ]);
}

#[test]
fn waits_for_nobody_for_ever() {
    let (mut link, mut seen) = (at_cable(), Seen::default());
    // Somebody who begins a connection and is gone.
    let syn = [0x10, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x10, 0, 0, 0, 0, 0];
    let pseudo = [&[10, 0, 0, 2][..], &SPEC.ip, &[0, 6, 0, 20], &syn].concat();
    let mut segment = syn;
    segment[16..18].copy_from_slice(&checksum(&pseudo));
    hand(&mut link, &mut seen, (0, 0, 0), &arp(NODE, 2));
    hand(&mut link, &mut seen, (0, 0, 1), &ip(NODE, [10, 0, 0, 2], SPEC.ip, 6, &segment));
    link.settle(Instant::FAR, &mut seen);
    assert!((3..200).contains(&seen.delivered.len()), "{}", seen.delivered.len());
    assert_eq!(seen.delivered[1].2[47], 0x12, "SYN and ACK");
    assert_eq!(link.earliest_effect(End(0)), Instant::FAR);
}

#[test]
fn who_it_cannot_be() {
    let refuses = |address, ip, prefix| HostSpec::new(address, ip, prefix, 0).err();
    assert_eq!(refuses([1; 6], SPEC.ip, 24), Some(HostError::Group));
    for (ip, prefix) in [([255; 4], 24), ([224, 0, 0, 1], 24), ([10, 0, 0, 0], 24), ([10, 0, 0, 3], 30)] {
        assert_eq!(refuses(HOST, ip, prefix), Some(HostError::Ip(ip)));
    }
    assert_eq!(refuses(HOST, SPEC.ip, 31), Some(HostError::Prefix(31)));
    assert_eq!(HostSpec::new(HOST, SPEC.ip, 30, 1), Ok(SPEC));
    assert_eq!(SPEC.leases(), (0x0a00_0002, 1));
    assert_eq!(HostSpec { prefix: 24, ..SPEC }.leases(), (0x0a00_0002, 50));
}

/// A client that sends bytes to the echo port by TCP, and takes what comes back.
struct Client {
    device: Device,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    sends: Vec<u8>,
    got: Vec<u8>,
    /// When the last of it came.
    got_at: Instant,
    acts_at: Instant,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl Client {
    fn new(sends: Vec<u8>) -> Client {
        let mut config = Config::new(HardwareAddress::Ethernet(EthernetAddress(NODE)));
        config.random_seed = 2;
        let mut device = Device::default();
        let mut interface = Interface::new(config, &mut device, smoltcp::time::Instant::ZERO);
        interface.update_ip_addrs(|all| all.push(IpCidr::new(IpAddress::v4(10, 0, 0, 2), 24)).unwrap());
        let buffer = || tcp::SocketBuffer::new(vec![0; 4096]);
        let mut sockets = SocketSet::new(Vec::new());
        let socket = sockets.add(tcp::Socket::new(buffer(), buffer()));
        let remote = (IpAddress::v4(10, 0, 0, 1), 7);
        sockets.get_mut::<tcp::Socket>(socket).connect(interface.context(), remote, 50_000).unwrap();
        let (got, got_at, acts_at) = (Vec::new(), Instant::START, Instant::START);
        Client { device, interface, sockets, socket, sends, got, got_at, acts_at }
    }
}

impl Guest for Client {
    fn receive(&mut self, at: Instant, frame: &[u8], send: &mut dyn FnMut(&[u8])) {
        self.device.came = Some(frame.to_vec());
        self.act(at, send);
    }

    fn act(&mut self, at: Instant, send: &mut dyn FnMut(&[u8])) {
        let now = smoltcp::time::Instant::from_micros((at.as_ns() / 1_000) as i64);
        loop {
            self.interface.poll(now, &mut self.device, &mut self.sockets);
            let socket = self.sockets.get_mut::<tcp::Socket>(self.socket);
            if socket.can_recv() {
                let got = socket.recv(|data| (data.len(), data.to_vec())).unwrap();
                self.got.extend(got);
                self.got_at = at;
            }
            if socket.can_send() && !self.sends.is_empty() {
                let taken = socket.send_slice(&self.sends).unwrap();
                self.sends.drain(..taken);
            }
            if self.device.goes.is_empty() {
                break;
            }
            self.device.goes.drain(..).for_each(|frame| send(&frame));
        }
        let next = self.interface.poll_at(now, &self.sockets).map(|next| next.total_micros() as u64 * 1_000);
        self.acts_at =
            next.map_or(Instant::FAR, |next| Instant::from_ns(next.max(at.as_ns() / 1_000 * 1_000 + 1_000)));
    }

    fn acts_at(&self) -> Instant {
        self.acts_at
    }
}

/// Sends `len` bytes there and back over a cable with faults; when everything is back, in milliseconds, and how many frames were lost.
fn transfer(len: usize, faults: Vec<Fault>) -> (u64, usize) {
    let data: Vec<u8> = (0..len).map(|k| (k % 251) as u8).collect();
    let host = WithHost::new(cable(faults), Host::new(&SPEC), End(1), 2);
    let mut both = WithHost::new(host, Client::new(data.clone()), End(0), 2);
    let mut seen = Seen::default();
    for ms in 1..100_000 {
        both.settle(Instant::from_ns(ms * 1_000_000), &mut seen);
        if both.guest().got.len() >= len {
            assert!(both.guest().got == data, "it comes back as it was sent");
            let lost = seen.told.iter().filter(|(.., what)| *what == What::Lost).count();
            return (both.guest().got_at.as_ns() / 1_000_000, lost);
        }
    }
    panic!("{} of {len} bytes come back", both.guest().got.len())
}

/// One who acts at a time, and notes what it does.
#[derive(Debug)]
struct Diary {
    acts_at: Instant,
    notes: Vec<(u64, &'static str)>,
}

impl Guest for Diary {
    fn receive(&mut self, at: Instant, _frame: &[u8], _send: &mut dyn FnMut(&[u8])) {
        self.notes.push((at.as_ns(), "hears"));
    }

    fn act(&mut self, at: Instant, _send: &mut dyn FnMut(&[u8])) {
        self.notes.push((at.as_ns(), "acts"));
        self.acts_at = Instant::FAR;
    }

    fn acts_at(&self) -> Instant {
        self.acts_at
    }
}

/// The node is so far away that nothing of it comes for long; who sends what the scenario says is near, and may be told to send at any time.
#[test]
fn a_guest_waits_for_a_cue_of_another_one() {
    let port = |delay_ns| PortSpec {
        rate: Rate::Mbit100,
        delay: Span::from_ns(delay_ns),
        queue: Limit::Frames(100),
        latency: None,
    };
    let ports = vec![port(10_000_000), port(100), port(100)];
    let spec = SwitchSpec { ports, latency: Span::from_ns(1_000), addresses: 10, age: Span::MAX };
    let frames = [(Span::ZERO, arp(OTHER, 3))].into();
    let sending = Sending { at: None, frames, every: Span::ZERO, rounds: 1, until: Instant::FAR };
    let tester = Tester::new(&TesterSpec::ethernet(vec![sending]));
    let inner = WithHost::new(Switch::new(&spec, Faults::none(6)), tester, End(2), 3);
    let diary = Diary { acts_at: Instant::from_ns(5_000_000), notes: vec![] };
    let (mut link, mut seen) = (WithHost::new(inner, diary, End(1), 3), Seen::default());
    link.settle(Instant::from_ns(1_000_000), &mut seen);
    link.cue(0, Instant::from_ns(2_000_000));
    link.settle(Instant::from_ns(20_000_000), &mut seen);
    assert_eq!(link.guest().notes, [(2_000_000 + 2 * way(60) + 1_000, "hears"), (5_000_000, "acts")]);
}

#[test]
fn tcp_goes_there_and_back() {
    let (ms, lost) = transfer(100_000, vec![]);
    // 100 kB are 8 ms of wire in each direction.
    assert_eq!((lost, (8..60).contains(&ms)), (0, true), "{ms} ms");
}

#[test]
fn tcp_survives_losses() {
    let which = Which::OneIn(NonZeroU64::new(20).unwrap());
    let kind = FaultKind::Frames { matching: vec![], which, act: Act::Drop };
    let fault = Fault { lanes: vec![], from: Instant::START, until: Instant::FAR, kind };
    let first = transfer(20_000, vec![fault.clone()]);
    assert!(first.1 > 2, "{first:?}");
    assert_eq!(transfer(20_000, vec![fault]), first);
}

fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let data = || prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        (1u8..4).prop_map(|ip| arp(NODE, ip)),
        data().prop_map(|data| ping(NODE, 2, &data)),
        (data(), any::<u8>()).prop_map(|(data, to)| {
            ip(NODE, [10, 0, 0, 2], SPEC.ip, 17, &udp((9, u16::from(to) % 70), &data))
        }),
        data().prop_map(|data| ip(NODE, [10, 0, 0, 2], SPEC.ip, 6, &data)),
        prop::collection::vec(any::<u8>(), 0..30).prop_map(|options| dhcp(NODE, &options)),
        prop::collection::vec(any::<u8>(), 14..200),
    ]
}

fn run(mut link: impl Link, ends: u16, sends: &[(u64, u16, Vec<u8>)], often: bool) -> Seen {
    let (mut seen, mut now_ns) = (Seen::default(), 0);
    let settle = |link: &mut dyn Link, seen: &mut Seen, now_ns: u64| {
        let effects: Vec<_> = (0..ends).map(|end| link.earliest_effect(End(end)).as_ns()).collect();
        let (told, known) = (link.earliest_told().as_ns(), (seen.delivered.len(), seen.told.len()));
        link.settle(Instant::from_ns(now_ns), seen);
        assert!(seen.delivered[known.0..].iter().all(|(to, at, _)| *at >= effects[usize::from(*to)]));
        assert!(seen.told[known.1..].iter().all(|(at, ..)| *at >= told));
        assert!((0..ends).all(|end| link.earliest_effect(End(end)).as_ns() > now_ns));
    };
    for (seq, (gap_ns, from, bytes)) in (0..).zip(sends) {
        now_ns += gap_ns;
        if often {
            settle(&mut link, &mut seen, now_ns);
        }
        hand(&mut link, &mut seen, (from % ends, now_ns, seq), bytes);
    }
    settle(&mut link, &mut seen, now_ns + 1_000_000_000);
    seen.delivered.sort_by_key(|(to, at, _)| (*to, *at));
    seen.told.sort();
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn when_it_settles_does_not_show(
        sends in prop::collection::vec((0u64..40_000, 0u16..2, any_frame()), 0..20),
    ) {
        let (often, once) = (run(at_cable(), 1, &sends, true), run(at_cable(), 1, &sends, false));
        prop_assert_eq!(often, once);
        let (often, once) = (run(at_switch(), 2, &sends, true), run(at_switch(), 2, &sends, false));
        prop_assert_eq!(often, once);
    }
}
