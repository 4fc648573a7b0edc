#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The C compiler, preprocessor, assembler and linker of MicroPython's Makefile: Clang and LLD as they are in $CC_ZIG, for $CC_TARGET, with
# the headers in $CC_INCLUDE. (`zig cc` would take its own names of CPUs, and cannot preprocess many files at once.)
set -euo pipefail

case $1 in
  -T) exec "$CC_ZIG" ld.lld "$@" ;;
  *)
    includes=()
    for folder in $CC_INCLUDE; do includes+=(-isystem "$folder"); done
    # shellcheck disable=SC2086
    exec "$CC_ZIG" clang $CC_TARGET -ffreestanding -nostdinc "${includes[@]}" "$@"
    ;;
esac
