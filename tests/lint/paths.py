#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing that holds on one machine only: no absolute path of somebody's folders, no address of a
package registry. Unit tests are passed over: they make up folders to try them."""
import re

import house

FOLDERS = ('work', 'root', 'home', 'Users', 'mnt', 'workspace')
HOSTS = ('pypi', 'pythonhosted', 'npmjs', 'crates', 'debian', 'docker', 'ghcr', 'quay', 'golang')
PATH = re.compile(r'(?<![\w.$}*)~/-])/(?:' + '|'.join(FOLDERS) + r')(?:/|\b(?=["\'\s:]))')
HOST = re.compile(r'(?:https?:)?//[\w.-]*\b(?:' + '|'.join(HOSTS) + r')\.(?:org|com|io|dev)', re.IGNORECASE)


def check(root):
  for path in house.files(root):
    if path.startswith('tests/unit/'):
      continue
    for number, line in enumerate(house.lines(root, path), 1):
      for what, pattern in (('an absolute path of one machine', PATH), ('the address of a registry', HOST)):
        match = pattern.search(line)
        if match:
          yield path, number, f'{match.group().strip()}: {what}'


if __name__ == '__main__':
  house.run(check)
