// SPDX-License-Identifier: GPL-2.0-or-later
//! A PHY at the station management interface: a LAN8720A's registers (Microchip DS00002165B, 4.2), with its cable plugged in.
//!
//! **Limits:** it has negotiated 100 Mbit/s, full duplex, from the start, whatever the link's rate; nothing of its interrupts.

use serde::{Deserialize, Serialize};

const BMCR: u32 = 0;
const ANAR: u32 = 4;
const BMCR_RESET: u16 = 1 << 15;
const BMCR_RESTART: u16 = 1 << 9;
/// Automatic negotiation, 100 Mbit/s.
const BMCR_DEFAULT: u16 = 0x3000;
/// 10 and 100 Mbit/s, both duplexes; IEEE 802.3.
const ANAR_DEFAULT: u16 = 0x01e1;
/// All of these; negotiation is over; there is a link.
const BMSR: u16 = 0x782d;

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Phy {
    bmcr: u16,
    anar: u16,
}

impl Default for Phy {
    fn default() -> Phy {
        Phy { bmcr: BMCR_DEFAULT, anar: ANAR_DEFAULT }
    }
}

impl Phy {
    pub(super) fn read(&self, register: u32) -> u16 {
        match register {
            BMCR => self.bmcr,
            1 => BMSR,
            2 => 0x0007,
            3 => 0xc0f1,
            ANAR => self.anar,
            // Its partner can do all of it, too, and has acknowledged.
            5 => 0x45e1,
            // Both negotiate, and a page has come.
            6 => 0x0003,
            // Negotiated: 100 Mbit/s, full duplex.
            31 => 0x1058,
            _ => 0,
        }
    }

    pub(super) fn write(&mut self, register: u32, value: u16) {
        match register {
            BMCR if value & BMCR_RESET != 0 => *self = Phy::default(),
            BMCR => self.bmcr = value & !BMCR_RESTART,
            ANAR => self.anar = value,
            _ => {}
        }
    }
}
