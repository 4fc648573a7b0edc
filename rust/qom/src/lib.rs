// SPDX-License-Identifier: GPL-2.0-or-later
//! Safe Rust over the part of QEMU that virtmcu's plugins use.
//!
//! Built against the headers of the very QEMU that loads the plugins (`//rust/qom:bindings`, made by `//tools/bindgen`);
//! the bindings carry compile-time checks of every layout.
//!
//! **Invariant:** this is the only crate that names a type or function of QEMU. What it offers is safe to call from the
//! callbacks it calls, on the thread that it calls them on.
//! **Limits:** a module, the virtual clock, the time gate and what does its work in other QEMUs, the main loop, the guest's state,
//! character devices and what UARTs say to them, ports of the node's channel, endless traps, devices of `device`'s kind, and what machines are made of, an Armv8-M's attribution unit; more comes with the device that needs it.
#![expect(unsafe_code, reason = "the binding to QEMU")]

pub mod chardev;
pub mod clock;
pub mod device;
pub mod gate;
pub mod idau;
pub mod io;
pub mod machine;
pub mod main_loop;
pub mod module;
pub mod net;
pub mod parts;
pub mod ports;
pub mod reset;
pub mod serial;
pub mod state;
mod sys;
pub mod timer;
pub mod timer_gate;
pub mod traps;
