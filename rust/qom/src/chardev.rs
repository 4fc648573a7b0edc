// SPDX-License-Identifier: GPL-2.0-or-later
//! A character device whose back end is written in Rust: `-chardev NAME,id=LABEL`.

use crate::serial::{GET_MODEM_LINES, Word, modem_lines, word};
use crate::sys;
use ::uart::Heard;
use std::ffi::{CStr, c_int, c_void};

/// The other end of a guest's UART. All calls come with QEMU's big lock held, and may come from within one another: a device may send while
/// it is given a byte.
pub trait Backend: Sized {
    /// The NAME of `-chardev NAME,...`, with `chardev-` before it.
    const TYPE: &'static CStr;
    /// Opens the device that the command line calls `label`.
    fn open(label: &str, port: Port) -> Result<Self, String>;
    /// The guest has stored `bytes`.
    fn write(&self, bytes: &[u8]);
    /// The guest's device has room again.
    fn accept_input(&self);
    /// The guest's device says something else.
    fn say(&self, word: Word);
    /// What CTS shows; none, if there are no modem lines.
    fn cts(&self) -> Option<bool>;
}

// Of patches/0019; a QEMU without it takes no notice of them.
const EVENT_FRAMING: sys::QEMUChrEvent = 0x76_6d01;
const EVENT_PARITY: sys::QEMUChrEvent = 0x76_6d02;
const EVENT_MODEM: sys::QEMUChrEvent = 0x76_6d03;

/// The way from a back end to the guest's device.
#[derive(Clone, Copy, Debug)]
pub struct Port(*mut sys::Chardev);

impl Port {
    /// Whether the guest's device has room. Only with the big lock held.
    pub fn has_room(&self) -> bool {
        // SAFETY: the chardev outlives its back end, and the caller holds the big lock.
        unsafe { sys::qemu_chr_be_can_write(self.0) >= 1 }
    }

    /// Hands what was heard to the guest's device, which overruns if it has no room. Only with the big lock held.
    pub fn receive(&self, heard: Heard) {
        match heard {
            Heard::Framing(_) => self.event(EVENT_FRAMING),
            Heard::Parity(_) => self.event(EVENT_PARITY),
            Heard::Break => return self.event(sys::CHR_EVENT_BREAK),
            Heard::Byte(_) | Heard::Noise(_) => {}
        }
        // SAFETY: as above, and one byte is there.
        unsafe { sys::qemu_chr_be_write(self.0, &heard.byte(), 1) };
    }

    /// Tells the guest's device that CTS has changed. Only with the big lock held.
    pub fn modem_lines_change(&self) {
        self.event(EVENT_MODEM);
    }

    fn event(&self, event: sys::QEMUChrEvent) {
        // SAFETY: as in `has_room`.
        unsafe { sys::qemu_chr_be_event(self.0, event) };
    }
}

/// What QEMU allocates for a device: its own part, then ours.
#[repr(C)]
struct Instance<B> {
    parent: sys::Chardev,
    /// Set by `open`; null before.
    backend: *mut B,
}

/// Registers the type; from [`crate::module::at_type_registration`].
pub fn register<B: Backend>() {
    type ClassInit = Option<unsafe extern "C" fn(*mut sys::ObjectClass, *const c_void)>;
    let class_init: ClassInit = Some(class_init::<B>);
    let info = Box::leak(Box::new(sys::TypeInfo {
        name: B::TYPE.as_ptr(),
        parent: sys::TYPE_CHARDEV.as_ptr(),
        instance_size: size_of::<Instance<B>>(),
        instance_finalize: Some(finalize::<B>),
        #[allow(clippy::useless_transmute, reason = "QEMU 10.0 declares the second parameter `void *`")]
        // SAFETY: `void *` and `const void *` are passed alike.
        class_init: unsafe { std::mem::transmute::<ClassInit, _>(class_init) },
        ..sys::TypeInfo::default()
    }));
    // SAFETY: a complete description that is never freed.
    unsafe { sys::type_register_static(info) };
}

unsafe extern "C" fn class_init<B: Backend>(class: *mut sys::ObjectClass, _data: *const c_void) {
    // SAFETY: QEMU passes the class of our type, whose parent is a chardev's.
    let class = unsafe { &mut *class.cast::<sys::ChardevClass>() };
    class.open = Some(open::<B>);
    class.chr_write = Some(write::<B>);
    class.chr_accept_input = Some(accept_input::<B>);
    class.chr_ioctl = Some(ioctl::<B>);
}

unsafe extern "C" fn open<B: Backend>(
    chr: *mut sys::Chardev,
    _options: *mut sys::ChardevBackend,
    _opened: *mut bool,
    _error: *mut *mut sys::Error,
) {
    // SAFETY: QEMU sets the label before it opens the device.
    let label = unsafe { CStr::from_ptr((*chr).label) }.to_string_lossy();
    match B::open(&label, Port(chr)) {
        // SAFETY: `chr` is an instance of our type.
        Ok(backend) => unsafe { (*chr.cast::<Instance<B>>()).backend = Box::into_raw(Box::new(backend)) },
        Err(why) => crate::module::fatal(&label, &why),
    }
}

unsafe extern "C" fn write<B: Backend>(chr: *mut sys::Chardev, bytes: *const u8, len: c_int) -> c_int {
    // SAFETY: an open instance of our type, under the big lock, and `len` bytes to read.
    unsafe { (*(*chr.cast::<Instance<B>>()).backend).write(std::slice::from_raw_parts(bytes, len as usize)) };
    len
}

unsafe extern "C" fn accept_input<B: Backend>(chr: *mut sys::Chardev) {
    // SAFETY: an instance of our type, under the big lock; QEMU may call before `open` has set the back end.
    if let Some(backend) = unsafe { (*chr.cast::<Instance<B>>()).backend.as_ref() } {
        backend.accept_input();
    }
}

unsafe extern "C" fn ioctl<B: Backend>(
    chr: *mut sys::Chardev,
    command: c_int,
    argument: *mut c_void,
) -> c_int {
    /// `ENOTSUP` of Linux.
    const NOT_SUPPORTED: c_int = 95;
    // SAFETY: an open instance of our type, under the big lock, and the argument of the call.
    unsafe {
        let backend = &*(*chr.cast::<Instance<B>>()).backend;
        if command == GET_MODEM_LINES {
            let Some(cts) = backend.cts() else { return -NOT_SUPPORTED };
            *argument.cast::<c_int>() = modem_lines(cts);
            return 0;
        }
        let Some(word) = word(command, argument) else { return -NOT_SUPPORTED };
        backend.say(word);
    }
    0
}

unsafe extern "C" fn finalize<B: Backend>(object: *mut sys::Object) {
    // SAFETY: an instance of our type that nobody uses any more; `backend` came from `Box::into_raw` or is null.
    unsafe {
        let backend = (*object.cast::<Instance<B>>()).backend;
        if !backend.is_null() {
            drop(Box::from_raw(backend));
        }
    }
}
