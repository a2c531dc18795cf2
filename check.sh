#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds with gcc and clang, runs every lint and test, then a smaller round under the sanitizers. The
# last line says how many passed and failed. check.sh [NAME...] runs only the rounds named: gcc, clang,
# asan.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export LC_ALL=C.UTF-8
# The random tests do the same in every run, so that a failure is the change's and not the dice's; look
# for more with OGID_SEED=$RANDOM ./check.sh.
export OGID_SEED=${OGID_SEED:-20261124}
rounds=("$@")
((${#rounds[@]})) || rounds=(gcc clang asan)

scripts/packages.sh build test
mkdir -p build
calmly=()
tally=$(mktemp) # one line "passed failed" a step
trap 'rm -f "$tally"' EXIT

# quietly LOG COMMAND...: when the command fails, shows the errors it named, or else its last lines.
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 && return
  grep -E -m 20 'error:|ERROR|undefined reference' "$log" || tail -n 40 "$log"
  return 1
}

# build NAME COMPILER OPTION...: into build/NAME; a failure counts as one.
build() {
  local name=$1 compiler=$2 begun=$SECONDS
  local directory=build/$name log=build/$name.log
  shift 2
  local setup=(meson setup "$directory" "$@")
  [[ -f $directory/meson-info/meson-info.json ]] && setup+=(--reconfigure)
  if CC=$compiler quietly "$log" "${setup[@]}" && quietly "$log" meson compile -C "$directory"; then
    echo "$name: built in $((SECONDS - begun)) s"
    return
  fi
  echo "$name: does not build, see $log"
  echo '0 1' >>"$tally"
  return 1
}

# check NAME OPTION...: runs tests of build/NAME with these options of `meson test`, counts them.
check() {
  local directory=build/$1
  shift
  rm -f "$directory"/meson-logs/testlog*.json
  "${calmly[@]}" meson test -C "$directory" --no-rebuild --quiet "$@" >"$directory.log" 2>&1 || true
  python3 scripts/results.py "$directory" "$tally"
}

round_gcc() {
  build gcc gcc -Dwerror=true -Dcheck_replies=true && check gcc
}

round_clang() {
  build clang clang -Dwerror=true
}

round_asan() {
  build asan gcc -Db_sanitize=address,undefined -Db_lundef=false -Dcheck_replies=true || return
  # gcc 12's sanitizers cannot always place their shadow when the kernel spreads addresses this far.
  if (($(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0) > 28)) && setarch -R true 2>/dev/null; then
    calmly=(setarch -R)
  fi
  export OGID_SMALL=1 OGID_KILLS=${OGID_KILLS:-20}
  export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
  export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
  check asan --timeout-multiplier 3 --suite unit --suite data --suite session --suite replay \
    --suite certify --suite fault
}

for round in "${rounds[@]}"; do
  "round_$round" || true
done

awk '{ passed += $1; failed += $2 }
  END { printf "%d passed, %d failed\n", passed, failed; exit failed != 0 || passed == 0 }' "$tally"
