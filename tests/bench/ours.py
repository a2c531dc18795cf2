# SPDX-License-Identifier: Apache-2.0
"""ogid itself: the release build, on a ledger made by make_ledger."""
import json
import os
import time

import servers

TODAY = '2026-11-24'


class Ours(servers.Server):
  def __init__(self, place):
    super().__init__(place)
    self.data = place.path / 'ogid'
    self.socket = place.path / 'ogid.sock'
    begin = time.monotonic()
    self.made = json.loads(servers.run([place.program('make_ledger'), str(self.data), str(place.applications), TODAY]))
    self.making = time.monotonic() - begin
    self.numbers = ','.join(f'{year}:{count}' for year, count in self.made['years'].items())
    self.year = int(list(self.made['years'])[-2])  # the last whole one
    self.costs = {}  # of each work: answers, and microseconds of a processor
    self.building = self.start()

  def command(self):
    return [str(self.place.build / 'daemon' / 'ogid'), '--data', str(self.data), '--socket', str(self.socket),
            '--rehearsal']

  def environment(self):
    environment = {name: value for name, value in os.environ.items() if not name.startswith('OGID_')}
    return dict(environment, OGID_TODAY=TODAY, HOME=str(self.place.path))

  def asks(self, link):
    """An application, not only its name."""
    link.sendall(b'{"method":"org.ogid.Applications.Get","parameters":{"number":"%d-0001"}}\0' % self.year)
    return link.recv(65536).startswith(b'{"parameters"')

  def load(self, work, clients, depth=1, **more):
    before = self.cpu()
    found = servers.load(self.place, self.socket, work, clients, depth, numbers=self.numbers, year=self.year, **more)
    if 'beside' not in more:
      self.costs.setdefault((work, clients, depth), []).append(
        (found['all'], *(after - taken for after, taken in zip(self.cpu(), before))))
    return found

  def cost(self, key):
    """Microseconds an answer: our own, the kernel's."""
    answers, own, kernel = map(sum, zip(*self.costs[key]))
    return own / max(1, answers), kernel / max(1, answers)

  def rate(self, work, clients, depth=1):
    return self.load(work, clients, depth)['per_second']

  def report_seconds(self):
    """A year's report with revision 0 walks every application for its check `recount`."""
    return self.load('report', 1)['p50_usec'] / 1e6 or self.load('report', 1, requests=1)['p50_usec'] / 1e6

  def restart_seconds(self):
    self.stop()
    return self.start()
