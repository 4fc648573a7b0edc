// SPDX-License-Identifier: GPL-2.0-or-later
//! DMA with eight streams: F4 (RM0090, section 10.5). CHSEL of a stream chooses who may ask.
//!
//! **Limits:** an item is what PSIZE says, on both sides: with a FIFO or without, the bytes in memory are the same.

use super::{End, carry, done_ns, size};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const STREAMS: usize = 8;
/// LISR and HISR, each for four streams.
const ISR: u32 = 0x00;
const IFCR: u32 = 0x08;
const CR: u32 = 0x10;
const NDTR: u32 = 0x14;
const PAR: u32 = 0x18;
const M0AR: u32 = 0x1c;
const STRIDE: u32 = 0x18;

// CR; the enabling bits of HT, TE and DME stand one below their flags.
const EN: u32 = 1 << 0;
const ENABLES: u32 = 0x1e;
const CIRC: u32 = 1 << 8;
const PINC: u32 = 1 << 9;
const MINC: u32 = 1 << 10;
/// PFCTRL, DBM: the device controls the flow; two buffers in turn.
const NOT_MODELLED: u32 = 1 << 5 | 1 << 18;
/// DIR: to the device; from memory to memory.
const TO_DEVICE: u32 = 1;
const COPY: u32 = 2;
// Flags of a stream, from its first bit on.
const TEIF: u32 = 1 << 3;
const HTIF: u32 = 1 << 4;
const TCIF: u32 = 1 << 5;

/// How many devices CHSEL chooses from.
const CHOICES: usize = 8;

/// All streams: with how many items each was started.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F4 {
    items: [u32; STREAMS],
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for F4 {
    const NAME: &'static str = "stm32f4-dma";
    const BLOCK: &'static str = "DMA";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("ISR", ISR, 0).array(2, 4),
        register("IFCR", IFCR, 0).wo(0x0f7d_0f7d).array(2, 4).on_write(),
        register("SCR", CR, 0)
            .rw(0x0fef_ffff)
            .unmodelled(NOT_MODELLED)
            .array(STREAMS as u32, STRIDE)
            .on_write(),
        register("SNDTR", NDTR, 0).rw(0xffff).array(STREAMS as u32, STRIDE).on_write(),
        register("SPAR", PAR, 0).rw(u32::MAX).array(STREAMS as u32, STRIDE).on_write(),
        register("SM0AR", M0AR, 0).rw(u32::MAX).array(STREAMS as u32, STRIDE).on_write(),
        register("SM1AR", 0x20, 0).rw(u32::MAX).array(STREAMS as u32, STRIDE),
        register("SFCR", 0x24, 0x21).rw(0x87).array(STREAMS as u32, STRIDE),
    ];
    const IRQS: &'static [&'static str] =
        &["stream0", "stream1", "stream2", "stream3", "stream4", "stream5", "stream6", "stream7"];
    const INPUTS: &'static [Lines] = &[Lines { name: "request", count: STREAMS * CHOICES }];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const TIMERS: usize = STREAMS;
    const HAS_DMA: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let stream = at.index;
        match at.offset {
            IFCR => {
                let flags = cx.get_at(ISR, stream) & !written.value;
                cx.set_at(ISR, stream, flags);
            }
            CR if cx.get_at(CR, stream) & EN == 0 => {
                cx.cancel(stream);
                if written.before & EN != 0 {
                    // The flag tells that a stream which software stops has come to rest.
                    put(stream, TCIF, cx);
                }
            }
            CR if written.before & EN == 0 => {
                self.items[stream] = cx.get_at(NDTR, stream);
                wake(stream, cx);
            }
            NDTR | PAR | M0AR if cx.get_at(CR, stream) & EN != 0 => {
                cx.report("a DMA stream is set up while it is enabled: nothing changes");
                cx.set_at(at.offset, stream, written.before);
            }
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, stream: usize, _due_ns: u64, cx: &mut Context<'_>) {
        if is_copy(stream, cx) {
            while cx.get_at(CR, stream) & EN != 0 {
                self.item(stream, cx);
            }
        } else if is_wanted(stream, cx) {
            self.item(stream, cx);
            wake(stream, cx);
        }
        drive(cx);
    }

    fn input(&mut self, _group: usize, index: usize, _level: bool, cx: &mut Context<'_>) {
        wake(index / CHOICES, cx);
    }
}

impl F4 {
    /// Moves one item.
    fn item(&mut self, stream: usize, cx: &mut Context<'_>) {
        let (cr, all) = (cx.get_at(CR, stream), self.items[stream]);
        let left = cx.get_at(NDTR, stream);
        let end = |at, moves_on| End { at, bytes: size(cr >> 11), moves_on: cr & moves_on != 0 };
        let (device, memory) = (end(cx.get_at(PAR, stream), PINC), end(cx.get_at(M0AR, stream), MINC));
        let (from, to) = if cr >> 6 & 3 == TO_DEVICE { (memory, device) } else { (device, memory) };
        if let Err(fault) = carry(from, to, all - left, cx) {
            cx.report(format!("DMA stream {stream}: {fault}"));
            cx.set_at(CR, stream, cr & !EN);
            return put(stream, TEIF, cx);
        }
        let left = left - 1;
        if all - left == all / 2 {
            put(stream, HTIF, cx);
        }
        let begins_anew = cr & CIRC != 0 && !is_copy(stream, cx);
        if left == 0 {
            put(stream, TCIF, cx);
            if !begins_anew {
                cx.set_at(CR, stream, cr & !EN);
            }
        }
        cx.set_at(NDTR, stream, if left == 0 && begins_anew { all } else { left });
    }
}

fn is_copy(stream: usize, cx: &mut Context<'_>) -> bool {
    cx.get_at(CR, stream) >> 6 & 3 == COPY
}

/// Whether the device that a stream serves asks for an item.
fn is_wanted(stream: usize, cx: &mut Context<'_>) -> bool {
    let choice = cx.get_at(CR, stream) >> 25 & 7;
    cx.input(0, stream * CHOICES + choice as usize)
}

/// Starts an item, if there is one to be moved.
fn wake(stream: usize, cx: &mut Context<'_>) {
    let (cr, left) = (cx.get_at(CR, stream), cx.get_at(NDTR, stream));
    if cr & EN == 0 || left == 0 || cx.due_ns(stream).is_some() {
        return;
    }
    let is_copy = is_copy(stream, cx);
    if is_copy || is_wanted(stream, cx) {
        let due_ns = done_ns(if is_copy { left } else { 1 }, cx);
        cx.arm(stream, due_ns);
    }
}

/// Where the flags of a stream begin: register and bit.
fn flags(stream: usize) -> (usize, usize) {
    (stream / 4, [0, 6, 16, 22][stream % 4])
}

fn put(stream: usize, bits: u32, cx: &mut Context<'_>) {
    let (register, first) = flags(stream);
    let value = cx.get_at(ISR, register) | bits << first;
    cx.set_at(ISR, register, value);
}

fn drive(cx: &mut Context<'_>) {
    for stream in 0..STREAMS {
        let (register, first) = flags(stream);
        let flags = cx.get_at(ISR, register) >> first & (TCIF | HTIF | TEIF);
        let wanted = (cx.get_at(CR, stream) & ENABLES) << 1;
        cx.irq(stream, flags & wanted != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    const ITEM_NS: u64 = 50;

    /// Bytes 1 to 8 at 0x10; an item takes 50 ns.
    fn dma() -> Bench<F4> {
        let mut dma = Bench::<F4>::new(&[160_000_000], &[]);
        assert_eq!(dma.differs_after_reset(), []);
        *dma.memory() = vec![0; 0x100];
        dma.memory()[0x10..0x18].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
        dma
    }

    fn start(dma: &mut Bench<F4>, stream: u32, items: u32, cr: u32) {
        dma.write(NDTR + stream * STRIDE, items);
        dma.write(PAR + stream * STRIDE, 0x80);
        dma.write(M0AR + stream * STRIDE, 0x10);
        dma.write(CR + stream * STRIDE, cr | EN);
    }

    #[test]
    fn moves_what_its_channel_asks_for() {
        let mut dma = dma();
        // Channel 4, to the device, with interrupts of half and end.
        start(&mut dma, 6, 4, 4 << 25 | TO_DEVICE << 6 | MINC | 1 << 4 | 1 << 3);
        dma.set_input("request", 6 * CHOICES + 3, true);
        dma.advance_ns(1_000);
        assert_eq!(dma.memory()[0x80], 0, "another channel");
        dma.set_input("request", 6 * CHOICES + 4, true);
        dma.advance_ns(2 * ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.irq(6), dma.read(ISR + 4)), (2, true, HTIF << 16));
        dma.write(IFCR + 4, HTIF << 16);
        assert!(!dma.irq(6));
        dma.save_and_restore();
        dma.advance_ns(10 * ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.read(ISR + 4)), (4, TCIF << 16));
        assert_eq!(dma.read(CR + 6 * STRIDE) & EN, 0, "it has switched itself off");
        assert_eq!(dma.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn copies_memory() {
        let mut dma = dma();
        start(&mut dma, 0, 2, 0);
        dma.write(CR, 0);
        dma.write(IFCR, u32::MAX);
        dma.write(PAR, 0x10);
        dma.write(M0AR, 0x40);
        dma.write(CR, COPY << 6 | MINC | PINC | 2 << 11 | EN);
        dma.advance_ns(2 * ITEM_NS);
        assert_eq!(dma.memory()[0x40..0x48], [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(dma.read(ISR), TCIF | HTIF);
    }

    #[test]
    fn software_stops_a_ring() {
        let mut dma = dma();
        dma.set_input("request", 0, true);
        start(&mut dma, 0, 3, TO_DEVICE << 6 | MINC | CIRC);
        dma.advance_ns(5 * ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.read(NDTR)), (2, 1));
        dma.write(IFCR, u32::MAX);
        dma.write(CR, 0);
        assert_eq!(dma.read(ISR), TCIF);
        dma.advance_ns(5 * ITEM_NS);
        assert_eq!(dma.read(NDTR), 1);
    }
}
