#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""results.py BUILD TALLY: what `meson test` found, one line a suite, with the log of each failure.

Counts the cases inside a program that speaks TAP (cmocka does), else the program itself; a program
that ends badly without a failed case counts as one. Adds a line "passed failed" to TALLY."""
import json
import pathlib
import re
import sys

LOG_LINES = 60


def name_of(test):
  """(suite, name): the log has them as "project:suite / name"."""
  suite, _, name = test['name'].rpartition(' / ')
  return suite.rpartition(':')[2], name


def count(test):
  """(passed, failed, skipped) of one program."""
  good = test['result'] in ('OK', 'EXPECTEDFAIL')
  if test['result'] == 'SKIP':
    return 0, 0, 1
  cases = re.findall(r'^(not ok|ok)\b.*?(#\s*skip\b.*)?$', test.get('stdout', ''), re.MULTILINE | re.IGNORECASE)
  if not re.search(r'^1\.\.\d', test.get('stdout', ''), re.MULTILINE):
    return int(good), int(not good), 0
  skipped = sum(bool(skip) for _, skip in cases)
  failed = sum(verdict == 'not ok' and not skip for verdict, skip in cases)
  passed = len(cases) - skipped - failed
  return passed, failed if good else max(failed, 1), skipped


def show(test):
  """Of a TAP program, each failed case with what it says about it; else the last lines."""
  print(f'--- {" ".join(name_of(test))}: {test["result"]}, {test["duration"]:.1f} s')
  kept, bad = [], False
  for line in test.get('stdout', '').split('\n'):
    if re.match(r'(not )?ok\b', line):
      bad = line.startswith('not ok')
    if bad:
      kept.append(line)
  if not kept:
    kept = test.get('stdout', '').rstrip().split('\n')[-LOG_LINES:]
  kept = kept[:LOG_LINES] + test.get('stderr', '').rstrip().split('\n')[-LOG_LINES:]
  for line in kept:
    if line:
      print(f'    {line}')


def main():
  build, tally = sys.argv[1:]
  log = pathlib.Path(build, 'meson-logs', 'testlog.json')
  if not log.exists():
    print(pathlib.Path(build + '.log').read_text(encoding='utf-8', errors='replace')[-4000:])
    print(f'{build}: no test ran')
    with open(tally, 'a', encoding='utf-8') as out:
      out.write('0 1\n')
    return
  found = {}
  for line in log.read_text(encoding='utf-8', errors='replace').splitlines():
    test = json.loads(line)
    suite, _ = name_of(test)
    passed, failed, skipped = count(test)
    row = found.setdefault(suite, [0, 0, 0, 0, 0.0])
    for place, amount in enumerate((passed, failed, skipped, 1, test['duration'])):
      row[place] += amount
    if failed:
      show(test)
  name = pathlib.Path(build).name
  for suite, (passed, failed, skipped, programs, seconds) in sorted(found.items()):
    also = f', {skipped} skipped' if skipped else ''
    print(f'{name}: {suite:8} {passed:5} passed, {failed} failed{also} ({programs} programs, {seconds:.1f} s)')
  with open(tally, 'a', encoding='utf-8') as out:
    out.write(f'{sum(row[0] for row in found.values())} {sum(row[1] for row in found.values())}\n')


if __name__ == '__main__':
  main()
