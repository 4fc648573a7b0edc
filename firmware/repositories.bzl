# SPDX-License-Identifier: Apache-2.0 OR MIT
"""@registry_firmware: firmware that nobody here wrote, from package registries, to test boards with. docs/real-firmware.md.

VIRTMCU_FIRMWARE names the packages, files with colons between them; sources.bzl knows each by its sum. VIRTMCU_RTIC_CRATES names a tar
file of the folder `vendor` that `cargo vendor` makes of rtic/Cargo.lock. Each file may be missing: then it is empty here, what is made
of it is incompatible (compatible.bzl), and Bazel skips the tests that need it and says so.
"""

load(":sources.bzl", "MEMBERS", "SOURCES")

_CRATES = "rtic-crates.tar"

def _firmware_impl(ctx):
    found = {}
    for given in [path for path in ctx.os.environ.get("VIRTMCU_FIRMWARE", "").split(":") if path]:
        if not ctx.path(given).exists:
            fail("VIRTMCU_FIRMWARE names %s, which does not exist" % given)
        got = ctx.execute(["sha256sum", given])
        sha256 = got.stdout.split(" ")[0].lstrip("\\")
        if sha256 not in SOURCES:
            fail("%s is none of the packages in firmware/sources.bzl: its sha256 is %s" % (given, sha256))
        found[SOURCES[sha256]] = given
    crates = ctx.os.environ.get("VIRTMCU_RTIC_CRATES", "")
    if crates:
        if not ctx.path(crates).exists:
            fail("VIRTMCU_RTIC_CRATES names %s, which does not exist" % crates)
        found[_CRATES] = crates

    names = SOURCES.values() + [_CRATES]
    compatible = {}
    for name in names:
        if name in found and name in MEMBERS:
            # A wheel is a zip archive; what it is is told by its name.
            ctx.symlink(found[name], "wheels/%s.zip" % name)
            ctx.extract("wheels/%s.zip" % name, output = "wheels/" + name)
            ctx.symlink("wheels/%s/%s" % (name, MEMBERS[name]), name)
        elif name in found:
            ctx.symlink(found[name], name)
        else:
            ctx.file(name, "")
        compatible[name] = [] if name in found else ["@platforms//:incompatible"]
    ctx.file("BUILD.bazel", "exports_files(%s)\n" % repr(names))
    ctx.file("compatible.bzl", "COMPATIBLE = %s\n" % repr(compatible))

_firmware = repository_rule(implementation = _firmware_impl, environ = ["VIRTMCU_FIRMWARE", "VIRTMCU_RTIC_CRATES"])

def _registry_firmware_impl(_ctx):
    _firmware(name = "registry_firmware")

registry_firmware = module_extension(implementation = _registry_firmware_impl)
