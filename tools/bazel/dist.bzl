# SPDX-License-Identifier: Apache-2.0 OR MIT
"""virtmcu_dist: one folder that can be moved as a whole: bin/virtmcu, qemu/{bin,lib,share,build-id}, plugins/*.so and plugins/build-id;
for devices of a user's own bin/virtmcu-cc and qemu/include."""

load("//qemu:build.bzl", "QemuInfo")

def _series_impl(_settings, attr):
    return {"//qemu:series": attr.series}

# The plugins are built against the headers of one QEMU; the program is the same for all.
_series = transition(implementation = _series_impl, inputs = [], outputs = ["//qemu:series"])

# Copies, because a link would point out of the folder. The plugins' build id is the digest of their bytes.
_COMMAND = """
set -eu
out=$1 program=$2 bin=$3 lib=$4 share=$5 build_id=$6 compile=$7 include=$8
shift 8
mkdir -p "$out/bin" "$out/qemu" "$out/plugins"
cp -L "$program" "$out/bin/"
for folder in "$bin" "$lib" "$share"; do cp -rL "$folder" "$out/qemu/"; done
cp -L "$build_id" "$out/qemu/build-id"
if [ -n "$include" ]; then
  cp -L "$compile" "$out/bin/"
  cp -rL "$include" "$out/qemu/"
fi
cp -L "$@" "$out/plugins/"
cat "$@" | sha256sum | cut -c 1-16 > "$out/plugins/build-id"
chmod -R u+w "$out"
"""

def _dist_impl(ctx):
    # Behind a transition, an attribute is a list.
    qemu = ctx.attr.qemu[0][QemuInfo]
    out = ctx.actions.declare_directory(ctx.label.name)
    plugins = sorted(ctx.files.plugins, key = lambda plugin: plugin.basename)
    parts = [ctx.executable.program, qemu.bin, qemu.lib, qemu.share, qemu.build_id, ctx.file._compile]

    # Of a QEMU that somebody else has built there are no headers.
    include = [qemu.include] if qemu.include else []
    ctx.actions.run_shell(
        command = _COMMAND,
        arguments = [out.path] + [part.path for part in parts] + [include[0].path if include else ""] +
                    [plugin.path for plugin in plugins],
        inputs = parts + include + plugins,
        outputs = [out],
        mnemonic = "VirtmcuDist",
        progress_message = "Putting virtmcu together",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

virtmcu_dist = rule(
    implementation = _dist_impl,
    attrs = {
        "plugins": attr.label_list(mandatory = True, allow_files = [".so"], cfg = _series),
        "program": attr.label(mandatory = True, executable = True, cfg = "target"),
        "qemu": attr.label(mandatory = True, providers = [QemuInfo], cfg = _series),
        "_compile": attr.label(default = "//qemu:virtmcu-cc", allow_single_file = True),
        "series": attr.string(default = "main", values = ["main", "second"], doc = "of QEMU, for which the plugins are built"),
    },
)
