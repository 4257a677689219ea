#!/usr/bin/env bash
# The main job, from nothing: builds a small guest image, starts a libvirtd of its own when none is usable, and runs
# samples/QuickStart, which downloads the image, boots a machine from it and looks at its console.
#   ./quickstart.sh           the whole of it
#     --image ID|URL|PATH     another image than debian-13, or than the local one without the Internet
#     --token T               what the guest prints: letters, digits, dots, hyphens, underscores
#     --screenshot FILE       where the screenshot goes (default: quickstart.png)
#     --keep                  leaves the machine running
#     --json                  ends with one line of JSON
#   ./quickstart.sh doctor    lists what this machine has and lacks; starts and installs nothing
# The sample reads LIMIQUANTIX_LIBVIRT_URI and LIMIQUANTIX_TINY_IMAGE; set either yourself and this script leaves that part alone.
# Everything but the sample's own output goes to standard error. The exit code is the sample's.
set -euo pipefail
case " $* " in *' --help '* | *' -h '*) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;; esac
keep=''
given=("$@")
while [ $# -gt 0 ]; do
  case $1 in
    --image | --token | --screenshot)
      [ $# -gt 1 ] || { echo "quickstart.sh: $1 needs a value; --help shows the options" >&2; exit 2; }
      shift
      ;;
    --image[=:]* | --token[=:]* | --screenshot[=:]* | --json | doctor) ;;
    --keep) keep=1 ;;
    *) echo "quickstart.sh: there is no '$1'; --help shows the options" >&2; exit 2 ;;
  esac
  shift
done
set -- "${given[@]}"
cd "$(dirname "$0")"
# shellcheck source=eng/setup.sh
. eng/setup.sh

cache=${LIMIQUANTIX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/limiquantix}
state=$cache/libvirtd
started=''

# A libvirtd that answers, and soon: where /dev/kvm opens but does not work, it probes QEMU anew for up to minutes each time.
usable() {
  command -v virsh > /dev/null && timeout 20 virsh -q -c "$1" domcapabilities --virttype qemu > /dev/null 2>&1
}

clean_up() {
  local code=$?
  trap - EXIT
  if [ -n "$started" ]; then
    flock -u 7
    if [ -n "$keep" ]; then
      touch "$state.kept"
      say "The machine stays. To end it with its libvirtd: eng/libvirtd.sh down $state"
    elif ! flock -n -x 7; then
      say "Another quickstart still uses the libvirtd in $state."
    elif [ -f "$state.kept" ] && eng/libvirtd.sh guests "$state" | grep -q .; then
      say "A machine of an earlier --keep still runs. To end it: eng/libvirtd.sh down $state"
    elif [ "$code" -eq 0 ]; then
      eng/libvirtd.sh down "$state"
      rm -f "$state.kept"
    else
      # What the sample could not finish stays defined, so that its next run can.
      eng/libvirtd.sh stop "$state"
    fi
  fi
  exit "$code"
}

need_dotnet
say "Building samples/QuickStart"
dotnet build samples/QuickStart -c Release -v q -nologo -clp:NoSummary >&2
program=$(dotnet msbuild samples/QuickStart -getProperty:TargetPath -p:Configuration=Release)

if [ "${1:-}" != doctor ]; then
  install_packages "${machine_packages[@]}" "${tiny_packages[@]}"
  if [ -z "${LIMIQUANTIX_TINY_IMAGE:-}" ]; then
    LIMIQUANTIX_TINY_IMAGE=$(eng/images/tiny.sh)
    export LIMIQUANTIX_TINY_IMAGE
  fi
  if [ -z "${LIMIQUANTIX_LIBVIRT_URI:-}" ]; then
    if usable qemu:///system; then
      export LIMIQUANTIX_LIBVIRT_URI=qemu:///system
    else
      mkdir -p "$cache"
      exec 7> "$state.users"
      flock -s 7
      trap clean_up EXIT
      trap 'exit 130' INT
      trap 'exit 143' TERM
      started=1
      say "No usable libvirtd: starting a private one in $state"
      LIMIQUANTIX_LIBVIRT_URI=$(eng/libvirtd.sh up "$state" 7>&- | tail -n 1)
      export LIMIQUANTIX_LIBVIRT_URI
    fi
  fi
fi

dotnet "$program" "$@" 7>&-
