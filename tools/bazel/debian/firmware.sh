# SPDX-License-Identifier: Apache-2.0 OR MIT
# Firmware that nobody here wrote, to test boards with: packages from Debian's pool, a crate, a wheel, and those of firmware/rtic/Cargo.lock. What
# cannot be had now is asked for again next time, and its tests are skipped until then. Sourced by `setup`.
# shellcheck shell=bash disable=SC2154

# FILE SUM of packages in Debian's pool. firmware/sources.bzl has the same sums, and says what they are.
firmware_packages=(
  "f/firmware-microbit-micropython/firmware-microbit-micropython_1.0.1-4_all.deb 41b330f072d8b47efc2f228e09453c7a43fdae1a11c6c42d811fed08b6e31d3b"
  "l/lwip/lwip_2.2.1+dfsg1.orig.tar.xz 83729c274c499d3348e9fbbe043a3113f3fa8953e7efddc7c21c7fcbb1f2b7b1"
  "m/micropython/micropython_1.25.0+ds.orig.tar.xz 7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea"
  "o/opensbi/opensbi_1.6-1_all.deb dc4a43bd21a0ca11771ed8b19ee6fa8476d1d0f4976bd0b27c0357c699d27e1e"
  "r/rustc/rust-src_1.95.0+dfsg1-2~bpo13+1_all.deb 7b76db5b880a77f9e52975d2baa6209d2f76d2c9c2789515c3088cb960e2c83b"
  "u/u-boot/u-boot-qemu_2025.01-3+deb13u1_all.deb a3751b5d36a411457b2e7a2834cdce0e5d40493e6588a65d51c5603740a0c71c"
)

# NAME VERSION SUM of the crate that has FreeRTOS' kernel in it.
freertos_crate="freertos-next 0.12.0 b7824fb42660c16e1b3b573eef99c2fe5c5cba6294a631c309084635f6bfcbb0"

# The same of the wheel that has Zephyr's sample hci_uart for the nRF52 DK in it.
zephyr_wheel="zephyr-4-4-0-hci-uart-nrf52dk-default 0.1.5 1ef4362d066528c53ee336ec30e6cdf2d37c3661942d976fd60e4b52f89e6115"

get_firmware() {
  local package file sum
  mkdir -p "$home/firmware"
  for package in "${firmware_packages[@]}"; do
    file=${package% *} sum=${package#* }
    get_pooled "$file" "$sum" "$home/firmware/$sum" || say "without it, its tests are skipped: $(tail -n 1 "$home/log/apt-helper.log" | plain)"
  done
}

get_freertos() {
  local name version sum folder=$home/firmware/freertos
  read -r name version sum <<< "$freertos_crate"
  [ ! -e "$home/firmware/$sum" ] || return 0
  say "fetching the crate $name"
  rm -rf "$folder"
  mkdir -p "$folder/src"
  printf '[package]\nname = "none"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n%s = "=%s"\n' "$name" "$version" > "$folder/Cargo.toml"
  echo 'fn main() {}' > "$folder/src/main.rs"
  if in_folder "$folder" env CARGO_HOME="$home/cargo" "$rust_sysroot/bin/cargo" fetch > "$home/log/freertos.log" 2>&1 &&
    cp "$home"/cargo/registry/cache/*/"$name-$version.crate" "$folder/crate" &&
    echo "$sum  $folder/crate" | sha256sum --check --status; then
    mv "$folder/crate" "$home/firmware/$sum"
  else
    say "it cannot be had now, so its test is skipped: $(tail -n 1 "$home/log/freertos.log" | plain)"
  fi
  rm -rf "$folder"
}

get_zephyr() {
  local name version sum folder=$home/firmware/zephyr
  read -r name version sum <<< "$zephyr_wheel"
  [ ! -e "$home/firmware/$sum" ] || return 0
  say "fetching the wheel $name"
  rm -rf "$folder"
  mkdir -p "$folder"
  echo "$name==$version --hash=sha256:$sum" > "$folder/requirements.txt"
  if python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes \
    -r "$folder/requirements.txt" -d "$folder/wheel" > "$home/log/zephyr.log" 2>&1; then
    mv "$folder"/wheel/*.whl "$home/firmware/$sum"
  else
    say "it cannot be had now, so its test is skipped: $(tail -n 1 "$home/log/zephyr.log" | plain)"
  fi
  rm -rf "$folder"
}

# The files that are there, with colons between them. Each has its sum as its name, so that Bazel sees when one is replaced. The source
# of Rust's library is only of use to the compiler that it belongs to.
list_firmware() {
  local package file found=''
  for package in "${firmware_packages[@]}"; do
    file=$home/firmware/${package#* }
    case $package in */rust-src_*) [[ ${package##*/rust-src_} = "$("$RUSTC" --version | cut -d ' ' -f 2)+"* ]] || continue ;; esac
    [ ! -e "$file" ] || found+=:$file
  done
  for package in "$freertos_crate" "$zephyr_wheel"; do
    file=$home/firmware/${package##* }
    [ ! -e "$file" ] || found+=:$file
  done
  echo "${found#:}"
}

get_rtic_crates() {
  local manifest=$workspace/firmware/rtic/Cargo.toml folder=$home/firmware/rtic to
  to=$home/firmware/rtic-crates-$(sha256sum < "${manifest%toml}lock" | cut -c 1-12).tar
  if [ ! -e "$to" ]; then
    say "fetching the crates of RTIC's examples"
    rm -rf "$folder"
    mkdir -p "$folder/src/bin"
    cp "$manifest" "${manifest%toml}lock" "$folder/"
    echo 'fn main() {}' > "$folder/src/bin/none.rs"
    if ! in_folder "$folder" env CARGO_HOME="$home/cargo" "$rust_sysroot/bin/cargo" vendor --locked --versioned-dirs > "$home/log/rtic.log" 2>&1; then
      say "they cannot be had now, so their test is skipped: $(tail -n 1 "$home/log/rtic.log" | plain)"
      rm -f "$home/rtic-crates.ok"
      return 0
    fi
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@946684800 -cf "$to.new" -C "$folder" vendor
    mv "$to.new" "$to"
    rm -rf "$folder"
  fi
  echo "$to" > "$home/rtic-crates.ok"
}
