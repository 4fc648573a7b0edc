# SPDX-License-Identifier: Apache-2.0 OR MIT
# QEMU's source from Debian's pool, and the libraries that QEMU is built with from this machine's own suite. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

# What QEMU's configure looks for: GLib, libfdt and zlib, and what their .pc files name. A|B: the first of them that the suite has.
sysroot_packages=(libglib2.0-dev 'libglib2.0-0t64|libglib2.0-0' libfdt-dev libfdt1 zlib1g-dev zlib1g libpcre2-dev libpcre2-8-0)
# FILE SUM of Debian's copies of QEMU's source; the first that can be had is taken. qemu/sources.bzl has the same sums.
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
  local file sum source pool
  [ ! -e "$home/qemu.ok" ] || [ ! -e "$(cat "$home/qemu.ok")" ] || return 0
  pool=$(mirror)/pool/main/q/qemu
  for source in "${qemu_sources[@]}"; do
    read -r file sum <<< "$source"
    say "getting $file (about 39 MB)"
    # APT's own downloader checks the sum, and knows this machine's proxies.
    if /usr/lib/apt/apt-helper download-file "$pool/$file" "$home/$file.new" "SHA256:$sum" > "$home/log/apt-helper.log" 2>&1; then
      mv "$home/$file.new" "$home/$file"
      echo "$home/$file" > "$home/qemu.ok"
      return 0
    fi
    rm -f "$home/$file.new"
    say "Debian's pool does not give $file: $(tail -n 1 "$home/log/apt-helper.log" | plain)"
  done
  die "getting QEMU's source" "none of the files above could be had" \
    "get one of the tarballs in qemu/sources.bzl in any way, put it in $home, and write its path into $home/qemu.ok"
}
