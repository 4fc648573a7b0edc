// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Lines inside an nRF51 or nRF52 that no tree tells: from the pins to GPIOTE (nRF52840 PS, 6.10).

use super::devices::Site;

/// Where the registers of port 0 lie; those of another port lie behind (nRF52840 PS, 6.9.2).
const PORT_0: u64 = 0x5000_0500;
const PINS: u32 = 32;

pub(super) fn join_pins(site: &mut Site<'_>) {
    let Some(gpiote) = site.find("virtmcu-nrf-gpiote") else { return };
    for port in site.of_kind("virtmcu-nrf-gpio") {
        let name = if port.at == PORT_0 { "port0" } else { "port1" };
        for pin in 0..PINS {
            site.join((port.object, "pins"), (gpiote, name), pin);
        }
    }
}
