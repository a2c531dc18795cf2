#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every source, script and build file names its licence in its first five lines."""
import house

KINDS = ('.c', '.h', '.py', '.sh', 'meson.build', 'meson_options.txt')
LINE = 'SPDX-License-' + 'Identifier: Apache-2.0'


def check(root):
  if not (root / 'LICENSE').is_file():
    yield 'LICENSE', 1, 'is missing'
  for path in house.files(root):
    if (path.endswith(KINDS) or path == '.ci/run') and not any(LINE in line for line in house.lines(root, path)[:5]):
      yield path, 1, f'no "{LINE}" in the first five lines'


if __name__ == '__main__':
  house.run(check)
