// SPDX-License-Identifier: GPL-2.0-or-later
//! FLASH, the interface of the embedded flash memory: F1 (RM0008, section 3.3, and PM0075, section 3), F4 (RM0090, section 3.9), L4
//! (RM0351, section 3.7) and G4 (RM0440, section 3.7).
//!
//! **Limits:** wait states, prefetch and caches are read back, and cost no time. The locks work as on hardware; erasing and
//! programming do not: they are reported, and end at once without effect. Option bytes show what the factory sets.

use device::{Context, Device, Place, Register, Width, Written};
use serde::{Deserialize, Serialize};

/// What unlocks the control register, in this order.
const KEYS: [u32; 2] = [0x4567_0123, 0xcdef_89ab];
/// The same for the option bytes of F4, L4 and G4.
const OPTION_KEYS: [u32; 2] = [0x0819_2a3b, 0x4c5d_6e7f];
/// The same for the power-down bit of L4 and G4.
const POWER_KEYS: [u32; 2] = [0x0415_2637, 0xfafb_fcfd];

const fn register(name: &'static str, offset: u32, reset: u32) -> Register {
    Register::new(name, offset, reset).width(Width::ANY)
}

/// A key register: two keys in a row open it; anything else closes it until the next reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Lock {
    #[default]
    Waits,
    HasFirst,
    Broken,
}

impl Lock {
    /// A key was written; true if it opens the lock.
    fn take(&mut self, key: u32, keys: [u32; 2]) -> bool {
        let (next, opens) = match *self {
            Lock::Waits if key == keys[0] => (Lock::HasFirst, false),
            Lock::HasFirst if key == keys[1] => (Lock::Waits, true),
            _ => (Lock::Broken, false),
        };
        *self = next;
        opens
    }
}

/// Control register writes while it is locked change nothing. True if it was.
fn refuse_while_locked(cx: &mut Context<'_>, control: u32, lock: u32, before: u32) -> bool {
    let is_locked = before & lock != 0;
    if is_locked {
        cx.set(control, before);
    }
    is_locked
}

mod f1;
mod f4;
mod l4;

pub(crate) use f1::F1;
pub(crate) use f4::F4;
pub(crate) use l4::{G4, L4};
