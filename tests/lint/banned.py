#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions that this house does not call, and what it calls in their place; goto outside main().
Tests may write fixed texts into their own buffers as they like."""
import re

import house

BANNED = {
  'strcpy': 'snprintf or buf_append', 'strcat': 'buf_append', 'strncpy': 'snprintf', 'strncat': 'buf_append',
  'stpcpy': 'snprintf or buf_append', 'sprintf': 'snprintf', 'vsprintf': 'vsnprintf', 'strtok': 'strsep or a loop',
  'atoi': 'text_to_int', 'atol': 'text_to_int', 'atoll': 'text_to_int', 'atof': 'a strict parser', 'gets': 'getline',
  'localtime': 'base/date', 'gmtime': 'gmtime_r, or base/date', 'ctime': 'base/date', 'asctime': 'base/date',
  'system': 'no shell', 'popen': 'no shell', 'alloca': 'an arena', 'mktemp': 'mkstemp', 'tmpnam': 'mkstemp',
}
CALL = re.compile(r'\b(' + '|'.join(BANNED) + r')\s*\(')
GOTO = re.compile(r'\bgoto\s+\w+\s*;')


def check(root):
  for path in house.files(root, '.c', '.h'):
    text = house.read(root, path)
    mains = [(first, last) for name, first, last in house.functions(text) if name == 'main']
    for number, line in enumerate(house.code(text).split('\n'), 1):
      for match in () if path.startswith('tests/') else CALL.finditer(line):
        yield path, number, f'{match.group(1)}() is not used here; take {BANNED[match.group(1)]}'
      if GOTO.search(line) and not any(first <= number <= last for first, last in mains):
        yield path, number, 'goto stands in main() only; elsewhere the cleanup attribute does it'


if __name__ == '__main__':
  house.run(check)
