// SPDX-License-Identifier: GPL-2.0-or-later
//! DMA with seven channels: F1 (RM0008, section 13.4), and L4 (RM0351, section 11.6), where CSELR chooses who may ask.

use super::{End, carry, done_ns, size};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CHANNELS: usize = 7;
const ISR: u32 = 0x00;
const IFCR: u32 = 0x04;
const CCR: u32 = 0x08;
const CNDTR: u32 = 0x0c;
const CPAR: u32 = 0x10;
const CMAR: u32 = 0x14;
const CSELR: u32 = 0xa8;

// CCR; the bits that enable interrupts stand where their flags are in ISR.
const EN: u32 = 1 << 0;
const DIR: u32 = 1 << 4;
const CIRC: u32 = 1 << 5;
const PINC: u32 = 1 << 6;
const MINC: u32 = 1 << 7;
const MEM2MEM: u32 = 1 << 14;
// Four flags of a channel in ISR.
const GIF: u32 = 1 << 0;
const TCIF: u32 = 1 << 1;
const HTIF: u32 = 1 << 2;
const TEIF: u32 = 1 << 3;

/// How many devices CSELR chooses from.
const CHOICES: usize = 8;

/// All channels: with how many items each was started.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Channels {
    items: [u32; CHANNELS],
}

impl Channels {
    fn write(&mut self, at: Place, written: Written, choices: usize, cx: &mut Context<'_>) {
        let channel = at.index;
        match at.offset {
            IFCR => {
                for channel in 0..CHANNELS {
                    let bits = written.value >> (channel * 4) & 0xf;
                    let bits = if bits & GIF != 0 { 0xf } else { bits };
                    put(channel, bits, false, cx);
                }
            }
            CCR if cx.get_at(CCR, channel) & EN == 0 => cx.cancel(channel),
            CCR if written.before & EN == 0 => {
                self.items[channel] = cx.get_at(CNDTR, channel);
                wake(channel, choices, cx);
            }
            CNDTR | CPAR | CMAR if cx.get_at(CCR, channel) & EN != 0 => {
                cx.report("a DMA channel is set up while it is enabled: nothing changes");
                cx.set_at(at.offset, channel, written.before);
            }
            CSELR => (0..CHANNELS).for_each(|channel| wake(channel, choices, cx)),
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, channel: usize, choices: usize, cx: &mut Context<'_>) {
        let ccr = cx.get_at(CCR, channel);
        if ccr & MEM2MEM != 0 {
            while cx.get_at(CCR, channel) & EN != 0 && cx.get_at(CNDTR, channel) != 0 {
                self.item(channel, cx);
            }
        } else if is_wanted(channel, choices, cx) {
            self.item(channel, cx);
            wake(channel, choices, cx);
        }
        drive(cx);
    }

    /// Moves one item.
    fn item(&mut self, channel: usize, cx: &mut Context<'_>) {
        let (ccr, all) = (cx.get_at(CCR, channel), self.items[channel]);
        let left = cx.get_at(CNDTR, channel);
        let end = |at, field, moves_on| End { at, bytes: size(ccr >> field), moves_on: ccr & moves_on != 0 };
        let device = end(cx.get_at(CPAR, channel), 8, PINC);
        let memory = end(cx.get_at(CMAR, channel), 10, MINC);
        let (from, to) = if ccr & DIR != 0 { (memory, device) } else { (device, memory) };
        if let Err(fault) = carry(from, to, all - left, cx) {
            cx.report(format!("DMA channel {}: {fault}", channel + 1));
            cx.set_at(CCR, channel, ccr & !EN);
            return put(channel, TEIF, true, cx);
        }
        let left = left - 1;
        if all - left == all / 2 {
            put(channel, HTIF, true, cx);
        }
        if left == 0 {
            put(channel, TCIF, true, cx);
        }
        cx.set_at(CNDTR, channel, if left == 0 && ccr & (CIRC | MEM2MEM) == CIRC { all } else { left });
    }
}

/// Whether the device that a channel serves asks for an item.
fn is_wanted(channel: usize, choices: usize, cx: &mut Context<'_>) -> bool {
    let choice = if choices > 1 { cx.get(CSELR) >> (channel * 4) & 0xf } else { 0 };
    (choice as usize) < choices && cx.input(0, channel * choices + choice as usize)
}

/// Starts an item, if there is one to be moved.
fn wake(channel: usize, choices: usize, cx: &mut Context<'_>) {
    let (ccr, left) = (cx.get_at(CCR, channel), cx.get_at(CNDTR, channel));
    let is_copy = ccr & MEM2MEM != 0;
    if ccr & EN == 0 || left == 0 || cx.due_ns(channel).is_some() {
        return;
    }
    if is_copy || is_wanted(channel, choices, cx) {
        let due_ns = done_ns(if is_copy { left } else { 1 }, cx);
        cx.arm(channel, due_ns);
    }
}

/// Sets or clears flags of a channel.
fn put(channel: usize, flags: u32, on: bool, cx: &mut Context<'_>) {
    cx.put(ISR, flags << (channel * 4), on);
    let any = cx.get(ISR) >> (channel * 4) & (TCIF | HTIF | TEIF) != 0;
    cx.put(ISR, GIF << (channel * 4), any);
}

fn drive(cx: &mut Context<'_>) {
    for channel in 0..CHANNELS {
        let flags = cx.get(ISR) >> (channel * 4);
        let wanted = cx.get_at(CCR, channel) & (TCIF | HTIF | TEIF);
        cx.irq(channel, flags & wanted != 0);
    }
}

const REGISTERS: [Register; 6] = [
    Register::new("ISR", ISR, 0).width(Width::ANY),
    Register::new("IFCR", IFCR, 0).wo(0x0fff_ffff).on_write().width(Width::ANY),
    Register::new("CCR", CCR, 0).rw(0x7fff).array(7, 20).on_write().width(Width::ANY),
    Register::new("CNDTR", CNDTR, 0).rw(0xffff).array(7, 20).on_write().width(Width::ANY),
    Register::new("CPAR", CPAR, 0).rw(u32::MAX).array(7, 20).on_write().width(Width::ANY),
    Register::new("CMAR", CMAR, 0).rw(u32::MAX).array(7, 20).on_write().width(Width::ANY),
];

macro_rules! dma {
    ($(#[$about:meta])* $type:ident, $name:literal, $choices:expr, $registers:expr) => {
        $(#[$about])*
        #[derive(Debug, Default, Serialize, Deserialize)]
        pub(crate) struct $type(Channels);

        impl Device for $type {
            const NAME: &'static str = $name;
            const BLOCK: &'static str = "DMA";
            const SIZE: u32 = 0x400;
            const REGISTERS: &'static [Register] = &$registers;
            const IRQS: &'static [&'static str] =
                &["channel1", "channel2", "channel3", "channel4", "channel5", "channel6", "channel7"];
            const INPUTS: &'static [Lines] = &[Lines { name: "request", count: CHANNELS * $choices }];
            const CLOCKS: &'static [&'static str] = &["clk"];
            const TIMERS: usize = CHANNELS;
            const HAS_DMA: bool = true;

            fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
                self.0.write(at, written, $choices, cx);
            }

            fn timer(&mut self, timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
                self.0.timer(timer, $choices, cx);
            }

            fn input(&mut self, _group: usize, index: usize, _level: bool, cx: &mut Context<'_>) {
                wake(index / $choices, $choices, cx);
            }
        }
    };
}

dma!(
    /// Of STM32F1: the requests of a channel are one line.
    F1,
    "stm32f1-dma",
    1,
    REGISTERS
);

dma!(
    /// Of STM32L4: eight requests a channel.
    L4,
    "stm32l4-dma",
    CHOICES,
    {
        let [isr, ifcr, ccr, cndtr, cpar, cmar] = REGISTERS;
        let cselr = Register::new("CSELR", CSELR, 0).rw(0x0fff_ffff).on_write();
        [isr, ifcr, ccr, cndtr, cpar, cmar, cselr]
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    const ITEM_NS: u64 = 100;

    /// Bytes 1 to 8 at 0x10; an item takes 100 ns.
    fn dma<D: Device>() -> Bench<D> {
        let mut dma = Bench::<D>::new(&[80_000_000], &[]);
        assert_eq!(dma.differs_after_reset(), []);
        *dma.memory() = vec![0; 0x100];
        dma.memory()[0x10..0x18].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8]);
        dma
    }

    fn start<D: Device>(dma: &mut Bench<D>, channel: u32, items: u32, ccr: u32) {
        dma.write(CNDTR + channel * 20, items);
        dma.write(CPAR + channel * 20, 0x80);
        dma.write(CMAR + channel * 20, 0x10);
        dma.write(CCR + channel * 20, ccr | EN);
    }

    #[test]
    fn each_item_waits_for_its_request() {
        let mut dma = dma::<F1>();
        start(&mut dma, 3, 4, DIR | MINC | TCIF | HTIF);
        dma.advance_ns(1_000);
        assert_eq!((dma.memory()[0x80], dma.read(CNDTR + 60)), (0, 4));
        dma.set_input("request", 3, true);
        dma.advance_ns(ITEM_NS - 1);
        assert_eq!(dma.memory()[0x80], 0);
        dma.advance_ns(1);
        assert_eq!((dma.memory()[0x80], dma.read(CNDTR + 60)), (1, 3));
        dma.advance_ns(ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.irq(3), dma.read(ISR)), (2, true, (HTIF | GIF) << 12));
        dma.set_input("request", 3, false);
        dma.save_and_restore();
        dma.advance_ns(1_000);
        assert_eq!(dma.memory()[0x80], 2);
        dma.set_input("request", 3, true);
        dma.advance_ns(10 * ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.read(CNDTR + 60)), (4, 0));
        dma.write(IFCR, GIF << 12);
        assert_eq!((dma.read(ISR), dma.irq(3)), (0, false));
        assert_eq!(dma.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn a_ring_begins_anew() {
        let mut dma = dma::<F1>();
        dma.set_input("request", 0, true);
        start(&mut dma, 0, 3, DIR | MINC | CIRC);
        dma.advance_ns(5 * ITEM_NS);
        assert_eq!((dma.memory()[0x80], dma.read(CNDTR)), (2, 1));
        dma.write(CCR, 0);
        dma.advance_ns(5 * ITEM_NS);
        assert_eq!(dma.read(CNDTR), 1, "it keeps what is left");
    }

    #[test]
    fn copies_memory_with_other_sizes() {
        let mut dma = dma::<F1>();
        // From half-words to words.
        start(&mut dma, 0, 2, MEM2MEM | MINC | PINC | TCIF | 1 << 8 | 2 << 10 | DIR);
        dma.advance_ns(2 * ITEM_NS);
        assert_eq!(dma.memory()[0x80..0x84], [1, 2, 5, 6], "words become half-words");
        assert!(dma.irq(0));
    }

    #[test]
    fn cselr_chooses_who_asks() {
        let mut dma = dma::<L4>();
        start(&mut dma, 1, 2, DIR | MINC);
        dma.set_input("request", CHOICES + 2, true);
        dma.advance_ns(10 * ITEM_NS);
        assert_eq!(dma.memory()[0x80], 0);
        dma.write(CSELR, 2 << 4);
        dma.advance_ns(10 * ITEM_NS);
        assert_eq!(dma.memory()[0x80], 2);
    }

    #[test]
    fn an_address_without_memory_ends_it() {
        let mut dma = dma::<F1>();
        dma.set_input("request", 0, true);
        start(&mut dma, 0, 2, MINC | TEIF);
        dma.write(CCR, 0);
        dma.write(CPAR, 0x1000);
        dma.write(CCR, TEIF | EN);
        dma.advance_ns(ITEM_NS);
        assert_eq!((dma.irq(0), dma.read(CCR) & EN), (true, 0));
        assert_eq!(dma.take_mistakes(), ["DMA channel 1: nothing answers at 0x1000"]);
    }
}
