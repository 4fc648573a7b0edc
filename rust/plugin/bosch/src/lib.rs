// SPDX-License-Identifier: GPL-2.0-or-later
//! Bosch's CAN controller M_CAN, which many vendors have in their chips, loaded into QEMU.
//!
//! **Invariant:** registers, reset values and bits that can be written are those of a vendor's SVD file, but for what `svd.rs` lists.
//! **Limits:** those of `mcan`.

mod mcan;
#[cfg(test)]
mod svd;

use qom::device::register;
use qom::module::{Options, at_type_registration};

qom::module_main!("bosch", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<mcan::Full>();
    register::<mcan::Fixed>();
}
