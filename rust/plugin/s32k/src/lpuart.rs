// SPDX-License-Identifier: GPL-2.0-or-later
//! LPUART (S32K1xx Reference Manual, chapter "Low Power Universal Asynchronous Receiver/Transmitter").
//!
//! A byte leaves by the character port when its start bit begins, and the transmitter is busy for as long as the frame lasts on the
//! wire, by BAUD and the clock `clk`. A byte that arrives is there with its last bit; what is none by BAUD and the format of a frame sets
//! NF, FE or PF. A break (SBK) is a frame of zeros, 3 bits longer with BRK13. With TXCTSE a frame waits for CTS; with RXRTSE the RTS is taken back
//! while there is room for no more than RTSWATER says.
//!
//! **Limits:** up to 8 bits of a character are sent. DMA, addresses (MATCH), wake-up (RWU), driver enable (TXRTSE), IrDA, inverted and
//! reversed bits have no effect, and are reported. LBKDIF is set by any break of ten bits.

mod queue;
#[cfg(test)]
mod tests;

use crate::GATED;
use device::{Context, Device, Lines, Place, Register, Width, Written};
use queue::Queue;
use serde::{Deserialize, Serialize};
use uart::{Framing, Heard, Parity, Settings};

const GLOBAL: u32 = 0x08;
const BAUD: u32 = 0x10;
const STAT: u32 = 0x14;
const CTRL: u32 = 0x18;
const DATA: u32 = 0x1c;
const MATCH: u32 = 0x20;
const MODIR: u32 = 0x24;
const FIFO: u32 = 0x28;
const WATER: u32 = 0x2c;

const RST: u32 = 1 << 1;
// BAUD.
const SBNS: u32 = 1 << 13;
const LBKDIE: u32 = 1 << 15;
const M10: u32 = 1 << 29;
// STAT.
const PF: u32 = 1 << 16;
const FE: u32 = 1 << 17;
const NF: u32 = 1 << 18;
const OR: u32 = 1 << 19;
const IDLE: u32 = 1 << 20;
const RDRF: u32 = 1 << 21;
const TC: u32 = 1 << 22;
const TDRE: u32 = 1 << 23;
const LBKDE: u32 = 1 << 25;
const BRK13: u32 = 1 << 26;
const LBKDIF: u32 = 1 << 31;
const FLAGS: u32 = 0xc01f_c000;
// CTRL; TIE, TCIE, RIE and ILIE stand where their flags are in STAT, those of errors 8 above.
const PT: u32 = 1 << 0;
const PE: u32 = 1 << 1;
const ILT: u32 = 1 << 2;
const M: u32 = 1 << 4;
const RSRC: u32 = 1 << 5;
const LOOPS: u32 = 1 << 7;
const M7: u32 = 1 << 11;
const SBK: u32 = 1 << 16;
const RE: u32 = 1 << 18;
const TE: u32 = 1 << 19;
const INTERRUPTS: u32 = 0x00f0_0000;
const ERROR_INTERRUPTS: u32 = 0x0f00_0000;
// MODIR.
const TXCTSE: u32 = 1 << 0;
const RXRTSE: u32 = 1 << 3;
// DATA.
const FRETSC: u32 = 1 << 13;
const DATA_RXEMPT: u32 = 1 << 12;
// FIFO.
const RXFE: u32 = 1 << 3;
const TXFE: u32 = 1 << 7;
const RXUFE: u32 = 1 << 8;
const RXFLUSH: u32 = 1 << 14;
const TXFLUSH: u32 = 1 << 15;
const RXUF: u32 = 1 << 16;
const TXOF: u32 = 1 << 17;
const RXEMPT: u32 = 1 << 22;
const TXEMPT: u32 = 1 << 23;

// The timers: the frame that leaves has left; the line has been idle for as long as IDLECFG, and as RXIDEN, says.
const SENT: usize = 0;
const LINE_IDLE: usize = 1;
const FIFO_IDLE: usize = 2;

/// What leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Frame {
    Byte(u8),
    /// All ones.
    Preamble,
    /// All zeros.
    Break,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Lpuart {
    /// On the wire.
    leaves: Option<Frame>,
    /// To be sent.
    transmit: Queue,
    /// A preamble is to be sent first: TE has just been set.
    preamble: bool,
    received: Queue,
    /// What is received is told of, however little it is: the line has been idle for as long as RXIDEN says.
    is_told: bool,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Lpuart {
    const NAME: &'static str = "nxp-lpuart";
    const BLOCK: &'static str = "LPUART";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        register("VERID", 0x00, 0x0401_0003),
        register("PARAM", 0x04, 0x0000_0202),
        register("GLOBAL", GLOBAL, 0).rw(RST).on_write(),
        register("PINCFG", 0x0c, 0).rw(0x3).unmodelled(0x3),
        register("BAUD", BAUD, 0x0f00_0004).rw(0xffbf_ffff).unmodelled(0xc0b4_4000).on_write(),
        register("STAT", STAT, TDRE | TC).rw(0x3e00_0000).rc_w1(FLAGS).unmodelled(0x3800_0000).on_write(),
        register("CTRL", CTRL, 0).rw(0xffff_cfff).unmodelled(0x3002_c000).on_write(),
        register("DATA", DATA, DATA_RXEMPT).wo(0x23ff).on_read().on_write(),
        register("MATCH", MATCH, 0).rw(0x03ff_03ff),
        register("MODIR", MODIR, 0).rw(0x0007_033f).unmodelled(0x0007_0036).on_write(),
        register("FIFO", FIFO, RXEMPT | TXEMPT | 0x11)
            .rw(0x1f88)
            .rc_w1(RXUF | TXOF)
            .wo(RXFLUSH | TXFLUSH)
            .on_write(),
        register("WATER", WATER, 0).rw(0x0003_0003).on_write(),
    ];
    const INPUTS: &'static [Lines] = &[GATED];
    const GATE: Option<usize> = Some(0);
    const IRQS: &'static [&'static str] = &["rx-tx"];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const TIMERS: usize = 3;
    const HAS_PORT: bool = true;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let byte = self.received.take();
        if byte.is_none() {
            cx.put(FIFO, RXUF, true);
        }
        self.is_told &= !self.received.is_empty();
        self.show(cx);
        byte.map_or(DATA_RXEMPT, u32::from)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if at.offset == GLOBAL && cx.has(GLOBAL, RST) {
            self.software_reset(cx);
        }
        if matches!(at.offset, GLOBAL | BAUD | CTRL) {
            tell(cx);
        }
        match at.offset {
            CTRL => self.control(written, cx),
            DATA => self.transmit(written.value, cx),
            FIFO => {
                if written.value & RXFLUSH != 0 {
                    self.received = Queue::default();
                }
                if written.value & TXFLUSH != 0 {
                    self.transmit = Queue::default();
                }
                if (written.before ^ cx.get(FIFO)) & (RXFE | TXFE) != 0 && cx.get(CTRL) & (TE | RE) != 0 {
                    cx.report("LPUART_FIFO switches a FIFO while CTRL.TE or CTRL.RE is set");
                }
            }
            _ => {}
        }
        self.start(cx.now_ns(), cx);
        self.show(cx);
    }

    fn timer(&mut self, timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        match timer {
            SENT => {
                let left = self.leaves.take();
                self.start(due_ns, cx);
                if let Some(Frame::Byte(byte)) = left.filter(|_| cx.has(CTRL, LOOPS)) {
                    self.take_in(byte, cx);
                }
            }
            LINE_IDLE => cx.put(STAT, IDLE, true),
            _ => self.is_told = !self.received.is_empty(),
        }
        self.show(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        self.mishear(Heard::Byte(byte), cx);
    }

    fn mishear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        if cx.has(CTRL, LOOPS) {
            return;
        }
        if cx.has(STAT, LBKDE) {
            // It waits for a break, and takes nothing else.
            if heard == Heard::Break && cx.has(CTRL, RE) {
                cx.put(STAT, LBKDIF, true);
            }
        } else {
            let flaw = match heard {
                Heard::Byte(_) => 0,
                Heard::Noise(_) => NF,
                Heard::Parity(_) => PF,
                Heard::Framing(_) | Heard::Break => FE,
            };
            if cx.has(CTRL, RE) {
                cx.put(STAT, flaw, true);
            }
            self.take_in(heard.byte(), cx);
        }
        self.show(cx);
    }

    fn cts(&mut self, cx: &mut Context<'_>) {
        let now_ns = cx.now_ns();
        self.start(now_ns, cx);
        self.show(cx);
    }

    fn clock(&mut self, _clock: usize, cx: &mut Context<'_>) {
        tell(cx);
    }
}

/// How many characters a FIFO holds: one, unless it is enabled.
fn depth(cx: &mut Context<'_>, enable: u32) -> usize {
    if cx.has(FIFO, enable) { queue::DEPTH } else { 1 }
}

impl Lpuart {
    /// GLOBAL.RST: all but GLOBAL itself.
    fn software_reset(&mut self, cx: &mut Context<'_>) {
        for register in Self::REGISTERS.iter().filter(|register| register.offset() != GLOBAL) {
            cx.set(register.offset(), register.reset());
        }
        for timer in 0..Self::TIMERS {
            cx.cancel(timer);
        }
        *self = Lpuart::default();
    }

    fn control(&mut self, written: Written, cx: &mut Context<'_>) {
        let (before, now) = (written.before, cx.get(CTRL));
        self.preamble |= !before & now & TE != 0;
        if before & !now & RE != 0 {
            cx.cancel(LINE_IDLE);
            cx.cancel(FIFO_IDLE);
        }
        if now & (LOOPS | RSRC) == LOOPS | RSRC {
            cx.report("LPUART_CTRL asks for one wire (LOOPS and RSRC), which is not modelled: bytes go round inside");
        }
    }

    /// The guest has written DATA.
    fn transmit(&mut self, value: u32, cx: &mut Context<'_>) {
        if value & FRETSC != 0 {
            cx.report("LPUART_DATA asks for a break or an idle character (FRETSC): nothing is sent");
            return;
        }
        if value & 0x300 != 0 {
            cx.report("LPUART_DATA has more than 8 bits: those above are not sent");
        }
        if self.transmit.len() >= depth(cx, TXFE) {
            cx.put(FIFO, TXOF, true);
            cx.report("LPUART_DATA is written while the transmitter is full: the byte is lost (TXOF)");
            return;
        }
        self.transmit.put(value as u8 & data_mask(cx));
    }

    /// Lets the next frame leave, if there is one and the wire is free.
    fn start(&mut self, at_ns: u64, cx: &mut Context<'_>) {
        if self.leaves.is_some() || !cx.has(CTRL, TE) || cx.has(MODIR, TXCTSE) && !cx.cts() {
            return;
        }
        let frame = if std::mem::take(&mut self.preamble) {
            Frame::Preamble
        } else if cx.has(CTRL, SBK) {
            Frame::Break
        } else {
            let Some(byte) = self.transmit.take() else { return };
            Frame::Byte(byte)
        };
        let break_bits = frame_bits(cx) + if cx.has(STAT, BRK13) { 3 } else { 0 };
        // The line is high for a bit behind a break.
        let bits = if frame == Frame::Break { break_bits + 1 } else { frame_bits(cx) };
        let Some(span_ns) = bits_ns(bits, cx) else { return };
        match frame {
            _ if cx.has(CTRL, LOOPS) => {}
            Frame::Byte(byte) => cx.send(byte),
            Frame::Break => cx.send_break(break_bits as u16),
            Frame::Preamble => {}
        }
        self.leaves = Some(frame);
        cx.arm(SENT, at_ns + span_ns);
    }

    /// A byte has come, from outside or round inside.
    fn take_in(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !cx.has(CTRL, RE) {
            return;
        }
        let byte = byte & data_mask(cx);
        // After an overrun nothing is taken until OR is cleared.
        if cx.has(STAT, OR) || self.received.len() >= depth(cx, RXFE) {
            cx.put(STAT, OR, true);
            cx.report("a received byte is lost: those before it were not read (OR)");
        } else {
            self.received.put(byte);
        }
        let (now_ns, frame) = (cx.now_ns(), frame_bits(cx));
        // What counts as idle already: the ones at the end of the frame, unless ILT says that they do not.
        let unused = data_mask(cx).leading_zeros();
        let ones = if cx.has(CTRL, ILT) { 0 } else { (byte << unused).leading_ones() + stop_bits(cx) };
        let (line, fifo) = (cx.get(CTRL) >> 8 & 7, cx.get(FIFO) >> 10 & 7);
        if let Some(span_ns) = bits_ns((frame << line) - ones, cx) {
            cx.arm(LINE_IDLE, now_ns + span_ns);
        }
        if let Some(span_ns) = (fifo != 0).then(|| bits_ns(frame << (fifo - 1), cx)).flatten() {
            cx.arm(FIFO_IDLE, now_ns + span_ns);
        }
    }

    /// The flags, counts and the interrupt, as they follow from the rest.
    fn show(&mut self, cx: &mut Context<'_>) {
        let (tx, rx, water) = (self.transmit.len() as u32, self.received.len() as u32, cx.get(WATER));
        let tdre = if cx.has(FIFO, TXFE) { tx <= water & 3 } else { tx == 0 };
        let rdrf = rx > if cx.has(FIFO, RXFE) { water >> 16 & 3 } else { 0 };
        cx.put(STAT, TDRE, tdre);
        cx.put(STAT, RDRF, rdrf || self.is_told);
        let is_idle = self.leaves.is_none() && tx == 0 && !self.preamble && !cx.has(CTRL, SBK);
        cx.put(STAT, TC, is_idle);
        cx.put(FIFO, TXEMPT, tx == 0);
        cx.put(FIFO, RXEMPT, rx == 0);
        cx.set(WATER, water & 0x0003_0003 | tx << 8 | rx << 24);
        let (stat, ctrl, fifo) = (cx.get(STAT), cx.get(CTRL), cx.get(FIFO));
        let overflows = fifo >> 8 & fifo & (RXUFE | RXUFE << 1);
        let pending = stat & ctrl & INTERRUPTS | stat << 8 & ctrl & ERROR_INTERRUPTS | overflows;
        let has_break = stat & LBKDIF != 0 && cx.has(BAUD, LBKDIE);
        cx.irq(0, pending != 0 || has_break);
        let room = depth(cx, RXFE).saturating_sub(self.received.len());
        let (modir, kept) = (cx.get(MODIR), cx.get(MODIR) >> 8 & 3);
        cx.rts(modir & RXRTSE != 0 && ctrl & RE != 0 && room > kept as usize);
    }
}

/// Data bits, with the parity's.
fn data_bits(cx: &mut Context<'_>) -> u32 {
    match (cx.has(BAUD, M10), cx.has(CTRL, M), cx.has(CTRL, M7)) {
        (true, ..) => 10,
        (_, true, _) => 9,
        (.., true) => 7,
        _ => 8,
    }
}

/// The bits of a byte that are sent: parity takes the place of the highest one.
fn data_mask(cx: &mut Context<'_>) -> u8 {
    let bits = data_bits(cx) - u32::from(cx.has(CTRL, PE));
    u8::MAX >> 8u32.saturating_sub(bits)
}

fn stop_bits(cx: &mut Context<'_>) -> u32 {
    1 + u32::from(cx.has(BAUD, SBNS))
}

/// The bits of a frame.
fn frame_bits(cx: &mut Context<'_>) -> u32 {
    1 + data_bits(cx) + stop_bits(cx)
}

/// How many cycles of the clock a bit has.
fn clocks(cx: &mut Context<'_>) -> u32 {
    let baud = cx.get(BAUD);
    let ratio = match baud >> 24 & 0x1f {
        // 0 is 16, and 1 and 2 are reserved.
        0 => 16,
        ratio => ratio + 1,
    };
    ratio * (baud & 0x1fff)
}

/// Tells the line what the registers come to.
fn tell(cx: &mut Context<'_>) {
    let parity = match (cx.has(CTRL, PE), cx.has(CTRL, PT)) {
        (false, _) => Parity::None,
        (true, false) => Parity::Even,
        (true, true) => Parity::Odd,
    };
    let data_bits = (data_bits(cx) - u32::from(parity != Parity::None)) as u8;
    let framing = Framing::new(data_bits, parity, stop_bits(cx) as u8);
    let (clocks, hz) = (clocks(cx), cx.clock_hz(0));
    let of_clock = framing.and_then(|framing| Settings::of_clock(clocks.into(), hz, framing));
    let is_on = cx.get(CTRL) & (TE | RE) != 0;
    cx.settings(of_clock.filter(|_| is_on));
}

/// How long `bits` are; `None` if no clock or no rate makes them, which is reported.
fn bits_ns(bits: u32, cx: &mut Context<'_>) -> Option<u64> {
    let (hz, clocks) = (cx.clock_hz(0), clocks(cx));
    if hz == 0 || clocks == 0 {
        let what =
            if hz == 0 { "its clock stands still (PCC and SCG make it)" } else { "LPUART_BAUD.SBR is 0" };
        cx.report(format!("the LPUART sends or receives while {what}: nothing leaves"));
        return None;
    }
    Some((u64::from(bits) * u64::from(clocks) * 1_000_000_000).div_ceil(hz))
}
