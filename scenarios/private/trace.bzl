# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The trace of a scenario as a file that other targets can depend on and that caches keep."""

load(":simulation.bzl", "DIST", "SIMULATION", "ScenarioInfo", "launcher", "named_files", "program", "quoted")

def _resources(_os, _inputs):
    # One node computes at a time for most of a run; the other CPU is virtmcu's.
    return {"cpu": 2, "memory": 500}

def _trace_impl(ctx):
    trace = ctx.actions.declare_file(ctx.label.name)
    report = ctx.actions.declare_file(ctx.label.name.removesuffix(".trace") + ".report.json")
    arguments = ["run", ctx.file.scenario.path, "--tools", ctx.file._dist.path, "--root", "."]
    for option, label, file in named_files(ctx):
        arguments += [option, label + "=" + file.path]

    # A scenario that fails must not fail the build: that is for the test to say.
    arguments += ["--trace", trace.path, "--report", report.path, "--always-succeed", "--quiet", "--no-golden"]
    ctx.actions.run(
        executable = program(ctx.file._dist.path),
        arguments = arguments,
        inputs = [ctx.file._dist, ctx.file.scenario] + ctx.files.data + ctx.files.firmware + ctx.files.modules,
        outputs = [trace, report],
        mnemonic = "Scenario",
        progress_message = "Running scenario %{label}",
        resource_set = _resources,
    )
    return [
        DefaultInfo(files = depset([trace, report]), runfiles = ctx.runfiles([trace, report])),
        ScenarioInfo(trace = trace, report = report),
        OutputGroupInfo(trace = depset([trace]), report = depset([report])),
    ]

scenario_trace = rule(
    implementation = _trace_impl,
    doc = "Runs a scenario in a build action.",
    attrs = SIMULATION,
)

GOLDEN = {
    "golden": attr.string(mandatory = True, doc = "the golden's path from the workspace's root; the file may be missing"),
    "goldens": attr.label(mandatory = True, allow_files = True, doc = "the files beside it"),
}

# The golden, or nothing: a list.
def golden_file(ctx):
    return [file for file in ctx.files.goldens if file.short_path == ctx.attr.golden]

def _matches_impl(ctx):
    trace = ctx.attr.trace[ScenarioInfo].trace
    arguments = [program(ctx.file._dist.short_path), "diff", ctx.attr.golden, trace.short_path]
    return launcher(
        ctx,
        "unset BUILD_WORKING_DIRECTORY\nexec " + quoted(arguments) + "\n",
        ctx.runfiles([ctx.file._dist, trace] + golden_file(ctx)),
    )

trace_matches_test = rule(
    implementation = _matches_impl,
    doc = "That the build action's trace is the golden too.",
    test = True,
    attrs = {"trace": attr.label(mandatory = True, providers = [ScenarioInfo])} | GOLDEN | DIST,
)
