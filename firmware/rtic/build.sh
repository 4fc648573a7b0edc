#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# build.sh: the action of rtic_examples (defs.bzl), which sets the variables in capitals. Makes `core` for $TARGET from $RUST_SRC with the
# rustc that it belongs to, then the examples in the crate cortex-m-rtic. $OUT gets NAME.elf and NAME.expected for each.
# Needs no network: all crates are in $CRATES, and cargo checks them by the sums in $LOCK.
set -euo pipefail

here=$PWD
out=$here/$OUT
work=$(mktemp -d "$here/rtic.XXXXXX")
trap 'rm -rf "$work"' EXIT
rustc=$here/$RUSTC

found=$("$rustc" --version | cut -d ' ' -f 2)
if [ "$found" != "$VERSION" ]; then
  echo "rustc is $found, but the source of its library is that of $VERSION" >&2
  exit 1
fi

mkdir -p "$work/src/bin" "$work/rust-src" "$work/.cargo"
tar -xf "$here/$CRATES" -C "$work"
ar p "$here/$RUST_SRC" data.tar.xz | tar -xJ -C "$work/rust-src" --wildcards --strip-components=5 \
  '*/rustc-*/library/core' '*/rustc-*/library/stdarch' '*/rustc-*/library/portable-simd' '*/rustc-*/library/compiler-builtins'
cp "$here/$MANIFEST" "$here/$LOCK" "$work/"
cp "$work"/vendor/cortex-m-rtic-1*/examples/*.rs "$work/src/bin/"

# The standard library's crates need the compiler's unstable features; the examples are built without them.
library=$work/rust-src
lib=$work/sysroot/lib/rustlib/$TARGET/lib
mkdir -p "$lib"
library_crate() {
  local name=$1 root=$2
  shift 2
  RUSTC_BOOTSTRAP=1 "$rustc" --crate-name "$name" "$library/$root/src/lib.rs" --edition 2024 --crate-type rlib --target "$TARGET" \
    --out-dir "$lib" -Copt-level=3 -Cpanic=abort -Cembed-bitcode=no -Zforce-unstable-if-unmarked --cap-lints allow \
    "--remap-path-prefix=$library=rust" "$@"
}
library_crate core core
library_crate compiler_builtins compiler-builtins/compiler-builtins \
  --extern "core=$lib/libcore.rlib" --cfg 'feature="compiler-builtins"' --cfg 'feature="mem"'

# As a plain "ld": to what it knows for an lld, rustc gives the option -flavor, which this one lacks.
printf '#!/bin/sh\nexec "%s" ld.lld "$@"\n' "$here/$ZIG" > "$work/ld"
chmod +x "$work/ld"
cat > "$work/.cargo/config.toml" << EOF
[source.crates-io]
replace-with = "vendored"
[source.vendored]
directory = "$work/vendor"
[target.$TARGET]
linker = "$work/ld"
rustflags = [
  "--sysroot=$work/sysroot", "--remap-path-prefix=$work=.",
  "-Clinker-flavor=ld", "-Clink-arg=-Tlink.x",
]
EOF
cd "$work"
RUSTC=$rustc CARGO_HOME=$work/home CARGO_TARGET_DIR=$work/target \
  "$here/$CARGO" build --quiet --offline --locked --release --bins --target "$TARGET" > "$work/cargo.log" 2>&1 || {
  cat "$work/cargo.log" >&2
  exit 1
}

mkdir -p "$out"
for source in src/bin/*.rs; do
  name=${source##*/}
  name=${name%.rs}
  cp "target/$TARGET/release/$name" "$out/$name.elf"
  cp vendor/cortex-m-rtic-1*/ci/expected/"$name.run" "$out/$name.expected"
done
