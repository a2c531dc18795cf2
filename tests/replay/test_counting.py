#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An office's four years at random, beside a model that knows nothing but dates: what it counts and what
the register counts has to be the same in every year, column and row, whatever was entered late, amended
or reopened.

OGID_SEED sets what happens; it is printed, and a random one when it is not set. OGID_SMALL=1 plays
fewer days (sanitizers)."""

import datetime
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, person, refused  # noqa: E402
from replay.reports import CATEGORIES, LABELS, NOT_RESULTS  # noqa: E402

SEED = os.environ.get("OGID_SEED") or str(random.SystemRandom().randrange(10 ** 9))
SMALL = os.environ.get("OGID_SMALL") == "1"
FIRST, LAST = 2021, 2024
COLUMNS = CATEGORIES + ["total"]
REASONS = [key for key, _ in LABELS["2021"] if key.split(".")[0] in ("refused", "unable", "not_processed")]
REASONS += ["other.withdrawn", "other.misc"]
ROW = {"other.withdrawn": "other.misc"}  # the row of a reason that has none of its own


class Model:
    """One application, as the tables see it."""

    def __init__(self, number, category, received):
        self.number, self.category, self.received = number, category, received
        self.decided = None    # the first decision
        self.row = None
        self.decisions = 0
        self.open = True
        self.latest = received  # no act may be before
        self.ends_waiting = None  # the act that would

    def rows(self, year):
        """The rows of table 3 that it is in."""
        end, found = datetime.date(year, 12, 31), []
        before = datetime.date(year - 1, 12, 31)
        if self.received.year == year:
            found.append("new")
        if self.received <= before and (self.decided is None or self.decided > before):
            found.append("carried_in")
        if self.decided is not None and self.decided.year == year:
            found += [self.row, "total_results"]
        if self.received <= end and (self.decided is None or self.decided > end):
            found.append("carried_out")
        return found

    def carried_from(self, rolled):
        """rolled: the last year that a rollup has closed."""
        last = self.decided.year - 1 if self.decided is not None else rolled
        return list(range(self.received.year, last + 1))


class Office:
    def __init__(self, tap):
        self.tap = tap
        self.choose = random.Random(SEED)
        self.today = datetime.date(FIRST, 1, 4)
        self.daemon = Daemon(today=self.today.isoformat(), name="counting")
        self.link = self.daemon.link()
        self.models = {}
        self.rolled = 0
        self.done, self.refused = {}, {}

    def say(self, method, **parameters):
        """A call; None when a rule refuses it, which changes nothing."""
        answer = []
        problem = refused(lambda: answer.append(self.link.call("Applications." + method, **parameters)))
        kind = self.refused if problem else self.done
        kind[method] = kind.get(method, 0) + 1
        if problem is not None and problem.short not in ("DateOutOfOrder", "InvalidTransition"):
            raise problem
        return None if problem else answer[0]["application"]

    def day_from(self, day):
        """A day from then to today, mostly a late one."""
        days = (self.today - day).days
        return day + datetime.timedelta(self.choose.choice([days, days, self.choose.randint(0, days)]))

    # --- what happens ---

    def log(self):
        category = self.choose.choice(CATEGORIES)
        late = self.choose.choice([0, 0, 1, 5, 30, 200])
        received = max(datetime.date(FIRST, 1, 1), self.today - datetime.timedelta(late))
        answer = self.say("Log", applicant=person("甲", category), channel="in_person", subject="x",
                          submitted_on=received.isoformat())
        self.models[answer["number"]] = Model(answer["number"], category, received)

    def act(self, model):
        ends = {"RequestReasons": "GiveReasons", "Consult": "EndConsultation",
                "RequestCorrection": "Correct"}
        method, parameters = self.choose.choice([
            ("RequestReasons", {}), ("GiveReasons", {"reasonable": True}),
            ("Consult", {"whom": "third_party", "name": "x"}), ("EndConsultation", {"answer": "silent"}),
            ("RequestCorrection", {"reply_by": "2030-01-01", "items": "x"}), ("Correct", {}),
            ("Note", {"text": "x"})])
        if model.ends_waiting is not None and self.choose.random() < 0.7:
            method = model.ends_waiting
            parameters = {"GiveReasons": {"reasonable": False}, "Correct": {},
                          "EndConsultation": {"answer": "objects"}}[method]
        on = self.day_from(model.latest)
        if method != "Note":
            parameters = {**parameters, "on": on.isoformat()}
        if self.say(method, number=model.number, **parameters) and method != "Note":
            model.latest, model.ends_waiting = on, ends.get(method)

    def decide(self, model):
        on = self.day_from(model.latest)
        if self.choose.random() < 0.5:
            extent = self.choose.choice(["full", "partial"])
            row = "disclosed" if extent == "full" else "partially_disclosed"
            done = self.say("Disclose", number=model.number, on=on.isoformat(), extent=extent)
        else:
            reason = self.choose.choice(REASONS)
            row = ROW.get(reason, reason)
            done = self.say("Refuse", number=model.number, on=on.isoformat(), reason=reason)
        if done:
            model.open, model.latest, model.ends_waiting = False, on, None
            model.decisions += 1
            if model.decisions == 1:
                model.decided, model.row = on, row

    def reopen(self, model):
        on = self.day_from(model.latest)
        if self.say("Reopen", number=model.number, on=on.isoformat(), why="x"):
            model.open, model.latest = True, on

    def amend(self, model):
        kind = self.choose.choice(["category", "received_on", "decided_on", "reason"])
        if kind == "category":
            changes = {"category": self.choose.choice(CATEGORIES)}
        elif kind == "reason":
            changes = {"reason": self.choose.choice(REASONS)}
        else:
            day = model.received if kind == "received_on" else model.latest
            day += datetime.timedelta(self.choose.randint(-120, 120))
            day = max(day, datetime.date(FIRST, 1, 1))
            changes = {kind: day.isoformat()}
            if kind == "received_on":
                changes["submitted_on"] = day.isoformat()
        answer = []
        problem = refused(lambda: answer.append(self.link.call(
            "Applications.Amend", number=model.number, changes=changes, why="x")))
        count = self.refused if problem else self.done
        count["Amend"] = count.get("Amend", 0) + 1
        if problem is not None:
            if problem.short not in ("DateOutOfOrder", "InvalidField"):
                raise problem
            return
        if kind == "category":
            model.category = changes["category"]
        elif kind == "received_on":
            if model.latest == model.received:
                model.latest = day
            model.received = day
        elif kind == "decided_on":
            model.latest = day
            if model.decisions == 1:
                model.decided = day
        elif model.decisions == 1 and model.row not in ("disclosed", "partially_disclosed"):
            model.row = ROW.get(changes["reason"], changes["reason"])

    def one_day(self):
        for _ in range(self.choose.randint(0, 3)):
            self.log()
        for _ in range(self.choose.randint(0, 8)):
            if not self.models:
                return
            model = self.choose.choice(list(self.models.values()))
            does = self.choose.choice([self.act, self.act, self.decide, self.decide, self.amend])
            if not model.open and does != self.amend:
                does = self.choose.choice([self.reopen, self.decide, self.act])
            does(model)

    def next_day(self):
        self.today += datetime.timedelta(self.choose.randint(1, 20 if SMALL else 7))
        self.daemon.restart(self.today.isoformat())
        self.link = self.daemon.link()
        if self.choose.random() < 0.3:
            self.roll_up()

    def roll_up(self):
        over = self.link.call("Report.Rollup")["carried_over"]
        year = self.today.year - 1
        if year > self.rolled:
            self.rolled = year
        never = [m.number for m in self.models.values() if m.decided is None and m.received.year <= year]
        if not set(over) <= set(never):
            self.tap.ok(False, f"{self.today}: the rollup carries over what is open and no more",
                        sorted(set(over) - set(never)))

    # --- what is counted ---

    def look(self):
        """Compares every year, row, column and cell."""
        wrong, cells = [], []
        for year in range(FIRST, self.today.year + 1):
            expected = {key: [[] for _ in COLUMNS] for key, _ in LABELS["2021"]}
            for model in self.models.values():
                for row in model.rows(year):
                    expected[row][CATEGORIES.index(model.category)].append(model.number)
                    expected[row][-1].append(model.number)
            report = self.link.call("Report.Get", year=year)["report"]
            table = next(t for t in report["tables"] if t["id"] == "table3")
            for row in table["rows"]:
                counts = [len(numbers) for numbers in expected[row["key"]]]
                if row["cells"] != counts:
                    wrong.append((year, row["key"], row["cells"], counts))
            for row in self.choose.sample(sorted(expected), 4) + list(NOT_RESULTS):
                for column, numbers in zip(COLUMNS, expected[row], strict=True):
                    found = [i["number"] for i in self.link.stream(
                        "Report.Cell", year=year, table="table3", row=row, column=column)]
                    if found != sorted(numbers):
                        cells.append((year, row, column, found, sorted(numbers)))
        day = self.today.isoformat()
        self.tap.ok(not wrong, f"{day}: every year's table 3 as the model counts "
                    f"{len(self.models)} applications", *wrong[:10])
        self.tap.ok(not cells, f"{day}: every cell opens to the model's applications", *cells[:5])
        # What came to light late is carried over by the next rollup, and then all fits together.
        self.roll_up()
        self.look_at_checks(day)
        self.look_at_years(day)

    def look_at_checks(self, day):
        checks = [(year, check) for year in range(FIRST, self.today.year + 1)
                  for check in self.link.call("Report.Get", year=year)["report"]["checks"]
                  if not check["holds"]]
        self.tap.ok(not checks, f"{day}: every check holds", *checks[:5], *self.histories(checks))

    def histories(self, checks):
        """What happened to those that a check names."""
        numbers = sorted({number for _, check in checks[:5] for number in check["cases"][:2]})
        return [f"{number}: {event['version']} {event['kind']} {event['on']} {event['data']}"
                for number in numbers[:4] for event in (
                    item["event"] for item in self.link.stream("Applications.History", number=number))]

    def look_at_years(self, day):
        wrong = []
        for item in self.link.stream("Applications.List"):
            found = item["application"]
            model = self.models[found["number"]]
            expected = model.carried_from(self.rolled)
            told = found["state"] == "carried_over"
            if found["carried_from"] != expected or told and (not expected or model.decided is not None):
                wrong.append((found["number"], found["state"], found["carried_from"], expected))
        self.tap.ok(not wrong, f"{day}: each says at the end of which years it was open", *wrong[:10])


def four_years(tap):
    """Four years at random"""
    tap.say(f"seed {SEED}")
    office = Office(tap)
    look = 0
    while office.today.year <= LAST:
        office.one_day()
        office.next_day()
        if office.today.year * 12 + office.today.month > look:
            look = office.today.year * 12 + office.today.month + 5
            office.look()
    office.look()
    tap.say(f"done {office.done}")
    tap.say(f"refused by a rule {office.refused}")
    few = [method for method in ("Log", "Disclose", "Refuse", "Reopen", "Amend", "Correct")
           if office.done.get(method, 0) < 1]
    # A small run may by chance hold few of a kind.
    tap.ok(SMALL or not few, f"{sum(office.done.values())} changes, of every kind", few)
    verified = office.link.call("Ledger.Verify")
    tap.equal((verified["done"], verified["problems"]), (True, []), "Verify is clean")
    tap.case_end(office.daemon)


def main():
    tap = Tap()
    tap.case(four_years)
    tap.done()


if __name__ == "__main__":
    main()
