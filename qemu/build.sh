#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 OR MIT
# build.sh PATCH...: the action of qemu_build (build.bzl), which sets the variables in capitals. Unpacks $SOURCE, applies the patches,
# builds the programs of $TARGETS and leaves bin/, lib/, share/, include/ and build-id in $OUT. Needs no network, and writes only to
# $OUT, a folder of its own, and one line about its progress to shared memory.
set -euo pipefail

here=$PWD
out=$here/$OUT
work=$(mktemp -d "$here/qemu-build.XXXXXX")
trap 'rm -rf "$work"' EXIT
progress=/dev/shm/virtmcu-qemu-build.$(id -u)

# A line for `bazelw` to show; it is no harm if it gets lost.
tell() { { echo "QEMU: $*" > "$progress"; } 2> /dev/null || true; }

# fail LOG: the end of a log, then out
fail() {
  tail -n 60 "$1" >&2
  tell "failed"
  exit 1
}

unpack_and_patch() {
  local patch
  tell "unpacking and patching"
  mkdir "$work/source"
  tar -xf "$here/$SOURCE" -C "$work/source"
  for patch; do
    if ! patch -d "$work/source" -p1 --forward --no-backup-if-mismatch < "$patch" > "$work/patch.log" 2>&1; then
      echo "${patch##*/} does not apply to QEMU $VERSION:" >&2
      fail "$work/patch.log"
    fi
  done
}

# QEMU's configure wants a Python that has meson and pycotap.
make_python() {
  local site
  python3 -m venv --without-pip "$work/python"
  site=$("$work/python/bin/python3" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  cp -rL "$here/$MESON"/* "$here/$PYCOTAP"/* "$site/"
}

# Search paths for pkg-config, compiler and linker, where the libraries are not the machine's own.
use_sysroot() {
  sysroot=''
  extra=()
  [ -n "$SYSROOT" ] || return 0
  sysroot=$work/sysroot
  mkdir "$sysroot"
  tar -xf "$here/$SYSROOT" -C "$sysroot"
  libraries=$sysroot/usr/lib/x86_64-linux-gnu
  export PKG_CONFIG_SYSROOT_DIR=$sysroot PKG_CONFIG_LIBDIR=$libraries/pkgconfig:$sysroot/usr/share/pkgconfig
  extra=("--extra-cflags=-I$sysroot/usr/include" "--extra-ldflags=-L$libraries -Wl,-rpath-link,$libraries")
}

configure() {
  local target list=''
  for target in $TARGETS; do list+=${list:+,}$target-softmmu; done
  tell "configuring"
  mkdir "$work/build"
  # No path of this machine in the programs; their libraries are found beside them (DT_RPATH: also by those libraries).
  (cd "$work/build" && ../source/configure --python="$work/python/bin/python3" --ninja="$here/$NINJA" --disable-download \
    --target-list="$list" --without-default-features --enable-system --disable-user \
    --enable-tcg --disable-kvm --enable-modules --enable-plugins --enable-fdt=system --enable-trace-backends=nop \
    --disable-docs --disable-tools --disable-guest-agent --disable-werror --disable-install-blobs --disable-debug-info \
    "--extra-cflags=-ffile-prefix-map=$work/=" "--extra-ldflags=-Wl,--disable-new-dtags,-rpath,\$ORIGIN/../lib" \
    "${extra[@]}") > "$work/configure.log" 2>&1 || fail "$work/configure.log"
}

compile() {
  local target line step=-1 of last=-1 programs=()
  for target in $TARGETS; do programs+=("qemu-system-$target"); done
  while read -r line; do
    case $line in '['*/*']'*)
      of=${line#*/}
      of=${of%%]*}
      step=${line#[}
      step=${step%%/*}
      # One line for each twentieth of the way.
      if [ $((step * 20 / of)) != "$last" ]; then
        last=$((step * 20 / of))
        tell "step $step of $of"
      fi
      ;;
    esac
    echo "$line"
  done < <(cd "$work/build" && { "$here/$NINJA" -j"$(nproc)" "${programs[@]}" 2>&1 || echo "ninja failed"; }) > "$work/ninja.log"
  ! grep -qx "ninja failed" "$work/ninja.log" || { grep -A 30 FAILED "$work/ninja.log" | head -n 60 >&2; fail "$work/ninja.log"; }
}

# copy_libraries PROGRAM: the libraries of the sysroot that it needs, and those that these need
copy_libraries() {
  local name
  for name in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\].*/\1/p'); do
    if [ ! -e "$out/lib/$name" ] && [ -n "$sysroot" ] && [ -e "$libraries/$name" ]; then
      cp -L "$libraries/$name" "$out/lib/$name"
      copy_libraries "$out/lib/$name"
    fi
  done
}

# only_origin PROGRAM: takes from its library search path what meson added, the folders of the sysroot; the length stays the same.
only_origin() {
  [ -n "$sysroot" ] || return 0
  python3 - "$1" "$libraries" << 'EOF'
import sys

path, libraries = sys.argv[1:]
with open(path, "rb") as file:
    program = file.read()
added = b":" + libraries.encode()
if program.count(b"$ORIGIN/../lib" + added + b"\0") != 1:
    sys.exit(f"{path}: its library search path is not $ORIGIN/../lib and the sysroot")
with open(path, "wb") as file:
    file.write(program.replace(b"/../lib" + added, b"/../lib" + bytes(len(added))))
EOF
}

collect() {
  local target folder
  mkdir -p "$out"/{bin,lib} "$out/share/qemu" "$out"/include/{qemu,generated,glib}
  for target in $TARGETS; do
    strip -o "$out/bin/qemu-system-$target" "$work/build/qemu-system-$target"
    only_origin "$out/bin/qemu-system-$target"
    copy_libraries "$out/bin/qemu-system-$target"
  done
  cp "$work/source/COPYING" "$work/source/COPYING.LIB" "$work/source/LICENSE" "$out/share/qemu/"
  cp -r "$work/source/include/." "$out/include/qemu/"
  (cd "$work/build" && find . -name '*.h' -not -path './pyvenv/*' -not -path './qemu-bundle/*' -not -path './subprojects/*' -not -path './meson-*' -not -path '*.p/*' -print0 |
    xargs -0 cp --parents -t "$out/include/generated/")
  for folder in $(pkg-config --cflags-only-I glib-2.0); do
    case $folder in *glib-2.0*) cp -r "${folder#-I}/." "$out/include/glib/" ;; esac
  done
  find "$out/include" -name '*.build' -delete
}

unpack_and_patch "$@"
make_python
use_sysroot
configure
compile
collect
series=$(cat /dev/null "$@" | sha256sum | cut -c 1-8)
echo "$VERSION virtmcu.$series" > "$out/build-id"
tell "done"
