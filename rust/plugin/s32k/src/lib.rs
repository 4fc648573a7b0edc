// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of NXP's S32K1 microcontrollers, loaded into QEMU: those without which firmware for them does not start. Some are of other
//! families, too: PORT and GPIO are Kinetis', LPUART is i.MX RT's.
//!
//! Register maps follow the S32K1xx Series Reference Manual, rev. 14; each file names the chapter.
//!
//! **Invariant:** no device sees anything but its registers, its lines and clocks, and virtual time.
//! **Invariant:** registers, reset values and bits that can be written are those of NXP's SVD files: of the KE18F's but for what `svd.rs` lists, and
//! of S32K144's.
//! **Limits:** what registers do is by the manual and the drivers of NXP and Zephyr; nothing was compared with a chip.
//! **Limits:** each file says what its device leaves out.

mod clock;
mod flexcan;
mod ftfc;
mod ftm;
mod gpio;
mod lpit;
mod lptmr;
mod lpuart;
mod port;
mod power;
mod sim;
#[cfg(test)]
mod svd;
mod system;
mod ticks;
mod wdog;

use device::Lines;
use qom::device::register;
use qom::module::{Options, at_type_registration};

/// The line by which PCC says that it keeps a peripheral's clock.
const GATED: Lines = Lines { name: "gated", count: 1 };

qom::module_main!("s32k", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<clock::Clock>();
    register::<flexcan::Classical>();
    register::<flexcan::Fd>();
    register::<ftfc::Ftfc>();
    register::<ftm::Ftm>();
    register::<gpio::Gpio>();
    register::<lpit::Lpit>();
    register::<lptmr::Lptmr>();
    register::<lpuart::Lpuart>();
    register::<port::Port>();
    register::<power::Pmc>();
    register::<power::Rcm>();
    register::<power::Smc>();
    register::<sim::Sim>();
    register::<system::Eim>();
    register::<system::Erm>();
    register::<system::Mpu>();
    register::<system::Mscm>();
    register::<wdog::Wdog>();
}
