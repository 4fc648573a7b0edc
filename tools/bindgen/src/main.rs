// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Turns the headers of the built QEMU into one Rust module, for the crate `qom`.
//!
//! **Invariant:** every item declared in a header of QEMU that the wrapper includes is in the output, with a compile-time check of its layout;
//! of other headers (the C library, GLib) only what those items need.
//! **Limits:** static inline functions and function-like macros have no Rust form; `qom` writes the few it needs itself.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: bindgen-tool --wrapper FILE --out FILE --qemu DIR... --system DIR...";

/// What the command line asks for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    /// The C header that includes all others.
    wrapper: PathBuf,
    /// The Rust file to write.
    out: PathBuf,
    /// Include directories whose items are wanted.
    qemu: Vec<PathBuf>,
    /// Include directories that are only looked into.
    system: Vec<PathBuf>,
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Option<Options> {
    let mut options = Options::default();
    let mut args = args.into_iter();
    while let Some(name) = args.next() {
        let value = PathBuf::from(args.next()?);
        match name.to_str()? {
            "--wrapper" => options.wrapper = value,
            "--out" => options.out = value,
            "--qemu" => options.qemu.push(value),
            "--system" => options.system.push(value),
            _ => return None,
        }
    }
    let complete = !options.wrapper.as_os_str().is_empty()
        && !options.out.as_os_str().is_empty()
        && !options.qemu.is_empty();
    complete.then_some(options)
}

/// A regular expression for all files below `dir`.
fn files_below(dir: &Path) -> String {
    let mut pattern = String::new();
    for c in dir.to_string_lossy().chars() {
        if !(c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-')) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "/.*"
}

fn generate(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let target = bindgen::RustTarget::stable(85, 0).map_err(|_| "Rust 1.85 is unknown to bindgen")?;
    let mut builder = bindgen::builder()
        .header(options.wrapper.to_string_lossy())
        // As QEMU compiles its own files.
        .clang_args([
            "-std=gnu11",
            "-D_GNU_SOURCE",
            "-D_FILE_OFFSET_BITS=64",
            "-D_LARGEFILE_SOURCE",
            "-Wno-everything",
        ])
        .rust_target(target)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .derive_default(true)
        .layout_tests(true)
        .merge_extern_blocks(true)
        .generate_cstr(true)
        .formatter(bindgen::Formatter::None)
        .generate_comments(false)
        .raw_line("// SPDX-License-Identifier: GPL-2.0-or-later");
    for dir in &options.qemu {
        builder = builder.clang_arg(format!("-I{}", dir.display())).allowlist_file(files_below(dir));
    }
    for dir in &options.system {
        builder = builder.clang_arg(format!("-isystem{}", dir.display()));
    }
    builder.generate()?.write_to_file(&options.out)?;
    Ok(())
}

fn main() -> ExitCode {
    let Some(options) = parse(env::args_os().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match generate(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bindgen-tool: {}: {error}", options.wrapper.display());
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(args: &[&str], expected: Option<Options>) {
        assert_eq!(parse(args.iter().map(OsString::from)), expected, "{args:?}");
    }

    #[test]
    fn reads_its_options() {
        let options = Options {
            wrapper: "w.h".into(),
            out: "o.rs".into(),
            qemu: vec!["q".into(), "b".into()],
            system: vec!["s".into()],
        };
        check(
            &["--wrapper", "w.h", "--out", "o.rs", "--qemu", "q", "--qemu", "b", "--system", "s"],
            Some(options),
        );
        check(&["--wrapper", "w.h", "--out", "o.rs"], None);
        check(&["--wrapper", "w.h", "--out", "o.rs", "--qemu"], None);
        check(&["--else", "x"], None);
    }

    #[test]
    fn a_path_is_no_pattern() {
        assert_eq!(files_below(Path::new("a-1/b.c+d")), "a-1/b\\.c\\+d/.*");
    }
}
