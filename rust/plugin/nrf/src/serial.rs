// SPDX-License-Identifier: GPL-2.0-or-later
//! TWI and SPI, which are one block, without EasyDMA: nRF51 (RM, sections 26 and 28) and nRF52840 (PS, sections 6.24 and 6.31), and an
//! nRF52's TWIM, with it (PS, section 6.32). ENABLE says which of them it is.
//!
//! **Limits:** nobody is on the bus: no address is acknowledged, and MISO is low.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, inten, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const STARTRX: u32 = 0x000;
const STARTTX: u32 = 0x008;
const STOP: u32 = 0x014;
const STOPPED: u32 = 0x104;
/// Of SPI: READY.
const RXDREADY: u32 = 0x108;
const ERROR: u32 = 0x124;
const RXSTARTED: u32 = 0x14c;
const TXSTARTED: u32 = 0x150;
const ERRORSRC: u32 = 0x4c4;
const ENABLE: u32 = 0x500;
const RXD: u32 = 0x518;
const TXD: u32 = 0x51c;
const FREQUENCY: u32 = 0x524;

const ENABLE_SPI: u32 = 1;
const ENABLE_TWI: u32 = 5;
const ENABLE_TWIM: u32 = 6;
const ANACK: u32 = 1 << 1;
const BITS: u32 = 0x019c_4286;
/// Bytes that SPI keeps: one leaves, and one waits (nRF51 RM, 26.1.3).
const BYTES: u8 = 2;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Serial {
    /// How many bytes are in SPI's transmitter.
    bytes: u8,
}

impl Device for Serial {
    const NAME: &'static str = "nrf-twi-spi";
    const BLOCK: &'static str = "TWI_SPI";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_STARTRX", STARTRX),
        task("TASKS_STARTTX", STARTTX),
        task("TASKS_STOP", STOP),
        task("TASKS_SUSPEND", 0x01c),
        task("TASKS_RESUME", 0x020),
        event("EVENTS_STOPPED", STOPPED),
        event("EVENTS_RXDREADY", RXDREADY),
        event("EVENTS_TXDSENT", 0x11c),
        event("EVENTS_ERROR", ERROR),
        event("EVENTS_BB", 0x138),
        event("EVENTS_SUSPENDED", 0x148),
        event("EVENTS_RXSTARTED", RXSTARTED),
        event("EVENTS_TXSTARTED", TXSTARTED),
        event("EVENTS_LASTRX", 0x15c),
        event("EVENTS_LASTTX", 0x160),
        Register::new("SHORTS", 0x200, 0).rw(0x1f83),
        inten(0x019c_0202),
        intenset(BITS),
        intenclr(BITS),
        Register::new("ERRORSRC", ERRORSRC, 0).rc_w1(0x7),
        Register::new("ENABLE", ENABLE, 0).rw(0xf).on_write(),
        Register::new("PSEL", 0x508, u32::MAX).rw(u32::MAX).array(3, 4),
        Register::new("RXD", RXD, 0),
        Register::new("TXD", TXD, 0).rw(0xff).on_write(),
        Register::new("FREQUENCY", FREQUENCY, 0x0400_0000).rw(u32::MAX),
        Register::new("RXD.PTR", 0x534, 0).rw(u32::MAX),
        Register::new("RXD.MAXCNT", 0x538, 0).rw(0xffff),
        Register::new("RXD.AMOUNT", 0x53c, 0),
        Register::new("RXD.LIST", 0x540, 0).rw(0x7),
        Register::new("TXD.PTR", 0x544, 0).rw(u32::MAX),
        Register::new("TXD.MAXCNT", 0x548, 0).rw(0xffff),
        Register::new("TXD.AMOUNT", 0x54c, 0),
        Register::new("TXD.LIST", 0x550, 0).rw(0x7),
        Register::new("CONFIG", 0x554, 0).rw(0x7),
        Register::new("ADDRESS", 0x588, 0).rw(0x7f),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        let is_on = written.value & 1 != 0;
        match (at.offset, cx.get(ENABLE)) {
            (ENABLE, _) => {
                self.bytes = 0;
                cx.cancel(0);
            }
            (STARTRX | STARTTX, mode @ (ENABLE_TWI | ENABLE_TWIM)) if is_on => {
                if mode == ENABLE_TWIM {
                    happen(if at.offset == STARTRX { RXSTARTED } else { TXSTARTED }, cx);
                }
                cx.put(ERRORSRC, ANACK, true);
                happen(ERROR, cx);
            }
            (STOP, ENABLE_TWI | ENABLE_TWIM) if is_on => happen(STOPPED, cx),
            (TXD, ENABLE_SPI) => self.send(cx),
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        self.bytes -= 1;
        if self.bytes > 0 {
            arm(due_ns, cx);
        }
        happen(RXDREADY, cx);
        drive::<Self>(cx);
    }
}

impl Serial {
    fn send(&mut self, cx: &mut Context<'_>) {
        if self.bytes == BYTES {
            cx.report("SPI_TXD is written while two bytes are on their way: the byte is lost");
            return;
        }
        self.bytes += 1;
        if self.bytes == 1 {
            arm(cx.now_ns(), cx);
        }
    }
}

/// The next byte of SPI leaves at `from_ns`: 8 bits of 2^32 / FREQUENCY cycles of 16 MHz.
fn arm(from_ns: u64, cx: &mut Context<'_>) {
    let frequency = u64::from(cx.get(FREQUENCY)).max(1);
    cx.arm(0, from_ns + ((8 << 32) * 125u64).div_ceil(frequency * 2));
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn nobody_acknowledges() {
        let mut twi = Bench::<Serial>::default();
        assert_eq!(twi.differs_after_reset(), []);
        twi.write(ENABLE, ENABLE_TWI);
        twi.write(0x304, 1 << 9);
        twi.write(STARTTX, 1);
        assert_eq!((twi.read(ERRORSRC), twi.irq(0)), (ANACK, true));
        twi.write(STOP, 1);
        assert_eq!((twi.read(STOPPED), twi.take_mistakes()), (1, vec![]));
    }

    #[test]
    fn nobody_acknowledges_a_transfer_by_easydma() {
        let mut twim = Bench::<Serial>::default();
        twim.write(ENABLE, ENABLE_TWIM);
        twim.write(0x300, 1 << 1);
        twim.write(STARTRX, 1);
        assert_eq!(
            (twim.read(RXSTARTED), twim.read(ERROR), twim.read(ERRORSRC), twim.irq(0)),
            (1, 1, ANACK, false)
        );
        twim.write(STOP, 1);
        assert_eq!((twim.irq(0), twim.take_mistakes()), (true, vec![]));
    }

    #[test]
    fn spi_takes_its_time() {
        let mut spi = Bench::<Serial>::default();
        spi.write(ENABLE, ENABLE_SPI);
        // 1 Mbit/s.
        spi.write(FREQUENCY, 0x1000_0000);
        spi.write(0x304, 1 << 2);
        spi.write(TXD, 0xaa);
        spi.write(TXD, 0xbb);
        spi.advance_ns(7_999);
        assert!(!spi.irq(0));
        spi.save_and_restore();
        spi.advance_ns(1);
        assert_eq!((spi.irq(0), spi.read(RXD)), (true, 0));
        spi.write(RXDREADY, 0);
        spi.advance_ns(8_000);
        assert_eq!((spi.irq(0), spi.take_mistakes()), (true, vec![]));
        for _ in 0..3 {
            spi.write(TXD, 0xcc);
        }
        assert_eq!(spi.take_mistakes().len(), 1);
    }
}
