#!/usr/bin/env bash
# Builds the tiny guest image: Debian's cloud kernel, busybox, qemu-guest-agent and dropbear in an initramfs on a bootable disk
# (BIOS), with a small NoCloud cloud-init (eng/images/tiny/). Up in seconds under TCG. Debian packages are unpacked, not installed;
# neither root nor a loop device is needed.
#   tiny.sh [OUT]     prints the path of the image (qcow2); the same sources are built once
# Needs apt-get (Debian), qemu-utils, mtools, syslinux, cpio and fdisk.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=eng/images/lib.sh
. "$here/lib.sh"
sources=("$here/tiny.sh" "$here"/tiny/*)
# Nothing in the image depends on when it was built.
export SOURCE_DATE_EPOCH=1700000000 TZ=UTC

modules=(virtio_pci virtio_blk virtio_net virtio_console virtio-rng virtio_balloon virtio_input evdev button isofs vfat nls_utf8 nls_cp437
  nls_ascii nls_iso8859-1 vmw_vsock_virtio_transport)

unpack_packages() {
  local kernel libraries
  kernel=$(apt-cache "${apt_options[@]}" depends linux-image-cloud-amd64 2> /dev/null | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | tail -n 1 || true)
  if [ -z "$kernel" ]; then
    # No package lists here: this fetches a private copy of them, which knows the kernel's name.
    download linux-image-cloud-amd64
    kernel=$(dpkg-deb -f linux-image-cloud-amd64_*.deb Depends | grep -o 'linux-image-[0-9][^ ,]*')
  fi
  # What the two programs link with: the libraries among their dependencies.
  mapfile -t libraries < <(apt-cache "${apt_options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances qemu-guest-agent dropbear-bin | grep -E '^(lib[a-z0-9.+-]*|zlib1g)$' | grep -vE 'perl|gdbm|^libdb' | sort -u)
  download "$kernel" busybox-static qemu-guest-agent dropbear-bin "${libraries[@]}"
  for package in *.deb; do dpkg-deb -x "$package" "$work/packages"; done
}

make_root() {
  local root=$1 packages=$work/packages version loader
  mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,usr/lib,usr/share/udhcpc,usr/share/cloud-init,etc/acpi/PWRF,etc/dropbear,lib64,proc,sys,dev,run,root,tmp,home}
  mkdir -p "$root"/{mnt/seed,media/disk,var/log,var/lib/cloud,etc/qemu}
  ln -s usr/lib "$root/lib"
  ln -s /run "$root/var/run"
  cp "$packages/bin/busybox" "$root/bin/busybox"
  "$root/bin/busybox" --list | while read -r applet; do [ "$applet" = busybox ] || ln -s /bin/busybox "$root/bin/$applet"; done
  ln -s /bin/busybox "$root/sbin/init"
  for applet in getty poweroff reboot halt modprobe; do ln -s /bin/busybox "$root/sbin/$applet"; done

  cp "$packages/usr/sbin/qemu-ga" "$packages/usr/sbin/dropbear" "$packages/usr/bin/dropbearkey" "$root/usr/sbin/"
  loader=$(find "$packages" -name 'ld-linux-x86-64.so.2' -print -quit)
  cp -L "$loader" "$root/lib64/"
  for program in qemu-ga dropbear dropbearkey; do
    "$loader" --library-path "$packages/lib/x86_64-linux-gnu:$packages/usr/lib/x86_64-linux-gnu" --list "$root/usr/sbin/$program" |
      sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p'
  done | sort -u | while read -r library; do cp -L "$library" "$root/usr/lib/"; done
  # Users are looked up in files; the C library loads that by name.
  find "$packages" -name 'libnss_files.so.2' -exec cp -L {} "$root/usr/lib/" \;

  version=$(basename "$packages"/lib/modules/*)
  "$root/bin/busybox" depmod -b "$packages" "$version" 2> /dev/null
  # A module and what it needs, in the folders that modprobe expects.
  for module in "${modules[@]}"; do
    grep -E "/${module//[-_]/[-_]}\.ko:" "$packages/lib/modules/$version/modules.dep" | tr -d ':' | tr ' ' '\n'
  done | grep . | sort -u | while read -r file; do install -D -m 644 "$packages/lib/modules/$version/$file" "$root/lib/modules/$version/$file"; done
  "$root/bin/busybox" depmod -b "$root" "$version"

  install -m 755 "$here/tiny/init" "$root/init"
  install -m 755 "$here/tiny/rc" "$root/etc/rc"
  install -m 755 "$here/tiny/services" "$root/etc/services.sh"
  install -m 644 "$here/tiny/inittab" "$root/etc/inittab"
  install -m 755 "$here/tiny/rootshell" "$here/tiny/cloud-init" "$root/usr/bin/"
  install -m 755 "$here/tiny/shutdown" "$root/sbin/shutdown"
  install -m 755 "$here/tiny/udhcpc.script" "$root/usr/share/udhcpc/default.script"
  install -m 644 "$here/tiny/yaml.awk" "$root/usr/share/cloud-init/yaml.awk"
  printf '#!/bin/sh\nexec poweroff\n' > "$root/etc/acpi/PWRF/00000080"
  chmod 755 "$root/etc/acpi/PWRF/00000080"
  printf 'root:x:0:0:root:/root:/bin/sh\n' > "$root/etc/passwd"
  printf 'root:x:0:\n' > "$root/etc/group"
  printf 'root:*:19000::::::\n' > "$root/etc/shadow"
  printf '/bin/sh\n' > "$root/etc/shells"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' > "$root/etc/nsswitch.conf"
  printf 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nVERSION="12 (tiny)"\nPRETTY_NAME="Debian GNU/Linux 12 (tiny)"\n' > "$root/etc/os-release"
  printf 'LimiQuantix tiny guest, for development and tests (\\l)\n' > "$root/etc/issue"
  printf '127.0.0.1 localhost\n' > "$root/etc/hosts"
  chmod 1777 "$root/tmp"
  chmod 700 "$root/root"
}

# One FAT partition with syslinux, the kernel and the initramfs, written by mtools: no mount.
make_disk() {
  local disk=$1 offset=1048576
  truncate -s 64M "$disk"
  # The four partition entries of a master boot record, and syslinux's boot code before them.
  printf 'label: dos\nlabel-id: 0x4c510001\nstart=2048, type=c, bootable\n' | sfdisk -q "$disk" > /dev/null
  dd if="$(find /usr/lib/syslinux "$work/packages/usr/lib/syslinux" -name mbr.bin 2> /dev/null | head -n 1)" of="$disk" bs=440 count=1 conv=notrunc status=none
  mformat -i "$disk@@$offset" -F -v LQ-TINY -N 4c510002 -T $((64 * 2048 - 2048)) -h 16 -s 63 -H 2048 ::
  printf 'default tiny\nprompt 0\ntimeout 0\nlabel tiny\n  kernel vmlinuz\n  initrd initrd.gz\n  append %s\n' \
    'console=tty0 console=ttyS0,115200 rdinit=/init panic=-1 tsc=reliable no_timer_check random.trust_cpu=on' > "$work/syslinux.cfg"
  find "$work" -maxdepth 1 -type f -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
  mcopy -m -i "$disk@@$offset" "$work/vmlinuz" "$work/initrd.gz" "$work/syslinux.cfg" ::
  syslinux --offset "$offset" --install "$disk"
}

build() {
  need qemu-img qemu-utils
  need mcopy mtools
  need syslinux syslinux
  need cpio cpio
  need sfdisk fdisk
  mkdir -p "$work/debs" "$work/root"
  (cd "$work/debs" && unpack_packages)
  [ -d /usr/lib/syslinux ] || (cd "$work/debs" && download syslinux-common && dpkg-deb -x syslinux-common_*.deb "$work/packages")
  make_root "$work/root"
  find "$work/root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
  (cd "$work/root" && find . -print0 | LC_ALL=C sort -z | cpio --quiet --null --create --format=newc --owner=0:0 --reproducible) | gzip -n -9 > "$work/initrd.gz"
  cp "$work"/packages/boot/vmlinuz-* "$work/vmlinuz"
  make_disk "$work/disk.raw"
  qemu-img convert -O qcow2 -c "$work/disk.raw" "$1"
}

main "$@"
