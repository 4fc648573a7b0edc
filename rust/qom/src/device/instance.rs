// SPDX-License-Identifier: GPL-2.0-or-later
//! One device in QEMU: its core, and what of QEMU it is joined to.

use super::callbacks::{self, Source};
use super::host::{Bus, Machine, program_counter};
use super::node_port::NodePort;
use super::relay::Relay;
use super::{PROPERTIES_MAX, for_ever, region_ops, store_ops};
use crate::serial::{Listener, Word, say};
use crate::sys;
use ::can::{FromBus, ToBus};
use ::device::{BusKind, Core, Device, Effect, Host, Mistake, RESET_LINE, Relayed};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::{CStr, c_int, c_void};

/// What QEMU allocates for a device: its own part, what it sets itself, then ours.
#[repr(C)]
pub(crate) struct Instance<D: Device> {
    parent: sys::SysBusDevice,
    region: sys::MemoryRegion,
    /// Where stores to a flash come to; mapped nowhere.
    stores: sys::MemoryRegion,
    /// QEMU's front end of a character device. Its type has another name in each series, and this size.
    pub(crate) port: [u64; 8],
    pub(crate) properties: [u64; PROPERTIES_MAX],
    pub(crate) node_port: u64,
    /// QEMU's `can-bus` that the device relays for a controller on.
    pub(crate) canbus: *mut c_void,
    pub(crate) memory: *mut sys::MemoryRegion,
    pub(crate) saved: *mut u8,
    pub(crate) saved_len: u32,
    /// Set by `install`, never freed.
    inner: *const Inner<D>,
}

/// Our part. Everything in it is used under the big lock.
pub(crate) struct Inner<D: Device> {
    instance: *mut Instance<D>,
    core: RefCell<Core<D>>,
    /// Lines that have changed while a function of the device ran, whose DMA has reached who drives them.
    waiting: RefCell<VecDeque<(usize, usize, bool)>>,
    /// The same of frames of the controller that it relays for.
    frames: RefCell<VecDeque<Relayed>>,
    irqs: Box<[sys::qemu_irq]>,
    outputs: Vec<Box<[sys::qemu_irq]>>,
    clocks: Vec<*mut sys::Clock>,
    clock_outputs: Vec<*mut sys::Clock>,
    buses: Vec<Bus>,
    timers: Vec<*mut sys::QEMUTimer>,
    /// What DMA sees; null before the device is realized.
    memory: Cell<*mut sys::AddressSpace>,
    /// The link that a controller of CAN or Ethernet is joined to.
    node_port: Cell<Option<NodePort>>,
    /// The way to a CAN controller of QEMU's.
    relay: Cell<Option<Relay>>,
    /// The saved bytes that QEMU reads after `save` has returned.
    saved: RefCell<Vec<u8>>,
}

impl<D: Device> Inner<D> {
    /// # Safety
    /// `instance` is of this type, and installed.
    pub(crate) unsafe fn of<'a>(instance: *mut Instance<D>) -> &'a Inner<D> {
        // SAFETY: the caller's promise.
        unsafe { &*(*instance).inner }
    }

    /// Gives a new instance its lines, clocks, buses, timers and its region.
    ///
    /// # Safety
    /// `instance` is of this type, and new.
    pub(crate) unsafe fn install(instance: *mut Instance<D>) {
        let device = instance.cast::<sys::DeviceState>();
        let lines = |groups: &[::device::Lines]| groups.iter().map(|lines| none(lines.count)).collect();
        let inner = Box::leak(Box::new(Inner {
            instance,
            core: RefCell::default(),
            waiting: RefCell::default(),
            frames: RefCell::default(),
            irqs: none(D::IRQS.len()),
            outputs: lines(D::OUTPUTS),
            clocks: Vec::new(),
            clock_outputs: Vec::new(),
            buses: Vec::new(),
            timers: Vec::new(),
            memory: Cell::new(std::ptr::null_mut()),
            node_port: Cell::new(None),
            relay: Cell::new(None),
            saved: RefCell::default(),
        }));
        let this: *const Inner<D> = inner;
        let source = |number| Box::into_raw(Box::new(Source { inner: this, number })).cast::<c_void>();
        // SAFETY: QEMU's own functions for a new device of the system bus; what they keep pointers to is never freed or moved.
        unsafe {
            for irq in &mut inner.irqs {
                sys::sysbus_init_irq(instance.cast(), irq);
            }
            for (pins, lines) in inner.outputs.iter_mut().zip(D::OUTPUTS) {
                let (pins, count) = (pins.as_mut_ptr(), lines.count as c_int);
                sys::qdev_init_gpio_out_named(device, pins, for_ever(lines.name), count);
            }
            for (group, lines) in D::INPUTS.iter().enumerate() {
                let (name, count) = (for_ever(lines.name), lines.count as c_int);
                sys::qdev_init_gpio_in_named_with_opaque(
                    device,
                    Some(callbacks::input::<D>),
                    source(group),
                    name,
                    count,
                );
            }
            let reset: sys::qemu_irq_handler = Some(callbacks::reset_line::<D>);
            sys::qdev_init_gpio_in_named_with_opaque(device, reset, source(0), for_ever(RESET_LINE), 1);
            for (number, name) in D::CLOCKS.iter().enumerate() {
                let (name, event) = (for_ever(name), sys::ClockUpdate);
                let clock =
                    sys::qdev_init_clock_in(device, name, Some(callbacks::clock::<D>), source(number), event);
                inner.clocks.push(clock);
            }
            for name in D::CLOCK_OUTPUTS {
                inner.clock_outputs.push(sys::qdev_init_clock_out(device, for_ever(name)));
            }
            for bus in D::BUSES {
                let name = for_ever(bus.name);
                inner.buses.push(match bus.kind {
                    BusKind::I2c => Bus::I2c(sys::i2c_init_bus(device, name)),
                    BusKind::Spi => Bus::Spi(sys::ssi_create_bus(device, name)),
                });
            }
            for number in 0..D::TIMERS {
                let timer = Box::into_raw(Box::new(sys::QEMUTimer::default()));
                let (list, clock) = (std::ptr::null_mut(), sys::QEMU_CLOCK_VIRTUAL);
                sys::timer_init_full(
                    timer,
                    list,
                    clock,
                    1,
                    0,
                    Some(callbacks::timer_due::<D>),
                    source(number),
                );
                inner.timers.push(timer);
            }
            let ops = Box::leak(Box::new(region_ops::<D>()));
            let region = &raw mut (*instance).region;
            let opaque = this.cast_mut().cast();
            sys::memory_region_init_io(
                region,
                instance.cast(),
                ops,
                opaque,
                for_ever(D::NAME),
                D::SIZE.into(),
            );
            sys::sysbus_init_mmio(instance.cast(), region);
            if D::SEES_STORES {
                let (ops, stores) = (Box::leak(Box::new(store_ops::<D>())), &raw mut (*instance).stores);
                let name = for_ever(&format!("{} stores", D::NAME));
                sys::memory_region_init_io(stores, instance.cast(), ops, opaque, name, u64::MAX);
                sys::sysbus_init_mmio(instance.cast(), stores);
            }
            (*instance).inner = this;
        }
    }

    /// Joins the device to what its properties name.
    ///
    /// # Safety
    /// `instance` is of this type, and its properties are set.
    pub(crate) unsafe fn realize(instance: *mut Instance<D>) {
        // SAFETY: the caller's promise; front end and address space live as long as the instance.
        unsafe {
            let inner = Inner::of(instance);
            for (place, _) in D::PROPERTIES.iter().enumerate() {
                inner.core.borrow_mut().set_property(place, (*instance).properties[place]);
            }
            let port = &raw mut (*instance).port;
            if D::HAS_PORT && sys::qemu_chr_fe_backend_connected(port.cast()) {
                let opaque = (*instance).inner.cast_mut().cast();
                let context = std::ptr::null_mut();
                sys::qemu_chr_fe_set_handlers(
                    port.cast(),
                    Some(callbacks::can_receive),
                    Some(callbacks::receive::<D>),
                    None,
                    None,
                    opaque,
                    context,
                    true,
                );
                // Another back end than ours hands over bytes by the handlers above.
                let listener = Listener::new(callbacks::hear::<D>, opaque);
                say(port.cast(), Word::Attach(listener));
            }
            if D::CAN || D::ETHERNET {
                let opaque = (*instance).inner.cast_mut().cast();
                let deliver = if D::CAN { callbacks::on_bus::<D> } else { callbacks::on_frame::<D> };
                inner.node_port.set(NodePort::open((*instance).node_port, deliver, opaque));
            }
            if D::RELAYS {
                inner.relay.set(Relay::join((*instance).canbus, (*instance).inner));
            }
            if D::HAS_DMA {
                let root = match (*instance).memory.is_null() {
                    true => sys::get_system_memory(),
                    false => (*instance).memory,
                };
                let space = Box::into_raw(Box::new(sys::AddressSpace::default()));
                sys::address_space_init(space, root, for_ever(D::NAME));
                inner.memory.set(space);
            }
        }
    }

    /// As the reset pin does, with the clocks that others give meanwhile.
    pub(crate) fn reset(&self) {
        for number in 0..self.clocks.len() {
            self.clock_changed(number);
        }
        self.call(|core, host| core.reset(host));
    }

    /// # Safety
    /// `instance` is of this type, and realized.
    pub(crate) unsafe fn save(instance: *mut Instance<D>) -> c_int {
        // SAFETY: the caller's promise.
        let inner = unsafe { Inner::of(instance) };
        let Ok(bytes) = inner.core.borrow().save() else { return -1 };
        let mut saved = inner.saved.borrow_mut();
        *saved = bytes;
        // SAFETY: as above; the bytes stay until the next `save`.
        unsafe {
            (*instance).saved = saved.as_mut_ptr();
            (*instance).saved_len = saved.len() as u32;
        }
        0
    }

    /// # Safety
    /// `instance` is of this type, and QEMU has put `saved_len` bytes at `saved`.
    pub(crate) unsafe fn load(instance: *mut Instance<D>) -> c_int {
        // SAFETY: the caller's promise.
        let (inner, bytes) = unsafe {
            let (data, len) = ((*instance).saved, (*instance).saved_len as usize);
            (Inner::of(instance), std::slice::from_raw_parts(data, len).to_vec())
        };
        let restored = inner.call(|core, _| core.restore(&bytes));
        for (clock, hz) in inner.clock_outputs.iter().zip(inner.core.borrow().clock_outputs_hz()) {
            // SAFETY: a clock of this device. Those who run by it have saved its frequency themselves.
            unsafe { sys::clock_set(*clock, period(*hz)) };
        }
        if restored.is_ok() { 0 } else { -1 }
    }

    /// Calls the core, then does to the world what the core says: that may come back to this device.
    pub(crate) fn call<R>(&self, act: impl FnOnce(&mut Core<D>, &mut dyn Host) -> R) -> R {
        let Ok(mut core) = self.core.try_borrow_mut() else {
            crate::module::fatal(&self.path(), &"the device comes to itself by its DMA or its bus")
        };
        let result = act(&mut core, &mut Machine::new(self.memory.get(), &self.buses));
        let effects = core.take_effects();
        drop(core);
        for effect in effects {
            self.apply(effect);
        }
        loop {
            let next = self.waiting.borrow_mut().pop_front();
            let Some((group, index, level)) = next else { break };
            self.input(group, index, level);
        }
        loop {
            let next = self.frames.borrow_mut().pop_front();
            let Some(frame) = next else { break };
            self.relayed(frame);
        }
        result
    }

    /// A line has changed.
    pub(super) fn input(&self, group: usize, index: usize, level: bool) {
        if self.core.try_borrow_mut().is_err() {
            return self.waiting.borrow_mut().push_back((group, index, level));
        }
        self.call(|core, host| core.input(group, index, level, host));
    }

    /// The controller that it relays for has sent a frame.
    pub(super) fn relayed(&self, frame: Relayed) {
        if self.core.try_borrow_mut().is_err() {
            return self.frames.borrow_mut().push_back(frame);
        }
        self.call(|core, host| core.relayed(frame, host));
    }

    fn apply(&self, effect: Effect) {
        // SAFETY: lines, timers, clocks and the front end are this device's, made in `install`; the big lock is held.
        unsafe {
            match effect {
                Effect::Irq { irq, level } => sys::qemu_set_irq(self.irqs[irq], level.into()),
                Effect::Output { group, index, level } => {
                    sys::qemu_set_irq(self.outputs[group][index], level.into());
                }
                Effect::Timer { timer, due_ns: Some(due_ns) } => {
                    sys::timer_mod_ns(self.timers[timer], i64::try_from(due_ns).unwrap_or(i64::MAX));
                }
                Effect::Timer { timer, due_ns: None } => sys::timer_del(self.timers[timer]),
                Effect::Send(byte) => {
                    let port = &raw mut (*self.instance).port;
                    sys::qemu_chr_fe_write_all(port.cast(), &byte, 1);
                }
                Effect::Settings(settings) => self.say(Word::Settings(settings)),
                Effect::Break(bits) => self.say(Word::Break(bits)),
                Effect::Hold(is_low) => self.say(Word::Hold(is_low)),
                Effect::Rts(has_room) => self.say(Word::Rts(has_room)),
                Effect::ToBus(said) => self.to_bus(&said),
                Effect::Relay(frame) => {
                    if let Some(relay) = self.relay.get() {
                        relay.send(frame);
                    }
                }
                // Without a cable it leaves, and nobody hears it.
                Effect::Frame(frame) => {
                    if let Some(port) = self.node_port.get() {
                        port.send(&frame);
                    }
                }
                Effect::Clock { clock, hz } => {
                    if sys::clock_set(self.clock_outputs[clock], period(hz)) {
                        sys::clock_propagate(self.clock_outputs[clock]);
                    }
                }
                Effect::Store { address, word } => {
                    let stored = Machine::new(self.memory.get(), &self.buses)
                        .write_memory(address, &word.to_le_bytes());
                    if let Err(fault) = stored {
                        self.report(&Mistake::Other(format!("{fault}, where it writes a word")));
                    }
                }
                Effect::ResetMachine => sys::qemu_system_reset_request(sys::SHUTDOWN_CAUSE_GUEST_RESET),
                Effect::Report(mistake) => self.report(&mistake),
            }
        }
    }

    /// To the other end of the character port, if there is one that understands it.
    fn say(&self, word: Word) {
        // SAFETY: the device's own front end, under the big lock.
        unsafe {
            let port = &raw mut (*self.instance).port;
            if sys::qemu_chr_fe_backend_connected(port.cast()) {
                say(port.cast(), word);
            }
        }
    }

    fn to_bus(&self, said: &ToBus) {
        match (self.node_port.get(), said) {
            (Some(bus), _) => bus.say(said),
            // What never got onto a wire is withdrawn at once.
            (None, ToBus::Withdraw { mailbox }) => {
                let said = FromBus::Withdrawn { mailbox: *mailbox };
                self.call(|core, host| core.on_bus(said, host));
            }
            (None, _) => {}
        }
    }

    fn report(&self, mistake: &Mistake) {
        let place = program_counter().map(|pc| format!(", pc {pc:#x}")).unwrap_or_default();
        eprintln!("virtmcu: {}: {mistake} (at {} ns{place})", self.path(), crate::clock::now_ns());
    }

    fn path(&self) -> String {
        // SAFETY: an object of QEMU's; the text is new, and left to QEMU.
        let path = unsafe { sys::object_get_canonical_path(self.instance.cast()) };
        match path.is_null() {
            true => D::NAME.into(),
            // SAFETY: a C string.
            false => unsafe { CStr::from_ptr(path) }.to_string_lossy().into_owned(),
        }
    }

    /// The clock input with this number has another frequency.
    pub(super) fn clock_changed(&self, number: usize) {
        // SAFETY: a clock of this device.
        let period = unsafe { (*self.clocks[number]).period };
        self.call(|core, host| core.clock(number, hz(period), host));
    }
}

fn none(count: usize) -> Box<[sys::qemu_irq]> {
    vec![std::ptr::null_mut(); count].into_boxed_slice()
}

/// A clock's period as QEMU has it, in 2^-32 ns.
fn period(hz: u64) -> u64 {
    (1_000_000_000u64 << 32).checked_div(hz).unwrap_or(0)
}

/// The nearest whole number of cycles a second: periods are rounded down.
fn hz(period: u64) -> u64 {
    (1_000_000_000u64 << 32).checked_div(period).unwrap_or(0)
}
