#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# check_chain.sh LEDGER_DIRECTORY: checks the whole chain with openssl and nothing of ours; exit 0 or 1.
export LC_ALL=C # a character is a byte
[ -d "$1" ] || { echo "usage: check_chain.sh LEDGER_DIRECTORY" >&2; exit 1; }
before=$(printf '%064d' 0) lines=0
for file in $(cd "$1" && ls | grep -x '[0-9]\{4\}\.ledger' | sort); do
	n=0 bytes=0
	while n=$((n + 1)); IFS= read -r line && ended=yes || ended=no; [ "$ended$line" != no ]; do
		digest=$(printf %s "$before${line:65}" | openssl dgst -sm3 -r)
		[ "$ended ${line:0:65}" = "yes ${digest%% *} " ] || { echo "$file: line $n is broken"; exit 1; }
		before=${line:0:64} bytes=$((bytes + ${#line} + 1)) lines=$((lines + 1))
	done 2>/dev/null < "$1/$file"
	# bash drops NUL bytes, so what it read is counted
	[ "$bytes" = "$(wc -c < "$1/$file")" ] || { echo "$file: NUL bytes by line $n"; exit 1; }
done
echo "$lines lines, an unbroken chain that ends in $before"
