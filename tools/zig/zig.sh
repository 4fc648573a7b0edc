#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# zig.sh ZIG ARGUMENT...: runs Zig with caches that live as long as the action, and as a C compiler with no path of this machine in
# what it writes.
set -euo pipefail

zig=$PWD/$1
mode=$2
shift 2
cache=$(mktemp -d "$PWD/zig-cache.XXXXXX")
trap 'rm -rf "$cache"' EXIT
export ZIG_GLOBAL_CACHE_DIR=$cache ZIG_LOCAL_CACHE_DIR=$cache
if [ "$mode" = cc ]; then
  # Zig names its headers by where it really is.
  lib=$(dirname "$(readlink -f "$zig")")/lib
  set -- "$@" "-ffile-prefix-map=$PWD=." "-ffile-prefix-map=$lib=zig"
fi
"$zig" "$mode" "$@"
