#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""feed.py SOCKET REPORT...: published years, one after the other, into a running register.

Makes applications of each table as the replay test does, and prints the number of the one with the
longest story. Each year is rolled up before the next one begins."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'tests'))

from harness import Link  # noqa: E402
from replay.reports import CATEGORIES, Published, plan  # noqa: E402
from replay.test_reports import act_all, log_all  # noqa: E402


class Strict:
  """Where the test would tell a failed check, this ends."""

  def ok(self, good, name, *why):
    if not good:
      sys.exit('\n'.join(['feed: ' + name, *map(str, why)]))

  def equal(self, found, expected, name):
    self.ok(found == expected, name, f'expected {expected!r}', f'found {found!r}')


def feed(link, published, carried):
  applications = plan(published, 'demo', carried)
  fresh = sorted((a for a in applications if not a.logged), key=lambda a: a.received)
  log_all(Strict(), link, fresh, published.name)
  for repeats in (False, True):  # what repeats an answer comes after the answer
    act_all(Strict(), link, [a for a in applications if (a.earlier is not None) == repeats], published.name)
  link.call('Report.Rollup', on=f'{published.year + 1}-01-05')
  return applications


def main():
  socket, *reports = sys.argv[1:]
  link = Link(socket)
  carried = None
  for report in reports:
    applications = feed(link, Published(report), carried)
    carried = {category: [a for a in applications if a.row is None and a.category == category]
               for category in CATEGORIES}
  print(max(applications, key=lambda a: len(a.acts)).number)


if __name__ == '__main__':
  main()
