#!/usr/bin/env bash
# Netlink beside ip, bridge and pyroute2: the same work in network namespaces, interleaved.
#   run.sh [--quick]      writes benchmarks/results/netlink.{json,md}; --quick writes them to a temporary folder
# Needs root; installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
[ "$(id -u)" = 0 ] || { say "bench netlink: network namespaces need root"; exit 1; }
need_dotnet
install_packages ip:iproute2 /usr/lib/python3/dist-packages/pyroute2:python3-pyroute2

work=$(mktemp -d /tmp/lq-bench-XXXXXX)
# shellcheck disable=SC2154 # the names are found when it ends
trap 'for n in $(ip netns list | cut -d " " -f 1 | grep "^nlbench" || true); do ip netns del "$n"; done; rm -rf "$work"' EXIT
dotnet build -c Release -v q -nologo benchmarks/peers/netlink/Netlink.Peer
output=benchmarks/results/netlink
if [ "${1:-}" = --quick ]; then output=$work/netlink; fi
mkdir -p benchmarks/results
/usr/bin/python3 benchmarks/peers/netlink/compare.py benchmarks/peers/netlink/Netlink.Peer/bin/Release/net10.0/Netlink.Peer "$output" "$@"
if [ "${1:-}" = --quick ]; then cat "$output.md"; fi
