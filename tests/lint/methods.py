#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every method of the org.ogid interfaces has a row in the daemon's dispatch table and a command of the
client."""
import re

import house

INTERFACES = 'proto/org.ogid.*.varlink'
TABLES = {'daemon/serve/dispatch.c': 'row', 'client/commands.c': 'command'}
METHOD = re.compile(r'^method\s+(\w+)\s*\(')
DEFINE = re.compile(r'^#define\s+(\w+)\s+"([^"]*)"', re.MULTILINE)
WITHOUT_COMMAND = {'org.ogid.Applications.Apply': 'what a command sends for many rows, not a command'}


def joined(text):
  """C text in which a defined prefix before a string stands in the string."""
  for name, value in DEFINE.findall(text):
    text = re.sub(rf'\b{name}\s*"', lambda _, value=value: '"' + value, text)
  return text


def check(root):
  names = sorted(path.relative_to(root).as_posix() for path in root.glob(INTERFACES))
  if not names:
    yield INTERFACES, 1, 'no interface found'
  for table, what in TABLES.items():
    if not (root / table).is_file():
      yield table, 1, 'is missing'
      continue
    text = joined(house.read(root, table))
    for name in names:
      interface = name.removeprefix('proto/').removesuffix('.varlink')
      for number, line in enumerate(house.lines(root, name), 1):
        match = METHOD.match(line)
        method = f'{interface}.{match.group(1)}' if match else None
        if method and f'"{method}"' not in text and not (what == 'command' and method in WITHOUT_COMMAND):
          yield name, number, f'{method} has no {what} in {table}'


if __name__ == '__main__':
  house.run(check)
