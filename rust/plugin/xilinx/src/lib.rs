// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of Xilinx' Zynq, loaded into QEMU.
//!
//! **Invariant:** a counter's events come at the nanosecond at which its clock has ticked so often, however long it runs.
//! **Invariant:** a frame that QEMU's CAN controller hands over gets onto the bus, or the controller was switched off.
//! **Limits:** the triple timer counter, written from UG1085 and UG1087 as Linux' driver uses it, and not compared with a chip; CAN has those
//! of QEMU's model.

mod can;
mod ttc;

use qom::device::register;
use qom::module::{Options, at_type_registration};

qom::module_main!("xilinx", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<can::Can>();
    register::<ttc::Ttc>();
}
