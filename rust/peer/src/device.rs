// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What smoltcp sends and receives by.

use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;
use std::collections::VecDeque;

/// A controller: a frame that has come, and those that go.
#[derive(Debug, Default)]
pub(crate) struct Device {
    pub(crate) came: Option<Vec<u8>>,
    pub(crate) goes: VecDeque<Vec<u8>>,
}

/// The frame that has come.
pub(crate) struct Came(Vec<u8>);

/// Room for one that goes.
pub(crate) struct Goes<'a>(&'a mut VecDeque<Vec<u8>>);

impl phy::Device for Device {
    type RxToken<'a> = Came;
    type TxToken<'a> = Goes<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Came, Goes<'_>)> {
        Some((Came(self.came.take()?), Goes(&mut self.goes)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Goes<'_>> {
        Some(Goes(&mut self.goes))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = link::ethernet::LEN_MAX;
        capabilities
    }
}

impl phy::RxToken for Came {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl phy::TxToken for Goes<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut frame = vec![0; len];
        let result = write(&mut frame);
        self.0.push_back(frame);
        result
    }
}
