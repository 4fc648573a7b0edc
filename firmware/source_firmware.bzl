# SPDX-License-Identifier: Apache-2.0 OR MIT
"""source_firmware: a library's sources with a program, cross-compiled by a script that knows them and the clang in Zig's wheel."""

def _source_firmware_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".elf")
    file = ctx.file
    sources = [source for source in ctx.files.srcs if source.extension == "c" and source.basename not in ctx.attr.without]
    ctx.actions.run(
        executable = file.build,
        arguments = ctx.attr.copts + [source.path for source in sources],
        inputs = [file.linker_script, file.runtime, file.source, file._zig] + ctx.files.srcs + ctx.files._headers + ctx.files._lib,
        outputs = [out],
        env = dict(
            ctx.attr.env,
            INCLUDE = ctx.files._headers[0].dirname,
            LINKER_SCRIPT = file.linker_script.path,
            OUT = out.path,
            RUNTIME = file.runtime.path,
            SOURCE = file.source.path,
            ZIG = file._zig.path,
        ),
        use_default_shell_env = True,
        mnemonic = "SourceFirmware",
        progress_message = "Making %{output}",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

source_firmware = rule(
    doc = "NAME.elf. The script gets the options for the compiler and the C files as arguments, and the rest in variables.",
    implementation = _source_firmware_impl,
    attrs = {
        "build": attr.label(doc = "The script.", mandatory = True, allow_single_file = True),
        "copts": attr.string_list(doc = "Options for the compiler."),
        "env": attr.string_dict(doc = "More variables for the script."),
        "linker_script": attr.label(mandatory = True, allow_single_file = [".ld"]),
        "runtime": attr.label(doc = "The compiler's runtime for the CPU.", mandatory = True, allow_single_file = [".o"]),
        "source": attr.label(doc = "The library's sources, packed.", mandatory = True, allow_single_file = True),
        "srcs": attr.label_list(doc = "The program, and the board's drivers.", mandatory = True, allow_files = [".c", ".h"]),
        "without": attr.string_list(doc = "Names of drivers that the library has itself."),
        "_headers": attr.label(default = "//firmware/micropython:headers"),
        "_lib": attr.label(default = "@pypi_ziglang//:lib", cfg = "exec"),
        "_zig": attr.label(default = "@pypi_ziglang//:zig", allow_single_file = True, cfg = "exec"),
    },
)
