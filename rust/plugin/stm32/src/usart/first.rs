// SPDX-License-Identifier: GPL-2.0-or-later
//! USART and UART of STM32F1 (RM0008, section 27.6) and STM32F4 (RM0090, section 30.6).

use super::{
    FE, FOR_RECEIVER, FOR_TRANSMITTER, Frame, HDSEL, IDLE, LBD, NE, PE, REQUESTS, SENT, Taken, Timing,
    Transmitter, break_bits, flaws, frame_ns, framing, half_bits,
};
use device::{Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};
use uart::{Heard, Settings};

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
const CTS: u32 = 1 << 9;
// CR1; the bits that enable interrupts stand where their flags are in SR.
const SBK: u32 = 1 << 0;
const RE: u32 = 1 << 2;
const TE: u32 = 1 << 3;
const ENABLES: u32 = IDLE_FLAG | RXNE | TC | TXE;
const PEIE: u32 = 1 << 8;
const PS: u32 = 1 << 9;
const PCE: u32 = 1 << 10;
const M: u32 = 1 << 12;
const UE: u32 = 1 << 13;
const OVER8: u32 = 1 << 15;
// CR2.
const LBDIE: u32 = 1 << 6;
const LINEN: u32 = 1 << 14;
/// CR3: errors interrupt when DMA receives.
const EIE: u32 = 1 << 0;
const DMAR: u32 = 1 << 6;
const DMAT: u32 = 1 << 7;
const RTSE: u32 = 1 << 8;
const CTSE: u32 = 1 << 9;
const CTSIE: u32 = 1 << 10;

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
        register("BRR", BRR, 0).rw(0xffff).on_write(),
        register("CR1", CR1, 0).rw(0xbfff).unmodelled(1 << 1 | 1 << 11).on_write(),
        register("CR2", CR2, 0).rw(0x7f6f).unmodelled(0x0f0f).on_write(),
        register("CR3", CR3, 0).rw(0x0fff).unmodelled(0x0036).on_write(),
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
            cx.put(SR, PE | FE | NE | ORE | IDLE_FLAG, false);
        }
        drive(cx);
        u32::from(self.received)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if matches!(at.offset, BRR | CR1 | CR2) {
            tell(cx);
        }
        match at.offset {
            DR => self.transmit(written.value as u8, cx),
            CR1 if written.before & UE != 0 && !cx.has(CR1, UE) => {
                // The transmitter stops where it is.
                cx.cancel(SENT);
                cx.cancel(IDLE);
                self.transmitter = Transmitter::default();
                cx.put(SR, TXE | TC, true);
                cx.put(CR1, SBK, false);
            }
            // It has not begun yet.
            CR1 if written.before & SBK != 0 && !cx.has(CR1, SBK) => self.transmitter.wants_break = None,
            CR1 if written.before & SBK == 0 && cx.has(CR1, UE | TE | SBK) => {
                let (bits, timing) = (break_bits(data_bits(cx), cx.has(CR2, LINEN)), timing(cx));
                self.transmitter.take_break(bits, timing, cx);
            }
            // CTSE may let go what waits.
            CR3 => self.go_on(cx),
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if timer == IDLE {
            cx.put(SR, IDLE_FLAG, true);
        } else {
            let timing = timing(cx);
            let left = self.transmitter.frame_has_left(due_ns, timing, cx);
            if left == Some(Frame::Break) {
                cx.put(CR1, SBK, false);
            }
            self.show(cx);
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
        let flaws = flaws(heard, cx.has(CR2, LINEN));
        self.take_in(heard.byte(), flaws, cx);
    }

    fn cts(&mut self, cx: &mut Context<'_>) {
        if cx.has(CR3, CTSE) {
            cx.put(SR, CTS, true);
        }
        self.go_on(cx);
        drive(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        tell(cx);
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
        let (byte, timing) = (byte & data_mask(cx), timing(cx));
        match self.transmitter.take(byte, timing, cx) {
            Taken::Leaves => {}
            Taken::Waits => cx.put(SR, TXE, false),
            Taken::Overwrites => cx.report("USART_DR is written while TXE is 0: a byte is lost"),
        }
    }

    /// What waited for CTS leaves, if it may.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        if !self.transmitter.waits() {
            return;
        }
        let (now_ns, timing) = (cx.now_ns(), timing(cx));
        if self.transmitter.start(now_ns, timing, cx) {
            cx.put(SR, TXE, true);
        }
    }

    /// Flags of the transmitter, when a frame has left.
    fn show(&self, cx: &mut Context<'_>) {
        cx.put(SR, TXE, self.transmitter.next.is_none());
        if self.transmitter.is_done() {
            cx.put(SR, TC, true);
        }
    }

    /// The receiver has heard something.
    fn take_in(&mut self, byte: u8, flaws: u32, cx: &mut Context<'_>) {
        if !cx.has(CR1, UE | RE) {
            return;
        }
        if cx.has(SR, RXNE) {
            cx.put(SR, ORE, true);
            cx.report("a received byte is lost: the one before it was not read (ORE)");
        } else {
            self.received = byte & data_mask(cx);
            cx.put(SR, RXNE | flaws, true);
        }
        let idle_ns = cx.now_ns() + timing(cx).frame_ns;
        cx.arm(IDLE, idle_ns);
        drive(cx);
    }
}

fn drive(cx: &mut Context<'_>) {
    let (sr, cr1, cr2) = (cx.get(SR), cx.get(CR1), cx.get(CR2));
    let errors = sr & ORE != 0 && cr1 & RXNE != 0
        || sr & (FE | NE | ORE) != 0 && cx.has(CR3, EIE | DMAR)
        || sr & PE != 0 && cr1 & PEIE != 0
        || sr & LBD != 0 && cr2 & LBDIE != 0
        || sr & CTS != 0 && cx.has(CR3, CTSIE);
    cx.irq(0, cr1 & UE != 0 && (sr & cr1 & ENABLES != 0 || errors));
    let receives = sr & RXNE != 0 && cx.has(CR3, DMAR);
    let transmits = sr & TXE != 0 && cx.has(CR1, UE | TE) && cx.has(CR3, DMAT);
    cx.output(0, FOR_RECEIVER, receives);
    cx.output(0, FOR_TRANSMITTER, transmits);
    let has_room = cr1 & (UE | RE) == UE | RE && sr & RXNE == 0;
    let rts = cx.has(CR3, RTSE) && has_room;
    cx.rts(rts);
}

/// Tells the line what the registers come to.
fn tell(cx: &mut Context<'_>) {
    let cr1 = cx.get(CR1);
    let (stop, hz) = (cx.get(CR2) >> 12, cx.clock_hz(0));
    let framing = framing(data_bits(cx), cr1 & PCE != 0, cr1 & PS != 0, stop);
    let is_on = cr1 & UE != 0 && cr1 & (TE | RE) != 0;
    let of_clock = framing.and_then(|framing| Settings::of_clock(clocks(cx).into(), hz, framing));
    cx.settings(of_clock.filter(|_| is_on));
}

/// The data bits of a byte: parity takes the place of the highest one.
fn data_mask(cx: &mut Context<'_>) -> u8 {
    if cx.get(CR1) & (M | PCE) == PCE { 0x7f } else { 0xff }
}

/// Data bits, with the parity's.
fn data_bits(cx: &mut Context<'_>) -> u32 {
    if cx.has(CR1, M) { 9 } else { 8 }
}

/// Cycles of the clock in a bit.
fn clocks(cx: &mut Context<'_>) -> u32 {
    let brr = cx.get(BRR);
    if cx.has(CR1, OVER8) { (brr >> 4) * 8 + (brr & 7) } else { brr }
}

fn timing(cx: &mut Context<'_>) -> Timing {
    let (data_bits, clocks) = (data_bits(cx), clocks(cx));
    let half_bits = half_bits(data_bits, cx.get(CR2) >> 12);
    let break_bits = u32::from(break_bits(data_bits, cx.has(CR2, LINEN)));
    let may_send = cx.cts() || !cx.has(CR3, CTSE);
    let (frame_ns, break_ns) =
        (frame_ns(half_bits, clocks, 1, cx), frame_ns(2 * (break_bits + 1), clocks, 1, cx));
    Timing { frame_ns, break_ns, may_send }
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
    fn on_one_wire_it_hears_itself() {
        let mut usart = on();
        usart.write(CR3, HDSEL);
        usart.write(DR, b'a'.into());
        usart.advance_ns(FRAME_NS - 1);
        assert_eq!(usart.read(SR) & RXNE, 0);
        usart.advance_ns(1);
        assert_eq!(usart.read(SR) & RXNE, RXNE);
        assert_eq!(usart.read(DR), b'a'.into());
        usart.write(CR1, UE | TE);
        usart.write(DR, b'b'.into());
        usart.advance_ns(FRAME_NS);
        assert_eq!(usart.read(SR) & RXNE, 0, "the receiver is off");
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

    #[test]
    fn tells_what_its_registers_come_to() {
        let check = |cr1: u32, cr2: u32, expected: Option<&str>| {
            let mut usart = on();
            usart.write(BRR, 420);
            usart.write(CR2, cr2);
            usart.write(CR1, cr1);
            assert_eq!(usart.settings().map(|settings| settings.to_string()).as_deref(), expected);
        };
        check(UE | TE, 0, Some("100000 8N1"));
        check(UE | RE | M | PCE, 2 << 12, Some("100000 8E2"));
        check(UE | RE | PCE | PS, 0, Some("100000 7O1"));
        check(UE | RE | M, 0, Some("100000 9N1"));
        check(UE, 0, None);
        check(RE | TE, 0, None);
        let mut usart = on();
        usart.set_clock(0, 84_000_000);
        assert_eq!(usart.settings().map(|settings| settings.baud()), Some(230_137));
    }

    #[test]
    fn errors_set_their_flags() {
        let check = |heard: Heard, cr2: u32, flags: u32| {
            let mut usart = on();
            usart.write(CR2, cr2);
            usart.hear(heard);
            assert_eq!(usart.read(SR) & (PE | FE | NE | LBD | RXNE), flags | RXNE, "{heard:?}");
            assert_eq!(usart.read(DR), heard.byte().into());
            assert_eq!(usart.read(SR) & (PE | FE | NE | RXNE), 0);
        };
        check(Heard::Parity(1), 0, PE);
        check(Heard::Framing(2), 0, FE);
        check(Heard::Noise(3), 0, NE);
        check(Heard::Break, 0, FE);
        check(Heard::Break, LINEN, FE | LBD);
    }

    #[test]
    fn errors_interrupt() {
        let check = |heard: Heard, register: u32, enable: u32| {
            let mut usart = on();
            usart.write(CR2, LINEN);
            usart.hear(heard);
            assert!(!usart.irq(0), "{heard:?}");
            let before = usart.read(register);
            usart.write(register, before | enable);
            assert!(usart.irq(0), "{heard:?}");
        };
        check(Heard::Parity(1), CR1, PEIE);
        check(Heard::Framing(1), CR3, EIE | DMAR);
        check(Heard::Noise(1), CR3, EIE | DMAR);
        check(Heard::Break, CR2, LBDIE);
    }

    #[test]
    fn a_break_goes_before_the_next_byte() {
        let mut usart = on();
        usart.write(DR, b'a'.into());
        usart.write(DR, b'b'.into());
        usart.write(CR1, UE | TE | SBK);
        usart.advance_ns(FRAME_NS);
        assert_eq!((usart.take_breaks(), usart.read(CR1) & SBK), (vec![(FRAME_NS, 10)], SBK));
        usart.save_and_restore();
        // 10 bits and a stop bit, of 365 / 42 MHz each.
        usart.advance_ns(11 * FRAME_NS / 10 + 1);
        assert_eq!(usart.read(CR1) & SBK, 0, "the hardware clears it");
        usart.advance_ns(FRAME_NS);
        let sent: Vec<_> = usart.take_sent().into_iter().map(|(_, byte)| byte).collect();
        assert_eq!((sent, usart.read(SR) & (TXE | TC)), (b"ab".to_vec(), TXE | TC));
        usart.write(CR2, LINEN);
        usart.write(CR1, UE | TE | SBK);
        assert_eq!((usart.take_breaks()[0].1, usart.take_mistakes()), (13, vec![]));
    }

    #[test]
    fn a_break_is_as_long_as_the_registers_of_its_store_say() {
        let mut usart = Bench::<First>::new(&[42_000_000], &[]);
        usart.write(BRR, 365);
        usart.write(CR1, UE | TE | SBK);
        assert_eq!(usart.take_breaks(), [(0, 10)]);
        assert_eq!(usart.sent_by().map(Settings::baud), Some(115_068));
    }

    #[test]
    fn a_break_that_has_not_begun_can_be_taken_back() {
        let mut usart = on();
        usart.write(DR, b'a'.into());
        usart.write(CR1, UE | TE | SBK);
        usart.write(CR1, UE | TE);
        usart.advance_ns(9 * FRAME_NS);
        assert_eq!((usart.take_breaks(), usart.take_sent().len()), (vec![], 1));
    }

    #[test]
    fn flow_control() {
        let mut usart = on();
        assert!(!usart.rts());
        usart.write(CR3, RTSE | CTSE);
        assert!(usart.rts());
        usart.receive(b'x');
        assert!(!usart.rts(), "the data register is full");
        usart.read(DR);
        assert!(usart.rts());
        usart.set_cts(false);
        assert_eq!(usart.read(SR) & CTS, CTS);
        usart.write(DR, b'a'.into());
        usart.advance_ns(FRAME_NS);
        assert_eq!((usart.take_sent(), usart.read(SR) & TXE), (vec![], 0));
        usart.set_cts(true);
        assert_eq!(usart.take_sent(), [(FRAME_NS, b'a')]);
        assert_eq!(usart.read(SR) & TXE, TXE);
        usart.write(DR, b'b'.into());
        usart.set_cts(false);
        usart.advance_ns(3 * FRAME_NS);
        assert_eq!((usart.take_sent(), usart.read(SR) & (TXE | TC)), (vec![], 0));
        // Without CTSE nobody looks at it.
        usart.write(CR3, 0);
        assert_eq!((usart.take_sent(), usart.rts()), (vec![(4 * FRAME_NS, b'b')], false));
        assert_eq!(usart.take_mistakes(), [] as [String; 0]);
    }
}
