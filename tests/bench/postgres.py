# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL 15: the same records, entries, indexes and counters, driven by its own pgbench with prepared
statements, on a Unix socket."""
import os
import re
import signal
import struct

import servers

BIN = '/usr/lib/postgresql/15/bin/'
SETTINGS = '''listen_addresses = ''
max_connections = 300
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 30min
wal_buffers = 64MB
jit = off
max_parallel_workers_per_gather = 2
random_page_cost = 1.1
fsync = on
synchronous_commit = on
full_page_writes = on
'''
# An application's record and its entries. cell is the row of table 3 that the decision counts in.
TABLES = '''
create table applications (number bigint primary key, version int not null, state smallint not null,
  category smallint not null, cell smallint, applicant bigint not null, handler int, received_on date not null,
  due_on date not null, decided_on date, body text not null);
create table events (sequence bigserial primary key, number bigint not null, key text not null,
  recorded_at timestamptz not null default now(), body text not null);
create table counters (year int, category smallint, cell smallint, count bigint not null,
  primary key (year, category, cell));
create table serials (year int primary key, last bigint not null);
create sequence numbers;
'''
FILL = '''
insert into applications
  select i, 3, case when i % 50 = 0 then 0 when i % 10 < 7 then 2 else 3 end, i % 6,
    case when i % 50 = 0 then null else i % 21 end, i::bigint * 7919 % ({n} / 4 + 1000), i % 200,
    date '2026-11-04' - 1399 + (i::bigint * 1400 / {n})::int, date '2026-11-04' - 1371 + (i::bigint * 1400 / {n})::int,
    case when i % 50 = 0 then null else date '2026-11-04' - 1389 + (i::bigint * 1400 / {n})::int end,
    rpad('申请公开某街道第' || i || '号项目', 220, '某') from generate_series(1, {n}) i;
insert into events (number, key, body)
  select i, 'made-' || i || '-' || j, rpad('办理', 110, '某')
    from generate_series(1, {n}) i, generate_series(1, 3) j;
insert into counters
  select year, category, cell, sum(count) from (
    select extract(year from received_on)::int as year, category, 100 as cell, count(*) from applications
      group by 1, 2
    union all select extract(year from decided_on)::int, category, cell, count(*) from applications
      where decided_on is not null group by 1, 2, 3
    union all select extract(year from received_on)::int, category, 101, count(*) from applications
      where decided_on is null group by 1, 2) all_rows group by 1, 2, 3;
insert into serials values (2026, {n});
select setval('numbers', 1000000000000);  -- apart from those that the function gives
create index on applications (due_on, number) where decided_on is null;
create index on applications (applicant, number);
create index on events (number);
create unique index on events (key);
create index covering on applications (category, cell, received_on, decided_on);
'''
# The same work as a Log: its own serial, what the applicant asked before, record, entry, key, two counters.
FUNCTION = '''
create function log(p_applicant bigint, p_key text, p_body text, p_entry text) returns bigint language plpgsql as $$
declare n bigint; before bigint;
begin
  update serials set last = last + 1 where year = 2026 returning last into n;
  select count(*) into before from (select 1 from applications where applicant = p_applicant limit 20) earlier;
  insert into applications
    values (n, 1, 0, 0, null, p_applicant, 1, date '2026-11-24', date '2026-12-22', null, p_body);
  insert into events (number, key, body) values (n, p_key, p_entry);
  insert into counters values (2026, 0, 100, 1)
    on conflict (year, category, cell) do update set count = counters.count + 1;
  insert into counters values (2026, 0, 101, 1)
    on conflict (year, category, cell) do update set count = counters.count + 1;
  return n;
end $$;
'''
YEAR_TABLE = '''select category, cell, count(*) filter (where received_on between '2025-01-01' and '2025-12-31'),
  count(*) filter (where decided_on between '2025-01-01' and '2025-12-31'),
  count(*) filter (where received_on < '2025-01-01' and (decided_on is null or decided_on >= '2025-01-01')),
  count(*) filter (where received_on <= '2025-12-31' and (decided_on is null or decided_on > '2025-12-31'))
  from applications group by category, cell'''
DICE = '\\set applicant random(1, 1000000000)\n\\set key random(1, 1000000000000000000)\n'
SCRIPTS = {
  'log': DICE + "select log(:applicant, 'bench-' || :key, :body, :entry);\n",
  'log-plain': DICE + '''with a as (insert into applications values (nextval('numbers'), 1, 0, 0, null, :applicant, 1,
  date '2026-11-24', date '2026-12-22', null, :body) returning number)
  insert into events (number, key, body) select number, 'bench-' || :key, :entry from a;\n''',
  'get': '\\set n random(1, :applications)\nselect * from applications where number = :n;\n',
  'backlog': '''select * from applications where decided_on is null order by due_on, number limit 50;\n''',
  'report': ' '.join(YEAR_TABLE.split()) + ';\n',
  'group-by': 'select category, cell, count(*) from applications group by category, cell;\n',
}


class Postgres(servers.Server):
  ending = signal.SIGINT  # the shutdown that is called fast

  def __init__(self, place):
    self.user = servers.user_for('postgres')
    super().__init__(place)
    self.home = place.folder('postgres', self.user)
    self.data = self.home / 'data'
    self.socket = self.home / '.s.PGSQL.5432'
    self.tool('initdb', '-D', str(self.data), '-A', 'trust', '-U', 'bench', '-E', 'UTF8', '--locale', 'C.UTF-8')
    with open(self.data / 'postgresql.conf', 'a', encoding='utf-8') as file:
      file.write(SETTINGS + f"unix_socket_directories = '{self.home}'\n")
    self.start()
    for step in (TABLES, FUNCTION, FILL.format(n=place.applications)):
      self.sql(step)
    self.sql('vacuum analyze')
    self.sql('checkpoint')
    for name, text in SCRIPTS.items():
      (place.path / f'{name}.sql').write_text(text, encoding='utf-8')

  def tool(self, name, *arguments):
    return servers.run([BIN + name, *arguments], user=self.user, group=self.user, cwd=self.home,
                       extra_groups=None if self.user is None else [], env=dict(os.environ, LC_ALL='C.UTF-8'))

  def sql(self, text):
    return self.tool('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', str(self.home), '-U', 'bench', '-d', 'postgres',
                     '-c', text)

  def command(self):
    return [BIN + 'postgres', '-D', str(self.data)]

  def asks(self, link):
    """The protocol by hand, because starting psql takes longer than the answer."""
    start = struct.pack('!i', 196608) + b'user\0bench\0database\0postgres\0\0'
    link.sendall(struct.pack('!i', len(start) + 4) + start)
    query = b'select state from applications where number = 1\0' if self.filled() else b'select 1\0'
    link.sendall(b'Q' + struct.pack('!i', len(query) + 4) + query)
    seen = b''
    while not (b'SELECT 1\0' in seen):
      more = link.recv(65536)
      if not more or more.startswith(b'E'):  # it is starting up
        return False
      seen += more
    return True

  def filled(self):
    return (self.place.path / 'get.sql').exists()

  def bench(self, script, clients, seconds=None):
    """Transactions a second. pgbench's time holds the connecting, which it leaves out of its rate."""
    span = max(1, round(seconds or self.place.seconds)) + clients // 64
    said = self.tool('pgbench', '-n', '-M', 'prepared', '-h', str(self.home), '-U', 'bench', '-c', str(clients),
                     '-j', str(min(clients, 2)), '-T', str(span), '-D', f'applications={self.place.applications}',
                     '-D', 'body=' + '某' * 133, '-D', 'entry=' + '某' * 66,
                     '-f', str(self.place.path / f'{script}.sql'), 'postgres')
    failed = re.search(r'number of failed transactions: (\d+)', said)
    if failed and int(failed.group(1)) > 0:
      raise RuntimeError(f'pgbench {script}: {said}')
    rate = re.search(r'tps = ([\d.]+) \(without', said)
    if rate is None:
      raise RuntimeError(f'pgbench {script} came to nothing: {said}')
    return float(rate.group(1))

  def best_clients(self, script):
    """The number of clients that it does most with, tried for a second each."""
    return max((1, 4, 8, 16, 32), key=lambda clients: self.bench(script, clients, 1))

  def report_seconds(self, script='report'):
    return 1 / self.bench(script, 1)

  def restart_seconds(self):
    self.stop()
    return self.start()

  def version(self):
    return re.search(r'[\d.]+', self.tool('postgres', '--version')).group()
