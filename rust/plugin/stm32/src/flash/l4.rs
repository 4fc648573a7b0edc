// SPDX-License-Identifier: GPL-2.0-or-later
//! FLASH of STM32L4, and of STM32G4 with two banks (RM0440, section 3.7).

use super::{
    Context, Deserialize, Device, KEYS, Lock, OPTION_KEYS, POWER_KEYS, Place, Register, Serialize, Written,
    refuse_while_locked, register,
};

const ACR: u32 = 0x00;
const PDKEYR: u32 = 0x04;
const KEYR: u32 = 0x08;
const OPTKEYR: u32 = 0x0c;
const SR: u32 = 0x10;
const CR: u32 = 0x14;

const RUN_PD: u32 = 1 << 13;
/// STRT and OPTSTRT.
const STARTS: u32 = 3 << 16;
const OPTLOCK: u32 = 1 << 30;
const LOCK: u32 = 1 << 31;
/// SR: end of operation.
const EOP: u32 = 1 << 0;

/// Of both.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Later<const IS_G4: bool> {
    lock: Lock,
    option_lock: Lock,
    power_lock: Lock,
    may_power_down: bool,
}

/// Of STM32L4.
pub(crate) type L4 = Later<false>;
/// Of STM32G4.
pub(crate) type G4 = Later<true>;

impl<const IS_G4: bool> Device for Later<IS_G4> {
    const NAME: &'static str = if IS_G4 { "stm32g4-flash" } else { "stm32l4-flash" };
    const BLOCK: &'static str = "FLASH";
    const SIZE: u32 = 0x400;
    const REGISTERS: &'static [Register] = if IS_G4 { &G4_TABLE } else { &L4_TABLE };

    fn write(&mut self, at: Place, written: Written, cx: &mut Context<'_>) {
        match at.offset {
            ACR if !self.may_power_down => cx.put(ACR, RUN_PD, false),
            PDKEYR => self.may_power_down |= self.power_lock.take(written.value, POWER_KEYS),
            KEYR if self.lock.take(written.value, KEYS) => cx.put(CR, LOCK, false),
            OPTKEYR if self.option_lock.take(written.value, OPTION_KEYS) => cx.put(CR, OPTLOCK, false),
            CR if !refuse_while_locked(cx, CR, LOCK, written.before) && cx.get(CR) & STARTS != 0 => {
                cx.report("FLASH_CR starts an erasure: not modelled, the memory stays as it is");
                cx.put(CR, STARTS, false);
                cx.put(SR, EOP, true);
            }
            _ => {}
        }
    }
}

/// The registers of both, with what can be written of ACR, and of CR.
const fn common(acr: u32, acr_bits: u32, sr_bits: u32, cr_bits: u32) -> [Register; 6] {
    [
        register("ACR", ACR, acr).rw(acr_bits).on_write(),
        register("PDKEYR", PDKEYR, 0).wo(u32::MAX).on_write(),
        register("KEYR", KEYR, 0).wo(u32::MAX).on_write(),
        register("OPTKEYR", OPTKEYR, 0).wo(u32::MAX).on_write(),
        register("SR", SR, 0).rc_w1(sr_bits),
        register("CR", CR, LOCK | OPTLOCK).rw(cr_bits).rs(LOCK | OPTLOCK | STARTS).on_write(),
    ]
}

const L4_TABLE: [Register; 16] = {
    let [acr, pdkeyr, keyr, optkeyr, sr, cr] = common(0x0000_0600, 0x0000_7f07, 0x0000_c3fb, 0x0f04_8fff);
    [
        acr,
        pdkeyr,
        keyr,
        optkeyr,
        sr,
        cr,
        register("ECCR", 0x18, 0).rw(0x0100_0000).rc_w1(0xc000_0000),
        register("OPTR", 0x20, 0xffef_f8aa).rw(0x0fbf_37ff),
        register("PCROP1SR", 0x24, u32::MAX).rw(0x0000_ffff),
        register("PCROP1ER", 0x28, 0xffff_0000).rw(0x8000_ffff),
        register("WRP1AR", 0x2c, 0xff00_ffff).rw(0x00ff_00ff),
        register("WRP1BR", 0x30, 0xff00_ffff).rw(0x00ff_00ff),
        register("PCROP2SR", 0x44, u32::MAX).rw(0x0000_ffff),
        register("PCROP2ER", 0x48, 0xffff_0000).rw(0x0000_ffff),
        register("WRP2AR", 0x4c, 0xff00_ffff).rw(0x00ff_00ff),
        register("WRP2BR", 0x50, 0xff00_ffff).rw(0x00ff_00ff),
    ]
};

/// Of the option bytes only those of OPTR: what the factory programs into the others, its manual does not say.
const G4_TABLE: [Register; 8] = {
    let [acr, pdkeyr, keyr, optkeyr, sr, cr] = common(0x0004_0600, 0x0004_7f0f, 0x0000_c3fb, 0x1f04_8fff);
    [
        acr,
        pdkeyr,
        keyr,
        optkeyr,
        sr,
        cr,
        register("ECCR", 0x18, 0).rw(0x0100_0000).rc_w1(0xf000_0000),
        register("OPTR", 0x20, 0xffef_f8aa).rw(0x7fff_77ff),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;
    use device::Bench;

    #[test]
    fn latency_and_locks() {
        let mut flash = Bench::<L4>::default();
        assert_eq!(flash.differs_after_reset(), []);
        flash.write(ACR, 0x704 | RUN_PD);
        assert_eq!(flash.read(ACR), 0x704);
        flash.write(PDKEYR, POWER_KEYS[0]);
        flash.write(PDKEYR, POWER_KEYS[1]);
        flash.write(ACR, 0x704 | RUN_PD);
        assert_eq!(flash.read(ACR), 0x704 | RUN_PD);
        flash.write(KEYR, KEYS[0]);
        flash.write(KEYR, KEYS[1]);
        assert_eq!(flash.read(CR), OPTLOCK);
        flash.write(CR, LOCK);
        assert_eq!(flash.read(CR), LOCK | OPTLOCK);
    }

    #[test]
    fn g4_waits_longer() {
        let mut flash = Bench::<G4>::default();
        assert_eq!(flash.differs_after_reset(), []);
        flash.write(ACR, 0x0004_0708);
        assert_eq!((flash.read(ACR), flash.take_mistakes()), (0x0004_0708, vec![]));
    }
}
