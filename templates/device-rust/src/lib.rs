// SPDX-License-Identifier: GPL-2.0-or-later
//! A device to copy, loaded into QEMU: a blinker, which no chip has. `docs/write-a-device.md` says what to change.
//!
//! **Invariant:** its lamp changes exactly every `PERIOD` microseconds while it is on.
//! **Limits:** a device of the manual you copy from says here what it leaves out.

mod blinker;

use qom::device::register;
use qom::module::{Options, at_type_registration};

// The name that `libplugin_NAME.so` has.
qom::module_main!("example", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<blinker::Blinker>();
}
