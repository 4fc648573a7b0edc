# SPDX-License-Identifier: Apache-2.0 OR MIT
"""scenario_test: a .scenario.toml file as a Bazel test, with the targets to look into it beside it."""

load("//scenarios/private:run.bzl", "scenario_run", "scenario_update", _virtmcu_cli = "virtmcu_cli")
load("//scenarios/private:simulation.bzl", _ScenarioInfo = "ScenarioInfo")
load("//scenarios/private:test.bzl", "scenario_run_test")
load("//scenarios/private:trace.bzl", "scenario_trace", "trace_matches_test")

ScenarioInfo = _ScenarioInfo
virtmcu_cli = _virtmcu_cli

# One node computes at a time for most of a run; the other CPU is virtmcu's.
_CPUS = ["cpu:2"]

def scenario_test(*, name, scenario, firmware, golden = None, data = [], modules = [], size = "small", tags = [], visibility = None, **kwargs):
    """Runs a scenario as a test.

    NAME                the test. --test_filter, shard_count, --runs_per_test and --test_arg=--slice=10us work.
    NAME.trace          the trace and NAME.report.json, from a build action: cached, for other targets to depend on.
    NAME.run            for `bazel run`: the scenario with its output on the terminal; options go after `--`.
    NAME.debug          for `bazel run`: NAME.run with a GDB server at each node, or at those named: `-- pinger,ponger`.
                        Prints the commands to type; never changes the trace.
    With a golden also
    NAME.update         for `bazel run`: makes the trace the golden in the source tree, if the run was clean.
    NAME.trace_matches  a test: NAME.trace is the golden too, so both ways to run a scenario give the same trace.

    Args:
      name: the scenario's name: that of its file.
      scenario: the .scenario.toml file.
      firmware: node -> label, the label as the scenario has it. Nodes with the same firmware each have a line. What a node loads
        besides has a line, too, with any key.
      golden: label of the golden trace. The file need not exist yet, but its package has to have this:
        filegroup(name = "goldens", srcs = glob(["*.trace"], allow_empty = True))
      data: files that the scenario names by their paths.
      modules: shared objects with devices of one's own, the labels as the scenario has them (docs/write-a-device.md).
      size: of the test, small: a minute.
      tags: of the tests.
      visibility: of all targets.
      **kwargs: handed on to the test NAME, such as shard_count or timeout.
    """
    simulation = dict(
        data = data,
        firmware = _distinct(firmware.values()),
        modules = _distinct(modules),
        scenario = scenario,
        visibility = visibility,
    )
    trace = name + ".trace"
    scenario_trace(name = trace, **simulation)
    if not golden:
        scenario_run(name = name + ".run", **simulation)
        scenario_run(name = name + ".debug", debug = True, **simulation)
        scenario_run_test(name = name, size = size, tags = tags + _CPUS, **(simulation | kwargs))
        return

    label = native.package_relative_label(golden)
    goldens = label.same_package_label("goldens")
    path = "/".join([part for part in [label.package, label.name] if part])
    accept = dict(accept_command = "./bazelw run //%s:%s.update" % (native.package_name(), name))
    scenario_run(name = name + ".run", **(simulation | accept))
    scenario_run(name = name + ".debug", debug = True, **(simulation | accept))
    scenario_run_test(
        name = name,
        size = size,
        golden = path,
        goldens = goldens,
        tags = tags + _CPUS,
        **(simulation | accept | kwargs)
    )
    scenario_update(name = name + ".update", golden = path, trace = trace, visibility = visibility)
    trace_matches_test(
        name = name + ".trace_matches",
        size = "small",
        golden = path,
        goldens = goldens,
        tags = tags,
        trace = trace,
        visibility = visibility,
    )

def _distinct(labels):
    return sorted({str(native.package_relative_label(label)): None for label in labels})
