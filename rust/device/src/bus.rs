// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Buses that a device is the master of: I2C and SPI.
//!
//! A transfer takes no time by itself: the device waits for its bits with [`Context::arm`], and tells the bus when the last of
//! them is over. What comes back is there at once, and so is what the others on the bus do, such as raising a line.

use crate::context::Context;

/// A bus that the device is the master of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bus {
    /// What the machine calls it; no two buses of a device have one name.
    pub name: &'static str,
    /// Which.
    pub kind: BusKind,
}

/// What a bus speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// I2C, with addresses of 7 bits.
    I2c,
    /// SPI, with chip selects numbered from 0.
    Spi,
}

/// What a master does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusCall {
    /// I2C: a START, or a repeated one, and an address. The answer is 1 if somebody acknowledged.
    Start {
        /// Whose.
        address: u8,
        /// He is to be read.
        reads: bool,
    },
    /// I2C: a byte to the one that is addressed. The answer is 1 if he acknowledged.
    Write(u8),
    /// I2C: a byte from him, which is the answer; `0xff`, if nobody is addressed.
    Read,
    /// I2C: the last byte that was read is not acknowledged.
    Nack,
    /// I2C: a STOP.
    Stop,
    /// SPI: a word out, and the answer is the one that came in meanwhile; 0 if nobody drives the line.
    Transfer(u32),
    /// SPI: a chip select of the controller's own changes its level.
    Select {
        /// Its number: the `reg` of the one that it goes to.
        line: u8,
        /// The level of the line: low selects most.
        level: bool,
    },
}

impl Context<'_> {
    /// I2C: a START, or a repeated one, with an address. True if somebody acknowledged.
    pub fn i2c_start(&mut self, bus: usize, address: u8, reads: bool) -> bool {
        self.host.bus(bus, BusCall::Start { address, reads }) != 0
    }

    /// I2C: writes a byte to the one that is addressed. True if he acknowledged.
    pub fn i2c_write(&mut self, bus: usize, byte: u8) -> bool {
        self.host.bus(bus, BusCall::Write(byte)) != 0
    }

    /// I2C: reads a byte from the one that is addressed; `0xff` if nobody is.
    pub fn i2c_read(&mut self, bus: usize) -> u8 {
        self.host.bus(bus, BusCall::Read) as u8
    }

    /// I2C: does not acknowledge the last byte that was read.
    pub fn i2c_nack(&mut self, bus: usize) {
        self.host.bus(bus, BusCall::Nack);
    }

    /// I2C: a STOP. The device's reset does one by itself.
    pub fn i2c_stop(&mut self, bus: usize) {
        self.host.bus(bus, BusCall::Stop);
    }

    /// SPI: shifts a word out and another one in, to and from those who are selected.
    pub fn spi_transfer(&mut self, bus: usize, word: u32) -> u32 {
        self.host.bus(bus, BusCall::Transfer(word))
    }

    /// SPI: drives a chip select of the controller's own. Those that are pins of a GPIO port need no words here.
    pub fn spi_select(&mut self, bus: usize, line: u8, level: bool) {
        self.host.bus(bus, BusCall::Select { line, level });
    }
}
