// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What a guest does to a device that the device's manual does not have, or we do not.

use crate::register::Width;

/// The way of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// The guest reads.
    Read,
    /// The guest writes.
    Write,
}

impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Access::Read => "read",
            Access::Write => "write",
        })
    }
}

fn width(bytes: u32) -> String {
    match bytes {
        1 => "1 byte".into(),
        _ => format!("{bytes} bytes"),
    }
}

/// Something to report. Each is told once a run, for its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The address has no register. Hardware reads 0 there, and ignores what is written.
    #[error("{access} of {width} at {block}+{offset:#04x}, where it has no register", width = width(*bytes))]
    NoRegister {
        /// Read or write.
        access: Access,
        /// The width of the access.
        bytes: u32,
        /// The manual's name of the device.
        block: &'static str,
        /// Where.
        offset: u32,
    },
    /// The register does not take accesses of this width.
    #[error("{access} of {width} to {block}_{register} ({offset:#04x}), which takes {takes}", width = width(*bytes))]
    Width {
        /// Read or write.
        access: Access,
        /// The width of the access.
        bytes: u32,
        /// The manual's name of the device.
        block: &'static str,
        /// The register's.
        register: &'static str,
        /// Where the access is.
        offset: u32,
        /// What it takes.
        takes: Width,
    },
    /// An address that is no multiple of the access's width, or a width that no bus of a microcontroller has: a bus fault.
    #[error("{access} of {width} at {block}+{offset:#04x}, which is no multiple of its width: a bus fault", width = width(*bytes))]
    Unaligned {
        /// Read or write.
        access: Access,
        /// The width of the access.
        bytes: u32,
        /// The manual's name of the device.
        block: &'static str,
        /// Where.
        offset: u32,
    },
    /// The device is switched off by the clock's gate: a bus fault.
    #[error("{access} of {width} at {block}+{offset:#04x}, whose clock is switched off: a bus fault", width = width(*bytes))]
    Gated {
        /// Read or write.
        access: Access,
        /// The width of the access.
        bytes: u32,
        /// The manual's name of the device.
        block: &'static str,
        /// Where.
        offset: u32,
    },
    /// A write to a register that cannot be written.
    #[error("write of {value:#x} to {block}_{register} ({offset:#04x}), which is read-only")]
    ReadOnly {
        /// What was written.
        value: u32,
        /// The manual's name of the device.
        block: &'static str,
        /// The register's.
        register: &'static str,
        /// Where.
        offset: u32,
    },
    /// Bits that the device stores, and does not act on.
    #[error(
        "{block}_{register} ({offset:#04x}) set to {value:#010x}: the bits {bits:#010x} of it are not modelled and have no effect"
    )]
    NotModelled {
        /// The manual's name of the device.
        block: &'static str,
        /// The register's.
        register: &'static str,
        /// Where.
        offset: u32,
        /// What was written.
        value: u32,
        /// The bits of it that have no effect.
        bits: u32,
    },
    /// Something that the device itself found.
    #[error("{0}")]
    Other(String),
}

impl Mistake {
    /// What makes two of them one: the same kind at the same place.
    pub(crate) fn place(&self) -> (u8, u32, Option<Access>, String) {
        match self {
            Mistake::NoRegister { access, offset, .. } => (0, *offset, Some(*access), String::new()),
            Mistake::Width { access, offset, .. } => (1, *offset, Some(*access), String::new()),
            Mistake::Unaligned { access, offset, .. } => (2, *offset, Some(*access), String::new()),
            Mistake::ReadOnly { offset, .. } => (3, *offset, None, String::new()),
            Mistake::NotModelled { offset, bits, .. } => (4, *offset, None, format!("{bits:x}")),
            Mistake::Other(text) => (5, 0, None, text.clone()),
            Mistake::Gated { offset, access, .. } => (6, *offset, Some(*access), String::new()),
        }
    }
}
