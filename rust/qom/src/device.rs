// SPDX-License-Identifier: GPL-2.0-or-later
//! A [`device::Device`] as a type of QEMU, `virtmcu-` and its name: a device of the system bus with one region of memory.
//!
//! A machine makes and wires it as any other device of QEMU's. It has
//!
//! - the interrupt lines `sysbus-irq[n]`, in the order of [`Device::IRQS`], and the named lines of [`Device::OUTPUTS`] and
//!   [`Device::INPUTS`];
//! - a line `reset`, which resets this device alone when it rises;
//! - the clocks of [`Device::CLOCKS`], to be connected before the device is realized, and those of [`Device::CLOCK_OUTPUTS`];
//! - the buses of [`Device::BUSES`], by their names;
//! - the properties of [`Device::PROPERTIES`]; `chardev` if it has a port, `memory` (a link, the system's memory without it) if it
//!   accesses memory by itself, `port` (the number of a port of the node, none without it) if it is a controller of CAN or Ethernet, and `canbus` (a
//!   link to QEMU's `can-bus`) if it relays for one of QEMU's.
//!
//! What a device reports goes to stderr, with its path, the virtual time and where the program is.

mod callbacks;
mod host;
mod instance;
mod node_port;
mod relay;

pub(crate) use relay::BUS;

use crate::sys;
use ::device::Device;
use instance::{Inner, Instance};
use std::ffi::{CString, c_char, c_int, c_uint, c_void};

/// The region of a device with [`Device::SEES_STORES`] that stores to a flash come to, each at its address.
pub(crate) const STORES: u32 = 1;

/// The most properties that a device has.
pub(crate) const PROPERTIES_MAX: usize = 8;

/// Registers the type; from [`crate::module::at_type_registration`].
pub fn register<D: Device>() {
    const { assert!(D::PROPERTIES.len() <= PROPERTIES_MAX) };
    type ClassInit = Option<unsafe extern "C" fn(*mut sys::ObjectClass, *const c_void)>;
    let class_init: ClassInit = Some(class_init::<D>);
    let info = Box::leak(Box::new(sys::TypeInfo {
        name: for_ever(&format!("virtmcu-{}", D::NAME)),
        parent: sys::TYPE_SYS_BUS_DEVICE.as_ptr(),
        instance_size: size_of::<Instance<D>>(),
        instance_init: Some(instance_init::<D>),
        #[allow(clippy::useless_transmute, reason = "QEMU 10.0 declares the second parameter `void *`")]
        // SAFETY: `void *` and `const void *` are passed alike.
        class_init: unsafe { std::mem::transmute::<ClassInit, _>(class_init) },
        ..sys::TypeInfo::default()
    }));
    // SAFETY: a complete description that is never freed.
    unsafe { sys::type_register_static(info) };
}

/// A name that QEMU keeps a pointer to.
pub(crate) fn for_ever(text: &str) -> *const c_char {
    CString::new(text.replace('\0', "")).unwrap_or_default().into_raw()
}

unsafe extern "C" fn class_init<D: Device>(class: *mut sys::ObjectClass, _data: *const c_void) {
    let properties = Box::leak(properties::<D>().into_boxed_slice());
    // SAFETY: QEMU passes the class of our type, whose parent is a device's, and which can be reset. What it is given here
    // is never freed.
    unsafe {
        let device = class.cast::<sys::DeviceClass>();
        (*device).desc = for_ever(&format!("{} of virtmcu", D::BLOCK));
        (*device).realize = Some(realize::<D>);
        (*device).vmsd = Box::leak(Box::new(saved_state::<D>()));
        if !properties.is_empty() {
            sys::device_class_set_props_n(device, properties.as_ptr(), properties.len());
        }
        let resettable = sys::object_class_dynamic_cast(class, sys::TYPE_RESETTABLE_INTERFACE.as_ptr());
        (*resettable.cast::<sys::ResettableClass>()).phases.hold = Some(reset_hold::<D>);
    }
}

fn properties<D: Device>() -> Vec<sys::Property> {
    let mut properties = Vec::new();
    for (place, property) in D::PROPERTIES.iter().enumerate() {
        let offset = std::mem::offset_of!(Instance<D>, properties) + place * size_of::<u64>();
        properties.push(sys::Property {
            name: for_ever(property.name),
            info: &raw const sys::qdev_prop_uint64,
            offset: offset as isize,
            set_default: true,
            defval: sys::Property__bindgen_ty_1 { u: property.default },
            ..sys::Property::default()
        });
    }
    if D::HAS_PORT {
        properties.push(sys::Property {
            name: c"chardev".as_ptr(),
            info: &raw const sys::qdev_prop_chr,
            offset: std::mem::offset_of!(Instance<D>, port) as isize,
            ..sys::Property::default()
        });
    }
    if D::CAN || D::ETHERNET {
        properties.push(sys::Property {
            name: c"port".as_ptr(),
            info: &raw const sys::qdev_prop_uint64,
            offset: std::mem::offset_of!(Instance<D>, node_port) as isize,
            set_default: true,
            defval: sys::Property__bindgen_ty_1 { u: node_port::NO_PORT },
            ..sys::Property::default()
        });
    }
    if D::RELAYS {
        properties.push(sys::Property {
            name: c"canbus".as_ptr(),
            info: &raw const sys::qdev_prop_link,
            offset: std::mem::offset_of!(Instance<D>, canbus) as isize,
            link_type: relay::BUS.as_ptr(),
            ..sys::Property::default()
        });
    }
    if D::HAS_DMA {
        properties.push(sys::Property {
            name: c"memory".as_ptr(),
            info: &raw const sys::qdev_prop_link,
            offset: std::mem::offset_of!(Instance<D>, memory) as isize,
            link_type: sys::TYPE_MEMORY_REGION.as_ptr(),
            ..sys::Property::default()
        });
    }
    properties
}

/// The state as one run of bytes, which [`device::Core::save`] makes.
fn saved_state<D: Device>() -> sys::VMStateDescription {
    let fields = vec![
        sys::VMStateField {
            name: c"len".as_ptr(),
            info: &raw const sys::vmstate_info_uint32,
            size: size_of::<u32>(),
            offset: std::mem::offset_of!(Instance<D>, saved_len),
            flags: sys::VMS_SINGLE,
            ..sys::VMStateField::default()
        },
        sys::VMStateField {
            name: c"state".as_ptr(),
            info: &raw const sys::vmstate_info_buffer,
            size_offset: std::mem::offset_of!(Instance<D>, saved_len),
            offset: std::mem::offset_of!(Instance<D>, saved),
            flags: sys::VMS_VBUFFER | sys::VMS_POINTER | sys::VMS_ALLOC,
            ..sys::VMStateField::default()
        },
        // What ends the list.
        sys::VMStateField { flags: sys::VMS_END, ..sys::VMStateField::default() },
    ];
    sys::VMStateDescription {
        name: for_ever(&format!("virtmcu-{}", D::NAME)),
        version_id: 1,
        minimum_version_id: 1,
        pre_save: Some(pre_save::<D>),
        post_load: Some(post_load::<D>),
        fields: Box::leak(fields.into_boxed_slice()).as_ptr(),
        ..sys::VMStateDescription::default()
    }
}

unsafe extern "C" fn instance_init<D: Device>(object: *mut sys::Object) {
    // SAFETY: a new instance of our type, all zeroes behind its parent's part.
    unsafe { Inner::<D>::install(object.cast()) };
}

unsafe extern "C" fn realize<D: Device>(device: *mut sys::DeviceState, _error: *mut *mut sys::Error) {
    // SAFETY: an instance of our type, with its properties set.
    unsafe { Inner::<D>::realize(device.cast()) };
}

unsafe extern "C" fn reset_hold<D: Device>(object: *mut sys::Object, _kind: sys::ResetType) {
    // SAFETY: a realized instance of our type, under the big lock.
    unsafe { Inner::<D>::of(object.cast()) }.reset();
}

unsafe extern "C" fn pre_save<D: Device>(instance: *mut c_void) -> c_int {
    // SAFETY: a realized instance of our type, under the big lock.
    unsafe { Inner::<D>::save(instance.cast()) }
}

unsafe extern "C" fn post_load<D: Device>(instance: *mut c_void, _version: c_int) -> c_int {
    // SAFETY: as above, with `saved_len` bytes at `saved`.
    unsafe { Inner::<D>::load(instance.cast()) }
}

/// How QEMU hands over accesses: as the guest made them, also those that no bus has; two words as one after the other.
pub(crate) fn region_ops<D: Device>() -> sys::MemoryRegionOps {
    let mut ops = sys::MemoryRegionOps {
        read_with_attrs: Some(read::<D>),
        write_with_attrs: Some(write::<D>),
        endianness: sys::DEVICE_LITTLE_ENDIAN,
        ..sys::MemoryRegionOps::default()
    };
    (ops.valid.min_access_size, ops.valid.max_access_size, ops.valid.unaligned) = (1, 8, true);
    (ops.impl_.min_access_size, ops.impl_.max_access_size, ops.impl_.unaligned) = (1, 4, true);
    ops
}

unsafe extern "C" fn read<D: Device>(
    inner: *mut c_void,
    offset: sys::hwaddr,
    value: *mut u64,
    bytes: c_uint,
    _attributes: sys::MemTxAttrs,
) -> sys::MemTxResult {
    // SAFETY: the pointer that `install` passed, never freed; the big lock is held.
    let inner = unsafe { &*inner.cast::<Inner<D>>() };
    match inner.call(|core, host| core.read(offset as u32, bytes, host)) {
        Ok(read) => {
            // SAFETY: QEMU's place for the value.
            unsafe { *value = read.into() };
            sys::MEMTX_OK
        }
        Err(_) => sys::MEMTX_ERROR,
    }
}

unsafe extern "C" fn write<D: Device>(
    inner: *mut c_void,
    offset: sys::hwaddr,
    value: u64,
    bytes: c_uint,
    _attributes: sys::MemTxAttrs,
) -> sys::MemTxResult {
    // SAFETY: as in `read`.
    let inner = unsafe { &*inner.cast::<Inner<D>>() };
    match inner.call(|core, host| core.write(offset as u32, bytes, value as u32, host)) {
        Ok(()) => sys::MEMTX_OK,
        Err(_) => sys::MEMTX_ERROR,
    }
}

/// How stores to a flash are handed over: as the guest made them; two words as one after the other.
pub(crate) fn store_ops<D: Device>() -> sys::MemoryRegionOps {
    sys::MemoryRegionOps { write_with_attrs: Some(store::<D>), ..region_ops::<D>() }
}

unsafe extern "C" fn store<D: Device>(
    inner: *mut c_void,
    address: sys::hwaddr,
    value: u64,
    bytes: c_uint,
    _attributes: sys::MemTxAttrs,
) -> sys::MemTxResult {
    // SAFETY: as in `read`.
    let inner = unsafe { &*inner.cast::<Inner<D>>() };
    inner.call(|core, host| core.store(address, bytes, value as u32, host));
    sys::MEMTX_OK
}
