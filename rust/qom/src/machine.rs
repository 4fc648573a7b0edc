// SPDX-License-Identifier: GPL-2.0-or-later
//! A machine type of our own: `-M NAME`, built by a function out of [`crate::parts`].

use crate::module::fatal;
use crate::parts::Builder;
use crate::sys;
use std::ffi::{CStr, c_char, c_void};
use std::sync::OnceLock;

/// What a machine type is.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The name of its type: that of `-M`, and `-machine` behind it.
    pub name: &'static CStr,
    /// What `-M help` says of it.
    pub title: &'static CStr,
    /// The most CPU cores.
    pub cores_max: i32,
    /// Builds it; an error ends QEMU with its text.
    pub build: fn(&mut Builder) -> Result<(), String>,
}

static KIND: OnceLock<Kind> = OnceLock::new();

/// Registers the machine type of this module; from [`crate::module::at_type_registration`].
pub fn register(kind: Kind) {
    let kind = KIND.get_or_init(|| kind);
    type ClassInit = Option<unsafe extern "C" fn(*mut sys::ObjectClass, *const c_void)>;
    let class_init: ClassInit = Some(class_init);
    let interfaces = Box::leak(Box::new([sys::InterfaceInfo::default(), sys::InterfaceInfo::default()]));
    interfaces[0].type_ = target_interface();
    let info = Box::leak(Box::new(sys::TypeInfo {
        name: kind.name.as_ptr(),
        parent: c"machine".as_ptr(),
        #[allow(clippy::useless_transmute, reason = "QEMU 10.0 declares the second parameter `void *`")]
        // SAFETY: `void *` and `const void *` are passed alike.
        class_init: unsafe { std::mem::transmute::<ClassInit, _>(class_init) },
        interfaces: interfaces.as_mut_ptr(),
        ..sys::TypeInfo::default()
    }));
    // SAFETY: a complete description that is never freed; the list of interfaces ends with an empty one.
    unsafe { sys::type_register_static(info) };
}

/// What a machine must declare to be listed by this program: since QEMU 10.2 one for several targets tells theirs by an
/// interface.
fn target_interface() -> *const c_char {
    // SAFETY: the function has this type since it exists, and its text lives for ever.
    let name = symbol(c"target_machine_typename").map(|function| unsafe {
        let function: unsafe extern "C" fn() -> *const c_char = std::mem::transmute(function);
        CStr::from_ptr(function())
    });
    name.filter(|name| *name != c"machine").map_or(std::ptr::null(), CStr::as_ptr)
}

unsafe extern "C" fn class_init(class: *mut sys::ObjectClass, _data: *const c_void) {
    let Some(kind) = KIND.get() else { return };
    // SAFETY: QEMU passes the class of our type, whose parent is the machine's.
    let class = unsafe { &mut *class.cast::<sys::MachineClass>() };
    class.desc = kind.title.as_ptr();
    class.max_cpus = kind.cores_max;
    class.init = Some(build);
}

unsafe extern "C" fn build(machine: *mut sys::MachineState) {
    let Some(kind) = KIND.get() else { return };
    // SAFETY: QEMU calls this once, with the machine that it builds, under the big lock.
    let mut builder = unsafe { Builder::new(machine) };
    if let Err(why) = (kind.build)(&mut builder) {
        fatal("virtmcu machine", &why);
    }
}

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// A function that only some of QEMU's programs have.
pub fn symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: a look-up among all that is loaded, by a C string.
    let found = unsafe { dlsym(std::ptr::null_mut(), name.as_ptr()) };
    (!found.is_null()).then_some(found)
}
