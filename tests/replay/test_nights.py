#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A year in rehearsal, night by night: the daemon is started again with the next day's date, the day's
work is done, and the nightly job runs. From 1 January through the year's end, the seal in January, to a
restatement in March.

What each night has to say is worked out beside it, from the calendar and from what was done. Two more
registers do the same work, and there the job misses weeks, or all nights but two.

OGID_SEED sets the work; it is printed. OGID_SMALL=1 begins in October (sanitizers)."""

import datetime
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, act, person, source  # noqa: E402
from harness import report as reports  # noqa: E402
from model.calendar import DAY, TEXT, Calendar  # noqa: E402
from replay.reports import CATEGORIES  # noqa: E402

SEED = os.environ.get("OGID_SEED", "2025-2026")
SMALL = os.environ.get("OGID_SMALL") == "1"
BEFORE = "2024-12-30"  # the opening: what was received last year
FIRST = "2025-10-01" if SMALL else "2025-01-01"
END, LAST = "2025-12-31", "2026-03-31"
SEAL, LATE, RESTATE = "2026-01-20", "2026-03-10", "2026-03-12"
# Working days: an answer, a request for correction, a review's answer, what is soon.
ANSWER_DAYS, NOTICE_DAYS, CASE_DAYS, SOON = 20, 7, 10, 5


class Application:
    def __init__(self, index, category, received):
        self.name, self.category, self.received = f"申请人{index}", category, received
        self.decided, self.reason, self.entered = None, None, None
        self.number = None


def year(day):
    return int(TEXT[day][:4])


def make_plan():
    """day -> what is done on it, in order: (what, application)."""
    choose = random.Random(f"{SEED} nights")
    plan, index = {}, 0

    def add(day, what, application=None):
        plan.setdefault(day, []).append((what, application))

    def fresh(received, entered):
        nonlocal index
        index += 1
        application = Application(index, choose.choice(CATEGORIES), received)
        add(entered, "log", application)
        return application

    def decide(application, on, entered):
        application.decided, application.entered = on, entered
        application.reason = choose.choice([None, None, "unable.not_held", "refused.internal_affairs"])
        add(entered, "decide", application)

    for day in ("2024-12-16", "2024-12-24"):
        decide(fresh(DAY[day], DAY[BEFORE]), DAY[FIRST] + 14, DAY[FIRST] + 14)
    day = DAY[FIRST]
    while day < DAY[LAST] - 40:
        day += choose.randint(3, 18)
        if TEXT[day][5:7] in ("07", "08"):
            continue  # a quiet summer
        application = fresh(day, day)
        on = day + choose.randint(2, 45)
        if on < DAY[LAST] and (choose.random() < 0.8 or TEXT[day] < "2025-11-20"):
            # a day late now and then, but not over the seal
            late = on + (choose.choice([0, 0, 0, 3]) if year(on) == year(on + 3) else 0)
            decide(application, on, late)
    # Two that end in December, one of which is entered in January; one that stays open; one logged late.
    decide(fresh(DAY["2025-12-08"], DAY["2025-12-08"]), DAY["2025-12-30"], DAY["2026-01-08"])
    decide(fresh(DAY["2025-12-09"], DAY["2025-12-09"]), DAY[END], DAY[END])
    fresh(DAY["2025-12-15"], DAY["2025-12-15"])
    fresh(DAY["2025-12-29"], DAY[LATE])
    for on, what in (("2025-11-05", "open_case"), ("2025-11-18", "answer_case"), ("2026-02-10", "conclude_case"),
                     ("2025-12-02", "figure"), (SEAL, "seal"), (RESTATE, "restate")):
        add(DAY[on], what)
    return plan


class Register:
    """One daemon and what has been done in it."""

    def __init__(self, plan, name):
        self.plan, self.open, self.touched, self.name = plan, [], set(), name
        self.case, self.case_open = None, False
        self.daemon = Daemon(today=BEFORE, name=name)
        self.link = self.daemon.link()
        self.work(DAY[BEFORE])

    def to(self, day):
        self.daemon.restart(today=TEXT[day])
        self.link = self.daemon.link()

    def touch(self, first, today):
        """The years whose tables something changes: from the one that it is in up to this one."""
        self.touched |= set(range(first, year(today) + 1))

    def work(self, day):
        for what, application in self.plan.get(day, []):
            getattr(self, what)(day, application)

    def log(self, day, application):
        late = {"why": "漏登"} if TEXT[day] == LATE else {}
        reply = self.link.call("Applications.Log", channel="in_person", subject="征收补偿", **late,
                               applicant=person(application.name, application.category),
                               received_on=TEXT[application.received])
        application.number = reply["application"]["number"]
        self.open.append(application)
        self.touch(year(application.received), day)

    def decide(self, day, application):
        parameters = {"number": application.number, "on": TEXT[application.decided]}
        if application.reason is None:
            act(self.link, "Disclose", **parameters)
        else:
            act(self.link, "Refuse", reason=application.reason, **parameters)
        self.open.remove(application)
        self.touch(year(application.decided), day)

    def open_case(self, day, _):
        self.case = self.link.call("Report.OpenCase", kind="review", title="主动公开", on=TEXT[day])["case"]
        self.case_open = day
        self.touch(year(day), day)

    def answer_case(self, day, _):
        self.link.call("Report.AnswerCase", case=self.case, on=TEXT[day])
        self.case_open = False

    def conclude_case(self, day, _):
        self.link.call("Report.ConcludeCase", case=self.case, on=TEXT[day], result="upheld")
        self.touch(year(day), day)

    def figure(self, day, _):
        self.link.call("Report.SetFigure", year=2025, figure="normative_documents.in_force", value="6")
        self.touch(2025, day)

    def seal(self, _, __):
        self.sealed = self.link.call("Report.Seal", year=2025)["report"]

    def restate(self, _, __):
        answer = self.link.call("Report.Restate", year=2025, why="漏登一件")
        self.restated, self.changed = answer["report"], answer["changed"]

    def night(self):
        before = self.link.call("Ledger.Status")["sequence"]
        rollup = self.link.call("Report.Rollup")
        return rollup, self.link.call("Ledger.Status")["sequence"] - before


def dues(calendar, register, today):
    """What falls due within five working days or is overdue, the most pressing first."""
    owed = [(calendar.add(a.received, ANSWER_DAYS), a.number, "answer") for a in register.open]
    # Nobody asks for a correction here: it may be asked for until its last day.
    notices = [(calendar.add(a.received, NOTICE_DAYS), a.number, "correction_notice") for a in register.open]
    owed += [notice for notice in notices if today <= notice[0]]
    if register.case_open:
        owed.append((calendar.add(register.case_open, CASE_DAYS), register.case, "case_answer"))
    return [{"number": number, "due_on": TEXT[day], "what": what,
             "working_days_left": calendar.between(today, day) - calendar.between(day, today)}
            for day, number, what in sorted(owed) if day <= today or calendar.between(today, day) <= SOON]


class Nights:
    """What was wrong with a night, by kind, and how often each kind of night came."""

    def __init__(self, register, calendar):
        self.register, self.calendar = register, calendar
        self.wrong, self.counts, self.carried = {}, {"nights": 0, "due": 0, "silent": 0, "still": 0}, set()

    def compare(self, what, day, found, wanted):
        if found != wanted:
            self.wrong.setdefault(what, []).append(f"{TEXT[day]}: expected {wanted}, found {found}")

    def one(self, day):
        register = self.register
        register.to(day)
        register.touched = set()
        new_year = TEXT[day].endswith("-01-01") or day == DAY[FIRST] and SMALL
        register.work(day)
        rollup, entered = register.night()
        wanted = dues(self.calendar, register, day)
        now = sorted(a.number for a in register.open)
        last_year = [n for n in now if int(n[:4]) < year(day)]
        carried = last_year if new_year else [n for n in last_year if TEXT[day] == LATE and n not in self.carried]
        self.carried |= set(carried)
        years = register.touched | ({year(day)} if new_year and carried else set())
        if day == DAY[FIRST]:
            years |= {2024}
        self.compare("on", day, rollup["on"], TEXT[day])
        self.compare("due", day, rollup["due"], wanted)
        self.compare("carried over", day, rollup["carried_over"], carried)
        self.compare("would carry over", day, rollup.get("would_carry_over"),
                     now if TEXT[day][5:7] == "12" else None)
        self.compare("snapshots", day, rollup["snapshots"], sorted(years))
        self.compare("entries", day, entered, len(carried) + len(years))
        self.compare("problems", day, rollup["problems"], [])
        self.compare("years", day, [r["year"] for r in rollup["reports"]], [year(day) - 1, year(day)])
        # What 2025 is to be restated for, 2026 does not follow from yet.
        late = DAY[LATE] <= day < DAY[RESTATE]
        self.compare("checks", day, sorted({(r["year"], c["rule"], c["row"]) for r in rollup["reports"]
                                            for c in reports.failing(r)}),
                     [(2026, "year_chain", "carried_in")] if late else [])
        self.compare("restatement", day, [r["year"] for r in rollup["reports"]
                                          if reports.warnings(r, "restatement")], [2025] if late else [])
        self.counts["nights"] += 1
        self.counts["due"] += bool(wanted)
        self.counts["still"] += entered == 0
        self.counts["silent"] += not wanted and entered == 0


def every_night(tap, calendar):
    register = Register(make_plan(), "every night")
    nights = Nights(register, calendar)
    for day in range(DAY[FIRST], DAY[LAST] + 1):
        nights.one(day)
    counts, wrong = nights.counts, nights.wrong
    tap.say(f"{counts}")
    tap.equal(counts["nights"], (datetime.date.fromisoformat(LAST) - datetime.date.fromisoformat(FIRST)).days + 1,
              "a night each day")
    for what in ("on", "due", "carried over", "would carry over", "snapshots", "entries", "problems", "years",
                 "checks", "restatement"):
        tap.ok(what not in wrong, f"{what}: as worked out beside it, each night", *wrong.get(what, [])[:5])
    # From the middle of August to the first of September at the latest nothing is open.
    tap.ok(counts["due"] > 20 and counts["silent"] > (-1 if SMALL else 14) and counts["still"] > 20,
           f"{counts['due']} nights with dues, {counts['silent']} with nothing to say, "
           f"{counts['still']} that entered nothing")
    tap.equal(reports.difference(register.sealed, register.restated), register.changed,
              "the restatement lists what differs")
    tap.equal([(c["row"], c["column"], c["after"] - c["before"]) for c in register.changed
               if c["column"] == "total"], [("new", "total", 1), ("carried_out", "total", 1)],
              "one more was received, and carried out")
    return register


def some_nights(tap, name, nights):
    """The same work; the job runs on these days alone."""
    register = Register(make_plan(), name)
    for day in sorted(set(register.plan) | nights | {DAY[LAST]}):
        if day < DAY[FIRST]:
            continue
        register.to(day)
        register.work(day)
        if day in nights or day == DAY[LAST]:
            register.night()
    return register


def outcome(register):
    """The tables, and which applications stand behind what is carried."""
    link = register.link
    tables = {y: reports.cells(reports.get(link, y, revision=0)) for y in (2024, 2025, 2026)}
    carried = {(y, row, column): [item["number"] for item in link.stream(
        "Report.Cell", year=y, table="table3", row=row, column=column)]
        for y in (2024, 2025, 2026) for row in ("carried_in", "carried_out") for column in CATEGORIES + ["total"]}
    published = [reports.get(link, 2025, revision=r)["seal"]["tables"] for r in (1, 2)]
    states = {item["application"]["number"]: (item["application"]["state"], item["application"]["decided_on"])
              for item in link.stream("Applications.List")}
    entries = sorted((e["number"], e["data"]["year"]) for _, _, e in reports.entries(link)
                     if e["action"] == "carry_over" and e["number"])
    return {"tables": tables, "carried sets": carried, "published tables": published, "states": states,
            "carried over, by the entries": entries}


def year_of_nights(tap):
    """Every night of a year, and a register whose nights were missed for weeks"""
    tap.say(f"seed {SEED}")
    calendar = Calendar(source("tests", "data", "holidays.json"))
    every = every_night(tap, calendar)
    wanted = outcome(every)
    tap.ok(len(wanted["states"]) > (5 if SMALL else 30) and wanted["carried sets"][(2025, "carried_out", "total")],
           "the year had applications, and some were carried over", wanted["states"])
    choose = random.Random(f"{SEED} missed")
    weeks, day = set(), DAY[FIRST]
    while day < DAY[LAST]:
        day += choose.randint(10, 45)
        weeks.add(day)
    hardly = {DAY[SEAL] - 1}
    for name, nights in (("weeks missed", weeks | hardly), ("two nights", hardly)):
        register = some_nights(tap, name, nights)
        found = outcome(register)
        for what in wanted:
            if what == "carried over, by the entries":
                continue  # what was decided late was never carried over where no night came between
            tap.equal(found[what], wanted[what], f"{name}: the same {what}")
        reports.look_at_verify(tap, register.link, name)
        tap.case_end(register.daemon)
    reports.look_at_verify(tap, every.link, "every night")
    tap.case_end(every.daemon)


def main():
    tap = Tap()
    tap.case(year_of_nights)
    tap.done()


if __name__ == "__main__":
    main()
