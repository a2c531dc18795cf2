# SPDX-License-Identifier: Apache-2.0
"""What all servers of the benchmark share: a folder, a process, the wait for the first answer."""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 3600  # seconds: an ogid of ten million applications makes its state at its first start


class Place:
  """Where everything lies: one folder on one disk, removed at the end, and the sizes of the run."""

  def __init__(self, options, build):
    self.path = pathlib.Path(tempfile.mkdtemp(prefix='ogid-bench-', dir=options.directory))
    self.path.chmod(0o755)  # the user postgres has to reach its own folder
    self.build, self.applications, self.seconds = build, options.applications, options.seconds
    self.servers = []

  def folder(self, name, user=None):
    path = self.path / name
    path.mkdir()
    if user is not None:
      shutil.chown(path, user)
    return path

  def program(self, name):
    return str(self.build / 'tests' / 'bench' / name)

  def end(self):
    for server in self.servers:
      server.kill()
    shutil.rmtree(self.path, ignore_errors=True)


class Server:
  """One process. A subclass says command(), and asks() until it is answered."""
  user = None
  ending = signal.SIGTERM

  def __init__(self, place):
    self.place, self.process = place, None
    place.servers.append(self)

  def environment(self):
    return dict(os.environ, LC_ALL='C.UTF-8')

  def start(self):
    """Seconds from the start of the process to its first answer."""
    log = open(self.place.path / f'{type(self).__name__}.log', 'ab')
    begin = time.monotonic()
    with log:
      self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                      cwd=self.place.path, env=self.environment(), user=self.user,
                                      group=self.user, extra_groups=None if self.user is None else [])
    while not self.answers():
      if self.process.poll() is not None or time.monotonic() - begin > PATIENCE:
        raise RuntimeError(f'{self.command()[0]} does not come up:\n{self.said()}')
      time.sleep(0.0005)
    return time.monotonic() - begin

  def said(self):
    return (self.place.path / f'{type(self).__name__}.log').read_text(errors='replace')[-2000:]

  def answers(self):
    try:
      with socket.socket(socket.AF_UNIX) as link:
        link.connect(str(self.socket))
        return self.asks(link)
    except OSError:
      return False

  def asks(self, link):
    return True

  def stop(self):
    """A clean end."""
    process, self.process = self.process, None
    process.send_signal(self.ending)
    if process.wait(PATIENCE) != 0:
      raise RuntimeError(f'{process.args[0]} ended with status {process.returncode}:\n{self.said()}')

  def cpu(self):
    """Microseconds of a processor that it has taken so far: of its own, and of the kernel for it."""
    fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text(encoding='utf-8').rpartition(')')[2].split()
    return [int(ticks) * 1e6 / os.sysconf('SC_CLK_TCK') for ticks in fields[11:13]]

  def kill(self):
    if self.process is not None and self.process.poll() is None:
      self.process.send_signal(self.ending)
      try:
        self.process.wait(20)
      except subprocess.TimeoutExpired:
        self.process.kill()
        self.process.wait()
    self.process = None


def user_for(name):
  """The ordinary user that a server which refuses root runs as; None: as who we are."""
  if os.geteuid() != 0:
    return None
  pwd.getpwnam(name)
  return name


def run(command, **options):
  """A command's standard output; what it said when it fails."""
  result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
  if result.returncode != 0:
    raise RuntimeError(f'{" ".join(map(str, command))[:300]}:\n{result.stderr[-2000:]}{result.stdout[-500:]}')
  return result.stdout


def load(place, path, work, clients, depth=1, seconds=None, **more):
  """What the load generator found; an error among the answers ends the benchmark."""
  command = [place.program('load'), '--socket', str(path), '--work', work, '--clients', str(clients),
             '--depth', str(depth), '--seconds', str(seconds or place.seconds),
             '--warm', str(min(0.5, place.seconds / 4))]
  for name, value in more.items():
    command += [f'--{name}', str(value)]
  found = json.loads(run(command))
  for part in (found, found.get('beside', {})):
    if part.get('errors'):
      raise RuntimeError(f'{part["errors"]} errors while measuring {work}: {part["first_error"]}')
  return found
