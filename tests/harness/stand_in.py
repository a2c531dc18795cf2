# SPDX-License-Identifier: Apache-2.0
"""A daemon that answers what a test told it to, and keeps what it was asked: for the client alone."""

import json
import os
import shutil
import socket
import tempfile
import threading

from .link import full


class StandIn:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="ogid-stand-in-")
        self.path = os.path.join(self.directory, "ogid.sock")
        self.answers = {}
        self.calls = []  # (method, parameters, more) and how many bytes the call had
        self.bytes = []
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listening.bind(self.path)
        self.listening.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def remove(self):
        self.listening.close()
        shutil.rmtree(self.directory)

    # --- what it answers ---

    def answer(self, method, parameters):
        self.answers[full(method)] = [{"parameters": parameters}]

    def stream(self, method, items):
        """One reply an item, and an empty one at the end."""
        self.answers[full(method)] = [{"parameters": item, "continues": True} for item in items]
        self.answers[full(method)].append({"parameters": {}})

    def refuse(self, method, error, **parameters):
        self.answers[full(method)] = [{"error": full(error), "parameters": parameters}]

    def last(self):
        """Method and parameters of the last call."""
        return self.calls[-1][:2] if self.calls else None

    # --- how ---

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        data = bytearray()
        while True:
            more = connection.recv(1 << 18)
            if not more:
                connection.close()
                return
            data += more
            while b"\0" in data:
                end = data.index(b"\0")
                self._call(connection, bytes(data[:end]))
                del data[:end + 1]

    def _call(self, connection, text):
        call = json.loads(text)
        self.calls.append((call["method"], call.get("parameters", {}), call.get("more", False)))
        self.bytes.append(len(text))
        replies = self.answers.get(call["method"])
        if replies is None:
            replies = [{"error": "org.varlink.service.MethodNotImplemented",
                        "parameters": {"method": call["method"]}}]
        for reply in replies:
            connection.sendall(json.dumps(reply).encode() + b"\0")
