# SPDX-License-Identifier: Apache-2.0 OR MIT
# What the parts of `setup` share: words for the person who waits, and APT with a state of its own. Sourced, not run.
# shellcheck shell=bash disable=SC2154

start=$SECONDS

say() { echo "bazelw: [$((SECONDS - start)) s] $*" >&2; }

# die WHAT WHY HOW
die() {
  say "FAILED: $1"
  echo "  why: $2" >&2
  echo "  to fix it: $3" >&2
  exit 1
}

# Removes addresses from the words of other programs: they are long and tell nobody anything.
plain() { sed -u -E 's#[a-z]+://[^ ]+##g; s/\x1b\[[0-9;]*m//g'; }

# run NAME HOW COMMAND...: runs it with its output in a log, and says now and then what the log's last line is.
# HOW tells what to do when it fails.
run() {
  local name=$1 how=$2 log=$home/log/$1.log line last='' ticks=0 pid
  shift 2
  "$@" > "$log" 2>&1 9>&- &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    ticks=$((ticks + 1))
    [ $((ticks % 25)) = 0 ] || continue
    line=$(tail -c 400 "$log" | tr '\r' '\n' | plain | grep -v '^ *$' | tail -n 1 | cut -c 1-100 || true)
    [ "$line" = "$last" ] || say "  $name: $line"
    last=$line
  done
  wait "$pid" || die "$name" "$(tail -n 12 "$log" | plain)" "$how (whole log: $log)"
}

# The machine's needs, all at once rather than one failure after the other.
check_machine() {
  local wanted missing='' pair
  for pair in apt-get=apt dpkg-deb=dpkg python3=python3 gcc=gcc g++=g++ strip=binutils pkg-config=pkg-config flock=util-linux \
              patch=patch perl=perl make=make xz=xz-utils rustc='rustup or rustc-1.95' cargo='rustup or cargo-1.95'; do
    wanted=${pair%%=*}
    command -v "$wanted" > /dev/null || missing+=" $wanted (${pair#*=})"
  done
  [ -z "$missing" ] || die "this machine lacks programs" "not on PATH:$missing" "install them; the names of Debian's packages are in brackets"
  [ "$(uname -sm)" = "Linux x86_64" ] || die "this machine is no x86-64 Linux" "uname says $(uname -sm)" "use BAZELW=system with your own bazelisk"
}

# The mirror of Debian that this machine already uses: this asks nobody, and works before the first apt-get update.
mirror() {
  local found
  found=${VIRTMCU_DEBIAN_MIRROR:-$(APT_CONFIG='' apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*/debian\)/dists/.*|\1|p" | head -n 1 || true)}
  [ -n "$found" ] || die "looking for Debian's mirror" "APT's sources name none" "set VIRTMCU_DEBIAN_MIRROR to the address that you use"
  echo "$found"
}

# get_pooled FILE SUM TO: a file of Debian's pool, by its path there; whether it is there now. What went wrong is the last line of
# log/apt-helper.log.
get_pooled() {
  [ ! -e "$3" ] || return 0
  say "getting ${1##*/}"
  # APT's own downloader checks the sum, and knows this machine's proxies.
  if ! /usr/lib/apt/apt-helper download-file "$(mirror)/pool/main/$1" "$3.new" "SHA256:$2" > "$home/log/apt-helper.log" 2>&1; then
    rm -f "$3.new" "$3.new.FAILED"
    return 1
  fi
  mv "$3.new" "$3"
}

# private_apt FOLDER [SOURCES]: an APT configuration whose state is all below FOLDER; without SOURCES the machine's own sources.
private_apt() {
  local folder=$1 sources=${2:-}
  mkdir -p "$folder"/{lists/partial,archives/partial,etc}
  [ -e "$folder/status" ] || : > "$folder/status"
  {
    if [ -n "$sources" ]; then
      echo "Dir::Etc \"$folder/etc\"; Dir::Etc::sourcelist \"$sources\"; Dir::Etc::sourceparts \"/dev/null\"; Dir::Etc::preferencesparts \"/dev/null\";"
      # Old testing indexes count as expired after a week; what they name is still checked by its sum.
      echo 'Acquire::Check-Valid-Until "false";'
    fi
    cat << EOF
Dir::Etc::parts "/dev/null"; Dir::State "$folder"; Dir::State::status "$folder/status"; Dir::Cache "$folder";
Acquire::Languages "none"; APT::Architecture "amd64"; APT::Install-Recommends "false"; APT::Sandbox::User "root"; Acquire::Retries "3";
EOF
  } > "$folder/apt.conf"
  export APT_CONFIG=$folder/apt.conf
}

# unpack FOLDER DEB...: without manuals and the like
unpack() {
  local to=$1 deb
  shift
  mkdir -p "$to"
  for deb in "$@"; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$to" --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' ||
      return 1
  done
}

# get_programs NAME SUITE CHECK PACKAGE...: what is in these packages, and in all that they need, in apt-NAME/root, if CHECK finds good
# what SUITE has. Whether it could be had; if not, the last line of log/apt-NAME.log says why.
get_programs() {
  local apt=$home/apt-$1 log=$home/log/apt-$1.log suite=$2 check=$3 got=1
  shift 3
  rm -rf "$apt"
  mkdir -p "$apt"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $suite main" > "$apt/sources.list"
  private_apt "$apt" "$apt/sources.list"
  # Nothing here may rely on set -e: who asks whether it could be had has turned it off.
  if apt-get update > "$log" 2>&1 && "$check" && apt-get -y --download-only install "$@" > "$log" 2>&1 &&
    unpack "$apt/root" "$apt"/archives/*.deb >> "$log" 2>&1; then
    got=0
  fi
  unset APT_CONFIG
  return "$got"
}

# collect_programs NAME FOLDER PROGRAM...: of what get_programs got the programs in bin/, and of the libraries those that they need and
# their dynamic linker in lib/. Whether all of them are there, and the log, as of get_programs.
collect_programs() {
  local root=$home/apt-$1/root log=$home/log/apt-$1.log to=$2 program needed
  local linker=$root/usr/lib64/ld-linux-x86-64.so.2
  shift 2
  {
    rm -rf "$to" "$to.new" && mkdir -p "$to.new/bin" "$to.new/lib" && cp -L "$linker" "$to.new/lib/" || return 1
    for program in "$@"; do
      cp -L "$root/usr/bin/$program" "$to.new/bin/" || return 1
      needed=$("$linker" --library-path "$root/usr/lib/x86_64-linux-gnu" --list "$root/usr/bin/$program") || return 1
      sed -n 's|.* => \(.*\) (0x.*|\1|p' <<< "$needed" | xargs -r -d '\n' cp -uL -t "$to.new/lib" || return 1
    done
    mv "$to.new" "$to"
  } >> "$log" 2>&1
}
