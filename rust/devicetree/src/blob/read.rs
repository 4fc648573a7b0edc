// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading a blob: it is written as source, and that is read. So everything has a place, and one reader checks all.

use super::{BEGIN_NODE, END, END_NODE, HEADER_BYTES, MAGIC, NOP, PROPERTY, VERSION};
use crate::write::Writer;
use crate::{Errors, Reservation, Tree, limits, place, source};
use std::ops::Range;

/// What is wrong with a blob, and at which of its bytes.
#[derive(Debug, thiserror::Error)]
#[error("this device tree blob is broken at byte {at:#x}: {what}")]
struct Broken {
    at: usize,
    what: String,
}

/// The bytes of a blob. No offset and no length in it is believed.
struct Blob<'b> {
    bytes: &'b [u8],
    structure: Range<usize>,
    names: Range<usize>,
}

pub(crate) fn read(file_name: &str, bytes: &[u8]) -> Result<Tree, Errors> {
    let (text, boot_cpu) =
        to_source(bytes).map_err(|broken| place::whole_file(file_name, broken.to_string()))?;
    let mut tree = source::read_trusted(&format!("{file_name} (as source)"), &text)?;
    tree.boot_cpu = boot_cpu;
    Ok(tree)
}

fn broken(at: usize, what: impl Into<String>) -> Broken {
    Broken { at, what: what.into() }
}

/// The source that a blob says, and the CPU that runs first.
fn to_source(bytes: &[u8]) -> Result<(String, u32), Broken> {
    if bytes.len() > limits::FILE_BYTES_MAX {
        return Err(broken(
            limits::FILE_BYTES_MAX,
            format!("it is larger than {} MiB", limits::FILE_BYTES_MAX >> 20),
        ));
    }
    let word = |at: usize| word(bytes, at);
    if word(0)? != MAGIC {
        return Err(broken(0, format!("it begins with {:#010x}, not with {MAGIC:#010x}", word(0)?)));
    }
    let total = word(4)? as usize;
    if total > bytes.len() || total < HEADER_BYTES {
        return Err(broken(4, format!("it says that it has {total} bytes, but has {}", bytes.len())));
    }
    let (version, compatible) = (word(20)?, word(24)?);
    if version < VERSION || compatible > VERSION {
        let what = format!(
            "it is of version {version}, for readers of version {compatible} and later, not of {VERSION}"
        );
        return Err(broken(20, what));
    }
    let bytes = &bytes[..total];
    let range = |field: usize, start: u32, len: u32, name: &str| {
        let range = start as usize..start as usize + len as usize;
        if bytes.get(range.clone()).is_none() {
            return Err(broken(
                field,
                format!("its {name}, bytes {range:#x?}, is not inside of its {total} bytes"),
            ));
        }
        Ok(range)
    };
    let structure = range(8, word(8)?, word(36)?, "structure")?;
    let names = range(12, word(12)?, word(32)?, "table of names")?;
    if !structure.start.is_multiple_of(4) {
        return Err(broken(
            8,
            format!("its structure begins at {:#x}, which is no multiple of 4", structure.start),
        ));
    }
    let reservations = reservations(bytes, word(16)? as usize)?;
    let blob = Blob { bytes, structure, names };
    Ok((blob.nodes(Writer::new(&reservations))?, word(28)?))
}

fn word(bytes: &[u8], at: usize) -> Result<u32, Broken> {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    word.map(|word| u32::from_be_bytes(*word)).ok_or_else(|| broken(bytes.len().min(at), "it ends too early"))
}

fn reservations(bytes: &[u8], mut at: usize) -> Result<Vec<Reservation>, Broken> {
    let mut list = Vec::new();
    loop {
        let long = |at| Ok((u64::from(word(bytes, at)?) << 32) | u64::from(word(bytes, at + 4)?));
        let (address, size) = (long(at)?, long(at + 8)?);
        if (address, size) == (0, 0) {
            return Ok(list);
        }
        list.push(Reservation { address, size });
        at += 16;
    }
}

impl Blob<'_> {
    fn word(&self, at: usize) -> Result<u32, Broken> {
        word(&self.bytes[..self.structure.end], at)
    }

    /// The name that begins at `at` and ends with a 0 before `end`.
    fn name(&self, at: usize, end: usize, of: &str) -> Result<&str, Broken> {
        let rest = self.bytes.get(at..end).unwrap_or_default();
        let len = rest.iter().take(limits::NAME_BYTES_MAX + 1).position(|byte| *byte == 0);
        let Some(len) = len else {
            let max = limits::NAME_BYTES_MAX;
            return Err(broken(at, format!("the name of a {of} has no end, or more than {max} bytes")));
        };
        let name = &rest[..len];
        match std::str::from_utf8(name) {
            Ok(text) if name.iter().all(|byte| source::is_name(*byte)) => Ok(text),
            _ => Err(broken(at, format!("\"{}\" is no name of a {of}", name.escape_ascii()))),
        }
    }

    fn nodes(&self, mut writer: Writer) -> Result<String, Broken> {
        let mut at = self.structure.start;
        let mut roots = 0;
        loop {
            let here = at;
            let token = self.word(at)?;
            at += 4;
            match token {
                BEGIN_NODE => {
                    let name = self.name(at, self.structure.end, "node")?;
                    let is_root = writer.depth() == 0;
                    if is_root {
                        roots += 1;
                    }
                    if roots > 1 || is_root != name.is_empty() {
                        return Err(broken(here, "there is not one root with an empty name"));
                    }
                    if writer.depth() >= limits::DEPTH_MAX {
                        return Err(broken(
                            here,
                            format!("more than {} nodes in each other", limits::DEPTH_MAX),
                        ));
                    }
                    writer.open(&[], name);
                    at = (at + name.len() + 1).next_multiple_of(4);
                }
                END_NODE if writer.depth() > 0 => writer.close(),
                PROPERTY if writer.depth() > 0 => {
                    let len = self.word(at)? as usize;
                    let name_at = self.names.start + self.word(at + 4)? as usize;
                    let name = self.name(name_at, self.names.end, "property")?;
                    if name.is_empty() {
                        return Err(broken(here, "a property has no name"));
                    }
                    at += 8;
                    let value = self.bytes[..self.structure.end].get(at..at + len);
                    let value = value.ok_or_else(|| {
                        broken(
                            here,
                            format!("property \"{name}\" has {len} bytes, which are more than there are"),
                        )
                    })?;
                    writer.property(name, value, &[]);
                    at = (at + len).next_multiple_of(4);
                }
                NOP => {}
                END if writer.depth() == 0 && roots == 1 => return Ok(writer.close_all()),
                END_NODE | PROPERTY | END => {
                    return Err(broken(
                        here,
                        format!("token {token} where nodes are {} deep", writer.depth()),
                    ));
                }
                _ => return Err(broken(here, format!("there is no token {token:#x}"))),
            }
            if writer.text.len() > limits::TOTAL_BYTES_MAX {
                let max = limits::TOTAL_BYTES_MAX >> 20;
                return Err(broken(here, format!("as source it is larger than {max} MiB")));
            }
        }
    }
}
