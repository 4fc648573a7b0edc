# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The source tarballs of QEMU that virtmcu builds from. A tarball with another sum is refused."""

# The official release; what is fetched where VIRTMCU_QEMU_TARBALL names no file.
OFFICIAL = struct(
    version = "10.2.2",
    sha256 = "784b296ff29c1417aa72323abcb2d2ea9ab9771724f577dcd785c3b04f21e176",
    url = "https://download.qemu.org/qemu-10.2.2.tar.xz",
)

# By sum. Debian's tarballs ("+ds") lack the prebuilt firmware, which no board here needs.
SOURCES = {
    OFFICIAL.sha256: OFFICIAL,
    "be05230fe47a6937cd29f28f562932c8125f9c93c2a82c625198f7a4aa601dfb": struct(version = "10.2.2", debian = True),
    "6a0888e806c2ffc0c5f0733e974f9aea55491950d3c47c98669c8b236dde59ae": struct(version = "10.0.13", debian = True),
}

# The series that is built beside the main one: its traces must be the same (docs/any-qemu.md). Debian 13's, so that its QEMU can
# be tried without our patches, too.
SECOND_SERIES = "10.0.13"
