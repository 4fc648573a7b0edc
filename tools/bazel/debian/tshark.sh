# SPDX-License-Identifier: Apache-2.0 OR MIT
# Wireshark's tshark, which reads the captures in //rust/virtmcu:tshark. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

# Debian 13's, with the libraries that it needs. Without it that test is skipped.
tshark_suite=trixie
get_tshark() {
  [ ! -e "$home/tshark.ok" ] || return 0
  say "getting tshark (about 30 MB)"
  if get_programs tshark "$tshark_suite" true tshark && collect_programs tshark "$home/tshark" tshark; then
    echo "$home/tshark" > "$home/tshark.ok"
  else
    say "it cannot be had now, so its test is skipped: $(tail -n 1 "$home/log/apt-tshark.log" | plain)"
  fi
  rm -rf "$home/apt-tshark"
}
