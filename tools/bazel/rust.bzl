# SPDX-License-Identifier: Apache-2.0 OR MIT
"""The crates of the workspace as Bazel targets: crates.io dependencies come from the crate's Cargo.toml, ours are named in BUILD."""

load("@crates//:defs.bzl", "all_crate_deps")
load("@rules_rust//rust:defs.bzl", "rust_binary", "rust_library", "rust_shared_library", "rust_test")

# [workspace.package] in Cargo.toml.
VERSION = "0.1.0"

def crate_library(name, **kwargs):
    """A library crate in src/lib.rs. See _crate for the rest."""
    _crate(rust_library, name, **kwargs)

def crate_binary(name, **kwargs):
    """A program in src/main.rs; what is in src/lib.rs, if there is one, is the library NAME_lib. See _crate for the rest."""
    if native.glob(["src/lib.rs"], allow_empty = True):
        library = name + "_lib"
        _crate(rust_library, library, crate_name = name, **kwargs)
        rust_binary(
            name = name,
            srcs = ["src/main.rs"],
            edition = "2024",
            version = VERSION,
            visibility = ["//visibility:public"],
            deps = [":" + library] + kwargs.get("deps", []) + all_crate_deps(normal = True),
        )
    else:
        _crate(rust_binary, name, **kwargs)

def crate_plugin(name, **kwargs):
    """A crate that QEMU loads: libNAME.so from src/lib.rs. See _crate for the rest."""
    _crate(rust_shared_library, name, **kwargs)

def _crate(
        rule,
        name,
        crate_name = None,
        deps = [],
        compile_data = [],
        rustc_env = {},
        test_deps = [],
        test_data = [],
        test_env = {},
        test_flags = [],
        integration_tests = True):
    """The target NAME for a crate, NAME_test for the tests beside its code, and NAME_x_test for each tests/x.rs and tests/x/main.rs.

    Args:
      rule: the rule of rules_rust that makes NAME.
      name: the target.
      crate_name: the crate, if its name is another.
      deps: crates of this workspace.
      compile_data: files that the code includes, besides those below src.
      rustc_env: variables for the compiler.
      test_deps: crates of this workspace for the tests only.
      test_data: files for the tests, besides those below tests and testdata.
      test_env: variables for the running tests.
      test_flags: further options of rustc for the tests.
      integration_tests: whether those below tests are tests that need nothing else, such as a QEMU.
    """
    native.exports_files(["Cargo.toml"])
    common = dict(
        edition = "2024",
        version = VERSION,
    )
    sources = native.glob(["src/**/*.rs"], exclude = ["src/main.rs"] if rule == rust_library else [])
    included = compile_data + native.glob(["src/**"], exclude = ["src/**/*.rs"], allow_empty = True)
    rule(
        name = name,
        srcs = sources,
        compile_data = included,
        crate_name = crate_name or name,
        rustc_env = rustc_env,
        proc_macro_deps = all_crate_deps(proc_macro = True),
        visibility = ["//visibility:public"],
        deps = deps + all_crate_deps(normal = True),
        **common
    )
    data = test_data + native.glob(["testdata/**", "tests/**"], exclude = ["tests/**/*.rs"], allow_empty = True)
    rust_test(
        name = name + "_test",
        size = "small",
        crate = ":" + name,
        data = data,
        env = test_env,
        proc_macro_deps = all_crate_deps(proc_macro_dev = True),
        rustc_flags = test_flags,
        deps = test_deps + all_crate_deps(normal_dev = True),
        **common
    )
    if not integration_tests:
        return
    for root in native.glob(["tests/*.rs", "tests/*/main.rs"], allow_empty = True):
        folder = root[:-len("main.rs")] if root.endswith("/main.rs") else None
        rust_test(
            name = "%s_%s_test" % (name, (folder or root).removeprefix("tests/").removesuffix(".rs").removesuffix("/")),
            size = "small",
            srcs = native.glob([folder + "**/*.rs"]) if folder else [root],
            compile_data = data,
            crate_root = root,
            data = data,
            env = test_env,
            proc_macro_deps = all_crate_deps(proc_macro = True, proc_macro_dev = True),
            deps = ([":" + name] if rule == rust_library else []) + deps + test_deps +
                   all_crate_deps(normal = True, normal_dev = True),
            **common
        )
