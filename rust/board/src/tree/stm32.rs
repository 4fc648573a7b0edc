// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an STM32 that no tree tells: from the pins by SYSCFG to EXTI (RM0090, 12.2.5), and from the watchdog to RCC,
//! which keeps the cause of a reset (RM0090, 7.3.21).

use super::devices::Site;
use crate::bindings::stm32::{GPIO_A, GPIO_BYTES};
use plan::{Input, Line, ObjectId, Output};

const PINS: u32 = 16;

pub(super) fn join_pins(site: &mut Site<'_>) {
    let find = |kind: &str| site.made.iter().find(|placed| placed.kind == kind).map(|placed| placed.object);
    let Some(syscfg) = find("virtmcu-stm32f4-syscfg") else { return };
    let exti = find("virtmcu-stm32f4-exti");
    let ports: Vec<_> =
        site.made.iter().filter(|placed| placed.kind == "virtmcu-stm32f4-gpio").copied().collect();
    let mut join = |from: ObjectId, to: ObjectId, input: String, pin: u32| {
        let from = Output { object: from, line: Line::Named("exti".into(), pin) };
        site.parts.line(from, Input { object: to, part: None, line: Line::Named(input, pin) });
    };
    for pin in 0..PINS {
        for port in &ports {
            let number = port.at.saturating_sub(GPIO_A) / GPIO_BYTES;
            // Ports A to K.
            if let Some(letter) = "abcdefghijk".chars().nth(number as usize) {
                join(port.object, syscfg, format!("port{letter}"), pin);
            }
        }
        if let Some(exti) = exti {
            join(syscfg, exti, "in".into(), pin);
        }
    }
}

/// Tells RCC of the watchdog.
pub(super) fn join_watchdog(site: &mut Site<'_>) {
    let find = |kind: &str| site.made.iter().find(|placed| placed.kind == kind).map(|placed| placed.object);
    let (Some(watchdog), Some(rcc)) = (find("virtmcu-stm32-iwdg"), find("virtmcu-stm32f4-rcc")) else {
        return;
    };
    let from = Output { object: watchdog, line: Line::Named("expired".into(), 0) };
    site.parts.line(from, Input { object: rcc, part: None, line: Line::Named("iwdg".into(), 0) });
}
