#!/usr/bin/env bash
# Builds the debian guest image: Debian bookworm with systemd, cloud-init (NoCloud only), qemu-guest-agent, openssh-server and the
# cloud kernel. BIOS; the root file system is the last partition, so that cloud-init grows it to the disk. About a minute to build.
#   debian.sh [OUT]     prints the path of the image (qcow2); the same sources are built once
# Needs root, mmdebstrap, qemu-utils, mtools, syslinux, e2fsprogs and fdisk; no loop device.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=eng/images/lib.sh
. "$here/lib.sh"
sources=("$here/debian.sh")

packages=(systemd-sysv systemd-resolved dbus udev kmod iproute2 iputils-ping netbase ca-certificates sudo openssh-server
  cloud-init cloud-guest-utils qemu-guest-agent e2fsprogs fdisk initramfs-tools linux-image-cloud-amd64)

# Before the kernel is installed: its initramfs holds what these guests boot from, and no more.
configure_early() {
  local root=$1
  mkdir -p "$root/etc/initramfs-tools/conf.d" "$root/etc/cloud/cloud.cfg.d"
  echo 'MODULES=list' > "$root/etc/initramfs-tools/conf.d/guest"
  printf '%s\n' virtio_pci virtio_blk virtio_scsi sd_mod > "$root/etc/initramfs-tools/modules"
}

configure() {
  local root=$1
  cat > "$root/etc/cloud/cloud.cfg.d/90-guest.cfg" << 'CFG'
# The seed is a disk; nothing is asked of the network.
datasource_list: [NoCloud]
system_info:
  network:
    renderers: [networkd]
ssh_genkeytypes: [ed25519, ecdsa]
apt:
  preserve_sources_list: true
grub_dpkg:
  enabled: false
locale: C.UTF-8
CFG
  echo 'LANG=C.UTF-8' > "$root/etc/default/locale"
  echo 'LABEL=lq-root / ext4 errors=remount-ro 0 1' > "$root/etc/fstab"
  : > "$root/etc/machine-id"
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/resolv.conf"
  ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
  chroot "$root" systemctl -q enable systemd-networkd systemd-resolved ssh
  # No daily work behind the back of a test.
  chroot "$root" systemctl -q mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
}

build() {
  [ "$(id -u)" -eq 0 ] || fail "run me as root: a root file system has many owners"
  need mmdebstrap mmdebstrap
  need qemu-img qemu-utils
  need mcopy mtools
  need syslinux syslinux
  need mke2fs e2fsprogs
  need sfdisk fdisk
  local root=$work/root disk=$work/disk.raw boot=1048576 boot_size=134217728 size=2147483648
  mkdir -p "$work/debs" "$work/early/etc"
  [ -d /usr/lib/syslinux ] || (cd "$work/debs" && download syslinux-common && dpkg-deb -x syslinux-common_*.deb "$work/packages")
  configure_early "$work/early"
  mmdebstrap --quiet --variant=apt --format=directory --include="$(IFS=,; echo "${packages[*]}")" \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --essential-hook="copy-in $work/early/etc/initramfs-tools $work/early/etc/cloud /etc" \
    bookworm "$root" >&2
  configure "$root"

  # A FAT partition for syslinux, which mtools writes without a mount, and ext4 for the rest.
  truncate -s "$size" "$disk"
  printf 'label: dos\nstart=2048, size=%d, type=c, bootable\ntype=83\n' $((boot_size / 512)) | sfdisk -q "$disk" > /dev/null
  dd if="$(find /usr/lib/syslinux "$work/packages/usr/lib/syslinux" -name mbr.bin 2> /dev/null | head -n 1)" of="$disk" bs=440 count=1 conv=notrunc status=none
  mformat -i "$disk@@$boot" -F -v LQ-BOOT -T $((boot_size / 512)) -h 16 -s 63 -H 2048 ::
  cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
  cp "$root"/boot/initrd.img-* "$work/initrd.img"
  printf 'default debian\nprompt 0\ntimeout 0\nlabel debian\n  kernel vmlinuz\n  initrd initrd.img\n  append %s\n' \
    'root=LABEL=lq-root ro console=tty0 console=ttyS0,115200' > "$work/syslinux.cfg"
  mcopy -i "$disk@@$boot" "$work/vmlinuz" "$work/initrd.img" "$work/syslinux.cfg" ::
  syslinux --offset "$boot" --install "$disk"
  mke2fs -q -t ext4 -L lq-root -d "$root" -E "offset=$((boot + boot_size))" "$disk" "$(((size - boot - boot_size) / 1024))k" 2> /dev/null
  qemu-img convert -O qcow2 -c -o compression_type=zstd "$disk" "$1"
}

main "$@"
