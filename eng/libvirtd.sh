#!/usr/bin/env bash
# A private libvirtd for tests and for the samples: own state, own mount namespace, no systemd, and no /dev/kvm unless asked
# (a /dev/kvm that opens but does not work makes libvirt probe QEMU anew, for tens of seconds, at every define).
#
#   libvirtd.sh up DIR [options]    starts it, or finds it running; the last line is its URI, qemu:///system?socket=...
#   libvirtd.sh restart DIR         ends and starts the daemon only (also after a kill -9); its guests go on
#   libvirtd.sh guests DIR          lists the process ids of the guests that it runs
#   libvirtd.sh stop DIR            ends the daemon and every guest that it still runs, as a power cut would; definitions stay
#   libvirtd.sh down DIR            the same, and removes its state: nothing of it is left
#
#   --kvm                the daemon and its guests see /dev/kvm
#   --user NAME          an unprivileged session daemon of that user (qemu:///session)
#   --guest-user NAME    the user that guests run as (default: root), as libvirt-qemu is on Debian
#   --socket-mode MODE   who may connect (default: 0777)
#
# Run by root it has a namespace, in which /run/libvirt, /var/{lib,cache,log}/libvirt, /etc/libvirt and most of /dev are its
# own; every other path is the same inside and outside. Run by another user it is that user's session daemon, without one.
# Needs libvirt-daemon-system, qemu-system-x86 and util-linux.
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
umask 022

usage() {
  sed -n '5,15p' "$0" | sed 's/^# \{0,2\}//' >&2
  exit 2
}

fail() {
  echo "libvirtd.sh: $*" >&2
  exit 1
}

[ $# -ge 2 ] || usage
command=$1
dir=$(readlink -m -- "$2")
shift 2
kvm='' user='' guest_user=root socket_mode=0777
while [ $# -gt 0 ]; do
  case $1 in
    --kvm) kvm=1 ;;
    --user) user=${2:?--user needs a name}; shift ;;
    --guest-user) guest_user=${2:?--guest-user needs a name}; shift ;;
    --socket-mode) socket_mode=${2:?--socket-mode needs a mode}; shift ;;
    *) usage ;;
  esac
  shift
done
PATH=$PATH:/usr/sbin:/sbin
root=''
[ "$(id -u)" -ne 0 ] || root=1
case $dir/ in
  /run/libvirt/* | /var/lib/libvirt/* | /var/cache/libvirt/* | /var/log/libvirt/* | /etc/libvirt/* | /dev/*)
    fail "$dir lies where the daemon's namespace hides it: choose another folder" ;;
esac

# What belongs to this daemon and nothing else: as root, every process that sees our folder as /run/libvirt (the daemon, its
# guests and their helpers, whatever became of their parents); otherwise every process of ours whose command names the folder.
owned() {
  local process pid
  for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    if [ -n "$root" ]; then
      [ "$process/root/run/libvirt" -ef "$dir/run" ] || continue
    else
      [ -O "$process" ] || continue
      tr '\0' '\n' 2> /dev/null < "$process/cmdline" | grep -E '^(/[^ ]*/)?(libvirtd|qemu-system-[^/]*)$' > /dev/null || continue
      tr '\0' ' ' 2> /dev/null < "$process/cmdline" | grep -F -e "$dir/" -e "$(readlink -m "$dir/run")/" > /dev/null || continue
    fi
    echo "$pid"
  done
}

daemon() {
  local pid
  pid=$(cat "$dir/libvirtd.pid" 2> /dev/null) || return 1
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = libvirtd ] || return 1
  [ "$(awk '/^State:/ { print $2 }' "/proc/$pid/status" 2> /dev/null)" != Z ] || return 1
  tr '\0' '\n' 2> /dev/null < "/proc/$pid/cmdline" | grep -Fx "$dir/libvirtd.pid" > /dev/null || return 1
  echo "$pid"
}

# Ends processes: asked first, killed after the given tenths of a second. A frozen one is thawed to hear it.
end() {
  local tenths=$1 pid left
  shift
  kill -TERM "$@" 2> /dev/null || true
  kill -CONT "$@" 2> /dev/null || true
  for ((; tenths > 0; tenths--)); do
    left=''
    for pid in "$@"; do
      grep -qs '^State:.[^ZX]' "/proc/$pid/status" && left=1
    done
    [ -n "$left" ] || return 0
    sleep 0.1
  done
  kill -KILL "$@" 2> /dev/null || true
  for pid in "$@"; do
    while grep -qs '^State:.[^ZX]' "/proc/$pid/status"; do sleep 0.05; done
  done
}

load() {
  # shellcheck source=/dev/null
  . "$dir/options"
  if [ -n "$user" ]; then
    uri="qemu:///session?socket=$run/libvirt/libvirt-sock"
  else
    uri="qemu:///system?socket=$run/libvirt-sock"
  fi
}

configure() {
  command -v libvirtd > /dev/null || fail "libvirtd is not installed: apt-get install libvirt-daemon-system qemu-system-x86"
  command -v qemu-system-x86_64 > /dev/null || fail "QEMU is not installed: apt-get install qemu-system-x86"
  if [ -z "$root" ]; then
    [ -z "$user" ] || [ "$user" = "$(id -un)" ] || fail "only root starts a daemon of another user"
    user=$(id -un)
  fi
  mkdir -p "$dir"/{lib,etc,cache,log,dev}
  local run=$dir/run
  # A unix socket's path holds 107 bytes: a long DIR gets a short folder elsewhere for its sockets.
  if [ ${#dir} -gt 40 ]; then
    [ -d "$run/" ] || ln -sfn "$(mktemp -d /tmp/lqv-XXXXXX)" "$run"
    run=$(readlink "$run")
    chmod 755 "$run"
  else
    mkdir -p "$run"
  fi
  printf 'auth_unix_rw = "none"\nauth_unix_ro = "none"\nunix_sock_rw_perms = "%s"\nunix_sock_ro_perms = "%s"\nhost_uuid = "%s"\nlog_outputs = "2:file:%s"\n' \
    "$socket_mode" "$socket_mode" "$(cat /proc/sys/kernel/random/uuid)" "$dir/log/libvirtd.log" > "$dir/etc/libvirtd.conf"
  printf 'security_driver = "none"\nremember_owner = 0\nnamespaces = []\ncgroup_controllers = []\nstdio_handler = "file"\n' > "$dir/etc/qemu.conf"
  if [ -z "$user" ]; then
    printf 'user = "%s"\ngroup = "%s"\n' "$guest_user" "$(id -gn "$guest_user")" >> "$dir/etc/qemu.conf"
    # What libvirt learned of this QEMU (seconds of probing; libvirt itself checks that it still holds) serves the next daemon too.
    local known=${LIMIQUANTIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/limiquantix}/qemu-capabilities${kvm:+-kvm}
    mkdir -p "$known" "$dir/cache/qemu"
    ln -sfn "$known" "$dir/cache/qemu/capabilities"
  else
    mkdir -p "$run/config/libvirt" "$run/cache" "$run/home"
    cp "$dir/etc/qemu.conf" "$run/config/libvirt/"
    [ -z "$root" ] || chown -R "$user:" "$dir" "$run"
  fi
  printf 'kvm=%q user=%q run=%q\n' "$kvm" "$user" "$run" > "$dir/options"
}

start() {
  local arguments=(-d -f "$dir/etc/libvirtd.conf" -p "$dir/libvirtd.pid")
  # Nothing of the machine's own services: no D-Bus (machined, polkit, firewalld), no socket activation.
  local environment=(-i "PATH=$PATH" "HOME=${HOME:-/}" LC_ALL=C DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent)
  if [ -n "$user" ]; then
    environment+=("HOME=$run/home" "USER=$user" "XDG_RUNTIME_DIR=$run" "XDG_CONFIG_HOME=$run/config" "XDG_CACHE_HOME=$run/cache" "XDG_DATA_HOME=$run/home")
  fi
  local as=()
  [ -z "$root" ] || [ -z "$user" ] || as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
  if [ -n "$root" ]; then
    # The mounts last as long as a process of the namespace does; nothing is mounted outside it.
    unshare --mount --propagation slave bash -eu -s "$dir" "$kvm" "${as[@]}" env "${environment[@]}" setsid libvirtd "${arguments[@]}" 9>&- << 'NAMESPACE'
      dir=$1 kvm=$2
      shift 2
      mkdir -p /run/libvirt /var/lib/libvirt /etc/libvirt /var/cache/libvirt /var/log/libvirt
      mount --bind "$dir/run" /run/libvirt
      for name in lib cache log; do mount --bind "$dir/$name" /var/$name/libvirt; done
      mount --bind "$dir/etc" /etc/libvirt
      mount -t tmpfs -o mode=755 tmpfs "$dir/dev"
      mkdir -p "$dir"/dev/{pts,shm,net}
      devices=(null zero full random urandom tty net/tun vhost-net)
      [ -z "$kvm" ] || devices+=(kvm)
      for device in "${devices[@]}"; do
        [ -e "/dev/$device" ] || continue
        touch "$dir/dev/$device"
        mount --bind "/dev/$device" "$dir/dev/$device"
      done
      # Terminals of its own, which every guest user may open; the machine's often let only root.
      mount -t devpts -o mode=600,ptmxmode=666 devpts "$dir/dev/pts"
      mount --rbind /dev/shm "$dir/dev/shm"
      ln -s pts/ptmx "$dir/dev/ptmx"
      ln -s /proc/self/fd "$dir/dev/fd"
      ln -s /proc/self/fd/0 "$dir/dev/stdin"
      ln -s /proc/self/fd/1 "$dir/dev/stdout"
      ln -s /proc/self/fd/2 "$dir/dev/stderr"
      mount --rbind "$dir/dev" /dev
      exec "$@" < /dev/null > /dev/null
NAMESPACE
  else
    env "${environment[@]}" setsid libvirtd "${arguments[@]}" < /dev/null > /dev/null 9>&-
  fi || {
    tail -n 20 "$dir/log/libvirtd.log" >&2 2> /dev/null || true
    fail "libvirtd did not start in $dir"
  }
  local socket=${uri#*socket=}
  for ((tenths = 600; tenths > 0; tenths--)); do
    [ -S "$socket" ] && daemon > /dev/null && return 0
    sleep 0.1
  done
  tail -n 20 "$dir/log/libvirtd.log" >&2 2> /dev/null || true
  fail "libvirtd started in $dir, but its socket $socket did not appear"
}

case $command in guests | stop | down) [ -d "$dir" ] || exit 0 ;; esac
mkdir -p "$dir"
exec 9> "$dir/.lock"
flock 9

case $command in
  up)
    if ! { daemon > /dev/null && [ -f "$dir/options" ]; }; then
      [ -f "$dir/options" ] || configure
      load
      start
    fi
    load
    echo "$uri"
    ;;
  restart)
    [ -f "$dir/options" ] || fail "$dir holds no daemon: start it with 'up'"
    load
    if pid=$(daemon); then end 100 "$pid"; fi
    start
    echo "$uri"
    ;;
  guests)
    for pid in $(owned); do
      case $(cat "/proc/$pid/comm" 2> /dev/null) in qemu-system-*) echo "$pid" ;; esac
    done
    ;;
  stop | down)
    # The daemon first, so that it neither restarts nor reports anything while its guests end.
    if pid=$(daemon); then end 50 "$pid"; fi
    mapfile -t left < <(owned)
    [ ${#left[@]} -eq 0 ] || end 20 "${left[@]}"
    [ "$command" = down ] || exit 0
    [ ! -L "$dir/run" ] || rm -rf "$(readlink "$dir/run")"
    for name in run lib etc cache log dev options libvirtd.pid .lock; do rm -rf "${dir:?}/$name"; done
    rmdir "$dir" 2> /dev/null || true
    ;;
  *) usage ;;
esac
