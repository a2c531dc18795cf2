#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Direction: which room may include whose headers. Own headers are written from the root."""
import pathlib
import re

import house

BASE, PROTO, CORE, LOAD, STORE, REGISTER, SERVE = (
  'proto/base', 'proto', 'daemon/core', 'daemon/load', 'daemon/store', 'daemon/register', 'daemon/serve')
MAY_INCLUDE = {
  BASE: {BASE},
  PROTO: {BASE, PROTO},
  CORE: {BASE, CORE},
  LOAD: {BASE, CORE, LOAD},
  STORE: {BASE, CORE, STORE},
  REGISTER: {BASE, CORE, LOAD, STORE, REGISTER},
  SERVE: {BASE, PROTO, CORE, REGISTER, SERVE},
  'daemon': {BASE, PROTO, LOAD, REGISTER, SERVE},  # main.c
  'client': {BASE, PROTO, 'client'},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def check(root):
  for path in house.files(root, '.c', '.h'):
    room = str(pathlib.PurePosixPath(path).parent)
    for number, line in enumerate(house.lines(root, path), 1):
      match = INCLUDE.match(line)
      if not match:
        continue
      header = match.group(1)
      theirs = str(pathlib.PurePosixPath(header).parent)
      if not (root / header).is_file():
        yield path, number, f'"{header}" is no header of the project, written from its root'
      elif room.startswith('tests'):
        continue
      elif room not in MAY_INCLUDE:
        yield path, number, f'{room}/ is no room that this lint knows'
      elif theirs not in MAY_INCLUDE[room]:
        allowed = ', '.join(sorted(MAY_INCLUDE[room]))
        yield path, number, f'{room} may not include {theirs} ("{header}"), only {allowed}'


if __name__ == '__main__':
  house.run(check)
