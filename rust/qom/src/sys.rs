// SPDX-License-Identifier: GPL-2.0-or-later
//! QEMU's own declarations, as bindgen read them.
#![allow(
    dead_code,
    improper_ctypes,
    missing_docs,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unpredictable_function_pointer_comparisons,
    unsafe_op_in_unsafe_fn,
    unused_imports,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    reason = "generated from C"
)]

include!(env!("QEMU_BINDINGS_RS"));

// GLib's, which bindgen is not asked for.
unsafe extern "C" {
    pub fn g_byte_array_new() -> *mut GByteArray;
    pub fn g_byte_array_set_size(array: *mut GByteArray, len: guint) -> *mut GByteArray;
    pub fn g_byte_array_free(array: *mut GByteArray, free_segment: std::ffi::c_int) -> *mut guint8;
    pub fn g_array_free(array: *mut GArray, free_segment: std::ffi::c_int) -> *mut gchar;
}
