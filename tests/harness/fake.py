# SPDX-License-Identifier: Apache-2.0
"""A daemon that only answers org.ogid.Report.Get, with the report it was given: what a client does
with an answer can be tried with answers that no register here has counted."""

import json
import os
import shutil
import socket
import tempfile
import threading


class Fake:
    def __init__(self, report=None):
        self.report = report
        self.calls = []
        self.directory = tempfile.mkdtemp(prefix="ogid-fake-")
        self.socket = os.path.join(self.directory, "ogid.sock")
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.socket)
        self.listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                link, _ = self.listener.accept()
            except OSError:
                return
            with link:
                self._talk(link)

    def _talk(self, link):
        data = b""
        while True:
            more = link.recv(1 << 16)
            if not more:
                return
            data += more
            while b"\0" in data:
                call, data = data.split(b"\0", 1)
                call = json.loads(call)
                self.calls.append(call)
                if call["method"] == "org.ogid.Report.Get":
                    reply = {"parameters": {"report": self.report}}
                else:
                    reply = {"error": "org.varlink.service.MethodNotFound",
                             "parameters": {"method": call["method"]}}
                link.sendall(json.dumps(reply, ensure_ascii=False).encode() + b"\0")

    def close(self):
        self.listener.close()
        shutil.rmtree(self.directory, ignore_errors=True)
