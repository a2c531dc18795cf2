#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random histories through the socket, each answer held against the model.

OGID_HISTORIES  how many (100000); OGID_SMALL=1: 2000
OGID_SEED       the run's seed; without it a new one, printed
OGID_WORKERS    processes that ask (one more than there are processors)"""

import collections
import itertools
import multiprocessing
import os
import random
import sys
import time

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # not model/, which has a calendar

from harness import Daemon, Link, Tap, source  # noqa: E402
from model import compare, fees  # noqa: E402
from model.calendar import DAY, Calendar  # noqa: E402
from model.histories import Generator, Player, history, more  # noqa: E402
from model.shrink import Trial, shrink, story  # noqa: E402

TODAY = "2026-11-24"
WINDOW = 60             # unanswered calls
HAND = 80               # histories sent as one
FAMILY = 50             # every so many histories, one has a fellow of the same applicant
EXPLAINED = 50          # of so many histories, one is explained too
KINDS_SHOWN = 20
SHRINK_SERIALS = 90_000_000
HOLIDAYS = source("tests", "data", "holidays.json")


def made(seed, index, calendar, today, serial):
    """History number `index` of the run: its steps and its calls. A few are two of one applicant."""
    generator = Generator(random.Random(f"{seed}-{index}"), calendar, today)
    month = fees.Month()
    if index % FAMILY:
        player = Player(calendar, today, str(serial), month)
        return [(player, *history(generator, player))]
    family = []
    for brother in range(4):
        player = Player(calendar, today, f"{serial}{brother}", month, f"{serial}f")
        family.append((player, *history(generator, player)))
    return family


class Worker:
    def __init__(self, path, seed, calendar, base):
        self.link = Link(path)
        self.seed, self.calendar, self.today, self.base = seed, calendar, DAY[TODAY], base
        self.kinds = {}                     # kind: first index
        self.tally = collections.Counter()

    def run(self, indexes):
        indexes = iter(indexes)
        while hand := list(itertools.islice(indexes, HAND)):
            self.hand(hand)
        self.link.close()
        return self.kinds, self.tally

    def hand(self, indexes):
        asked = []
        for index in indexes:
            for player, _, played in made(self.seed, index, self.calendar, self.today, self.base + index):
                self.tally["histories"] += 1
                asked += [(index, *step) for step in played]
                if index % EXPLAINED == 1 and player.alive:
                    asked.append((index, "Explain", {"number": player.application.number}, player.application))
        self.ask(asked, set())

    def ask(self, asked, failed):
        """Calls, and their answers compared; of a history that has failed nothing more is said."""
        calls = [("Applications." + action, p) for _, action, p, _ in asked]
        for (index, action, _, answer), reply in zip(asked, self.link.pipeline(calls, window=WINDOW)):
            self.tally["steps"] += 1
            if index in failed:
                continue
            if action == "Explain":
                self.tally["explained"] += 1
                problems = compare.explained(answer, reply.parameters)
                difference = {"counts": ("add up", problems)} if problems else None
            else:
                self.tally["refused" if isinstance(answer, list) else "accepted"] += 1
                difference = compare.answer(answer, reply.error, reply.parameters)
            if difference:
                failed.add(index)
                kind = compare.kind(action, difference)
                self.kinds.setdefault(kind, index)
                self.tally[kind] += 1


    def over_the_year(self, indexes):
        """Histories with the nightly job in their middle."""
        lives, failed = {}, set()
        for index in indexes:
            generator = Generator(random.Random(f"{self.seed}-{index}"), self.calendar, self.today)
            player = Player(self.calendar, self.today, str(self.base + index))
            lives[index] = [generator, player, *more(generator, player, index % 5, generator.log())]
        self.ask([(index, *call) for index, life in lives.items() for call in life[3]], failed)
        self.link.call("Report.Rollup")
        second = []
        for index, (generator, player, steps, _) in lives.items():
            if player.alive:
                player.play(["Rollup", {}])
                later, calls = more(generator, player, 5)
                lives[index][2] = [*steps, ["Rollup", {}], *later]
                second += [(index, *call) for call in calls]
        self.ask(second, failed)
        return {kind: lives[index][2] for kind, index in self.kinds.items()}


def work(arguments):
    path, seed, calendar, base, indexes = arguments
    return Worker(path, seed, calendar, base).run(indexes)


def told(tap, link, calendar, kind, histories, serials):
    """Shrinks the one that fails of some histories, and prints it."""
    trial = Trial(link, calendar, DAY[TODAY], serials)
    small = next(filter(None, (shrink(trial, steps) for steps in histories)), None)
    tap.say(f"{kind[0]}, {'; '.join(kind[1])}")
    lines = story(trial, small) if small else ["not to be repeated on a fresh application"]
    for line in lines:
        tap.say("  " + line)
    return small, lines


def again(seed, index, calendar):
    return [steps for _, steps, _ in made(seed, index, calendar, DAY[TODAY], 1)]


def agreement(tap, daemon, seed, count):
    """The daemon and the model agree"""
    calendar, workers = Calendar(HOLIDAYS), int(os.environ.get("OGID_WORKERS", (os.cpu_count() or 1) + 1))
    begin = time.monotonic()
    with multiprocessing.Pool(workers) as pool:
        results = pool.map(work, [(daemon.socket, seed, calendar, 1_000_000, range(i, count, workers))
                                  for i in range(workers)], chunksize=1)
    seconds = time.monotonic() - begin
    tally, kinds = collections.Counter(), {}
    for found, counted in results:
        tally += counted
        for kind, index in found.items():
            kinds[kind] = min(index, kinds.get(kind, index))
    tap.say(f"{tally['histories']} histories, {tally['steps']} calls ({tally['accepted']} to be accepted, "
            f"{tally['refused']} refused), {tally['explained']} explained, {seconds:.0f} s, {workers} workers")
    serials, link = itertools.count(SHRINK_SERIALS), daemon.link()
    for kind, index in sorted(kinds.items(), key=lambda item: -tally[item[0]])[:KINDS_SHOWN]:
        tap.say(f"--- {tally[kind]} times, first in history {index}")
        told(tap, link, calendar, kind, again(seed, index, calendar), serials)
    of_explain = sum(tally[kind] for kind in kinds if kind[0] == "Explain")
    tap.ok(len(kinds) == bool(of_explain), f"{count} histories: every answer is the model's")
    tap.ok(tally["explained"] and not of_explain, "Explain adds up to the limit, and ends on the due date")
    tap.ok(tally["accepted"] > count and tally["refused"] > count // 4, "the histories are accepted and refused",
           tally)


def carried(tap, seed):
    """The daemon and the model agree over the end of a year"""
    daemon, calendar = Daemon(today=TODAY, name="carrying ogid"), Calendar(HOLIDAYS)
    worker = Worker(daemon.socket, seed, calendar, 1_000_000)
    kinds = worker.over_the_year(range(1000))
    serials, link = itertools.count(SHRINK_SERIALS), daemon.link()
    for kind, steps in list(kinds.items())[:KINDS_SHOWN]:
        tap.say(f"--- {worker.tally[kind]} times")
        told(tap, link, calendar, kind, [steps], serials)
    tap.ok(not kinds, "1000 histories with a nightly job in their middle: every answer is the model's")


def can_fail(tap, daemon, seed):
    """The test can fail: a model that forgets the make-up days is found out"""
    wrong = Calendar(HOLIDAYS, make_ups=False)
    kinds, tally = Worker(daemon.socket, seed, wrong, 50_000_000).run(range(400))
    due = [(kind, index) for kind, index in kinds.items() if "due_on" in " ".join(kind[1])]
    if not tap.ok(due, "a difference in a due date is found", tally):
        return
    link, serials = daemon.link(), itertools.count(SHRINK_SERIALS * 10)
    kind, index = due[0]
    small, lines = told(tap, link, wrong, kind, again(seed, index, wrong), serials)
    tap.ok(small and len(small) <= 3, "and shrunk to three steps at most", small)
    tap.ok(any("due_on: expected" in line for line in lines), "and told")
    right = Trial(link, Calendar(HOLIDAYS), DAY[TODAY], serials)
    tap.ok(small and not right.kind(small), "the same steps agree with the right calendar", small)


def main():
    tap = Tap()
    small = os.environ.get("OGID_SMALL") == "1"
    count = int(os.environ.get("OGID_HISTORIES", 2000 if small else 100_000))
    seed = os.environ.get("OGID_SEED") or str(random.SystemRandom().randrange(10**9))
    tap.say(f"OGID_SEED={seed}")
    daemon = Daemon(today=TODAY)
    tap.case(can_fail, daemon, seed)
    tap.case(carried, seed)
    tap.case(agreement, daemon, seed, count)
    tap.done()


if __name__ == "__main__":
    main()
