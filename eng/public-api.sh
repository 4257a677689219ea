#!/usr/bin/env bash
# Writes a library's PublicAPI.Unshipped.txt from its code, so that a change of the public surface shows in the diff.
#   eng/public-api.sh src/LimiQuantix.Abstractions     one project
#   eng/public-api.sh                                  all of them, dependencies first
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
cd "$(dirname "$0")/.."
projects=("$@")
if [ $# -eq 0 ]; then
  mapfile -t projects < <(printf '%s\n' src/LimiQuantix.Abstractions src/LibvirtSharp src/LimiQuantix.Disks src/LimiQuantix.Rfb; ls -d src/* plugins/* | grep -vE 'LimiQuantix.Abstractions$|LibvirtSharp$|LimiQuantix.Rfb$|\.props$')
fi
for p in "${projects[@]}"; do
  p=${p%/}; file=$p/PublicAPI.Unshipped.txt
  [ -f "$file" ] || continue
  printf '#nullable enable\n' > "$file"
  # The analyzer's own message carries the line it wants; RS0037 and RS0017 do not arise from an empty file.
  log=$(dotnet build "$p" --no-incremental -nologo -p:WarningsNotAsErrors=RS0016 2>&1 | grep -oE "RS0016: Symbol '.*' is not part" | sed -E "s/^RS0016: Symbol '(.*)' is not part$/\1/" | LC_ALL=C sort -u || true)
  shipped=$(cat "$p/PublicAPI.Shipped.txt")
  { printf '#nullable enable\n'; [ -z "$log" ] || printf '%s\n' "$log" | grep -vxF -f <(printf '%s\n' "$shipped") || true; } > "$file.new"
  mv "$file.new" "$file"
  echo "$p: $(($(wc -l < "$file") - 1)) public symbols"
done
