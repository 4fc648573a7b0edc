// SPDX-License-Identifier: Apache-2.0 OR MIT
//! What an SVD file says of each word of a block of registers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use svd_parser::svd::{self, RegisterInfo};

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody said where the files are.
    #[error(
        "VIRTMCU_SVD does not say where the vendors' SVD files are. Bazel has them: ./bazelw test //rust/plugin/...; by hand: \
         `svd_data.zip` in the wheel of pyocd that tools/bazel/pypi.lock names has them"
    )]
    NoFolder,
    /// The file cannot be read.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The file is no SVD.
    #[error("{path}: {why}", path = .0.display(), why = .1)]
    NoSvd(PathBuf, String),
    /// The file has no such peripheral.
    #[error("{0} has no peripheral {1}")]
    NoPeripheral(String, String),
}

/// One word as the vendor describes it: all registers that lie in it. Blocks share addresses, so do views of one register, and our
/// devices are the same block of several chips.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    pub(crate) names: Vec<String>,
    /// What they hold after a reset: by the bits of which that is known, as for the parts of a word, all that is said of them.
    pub(crate) resets: BTreeMap<u32, Vec<u32>>,
    pub(crate) readable: u32,
    pub(crate) writable: u32,
    /// The same of fields alone: a register without fields can be read or written, and nobody says which bits of it.
    pub(crate) surely_readable: u32,
    pub(crate) surely_writable: u32,
}

/// A parsed file.
#[derive(Debug)]
pub(crate) struct Chip {
    file: String,
    device: svd::Device,
}

impl Chip {
    /// Reads FILE in the folder that `VIRTMCU_SVD` names, or in which the file lies that it names.
    pub(crate) fn open(file: &str) -> Result<Chip, Error> {
        let said = std::env::var_os("VIRTMCU_SVD").map(PathBuf::from).ok_or(Error::NoFolder)?;
        let folder = if said.is_dir() { &said } else { said.parent().unwrap_or(Path::new(".")) };
        let path = folder.join(file);
        let text = std::fs::read(&path).map_err(|error| Error::Unreadable(path.clone(), error))?;
        // Some are in Latin-1; only their comments are not ASCII.
        let text: String =
            text.into_iter().map(|byte| if byte.is_ascii() { byte.into() } else { '?' }).collect();
        Chip::parse(file, &text).map_err(|why| Error::NoSvd(path, why))
    }

    pub(crate) fn parse(file: &str, text: &str) -> Result<Chip, String> {
        let config = svd_parser::Config::default()
            .expand(true)
            .expand_properties(true)
            .ignore_enums(true)
            .validate_level(svd_parser::ValidateLevel::Disabled);
        let text = text.trim_start_matches('\u{feff}').trim_start_matches('?');
        let device = svd_parser::parse_with_config(text, &config).map_err(|error| format!("{error:#}"))?;
        Ok(Chip { file: file.into(), device })
    }

    /// Adds the registers of a peripheral that begins at `place`.
    pub(crate) fn describe(
        &self,
        name: &str,
        place: u32,
        words: &mut BTreeMap<u32, Word>,
    ) -> Result<(), Error> {
        let peripheral = self.device.peripherals.iter().find(|peripheral| peripheral.name == name);
        let none = || Error::NoPeripheral(self.file.clone(), name.into());
        for register in peripheral.ok_or_else(none)?.all_registers() {
            add(words, place + register.address_offset, register);
        }
        Ok(())
    }
}

/// Adds a register that lies in a word, or in a part of it.
fn add(words: &mut BTreeMap<u32, Word>, offset: u32, register: &RegisterInfo) {
    let size = register.properties.size.unwrap_or(32).min(32);
    let shift = offset % 4 * 8;
    let mask = if size == 32 { u32::MAX } else { (1 << size) - 1 };
    let access = register.properties.access.unwrap_or_default();
    let word = words.entry(offset - offset % 4).or_default();
    let mut has_fields = false;
    for field in register.fields() {
        has_fields = true;
        let range = field.bit_range;
        let bits = ((u64::MAX >> (64 - range.width.clamp(1, 64))) << range.offset) as u32;
        let bits = (bits & mask) << shift;
        let access = field.access.unwrap_or(access);
        word.surely_readable |= if access.can_read() { bits } else { 0 };
        word.surely_writable |= if access.can_write() { bits } else { 0 };
    }
    word.readable |= word.surely_readable;
    word.writable |= word.surely_writable;
    if !has_fields {
        word.readable |= if access.can_read() { mask << shift } else { 0 };
        word.writable |= if access.can_write() { mask << shift } else { 0 };
    }
    let reset = register.properties.reset_value.unwrap_or(0) as u32;
    let known = register.properties.reset_mask.map_or(u32::MAX, |mask| mask as u32) & mask;
    word.names.push(register.name.clone());
    word.resets.entry(known << shift).or_default().push((reset & known) << shift);
}
