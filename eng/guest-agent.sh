#!/usr/bin/env bash
# Builds the guest agent as a guest runs it: one native file that needs the C library (2.34 or later) and nothing else.
#   guest-agent.sh [x64|arm64] [OUT]    prints the path of the binary; the same sources are built once
# arm64 is cross-built on x64: it needs gcc-aarch64-linux-gnu. Both need gcc and zlib1g-dev.
# The build must run where glibc is no newer than the oldest guest's: Debian 12 has 2.36 and gives binaries that ask for 2.34.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() {
  echo "guest-agent.sh: $*" >&2
  exit 1
}
architecture=${1:-x64}
case $architecture in
  x64) compiler=gcc prefix='' ;;
  arm64) compiler=aarch64-linux-gnu-gcc prefix=aarch64-linux-gnu- ;;
  *) fail "there is no build for '$architecture': x64 or arm64" ;;
esac
[ "$architecture" != "$(uname -m | sed 's/aarch64/arm64/')" ] || compiler=gcc prefix=''
command -v "$compiler" > /dev/null || fail "$compiler is not installed: apt-get install gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
cache=${LIMIQUANTIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/limiquantix}/guest-agent
key=$({
  git ls-files -co --exclude-standard src/LimiQuantix.Guest src/LimiQuantix.Guest.Agent | grep -vE '\.(md|txt)$' | LC_ALL=C sort | xargs -d '\n' sha256sum
  cat Directory.Build.props Directory.Packages.props eng/Library.props "$0"
} | sha256sum | cut -c1-16)
out=$(readlink -m -- "${2:-$cache/$key-$architecture/limiquantix-guest-agent}")
mkdir -p "$(dirname "$out")"
exec 8> "$(dirname "$out")/.lock"
flock 8
if [ -x "$out" ] && [ "$(cat "$out.key" 2> /dev/null)" = "$key" ]; then
  echo "$out"
  exit 0
fi
echo "guest-agent.sh: building $out" >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/lq-agent-XXXXXX")
trap 'rm -rf "$work"' EXIT
# From a copy: what the usual build has in obj/ stays as it is.
mkdir -p "$work/src" "$work/eng"
cp Directory.* global.json nuget.config .editorconfig "$work/"
cp eng/Library.* eng/icon.png "$work/eng/"
cp src/Directory.Build.props "$work/src/"
for project in LimiQuantix.Guest LimiQuantix.Guest.Agent; do
  (cd src && tar -c --exclude=bin --exclude=obj "$project") | tar -x -C "$work/src"
done
if [ -n "$prefix" ]; then
  # The SDK speaks to a cross compiler as to clang, which is told the processor; a gcc of that processor knows it.
  cat > "$work/cc" << CC
#!/bin/bash
for argument; do shift; [[ \$argument == --target=* ]] || set -- "\$@" "\$argument"; done
exec $compiler "\$@"
CC
  chmod +x "$work/cc"
  compiler=$work/cc
fi
MSBUILDDISABLENODEREUSE=1 dotnet publish "$work/src/LimiQuantix.Guest.Agent" -c Release -r "linux-$architecture" -o "$work/out" -nologo -v q -clp:NoSummary -nodeReuse:false \
  -p:PublishAot=true -p:StripSymbols=true -p:CppCompilerAndLinker="$compiler" -p:ObjCopyName="${prefix}objcopy" -p:SysRoot= -p:PathMap="$work=/_" -p:RunAnalyzers=false -p:WarningsNotAsErrors=RS0016 >&2
install -m 755 "$work/out/limiquantix-guest-agent" "$out.new"
mv "$out.new" "$out"
echo "$key" > "$out.key"
# Builds of older sources go when nothing can still use them.
[ -n "${2:-}" ] || find "$cache" -mindepth 1 -maxdepth 1 -type d ! -name "$key-*" -mtime +7 -exec rm -rf {} +
echo "$out"
