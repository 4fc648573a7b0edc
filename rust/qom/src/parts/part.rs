// SPDX-License-Identifier: GPL-2.0-or-later
//! An object of a machine: its properties, its start, and what it is joined to.

use super::{Clock, Line, Part, Value, text, try_to};
use crate::sys;
use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

impl Part {
    /// Sets a property.
    pub fn set(self, name: &str, value: Value<'_>) -> Result<(), String> {
        let (c_name, object) = (text(name)?, self.0);
        let property = c_name.as_ptr();
        let parse = |value: &str| {
            let value = text(value)?;
            // SAFETY: an object that lives, and C strings.
            try_to(|error| unsafe {
                sys::object_property_parse(object, property, value.as_ptr(), error);
            })
        };
        match value {
            // SAFETY: an object that lives, a C string and a plain number.
            Value::Number(number) => try_to(|error| unsafe {
                sys::object_property_set_uint(object, property, number, error);
            }),
            // SAFETY: as above.
            Value::Switch(on) => try_to(|error| unsafe {
                sys::object_property_set_bool(object, property, on, error);
            }),
            Value::Text(value) | Value::Chardev(value) => parse(value),
            Value::Numbers(numbers) => {
                let json = text(&format!("{numbers:?}"))?;
                // SAFETY: as above; the list is made of numbers alone, and belongs to the property then.
                try_to(|error| unsafe {
                    let list = sys::qobject_from_json(json.as_ptr(), error);
                    if !list.is_null() {
                        sys::object_property_set_qobject(object, property, list, error);
                    }
                })
            }
            Value::Object(other) => self.link(&c_name, other.0),
            Value::Registers(other, region) => self.link(&c_name, other.registers(region)?.cast()),
            Value::Memory(memory) => self.link(&c_name, memory.0.cast()),
            // SAFETY: the region lives as long as QEMU.
            Value::SystemMemory => self.link(&c_name, unsafe { sys::get_system_memory() }.cast()),
        }
        .map_err(|why| format!("{}: property \"{name}\" = {value:?}: {why}", self.path()))
    }

    fn link(self, property: &CStr, to: *mut sys::Object) -> Result<(), String> {
        // SAFETY: two objects that live, and a C string.
        try_to(|error| unsafe {
            sys::object_property_set_link(self.0, property.as_ptr(), to, error);
        })
    }

    /// Joins a clock input; before the object is started.
    pub fn clock_in(self, name: &str, clock: Clock) -> Result<(), String> {
        self.must_have(name)?;
        let name = text(name)?;
        // SAFETY: a device with such an input, and a clock that lives.
        unsafe { sys::qdev_connect_clock_in(self.0.cast(), name.as_ptr(), clock.0) };
        Ok(())
    }

    /// A clock that it makes.
    pub fn clock_out(self, name: &str) -> Result<Clock, String> {
        self.must_have(name)?;
        let name = text(name)?;
        // SAFETY: a device with such an output.
        Ok(Clock(unsafe { sys::qdev_get_clock_out(self.0.cast(), name.as_ptr()) }))
    }

    /// Starts it, on the system bus.
    pub fn start_on_system_bus(self) -> Result<(), String> {
        // SAFETY: an object that lives.
        let is = unsafe { sys::object_dynamic_cast(self.0, c"sys-bus-device".as_ptr()) };
        if is.is_null() {
            return Err(format!("{}: it is no device of the system bus", self.path()));
        }
        // SAFETY: a device of the system bus.
        self.started(|error| unsafe {
            sys::sysbus_realize(self.0.cast(), error);
        })
    }

    /// Starts it, on no bus.
    pub fn start_alone(self) -> Result<(), String> {
        // SAFETY: an object that lives.
        if unsafe { sys::object_dynamic_cast(self.0, c"device".as_ptr()) }.is_null() {
            // The CAN bus is there as soon as it is made.
            return Ok(());
        }
        // SAFETY: a device.
        self.started(|error| unsafe {
            sys::qdev_realize(self.0.cast(), null_mut(), error);
        })
    }

    /// Starts it, on the bus called `bus` of `owner`.
    pub fn start_on(self, owner: Part, bus: &str) -> Result<(), String> {
        let name = text(bus)?;
        // SAFETY: a device that lives, and a C string.
        let found = unsafe { sys::qdev_get_child_bus(owner.0.cast(), name.as_ptr()) };
        if found.is_null() {
            return Err(format!("{}: {} has no bus \"{bus}\"", self.path(), owner.path()));
        }
        // SAFETY: a device and a bus that live; QEMU checks that they fit.
        self.started(|error| unsafe {
            sys::qdev_realize(self.0.cast(), found, error);
        })
    }

    fn started(self, call: impl FnOnce(*mut *mut sys::Error)) -> Result<(), String> {
        try_to(call).map_err(|why| format!("{}: it cannot be started: {why}", self.path()))
    }

    /// Maps its registers called `region` to `at`.
    pub fn map(self, region: u32, at: u64) -> Result<(), String> {
        self.registers(region)?;
        // SAFETY: a started device of the system bus, which has this region.
        unsafe { sys::sysbus_mmio_map(self.0.cast(), region as c_int, at) };
        Ok(())
    }

    /// Its registers called `region`.
    pub(super) fn registers(self, region: u32) -> Result<*mut sys::MemoryRegion, String> {
        // SAFETY: a started device of the system bus; its regions live as long as QEMU.
        unsafe {
            if !sys::sysbus_has_mmio(self.0.cast(), region) {
                return Err(format!("{}: it has no registers {region}", self.path()));
            }
            Ok(sys::sysbus_mmio_get_region(self.0.cast(), region as c_int))
        }
    }

    /// Maps its registers called `region` to `at`, for the `armv7m` `cpu` alone: over what that has there.
    pub fn map_in_cpu(self, region: u32, at: u64, cpu: Part) -> Result<(), String> {
        // SAFETY: a started device of the system bus, which has this region, and a started object; what is found by its name
        // is the memory that an `armv7m` makes for its CPU, in all versions.
        unsafe {
            if !sys::sysbus_has_mmio(self.0.cast(), region) {
                return Err(format!("{}: it has no registers {region}", self.path()));
            }
            let around = sys::object_resolve_path_component(cpu.0.cast(), c"armv7m-container[0]".as_ptr());
            if around.is_null() {
                return Err(format!("{}: no armv7m", cpu.path()));
            }
            let registers = sys::sysbus_mmio_get_region(self.0.cast(), region as c_int);
            // Over the region that answers where nothing is, as systick lies over the NVIC's.
            sys::memory_region_add_subregion_overlap(around.cast(), at, registers, 1);
        }
        Ok(())
    }

    /// Leads its line `from` to the line `to` of `other`.
    pub fn connect(self, from: Line<'_>, other: Part, to: Line<'_>) -> Result<(), String> {
        let input = other.input(to)?;
        match from {
            // SAFETY: a device of the system bus, as its having such an output shows.
            Line::Interrupt(number) => unsafe {
                if !sys::sysbus_has_irq(self.0.cast(), number as c_int) {
                    return Err(format!("{}: it has no interrupt {number}", self.path()));
                }
                sys::sysbus_connect_irq(self.0.cast(), number as c_int, input);
            },
            Line::Plain(number) => {
                self.must_have(&format!("unnamed-gpio-out[{number}]"))?;
                // SAFETY: a device with such an output.
                unsafe { sys::qdev_connect_gpio_out(self.0.cast(), number as c_int, input) };
            }
            Line::Named(name, number) => {
                self.must_have(&format!("{name}[{number}]"))?;
                let name = text(name)?;
                // SAFETY: as above.
                unsafe {
                    sys::qdev_connect_gpio_out_named(self.0.cast(), name.as_ptr(), number as c_int, input);
                }
            }
        }
        Ok(())
    }

    pub(super) fn input(self, line: Line<'_>) -> Result<sys::qemu_irq, String> {
        let (name, number) = match line {
            Line::Interrupt(_) => return Err(format!("{}: an output is no input", self.path())),
            Line::Plain(number) => (None, number),
            Line::Named(name, number) => (Some(name), number),
        };
        self.must_have(&format!("{}[{number}]", name.unwrap_or("unnamed-gpio-in")))?;
        let name = name.map(text).transpose()?;
        let c_name = name.as_ref().map_or(std::ptr::null(), |name| name.as_ptr());
        // SAFETY: a device with such an input.
        Ok(unsafe { sys::qdev_get_gpio_in_named(self.0.cast(), c_name, number as c_int) })
    }

    /// A part of it: `harts[0]`.
    pub fn part(self, name: &str) -> Result<Part, String> {
        let c_name = text(name)?;
        // SAFETY: an object that lives, and a C string.
        let found = unsafe { sys::object_resolve_path_component(self.0, c_name.as_ptr()) };
        match found.is_null() {
            true => Err(format!("{}: it has no part \"{name}\"", self.path())),
            false => Ok(Part(found)),
        }
    }

    /// QEMU keeps lines and clocks as properties, and aborts when asked for one that is not there.
    fn must_have(self, property: &str) -> Result<(), String> {
        let name = text(property)?;
        // SAFETY: an object that lives, and a C string.
        match unsafe { sys::object_property_find(self.0, name.as_ptr()) }.is_null() {
            true => Err(format!("{}: it has no \"{property}\"", self.path())),
            false => Ok(()),
        }
    }

    fn path(self) -> String {
        // SAFETY: an object of the machine; the text is ours, and few are ever made.
        unsafe { CStr::from_ptr(sys::object_get_canonical_path(self.0)) }.to_string_lossy().into_owned()
    }
}
