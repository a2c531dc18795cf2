# SPDX-License-Identifier: Apache-2.0
"""One ogid in a directory of its own: started, stopped, killed, started again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .link import Link

PATIENCE = 120  # seconds until a daemon that does not come or go is given up; no test asserts a time
BAD_WORDS = re.compile(
    r"Sanitizer|runtime error|Assertion .* failed|\bAborted\b|\babort\(\)|stack smashing|"
    r"double free|invalid pointer|corrupted (size|double|unsorted|top)|does not fit the interface")

_alive = []


def alive():
    return list(_alive)


def source(*parts):
    """A path in the project's source."""
    root = os.environ.get("OGID_SOURCE")
    if root is None:
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.join(root, *parts)


def program(variable):
    path = os.environ.get(variable)
    if not path:
        raise RuntimeError(f"{variable} must name the program to test")
    return os.path.abspath(path)


class Probe(socket.socket):
    def __init__(self, path):
        super().__init__(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.connect(path)
        except OSError:
            self.close()
            raise


class Daemon:
    """
    today: the rehearsal's date, or None for a daemon that is not rehearsing.
    config: the text of a configuration, or None for none.
    """

    def __init__(self, today="2026-03-02", config=None, name="ogid", start=True):
        self.name = name
        self.today = today
        self.directory = tempfile.mkdtemp(prefix="ogid-")
        self.data = os.path.join(self.directory, "data")
        self.socket = os.path.join(self.directory, "sock", "ogid.sock")
        self.log = os.path.join(self.directory, "stderr")
        self.config = None
        self.complaints = []
        self.process = None
        self.log_seen = 0
        self.links = []
        if config is not None:
            self.configure(config)
        _alive.append(self)
        if start:
            self.start()

    def configure(self, text):
        """The configuration from its next start on."""
        self.config = os.path.join(self.directory, "ogid.yaml")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    # --- its life ---

    def environment(self):
        environment = {k: v for k, v in os.environ.items() if k not in (
            "OGID_CONFIG", "OGID_DATA", "OGID_SOCKET", "OGID_TODAY", "LISTEN_FDS", "LISTEN_PID",
            "NOTIFY_SOCKET")}
        environment["HOME"] = self.directory
        if self.today is not None:
            environment["OGID_TODAY"] = self.today
        return environment

    def command(self, *more):
        command = [program("OGID"), "--data", self.data]
        if self.config is not None:
            command += ["--config", self.config]
        return command + list(more)

    def start(self, wait=True):
        command = self.command("--socket", self.socket)
        if self.today is not None:
            command.append("--rehearsal")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env=self.environment(), start_new_session=True)
        if wait:
            self.wait()

    def wait(self):
        """Until it answers on its socket."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.process.poll()
            if status is not None:
                self.complaints.append(f"the daemon ended at its start with status {status}")
                raise RuntimeError(f"the daemon ended with status {status}:\n{self.news()}")
            try:
                with Probe(self.socket) as probe:
                    probe.sendall(b'{"method":"org.varlink.service.GetInfo"}\0')
                    if probe.recv(1):
                        return
            except OSError:
                pass
            time.sleep(0.002)
        raise RuntimeError(f"the daemon does not listen:\n{self.news()}")

    def _close_links(self):
        for link in self.links:
            link.close()
        self.links = []

    def stop(self):
        """SIGTERM, and its status has to be 0."""
        self._close_links()
        if self.process is None:
            return
        process, self.process = self.process, None
        early = process.poll()
        if early is not None:
            self.complaints.append(f"the daemon had ended by itself with status {early}")
            return
        process.send_signal(signal.SIGTERM)
        try:
            status = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "none: it did not end"
        if status != 0:
            self.complaints.append(f"the daemon ended after SIGTERM with status {status}")

    def kill9(self):
        process, self.process = self.process, None
        early = process.poll()
        if early is not None:
            self.complaints.append(f"the daemon had ended by itself with status {early}")
            return
        process.send_signal(signal.SIGKILL)
        process.wait()

    def restart(self, today=None):
        self.stop()
        if today is not None:
            self.today = today
        self.start()

    def dump(self):
        """Every record, index and counter as text; only while it is down."""
        result = subprocess.run(self.command("--dump"), stdin=subprocess.DEVNULL,
                                capture_output=True, cwd=self.directory, env=self.environment(),
                                timeout=PATIENCE)
        with open(self.log, "ab") as log:
            log.write(result.stderr)
        if result.returncode != 0:
            raise RuntimeError(f"--dump ended with status {result.returncode}: "
                               f"{result.stderr.decode('utf-8', 'replace')}")
        return result.stdout

    # --- talking to it ---

    def link(self, **options):
        link = Link(self.socket, **options)
        self.links.append(link)
        return link

    # --- what it said ---

    def said(self):
        try:
            with open(self.log, "rb") as log:
                return log.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def news(self):
        text = self.said()
        news, self.log_seen = text[self.log_seen:], len(text)
        lines = news.strip().split("\n")
        return f"{self.name} says:\n" + "\n".join("  " + line for line in lines[-40:])

    def all_complaints(self):
        bad = [line for line in self.said().split("\n") if BAD_WORDS.search(line)]
        return self.complaints + bad[:20]

    def remove(self):
        if self in _alive:
            _alive.remove(self)
        shutil.rmtree(self.directory, ignore_errors=True)
