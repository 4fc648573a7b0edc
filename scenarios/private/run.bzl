# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Targets for `bazel run`: a scenario on the terminal, a new golden, and the command line itself."""

load(":simulation.bzl", "DIST", "SIMULATION", "ScenarioInfo", "launcher", "named_arguments", "program", "quoted", "simulation_runfiles")

# Paths on the command line are meant from where it was typed. `top` leads from there to the workspace.
_BEGIN = """\
if [ -z "${BUILD_WORKSPACE_DIRECTORY:-}" ]; then
  echo "error: start this with ./bazelw run" >&2
  exit 2
fi
here=$PWD
top=$BUILD_WORKSPACE_DIRECTORY/
[ "$top" != "$BUILD_WORKING_DIRECTORY/" ] || top=./
cd "$BUILD_WORKING_DIRECTORY"
unset BUILD_WORKING_DIRECTORY
"""

def _exec(ctx, words):
    return "exec \"$here\"/" + quoted([program(ctx.file._dist.short_path)]) + " " + words + " \"$@\"\n"

def _run_impl(ctx):
    words = "run \"${top#./}\"" + quoted([ctx.file.scenario.short_path, "--tools"])
    words += " \"$here\"/" + quoted([ctx.file._dist.short_path]) + " --root \"$top\" "
    words += quoted(named_arguments(ctx), prefix = "\"$here\"/")
    if ctx.attr.accept_command:
        words += " --accept-command " + quoted([ctx.attr.accept_command])
    if ctx.attr.debug:
        # Last: what is typed after `--` may be the names of nodes.
        words += " --debug"
    return launcher(ctx, _BEGIN + _exec(ctx, words), simulation_runfiles(ctx))

scenario_run = rule(
    implementation = _run_impl,
    doc = "Runs the scenario of the source tree with its output on the terminal.",
    executable = True,
    attrs = SIMULATION | {
        "accept_command": attr.string(doc = "what to type to accept a new golden"),
        "debug": attr.bool(doc = "serve GDB, and print the commands that attach it"),
    },
)

def _update_impl(ctx):
    run = ctx.attr.trace[ScenarioInfo]
    words = "accept \"$here\"/%s \"${top#./}\"%s --report \"$here\"/%s" % (
        quoted([run.trace.short_path]),
        quoted([ctx.attr.golden]),
        quoted([run.report.short_path]),
    )
    return launcher(ctx, _BEGIN + _exec(ctx, words), ctx.runfiles([ctx.file._dist, run.trace, run.report]))

scenario_update = rule(
    implementation = _update_impl,
    doc = "Makes the trace the golden in the source tree, if the run was clean.",
    executable = True,
    attrs = {
        "golden": attr.string(mandatory = True, doc = "the golden's path from the workspace's root"),
        "trace": attr.label(mandatory = True, providers = [ScenarioInfo]),
    } | DIST,
)

def _cli_impl(ctx):
    return launcher(ctx, _BEGIN + _exec(ctx, ""), ctx.runfiles([ctx.file._dist]))

virtmcu_cli = rule(
    implementation = _cli_impl,
    doc = "virtmcu as the distribution has it, in the folder where the command was typed.",
    executable = True,
    attrs = DIST,
)
