#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Makes every_kind.pcapng and every_kind.txt anew, with this machine's cargo and tshark. Read the difference before you commit it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export CAPTURE_OUT=$PWD/every_kind.pcapng TZ=UTC
# This test fails: it compares with what is about to be made.
said=$(cargo test -q -p capture --test every_kind -- --nocapture 2>&1 || true)
sum=$(grep -o -m 1 'of every_kind.pcapng blake3:[0-9a-f]*' <<< "$said")

# Not with the preferences of the person who runs it.
decode() {
  HOME=/nonexistent tshark -n -C Default -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -r every_kind.pcapng "$@" 2> /dev/null
}

{
  tshark --version 2> /dev/null | head -n 1 | cut -d ' ' -f 1-3
  echo "$sum"
  echo
  decode -T fields -E separator=' ' -e frame.time_epoch -e frame.interface_name -e frame.packet_flags_direction -e frame.protocols
  echo
  decode -O pkt_comment,arp,ip,udp,can,canfd,lin,rtacser | grep -v '= Reserved:'
} > every_kind.txt.new
mv every_kind.txt.new every_kind.txt
