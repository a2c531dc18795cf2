# SPDX-License-Identifier: Apache-2.0
"""What is measured, against whom, and how much better it is to be. A new figure is a row here."""
import dataclasses
import functools
import statistics
import sys
import typing

import bare
import ours
import postgres
import redisdb
import sqlite


@dataclasses.dataclass
class Peer:
  name: str
  measure: typing.Callable
  goal: float | None = None  # how many times better we are to be; None: shown only


@dataclasses.dataclass
class Figure:
  work: str  # for --only
  name: str
  unit: str  # '/s' is better when larger, 'ms' and 'µs' (given in seconds, microseconds) when smaller
  measure: typing.Callable
  peers: list
  at_most: bool = False  # the goal is how many times worse than the peer it may be


@dataclasses.dataclass
class Result:
  figure: Figure
  peer: Peer
  ours: list
  theirs: list

  def ratio(self):
    mine, other = statistics.median(self.ours), statistics.median(self.theirs)
    return mine / other if self.figure.unit == '/s' or self.figure.at_most else other / mine

  def met(self):
    if self.peer.goal is None:
      return None
    return self.ratio() <= self.peer.goal if self.figure.at_most else self.ratio() >= self.peer.goal


class Cast:
  """The servers, each started when the first figure asks for it."""

  def __init__(self, place):
    self.place = place

  def made(self, name, make):
    print(f'preparing {name} ...', file=sys.stderr, flush=True)
    return make()

  @functools.cached_property
  def ours(self):
    return self.made('ogid', lambda: ours.Ours(self.place))

  @functools.cached_property
  def postgres(self):
    return self.made('PostgreSQL', lambda: postgres.Postgres(self.place))

  @functools.cached_property
  def redis(self):
    return self.made('Redis', lambda: redisdb.Redis(self.place))

  @functools.cached_property
  def sqlite(self):
    return self.made('SQLite', lambda: sqlite.Sqlite(self.place))

  @functools.cached_property
  def echo(self):
    return bare.Echo(self.place, round(self.ours.load('get', 1)['bytes_each']))

  @functools.cached_property
  def append(self):
    return bare.Append(self.place, round(self.ours.load('log', 1, requests=20)['bytes_each']))

  @functools.lru_cache(maxsize=None)
  def best_clients(self, script):
    return self.postgres.best_clients(script)

  def postgres_best(self, script):
    return self.postgres.bench(script, self.best_clients(script))


def figures(cast):
  """What only reads comes first, so that it finds the register as it was made."""
  def get_p99(**beside):
    return cast.ours.load('get', 1, **beside)['p99_usec']

  return [
    Figure('report', "a year's table, recounted", 'ms', lambda: cast.ours.report_seconds(), [
      Peer('PostgreSQL, one count by parallel GROUP BY', lambda: cast.postgres.report_seconds('group-by'), 5),
      Peer('PostgreSQL, the whole of table 3', lambda: cast.postgres.report_seconds()),
      Peer('SQLite, the whole of table 3', lambda: cast.sqlite.report_seconds())]),
    Figure('get', 'get, 1 client', '/s', lambda: cast.ours.rate('get', 1), [
      Peer('PostgreSQL, prepared', lambda: cast.postgres.bench('get', 1)),
      Peer('Redis GET', lambda: cast.redis.rate('get', 1)),
      Peer('bare echo', lambda: cast.echo.rate(cast.ours, 1))]),
    Figure('get', 'get, 32 clients', '/s', lambda: cast.ours.rate('get', 32), [
      Peer('PostgreSQL, prepared', lambda: cast.postgres.bench('get', 32), 2.5),
      Peer('Redis GET', lambda: cast.redis.rate('get', 32), 1.2),
      Peer('bare echo', lambda: cast.echo.rate(cast.ours, 32), 0.5)]),
    Figure('get', 'get, 32 clients 16 deep', '/s', lambda: cast.ours.rate('get', 32, 16), [
      Peer('Redis GET, 16 deep', lambda: cast.redis.rate('get', 32, 16), 0.25),
      Peer('bare echo, 16 deep', lambda: cast.echo.rate(cast.ours, 32, 16))]),
    Figure('backlog', 'the 50 that press most, with records, 8 clients', '/s', lambda: cast.ours.rate('backlog', 8), [
      Peer('PostgreSQL, prepared', lambda: cast.postgres.bench('backlog', 8), 2)]),
    Figure('start', 'start after a clean stop, to the first answer', 'ms', lambda: cast.ours.restart_seconds(), [
      Peer('PostgreSQL', lambda: cast.postgres.restart_seconds(), 5),
      Peer('Redis, reading its log', lambda: cast.redis.restart_seconds(), 100)]),
    Figure('log', 'log, 1 client', '/s', lambda: cast.ours.rate('log', 1), [
      Peer('PostgreSQL, no counters', lambda: cast.postgres.bench('log-plain', 1), 1),
      Peer('bare append and sync', lambda: cast.append.rate(1), 0.8),
      Peer('PostgreSQL, the same work', lambda: cast.postgres.bench('log', 1)),
      Peer('Redis, appendfsync always', lambda: cast.redis.rate('log', 1)),
      Peer('SQLite, in one process', lambda: cast.sqlite.rate())]),
    Figure('log', 'log, 32 clients', '/s', lambda: cast.ours.rate('log', 32), [
      Peer('PostgreSQL, the same work, at its best', lambda: cast.postgres_best('log'), 4),
      Peer('PostgreSQL, no counters, at its best', lambda: cast.postgres_best('log-plain'), 2),
      Peer('Redis, appendfsync always', lambda: cast.redis.rate('log', 32), 2),
      Peer('bare append and sync', lambda: cast.append.rate(32))]),
    Figure('log', 'log, 256 clients', '/s', lambda: cast.ours.rate('log', 256), [
      Peer('PostgreSQL, the same work', lambda: cast.postgres.bench('log', 256), 8),
      Peer('Redis, appendfsync always', lambda: cast.redis.rate('log', 256), 2),
      Peer('PostgreSQL, no counters', lambda: cast.postgres.bench('log-plain', 256)),
      Peer('bare append and sync', lambda: cast.append.rate(256))]),
    Figure('beside', 'p99 of get while 32 clients log', 'µs', lambda: get_p99(beside='log:32'), [
      Peer('the same, alone', get_p99, 3)], at_most=True),
    Figure('mix', 'log, disclose, get in turn, 32 clients', '/s', lambda: cast.ours.rate('mix', 32), []),
  ]


def measure(figure, rounds):
  """Rounds one after the other, everybody once in each, so that a slow moment hits all alike."""
  mine, theirs = [], [[] for _ in figure.peers]
  for number in range(rounds):
    print(f'{figure.name}: round {number + 1} of {rounds}', file=sys.stderr, flush=True)
    mine.append(figure.measure())
    for found, peer in zip(theirs, figure.peers):
      found.append(peer.measure())
  return [Result(figure, peer, mine, found) for peer, found in zip(figure.peers, theirs)] or [
    Result(figure, None, mine, [])]
