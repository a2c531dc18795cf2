#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_seal.sh LEDGER_DIRECTORY YEAR [PUBLIC_KEY]: checks a year's seals with openssl and awk alone; exit 0 or 1.
export LC_ALL=C; [ -d "$1" ] && t=$(mktemp -d) && trap 'rm -rf "$t"' EXIT || exit 1
cat "$1"/????.ledger | awk -v t="$t" -v year="$2" -v s='"([^"\\\\]|\\\\.)*"' '
function plain(v, lf) { gsub(/\\\\/, "\001", v); gsub(/\\u000a/, lf, v); gsub(/\\u0009/, "\t", v); gsub(/\\"/, "\"", v); gsub(/\001/, "\\", v); return v }
function raw(name, at) { at = index($0, "\"" name "\":"); return at ? substr($0, at + length(name) + 3) : "-" }
function value(name, lf, v) { v = raw(name); if (match(v, "^" s)) return plain(substr(v, 2, RLENGTH - 2), lf); sub(/[,}].*/, "", v); return v }
$2 !~ /^[{]"sequence":[0-9]+,"action":"(seal|restate)",/ { next }
{ before = last == "" ? "-" : last; last = $1; if (value("year") != year) next; f = t "/" value("revision"); print "ogid seal" >f
  n = split("organ year revision form on first_sequence last_sequence entries applications head tables previous why", name, " ")
  for (i = 1; i <= n; i++) { v = name[i] == "entries" ? value("last_sequence") - value("first_sequence") + 1 : value(name[i], " "); if (name[i] != "why" || raw("why") != "-") print name[i] ": " v >f }
  for (v = raw("rows"); match(v, "^[[,]" s); v = substr(v, RLENGTH + 1)) print plain(substr(v, 3, RLENGTH - 3), "") >(f ".rows")
  print value("last_sequence"), value("head"), value("tables"), value("previous"), before, value("signature") >(f ".seal"); printf "%s", value("public_key", "\n") >(f ".pem") }'
for f in "$t"/*.seal; do
	read -r end head tables previous before signature <"$f" && [ "$(openssl dgst -sm3 -r "${f%seal}rows" | cut -c -64)" = "$tables" ] || { echo "no seal, or its tables have another digest"; exit 1; }
	[ "$previous $head" = "$before $(cat "$1"/????.ledger | sed -n "$end{s/ .*//p;q;}")" ] || { echo "another entry or seal stands before it"; exit 1; }
	if [ "$signature" != - ]; then
		echo "$signature" | openssl base64 -d -A | openssl dgst -sm3 -sigopt distid:1234567812345678 -verify "${3:-${f%seal}pem}" -signature /dev/stdin "${f%.seal}" >"$t/o" 2>&1 || { echo "the signature does not fit"; exit 1; }
	elif [ -n "$3" ]; then echo "not signed"; exit 1; fi; cat "${f%.seal}"; done
