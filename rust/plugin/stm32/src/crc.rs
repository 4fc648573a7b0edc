// SPDX-License-Identifier: GPL-2.0-or-later
//! CRC, the calculation unit: F1 (RM0008, section 4.4) and F4 (RM0090, section 4.4) take words by one polynomial, L4 (RM0351, section 15.4)
//! also bytes and half-words, by any.
//!
//! **Limits:** a result is there at once.

use device::{Context, Device, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

const DR: u32 = 0x00;
const CR: u32 = 0x08;
const INIT: u32 = 0x10;
const POL: u32 = 0x14;
const RESET: u32 = 1 << 0;
const REV_OUT: u32 = 1 << 7;
/// That of Ethernet.
const ETHERNET: u32 = 0x04c1_1db7;

/// The remainder after `bits` more of `data`, which stand at its lower end, the highest first.
fn remainder(before: u32, data: u32, bits: u32, polynomial: u32, size: u32) -> u32 {
    // At the upper end, so that all sizes are alike.
    let (polynomial, mut rest) = (polynomial << (32 - size), before << (32 - size));
    for bit in (0..bits).rev() {
        let out = rest >> 31 ^ data >> bit & 1;
        rest = rest << 1 ^ if out != 0 { polynomial } else { 0 };
    }
    rest >> (32 - size)
}

/// Of F1 and F4.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Fixed;

const IDR: Register = Register::new("IDR", 0x04, 0).rw(0xff).width(Width::ANY);

impl Device for Fixed {
    const NAME: &'static str = "stm32-crc";
    const BLOCK: &'static str = "CRC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        Register::new("DR", DR, u32::MAX).rw(u32::MAX).on_write(),
        IDR,
        Register::new("CR", CR, 0).wo(RESET).on_write(),
    ];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            DR => cx.set(DR, remainder(written.before, written.value, 32, ETHERNET, 32)),
            _ if written.value & RESET != 0 => cx.set(DR, u32::MAX),
            _ => {}
        }
    }
}

/// Of L4.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Programmable {
    /// What DR shows, but for REV_OUT.
    rest: u32,
}

impl Device for Programmable {
    const NAME: &'static str = "stm32l4-crc";
    const BLOCK: &'static str = "CRC";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        Register::new("DR", DR, u32::MAX).rw(u32::MAX).on_read().on_write().width(Width::ANY),
        IDR,
        Register::new("CR", CR, 0).rw(0xf8).wo(RESET).on_write(),
        Register::new("INIT", INIT, u32::MAX).rw(u32::MAX).on_write(),
        Register::new("POL", POL, ETHERNET).rw(u32::MAX).width(Width::ANY),
    ];

    fn reset(&mut self, _cx: &mut Context<'_>) {
        self.rest = u32::MAX;
    }

    fn read(&mut self, _at: Place, cx: &mut Context<'_>) -> u32 {
        let size = size(cx);
        let rest = self.rest & u32::MAX >> (32 - size);
        if cx.has(CR, REV_OUT) { rest.reverse_bits() >> (32 - size) } else { rest }
    }

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            DR => {
                let bits = written.lanes.count_ones();
                let data = reversed(written.value, bits, cx.get(CR) >> 5 & 3);
                let (polynomial, size) = (cx.get(POL), size(cx));
                self.rest = remainder(self.rest, data, bits, polynomial, size);
            }
            CR if written.value & RESET == 0 => {}
            // RESET, and a new value to begin with.
            _ => self.rest = cx.get(INIT),
        }
    }
}

/// The bits of the polynomial, by POLYSIZE.
fn size(cx: &mut Context<'_>) -> u32 {
    [32, 16, 8, 7][cx.get(CR) as usize >> 3 & 3]
}

/// REV_IN: the order of bits changes in each byte, half-word, or word.
fn reversed(value: u32, bits: u32, rev_in: u32) -> u32 {
    let unit = match rev_in {
        0 => return value,
        1 => 8,
        2 => bits.min(16),
        _ => bits,
    };
    let units = (0..bits).step_by(unit as usize);
    units.fold(0, |all, first| {
        let unit_bits = value >> first & u32::MAX >> (32 - unit);
        all | unit_bits.reverse_bits() >> (32 - unit) << first
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn words() {
        let mut crc = Bench::<Fixed>::default();
        assert_eq!(crc.differs_after_reset(), []);
        // CRC-32/MPEG-2 of "12345678": the words as a CPU loads them are the other way round.
        crc.write(DR, 0x3132_3334);
        crc.write(DR, 0x3536_3738);
        let mut bytes = Bench::<Programmable>::default();
        b"12345678".iter().for_each(|byte| bytes.write_bytes(DR, 1, (*byte).into()));
        assert_eq!(crc.read(DR), bytes.read(DR));
        crc.write(CR, RESET);
        assert_eq!(crc.read(DR), u32::MAX);
        crc.write(DR, 0);
        assert_eq!(crc.read(DR), 0xc704_dd7b);
        assert_eq!(crc.take_mistakes(), [] as [String; 0]);
    }

    #[test]
    fn known_check_values() {
        let check = |cr: u32, init: u32, pol: u32, xor: u32, expected: u32| {
            let mut crc = Bench::<Programmable>::default();
            assert_eq!(crc.differs_after_reset(), []);
            crc.write(INIT, init);
            crc.write(POL, pol);
            crc.write(CR, cr | RESET);
            b"123456789".iter().for_each(|byte| crc.write_bytes(DR, 1, (*byte).into()));
            crc.save_and_restore();
            assert_eq!(crc.read(DR) ^ xor, expected, "{cr:#x}");
            assert_eq!(crc.take_mistakes(), [] as [String; 0]);
        };
        // CRC-32/MPEG-2, CRC-32, CRC-16/CCITT-FALSE, CRC-8, CRC-7/MMC.
        check(0, u32::MAX, ETHERNET, 0, 0x0376_e6e7);
        check(1 << 5 | REV_OUT, u32::MAX, ETHERNET, u32::MAX, 0xcbf4_3926);
        check(1 << 3, 0xffff, 0x1021, 0, 0x29b1);
        check(2 << 3, 0, 0x07, 0, 0xf4);
        check(3 << 3, 0, 0x09, 0, 0x75);
    }
}
