// SPDX-License-Identifier: GPL-2.0-or-later
//! USART and UART of STM32F1 (RM0008, section 27.6) and STM32F4 (RM0090, section 30.6).

use super::{FOR_RECEIVER, FOR_TRANSMITTER, IDLE, REQUESTS, SENT, Taken, Transmitter, frame_ns, half_bits};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const SR: u32 = 0x00;
const DR: u32 = 0x04;
const BRR: u32 = 0x08;
const CR1: u32 = 0x0c;
const CR2: u32 = 0x10;
const CR3: u32 = 0x14;
const GTPR: u32 = 0x18;

// SR.
const ORE: u32 = 1 << 3;
const IDLE_FLAG: u32 = 1 << 4;
const RXNE: u32 = 1 << 5;
const TC: u32 = 1 << 6;
const TXE: u32 = 1 << 7;
// CR1; the bits that enable interrupts stand where their flags are in SR.
const SBK: u32 = 1 << 0;
const RE: u32 = 1 << 2;
const TE: u32 = 1 << 3;
const ENABLES: u32 = IDLE_FLAG | RXNE | TC | TXE;
const PCE: u32 = 1 << 10;
const M: u32 = 1 << 12;
const UE: u32 = 1 << 13;
const OVER8: u32 = 1 << 15;
/// CR3: errors interrupt when DMA receives.
const EIE: u32 = 1 << 0;
const DMAR: u32 = 1 << 6;
const DMAT: u32 = 1 << 7;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct First {
    transmitter: Transmitter,
    received: u8,
    /// SR was read: with an access of DR, that clears flags.
    sr_was_read: bool,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

impl Device for First {
    const NAME: &'static str = "stm32-usart-v1";
    const BLOCK: &'static str = "USART";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("SR", SR, TXE | TC).rc_w0(0x0360).on_read().on_write(),
        // Bytes, as DMA moves them.
        register("DR", DR, 0).wo(0x01ff).on_read().on_write().width(Width::ANY),
        register("BRR", BRR, 0).rw(0xffff),
        register("CR1", CR1, 0).rw(0xbfff).unmodelled(SBK | 1 << 1 | 1 << 11).on_write(),
        register("CR2", CR2, 0).rw(0x7f6f).unmodelled(0x4f6f),
        register("CR3", CR3, 0).rw(0x0fff).unmodelled(0x073e).on_write(),
        register("GTPR", GTPR, 0).rw(0xffff),
    ];
    const IRQS: &'static [&'static str] = &["usart"];
    const OUTPUTS: &'static [Lines] = REQUESTS;
    const CLOCKS: &'static [&'static str] = &["clk"];
    const TIMERS: usize = 2;
    const HAS_PORT: bool = true;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        if at.offset == SR {
            self.sr_was_read = true;
            return cx.get(SR);
        }
        cx.put(SR, RXNE, false);
        if std::mem::take(&mut self.sr_was_read) {
            cx.put(SR, ORE | IDLE_FLAG, false);
        }
        drive(cx);
        u32::from(self.received)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            DR => self.transmit(written.value as u8, cx),
            CR1 if written.before & UE != 0 && !cx.has(CR1, UE) => {
                // The transmitter stops where it is.
                cx.cancel(SENT);
                cx.cancel(IDLE);
                self.transmitter = Transmitter::default();
                cx.put(SR, TXE | TC, true);
            }
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if timer == IDLE {
            cx.put(SR, IDLE_FLAG, true);
        } else {
            let frame_ns = frame(cx);
            let follows = self.transmitter.frame_has_left(due_ns, frame_ns, cx);
            cx.put(SR, if follows { TXE } else { TXE | TC }, true);
        }
        drive(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !cx.has(CR1, UE | RE) {
            return;
        }
        if cx.has(SR, RXNE) {
            cx.put(SR, ORE, true);
            cx.report("a received byte is lost: the one before it was not read (ORE)");
        } else {
            self.received = byte & data_mask(cx);
            cx.put(SR, RXNE, true);
        }
        let idle_ns = cx.now_ns() + frame(cx);
        cx.arm(IDLE, idle_ns);
        drive(cx);
    }
}

impl First {
    fn transmit(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !cx.has(CR1, UE | TE) {
            cx.report("USART_DR is written while the transmitter is off: the byte is lost");
            return;
        }
        if std::mem::take(&mut self.sr_was_read) {
            cx.put(SR, TC, false);
        }
        let (byte, frame_ns) = (byte & data_mask(cx), frame(cx));
        match self.transmitter.take(byte, frame_ns, cx) {
            Taken::Leaves => {}
            Taken::Waits => cx.put(SR, TXE, false),
            Taken::Overwrites => cx.report("USART_DR is written while TXE is 0: a byte is lost"),
        }
    }
}

fn drive(cx: &mut Context<'_>) {
    let (sr, cr1) = (cx.get(SR), cx.get(CR1));
    let errors = sr & ORE != 0 && (cr1 & RXNE != 0 || cx.has(CR3, EIE | DMAR));
    cx.irq(0, cr1 & UE != 0 && (sr & cr1 & ENABLES != 0 || errors));
    let receives = sr & RXNE != 0 && cx.has(CR3, DMAR);
    let transmits = sr & TXE != 0 && cx.has(CR1, UE | TE) && cx.has(CR3, DMAT);
    cx.output(0, FOR_RECEIVER, receives);
    cx.output(0, FOR_TRANSMITTER, transmits);
}

/// The data bits of a byte: parity takes the place of the highest one.
fn data_mask(cx: &mut Context<'_>) -> u8 {
    if cx.get(CR1) & (M | PCE) == PCE { 0x7f } else { 0xff }
}

fn frame(cx: &mut Context<'_>) -> u64 {
    let (cr1, brr) = (cx.get(CR1), cx.get(BRR));
    let clocks = if cr1 & OVER8 != 0 { (brr >> 4) * 8 + (brr & 7) } else { brr };
    let data_bits = if cr1 & M != 0 { 9 } else { 8 };
    frame_ns(half_bits(data_bits, cx.get(CR2) >> 12), clocks, 1, cx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// 115200 baud from 42 MHz: a bit has 365 clocks, ten bits 86904.8 ns.
    const FRAME_NS: u64 = 86_905;

    fn on() -> Bench<First> {
        let mut usart = Bench::<First>::new(&[42_000_000], &[]);
        assert_eq!(usart.differs_after_reset(), []);
        usart.write(BRR, 365);
        usart.write(CR1, UE | TE | RE);
        usart
    }

    #[test]
    fn bytes_take_their_time() {
        let mut usart = on();
        assert_eq!(usart.read(SR), TXE | TC);
        usart.write(DR, b'a'.into());
        assert_eq!(usart.read(SR), TXE, "the byte is in the shift register");
        usart.write(DR, b'b'.into());
        assert_eq!(usart.read(SR), 0);
        usart.advance_ns(FRAME_NS - 1);
        assert_eq!(usart.read(SR), 0);
        usart.advance_ns(1);
        assert_eq!(usart.read(SR), TXE);
        usart.advance_ns(FRAME_NS);
        assert_eq!(usart.read(SR), TXE | TC);
        assert_eq!(usart.take_sent(), [(0, b'a'), (FRAME_NS, b'b')]);
        assert_eq!(usart.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn interrupts_of_the_transmitter() {
        let mut usart = on();
        usart.write(CR1, UE | TE | TXE);
        assert!(usart.irq(0), "TXE is 1 from the start");
        usart.write(DR, 1);
        usart.write(DR, 2);
        assert!(!usart.irq(0));
        usart.advance_ns(FRAME_NS);
        assert!(usart.irq(0));
        usart.read(SR);
        usart.write(DR, 3);
        usart.write(CR1, UE | TE | TC);
        assert!(!usart.irq(0));
        usart.advance_ns(3 * FRAME_NS);
        assert!(usart.irq(0));
        usart.write(SR, !TC);
        assert!(!usart.irq(0));
    }

    #[test]
    fn a_byte_too_many_is_lost_and_told() {
        let mut usart = on();
        (1..=3).for_each(|byte| usart.write(DR, byte));
        usart.advance_ns(9 * FRAME_NS);
        assert_eq!(usart.take_sent().len(), 2);
        assert_eq!(usart.take_mistakes(), ["USART_DR is written while TXE is 0: a byte is lost"]);
    }

    #[test]
    fn receives() {
        let mut usart = on();
        usart.write(CR1, UE | RE | RXNE);
        usart.receive(b'x');
        assert!(usart.irq(0));
        usart.save_and_restore();
        assert_eq!(usart.read(SR) & (RXNE | ORE), RXNE);
        assert_eq!(usart.read(DR), b'x'.into());
        assert_eq!((usart.irq(0), usart.read(SR) & RXNE), (false, 0));
        usart.receive(b'y');
        usart.receive(b'z');
        assert_eq!(usart.read(SR) & (RXNE | ORE), RXNE | ORE);
        assert_eq!(usart.read(DR), b'y'.into());
        assert_eq!(usart.read(SR) & (RXNE | ORE), 0);
        assert_eq!(usart.take_mistakes().len(), 1);
        usart.advance_ns(FRAME_NS);
        assert_eq!(usart.read(SR) & IDLE_FLAG, IDLE_FLAG);
        usart.read(DR);
        assert_eq!(usart.read(SR) & IDLE_FLAG, 0);
    }

    #[test]
    fn asks_for_dma() {
        let mut usart = on();
        usart.write(CR3, DMAR | DMAT);
        assert_eq!((usart.output("dma", FOR_RECEIVER), usart.output("dma", FOR_TRANSMITTER)), (false, true));
        usart.write_bytes(DR, 1, 1);
        usart.write_bytes(DR, 1, 2);
        assert!(!usart.output("dma", FOR_TRANSMITTER), "no room");
        usart.receive(b'x');
        assert!(usart.output("dma", FOR_RECEIVER));
        usart.read_bytes(DR, 1);
        assert!(!usart.output("dma", FOR_RECEIVER));
        usart.advance_ns(FRAME_NS);
        assert!(usart.output("dma", FOR_TRANSMITTER));
        usart.write(CR3, 0);
        assert!(!usart.output("dma", FOR_TRANSMITTER));
        assert_eq!(usart.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn a_receiver_that_is_off_hears_nothing() {
        let mut usart = Bench::<First>::new(&[42_000_000], &[]);
        usart.receive(b'x');
        assert_eq!(usart.read(SR), TXE | TC);
        usart.write(DR, 1);
        assert_eq!(
            usart.take_mistakes(),
            ["USART_DR is written while the transmitter is off: the byte is lost"]
        );
    }

    #[test]
    fn frames() {
        let check = |cr1: u32, cr2: u32, brr: u32, after_ns: u64| {
            let mut usart = on();
            usart.write(BRR, brr);
            usart.write(CR2, cr2);
            usart.write(CR1, UE | TE | cr1);
            usart.write(DR, 1);
            usart.write(DR, 1);
            usart.advance_ns(1_000_000_000);
            assert_eq!(usart.take_sent()[1].0, after_ns, "{cr1:#x} {cr2:#x} {brr:#x}");
        };
        // 42 MHz / 420 is 100 kBaud.
        check(0, 0, 420, 100_000);
        check(M, 0, 420, 110_000);
        check(0, 2 << 12, 420, 110_000);
        check(0, 1 << 12, 420, 95_000);
        check(OVER8, 0, 52 << 4 | 4, 100_000);
    }
}
