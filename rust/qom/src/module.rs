// SPDX-License-Identifier: GPL-2.0-or-later
//! A shared object that is loaded into QEMU: with `-module FILE,key=value,...`, or, where QEMU knows no such option, by the
//! dynamic linker before QEMU starts, with the options in the environment.

use crate::sys;
use std::ffi::{CStr, c_char};
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a module finds its options if it was loaded by the dynamic linker: this and its name.
const OPTIONS_VARIABLE: &str = "VIRTMCU_MODULE_";

/// QEMU is registering its types already: set by modules that the dynamic linker loaded.
static IS_LATE: AtomicBool = AtomicBool::new(false);

/// The options that stand after the file's name.
#[derive(Clone, Debug, Default)]
pub struct Options(Vec<(String, String)>);

impl Options {
    /// Reads `key=value,key=value`; a word without `=` is an error, told with its text.
    pub fn parse(text: &str) -> Result<Options, String> {
        let words = text.split(',').filter(|word| !word.is_empty());
        let pairs = words.map(|word| match word.split_once('=') {
            Some((key, value)) => Ok((key.to_string(), value.to_string())),
            None => Err(format!("option \"{word}\" is not of the form key=value")),
        });
        pairs.collect::<Result<_, _>>().map(Options)
    }

    /// The value of `key`, as a `T`.
    pub fn get<T: std::str::FromStr>(&self, key: &str) -> Result<T, String> {
        self.find(key)?.ok_or_else(|| format!("the option \"{key}\" is missing"))
    }

    /// The value of a `key` that may be missing.
    pub fn find<T: std::str::FromStr>(&self, key: &str) -> Result<Option<T>, String> {
        let Some((_, value)) = self.0.iter().find(|(k, _)| k == key) else { return Ok(None) };
        let read = value.parse().map(Some);
        read.map_err(|_| format!("option \"{key}\" has the value \"{value}\", which cannot be read"))
    }
}

/// Ends QEMU with a message on stderr, which the host shows as the cause.
pub fn fatal(module: &str, why: &dyn std::fmt::Display) -> ! {
    eprintln!("{module}: {why}");
    std::process::exit(1)
}

/// Runs `init` when QEMU registers its types, before any machine is chosen.
pub fn at_type_registration(init: extern "C" fn()) {
    if IS_LATE.load(Ordering::Relaxed) {
        return init();
    }
    // SAFETY: called from qemu_module_main, before module_call_init(MODULE_INIT_QOM); `init` lives as long as the code.
    unsafe {
        sys::register_module_init(
            Some(std::mem::transmute::<extern "C" fn(), unsafe extern "C" fn()>(init)),
            sys::MODULE_INIT_QOM,
        );
    }
}

/// Runs `ready` when the machine is built, just before its first instruction.
pub fn at_machine_ready(ready: fn()) {
    let notifier = Box::leak(Box::new(Ready { notifier: sys::Notifier::default(), ready }));
    notifier.notifier.notify = Some(machine_ready);
    // SAFETY: the notifier is never freed, and nobody else uses it.
    unsafe { sys::qemu_add_machine_init_done_notifier(&mut notifier.notifier) };
}

#[repr(C)]
struct Ready {
    notifier: sys::Notifier,
    ready: fn(),
}

unsafe extern "C" fn machine_ready(notifier: *mut sys::Notifier, _data: *mut std::ffi::c_void) {
    // SAFETY: `notifier` is the first field of the `Ready` that was registered.
    let ready = unsafe { (*notifier.cast::<Ready>()).ready };
    ready();
}

/// The version of the QEMU that runs. It must be that of the headers; if it is not, the text says so.
pub fn check_qemu_version() -> Result<String, String> {
    let built = sys::QEMU_VERSION.to_string_lossy().into_owned();
    // SAFETY: QEMU allocates the answer; it is asked once and left to it.
    let runs = unsafe {
        let version = sys::qmp_query_version(std::ptr::null_mut());
        let number = &*(*version).qemu;
        format!("{}.{}.{}", number.major, number.minor, number.micro)
    };
    match runs == built {
        true => Ok(runs),
        false => {
            Err(format!("this plugin was built for QEMU {built} and is loaded into {runs}: build it again"))
        }
    }
}

/// The text behind the pointer that QEMU passes to `qemu_module_main`; for [`crate::module_main!`].
///
/// # Safety
/// `options` is a C string that lives during the call, or null.
pub unsafe fn options_of(options: *const c_char) -> Result<Options, String> {
    if options.is_null() {
        return Ok(Options::default());
    }
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(options) };
    Options::parse(text.to_str().map_err(|_| "the options are not UTF-8".to_string())?)
}

/// Runs `main` after QEMU has registered its own types, if the options of the module `name` are in the environment: then the
/// dynamic linker has loaded it, before QEMU's own start. For [`crate::module_main!`].
pub fn if_preloaded(name: &str, main: extern "C" fn()) {
    if std::env::var_os(format!("{OPTIONS_VARIABLE}{name}")).is_none() {
        return;
    }
    // The first list that QEMU works through after that of the types, whose parents exist by then.
    // SAFETY: QEMU's lists are set up by whoever comes first; `main` lives as long as the code.
    unsafe {
        sys::register_module_init(
            Some(std::mem::transmute::<extern "C" fn(), unsafe extern "C" fn()>(main)),
            sys::MODULE_INIT_MIGRATION,
        );
    }
}

/// The options of the preloaded module `name`; for [`crate::module_main!`].
pub fn preloaded_options(name: &str) -> Result<Options, String> {
    IS_LATE.store(true, Ordering::Relaxed);
    Options::parse(&std::env::var(format!("{OPTIONS_VARIABLE}{name}")).unwrap_or_default())
}

/// Makes `$init: fn(Options) -> Result<(), String>` the entry of this shared object; an error ends QEMU with its text. `$name`
/// is what the host calls it.
#[macro_export]
macro_rules! module_main {
    ($name:literal, $init:path) => {
        fn run_module(options: Result<$crate::module::Options, String>) {
            if let Err(why) = options.and_then($init) {
                $crate::module::fatal(concat!("virtmcu ", $name), &why);
            }
        }

        /// What QEMU calls after it has loaded this file.
        ///
        /// # Safety
        /// `options` is a C string.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn qemu_module_main(options: *const std::ffi::c_char) {
            // SAFETY: QEMU passes a C string.
            run_module(unsafe { $crate::module::options_of(options) });
        }

        // Not in tests, which no QEMU loads.
        #[cfg(not(test))]
        const _: () = {
            extern "C" fn run_preloaded() {
                run_module($crate::module::preloaded_options($name));
            }

            extern "C" fn look_for_options() {
                $crate::module::if_preloaded($name, run_preloaded);
            }

            // SAFETY: the dynamic linker calls it once, before QEMU's `main`; it is a C function.
            #[used]
            #[unsafe(link_section = ".init_array")]
            static LOOK_FOR_OPTIONS: extern "C" fn() = look_for_options;
        };
    };
}
