# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The test that runs a scenario. virtmcu itself obeys what Bazel asks of a test: test.xml, filter, shards, outputs."""

load(":simulation.bzl", "SIMULATION", "launcher", "named_arguments", "program", "quoted", "simulation_runfiles")
load(":trace.bzl", "golden_file")

def _test_impl(ctx):
    dist = ctx.file._dist.short_path
    arguments = [program(dist), "test", ctx.file.scenario.short_path, "--tools", dist, "--root", "."]
    arguments += named_arguments(ctx)
    runfiles = simulation_runfiles(ctx)
    if ctx.attr.golden:
        arguments += ["--golden", ctx.attr.golden, "--accept-command", ctx.attr.accept_command]
        runfiles = runfiles.merge(ctx.runfiles(golden_file(ctx)))

    # `bazel run` of a test sets the variable, and paths would be taken from there.
    return launcher(ctx, "unset BUILD_WORKING_DIRECTORY\nexec " + quoted(arguments) + " \"$@\"\n", runfiles)

scenario_run_test = rule(
    implementation = _test_impl,
    doc = "Runs a scenario and judges it.",
    test = True,
    attrs = SIMULATION | {
        "accept_command": attr.string(doc = "what to type to accept a new golden"),
        "golden": attr.string(doc = "the golden's path from the workspace's root; the file may be missing"),
        "goldens": attr.label(allow_files = True, doc = "the files beside it"),
    },
)
