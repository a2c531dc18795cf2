# SPDX-License-Identifier: Apache-2.0
"""The least that a socket costs, and a sync behind a socket: echo.c and append.c."""
import servers


class Echo(servers.Server):
  def __init__(self, place, answer_bytes):
    super().__init__(place)
    self.socket, self.bytes = place.path / 'echo.sock', answer_bytes
    self.start()

  def command(self):
    return [self.place.program('echo'), str(self.socket), str(self.bytes)]

  def rate(self, ours, clients, depth=1):
    return servers.load(self.place, self.socket, 'get', clients, depth, numbers=ours.numbers)['per_second']


class Append(servers.Server):
  def __init__(self, place, answer_bytes):
    super().__init__(place)
    self.socket, self.bytes = place.path / 'append.sock', answer_bytes
    self.start()

  def command(self):
    return [self.place.program('append'), str(self.socket), str(self.place.path / 'append.log'), str(self.bytes)]

  def rate(self, clients):
    return servers.load(self.place, self.socket, 'log', clients)['per_second']
