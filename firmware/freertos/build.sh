#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# build.sh OPTION... FILE.c...: the action of freertos_firmware (defs.bzl), which sets the variables in capitals. Compiles the kernel that
# is in the crate $SOURCE, for its port $PORT, with our files; the ELF file is $OUT, the same bytes wherever it is built.
set -euo pipefail

here=$PWD
work=$(mktemp -d "$here/freertos.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xzf "$SOURCE" -C "$work" --strip-components=2 --wildcards '*/FreeRTOS-Kernel/*'
port=$work/portable/GCC/$PORT
options=(
  -O2 -g -std=c17 -ffreestanding -nostdlib -fno-sanitize=all -ffunction-sections -fdata-sections -Wl,--gc-sections
  -I. -Ifirmware/freertos "-I$INCLUDE" "-I$work/include" "-I$port"
)
kernel=("$work/tasks.c" "$work/list.c" "$work/queue.c" "$port/port.c")
if [ "$PORT" = RISC-V ]; then
  options+=("-I$port/chip_specific_extensions/RISCV_MTIME_CLINT_no_extensions")
  kernel+=("$port/portASM.S")
fi
# No path of this machine is in the file; of several that fit, the compiler takes the last.
lib=$(dirname "$(readlink -f "$ZIG")")/lib
options+=("-ffile-prefix-map=$here=." "-ffile-prefix-map=$work=freertos" "-ffile-prefix-map=$lib=zig")
export ZIG_GLOBAL_CACHE_DIR=$work/cache ZIG_LOCAL_CACHE_DIR=$work/cache
# shellcheck disable=SC2086 # several options
"$ZIG" cc $TARGET "${options[@]}" "${kernel[@]}" "$@" "$RUNTIME" -T "$LINKER_SCRIPT" -o "$OUT"
