#!/bin/sh
# Installs the guest agent from the disc this file lies on; run as root, by cloud-init or by hand. A second run replaces it.
# What a package manager put there is left alone.
set -eu
here=$(dirname "$0")
target=/usr/lib/limiquantix/limiquantix-guest-agent
case $(uname -m) in
  x86_64) binary=$here/limiquantix-guest-agent-x64 ;;
  aarch64) binary=$here/limiquantix-guest-agent-arm64 ;;
  *) echo "limiquantix: no agent for $(uname -m)" >&2; exit 3 ;;
esac
[ -f "$binary" ] || { echo "limiquantix: $binary is not on this disc" >&2; exit 3; }
if command -v dpkg > /dev/null && dpkg -S "$target" > /dev/null 2>&1; then
  echo "limiquantix: $target belongs to a package; update that instead" >&2
  exit 4
fi
if command -v rpm > /dev/null && rpm -qf "$target" > /dev/null 2>&1; then
  echo "limiquantix: $target belongs to a package; update that instead" >&2
  exit 4
fi
install -d -m 755 /usr/lib/limiquantix /etc/limiquantix
# The new one must run here before it takes the old one's place: an older C library would refuse it.
install -m 755 "$binary" "$target.new"
"$target.new" --version > /dev/null || { rm -f "$target.new"; echo "limiquantix: the agent does not run here (glibc 2.34 is needed)" >&2; exit 5; }
mv -f "$target.new" "$target"
[ -f /etc/limiquantix/guest-agent.conf ] || install -m 644 "$here/guest-agent.conf" /etc/limiquantix/guest-agent.conf
if [ -d /run/systemd/system ]; then
  install -m 644 "$here/limiquantix-guest-agent.service" /etc/systemd/system/limiquantix-guest-agent.service
  install -d -m 755 /etc/udev/rules.d
  install -m 644 "$here/99-limiquantix-guest-agent.rules" /etc/udev/rules.d/99-limiquantix-guest-agent.rules
  systemctl daemon-reload
  udevadm control --reload 2> /dev/null || true
  systemctl enable --quiet limiquantix-guest-agent.service
  systemctl restart limiquantix-guest-agent.service
fi
