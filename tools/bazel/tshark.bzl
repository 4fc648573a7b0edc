# SPDX-License-Identifier: Apache-2.0 OR MIT
"""@tshark: Wireshark's tshark, if VIRTMCU_TSHARK names a folder with bin/tshark, and in lib/ the libraries that it needs and their
dynamic linker. Its tests are skipped without it."""

_BUILD = """
package(default_visibility = ["//visibility:public"])
exports_files(["bin/tshark"])
filegroup(name = "lib", srcs = glob(["lib/*"], allow_empty = True))
"""

def _tshark_impl(ctx):
    given = ctx.os.environ.get("VIRTMCU_TSHARK", "")
    if given:
        ctx.symlink(given + "/bin/tshark", "bin/tshark")
        ctx.symlink(given + "/lib", "lib")
    else:
        ctx.file("bin/tshark", "")
    ctx.file("BUILD.bazel", _BUILD)
    ctx.file("compatible.bzl", "COMPATIBLE = %s\n" % ([] if given else ["@platforms//:incompatible"]))

_tshark = repository_rule(implementation = _tshark_impl, environ = ["VIRTMCU_TSHARK"])

def _extension_impl(_ctx):
    _tshark(name = "tshark")

tshark = module_extension(implementation = _extension_impl)
