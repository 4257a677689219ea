#!/usr/bin/env bash
# Packs every library of this repository into a folder, which is a NuGet feed by that alone.
#   eng/pack.sh FEED [ARGUMENTS]    ARGUMENTS go to each `dotnet pack`, such as --no-build -c Debug
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
[ $# -ge 1 ] || { sed -n '2,3s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
feed=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")/.."
for project in src/*/*.csproj plugins/*/*.csproj; do
  ! grep -q '<IsPackable>false' "$project" || continue
  dotnet pack "$project" -o "$feed" -nologo -v q -nodeReuse:false "$@"
done
echo "$(find "$feed" -name '*.nupkg' | wc -l) packages in $feed"
