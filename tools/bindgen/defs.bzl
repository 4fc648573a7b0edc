# SPDX-License-Identifier: Apache-2.0 OR MIT
"""qemu_bindings: a Rust module with what a C header includes of the built QEMU."""

load("//qemu:build.bzl", "QemuInfo")

def _qemu_bindings_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".rs")
    include = ctx.attr.qemu[QemuInfo].include
    args = ctx.actions.args()
    args.add("--wrapper", ctx.file.wrapper)
    args.add("--out", out)
    for folder in ["qemu", "generated"]:
        args.add("--qemu", include.path + "/" + folder)
    args.add("--system", include.path + "/glib")

    # stddef.h and its like belong to the compiler; libclang comes without them.
    args.add("--system", ctx.files._clang_include[0].dirname)
    ctx.actions.run(
        executable = ctx.executable._tool,
        arguments = [args],
        inputs = [ctx.file.wrapper, include, ctx.file._libclang] + ctx.files._clang_include,
        outputs = [out],
        env = {"LIBCLANG_PATH": ctx.file._libclang.dirname},
        mnemonic = "QemuBindings",
        progress_message = "Making Rust bindings of QEMU's headers",
    )
    return [DefaultInfo(files = depset([out]))]

qemu_bindings = rule(
    implementation = _qemu_bindings_impl,
    attrs = {
        "qemu": attr.label(mandatory = True, providers = [QemuInfo]),
        "wrapper": attr.label(mandatory = True, allow_single_file = [".h"]),
        "_clang_include": attr.label(default = "@pypi_ziglang//:clang_include", cfg = "exec"),
        "_libclang": attr.label(default = "@pypi_libclang//:libclang", allow_single_file = True, cfg = "exec"),
        "_tool": attr.label(default = "//tools/bindgen:bindgen_tool", executable = True, cfg = "exec"),
    },
)
