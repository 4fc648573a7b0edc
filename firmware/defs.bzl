# SPDX-License-Identifier: Apache-2.0 OR MIT
"""from_deb: a file of a package. console_test: what firmware says at the serial port of one of QEMU's own boards."""

load("@registry_firmware//:compatible.bzl", "COMPATIBLE")
load("@rules_shell//shell:sh_test.bzl", "sh_test")

def from_deb(name, deb, path):
    """A file of a package in @registry_firmware.

    Args:
      name: of the file, and of the target.
      deb: the package's name there.
      path: where the file is in the package.
    """
    native.genrule(
        name = name + "_from_deb",
        srcs = ["@registry_firmware//:" + deb],
        outs = [name],
        cmd = "ar p $< data.tar.xz | tar -xJO ./%s > $@" % path,
        target_compatible_with = COMPATIBLE[deb],
        visibility = ["//visibility:public"],
    )

def console_test(name, program, files, expected, args, typed = "\\r"):
    """Starts firmware on the distribution's QEMU, and waits for a line from its serial port.

    Args:
      name: the target.
      program: qemu-system-...
      files: the firmware; the arguments name them as $(location LABEL).
      expected: a regular expression for the line.
      args: for QEMU, one board and its firmware.
      typed: what is typed at the serial port; backslash and r: the return key.
    """
    sh_test(
        name = name,
        size = "small",
        srcs = ["//firmware:console_test.sh"],
        args = ["$(rootpath //:dist)", program, "'%s'" % typed, "'%s'" % expected] + args,
        data = ["//:dist"] + files,
        tags = ["cpu:2"],
    )
