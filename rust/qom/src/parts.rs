// SPDX-License-Identifier: GPL-2.0-or-later
//! What machines are built of: memory, clocks, objects, lines between them.
//!
//! QEMU aborts when it is asked for what is not there; here that is an error with the names in it.

use crate::machine::symbol;
use crate::sys;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::null_mut;

/// The machine that is being built.
#[derive(Debug)]
pub struct Builder {
    machine: *mut sys::MachineState,
}

/// A clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock(*mut sys::Clock);

/// A memory.
#[derive(Clone, Copy, Debug)]
pub struct Memory(*mut sys::MemoryRegion);

/// An object.
#[derive(Clone, Copy, Debug)]
pub struct Part(*mut sys::Object);

/// A line's end.
#[derive(Clone, Copy, Debug)]
pub enum Line<'a> {
    /// An interrupt output of a device on the system bus.
    Interrupt(u32),
    /// One without a name.
    Plain(u32),
    /// One with a name.
    Named(&'a str, u32),
}

/// The value of a property.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    /// A number.
    Number(u64),
    /// A switch.
    Switch(bool),
    /// A text.
    Text(&'a str),
    /// Some numbers.
    Numbers(&'a [u64]),
    /// Another object.
    Object(Part),
    /// The registers of another device of the system bus: which of its regions.
    Registers(Part, u32),
    /// A memory.
    Memory(Memory),
    /// The memory that the CPU sees.
    SystemMemory,
    /// The character device with this id.
    Chardev(&'a str),
}

pub(crate) fn text(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|_| format!("a zero byte in \"{}\"", text.escape_debug()))
}

/// Below all that is mapped, as in QEMU's `make_alias` (hw/arm/armsse.c).
const MIRROR_PRIORITY: c_int = -1500;

/// Calls a function of QEMU that may fail, and gives its message.
fn try_to(call: impl FnOnce(*mut *mut sys::Error)) -> Result<(), String> {
    let mut error = null_mut();
    call(&mut error);
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: QEMU has made an error, which is ours; its text is a C string that lives as long.
    unsafe {
        let message = CStr::from_ptr(sys::error_get_pretty(error)).to_string_lossy().into_owned();
        sys::error_free(error);
        Err(message)
    }
}

impl Builder {
    /// # Safety
    /// QEMU is building `machine`, on this thread and under the big lock, for as long as this value lives.
    pub(crate) unsafe fn new(machine: *mut sys::MachineState) -> Builder {
        Builder { machine }
    }

    /// Memory that shows at each of `at`: all zeroes, or all ones if it is an erased flash.
    pub fn memory(
        &mut self,
        name: &str,
        size_bytes: u64,
        read_only: bool,
        erased: bool,
        at: &[u64],
    ) -> Result<Memory, String> {
        let c_name = text(name)?;
        let region = Box::into_raw(Box::new(sys::MemoryRegion::default()));
        let init = if read_only { sys::memory_region_init_rom } else { sys::memory_region_init_ram };
        // SAFETY: the region is new, zeroed and never freed.
        try_to(|error| unsafe {
            init(region, null_mut(), c_name.as_ptr(), size_bytes, error);
        })?;
        if erased {
            // SAFETY: the region's own memory, which has this size, and which nobody sees yet.
            unsafe {
                let bytes = sys::memory_region_get_ram_ptr(region).cast::<u8>();
                bytes.write_bytes(0xff, size_bytes as usize);
            }
        }
        for (number, at) in at.iter().enumerate() {
            let mut shown = region;
            if number > 0 {
                let mirror = text(&format!("{name} mirror {number}"))?;
                shown = Box::into_raw(Box::new(sys::MemoryRegion::default()));
                // SAFETY: as above; the name is copied.
                unsafe {
                    sys::memory_region_init_alias(shown, null_mut(), mirror.as_ptr(), region, 0, size_bytes);
                }
            }
            // SAFETY: both regions live as long as the machine.
            unsafe { sys::memory_region_add_subregion(sys::get_system_memory(), *at, shown) };
        }
        Ok(Memory(region))
    }

    /// Shows at `at` what lies at `of`, below all that is mapped there.
    pub fn mirror(&mut self, name: &str, of: u64, at: u64, size_bytes: u64) -> Result<(), String> {
        let name = text(name)?;
        let mirror = Box::into_raw(Box::new(sys::MemoryRegion::default()));
        // SAFETY: the region is new, zeroed and never freed; the name is copied. It shows no part of itself
        // (`plan::Broken::IntoItself`).
        unsafe {
            let all = sys::get_system_memory();
            sys::memory_region_init_alias(mirror, null_mut(), name.as_ptr(), all, of, size_bytes);
            sys::memory_region_add_subregion_overlap(all, at, mirror, MIRROR_PRIORITY);
        }
        Ok(())
    }

    /// Bytes that are in memory before the first instruction, and after each reset.
    pub fn load(&mut self, name: &str, at: u64, bytes: &[u8]) -> Result<(), String> {
        let name = text(name)?;
        // SAFETY: QEMU copies the bytes and the name.
        unsafe {
            let (bytes, length) = (bytes.as_ptr().cast(), bytes.len());
            let none: *const c_char = std::ptr::null();
            sys::rom_add_blob(
                name.as_ptr(),
                bytes,
                length,
                length,
                at,
                none,
                None,
                null_mut(),
                null_mut(),
                true,
            );
        }
        Ok(())
    }

    /// A clock of this frequency.
    pub fn clock(&mut self, name: &str, hz: u64) -> Result<Clock, String> {
        let name = text(name)?;
        if hz == 0 {
            return Err(format!("the clock {name:?} stands still"));
        }
        // CLOCK_PERIOD_FROM_HZ in include/hw/clock.h: a second, in units of 2^-32 ns.
        let period = (1_000_000_000u64 << 32) / hz;
        // SAFETY: the machine owns the clock from now on.
        unsafe {
            let clock = sys::clock_new(self.machine.cast(), name.as_ptr());
            sys::clock_set(clock, period);
            Ok(Clock(clock))
        }
    }

    /// A new device that is not started yet. `name` is its name below the machine.
    pub fn device(&mut self, kind: &str, name: &str) -> Result<Part, String> {
        let (c_kind, c_name) = (text(kind)?, text(name)?);
        // SAFETY: look-ups by C strings, then an object whose type can be made. The machine owns it.
        unsafe {
            let class = sys::object_class_by_name(c_kind.as_ptr());
            if class.is_null() {
                return Err(format!("{name}: this QEMU has no type \"{kind}\""));
            }
            let is_device = !sys::object_class_dynamic_cast(class, c"device".as_ptr()).is_null();
            if !is_device || sys::object_class_is_abstract(class) {
                return Err(format!("{name}: \"{kind}\" is no device that can be made"));
            }
            let device = sys::qdev_new(c_kind.as_ptr()).cast::<sys::Object>();
            sys::object_property_add_child(self.machine.cast(), c_name.as_ptr(), device);
            Ok(Part(device))
        }
    }

    /// QEMU's function for a RISC-V machine timer, which needs more than its properties.
    pub fn riscv_timer(
        &mut self,
        at: u64,
        size_bytes: u64,
        number: &dyn Fn(&str) -> u64,
    ) -> Result<Part, String> {
        type Create = unsafe extern "C" fn(u64, u64, u32, u32, u32, u32, u32, bool) -> *mut sys::DeviceState;
        let name = c"riscv_aclint_mtimer_create";
        let create = symbol(name).ok_or("this QEMU has no RISC-V timer: it is not for RISC-V")?;
        let of = |property| number(property) as u32;
        // SAFETY: the function's type in QEMU 10.0 to 10.2 (include/hw/intc/riscv_aclint.h).
        let device = unsafe {
            let create = std::mem::transmute::<*mut c_void, Create>(create);
            let (first, harts) = (of("hartid-base"), of("num-harts"));
            let (compare, time) = (of("timecmp-base"), of("time-base"));
            create(at, size_bytes, first, harts, compare, time, of("timebase-freq"), true)
        };
        Ok(Part(device.cast()))
    }

    /// Starts a Cortex-M by its vector table at each reset.
    pub fn reset_cortex_m(&mut self, armv7m: Part) -> Result<(), String> {
        type Load = unsafe extern "C" fn(*mut c_void, *const c_char, u64, c_int);
        let name = c"armv7m_load_kernel";
        let load = symbol(name).ok_or("this QEMU has no Cortex-M: it is not for Arm")?;
        let cpu = armv7m.part("cpu")?;
        // SAFETY: the function's type in QEMU 10.0 to 10.2 (include/hw/arm/boot.h); without a file it only cares for resets.
        unsafe {
            let load = std::mem::transmute::<*mut c_void, Load>(load);
            load(cpu.0.cast(), std::ptr::null(), 0, 0);
        }
        Ok(())
    }

    /// Gives a line that nobody drives a level, from each reset on.
    pub fn level(&mut self, part: Part, line: Line<'_>, high: bool) -> Result<(), String> {
        let line = part.input(line)?;
        let notifier = sys::Notifier { notify: Some(hold_level), ..sys::Notifier::default() };
        let held = Box::into_raw(Box::new(Held { notifier, line, high }));
        // SAFETY: the description is never freed, and begins with its notifier.
        unsafe { sys::qemu_add_machine_init_done_notifier(held.cast()) };
        Ok(())
    }

    /// Starts a CPU at each reset: at `entry`, or where its kind does.
    pub fn reset_cpu(&mut self, cpu: Part, entry: Option<u64>) {
        let start = Box::into_raw(Box::new(Start { cpu: cpu.0.cast(), entry }));
        // SAFETY: the description is never freed.
        unsafe { sys::qemu_register_reset(Some(reset_cpu), start.cast()) };
    }
}

/// A line and its level.
#[repr(C)]
struct Held {
    notifier: sys::Notifier,
    line: sys::qemu_irq,
    high: bool,
}

/// When all of the machine is made: what is to be done at a reset from now on is done after all devices' own.
unsafe extern "C" fn hold_level(notifier: *mut sys::Notifier, _data: *mut c_void) {
    // SAFETY: the `Held` of `Builder::level`, never freed.
    unsafe { sys::qemu_register_reset(Some(set_level), notifier.cast()) };
}

unsafe extern "C" fn set_level(opaque: *mut c_void) {
    // SAFETY: as above; the line lives as long as the machine.
    unsafe {
        let Held { line, high, .. } = *opaque.cast::<Held>();
        sys::qemu_set_irq(line, high.into());
    }
}

struct Start {
    cpu: *mut sys::CPUState,
    entry: Option<u64>,
}

unsafe extern "C" fn reset_cpu(opaque: *mut c_void) {
    // SAFETY: the `Start` of `Builder::reset_cpu`, whose CPU is never freed; its class has the function, as all have.
    unsafe {
        let Start { cpu, entry } = *opaque.cast::<Start>();
        sys::cpu_reset(cpu);
        let class = sys::object_get_class(cpu.cast()).cast::<sys::CPUClass>();
        if let (Some(entry), Some(set_pc)) = (entry, (*class).set_pc) {
            // `vaddr` is another type in QEMU 10.0.
            set_pc(cpu, entry as _);
        }
    }
}

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
    fn registers(self, region: u32) -> Result<*mut sys::MemoryRegion, String> {
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

    fn input(self, line: Line<'_>) -> Result<sys::qemu_irq, String> {
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
