#!/usr/bin/env bash
# Builds everything once and runs the tests: first those that need nothing installed, then those on real parts (libvirtd, QEMU).
#   ./test.sh            all of them; installs what is missing (apt)
#   ./test.sh --quick    only those that need nothing installed; under two minutes
#   ./test.sh --soak     all of them, with millions of inputs where a normal run takes thousands; writes docs/soak.md
#   ./test.sh --only NAME   the test programs of that name alone, such as LimiQuantix.Rfb.Tests; with the others, or without
# The last line is "N passed, N failed, N skipped". Exit code 0 only when something ran and nothing failed.
set -uo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
cd "$(dirname "$0")" || exit 1
# shellcheck source=eng/setup.sh
. eng/setup.sh

quick='' only='*'
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --soak) export LIMIQUANTIX_SOAK=1 ;;
    --only) only=${2:?--only needs a name}; shift ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
need_dotnet
if [ -z "$quick" ]; then
  install_packages "${machine_packages[@]}" "${tiny_packages[@]}" "${test_packages[@]}" || exit 1
fi

# Whatever this run starts inherits the mark, and every folder it makes lies in its own: what is left over can be found and ended.
export LIMIQUANTIX_TEST_RUN=$$-$RANDOM
scratch=$(mktemp -d /tmp/lqt-XXXXXX)
# Some tests are other users.
chmod 1777 "$scratch"
export TMPDIR=$scratch
passed=0 failed=0 skipped=0 broken=()
[ -z "${LIMIQUANTIX_SOAK:-}" ] || export LIMIQUANTIX_SOAK_NOTES=$scratch/soak-notes

# The processes of this run that still live: the mark is in the environment that they began with.
left_running() {
  local process
  for process in /proc/[0-9]*; do
    grep -qsz "^LIMIQUANTIX_TEST_RUN=$LIMIQUANTIX_TEST_RUN\$" "$process/environ" || continue
    echo "${process#/proc/} $(tr '\0' ' ' 2> /dev/null < "$process/cmdline" | cut -c 1-160)"
  done
}

clean_up() {
  trap - EXIT
  local state all compiler='VBCSCompiler|MSBuild\.dll'
  for state in "$scratch"/lq-*/d; do
    [ -f "$state/options" ] || continue
    say "left running: libvirtd in $state"
    broken+=("a private libvirtd was left running")
    as_root eng/libvirtd.sh down "$state"
  done
  all=$(left_running)
  if grep -vE "$compiler" <<< "$all" | grep -q .; then
    say "left running:"$'\n'"$(grep -vE "$compiler" <<< "$all")"
    broken+=("processes were left running")
  fi
  # The build's compiler server would wait for more work; it goes too.
  cut -d ' ' -f 1 <<< "$all" | xargs -r kill 2> /dev/null
  rm -rf "$scratch" 2> /dev/null || as_root rm -rf "$scratch"
}

interrupt() {
  local all
  all=$(left_running)
  cut -d ' ' -f 1 <<< "$all" | xargs -r kill 2> /dev/null
  # A test program that is asked to end may need a moment to end what it started.
  for _ in 1 2 3 4 5; do [ -z "$(left_running)" ] || sleep 1; done
  clean_up
  exit 130
}
trap interrupt INT TERM
trap clean_up EXIT

# count WORD LOG: a number of a test program's summary.
count() {
  local number
  number=$(sed -n "s/^  $1: \([0-9][0-9]*\)\$/\1/p" "$2" | tail -n 1)
  echo "${number:-0}"
}

# run FILTER: each test program with the tests of the filter; prints its summary and adds it up.
run() {
  local project name program log code kept began root=()
  # Tests on real parts are root's: they start their own libvirtd.
  if [ "$1" = 'TestCategory=Integration' ] && [ "$(id -u)" -ne 0 ] && command -v sudo > /dev/null; then
    kept=CI,TMPDIR,HOME,PATH,DOTNET_ROOT,LIMIQUANTIX_SOAK,LIMIQUANTIX_SOAK_NOTES,LIMIQUANTIX_TEST_RUN,LIMIQUANTIX_CACHE
    root=(sudo "--preserve-env=$kept")
  fi
  for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    # shellcheck disable=SC2254 # a pattern is what is meant
    case $name in $only) ;; *) continue ;; esac
    program=tests/$name/bin/Debug/net10.0/$name
    log=$scratch/$name.log
    began=$SECONDS
    timeout -k 60 "$patience" "${root[@]}" "$program" --filter "$1" --no-progress --ansi off --results-directory "$scratch/results" < /dev/null > "$log" 2>&1 &
    # Waiting, unlike a program in the foreground, lets the traps run at once.
    wait $!
    code=$?
    # 8: no test of this filter in this program.
    [ $code -ne 8 ] || continue
    echo "== $name: $(count succeeded "$log") passed, $(count failed "$log") failed, $(count skipped "$log") skipped, $(sed -n 's/^  duration: //p' "$log" | tail -n 1)"
    if [ $code -ne 0 ]; then
      cat "$log"
      [ $code -ne 124 ] && [ $code -ne 137 ] || echo "$name did not end in time"
      broken+=("$name ended with $code")
    elif [ "$(count total "$log")" -eq 0 ]; then
      cat "$log"
      broken+=("$name printed no summary")
    elif [ "$(count skipped "$log")" -ne 0 ]; then
      grep -A 2 '^skipped ' "$log" | head -n 60
    fi
    echo "| $name | $1 | $(count succeeded "$log") | $(count failed "$log") | $(count skipped "$log") | $((SECONDS - began)) |" >> "$scratch/programs"
    passed=$((passed + $(count succeeded "$log")))
    failed=$((failed + $(count failed "$log")))
    skipped=$((skipped + $(count skipped "$log")))
  done
}

# The report of a soak: what ran, how much of it, how it ended. An interrupted run leaves the former one.
report() {
  local commit
  commit=$(git rev-parse --short HEAD 2> /dev/null)
  {
    echo '# Soak'
    echo
    echo "The long forms of the tests, written by \`./test.sh --soak\`: every count is of what ran to its end and was right."
    echo
    echo "$(date -u '+%Y-%m-%d %H:%M') UTC, commit ${commit:-unknown}, $(nproc) processors, $SECONDS s with the build, test programs: $only"
    printf '\n| program | tests | passed | failed | skipped | seconds |\n|---|---|---|---|---|---|\n'
    cat "$scratch/programs"
    printf '\n| count | what |\n|---|---|\n'
    sort -u "$scratch/soak-notes" 2> /dev/null | sort -t '|' -k 3
  } > docs/soak.md
}

# A test program's whole time; a soak has more to do.
patience=45m
[ -z "${LIMIQUANTIX_SOAK:-}" ] || patience=6h

echo "== build"
dotnet build LimiQuantix.sln -nologo -v q -clp:NoSummary &
if ! wait $!; then
  echo "the build failed"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
run 'TestCategory!=Integration'
[ -n "$quick" ] || run 'TestCategory=Integration'
[ -z "${LIMIQUANTIX_SOAK:-}" ] || report
clean_up
if [ ${#broken[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${broken[@]}"
  [ "$failed" -gt 0 ] || failed=${#broken[@]}
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
