# SPDX-License-Identifier: Apache-2.0 OR MIT
# This machine's Rust as the toolchain repository that rules_rust would download, cargo-bazel, and the crates of Cargo.lock. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

# The real cargo and rustc, not rustup's proxies: those obey a rust-toolchain file inside a crate.
rust_sysroot=$(rustc --print sysroot 2>/dev/null || true)
export PATH=$rust_sysroot/bin:$PATH RUSTC=$rust_sysroot/bin/rustc

# Raise it when what build_cargo_bazel() does changes.
cargo_bazel_stamp="$bazel_stamp 2"

# The cargo-bazel of crates.io with the same number is older and cannot read a Cargo.lock of version 4; the source is part of the rules.
get_cargo_bazel() {
  [ "$(cat "$home/cargo-bazel.ok" 2>/dev/null)" != "$cargo_bazel_stamp" ] || return 0
  say "building cargo-bazel (a minute or two)"
  run "cargo-bazel" "check that cargo can fetch crates here, then run this again" build_cargo_bazel
  rm -rf "$home/cargo-bazel/source" "$home/cargo-bazel/target"
  echo "$cargo_bazel_stamp" > "$home/cargo-bazel.ok"
}

build_cargo_bazel() {
  local source=$home/cargo-bazel/source
  export CARGO_HOME=$home/cargo CARGO_TERM_COLOR=never
  export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=symbols
  rm -rf "$source"
  mkdir -p "$home/cargo-bazel"
  cp -r "$share/rules/rust/crate_universe" "$source"
  # cargo_toml 0.20 does not know resolver = "3", that of edition 2024.
  if grep -q '^cargo_toml = "0.20' "$source/Cargo.toml"; then
    sed -i 's/^cargo_toml = .*/cargo_toml = "0.21.0"/' "$source/Cargo.toml"
    (cd "$source" && "$rust_sysroot/bin/cargo" update -p cargo_toml --precise 0.21.0)
  fi
  "$rust_sysroot/bin/cargo" install --path "$source" --bin cargo-bazel --locked --force \
    --root "$home/cargo-bazel" --target-dir "$home/cargo-bazel/target"
}

# The crates go into Bazel's repository cache, which is keyed by the same sums that Cargo.lock has.
get_crates() {
  local sum index hash file folder
  sum=$(sha256sum < "$workspace/Cargo.lock")
  [ "$(cat "$home/crates.ok" 2>/dev/null)" != "$sum" ] || return 0
  say "fetching $(grep -c '^source = ' "$workspace/Cargo.lock") crates"
  run "cargo fetch" "run 'cargo fetch' in the checkout and see what it says; Cargo.lock must fit Cargo.toml" fetch_crates
  # cargo-bazel 0.15 looks for the index under the name that cargo < 1.85 gave it.
  index=$(cd "$home/cargo/registry/index" && ls -d index.crates* | grep -v 6f17d22bba15001f | head -n 1)
  ln -sfn "$index" "$home/cargo/registry/index/${index%-*}-6f17d22bba15001f"
  sha256sum "$home"/cargo/registry/cache/*/*.crate | while read -r hash file; do
    folder=$home/repository-cache/content_addressable/sha256/$hash
    [ -e "$folder/file" ] || { mkdir -p "$folder"; cp "$file" "$folder/file.new"; mv "$folder/file.new" "$folder/file"; }
  done
  echo "$sum" > "$home/crates.ok"
}

fetch_crates() { (cd "$workspace" && CARGO_HOME=$home/cargo CARGO_TERM_COLOR=never "$rust_sysroot/bin/cargo" fetch --locked); }

# Unlike the toolchain of rules_rust 0.54, this one has the *.rmeta files: since 1.95 the standard library's .rlib are stubs without them.
write_rust_repository() {
  local to=$home/rust folder version
  version=$("$RUSTC" --version | cut -d ' ' -f 2)
  [ "$(printf '1.95\n%s\n' "$version" | sort -V | head -n 1)" = 1.95 ] ||
    die "checking Rust" "this machine's rustc is $version, the crates need 1.95" "rustup update stable"
  mkdir -p "$to" "$home/tinyjson"
  for folder in bin lib libexec share; do ln -sfn "$rust_sysroot/$folder" "$to/$folder"; done
  : > "$to/WORKSPACE.bazel"
  cat > "$to/BUILD.bazel.new" << EOF
# The toolchain is rustc $version.
load("@rules_rust//rust:toolchain.bzl", "rust_stdlib_filegroup", "rust_toolchain", "rustfmt_toolchain")
package(default_visibility = ["//visibility:public"])
exports_files(["bin/cargo", "bin/rustc"])
filegroup(name = "rustc", srcs = ["bin/rustc"])
filegroup(name = "rustdoc", srcs = ["bin/rustdoc"])
filegroup(name = "cargo", srcs = ["bin/cargo"])
filegroup(name = "rustfmt_bin", srcs = ["bin/rustfmt"])
filegroup(name = "clippy_driver_bin", srcs = ["bin/clippy-driver"])
filegroup(name = "cargo_clippy_bin", srcs = ["bin/cargo-clippy"])
filegroup(
    name = "rustc_lib",
    srcs = glob(
        ["lib/*.so*", "lib/rustlib/$triple/bin/rust-lld", "lib/rustlib/$triple/bin/gcc-ld/*", "lib/rustlib/$triple/lib/*.so*"],
        allow_empty = True,
    ),
)
rust_stdlib_filegroup(
    name = "rust_std-$triple",
    srcs = glob(
        ["lib/rustlib/$triple/lib/*." + e for e in ["rlib", "rmeta", "so", "a"]] + ["lib/rustlib/$triple/lib/self-contained/**"],
        allow_empty = True,
    ),
)
rust_toolchain(
    name = "rust_toolchain",
    rust_doc = ":rustdoc",
    rust_std = ":rust_std-$triple",
    rustc = ":rustc",
    rustfmt = ":rustfmt_bin",
    cargo = ":cargo",
    clippy_driver = ":clippy_driver_bin",
    cargo_clippy = ":cargo_clippy_bin",
    rustc_lib = ":rustc_lib",
    allocator_library = "@rules_rust//ffi/cc/allocator_library",
    global_allocator_library = "@rules_rust//ffi/cc/global_allocator_library",
    binary_ext = "",
    staticlib_ext = ".a",
    dylib_ext = ".so",
    stdlib_linkflags = ["-lpthread", "-ldl"],
    default_edition = "2024",
    exec_triple = "$triple",
    target_triple = "$triple",
)
rustfmt_toolchain(
    name = "rustfmt_toolchain",
    rustc = ":rustc",
    rustc_lib = ":rustc_lib",
    rustfmt = ":rustfmt_bin",
)
EOF
  replace "$to/BUILD.bazel"
  ln -sfn "$prefix"/usr/share/cargo/registry/tinyjson-*/src "$home/tinyjson/src"
  cp "$share/rules/rust/util/process_wrapper/BUILD.tinyjson.bazel" "$home/tinyjson/BUILD.bazel.new"
  replace "$home/tinyjson/BUILD.bazel"
  : > "$home/tinyjson/WORKSPACE.bazel"
}
