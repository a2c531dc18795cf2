#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what tests/bench/run compares with: tests/bench/packages.txt. Not one of the services that
# come with them is started, and no cluster is made: the benchmark runs its own, in its own folder.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
missing=()
while read -r name _; do
  [[ -z $name || $name == '#'* ]] && continue
  status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$name")
done <"$here/packages.txt"
((${#missing[@]})) || exit 0

if ((EUID != 0)); then
  echo "packages: install as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
cluster=/etc/postgresql-common/createcluster.conf
if [[ ! -e $cluster ]]; then
  mkdir -p "${cluster%/*}"
  echo 'create_main_cluster = false' >"$cluster"
fi
echo "packages: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold)
"${apt[@]}" update
"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
if [[ -d /run/systemd/system ]]; then
  systemctl disable --now redis-server postgresql >/dev/null 2>&1 || true
fi
