#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The order in which an office enters its facts is not a fact: sixty applications of two years, cases and
figures, entered in a hundred orders with the nightly job anywhere between, give one report a year. What it
has to say is counted here from the facts alone.

Kept is the order of what belongs together: the acts on one application, the course of one case, the values
of one figure.

OGID_SEED sets the facts and the orders; it is printed, and a random one when it is not set. OGID_SMALL=1
tries ten orders."""

import datetime
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, person  # noqa: E402
from replay.reports import CATEGORIES, LABELS  # noqa: E402

SEED = os.environ.get("OGID_SEED") or str(random.SystemRandom().randrange(10 ** 9))
ORDERS = 10 if os.environ.get("OGID_SMALL") == "1" else 100
TODAY = "2026-11-24"
YEARS = (2024, 2025)
ROLLED = ("2025-01-01", "2025-06-30", "2026-01-01", TODAY)
APPLICATIONS, CASES, BATCH = 60, 12, 40
COLUMNS = CATEGORIES + ["total"]
KINDS = ("review", "suit", "suit_after_review")
RESULTS = ("upheld", "corrected", "other")
REASONS = [key for key, _ in LABELS["2021"] if key.split(".")[0] in ("refused", "unable", "not_processed")]
REASONS += ["other.withdrawn", "other.misc"]
MISC = {"other.withdrawn": "other.misc"}  # the row of a reason that has none of its own
FIGURES = ("regulations.made", "regulations.in_force", "normative_documents.made", "licences.decisions",
           "penalties.decisions", "publications.portal")


class NotYet(Exception):
    """The day has not come: what was to happen is left."""


def end_of(year):
    return datetime.date(year, 12, 31)


class Application:
    """Its acts, in their order, and what the tables count of it."""

    def __init__(self, choose, index):
        self.choose, self.calls = choose, []
        self.on = self.received = datetime.date(2024, 1, 2) + datetime.timedelta(choose.randrange(728))
        self.number = f"{self.received.year}-{index + 1:04}"
        self.category = choose.choice(CATEGORIES)
        self.decided = self.row = None
        self.fees = []  # (day, row, yuan)
        self.calls.append(("Log", {
            "number": self.number, "applicant": person(f"申请人{choose.randrange(20)}", self.category),
            "channel": "in_person", "subject": "2025年度部门预算", "submitted_on": self.received.isoformat()}))
        try:
            choose.choice((self.stays, self.disclosed, self.disclosed, self.refused, self.refused,
                           self.corrected, self.overdue, self.paid, self.unpaid, self.consulted,
                           self.reopened, self.amended, self.moved))()
        except NotYet:
            pass

    def act(self, method, days, **parameters):
        on = self.on + datetime.timedelta(self.choose.randint(days, 2 * days))
        if on.isoformat() > TODAY:
            raise NotYet
        self.on = on
        self.calls.append((method, {"number": self.number, "on": self.on.isoformat(), **parameters}))

    def counts(self, row):
        """The first decision, at whose day and row it is counted."""
        if self.decided is None:
            self.decided, self.row = self.on, MISC.get(row, row)

    def disclose(self):
        extent = self.choose.choice(("full", "partial"))
        self.act("Disclose", self.choose.choice((5, 5, 10, 150)), extent=extent)
        self.counts("disclosed" if extent == "full" else "partially_disclosed")

    def refuse(self, reason=None, days=7):
        reason = reason or self.choose.choice(REASONS)
        self.act("Refuse", days, reason=reason)
        self.counts(reason)

    def amend(self, **changes):
        self.calls.append(("Amend", {"number": self.number, "changes": changes, "why": "登记有误"}))

    # --- the lives it may have ---

    def stays(self):
        self.calls.append(("Note", {"number": self.number, "text": "待办"}))

    def disclosed(self):
        self.disclose()

    def refused(self):
        self.refuse(days=self.choose.choice((5, 10, 200)))

    def ask_to_correct(self):
        self.act("RequestCorrection", 3, items="写明名称",
                 reply_by=(self.on + datetime.timedelta(20)).isoformat())

    def corrected(self):
        self.ask_to_correct()
        self.act("Correct", 4)
        self.disclose()

    def overdue(self):
        self.ask_to_correct()
        self.refuse("other.correction_overdue", 45)

    def notice(self, pages, yuan):
        self.act("NoticeFee", 4, basis="pages", quantity=pages)
        self.fees += [(self.on, "notices", 1), (self.on, "noticed_yuan", yuan)]

    def paid(self):
        self.notice(130, 10 * 70 + 20 * 30)  # 30 free, 70 at 10 yuan, 30 at 20 (109号)
        self.act("PayFee", self.choose.choice((5, 200)))
        self.fees.append((self.on, "collected_yuan", 1300))
        self.disclose()

    def unpaid(self):
        self.notice(50, 200)
        self.refuse("other.fee_overdue", 60)

    def consulted(self):
        self.act("Consult", 4, whom="third_party", name="某公司")
        self.act("EndConsultation", 6, answer="objects")
        self.refuse("refused.third_party_rights")

    def reopened(self):
        self.disclose()
        self.act("Reopen", 20, why="复议决定撤销")
        self.refuse()

    def amended(self):
        self.refuse("unable.not_held")
        self.category = self.choose.choice(CATEGORIES)
        self.row = "refused.state_secret"
        self.amend(category=self.category, reason=self.row)

    def moved(self):
        """Decided some day, which was another one: the year may change with it."""
        self.disclose()
        self.decided = self.received + datetime.timedelta(self.choose.choice((1, 40, 400)))
        self.decided = min(self.decided, datetime.date(2026, 11, 20))
        self.amend(decided_on=self.decided.isoformat())

    # --- what is counted ---

    def rows(self, year):
        found = []
        if self.received.year == year:
            found.append("new")
        if self.received <= end_of(year - 1) and (self.decided is None or self.decided > end_of(year - 1)):
            found.append("carried_in")
        if self.decided is not None and self.decided.year == year:
            found += [self.row, "total_results"]
        if self.received <= end_of(year) and (self.decided is None or self.decided > end_of(year)):
            found.append("carried_out")
        return found


class Case:
    """Its course; its title stands for it, since the name that it is given follows the order."""

    def __init__(self, choose, index, numbers):
        self.title, self.kind = f"案件{index}", choose.choice(KINDS)
        self.number = choose.choice((None, choose.choice(numbers)))
        self.opened = datetime.date(2024, 2, 1) + datetime.timedelta(choose.randrange(690))
        self.results, self.calls = [], [("OpenCase", self.opened, {})]
        on = self.opened
        for _ in range(choose.choice((0, 1, 1, 2))):
            on += datetime.timedelta(choose.choice((20, 60, 300)))
            if on.isoformat() > TODAY:
                break  # not yet concluded
            self.results.append((on, choose.choice(RESULTS)))
            self.calls.append(("ConcludeCase", on, {"result": self.results[-1][1]}))

    def column(self, year):
        """Where it stands in a year's table 4."""
        by_then = [(on, result) for on, result in self.results if on <= end_of(year)]
        if self.opened > end_of(year):
            return None
        if not by_then:
            return "pending"
        on, result = by_then[-1]
        return result if on.year == year else None


class Facts:
    def __init__(self, choose):
        self.applications = [Application(choose, i) for i in range(APPLICATIONS)]
        self.cases = [Case(choose, i, [a.number for a in self.applications]) for i in range(CASES)]
        self.figures = {(year, figure): [str(choose.randrange(500)) for _ in range(choose.randint(1, 3))]
                        for year in YEARS for figure in FIGURES}

    def threads(self):
        """Lists of what has to be entered in its order."""
        yield from ([("act", *call) for call in a.calls] for a in self.applications)
        # A case about an application cannot be opened before it is there: it waits for the whole of it.
        for case in self.cases:
            yield [("case", case, *call) for call in case.calls]
        for (year, figure), values in self.figures.items():
            yield [("figure", {"year": year, "figure": figure, "value": value}) for value in values]

    def expected(self, year):
        """{(table, row, column): what is in it}, but for empty cells."""
        cells = {}
        for application in self.applications:
            for row in application.rows(year):
                for column in (application.category, "total"):
                    cells.setdefault(("table3", row, column), set()).add(application.number)
        for case in self.cases:
            for column in (case.column(year), "total") if case.column(year) else ():
                cells.setdefault(("table4", case.kind, column), set()).add(case.title)
        return cells

    def fees(self, year):
        rows = dict.fromkeys(("notices", "noticed_yuan", "collected_yuan"), 0)
        for application in self.applications:
            for on, row, yuan in application.fees:
                rows[row] += yuan if on.year == year else 0
        return rows


def ordered(choose, facts, how):
    """The facts in one order that is allowed. how: one after the other, or mixed."""
    threads = list(facts.threads())
    choose.shuffle(threads)
    if how == "one after the other":
        mixed = [step for thread in threads for step in thread]
    else:
        places = [i for i, thread in enumerate(threads) for _ in thread]
        choose.shuffle(places)
        steps = [iter(thread) for thread in threads]
        mixed = [next(steps[i]) for i in places]
    # an application before the case that is about it
    logged, waiting, order = set(), [], []
    for step in mixed:
        if step[0] == "act" and step[1] == "Log":
            logged.add(step[2]["number"])
        if step[0] == "case" and step[1].number not in logged | {None}:
            waiting.append(step)
            continue
        order.append(step)
        ready = [s for s in waiting if s[1].number in logged]
        waiting = [s for s in waiting if s not in ready]
        order += ready
    for _ in range(choose.randint(1, 4)):  # nightly jobs
        order.insert(choose.randrange(len(order)), ("rollup", choose.choice(ROLLED)))
    return order


class Office:
    def __init__(self, index):
        self.daemon = Daemon(today=TODAY, name=f"order {index}")
        self.link = self.daemon.link()
        self.names, self.batch, self.problems = {}, [], []

    def flush(self):
        if self.batch:
            self.link.call("Applications.Apply", steps=self.batch)
        self.batch = []

    def enter(self, choose, order):
        for step in order:
            if step[0] == "act":
                self.batch.append({"method": step[1], "parameters": step[2]})
                if len(self.batch) == BATCH or choose.random() < 0.05:
                    self.flush()
                continue
            self.flush()
            if step[0] == "figure":
                self.link.call("Report.SetFigure", **step[1])
            elif step[0] == "rollup":
                self.roll_up(on=step[1])
            else:
                self.case(*step[1:])
        self.flush()
        self.roll_up()  # carries over what came to light late

    def roll_up(self, **parameters):
        self.problems += self.link.call("Report.Rollup", **parameters).get("problems") or []

    def case(self, case, method, on, parameters):
        if method == "OpenCase":
            given = {} if case.number is None else {"number": case.number}
            self.names[case.title] = self.link.call("Report.OpenCase", kind=case.kind, title=case.title,
                                                    on=on.isoformat(), **given)["case"]
        else:
            self.link.call("Report." + method, case=self.names[case.title], on=on.isoformat(), **parameters)

    def report(self, year):
        return self.link.call("Report.Get", year=year, revision=0)["report"]

    def cells(self, report):
        """{(table, row, column): what it opens to}, but for empty cells."""
        titles = {name: title for title, name in self.names.items()}
        found = {}
        for table in report["tables"]:
            if table["id"] not in ("table3", "table4"):
                continue
            columns = COLUMNS if table["id"] == "table3" else [*RESULTS, "pending", "total"]
            for row in table["rows"]:
                for column in columns:
                    names = [item["number"] for item in self.link.stream(
                        "Report.Cell", year=report["year"], table=table["id"], row=row["key"], column=column)]
                    if len(set(names)) != len(names):
                        self.problems.append(("twice in a cell", row["key"], column, names))
                    if names:
                        found[table["id"], row["key"], column] = {titles.get(n, n) for n in names}
        return found

    def taken_back(self):
        return sum('"action":"take_back_carry_over"' in item["entry"]
                   for item in self.link.stream("Ledger.Export") if item.get("entry"))


def tables_of(report):
    """What has to be the same whatever the order: all that the report prints, and its checks."""
    checks = sorted(str(sorted(check.items())) for check in report["checks"])
    return {"tables": report["tables"], "sections": report["sections"], "checks": checks}


def counted(report):
    """{(table, row, column): count} of tables 3 and 4, but for zeros."""
    found = {}
    for table in report["tables"]:
        columns = {"table3": COLUMNS, "table4": [*RESULTS, "pending", "total"]}.get(table["id"])
        for row in table["rows"] if columns else ():
            found.update({(table["id"], row["key"], column): cell
                          for column, cell in zip(columns, row["cells"], strict=True) if cell})
    return found


def rows_of(report):
    """{row: value} of what has one column: table 2, the publications, the fees."""
    return {row["key"]: row["cells"][0] for table in report["tables"] + report["sections"]
            if table["id"] not in ("table3", "table4") for row in table["rows"]}


def as_the_facts_say(tap, facts, reports):
    """What the first order gave, against what is counted from the facts"""
    for year in YEARS:
        expected = {cell: len(names) for cell, names in facts.expected(year).items()}
        tap.equal(counted(reports[year]), expected, f"{year}: tables 3 and 4 are what the facts give")
        rows = rows_of(reports[year])
        figures = {figure: int(facts.figures[year, figure][-1]) for figure in FIGURES}
        found = {figure: rows.get(figure) for figure in FIGURES}
        tap.equal(found, figures, f"{year}: each figure is the value entered last")
        fees = facts.fees(year)
        tap.equal({row: rows.get(row) for row in fees}, fees, f"{year}: fees noticed and collected")


def one_report(tap):
    """A hundred orders, one report"""
    tap.say(f"OGID_SEED={SEED}")
    facts = Facts(random.Random(SEED))
    expected = {year: facts.expected(year) for year in YEARS}
    first, wrong, back, digests = None, [], 0, set()
    for index in range(ORDERS):
        choose = random.Random(f"{SEED}-{index}")
        order = ordered(choose, facts, "one after the other" if index % 10 == 1 else "mixed")
        office = Office(index)
        office.enter(choose, order)
        reports = {year: office.report(year) for year in YEARS}
        if first is None:
            first = reports
            as_the_facts_say(tap, facts, first)
        for year, report in reports.items():
            cells = office.cells(report)
            failing = [c for c in report["checks"] if not c["holds"]]
            if tables_of(report) != tables_of(first[year]):
                wrong.append((index, year, "another report", tables_of(report), tables_of(first[year])))
            if cells != expected[year]:
                wrong.append((index, year, "other cells", sorted(set(map(str, cells.items())) ^ set(
                    map(str, expected[year].items())))))
            if failing:
                wrong.append((index, year, "a check fails", failing))
        if office.problems:
            wrong.append((index, "problems", office.problems))
        back += office.taken_back()
        digests.add(reports[YEARS[0]]["ledger_digest"])
        office.daemon.stop()
        complaints = office.daemon.all_complaints()
        if complaints:
            wrong.append((index, "the daemon complains", complaints))
        office.daemon.remove()
    tap.ok(not wrong, f"{ORDERS} orders: the same tables, the same cells, every check holds", *wrong[:5])
    tap.ok(len(digests) == ORDERS, "no two of them wrote the same ledger", len(digests))
    tap.ok(back > 0, f"a carry-over was taken back {back} times: decided before, entered after")


def main():
    tap = Tap()
    tap.case(one_report)
    tap.done()


if __name__ == "__main__":
    main()
