# SPDX-License-Identifier: Apache-2.0 OR MIT
"""rtic_examples: the examples of RTIC 1 for a bare Cortex-M, with what each must say; rtic_example: one of them."""

load("//firmware:sources.bzl", "RUST_VERSION")

def _resources(_os, _inputs):
    return {"cpu": 2, "memory": 1000}

def _rtic_examples_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    rust = ctx.toolchains["@rules_rust//rust:toolchain_type"]
    file = ctx.file
    ctx.actions.run(
        executable = file._build,
        inputs = depset(
            [file._crates, file._lock, file._manifest, file._rust_src, file._zig, rust.rustc, rust.cargo],
            transitive = [rust.all_files],
        ),
        outputs = [out],
        env = {
            "CARGO": rust.cargo.path,
            "CRATES": file._crates.path,
            "LOCK": file._lock.path,
            "MANIFEST": file._manifest.path,
            "OUT": out.path,
            "RUSTC": rust.rustc.path,
            "RUST_SRC": file._rust_src.path,
            "TARGET": ctx.attr.target,
            "VERSION": RUST_VERSION,
            "ZIG": file._zig.path,
        },
        use_default_shell_env = True,
        mnemonic = "RticExamples",
        progress_message = "Building RTIC's examples",
        resource_set = _resources,
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

rtic_examples = rule(
    implementation = _rtic_examples_impl,
    doc = "A folder with NAME.elf and NAME.expected for each example.",
    attrs = {
        "target": attr.string(mandatory = True, doc = "Rust's name of it"),
        "_build": attr.label(default = ":build.sh", allow_single_file = True),
        "_crates": attr.label(default = "@registry_firmware//:rtic-crates.tar", allow_single_file = True),
        "_lock": attr.label(default = ":Cargo.lock", allow_single_file = True),
        "_manifest": attr.label(default = ":Cargo.toml", allow_single_file = True),
        "_rust_src": attr.label(default = "@registry_firmware//:rust-src.deb", allow_single_file = True),
        "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
    },
    toolchains = ["@rules_rust//rust:toolchain_type"],
)

def _rtic_example_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    examples = ctx.file.examples
    ctx.actions.run_shell(
        command = 'cp "$1" "$2"',
        arguments = [examples.path + "/%s.elf" % ctx.label.name, out.path],
        inputs = [examples],
        outputs = [out],
        mnemonic = "RticExample",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

rtic_example = rule(
    implementation = _rtic_example_impl,
    doc = "The example NAME out of that folder: NAME.elf.",
    attrs = {"examples": attr.label(mandatory = True, allow_single_file = True)},
)
