#!/usr/bin/env bash
# Ovsdb beside Open vSwitch's Python IDL, ovn-nbctl and a bare socket: the same work on private servers, interleaved.
#   run.sh [--quick]      writes benchmarks/results/ovsdb.{json,md}; --quick writes them to a temporary folder
# Installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
need_dotnet
install_packages "${ovsdb_packages[@]}"

work=$(mktemp -d /tmp/lq-bench-XXXXXX)
clean() {
  for pid in "$work"/*.pid; do [ ! -f "$pid" ] || kill "$(cat "$pid")" 2> /dev/null || true; done
  rm -rf "$work"
}
trap clean EXIT
dotnet build -c Release -v q -nologo benchmarks/peers/ovsdb/Ovsdb.Peer
schema=$PWD/eng/Ovsdb.Generator/Data/ovn-nb.ovsschema
for name in small large; do
  ovsdb-tool create "$work/$name.db" "$schema"
  ovsdb-server "$work/$name.db" --remote="punix:$work/$name.sock" --unixctl="$work/$name.ctl" --pidfile="$work/$name.pid" --no-chdir --detach \
    -vconsole:off -vsyslog:off --log-file="$work/$name.log"
done
output=benchmarks/results/ovsdb
if [ "${1:-}" = --quick ]; then output=$work/ovsdb; fi
mkdir -p benchmarks/results
/usr/bin/python3 benchmarks/peers/ovsdb/compare.py "$work" "$schema" benchmarks/peers/ovsdb/Ovsdb.Peer/bin/Release/net10.0/Ovsdb.Peer "$output" "$@"
if [ "${1:-}" = --quick ]; then cat "$output.md"; fi
