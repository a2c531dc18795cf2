#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the programs, starts a register in a temporary directory, fills it with two published years of
# one office, and shows what a clerk and a supervisor see. With --keep the daemon stays for you.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export LC_ALL=C.UTF-8
keep=false
case ${1-} in
  '') ;;
  --keep) keep=true ;;
  *)
    echo "usage: demo.sh [--keep]" >&2
    exit 2
    ;;
esac

scripts/packages.sh build
build=build/demo
mkdir -p build
if ! { [[ -f $build/build.ninja ]] || meson setup "$build" --buildtype=release -Dtests=false; } >build/demo.log 2>&1 ||
  ! meson compile -C "$build" >>build/demo.log 2>&1; then
  tail -n 40 build/demo.log
  echo "demo: does not build, see build/demo.log" >&2
  exit 1
fi

place=$(mktemp -d)
daemon=
cleanup() {
  [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
  [[ -z $daemon ]] || wait "$daemon" || true
  rm -rf "$place"
}
trap cleanup EXIT
PATH="$PWD/$build/daemon:$PWD/$build/client:$PATH"
export OGID_SOCKET=$place/ogid.sock
export OGID_LOCALEDIR=$PWD/$build/po # the Chinese texts of a program that is not installed
echo 'organ: 平潭综合实验区' >"$place/ogid.yaml"

say() {
  printf '\n# %s\n' "$*"
}

# Shows a command, then runs it.
show() {
  printf '$ %s\n' "$*"
  "$@"
}

say "A register in a directory of its own; its today is 2023-01-15, as in a rehearsal"
command=(ogid --config "$place/ogid.yaml" --data "$place/data" --rehearsal)
printf '$ OGID_TODAY=2023-01-15 %s &\n' "${command[*]}"
if $keep; then
  OGID_TODAY=2023-01-15 setsid "${command[@]}" >"$place/log" 2>&1 </dev/null &
else
  OGID_TODAY=2023-01-15 "${command[@]}" >"$place/log" 2>&1 </dev/null &
fi
daemon=$!
for _ in {1..100}; do
  [[ -S $OGID_SOCKET ]] && break
  kill -0 "$daemon" 2>/dev/null || break
  sleep 0.1
done
if ! [[ -S $OGID_SOCKET ]]; then
  cat "$place/log"
  echo "demo: the daemon does not start" >&2
  exit 1
fi

say "Two published years of the zone of Pingtan go in through the socket, one call an act"
reports=tests/data/reports
example=$(python3 scripts/feed.py "$OGID_SOCKET" $reports/pingtan_zone_2021.json $reports/pingtan_zone_2022.json)

say "Two more come in, and one waits for a third party"
show ogi log 2022年度村级财务公开情况 --name 王五 --category natural_person --channel in_person --submitted-on 2023-01-03
show ogi log 征地补偿安置方案 --name 某某有限公司 --category commercial_enterprise --channel internet \
  --submitted-on 2023-01-09 --received-on 2023-01-10
show ogi consult 2023-0002 --whom third_party --name 某某村民委员会
say "What is open, most pressing first"
show ogi backlog
say "How a deadline is counted"
show ogi explain 2023-0001
say "One of the others: what it is, and how it went"
show ogi show "$example"
show ogi history "$example"
say "Table 3 of the annual report of 2022: the published figures"
show ogi report 2022
say "A cell opens to its applications"
show ogi cell 2022 carried_in total
show ogi cell 2022 partially_disclosed natural_person
say "Every digest recomputed, everything derived made again and compared"
show ogi verify
say "The nightly job: what falls due, and every check of the year"
show ogi rollup
say "The years are closed, each with a seal that can be published; the next one names the one before"
show ogi seal 2021
show ogi seal 2022
say "From then on what would change them is refused"
show ogi log 迟到的申请 --name 赵六 --category natural_person --channel in_person --submitted-on 2022-12-30 || true
say "The report as the office prints it"
show ogi --lang zh report 2022
show ogi report 2022 --format html --output "$place/report-2022.html"
show ls -l "$place/report-2022.html"
say "A table that another body published, and where it is wrong"
show ogi check $reports/pingtan_natural_resources_2021.json || true

if $keep; then
  trap - EXIT
  cat <<EOF

The daemon goes on. To talk to it:

  export PATH=$PWD/$build/client:\$PATH OGID_SOCKET=$OGID_SOCKET OGID_LOCALEDIR=$OGID_LOCALEDIR
  ogi --help
  ogi list
  less $place/data/ledger/*.ledger
  xdg-open $place/report-2022.html

To end it and remove what it kept:

  kill $daemon && rm -r $place
EOF
else
  cat <<'EOF'

That was all; the daemon ends and its directory goes. ./demo.sh --keep leaves both for you to go on by
hand. A register of your own: README.md, "A clerk's first minutes".
EOF
fi
