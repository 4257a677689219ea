#!/usr/bin/env bash
# Decoding what QEMU's VNC server sends: ours beside libvncclient (libvnc_peer.c), on the same captures replayed over a unix socket.
#   ./bench.sh rfb            7 rounds, interleaved; writes benchmarks/results/rfb.{json,md}
#   ./bench.sh rfb --quick    short captures, 1 round; prints only
# The captures are made first: a guest shows frames of a real X desktop, a client follows its screen in each encoding.
set -euo pipefail
cd "$(dirname "$0")/../../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
need_dotnet
install_packages qemu-system-x86_64:qemu-system-x86 Xtigervnc:tigervnc-standalone-server xwd:x11-apps xterm:xterm /usr/share/fonts/X11/misc:xfonts-base gcc:gcc,libc6-dev,binutils \
  /usr/include/rfb/rfbclient.h:libvncserver-dev python3:python3

seconds=30 rounds=7 warm_ups=30 repeats=5 quick=
if [ "${1:-}" = --quick ]; then seconds=5 rounds=1 warm_ups=10 repeats=2 quick=1; fi
work=$(mktemp -d)
started=()
trap 'for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done; wait; rm -rf "$work"' EXIT

say "building"
here=benchmarks/peers/rfb
dotnet build $here/LimiQuantix.RfbPeer -c Release -v q -nologo >&2
ours=$here/LimiQuantix.RfbPeer/bin/Release/net10.0/LimiQuantix.RfbPeer
gcc -O2 -o "$work/libvnc_peer" $here/libvnc_peer.c -lvncclient

say "frames of a desktop"
exec 3< <(exec Xtigervnc -displayfd 1 -geometry 1024x768 -depth 24 -nolisten tcp -rfbport -1 -SecurityTypes None -rfbunixpath "$work/x" 2> /dev/null)
started+=($!)
read -r -t 60 display <&3
export DISPLAY=:$display
# What the windows show is the same on every machine of the same system: its own headers, scrolling.
xterm -geometry 100x45+20+40 -fg '#d0d0d0' -bg '#202830' -e sh -c 'while :; do for f in /usr/include/*.h; do cat "$f"; sleep 0.2; done; done' & started+=($!)
xlogo -render -fg '#123456' -bg '#fedcba' -geometry 280x240+700+60 & started+=($!)
xclock -update 1 -geometry 200x200+780+360 & started+=($!)
xeyes -geometry 200x140+700+590 & started+=($!)
sleep 5
frames=12
for ((i = 0; i < frames; i++)); do xwd -root -silent > "$work/frame.$i"; sleep 1; done
python3 - "$work" $frames > "$work/frames" <<'EOF'
import struct, sys
for i in range(int(sys.argv[2])):
    data = open(f"{sys.argv[1]}/frame.{i}", "rb").read()
    words = struct.unpack(">25I", data[:100])
    pixels = data[words[0] + 12 * words[19]:]
    assert words[4:6] == (1024, 768) and words[12] == 4096 and words[7] == 0
    # A photograph in the midst of it all: smooth, and no two pixels alike.
    frame = bytearray(pixels[:1024 * 768 * 4])
    for y in range(430, 700):
        for x in range(330, 680):
            at = 4096 * y + 4 * x
            frame[at:at + 3] = bytes(((x * 3 + y + 9 * i) // 5 + (x * y >> 9) & 255, (y * 2 + (x ^ i)) // 4 & 255, (x + y * 3 + 5 * i) // 7 + (x * 31 + y * 17 & 7) & 255))
    sys.stdout.buffer.write(frame)
EOF
as --32 --defsym FRAMES=$frames -o "$work/slideshow.o" $here/slideshow.S
ld -m elf_i386 -Ttext 0x7c00 --oformat binary -e _start -o "$work/disk" "$work/slideshow.o"
cat "$work/frames" >> "$work/disk"

say "captures"
qemu-system-x86_64 -accel tcg -m 32 -nodefaults -vga std -display none -vnc "unix:$work/vnc,lossy=on" -qmp "unix:$work/qmp,server=on,wait=off" \
  -drive "file=$work/disk,format=raw,if=ide,readonly=off,snapshot=on" & started+=($!)
sleep 8
for encoding in Raw Hextile Zlib Zrle Tight; do
  "$ours" record "$work/vnc" "$work/qmp" $encoding $seconds "$work/$encoding" >&2
done
for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
wait
started=()

say "decoding"
for encoding in Raw Hextile Zlib Zrle Tight; do
  "$ours" replay "$work/$encoding" "$work/$encoding.sock" & started+=($!)
done
sleep 2
for ((round = 0; round < rounds; round++)); do
  for encoding in Raw Hextile Zlib Zrle Tight; do
    "$ours" decode "$work/$encoding.sock" $warm_ups $repeats >> "$work/$encoding.ours"
    "$work/libvnc_peer" "$work/$encoding.sock" $warm_ups $repeats >> "$work/$encoding.peer"
  done
done
python3 - "$work" $repeats $rounds "$quick" <<'EOF'
import json, os, statistics, sys, time
work, repeats, rounds, quick = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
targets = {"Raw": 1.2, "Hextile": 1.2, "Zlib": 0.8, "Zrle": 0.8, "Tight": None}
rows, lines = [], []
for encoding, target in targets.items():
    sides = {}
    sums = {}
    for side in ("ours", "peer"):
        runs = [line.split() for line in open(f"{work}/{encoding}.{side}")]
        sides[side] = statistics.median(float(run[0]) for run in runs) / repeats
        sums[side] = {run[2] for run in runs}
    same = sums["ours"] == sums["peer"] and len(sums["ours"]) == 1
    if not same and encoding != "Tight":
        sys.exit(f"{encoding}: the pictures differ: {sums}")
    size = os.path.getsize(f"{work}/{encoding}")
    name = encoding.upper() if encoding == "Zrle" else "Tight with JPEG" if encoding == "Tight" else encoding
    ratio = sides["ours"] / sides["peer"]
    rows.append({"work": f"decode {name}", "unit": "ms CPU a replay", "ours": round(1000 * sides["ours"], 2), "peer": round(1000 * sides["peer"], 2),
                 "peerName": "libvncclient", "ratio": round(ratio, 2), "target": target})
    lines.append(f"| decode {name} | {size / 1e6:.1f} MB | {1000 * sides['ours']:.1f} | {1000 * sides['peer']:.1f} | {ratio:.2f} | {target or 'reported'} | {'equal' if same else 'differ by rounding'} |")
report = f"""# RFB decoding beside libvncclient

`./bench.sh rfb` on {os.cpu_count()} cores, {time.strftime('%Y-%m-%d', time.gmtime())}, load average {' '.join(f'{l:.2f}' for l in os.getloadavg())}.
Captures of QEMU's VNC server, 1024 by 768 in 32 bits, a guest that shows frames of an X desktop with a photograph in it, replayed over a unix
socket. CPU milliseconds of the decoding process for one replay, handshake included: medians of {rounds} interleaved rounds of {repeats} replays,
after replays that warm up. Ours is the public client (`WatchAsync`); the peer is `libvnc_peer.c`. The last pictures are compared.

| work | capture | ours | libvncclient | ratio | target | last picture |
|---|---|---|---|---|---|---|
""" + "\n".join(lines) + "\n"
print(report)
if not quick:
    json.dump({"rows": rows}, open("benchmarks/results/rfb.json", "w"))
    open("benchmarks/results/rfb.md", "w").write(report)
EOF
