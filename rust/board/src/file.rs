// SPDX-License-Identifier: Apache-2.0 OR MIT
//! A board in a file of the user's. The only I/O of this crate.

use crate::{Board, OwnDevice};
use devicetree::{Errors, Tree};
use report::{Diagnostic, Source};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Reads the tree in the file `path`: source if its name ends with `.dts`, else a blob. Messages name files below `root` from
/// there, so that they are the same on every machine.
pub fn read_tree(path: &Path, root: &Path) -> Result<Tree, Errors> {
    let name = shown(path, root);
    let bytes = read(path).map_err(|why| whole(&name, why))?;
    if path.extension().is_none_or(|extension| extension != "dts") {
        return Tree::read_dtb(&name, &bytes);
    }
    let text = utf8(bytes).map_err(|why| whole(&name, why))?;
    Tree::read_dts(&name, &text, &mut |file, of| {
        let folder = Path::new(of).parent().unwrap_or(Path::new(""));
        let path = root.join(folder).join(file);
        let text = read(&path).and_then(utf8).map_err(|why| format!("{}: {why}", shown(&path, root)))?;
        Ok((shown(&path, root), text))
    })
}

/// Reads the board in the file `path`, in which some devices may be the user's own. Its name is the path from `root`.
pub fn read_board(path: &Path, root: &Path, own: &[OwnDevice]) -> Result<Board, Errors> {
    Board::read_with(&shown(path, root), &read_tree(path, root)?, own)
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

fn whole(name: &str, why: String) -> Errors {
    let (message, file) = ("the board cannot be read".to_string(), name.to_string());
    let first =
        Diagnostic { message, file, place: None, found: None, also: None, expected: Some(why), help: None };
    Errors::new(Source::new(name, ""), first, Vec::new())
}

/// A file that may be anything, even endless.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let limit = devicetree::limits::FILE_BYTES_MAX as u64;
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    match bytes.len() as u64 <= limit {
        true => Ok(bytes),
        false => Err(format!("a file of at most {limit} bytes")),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| "UTF-8 text".to_string())
}
