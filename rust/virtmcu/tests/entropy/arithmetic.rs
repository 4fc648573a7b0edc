// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A guest's floating point is computed by the host where that gives the same (QEMU's softfloat.c: only what IEEE 754 rounds
//! exactly, and `fma` of the C library). Another library, another processor's instructions and another heap beneath
//! QEMU do not show.

use crate::common::Place;
use crate::common::dist::{ARM, Planted, RISCV};
use crate::machine::Code;
use crate::{SCENARIO, hash, run};
use board::Board;
use std::sync::Arc;

/// Iterates x = 3.875 * x * (1 - x), in which any difference of a last bit soon is one of the first, folds
/// y = x / (sqrt(x) + 1) + sqrt(x) * x of each round into one word, and sends that.
const CHAOS: &[u16] = &[
    0xf64e, 0x5088, 0xf2ce, 0x0000, // movw, movt r0, 0xe000ed88: CPACR
    0xf44f, 0x0170, 0x6001, // mov r1, #0xf00000; str r1, [r0]: the FPU is on
    0xf3bf, 0x8f4f, 0xf3bf, 0x8f6f, // dsb; isb
    0x2200, 0xf2c2, 0x0200, 0x2301, 0xf240, 0x37e8, // r2 = 0x20000000; r3 = 1; r7 = 1000
    0xeeb5, 0x0a04, 0xeeb7, 0x1a00, 0xeef0, 0x1a0f, // s0 = 0.3125; s2 = 1; s3 = 3.875
    0xee31, 0x2a40, 0xee22, 0x2a00, 0xee22, 0x0a21, // again: s4 = 1 - s0; s4 *= s0; s0 = s4 * s3
    0xeef1, 0x2ac0, 0xee32, 0x3a81, // s5 = sqrt(s0); s6 = s5 + 1
    0xeec0, 0x3a03, 0xeee2, 0x3a80, // s7 = s0 / s6; s7 += s5 * s0, in one
    0xee13, 0x4a90, 0x4066, 0x41de, 0x6016, // r4 = s7; r6 ^= r4; r6 = ror(r6, 1); *r2 = r6
    0x3f01, 0xd1ea, // r7 -= 1; bne again
    0xf244, 0x0000, 0xf2c4, 0x0000, 0x6083,
    0x2704, // r0 = 0x40004000: uart0; its transmitter is on; r7 = 4
    0x6006, 0x0a36, 0x3f01, 0xd1fb, // send: *r0 = r6; r6 >>= 8; r7 -= 1; bne send
    0xe7fe, // stay here
];

/// The same, by this program.
fn folded() -> u32 {
    let (mut x, mut folded) = (0.3125_f32, 0_u32);
    for _ in 0..1000 {
        x = (1.0 - x) * x * 3.875;
        let root = x.sqrt();
        let y = root.mul_add(x, x / (root + 1.0));
        folded = (folded ^ y.to_bits()).rotate_right(1);
    }
    folded
}

fn chaos() -> (Arc<Board>, Place) {
    let board = board::find("qemu:mps2-an386").expect("a board with an FPU");
    let place = Code::thumb(CHAOS).place(&board, "10ms", 1);
    (board, place)
}

/// The trace with the digests of registers and memory.
fn states(place: &Place, tools: &Planted) -> String {
    hash(place, run(place, tools.root()));
    place.read("out.trace")
}

/// Tools whose QEMU has another environment.
fn with_environment(name: &str, value: &str) -> Planted {
    let export = format!("export {name}='{value}'");
    Planted::new().with_arguments(ARM, &export, "").with_arguments(RISCV, &export, "")
}

/// What the C library makes of the host's processor.
const PLAIN: &str =
    "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-FMA,-FMA4,-BMI1,-BMI2,-ERMS,-SSE4_1,-SSE4_2,-SSSE3";

/// Every host and every processor come to these four bytes.
#[test]
fn floating_point_is_the_same_everywhere() {
    assert_eq!(folded().to_le_bytes(), *b"n\x00\xa6'", "of this program");
    let (_, place) = chaos();
    let trace = states(&place, &Planted::new());
    let sent = trace.lines().find(|line| line.contains("dut.uart0  ")).unwrap_or_default();
    assert!(sent.ends_with(r#""n\x00\xa6'""#), "of the guest: {sent}");
}

#[test]
fn the_host_does_not_show() {
    let (_, place) = chaos();
    let other = crate::place(SCENARIO);
    let both = |tools: &Planted| (states(&place, tools), states(&other, tools));
    let expected = both(&Planted::new());
    assert!(expected.0.contains("\nstate dut every 1ms "), "{}", expected.0);
    for (name, value) in [
        ("GLIBC_TUNABLES", PLAIN),
        ("MALLOC_PERTURB_", "165"),
        ("MALLOC_ARENA_MAX", "1"),
        ("TZ", "Asia/Kathmandu"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("QEMU_AUDIO_DRV", "sdl"),
    ] {
        assert_eq!(both(&with_environment(name, value)), expected, "{name}={value}");
    }
}

/// One number of it is another.
#[test]
fn planted_number() {
    let (board, place) = chaos();
    let expected = states(&place, &Planted::new());
    let other: Vec<u16> = CHAOS.iter().map(|half| if *half == 0x0a04 { 0x0a05 } else { *half }).collect();
    let place = Code::thumb(&other).place(&board, "10ms", 1);
    assert_ne!(states(&place, &Planted::new()), expected);
}
