#!/usr/bin/env bash
# Packs the guest agent for Debian and its kin; the same bytes for the same sources.
#   guest-agent-deb.sh [x64|arm64] [FOLDER]    prints the path of the .deb
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
cd "$(dirname "$0")/.."
architecture=${1:-x64}
case $architecture in
  x64) debian=amd64 ;;
  arm64) debian=arm64 ;;
  *) echo "guest-agent-deb.sh: there is no build for '$architecture': x64 or arm64" >&2; exit 2 ;;
esac
command -v dpkg-deb > /dev/null || { echo "guest-agent-deb.sh: dpkg-deb is not installed" >&2; exit 1; }
binary=$(eng/guest-agent.sh "$architecture")
version=$(sed -n 's/.*<VersionPrefix>\(.*\)<\/VersionPrefix>.*/\1/p' Directory.Build.props)
folder=$(readlink -m -- "${2:-$(dirname "$binary")}")
out=$folder/limiquantix-guest-agent_${version}_$debian.deb
work=$(mktemp -d "${TMPDIR:-/tmp}/lq-deb-XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
install -D -m 755 "$binary" "$root/usr/lib/limiquantix/limiquantix-guest-agent"
install -D -m 644 eng/guest-agent/guest-agent.conf "$root/etc/limiquantix/guest-agent.conf"
install -D -m 644 eng/guest-agent/limiquantix-guest-agent.service "$root/lib/systemd/system/limiquantix-guest-agent.service"
install -D -m 644 eng/guest-agent/99-limiquantix-guest-agent.rules "$root/lib/udev/rules.d/99-limiquantix-guest-agent.rules"
install -D -m 644 LICENSE "$root/usr/share/doc/limiquantix-guest-agent/copyright"
mkdir -p "$root/DEBIAN"
cat > "$root/DEBIAN/control" << CONTROL
Package: limiquantix-guest-agent
Version: $version
Architecture: $debian
Maintainer: LimiQuantix contributors <maintainers@limiquantix.invalid>
Section: admin
Priority: optional
Depends: libc6 (>= 2.34)
Installed-Size: $(du -ks "$root" | cut -f1)
Description: Guest agent of the LimiQuantix SDK
 Lets the host of this virtual machine run programs, move files, freeze file
 systems, set the clock and read telemetry, over a virtio-serial port. What it
 may do is limited in /etc/limiquantix/guest-agent.conf.
CONTROL
echo /etc/limiquantix/guest-agent.conf > "$root/DEBIAN/conffiles"
cat > "$root/DEBIAN/postinst" << 'POSTINST'
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  udevadm control --reload 2> /dev/null || true
  systemctl enable --quiet limiquantix-guest-agent.service
  # Not from within: an upgrade run by the agent itself must not be cut short by its own restart.
  systemctl restart --no-block limiquantix-guest-agent.service
fi
POSTINST
cat > "$root/DEBIAN/prerm" << 'PRERM'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --quiet --now limiquantix-guest-agent.service || true
fi
PRERM
chmod 755 "$root/DEBIAN/postinst" "$root/DEBIAN/prerm"
find "$root" -type d -exec chmod 755 {} +
export SOURCE_DATE_EPOCH=1700000000
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$folder"
dpkg-deb --root-owner-group -Zxz --build "$root" "$out" >&2
echo "$out"
