#!/usr/bin/env bash
# Measures ours beside the peers.
#   ./bench.sh NAME [--quick]    runs benchmarks/peers/NAME/run.sh
#   ./bench.sh                   lists the names
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=eng/setup.sh
. eng/setup.sh

names=()
for run in benchmarks/peers/*/run.sh; do
  [ ! -f "$run" ] || names+=("$(basename "$(dirname "$run")")")
done
name=${1:-}
if [ -z "$name" ] || [ ! -f "benchmarks/peers/$name/run.sh" ] || [[ $name == */* ]]; then
  [ -z "$name" ] || say "there is no benchmark '$name'"
  say "usage: ./bench.sh NAME [--quick]; names: ${names[*]:-none yet}"
  exit 2
fi
shift
need_dotnet
exec "benchmarks/peers/$name/run.sh" "$@"
