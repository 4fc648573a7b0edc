// SPDX-License-Identifier: GPL-2.0-or-later
//! USART and UART of STM32L4 (RM0351, section 40.8), as F0, F3 and F7 have it, too, and LPUART (RM0351, section 41.7).

use super::{
    FE, FOR_RECEIVER, FOR_TRANSMITTER, HDSEL, IDLE, LBD, NE, PE, REQUESTS, SENT, Taken, Timing, Transmitter,
    break_bits, flaws, frame_ns, framing, half_bits,
};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};
use uart::{Heard, Settings};

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
const PEIE: u32 = 1 << 8;
const PS: u32 = 1 << 9;
const PCE: u32 = 1 << 10;
const M0: u32 = 1 << 12;
const OVER8: u32 = 1 << 15;
const M1: u32 = 1 << 28;
// CR2.
const LBDIE: u32 = 1 << 6;
const LINEN: u32 = 1 << 14;
// CR3.
const EIE: u32 = 1 << 0;
const DMAR: u32 = 1 << 6;
const DMAT: u32 = 1 << 7;
const RTSE: u32 = 1 << 8;
const CTSE: u32 = 1 << 9;
const CTSIE: u32 = 1 << 10;
const OVRDIS: u32 = 1 << 12;
// ISR.
const ORE: u32 = 1 << 3;
const IDLE_FLAG: u32 = 1 << 4;
const RXNE: u32 = 1 << 5;
const TC: u32 = 1 << 6;
const TXE: u32 = 1 << 7;
const CTSIF: u32 = 1 << 9;
const CTS: u32 = 1 << 10;
const SBKF: u32 = 1 << 18;
const TEACK: u32 = 1 << 21;
const REACK: u32 = 1 << 22;
// RQR.
const SBKRQ: u32 = 1 << 1;
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
    register("CR2", CR2, 0).rw(0xffff_ff70).unmodelled(0x00ff_8f00).on_write(),
    register("CR3", CR3, 0).rw(0x07fe_ffff).unmodelled(0x047e_4036).on_write(),
    register("BRR", BRR, 0).rw(0xffff).on_write(),
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
    let cr2 = register("CR2", CR2, 0).rw(0xff0f_b010).unmodelled(0x000f_8000).on_write();
    let cr3 = register("CR3", CR3, 0).rw(0x0070_f7c9).unmodelled(0x0070_4000).on_write();
    let brr = register("BRR", BRR, 0).rw(0x000f_ffff).on_write();
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
        if matches!(at.offset, BRR | CR1 | CR2) {
            tell::<LOW>(cx);
        }
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
                if written.value & SBKRQ != 0 && cx.has(ISR, TEACK) {
                    cx.put(ISR, SBKF, true);
                    let (bits, timing) = (break_bits(data_bits(cx), cx.has(CR2, LINEN)), timing::<LOW>(cx));
                    self.transmitter.take_break(bits, timing, cx);
                }
                if written.value & !(RXFRQ | TXFRQ | SBKRQ) != 0 {
                    cx.report(format!("USART_RQR asks for {:#x}, which is not modelled", written.value));
                }
            }
            // CTSE may let go what waits.
            CR3 => self.go_on(cx),
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if timer == IDLE {
            cx.put(ISR, IDLE_FLAG, true);
        } else {
            let timing = timing::<LOW>(cx);
            let left = self.transmitter.frame_has_left(due_ns, timing, cx);
            let has_break = self.transmitter.has_break();
            cx.put(ISR, SBKF, has_break);
            cx.put(ISR, TXE, self.transmitter.next.is_none());
            if self.transmitter.is_done() {
                cx.put(ISR, TC, true);
            }
            if let Some(frame) = left.filter(|_| cx.has(CR3, HDSEL)) {
                self.mishear(frame.heard(), cx);
            }
        }
        drive(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        self.take_in(byte, 0, cx);
    }

    fn mishear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        let flaws = flaws(heard, !LOW && cx.has(CR2, LINEN));
        self.take_in(heard.byte(), flaws, cx);
    }

    fn cts(&mut self, cx: &mut Context<'_>) {
        if cx.has(CR3, CTSE) {
            cx.put(ISR, CTSIF, true);
        }
        self.go_on(cx);
        drive(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        tell::<LOW>(cx);
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
        let (byte, timing) = (byte & data_mask(cx), timing::<LOW>(cx));
        match self.transmitter.take(byte, timing, cx) {
            Taken::Leaves => {}
            Taken::Waits => cx.put(ISR, TXE, false),
            Taken::Overwrites => cx.report("USART_TDR is written while TXE is 0: a byte is lost"),
        }
    }

    /// What waited for CTS leaves, if it may.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        if !self.transmitter.waits() {
            return;
        }
        let (now_ns, timing) = (cx.now_ns(), timing::<LOW>(cx));
        if self.transmitter.start(now_ns, timing, cx) {
            cx.put(ISR, TXE, true);
        }
    }

    /// The receiver has heard something.
    fn take_in(&mut self, byte: u8, flaws: u32, cx: &mut Context<'_>) {
        if !cx.has(ISR, REACK) {
            return;
        }
        let value = u32::from(byte & data_mask(cx));
        if cx.has(ISR, RXNE) && !cx.has(CR3, OVRDIS) {
            cx.put(ISR, ORE, true);
            cx.report("a received byte is lost: the one before it was not read (ORE)");
        } else {
            cx.set(RDR, value);
            cx.put(ISR, RXNE | flaws, true);
        }
        let idle_ns = cx.now_ns() + timing::<LOW>(cx).frame_ns;
        cx.arm(IDLE, idle_ns);
        drive(cx);
    }
}

fn drive(cx: &mut Context<'_>) {
    // CTS shows the line, if it has a meaning.
    let cts = cx.has(CR3, CTSE) && cx.cts();
    cx.put(ISR, CTS, cts);
    let (isr, cr1, cr2) = (cx.get(ISR), cx.get(CR1), cx.get(CR2));
    let errors = isr & ORE != 0 && cr1 & RXNE != 0
        || isr & (FE | NE | ORE) != 0 && cx.has(CR3, EIE)
        || isr & PE != 0 && cr1 & PEIE != 0
        || isr & LBD != 0 && cr2 & LBDIE != 0
        || isr & CTSIF != 0 && cx.has(CR3, CTSIE);
    cx.irq(0, cr1 & UE != 0 && (isr & cr1 & ENABLES != 0 || errors));
    let receives = isr & RXNE != 0 && cx.has(CR3, DMAR);
    let transmits = isr & (TXE | TEACK) == TXE | TEACK && cx.has(CR3, DMAT);
    cx.output(0, FOR_RECEIVER, receives);
    cx.output(0, FOR_TRANSMITTER, transmits);
    let has_room = isr & (REACK | RXNE) == REACK;
    let rts = cx.has(CR3, RTSE) && has_room;
    cx.rts(rts);
}

/// Tells the line what the registers come to.
fn tell<const LOW: bool>(cx: &mut Context<'_>) {
    let (cr1, hz) = (cx.get(CR1), cx.clock_hz(0));
    let framing = framing(data_bits(cx), cr1 & PCE != 0, cr1 & PS != 0, cx.get(CR2) >> 12);
    let is_on = cr1 & UE != 0 && cr1 & (TE | RE) != 0;
    let (parts, in_cycle) = clocks::<LOW>(cx);
    let of_clock = framing.and_then(|framing| Settings::of_clock(parts.into(), hz * in_cycle, framing));
    cx.settings(of_clock.filter(|_| is_on));
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

/// How many parts of a cycle of the clock a bit has, and how many of them a cycle has.
fn clocks<const LOW: bool>(cx: &mut Context<'_>) -> (u32, u64) {
    let brr = cx.get(BRR);
    match (LOW, cx.has(CR1, OVER8)) {
        (true, _) => (brr, 256),
        (false, true) => (brr & 0xfff0 | (brr & 7) << 1, 2),
        (false, false) => (brr * 2, 2),
    }
}

fn timing<const LOW: bool>(cx: &mut Context<'_>) -> Timing {
    let (data_bits, (parts, in_cycle)) = (data_bits(cx), clocks::<LOW>(cx));
    let half_bits = half_bits(data_bits, cx.get(CR2) >> 12);
    let break_bits = u32::from(break_bits(data_bits, cx.has(CR2, LINEN)));
    let may_send = cx.cts() || !cx.has(CR3, CTSE);
    let frame_ns = |half_bits, cx: &mut Context<'_>| frame_ns(half_bits, parts, in_cycle, cx);
    Timing { frame_ns: frame_ns(half_bits, cx), break_ns: frame_ns(2 * (break_bits + 1), cx), may_send }
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
    fn on_one_wire_it_hears_itself() {
        let mut usart = on();
        usart.write(CR3, HDSEL);
        usart.write(TDR, b'a'.into());
        usart.advance_ns(FRAME_NS - 1);
        assert_eq!(usart.read(ISR) & RXNE, 0);
        usart.advance_ns(1);
        assert_eq!(usart.read(ISR) & (TC | RXNE), TC | RXNE);
        assert_eq!(usart.read(RDR), b'a'.into());
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

    #[test]
    fn tells_what_its_registers_come_to() {
        let mut usart = on();
        let told = |usart: &Bench<Second>| usart.settings().map(|settings| settings.to_string());
        assert_eq!(told(&usart).as_deref(), Some("115274 8N1"));
        usart.write(CR1, 0);
        assert_eq!(told(&usart), None);
        usart.write(BRR, 800);
        usart.write(CR2, 2 << 12);
        usart.write(CR1, UE | RE | M1 | PCE | PS);
        assert_eq!(told(&usart).as_deref(), Some("100000 6O2"));
        let mut low = Bench::<LowPower>::new(&[4_000_000], &[]);
        low.write(BRR, 8_889);
        low.write(CR1, UE | TE);
        assert_eq!(low.settings().map(|settings| settings.to_string()).as_deref(), Some("115199 8N1"));
    }

    #[test]
    fn errors_interrupt() {
        let check = |heard: Heard, flags: u32, register: u32, enable: u32| {
            let mut usart = on();
            usart.write(CR2, LINEN);
            usart.hear(heard);
            assert_eq!(usart.read(ISR) & (PE | FE | NE | LBD), flags, "{heard:?}");
            assert!(!usart.irq(0), "{heard:?}");
            let before = usart.read(register);
            usart.write(register, before | enable);
            assert!(usart.irq(0), "{heard:?}");
            usart.write(ICR, flags);
            assert!(!usart.irq(0), "{heard:?}");
        };
        check(Heard::Parity(1), PE, CR1, PEIE);
        check(Heard::Framing(1), FE, CR3, EIE);
        check(Heard::Noise(1), NE, CR3, EIE);
        check(Heard::Break, FE | LBD, CR2, LBDIE);
    }

    #[test]
    fn a_break_is_asked_for() {
        let mut usart = on();
        usart.write(RQR, SBKRQ);
        assert_eq!((usart.take_breaks(), usart.read(ISR) & SBKF), (vec![(0, 10)], SBKF));
        usart.advance_ns(2 * FRAME_NS);
        assert_eq!((usart.read(ISR) & SBKF, usart.take_mistakes()), (0, vec![]));
    }

    #[test]
    fn a_break_that_is_asked_for_while_one_leaves_is_shown_until_it_has_left() {
        let mut usart = on();
        usart.write(RQR, SBKRQ);
        usart.write(RQR, SBKRQ);
        usart.advance_ns(11 * FRAME_NS / 10 + 1);
        assert_eq!((usart.take_breaks().len(), usart.read(ISR) & SBKF), (2, SBKF));
        usart.advance_ns(11 * FRAME_NS / 10 + 1);
        assert_eq!(usart.read(ISR) & SBKF, 0);
    }

    #[test]
    fn flow_control() {
        let mut usart = on();
        usart.write(CR3, RTSE | CTSE);
        assert_eq!((usart.rts(), usart.read(ISR) & CTS), (true, CTS));
        usart.receive(b'x');
        assert!(!usart.rts());
        usart.read(RDR);
        usart.set_cts(false);
        assert_eq!((usart.rts(), usart.read(ISR) & (CTS | CTSIF)), (true, CTSIF));
        usart.write(TDR, b'a'.into());
        usart.advance_ns(FRAME_NS);
        assert_eq!((usart.take_sent(), usart.read(ISR) & TXE), (vec![], 0));
        usart.set_cts(true);
        assert_eq!((usart.take_sent(), usart.read(ISR) & TXE), (vec![(FRAME_NS, b'a')], TXE));
    }
}
