# SPDX-License-Identifier: Apache-2.0 OR MIT
"""qemu_module: a device in C as a shared object that QEMU loads (docs/write-a-device.md)."""

load(":build.bzl", "QemuInfo")

def _qemu_module_impl(ctx):
    out = ctx.actions.declare_file("lib%s.so" % ctx.label.name)
    include = ctx.attr.qemu[QemuInfo].include
    ctx.actions.run(
        executable = ctx.file._compile,
        arguments = ["-o", out.path] + ctx.attr.copts + [file.path for file in ctx.files.srcs if file.extension == "c"],
        inputs = ctx.files.srcs + [include],
        outputs = [out],
        env = {"VIRTMCU_QEMU_INCLUDE": include.path},
        # The compiler that QEMU was built with: the machine's own.
        use_default_shell_env = True,
        mnemonic = "QemuModule",
        progress_message = "Making %{output}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

qemu_module = rule(
    implementation = _qemu_module_impl,
    doc = "libNAME.so, for the `modules` of a scenario_test.",
    attrs = {
        "copts": attr.string_list(),
        "qemu": attr.label(default = ":qemu", providers = [QemuInfo]),
        "srcs": attr.label_list(mandatory = True, allow_files = [".c", ".h"]),
        "_compile": attr.label(default = ":virtmcu-cc", allow_single_file = True),
    },
)
