# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Bare-metal firmware with the start-up code and drivers of this folder, one macro for each board."""

load("//tools/zig:defs.bzl", "firmware")

def mps2_an385_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for Arm's MPS2 board with the AN385 image, a Cortex-M3.

    Args:
      name: the target; the firmware is NAME.elf.
      srcs: C files; one has main(). Headers are named from the workspace's root.
      copts: further options for the compiler.
      **kwargs: handed on to firmware().
    """
    firmware(
        name = name,
        srcs = srcs + [Label("//scenarios/firmware:mps2_an385_srcs")],
        hdrs = [Label("//scenarios/firmware:hdrs")],
        copts = ["-I."] + copts,
        cpu = "cortex-m3",
        linker_script = Label("//scenarios/firmware:mps2-an385.ld"),
        **kwargs
    )

def riscv32_virt_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for QEMU's RISC-V virt board, 32-bit.

    Args:
      name: the target; the firmware is NAME.elf.
      srcs: C files; one has main(). Headers are named from the workspace's root.
      copts: further options for the compiler.
      **kwargs: handed on to firmware().
    """
    firmware(
        name = name,
        srcs = srcs + [Label("//scenarios/firmware:riscv32_virt_srcs")],
        hdrs = [Label("//scenarios/firmware:hdrs")],
        copts = ["-I."] + copts,
        cpu = "rv32imac",
        linker_script = Label("//scenarios/firmware:riscv-virt.ld"),
        **kwargs
    )
