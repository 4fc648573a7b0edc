// SPDX-License-Identifier: GPL-2.0-or-later
//! FLASH of STM32F1.

use super::{
    Context, Deserialize, Device, KEYS, Lock, Place, Register, Serialize, Written, refuse_while_locked,
    register,
};

const ACR: u32 = 0x00;
const KEYR: u32 = 0x04;
const OPTKEYR: u32 = 0x08;
const SR: u32 = 0x0c;
const CR: u32 = 0x10;

const PRFTBE: u32 = 1 << 4;
const PRFTBS: u32 = 1 << 5;
const STRT: u32 = 1 << 6;
const LOCK: u32 = 1 << 7;
const OPTWRE: u32 = 1 << 9;
/// SR: end of operation.
const EOP: u32 = 1 << 5;

/// The device.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct F1 {
    lock: Lock,
    option_lock: Lock,
}

impl Device for F1 {
    const NAME: &'static str = "stm32f1-flash";
    const BLOCK: &'static str = "FLASH";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = &[
        register("ACR", ACR, 0x0000_0030).rw(0x0000_001f).on_write(),
        register("KEYR", KEYR, 0).wo(u32::MAX).on_write(),
        register("OPTKEYR", OPTKEYR, 0).wo(u32::MAX).on_write(),
        register("SR", SR, 0).rc_w1(0x0000_0034),
        register("CR", CR, LOCK).rw(0x0000_1437).rs(0x0000_00c0).rc_w0(OPTWRE).on_write(),
        register("AR", 0x14, 0).wo(u32::MAX),
        register("OBR", 0x1c, 0x03ff_fffc),
        register("WRPR", 0x20, u32::MAX),
    ];

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            ACR => {
                let is_on = cx.has(ACR, PRFTBE);
                cx.put(ACR, PRFTBS, is_on);
            }
            KEYR if self.lock.take(written.value, KEYS) => cx.put(CR, LOCK, false),
            OPTKEYR if self.option_lock.take(written.value, KEYS) => cx.put(CR, OPTWRE, true),
            CR if !refuse_while_locked(cx, CR, LOCK, written.before) && cx.has(CR, STRT) => {
                cx.report("FLASH_CR starts an erasure: not modelled, the memory stays as it is");
                cx.put(CR, STRT, false);
                cx.put(SR, EOP, true);
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
    fn prefetch_and_locks() {
        let mut flash = Bench::<F1>::default();
        assert_eq!(flash.differs_after_reset(), []);
        flash.write(ACR, 0x12);
        assert_eq!(flash.read(ACR), 0x32);
        flash.write(ACR, 0x02);
        assert_eq!(flash.read(ACR), 0x02);
        flash.write(CR, 1);
        assert_eq!(flash.read(CR), LOCK);
        flash.write(KEYR, KEYS[0]);
        flash.write(KEYR, KEYS[1]);
        flash.write(CR, 1);
        assert_eq!(flash.read(CR), 1);
        flash.write(CR, LOCK);
        assert_eq!(flash.read(CR), LOCK);
        flash.write(KEYR, 5);
        flash.write(KEYR, KEYS[0]);
        flash.write(KEYR, KEYS[1]);
        assert_eq!(flash.read(CR), LOCK, "a wrong key closes it until the next reset");
    }
}
