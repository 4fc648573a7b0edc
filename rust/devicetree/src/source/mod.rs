// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Reading device tree source: text, then a draft with names as references, then the tree.

mod cursor;
mod expression;
mod reader;
mod value;

use crate::draft::Draft;
use crate::{Errors, Place, Tree, finish, limits, place};
use cursor::Cursor;
pub(crate) use cursor::{is_label, is_name};
use reader::Reader;

/// Gives the name to show and the text of a file that is included: first the name as it is written, then the name of the
/// file that includes it. Or why it cannot.
pub type Include<'a> = dyn FnMut(&str, &str) -> Result<(String, String), String> + 'a;

pub(crate) fn read(file_name: &str, text: &str, include: &mut Include<'_>) -> Result<Tree, Errors> {
    if text.len() > limits::FILE_BYTES_MAX {
        return Err(place::too_large(file_name));
    }
    read_any_size(file_name, text, include)
}

/// Reads a text that this crate wrote: no matter how large it is, and it includes nothing.
pub(crate) fn read_trusted(file_name: &str, text: &str) -> Result<Tree, Errors> {
    read_any_size(file_name, text, &mut |_, _| Err("there is nothing to include".to_string()))
}

fn read_any_size(file_name: &str, text: &str, include: &mut Include<'_>) -> Result<Tree, Errors> {
    let draft = Draft::new(Place::nowhere());
    let mut reader =
        Reader { cursor: Cursor::new(file_name, text, include), draft, mistakes: Vec::new(), no_end: false };
    reader.file();
    let Reader { cursor, draft, mistakes, .. } = reader;
    finish::finish(draft, cursor.sources, mistakes)
}
