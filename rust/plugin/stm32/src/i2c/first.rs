// SPDX-License-Identifier: GPL-2.0-or-later
//! I2C of STM32F1 (RM0008, section 26.6) and STM32F4 (RM0090, section 27.6).
//!
//! **Limits:** see `i2c`. LAST, by which DMA's last byte is not acknowledged, has no effect.

use super::BUSES;
use device::{Bus, Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CR1: u32 = 0x00;
const CR2: u32 = 0x04;
const DR: u32 = 0x10;
const SR1: u32 = 0x14;
const SR2: u32 = 0x18;
const CCR: u32 = 0x1c;

// CR1.
const PE: u32 = 1 << 0;
const START: u32 = 1 << 8;
const STOP: u32 = 1 << 9;
const ACK: u32 = 1 << 10;
const POS: u32 = 1 << 11;
const SWRST: u32 = 1 << 15;
/// What is a slave's, SMBus' or PEC's.
const NOT_MODELLED: u32 = 0x307a;
// CR2.
const ITERREN: u32 = 1 << 8;
const ITEVTEN: u32 = 1 << 9;
const ITBUFEN: u32 = 1 << 10;
const DMAEN: u32 = 1 << 11;
const LAST: u32 = 1 << 12;
// SR1.
const SB: u32 = 1 << 0;
const ADDR: u32 = 1 << 1;
const BTF: u32 = 1 << 2;
const RXNE: u32 = 1 << 6;
const TXE: u32 = 1 << 7;
const AF: u32 = 1 << 10;
// SR2.
const MSL: u32 = 1 << 0;
const BUSY: u32 = 1 << 1;
const TRA: u32 = 1 << 2;

/// What is on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Wire {
    #[default]
    Quiet,
    Address(u8),
    Out(u8),
    In,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct First {
    wire: Wire,
    /// A byte in DR that waits to be sent.
    next: Option<u8>,
    /// What was received: in DR, and in the shift register behind it.
    come: [Option<u8>; 2],
    /// Bytes since the address.
    count: u32,
    /// The last one was not acknowledged: nothing more comes.
    is_refused: bool,
    sr1_was_read: bool,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::HALF)
}

impl Device for First {
    const NAME: &'static str = "stm32-i2c-v1";
    const BLOCK: &'static str = "I2C";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR1", CR1, 0).rw(0xbffb).unmodelled(NOT_MODELLED).on_write(),
        register("CR2", CR2, 0).rw(0x1f3f).unmodelled(LAST).on_write(),
        register("OAR1", 0x08, 0).rw(0xc3ff),
        register("OAR2", 0x0c, 0).rw(0x00ff).unmodelled(1),
        register("DR", DR, 0).wo(0xff).on_read().on_write().width(Width::ANY),
        register("SR1", SR1, 0).rc_w0(0xdf00).on_read().on_write(),
        register("SR2", SR2, 0).on_read(),
        register("CCR", CCR, 0).rw(0xcfff),
        register("TRISE", 0x20, 2).rw(0x003f),
        // F1 lacks it.
        register("FLTR", 0x24, 0).rw(0x001f),
    ];
    const IRQS: &'static [&'static str] = &["event", "error"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "dma", count: 2 }];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const BUSES: &'static [Bus] = BUSES;
    const TIMERS: usize = 1;

    fn read(&mut self, at: Place, cx: &mut Context<'_>) -> u32 {
        let value = match at.offset {
            SR1 => {
                self.sr1_was_read = true;
                cx.get(SR1)
            }
            SR2 => {
                let value = cx.get(SR2);
                if std::mem::take(&mut self.sr1_was_read) && cx.has(SR1, ADDR) {
                    self.address_was_seen(cx);
                }
                value
            }
            _ => {
                let value = self.come[0].unwrap_or(cx.get(DR) as u8);
                cx.set(DR, value.into());
                self.come = [self.come[1], None];
                self.go_on(cx);
                value.into()
            }
        };
        self.show(cx);
        value
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR1 if !cx.has(CR1, PE) || cx.has(CR1, SWRST) => self.switch_off(cx),
            CR1 => self.go_on(cx),
            DR => self.take(written.value as u8, cx),
            _ => {}
        }
        self.show(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        match std::mem::take(&mut self.wire) {
            Wire::Address(byte) => {
                let reads = byte & 1 != 0;
                let is_there = cx.i2c_start(0, byte >> 1, reads);
                cx.put(SR1, if is_there { ADDR } else { AF }, true);
                cx.put(SR2, TRA, is_there && !reads);
            }
            Wire::Out(byte) if !cx.i2c_write(0, byte) => {
                self.next = None;
                cx.put(SR1, AF, true);
            }
            Wire::Out(_) => self.count += 1,
            Wire::In => {
                let byte = cx.i2c_read(0);
                let place = usize::from(self.come[0].is_some());
                self.come[place] = Some(byte);
                self.count += 1;
                // With POS, ACK is about the second byte.
                let is_first = self.count == 1 && cx.has(CR1, POS);
                if !is_first && !cx.has(CR1, ACK) {
                    cx.i2c_nack(0);
                    self.is_refused = true;
                }
            }
            Wire::Quiet => {}
        }
        self.go_on(cx);
        self.show(cx);
    }
}

impl First {
    fn switch_off(&mut self, cx: &mut Context<'_>) {
        if cx.has(SR2, MSL) {
            cx.i2c_stop(0);
        }
        cx.cancel(0);
        *self = First::default();
        cx.set(SR1, 0);
        cx.set(SR2, 0);
        cx.put(CR1, START | STOP, false);
    }

    /// DR was written: an address after START, else data.
    fn take(&mut self, byte: u8, cx: &mut Context<'_>) {
        if cx.has(SR1, SB) {
            cx.put(SR1, SB, false);
            (self.count, self.is_refused) = (0, false);
            self.put(Wire::Address(byte), cx);
        } else if cx.has(SR2, TRA) {
            self.next = Some(byte);
            self.go_on(cx);
        }
    }

    /// ADDR is cleared.
    fn address_was_seen(&mut self, cx: &mut Context<'_>) {
        cx.put(SR1, ADDR, false);
        if cx.has(SR2, TRA) {
            self.go_on(cx);
        } else {
            self.put(Wire::In, cx);
        }
    }

    /// Whatever can follow while the wire is quiet: STOP, START, the next byte.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        if self.wire != Wire::Quiet {
            return;
        }
        let is_master = cx.has(SR2, MSL);
        if is_master && self.next.is_none() && cx.has(CR1, STOP) {
            cx.i2c_stop(0);
            cx.put(CR1, STOP, false);
            cx.set(SR2, 0);
            cx.put(SR1, SB | ADDR, false);
        } else if cx.has(CR1, START) && self.next.is_none() {
            cx.put(CR1, START, false);
            cx.put(SR1, SB, true);
            cx.set(SR2, MSL | BUSY);
        } else if cx.has(SR1, ADDR) || cx.has(SR1, SB) || !is_master {
            // The firmware's turn.
        } else if let Some(byte) = self.next.take() {
            self.put(Wire::Out(byte), cx);
        } else if !cx.has(SR2, TRA) && self.count > 0 && !self.is_refused && self.come[1].is_none() {
            self.put(Wire::In, cx);
        }
    }

    /// Nine bits: CCR has the length of one.
    fn put(&mut self, what: Wire, cx: &mut Context<'_>) {
        self.wire = what;
        let ccr = u64::from(cx.get(CCR));
        let in_bit = match ccr >> 14 {
            0 | 1 => 2,
            2 => 3,
            _ => 25,
        };
        let hz = cx.clock_hz(0).max(1);
        cx.arm(0, cx.now_ns() + (9 * in_bit * (ccr & 0xfff) * 1_000_000_000).div_ceil(hz));
    }

    /// Flags, interrupts and requests.
    fn show(&self, cx: &mut Context<'_>) {
        let sends = cx.has(SR2, TRA) && !cx.has(SR1, ADDR);
        let has_room = sends && self.next.is_none();
        let all_sent = has_room && self.wire == Wire::Quiet && !cx.has(SR1, AF) && !cx.has(SR1, SB);
        cx.put(SR1, TXE, has_room);
        cx.put(SR1, RXNE, self.come[0].is_some());
        // Before the first byte there is nothing that could be finished.
        cx.put(SR1, BTF, all_sent && self.count > 0 || self.come[1].is_some());
        let (sr1, cr2) = (cx.get(SR1), cx.get(CR2));
        let wanted = SB | ADDR | BTF | if cr2 & ITBUFEN != 0 { TXE | RXNE } else { 0 };
        cx.irq(0, cr2 & ITEVTEN != 0 && sr1 & wanted != 0);
        cx.irq(1, cr2 & ITERREN != 0 && sr1 & AF != 0);
        cx.output(0, 0, cr2 & DMAEN != 0 && sr1 & RXNE != 0);
        cx.output(0, 1, cr2 & DMAEN != 0 && sr1 & TXE != 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::{Bench, BusCall};

    /// 100 kHz from 42 MHz: nine bits take 90 us.
    const NINE_NS: u64 = 90_000;

    fn on() -> Bench<First> {
        let mut i2c = Bench::<First>::new(&[42_000_000], &[]);
        assert_eq!(i2c.differs_after_reset(), []);
        i2c.write(CR2, 42 | ITEVTEN | ITERREN);
        i2c.write(CCR, 210);
        i2c.write(CR1, PE);
        i2c
    }

    /// START and the address; ADDR is left.
    fn address(i2c: &mut Bench<First>, byte: u32, cr1: u32) {
        i2c.write(CR1, PE | START | cr1);
        assert_eq!((i2c.read(SR1) & SB, i2c.read(CR1) & START, i2c.irq(0)), (SB, 0, true));
        i2c.write(DR, byte);
        assert_eq!(i2c.read(SR1), 0);
        i2c.advance_ns(NINE_NS);
    }

    fn calls(i2c: &mut Bench<First>) -> Vec<BusCall> {
        i2c.take_bus_calls().into_iter().map(|(_, _, call)| call).collect()
    }

    #[test]
    fn nobody_is_there() {
        let mut i2c = on();
        address(&mut i2c, 0x90, 0);
        assert_eq!((i2c.read(SR1), i2c.irq(1), i2c.irq(0)), (AF, true, false));
        i2c.write(SR1, !AF);
        i2c.write(CR1, PE | STOP);
        assert_eq!((i2c.read(SR1), i2c.read(SR2), i2c.read(CR1)), (0, 0, PE));
        assert_eq!(calls(&mut i2c), [BusCall::Start { address: 0x48, reads: false }, BusCall::Stop]);
        assert_eq!(i2c.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn a_register_is_written_and_two_bytes_read() {
        let mut i2c = on();
        i2c.answer(&[1, 1, 1, 1, 0x12, 0x34]);
        address(&mut i2c, 0x90, 0);
        assert_eq!((i2c.read(SR1), i2c.read(SR2)), (ADDR, MSL | BUSY | TRA));
        assert_eq!(i2c.read(SR1), TXE);
        i2c.write(DR, 0x0f);
        i2c.write(DR, 0x10);
        assert_eq!(i2c.read(SR1), 0, "one is on the wire, one waits");
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(SR1), TXE);
        i2c.save_and_restore();
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(SR1), TXE | BTF);
        // Two bytes: RM0008, 26.3.3, with POS.
        address(&mut i2c, 0x91, ACK | POS);
        i2c.read(SR1);
        i2c.read(SR2);
        i2c.write(CR1, PE | POS);
        i2c.advance_ns(2 * NINE_NS);
        assert_eq!(i2c.read(SR1), RXNE | BTF);
        i2c.write(CR1, PE | STOP | POS);
        assert_eq!((i2c.read(DR), i2c.read(DR), i2c.read(SR1), i2c.read(SR2)), (0x12, 0x34, 0, 0));
        let expected = [
            BusCall::Start { address: 0x48, reads: false },
            BusCall::Write(0x0f),
            BusCall::Write(0x10),
            BusCall::Start { address: 0x48, reads: true },
            BusCall::Read,
            BusCall::Read,
            BusCall::Nack,
            BusCall::Stop,
        ];
        assert_eq!(calls(&mut i2c), expected);
        assert_eq!(i2c.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn one_byte_is_read() {
        let mut i2c = on();
        i2c.answer(&[1, 0x77]);
        address(&mut i2c, 0x91, 0);
        i2c.read(SR1);
        i2c.read(SR2);
        i2c.write(CR1, PE | STOP);
        assert_eq!(i2c.read(SR2), MSL | BUSY, "STOP waits for the byte");
        i2c.advance_ns(NINE_NS);
        assert_eq!((i2c.read(SR1), i2c.read(SR2), i2c.read(DR)), (RXNE, 0, 0x77));
        assert_eq!(calls(&mut i2c)[2..], [BusCall::Nack, BusCall::Stop]);
    }

    #[test]
    fn a_byte_is_refused() {
        let mut i2c = on();
        i2c.answer(&[1, 0]);
        address(&mut i2c, 0x90, 0);
        i2c.read(SR1);
        i2c.read(SR2);
        i2c.write(DR, 1);
        i2c.advance_ns(NINE_NS);
        assert_eq!((i2c.read(SR1) & AF, i2c.irq(1)), (AF, true));
        i2c.write(CR1, SWRST);
        assert_eq!((i2c.read(SR1), i2c.read(SR2)), (0, 0));
        assert_eq!(calls(&mut i2c).last(), Some(&BusCall::Stop));
    }
}
