// SPDX-License-Identifier: GPL-2.0-or-later
//! SPI as a master: of F1 (RM0008, section 25.5) and F4 (RM0090, section 28.5), and of L4 (RM0351, section 42.6), which has FIFOs.
//!
//! Who is selected answers on the bus `spi`. A frame takes its bits by the clock `clk` and BR; what comes in is there with its last bit.
//!
//! **Limits:** no slave, CRC, I2S; they are reported. NSS selects nobody: chip selects are pins. With a FIFO, DR is read by half-words
//! where FRXTH waits for them, and by bytes else.

use device::{Bus, BusKind, Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const CR1: u32 = 0x00;
const CR2: u32 = 0x04;
const SR: u32 = 0x08;
const DR: u32 = 0x0c;

// CR1.
const MSTR: u32 = 1 << 2;
const SPE: u32 = 1 << 6;
const RXONLY: u32 = 1 << 10;
const DFF: u32 = 1 << 11;
const CRCEN: u32 = 1 << 13;
const BIDIOE: u32 = 1 << 14;
const BIDIMODE: u32 = 1 << 15;
// CR2.
const RXDMAEN: u32 = 1 << 0;
const TXDMAEN: u32 = 1 << 1;
const FRF: u32 = 1 << 4;
const ERRIE: u32 = 1 << 5;
const RXNEIE: u32 = 1 << 6;
const TXEIE: u32 = 1 << 7;
const FRXTH: u32 = 1 << 12;
// SR.
const RXNE: u32 = 1 << 0;
const TXE: u32 = 1 << 1;
const OVR: u32 = 1 << 6;
const BSY: u32 = 1 << 7;
/// FRLVL and FTLVL, of the FIFOs.
const LEVELS: u32 = 0xf << 9;

/// The bytes of a FIFO.
const FIFO_BYTES: usize = 4;

/// Of F1 and F4.
pub(crate) type Plain = Spi<false>;
/// Of L4.
pub(crate) type Buffered = Spi<true>;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Spi<const FIFO: bool> {
    /// The frame that is on the wire.
    shifts: Option<u16>,
    /// What waits to be sent, and what was received.
    out: VecDeque<u16>,
    come: VecDeque<u16>,
    /// DR was read: with SR, that clears OVR.
    dr_was_read: bool,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

const PLAIN: [Register; 9] = [
    register("CR1", CR1, 0).rw(0xffff).unmodelled(CRCEN).on_write(),
    register("CR2", CR2, 0).rw(0x00f7).unmodelled(FRF).on_write(),
    register("SR", SR, TXE).rc_w0(1 << 4).on_read(),
    register("DR", DR, 0).wo(0xffff).on_read().on_write().width(Width::ANY),
    register("CRCPR", 0x10, 7).rw(0xffff),
    register("RXCRCR", 0x14, 0),
    register("TXCRCR", 0x18, 0),
    register("I2SCFGR", 0x1c, 0).rw(0x0fbf).unmodelled(0x0800),
    register("I2SPR", 0x20, 2).rw(0x03ff),
];

const BUFFERED: [Register; 7] = {
    let [cr1, _, sr, dr, crcpr, rxcrcr, txcrcr, _, _] = PLAIN;
    let cr2 = register("CR2", CR2, 0x0700).rw(0x7fff).unmodelled(FRF).on_write();
    [cr1, cr2, sr, dr, crcpr, rxcrcr, txcrcr]
};

impl<const FIFO: bool> Device for Spi<FIFO> {
    const NAME: &'static str = if FIFO { "stm32-spi-fifo" } else { "stm32-spi" };
    const BLOCK: &'static str = "SPI";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = if FIFO { &BUFFERED } else { &PLAIN };
    const IRQS: &'static [&'static str] = &["spi"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "dma", count: 2 }];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const BUSES: &'static [Bus] = &[Bus { name: "spi", kind: BusKind::Spi }];
    const TIMERS: usize = 1;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        if at.offset == SR {
            let sr = cx.get(SR);
            if std::mem::take(&mut self.dr_was_read) {
                cx.put(SR, OVR, false);
                self.show(cx);
            }
            return sr;
        }
        self.dr_was_read = true;
        let mut value = self.come.pop_front().unwrap_or_default().into();
        if FIFO && bits::<FIFO>(cx) <= 8 && !cx.has(CR2, FRXTH) {
            value |= u32::from(self.come.pop_front().unwrap_or_default()) << 8;
        }
        self.show(cx);
        value
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == DR {
            self.take(written, cx);
        } else if cx.get(CR1) & (SPE | MSTR) == SPE {
            cx.report("SPI is enabled as a slave, which is not modelled: nothing is ever received");
        }
        self.start(cx);
        self.show(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        if let Some(frame) = self.shifts.take() {
            let bits = bits::<FIFO>(cx);
            let reads = !cx.has(CR1, BIDIMODE | BIDIOE);
            let came = transfer(frame, bits, cx);
            let room = if FIFO { FIFO_BYTES / frame_bytes(bits) } else { 1 };
            if reads && self.come.len() < room {
                self.come.push_back(came);
            } else if reads {
                cx.put(SR, OVR, true);
            }
        }
        self.start(cx);
        self.show(cx);
    }
}

impl<const FIFO: bool> Spi<FIFO> {
    /// DR was written: one frame, or two bytes of which each is one.
    fn take(&mut self, written: Written, cx: &mut Context<'_>) {
        let bits = bits::<FIFO>(cx);
        let room = if FIFO { FIFO_BYTES / frame_bytes(bits) } else { 1 };
        let two = FIFO && bits <= 8 && written.lanes & 0xff00 != 0;
        let frames = [Some(written.value as u16), two.then_some((written.value >> 8) as u16)];
        for frame in frames.into_iter().flatten() {
            if self.out.len() == room {
                cx.report("SPI_DR is written while there is no room (TXE is 0): a frame is lost");
                return;
            }
            self.out.push_back(frame & (u16::MAX >> (16 - bits)));
        }
    }

    /// Puts the next frame on the wire, if there is one.
    fn start(&mut self, cx: &mut Context<'_>) {
        if self.shifts.is_some() || !cx.has(CR1, SPE | MSTR) {
            return;
        }
        let only_reads = cx.has(CR1, RXONLY) || cx.get(CR1) & (BIDIMODE | BIDIOE) == BIDIMODE;
        let bits = bits::<FIFO>(cx);
        let frame = if only_reads { Some(u16::MAX >> (16 - bits)) } else { self.out.pop_front() };
        self.shifts = frame;
        if frame.is_some() {
            let cycles = u64::from(bits) << ((cx.get(CR1) >> 3 & 7) + 1);
            let hz = cx.clock_hz(0).max(1);
            cx.arm(0, cx.now_ns() + (cycles * 1_000_000_000).div_ceil(hz));
        }
    }

    /// Flags, interrupts and requests.
    fn show(&self, cx: &mut Context<'_>) {
        let bytes = frame_bytes(bits::<FIFO>(cx));
        let (come, out) = (self.come.len() * bytes, self.out.len() * bytes);
        let wanted = if FIFO && !cx.has(CR2, FRXTH) { 2 } else { 1 };
        let (is_full, has_room) = (come >= wanted, if FIFO { out <= 2 } else { out == 0 });
        cx.put(SR, RXNE, is_full);
        cx.put(SR, TXE, has_room);
        let is_on = cx.has(CR1, SPE);
        cx.put(SR, BSY, self.shifts.is_some() || !self.out.is_empty() && is_on);
        if FIFO {
            cx.put(SR, LEVELS, false);
            cx.put(SR, (come.min(3) << 9 | out.min(3) << 11) as u32, true);
        }
        let (sr, cr2) = (cx.get(SR), cx.get(CR2));
        let enabled = [(RXNE, RXNEIE), (TXE, TXEIE), (OVR, ERRIE)];
        cx.irq(0, enabled.iter().any(|(flag, enable)| sr & flag != 0 && cr2 & enable != 0));
        cx.output(0, 0, is_full && cr2 & RXDMAEN != 0);
        cx.output(0, 1, has_room && cr2 & TXDMAEN != 0 && is_on);
    }
}

/// The bits of a frame. DS below 4 bits means 8 (RM0351, 42.6.2).
fn bits<const FIFO: bool>(cx: &mut Context<'_>) -> u32 {
    match FIFO {
        true => match (cx.get(CR2) >> 8 & 0xf) + 1 {
            1..4 => 8,
            bits => bits,
        },
        false if cx.has(CR1, DFF) => 16,
        false => 8,
    }
}

fn frame_bytes(bits: u32) -> usize {
    if bits > 8 { 2 } else { 1 }
}

/// Shifts a frame out and another one in. Those on the bus take bytes: 16 bits are two, the highest first.
fn transfer(frame: u16, bits: u32, cx: &mut Context<'_>) -> u16 {
    if bits != 16 {
        return cx.spi_transfer(0, frame.into()) as u16 & (u16::MAX >> (16 - bits));
    }
    let high = cx.spi_transfer(0, (frame >> 8).into()) as u16 & 0xff;
    let low = cx.spi_transfer(0, (frame & 0xff).into()) as u16 & 0xff;
    high << 8 | low
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::{Bench, BusCall};

    /// 80 MHz / 8: a bit takes 100 ns, a byte 800.
    const FAST: u32 = SPE | MSTR | 2 << 3;
    const BYTE_NS: u64 = 800;

    fn on<const FIFO: bool>() -> Bench<Spi<FIFO>> {
        let mut spi = Bench::<Spi<FIFO>>::new(&[80_000_000], &[]);
        assert_eq!(spi.differs_after_reset(), []);
        spi.write(CR1, FAST & !SPE);
        spi
    }

    fn words(calls: Vec<(u64, usize, BusCall)>) -> Vec<(u64, u32)> {
        let word = |(at_ns, _, call)| match call {
            BusCall::Transfer(word) => (at_ns, word),
            other => panic!("{other:?}"),
        };
        calls.into_iter().map(word).collect()
    }

    #[test]
    fn a_byte_out_and_one_in() {
        let mut spi = on::<false>();
        spi.write(CR1, FAST);
        spi.write(CR2, RXNEIE | RXDMAEN | TXDMAEN);
        assert_eq!((spi.read(SR), spi.output("dma", 1)), (TXE, true));
        spi.answer(&[0x5a, 0xa5]);
        spi.write(DR, 0x9f);
        assert_eq!(spi.read(SR), TXE | BSY);
        spi.write(DR, 0x01);
        assert_eq!((spi.read(SR), spi.output("dma", 1)), (BSY, false));
        spi.advance_ns(BYTE_NS - 1);
        assert_eq!((spi.read(SR) & RXNE, spi.irq(0)), (0, false));
        spi.advance_ns(1);
        assert_eq!((spi.read(SR), spi.irq(0)), (TXE | RXNE | BSY, true));
        assert!(spi.output("dma", 0));
        spi.save_and_restore();
        assert_eq!((spi.read(DR), spi.irq(0)), (0x5a, false));
        spi.advance_ns(BYTE_NS);
        assert_eq!((spi.read(DR), spi.read(SR)), (0xa5, TXE));
        assert_eq!(words(spi.take_bus_calls()), [(BYTE_NS, 0x9f), (2 * BYTE_NS, 0x01)]);
        assert_eq!(spi.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn what_nobody_reads_is_lost() {
        let mut spi = on::<false>();
        spi.write(CR1, FAST | DFF);
        spi.answer(&[0x12, 0x34, 0x56, 0x78]);
        spi.write(DR, 0xabcd);
        spi.write(DR, 0);
        spi.advance_ns(4 * BYTE_NS);
        assert_eq!(spi.read(SR) & (OVR | RXNE), OVR | RXNE);
        assert_eq!(spi.read(DR), 0x1234);
        spi.read(SR);
        assert_eq!(spi.read(SR), TXE);
        let first = words(spi.take_bus_calls())[..2].to_vec();
        assert_eq!(first, [(2 * BYTE_NS, 0xab), (2 * BYTE_NS, 0xcd)]);
    }

    #[test]
    fn a_fifo_packs_bytes() {
        let mut spi = on::<true>();
        spi.write(CR1, FAST);
        spi.answer(&[1, 2, 3]);
        spi.write_bytes(DR, 2, 0xbbaa);
        spi.write_bytes(DR, 1, 0xcc);
        // One is on the wire, two wait.
        assert_eq!(spi.read(SR), TXE | BSY | 2 << 11);
        spi.advance_ns(BYTE_NS);
        assert_eq!(spi.read(SR) & (RXNE | LEVELS), 1 << 9 | 1 << 11, "it waits for two bytes");
        spi.advance_ns(2 * BYTE_NS);
        assert_eq!(spi.read(SR), RXNE | TXE | 3 << 9);
        assert_eq!(spi.read_bytes(DR, 2), 0x0201);
        spi.write(CR2, 0x0700 | FRXTH);
        assert_eq!((spi.read(SR) & RXNE, spi.read_bytes(DR, 1)), (RXNE, 3));
        assert_eq!(
            words(spi.take_bus_calls()).iter().map(|(_, word)| *word).collect::<Vec<_>>(),
            [0xaa, 0xbb, 0xcc]
        );
        assert_eq!(spi.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn a_receiver_alone_goes_on_until_it_is_stopped() {
        let mut spi = on::<false>();
        spi.answer(&[7, 8, 9]);
        spi.write(CR1, FAST | RXONLY);
        spi.advance_ns(BYTE_NS);
        assert_eq!(spi.read(DR), 7);
        spi.write(CR1, FAST & !SPE);
        spi.advance_ns(5 * BYTE_NS);
        assert_eq!((spi.read(DR), spi.read(SR) & BSY), (8, 0));
        assert_eq!(spi.take_bus_calls().len(), 2);
    }

    #[test]
    fn a_slave_is_told() {
        let mut spi = on::<false>();
        spi.write(CR1, SPE);
        assert_eq!(spi.take_mistakes().len(), 1);
    }
}
