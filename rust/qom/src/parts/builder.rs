// SPDX-License-Identifier: GPL-2.0-or-later
//! The machine that is being built: its memory, clocks and objects, and where its CPUs start.

use super::{Clock, Line, Memory, Part, Stores, flash, text, try_to};
use crate::device::BUS;
use crate::machine::symbol;
use crate::sys;
use std::ffi::{c_char, c_int, c_void};
use std::ptr::null_mut;

/// Below all that is mapped, as in QEMU's `make_alias` (hw/arm/armsse.c).
const MIRROR_PRIORITY: c_int = -1500;

/// The machine that is being built.
#[derive(Debug)]
pub struct Builder {
    machine: *mut sys::MachineState,
    /// What controllers may change: where it begins, and its length.
    flashes: Vec<(u64, u64, Memory)>,
}

impl Builder {
    /// # Safety
    /// QEMU is building `machine`, on this thread and under the big lock, for as long as this value lives.
    pub(crate) unsafe fn new(machine: *mut sys::MachineState) -> Builder {
        Builder { machine, flashes: Vec::new() }
    }

    /// Memory that shows at each of `at`: all zeroes, or all ones if it is `erased`, or a flash that its controller may change.
    pub fn memory(
        &mut self,
        name: &str,
        size_bytes: u64,
        stores: Stores,
        erased: bool,
        at: &[u64],
    ) -> Result<Memory, String> {
        let c_name = text(name)?;
        let region = Box::into_raw(Box::new(sys::MemoryRegion::default()));
        let name_ptr = c_name.as_ptr();
        // SAFETY: the region is new, zeroed and never freed.
        try_to(|error| unsafe {
            match stores {
                Stores::Kept => sys::memory_region_init_ram(region, null_mut(), name_ptr, size_bytes, error),
                Stores::Lost => sys::memory_region_init_rom(region, null_mut(), name_ptr, size_bytes, error),
                Stores::ToItsController => {
                    let at = at.first().copied().unwrap_or(0);
                    self.flashes.push((at, size_bytes, Memory(region)));
                    flash::init(region, name_ptr, at, size_bytes, error)
                }
            };
        })?;
        if erased || stores == Stores::ToItsController {
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

    /// Bytes that are in memory before the first instruction and, but for a flash that its controller may change, after each reset.
    pub fn load(&mut self, name: &str, at: u64, bytes: &[u8]) -> Result<(), String> {
        for (start, size_bytes, memory) in &self.flashes {
            let end = at.checked_add(bytes.len() as u64).filter(|end| *end <= start + size_bytes);
            if let (Some(offset), Some(_)) = (at.checked_sub(*start), end) {
                // SAFETY: within the region's own memory, which has this size.
                unsafe {
                    let to = sys::memory_region_get_ram_ptr(memory.0).cast::<u8>().add(offset as usize);
                    to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                }
                return Ok(());
            }
        }
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

    /// A new device that is not started yet, or QEMU's CAN bus, which is none. `name` is its name below the machine.
    pub fn device(&mut self, kind: &str, name: &str) -> Result<Part, String> {
        let (c_kind, c_name) = (text(kind)?, text(name)?);
        // SAFETY: look-ups by C strings, then an object whose type can be made. The machine owns it.
        unsafe {
            let class = sys::object_class_by_name(c_kind.as_ptr());
            if class.is_null() {
                return Err(format!("{name}: this QEMU has no type \"{kind}\""));
            }
            let is_device = !sys::object_class_dynamic_cast(class, c"device".as_ptr()).is_null();
            let is_bus = c_kind.as_c_str() == BUS;
            if !is_device && !is_bus || sys::object_class_is_abstract(class) {
                return Err(format!("{name}: \"{kind}\" is no device that can be made"));
            }
            let device = match is_bus {
                true => sys::object_new(c_kind.as_ptr()),
                false => sys::qdev_new(c_kind.as_ptr()).cast::<sys::Object>(),
            };
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
