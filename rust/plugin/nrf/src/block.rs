// SPDX-License-Identifier: GPL-2.0-or-later
//! What all blocks of an nRF have in common: tasks, events, and which events interrupt (nRF51 RM, section 10; nRF52840 PS, section 6.1).
//!
//! An event is a register from 0x100 on, and bit n of INTEN is that of the event at `0x100 + 4 * n`.

use device::{Context, Device, Lines, Place, Register};

const EVENTS: std::ops::Range<u32> = 0x100..0x180;
const INTEN: u32 = 0x300;
const INTENSET: u32 = 0x304;
const INTENCLR: u32 = 0x308;

/// To PPI: a pulse when an event happens. The first group of lines of all blocks that have events.
pub(crate) const EVENT_LINES: Lines = Lines { name: "events", count: 32 };

/// A task: writing 1 starts it.
pub(crate) const fn task(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).wo(1).on_write()
}

/// An event: 1 when it has happened; the guest writes 0.
pub(crate) const fn event(name: &'static str, offset: u32) -> Register {
    Register::new(name, offset, 0).rw(1).on_write()
}

/// An event happens: its register shows it, and PPI sees it.
pub(crate) fn happen(event: u32, cx: &mut Context<'_>) {
    happen_at(event, 0, cx);
}

/// The same for number `index` of an array of events.
pub(crate) fn happen_at(event: u32, index: usize, cx: &mut Context<'_>) {
    cx.set_at(event, index, 1);
    let line = (event - EVENTS.start) as usize / 4 + index;
    cx.output(0, line, true);
    cx.output(0, line, false);
}

/// INTEN, in the blocks that have it, with the bits of the events that there are.
pub(crate) const fn inten(bits: u32) -> Register {
    Register::new("INTEN", INTEN, 0).rw(bits).on_write()
}

/// INTENSET, with the bits of the events that there are.
pub(crate) const fn intenset(bits: u32) -> Register {
    Register::new("INTENSET", INTENSET, 0).rs(bits).on_write()
}

/// INTENCLR, with the same bits.
pub(crate) const fn intenclr(bits: u32) -> Register {
    Register::new("INTENCLR", INTENCLR, 0).rc_w1(bits).on_write()
}

/// POWER, which an nRF51 has in most blocks, and an nRF52 for the sake of its anomalies. A block that is switched off goes on.
pub(crate) const POWER: Register = Register::new("POWER", 0xffc, 1).rw(1).unmodelled(1);

/// After a write: INTENSET and INTENCLR show the same, and INTEN, which only some blocks have.
pub(crate) fn join_enables<D: Device>(at: Place, cx: &mut Context<'_>) {
    let has_inten = D::REGISTERS.iter().any(|register| register.offset() == INTEN);
    join(at, if has_inten { &[INTEN, INTENSET, INTENCLR] } else { &[INTENSET, INTENCLR] }, cx);
}

/// After a write to one of several registers that store, set and clear the same bits: all of them show those.
pub(crate) fn join(at: Place, all: &[u32], cx: &mut Context<'_>) {
    if all.contains(&at.offset) {
        let bits = cx.get(at.offset);
        all.iter().for_each(|register| cx.set(*register, bits));
    }
}

/// Drives the interrupt line: some event has happened that may interrupt.
pub(crate) fn drive<D: Device>(cx: &mut Context<'_>) {
    let enabled = cx.get(INTENSET);
    let mut happened = 0;
    for register in D::REGISTERS.iter().filter(|register| EVENTS.contains(&register.offset())) {
        for index in 0..register.count() {
            let is_set = cx.get_at(register.offset(), index as usize) & 1;
            happened |= is_set << ((register.offset_of(index) - EVENTS.start) / 4);
        }
    }
    cx.irq(0, happened & enabled != 0);
}
