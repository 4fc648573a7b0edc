// SPDX-License-Identifier: GPL-2.0-or-later
//! I2C of STM32L4 (RM0351, section 39.7), as F0, F3 and F7 have it, too.

use super::BUSES;
use device::{Bus, Context, Device, Lines, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const CR1: u32 = 0x00;
const CR2: u32 = 0x04;
const TIMINGR: u32 = 0x10;
const ISR: u32 = 0x18;
const ICR: u32 = 0x1c;
const RXDR: u32 = 0x24;
const TXDR: u32 = 0x28;

// CR1.
const PE: u32 = 1 << 0;
const TXDMAEN: u32 = 1 << 14;
const RXDMAEN: u32 = 1 << 15;
/// What is a slave's, SMBus' or PEC's.
const NOT_MODELLED: u32 = 0x00f9_0008;
// CR2.
const RD_WRN: u32 = 1 << 10;
const ADD10: u32 = 1 << 11;
const START: u32 = 1 << 13;
const STOP: u32 = 1 << 14;
const RELOAD: u32 = 1 << 24;
const AUTOEND: u32 = 1 << 25;
const PECBYTE: u32 = 1 << 26;
// ISR.
const TXE: u32 = 1 << 0;
const TXIS: u32 = 1 << 1;
const RXNE: u32 = 1 << 2;
const NACKF: u32 = 1 << 4;
const STOPF: u32 = 1 << 5;
const TC: u32 = 1 << 6;
const TCR: u32 = 1 << 7;
const BUSY: u32 = 1 << 15;
/// Each with the bit of CR1 that lets it interrupt.
const EVENTS: [(u32, u32); 5] =
    [(TXIS, 1 << 1), (RXNE, 1 << 2), (NACKF, 1 << 4), (STOPF, 1 << 5), (TC | TCR, 1 << 6)];

/// What is on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Wire {
    #[default]
    Quiet,
    Address,
    Byte,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Second {
    wire: Wire,
    /// Bytes since NBYTES was written.
    done: u32,
}

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

impl Device for Second {
    const NAME: &'static str = "stm32-i2c-v2";
    const BLOCK: &'static str = "I2C";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("CR1", CR1, 0).rw(0x00ff_dfff).unmodelled(NOT_MODELLED).on_write(),
        register("CR2", CR2, 0)
            .rw(0x03ff_1fff)
            .rs(START | STOP | 1 << 15 | PECBYTE)
            .unmodelled(ADD10 | PECBYTE)
            .on_write(),
        register("OAR1", 0x08, 0).rw(0x87ff).unmodelled(0x8000),
        register("OAR2", 0x0c, 0).rw(0x87fe).unmodelled(0x8000),
        register("TIMINGR", TIMINGR, 0).rw(0xf0ff_ffff),
        register("TIMEOUTR", 0x14, 0).rw(0x8fff_9fff).unmodelled(0x8000_8000),
        register("ISR", ISR, TXE).rs(TXE | TXIS).on_write(),
        register("ICR", ICR, 0).wo(0x3f38).on_write(),
        register("PECR", 0x20, 0),
        register("RXDR", RXDR, 0).on_read(),
        register("TXDR", TXDR, 0).rw(0xff).on_write(),
    ];
    const IRQS: &'static [&'static str] = &["event", "error"];
    const OUTPUTS: &'static [Lines] = &[Lines { name: "dma", count: 2 }];
    const CLOCKS: &'static [&'static str] = &["clk"];
    const BUSES: &'static [Bus] = BUSES;
    const TIMERS: usize = 1;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let was_full = cx.has(ISR, RXNE);
        cx.put(ISR, RXNE, false);
        if was_full {
            self.receive_next(cx);
        }
        drive(cx);
        cx.get(RXDR)
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            CR1 if !cx.has(CR1, PE) => {
                if self.wire != Wire::Quiet || cx.has(ISR, BUSY) {
                    cx.i2c_stop(0);
                }
                cx.cancel(0);
                *self = Second::default();
                cx.set(ISR, TXE);
                cx.put(CR2, START | STOP, false);
            }
            CR2 if cx.has(CR1, PE) => self.command(cx),
            ICR => cx.put(ISR, written.value & !(TXE | TXIS | RXNE | TC | TCR), false),
            TXDR if cx.has(ISR, TXIS) => {
                cx.put(ISR, TXIS | TXE, false);
                self.wire = Wire::Byte;
                arm_byte(cx);
            }
            TXDR => cx.put(ISR, TXE, false),
            // Writing TXE empties the register.
            ISR if written.value & TXE != 0 => cx.put(ISR, TXE, true),
            _ => {}
        }
        drive(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        let reads = cx.has(CR2, RD_WRN);
        match std::mem::take(&mut self.wire) {
            Wire::Address => {
                cx.put(CR2, START, false);
                let address = (cx.get(CR2) >> 1 & 0x7f) as u8;
                match cx.i2c_start(0, address, reads) {
                    true => self.next(cx),
                    false => self.refused(cx),
                }
            }
            Wire::Byte if reads => {
                let byte = cx.i2c_read(0);
                cx.set(RXDR, byte.into());
                cx.put(ISR, RXNE, true);
                self.done += 1;
                if self.done >= wanted(cx) {
                    self.all_done(cx);
                }
            }
            Wire::Byte => {
                let byte = cx.get(TXDR) as u8;
                cx.put(ISR, TXE, true);
                self.done += 1;
                match cx.i2c_write(0, byte) {
                    true => self.next(cx),
                    false => self.refused(cx),
                }
            }
            Wire::Quiet => {}
        }
        drive(cx);
    }
}

impl Second {
    /// CR2 was written.
    fn command(&mut self, cx: &mut Context<'_>) {
        if cx.has(ISR, TCR) && wanted(cx) != 0 {
            // More bytes of the same transfer.
            cx.put(ISR, TCR, false);
            self.done = 0;
            self.next(cx);
        }
        if cx.has(CR2, START) && self.wire == Wire::Quiet && (!cx.has(ISR, BUSY) || cx.has(ISR, TC)) {
            cx.put(ISR, TC | TXIS, false);
            cx.put(ISR, TXE | BUSY, true);
            self.wire = Wire::Address;
            self.done = 0;
            arm_byte(cx);
        } else if cx.has(CR2, STOP) && cx.has(ISR, BUSY) && self.wire == Wire::Quiet {
            self.stop(cx);
        }
    }

    /// What follows an acknowledge.
    fn next(&mut self, cx: &mut Context<'_>) {
        if self.done >= wanted(cx) {
            self.all_done(cx);
        } else if cx.has(CR2, RD_WRN) {
            self.receive_next(cx);
        } else {
            cx.put(ISR, TXIS, true);
        }
    }

    fn receive_next(&mut self, cx: &mut Context<'_>) {
        if cx.has(ISR, BUSY) && self.wire == Wire::Quiet && self.done < wanted(cx) {
            self.wire = Wire::Byte;
            arm_byte(cx);
        }
    }

    /// NBYTES have gone or come.
    fn all_done(&mut self, cx: &mut Context<'_>) {
        if cx.has(CR2, RELOAD) {
            return cx.put(ISR, TCR, true);
        }
        if cx.has(CR2, RD_WRN) {
            cx.i2c_nack(0);
        }
        if cx.has(CR2, AUTOEND) || cx.has(CR2, STOP) {
            self.stop(cx);
        } else {
            cx.put(ISR, TC, true);
        }
    }

    /// Nobody has acknowledged: a STOP follows by itself.
    fn refused(&mut self, cx: &mut Context<'_>) {
        cx.put(ISR, NACKF | TXE, true);
        self.stop(cx);
    }

    fn stop(&mut self, cx: &mut Context<'_>) {
        cx.i2c_stop(0);
        cx.put(ISR, BUSY | TC | TXIS, false);
        cx.put(ISR, STOPF, true);
        cx.put(CR2, STOP | START, false);
    }
}

/// NBYTES.
fn wanted(cx: &mut Context<'_>) -> u32 {
    cx.get(CR2) >> 16 & 0xff
}

/// Nine bits from now: SCLH and SCLL, by the prescaler.
fn arm_byte(cx: &mut Context<'_>) {
    let timing = u64::from(cx.get(TIMINGR));
    let cycles = 9 * ((timing >> 8 & 0xff) + (timing & 0xff) + 2) * ((timing >> 28) + 1);
    let hz = cx.clock_hz(0).max(1);
    cx.arm(0, cx.now_ns() + (cycles * 1_000_000_000).div_ceil(hz));
}

fn drive(cx: &mut Context<'_>) {
    let (isr, cr1) = (cx.get(ISR), cx.get(CR1));
    cx.irq(0, EVENTS.iter().any(|(flags, enable)| isr & flags != 0 && cr1 & enable != 0));
    cx.output(0, 0, isr & RXNE != 0 && cr1 & RXDMAEN != 0);
    cx.output(0, 1, isr & TXIS != 0 && cr1 & TXDMAEN != 0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::{Bench, BusCall};

    /// 100 kHz from 80 MHz: nine bits take 90 us.
    const NINE_NS: u64 = 90_000;
    const TIMING: u32 = 7 << 28 | 49 << 8 | 49;

    fn on() -> Bench<Second> {
        let mut i2c = Bench::<Second>::new(&[80_000_000], &[]);
        assert_eq!(i2c.differs_after_reset(), []);
        i2c.write(TIMINGR, TIMING);
        i2c.write(CR1, PE | 0x76);
        i2c
    }

    fn calls(i2c: &mut Bench<Second>) -> Vec<BusCall> {
        i2c.take_bus_calls().into_iter().map(|(_, _, call)| call).collect()
    }

    #[test]
    fn nobody_is_there() {
        let mut i2c = on();
        i2c.write(CR2, 0x48 << 1 | 1 << 16 | AUTOEND | START);
        assert_eq!(i2c.read(ISR), TXE | BUSY);
        i2c.advance_ns(NINE_NS - 1);
        assert!(!i2c.irq(0));
        i2c.advance_ns(1);
        assert_eq!((i2c.read(ISR), i2c.irq(0)), (TXE | NACKF | STOPF, true));
        i2c.write(ICR, NACKF | STOPF);
        assert_eq!((i2c.read(ISR), i2c.irq(0)), (TXE, false));
        assert_eq!(calls(&mut i2c), [BusCall::Start { address: 0x48, reads: false }, BusCall::Stop]);
        assert_eq!(i2c.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn a_register_is_written_and_read() {
        let mut i2c = on();
        i2c.answer(&[1, 1, 1, 0x12, 0x34]);
        i2c.write(CR2, 0x48 << 1 | 1 << 16 | START);
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(ISR), TXE | TXIS | BUSY);
        i2c.write(TXDR, 0x0f);
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(ISR), TXE | TC | BUSY);
        i2c.write(CR2, 0x48 << 1 | 2 << 16 | RD_WRN | AUTOEND | START);
        i2c.advance_ns(2 * NINE_NS);
        assert_eq!((i2c.read(ISR), i2c.read(RXDR)), (TXE | RXNE | BUSY, 0x12));
        i2c.save_and_restore();
        i2c.advance_ns(NINE_NS);
        assert_eq!((i2c.read(ISR), i2c.read(RXDR)), (TXE | RXNE | STOPF, 0x34));
        let expected = [
            BusCall::Start { address: 0x48, reads: false },
            BusCall::Write(0x0f),
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
    fn a_long_transfer_is_reloaded() {
        let mut i2c = on();
        i2c.answer(&[1, 1, 0]);
        i2c.write(CR2, 0x48 << 1 | 1 << 16 | RELOAD | START);
        i2c.advance_ns(NINE_NS);
        i2c.write(TXDR, 1);
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(ISR), TXE | TCR | BUSY);
        i2c.write(CR2, 0x48 << 1 | 1 << 16 | AUTOEND);
        assert_eq!(i2c.read(ISR), TXE | TXIS | BUSY);
        i2c.write(TXDR, 2);
        i2c.advance_ns(NINE_NS);
        assert_eq!(i2c.read(ISR), TXE | NACKF | STOPF, "the second byte is refused");
    }

    #[test]
    fn switched_off_it_lets_go() {
        let mut i2c = on();
        i2c.write(CR2, 0x48 << 1 | 1 << 16 | START);
        i2c.write(CR1, 0);
        i2c.advance_ns(NINE_NS);
        assert_eq!((i2c.read(ISR), calls(&mut i2c)), (TXE, vec![BusCall::Stop]));
    }
}
