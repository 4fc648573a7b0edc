// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an STM32 that no tree tells: from the pins by SYSCFG to EXTI (RM0090, 12.2.5).

use super::devices::Site;
use plan::{Input, Line, ObjectId, Output};

/// The first GPIO port, and how far one is from the next (RM0090, 2.3).
const PORT_A: u64 = 0x4002_0000;
const PORT_BYTES: u64 = 0x400;
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
            let number = port.at.saturating_sub(PORT_A) / PORT_BYTES;
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
