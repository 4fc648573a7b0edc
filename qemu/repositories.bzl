# SPDX-License-Identifier: Apache-2.0 OR MIT
"""@qemu_source: QEMU's source as one plain tar file. @qemu_sysroot: the libraries QEMU is built with.

Both are single files, so that the build action has two inputs and not twelve thousand.
"""

load(":sources.bzl", "OFFICIAL", "SOURCES")

# The same bytes wherever and whenever it is made. Not time 0: ninja takes that for a file that is not there.
_TAR = ["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@946684800", "-cf"]

def _run(ctx, command):
    got = ctx.execute(command)
    if got.return_code:
        fail("%s: %s" % (" ".join([str(word) for word in command]), got.stderr))
    return got.stdout

def _source_impl(ctx):
    given = ctx.os.environ.get("VIRTMCU_QEMU_TARBALL", "")
    if given:
        if not ctx.path(given).exists:
            fail("VIRTMCU_QEMU_TARBALL names %s, which does not exist" % given)
        sha256 = _run(ctx, ["sha256sum", given]).split(" ")[0].lstrip("\\")
        if sha256 not in SOURCES:
            fail("%s is none of the tarballs in qemu/sources.bzl: its sha256 is %s" % (given, sha256))
        ctx.report_progress("unpacking QEMU")
        ctx.symlink(given, "source.tar.xz")
    else:
        sha256 = OFFICIAL.sha256
        ctx.download(OFFICIAL.url, "source.tar.xz", sha256 = sha256)
    source = SOURCES[sha256]
    folder = "qemu-" + source.version
    ctx.extract("source.tar.xz", "tree", stripPrefix = folder)
    ctx.delete("source.tar.xz")

    # 250 MB of firmware for boards, never built. (QEMU's configure wants its tests to be there, small as they are.)
    ctx.delete("tree/roms")
    if hasattr(source, "debian"):
        # Their build files name blobs that were taken out.
        _run(ctx, ["sed", "-i", "-e", "s/if unpack_edk2_blobs/if false/", "-e", "s/^subdir('dtb')/# &/", "tree/pc-bios/meson.build"])
    _run(ctx, _TAR + ["source.tar", "-C", "tree", "."])
    ctx.delete("tree")
    ctx.file("BUILD.bazel", 'exports_files(["source.tar"])\n')
    ctx.file("version.bzl", "QEMU_VERSION = %s\n" % repr(source.version))

_source = repository_rule(implementation = _source_impl, environ = ["VIRTMCU_QEMU_TARBALL"])

def _sysroot_impl(ctx):
    given = ctx.os.environ.get("VIRTMCU_SYSROOT", "")
    if given:
        _run(ctx, _TAR + ["sysroot.tar", "-C", given, "usr"])
        names = '["sysroot.tar"]'
    else:
        # The machine's own: libglib2.0-dev, libfdt-dev and zlib1g-dev, or what other systems call them.
        names = "[]"
    ctx.file("BUILD.bazel", 'filegroup(name = "sysroot", srcs = %s, visibility = ["//visibility:public"])\n' % names)

_sysroot = repository_rule(implementation = _sysroot_impl, environ = ["VIRTMCU_SYSROOT"])

def _qemu_impl(_ctx):
    _source(name = "qemu_source")
    _sysroot(name = "qemu_sysroot")

qemu = module_extension(implementation = _qemu_impl)
