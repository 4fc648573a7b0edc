// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A frame between a CAN controller of the emulator's own and a device that relays for it.

use crate::context::{Context, Effect};
use serde::{Deserialize, Serialize};

/// A frame of Classical CAN, in the words of that controller: what they mean is its own affair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relayed {
    /// Its identifier, with flags.
    pub id: u32,
    /// Its DLC.
    pub dlc: u8,
    /// Its data.
    pub data: [u8; 8],
}

impl Context<'_> {
    /// Hands a frame to the controller for which the device relays.
    pub fn relay(&mut self, frame: Relayed) {
        self.parts.effects.push(Effect::Relay(frame));
    }
}
