#!/usr/bin/env bash
# Makes the disc from which a guest installs the agent (install.sh on it), for the processors that were asked for. Its name holds the digest of
# what is on it: a disc that a machine was given stays the same whatever is built later.
#   guest-agent-iso.sh FOLDER [x64] [arm64]    prints the path of the image; default both
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { sed -n '4p' "$0" | sed 's/^# *//' >&2; exit 2; }
command -v xorriso > /dev/null || { echo "guest-agent-iso.sh: xorriso is not installed: apt-get install xorriso" >&2; exit 1; }
folder=$(readlink -m -- "$1")
shift
[ $# -gt 0 ] || set -- x64 arm64
work=$(mktemp -d "${TMPDIR:-/tmp}/lq-iso-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/disc" "$folder"
for architecture; do install -m 755 "$(eng/guest-agent.sh "$architecture")" "$work/disc/limiquantix-guest-agent-$architecture"; done
install -m 755 eng/guest-agent/install.sh "$work/disc/"
install -m 644 eng/guest-agent/{guest-agent.conf,limiquantix-guest-agent.service,99-limiquantix-guest-agent.rules} "$work/disc/"
export SOURCE_DATE_EPOCH=1700000000
find "$work/disc" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
digest=$(cd "$work/disc" && sha256sum -- * | sha256sum | cut -c1-32)
out=$folder/limiquantix-guest-agent-$digest.iso
if [ ! -f "$out" ]; then
  xorriso -as mkisofs -quiet -V LQAGENT -R -J -o "$work/agent.iso" "$work/disc" >&2
  mv "$work/agent.iso" "$out"
fi
echo "$out"
