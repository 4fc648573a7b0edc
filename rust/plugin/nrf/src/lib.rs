// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of Nordic's nRF51 and nRF52 microcontrollers, loaded into QEMU: those without which firmware for them does not start.
//!
//! Register maps are meant to follow the nRF51 Series Reference Manual v3.0.1 ("RM") and the nRF52840 Product Specification v1.7 ("PS");
//! each file names the section.
//!
//! **Invariant:** registers, reset values and bits that can be written are those of Nordic's SVD files, but for what `svd.rs` lists.
//! **Invariant:** no device sees anything but its registers, its lines, and virtual time.
//! **Limits:** each file says what its device leaves out.

mod block;
mod clock;
mod counter;
mod ecb;
mod egu;
mod ficr;
mod gpio;
mod gpiote;
mod nvmc;
mod ppi;
mod radio;
mod rng;
mod rom;
mod rtc;
mod serial;
#[cfg(test)]
mod svd;
mod temp;
mod timer;
mod uart;
mod wdt;

use qom::device::register;
use qom::module::{Options, at_type_registration};

qom::module_main!("nrf", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<clock::Nrf51>();
    register::<clock::Nrf52>();
    register::<ecb::Ecb>();
    register::<egu::Egu>();
    register::<ficr::Ficr51>();
    register::<ficr::Ficr52832>();
    register::<ficr::Ficr52840>();
    register::<gpio::Gpio>();
    register::<gpiote::Gpiote>();
    register::<nvmc::Nvmc>();
    register::<ppi::Ppi>();
    register::<radio::Radio>();
    register::<rng::Rng>();
    register::<rom::RomTable51>();
    register::<rom::RomTable52832>();
    register::<rtc::Rtc>();
    register::<serial::Serial>();
    register::<temp::Temp>();
    register::<timer::Timer>();
    register::<uart::Uart>();
    register::<uart::Uarte>();
    register::<wdt::Wdt>();
}
