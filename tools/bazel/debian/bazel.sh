# SPDX-License-Identifier: Apache-2.0 OR MIT
# Debian's Bazel and its rules, in a prefix of their own with their own libc, so that they run on an older Debian. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

prefix=$home/root
libraries=$prefix/usr/lib/x86_64-linux-gnu
loader=$prefix/usr/lib64/ld-linux-x86-64.so.2
java=$prefix/usr/lib/jvm/java-21-openjdk-amd64
share=$prefix/usr/share/bazel
# Raise it when what get_bazel() does changes.
bazel_stamp="$suite 2"

# What Bazel's package depends on and the host has, or nobody needs here: APT is told that it is there.
not_needed=(build-essential default-jdk-headless default-jre-headless python3 unzip perl perl-base debconf dpkg coreutils
  node-core-js node-html5shiv libjs-jquery ca-certificates ca-certificates-java java-common zlib1g-dev
  libnss3 libcups2t64 libharfbuzz0b libfontconfig1 libfreetype6 liblcms2-2 libjpeg62-turbo libasound2t64
  util-linux libpam-modules libpam-runtime libpam0g)

get_bazel() {
  [ "$(cat "$home/debian.ok" 2>/dev/null)" != "$bazel_stamp" ] || return 0
  local apt=$home/apt p from
  local how="check that 'apt-get update' works here, then run this again; VIRTMCU_BAZEL_SUITE=sid takes another suite of Debian"
  from=$(mirror)
  say "getting Bazel from Debian $suite (about 190 MB)"
  rm -rf "$prefix" "$apt"
  mkdir -p "$apt"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from $suite main" > "$apt/sources.list"
  for p in "${not_needed[@]}"; do
    printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 999:9\nMaintainer: none <n@localhost>\nDescription: stand-in\n\n' "$p"
  done > "$apt/status"
  private_apt "$apt" "$apt/sources.list"
  run "apt-get update" "$how" apt-get update
  # libblake3-0: needed by Bazel's jar, named by no package. patchelf: for relocate().
  run "apt-get download" "$how" apt-get -y --download-only install \
    bazel-bootstrap bazel-rules-rust bazel-rules-shell openjdk-21-jre-headless libblake3-0 patchelf
  unset APT_CONFIG
  say "unpacking Bazel"
  check_bazel_version "$apt"/archives/bazel-bootstrap_*.deb
  unpack "$prefix" "$apt"/archives/*.deb
  rm -rf "$apt"
  relocate
  mend_rules
  echo "$bazel_stamp" > "$home/debian.ok"
}

# Makes the binaries use the prefix's own loader and libraries, and the paths in files point into the prefix.
relocate() {
  local p target
  set_loader() { "$loader" --library-path "$libraries" "$prefix/usr/bin/patchelf" --force-rpath --set-interpreter "$loader" --set-rpath "$1" "$2"; }
  for p in bin/bazel libexec/x86_64-linux-gnu/bazel/{build-runfiles,daemonize,linux-sandbox,process-wrapper,zipper}; do
    set_loader "$libraries" "$prefix/usr/$p"
  done
  for p in bin/java lib/jspawnhelper; do set_loader "$java/lib:$java/lib/server:$libraries" "$java/$p"; done
  # Absolute links into /etc/java-21-openjdk.
  find "$java" -type l | while read -r p; do
    target=$(readlink "$p")
    [ "${target#/etc/java}" = "$target" ] || ln -sfn "$prefix$target" "$p"
  done
  # Debian's jars name these by absolute path in their manifests; on the class path they are found wherever they are.
  {
    for p in perfmark-api animal-sniffer-annotations error-prone-annotations gson guava protobuf; do echo "/usr/share/java/$p.jar"; done
    cat "$share/bazel_classpath_debian_depends.txt"
  } | sed "s|^|$prefix|" > "$share/classpath.new"
  mv "$share/classpath.new" "$share/bazel_classpath_debian_depends.txt"
}

# Debian's rules_rust is older than some crates: what their build scripts say as "cargo::KEY=VALUE" it knows only with one colon.
mend_rules() {
  sed -i "s/let key_split = split\[0\].splitn(2, ':')/let directive = split[0].replacen(\"cargo::\", \"cargo:\", 1); let key_split = directive.splitn(2, ':')/" \
    "$share/rules/rust/cargo/cargo_build_script_runner/lib.rs"
}

# check_bazel_version PACKAGE-FILE
check_bazel_version() {
  local wanted found=${1##*/bazel-bootstrap_}
  wanted=$(cat "$workspace/.bazelversion")
  found=${found%%[+~-]*}
  [ "$found" = "$wanted" ] || say "note: Debian $suite has Bazel $found, this project is used with $wanted; if a later step fails, that may be why"
}

# The launcher that bazelw runs: Debian's Bazel with everything that was set up, and no module from anywhere else.
write_launcher() {
  local m
  # A copy: checkouts share this folder, and each may be deleted.
  if ! diff -rq "$here/modules" "$home/modules" > /dev/null 2>&1; then
    rm -rf "$home/modules"
    cp -r "$here/modules" "$home/modules"
  fi
  {
    for m in platforms=tools/platforms bazel_features=tools/features bazel_skylib=tools/skylib rules_cc=rules/cc rules_java=rules/java \
             rules_license=rules/license rules_proto=rules/proto rules_python=rules/python rules_rust=rules/rust rules_shell=rules/shell; do
      echo "common --override_module=${m%%=*}=$share/${m#*=}"
    done
    for m in "$home"/modules/*/; do
      m=${m%/}
      echo "common --override_module=${m##*/}=$m"
    done
    cat << EOF
common --override_repository=rules_rust~~i~rules_rust_tinyjson=$home/tinyjson
common --override_repository=rules_rust~~rust~rust_linux_x86_64__${triple}__stable_tools=$home/rust
common --override_repository=rules_rust~~rust~rustfmt_1.95.0__${triple}_tools=$home/rust
common --override_repository=rules_rust~~rust_host_tools~rust_host_tools=$home/rust
common --repo_env=CARGO_BAZEL_GENERATOR_URL=file://$home/cargo-bazel/bin/cargo-bazel
common --repo_env=CARGO_HOME=$home/cargo
common --repo_env=CARGO_NET_OFFLINE=true
common --repository_cache=$home/repository-cache
common --repo_env=BAZEL_HTTP_RULES_URLS_AS_DEFAULT_CANONICAL_ID=0
common --repo_env=VIRTMCU_SYSROOT=$(cat "$home/sysroot.ok")
common --repo_env=VIRTMCU_QEMU_TARBALL=$(cat "$home/qemu.ok")
common --repo_env=VIRTMCU_QEMU_SECOND_TARBALL=$(cat "$home/qemu-second.ok" 2>/dev/null)
common --repo_env=VIRTMCU_QEMU_STOCK=$(cat "$home/qemu-stock.ok" 2>/dev/null)
common --repo_env=VIRTMCU_TSHARK=$(cat "$home/tshark.ok" 2>/dev/null)
common --repo_env=VIRTMCU_FIRMWARE=$(list_firmware)
common --repo_env=VIRTMCU_RTIC_CRATES=$(cat "$home/rtic-crates.ok" 2>/dev/null)
EOF
  } > "$home/bazelrc.new"
  replace "$home/bazelrc"
  cat > "$home/bazel.new" << EOF
#!/bin/sh
exec "$prefix/usr/bin/bazel" --nosystem_rc --bazelrc="$home/bazelrc" --install_base="$share" --trust_install_base --server_javabase="$java" "\$@"
EOF
  chmod +x "$home/bazel.new"
  replace "$home/bazel"
}

# replace FILE: puts FILE.new in its place at once, and only if it differs.
replace() { if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi; }
