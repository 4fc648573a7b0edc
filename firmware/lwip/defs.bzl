# SPDX-License-Identifier: Apache-2.0 OR MIT
"""lwip_firmware: lwIP with a program beside this file, cross-compiled by the clang in Zig's wheel."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")

def _lwip_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    file = ctx.file
    sources = [source.path for source in ctx.files.srcs if source.extension == "c"]
    ctx.actions.run(
        executable = file._build,
        arguments = ctx.attr.copts + sources,
        inputs = [file.linker_script, file.runtime, file._source, file._zig] + ctx.files.srcs + ctx.files._headers + ctx.files._lib,
        outputs = [out],
        env = {
            "INCLUDE": ctx.files._headers[0].dirname,
            "LINKER_SCRIPT": file.linker_script.path,
            "OUT": out.path,
            "RUNTIME": file.runtime.path,
            "SOURCE": file._source.path,
            "TARGET": ctx.attr.target,
            "ZIG": file._zig.path,
        },
        use_default_shell_env = True,
        mnemonic = "LwIP",
        progress_message = "Making %{output}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_lwip = rule(
    implementation = _lwip_impl,
    attrs = {
        "copts": attr.string_list(),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".ld"]),
        "runtime": attr.label(mandatory = True, allow_single_file = [".o"]),
        "srcs": attr.label_list(mandatory = True, allow_files = [".c", ".h"]),
        "target": attr.string(mandatory = True),
        "_build": attr.label(default = ":build.sh", allow_single_file = True),
        "_headers": attr.label(default = "//firmware/micropython:headers"),
        "_lib": attr.label(default = "@pypi_ziglang//:lib", cfg = "exec"),
        "_source": attr.label(default = "@registry_firmware//:lwip.tar.xz", allow_single_file = True),
        "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
    },
)

# For each board: the CPU of //tools/zig, the options for it, what of //scenarios/firmware runs on it, and its options.
_BOARDS = {
    "mps2-an385": struct(
        cpu = "cortex-m3",
        target = "-target thumb-freestanding-eabi -mcpu=cortex_m3",
        srcs = ["mps_srcs", "lan9118_srcs"],
        linker_script = "mps2-an385.ld",
        copts = [],
    ),
    "zcu102-rpu": struct(
        cpu = "cortex-r5",
        target = "-target arm-freestanding-eabi -mcpu=cortex_r5+strict_align",
        srcs = ["zcu102_rpu_srcs", "gem_srcs"],
        linker_script = "zynqmp-rpu.ld",
        copts = ["-DVECTORS_AT_0", "-DGICD=0xF9000000U", "-DGICC=0xF9001000U", "-DTIMER_INTID=(32U+36U)"],
    ),
}

def lwip_firmware(name, program, board, copts = []):
    """A program over lwIP; NAME.elf.

    Args:
      name: the target.
      program: a C file with main().
      board: one of the table above.
      copts: further options for the compiler.
    """
    of = _BOARDS[board]
    _lwip(
        name = name,
        srcs = [program, ":srcs", "//scenarios/firmware:hdrs"] + ["//scenarios/firmware:" + srcs for srcs in of.srcs],
        copts = of.copts + copts,
        linker_script = "//scenarios/firmware:" + of.linker_script,
        runtime = "//tools/zig:runtime_" + of.cpu,
        target = of.target,
        target_compatible_with = COMPATIBLE["lwip.tar.xz"],
        visibility = ["//visibility:public"],
    )
