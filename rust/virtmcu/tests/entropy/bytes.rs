// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a firmware stores into a UART's data register is sent.

use crate::common;
use crate::machine::Code;
use crate::{hash, run};

/// For the board with SiFive's UART: waits for room in the FIFO of eight and stores the next, 40 bytes from '0' on and the
/// end of a line.
const STORES_40: &[u32] = &[
    0x1001_32b7, // lui   t0, 0x10013    UART 0
    0x0010_0313, // li    t1, 1
    0x0062_a423, // sw    t1, 8(t0)      transmitter on
    0x0300_0393, // li    t2, '0'
    0x0580_0e13, // li    t3, '0' + 40
    0x0002_ae83, // lw    t4, 0(t0)      negative: full
    0xfe0e_cee3, // bltz  t4, -4
    0x0072_a023, // sw    t2, 0(t0)
    0x0013_8393, // addi  t2, t2, 1
    0xffc3_98e3, // bne   t2, t3, -16
    0x0002_ae83, // lw    t4, 0(t0)
    0xfe0e_cee3, // bltz  t4, -4
    0x00a0_0393, // li    t2, '\n'
    0x0072_a023, // sw    t2, 0(t0)
    0x0000_006f, // j     0
];

#[test]
fn no_uart_loses_bytes() {
    let board = board::find("qemu:sifive-e").expect("a board with SiFive's UART");
    let place = Code::riscv(STORES_40).place(board, "10ms", 1);
    hash(&place, run(&place, &common::dist()));
    let trace = place.read("out.trace");
    assert!(trace.contains(r#""0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW\n""#), "{trace}");
}
