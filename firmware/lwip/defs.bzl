# SPDX-License-Identifier: Apache-2.0 OR MIT
"""lwip_firmware: lwIP with a program beside this file, cross-compiled by the clang in Zig's wheel."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")
load("//firmware:source_firmware.bzl", "source_firmware")

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
    source_firmware(
        name = name,
        build = ":build.sh",
        srcs = [program, ":srcs", "//scenarios/firmware:hdrs"] + ["//scenarios/firmware:" + srcs for srcs in of.srcs],
        copts = of.copts + copts,
        env = {"TARGET": of.target},
        linker_script = "//scenarios/firmware:" + of.linker_script,
        runtime = "//tools/zig:runtime_" + of.cpu,
        source = "@registry_firmware//:lwip.tar.xz",
        target_compatible_with = COMPATIBLE["lwip.tar.xz"],
        visibility = ["//visibility:public"],
    )
