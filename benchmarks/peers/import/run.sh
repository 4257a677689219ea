#!/usr/bin/env bash
# Download and verify one image over loopback HTTP: ours beside curl | tee | sha256sum, curl | tee | openssl and aria2c.
#   ./bench.sh import            512 MiB, 5 rounds, interleaved; writes benchmarks/results/import.{json,md}
#   ./bench.sh import --quick    64 MiB, 1 round; prints only
# Every side ends with the file on the disk (fsync) and its SHA-256 compared; ours also inspects it and moves it into a library.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
need_dotnet
install_packages curl:curl openssl:openssl aria2c:aria2 nginx:nginx-light

size_mib=512 rounds=5 quick=
if [ "${1:-}" = --quick ]; then size_mib=64 rounds=1 quick=1; fi
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$work"' EXIT

say "building"
dotnet build benchmarks/peers/import/LimiQuantix.ImportPeer -c Release -v q -nologo >&2
ours=benchmarks/peers/import/LimiQuantix.ImportPeer/bin/Release/net10.0/LimiQuantix.ImportPeer

# A raw disk whose bytes do not compress, with one partition over all of it.
image=$work/www/disk.img
mkdir -p "$work/www" "$work/out"
head -c "${size_mib}M" /dev/zero | openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 00000000000000000000000000000000 > "$image"
sectors=$((size_mib * 2048 - 1))
{
  head -c 446 /dev/zero
  printf '\x80\0\0\0\x83\0\0\0\x01\0\0\0'
  # shellcheck disable=SC2059
  printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((sectors & 255)) $((sectors >> 8 & 255)) $((sectors >> 16 & 255)) $((sectors >> 24 & 255)))"
  head -c 48 /dev/zero
  printf '\x55\xaa'
} | dd of="$image" conv=notrunc status=none
digest=$(sha256sum "$image" | cut -d' ' -f1)

# nginx on a free port; /slow/ gives each connection 32 MiB a second, as a far mirror does.
port=$(( 20000 + RANDOM % 20000 ))
cat > "$work/nginx.conf" <<EOF
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events {}
http {
  access_log off;
  sendfile on;
  client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
  server {
    listen 127.0.0.1:$port;
    root $work/www;
    location /slow/ { alias $work/www/; limit_rate 32m; }
  }
}
EOF
chmod 755 "$work" # nginx's worker is another user
PATH=$PATH:/usr/sbin nginx -c "$work/nginx.conf" &
server=$!
for _ in $(seq 50); do curl -sf -o /dev/null -r 0-0 "http://127.0.0.1:$port/disk.img" && break; sleep 0.1; done

ours() { "$ours" "$1" "sha256:$digest" "$work/out/library" > /dev/null; }
curl_sha256sum() { [ "$(curl -sf "$1" | tee "$work/out/file" | sha256sum | cut -d' ' -f1)" = "$digest" ] && sync "$work/out/file"; }
curl_openssl() { [ "$(curl -sf "$1" | tee "$work/out/file" | openssl dgst -sha256 -r | cut -d' ' -f1)" = "$digest" ] && sync "$work/out/file"; }
aria2() {
  aria2c -q -x4 -s4 -k1M --file-allocation=none --checksum="sha-256=$digest" -d "$work/out" -o file "$1" && sync "$work/out/file"
}
sides=(ours curl_sha256sum curl_openssl aria2)

# measure SIDE URL FILE: appends wall and CPU seconds.
TIMEFORMAT='%R %U %S'
measure() {
  rm -rf "$work/out"
  mkdir -p "$work/out"
  sync
  local seconds
  seconds=$({ time "$1" "$2" >&2; } 2>&1 | tail -1)
  [ -n "$(find "$work/out" -name '*.raw' -o -name file)" ] || { say "$1 failed"; exit 1; }
  echo "$seconds" >> "$3"
}

for round in $(seq 0 "$rounds"); do
  for path in fast slow; do
    url=http://127.0.0.1:$port/disk.img
    [ "$path" = fast ] || url=http://127.0.0.1:$port/slow/disk.img
    for side in "${sides[@]}"; do
      # Round 0 warms up, and is kept out unless it is the only one.
      out=$work/$path.$side
      [ "$round" -gt 0 ] || out=$work/warm-up
      measure "$side" "$url" "$out"
    done
  done
  [ "$round" -eq 0 ] || say "round $round of $rounds: $(for side in "${sides[@]}"; do printf '%s %s s, ' "$side" "$(tail -1 "$work/fast.$side" | cut -d' ' -f1)"; done)"
done

median() { cut -d' ' -f"$2" "$1" | sort -n | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
cpu() { awk '{ print $2 + $3 }' "$1" | sort -n | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
rows=()
row() { # WORK UNIT OURS PEER PEER-NAME TARGET
  rows+=("$(awk -v w="$1" -v u="$2" -v o="$3" -v p="$4" -v n="$5" -v t="$6" \
    'BEGIN { printf "{\"work\":\"%s\",\"unit\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,\"peerName\":\"%s\",\"ratio\":%.2f,\"target\":%s}", w, u, o, p, n, (p > 0 ? o / p : 0), t }')")
}
name() { case $1 in curl_sha256sum) echo 'curl | tee | sha256sum' ;; curl_openssl) echo 'curl | tee | openssl' ;; aria2) echo 'aria2c -x4 --checksum' ;; esac; }
for path in fast slow; do
  what="download and verify $size_mib MiB"
  [ "$path" = fast ] || what="$what, 32 MiB/s per connection"
  for side in "${sides[@]:1}"; do
    target=0.7
    [ "$side" != aria2 ] || target=0.5
    # At a capped speed aria2c has as many connections as we have: there is nothing to win but the digest.
    [ "$side-$path" != aria2-slow ] || target=1.0
    row "$what" "s wall" "$(median "$work/$path.ours" 1)" "$(median "$work/$path.$side" 1)" "$(name "$side")" "$target"
    [ "$path" != fast ] || row "$what" "s CPU" "$(cpu "$work/$path.ours")" "$(cpu "$work/$path.$side")" "$(name "$side")" 1.0
  done
done

json=$(printf '%s\n' "${rows[@]}" | paste -sd,)
json="{\"rows\":[$json]}"
table=$(
  echo "| work | unit | ours | peer | | ratio | target |"
  echo "|---|---|---|---|---|---|---|"
  printf '%s\n' "${rows[@]}" | sed -E 's/^\{"work":"(.*)","unit":"(.*)","ours":(.*),"peer":(.*),"peerName":"(.*)","ratio":(.*),"target":(.*)\}$/\1\t\2\t\3\t\4\t\5\t\6\t\7/' |
    awk -F'\t' '{ gsub(/\|/, "\\|", $5); printf "| %s | %s | %s | %s | %s | %s | %s |\n", $1, $2, $3, $4, $5, $6, $7 }'
)
echo "$table"
if [ -z "$quick" ]; then
  mkdir -p benchmarks/results
  echo "$json" > benchmarks/results/import.json
  {
    echo "# Image import beside its peers"
    echo
    echo "\`./bench.sh import\` on $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(date -u +%Y-%m-%d), load average $(cut -d' ' -f1-3 /proc/loadavg)."
    echo "Medians of $rounds interleaved rounds; the source is warm; each side ends with the file flushed to the disk and its SHA-256 compared."
    echo "Ours starts a .NET process, downloads over 4 connections, verifies, inspects and commits to a library."
    echo
    echo "$table"
  } > benchmarks/results/import.md
fi
