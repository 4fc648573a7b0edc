// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of Arm's development boards that QEMU does not have, loaded into QEMU.
//!
//! **Invariant:** no device sees anything but its registers, its lines and virtual time.
//! **Limits:** each file says what its device leaves out.

mod gpio;

use qom::device::register;
use qom::module::{Options, at_type_registration};

qom::module_main!("arm", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<gpio::Gpio>();
}
