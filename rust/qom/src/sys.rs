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
