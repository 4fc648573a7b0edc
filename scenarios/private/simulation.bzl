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
    "modules": attr.label_list(allow_files = True, doc = "of devices, what the scenario names by labels"),
    "scenario": attr.label(mandatory = True, allow_single_file = [".scenario.toml"]),
} | DIST

# virtmcu in a distribution.
def program(dist_path):
    return dist_path + "/bin/virtmcu"

def named_files(ctx):
    """What scenario files name by labels.

    Args:
      ctx: the rule's.

    Returns:
      a list of triples: virtmcu's option, label, file.
    """
    named = []
    for option, targets in [("--firmware", ctx.attr.firmware), ("--module", ctx.attr.modules)]:
        for target in targets:
            files = target.files.to_list()
            if target.label.repo_name or len(files) != 1:
                fail("%s has to be one file of this repository" % target.label)
            named.append((option, "//%s:%s" % (target.label.package, target.label.name), files[0]))
    return named

# What virtmcu reads.
def simulation_runfiles(ctx):
    inputs = [ctx.file._dist, ctx.file.scenario] + ctx.files.data + ctx.files.firmware + ctx.files.modules
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

# --firmware LABEL=FILE or --module LABEL=FILE for each, the file as runfiles have it.
def named_arguments(ctx):
    words = []
    for option, label, file in named_files(ctx):
        words += [option, (label + "=", file.short_path)]
    return words
