#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# build.sh OPTION... FILE.c...: the action of lwip_firmware (defs.bzl), which sets the variables in capitals. Compiles the part of lwIP
# that lwipopts.h asks for, out of the archive $SOURCE, with our files; the ELF file is $OUT, the same bytes wherever it is built.
set -euo pipefail

here=$PWD
work=$(mktemp -d "$here/lwip.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xJf "$SOURCE" -C "$work" --no-same-owner --strip-components=2 --wildcards 'lwip-*/src/core' 'lwip-*/src/netif/ethernet.c' 'lwip-*/src/include'
options=(
  -Os -g -std=c17 -ffreestanding -nostdlib -fno-sanitize=all -ffunction-sections -fdata-sections -Wl,--gc-sections
  -Wall -Wextra -Werror -I. -Ifirmware/lwip "-I$INCLUDE" "-isystem$work/include" -DETHERNET
)
stack=("$work"/core/*.c "$work"/core/ipv4/*.c "$work/netif/ethernet.c")
# No path of this machine is in the file; of several that fit, the compiler takes the last.
lib=$(dirname "$(readlink -f "$ZIG")")/lib
options+=("-ffile-prefix-map=$here=." "-ffile-prefix-map=$work=lwip" "-ffile-prefix-map=$lib=zig")
export ZIG_GLOBAL_CACHE_DIR=$work/cache ZIG_LOCAL_CACHE_DIR=$work/cache
# shellcheck disable=SC2086 # several options
"$ZIG" cc $TARGET "${options[@]}" "${stack[@]}" "$@" "$RUNTIME" -T "$LINKER_SCRIPT" -o "$OUT"
