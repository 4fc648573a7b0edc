// SPDX-License-Identifier: GPL-2.0-or-later
//! ECB, which encrypts one block by AES-128: nRF51 (RM, section 22) and nRF52840 (PS, section 6.6).
//!
//! **Limits:** it takes the time of the nRF52840. CCM and AAR, which share its core, have no models, so that nobody takes it away.

use crate::block::{EVENT_LINES, POWER, drive, event, happen, intenclr, intenset, join_enables, task};
use aes::Aes128;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use device::{Context, Device, Lines, Place, Register, Written};
use serde::{Deserialize, Serialize};

const STARTECB: u32 = 0x000;
const STOPECB: u32 = 0x004;
const ENDECB: u32 = 0x100;
const ERRORECB: u32 = 0x104;
const ECBDATAPTR: u32 = 0x504;

/// The structure that ECBDATAPTR leads to: key, clear text, cipher text.
const BLOCK_BYTES: usize = 16;
/// nRF52840 PS, 6.6.5.
const ENCRYPT_NS: u64 = 7_200;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ecb {
    /// Where the cipher text goes, and what it is.
    result: Option<(u64, [u8; BLOCK_BYTES])>,
}

impl Device for Ecb {
    const NAME: &'static str = "nrf-ecb";
    const BLOCK: &'static str = "ECB";
    const SIZE: u32 = 0x1000;
    const REGISTERS: &'static [Register] = &[
        task("TASKS_STARTECB", STARTECB),
        task("TASKS_STOPECB", STOPECB),
        event("EVENTS_ENDECB", ENDECB),
        event("EVENTS_ERRORECB", ERRORECB),
        intenset(0x3),
        intenclr(0x3),
        Register::new("ECBDATAPTR", ECBDATAPTR, 0).rw(u32::MAX),
        POWER,
    ];
    const IRQS: &'static [&'static str] = &["irq"];
    const OUTPUTS: &'static [Lines] = &[EVENT_LINES];
    const TIMERS: usize = 1;
    const HAS_DMA: bool = true;

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            STARTECB if written.value & 1 != 0 => self.start(cx),
            STOPECB if written.value & 1 != 0 && self.result.take().is_some() => {
                cx.cancel(0);
                happen(ERRORECB, cx);
            }
            _ => {}
        }
        join_enables::<Self>(at, cx);
        drive::<Self>(cx);
    }

    fn timer(&mut self, _timer: usize, _due_ns: u64, cx: &mut Context<'_>) {
        if let Some((to, block)) = self.result.take() {
            if cx.write_memory(to, &block).is_err() {
                cx.report(format!("ECB writes {to:#x}, where there is no memory"));
            }
            happen(ENDECB, cx);
        }
        drive::<Self>(cx);
    }
}

impl Ecb {
    fn start(&mut self, cx: &mut Context<'_>) {
        let from = u64::from(cx.get(ECBDATAPTR));
        let (mut key, mut block) = ([0; BLOCK_BYTES], [0; BLOCK_BYTES]);
        let read = cx.read_memory(from, &mut key);
        if read.and_then(|()| cx.read_memory(from + BLOCK_BYTES as u64, &mut block)).is_err() {
            cx.report(format!("ECB reads {from:#x}, where there is no memory"));
        }
        Aes128::new(&key.into()).encrypt_block((&mut block).into());
        self.result = Some((from + 2 * BLOCK_BYTES as u64, block));
        let due_ns = cx.now_ns() + ENCRYPT_NS;
        cx.arm(0, due_ns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    /// FIPS 197, appendix C.1, at address 8.
    fn bench() -> Bench<Ecb> {
        let mut ecb = Bench::<Ecb>::default();
        assert_eq!(ecb.differs_after_reset(), []);
        let key = 0..BLOCK_BYTES as u8;
        let text = (0..BLOCK_BYTES as u8).map(|n| n * 0x11);
        *ecb.memory() = [0; 8].into_iter().chain(key).chain(text).chain([0; BLOCK_BYTES]).collect();
        ecb.write(ECBDATAPTR, 8);
        ecb.write(0x304, 3);
        ecb
    }

    #[test]
    fn encrypts_as_the_standard_says() {
        let mut ecb = bench();
        ecb.write(STARTECB, 1);
        ecb.advance_ns(ENCRYPT_NS - 1);
        ecb.save_and_restore();
        assert_eq!((ecb.irq(0), ecb.memory()[40]), (false, 0));
        ecb.advance_ns(1);
        assert!(ecb.irq(0));
        let expected = 0x69c4_e0d8_6a7b_0430_d8cd_b780_70b4_c55a_u128.to_be_bytes();
        assert_eq!(ecb.memory()[40..], expected);
        assert_eq!((ecb.read(ENDECB), ecb.take_mistakes()), (1, vec![]));
    }

    #[test]
    fn stops() {
        let mut ecb = bench();
        ecb.write(STOPECB, 1);
        assert_eq!(ecb.read(ERRORECB), 0, "it did nothing");
        ecb.write(STARTECB, 1);
        ecb.write(STOPECB, 1);
        ecb.advance_ns(2 * ENCRYPT_NS);
        assert_eq!((ecb.read(ERRORECB), ecb.read(ENDECB), ecb.memory()[40]), (1, 0, 0));
    }
}
