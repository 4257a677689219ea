#!/usr/bin/env bash
# LibvirtSharp beside libvirt-python, P/Invoke and virsh: the same work on one private daemon, interleaved.
#   run.sh [--quick]      writes benchmarks/results/libvirt.{json,md}; --quick writes them to a temporary folder
# Needs root, libvirt-daemon-system, qemu-system-x86, libvirt-clients and python3-libvirt.
set -euo pipefail
cd "$(dirname "$0")/../../.."
fail() { echo "bench libvirt: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "a private libvirtd needs root"
command -v virsh > /dev/null || fail "virsh is missing: apt-get install libvirt-clients"
/usr/bin/python3 -c 'import libvirt' 2> /dev/null || fail "libvirt-python is missing: apt-get install python3-libvirt"

work=$(mktemp -d /tmp/lq-bench-XXXXXX)
trap 'eng/libvirtd.sh down "$work/daemon" > /dev/null 2>&1 || true; rm -rf "$work"' EXIT
dotnet build -c Release -v q -nologo benchmarks/peers/libvirt/LibvirtSharp.Peer
uri=$(eng/libvirtd.sh up "$work/daemon" | tail -n 1)
mkdir "$work/volumes"
output=benchmarks/results/libvirt
if [ "${1:-}" = --quick ]; then output=$work/libvirt; fi
mkdir -p benchmarks/results
/usr/bin/python3 benchmarks/peers/libvirt/compare.py "$uri" "$work/volumes" \
  benchmarks/peers/libvirt/LibvirtSharp.Peer/bin/Release/net10.0/LibvirtSharp.Peer "$output" "$@"
