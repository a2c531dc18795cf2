# SPDX-License-Identifier: Apache-2.0
"""SQLite in one process, without a socket: WAL, synchronous=FULL, prepared statements. What a library that
nobody else can ask does."""
import sqlite3
import time

TABLES = '''
create table applications (number integer primary key, version, state, category, cell, applicant, handler,
  received_on, due_on, decided_on, body);
create table events (sequence integer primary key, number, key, recorded_at, body);
create table counters (year, category, cell, count, primary key (year, category, cell)) without rowid;
'''
INDEXES = '''
create index due on applications (due_on, number) where decided_on is null;
create index applicant on applications (applicant, number);
create index event_number on events (number);
create unique index event_key on events (key);
create index covering on applications (category, cell, received_on, decided_on);
'''
# Days are numbers here; 2025 is 20089 to 20453.
YEAR_TABLE = '''select category, cell, sum(received_on between 20089 and 20453),
  sum(decided_on between 20089 and 20453),
  sum(received_on < 20089 and (decided_on is null or decided_on >= 20089)),
  sum(received_on <= 20453 and (decided_on is null or decided_on > 20453)) from applications group by category, cell'''
EARLIER = 'select count(*) from (select 1 from applications where applicant = ? limit 20)'
COUNT = 'insert into counters values (2026, 0, ?, 1) on conflict (year, category, cell) do update set count = count + 1'


class Sqlite:
  def __init__(self, place):
    self.place = place
    self.base = sqlite3.connect(place.folder('sqlite') / 'base.db', isolation_level=None)
    for pragma in ('journal_mode=wal', 'synchronous=full', 'cache_size=-1000000'):
      self.base.execute('pragma ' + pragma)
    count = place.applications
    self.base.executescript(TABLES)
    self.base.execute('begin')
    self.base.executemany('insert into applications values (?, 3, 2, ?, ?, ?, ?, ?, ?, ?, ?)',
                          (self.application(i) for i in range(1, count + 1)))
    self.base.executemany('insert into events values (null, ?, ?, 0, ?)', (
      (i // 3 + 1, f'made-{i}', '某' * 66) for i in range(3 * count)))
    self.base.execute('commit')
    self.base.executescript(INDEXES)
    self.base.execute('analyze')
    self.next = count

  def application(self, i):
    """The same as in postgres.py: spread over 1400 days, 2 in 100 open."""
    received, is_open = 19362 + i * 1400 // self.place.applications, i % 50 == 0
    return (i, i % 6, None if is_open else i % 21, i * 7919 % (self.place.applications // 4 + 1000), i % 200,
            received, received + 28, None if is_open else received + 10, '某' * 133)

  def log(self):
    self.next += 1
    who = self.next * 7919 % 1000000007
    self.base.execute('begin immediate')
    self.base.execute(EARLIER, (who,)).fetchone()
    self.base.execute('insert into applications values (?, 1, 0, 0, null, ?, 1, 20781, 20809, null, ?)',
                      (self.next, who, '某' * 133))
    self.base.execute('insert into events values (null, ?, ?, 0, ?)',
                      (self.next, f'bench-{self.next * 7919}', '某' * 66))
    self.base.execute(COUNT, (100,))
    self.base.execute(COUNT, (101,))
    self.base.execute('commit')

  def rate(self):
    begin, done = time.monotonic(), 0
    while time.monotonic() - begin < self.place.seconds:
      self.log()
      done += 1
    return done / (time.monotonic() - begin)

  def report_seconds(self):
    begin, done = time.monotonic(), 0
    while done == 0 or time.monotonic() - begin < self.place.seconds:
      self.base.execute(YEAR_TABLE).fetchall()
      done += 1
    return (time.monotonic() - begin) / done
