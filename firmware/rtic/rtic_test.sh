#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# rtic_test.sh DIST EXAMPLES: runs each NAME.elf in the folder EXAMPLES on the distribution's QEMU, as its own LM3S6965 board. It must say
# what is in NAME.expected, byte for byte, and end with success. (What firmware says by semihosting, QEMU writes to stderr.)
set -uo pipefail

qemu=$1/qemu examples=$2
total=0 failed=0
for elf in "$examples"/*.elf; do
  name=${elf##*/}
  name=${name%.elf}
  said=$TEST_TMPDIR/$name
  "$qemu/bin/qemu-system-arm" -L "$qemu/share/qemu" -machine lm3s6965evb -nographic -monitor none -serial none \
    -semihosting-config enable=on,target=native -kernel "$elf" > "$said" 2>&1 < /dev/null
  code=$?
  total=$((total + 1))
  if [ "$code" != 0 ] || ! diff "$examples/$name.expected" "$said"; then
    echo "$name: exit code $code" >&2
    failed=$((failed + 1))
  fi
done
echo "$((total - failed)) of $total say what they should"
# All of them: an empty folder proves nothing.
[ "$failed" = 0 ] && [ "$total" = 46 ]
