# SPDX-License-Identifier: Apache-2.0 OR MIT
"""firmware: bare-metal programs from C and assembler, cross-compiled by the clang in Zig's wheel.

The ELF file is the same bytes wherever it is built: no path of the machine is in it.
"""

# The options for each CPU. None uses a floating-point unit (eabi and not eabihf): firmware would have to turn it on first.
_CPUS = {
    # Zig knows no soft ABI for it, but without these features the compiler leaves the unit alone. Without an MMU no access may be unaligned.
    "aarch64": ["-target", "aarch64-freestanding-none", "-mcpu=generic-neon-fp_armv8+strict_align"],
    "cortex-a15": ["-target", "arm-freestanding-eabi", "-mcpu=cortex_a15+strict_align"],
    "cortex-m3": ["-target", "thumb-freestanding-eabi", "-mcpu=cortex_m3"],
    "cortex-m33": ["-target", "thumb-freestanding-eabi", "-mcpu=cortex_m33"],
    "cortex-m4": ["-target", "thumb-freestanding-eabi", "-mcpu=cortex_m4"],
    "cortex-r5": ["-target", "arm-freestanding-eabi", "-mcpu=cortex_r5+strict_align"],
    "rv32imac": ["-target", "riscv32-freestanding-none", "-mcpu=generic_rv32+m+a+c+zicsr+zifencei"],
    "rv64imac": ["-target", "riscv64-freestanding-none", "-mcpu=generic_rv64+m+a+c+zicsr+zifencei"],
}

# Only for C: the run-time library has no data at fixed addresses.
_C_FLAGS = {
    "aarch64": [],
    "cortex-a15": [],
    "cortex-m3": [],
    "cortex-m33": [],
    "cortex-m4": [],
    "cortex-r5": [],
    "rv32imac": ["-mabi=ilp32"],
    # RAM begins above 2 GB, out of reach of the default model.
    "rv64imac": ["-mabi=lp64", "-mcmodel=medany"],
}

_FLAGS = ["-O2", "-g", "-std=c17", "-ffreestanding", "-nostdlib", "-fno-sanitize=all", "-ffunction-sections", "-fdata-sections"] + \
         ["-Wall", "-Wextra", "-Werror", "-Wl,--gc-sections"]

CPUS = sorted(_CPUS)

_ZIG = {
    "_lib": attr.label(default = "@pypi_ziglang//:lib", cfg = "exec"),
    "_script": attr.label(default = ":zig.sh", allow_single_file = True),
    "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
}

def _zig(ctx, out, arguments, inputs, mnemonic):
    ctx.actions.run(
        executable = ctx.file._script,
        arguments = [ctx.file._zig.path] + arguments,
        inputs = inputs + [ctx.file._zig] + ctx.files._lib,
        outputs = [out],
        use_default_shell_env = True,
        mnemonic = mnemonic,
        progress_message = "Making %{output}",
    )

def _runtime_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".o")
    (source,) = [file for file in ctx.files._lib if file.path.endswith("/ziglang/lib/compiler_rt.zig")]
    options = ["-OReleaseSmall", "-fstrip", "-ffunction-sections", "-fdata-sections", "-femit-bin=" + out.path]
    _zig(ctx, out, ["build-obj"] + _CPUS[ctx.attr.cpu] + options + [source.path], [], "ZigRuntime")
    return [DefaultInfo(files = depset([out]))]

compiler_runtime = rule(
    implementation = _runtime_impl,
    doc = "What the compiler calls for operations that a CPU lacks, such as 64-bit division.",
    attrs = {"cpu": attr.string(mandatory = True, values = CPUS)} | _ZIG,
)

def _firmware_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    sources = [file for file in ctx.files.srcs if file.extension in ["c", "S"]]
    arguments = ["cc"] + _CPUS[ctx.attr.cpu] + _C_FLAGS[ctx.attr.cpu] + _FLAGS + ctx.attr.copts
    arguments += [file.path for file in sources] + [ctx.file.runtime.path, "-T", ctx.file.linker_script.path, "-o", out.path]
    _zig(ctx, out, arguments, ctx.files.srcs + ctx.files.hdrs + [ctx.file.linker_script, ctx.file.runtime], "Firmware")
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

_firmware = rule(
    implementation = _firmware_impl,
    attrs = {
        "copts": attr.string_list(),
        "cpu": attr.string(mandatory = True, values = CPUS),
        "hdrs": attr.label_list(allow_files = [".h"]),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".ld"]),
        "runtime": attr.label(mandatory = True, allow_single_file = [".o"]),
        "srcs": attr.label_list(mandatory = True, allow_files = [".c", ".S", ".h"]),
    } | _ZIG,
)

def firmware(name, srcs, cpu, linker_script, hdrs = [], copts = [], **kwargs):
    """Firmware for a bare CPU.

    Args:
      name: the target; its output is NAME.elf.
      srcs: C (.c) and assembler (.S) files.
      cpu: one of aarch64, cortex-a15, cortex-m3, cortex-m33, cortex-m4, cortex-r5, rv32imac, rv64imac.
      linker_script: where what goes; sections that nothing needs are dropped unless it says KEEP.
      hdrs: headers; paths in #include begin at the workspace's root with copts = ["-I."], else at the including file.
      copts: further options for the compiler.
      **kwargs: what every rule takes, such as visibility.
    """
    _firmware(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        copts = copts,
        cpu = cpu,
        linker_script = linker_script,
        runtime = Label("//tools/zig:runtime_" + cpu),
        **kwargs
    )
