#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# console_test.sh DIST PROGRAM TYPED EXPECTED ARGUMENT...: starts a program of the distribution's QEMU with the arguments, types TYPED
# (\r is the return key) at its serial port, and waits until that has said a line that EXPECTED, a regular expression, matches.
set -euo pipefail

qemu=$1/qemu program=$2 typed=$3 expected=$4
shift 4

exec {console}< <(
  exec "$qemu/bin/$program" -L "$qemu/share/qemu" -nographic -monitor none -serial stdio -nic none "$@" 2>&1 <<< "$(printf '%b' "$typed")"
)
pid=$!
trap 'kill $pid 2> /dev/null || true' EXIT
while IFS= read -r -u "$console" line; do
  printf '%s\n' "$line"
  if [[ ${line//$'\r'/} =~ $expected ]]; then exit 0; fi
done
echo "QEMU has ended, and no line matched: $expected" >&2
exit 1
