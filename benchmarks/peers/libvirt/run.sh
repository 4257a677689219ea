#!/usr/bin/env bash
# LibvirtSharp beside libvirt-python, P/Invoke and virsh: the same work on one private daemon, interleaved.
#   run.sh [--quick]      writes benchmarks/results/libvirt.{json,md}; --quick writes them to a temporary folder
# Needs root; installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
[ "$(id -u)" = 0 ] || { say "bench libvirt: a private libvirtd needs root"; exit 1; }
need_dotnet
install_packages "${machine_packages[@]}" virsh:libvirt-clients "$python_libvirt"

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
