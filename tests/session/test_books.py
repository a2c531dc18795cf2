#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the report needs and no application yields: the figures of table 2 and of the publications, the
reviews and suits of table 4; the fees of section six; and the warnings that they draw.

Expected days are counted on a wall calendar by domain.md 6.1, fees are those of domain.md 2."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, act, log, refused  # noqa: E402
from harness import report as reports  # noqa: E402

FIGURES_2021 = ["regulations.made", "regulations.repealed", "regulations.in_force",
                "normative_documents.made", "normative_documents.repealed",
                "normative_documents.in_force", "licences.decisions", "penalties.decisions",
                "coercion.decisions", "fees.amount"]
PUBLICATIONS = ["publications." + key for key in (
    "portal", "xuexi_qiangguo", "provincial_media", "city_media", "county_media", "new_media",
    "gazette", "bulletin_boards", "other")]


def sequence(link):
    return link.call("Ledger.Status")["sequence"]


def figure(link, year, name, value, **more):
    return link.call("Report.SetFigure", year=year, figure=name, value=value, **more)


def refuses(tap, link, what, name, parameters, method, **given):
    before = sequence(link)
    problem = refused(link.call, method, **given)
    found = (problem.short, {key: problem.parameters.get(key) for key in parameters}) if problem else None
    tap.equal((found, sequence(link)), ((name, parameters), before), what)
    return problem


def said(link, year, table, key):
    """A figure's cell, its decimals, and whether it is stated."""
    row = reports.row(reports.get(link, year), table, key)
    return row["cells"], row.get("decimals"), row.get("stated") is not False


# --- figures ---

def both_forms(tap):
    """Figures of both forms: what is a value, and what is none"""
    daemon = Daemon(today="2021-02-01", name="figures")
    link = daemon.link()
    tap.equal([r["key"] for r in reports.tables(reports.get(link, 2021))["table2"]["rows"]], FIGURES_2021,
              "the ten figures of the form of 2021")
    tap.equal(len(reports.tables(reports.get(link, 2020))["table2"]["rows"]), 22,
              "the form of 2019 has 22: six, twelve, two and two")
    tap.equal(said(link, 2020, "table2", "normative_documents.in_total"), ([0], None, False),
              "nobody has set it yet")
    good = [(2020, "normative_documents.in_total", "6", 6), (2020, "licences.change", "-8", -8),
            (2020, "procurement.amount", "984361.05", 98436105), (2020, "procurement.amount", "984361", 98436100),
            (2020, "procurement.amount", "0.5", 50), (2021, "fees.amount", "24252.311082", 24252311082),
            (2021, "fees.amount", "0.35", 350000), (2021, "licences.decisions", "0", 0),
            (2021, "licences.decisions", "007", 7), (2021, "fees.amount", "1000000000", 10 ** 15)]
    for year, name, value, cell in good:
        figure(link, year, name, value)
        found = said(link, year, "table2", name)
        wanted = {"procurement.amount": 2, "fees.amount": 6}.get(name)
        tap.equal(found, ([cell], wanted, True), f"{year} {name}: {value} is the cell {cell}")
    bad = [(2020, "normative_documents.in_total", "-1", "below zero"),
           (2020, "normative_documents.in_total", "1.5", "a fraction of a whole figure"),
           (2020, "normative_documents.in_total", "1.0", "and one of nothing"),
           (2020, "licences.change", "--8", "two signs"), (2020, "licences.change", "+8", "a plus"),
           (2020, "procurement.amount", "1.234", "three decimals of two"),
           (2020, "procurement.amount", "-1.5", "below zero, with decimals"),
           (2021, "fees.amount", "0.1234567", "seven decimals of six"),
           (2021, "fees.amount", "1000000000.000001", "more than a register needs"),
           (2021, "fees.amount", "1.", "nothing behind the point"), (2021, "fees.amount", ".5", "nor before"),
           (2021, "licences.decisions", "", "nothing"), (2021, "licences.decisions", " 1", "a blank"),
           (2021, "licences.decisions", "1e3", "an exponent"), (2021, "licences.decisions", "0x1", "hexadecimal"),
           (2021, "licences.decisions", "１２", "full-width digits"), (2021, "licences.decisions", "六", "a word"),
           (2021, "licences.decisions", "9" * 30, "thirty digits"),
           (2021, "fees.amount", "1.5\n", "a line break")]
    for year, name, value, what in bad:
        refuses(tap, link, f"{year} {name}: {what} ({value[:20]!r})", "InvalidField", {"field": "value"},
                "Report.SetFigure", year=year, figure=name, value=value)
    tap.equal(said(link, 2020, "table2", "licences.change"), ([-8], None, True), "what stood stands")
    for name in ("normative_documents.in_total", "table3", "Licences.decisions", "publications.weibo"):
        refuses(tap, link, f"no figure of 2021: {name!r}", "UnknownFigure",
                {"figure": name, "known": FIGURES_2021 + PUBLICATIONS}, "Report.SetFigure", year=2021,
                figure=name, value="1")
    for year in (2018, 2022):
        refuses(tap, link, f"no report on {year}", "UnknownYear", {"year": year}, "Report.SetFigure",
                year=year, figure="licences.decisions", value="1")
    lines = reports.lines(reports.get(link, 2020))
    tap.ok("table2 licences.change -8" in lines and "table2 fees.change -" in lines,
           "below zero, and not stated, in the lines", lines)
    tap.case_end(daemon)


def last_value(tap):
    """The last value counts; any day's is known for ever"""
    daemon = Daemon(today="2025-12-01", name="values")
    name = "normative_documents.in_force"
    figure(daemon.link(), 2025, name, "6", key="k")
    daemon.restart(today="2025-12-03")
    link = daemon.link()
    figure(link, 2025, name, "7")
    figure(link, 2025, name, "8")
    before = sequence(link)
    figure(link, 2025, name, "6", key="k")
    tap.equal((said(link, 2025, "table2", name)[0], sequence(link)), ([8], before),
              "a repeated key is the first call again: nothing is set back")
    refuses(tap, link, "another call with the key", "KeyReused", {}, "Report.SetFigure", year=2025,
            figure=name, value="9", key="k")
    daemon.restart(today="2025-12-09")
    link = daemon.link()
    known = {day: reports.row(reports.get(link, 2025, known_on=day), "table2", name)
             for day in ("2025-11-30", "2025-12-01", "2025-12-02", "2025-12-03", "2025-12-08")}
    tap.equal([(row["cells"][0], row.get("stated") is not False) for row in known.values()],
              [(0, False), (6, True), (6, True), (8, True), (8, True)],
              "as known on the day before, between, after")
    events = [e["data"] for _, _, e in reports.entries(link) if e["action"] == "set_figure"]
    tap.equal([e["value"] for e in events], ["6", "7", "8"], "each is an entry of the ledger")
    daemon.stop()
    dump = daemon.dump()
    os.rename(os.path.join(daemon.data, "state"), os.path.join(daemon.data, "state.old"))
    daemon.start()
    tap.equal(said(daemon.link(), 2025, "table2", name)[0], [8], "made anew from the lines: the same")
    daemon.stop()
    tap.ok(daemon.dump() == dump, "every row of it")
    daemon.start()
    tap.case_end(daemon)


def warned(link, year, rule):
    return [(w["row"], w["expected"], w["found"]) for w in reports.warnings(reports.get(link, year), rule)]


def warnings(tap):
    """What is implausible draws a warning, and keeps nobody from sealing"""
    daemon = Daemon(today="2025-12-30", name="warnings")
    link = daemon.link()
    tap.equal(len(warned(link, 2025, "not_stated")), 1, "nothing is stated yet")
    for name in FIGURES_2021[:-1]:
        figure(link, 2025, name, "0")
    tap.equal(warned(link, 2025, "not_stated"), [("fees.amount", None, None)], "one is left")
    figure(link, 2025, "fees.amount", "0")
    tap.equal(warned(link, 2025, "not_stated"), [], "noughts are stated too")
    figure(link, 2024, "normative_documents.in_force", "10")
    for name, value in (("made", "3"), ("repealed", "1"), ("in_force", "13")):
        figure(link, 2025, "normative_documents." + name, value)
    tap.equal(warned(link, 2025, "in_force"), [("normative_documents.in_force", 12, 13)],
              "10 and 3 made less 1 repealed are 12, not 13")
    figure(link, 2025, "normative_documents.in_force", "12")
    tap.equal(warned(link, 2025, "in_force"), [], "12 it is")
    figure(link, 2025, "regulations.made", "6")
    tap.equal(warned(link, 2025, "regulations"), [("regulations.made", 0, 6)], "a township made regulations")
    tap.equal(reports.failing(reports.get(link, 2025)), [], "a warning is no failing check")
    figure(link, 2025, "regulations.in_force", "6")
    for level, count in (("city", 0), ("province", 0), ("county", 2), ("department", 2), ("township", 2)):
        daemon.stop()
        daemon.configure(f"organ: 某机关\nlevel: {level}\n")
        daemon.start()
        tap.equal(len(warned(daemon.link(), 2025, "regulations")), count,
                  f"level {level}: {count} warnings about regulations")
    daemon.restart(today="2026-01-05")
    link = daemon.link()
    link.call("Report.Rollup")
    tap.equal(link.call("Report.Seal", year=2025)["report"]["status"], "sealed", "and it can be sealed")
    tap.case_end(daemon)


def copied(tap):
    """Tables that are last year's, figure for figure"""
    daemon = Daemon(today="2025-12-30", name="copied")
    link = daemon.link()
    tables = lambda: [w["table"] for w in reports.warnings(reports.get(link, 2025), "same_as_last_year")]  # noqa: E731
    tap.equal(tables(), [], "two years of noughts are no copy")
    for year in (2024, 2025):
        figure(link, year, "licences.decisions", "12")
        number = log(link, "甲", received_on=f"{year}-03-05")["number"]
        act(link, "Disclose", number, on=f"{year}-03-10")
    tap.equal(tables(), ["table2", "table3"], "one disclosed and twelve licences in either year")
    figure(link, 2025, "licences.decisions", "13")
    tap.equal(tables(), ["table3"], "thirteen licences")
    act(link, "Disclose", log(link, "乙", received_on="2025-04-01")["number"], on="2025-04-02")
    tap.equal(tables(), [], "and a second application")
    tap.case_end(daemon)


def publications(tap):
    """Section one: how much was published, and where"""
    daemon = Daemon(today="2025-12-30", name="publications")
    link = daemon.link()
    table = reports.tables(reports.get(link, 2025))["publications"]
    tap.equal(([r["key"] for r in table["rows"]], table["rows"][0]["label"]),
              (PUBLICATIONS, "政府门户网站"), "the list as shipped")
    figure(link, 2025, "publications.portal", "120")
    figure(link, 2025, "publications.gazette", "0")
    refuses(tap, link, "below zero", "InvalidField", {"field": "value"}, "Report.SetFigure", year=2025,
            figure="publications.portal", value="-1")
    report = reports.get(link, 2025)
    cells = {key: (cell, stated) for (name, key, _), (cell, stated) in reports.cells(report).items()
             if name == "publications"}
    tap.equal(cells, {key: {"publications.portal": (120, True), "publications.gazette": (0, True)}.get(
        key, (0, False)) for key in PUBLICATIONS}, "120 on the portal, none in the gazette, the rest not stated")
    daemon.stop()
    daemon.configure("organ: 某机关\npublications:\n  - {key: portal, label: 门户}\n"
                     "  - {key: weixin, label: 微信公众号}\n")
    daemon.start()
    link = daemon.link()
    figure(link, 2025, "publications.weixin", "45")
    tap.equal([(r["key"], r["label"], r["cells"]) for r in
               reports.tables(reports.get(link, 2025))["publications"]["rows"]],
              [("publications.portal", "门户", [120]), ("publications.weixin", "微信公众号", [45])],
              "a list of one's own stands in its place")
    tap.case_end(daemon)


# --- cases ---

def open_case(link, kind, on, **more):
    return link.call("Report.OpenCase", kind=kind, on=on, **more)["case"]


def conclude(link, case, on, result, **more):
    return link.call("Report.ConcludeCase", case=case, on=on, result=result, **more)


def table4(link, year, row):
    return reports.row(reports.get(link, year), "table4", row)["cells"]


def cell4(link, year, row, column):
    return [item["number"] for item in link.stream("Report.Cell", year=year, table="table4", row=row,
                                                   column=column)]


def life_of_cases(tap):
    """A case: opened, answered, concluded, and again by the next instance"""
    daemon = Daemon(today="2026-03-02", name="cases")
    link = daemon.link()
    number = log(link, "甲", received_on="2023-09-01")["number"]
    act(link, "Refuse", number, on="2023-09-20", reason="refused.state_secret")
    case = open_case(link, "review", "2023-11-01", number=number, title="不服答复", key="k")
    before = sequence(link)
    tap.equal((case, open_case(link, "review", "2023-11-01", number=number, title="不服答复", key="k"),
               sequence(link)), ("C2023-0001", "C2023-0001", before), "a repeated key: the same case, once")
    refuses(tap, link, "the key with another call", "KeyReused", {}, "Report.OpenCase", kind="suit", key="k")
    tap.equal([open_case(link, "suit", "2023-12-31"), open_case(link, "suit_after_review", "2025-02-10"),
               open_case(link, "review", "2023-01-05")], ["C2023-0002", "C2025-0001", "C2023-0003"],
              "numbered in the year in which they came")
    for what, name, parameters, method, given in (
            ("of no application", "UnknownNumber", {"number": "2020-0001"}, "Report.OpenCase",
             {"kind": "suit", "number": "2020-0001"}),
            ("received tomorrow", "DateOutOfOrder", {"field": "on", "not_after": "2026-03-02"},
             "Report.OpenCase", {"kind": "suit", "on": "2026-03-03"}),
            ("answered before it came", "DateOutOfOrder", {"field": "on", "not_before": "2023-11-01"},
             "Report.AnswerCase", {"case": case, "on": "2023-10-31"}),
            ("concluded before it came", "DateOutOfOrder", {"field": "on", "not_before": "2023-11-01"},
             "Report.ConcludeCase", {"case": case, "on": "2023-10-31", "result": "upheld"}),
            ("concluded: no such case", "UnknownCase", {"case": "C2023-0009"}, "Report.ConcludeCase",
             {"case": "C2023-0009", "result": "upheld"}),
            ("answered: a number is no case", "UnknownCase", {"case": number}, "Report.AnswerCase",
             {"case": number})):
        refuses(tap, link, what, name, parameters, method, **given)
    link.call("Report.AnswerCase", case=case, on="2023-11-10")
    refuses(tap, link, "answered twice", "InvalidField", {"field": "case"}, "Report.AnswerCase", case=case)
    conclude(link, case, "2025-02-01", "upheld")
    wanted = {2022: [0, 0, 0, 0, 0], 2023: [0, 0, 0, 2, 2], 2024: [0, 0, 0, 2, 2], 2025: [1, 0, 0, 1, 2],
              2026: [0, 0, 0, 1, 1]}
    tap.equal({year: table4(link, year, "review") for year in wanted}, wanted,
              "pending in each year at whose end it was open, then once under its result")
    tap.equal([table4(link, year, "suit") for year in (2023, 2026)], [[0, 0, 0, 1, 1]] * 2, "so the suit")
    tap.equal([table4(link, year, "suit_after_review") for year in (2024, 2025)],
              [[0, 0, 0, 0, 0], [0, 0, 0, 1, 1]], "the suit after a review from its year on")
    tap.equal({c: cell4(link, 2025, "review", c) for c in ("upheld", "pending", "corrected", "total")},
              {"upheld": [case], "pending": ["C2023-0003"], "corrected": [],
               "total": ["C2023-0001", "C2023-0003"]}, "a cell opens to its cases")
    refuses(tap, link, "the next instance before the first", "DateOutOfOrder",
            {"field": "on", "not_before": "2025-02-01"}, "Report.ConcludeCase", case=case, on="2025-01-31",
            result="corrected")
    conclude(link, case, "2025-06-01", "corrected")
    tap.equal(table4(link, 2025, "review"), [0, 1, 0, 1, 2], "the latest result of the year counts")
    conclude(link, case, "2026-01-15", "other")
    tap.equal([table4(link, year, "review") for year in (2025, 2026)], [[0, 1, 0, 1, 2], [0, 0, 1, 1, 2]],
              "a later year's result is a later year's")
    tap.ok(all(check["holds"] for year in wanted for check in
               reports.rules(reports.get(link, year), "case_totals")), "the totals add up")
    shown = {item["case"]["case"]: item["case"] for item in link.stream("Report.Cases")}
    first = shown[case]
    tap.equal((first["kind"], first["procedure"], first["number"], first["title"], first["opened_on"],
               first["answer_by"], first["answered_on"], first["concluded_on"], first["result"]),
              ("review", "ordinary", number, "不服答复", "2023-11-01", None, "2023-11-10", "2026-01-15", "other"),
              "and so it is listed")
    tap.equal(list(shown), ["C2023-0001", "C2023-0002", "C2023-0003", "C2025-0001"], "all in order")
    by_state = [[i["case"]["case"] for i in link.stream("Report.Cases", open=state)] for state in (True, False)]
    tap.equal(by_state, [["C2023-0002", "C2023-0003", "C2025-0001"], ["C2023-0001"]], "open, and not")
    kinds = [i["event"]["kind"] for i in link.stream("Applications.History", number=number)]
    tap.equal(kinds, ["log", "refuse", "open_case", "answer_case"] + ["conclude_case"] * 3,
              "the application's history tells of it")
    reports.look_at_verify(tap, link, "cases")
    cells = {year: table4(link, year, "review") for year in wanted}
    daemon.stop()
    os.rename(os.path.join(daemon.data, "state"), os.path.join(daemon.data, "state.old"))
    daemon.start()
    tap.equal({year: table4(daemon.link(), year, "review") for year in wanted}, cells,
              "made anew from the lines: the same table")
    tap.case_end(daemon)


# Copy received, kind, procedure, last day. In 2024, 1 January and 10 to 17 February are off, 18 February
# is worked. Before 2024 a review left 10 days; from then on 10 working days, or 5. A suit leaves 15 days.
LIMITS = [
    ("2023-12-18", "review", "ordinary", "2023-12-28"),       # ten days, a Thursday
    ("2023-12-18", "review", "simplified", "2023-12-28"),     # no other limit before 2024
    ("2023-12-20", "review", "ordinary", "2024-01-02"),       # the tenth a Saturday; then Sunday, a holiday
    ("2024-01-02", "review", "ordinary", "2024-01-16"),       # 3 4 5, 8 to 12, 15 16 January
    ("2024-01-02", "review", "simplified", "2024-01-09"),     # 3 4 5 8 9
    ("2023-12-18", "suit", "ordinary", "2024-01-02"),         # fifteen days, a Tuesday
    ("2023-12-15", "suit", "ordinary", "2024-01-02"),         # the fifteenth a Saturday
    ("2024-01-02", "suit_after_review", "ordinary", "2024-01-17"),
    ("2024-01-26", "suit", "ordinary", "2024-02-18"),         # the fifteenth in the holiday
    ("2024-02-05", "review", "ordinary", "2024-02-23"),       # 6 7 8 9, 18 to 23 February
]


def backlog_cases(link, **given):
    return {item["case"]["case"]: item["case"] for item in link.stream("Applications.Backlog", **given)
            if item["case"] is not None}


def limits(tap):
    """By when the organ answers, before and after 2024"""
    daemon = Daemon(today="2024-02-06", name="limits")
    link = daemon.link()
    cases = [open_case(link, kind, on, procedure=procedure) for on, kind, procedure, _ in LIMITS]
    shown = {i["case"]["case"]: i["case"]["answer_by"] for i in link.stream("Report.Cases")}
    backlog = backlog_cases(link)
    for case, (on, kind, procedure, last) in zip(cases, LIMITS):
        tap.equal((shown[case], backlog[case]["due_on"], backlog[case]["what"]),
                  (last, last, "answer" if kind == "review" else "defence"),
                  f"{kind} {procedure} of {on}: until {last}")
    due = {item["number"]: (item["due_on"], item["what"]) for item in link.call("Report.Rollup")["due"]}
    late = {case: (last, "case_answer" if kind == "review" else "case_defence")
            for case, (_, kind, _, last) in zip(cases, LIMITS) if last < "2024-02-06"}
    # From 6 February to the 18th are 7, 8, 9 and 18: four working days; to the 23rd are nine.
    late[cases[8]] = ("2024-02-18", "case_defence")
    tap.equal(due, late, "the nightly job says what is overdue, and what falls due within five working days")
    tap.equal([c["due_on"] for c in backlog_cases(link).values()], sorted(last for *_, last in LIMITS),
              "the most pressing first")
    tap.equal((backlog[cases[8]]["working_days_left"], backlog[cases[9]]["working_days_left"]), (4, 9),
              "four working days left, and nine")
    link.call("Report.AnswerCase", case=cases[3], on="2024-01-15")
    conclude(link, cases[4], "2024-02-05", "other")
    gone = {cases[3], cases[4]}
    tap.equal(gone & set(backlog_cases(link)), set(), "answered, and concluded: gone from the backlog")
    tap.equal(gone & {i["number"] for i in link.call("Report.Rollup")["due"]}, set(), "and from what is due")
    tap.equal([i["case"]["answer_by"] for i in link.stream("Report.Cases") if i["case"]["case"] in gone],
              [None, None], "nothing is left to answer")
    refuses(tap, link, "nor can what is concluded be answered", "InvalidField", {"field": "case"},
            "Report.AnswerCase", case=cases[4], on="2024-02-06")
    tap.equal(table4(link, 2023, "review"), [0, 0, 0, 3, 3], "answered is not concluded: pending")
    tap.case_end(daemon)


# --- fees ---

def fees(tap):
    """Section six: notices by the day of the notice, what was collected by the day of payment"""
    daemon = Daemon(today="2025-03-03", name="fees")
    link = daemon.link()
    wanted = [("items", 11, 100), ("items", 31, 2200), ("pages", 101, 720), ("pages", 30, 0)]
    numbers = []
    for i, (basis, quantity, yuan) in enumerate(wanted):
        number = log(link, f"申请人{i}", received_on="2024-12-02")["number"]
        reply = link.call("Applications.NoticeFee", number=number, on="2024-12-10", basis=basis,
                          quantity=quantity)
        tap.equal(reply["amount_yuan"], yuan, f"{quantity} {basis}: {yuan} yuan")
        numbers.append(number)
    more = log(link, "申请人0", received_on="2024-12-20", subject="另一件")["number"]
    tap.equal(link.call("Applications.NoticeFee", number=more, on="2025-01-02", basis="items",
                        quantity=5)["amount_yuan"], 500, "the same applicant, the same month: items 12 to 16")
    act(link, "PayFee", numbers[0], on="2024-12-30")
    act(link, "PayFee", numbers[1], on="2025-01-03")
    found = {year: reports.totals(reports.get(link, year), "fees") for year in (2023, 2024, 2025)}
    tap.equal(found, {2023: {"notices": 0, "noticed_yuan": 0, "collected_yuan": 0},
                      2024: {"notices": 4, "noticed_yuan": 3020, "collected_yuan": 100},
                      2025: {"notices": 1, "noticed_yuan": 500, "collected_yuan": 2200}},
              "four notices of 3020 yuan in 2024, 100 paid; one of 500 in 2025, 2200 paid")
    act(link, "Refuse", numbers[2], on="2025-02-28", reason="other.fee_overdue")
    tap.equal({year: reports.totals(reports.get(link, year), "fees") for year in found}, found,
              "what is not paid was noticed all the same")
    tap.ok("fees" not in reports.tables(reports.get(link, 2020)), "the form of 2020 has no fees")
    link.call("Report.Rollup")
    sealed = link.call("Report.Seal", year=2024)["report"]
    tap.ok({"fees notices 4", "fees noticed_yuan 3020", "fees collected_yuan 100"} <= set(reports.lines(sealed)),
           "and so they are sealed", reports.lines(sealed))
    tap.equal(sealed["seal"]["tables"], reports.tables_digest(sealed), "within the digest")
    problem = refused(act, link, "PayFee", numbers[3], on="2024-12-31")
    tap.equal(problem and (problem.short, problem.parameters), None,
              "a payment of nothing in December changes no figure of the sealed year")
    tap.case_end(daemon)


def main():
    tap = Tap()
    for case in (both_forms, last_value, warnings, copied, publications, life_of_cases, limits, fees):
        tap.case(case)
    tap.done()


if __name__ == "__main__":
    main()
