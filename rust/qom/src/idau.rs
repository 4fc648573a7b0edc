// SPDX-License-Identifier: GPL-2.0-or-later
//! The attribution unit (IDAU) of Arm's subsystems for Cortex-M33 and M55, IoTKit, SSE-200 and SSE-300: which addresses are
//! secure (Arm 101104, "Implementation Defined Attribution Unit"). QEMU has it only as a part of its own machines.
//!
//! Its type is `virtmcu-sse-idau`, for the property `idau` of an `armv7m`. Its line `nsc_cfg` is that of the security
//! controller: the register NSCCFG.
//!
//! **Invariant:** what it says depends on the address and on NSCCFG alone.

use crate::machine::symbol;
use crate::sys;
use std::ffi::{c_int, c_void};
use std::mem::offset_of;

/// NSCCFG: code at 0x1..., and RAM at 0x3..., may be called by the other world (Arm 101104, NSCCFG).
const CODE_IS_CALLABLE: u32 = 1 << 0;
const RAM_IS_CALLABLE: u32 = 1 << 1;

/// One in QEMU.
#[repr(C)]
struct Idau {
    parent: sys::SysBusDevice,
    nsc_cfg: u32,
}

/// `IDAUInterfaceClass` of QEMU's target/arm/idau.h, which is not among its public headers.
#[repr(C)]
struct Interface {
    parent: sys::InterfaceClass,
    check: Option<unsafe extern "C" fn(*mut c_void, u32, *mut c_int, *mut bool, *mut bool, *mut bool)>,
}

/// What is said of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Attribution {
    region: u8,
    is_exempt: bool,
    is_nonsecure: bool,
    is_callable: bool,
}

/// Bit 28 tells the worlds apart; the CPU's own registers are in both.
fn attribution(address: u32, nsc_cfg: u32) -> Attribution {
    let region = (address >> 28) as u8;
    Attribution {
        region,
        is_exempt: address & 0xeff0_0000 == 0xe000_0000,
        is_nonsecure: region & 1 == 0,
        is_callable: match region {
            1 => nsc_cfg & CODE_IS_CALLABLE != 0,
            3 => nsc_cfg & RAM_IS_CALLABLE != 0,
            _ => false,
        },
    }
}

/// Registers the type in a QEMU for Arm; from [`crate::module::at_type_registration`]. Others lack the interface.
pub fn register() {
    if symbol(c"armv7m_load_kernel").is_none() {
        return;
    }
    type ClassInit = Option<unsafe extern "C" fn(*mut sys::ObjectClass, *const c_void)>;
    let class_init: ClassInit = Some(class_init);
    let interfaces = Box::leak(Box::new([sys::InterfaceInfo::default(), sys::InterfaceInfo::default()]));
    interfaces[0].type_ = c"idau-interface".as_ptr();
    let info = Box::leak(Box::new(sys::TypeInfo {
        name: c"virtmcu-sse-idau".as_ptr(),
        parent: sys::TYPE_SYS_BUS_DEVICE.as_ptr(),
        instance_size: size_of::<Idau>(),
        instance_init: Some(instance_init),
        #[allow(clippy::useless_transmute, reason = "QEMU 10.0 declares the second parameter `void *`")]
        // SAFETY: `void *` and `const void *` are passed alike.
        class_init: unsafe { std::mem::transmute::<ClassInit, _>(class_init) },
        interfaces: interfaces.as_mut_ptr(),
        ..sys::TypeInfo::default()
    }));
    // SAFETY: a complete description that is never freed; the list of interfaces ends with an empty one.
    unsafe { sys::type_register_static(info) };
}

unsafe extern "C" fn class_init(class: *mut sys::ObjectClass, _data: *const c_void) {
    let fields = Box::leak(Box::new([
        sys::VMStateField {
            name: c"nsc_cfg".as_ptr(),
            info: &raw const sys::vmstate_info_uint32,
            size: size_of::<u32>(),
            offset: offset_of!(Idau, nsc_cfg),
            flags: sys::VMS_SINGLE,
            ..sys::VMStateField::default()
        },
        sys::VMStateField { flags: sys::VMS_END, ..sys::VMStateField::default() },
    ]));
    let saved = Box::leak(Box::new(sys::VMStateDescription {
        name: c"virtmcu-sse-idau".as_ptr(),
        version_id: 1,
        minimum_version_id: 1,
        fields: fields.as_ptr(),
        ..sys::VMStateDescription::default()
    }));
    // SAFETY: QEMU passes the class of our type, whose parent is a device's, and which has both interfaces. What it is given
    // here is never freed.
    unsafe {
        let device = class.cast::<sys::DeviceClass>();
        (*device).desc = c"attribution unit of Arm's SSE subsystems".as_ptr();
        (*device).vmsd = saved;
        let resettable = sys::object_class_dynamic_cast(class, sys::TYPE_RESETTABLE_INTERFACE.as_ptr());
        (*resettable.cast::<sys::ResettableClass>()).phases.hold = Some(reset_hold);
        let interface = sys::object_class_dynamic_cast(class, c"idau-interface".as_ptr());
        (*interface.cast::<Interface>()).check = Some(check);
    }
}

unsafe extern "C" fn instance_init(object: *mut sys::Object) {
    // SAFETY: a new instance of our type; QEMU copies the name.
    unsafe {
        sys::qdev_init_gpio_in_named_with_opaque(
            object.cast(),
            Some(set_nsc_cfg),
            object.cast(),
            c"nsc_cfg".as_ptr(),
            1,
        );
    }
}

unsafe extern "C" fn set_nsc_cfg(idau: *mut c_void, _line: c_int, level: c_int) {
    // SAFETY: the instance that `instance_init` passed, under the big lock. The level is the register's value.
    unsafe { (*idau.cast::<Idau>()).nsc_cfg = level as u32 };
}

unsafe extern "C" fn reset_hold(object: *mut sys::Object, _kind: sys::ResetType) {
    // SAFETY: an instance of our type, under the big lock.
    unsafe { (*object.cast::<Idau>()).nsc_cfg = 0 };
}

unsafe extern "C" fn check(
    idau: *mut c_void,
    address: u32,
    region: *mut c_int,
    is_exempt: *mut bool,
    is_nonsecure: *mut bool,
    is_callable: *mut bool,
) {
    // SAFETY: an instance of our type, and places for each answer.
    unsafe {
        let told = attribution(address, (*idau.cast::<Idau>()).nsc_cfg);
        *region = told.region.into();
        *is_exempt = told.is_exempt;
        *is_nonsecure = told.is_nonsecure;
        *is_callable = told.is_callable;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: u32, nsc_cfg: u32, expected: (u8, bool, bool, bool)) {
        let told = attribution(address, nsc_cfg);
        let got = (told.region, told.is_exempt, told.is_nonsecure, told.is_callable);
        assert_eq!(got, expected, "{address:#x}, NSCCFG {nsc_cfg}");
    }

    #[test]
    fn bit_28_tells_the_worlds_apart() {
        check(0x0000_0000, 3, (0, false, true, false));
        check(0x1000_0000, 0, (1, false, false, false));
        check(0x2fff_ffff, 3, (2, false, true, false));
        check(0x5000_0000, 3, (5, false, false, false));
    }

    #[test]
    fn nsccfg_opens_code_and_ram() {
        check(0x1fff_ffff, CODE_IS_CALLABLE, (1, false, false, true));
        check(0x1000_0000, RAM_IS_CALLABLE, (1, false, false, false));
        check(0x3000_0000, RAM_IS_CALLABLE, (3, false, false, true));
        check(0x3000_0000, CODE_IS_CALLABLE, (3, false, false, false));
    }

    #[test]
    fn the_cpus_own_registers_are_in_both() {
        check(0xe000_e000, 0, (14, true, true, false));
        check(0xe00f_ffff, 0, (14, true, true, false));
        check(0xe010_0000, 0, (14, false, true, false));
        check(0xf00f_ffff, 0, (15, true, false, false));
    }
}
