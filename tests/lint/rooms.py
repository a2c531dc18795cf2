#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Third-party headers: each in its room. A header that is neither the C library's nor in the table is
refused, so that a new dependency has to say here where it lives."""
import fnmatch
import re

import house

ROOMS = {
  'uv.h': ['daemon/serve/*', 'daemon/main.c', 'tests/bench/append.c', 'tests/bench/echo.c'],
  'lmdb.h': ['daemon/store/state_db.h'],
  'yaml.h': ['proto/base/yaml.c'],
  'jansson.h': ['proto/*', 'daemon/store/entry*.c', 'daemon/serve/*', 'daemon/main.c', 'client/*',
                'tests/unit/*', 'tests/certify/*'],
  'openssl/*': ['proto/base/sm2.c', 'proto/base/sm3.c'],
  'xxhash.h': ['proto/base/checksum.c'],
  'libsmartcols/*': ['client/table.c'],
  'libsmartcols.h': ['client/table.c'],
  'xlsxwriter.h': ['client/write_xlsx.c'],
  'libintl.h': ['client/*'],
  'csv.h': ['client/rows.c'],
  'cmocka.h': ['tests/unit/*'],
}
LIBC = set('''assert ctype dirent dlfcn endian errno fcntl fnmatch getopt glob grp inttypes langinfo libgen limits locale
  ftw iconv math poll pthread pwd sched semaphore setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio
  stdlib stdnoreturn string strings sysexits termios threads time unistd wchar wctype'''.split())
INCLUDE = re.compile(r'^\s*#\s*include\s*<([^>]+)>')


def of_libc(header):
  return header.removesuffix('.h') in LIBC or header.startswith(('sys/', 'linux/'))


def is_in(path, room):
  """Whether a path matches a pattern, folder by folder: a * does not reach into the folders below."""
  parts, patterns = path.split('/'), room.split('/')
  return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


def check(root):
  for path in house.files(root, '.c', '.h'):
    for number, line in enumerate(house.lines(root, path), 1):
      match = INCLUDE.match(line)
      if not match or of_libc(match.group(1)):
        continue
      header = match.group(1)
      rooms = next((rooms for name, rooms in ROOMS.items() if fnmatch.fnmatchcase(header, name)), None)
      if rooms is None:
        yield path, number, f'<{header}> has no room: say in tests/lint/rooms.py where it may be included'
      elif not any(is_in(path, room) for room in rooms):
        yield path, number, f'<{header}> belongs in {", ".join(rooms)}'


if __name__ == '__main__':
  house.run(check)
