#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The end of a year: carrying over, late entries, the seal, what it forbids and whom, restatements, and
from year to year.

Expected figures are counted by hand from the few applications of each case; digests and statements are
made here by docs/seal.md, with Python's SM3 and with openssl."""

import json
import os
import pwd
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, act, log, refused  # noqa: E402
from harness import report as reports  # noqa: E402

ORGAN = "新郑市城关乡人民政府"
DENIED = "org.varlink.service.PermissionDenied"
EVERYTHING = ("clerk", "supervisor", "batch", "auditor", "administrator")


def configuration(*roles, more=""):
    user = pwd.getpwuid(os.getuid()).pw_name
    return f"organ: {ORGAN}\n{more}access:\n  - user: {user}\n    roles: [{', '.join(roles)}]\n"


def become(daemon, *roles, today=None, more=""):
    """The daemon started again, its caller in these roles. Returns a connection."""
    daemon.stop()
    daemon.configure(configuration(*roles, more=more))
    daemon.today = today or daemon.today
    daemon.start()
    return daemon.link()


def sequence(link):
    return link.call("Ledger.Status")["sequence"]


def state(link, number):
    return link.call("Applications.Get", number=number)["application"]["state"]


def kinds(link, number):
    return [item["event"]["kind"] for item in link.stream("Applications.History", number=number)]


def in_cell(link, year, row, column="total", table="table3"):
    return [item["number"] for item in
            link.stream("Report.Cell", year=year, table=table, row=row, column=column)]


def refuses(tap, link, what, name, parameters, function, *arguments, **given):
    """Refused with this error, and nothing is entered."""
    before = sequence(link)
    problem = refused(function, *arguments, **given)
    found = (problem.name if "." in name else problem.short) if problem else None
    said = {key: problem.parameters.get(key) for key in parameters} if problem else None
    tap.equal((found, said, sequence(link)), (name, parameters, before), what)
    return problem


def accepts(tap, what, function, *arguments, **given):
    problem = refused(function, *arguments, **given)
    tap.ok(problem is None, what, problem)


# --- the first seal ---

def december(tap, daemon):
    """December: ten applications, two answered"""
    link = daemon.link()
    numbers = [log(link, f"申请人{day}", received_on=f"2024-12-{day:02}", subject=f"第{day}号事项")["number"]
               for day in range(6, 16)]
    act(link, "Disclose", numbers[0], on="2024-12-20")
    rollup = link.call("Report.Rollup")
    tap.equal((rollup["carried_over"], rollup["would_carry_over"]), ([], numbers[1:]),
              "in December the job carries nothing, and says what it would")
    tap.equal(rollup["snapshots"], [2024], "and keeps the year's tables as they stand")
    refuses(tap, link, "the year is not over", "YearNotOver", {"year": 2024},
            link.call, "Report.Seal", year=2024)
    return numbers


def january(tap, daemon, numbers):
    """January: carried over, once; a late decision takes it back"""
    daemon.restart(today="2025-01-02")
    link = daemon.link()
    act(link, "Refuse", numbers[1], on="2024-12-25", reason="refused.state_secret")
    rollup = link.call("Report.Rollup")
    tap.equal(rollup["carried_over"], numbers[2:], "eight were open on 31 December")
    tap.equal([state(link, n) for n in numbers],
              ["disclosed", "refused"] + ["carried_over"] * 8, "and are carried over")
    before = sequence(link)
    again = link.call("Report.Rollup")
    tap.equal((again["carried_over"], again["snapshots"], sequence(link)), ([], [], before),
              "once more: nothing to do, nothing entered")
    act(link, "Disclose", numbers[2], on="2024-12-31")
    tap.equal(kinds(link, numbers[2]), ["log", "carry_over", "take_back_carry_over", "disclose"],
              "a decision of December takes it back first")
    wanted = {"new": 10, "carried_in": 0, "disclosed": 2, "refused.state_secret": 1,
              "total_results": 3, "carried_out": 7}
    report = reports.get(link, 2024)
    totals = reports.totals(report)
    tap.equal({key: totals[key] for key in wanted}, wanted, "the table of 2024, by hand")
    tap.equal((report["status"], report["revision"], report["seal"]), ("provisional", 0, None),
              "nothing is sealed")
    tap.equal(in_cell(link, 2025, "carried_in"), numbers[3:], "seven are carried into 2025")
    refuses(tap, link, "Restate of what is not sealed", "NotSealed", {"year": 2024},
            link.call, "Report.Restate", year=2024, why="更正")


def look_at_seal(tap, link, report, revision, previous):
    """A seal, made again by docs/seal.md from what stands in the ledger and in the printed table."""
    seal, year = report["seal"], report["year"]
    what = f"{year}, revision {revision}"
    ledger = {number: (digest, entry) for number, digest, entry in reports.entries(link)}
    first = previous["sequence"] + 1 if previous else 1
    tap.equal((seal["year"], seal["revision"], report["revision"], seal["organ"], seal["form"]),
              (year, revision, revision, ORGAN, "2021"), f"{what}: whose, which")
    tap.equal((seal["first_sequence"], seal["last_sequence"], seal["entries"]),
              (first, seal["sequence"] - 1, seal["sequence"] - first),
              f"{what}: the entries since the seal before, up to its own")
    tap.equal((seal["head"], seal["digest"]),
              (ledger[seal["last_sequence"]][0], ledger[seal["sequence"]][0]),
              f"{what}: the digests are those of the lines")
    tap.equal(seal["previous"], previous["digest"] if previous else None,
              f"{what}: the seal before it")
    totals = reports.totals(report)
    tap.equal(seal["applications"], totals["new"] + totals["carried_in"],
              f"{what}: as many applications as came in")
    tap.equal(seal["tables"], reports.tables_digest(report),
              f"{what}: the digest of the tables, from the printed report")
    tap.equal(ledger[seal["sequence"]][1]["data"]["rows"], reports.lines(report),
              f"{what}: and its lines stand in the entry")
    tap.equal(seal["statement"], reports.statement(seal), f"{what}: the statement")
    tap.equal(reports.failing(report), [], f"{what}: every check holds")
    tap.ok(any(check["holds"] for check in reports.rules(report, "seal")),
           f"{what}: and the check `seal` is among them")


def first_seal(tap, daemon):
    """Sealing: by a supervisor, once"""
    link = become(daemon, "clerk", "batch")
    for what, method, more in (("Seal", "Report.Seal", {}), ("Restate", "Report.Restate", {"why": "x"})):
        refuses(tap, link, f"a clerk may not {what}", DENIED, {}, link.call, method, year=2024, **more)
    link = become(daemon, "supervisor")
    refuses(tap, link, "2025 is not over", "YearNotOver", {"year": 2025},
            link.call, "Report.Seal", year=2025)
    refuses(tap, link, "a year that has not come", "UnknownYear", {"year": 2026},
            link.call, "Report.Seal", year=2026)
    counted = reports.get(link, 2024)
    last = sequence(link)
    report = link.call("Report.Seal", year=2024)["report"]
    tap.equal((report["status"], report["revision"], report["seal"]["on"], sequence(link)),
              ("sealed", 1, "2025-01-02", last + 1), "one entry of today")
    tap.equal(reports.cells(report), reports.cells(counted), "the tables are those that were counted")
    look_at_seal(tap, link, report, 1, None)
    tap.equal((report["seal"]["signature"], report["seal"]["public_key"]), (None, None),
              "without a key it is not signed")
    tap.equal(link.call("Report.Seal", year=2024)["report"], report, "twice: the same answer")
    tap.equal(sequence(link), last + 1, "and no second entry")
    tap.equal(reports.get(link, 2024), report, "Get gives what Seal answered")
    tap.equal(link.call("Ledger.Status")["sealed_years"], [2024], "Status names the sealed year")
    return report


# --- what a seal forbids ---

def changes_of_2024(numbers):
    """Calls that would change the sealed tables: what, call, parameters."""
    a, b = numbers[3], numbers[4]
    return [
        ("Log of an application of December", "Applications.Log",
         {"applicant": {"category": "natural_person", "name": "漏登"}, "channel": "in_person",
          "subject": "村级财务", "received_on": "2024-12-29"}),
        ("Disclose in December", "Applications.Disclose", {"number": a, "on": "2024-12-31"}),
        ("Refuse in December", "Applications.Refuse",
         {"number": b, "on": "2024-12-30", "reason": "unable.not_held"}),
        ("a figure of table 2", "Report.SetFigure",
         {"year": 2024, "figure": "normative_documents.in_force", "value": "6"}),
        ("a figure of the publications", "Report.SetFigure",
         {"year": 2024, "figure": "publications.portal", "value": "120"}),
        ("a review received in December", "Report.OpenCase", {"kind": "review", "on": "2024-12-30"}),
        ("the end in December of a case that was pending", "Report.ConcludeCase",
         {"case": "C2024-0001", "on": "2024-12-31", "result": "upheld"}),
        ("a fee notice of December", "Applications.NoticeFee",
         {"number": numbers[5], "on": "2024-12-30", "basis": "pages", "quantity": 40}),
    ]


def amendments_of_2024(numbers):
    return [("the applicant's category", numbers[5], {"category": "commercial_enterprise"}),
            ("the day of receipt, into the next year", numbers[6],
             {"submitted_on": "2025-01-02", "received_on": "2025-01-02"}),
            ("the reason of a refusal of 2024", numbers[1], {"reason": "unable.not_held"}),
            ("the day of a decision, into the next year", numbers[2], {"decided_on": "2025-01-02"})]


def forbidden(tap, daemon, numbers):
    """A clerk, or a supervisor who does not say why, changes nothing of a sealed year"""
    for roles in (("clerk",), ("clerk", "supervisor")):
        link = become(daemon, *roles, today="2025-01-06")
        for what, method, parameters in changes_of_2024(numbers):
            refuses(tap, link, f"{roles[-1]}: {what}", "YearSealed", {"year": 2024},
                    link.call, method, **parameters)
    link = become(daemon, "clerk")
    for what, method, parameters in changes_of_2024(numbers):
        refuses(tap, link, f"a clerk who says why: {what}", "YearSealed", {"year": 2024},
                link.call, method, **parameters, why="漏录")
    for what, number, changes in amendments_of_2024(numbers):
        open_now = number in numbers[3:]
        refuses(tap, link, f"a clerk's amendment: {what}", "YearSealed" if open_now else DENIED,
                {"year": 2024} if open_now else {}, act, link, "Amend", number, changes=changes, why="录错")
    problem = refused(link.call, "Applications.Apply", steps=[
        {"method": "Note", "parameters": {"number": numbers[3], "text": "x"}},
        {"method": "Disclose", "parameters": {"number": numbers[3], "on": "2024-12-31"}}])
    tap.ok(problem is not None and problem.short == "StepFailed" and
           problem.parameters["error"].endswith(".YearSealed") and problem.parameters["step"] == 1,
           "a step of several that would change it fails the whole", problem)


def allowed(tap, daemon, numbers):
    """What does not change the sealed tables goes through, whatever its day"""
    link = become(daemon, "clerk")
    a, b = numbers[7], numbers[8]
    before = reports.get_bytes(link, 2024)
    accepts(tap, "a correction asked for in December", act, link, "RequestCorrection", a,
            on="2024-12-16", reply_by="2025-01-15", items="请写明文号")
    accepts(tap, "the corrected application", act, link, "Correct", a, on="2024-12-30")
    accepts(tap, "a consultation begun in December", act, link, "Consult", b, on="2024-12-27",
            whom="third_party", name="某某公司")
    accepts(tap, "a note", act, link, "Note", numbers[0], text="归档")
    accepts(tap, "a handler", act, link, "Assign", numbers[3], handler="李敏")
    accepts(tap, "another subject", act, link, "Amend", numbers[3], changes={"subject": "预算"}, why="录错")
    accepts(tap, "a decision of January", act, link, "Disclose", numbers[9], on="2025-01-03")
    accepts(tap, "an application of January", log, link, "新申请", received_on="2025-01-03")
    accepts(tap, "a figure of 2025", link.call, "Report.SetFigure", year=2025,
            figure="normative_documents.made", value="1")
    accepts(tap, "a case received in January", link.call, "Report.OpenCase", kind="suit", on="2025-01-03")
    accepts(tap, "the organ's answer, sent in December", link.call, "Report.AnswerCase",
            case="C2024-0001", on="2024-12-31")
    tap.equal(reports.get_bytes(link, 2024), before, "the sealed report is the same, byte for byte")
    tap.equal(reports.difference(reports.get(link, 2024), reports.get(link, 2024, revision=0)), [],
              "and so are the tables counted anew")
    last = sequence(link)
    link = become(daemon, "supervisor")
    answer = link.call("Report.Restate", year=2024, why="无")
    tap.equal((answer["changed"], answer["report"]["revision"], sequence(link)), ([], 1, last),
              "a restatement without changes enters nothing")


def excused(tap, daemon, numbers):
    """A supervisor who says why: entered, and the sealed report stays"""
    link = become(daemon, "clerk", "supervisor")
    before = reports.get_bytes(link, 2024)
    touched = []
    for what, method, parameters in changes_of_2024(numbers):
        accepts(tap, f"a supervisor who says why: {what}", link.call, method, **parameters, why="漏录")
        touched.append(reports.get_bytes(link, 2024) == before)
    payment = {"number": numbers[5], "on": "2024-12-31"}
    refuses(tap, link, "a payment of December, without why", "YearSealed", {"year": 2024},
            act, link, "PayFee", **payment)
    accepts(tap, "a supervisor who says why: a payment of December", act, link, "PayFee", **payment, why="漏录")
    for what, number, changes in amendments_of_2024(numbers):
        accepts(tap, f"a supervisor's amendment: {what}", act, link, "Amend", number, changes=changes,
                why="录错")
        touched.append(reports.get_bytes(link, 2024) == before)
    tap.ok(all(touched), f"the sealed report is the same after each of {len(touched)}", touched)
    whys = [entry["data"].get("why") for _, _, entry in reports.entries(link)
            if entry["action"] in ("disclose", "set_figure", "open_case", "conclude_case")]
    tap.ok(whys.count("漏录") == 5, "why is kept with the entry", whys)


def restated(tap, daemon, first):
    """A restatement: the changed cells, a revision beside the old one"""
    link = daemon.link()
    old = reports.get_bytes(link, 2024)
    anew = reports.get(link, 2024, revision=0)
    changed = reports.difference(first, anew)
    # By hand: one logged late; two decided in December after all; one amended to a company; one received
    # in 2025; one refusal of another reason; one decided in 2025; two figures, with a review that was
    # pending and is upheld, and another one pending; a notice of 10 pages at 10 yuan, paid.
    wanted = {("table3", "new", "natural_person"): (10, 9), ("table3", "new", "total"): (10, 10),
              ("table3", "new", "commercial_enterprise"): (0, 1),
              ("table3", "disclosed", "natural_person"): (2, 2),
              ("table3", "refused.state_secret", "total"): (1, 0),
              ("table3", "unable.not_held", "total"): (0, 2),
              ("table3", "total_results", "total"): (3, 4),
              ("table3", "carried_out", "natural_person"): (7, 5),
              ("table3", "carried_out", "commercial_enterprise"): (0, 1),
              ("table3", "carried_out", "total"): (7, 6),
              ("table2", "normative_documents.in_force", "value"): (0, 6),
              ("publications", "publications.portal", "value"): (0, 120),
              ("table4", "review", "pending"): (1, 1), ("table4", "review", "upheld"): (0, 1),
              ("table4", "review", "total"): (1, 2), ("fees", "notices", "value"): (0, 1),
              ("fees", "noticed_yuan", "value"): (0, 100), ("fees", "collected_yuan", "value"): (0, 100)}
    found = {at: (reports.cells(first)[at][0], reports.cells(anew)[at][0]) for at in wanted}
    tap.equal(found, wanted, "the register has moved on, by hand")
    warned = reports.warnings(anew, "restatement")
    tap.equal([(c["table"], c["row"], c["column"], c["expected"], c["found"]) for c in warned],
              [tuple(c.values()) for c in changed], "the check `restatement` warns of each cell")
    tap.equal(reports.failing(anew), [], "as a warning: every check holds")
    last = sequence(link)
    for why in ("", " "):
        refuses(tap, link, f"without a reason ({why!r})", "InvalidField", {"field": "why"},
                link.call, "Report.Restate", year=2024, why=why)
    answer = link.call("Report.Restate", year=2024, why="漏登一件，\n更正后重新公布")
    report = answer["report"]
    tap.equal(answer["changed"], changed, f"Restate lists exactly the {len(changed)} changed cells")
    tap.equal((report["status"], report["revision"], sequence(link)), ("restated", 2, last + 1),
              "a second revision, one entry")
    tap.equal(reports.cells(report), reports.cells(anew), "its tables are those that were counted")
    look_at_seal(tap, link, report, 2, first["seal"])
    tap.ok(report["seal"]["statement"].endswith("why: 漏登一件， 更正后重新公布\n"),
           "a line break in why is a space in the statement", report["seal"]["statement"])
    tap.equal(reports.get(link, 2024), report, "Get gives the second")
    tap.equal(reports.get_bytes(link, 2024, revision=1), old, "the first is beside it, byte for byte")
    tap.equal(reports.get(link, 2024, revision=2), report, "and by its number the second")
    refuses(tap, link, "there is no third", "InvalidField", {"field": "revision"},
            link.call, "Report.Get", year=2024, revision=3)
    now = reports.get(link, 2024, revision=0)
    tap.equal((reports.warnings(now, "restatement"), now["status"], now["revision"]),
              ([], "provisional", 0), "nothing is left to restate")
    again = link.call("Report.Restate", year=2024, why="又一次")
    tap.equal((again["report"], again["changed"], sequence(link)), (report, [], last + 1),
              "once more: nothing changed, nothing entered")
    entry = next(e for number, _, e in reports.entries(link) if number == report["seal"]["sequence"])
    tap.equal(entry["data"]["changed"],
              [f"{c['table']} {c['row']} {c['column']} {c['before']} {c['after']}" for c in changed],
              "the entry says what it changed")
    return report


def known_on(tap, daemon, first, second):
    """As it was known on a day: before the seal, after it, after the restatement"""
    link = become(daemon, *EVERYTHING, today="2025-01-09")
    early = reports.get(link, 2024, known_on="2024-12-31")
    totals = reports.totals(early)
    tap.equal((early["status"], early["revision"], totals["new"], totals["disclosed"], totals["carried_out"]),
              ("provisional", 0, 10, 1, 9), "on 31 December: one of ten answered, nothing sealed")
    for day, wanted in (("2025-01-02", first), ("2025-01-05", first), ("2025-01-06", second),
                        ("2025-01-08", second), ("2025-01-09", second)):
        tap.equal(reports.get(link, 2024, known_on=day), wanted,
                  f"on {day}: revision {wanted['revision']}")
    day = reports.get(link, 2024, known_on="2025-01-05", revision=0)
    tap.equal(reports.cells(day), reports.cells(first),
              "counted anew as known on 5 January: what was sealed")
    refuses(tap, link, "a day that has not come", "InvalidField", {"field": "known_on"},
            link.call, "Report.Get", year=2024, known_on="2025-01-10")


def next_year(tap, daemon, numbers, second):
    """The next year is sealed only on a year before that says the same"""
    link = become(daemon, *EVERYTHING, today="2026-01-05")
    link.call("Report.Rollup")
    act(link, "Disclose", numbers[7], on="2024-12-31", why="漏录")  # published as carried out
    link.call("Report.Rollup")
    problem = refuses(tap, link, "2024 has changed and is not restated: 2025 is not sealed", "ChecksFail",
                      {}, link.call, "Report.Seal", year=2025)
    broken = [c for c in problem.parameters["checks"] if not c["holds"]]
    tap.equal({(c["rule"], c["row"]) for c in broken}, {("year_chain", "carried_in")},
              "year_chain says so")
    tap.equal({c["column"]: (c["expected"], c["found"]) for c in broken}.get("natural_person"),
              (5, 4), "five were published as carried out, four are carried in")
    third = link.call("Report.Restate", year=2024, why="漏录一件答复")["report"]
    look_at_seal(tap, link, third, 3, second["seal"])
    sealed = link.call("Report.Seal", year=2025)["report"]
    look_at_seal(tap, link, sealed, 1, third["seal"])
    tap.equal(reports.totals(sealed)["carried_in"], reports.totals(third)["carried_out"],
              "after the restatement 2025 is sealed on it")
    tap.equal(in_cell(link, 2025, "carried_in"), in_cell(link, 2024, "carried_out"), "the same set")
    tap.equal(link.call("Ledger.Status")["sealed_years"], [2024, 2025], "two sealed years")
    return sealed


def everything_printed(link):
    """Every report that can be printed, as bytes."""
    asked = [(2024, {"revision": r}) for r in (0, 1, 2, 3)] + [(2025, {}), (2025, {"revision": 0})] + \
            [(2024, {"known_on": day}) for day in ("2024-12-31", "2025-01-02", "2025-01-08", "2026-01-05")]
    return {json.dumps(a): reports.get_bytes(link, a[0], **a[1]) for a in asked}


def made_anew(tap, daemon):
    """A restart, and the state made anew from the lines, change nothing"""
    before = everything_printed(daemon.link())
    daemon.stop()
    dump = daemon.dump()
    daemon.start()
    tap.equal(everything_printed(daemon.link()), before, f"restarted: {len(before)} reports as before")
    daemon.stop()
    shutil.rmtree(os.path.join(daemon.data, "state"))
    daemon.start()
    link = daemon.link()
    tap.equal(everything_printed(link), before, "state removed: every report as before, byte for byte")
    reports.look_at_verify(tap, link, "state removed")
    refuses(tap, link, "and what was sealed is sealed", "YearSealed", {"year": 2025}, link.call,
            "Report.SetFigure", year=2025, figure="normative_documents.made", value="5")
    daemon.stop()
    tap.ok(daemon.dump() == dump, "records, indexes and counters as before")
    daemon.start()


def by_openssl_alone(tap, daemon):
    """check_seal.sh and check_chain.sh on the ledger"""
    link = daemon.link()
    ledger = os.path.join(daemon.data, "ledger")
    status, said = reports.check_script("check_chain.sh", ledger)
    tap.equal(status, 0, f"check_chain.sh passes: {said[-100:]}")
    for year, revisions in ((2024, (1, 2, 3)), (2025, (1,))):
        status, said = reports.check_script("check_seal.sh", ledger, str(year))
        statements = "".join(reports.get(link, year, revision=r)["seal"]["statement"] for r in revisions)
        tap.equal((status, said), (0, statements), f"check_seal.sh {year} prints what the reports say")
    status, _ = reports.check_script("check_seal.sh", ledger, "2023")
    tap.equal(status, 1, "a year without a seal")


def story(tap):
    """One office, from December to the seal of the year after"""
    daemon = Daemon(today="2024-12-20", config=configuration(*EVERYTHING), name="year end")
    numbers = december(tap, daemon)
    daemon.link().call("Report.OpenCase", kind="review", number=numbers[0], on="2024-12-20")
    january(tap, daemon, numbers)
    first = first_seal(tap, daemon)
    tap.case(forbidden, daemon, numbers)
    tap.case(allowed, daemon, numbers)
    tap.case(excused, daemon, numbers)
    second = restated(tap, daemon, first)
    tap.case(known_on, daemon, first, second)
    next_year(tap, daemon, numbers, second)
    tap.case(made_anew, daemon)
    tap.case(by_openssl_alone, daemon)
    tap.case_end(daemon)


# --- by themselves ---

def checks_fail(tap):
    """A year is not sealed while a check fails"""
    daemon = Daemon(today="2024-01-05", config=configuration(*EVERYTHING), name="checks")
    number = log(daemon.link(), "甲", received_on="2023-12-20")["number"]
    daemon.restart(today="2025-01-05")
    link = daemon.link()
    problem = refuses(tap, link, "what 2023 left open was never carried over", "ChecksFail", {},
                      link.call, "Report.Seal", year=2024)
    broken = [c for c in problem.parameters["checks"] if not c["holds"]]
    tap.equal([(c["rule"], c["column"], c["cases"]) for c in broken],
              [("year_chain", "natural_person", [number])], "the check names the application")
    tap.equal([(c["rule"], c["cases"]) for c in reports.failing(reports.get(link, 2024))],
              [("year_chain", [number])], "and so does the report")
    link.call("Report.Rollup")
    report = link.call("Report.Seal", year=2024)["report"]
    tap.equal((report["status"], reports.totals(report)["carried_in"]), ("sealed", 1),
              "after the nightly job it is sealed")
    tap.case_end(daemon)


def seal_carries(tap):
    """A seal before the nightly job of January carries over itself"""
    daemon = Daemon(today="2024-12-30", config=configuration(*EVERYTHING), name="no night")
    number = log(daemon.link(), "甲", received_on="2024-12-20")["number"]
    daemon.restart(today="2025-01-01")
    link = daemon.link()
    report = link.call("Report.Seal", year=2024)["report"]
    tap.equal((state(link, number), reports.totals(report)["carried_out"]), ("carried_over", 1),
              "on 1 January, with no night before it")
    look_at_seal(tap, link, report, 1, None)
    tap.equal(link.call("Report.Rollup")["carried_over"], [], "nothing is left for the job")
    reports.look_at_verify(tap, link, "sealed before the job")
    tap.case_end(daemon)


def openssl(*arguments):
    return subprocess.run(["openssl", *arguments], stdin=subprocess.DEVNULL, capture_output=True)


def make_key(directory, name):
    key, public = (os.path.join(directory, name + end) for end in (".pem", "-public.pem"))
    for arguments in (("genpkey", "-algorithm", "SM2", "-out", key),
                      ("pkey", "-in", key, "-pubout", "-out", public)):
        result = openssl(*arguments)
        if result.returncode != 0:
            raise RuntimeError(result.stderr.decode())
    os.chmod(key, 0o600)
    return key, public


def verified(daemon, seal, public):
    """Whether openssl finds the signature good, by the commands of docs/seal.md."""
    names = {name: os.path.join(daemon.directory, name) for name in ("statement", "signature", "der")}
    with open(names["statement"], "w", encoding="utf-8", newline="") as file:
        file.write(seal["statement"])
    with open(names["signature"], "w", encoding="ascii") as file:
        file.write(seal["signature"])
    openssl("base64", "-d", "-A", "-in", names["signature"], "-out", names["der"])
    return openssl("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt",
                   "distid:1234567812345678", "-pubin", "-inkey", public, "-in", names["statement"],
                   "-sigfile", names["der"]).returncode == 0


def signed(tap):
    """A seal signed with the office's key, SM2, and verified with openssl"""
    daemon = Daemon(today="2025-01-06", config=configuration(*EVERYTHING), name="signed")
    key, public = make_key(daemon.directory, "seal")
    _, other = make_key(daemon.directory, "other")
    with_key = f"seal_key: {key}\n"
    link = become(daemon, *EVERYTHING, more=with_key)
    log(link, "甲", received_on="2024-12-20")
    before = sequence(link)
    for what, spoil, mend in (
            ("gone", lambda: os.rename(key, key + ".away"), lambda: os.rename(key + ".away", key)),
            ("readable by others", lambda: os.chmod(key, 0o644), lambda: os.chmod(key, 0o600))):
        spoil()
        problem = refused(link.call, "Report.Seal", year=2024)
        tap.ok(problem is not None and len(problem.parameters.get("problem", "")) > 10,
               f"its file is {what}: refused with a sentence", problem)
        tap.equal((sequence(link), reports.get(link, 2024)["status"]), (before, "provisional"),
                  f"its file is {what}: nothing is entered")
        mend()
    report = link.call("Report.Seal", year=2024)["report"]
    seal = report["seal"]
    with open(public, encoding="ascii") as file:
        tap.equal(seal["public_key"], file.read(), "the public key stands beside it")
    tap.ok(verified(daemon, seal, public), "openssl verifies the signature")
    tap.ok(not verified(daemon, seal, other), "not with another key")
    tap.ok(not verified(daemon, {**seal, "statement": seal["statement"].replace("year: 2024", "year: 2023")},
                        public), "not of another statement")
    look_at_seal(tap, link, report, 1, None)
    log(link, "乙", received_on="2024-12-21", why="漏登")
    again = link.call("Report.Restate", year=2024, why="漏登一件")["report"]["seal"]
    tap.ok(verified(daemon, again, public), "the restatement is signed too")
    ledger = os.path.join(daemon.data, "ledger")
    for what, arguments, wanted in (("with the key", [public], 0), ("with that in the entry", [], 0),
                                    ("with another key", [other], 1)):
        status, said = reports.check_script("check_seal.sh", ledger, "2024", *arguments)
        tap.equal(status, wanted, f"check_seal.sh {what}: {said[-60:]!r}")
    both = [reports.get_bytes(link, 2024, revision=r) for r in (1, 2)]
    link = become(daemon, *EVERYTHING)
    tap.equal([reports.get_bytes(link, 2024, revision=r) for r in (1, 2)], both,
              "without the key, later: the old seals keep their signatures")
    reports.look_at_verify(tap, link, "signed")
    tap.case_end(daemon)


def opening_list(tap):
    """An office that begins with us: its opening list is carried in"""
    daemon = Daemon(today="2025-03-03", config=configuration(*EVERYTHING, more="first_year: 2025\n"),
                    name="opening")
    link = daemon.link()
    old = [log(link, f"旧{i}", number=f"2024-00{i}", received_on=f"2024-12-{i}")["number"]
           for i in (16, 23, 30)]
    new = log(link, "新", received_on="2025-01-06")["number"]
    tap.equal(old, ["2024-0016", "2024-0023", "2024-0030"], "the old numbers are kept")
    act(link, "Disclose", old[0], on="2025-01-10")
    act(link, "Disclose", new, on="2025-01-20")
    for year in (2024, 2023):
        refuses(tap, link, f"{year} was before", "UnknownYear", {"year": year},
                link.call, "Report.Get", year=year)
    refuses(tap, link, "it is not sealed", "UnknownYear", {"year": 2024}, link.call, "Report.Seal", year=2024)
    refuses(tap, link, "and has no figures", "UnknownYear", {"year": 2024}, link.call, "Report.SetFigure",
            year=2024, figure="normative_documents.in_force", value="6")
    rollup = link.call("Report.Rollup")
    tap.equal((rollup["carried_over"], [r["year"] for r in rollup["reports"]]), (old[1:], [2025]),
              "the job carries in what is open still, and reports on the first year alone")
    report = reports.get(link, 2025)
    totals = reports.totals(report)
    tap.equal((totals["new"], totals["carried_in"], totals["disclosed"], totals["carried_out"],
               reports.failing(report)), (1, 3, 2, 2, []), "three carried in, one new, two open; the chain holds")
    tap.equal(in_cell(link, 2025, "carried_in"), old, "the cell lists the opening list")
    daemon.restart(today="2026-01-05")
    link = daemon.link()
    link.call("Report.Rollup")
    report = link.call("Report.Seal", year=2025)["report"]
    tap.equal((report["status"], report["seal"]["applications"]), ("sealed", 4), "the first year is sealed")
    reports.look_at_verify(tap, link, "opening list")
    tap.case_end(daemon)


def main():
    tap = Tap()
    for case in (story, checks_fail, seal_carries, signed, opening_list):
        tap.case(case)
    tap.done()


if __name__ == "__main__":
    main()
