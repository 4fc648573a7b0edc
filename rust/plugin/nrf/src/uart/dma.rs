// SPDX-License-Identifier: GPL-2.0-or-later
//! UART and UARTE of nRF52 (nRF52840 PS, sections 6.33.10 and 6.34.9): ENABLE says which of them the block is.
//!
//! **Limits:** a byte is in memory when its last bit is there. FLUSHRX has nothing to flush, because no byte waits in the receiver.

use super::plain::Plain;
use super::*;
use crate::block::{EVENT_LINES, POWER, drive, event, happen, inten, intenclr, intenset, join_enables, task};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const FLUSHRX: u32 = 0x02c;
const ENDRX: u32 = 0x110;
const ENDTX: u32 = 0x120;
const RXSTARTED: u32 = 0x14c;
const TXSTARTED: u32 = 0x150;
const TXSTOPPED: u32 = 0x158;
const RXD_PTR: u32 = 0x534;
const RXD_MAXCNT: u32 = 0x538;
const RXD_AMOUNT: u32 = 0x53c;
const TXD_PTR: u32 = 0x544;
const TXD_MAXCNT: u32 = 0x548;
const TXD_AMOUNT: u32 = 0x54c;

const ENDRX_STARTRX: u32 = 1 << 5;
const ENDRX_STOPRX: u32 = 1 << 6;
const BITS: u32 = 0x005a_0397;

/// A transfer by EasyDMA: pointer and length are taken when it starts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Transfer {
    at: u64,
    length: u32,
    done: u32,
}

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Uarte {
    plain: Plain,
    sends: Option<Transfer>,
    receives: Option<Transfer>,
}

impl Device for Uarte {
    const NAME: &'static str = "nrf52-uarte";
    const BLOCK: &'static str = "UARTE";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_STARTRX", STARTRX),
        task("TASKS_STOPRX", STOPRX),
        task("TASKS_STARTTX", STARTTX),
        task("TASKS_STOPTX", STOPTX),
        task("TASKS_SUSPEND", SUSPEND),
        task("TASKS_FLUSHRX", FLUSHRX),
        event("EVENTS_CTS", CTS),
        event("EVENTS_NCTS", NCTS),
        event("EVENTS_RXDRDY", RXDRDY),
        event("EVENTS_ENDRX", ENDRX),
        event("EVENTS_TXDRDY", TXDRDY),
        event("EVENTS_ENDTX", ENDTX),
        event("EVENTS_ERROR", ERROR),
        event("EVENTS_RXTO", RXTO),
        event("EVENTS_RXSTARTED", RXSTARTED),
        event("EVENTS_TXSTARTED", TXSTARTED),
        event("EVENTS_TXSTOPPED", TXSTOPPED),
        Register::new("SHORTS", SHORTS, 0).rw(0x78),
        inten(BITS),
        intenset(BITS),
        intenclr(BITS),
        Register::new("ERRORSRC", ERRORSRC, 0).rc_w1(0xf),
        Register::new("ENABLE", ENABLE, 0).rw(0xf).on_write(),
        psel(0x8000_003f),
        Register::new("RXD", RXD, 0).on_read(),
        Register::new("TXD", TXD, 0).wo(0xff).on_write(),
        RATE,
        Register::new("RXD.PTR", RXD_PTR, 0).rw(u32::MAX),
        Register::new("RXD.MAXCNT", RXD_MAXCNT, 0).rw(0xffff),
        Register::new("RXD.AMOUNT", RXD_AMOUNT, 0),
        Register::new("TXD.PTR", TXD_PTR, 0).rw(u32::MAX),
        Register::new("TXD.MAXCNT", TXD_MAXCNT, 0).rw(0xffff),
        Register::new("TXD.AMOUNT", TXD_AMOUNT, 0),
        Register::new("CONFIG", CONFIG, 0).rw(0x1f).on_write(),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;
    const HAS_PORT: bool = true;
    const HAS_DMA: bool = true;

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let byte = self.plain.read_rxd(cx);
        drive::<Self>(cx);
        byte
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        if cx.get(ENABLE) == ENABLE_UARTE {
            tell(at.offset, cx);
            self.task(at.offset, written.value & 1 != 0, cx);
            if at.offset == CONFIG {
                self.go_on(cx);
            }
            self.show_rts(cx);
        } else {
            (self.sends, self.receives) = (None, None);
            self.plain.write(at, written, cx);
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, due_ns: u64, cx: &mut Context<'_>) {
        if cx.get(ENABLE) == ENABLE_UARTE {
            self.sent(due_ns, cx);
        } else {
            self.plain.sent(cx);
        }
        drive::<Self>(cx);
    }

    fn receive(&mut self, byte: u8, cx: &mut Context<'_>) {
        self.mishear(Heard::Byte(byte), cx);
    }

    fn mishear(&mut self, heard: Heard, cx: &mut Context<'_>) {
        if cx.get(ENABLE) == ENABLE_UARTE {
            tell_flaws(heard, cx);
            self.received(heard.byte(), cx);
            self.show_rts(cx);
        } else {
            self.plain.hear(heard, cx);
        }
        drive::<Self>(cx);
    }

    fn cts(&mut self, cx: &mut Context<'_>) {
        tell_cts(cx);
        self.go_on(cx);
        drive::<Self>(cx);
    }
}

impl Uarte {
    /// What waited for CTS leaves, if it may.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        if cx.get(ENABLE) != ENABLE_UARTE {
            self.plain.go_on(cx);
        } else if cx.due_ns(SENT).is_none() {
            let now_ns = cx.now_ns();
            self.send_next(now_ns, cx);
        }
    }

    /// RTS as it follows from whether there is a buffer.
    fn show_rts(&self, cx: &mut Context<'_>) {
        if cx.get(ENABLE) != ENABLE_UARTE {
            return self.plain.show_rts(cx);
        }
        let rts = cx.has(CONFIG, HWFC) && self.receives.is_some();
        cx.rts(rts);
    }

    fn task(&mut self, offset: u32, is_on: bool, cx: &mut Context<'_>) {
        match offset {
            STARTRX if is_on => self.start_receiving(cx),
            STOPRX if is_on => self.stop_receiving(cx),
            STARTTX if is_on => {
                let (at, length) = (cx.get(TXD_PTR).into(), cx.get(TXD_MAXCNT));
                self.sends = Some(Transfer { at, length, done: 0 });
                happen(TXSTARTED, cx);
                // One that still leaves is followed by the first.
                if cx.due_ns(SENT).is_none() {
                    let now_ns = cx.now_ns();
                    self.send_next(now_ns, cx);
                }
            }
            STOPTX if is_on => {
                if let Some(transfer) = self.sends.take() {
                    cx.set(TXD_AMOUNT, transfer.done);
                    happen(ENDTX, cx);
                }
                happen(TXSTOPPED, cx);
            }
            FLUSHRX if is_on => {
                cx.set(RXD_AMOUNT, 0);
                happen(ENDRX, cx);
            }
            _ => {}
        }
    }

    /// The next byte leaves at `at_ns`, or the transfer ends.
    fn send_next(&mut self, at_ns: u64, cx: &mut Context<'_>) {
        let Some(transfer) = &mut self.sends else { return };
        if transfer.done == transfer.length {
            cx.set(TXD_AMOUNT, transfer.done);
            happen(ENDTX, cx);
            self.sends = None;
            return;
        }
        if !may_send(cx) {
            return;
        }
        let mut byte = [0];
        let from = transfer.at + u64::from(transfer.done);
        transfer.done += 1;
        if cx.read_memory(from, &mut byte).is_err() {
            cx.report(format!("EasyDMA reads {from:#x}, where there is no memory: it sends 0"));
        }
        cx.send(byte[0]);
        let frame_ns = frame_ns(cx);
        cx.arm(SENT, at_ns + frame_ns);
    }

    fn sent(&mut self, due_ns: u64, cx: &mut Context<'_>) {
        happen(TXDRDY, cx);
        self.send_next(due_ns, cx);
    }

    fn start_receiving(&mut self, cx: &mut Context<'_>) {
        let (at, length) = (cx.get(RXD_PTR).into(), cx.get(RXD_MAXCNT));
        self.receives = Some(Transfer { at, length, done: 0 });
        happen(RXSTARTED, cx);
    }

    fn stop_receiving(&mut self, cx: &mut Context<'_>) {
        if let Some(transfer) = self.receives.take() {
            cx.set(RXD_AMOUNT, transfer.done);
            happen(ENDRX, cx);
        }
        happen(RXTO, cx);
    }

    fn received(&mut self, byte: u8, cx: &mut Context<'_>) {
        let Some(transfer) = self.receives.as_mut().filter(|transfer| transfer.done < transfer.length) else {
            cx.put(ERRORSRC, OVERRUN, true);
            happen(ERROR, cx);
            cx.report("a received byte is lost: EasyDMA has no buffer (OVERRUN)");
            return;
        };
        let to = transfer.at + u64::from(transfer.done);
        transfer.done += 1;
        let (done, is_full) = (transfer.done, transfer.done == transfer.length);
        if cx.write_memory(to, &[byte]).is_err() {
            cx.report(format!("EasyDMA writes {to:#x}, where there is no memory"));
        }
        happen(RXDRDY, cx);
        if is_full {
            self.receives = None;
            cx.set(RXD_AMOUNT, done);
            happen(ENDRX, cx);
            if cx.has(SHORTS, ENDRX_STARTRX) {
                self.start_receiving(cx);
            } else if cx.has(SHORTS, ENDRX_STOPRX) {
                self.stop_receiving(cx);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    fn started() -> Bench<Uarte> {
        let mut uart = Bench::<Uarte>::default();
        *uart.memory() = b"....hello.......".to_vec();
        uart.write(ENABLE, ENABLE_UARTE);
        uart.write(BAUDRATE, 0x01d6_0000);
        uart
    }

    #[test]
    fn sends_from_memory() {
        assert_eq!(Bench::<Uarte>::default().differs_after_reset(), []);
        let mut uart = started();
        uart.write(TXD_PTR, 4);
        uart.write(TXD_MAXCNT, 5);
        uart.write(0x304, 1 << 8);
        uart.write(STARTTX, 1);
        uart.advance_ns(200_000);
        uart.save_and_restore();
        uart.advance_ns(5 * 87_149 - 200_001);
        assert!(!uart.irq(0));
        uart.advance_ns(1);
        assert_eq!((uart.irq(0), uart.read(ENDTX)), (true, 1));
        let sent: Vec<u8> = uart.take_sent().into_iter().map(|(_, byte)| byte).collect();
        assert_eq!((sent, uart.read(TXD_AMOUNT)), (b"hello".to_vec(), 5));
        uart.write(STOPTX, 1);
        assert_eq!((uart.read(TXSTOPPED), uart.take_mistakes()), (1, vec![]));
    }

    #[test]
    fn receives_into_memory() {
        let mut uart = started();
        uart.write(RXD_PTR, 9);
        uart.write(RXD_MAXCNT, 2);
        uart.write(SHORTS, ENDRX_STOPRX);
        uart.write(STARTRX, 1);
        uart.receive(b'a');
        assert_eq!(uart.read(ENDRX), 0);
        uart.receive(b'b');
        assert_eq!((uart.read(ENDRX), uart.read(RXD_AMOUNT), uart.read(RXTO)), (1, 2, 1));
        assert_eq!(uart.memory()[9..12], *b"ab.");
        uart.receive(b'c');
        assert_eq!((uart.read(ERRORSRC), uart.take_mistakes().len()), (OVERRUN, 1));
    }

    #[test]
    fn flow_control() {
        let mut uart = started();
        uart.write(CONFIG, HWFC);
        uart.write(RXD_PTR, 9);
        uart.write(RXD_MAXCNT, 1);
        assert!(!uart.rts(), "there is no buffer");
        uart.write(STARTRX, 1);
        assert!(uart.rts());
        uart.receive(b'a');
        assert!(!uart.rts());
        uart.write(TXD_PTR, 4);
        uart.write(TXD_MAXCNT, 2);
        uart.set_cts(false);
        uart.write(STARTTX, 1);
        uart.advance_ns(1_000_000);
        assert_eq!(uart.take_sent(), []);
        uart.set_cts(true);
        uart.set_cts(false);
        uart.advance_ns(1_000_000);
        assert_eq!(uart.take_sent(), [(1_000_000, b'h')]);
        uart.set_cts(true);
        uart.advance_ns(1_000_000);
        assert_eq!((uart.take_sent(), uart.read(ENDTX)), (vec![(2_000_000, b'e')], 1));
        uart.hear(Heard::Framing(0));
        assert_eq!(uart.read(ERRORSRC), OVERRUN | FRAMING);
    }

    #[test]
    fn is_a_plain_one_too() {
        let mut uart = started();
        uart.write(ENABLE, ENABLE_UART);
        uart.write(STARTTX, 1);
        uart.write(TXD, b'x'.into());
        assert_eq!(uart.take_sent(), [(0, b'x')]);
    }
}
