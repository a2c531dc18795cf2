# SPDX-License-Identifier: Apache-2.0
"""What the lints share: the project's files, C without comments, and how a complaint is printed.

A lint is a file with check(root), which yields (path, line, text); run() prints them as
path:line: text and ends with status 1 when there are any."""
import os
import pathlib
import re
import sys

SKIPPED = {'.git', '__pycache__'}


def files(root, *suffixes):
  """The project's files with one of these suffixes (or all), as paths from the root, in order. Build
  folders are no part of it, whatever their names."""
  root = pathlib.Path(root)
  found = []
  for folder, folders, names in os.walk(root):
    if 'meson-private' in folders:
      folders.clear()
      continue
    folders[:] = [name for name in folders if name not in SKIPPED]
    place = pathlib.Path(folder).relative_to(root)
    if place.parts[:1] != ('build',):
      found += [(place / name).as_posix() for name in names if not suffixes or name.endswith(suffixes)]
  return sorted(found)


def lines(root, path):
  return read(root, path).split('\n')


def read(root, path):
  return (pathlib.Path(root) / path).read_text(encoding='utf-8', errors='replace')


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)


def code(text):
  """C text with comments blanked and strings emptied; lines stay where they are."""
  def blank(match):
    token = match.group()
    if token[0] == '/':
      return re.sub(r'[^\n]', ' ', token)
    return token[0] + ' ' * (len(token) - 2) + token[0]
  return TOKEN.sub(blank, text)


def functions(text):
  """(name, first line, last line) of each function of C text in the house's format: the brace that
  opens a body stands alone in the first column, and so does the one that closes it."""
  rows = code(text).split('\n')
  start = name = None
  for number, row in enumerate(rows, 1):
    if row.rstrip() == '{':
      start = number - 1
      while start > 1 and rows[start - 2].strip() and not re.search(r'[;}]\s*$', rows[start - 2]) \
          and not rows[start - 2].startswith('#'):
        start -= 1
      head = re.sub(r'__attribute__\s*\(\(.*?\)\)', '', ' '.join(rows[start - 1:number - 1]))
      match = re.search(r'(\w+)\s*\(', head)
      name = match.group(1) if match else None
    elif row.startswith('}') and name:
      yield name, start, number
      name = None


def run(check):
  root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve()
  problems = list(check(root))
  for path, line, text in problems:
    print(f'{path}:{line}: {text}')
  sys.exit(1 if problems else 0)
