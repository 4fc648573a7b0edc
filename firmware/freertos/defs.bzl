# SPDX-License-Identifier: Apache-2.0 OR MIT
"""freertos_firmware: FreeRTOS' kernel with the demonstration beside this file, cross-compiled by the clang in Zig's wheel."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")

# The boards' drivers of the timer, which is the kernel's here.
_WITHOUT = ["mtimer.c", "systick.c", "timer_wait.c"]

def _freertos_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    file = ctx.file
    sources = [source for source in ctx.files.srcs if source.extension == "c" and source.basename not in _WITHOUT]
    ctx.actions.run(
        executable = file._build,
        arguments = ctx.attr.copts + [source.path for source in sources],
        inputs = [file.linker_script, file.runtime, file._source, file._zig] + ctx.files.srcs + ctx.files._headers + ctx.files._lib,
        outputs = [out],
        env = {
            "INCLUDE": ctx.files._headers[0].dirname,
            "LINKER_SCRIPT": file.linker_script.path,
            "OUT": out.path,
            "PORT": ctx.attr.port,
            "RUNTIME": file.runtime.path,
            "SOURCE": file._source.path,
            "TARGET": ctx.attr.target,
            "ZIG": file._zig.path,
        },
        use_default_shell_env = True,
        mnemonic = "FreeRTOS",
        progress_message = "Making %{output}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_freertos = rule(
    implementation = _freertos_impl,
    attrs = {
        "copts": attr.string_list(),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".ld"]),
        "port": attr.string(mandatory = True),
        "runtime": attr.label(mandatory = True, allow_single_file = [".o"]),
        "srcs": attr.label_list(mandatory = True, allow_files = [".c", ".h"]),
        "target": attr.string(mandatory = True),
        "_build": attr.label(default = ":build.sh", allow_single_file = True),
        "_headers": attr.label(default = "//firmware/micropython:headers"),
        "_lib": attr.label(default = "@pypi_ziglang//:lib", cfg = "exec"),
        "_source": attr.label(default = "@registry_firmware//:freertos.crate", allow_single_file = True),
        "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
    },
)

# For each CPU of //tools/zig: the options for it, and the kernel's port. A Cortex-M4 whose floating-point unit is off is a Cortex-M3.
_CPUS = {
    "cortex-m3": ("-target thumb-freestanding-eabi -mcpu=cortex_m3", "ARM_CM3"),
    "cortex-m4": ("-target thumb-freestanding-eabi -mcpu=cortex_m4", "ARM_CM3"),
    "rv32imac": ("-target riscv32-freestanding-none -mcpu=generic_rv32+m+a+c+zicsr+zifencei -mabi=ilp32", "RISC-V"),
}

def freertos_firmware(name, board_srcs, cpu, linker_script, copts = []):
    """The demonstration on a board; NAME.elf.

    Args:
      name: the target.
      board_srcs: the board's start-up code and drivers, in //scenarios/firmware.
      cpu: one of //tools/zig.
      linker_script: the board's, in //scenarios/firmware.
      copts: further options for the compiler.
    """
    target, port = _CPUS[cpu]
    _freertos(
        name = name,
        srcs = [
            "FreeRTOSConfig.h",
            "demo.c",
            "//scenarios/firmware:hdrs",
            "//scenarios/firmware:" + board_srcs,
        ],
        copts = copts,
        linker_script = "//scenarios/firmware:" + linker_script,
        port = port,
        runtime = "//tools/zig:runtime_" + cpu,
        target = target,
        target_compatible_with = COMPATIBLE["freertos.crate"],
        visibility = ["//visibility:public"],
    )
