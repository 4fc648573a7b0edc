#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# build.sh: the action of micropython_firmware (defs.bzl), which sets the variables in capitals. Builds the port "qemu" of MicroPython for
# $BOARD with its own Makefile; the ELF file is $OUT, the same bytes wherever it is built.
set -euo pipefail

here=$PWD
work=$(mktemp -d "$here/micropython.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xf "$here/$SOURCE" -C "$work" --strip-components=1
port=$work/ports/qemu

# What GCC takes and Clang does not: C in functions without a prologue (here nobody returns from them), and a section for code that
# does not say so.
sed -i 's/__attribute__((naked)) //' "$port"/mcu/arm/*.c
# The reset handler does not tell the compiler that its assembly uses r0: Clang keeps the end of .data there.
sed -i -e '/"ldr r0, =_estack"/d' -e 's/"mov sp, r0")/"ldr r0, =_estack\\n mov sp, r0" ::: "r0")/' "$port"/mcu/arm/startup.c
sed -i 's/\.section \.start$/.section .start, "ax"/' "$port"/mcu/rv32/entrypoint.s

export CC_ZIG=$here/$ZIG CC_INCLUDE="$here/$INCLUDE $here/$CLANG_INCLUDE" CC_TARGET=$TARGET
# The banner tells a date, which is then always that of the release.
export SOURCE_DATE_EPOCH=1744675200
cc=$here/$CC
settings=(
  "BOARD=$BOARD" "MICROPY_HEAP_SIZE=$HEAP" RV32_ARCH=rv32imac_zicsr
  "CC=$cc" "AS=$cc -c -x assembler-with-cpp" SIZE=:
  "LDFLAGS=-T $here/$LINKER_SCRIPT -L $here/$(dirname "$LINKER_SCRIPT") --gc-sections" "LIBS=$here/$RUNTIME"
  # No modules in Python. Compressed texts need strcmp() at compile time, which a compiler for bare metal does not do.
  FROZEN_MANIFEST= MICROPY_ROM_TEXT_COMPRESSION=0
  "CFLAGS_EXTRA=-DMICROPY_USE_INTERNAL_ERRNO=1 -w"
)
make -C "$port" -j2 "${settings[@]}" > "$work/make.log" 2>&1 || {
  grep -v '^\(CC\|GEN\) ' "$work/make.log" | tail -n 40 >&2
  exit 1
}
cp "$port/build-$BOARD/firmware.elf" "$here/$OUT"
