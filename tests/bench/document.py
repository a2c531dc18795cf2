# SPDX-License-Identifier: Apache-2.0
"""The results as a table, and docs/performance.md around it."""
import os
import pathlib
import platform
import re
import sqlite3
import statistics
import time

import servers

BARRIERS = 300

TEXT = '''# Performance

Measured by `tests/bench/run` on {date}, commit {commit}: {applications:,} applications made by
`tests/bench/make_ledger.c`, {rounds} rounds of {seconds:g} s, medians; range: the least and the most of all rounds.
Absolute figures hold for this machine only; ratios travel better.{warning}

| | |
| --- | --- |
{facts}

{table}

Ratio: how many times better ours is; of the p99, how many times worse than alone.

## What an answer costs us

Processor time of the daemon, all its threads, by the kernel's account. It moves less with what else the machine does.

{costs}

## How it is measured

Each on the same disk, synced, behind a Unix socket in one temporary folder, in turn (ours, peer, ours, peer). Ours is
driven by `tests/bench/load.c`: one thread, requests made beforehand, so many unanswered calls a client. PostgreSQL is
driven by pgbench with prepared statements, Redis by redis-benchmark; both are their own, and no slower than load.

- **log**: an application of some 450 bytes with Chinese text and a key, a new applicant each time. *The same work* in
  PostgreSQL is one function: serial, earlier applications of the applicant, record, entry, key, two counters, four
  indexes. *No counters* is one statement with a sequence: its best. *At its best*: with the number of clients, of 1, 4,
  8, 16 and 32, that does most. Redis does all of it in one script. *Bare append and sync* does nothing but hand the
  request to a thread that appends and syncs: `tests/bench/append.c`.
- **get**: a random one. *Bare echo* answers as many bytes without looking: `tests/bench/echo.c`. A record in PostgreSQL
  and Redis is 400 bytes; our answer is JSON of {get_bytes} bytes.
- **a year's table, recounted**: `Report.Get` with revision 0 for {year}: it walks all applications for the check
  `recount`, makes the tables, the checks and the JSON. PostgreSQL and SQLite count table 3 alone, or only one number a
  cell (its best), by an index that covers it.
- **start**: from the start of the process to the first application that is answered.

## How to run it

    tests/bench/run                                               # all, a million applications
    tests/bench/run --applications 10000 --seconds 1 --rounds 1   # whether it works; figures worth nothing
    tests/bench/run --only log --rounds 9

This run took {minutes} minutes. It builds `build/bench`, installs what `tests/bench/packages.txt` names when run as
root, and writes this file (or `--output FILE`). All lies in one folder under `--directory` (by default /var/tmp),
removed at the end; it must be on a real disk. No test asserts a time.
'''


def number(value, unit):
  if unit == '/s':
    return f'{value:,.0f}'
  value = value * 1000 if unit == 'ms' else value
  return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def span(values, unit):
  return f'{number(min(values), unit)} to {number(max(values), unit)}'


def row(result):
  figure, peer = result.figure, result.peer
  unit = 'per second' if figure.unit == '/s' else figure.unit
  ours = number(statistics.median(result.ours), figure.unit)
  if peer is None:
    return f'| {figure.name}, {unit} | {ours} | | | | {span(result.ours, figure.unit)} |'
  goal = ''
  if peer.goal is not None:
    goal = f'{"at most" if figure.at_most else "at least"} {peer.goal:g}: {"met" if result.met() else "**missed**"}'
  theirs = number(statistics.median(result.theirs), figure.unit)
  return (f'| {figure.name}, {unit} | {ours} | {theirs} ({peer.name}) | {result.ratio():.3g} | {goal} | '
          f'{span(result.ours, figure.unit)}; {span(result.theirs, figure.unit)} |')


def table(results):
  head = ['| figure | ours | peer | ratio | goal | range: ours; peer |', '| --- | --- | --- | --- | --- | --- |']
  return '\n'.join([*head, *map(row, results)])


def costs(ours):
  lines = ['| work | clients | depth | own, µs | kernel, µs |', '| --- | --- | --- | --- | --- |']
  for work, clients, depth in sorted(ours.costs):
    own, kernel = ours.cost((work, clients, depth))
    lines.append(f'| {work} | {clients} | {depth} | {own:,.1f} | {kernel:,.1f} |')
  return '\n'.join(lines)


def commit(root):
  try:
    return servers.run(['git', '-C', str(root), 'rev-parse', '--short', 'HEAD']).strip()
  except (OSError, RuntimeError):
    return 'unknown'


def barrier_usec(folder):
  """What a flush of this disk takes: 512 bytes appended, then fdatasync."""
  times = []
  path = folder / 'barrier'
  with open(path, 'wb', buffering=0) as file:
    for _ in range(BARRIERS):
      begin = time.monotonic()
      file.write(b'x' * 512)
      os.fdatasync(file.fileno())
      times.append(time.monotonic() - begin)
  path.unlink()
  return statistics.median(times) * 1e6


def filesystem(folder):
  found = ('', '?')
  for line in pathlib.Path('/proc/mounts').read_text(encoding='utf-8').splitlines():
    _, point, kind = line.split()[:3]
    if (str(folder) + '/').startswith(point.rstrip('/') + '/') and len(point) >= len(found[0]):
      found = (point, kind)
  return found[1]


def facts(cast):
  """(what, its value) of the machine and of the programs that took part."""
  place = cast.place
  model = re.search(r'model name\s*: (.*)', pathlib.Path('/proc/cpuinfo').read_text(encoding='utf-8'))
  memory = re.search(r'MemTotal:\s*(\d+)', pathlib.Path('/proc/meminfo').read_text(encoding='utf-8'))
  yield 'processor', f'{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores'
  yield 'memory', f'{int(memory.group(1)) / 2 ** 20:.0f} GiB'
  yield 'system', f'{platform.freedesktop_os_release()["PRETTY_NAME"]}, Linux {platform.release()}'
  yield 'disk', f'{filesystem(place.path)}; 512 bytes appended and synced: {barrier_usec(place.path):.0f} µs'
  yield 'compiler', servers.run(['cc', '--version']).splitlines()[0]
  seen = vars(cast)
  if 'ours' in seen:
    yield 'ledger', (f'{cast.ours.made["entries"]:,} entries, made in {cast.ours.making:.1f} s; '
                     f'state built from it in {cast.ours.building:.1f} s')
  if 'postgres' in seen:
    yield 'PostgreSQL', cast.postgres.version()
  if 'redis' in seen:
    yield 'Redis', re.search(r'v=([\d.]+)', servers.run(['redis-server', '--version'])).group(1)
  if 'sqlite' in seen:
    yield 'SQLite', sqlite3.sqlite_version


def text(cast, options, results, root, seconds):
  place = cast.place
  get = cast.ours.load('get', 1)
  small = options.applications < 1000000 or options.rounds < 3
  return TEXT.format(
    date=time.strftime('%Y-%m-%d'), commit=commit(root),
    applications=place.applications, rounds=options.rounds, seconds=place.seconds, table=table(results),
    facts='\n'.join(f'| {name} | {value} |' for name, value in facts(cast)), get_bytes=round(get['bytes_each']),
    year=cast.ours.year, minutes=round(seconds / 60), costs=costs(cast.ours),
    warning=' **This was a small run: its figures are worth nothing.**' if small else '')
