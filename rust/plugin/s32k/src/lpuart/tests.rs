// SPDX-License-Identifier: GPL-2.0-or-later
//! LPUART on the bench.

use super::*;
use device::Bench;

/// 8 MHz / (16 * 4) = 125000 baud: a bit has 8000 ns.
const BIT_NS: u64 = 8_000;
const FRAME_NS: u64 = 10 * BIT_NS;
const RIE: u32 = RDRF;
const TIE: u32 = TDRE;
const TCIE: u32 = TC;
const ILIE: u32 = IDLE;
const ORIE: u32 = OR << 8;

/// Switched on, the preamble has left.
fn on(fifo: u32, ctrl: u32) -> Bench<Lpuart> {
    let mut uart = Bench::<Lpuart>::new(&[8_000_000], &[]);
    assert_eq!(uart.differs_after_reset(), []);
    uart.write(FIFO, fifo);
    uart.write(CTRL, TE | RE | ctrl);
    uart.advance_ns(FRAME_NS);
    uart
}

#[test]
fn a_preamble_comes_first() {
    let mut uart = Bench::<Lpuart>::new(&[8_000_000], &[]);
    uart.write(CTRL, TE);
    assert_eq!(uart.read(STAT) & (TDRE | TC), TDRE);
    uart.write(DATA, b'a'.into());
    assert_eq!(uart.read(STAT) & (TDRE | TC), 0);
    uart.advance_ns(2 * FRAME_NS);
    assert_eq!(uart.take_sent(), [(FRAME_NS, b'a')]);
    assert_eq!(uart.read(STAT) & (TDRE | TC), TDRE | TC);
}

#[test]
fn bytes_take_their_time() {
    let mut uart = on(0, 0);
    uart.write(DATA, b'a'.into());
    assert_eq!(uart.read(STAT) & (TDRE | TC), TDRE);
    uart.write(DATA, b'b'.into());
    assert_eq!(uart.read(STAT) & (TDRE | TC), 0);
    uart.save_and_restore();
    uart.advance_ns(2 * FRAME_NS);
    assert_eq!(uart.take_sent(), [(FRAME_NS, b'a'), (2 * FRAME_NS, b'b')]);
    assert_eq!(uart.read(STAT) & (TDRE | TC), TDRE | TC);
    assert_eq!(uart.take_mistakes(), [] as [String; 0]);
    uart.write(DATA, 1);
    uart.write(DATA, 2);
    uart.write(DATA, 3);
    assert_eq!((uart.read(FIFO) & TXOF, uart.take_mistakes().len()), (TXOF, 1));
    uart.advance_ns(9 * FRAME_NS);
    assert_eq!(uart.take_sent().len(), 2);
}

#[test]
fn fifos_and_watermarks() {
    let mut uart = on(TXFE | RXFE, 0);
    uart.write(WATER, 1 << 16 | 2);
    for byte in 0..5 {
        uart.write(DATA, byte);
    }
    assert_eq!((uart.read(WATER), uart.read(STAT) & TDRE), (1 << 16 | 2 | 4 << 8, 0));
    uart.advance_ns(2 * FRAME_NS);
    assert_eq!((uart.read(WATER) >> 8 & 7, uart.read(STAT) & TDRE), (2, TDRE));
    uart.write(FIFO, TXFE | RXFE | TXFLUSH);
    uart.advance_ns(9 * FRAME_NS);
    assert_eq!((uart.take_sent().len(), uart.read(FIFO) & TXEMPT), (3, TXEMPT));
    for byte in b"wxyz!" {
        uart.receive(*byte);
    }
    assert_eq!(uart.read(STAT) & (RDRF | OR), RDRF | OR);
    assert_eq!(uart.read(WATER) >> 24, 4);
    for byte in b"wxy" {
        assert_eq!(uart.read(DATA), u32::from(*byte));
    }
    assert_eq!(uart.read(STAT) & RDRF, 0, "one is not more than RXWATER");
    uart.receive(b'?');
    assert_eq!(uart.read(WATER) >> 24, 1, "OR is still set");
    assert_eq!((uart.read(DATA), uart.read(DATA)), (b'z'.into(), DATA_RXEMPT));
    assert_eq!(uart.read(FIFO) & (RXUF | RXEMPT), RXUF | RXEMPT);
}

#[test]
fn a_partial_fifo_is_told_when_the_line_is_idle() {
    let mut uart = on(RXFE | 2 << 10, RIE);
    uart.write(WATER, 3 << 16);
    uart.receive(b'x');
    uart.advance_ns(2 * FRAME_NS - 1);
    assert!(!uart.irq(0));
    uart.advance_ns(1);
    assert!(uart.irq(0));
    assert_eq!((uart.read(DATA), uart.irq(0)), (b'x'.into(), false));
}

#[test]
fn interrupts_follow_their_flags() {
    let mut uart = on(0, RIE | ORIE);
    uart.receive(b'x');
    assert!(uart.irq(0));
    uart.receive(b'y');
    assert_eq!((uart.read(DATA), uart.irq(0)), (b'x'.into(), true), "OR");
    uart.write(STAT, OR);
    assert!(!uart.irq(0));
    uart.receive(b'z');
    assert_eq!(uart.read(DATA), b'z'.into());
    for enable in [TIE, TCIE] {
        uart.write(CTRL, TE | enable);
        assert!(uart.irq(0));
        uart.write(DATA, 1);
        uart.write(DATA, 2);
        assert!(!uart.irq(0));
        uart.advance_ns(2 * FRAME_NS);
        assert!(uart.irq(0));
    }
}

#[test]
fn the_line_gets_idle() {
    let check = |ctrl: u32, byte: u8, after_ns: u64| {
        let mut uart = on(0, ILIE | ctrl);
        uart.receive(byte);
        uart.advance_ns(after_ns - 1);
        assert!(!uart.irq(0), "{ctrl:#x}");
        uart.advance_ns(1);
        assert!(uart.irq(0), "{ctrl:#x}");
        uart.write(STAT, IDLE);
        assert!(!uart.irq(0), "{ctrl:#x}");
    };
    check(ILT, b'x', FRAME_NS);
    check(ILT | 3 << 8, b'x', 8 * FRAME_NS);
    // The stop bit counts, and the ones before it.
    check(0, 0x00, 9 * BIT_NS);
    check(0, 0xe0, 6 * BIT_NS);
}

#[test]
fn frames() {
    let check = |baud: u32, ctrl: u32, after_ns: u64| {
        let mut uart = on(0, 0);
        uart.write(BAUD, baud);
        uart.write(CTRL, TE | ctrl);
        let start_ns = uart.now_ns();
        uart.write(DATA, 1);
        uart.write(DATA, 1);
        uart.advance_ns(1_000_000_000);
        assert_eq!(uart.take_sent()[1].0 - start_ns, after_ns, "{baud:#x} {ctrl:#x}");
    };
    check(15 << 24 | 4, 0, 80_000);
    check(15 << 24 | 4, M, 88_000);
    check(15 << 24 | 4, M7, 72_000);
    check(M10 | 15 << 24 | 4, 0, 96_000);
    check(SBNS | 15 << 24 | 4, 0, 88_000);
    check(4, 0, 80_000);
    check(4 << 24 | 8, 0, 50_000);
}

#[test]
fn loops_reset_and_parity() {
    let mut uart = on(0, LOOPS);
    uart.write(DATA, b'l'.into());
    uart.advance_ns(FRAME_NS);
    assert_eq!((uart.read(DATA), uart.take_sent()), (b'l'.into(), vec![]));
    uart.write(GLOBAL, RST);
    assert_eq!((uart.read(GLOBAL), uart.read(CTRL), uart.read(STAT)), (RST, 0, TDRE | TC));
    let mut uart = on(0, M7 | PE);
    uart.write(DATA, 0xff);
    assert_eq!(uart.take_sent()[0].1, 0x3f);
}

#[test]
fn without_a_clock_nothing_leaves() {
    let mut uart = Bench::<Lpuart>::new(&[0], &[]);
    uart.write(CTRL, TE);
    uart.write(DATA, 1);
    uart.advance_ns(1_000_000);
    assert_eq!((uart.take_sent(), uart.take_mistakes().len()), (vec![], 1));
}

#[test]
fn a_break_takes_its_time() {
    let mut uart = on(0, 0);
    uart.write(CTRL, TE | SBK);
    uart.write(CTRL, TE);
    uart.write(DATA, b'a'.into());
    uart.advance_ns(3 * FRAME_NS);
    // Behind it the line is high for a bit.
    assert_eq!(uart.take_breaks(), [(FRAME_NS, 10)]);
    assert_eq!(uart.take_sent(), [(2 * FRAME_NS + BIT_NS, b'a')]);
    uart.write(STAT, BRK13);
    uart.write(CTRL, TE | SBK);
    uart.write(CTRL, TE);
    assert_eq!(uart.take_breaks(), [(4 * FRAME_NS, 13)]);
    assert_eq!(uart.take_mistakes(), [] as [String; 0]);
}

#[test]
fn tells_what_its_registers_come_to() {
    let check = |baud: u32, ctrl: u32, expected: Option<(u64, &str)>| {
        let mut uart = on(0, 0);
        uart.write(CTRL, 0);
        uart.write(BAUD, baud);
        uart.write(CTRL, ctrl);
        let settings = expected.and_then(|(hz, framing)| Settings::of_baud(hz, framing.parse().unwrap()));
        assert_eq!(uart.settings(), settings, "{baud:#x} {ctrl:#x}");
    };
    check(0x0f00_0004, TE, Some((125_000, "8N1")));
    check(0x0f00_0004 | SBNS, RE | M7, Some((125_000, "7N2")));
    check(0x0700_0004, RE | M | PE, Some((250_000, "8E1")));
    check(0x0700_0004, RE | PE | PT, Some((250_000, "7O1")));
    check(0x0f00_0004, 0, None);
    check(0x0f00_0000, TE, None);
}

#[test]
fn errors_set_their_flags() {
    let check = |heard: Heard, flag: u32, enable: u32| {
        let mut uart = on(0, enable);
        uart.hear(heard);
        assert_eq!(uart.read(STAT) & (PF | FE | NF | RDRF), flag | RDRF, "{heard:?}");
        assert!(uart.irq(0));
        uart.write(STAT, flag);
        assert!(!uart.irq(0));
        assert_eq!(uart.read(DATA), heard.byte().into());
    };
    check(Heard::Noise(1), NF, NF << 8);
    check(Heard::Parity(2), PF, PF << 8);
    check(Heard::Framing(3), FE, FE << 8);
    check(Heard::Break, FE, FE << 8);
}

#[test]
fn waits_for_a_break_if_it_is_told_to() {
    let mut uart = on(0, RIE);
    uart.write(BAUD, 0x0f00_0004 | LBKDIE);
    uart.write(STAT, LBKDE);
    uart.receive(b'x');
    assert!(!uart.irq(0));
    uart.hear(Heard::Break);
    assert_eq!((uart.read(STAT) & (LBKDIF | FE | RDRF), uart.irq(0)), (LBKDIF, true));
    uart.write(STAT, LBKDIF);
    assert!(!uart.irq(0));
    uart.receive(b'y');
    assert_eq!((uart.read(DATA), uart.take_mistakes()), (b'y'.into(), vec![]));
}

#[test]
fn flow_control() {
    let mut uart = on(RXFE, 0);
    assert!(!uart.rts());
    uart.write(MODIR, TXCTSE | RXRTSE | 1 << 8);
    assert!(uart.rts());
    for byte in [1, 2, 3] {
        assert!(uart.rts());
        uart.receive(byte);
    }
    assert!(!uart.rts(), "there is room for one, as RTSWATER says");
    uart.read(DATA);
    assert!(uart.rts());
    uart.set_cts(false);
    uart.write(DATA, b'a'.into());
    uart.advance_ns(5 * FRAME_NS);
    assert_eq!(uart.take_sent(), []);
    uart.set_cts(true);
    assert_eq!((uart.take_sent(), uart.take_mistakes()), (vec![(6 * FRAME_NS, b'a')], vec![]));
    uart.write(CTRL, TE);
    assert!(!uart.rts());
}
