# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Bare-metal firmware with the start-up code and drivers of this folder, one macro for each board."""

load("//tools/zig:defs.bzl", "firmware")

def cortex_a15_virt_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for a Cortex-A15 on QEMU's Arm virt board. See _board_firmware."""
    _board_firmware("cortex_a15_virt_srcs", "arm-virt.ld", "cortex-a15", name, srcs, copts, **kwargs)

def cortex_a53_virt_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for a Cortex-A53 on QEMU's Arm virt board. See _board_firmware."""
    _board_firmware("cortex_a53_virt_srcs", "arm-virt.ld", "aarch64", name, srcs, copts, **kwargs)

def lm3s6965evb_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for TI's LM3S6965 evaluation board, a Cortex-M3. See _board_firmware."""

    # Data sheet, table 2-9, and the clock after a reset.
    chip = ["-DEXTERNAL_INTERRUPTS=44", "-DSYSCLK_HZ=12000000U"]
    _board_firmware("lm3s6965evb_srcs", "lm3s6965.ld", "cortex-m3", name, srcs, copts + chip, **kwargs)

def mps2_an385_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for Arm's MPS2 board with the AN385 image, a Cortex-M3. See _board_firmware."""
    _board_firmware("mps_srcs", "mps2-an385.ld", "cortex-m3", name, srcs, copts, **kwargs)

def mps2_an505_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for the secure world of Arm's MPS2 board with the AN505 or AN521 image, a Cortex-M33. See _board_firmware."""
    chip = ["-DBOARD_MPS2_AN505", "-DEXTERNAL_INTERRUPTS=124", "-DSYSCLK_HZ=20000000U", "-DUART_HZ=20000000U", "-DUART_IRQS=1U"]
    _board_firmware("mps_srcs", "mps2-an505.ld", "cortex-m33", name, srcs, copts + chip, **kwargs)

def mps3_an547_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for the secure world of Arm's MPS3 board with the AN547 image, a Cortex-M55. See _board_firmware."""

    # For a Cortex-M55 the compiler would use vectors, which firmware would have to turn on first.
    chip = ["-DBOARD_MPS3_AN547", "-DEXTERNAL_INTERRUPTS=128", "-DSYSCLK_HZ=32000000U", "-DUART_HZ=25000000U", "-DUART_IRQS=1U"]
    _board_firmware("mps_srcs", "mps3-an547.ld", "cortex-m33", name, srcs, copts + chip, **kwargs)

def nrf52840_dk_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for Nordic's nRF52840 DK, a Cortex-M4. See _board_firmware."""

    # nRF52840 PS, 4.2.3 and 5.1.
    chip = ["-DEXTERNAL_INTERRUPTS=48", "-DSYSCLK_HZ=64000000U"]
    _board_firmware("nrf52840_dk_srcs", "nrf52840.ld", "cortex-m4", name, srcs, copts + chip, **kwargs)

def nucleo_g474re_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for ST's NUCLEO-G474RE, a Cortex-M4. See _board_firmware."""

    # RM0440, table 97, and the clock that stm32g4_lpuart.c makes.
    chip = ["-DEXTERNAL_INTERRUPTS=102", "-DSYSCLK_HZ=170000000U"]
    _board_firmware("nucleo_g474re_srcs", "stm32g474re.ld", "cortex-m4", name, srcs, copts + chip, **kwargs)

def riscv32_virt_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for QEMU's RISC-V virt board, 32-bit. See _board_firmware."""
    _board_firmware("riscv32_virt_srcs", "riscv-virt.ld", "rv32imac", name, srcs, copts, **kwargs)

def s32k144_evb_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for NXP's S32K144EVB, a Cortex-M4. See _board_firmware."""

    # S32K1xx RM, interrupts, and the clock that s32k144_lpuart.c makes.
    chip = ["-DEXTERNAL_INTERRUPTS=123", "-DSYSCLK_HZ=80000000U", "-DCHIP_START=s32k144_start"]
    _board_firmware("s32k144_evb_srcs", "s32k144.ld", "cortex-m4", name, srcs, copts + chip, **kwargs)

def stm32f4_discovery_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for ST's STM32F4DISCOVERY, a Cortex-M4. See _board_firmware."""

    # RM0090, table 62, and the clock that stm32f4_usart.c makes.
    chip = ["-DEXTERNAL_INTERRUPTS=82", "-DSYSCLK_HZ=168000000U"]
    _board_firmware("stm32f4_discovery_srcs", "stm32f407vg.ld", "cortex-m4", name, srcs, copts + chip, **kwargs)

def zcu102_rpu_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for the Cortex-R5F of Xilinx' ZCU102. See _board_firmware."""

    # UG1085, tables 10-1 and 13-1: the RPU's own GIC, and TTC0's first interrupt.
    chip = ["-DVECTORS_AT_0", "-DGICD=0xF9000000U", "-DGICC=0xF9001000U", "-DTIMER_INTID=(32U+36U)"]
    _board_firmware("zcu102_rpu_srcs", "zynqmp-rpu.ld", "cortex-r5", name, srcs, copts + chip, **kwargs)

def stm32l475_iot_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for ST's B-L475E-IOT01A, a Cortex-M4. See _board_firmware."""

    # RM0351, table 58, and the clock that stm32l4_usart.c makes.
    chip = ["-DEXTERNAL_INTERRUPTS=82", "-DSYSCLK_HZ=80000000U"]
    _board_firmware("stm32l475_iot_srcs", "stm32l475vg.ld", "cortex-m4", name, srcs, copts + chip, **kwargs)

def stm32vl_firmware(*, name, srcs, copts = [], **kwargs):
    """Firmware for ST's STM32VLDISCOVERY, a Cortex-M3. See _board_firmware."""

    # RM0041, table 50, and the clock that stm32f1_usart.c makes.
    chip = ["-DEXTERNAL_INTERRUPTS=61", "-DSYSCLK_HZ=24000000U"]
    _board_firmware("stm32vl_srcs", "stm32f100rb.ld", "cortex-m3", name, srcs, copts + chip, **kwargs)

def _board_firmware(board_srcs, linker_script, cpu, name, srcs, copts, hdrs = [], **kwargs):
    """What the boards have in common.

    Args:
      board_srcs: the board's start-up code and drivers, in this folder.
      linker_script: the board's, in this folder.
      cpu: as in firmware().
      name: the target; the firmware is NAME.elf.
      srcs: C files; one has main(). Headers are named from the workspace's root.
      copts: further options for the compiler.
      hdrs: headers of its own.
      **kwargs: handed on to firmware().
    """
    firmware(
        name = name,
        srcs = srcs + [Label("//scenarios/firmware:" + board_srcs)],
        hdrs = hdrs + [Label("//scenarios/firmware:hdrs")],
        copts = ["-I."] + copts,
        cpu = cpu,
        linker_script = Label("//scenarios/firmware:" + linker_script),
        **kwargs
    )
