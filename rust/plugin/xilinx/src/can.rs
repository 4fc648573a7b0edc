// SPDX-License-Identifier: GPL-2.0-or-later
//! CAN of Xilinx' Zynq (UG1085, 20; UG585, 18): what joins QEMU's model of it, `xlnx.zynqmp-can`, to the node's bus.
//!
//! It lies over the first four registers of the model, which are at another place besides: so it sees when the firmware switches the
//! controller on, with which bit rate and mode. Frames that the model sends wait here for the bus, in their order; those of the bus
//! go to the model.
//!
//! **Limits:** those of the model. It has sent a frame as soon as it is stored (TXOK, TXFEMP), so that its FIFO is never full, and
//! a frame never waits behind one with a better identifier of its own. It has no error counters, and does not show that it is off the
//! bus: it comes back by itself. Its times (RXT) are not those of bits. What waits here when it is switched off is forgotten.

use can::{Frame, FromBus, Id, Kind, Mode, Offers, State, ToBus};
use device::{Context, Device, Place, Property, Register, Relayed, Written};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const SRR: u32 = 0x0;
const MSR: u32 = 0x4;
const BRPR: u32 = 0x8;
const BTR: u32 = 0xc;
// SRR.
const CEN: u32 = 1 << 1;
// MSR.
const SLEEP: u32 = 1 << 0;
const LBACK: u32 = 1 << 1;
const SNOOP: u32 = 1 << 2;
// An identifier.
const IDE: u32 = 1 << 19;
/// SRR, or RTR of one with 11 bits.
const SRR_RTR: u32 = 1 << 20;
const RTR: u32 = 1 << 0;

/// The place of the property that says where the model's registers are besides.
const HIDDEN: usize = 0;

/// The way between the model and the bus.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Can {
    /// With which bit rate it is on the bus, and whether it only listens.
    joined: Option<(u32, bool)>,
    /// It is off the bus by its errors.
    is_off: bool,
    /// What the model has sent, and the bus has not.
    waiting: VecDeque<Relayed>,
    offers: Offers,
}

impl Device for Can {
    const NAME: &'static str = "zynq-can";
    const BLOCK: &'static str = "CAN";
    const SIZE: u32 = 0x10;
    const REGISTERS: &'static [Register] = &[
        Register::new("SRR", SRR, 0).rw(u32::MAX).on_read().on_write(),
        Register::new("MSR", MSR, 0).rw(u32::MAX).on_read().on_write(),
        Register::new("BRPR", BRPR, 0).rw(u32::MAX).on_read().on_write(),
        Register::new("BTR", BTR, 0).rw(u32::MAX).on_read().on_write(),
    ];
    const CLOCKS: &'static [&'static str] = &["can_clk"];
    const PROPERTIES: &'static [Property] = &[Property { name: "hidden", default: 0 }];
    const CAN: bool = true;
    const RELAYS: bool = true;
    /// The model's registers.
    const HAS_DMA: bool = true;

    fn reset(&mut self, cx: &mut Context<'_>) {
        self.leave(cx);
        *self = Can { offers: std::mem::take(&mut self.offers), ..Can::default() };
    }

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        hidden(at.offset, cx)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let address = cx.property(HIDDEN) + u64::from(at.offset);
        if let Err(fault) = cx.write_memory(address, &written.value.to_le_bytes()) {
            cx.report(format!("{fault}, where the model's registers are"));
        }
        self.look(cx);
    }

    fn relayed(&mut self, frame: Relayed, cx: &mut Context<'_>) {
        self.waiting.push_back(frame);
        self.offer(cx);
    }

    fn on_bus(&mut self, said: FromBus, cx: &mut Context<'_>) {
        match said {
            FromBus::Received(frame) if self.joined.is_some() => cx.relay(to_model(&frame)),
            FromBus::Sent { mailbox }
            | FromBus::Failed { mailbox }
            | FromBus::Lost { mailbox }
            | FromBus::Withdrawn { mailbox } => {
                if self.offers.end(mailbox).is_some() {
                    self.waiting.pop_front();
                }
            }
            FromBus::Status(status) if self.joined.is_some() => {
                let was_off = std::mem::replace(&mut self.is_off, status.state == State::Off);
                if self.is_off && !was_off {
                    cx.to_bus(ToBus::Recover);
                }
            }
            FromBus::Received(_) | FromBus::Status(_) => {}
        }
        self.offer(cx);
    }
}

impl Can {
    /// The firmware has written a register: whether, and how, the controller takes part now.
    fn look(&mut self, cx: &mut Context<'_>) {
        let [srr, msr] = [SRR, MSR].map(|offset| hidden(offset, cx));
        let is_on = srr & CEN != 0 && msr & LBACK == 0;
        let is_silent = msr & (SNOOP | SLEEP) == SNOOP;
        let wanted = is_on.then(|| (bitrate_bps(cx), is_silent));
        if wanted == self.joined {
            return;
        }
        match wanted {
            None => {
                self.waiting.clear();
                self.leave(cx);
            }
            Some((bitrate_bps, is_silent)) => {
                let mode = if is_silent { Mode::Silent } else { Mode::Normal };
                cx.to_bus(ToBus::Join { bitrate_bps, data_bitrate_bps: 0, mode });
                self.joined = wanted;
            }
        }
        self.offer(cx);
    }

    fn leave(&mut self, cx: &mut Context<'_>) {
        self.offers.forget();
        self.is_off = false;
        if self.joined.take().is_some() {
            cx.to_bus(ToBus::Leave);
        }
    }

    /// Hands over to the bus what waits longest.
    fn offer(&mut self, cx: &mut Context<'_>) {
        if self.joined.is_none() || self.is_off || !self.offers.is_empty() {
            return;
        }
        let Some(frame) = self.waiting.front() else { return };
        let frame = from_model(frame);
        if let Some(mailbox) = self.offers.offer(0) {
            cx.to_bus(ToBus::Offer { mailbox, once: false, frame });
        }
    }
}

/// A register of the model.
fn hidden(offset: u32, cx: &mut Context<'_>) -> u32 {
    let mut bytes = [0; 4];
    let address = cx.property(HIDDEN) + u64::from(offset);
    if let Err(fault) = cx.read_memory(address, &mut bytes) {
        cx.report(format!("{fault}, where the model's registers are"));
    }
    u32::from_le_bytes(bytes)
}

/// Bits per second, as BRPR, BTR and the clock have it.
fn bitrate_bps(cx: &mut Context<'_>) -> u32 {
    let [brpr, btr] = [BRPR, BTR].map(|offset| u64::from(hidden(offset, cx)));
    let cycles = (3 + (btr & 0xf) + (btr >> 4 & 7)) * ((brpr & 0xff) + 1);
    ((cx.clock_hz(0) + cycles / 2) / cycles) as u32
}

/// The model has bytes in the order in which they lie in a word's memory; the chip sends the highest one first.
fn swapped(data: [u8; 8]) -> [u8; 8] {
    std::array::from_fn(|place| data[place ^ 3])
}

/// A frame of the model's, whose identifier is what the firmware has stored.
fn from_model(frame: &Relayed) -> Frame {
    let (id, remote) = match frame.id & IDE != 0 {
        true => (Id::Extended(frame.id >> 21 << 18 | frame.id >> 1 & 0x3_ffff), RTR),
        false => (Id::Standard((frame.id >> 21) as u16), SRR_RTR),
    };
    let kind = if frame.id & remote != 0 { Kind::Remote } else { Kind::Data };
    let len = Frame::len_of_dlc(frame.dlc, false);
    let data = swapped(frame.data);
    Frame::new(id, kind, &data[..len]).unwrap_or_else(|error| unreachable!("{error}"))
}

/// A frame as the model takes it.
fn to_model(frame: &Frame) -> Relayed {
    let is_remote = frame.kind() == Kind::Remote;
    let id = match frame.id() {
        Id::Standard(id) => u32::from(id) << 21 | if is_remote { SRR_RTR } else { 0 },
        Id::Extended(id) => {
            id >> 18 << 21 | SRR_RTR | IDE | (id & 0x3_ffff) << 1 | if is_remote { RTR } else { 0 }
        }
    };
    let mut data = [0; 8];
    let there = frame.data().len().min(8);
    data[..there].copy_from_slice(&frame.data()[..there]);
    Relayed { id, dlc: frame.dlc(), data: swapped(data) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use can::Status;
    use device::Bench;

    const AT: usize = 0x100;

    fn frame(id: Id, kind: Kind, data: &[u8]) -> Frame {
        Frame::new(id, kind, data).expect("a frame")
    }

    fn said(can: &mut Bench<Can>) -> Vec<ToBus> {
        can.take_to_bus().into_iter().map(|(_, said)| said).collect()
    }

    /// One whose model has this mode, at 500 kbit/s, switched on. The model is memory.
    fn on(mode: u32) -> Bench<Can> {
        let mut can = Bench::<Can>::new(&[24_000_000], &[("hidden", AT as u64)]);
        *can.memory() = vec![0; AT + 0x10];
        can.write(BRPR, 2);
        can.write(BTR, 1 << 7 | 2 << 4 | 11);
        can.write(MSR, mode);
        assert_eq!(said(&mut can), []);
        can.write(SRR, CEN);
        can
    }

    const JOIN: ToBus = ToBus::Join { bitrate_bps: 500_000, data_bitrate_bps: 0, mode: Mode::Normal };

    #[test]
    fn it_is_on_the_bus_as_its_registers_say() {
        let mut can = on(0);
        assert_eq!((said(&mut can), can.memory()[AT], can.read(BRPR)), (vec![JOIN], CEN as u8, 2));
        can.write(SRR, 0);
        assert_eq!(said(&mut can), [ToBus::Leave]);
        can.write(SRR, CEN);
        can.reset();
        assert_eq!(said(&mut can), [JOIN, ToBus::Leave]);
        assert!(matches!(said(&mut on(SNOOP))[..], [ToBus::Join { mode: Mode::Silent, .. }]));
        assert_eq!(said(&mut on(LBACK)), []);
        assert_eq!(said(&mut on(SLEEP)), [JOIN]);
        assert_eq!(can.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn frames_wait_for_the_bus_in_their_order() {
        let mut can = on(0);
        said(&mut can);
        let raw = |id: u32| Relayed { id: id << 21, dlc: 2, data: [0, 0, 0xbb, 0xaa, 0, 0, 0, 0] };
        can.relay(raw(0x200));
        can.relay(raw(0x100));
        let offer = |id, mailbox| ToBus::Offer {
            mailbox,
            once: false,
            frame: frame(Id::Standard(id), Kind::Data, &[0xaa, 0xbb]),
        };
        assert_eq!(said(&mut can), [offer(0x200, 255)]);
        can.on_bus(FromBus::Sent { mailbox: 255 });
        assert_eq!(said(&mut can), [offer(0x100, 255)]);
        // Off the bus it comes back by itself, and nothing is forgotten.
        let status = |state| FromBus::Status(Status { state, ..Status::default() });
        can.on_bus(status(State::Off));
        can.relay(raw(0x300));
        assert_eq!(said(&mut can), [ToBus::Recover]);
        can.on_bus(status(State::Active));
        can.on_bus(FromBus::Sent { mailbox: 255 });
        assert_eq!(said(&mut can), [offer(0x300, 255)]);
        // An answer to what it offered before it left is none.
        can.write(SRR, 0);
        can.write(SRR, CEN);
        can.relay(raw(0x100));
        can.on_bus(FromBus::Sent { mailbox: 255 });
        assert_eq!(said(&mut can), [ToBus::Leave, JOIN, offer(0x100, 127)]);
        can.save_and_restore();
        can.relay(raw(0x200));
        can.on_bus(FromBus::Sent { mailbox: 127 });
        assert_eq!(said(&mut can), [offer(0x200, 127)]);
    }

    #[test]
    fn frames_come_in() {
        let mut can = on(0);
        let data = [1, 2, 3, 4, 5];
        can.on_bus(FromBus::Received(frame(Id::Standard(0x123), Kind::Data, &data)));
        let expected = Relayed { id: 0x123 << 21, dlc: 5, data: [4, 3, 2, 1, 0, 0, 0, 5] };
        assert_eq!(can.take_relayed(), [expected]);
        can.write(SRR, 0);
        can.on_bus(FromBus::Received(frame(Id::Standard(0x123), Kind::Data, &data)));
        assert_eq!(can.take_relayed(), []);
    }

    #[test]
    fn identifiers_are_those_of_the_registers() {
        for (id, kind) in [
            (Id::Standard(0x7ff), Kind::Data),
            (Id::Standard(1), Kind::Remote),
            (Id::Extended(0x1234_5678), Kind::Data),
            (Id::Extended(0x1fff_ffff), Kind::Remote),
        ] {
            let there = frame(id, kind, &[0; 8]);
            assert_eq!(from_model(&to_model(&there)), there);
        }
        let raw = to_model(&frame(Id::Extended(0x1234_5678), Kind::Remote, &[])).id;
        // UG1085: the upper 11 bits, SRR and IDE, the lower 18, RTR.
        assert_eq!(raw, 0x48d << 21 | 1 << 20 | 1 << 19 | 0x5678 << 1 | 1);
        let long = Relayed { id: 0, dlc: 15, data: [0; 8] };
        assert_eq!(from_model(&long).len(), 8);
    }
}
