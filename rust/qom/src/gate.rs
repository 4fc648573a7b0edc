// SPDX-License-Identifier: GPL-2.0-or-later
//! The time gate (`patches/0001-time-gate.patch`): its owner grants virtual time.

use crate::machine::symbol;
use crate::sys;
use std::ffi::{CStr, c_void};
use std::sync::OnceLock;

/// What is granted: the limit, and the time of the next event before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// Virtual time does not pass it.
    pub limit_ns: u64,
    /// The vCPU stops at the first instruction boundary at or after it, for [`Gate::event`].
    pub event_ns: Option<u64>,
}

/// The owner of virtual time. All calls come on the vCPU's thread.
pub trait Gate: Sync {
    /// Virtual time stands at the limit: wait some milliseconds at most for a grant; false when none came.
    /// QEMU's big lock is not held.
    fn wait(&self) -> bool;
    /// `wait` said true: what was granted. The big lock is held.
    fn commit(&self) -> Open;
    /// The event is due: handle it. The big lock is held.
    fn event(&self, now_ns: u64) -> Open;
    /// The limit is near while the guest computes: what is granted beyond it, if that is known at once. All that happens before
    /// `now_ns` has happened. The big lock is not held, and the vCPU has not left its loop.
    fn extend(&self, now_ns: u64) -> Option<Open>;
    /// The guest has ended itself: its vCPUs run no more until a reset. The big lock is held.
    fn ended(&self, now_ns: u64, code: u32);
}

/// Puts `gate` in place, closed at time 0. Only before the machine starts ([`crate::module::at_machine_ready`]).
pub fn install<G: Gate>(gate: &'static G) -> Result<(), String> {
    let Some(functions) = Functions::find() else {
        return Err("this QEMU has no time gate: it is not the one that virtmcu builds".into());
    };
    let ops = Box::leak(Box::new(sys::IcountGateOps {
        wait: Some(wait::<G>),
        commit: Some(commit::<G>),
        event: Some(event::<G>),
        extend: Some(extend::<G>),
        ended: Some(ended::<G>),
    }));
    let mut error = std::ptr::null_mut();
    // SAFETY: `ops` and `gate` live for ever; the callbacks get `gate` back as a `&G`.
    let installed =
        unsafe { (functions.install)(ops, std::ptr::from_ref(gate).cast_mut().cast(), &mut error) };
    if installed {
        return Ok(());
    }
    // SAFETY: it failed, so QEMU has set `error`; its text lives until it is freed, which is never.
    let text = unsafe { CStr::from_ptr(sys::error_get_pretty(error)) };
    Err(text.to_string_lossy().into_owned())
}

/// The patched QEMU's functions. They are looked for by name, so that a QEMU without them can load the modules, too.
struct Functions {
    install: Install,
    grant: Grant,
}

type Install = unsafe extern "C" fn(*const sys::IcountGateOps, *mut c_void, *mut *mut sys::Error) -> bool;
type Grant = unsafe extern "C" fn(i64, i64);

// They are what the header declares.
const _: Install = sys::icount_gate_install;
const _: Grant = sys::icount_gate_grant;

impl Functions {
    fn find() -> Option<&'static Functions> {
        static FUNCTIONS: OnceLock<Option<Functions>> = OnceLock::new();
        let find = || {
            let (install, grant) = (symbol(c"icount_gate_install")?, symbol(c"icount_gate_grant")?);
            // SAFETY: functions of these types, as checked above; pointers to code are as wide as those to data.
            unsafe {
                Some(Functions {
                    install: std::mem::transmute::<*mut c_void, Install>(install),
                    grant: std::mem::transmute::<*mut c_void, Grant>(grant),
                })
            }
        };
        FUNCTIONS.get_or_init(find).as_ref()
    }
}

fn grant(open: Open) {
    let clip = |ns: u64| i64::try_from(ns).unwrap_or(i64::MAX);
    if let Some(functions) = Functions::find() {
        // SAFETY: called from commit, event and extend only, on the vCPU's thread.
        unsafe { (functions.grant)(clip(open.limit_ns), open.event_ns.map_or(i64::MAX, clip)) };
    }
}

unsafe extern "C" fn wait<G: Gate>(gate: *mut c_void) -> bool {
    // SAFETY: the pointer that `install` passed, from a `&'static G`; `G` is `Sync`.
    let gate = unsafe { &*gate.cast::<G>() };
    gate.wait()
}

unsafe extern "C" fn commit<G: Gate>(gate: *mut c_void) {
    // SAFETY: as in `wait`.
    let gate = unsafe { &*gate.cast::<G>() };
    grant(gate.commit());
}

unsafe extern "C" fn ended<G: Gate>(gate: *mut c_void, now: i64, code: i32) {
    // SAFETY: as in `wait`.
    let gate = unsafe { &*gate.cast::<G>() };
    gate.ended(now as u64, code as u32);
}

unsafe extern "C" fn event<G: Gate>(gate: *mut c_void, now: i64) {
    // SAFETY: as in `wait`.
    let gate = unsafe { &*gate.cast::<G>() };
    grant(gate.event(now as u64));
}

unsafe extern "C" fn extend<G: Gate>(gate: *mut c_void, now: i64) -> bool {
    // SAFETY: as in `wait`.
    let gate = unsafe { &*gate.cast::<G>() };
    gate.extend(now as u64).map(grant).is_some()
}
