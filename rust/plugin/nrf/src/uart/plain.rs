// SPDX-License-Identifier: GPL-2.0-or-later
//! UART of nRF51 (RM, section 29), and what it does in an nRF52: one byte at a time.

use super::*;
use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const BITS: u32 = 0x0002_0287;

/// Transmitter and receiver.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Plain {
    transmits: bool,
    receives: bool,
    is_busy: bool,
    /// It waits for CTS.
    waits: Option<u8>,
    /// Bytes behind the one in RXD.
    fifo: VecDeque<u8>,
    /// RXD has a byte that was not read.
    is_full: bool,
    rxd: u8,
}

impl Plain {
    pub(super) fn read_rxd(&mut self, cx: &mut Context<'_>) -> u32 {
        let byte = self.rxd;
        self.is_full = false;
        if let Some(next) = self.fifo.pop_front() {
            self.show(next, cx);
        }
        self.show_rts(cx);
        byte.into()
    }

    fn show(&mut self, byte: u8, cx: &mut Context<'_>) {
        (self.rxd, self.is_full) = (byte, true);
        happen(RXDRDY, cx);
    }

    pub(super) fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        tell(at.offset, cx);
        let is_on = written.value & 1 != 0;
        match at.offset {
            STARTRX if is_on => self.receives = true,
            STOPRX if is_on && self.receives => {
                self.receives = false;
                happen(RXTO, cx);
            }
            STARTTX if is_on => self.transmits = true,
            STOPTX if is_on => self.transmits = false,
            TXD => self.transmit(written.value as u8, cx),
            ENABLE if cx.get(ENABLE) != ENABLE_UART => {
                cx.cancel(SENT);
                *self = Plain::default();
            }
            CONFIG => self.go_on(cx),
            _ => {}
        }
        self.show_rts(cx);
    }

    /// RTS as it follows from what waits.
    pub(super) fn show_rts(&self, cx: &mut Context<'_>) {
        let waits = usize::from(self.is_full) + self.fifo.len();
        let has_room = self.receives && waits + SPARE_BYTES < FIFO_BYTES;
        let rts = cx.has(CONFIG, HWFC) && has_room;
        cx.rts(rts);
    }

    /// What waited for CTS leaves, if it may.
    pub(super) fn go_on(&mut self, cx: &mut Context<'_>) {
        if let Some(byte) = self.waits.take_if(|_| may_send(cx)) {
            self.start(byte, cx);
        }
    }

    fn start(&mut self, byte: u8, cx: &mut Context<'_>) {
        cx.send(byte);
        let due_ns = cx.now_ns() + frame_ns(cx);
        cx.arm(SENT, due_ns);
    }

    fn transmit(&mut self, byte: u8, cx: &mut Context<'_>) {
        if !self.transmits || cx.get(ENABLE) != ENABLE_UART {
            cx.report("UART_TXD is written while the transmitter is off: the byte is lost");
        } else if self.is_busy {
            cx.report("UART_TXD is written before EVENTS_TXDRDY: the byte is lost");
        } else {
            self.is_busy = true;
            self.waits = Some(byte);
            self.go_on(cx);
        }
    }

    pub(super) fn sent(&mut self, cx: &mut Context<'_>) {
        self.is_busy = false;
        happen(TXDRDY, cx);
    }

    pub(super) fn hear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        if !self.receives || cx.get(ENABLE) != ENABLE_UART {
            return;
        }
        tell_flaws(heard, cx);
        let byte = heard.byte();
        if !self.is_full {
            self.show(byte, cx);
        } else if self.fifo.len() < FIFO_BYTES - 1 {
            self.fifo.push_back(byte);
        } else {
            cx.put(ERRORSRC, OVERRUN, true);
            happen(ERROR, cx);
            cx.report("a received byte is lost: those before it were not read (OVERRUN)");
        }
        self.show_rts(cx);
    }
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uart(Plain);

impl Device for Uart {
    const NAME: &'static str = "nrf51-uart";
    const BLOCK: &'static str = "UART";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_STARTRX", STARTRX),
        task("TASKS_STOPRX", STOPRX),
        task("TASKS_STARTTX", STARTTX),
        task("TASKS_STOPTX", STOPTX),
        task("TASKS_SUSPEND", SUSPEND),
        event("EVENTS_CTS", CTS),
        event("EVENTS_NCTS", NCTS),
        event("EVENTS_RXDRDY", RXDRDY),
        event("EVENTS_TXDRDY", TXDRDY),
        event("EVENTS_ERROR", ERROR),
        event("EVENTS_RXTO", RXTO),
        Register::new("SHORTS", SHORTS, 0).rw(0x18),
        intenset(BITS),
        intenclr(BITS),
        Register::new("ERRORSRC", ERRORSRC, 0).rc_w1(0xf),
        Register::new("ENABLE", ENABLE, 0).rw(0x7).on_write(),
        psel(u32::MAX),
        Register::new("RXD", RXD, 0).on_read(),
        Register::new("TXD", TXD, 0).wo(0xff).on_write(),
        RATE,
        Register::new("CONFIG", CONFIG, 0).rw(0xf).on_write(),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;
    const HAS_PORT: bool = true;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let byte = self.0.read_rxd(cx);
        drive::<Self>(cx);
        byte
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        self.0.write(at, written, cx);
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        self.0.sent(cx);
        drive::<Self>(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        self.mishear(Heard::Byte(byte), cx);
    }

    fn mishear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        self.0.hear(heard, cx);
        drive::<Self>(cx);
    }

    fn cts(&mut self, cx: &mut Context<'_>) {
        tell_cts(cx);
        self.0.go_on(cx);
        drive::<Self>(cx);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn started() -> Bench<Uart> {
        let mut uart = Bench::<Uart>::default();
        uart.write(ENABLE, ENABLE_UART);
        uart.write(BAUDRATE, 0x01d7_e000);
        uart.write(STARTTX, 1);
        uart.write(STARTRX, 1);
        uart
    }

    #[test]
    fn sends_at_its_rate() {
        assert_eq!(Bench::<Uart>::default().differs_after_reset(), []);
        let mut uart = started();
        uart.write(0x304, 1 << 7);
        uart.write(TXD, b'a'.into());
        // 10 bits of 2^32 / BAUDRATE cycles.
        uart.advance_ns(86_802);
        assert!(!uart.irq(0));
        uart.save_and_restore();
        uart.advance_ns(1);
        assert_eq!((uart.irq(0), uart.read(TXDRDY)), (true, 1));
        uart.write(TXDRDY, 0);
        uart.write(TXD, b'b'.into());
        assert_eq!(uart.take_sent(), [(0, b'a'), (86_803, b'b')]);
        assert_eq!(uart.take_mistakes(), [] as [String; 0]);
        uart.write(TXD, b'c'.into());
        assert_eq!((uart.take_sent(), uart.take_mistakes().len()), (vec![], 1));
    }

    #[test]
    fn tells_what_its_registers_come_to() {
        let mut uart = started();
        let settings = uart.settings().unwrap();
        assert_eq!(settings.to_string(), "115204 8N1");
        uart.write(CONFIG, 7 << 1);
        assert_eq!(uart.settings().unwrap().to_string(), "115204 8E1");
        // 9600 baud, from the next byte on.
        uart.write(BAUDRATE, 0x0027_5000);
        uart.write(TXD, 1);
        assert_eq!(uart.sent_by().unwrap().to_string(), "9598 8E1");
        uart.write(ENABLE, 0);
        assert_eq!(uart.settings(), None);
    }

    #[test]
    fn errors_are_told() {
        let check = |heard: Heard, source: u32, byte: u32| {
            let mut uart = started();
            uart.hear(heard);
            assert_eq!((uart.read(ERROR), uart.read(ERRORSRC)), (u32::from(source != 0), source));
            assert_eq!((uart.read(RXDRDY), uart.read(RXD)), (1, byte));
            uart.write(ERRORSRC, u32::MAX);
            assert_eq!(uart.read(ERRORSRC), 0);
        };
        check(Heard::Noise(1), 0, 1);
        check(Heard::Parity(2), PARITY, 2);
        check(Heard::Framing(3), FRAMING, 3);
        check(Heard::Break, FRAMING | BREAK, 0);
    }

    #[test]
    fn flow_control() {
        let mut uart = started();
        assert!(!uart.rts());
        uart.write(CONFIG, HWFC);
        assert!(uart.rts());
        uart.receive(1);
        assert!(uart.rts());
        uart.receive(2);
        assert!(!uart.rts(), "there is room for four more");
        uart.read(RXD);
        assert!(uart.rts());
        uart.set_cts(false);
        assert_eq!(uart.read(NCTS), 1);
        uart.write(TXD, b'a'.into());
        uart.advance_ns(1_000_000);
        assert_eq!((uart.take_sent(), uart.read(TXDRDY)), (vec![], 0));
        uart.save_and_restore();
        uart.set_cts(true);
        assert_eq!((uart.take_sent(), uart.read(CTS)), (vec![(1_000_000, b'a')], 1));
        uart.write(ENABLE, 0);
        assert!(!uart.rts());
    }

    #[test]
    fn six_bytes_wait() {
        let mut uart = started();
        for byte in 1..=7 {
            uart.receive(byte);
        }
        assert_eq!((uart.read(ERRORSRC), uart.read(ERROR)), (OVERRUN, 1));
        for byte in 1..=6 {
            assert_eq!(uart.read(RXDRDY), 1);
            uart.write(RXDRDY, 0);
            assert_eq!(uart.read(RXD), byte);
        }
        assert_eq!(uart.read(RXDRDY), 0);
        uart.write(STOPRX, 1);
        uart.receive(9);
        assert_eq!((uart.read(RXTO), uart.read(RXDRDY)), (1, 0));
    }
}
