// SPDX-License-Identifier: GPL-2.0-or-later
//! Peripherals of ST's STM32 microcontrollers, loaded into QEMU: those without which firmware for them does not start.
//!
//! Register maps follow the reference manuals RM0008 (STM32F1), RM0090 (STM32F4), RM0351 (STM32L4) and RM0440 (STM32G4); each file names the
//! section.
//!
//! **Invariant:** registers, reset values and bits that can be written are those of ST's SVD files, but for what `svd.rs` lists.
//! **Invariant:** no device sees anything but its registers, its lines and clocks, and virtual time.
//! **Limits:** each file says what its device leaves out. For all: a peripheral works whether its clock is
//! enabled in the RCC or not.

mod bxcan;
mod crc;
mod dbgmcu;
mod dma;
mod eth;
mod exti;
mod flash;
mod gpio;
mod i2c;
mod iwdg;
mod pwr;
mod rcc;
mod rng;
mod signature;
mod spi;
#[cfg(test)]
mod svd;
mod syscfg;
mod tim;
mod usart;

use qom::device::register;
use qom::module::{Options, at_type_registration};

qom::module_main!("stm32", init);

fn init(_options: Options) -> Result<(), String> {
    at_type_registration(register_all);
    Ok(())
}

extern "C" fn register_all() {
    register::<bxcan::Master>();
    register::<bxcan::Single>();
    register::<bxcan::Slave>();
    register::<crc::Fixed>();
    register::<crc::Programmable>();
    register::<dbgmcu::Dbgmcu>();
    register::<dma::F1>();
    register::<dma::F4>();
    register::<dma::L4>();
    register::<eth::Eth>();
    register::<exti::F1>();
    register::<exti::F4>();
    register::<exti::L4>();
    register::<flash::F1>();
    register::<flash::F4>();
    register::<flash::G4>();
    register::<flash::L4>();
    register::<gpio::F1>();
    register::<gpio::F4>();
    register::<gpio::L4>();
    register::<i2c::First>();
    register::<i2c::Second>();
    register::<iwdg::Iwdg>();
    register::<iwdg::Windowed>();
    register::<pwr::F1>();
    register::<pwr::F4>();
    register::<pwr::G4>();
    register::<pwr::L4>();
    register::<rcc::f1::Rcc>();
    register::<rcc::f4::Rcc>();
    register::<rcc::g4::Rcc>();
    register::<rcc::l4::Rcc>();
    register::<rng::Rng>();
    register::<signature::F1>();
    register::<signature::F4>();
    register::<signature::L4>();
    register::<spi::Buffered>();
    register::<spi::Plain>();
    register::<syscfg::F1>();
    register::<syscfg::F4>();
    register::<syscfg::L4>();
    register::<tim::Wide>();
    register::<tim::General>();
    register::<tim::Basic>();
    register::<tim::Advanced>();
    register::<tim::Break>();
    register::<usart::First>();
    register::<usart::LowPower>();
    register::<usart::Second>();
}
