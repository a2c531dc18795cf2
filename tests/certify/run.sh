#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh SERVER CLIENT INTERFACE: certifies the client against the server, then sees that a wrong
# value is refused and that the server is still good afterwards. Exit status 0 or 1.
set -u
if [ $# -ne 3 ]; then
	echo "usage: run.sh SERVER CLIENT INTERFACE" >&2
	exit 2
fi
directory=$(mktemp -d) || exit 1
socket=$directory/certify.sock
"$1" "$socket" "$3" &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$directory"' EXIT

tries=0
while [ ! -S "$socket" ]; do
	tries=$((tries + 1))
	if [ $tries -gt 100 ] || ! kill -0 $server 2>/dev/null; then
		echo "the server does not start" >&2
		exit 1
	fi
	sleep 0.05
done

"$2" "$socket" "$3" || exit 1
"$2" "$socket" "$3" --wrong || exit 1
"$2" "$socket" "$3" || exit 1

kill $server
wait $server
status=$?
if [ $status -ne 0 ]; then
	echo "the server ended with $status" >&2
	exit 1
fi
