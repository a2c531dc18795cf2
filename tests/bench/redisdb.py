# SPDX-License-Identifier: Apache-2.0
"""Redis with appendfsync always: the same work as one script, driven by its own redis-benchmark."""
import csv
import os
import socket

import servers

# Record, entry, key, applicant, due day, two counters, under the next number.
LOG = '''local n = redis.call('INCR', 'serial')
local id = string.format('%012d', n)
redis.call('SET', 'app:' .. id, ARGV[1])
redis.call('RPUSH', 'entries:' .. id, ARGV[2])
redis.call('SET', 'key:' .. ARGV[3], n)
redis.call('SADD', 'applicant:' .. ARGV[4], n)
redis.call('ZADD', 'due', 20809, n)
redis.call('HINCRBY', 'counters', '2026:0:new', 1)
redis.call('HINCRBY', 'counters', '2026:0:carried_out', 1)
return n'''
# The same, then assigned and, but for 2 in 100, decided.
FILL = LOG.replace('return n', '''redis.call('RPUSH', 'entries:' .. id, ARGV[2], ARGV[2])
if n % 50 ~= 0 then
  redis.call('ZREM', 'due', n)
  redis.call('HINCRBY', 'counters', '2026:0:carried_out', -1)
  redis.call('HINCRBY', 'counters', '2026:0:disclosed', 1)
end
return n''')
BODY, ENTRY = '某' * 133, '某' * 66
FILL_MANY = 1000
CALIBRATE = 50  # requests a client, to see how many make the seconds asked for


def encode(*words):
  words = [word.encode() if isinstance(word, str) else word for word in words]
  return b'*%d\r\n' % len(words) + b''.join(b'$%d\r\n%s\r\n' % (len(word), word) for word in words)


class Redis(servers.Server):
  def __init__(self, place):
    self.user = servers.user_for('redis')
    super().__init__(place)
    self.home = place.folder('redis', self.user)
    self.socket = self.home / 'redis.sock'
    self.fill_done = False
    self.start()
    self.fill()
    self.rates = {}

  def command(self):
    return ['redis-server', '--port', '0', '--unixsocket', str(self.socket), '--dir', str(self.home), '--save', '',
            '--appendonly', 'yes', '--appendfsync', 'always' if self.fill_done else 'no',
            '--auto-aof-rewrite-percentage', '0', '--daemonize', 'no', '--loglevel', 'warning']

  def asks(self, link):
    link.sendall(encode('GET', 'app:%012d' % 1) if self.fill_done else encode('PING'))
    return link.recv(100).startswith((b'$3', b'$4', b'+PONG'))

  def call(self, *words):
    with socket.socket(socket.AF_UNIX) as link:
      link.connect(str(self.socket))
      link.sendall(encode(*words))
      return link.recv(65536)

  def fill(self):
    digest = self.call('SCRIPT', 'LOAD', FILL).split(b'\r\n')[1]
    quarter = self.place.applications // 4 + 1000
    with socket.socket(socket.AF_UNIX) as link:
      link.connect(str(self.socket))
      answers = link.makefile('rb')
      for begin in range(0, self.place.applications, FILL_MANY):
        count = min(FILL_MANY, self.place.applications - begin)
        link.sendall(b''.join(encode('EVALSHA', digest, '0', BODY, ENTRY, f'made-{i}', str(i * 7919 % quarter))
                              for i in range(begin, begin + count)))
        for _ in range(count):
          answer = answers.readline()
          if not answer.startswith(b':'):
            raise RuntimeError(f'redis: {answer}')
    self.fill_done = True
    self.call('CONFIG', 'SET', 'appendfsync', 'always')

  def bench(self, count, clients, depth, *words):
    most = self.place.applications if words[0] == 'GET' else 10 ** 12  # of __rand_int__
    said = servers.run(['redis-benchmark', '-s', str(self.socket), '-c', str(clients), '-P', str(depth),
                        '-n', str(count), '-r', str(most), '--csv', *words],
                       env=dict(os.environ, LC_ALL='C.UTF-8'))
    return float(list(csv.DictReader(said.splitlines()))[0]['rps'])

  def rate(self, work, clients, depth=1):
    """redis-benchmark counts requests, not seconds: as many as the rate found before makes of the seconds."""
    if work == 'get':
      words = ('GET', 'app:__rand_int__')
    else:
      digest = self.call('SCRIPT', 'LOAD', LOG).split(b'\r\n')[1].decode()
      words = ('EVALSHA', digest, '0', BODY, ENTRY, 'bench-__rand_int__', '__rand_int__')
    key = (work, clients, depth)
    if key not in self.rates:
      self.rates[key] = self.bench(CALIBRATE * clients * depth, clients, depth, *words)
    self.rates[key] = self.bench(max(clients, int(self.rates[key] * self.place.seconds)), clients, depth, *words)
    return self.rates[key]

  def restart_seconds(self):
    self.stop()
    return self.start()
