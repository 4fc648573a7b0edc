// SPDX-License-Identifier: GPL-2.0-or-later
//! What a device sees of QEMU while one of its functions runs.

use crate::sys;
use ::device::{BusCall, Host, MemoryFault};

/// Where the vCPU that runs on this thread is: at the access, or at the start of the block of code that has it.
pub(super) fn program_counter() -> Option<u64> {
    for number in 0.. {
        // SAFETY: CPUs of the machine, under the big lock; only the one that runs on this very thread is asked.
        unsafe {
            let cpu = sys::qemu_get_cpu(number);
            if cpu.is_null() {
                return None;
            }
            if (*cpu).running && sys::qemu_cpu_is_self(cpu) {
                return Some((*(*cpu).cc).get_pc?(cpu) as u64);
            }
        }
    }
    None
}

/// A bus that a device is the master of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bus {
    I2c(*mut sys::I2CBus),
    Spi(*mut sys::SSIBus),
}

/// QEMU, as a device sees it.
pub(super) struct Machine<'a> {
    memory: *mut sys::AddressSpace,
    buses: &'a [Bus],
}

impl<'a> Machine<'a> {
    /// `memory` is the device's address space, or null; `buses` are its own.
    pub(super) fn new(memory: *mut sys::AddressSpace, buses: &'a [Bus]) -> Machine<'a> {
        Machine { memory, buses }
    }

    fn access(&self, address: u64, data: *mut u8, len: usize, is_write: bool) -> Result<(), MemoryFault> {
        if self.memory.is_null() {
            return Err(MemoryFault { address });
        }
        let attributes = sys::MemTxAttrs::default();
        // SAFETY: the device's address space; `len` bytes are at `data`, and are written only if `is_write` is false.
        let result = unsafe {
            sys::address_space_rw(self.memory, address, attributes, data.cast(), len as u64, is_write)
        };
        if result == sys::MEMTX_OK { Ok(()) } else { Err(MemoryFault { address }) }
    }
}

impl Host for Machine<'_> {
    fn now_ns(&self) -> u64 {
        crate::clock::now_ns()
    }

    fn read_memory(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), MemoryFault> {
        self.access(address, bytes.as_mut_ptr(), bytes.len(), false)
    }

    fn write_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.access(address, bytes.as_ptr().cast_mut(), bytes.len(), true)
    }

    fn program_memory(&mut self, address: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        if self.memory.is_null() {
            return Err(MemoryFault { address });
        }
        let (attributes, len) = (sys::MemTxAttrs::default(), bytes.len() as u64);
        // SAFETY: the device's address space; `len` bytes are read from `bytes`. Code that was translated from there is thrown away.
        let result = unsafe {
            sys::address_space_write_rom(self.memory, address, attributes, bytes.as_ptr().cast(), len)
        };
        if result == sys::MEMTX_OK { Ok(()) } else { Err(MemoryFault { address }) }
    }

    fn bus(&mut self, bus: usize, call: BusCall) -> u32 {
        // SAFETY: a bus that the device made, with those on it, under the big lock.
        unsafe {
            match (self.buses[bus], call) {
                (Bus::I2c(bus), BusCall::Start { address, reads }) => {
                    (sys::i2c_start_transfer(bus, address, reads) == 0).into()
                }
                (Bus::I2c(bus), BusCall::Write(byte)) => {
                    // QEMU takes a byte to nobody as acknowledged.
                    (sys::i2c_bus_busy(bus) != 0 && sys::i2c_send(bus, byte) == 0).into()
                }
                (Bus::I2c(bus), BusCall::Read) => sys::i2c_recv(bus).into(),
                (Bus::I2c(bus), BusCall::Nack) => {
                    sys::i2c_nack(bus);
                    0
                }
                (Bus::I2c(bus), BusCall::Stop) => {
                    sys::i2c_end_transfer(bus);
                    0
                }
                (Bus::Spi(bus), BusCall::Transfer(word)) => sys::ssi_transfer(bus, word),
                (Bus::Spi(bus), BusCall::Select { line, level }) => {
                    select(bus, line, level);
                    0
                }
                (Bus::I2c(_), _) | (Bus::Spi(_), _) => panic!("{call:?} is nothing that bus {bus} can do"),
            }
        }
    }
}

/// Drives the chip select of the one on the bus that has this number.
///
/// # Safety
/// A bus with those on it, under the big lock.
unsafe fn select(bus: *mut sys::SSIBus, line: u8, level: bool) {
    // SAFETY: the caller's promise. Asked for a line that is not there, QEMU would abort: some have no select.
    unsafe {
        let device = sys::ssi_get_cs(bus, line);
        if !device.is_null()
            && !sys::object_property_find(device.cast(), c"ssi-gpio-cs[0]".as_ptr()).is_null()
        {
            let line = sys::qdev_get_gpio_in_named(device, sys::SSI_GPIO_CS.as_ptr(), 0);
            sys::qemu_set_irq(line, level.into());
        }
    }
}
