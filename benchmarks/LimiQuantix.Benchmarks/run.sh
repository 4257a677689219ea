#!/usr/bin/env bash
# The hot paths one by one, in time and in allocated bytes.
#   ./bench.sh micro                       all of them; writes benchmarks/results/micro.{json,md}
#   ./bench.sh micro --quick               a short form; prints only
#   ./bench.sh micro --allocations         only compares what they allocate with allocations.json (seconds)
#   ./bench.sh micro --allow WORK WHY      takes a figure that has risen, or a new benchmark's, into allocations.json, with the reason
#   ./bench.sh micro --lower               takes the figures that have fallen
# A benchmark that allocates more than its figure, or less without having said so, ends the run before anything is timed.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
need_dotnet

here=benchmarks/LimiQuantix.Benchmarks
say "building"
dotnet build $here -c Release -v q -nologo -clp:NoSummary >&2
program=$here/bin/Release/net10.0/LimiQuantix.Benchmarks
book=$here/allocations.json
case ${1:-} in
  --allow) exec "$program" allow $book "${2:?--allow needs a benchmark and a reason}" "${3:?--allow needs a reason}" ;;
  --lower) exec "$program" lower $book ;;
  --allocations) exec "$program" allocations $book ;;
  --quick) mode=--quick ;;
  '') mode='' ;;
  *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac
"$program" allocations $book
if [ -n "$mode" ]; then exec "$program" run --quick; fi
exec "$program" run benchmarks/results
