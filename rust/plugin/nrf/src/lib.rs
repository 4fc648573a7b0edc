// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of Nordic's nRF51 and nRF52 microcontrollers, loaded into QEMU: those without which firmware for them does not start.
//!
//! Register maps are meant to follow the nRF51 Series Reference Manual v3.0.1 ("RM") and the nRF52840 Product Specification v1.7 ("PS");
//! each file names the section.
//!
//! **Invariant:** no device sees anything but its registers, its lines, and virtual time.
//! **Limits:** offsets, masks and reset values were not yet compared with the manuals or with Nordic's SVD files; that MicroPython for the
//! micro:bit reaches its prompt is what is known of them.
//! **Limits:** each file says what its device leaves out. For all: PPI has registers and starts nothing, so tasks come from the CPU alone.

mod block;
mod clock;
mod counter;
mod gpio;
mod gpiote;
mod nvmc;
mod ppi;
mod rtc;
mod small;
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
    register::<gpio::Gpio>();
    register::<gpiote::Gpiote>();
    register::<nvmc::Ficr51>();
    register::<nvmc::Ficr52>();
    register::<nvmc::Nvmc>();
    register::<nvmc::RomTable>();
    register::<nvmc::Uicr>();
    register::<ppi::Ppi>();
    register::<rtc::Rtc>();
    register::<small::Rng>();
    register::<small::Temp>();
    register::<small::Twi>();
    register::<timer::Timer>();
    register::<uart::Uart>();
    register::<uart::Uarte>();
    register::<wdt::Wdt>();
}
