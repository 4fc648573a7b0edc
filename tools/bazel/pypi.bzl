# SPDX-License-Identifier: Apache-2.0 OR MIT
"""One repository for each build tool, or data for tests, that comes as a wheel from PyPI: @pypi_NAME.

Everybody gets them the same way: pip, as this machine has it set up, and the sums in pypi.lock.
"""

# What the build uses of each wheel.
_WHEELS = {
    "libclang": struct(
        files = 'filegroup(name = "libclang", srcs = ["clang/native/libclang.so"])',
        leave_out = [],
    ),
    "meson": struct(
        files = 'filegroup(name = "site", srcs = glob(["mesonbuild/**", "*.dist-info/**"]))',
        leave_out = [],
    ),
    "ninja": struct(
        files = 'filegroup(name = "ninja", srcs = ["bin/ninja"])',
        leave_out = [],
    ),
    "pycotap": struct(
        files = 'filegroup(name = "site", srcs = glob(["pycotap/**", "*.dist-info/**"]))',
        leave_out = [],
    ),
    # The vendors' descriptions of their chips, to compare our tables of registers with: rust/svd.
    "pyocd": struct(
        files = 'exports_files(glob(["*.svd"]))\nfilegroup(name = "svd", srcs = glob(["*.svd", "*.xml"]))',
        leave_out = ["pyocd/target/"],
        # Of an archive in the wheel, which has four hundred megabytes of them.
        inside = ("pyocd/debug/svd/svd_data.zip", [
            "LPC55S16.xml",
            "MKE18F16.svd",
            "STM32F103xx.svd",
            "STM32F41x.svd",
            "STM32F429x.svd",
            "STM32L4x5.svd",
            "nrf51.svd",
            "nrf52.svd",
            "nrf52840.svd",
        ]),
    ),
    "ziglang": struct(
        files = """
filegroup(name = "zig", srcs = ["ziglang/zig"])
filegroup(name = "lib", srcs = glob(["ziglang/lib/**"]))
filegroup(name = "clang_include", srcs = glob(["ziglang/lib/include/*.h"]))
""",
        # Firmware has no operating system: no C library, no C++.
        leave_out = ["ziglang/lib/libc/", "ziglang/lib/libcxx", "ziglang/lib/libtsan/", "ziglang/lib/docs/"],
    ),
}

def _wheel_impl(ctx):
    name = ctx.attr.wheel
    lock = ctx.read(ctx.attr._lock)
    ctx.file("wheel/requirements.txt", "".join([line + "\n" for line in lock.split("\n") if line.startswith(name + "==")]))
    python = ctx.which("python3")
    if not python:
        fail("There is no python3 on PATH. On Debian: apt-get install python3 python3-pip python3-venv")
    ctx.report_progress("pip download " + name)
    got = ctx.execute(
        [python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"] +
        ["-r", "wheel/requirements.txt", "-d", "wheel"],
        timeout = 1800,
    )
    if got.return_code:
        fail("pip could not fetch %s for this machine (x86-64 Linux is needed).\n" % name +
             "Try it by hand: python3 -m pip download --no-deps %s\n%s" % (name, _without_addresses(got.stderr)))
    unpacked = ctx.execute([python, ctx.path(ctx.attr._unpack), "wheel", "."] + _WHEELS[name].leave_out)
    if unpacked.return_code:
        fail("the wheel of %s could not be unpacked: %s" % (name, unpacked.stderr))
    archive, members = getattr(_WHEELS[name], "inside", (None, []))
    if archive:
        unpacked = ctx.execute([python, ctx.path(ctx.attr._unpack_members), archive, "."] + members)
        if unpacked.return_code:
            fail("%s in the wheel of %s could not be unpacked: %s" % (archive, name, unpacked.stderr))
        ctx.delete(archive)
    ctx.delete("wheel")
    ctx.file("BUILD.bazel", 'package(default_visibility = ["//visibility:public"])\n' + _WHEELS[name].files)

def _without_addresses(text):
    return " ".join(["..." if "://" in word else word for word in text.replace("\n", " \n").split(" ")])

_wheel = repository_rule(
    implementation = _wheel_impl,
    attrs = {
        "wheel": attr.string(mandatory = True),
        "_lock": attr.label(default = "//tools/bazel:pypi.lock"),
        "_unpack": attr.label(default = "//tools/bazel:unpack_wheel.py"),
        "_unpack_members": attr.label(default = "//tools/bazel:unpack_members.py"),
    },
)

def _pypi_impl(_ctx):
    for name in _WHEELS:
        _wheel(name = "pypi_" + name, wheel = name)

pypi = module_extension(implementation = _pypi_impl)
