#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A sealed year and what is entered after it: 1,000 random entries about later years and, by a supervisor
who amends or says why, about the sealed one. What was published stays byte for byte what it was, and a
restatement lists exactly the cells in which the two reports differ.

OGID_SEED sets what happens; it is printed, and a random one when it is not set. OGID_SMALL=1 makes 100
entries (sanitizers)."""

import collections
import datetime
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, person, refused  # noqa: E402
from harness import report as reports  # noqa: E402
from replay.reports import CATEGORIES  # noqa: E402

SEED = os.environ.get("OGID_SEED") or str(random.SystemRandom().randrange(10 ** 9))
ENTRIES = 100 if os.environ.get("OGID_SMALL") == "1" else 1000
BATCH = 25
SEALED = 2024
NEWS = ("2025-06-02", "2025-08-04", "2025-11-03", "2026-02-02")  # the days on which it goes on
REASONS = ["refused.state_secret", "refused.third_party_rights", "refused.process_information",
           "unable.not_held", "unable.needs_creation", "not_processed.petition", "other.withdrawn",
           "other.misc"]
FIGURES = ["normative_documents.made", "normative_documents.in_force", "licences.decisions", "fees.amount",
           "publications.portal", "publications.gazette"]
KINDS = ["review", "suit", "suit_after_review"]


def days_between(choose, first, last):
    first, last = (datetime.date.fromisoformat(day) for day in (first, last))
    return (first + datetime.timedelta(choose.randint(0, max(0, (last - first).days)))).isoformat()


class Office:
    """Does one thing after the other at random. What the rules refuse is counted, and is no matter."""

    def __init__(self, seed):
        self.choose = random.Random(seed)
        self.open, self.decided, self.cases = [], [], []
        self.done, self.refused = collections.Counter(), collections.Counter()
        self.link, self.today, self.first = None, None, None

    def at(self, daemon, today, first):
        """Goes on at another day; `first` is the earliest day of what it enters."""
        daemon.restart(today=today)
        self.link, self.today, self.first = daemon.link(), today, first

    def day(self, first=None):
        return days_between(self.choose, first or self.first, self.today)

    def call(self, what, method, **parameters):
        problem = refused(self._call, method, parameters)
        (self.refused if problem else self.done)[f"{what} {problem.short}" if problem else what] += 1
        return None if problem else self.reply

    def _call(self, method, parameters):
        self.reply = self.link.call(method, **parameters)

    def log(self):
        day = self.day()
        reply = self.call("Log", "Applications.Log", channel="in_person", subject="征收补偿", received_on=day,
                          applicant=person(f"申请人{self.choose.randint(1, 400)}", self.choose.choice(CATEGORIES)),
                          why="漏登")
        if reply:
            self.open.append(reply["application"]["number"])

    def decide(self):
        if not self.open:
            return
        number = self.open[self.choose.randrange(len(self.open))]
        on, why = self.day(), "漏录"
        kind = self.choose.choice(["full", "partial", "refuse", "refuse"])
        reply = self.call("Refuse", "Applications.Refuse", number=number, on=on, why=why,
                          reason=self.choose.choice(REASONS)) if kind == "refuse" else \
            self.call("Disclose", "Applications.Disclose", number=number, on=on, extent=kind, why=why)
        if reply:
            self.open.remove(number)
            self.decided.append(number)

    def amend(self):
        if not self.open and not self.decided:
            return
        number = self.choose.choice(self.open + self.decided)
        day = self.day()
        changes = self.choose.choice([
            {"category": self.choose.choice(CATEGORIES)}, {"received_on": day, "submitted_on": day},
            {"decided_on": day}, {"reason": self.choose.choice(REASONS)}, {"subject": "另一件"},
            {"category": self.choose.choice(CATEGORIES)}, {"decided_on": day}])
        self.call("Amend " + ",".join(sorted(changes)), "Applications.Amend", number=number, changes=changes,
                  why="录错")

    def small(self):
        if not self.open:
            return
        number = self.choose.choice(self.open)
        what = self.choose.choice(["Note", "Assign", "RequestCorrection", "Correct", "NoticeFee", "PayFee"])
        late = self.day(max(self.first, f"{SEALED + 1}-01-01"))
        parameters = {"Note": {"text": "归档"}, "Assign": {"handler": "李敏"},
                      "RequestCorrection": {"on": self.day(), "reply_by": self.today, "items": "文号"},
                      "Correct": {"on": self.day()}, "PayFee": {"on": late},
                      "NoticeFee": {"on": late, "basis": "pages", "quantity": self.choose.randint(1, 250)}}
        self.call(what, "Applications." + what, number=number, **parameters[what])

    def reopen(self):
        if self.decided:
            number = self.choose.choice(self.decided)
            self.call("Reopen", "Applications.Reopen", number=number, on=self.day(), why="判决")

    def figure(self):
        self.call("SetFigure", "Report.SetFigure", year=self.choose.choice([SEALED, SEALED, SEALED + 1]),
                  figure=self.choose.choice(FIGURES), value=str(self.choose.randint(0, 99)), why="漏报")

    def case(self):
        if not self.cases or self.choose.random() < 0.4:
            reply = self.call("OpenCase", "Report.OpenCase", kind=self.choose.choice(KINDS), on=self.day(),
                              why="漏登")
            if reply:
                self.cases.append(reply["case"])
            return
        case = self.choose.choice(self.cases)
        if self.choose.random() < 0.3:
            self.call("AnswerCase", "Report.AnswerCase", case=case, on=self.day())
        else:
            self.call("ConcludeCase", "Report.ConcludeCase", case=case, on=self.day(), why="漏录",
                      result=self.choose.choice(["upheld", "corrected", "other"]))

    def step(self):
        acts = [self.log] * 5 + [self.decide] * 6 + [self.amend] * 8 + [self.small] * 4 + [self.reopen] + \
               [self.figure] * 3 + [self.case] * 4
        self.choose.choice(acts)()

    def go(self, count):
        aim = sum(self.done.values()) + count
        while sum(self.done.values()) < aim:
            self.step()


def begin(tap):
    """Two years of an office, and the seal of the second"""
    daemon = Daemon(today="2023-01-04", name="after the seal")
    office = Office(SEED)
    for today, first in (("2023-12-29", "2023-02-01"), ("2024-12-30", "2023-11-01"),
                         ("2025-01-20", "2024-12-01")):
        office.at(daemon, today, first)
        office.go(60 if ENTRIES == 1000 else 30)
        office.link.call("Report.Rollup")
    report = office.link.call("Report.Seal", year=SEALED)["report"]
    tap.equal((report["status"], report["seal"]["tables"]), ("sealed", reports.tables_digest(report)),
              f"{SEALED} is sealed, its digest is that of the tables")
    return daemon, office, report


def restate(tap, link, published):
    """Restated: the cells that are listed are those that differ. Returns the new publication."""
    anew = reports.get(link, SEALED, revision=0)
    wanted = reports.difference(published, anew)
    answer = link.call("Report.Restate", year=SEALED, why="更正后重新公布")
    report = answer["report"]
    good = (answer["changed"] == wanted and report["revision"] == published["revision"] + bool(wanted)
            and reports.cells(report) == reports.cells(anew)
            and report["seal"]["tables"] == reports.tables_digest(report))
    tap.ok(good, f"revision {report['revision']}: {len(wanted)} cells changed, and exactly these listed",
           f"expected {wanted}", f"found    {answer['changed']}")
    return report, len(wanted)


def after(tap):
    """What is entered after the seal"""
    tap.say(f"seed {SEED}, {ENTRIES} entries")
    daemon, office, report = begin(tap)
    office.done.clear()
    office.refused.clear()
    printed = {1: reports.get_bytes(office.link, SEALED)}  # revision -> as it was published
    published, moved, changed, batches = report, [], 0, 0
    for turn, today in enumerate(NEWS):
        office.at(daemon, today, "2024-11-01" if turn % 2 == 0 else "2024-01-01")
        for batch in range(ENTRIES // len(NEWS) // BATCH):
            office.go(BATCH)
            batches += 1
            if office.choose.random() < 0.3:
                office.link.call("Report.Rollup")
            if reports.get_bytes(office.link, SEALED) != printed[published["revision"]]:
                moved.append((today, batch))
            if batch % 4 == 3 or batch + 1 == ENTRIES // len(NEWS) // BATCH:
                published, count = restate(tap, office.link, published)
                changed += count
                printed.setdefault(published["revision"], reports.get_bytes(office.link, SEALED))
                again = {r: reports.get_bytes(office.link, SEALED, revision=r) for r in printed}
                tap.equal([r for r in printed if again[r] != printed[r]], [],
                          f"each of {len(printed)} publications is byte for byte what it was")
    tap.say(f"done {dict(office.done)}")
    tap.say(f"refused {dict(office.refused)}")
    tap.equal(moved, [], f"after each of {batches} batches the published report was the same")
    tap.equal(sum(office.done.values()), ENTRIES, f"{ENTRIES} entries were taken")
    tap.ok(changed > ENTRIES // 20, f"they changed {changed} cells of the sealed year")
    ended(tap, daemon, office, printed)


def ended(tap, daemon, office, printed):
    """At the end: the ledger by itself, and the state made anew from it."""
    link = office.link
    tap.equal(reports.get_bytes(link, SEALED, known_on="2025-01-20"), printed[1],
              "as known on the day of the seal: the seal")
    reports.look_at_verify(tap, link, "after all of it")
    anew = reports.get(link, SEALED, revision=0)
    daemon.stop()
    dump = daemon.dump()
    ledger = os.path.join(daemon.data, "ledger")
    for script, arguments in (("check_chain.sh", ()), ("check_seal.sh", (str(SEALED),))):
        status, said = reports.check_script(script, ledger, *arguments)
        tap.equal(status, 0, f"{script} passes: {said[-80:]!r}")
    shutil.rmtree(os.path.join(daemon.data, "state"))
    daemon.start()
    link = daemon.link()
    tap.equal([r for r in printed if reports.get_bytes(link, SEALED, revision=r) != printed[r]], [],
              "the state made anew: every publication is the same")
    tap.equal(reports.get(link, SEALED, revision=0), anew, "and so is the year counted anew")
    daemon.stop()
    tap.ok(daemon.dump() == dump, "records, indexes and counters as before")
    tap.case_end(daemon)


def main():
    tap = Tap()
    tap.case(after)
    tap.done()


if __name__ == "__main__":
    main()
