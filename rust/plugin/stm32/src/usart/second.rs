// SPDX-License-Identifier: GPL-2.0-or-later
//! USART and UART of STM32L4 (RM0351, section 40.8), as F0, F3 and F7 have it, too, and LPUART (RM0351, section 41.7).

use super::{FOR_RECEIVER, FOR_TRANSMITTER, IDLE, REQUESTS, SENT, Taken, Transmitter, frame_ns, half_bits};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CR1: u32 = 0x00;
const CR2: u32 = 0x04;
const CR3: u32 = 0x08;
const BRR: u32 = 0x0c;
const RQR: u32 = 0x18;
const ISR: u32 = 0x1c;
const ICR: u32 = 0x20;
const RDR: u32 = 0x24;
const TDR: u32 = 0x28;

// CR1; the bits that enable interrupts stand where their flags are in ISR.
const UE: u32 = 1 << 0;
const RE: u32 = 1 << 2;
const TE: u32 = 1 << 3;
const ENABLES: u32 = IDLE_FLAG | RXNE | TC | TXE;
const PCE: u32 = 1 << 10;
const M0: u32 = 1 << 12;
const OVER8: u32 = 1 << 15;
const M1: u32 = 1 << 28;
// CR3.
const EIE: u32 = 1 << 0;
const DMAR: u32 = 1 << 6;
const DMAT: u32 = 1 << 7;
const OVRDIS: u32 = 1 << 12;
// ISR.
const ORE: u32 = 1 << 3;
const IDLE_FLAG: u32 = 1 << 4;
const RXNE: u32 = 1 << 5;
const TC: u32 = 1 << 6;
const TXE: u32 = 1 << 7;
const TEACK: u32 = 1 << 21;
const REACK: u32 = 1 << 22;
// RQR.
const RXFRQ: u32 = 1 << 3;
const TXFRQ: u32 = 1 << 4;

/// The USART.
pub(crate) type Second = Usart<false>;
/// LPUART, whose baud rate is finer, and which has less of all else.
pub(crate) type LowPower = Usart<true>;

/// The device, which is LPUART if `LOW`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Usart<const LOW: bool> {
    transmitter: Transmitter,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

const REGISTERS: [Register; 11] = [
    register("CR1", CR1, 0).rw(0x1fff_ffff).unmodelled(0x0c00_6002).on_write(),
    register("CR2", CR2, 0).rw(0xffff_ff70).unmodelled(0x00ff_cf60),
    register("CR3", CR3, 0).rw(0x07fe_ffff).unmodelled(0x047e_473e).on_write(),
    register("BRR", BRR, 0).rw(0xffff),
    register("GTPR", 0x10, 0).rw(0xffff),
    register("RTOR", 0x14, 0).rw(u32::MAX),
    register("RQR", RQR, 0).wo(0x001f).on_write(),
    register("ISR", ISR, TXE | TC),
    register("ICR", ICR, 0).wo(0x0012_1b5f).on_write(),
    // Bytes, as DMA moves them.
    register("RDR", RDR, 0).on_read().width(Width::ANY),
    register("TDR", TDR, 0).rw(0x01ff).on_write().width(Width::ANY),
];

const LOW_REGISTERS: [Register; 9] = {
    let [_, _, _, _, _, _, _, isr, _, rdr, tdr] = REGISTERS;
    let cr1 = register("CR1", CR1, 0).rw(0x13ff_7fff).unmodelled(0x0000_6002).on_write();
    let cr2 = register("CR2", CR2, 0).rw(0xff0f_b010).unmodelled(0x000f_8000);
    let cr3 = register("CR3", CR3, 0).rw(0x0070_f7c9).unmodelled(0x0070_4708).on_write();
    let brr = register("BRR", BRR, 0).rw(0x000f_ffff);
    let rqr = register("RQR", RQR, 0).wo(0x000e).on_write();
    let icr = register("ICR", ICR, 0).wo(0x0012_025f).on_write();
    [cr1, cr2, cr3, brr, rqr, isr, icr, rdr, tdr]
};

impl<const LOW: bool> Device for Usart<LOW> {
    const NAME: &'static str = if LOW { "stm32-lpuart" } else { "stm32-usart-v2" };
    const BLOCK: &'static str = if LOW { "LPUART" } else { "USART" };
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = if LOW { &LOW_REGISTERS } else { &REGISTERS };
    const IRQS: &'static [&'static str] = &["usart"];
    const OUTPUTS: &'static [Lines] = REQUESTS;
    const CLOCKS: &'static [&'static str] = &["clk"];
    const TIMERS: usize = 2;
    const HAS_PORT: bool = true;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        cx.put(ISR, RXNE, false);
        drive(cx);
        cx.get(RDR)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR1 => self.switch(cx),
            TDR => self.transmit(written.value as u8, cx),
            ICR => cx.put(ISR, written.value, false),
            RQR => {
                if written.value & RXFRQ != 0 {
                    cx.put(ISR, RXNE, false);
                }
                if written.value & TXFRQ != 0 {
                    self.transmitter.next = None;
                    cx.put(ISR, TXE, true);
                }
                if written.value & !(RXFRQ | TXFRQ) != 0 {
                    cx.report(format!("USART_RQR asks for {:#x}, which is not modelled", written.value));
                }
            }
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if timer == IDLE {
            cx.put(ISR, IDLE_FLAG, true);
        } else {
            let frame_ns = frame::<LOW>(cx);
            let follows = self.transmitter.frame_has_left(due_ns, frame_ns, cx);
            cx.put(ISR, if follows { TXE } else { TXE | TC }, true);
        }
        drive(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !cx.has(ISR, REACK) {
            return;
        }
        let value = u32::from(byte & data_mask(cx));
        if cx.has(ISR, RXNE) && !cx.has(CR3, OVRDIS) {
            cx.put(ISR, ORE, true);
            cx.report("a received byte is lost: the one before it was not read (ORE)");
        } else {
            cx.set(RDR, value);
            cx.put(ISR, RXNE, true);
        }
        let idle_ns = cx.now_ns() + frame::<LOW>(cx);
        cx.arm(IDLE, idle_ns);
        drive(cx);
    }
}

impl<const LOW: bool> Usart<LOW> {
    /// CR1 was written.
    fn switch(&mut self, cx: &mut Context<'_>) {
        if !cx.has(CR1, UE) {
            // All stops where it is, and the flags are as after a reset.
            cx.cancel(SENT);
            cx.cancel(IDLE);
            self.transmitter = Transmitter::default();
            cx.set(ISR, TXE | TC);
            return;
        }
        let (transmits, receives) = (cx.has(CR1, TE), cx.has(CR1, RE));
        cx.put(ISR, TEACK, transmits);
        cx.put(ISR, REACK, receives);
    }

    fn transmit(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !cx.has(ISR, TEACK) {
            cx.report("USART_TDR is written while the transmitter is off: the byte is lost");
            return;
        }
        cx.put(ISR, TC, false);
        let (byte, frame_ns) = (byte & data_mask(cx), frame::<LOW>(cx));
        match self.transmitter.take(byte, frame_ns, cx) {
            Taken::Leaves => {}
            Taken::Waits => cx.put(ISR, TXE, false),
            Taken::Overwrites => cx.report("USART_TDR is written while TXE is 0: a byte is lost"),
        }
    }
}

fn drive(cx: &mut Context<'_>) {
    let (isr, cr1) = (cx.get(ISR), cx.get(CR1));
    let errors = isr & ORE != 0 && (cr1 & RXNE != 0 || cx.has(CR3, EIE));
    cx.irq(0, cr1 & UE != 0 && (isr & cr1 & ENABLES != 0 || errors));
    let receives = isr & RXNE != 0 && cx.has(CR3, DMAR);
    let transmits = isr & (TXE | TEACK) == TXE | TEACK && cx.has(CR3, DMAT);
    cx.output(0, FOR_RECEIVER, receives);
    cx.output(0, FOR_TRANSMITTER, transmits);
}

/// Data bits, with the parity's.
fn data_bits(cx: &mut Context<'_>) -> u32 {
    match (cx.has(CR1, M1), cx.has(CR1, M0)) {
        (true, _) => 7,
        (false, true) => 9,
        (false, false) => 8,
    }
}

/// The data bits of a byte: parity takes the place of the highest one.
fn data_mask(cx: &mut Context<'_>) -> u8 {
    let bits = data_bits(cx) - u32::from(cx.has(CR1, PCE));
    u8::MAX >> 8u32.saturating_sub(bits)
}

fn frame<const LOW: bool>(cx: &mut Context<'_>) -> u64 {
    let (brr, half_bits) = (cx.get(BRR), half_bits(data_bits(cx), cx.get(CR2) >> 12));
    if LOW {
        return frame_ns(half_bits, brr, 256, cx);
    }
    let half_clocks = if cx.has(CR1, OVER8) { brr & 0xfff0 | (brr & 7) << 1 } else { brr * 2 };
    frame_ns(half_bits, half_clocks, 2, cx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// 115200 baud from 80 MHz: a bit has 694 clocks, ten bits 86750 ns.
    const FRAME_NS: u64 = 86_750;

    fn on() -> Bench<Second> {
        let mut usart = Bench::<Second>::new(&[80_000_000], &[]);
        assert_eq!(usart.differs_after_reset(), []);
        usart.write(BRR, 694);
        usart.write(CR1, UE | TE | RE);
        usart
    }

    #[test]
    fn bytes_take_their_time() {
        let mut usart = on();
        assert_eq!(usart.read(ISR), TEACK | REACK | TXE | TC);
        usart.write(TDR, b'a'.into());
        assert_eq!(usart.read(ISR) & (TXE | TC), TXE);
        usart.write(TDR, b'b'.into());
        assert_eq!(usart.read(ISR) & (TXE | TC), 0);
        usart.advance_ns(FRAME_NS);
        assert_eq!(usart.read(ISR) & (TXE | TC), TXE);
        usart.advance_ns(FRAME_NS);
        assert_eq!(usart.read(ISR) & (TXE | TC), TXE | TC);
        assert_eq!(usart.take_sent(), [(0, b'a'), (FRAME_NS, b'b')]);
        assert_eq!(usart.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn interrupts_and_flags() {
        let mut usart = on();
        usart.write(CR1, UE | TE | RE | RXNE);
        usart.receive(b'x');
        usart.receive(b'y');
        assert_eq!(usart.read(ISR) & (RXNE | ORE), RXNE | ORE);
        assert_eq!((usart.read(RDR), usart.irq(0)), (b'x'.into(), true), "ORE interrupts");
        usart.write(ICR, ORE);
        assert!(!usart.irq(0));
        usart.write(CR1, UE | TE | TC);
        assert!(usart.irq(0));
        usart.write(ICR, TC);
        assert!(!usart.irq(0));
        usart.receive(b'z');
        assert_eq!(usart.read(ISR) & (RXNE | REACK), 0, "the receiver is off");
    }

    #[test]
    fn asks_for_dma() {
        let mut usart = on();
        usart.write(CR3, DMAR | DMAT);
        assert_eq!((usart.output("dma", FOR_RECEIVER), usart.output("dma", FOR_TRANSMITTER)), (false, true));
        usart.receive(b'x');
        assert!(usart.output("dma", FOR_RECEIVER));
        usart.read_bytes(RDR, 1);
        assert!(!usart.output("dma", FOR_RECEIVER));
        usart.write(CR1, 0);
        assert!(!usart.output("dma", FOR_TRANSMITTER));
        assert_eq!(usart.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn without_overrun_the_newest_byte_counts() {
        let mut usart = on();
        usart.write(CR3, OVRDIS);
        usart.receive(b'x');
        usart.receive(b'y');
        assert_eq!((usart.read(ISR) & ORE, usart.read(RDR)), (0, b'y'.into()));
    }

    #[test]
    fn frames() {
        let check = |cr1: u32, cr2: u32, brr: u32, after_ns: u64| {
            let mut usart = on();
            usart.write(CR1, 0);
            usart.write(BRR, brr);
            usart.write(CR2, cr2);
            usart.write(CR1, UE | TE | cr1);
            usart.write(TDR, 1);
            usart.write(TDR, 1);
            usart.advance_ns(1_000_000_000);
            assert_eq!(usart.take_sent()[1].0, after_ns, "{cr1:#x} {cr2:#x} {brr:#x}");
        };
        check(0, 0, 800, 100_000);
        check(M0, 0, 800, 110_000);
        check(M1, 0, 800, 90_000);
        check(0, 2 << 12, 800, 110_000);
        // USARTDIV is 1608; the lowest four bits are shifted.
        check(OVER8, 0, 1600 | 4, 100_500);
    }

    #[test]
    fn the_low_power_one_is_finer() {
        let mut uart = Bench::<LowPower>::new(&[4_000_000], &[]);
        assert_eq!(uart.differs_after_reset(), []);
        // 256 * 4 MHz / 8889 is 115199 baud.
        uart.write(BRR, 8_889);
        uart.write(CR1, UE | TE | RE);
        uart.write(TDR, 1);
        uart.write(TDR, 2);
        uart.advance_ns(1_000_000);
        assert_eq!(uart.take_sent(), [(0, 1), (86_807, 2)]);
        assert_eq!(uart.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn switched_off_it_is_as_after_a_reset() {
        let mut usart = on();
        usart.write(TDR, 1);
        usart.write(TDR, 2);
        usart.write(CR1, 0);
        usart.advance_ns(9 * FRAME_NS);
        assert_eq!((usart.read(ISR), usart.take_sent().len()), (TXE | TC, 1));
    }
}
