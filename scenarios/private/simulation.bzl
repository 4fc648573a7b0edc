# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What all rules for a scenario share: their attributes, virtmcu's arguments, and the script that starts it."""

load("@bazel_skylib//lib:shell.bzl", "shell")

ScenarioInfo = provider(
    "One run of a scenario.",
    fields = {
        "report": "JSON file: the verdict of each check",
        "trace": "the trace; empty if the scenario or its firmware makes no sense, short if the firmware crashed",
    },
)

# In the target configuration, like the rest: in the exec configuration QEMU would be built a second time.
DIST = {"_dist": attr.label(default = "//:dist", allow_single_file = True)}

SIMULATION = {
    "data": attr.label_list(allow_files = True, doc = "files that the scenario names by their paths"),
    "firmware": attr.label_list(allow_files = True, doc = "what the scenario names by labels"),
    "scenario": attr.label(mandatory = True, allow_single_file = [".scenario.toml"]),
} | DIST

# virtmcu in a distribution.
def program(dist_path):
    return dist_path + "/bin/virtmcu"

def firmware_files(ctx):
    """The firmware, by the names that scenario files have for it.

    Args:
      ctx: the rule's.

    Returns:
      a dict: label -> ELF file.
    """
    files = {}
    for target in ctx.attr.firmware:
        elfs = target.files.to_list()
        if target.label.repo_name or len(elfs) != 1:
            fail("firmware %s has to be one file of this repository" % target.label)
        files["//%s:%s" % (target.label.package, target.label.name)] = elfs[0]
    return files

# What virtmcu reads.
def simulation_runfiles(ctx):
    inputs = [ctx.file._dist, ctx.file.scenario] + ctx.files.data + ctx.files.firmware
    return ctx.runfiles(inputs)

def launcher(ctx, text, runfiles):
    """A program that `bazel run` and `bazel test` start in the root of its runfiles.

    Args:
      ctx: the rule's.
      text: the lines of a POSIX shell script.
      runfiles: what it reads.

    Returns:
      DefaultInfo.
    """
    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(script, "#!/bin/sh\nset -eu\n" + text, is_executable = True)
    return DefaultInfo(executable = script, runfiles = runfiles)

def quoted(arguments, prefix = ""):
    """The words of a shell command that continues with them; prefix, such as '"$here"/', goes before each file of a pair.

    Args:
      arguments: strings, or pairs of a string and a path that follows it in the same word.
      prefix: shell text.

    Returns:
      shell text.
    """
    words = []
    for argument in arguments:
        if type(argument) == "tuple":
            words.append(shell.quote(argument[0]) + prefix + shell.quote(argument[1]))
        else:
            words.append(shell.quote(argument))
    return " ".join(words)

# --firmware LABEL=FILE for each, the file as runfiles have it.
def firmware_arguments(ctx):
    words = []
    for label, file in firmware_files(ctx).items():
        words += ["--firmware", (label + "=", file.short_path)]
    return words
