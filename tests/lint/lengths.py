#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions over 70 lines and files over 500 fail; lengths.txt holds the exceptions, each with its
reason. Prints the ten longest of both."""
import ast
import fnmatch
import pathlib
import sys

import house

FUNCTION_MAX = 70
FILE_MAX = 500
LIST = 'tests/lint/lengths.txt'


def python_functions(text):
  for node in ast.walk(ast.parse(text)):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
      yield node.name, node.lineno, node.end_lineno


def measure(root):
  """(what, path, line, length, most) of every file and function; what is path or path:function."""
  for path in house.files(root, '.c', '.h', '.py'):
    text = house.read(root, path)
    yield path, path, 1, text.count('\n'), FILE_MAX
    for name, first, last in (python_functions if path.endswith('.py') else house.functions)(text):
      yield f'{path}:{name}', path, first, last - first + 1, FUNCTION_MAX


def exceptions(root):
  if not (root / LIST).is_file():
    return
  for number, line in enumerate(house.lines(root, LIST), 1):
    if line and not line.startswith('#'):
      pattern, _, reason = line.partition(' ')
      yield number, pattern, reason.strip()


def check(root):
  used = set()
  listed = list(exceptions(root))
  for number, pattern, reason in listed:
    if len(reason.split()) < 3:
      yield LIST, number, f'{pattern} needs a reason'
  for what, path, line, length, most in measure(root):
    if length <= most:
      continue
    matching = {number for number, pattern, _ in listed if fnmatch.fnmatchcase(what, pattern)}
    used |= matching
    if not matching:
      yield path, line, f'{what} is {length} lines long, more than {most}'
  for number, pattern, _ in listed:
    if number not in used and not pattern.startswith('tests/'):
      yield LIST, number, f'{pattern} excepts nothing that is too long: remove it'


def report(root):
  measured = [row for row in measure(root) if not row[1].startswith('tests/')]
  for title, most in (('functions', FUNCTION_MAX), ('files', FILE_MAX)):
    print(f'the ten longest {title} (at most {most}), tests apart:')
    for what, _, _, length, _ in sorted((row for row in measured if row[4] == most), key=lambda row: -row[3])[:10]:
      print(f'  {length:4} {what}')


if __name__ == '__main__':
  report(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve())
  house.run(check)
