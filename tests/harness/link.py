# SPDX-License-Identifier: Apache-2.0
"""One connection to the daemon, as a Varlink client that can also misbehave."""

import collections
import json
import os
import select
import socket

PATIENCE = 120  # seconds until an answer that does not come is given up; no test asserts a time

Reply = collections.namedtuple("Reply", "error parameters continues")


class Refused(Exception):
    """An error reply. `name` is the whole name, `short` its last part."""

    def __init__(self, error, parameters):
        super().__init__(f"{error} {json.dumps(parameters, ensure_ascii=False)}")
        self.name = error
        self.short = error.rsplit(".", 1)[1]
        self.parameters = parameters


def full(method):
    """Applications.Log, Ledger.Status, Report.Get stand for the whole names."""
    if method.split(".")[0] in ("Applications", "Ledger", "Report"):
        return "org.ogid." + method
    return method


def message(method, parameters=None, more=False, oneway=False):
    """A call as bytes, its NUL included."""
    call = {"method": full(method)}
    if parameters is not None:
        call["parameters"] = parameters
    if more:
        call["more"] = True
    if oneway:
        call["oneway"] = True
    return json.dumps(call, ensure_ascii=False).encode() + b"\0"


def note_seen(method):
    path = os.environ.get("OGID_SEEN")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(full(method) + "\n")


class Link:
    def __init__(self, path, patience=PATIENCE):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(path)  # without a time limit: with one, a full queue would be an error
        self.socket.settimeout(patience)
        self.path, self.patience = path, patience
        self.buffer = bytearray()
        self.scanned = 0
        self.messages = collections.deque()

    def close(self):
        self.socket.close()

    def fellow(self):
        """Another connection to the same daemon."""
        return Link(self.path, self.patience)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    # --- bytes ---

    def raw(self, data):
        """Sends bytes as they are. False when the other side has closed meanwhile."""
        try:
            self.socket.sendall(data)
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def flood(self, data):
        """Sends bytes in as few writes as the kernel allows, reading what comes meanwhile, so that
        neither side waits for the other for ever."""
        self._send_and_read(data)

    def _take(self):
        """Whole messages out of the buffer; only new bytes are searched."""
        while True:
            end = self.buffer.find(b"\0", self.scanned)
            if end < 0:
                self.scanned = len(self.buffer)
                return
            self.messages.append(bytes(self.buffer[:end]))
            del self.buffer[:end + 1]
            self.scanned = 0

    def receive_bytes(self):
        """The next message without its NUL, or None when the other side has closed."""
        while not self.messages:
            try:
                data = self.socket.recv(1 << 18)
            except ConnectionResetError:
                return None
            if not data:
                if self.buffer:
                    raise RuntimeError(f"closed in the middle of a message: {self.buffer[:200]!r}")
                return None
            self.buffer += data
            self._take()
        return self.messages.popleft()

    def receive(self):
        """The next reply, or None when the other side has closed."""
        text = self.receive_bytes()
        if text is None:
            return None
        reply = json.loads(text.decode("utf-8"))
        surplus = set(reply) - {"error", "parameters", "continues"}
        if surplus:
            raise RuntimeError(f"a reply has members that Varlink does not know: {surplus}")
        return Reply(reply.get("error"), reply.get("parameters") or {},
                     reply.get("continues", False))

    def silent(self, seconds=0.1):
        """Whether nothing has come and nothing comes for a moment."""
        if self.messages or self.buffer:
            return False
        readable, _, _ = select.select([self.socket], [], [], seconds)
        return not readable

    # --- calls ---

    def send(self, method, parameters=None, more=False, oneway=False):
        note_seen(method)
        self.socket.sendall(message(method, parameters, more, oneway))

    def reply(self):
        """The next reply; none is an error."""
        reply = self.receive()
        if reply is None:
            raise RuntimeError("the daemon has closed the connection")
        return reply

    def call(self, method, /, **parameters):
        """One call, its reply's parameters. Raises Refused."""
        self.send(method, parameters)
        reply = self.reply()
        if reply.error is not None:
            raise Refused(reply.error, reply.parameters)
        if reply.continues:
            raise RuntimeError(f"{method} continues without having been asked to")
        return reply.parameters

    def stream(self, method, /, **parameters):
        """A call with `more`: what its replies held. The last one, without continues, is empty."""
        self.send(method, parameters, more=True)
        items = []
        while True:
            reply = self.reply()
            if reply.error is not None:
                raise Refused(reply.error, reply.parameters)
            if not reply.continues:
                if reply.parameters:
                    raise RuntimeError(f"the closing reply of {method} holds {reply.parameters}")
                return items
            items.append(reply.parameters)

    def pipeline(self, calls, window=48):
        """Calls (method, parameters) sent ahead of their replies; the replies in order."""
        replies = []
        sent = 0
        while len(replies) < len(calls):
            chunk = bytearray()
            if sent - len(replies) <= window // 2:
                for call in calls[sent:len(replies) + window]:
                    note_seen(call[0])
                    chunk += message(*call)
                    sent += 1
            if chunk:
                self._send_and_read(chunk)
            replies.append(self.reply())
        return replies

    def _send_and_read(self, data):
        self.socket.setblocking(False)
        try:
            view = memoryview(data)
            while view:
                reads, writes, _ = select.select([self.socket], [self.socket], [], self.patience)
                if not reads and not writes:
                    raise TimeoutError("the daemon neither reads nor writes")
                if reads:
                    more = self.socket.recv(1 << 18)
                    if not more:
                        raise RuntimeError("the daemon has closed the connection")
                    self.buffer += more
                    self._take()
                if writes:
                    try:
                        view = view[self.socket.send(view):]
                    except BlockingIOError:
                        pass
        finally:
            self.socket.settimeout(self.patience)
