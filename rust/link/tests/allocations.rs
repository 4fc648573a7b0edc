// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A link that is warm asks for no more memory, however many frames it carries.

use ::can::{Frame, Id, Kind, Mode, ToBus};
use ::uart::ToLine;
use link::can::BusSpec;
use link::ethernet::{DirectSpec, Limit, PortSpec, Rate, SwitchSpec};
use link::lin::{LinSpec, Model, Pid};
use link::{End, Framing, Handed, Link, Outcome, Spec, Told, Uart};
use vtime::{Instant, Span};

/// Counts what comes out.
#[derive(Default)]
struct Count {
    delivered: u64,
    told: u64,
}

impl Outcome for Count {
    fn deliver(&mut self, _to: End, _at: Instant, _bytes: &[u8]) {
        self.delivered += 1;
    }

    fn tell(&mut self, _told: Told<'_>) {
        self.told += 1;
    }
}

/// Traffic on a link: every `gap_ns` the next of its ends sends, of which each has sent `first` before.
struct Traffic {
    spec: Spec,
    ends: u16,
    gap_ns: u64,
    first: Option<Vec<u8>>,
    /// What the nth message is, in place of what is there.
    message: fn(u64, &mut Vec<u8>),
}

impl Traffic {
    /// Frames that are carried before it counts how often memory is asked for, and while it does.
    const WARM: u64 = 500;
    const COUNTED: u64 = 2000;

    fn send(
        &self,
        model: &mut dyn Link,
        numbers: std::ops::Range<u64>,
        bytes: &mut Vec<u8>,
        out: &mut Count,
    ) {
        for seq in numbers {
            let at = Instant::from_ns((seq + 1) * self.gap_ns);
            (self.message)(seq, bytes);
            let from = End((seq % u64::from(self.ends)) as u16);
            model.hand_over(Handed { from, at, seq, cut: Instant::FAR, bytes }, out);
            // What is open is decided when several wait for it.
            if seq % 8 == 0 {
                model.settle(at, out);
            }
        }
    }

    #[track_caller]
    fn check(&self) {
        let (mut out, mut bytes) = (Count::default(), Vec::with_capacity(2048));
        let mut model = self.spec.build(self.ends.into());
        for end in self.first.iter().flat_map(|_| 0..self.ends) {
            let bytes = self.first.as_deref().unwrap_or_default();
            let handed =
                Handed { from: End(end), at: Instant::START, seq: end.into(), cut: Instant::FAR, bytes };
            model.hand_over(handed, &mut out);
        }
        let begin = u64::from(self.ends);
        self.send(&mut *model, begin..begin + Traffic::WARM, &mut bytes, &mut out);
        let before = out.delivered;
        let numbers = begin + Traffic::WARM..begin + Traffic::WARM + Traffic::COUNTED;
        let info = allocation_counter::measure(|| self.send(&mut *model, numbers, &mut bytes, &mut out));
        assert!(
            out.delivered >= before + Traffic::COUNTED - 100,
            "{} frames arrived",
            out.delivered - before
        );
        // A LIN frame has eleven bytes and a break.
        assert!(out.told >= Traffic::COUNTED / 12, "{} told", out.told);
        assert_eq!(info.count_total, 0, "of {}, for {} frames: {info:?}", self.spec, Traffic::COUNTED);
    }
}

fn a_byte(seq: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.push(seq as u8);
}

/// To the end that sends after the next one, of three; all lengths, in turn.
fn an_ethernet_frame(seq: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.extend([2, 0, 0, 0, 0, ((seq + 2) % 3) as u8, 2, 0, 0, 0, 0, (seq % 3) as u8, 8, 0]);
    bytes.resize(60 + (seq % 8) as usize * 200, seq as u8);
}

fn offer(seq: u64, kind: Kind, len: usize, bytes: &mut Vec<u8>) {
    bytes.clear();
    let frame = Frame::new(Id::Standard((seq % 0x700) as u16), kind, &[seq as u8; 64][..len]);
    let frame = frame.expect("a frame");
    ToBus::Offer { mailbox: (seq % 5) as u8, once: false, frame }.write(bytes);
}

fn a_can_frame(seq: u64, bytes: &mut Vec<u8>) {
    offer(seq, Kind::Data, (seq % 9) as usize, bytes);
}

fn a_can_fd_frame(seq: u64, bytes: &mut Vec<u8>) {
    let lengths = [0, 1, 7, 8, 12, 16, 24, 48, 64];
    let kind = Kind::Fd { switches_rate: seq.is_multiple_of(2), is_passive: false };
    offer(seq, kind, lengths[(seq % 9) as usize], bytes);
}

fn uart() -> Uart {
    Uart::new(1_000_000, Framing::default(), Span::from_ns(20)).expect("a baud rate")
}

#[test]
fn uart_wires() {
    Traffic { spec: Spec::Uart(uart()), ends: 2, gap_ns: 6_000, first: None, message: a_byte }.check();
}

#[test]
fn rs485() {
    Traffic { spec: Spec::UartBus(uart()), ends: 3, gap_ns: 11_000, first: None, message: a_byte }.check();
}

#[test]
fn an_ethernet_cable() {
    let spec = Spec::Ethernet(DirectSpec { rate: Rate::Mbit1000, delay: Span::from_ns(5) });
    Traffic { spec, ends: 2, gap_ns: 10_000, first: None, message: an_ethernet_frame }.check();
}

#[test]
fn a_switch() {
    let port = |rate| PortSpec { rate, delay: Span::from_ns(5), queue: Limit::Frames(64), latency: None };
    let ports = vec![port(Rate::Mbit1000), port(Rate::Mbit1000), port(Rate::Mbit1000)];
    let spec = SwitchSpec { ports, latency: Span::from_ns(800), addresses: 16, age: Span::MAX };
    Traffic { spec: Spec::Switch(spec), ends: 3, gap_ns: 20_000, first: None, message: an_ethernet_frame }
        .check();
}

/// A break, the sync byte, the identifier, eight bytes, the checksum.
fn a_part_of_a_lin_frame(seq: u64, bytes: &mut Vec<u8>) {
    bytes.clear();
    let pid = Pid::of(0x10);
    let said = match seq % 12 {
        0 => ToLine::Break { bit_fs: 0, bits: 13 },
        1 => ToLine::Byte(0x55),
        2 => ToLine::Byte(pid.0),
        11 => ToLine::Byte(Model::Enhanced.checksum(pid, &[7; 8])),
        _ => ToLine::Byte(7),
    };
    said.write(bytes);
}

#[test]
fn lin() {
    let spec = Spec::Lin(LinSpec::new(19_200, Span::from_ns(20)).expect("a bus"));
    Traffic { spec, ends: 1, gap_ns: 700_000, first: None, message: a_part_of_a_lin_frame }.check();
}

fn bus(data_bitrate_bps: u32, gap_ns: u64, message: fn(u64, &mut Vec<u8>)) {
    let fd = (data_bitrate_bps > 0).then_some(data_bitrate_bps);
    let spec = Spec::Can(BusSpec::new(1_000_000, fd, Span::from_ns(20)).expect("a bus"));
    let mut first = Vec::new();
    ToBus::Join { bitrate_bps: 1_000_000, data_bitrate_bps, mode: Mode::Normal }.write(&mut first);
    Traffic { spec, ends: 3, gap_ns, first: Some(first), message }.check();
}

#[test]
fn a_can_bus() {
    bus(0, 150_000, a_can_frame);
}

#[test]
fn a_can_fd_bus() {
    bus(4_000_000, 700_000, a_can_fd_frame);
}
