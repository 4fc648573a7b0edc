# SPDX-License-Identifier: Apache-2.0 OR MIT
"""freertos_firmware: FreeRTOS' kernel with the demonstration beside this file, cross-compiled by the clang in Zig's wheel."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")
load("//firmware:source_firmware.bzl", "source_firmware")

# The boards' drivers of the timer, which is the kernel's here.
_WITHOUT = ["mtimer.c", "systick.c", "timer_wait.c"]

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
    source_firmware(
        name = name,
        build = ":build.sh",
        srcs = [
            "FreeRTOSConfig.h",
            "demo.c",
            "//scenarios/firmware:hdrs",
            "//scenarios/firmware:" + board_srcs,
        ],
        copts = copts,
        env = {
            "PORT": port,
            "TARGET": target,
        },
        linker_script = "//scenarios/firmware:" + linker_script,
        runtime = "//tools/zig:runtime_" + cpu,
        source = "@registry_firmware//:freertos.crate",
        without = _WITHOUT,
        target_compatible_with = COMPATIBLE["freertos.crate"],
        visibility = ["//visibility:public"],
    )
