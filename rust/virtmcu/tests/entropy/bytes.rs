// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a firmware stores into a UART's data register is sent.

use crate::common;
use crate::machine::Code;
use crate::{hash, run};

/// For the board with SiFive's UART: stores 40 bytes from '0' on, five at a time, so that more than one waits in the queue
/// of eight when its end comes; and the end of a line.
const STORES_40: &[u32] = &[
    0x1001_32b7, // lui   t0, 0x10013    UART 0
    0x0010_0313, // li    t1, 1
    0x0062_a423, // sw    t1, 8(t0)      transmitter on
    0x0300_0513, // li    a0, '0' + 0
    0x0310_0593, // li    a1, '0' + 1
    0x0320_0613, // li    a2, '0' + 2
    0x0330_0693, // li    a3, '0' + 3
    0x0340_0713, // li    a4, '0' + 4
    0x0580_0e13, // li    t3, '0' + 40
    0x0002_ae83, // lw    t4, 0(t0)      negative: full
    0xfe0e_cee3, // bltz  t4, -4
    0x00a2_a023, // sw    a0, 0(t0)
    0x00b2_a023, // sw    a1, 0(t0)
    0x00c2_a023, // sw    a2, 0(t0)
    0x00d2_a023, // sw    a3, 0(t0)
    0x00e2_a023, // sw    a4, 0(t0)
    0x0055_0513, // addi  a0, a0, 5
    0x0055_8593, // addi  a1, a1, 5
    0x0056_0613, // addi  a2, a2, 5
    0x0056_8693, // addi  a3, a3, 5
    0x0057_0713, // addi  a4, a4, 5
    0xfdc5_18e3, // bne   a0, t3, -48
    0x0002_ae83, // lw    t4, 0(t0)
    0xfe0e_cee3, // bltz  t4, -4
    0x00a0_0393, // li    t2, '\n'
    0x0072_a023, // sw    t2, 0(t0)
    0x0000_006f, // j     0
];

#[test]
fn no_uart_loses_bytes() {
    let board = board::find("qemu:sifive-e").expect("a board with SiFive's UART");
    let place = Code::words(STORES_40).place(&board, "10ms", 1);
    hash(&place, run(&place, &common::dist()));
    let trace = place.read("out.trace");
    assert!(trace.contains(r#""0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW\n""#), "{trace}");
}
