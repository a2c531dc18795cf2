#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing of scripts/packages.txt: packages.sh build [test]
set -euo pipefail
list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

if ! command -v dpkg-query >/dev/null; then
  echo "packages: no dpkg here; needed are the counterparts of $list" >&2
  exit 0
fi
missing=()
while read -r name use _; do
  [[ -z $name || $name == '#'* || " $* " != *" $use "* ]] && continue
  status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$name")
done <"$list"
((${#missing[@]})) || exit 0

if ((EUID != 0)); then
  echo "packages: missing: ${missing[*]}" >&2
  echo "packages: install them as root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "packages: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt=(apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
