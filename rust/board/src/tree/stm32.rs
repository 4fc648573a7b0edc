// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an STM32 that no tree tells: from the pins by SYSCFG to EXTI (RM0090, 12.2.5), and from the watchdog to RCC,
//! which keeps the cause of a reset (RM0090, 7.3.21).

use super::devices::Site;
use crate::bindings::stm32::{GPIO_A, GPIO_BYTES};

const PINS: u32 = 16;

pub(super) fn join_pins(site: &mut Site<'_>) {
    let Some(syscfg) = site.find("virtmcu-stm32f4-syscfg") else { return };
    let exti = site.find("virtmcu-stm32f4-exti");
    let ports = site.of_kind("virtmcu-stm32f4-gpio");
    for pin in 0..PINS {
        for port in &ports {
            let number = port.at.saturating_sub(GPIO_A) / GPIO_BYTES;
            // Ports A to K.
            if let Some(letter) = "abcdefghijk".chars().nth(number as usize) {
                site.join((port.object, "exti"), (syscfg, &format!("port{letter}")), pin);
            }
        }
        if let Some(exti) = exti {
            site.join((syscfg, "exti"), (exti, "in"), pin);
        }
    }
}

/// Tells RCC of the watchdog.
pub(super) fn join_watchdog(site: &mut Site<'_>) {
    let (watchdog, rcc) = (site.find("virtmcu-stm32-iwdg"), site.find("virtmcu-stm32f4-rcc"));
    if let (Some(watchdog), Some(rcc)) = (watchdog, rcc) {
        site.join((watchdog, "expired"), (rcc, "iwdg"), 0);
    }
}
