// SPDX-License-Identifier: GPL-2.0-or-later
//! The Ethernet controller of the STM32F4 (RM0090, 33): MAC with filters of addresses, DMA with descriptors, station management with a PHY.
//!
//! What is sent takes its time on the wire before its descriptor comes back. What arrives waits in the receive FIFO of 2 KB until there
//! is a descriptor; what finds it full is lost, and counted.
//!
//! **Limits:** 10 and 100 Mbit/s full duplex: no half duplex, no pause frames. No time stamps, no wake-up, no filters by VLAN or source; of the
//! counters those of good frames. Received checksums are not looked at: on a link no byte is wrong. MACA0 holds the port's address from the start, as a
//! boot loader leaves it; on the chip it is all ones.

mod checksum;
mod filter;
mod phy;
mod receive;
mod registers;
#[cfg(test)]
mod tests;
mod transmit;

use device::{Context, Device, Place, Property, Register, Written};
use phy::Phy;
use registers::*;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use transmit::Sending;

// Timers: a frame has left, and its gap; the PHY has answered.
const SENT: usize = 0;
const MANAGED: usize = 1;

const PHY_ADDRESS: usize = 0;
const MAC_ADDRESS: usize = 1;

/// What it knows besides its registers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Eth {
    phy: Phy,
    /// The frame that is on the wire.
    sending: Option<Sending>,
    /// What has come in and has no descriptor yet.
    fifo: VecDeque<Vec<u8>>,
}

/// Part of a frame's way through DMA that cannot go on.
enum Stop {
    /// The descriptor is the software's.
    Unavailable,
    /// There is no memory; the kind of access, as EBS tells it.
    Bus(u32),
}

const fn all(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).rw(u32::MAX)
}

impl Device for Eth {
    const NAME: &'static str = "stm32f4-eth";
    const BLOCK: &'static str = "ETH";
    const SIZE: u32 = 0x1400;
    const REGISTERS: &'static [Register] = &[
        Register::new("MACCR", MACCR, 0x8000).rw(0x02cf_7efc).unmodelled(MACCR_NOT_MODELLED).on_write(),
        Register::new("MACFFR", MACFFR, 0).rw(0x8000_07ff).unmodelled(MACFFR_NOT_MODELLED),
        all("MACHTHR", MACHTHR, 0),
        all("MACHTLR", MACHTLR, 0),
        Register::new("MACMIIAR", MACMIIAR, 0).rw(0xffdf).on_write(),
        Register::new("MACMIIDR", MACMIIDR, 0).rw(0xffff),
        // FCB, TFCE and RFCE: pause frames.
        Register::new("MACFCR", MACFCR, 0).rw(0xffff_00bf).unmodelled(7),
        Register::new("MACVLANTR", MACVLANTR, 0).rw(0x1_ffff),
        Register::new("MACPMTCSR", MACPMTCSR, 0).rw(0x8000_0207).unmodelled(0x8000_0207),
        Register::new("MACDBGR", MACDBGR, 0),
        Register::new("MACSR", MACSR, 0),
        Register::new("MACIMR", MACIMR, 0).rw(0x208),
        Register::new("MACA0HR", MACA0HR, 0x8000_ffff).rw(0xffff),
        all("MACA0LR", MACA0LR, u32::MAX),
        Register::new("MACAHR", MACAHR, 0xffff).rw(0xff00_ffff).array(3, 8),
        all("MACALR", MACALR, u32::MAX).array(3, 8),
        Register::new("MMCCR", MMCCR, 0).rw(0x3f).on_write(),
        Register::new("MMCRIR", MMCRIR, 0),
        Register::new("MMCTIR", MMCTIR, 0),
        Register::new("MMCRIMR", MMCRIMR, 0).rw(0x2_0060),
        Register::new("MMCTIMR", MMCTIMR, 0).rw(0x20_c000),
        Register::new("MMCTGFSCCR", MMCTGFSCCR, 0),
        Register::new("MMCTGFMSCCR", MMCTGFMSCCR, 0),
        Register::new("MMCTGFCR", MMCTGFCR, 0),
        Register::new("MMCRFCECR", MMCRFCECR, 0),
        Register::new("MMCRFAECR", MMCRFAECR, 0),
        Register::new("MMCRGUFCR", MMCRGUFCR, 0),
        Register::new("PTPTSCR", PTPTSCR, 0x2000).rw(0x7_ff3f).unmodelled(1),
        Register::new("PTPSSIR", PTPSSIR, 0).rw(0xff),
        Register::new("PTPTSHR", PTPTSHR, 0),
        Register::new("PTPTSLR", PTPTSLR, 0),
        all("PTPTSHUR", PTPTSHUR, 0),
        all("PTPTSLUR", PTPTSLUR, 0),
        all("PTPTSAR", PTPTSAR, 0),
        all("PTPTTHR", PTPTTHR, 0),
        all("PTPTTLR", PTPTTLR, 0),
        Register::new("PTPTSSR", PTPTSSR, 0),
        Register::new("PTPPPSCR", PTPPPSCR, 0),
        Register::new("DMABMR", DMABMR, 0x0002_0101).rw(0x07ff_ffff).on_write(),
        all("DMATPDR", DMATPDR, 0).on_write(),
        all("DMARPDR", DMARPDR, 0).on_write(),
        all("DMARDLAR", DMARDLAR, 0).on_write(),
        all("DMATDLAR", DMATDLAR, 0).on_write(),
        Register::new("DMASR", DMASR, 0).rc_w1(NORMAL | ABNORMAL | AIS | NIS).on_write(),
        Register::new("DMAOMR", DMAOMR, 0).rw(0x0731_e0de).on_write(),
        Register::new("DMAIER", DMAIER, 0).rw(NORMAL | ABNORMAL | AIS | NIS).on_write(),
        Register::new("DMAMFBOCR", DMAMFBOCR, 0).rc_r(0x1fff_ffff),
        Register::new("DMARSWTR", DMARSWTR, 0).rw(0xff).unmodelled(0xff),
        Register::new("DMACHTDR", DMACHTDR, 0),
        Register::new("DMACHRDR", DMACHRDR, 0),
        Register::new("DMACHTBAR", DMACHTBAR, 0),
        Register::new("DMACHRBAR", DMACHRBAR, 0),
    ];
    const IRQS: &'static [&'static str] = &["eth"];
    const CLOCKS: &'static [&'static str] = &["hclk"];
    const PROPERTIES: &'static [Property] =
        &[Property { name: "phy-address", default: 0 }, Property { name: "mac", default: 0 }];
    const TIMERS: usize = 2;
    const ETHERNET: bool = true;
    const HAS_DMA: bool = true;

    fn reset(&mut self, cx: &mut Context<'_>) {
        *self = Eth::default();
        let address = cx.property(MAC_ADDRESS);
        if address != 0 {
            let [_, _, a, b, c, d, e, f] = address.to_be_bytes();
            cx.set(MACA0LR, u32::from_le_bytes([a, b, c, d]));
            cx.set(MACA0HR, 0x8000_0000 | u32::from_le_bytes([e, f, 0, 0]));
        }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            MACMIIAR => self.manage(written, cx),
            MMCCR if written.value & 1 != 0 => {
                cx.put(MMCCR, 1, false);
                cx.set(MMCTGFCR, 0);
                cx.set(MMCRGUFCR, 0);
            }
            DMABMR if written.value & SR != 0 => self.software_reset(cx),
            DMARDLAR => cx.set(DMACHRDR, written.value & !3),
            DMATDLAR => cx.set(DMACHTDR, written.value & !3),
            DMAOMR => self.operate(written, cx),
            MACCR | DMATPDR => {
                self.transmit(cx);
                self.take_in(cx);
            }
            DMARPDR => self.take_in(cx),
            _ => {}
        }
        refresh(cx);
    }

    fn timer(&mut self, timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        match timer {
            SENT => self.sent(cx),
            MANAGED => self.managed(cx),
            _ => {}
        }
        refresh(cx);
    }

    fn on_frame(&mut self, frame: &[u8], cx: &mut Context<'_>) {
        self.arrive(frame, cx);
        refresh(cx);
    }
}

impl Eth {
    /// All but the PHY and what its address is, which the software sets again.
    fn software_reset(&mut self, cx: &mut Context<'_>) {
        for register in Self::REGISTERS {
            for index in 0..register.count() {
                cx.set_at(register.offset(), index as usize, register.reset());
            }
        }
        // It is over at once.
        cx.put(DMABMR, SR, false);
        (self.sending, self.fifo) = (None, VecDeque::new());
        cx.cancel(SENT);
        cx.cancel(MANAGED);
    }

    /// DMA is started or stopped.
    fn operate(&mut self, written: Written, cx: &mut Context<'_>) {
        // All of it is with DMA already when a frame is on the wire.
        cx.put(DMAOMR, FTF, false);
        let stopped = written.before & !cx.get(DMAOMR);
        for (start, states, status) in [(START_TX, TPS, TPSS), (START_RX, RPS, RPSS)] {
            if stopped & start != 0 {
                cx.put(DMASR, states, false);
                cx.put(DMASR, status, true);
            }
        }
        self.transmit(cx);
        self.take_in(cx);
    }

    /// The software asks the PHY: 64 cycles of MDC, which is HCLK divided as CR says.
    fn manage(&mut self, written: Written, cx: &mut Context<'_>) {
        if written.value & MB == 0 {
            return;
        }
        let divided = match written.value >> 2 & 7 {
            0 => 42,
            1 => 62,
            2 => 16,
            3 => 26,
            _ => 102,
        };
        let hz = cx.clock_hz(0).max(1);
        let at_ns = cx.now_ns() + 64 * divided * 1_000_000_000 / hz;
        cx.arm(MANAGED, at_ns);
    }

    fn managed(&mut self, cx: &mut Context<'_>) {
        let command = cx.get(MACMIIAR);
        let (address, register) = (u64::from(command >> 11 & 31), command >> 6 & 31);
        let is_ours = address == cx.property(PHY_ADDRESS);
        if command & MW != 0 {
            let value = cx.get(MACMIIDR) as u16;
            if is_ours {
                self.phy.write(register, value);
            }
        } else {
            // Nobody pulls the line down where no PHY is.
            let value = if is_ours { self.phy.read(register) } else { 0xffff };
            cx.set(MACMIIDR, value.into());
        }
        cx.put(MACMIIAR, MB, false);
    }
}

/// The error that ends one direction of DMA.
fn bus_error(start: u32, kind: u32, cx: &mut Context<'_>) {
    cx.put(DMASR, EBS, false);
    cx.put(DMASR, kind | FBES, true);
    cx.put(DMAOMR, start, false);
}

/// The line follows the status: the summaries are sticky.
fn refresh(cx: &mut Context<'_>) {
    let enabled = cx.get(DMASR) & cx.get(DMAIER);
    cx.put(DMASR, if enabled & NORMAL != 0 { NIS } else { 0 }, true);
    cx.put(DMASR, if enabled & ABNORMAL != 0 { AIS } else { 0 }, true);
    let level = cx.get(DMASR) & cx.get(DMAIER) & (NIS | AIS) != 0;
    cx.irq(0, level);
}

/// Reads a word of a descriptor.
fn descriptor(address: u32, word: u32, from: u32, cx: &mut Context<'_>) -> Result<u32, Stop> {
    let mut bytes = [0; 4];
    let read = cx.read_memory(u64::from(address) + u64::from(4 * word), &mut bytes);
    read.map(|()| u32::from_le_bytes(bytes)).map_err(|_| Stop::Bus(from | EBS_READ | EBS_DESCRIPTOR))
}

/// Writes the first word of a descriptor.
fn give_back(address: u32, value: u32, from: u32, cx: &mut Context<'_>) -> Result<(), Stop> {
    cx.write_memory(address.into(), &value.to_le_bytes()).map_err(|_| Stop::Bus(from | EBS_DESCRIPTOR))
}

/// Where the next descriptor is: chained, or behind this one, or at the start of the ring.
fn next(address: u32, chained: Option<u32>, is_last: bool, list: u32, cx: &mut Context<'_>) -> u32 {
    let how = cx.get(DMABMR);
    let words = if how & EDFE != 0 { 8 } else { 4 } + (how >> 2 & 31);
    match (is_last, chained) {
        (true, _) => cx.get(list) & !3,
        (false, Some(next)) => next & !3,
        (false, None) => address.wrapping_add(4 * words),
    }
}
