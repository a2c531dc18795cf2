#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reload: the changes of the calendars of 2019 and 2020, loaded into a register with open and decided
applications. Exactly the open ones whose count they touch move; the answer names each with both dates.

The dates are counted here, from the notices' files, by a count of the test's own."""

import datetime
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, source  # noqa: E402
from harness.office import act, log, refused  # noqa: E402

DAY = datetime.timedelta(days=1)


def notice(name):
    with open(source("config", "calendars", name), encoding="utf-8") as file:
        return file.read()


def days(text):
    off, work = text.split("\nwork:")
    return (set(re.findall(r"date: (\d{4}-\d\d-\d\d)", off)),
            set(re.findall(r"- (\d{4}-\d\d-\d\d)", work)))


def due(received, texts):
    off, work = set(), set()
    for text in texts:
        more_off, more_work = days(text)
        off |= more_off
        work |= more_work
    day, left = datetime.date.fromisoformat(received), 20
    while left:
        day += DAY
        left -= str(day) in work or (str(day) not in off and day.weekday() < 5)
    return str(day)


def write(daemon, name, text):
    path = os.path.join(daemon.directory, "catalogue", "calendars", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def amended(tap, year, known_from, today, receipts):
    """The change of one year's calendar"""
    first, last = notice(f"{year}.yaml"), notice(f"{year}-amended.yaml")
    daemon = Daemon(today=today, config="organ: 某机关\ncatalogue: catalogue\n",
                    name=f"reload {year}", start=False)
    # As long as the office has not got the change, its file says the same as the first notice.
    before = re.sub(r"known_from: .*", f"known_from: {known_from}", first)
    write(daemon, f"{year}-amended.yaml", before)
    daemon.start()
    link = daemon.link()
    numbers = {}
    for received in receipts:
        application = log(link, submitted_on=received)
        tap.equal(application["due_on"], due(received, [first]), f"{received}: due by the first notice")
        numbers[application["number"]] = received
    decided = log(link, submitted_on=receipts[0])["number"]
    act(link, "Disclose", decided)
    explained = link.call("Applications.Explain", number=decided)

    write(daemon, f"{year}-amended.yaml", last)
    expected = [{"number": number, "due_before": due(received, [first]),
                 "due_after": due(received, [last])}
                for number, received in numbers.items()
                if due(received, [first]) != due(received, [last])]
    tap.ok(0 < len(expected) < len(numbers), "some of the open ones move, not all",
           f"{len(expected)} of {len(numbers)}")
    tap.equal(link.call("Ledger.Reload")["changed"], expected, "the answer names them with both dates")
    for number, received in numbers.items():
        application = link.call("Applications.Get", number=number)["application"]
        tap.equal(application["due_on"], due(received, [last]), f"{received}: due by the change")
    backlog = [item["item"]["application"]["due_on"] for item in link.stream("Applications.Backlog")]
    tap.equal(backlog, sorted(due(received, [last]) for received in receipts),
              "the backlog is in the new order")
    application = link.call("Applications.Get", number=decided)["application"]
    tap.ok(application["state"] == "disclosed" and application["due_on"] is None,
           "the decided one stays as it is")
    tap.ok(explained["counts"], "and has a count")
    tap.equal(link.call("Ledger.Reload")["changed"], [], "a second reload moves nothing")
    verified = link.call("Ledger.Verify")
    tap.equal((verified["done"], verified["problems"]), (True, []), "Verify is clean")

    path = write(daemon, "2031.yaml", "year: 2031\nnotice: x\nknown_from: 2030-11-01\noff: []\n"
                 "work:\n  - 2031-01-04\n  - 2031-01-06\n")
    refusal = refused(link.call, "Ledger.Reload")
    tap.ok(refusal is not None and refusal.name == "org.ogid.Ledger.ReloadRefused"
           and os.path.samefile(refusal.parameters["file"], path)
           and (refusal.parameters["line"], refusal.parameters["column"]) == (7, 5),
           "a bad file is refused with its place (Monday 2031-01-06 as a make-up day)", refusal
           and refusal.parameters)
    application = link.call("Applications.Get", number=next(iter(numbers)))["application"]
    tap.equal(application["due_on"], due(receipts[0], [last]), "and the old one goes on")
    tap.case_end(daemon)


def main():
    tap = Tap()
    # 2019-05-01 to 04 off, 04-28 and 05-05 worked: known on 22 March 2019.
    tap.case(lambda tap: amended(tap, 2019, "2019-03-22", "2019-04-12",
                                 ["2019-03-15", "2019-03-28", "2019-04-01", "2019-04-03",
                                  "2019-04-09", "2019-04-12"]))
    # The Spring Festival of 2020 prolonged to 02-02, 02-01 no longer worked: known on 26 January.
    tap.case(lambda tap: amended(tap, 2020, "2020-01-26", "2020-02-10",
                                 ["2019-12-20", "2020-01-02", "2020-01-10", "2020-01-17",
                                  "2020-02-04", "2020-02-10"]))
    tap.done()


if __name__ == "__main__":
    main()
