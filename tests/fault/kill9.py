#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random moments while eight clients log and decide.

Every client has its own account of what it was answered and what it was not. After each restart:
what was answered is there, what was not is there whole or not at all, and a repeated key gives the
first answer and no second effect. At the end the ledger is read as a whole.

Now and then more is broken while the daemon is down: the state is removed, and the ledger is cut at
random behind the last line that anybody was answered, as a crash of the machine would leave it.

OGID_KILLS  how many kills (200)
OGID_SEED   of the moments; printed, and a random one when it is not set"""

import json
import os
import random
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Link, Tap, person  # noqa: E402

KILLS = int(os.environ.get("OGID_KILLS", "200").replace("all", "200"))  # all: of rollup_killed.py
SEED = os.environ.get("OGID_SEED") or str(random.SystemRandom().randrange(10 ** 9))
CLIENTS = 8
TAIL_EVERY = 14  # kills
AHEAD = 4  # calls that a client has unanswered at most
TODAY = "2026-03-02"
PATIENCE = 120  # seconds until something that does not come is given up; no test asserts a time


class Sent:
    """One change that a client asked for, under its own key."""

    def __init__(self, key, method, parameters, lines):
        self.key = key
        self.method = method
        self.parameters = {**parameters, "key": key} if method != "Apply" else parameters
        self.lines = lines      # how many entries it makes
        self.answers = None     # what the first answer said
        self.numbers = None     # the applications it is about, when known before

    @property
    def call(self):
        return "Applications." + self.method, self.parameters


def essence(application):
    return tuple(application[key] for key in ("number", "version", "sequence", "digest"))


def essences(parameters):
    many = parameters.get("applications")
    return [essence(a) for a in (many if many is not None else [parameters["application"]])]


class Client(threading.Thread):
    """Logs and decides. Its account is read by the main thread only while it rests."""

    def __init__(self, index, daemon):
        super().__init__(daemon=True)
        self.index, self.daemon_under_test = index, daemon
        self.choose = random.Random(f"{SEED} client {index}")
        self.serial = 0
        self.open = []          # numbers that nobody else touches, and that are open
        self.pending = []       # sent and not answered, in order
        self.answered = []      # since the last look
        self.all = []           # every Sent that was ever sent
        self.version = {}       # number -> the newest version that was answered
        self.wrong = []         # what went against the rules
        self.go, self.rest = threading.Event(), threading.Event()
        self.ending = False

    def new_key(self):
        self.serial += 1
        return f"c{self.index}-{self.serial}"

    def next_change(self):
        key = self.new_key()
        if not self.open or self.choose.random() < 0.45:
            return Sent(key, "Log", {
                "applicant": person(f"申请人{self.index}"), "channel": "in_person",
                "subject": f"{key} 号事项"}, 1)
        number = self.open.pop(self.choose.randrange(len(self.open)))
        kind = self.choose.choice(["Disclose", "Refuse", "Note", "two", "two"])
        if kind == "Disclose":
            sent = Sent(key, "Disclose", {"number": number, "extent": "full"}, 1)
        elif kind == "Refuse":
            sent = Sent(key, "Refuse", {"number": number, "reason": "unable.not_held"}, 1)
        elif kind == "Note":
            sent = Sent(key, "Note", {"number": number, "text": key}, 1)
        else:
            # Two steps that the daemon takes as one change; the key stands in the first.
            steps = [("Note", {"number": number, "text": f"{key} 第一步", "key": key}),
                     ("Disclose", {"number": number, "extent": "partial"})]
            sent = Sent(key, "Apply", {"steps": [{"method": m, "parameters": p} for m, p in steps]}, 2)
        sent.numbers = [number]
        return sent

    def take(self, sent, reply):
        """An answer. The first one of a key is the one that counts."""
        if reply.error is not None:
            self.wrong.append(f"{sent.key} {sent.method}: {reply.error} {reply.parameters}")
            return
        answers = essences(reply.parameters)
        if sent.answers is None:
            sent.answers = answers
            self.answered.append(sent)
            number, version = answers[-1][0], answers[-1][1]
            self.version[number] = max(version, self.version.get(number, 0))
            if sent.method in ("Log", "Note"):
                self.open.append(number)
        elif sent.answers != answers:
            self.wrong.append(f"{sent.key}: first answered {sent.answers}, then {answers}")

    def work(self, link):
        while True:
            while len(self.pending) < AHEAD:
                sent = self.next_change()
                self.pending.append(sent)
                self.all.append(sent)
                link.send(*sent.call)
            reply = link.receive()
            if reply is None:
                return
            self.take(self.pending.pop(0), reply)

    def run(self):
        while True:
            self.go.wait()
            self.go.clear()
            if self.ending:
                return
            try:
                link = Link(self.daemon_under_test.socket)
                try:
                    self.work(link)
                finally:
                    link.close()
            except (OSError, RuntimeError):
                pass  # killed: whatever is pending has no answer
            self.rest.set()

    # --- in the main thread, while it rests ---

    def settle(self, link, counts):
        """Asks again for what was not answered, twice, and for some of what was."""
        pending, self.pending = self.pending, []
        before = len(self.answered)
        again = self.answered[-6:]
        for sent, reply in zip(pending, link.pipeline([s.call for s in pending])):
            self.take(sent, reply)
        counts["unanswered"] += len(pending)
        repeat = pending + again
        for sent, reply in zip(repeat, link.pipeline([s.call for s in repeat])):
            self.take(sent, reply)
        counts["repeated"] += len(repeat)
        fresh, self.answered = self.answered, []
        return fresh[:before], fresh[before:]


def export(link, first):
    return [(item["sequence"], item["digest"], json.loads(item["entry"]))
            for item in link.stream("Ledger.Export", **{"from": first})]


def ledger_is_whole(entries):
    """What is wrong with changes of several lines, or with the sequence, in a run of entries."""
    problems = []
    for (before, _, _), (after, _, _) in zip(entries, entries[1:]):
        if after != before + 1:
            problems.append(f"sequence {after} follows {before}")
    parts = [(entry.get("part", 1), entry.get("of", 1), sequence) for sequence, _, entry in entries]
    at = 0
    while at < len(parts):
        of = parts[at][1]
        if [part for part, _, _ in parts[at:at + of]] != list(range(1, of + 1)):
            problems.append(f"the change at sequence {parts[at][2]} is there by half")
            break
        at += of
    return problems


class Chase:
    def __init__(self, tap, daemon):
        self.tap, self.daemon = tap, daemon
        self.choose = random.Random(f"{SEED} kills")
        self.clients = [Client(index, daemon) for index in range(CLIENTS)]
        self.counts = {"kills": 0, "hit": 0, "unanswered": 0, "at start": 0, "repeated": 0,
                       "there": 0, "tails cut": 0, "lines cut": 0, "changes cut": 0}
        self.lost, self.halves, self.looked = [], [], 0
        for client in self.clients:
            client.start()

    def load_and_kill(self):
        for client in self.clients:
            client.rest.clear()
            client.go.set()
        time.sleep(self.choose.uniform(0.002, 0.07))
        self.daemon.kill9()
        for client in self.clients:
            if not client.rest.wait(PATIENCE):
                raise RuntimeError("a client does not notice that the daemon is gone")
        self.counts["kills"] += 1
        self.counts["hit"] += any(client.pending for client in self.clients)

    def cut_tail(self):
        """Cuts the ledger's end at random, but nothing that was answered, and removes the state. Two
        times of three between two lines of one change, when there is such a place."""
        answered = max((answer[2] for client in self.clients for sent in client.answered
                        for answer in sent.answers), default=self.looked)
        directory = os.path.join(self.daemon.data, "ledger")
        path = os.path.join(directory, sorted(os.listdir(directory))[-1])
        with open(path, "rb") as file:
            text = file.read()
        ends, halves, at = [], [], 0
        for line in text.splitlines(keepends=True):
            at += len(line)
            entry = json.loads(line[65:]) if line.endswith(b"\n") else {}
            if entry.get("sequence", answered + 1) >= answered:
                ends.append(at)
                halves += [at] if entry.get("part", 1) < entry.get("of", 1) else []
        # ends[0] is the end of the last answered line; what follows nobody was answered.
        if len(ends) < 2 or answered < self.looked:
            return
        half = bool(halves) and self.counts["tails cut"] % 3 != 2
        cut = self.choose.choice(halves) if half else self.choose.randrange(ends[0], len(text))
        os.truncate(path, cut)
        shutil.rmtree(os.path.join(self.daemon.data, "state"))
        self.counts["tails cut"] += 1
        self.counts["changes cut"] += half
        self.counts["lines cut"] += sum(end > cut for end in ends)

    def start_again(self):
        """Now and then it is killed while it starts, too."""
        while self.choose.random() < 0.1:
            self.daemon.start(wait=False)
            time.sleep(self.choose.uniform(0, 0.02))
            self.daemon.kill9()
            self.counts["at start"] += 1
        self.daemon.start()

    def look(self):
        """After a restart: what was answered is there; what was not is whole or not there."""
        link = Link(self.daemon.socket)
        entries = export(link, self.looked + 1)
        digests = {sequence: digest for sequence, digest, _ in entries}
        self.halves += ledger_is_whole(entries)
        there = {entry["key"] for _, _, entry in entries if entry.get("key")}
        asked_again = {s.key for client in self.clients for s in client.pending}
        self.counts["there"] += len(there & asked_again)
        versions = {}
        for client in self.clients:
            answered, _ = client.settle(link, self.counts)
            for sent in answered:
                for number, version, sequence, digest in sent.answers:
                    if digests.get(sequence) != digest:
                        self.lost.append(f"{sent.key}: answered {sequence} {digest}, found "
                                         f"{digests.get(sequence)}")
                    versions[number] = max(version, versions.get(number, 0))
        numbers = list(versions)
        replies = link.pipeline([("Applications.Get", {"number": n}) for n in numbers])
        for number, reply in zip(numbers, replies):
            found = reply.parameters.get("application", {}).get("version", 0)
            if found < versions[number]:
                self.lost.append(f"{number}: answered version {versions[number]}, found {found}")
        self.looked = link.call("Ledger.Status")["sequence"]
        link.close()

    def chase(self):
        for _ in range(KILLS):
            self.load_and_kill()
            if self.counts["kills"] % TAIL_EVERY == 0:
                self.cut_tail()
            self.start_again()
            self.look()
            if self.lost or self.halves or any(client.wrong for client in self.clients):
                break
        for client in self.clients:
            client.ending = True
            client.go.set()


def whole_ledger(tap, chase):
    """The ledger, read as a whole at the end"""
    link = Link(chase.daemon.socket)
    entries = export(link, 1)
    tap.equal([sequence for sequence, _, _ in entries], list(range(1, len(entries) + 1)),
              f"{len(entries)} entries, sequences from 1 without gaps")
    tap.equal(ledger_is_whole(entries), [], "every change of several lines is whole")
    lines = {}
    for _, _, entry in entries:
        if entry.get("key"):
            lines.setdefault(entry["key"], []).append(entry)
    sent = {s.key: s for client in chase.clients for s in client.all}
    tap.ok(set(lines) <= set(sent), "nothing is there that nobody asked for", set(lines) - set(sent))
    settled = [s for s in sent.values() if s.answers is not None]
    tap.equal(len(settled), len(sent), f"each of {len(sent)} keys has an answer in the end")
    wrong = [f"{s.key}: {len(lines.get(s.key, []))} entries for {s.lines}" for s in settled
             if len(lines.get(s.key, [])) != s.lines]
    tap.ok(not wrong, "each key has had its effect once", *wrong[:10])
    by_sequence = {sequence: (digest, entry) for sequence, digest, entry in entries}
    wrong = [f"{s.key}: {answer}" for s in settled for answer in s.answers
             if by_sequence.get(answer[2], (None,))[0] != answer[3]
             or by_sequence[answer[2]][1]["number"] != answer[0]
             or by_sequence[answer[2]][1]["version"] != answer[1]]
    tap.ok(not wrong, "every answer's number, version, sequence and digest stand in the ledger",
           *wrong[:10])
    logged = [answer[0] for s in settled if s.method == "Log" for answer in s.answers]
    tap.equal(len(set(logged)), len(logged), f"{len(logged)} applications, each with its own number")
    tap.equal(link.call("Ledger.Status")["applications"], len(logged), "and no others")
    verify(tap, link)
    link.close()


def verify(tap, link):
    link.send("Ledger.Verify", more=True)
    last = {}
    while True:
        reply = link.reply()
        if reply.error is not None:
            raise RuntimeError(f"Verify: {reply}")
        last = reply.parameters or last
        if not reply.continues:
            break
    tap.equal((last["done"], last["problems"], last["checked"] == last["of"]), (True, [], True),
              "Verify is clean")


def hunt(tap):
    """kill -9 under load"""
    tap.say(f"seed {SEED}, {KILLS} kills, {CLIENTS} clients with {AHEAD} calls ahead")
    daemon = Daemon(today=TODAY, name="kill9")
    chase = Chase(tap, daemon)
    chase.chase()
    counts = chase.counts
    tap.say(f"counts {counts}")
    wrong = [w for client in chase.clients for w in client.wrong]
    tap.equal(counts["kills"], KILLS, f"{KILLS} kills")
    tap.ok(counts["hit"] > 0, f"{counts['hit']} of {KILLS} kills met unanswered calls, "
           f"{counts['unanswered']} calls in all")
    tap.ok(counts["there"] > 0 or KILLS < 50,
           f"{counts['there']} changes were there without having been answered")
    tap.ok(KILLS < 100 or counts["changes cut"] > 0 and counts["lines cut"] > counts["tails cut"],
           f"{counts['tails cut']} tails cut, {counts['changes cut']} of them within a change")
    tap.ok(not chase.lost, "every answered change is there after the restart", *chase.lost[:10])
    tap.ok(not chase.halves, "no unanswered change is there by half", *chase.halves[:10])
    tap.ok(not wrong, f"a repeated key gives the first answer ({counts['repeated']} repeated)",
           *wrong[:10])
    if not chase.lost and not chase.halves:
        whole_ledger(tap, chase)


def main():
    tap = Tap()
    tap.case(hunt)
    tap.done()


if __name__ == "__main__":
    main()
