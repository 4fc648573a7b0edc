# SPDX-License-Identifier: Apache-2.0 OR MIT
"""micropython_firmware: MicroPython's port "qemu" for one of its boards, cross-compiled by the clang in Zig's wheel."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")

def _resources(_os, _inputs):
    return {"cpu": 2, "memory": 500}

def _micropython_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    file = ctx.file
    ctx.actions.run(
        executable = file._build,
        inputs = [file.linker_script, file.runtime, file._cc, file._source, file._zig] +
                 ctx.files.includes + ctx.files._headers + ctx.files._clang_include,
        outputs = [out],
        env = {
            "BOARD": ctx.attr.board,
            "CC": file._cc.path,
            "CLANG_INCLUDE": ctx.files._clang_include[0].dirname,
            "HEAP": str(ctx.attr.heap_bytes),
            "INCLUDE": ctx.files._headers[0].dirname,
            "LINKER_SCRIPT": file.linker_script.path,
            "OUT": out.path,
            "RUNTIME": file.runtime.path,
            "SOURCE": file._source.path,
            "TARGET": ctx.attr.target,
            "ZIG": file._zig.path,
        },
        use_default_shell_env = True,
        mnemonic = "MicroPython",
        progress_message = "Making %{output}",
        resource_set = _resources,
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_micropython = rule(
    implementation = _micropython_impl,
    attrs = {
        "board": attr.string(mandatory = True),
        "heap_bytes": attr.int(mandatory = True),
        "includes": attr.label_list(allow_files = [".ld"]),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".ld"]),
        "runtime": attr.label(mandatory = True, allow_single_file = [".o"]),
        "target": attr.string(mandatory = True),
        "_build": attr.label(default = ":build.sh", allow_single_file = True),
        "_cc": attr.label(default = ":cc.sh", allow_single_file = True),
        "_clang_include": attr.label(default = "@pypi_ziglang//:clang_include", cfg = "exec"),
        "_headers": attr.label(default = ":headers"),
        "_source": attr.label(default = "@registry_firmware//:micropython.tar.xz", allow_single_file = True),
        "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
    },
)

# For each CPU of //tools/zig: the options that Clang itself takes for it.
_TARGETS = {
    "cortex-m3": "--target=thumbv7m-none-eabi",
    "rv32imac": "--target=riscv32-none-elf -march=rv32imac_zicsr",
}

def micropython_firmware(name, board, cpu, includes = [], heap_bytes = 143360):
    """MicroPython, with its prompt at the board's first UART; NAME.elf is linked as NAME.ld says.

    Args:
      name: the target.
      board: a folder's name in ports/qemu/boards.
      cpu: one of //tools/zig.
      includes: the linker scripts that NAME.ld includes.
      heap_bytes: for Python's objects; the default is the port's own.
    """
    _micropython(
        name = name,
        board = board,
        heap_bytes = heap_bytes,
        includes = includes,
        linker_script = name + ".ld",
        runtime = Label("//tools/zig:runtime_" + cpu),
        target = _TARGETS[cpu],
        target_compatible_with = COMPATIBLE["micropython.tar.xz"],
        visibility = ["//visibility:public"],
    )
