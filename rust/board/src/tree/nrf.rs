// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an nRF51 or nRF52 that no tree tells: from the pins to GPIOTE (nRF52840 PS, 6.10).

use super::devices::Site;
use plan::{Input, Line, Output};

/// Where the registers of port 0 lie; those of another port lie behind (nRF52840 PS, 6.9.2).
const PORT_0: u64 = 0x5000_0500;
const PINS: u32 = 32;

pub(super) fn join_pins(site: &mut Site<'_>) {
    let gpiote = site.made.iter().find(|placed| placed.kind == "virtmcu-nrf-gpiote");
    let Some(gpiote) = gpiote.map(|placed| placed.object) else { return };
    let ports: Vec<_> =
        site.made.iter().filter(|placed| placed.kind == "virtmcu-nrf-gpio").copied().collect();
    for port in ports {
        let name = if port.at == PORT_0 { "port0" } else { "port1" };
        for pin in 0..PINS {
            let from = Output { object: port.object, line: Line::Named("pins".into(), pin) };
            let to = Input { object: gpiote, part: None, line: Line::Named(name.into(), pin) };
            site.parts.line(from, to);
        }
    }
}
