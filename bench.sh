#!/usr/bin/env bash
# Measures ours beside the peers.
#   ./bench.sh NAME [--quick]    runs benchmarks/peers/NAME/run.sh
#   ./bench.sh micro [--quick]   the hot paths one by one, time and allocation: benchmarks/LimiQuantix.Benchmarks/run.sh
#   ./bench.sh                   lists the names
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
cd "$(dirname "$0")"
# shellcheck source=eng/setup.sh
. eng/setup.sh

names=(micro)
for run in benchmarks/peers/*/run.sh; do
  [ ! -f "$run" ] || names+=("$(basename "$(dirname "$run")")")
done
name=${1:-}
case $name in
  micro) run=benchmarks/LimiQuantix.Benchmarks/run.sh ;;
  *) run=benchmarks/peers/$name/run.sh ;;
esac
if [ -z "$name" ] || [ ! -f "$run" ] || [[ $name == */* ]]; then
  [ -z "$name" ] || say "there is no benchmark '$name'"
  say "usage: ./bench.sh NAME [--quick]; names: ${names[*]}"
  exit 2
fi
shift
need_dotnet
exec "$run" "$@"
