#!/usr/bin/env bash
# Shows OvnWatch on an OVN of its own: two databases and, where it is installed, ovn-northd in a temporary folder, some changes by ovn-nbctl, and a restart.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=eng/setup.sh
. eng/setup.sh
need_dotnet
install_packages "${ovsdb_packages[@]}"

lab=$(mktemp -d /tmp/lq-ovnwatch-XXXXXX)
watcher=
clean() {
  [ -z "$watcher" ] || kill "$watcher" 2> /dev/null || true
  for pid in "$lab"/*.pid; do [ ! -f "$pid" ] || kill "$(cat "$pid")" 2> /dev/null || true; done
  rm -rf "$lab"
}
trap clean EXIT
dotnet build -v q -nologo -clp:NoSummary samples/OvnWatch

serve() {
  ovsdb-server "$lab/$1.db" --remote="punix:$lab/$1.sock" --unixctl="$lab/$1.ctl" --pidfile="$lab/$1.pid" --no-chdir --detach -vconsole:off -vsyslog:off --log-file="$lab/$1.log"
}
nb() { ovn-nbctl --db="unix:$lab/nb.sock" --no-leader-only "$@"; }
ovsdb-tool create "$lab/nb.db" eng/Ovsdb.Generator/Data/ovn-nb.ovsschema
ovsdb-tool create "$lab/sb.db" eng/Ovsdb.Generator/Data/ovn-sb.ovsschema
serve nb
serve sb
# Its package, ovn-central, starts servers of its own: it is used where it is, and not installed.
if command -v ovn-northd > /dev/null; then
  OVN_RUNDIR=$lab ovn-northd --ovnnb-db="unix:$lab/nb.sock" --ovnsb-db="unix:$lab/sb.sock" --unixctl="$lab/northd.ctl" --pidfile="$lab/northd.pid" \
    --no-chdir --detach -vconsole:off -vsyslog:off --log-file="$lab/northd.log"
fi

dotnet samples/OvnWatch/bin/Debug/net10.0/OvnWatch.dll "unix:$lab/nb.sock" &
watcher=$!
sleep 2
nb ls-add web
nb lsp-add web vm1 -- lsp-set-addresses vm1 '02:00:00:00:00:01 10.0.0.11'
nb lr-add edge -- lrp-add edge edge-web 02:00:00:00:ff:01 10.0.0.1/24
nb lr-nat-add edge snat 198.51.100.7 10.0.0.0/24
nb acl-add web to-lport 1000 'tcp.dst == 22' allow-related
nb set logical_switch web other_config:subnet=10.0.0.0/24
kill "$(cat "$lab/nb.pid")"
sleep 1
serve nb
nb lsp-del vm1
nb ls-del web
sleep 2
