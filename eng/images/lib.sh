# shellcheck shell=bash disable=SC2154
# What the image scripts share. Each names its inputs in `sources` and makes its image in build().
#   image.sh [OUT]    OUT: the image's path; default: a cache, where a second call finds it built
# The image's path is the last line of standard output; all else goes to standard error. OUT.sha256 is written beside it.

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

need() {
  command -v "$1" > /dev/null || fail "$1 is not installed: apt-get install $2"
}

# Downloads packages into the current folder. Without usable package lists a private copy of them is fetched: no root needed.
download() {
  [ ! -d "$work/apt" ] || use_own_lists
  apt-get "${apt_options[@]}" -qq download "$@" > /dev/null 2>&1 && return
  echo "${0##*/}: fetching package lists" >&2
  mkdir -p "$work"/apt/{lists,cache}/partial
  use_own_lists
  apt-get "${apt_options[@]}" -qq update > "$work/apt/log" 2>&1 && apt-get "${apt_options[@]}" -qq download "$@" >> "$work/apt/log" 2>&1 && return
  cat "$work/apt/log" >&2
  fail "apt-get cannot download $* (is this machine a Debian with a reachable package mirror?)"
}

use_own_lists() {
  apt_options=(-o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" -o Debug::NoLocking=1 -o APT::Update::Post-Invoke::=)
}

main() {
  local cache name key out
  PATH=$PATH:/usr/sbin:/sbin
  name=$(basename "$0" .sh)
  cache=${LIMIQUANTIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/limiquantix}/guest-images
  key=$(cat "${sources[@]}" "$here/lib.sh" | sha256sum | cut -c1-16)
  out=$(readlink -m -- "${1:-$cache/$name-$key.qcow2}")
  mkdir -p "$(dirname "$out")"
  exec 8> "$(dirname "$out")/.$(basename "$out").lock"
  flock 8
  if [ -f "$out" ] && [ "$(cat "$out.key" 2> /dev/null)" = "$key" ]; then
    echo "$out"
    return
  fi
  echo "${0##*/}: building $out" >&2
  work=$(mktemp -d "${TMPDIR:-/tmp}/lq-image-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  apt_options=()
  build "$work/image.qcow2"
  chmod 644 "$work/image.qcow2"
  mv "$work/image.qcow2" "$out.new"
  (cd "$(dirname "$out")" && printf '%s  %s\n' "$(sha256sum < "$out.new" | cut -d' ' -f1)" "$(basename "$out")") > "$out.sha256"
  mv "$out.new" "$out"
  echo "$key" > "$out.key"
  # Builds of older versions of the scripts go when nothing can still use them as a backing file.
  [ -n "${1:-}" ] || find "$cache" -maxdepth 1 -name "*$name-*" ! -name "*$name-$key*" -type f -mtime +7 -delete
  echo "$out"
}
