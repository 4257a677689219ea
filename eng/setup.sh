# shellcheck shell=bash disable=SC2034,SC2054
# What the scripts of the repository's root share: the .NET SDK, Debian packages, and a usable libvirt. Sourced, from the root.

say() {
  echo "$*" >&2
}

need_dotnet() {
  if ! command -v dotnet > /dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then
    export DOTNET_ROOT=$HOME/.dotnet PATH=$HOME/.dotnet:$PATH
  fi
  if ! command -v dotnet > /dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    say "This needs the .NET 10 SDK, which is not installed. Get it with one of:"
    say "  https://dotnet.microsoft.com/download/dotnet/10.0"
    say "  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    exit 1
  fi
  # Nothing of the build goes on in the background once it is done.
  export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo "$@"
  else
    say "this needs root, and there is no sudo: $*"
    return 1
  fi
}

# install_packages PROGRAM:PACKAGE...: installs the packages of the programs that are missing, saying what and why. What is no program
# is named by its path.
install_packages() {
  local pair program missing=() packages=()
  for pair; do
    program=${pair%%:*}
    [[ $program != /* || ! -e $program ]] || continue
    PATH=$PATH:/usr/sbin:/sbin command -v "$program" > /dev/null && continue
    missing+=("$program")
    packages+=("${pair#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | tr ',' '\n' | sort -u)
  say "Missing: ${missing[*]}. Installing: ${packages[*]}"
  if ! command -v apt-get > /dev/null; then
    say "This is not Debian or Ubuntu: install the programs above with your system's package manager."
    return 1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${packages[@]}" >&2
}

# What a machine needs to run, and what the images are built with.
machine_packages=(libvirtd:libvirt-daemon-system,libvirt-daemon-driver-qemu qemu-system-x86_64:qemu-system-x86 qemu-img:qemu-utils)
tiny_packages=(mcopy:mtools syslinux:syslinux cpio:cpio sfdisk:fdisk)
# The peer that LibvirtSharp is compared with.
python_libvirt=/usr/lib/python3/dist-packages/libvirt.py:python3-libvirt
# Open vSwitch, OVN and their Python IDL, which Ovsdb is compared with.
ovsdb_packages=(ovsdb-server:openvswitch-common ovn-nbctl:ovn-common /usr/lib/python3/dist-packages/ovs/__init__.py:python3-openvswitch)
# What the integration tests use beside them.
test_packages=(mmdebstrap:mmdebstrap virsh:libvirt-clients isoinfo:genisoimage mke2fs:e2fsprogs ssh:openssh-client blkid:util-linux
  xorriso:xorriso zstd:zstd xz:xz-utils bzip2:bzip2 openssl:openssl
  saslpasswd2:sasl2-bin,libsasl2-modules,libsasl2-modules-db dbus-daemon:dbus-daemon pkaction:polkitd
  sshd:openssh-server nc:netcat-openbsd gcc:gcc,libc6-dev,zlib1g-dev,binutils
  aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu,libc6-dev-arm64-cross qemu-aarch64-static:qemu-user-static
  ip:iproute2 nft:nftables ping:iputils-ping /usr/share/OVMF:ovmf
  Xtigervnc:tigervnc-standalone-server xwd:x11-apps x11vnc:x11vnc /usr/include/rfb/rfb.h:libvncserver-dev djpeg:libjpeg-turbo-progs
  "$python_libvirt" "${ovsdb_packages[@]}")
# Their packages would set up the machine they are installed on, or start servers: only where that is thrown away.
[ "${CI:-}" != true ] || test_packages+=(cloud-init:cloud-init ovn-northd:ovn-central)
