// SPDX-License-Identifier: GPL-2.0-or-later
//! FLASH of STM32F4; OPTCR1 and the second bank's bits are those of F42x.

use super::{
    Context, Deserialize, Device, KEYS, Lock, OPTION_KEYS, Place, Register, Serialize, Written,
    refuse_while_locked, register,
};

const KEYR: u32 = 0x04;
const OPTKEYR: u32 = 0x08;
const SR: u32 = 0x0c;
const CR: u32 = 0x10;
const OPTCR: u32 = 0x14;

const STRT: u32 = 1 << 16;
const LOCK: u32 = 1 << 31;
const OPTLOCK: u32 = 1 << 0;
const OPTSTRT: u32 = 1 << 1;
/// SR: end of operation.
const EOP: u32 = 1 << 0;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F4 {
    lock: Lock,
    option_lock: Lock,
}

impl Device for F4 {
    const NAME: &'static str = "stm32f4-flash";
    const BLOCK: &'static str = "FLASH";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("ACR", 0x00, 0).rw(0x0000_1f0f),
        register("KEYR", KEYR, 0).wo(u32::MAX).on_write(),
        register("OPTKEYR", OPTKEYR, 0).wo(u32::MAX).on_write(),
        register("SR", SR, 0).rc_w1(0x0000_01f3),
        register("CR", CR, LOCK).rw(0x0300_83ff).rs(0x8001_0000).on_write(),
        register("OPTCR", OPTCR, 0x0fff_aaed).rw(0xcfff_fffc).rs(OPTLOCK | OPTSTRT).on_write(),
        register("OPTCR1", 0x18, 0x0fff_0000).rw(0x0fff_0000),
    ];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            KEYR if self.lock.take(written.value, KEYS) => cx.put(CR, LOCK, false),
            OPTKEYR if self.option_lock.take(written.value, OPTION_KEYS) => cx.put(OPTCR, OPTLOCK, false),
            CR if !refuse_while_locked(cx, CR, LOCK, written.before) && cx.has(CR, STRT) => {
                cx.report("FLASH_CR starts an erasure: not modelled, the memory stays as it is");
                cx.put(CR, STRT, false);
                cx.put(SR, EOP, true);
            }
            OPTCR if !refuse_while_locked(cx, OPTCR, OPTLOCK, written.before) => {
                cx.put(OPTCR, OPTSTRT, false)
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn latency_and_locks() {
        let mut flash = Bench::<F4>::default();
        assert_eq!(flash.differs_after_reset(), []);
        flash.write(0, 0x705);
        assert_eq!(flash.read(0), 0x705);
        flash.write(CR, 1);
        assert_eq!(flash.read(CR), LOCK);
        flash.write(KEYR, KEYS[0]);
        flash.write(KEYR, KEYS[1]);
        flash.write(CR, 2 | STRT);
        assert_eq!((flash.read(CR), flash.read(SR)), (2, EOP));
        assert_eq!(flash.take_mistakes().len(), 1);
        flash.write(SR, EOP);
        assert_eq!(flash.read(SR), 0);
        flash.write(OPTKEYR, OPTION_KEYS[0]);
        flash.write(OPTKEYR, OPTION_KEYS[1]);
        assert_eq!(flash.read(OPTCR), 0x0fff_aaec);
    }
}
