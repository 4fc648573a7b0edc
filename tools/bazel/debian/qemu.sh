# SPDX-License-Identifier: Apache-2.0 OR MIT
# QEMU's source from Debian's pool, the libraries that QEMU is built with from this machine's own suite, and Debian's own QEMU to
# compare with. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

# What QEMU's configure looks for: GLib, libfdt and zlib, and what their .pc files name. A|B: the first of them that the suite has.
sysroot_packages=(libglib2.0-dev 'libglib2.0-0t64|libglib2.0-0' libfdt-dev libfdt1 zlib1g-dev zlib1g libpcre2-dev libpcre2-8-0)
# FILE SUM of Debian's copies of QEMU's source; the first that can be had is taken. qemu/sources.bzl has the same sums.
# The last one is also the second series (SECOND_SERIES in qemu/sources.bzl).
qemu_sources=(
  "qemu_10.2.2+ds.orig.tar.xz be05230fe47a6937cd29f28f562932c8125f9c93c2a82c625198f7a4aa601dfb"
  "qemu_10.0.13+ds.orig.tar.xz 6a0888e806c2ffc0c5f0733e974f9aea55491950d3c47c98669c8b236dde59ae"
)

get_sysroot() {
  [ ! -e "$home/sysroot.ok" ] || return 0
  local apt=$home/apt-sysroot choice name names=() to
  local how="check that 'apt-get update' works here, then run this again"
  say "getting the libraries that QEMU is built with"
  rm -rf "$apt"
  private_apt "$apt"
  run "apt-get update" "$how" apt-get update
  for choice in "${sysroot_packages[@]}"; do
    for name in ${choice//|/ }; do
      if apt-cache show "$name" > /dev/null 2>&1; then
        names+=("$name")
        break
      fi
    done
  done
  mkdir -p "$apt/debs"
  run "apt-get download" "$how" in_folder "$apt/debs" apt-get download "${names[@]}"
  unset APT_CONFIG
  # The folder's name tells its content, so that Bazel sees when it changes.
  to=$home/sysroot-$(cd "$apt/debs" && ls | sha256sum | cut -c 1-12)
  rm -rf "$to"
  unpack "$to" "$apt"/debs/*.deb
  one_lib "$to"
  rm -rf "$apt"
  echo "$to" > "$home/sysroot.ok"
}

in_folder() { (cd "$1" && shift && "$@"); }

# one_lib FOLDER: moves what is in /lib to /usr/lib, and makes absolute links between libraries relative.
one_lib() {
  local link target
  if [ -d "$1/lib" ] && [ ! -L "$1/lib" ]; then
    cp -a "$1/lib/." "$1/usr/lib/"
    rm -rf "$1/lib"
  fi
  find "$1/usr/lib" -type l | while read -r link; do
    target=$(readlink "$link")
    case $target in /*) ln -sfn "${target##*/}" "$link" ;; esac
  done
}

get_qemu_source() {
  local source
  [ ! -e "$home/qemu.ok" ] || [ ! -e "$(cat "$home/qemu.ok")" ] || return 0
  for source in "${qemu_sources[@]}"; do
    # shellcheck disable=SC2086
    ! get_tarball $source qemu.ok || return 0
  done
  die "getting QEMU's source" "none of the files above could be had" \
    "get one of the tarballs in qemu/sources.bzl in any way, put it in $home, and write its path into $home/qemu.ok"
}

# For the tests that compare two series, which are skipped without it.
get_second_qemu_source() {
  [ ! -e "$home/qemu-second.ok" ] || [ ! -e "$(cat "$home/qemu-second.ok")" ] || return 0
  # shellcheck disable=SC2086
  get_tarball ${qemu_sources[-1]} qemu-second.ok || rm -f "$home/qemu-second.ok"
}

# get_tarball FILE SUM STAMP
get_tarball() {
  if ! get_pooled "q/qemu/$1" "$2" "$home/$1"; then
    say "Debian's pool does not give $1: $(tail -n 1 "$home/log/apt-helper.log" | plain)"
    return 1
  fi
  echo "$home/$1" > "$home/$3"
}

# Debian 13's own QEMU. The tests that use it are skipped where it cannot be had, or is no longer of the second series.
stock_suite=trixie
stock_programs=(qemu-system-arm qemu-system-riscv32 qemu-system-riscv64)
get_stock_qemu() {
  [ ! -e "$home/qemu-stock.ok" ] || return 0
  local wanted found=
  wanted=${qemu_sources[-1]#qemu_}
  wanted=${wanted%%+*}
  say "getting Debian's own QEMU $wanted (about 44 MB)"
  if get_programs stock "$stock_suite" is_wanted_qemu qemu-system-arm qemu-system-riscv &&
    collect_programs stock "$home/qemu-stock" "${stock_programs[@]}"; then
    echo "$wanted" > "$home/qemu-stock/version"
    echo "$home/qemu-stock" > "$home/qemu-stock.ok"
  elif [ -n "$found" ] && [ "$found" != "$wanted" ]; then
    say "Debian $stock_suite has QEMU $found: the tests of a QEMU without patches are skipped"
    : > "$home/qemu-stock.ok"
  else
    say "it cannot be had now, so its tests are skipped: $(tail -n 1 "$home/log/apt-stock.log" | plain)"
  fi
  rm -rf "$home/apt-stock"
}

# Whether the suite has the QEMU that get_stock_qemu wants; it sees what was found.
is_wanted_qemu() {
  found=$(apt-cache policy qemu-system-arm | sed -n 's/^ *Candidate: [0-9]*:\([^+~-]*\).*/\1/p')
  [ "$found" = "$wanted" ]
}
