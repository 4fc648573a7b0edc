# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Stands in for buildozer's extension: nothing here runs buildozer, but the rules name its repository."""

def _repo_impl(ctx):
    ctx.file("BUILD.bazel", "")

_repo = repository_rule(implementation = _repo_impl)

def _impl(_ctx):
    _repo(name = "buildozer_binary")

buildozer_binary = module_extension(implementation = _impl)
