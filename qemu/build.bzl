# SPDX-License-Identifier: Apache-2.0 OR MIT
"""qemu_build: patches and builds QEMU, in one action. qemu_stock: takes one as it is."""

QemuInfo = provider(
    "A built QEMU.",
    fields = {
        "bin": "folder of the programs qemu-system-*",
        "build_id": "file that says which QEMU with which patches it is",
        "include": "folder of the headers that code loaded into it compiles against: qemu/, generated/ and glib/; None: not known",
        "lib": "folder of the shared libraries that this machine may lack",
        "share": "folder of QEMU's data files",
    },
)

def _resources(_os, _inputs):
    return {"cpu": 2, "memory": 2000}

def _declare(ctx, include):
    """The outputs of a rule, in a folder of its own."""
    folder = ctx.label.name
    return QemuInfo(
        bin = ctx.actions.declare_directory(folder + "/bin"),
        lib = ctx.actions.declare_directory(folder + "/lib"),
        share = ctx.actions.declare_directory(folder + "/share"),
        include = include,
        build_id = ctx.actions.declare_file(folder + "/build-id"),
    )

def _qemu_build_impl(ctx):
    out = _declare(ctx, include = ctx.actions.declare_directory(ctx.label.name + "/include"))
    outputs = [out.bin, out.lib, out.share, out.include, out.build_id]

    # A glob is sorted by name already; that this is the order of the patches is worth a line.
    patches = sorted(ctx.files.patches, key = lambda patch: patch.basename)
    meson = _folder_of(ctx.files.meson, "mesonbuild")
    pycotap = _folder_of(ctx.files.pycotap, "pycotap")
    ctx.actions.run(
        executable = ctx.file._script,
        arguments = [patch.path for patch in patches],
        inputs = [ctx.file.source, ctx.file.ninja] + patches + ctx.files.sysroot + ctx.files.meson + ctx.files.pycotap,
        outputs = outputs,
        env = {
            "MESON": meson,
            "NINJA": ctx.file.ninja.path,
            "OUT": out.build_id.dirname,
            "PYCOTAP": pycotap,
            "SOURCE": ctx.file.source.path,
            "SYSROOT": ctx.files.sysroot[0].path if ctx.files.sysroot else "",
            "TARGETS": " ".join(ctx.attr.targets),
            "VERSION": ctx.attr.version,
        },
        use_default_shell_env = True,
        mnemonic = "QemuBuild",
        progress_message = "Building QEMU %s (some minutes)" % ctx.attr.version,
        resource_set = _resources,
    )
    return [out, DefaultInfo(files = depset(outputs))]

def _folder_of(files, package):
    """The folder that holds the Python package `package`."""
    for file in files:
        if file.path.endswith("/%s/__init__.py" % package):
            return file.path[:-len("/%s/__init__.py" % package)]
    fail("no Python package " + package)

qemu_build = rule(
    implementation = _qemu_build_impl,
    attrs = {
        "meson": attr.label(mandatory = True),
        "ninja": attr.label(mandatory = True, allow_single_file = True),
        "patches": attr.label_list(allow_files = [".patch"], doc = "applied in the order of their names"),
        "pycotap": attr.label(mandatory = True),
        "source": attr.label(mandatory = True, allow_single_file = [".tar"]),
        "sysroot": attr.label(allow_files = True, doc = "a tar file of /usr with the libraries, or nothing: the machine's own"),
        "targets": attr.string_list(mandatory = True, doc = "QEMU's names of CPU families: arm, riscv32, ..."),
        "version": attr.string(mandatory = True),
        "_script": attr.label(default = ":build.sh", allow_single_file = True),
    },
)

_UNPACK = """
set -eu
out=$1 tar=$2 version=$3
tar -xf "$tar" -C "$out"
mkdir -p "$out/share/qemu"
echo "$version stock" > "$out/build-id"
"""

def _qemu_stock_impl(ctx):
    out = _declare(ctx, include = None)
    outputs = [out.bin, out.lib, out.share, out.build_id]
    ctx.actions.run_shell(
        command = _UNPACK,
        arguments = [out.build_id.dirname, ctx.file.tar.path, ctx.attr.version],
        inputs = [ctx.file.tar],
        outputs = outputs,
        mnemonic = "QemuStock",
        progress_message = "Unpacking the distribution's QEMU",
    )
    return [out, DefaultInfo(files = depset(outputs))]

qemu_stock = rule(
    implementation = _qemu_stock_impl,
    attrs = {
        "tar": attr.label(mandatory = True, allow_single_file = [".tar"], doc = "with bin/ and lib/"),
        "version": attr.string(mandatory = True),
    },
)
