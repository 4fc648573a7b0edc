# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The packages that real firmware comes from. A file with another sum is refused. tools/bazel/debian/firmware.sh has the same sums."""

# By sum: the name that the file has in @registry_firmware.
SOURCES = {
    # MicroPython for the BBC micro:bit, version 1, as an Intel HEX file: firmware-microbit-micropython 1.0.1-4 of Debian 12.
    "41b330f072d8b47efc2f228e09453c7a43fdae1a11c6c42d811fed08b6e31d3b": "microbit.deb",
    # Zephyr 4.4.0, its sample hci_uart for the nRF52 DK, as Intercreate publishes it: zephyr-4-4-0-hci-uart-nrf52dk-default 0.1.5 of PyPI.
    "1ef4362d066528c53ee336ec30e6cdf2d37c3661942d976fd60e4b52f89e6115": "zephyr_hci_uart_nrf52dk.hex",
    # The kernel of FreeRTOS 11.2.0, in the crate freertos-next 0.12.0.
    "b7824fb42660c16e1b3b573eef99c2fe5c5cba6294a631c309084635f6bfcbb0": "freertos.crate",
    # The source of MicroPython 1.25.0, as Debian 13 has it.
    "7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea": "micropython.tar.xz",
    # The source of lwIP 2.2.1, as Debian 13 has it.
    "83729c274c499d3348e9fbbe043a3113f3fa8953e7efddc7c21c7fcbb1f2b7b1": "lwip.tar.xz",
    # OpenSBI 1.6 of Debian 13.
    "dc4a43bd21a0ca11771ed8b19ee6fa8476d1d0f4976bd0b27c0357c699d27e1e": "opensbi.deb",
    # The source of Rust 1.95.0 (RUST_VERSION), from Debian 13's backports.
    "7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b": "rust-src.deb",
    # U-Boot 2025.01 for QEMU's boards, of Debian 13.
    "a3751b5d36a411457b2e7a2834cdce0e5d40493e6588a65d51c5603740a0c71c": "u-boot.deb",
}

# Of a wheel only this file is wanted.
MEMBERS = {
    "zephyr_hci_uart_nrf52dk.hex": "zephyr_4_4_0_hci_uart_nrf52dk_default/firmware.hex",
}

RUST_VERSION = "1.95.0"
