# SPDX-License-Identifier: Apache-2.0 OR MIT
"""QEMU's source, what it is built with, and a QEMU that somebody else has built.

@qemu_source: the source as one plain tar file. @qemu_second_source: that of a second series, if VIRTMCU_QEMU_SECOND_TARBALL names
one. @qemu_sysroot: the libraries QEMU is built with. @qemu_stock: a distribution's programs and their libraries, if
VIRTMCU_QEMU_STOCK names a folder with bin/, lib/ and the file `version`.

All are single files, so that the build action has two inputs and not twelve thousand.
"""

load(":sources.bzl", "OFFICIAL", "SECOND_SERIES", "SOURCES")

# The same bytes wherever and whenever it is made. Not time 0: ninja takes that for a file that is not there.
_TAR = ["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@946684800", "-cf"]

def _run(ctx, command):
    got = ctx.execute(command)
    if got.return_code:
        fail("%s: %s" % (" ".join([str(word) for word in command]), got.stderr))
    return got.stdout

def _given_source(ctx, variable):
    """Puts the tarball that a variable names in its place and says which source it is; None if it names none."""
    given = ctx.os.environ.get(variable, "")
    if not given:
        return None
    if not ctx.path(given).exists:
        fail("%s names %s, which does not exist" % (variable, given))
    sha256 = _run(ctx, ["sha256sum", given]).split(" ")[0].lstrip("\\")
    if sha256 not in SOURCES:
        fail("%s is none of the tarballs in qemu/sources.bzl: its sha256 is %s" % (given, sha256))
    ctx.report_progress("unpacking QEMU")
    ctx.symlink(given, "source.tar.xz")
    return SOURCES[sha256]

def _unpack(ctx, source):
    """Makes source.tar of source.tar.xz."""
    ctx.extract("source.tar.xz", "tree", stripPrefix = "qemu-" + source.version)
    ctx.delete("source.tar.xz")

    # 250 MB of firmware for boards, never built. (QEMU's configure wants its tests to be there, small as they are.)
    ctx.delete("tree/roms")
    if hasattr(source, "debian"):
        # Their build files name blobs that were taken out.
        _run(ctx, ["sed", "-i", "-e", "s/if unpack_edk2_blobs/if false/", "-e", "s/^subdir('dtb')/# &/", "tree/pc-bios/meson.build"])
    _run(ctx, _TAR + ["source.tar", "-C", "tree", "."])
    ctx.delete("tree")

def _source_impl(ctx):
    source = _given_source(ctx, "VIRTMCU_QEMU_TARBALL")
    if not source:
        source = OFFICIAL
        ctx.download(OFFICIAL.url, "source.tar.xz", sha256 = OFFICIAL.sha256)
    _unpack(ctx, source)
    ctx.file("BUILD.bazel", 'exports_files(["source.tar"])\n')
    ctx.file("version.bzl", "QEMU_VERSION = %s\n" % repr(source.version))

_source = repository_rule(implementation = _source_impl, environ = ["VIRTMCU_QEMU_TARBALL"])

def _second_source_impl(ctx):
    source = _given_source(ctx, "VIRTMCU_QEMU_SECOND_TARBALL")
    if source:
        if source.version != SECOND_SERIES:
            fail("VIRTMCU_QEMU_SECOND_TARBALL names QEMU %s; expected %s" % (source.version, SECOND_SERIES))
        _unpack(ctx, source)
    _optional(ctx, "source.tar", source)

_second_source = repository_rule(implementation = _second_source_impl, environ = ["VIRTMCU_QEMU_SECOND_TARBALL"])

def _stock_impl(ctx):
    given = ctx.os.environ.get("VIRTMCU_QEMU_STOCK", "")
    if given:
        version = _run(ctx, ["cat", given + "/version"]).strip()
        if version != SECOND_SERIES:
            fail("VIRTMCU_QEMU_STOCK names %s, QEMU %s; plugins are built for %s" % (given, version, SECOND_SERIES))
        _run(ctx, _TAR + ["stock.tar", "-C", given, "bin", "lib"])
    _optional(ctx, "stock.tar", given)

_stock = repository_rule(implementation = _stock_impl, environ = ["VIRTMCU_QEMU_STOCK"])

def _optional(ctx, file, given):
    """A repository with a file that need not be there: what is made of it then is not built, and its tests are skipped."""
    if not given:
        ctx.file(file, "")
    ctx.file("BUILD.bazel", "exports_files([%s])\n" % repr(file))
    ctx.file("compatible.bzl", "COMPATIBLE = %s\n" % ([] if given else ["@platforms//:incompatible"]))

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
    _second_source(name = "qemu_second_source")
    _stock(name = "qemu_stock")
    _sysroot(name = "qemu_sysroot")

qemu = module_extension(implementation = _qemu_impl)
