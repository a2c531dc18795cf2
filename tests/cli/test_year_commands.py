#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The client's commands of the year end, beside a daemon that only plays one: what is sent, for every
form of file; what is printed, in both languages; the exit status."""

import csv
import glob
import io
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import StandIn, Tap, source  # noqa: E402
from harness.daemon import program  # noqa: E402

MIB = 1024 * 1024
COLUMNS = ["natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
           "legal_service_institution", "other", "total"]
RESULTS = ["upheld", "corrected", "other", "pending", "total"]
DONE, FAILED, USAGE, NOT_FOUND, REFUSED, BAD_DATA = 0, 1, 2, 3, 4, 8


def ogi(office, *words, zh=False, cwd=None):
    """Exit status, standard output, standard error."""
    command = [program("OGI"), "--lang", "zh" if zh else "en", "--socket", office.path, *words]
    done = subprocess.run(command, capture_output=True, cwd=cwd, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def said(tap, run, status, name, out=(), err=(), never=()):
    """A run's exit status, and texts that it must and must not have printed."""
    code, stdout, stderr = run
    good = code == status and all(text in stdout for text in out) and all(text in stderr for text in err) \
        and not any(text in stdout + stderr for text in never)
    return tap.ok(good, name, f"status {code}, expected {status}", f"out {out}, err {err}, never {never}",
                  stdout, stderr)


def check(rule, holds=True, table="table3", **more):
    found = {"rule": rule, "holds": holds, "table": table, "column": None, "expected": None, "found": None,
             "detail": None, "cases": [], "row": None, "organ": None}
    return dict(found, **more)


def report(year=2025, tables=(), checks=(), **more):
    found = {"year": year, "form": "2021", "organ": "某乡人民政府", "status": "provisional", "revision": 0,
             "known_on": "2026-01-10", "ledger_sequence": 12, "ledger_digest": "ab" * 32,
             "tables": list(tables), "checks": list(checks)}
    return dict(found, **more)


def published(name):
    with open(source("tests", "data", "reports", name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def blank_to_zero(cells):
    """How a printed row is read: a blank is a zero, a blank total is not stated."""
    return [0 if cell is None else cell for cell in cells[:-1]] + cells[-1:]


def table_of(sent, name):
    found = [table for table in sent["tables"] if table["id"] == name]
    return found[0]["rows"] if found else None


# --- rollup ---

BROKEN = check("balance", False, column="natural_person", expected=18, found=16, cases=["2025-0003", "2025-0007"])
WARNING = check("not_stated", False, table="table2", row="normative_documents.in_force")


def rolled(**more):
    return dict({"on": "2026-01-05", "carried_over": [], "due": [], "reports": []}, **more)


def rollup_is_silent(tap, office):
    """A night with nothing to say"""
    silent = {
        "nothing at all": rolled(),
        "nothing, in a daemon that sends every field": rolled(would_carry_over=None, problems=None, snapshots=None),
        "nothing, with empty lists": rolled(would_carry_over=[], problems=[], snapshots=[]),
        "a snapshot kept": rolled(snapshots=[2025]),
        "checks that hold": rolled(reports=[report(checks=[check("balance"), check("recount")])]),
        "a warning alone": rolled(reports=[report(checks=[check("balance")], warnings=[WARNING])]),
    }
    for name, reply in silent.items():
        office.answer("Report.Rollup", reply)
        tap.equal(ogi(office, "rollup"), (DONE, "", ""), f"rollup says nothing: {name}")
    tap.equal(office.last(), ("org.ogid.Report.Rollup", {}), "rollup asks for today")
    ogi(office, "rollup", "--on", "2026-01-05")
    tap.equal(office.last(), ("org.ogid.Report.Rollup", {"on": "2026-01-05"}), "rollup --on")


def rollup_speaks(tap, office):
    """A night with something to say"""
    due = [{"number": "2025-0003", "due_on": "2026-01-06", "working_days_left": 1, "what": "answer"},
           {"number": "C2025-0001", "due_on": "2026-01-04", "working_days_left": -1, "what": "case_answer"},
           {"number": "C2025-0002", "due_on": "2026-01-09", "working_days_left": 4, "what": "case_defence"}]
    office.answer("Report.Rollup", rolled(carried_over=["2025-0003"], due=due))
    said(tap, ogi(office, "rollup"), DONE, "rollup: carried over and due", never=["BROKEN", "holds"],
         out=["1 application carried over", "2025-0003", "answer to the review", "defence in the suit", "C2025-0002"])
    said(tap, ogi(office, "rollup", zh=True), DONE, "rollup in Chinese",
         out=["2025-0003", "行政复议答复", "行政诉讼答辩", "答复申请人"])

    office.answer("Report.Rollup", rolled(would_carry_over=["2025-0003", "2025-0009"]))
    said(tap, ogi(office, "rollup"), DONE, "rollup: what would be carried over",
         out=["2 applications would be carried over", "2025-0003", "2025-0009"])

    office.answer("Report.Rollup", rolled(reports=[report(checks=[check("recount"), BROKEN], warnings=[WARNING])]))
    said(tap, ogi(office, "rollup"), FAILED, "rollup: a check fails", never=["holds"],
         out=["Checks of 2025", "BROKEN", "natural person", "expected 18, found 16", "2025-0003, 2025-0007",
              "WARNING", "normative_documents.in_force"])
    said(tap, ogi(office, "--json", "rollup"), FAILED, "rollup --json: a check fails", out=['"rule":"balance"'])

    office.answer("Report.Rollup", rolled(carried_over=["2025-0003"], reports=[report(warnings=[WARNING])]))
    said(tap, ogi(office, "rollup"), DONE, "rollup: a warning fails nothing", out=["WARNING"], never=["BROKEN"])
    said(tap, ogi(office, "--json", "rollup"), DONE, "rollup --json: a warning fails nothing")

    problem = {"sequence": 17, "number": "2025-0003", "what": "the state says disclosed, the entries say received"}
    office.answer("Report.Rollup", rolled(problems=[problem]))
    said(tap, ogi(office, "rollup"), FAILED, "rollup: a problem of the books",
         out=["PROBLEM entry 17 2025-0003: the state says disclosed"])
    said(tap, ogi(office, "--json", "rollup"), FAILED, "rollup --json: a problem of the books")


# --- checks ---

def checks_name_the_cell(tap, office):
    """Checks: the cell, the organ, warnings"""
    checks = [check("case_totals", False, table="table4", row="suit", column="total", expected=3, found=0),
              check("sum_of_columns", False, row="refused.state_secret", column="total", expected=2, found=1,
                    organ="某镇人民政府"),
              check("below_zero", False, table="table2", row="licences.decisions", column="value", expected=0,
                    found=-1),
              check("balance")]
    office.answer("Report.CheckTables", {"year": 2023, "form": "2021", "checks": checks})
    path = source("tests", "data", "reports", "jinhu_county_2023.json")
    said(tap, ogi(office, "check", path), FAILED, "check names row and column",
         out=["Checks of 2023 by the form 2021", "row suit without review, column total: expected 3, found 0",
              "BROKEN 某镇人民政府, table 3", "row state secret, column total: expected 2, found 1",
              "BROKEN table 2: no figure is below zero, row licences.decisions: expected 0, found -1",
              "holds  table 3: new + carried in"])
    said(tap, ogi(office, "check", path, zh=True), FAILED, "check in Chinese",
         out=["不符 表四：总计 =", "“未经复议直接起诉”行，总计列", "不符 某镇人民政府，表三：", "不符 表二：数值不得小于 0"],
         never=["row ", "column"])
    words = {"seal": "the seal covers", "not_stated": "every figure is stated",
             "in_force": "in force =", "regulations": "makes no regulations", "below_zero": "below zero",
             "same_as_last_year": "same figures as last year", "restatement": "waits to be restated"}
    office.answer("Report.CheckTables", {"year": 2023, "form": "2021", "checks": [check(rule) for rule in words]})
    said(tap, ogi(office, "check", path), DONE, "every rule has its words", out=words.values())
    said(tap, ogi(office, "check", path, zh=True), DONE, "every rule has Chinese words", never=words.keys())
    office.answer("Report.CheckTables", {"year": 2023, "form": "2021", "checks": [check("balance"), BROKEN]})
    said(tap, ogi(office, "--json", "check", path), FAILED, "check --json fails too", out=['"rule":"balance"'])


# --- seal, restate, figure, cases ---

STATEMENT = "year: 2025\nrevision: 1\norgan: 某乡人民政府\nhead: " + "ab" * 32 + "\n"


def sealed(signature=None, public_key=None, revision=1):
    seal = {"year": 2025, "revision": revision, "on": "2026-01-10", "form": "2021", "organ": "某乡人民政府",
            "first_sequence": 1, "last_sequence": 12, "entries": 12, "applications": 3, "head": "ab" * 32,
            "tables": "cd" * 32, "previous": None, "why": None, "sequence": 13, "digest": "ef" * 32,
            "statement": STATEMENT, "signature": signature, "public_key": public_key}
    return report(status="sealed", revision=revision, seal=seal, checks=[check("balance")], warnings=[WARNING])


def seals(tap, office):
    """seal and restate"""
    office.answer("Report.Seal", {"report": sealed()})
    run = ogi(office, "seal", "2025")
    said(tap, run, DONE, "seal", out=["2025 sealed as revision 1", STATEMENT, "Not signed", "holds", "WARNING"])
    tap.equal(office.last(), ("org.ogid.Report.Seal", {"year": 2025}), "what seal sends")
    said(tap, ogi(office, "seal", "2025", zh=True), DONE, "seal in Chinese",
         out=["2025 年度已封存", STATEMENT, "未签名", "相符", "提示"])
    office.answer("Report.Seal", {"report": sealed("MEUCIQDsigned==", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END")})
    said(tap, ogi(office, "seal", "2025"), DONE, "a signed seal", never=["Not signed"],
         out=["Signed (SM2 with SM3): MEUCIQDsigned==", "-----BEGIN PUBLIC KEY-----\nMFkw\n"])
    office.refuse("Report.Seal", "Report.YearNotOver", year=2026)
    said(tap, ogi(office, "seal", "2026"), REFUSED, "seal: the year is not over", err=["2026", "2027-01-01"])
    office.refuse("Report.Seal", "Report.ChecksFail", checks=[BROKEN, check("recount")])
    said(tap, ogi(office, "seal", "2025"), FAILED, "seal: a check fails", err=["1 check fails", "stays open"],
         out=["BROKEN", "2025-0003, 2025-0007"])

    changed = [{"table": "table3", "row": "disclosed", "column": "total", "before": 3, "after": 2},
               {"table": "table4", "row": "review", "column": "pending", "before": 1, "after": 0},
               {"table": "table2", "row": "fees.amount", "column": "value", "before": -1, "after": 12345}]
    moved = check("restatement", False, table="table2", row="fees.amount", column="value", expected=350000, found=-20,
                  detail="the register has changed since the year was published: restate it")
    fee = {"id": "table2", "title": "", "columns": ["value"], "rows": [
        {"key": "fees.amount", "label": "", "group": None, "cells": [12345], "decimals": 6, "stated": True}]}
    office.answer("Report.Restate", {"report": dict(sealed(revision=2), tables=[fee], warnings=[moved]),
                                   "changed": changed})
    said(tap, ogi(office, "restate", "2025", "--why", "行政复议后更正"), DONE, "restate",
         out=["2025 restated as revision 2", "table 3, (1) disclosed, total: 2, before 3",
              "table 4, administrative review, not concluded yet: 0, before 1",
              "table 2, fees.amount: 0.012345, before -0.000001", STATEMENT,
              "row fees.amount: expected 0.35, found -0.00002 (the register has changed"])
    tap.equal(office.last(), ("org.ogid.Report.Restate", {"year": 2025, "why": "行政复议后更正"}), "what restate sends")
    said(tap, ogi(office, "restate", "2025", "--why", "x", zh=True), DONE, "restate in Chinese",
         out=["行政复议，尚未审结", "应为 0.35，实为 -0.00002", "年度公布后台账有更改"])
    office.answer("Report.Restate", {"report": sealed(revision=2), "changed": []})
    said(tap, ogi(office, "restate", "2025", "--why", "x"), DONE, "restate: nothing changed",
         out=["no cell has changed; revision 2 stands"], never=["restated as"])
    office.refuse("Report.Restate", "Report.NotSealed", year=2025)
    said(tap, ogi(office, "restate", "2025", "--why", "x"), REFUSED, "restate: not sealed", err=["ogi seal 2025"])
    said(tap, ogi(office, "restate", "2025"), USAGE, "restate wants to know why", err=["--why"])


def keyless(call):
    return call[0], {name: value for name, value in call[1].items() if name != "key"}


def figures(tap, office):
    """figure"""
    office.answer("Report.SetFigure", {})
    said(tap, ogi(office, "figure", "2025", "normative_documents.in_force", "6"), DONE, "figure")
    tap.equal(keyless(office.last()), ("org.ogid.Report.SetFigure", {
        "year": 2025, "figure": "normative_documents.in_force", "value": "6"}), "what figure sends")
    tap.ok(office.last()[1]["key"].startswith("ogi-"), "figure has a key, so that it may be repeated")
    ogi(office, "figure", "2020", "licences.change", "-8", "--why", "录入有误")
    tap.equal(keyless(office.last())[1], {"year": 2020, "figure": "licences.change", "value": "-8", "why": "录入有误"},
              "a figure below zero, and why")
    known = ["regulations.made", "licences.decisions", "normative_documents.in_force", "fees.amount"]
    office.refuse("Report.SetFigure", "Report.UnknownFigure", figure="normative_document.in_force", known=known)
    said(tap, ogi(office, "figure", "2025", "normative_document.in_force", "6"), NOT_FOUND, "the nearest figure first",
         err=["there are: normative_documents.in_force, regulations.made, licences.decisions, fees.amount"])
    office.refuse("Report.SetFigure", "Report.UnknownFigure", figure="in_force", known=known)
    said(tap, ogi(office, "figure", "2025", "in_force", "6"), NOT_FOUND, "a figure by its last part",
         err=["there are: normative_documents.in_force, regulations.made"])
    office.refuse("Report.SetFigure", "Report.UnknownFigure", figure="zzzzzzzz", known=known)
    said(tap, ogi(office, "figure", "2025", "zzzzzzzz", "6"), NOT_FOUND, "a figure near none",
         err=["there are: regulations.made, licences.decisions, normative_documents.in_force, fees.amount"])
    office.refuse("Report.SetFigure", "Applications.YearSealed", year=2025)
    said(tap, ogi(office, "figure", "2025", "fees.amount", "1"), REFUSED, "a sealed year",
         err=["2025 is sealed", "--why", "ogi restate 2025"])
    office.refuse("Applications.Correct", "Applications.YearSealed", year=2025)
    said(tap, ogi(office, "correct", "2025-0001"), REFUSED, "a sealed year, and an act without --why",
         err=["2025 is sealed", "ogi amend", "ogi restate 2025"], never=["--why"])


def cases(tap, office):
    """Reviews and suits"""
    office.answer("Report.OpenCase", {"case": "C2026-0001"})
    said(tap, ogi(office, "open-case", "review", "--number", "2026-0001", "--on", "2026-03-02", "--procedure",
                  "simplified", "--title", "张三不服答复案"), DONE, "open-case", out=["C2026-0001"])
    tap.equal(keyless(office.last()), ("org.ogid.Report.OpenCase", {
        "kind": "review", "number": "2026-0001", "on": "2026-03-02", "procedure": "simplified",
        "title": "张三不服答复案"}), "what open-case sends")
    for word, kind in (("行政复议", "review"), ("未经复议直接起诉", "suit"), ("复议后起诉", "suit_after_review"),
                       ("suit-after-review", "suit_after_review")):
        ogi(office, "open-case", word, "--procedure", "普通程序", zh=True)
        tap.equal(keyless(office.last())[1], {"kind": kind, "procedure": "ordinary"}, f"open-case {word}")
    said(tap, ogi(office, "open-case", "revew"), USAGE, "open-case: no such kind", err=["did you mean review"])
    office.answer("Report.AnswerCase", {})
    said(tap, ogi(office, "answer-case", "C2026-0001", "--on", "2026-03-10"), DONE, "answer-case")
    tap.equal(keyless(office.last()), ("org.ogid.Report.AnswerCase", {"case": "C2026-0001", "on": "2026-03-10"}),
              "what answer-case sends")
    office.answer("Report.ConcludeCase", {})
    for word, result in (("corrected", "corrected"), ("结果维持", "upheld"), ("结果纠正", "corrected"),
                         ("其他结果", "other")):
        ogi(office, "conclude-case", "C2026-0001", word, zh=True)
        tap.equal(keyless(office.last()), ("org.ogid.Report.ConcludeCase", {"case": "C2026-0001", "result": result}),
                  f"conclude-case {word}")
    said(tap, ogi(office, "conclude-case", "C2026-0001", "尚未审结", zh=True), USAGE, "pending is no conclusion")
    office.refuse("Report.ConcludeCase", "Report.UnknownCase", case="C2026-0009")
    said(tap, ogi(office, "conclude-case", "C2026-0009", "upheld"), NOT_FOUND, "no such case", err=["ogi cases"])

    rows = [{"case": "C2026-0001", "kind": "review", "procedure": "ordinary", "number": "2026-0001",
             "title": "张三不服答复案", "opened_on": "2026-03-02", "answer_by": None, "answered_on": "2026-03-10",
             "concluded_on": "2026-05-06", "result": "corrected"},
            {"case": "C2026-0002", "kind": "suit_after_review", "procedure": "ordinary", "number": None,
             "title": None, "opened_on": "2026-06-01", "answer_by": "2026-06-16", "answered_on": None,
             "concluded_on": None, "result": None}]
    office.stream("Report.Cases", [{"case": row} for row in rows])
    said(tap, ogi(office, "cases"), DONE, "cases",
         out=["C2026-0001", "administrative review", "2026-03-10", "set right", "张三不服答复案", "C2026-0002",
              "suit after review", "2026-06-16", "not concluded yet", "2 cases"])
    tap.equal(office.calls[-1], ("org.ogid.Report.Cases", {}, True), "cases asks for all, one by one")
    said(tap, ogi(office, "cases", zh=True), DONE, "cases in Chinese",
         out=["行政复议", "结果纠正", "复议后起诉", "尚未审结", "答复期限"])
    ogi(office, "cases", "--open")
    tap.equal(office.last()[1], {"open": True}, "cases --open")
    ogi(office, "cases", "--open=false")
    tap.equal(office.last()[1], {"open": False}, "cases --open=false")
    office.stream("Report.Cases", [])
    said(tap, ogi(office, "cases"), DONE, "no case", out=["no case"])

    office.stream("Report.Cell", [{"number": "C2026-0002"}])
    tap.equal(ogi(office, "cell", "2026", "table4", "suit_after_review", "pending"), (DONE, "C2026-0002\n", ""),
              "a cell of table 4 opens to its cases")
    tap.equal(office.last()[1], {"year": 2026, "table": "table4", "row": "suit_after_review", "column": "pending"},
              "what cell sends for table 4")
    office.stream("Report.Cell", [])
    said(tap, ogi(office, "cell", "2026", "table4", "review", "pending"), DONE, "a cell without cases", err=["no case"])


def backlog(tap, office):
    """Reviews and suits in the backlog"""
    application = {"number": "2026-0003", "version": 1, "state": "received", "waiting": None, "extent": None,
                   "reason": None, "applicant": {"category": "natural_person", "name": "李*"}, "channel": "internet",
                   "subject": "征地补偿", "submitted_on": "2026-03-02", "received_on": "2026-03-02",
                   "due_on": "2026-03-30", "decided_on": None, "carried_from": [], "warnings": [], "sequence": 1,
                   "digest": "ab" * 32}
    item = {"application": application, "light": "amber", "working_days_left": 3, "open_days": 20}
    review = {"case": "C2026-0001", "kind": "review", "number": "2026-0001", "title": "张三不服答复案",
              "what": "answer", "due_on": "2026-03-24", "light": "overdue", "working_days_left": -1}
    suit = {"case": "C2026-0002", "kind": "suit", "number": None, "title": None, "what": "defence",
            "due_on": "2026-03-26", "light": "red", "working_days_left": 1}
    office.stream("Applications.Backlog", [{"case": review}, {"case": suit}, {"item": item}])
    run = ogi(office, "backlog")
    said(tap, run, DONE, "backlog with cases",
         out=["administrative review: 张三不服答复案", "answer to the review", "defence in the suit",
              "1 open application: * amber 1", "2 reviews or suits to answer: !! late 1, ! red 1"])
    lines = [line.split() for line in run[1].splitlines()]
    tap.equal([line[:4] for line in lines[1:4]],
              [["C2026-0001", "!!", "2026-03-24", "-1"], ["C2026-0002", "!", "2026-03-26", "1"],
               ["2026-0003", "*", "2026-03-30", "3"]], "in the order in which they come, with light, day and days left")
    said(tap, ogi(office, "backlog", zh=True), DONE, "backlog in Chinese", never=["review", "suit"],
         out=["行政复议：张三不服答复案", "行政复议答复", "行政诉讼答辩", "2 件行政复议、行政诉讼待答复：", "1"])
    office.stream("Applications.Backlog", [{"case": suit}])
    said(tap, ogi(office, "backlog"), DONE, "a backlog of cases alone", out=["1 review or suit to answer"],
         never=["open application"])
    office.stream("Applications.Backlog", [])
    said(tap, ogi(office, "backlog"), DONE, "no backlog", out=["nothing is open"])


# --- files ---

# What table2 of a published file says, by the columns of the form (domain.md 3.3 and 3.4); what is not
# a number, or is in a heap ("raw", "inferred"), is in no figure.
TABLE2 = {
    "2019": {"regulations": ["made", "published", "in_total"], "normative_documents": ["made", "published", "in_total"],
             "licences": ["items_before", "change", "decisions"], "penalties": ["items_before", "change", "decisions"],
             "other_services": ["items_before", "change", "decisions"],
             "coercion": ["items_before", "change", "decisions"], "fees": ["items_before", "change"],
             "procurement": ["projects", "amount"]},
    "2021": {"regulations": ["made", "repealed", "in_force"], "normative_documents": ["made", "repealed", "in_force"],
             "licences": ["decisions"], "penalties": ["decisions"], "coercion": ["decisions"], "fees": ["amount"]},
}
DECIMALS = {("2019", "procurement.amount"): 2, ("2021", "fees.amount"): 6}


def expected_table2(file):
    rows = []
    for name, value in file["table2"].items():
        figures_of = TABLE2[file["template"]].get(name, [])
        for key, number in zip(figures_of, value if isinstance(value, list) else [value]):
            key = f"{name}.{key}"
            if not isinstance(number, str):
                decimals = DECIMALS.get((file["template"], key), 0)
                row = {"key": key, "cells": [round(number * 10 ** decimals)]}
                rows.append(dict(row, decimals=decimals) if decimals else row)
    return rows


def published_files(tap, office):
    """Published tables as they were collected"""
    office.answer("Report.CheckTables", {"year": 2023, "form": "2021", "checks": [check("balance")]})
    names = sorted(os.path.basename(path)[:-5] for path in glob.glob(source("tests", "data", "reports", "*.json")))
    tap.equal(len(names), 10, "ten published files")
    for name in names:
        file = published(name)
        run = ogi(office, "check", source("tests", "data", "reports", name + ".json"))
        said(tap, run, DONE, f"{name} is checked")
        sent = office.last()[1]["report"]
        tap.equal((sent["year"], sent["form"], sent["organ"]), (file["year"], file["template"], file["body"]),
                  f"{name}: year, form, organ")
        tap.equal(table_of(sent, "table3"), [{"key": key, "cells": blank_to_zero(cells)}
                                             for key, cells in file["table3"]["rows"].items()], f"{name}: table 3")
        tap.equal(table_of(sent, "table4"), [
            {"key": key, "cells": blank_to_zero(file["table4"][5 * i:5 * i + 5])}
            for i, key in enumerate(["review", "suit", "suit_after_review"])], f"{name}: table 4")
        tap.equal(table_of(sent, "table2"), expected_table2(file), f"{name}: table 2")
        passed = {name for name in ("raw", "inferred") if name in file["table2"]}
        passed |= {"procurement"} if any(isinstance(v, str) for v in file["table2"].get("procurement", [])) else set()
        tap.equal({word for word in ("raw", "inferred", "procurement") if f"table2, {word}" in run[2]}, passed,
                  f"{name}: what is passed over is said")
    tap.ok(all(cells[-1] is None for cells in ([published("shanghai_general_office_2019")["table3"]["rows"]
                                                ["disclosed"]])), "one of the files has a blank total")
    fee = [row for row in expected_table2(published("pingtan_zone_2021")) if row["key"] == "fees.amount"]
    tap.equal(fee, [{"key": "fees.amount", "cells": [24252311082], "decimals": 6}], "24252.311082 is exact")
    ogi(office, "check", "--form", "2019", source("tests", "data", "reports", "jinhu_county_2023.json"))
    tap.equal(office.last()[1]["report"]["form"], "2019", "--form stands above the file")
    said(tap, ogi(office, "check", "--year", "2022", source("tests", "data", "reports", "jinhu_county_2023.json")),
         BAD_DATA, "the file says another year", err=["jinhu_county_2023.json is of the year 2023, not of 2022"])


def written(office, name, text):
    path = os.path.join(office.directory, name)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    return path


def csv_text(rows, **options):
    out = io.StringIO()
    csv.writer(out, **options).writerows(rows)
    return out.getvalue()


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def csv_files(tap, office):
    """Table 3 as CSV"""
    office.answer("Report.CheckTables", {"year": 2021, "form": "2021", "checks": [check("balance")]})
    rows = list(published("pingtan_natural_resources_2021")["table3"]["rows"].values())
    labelled = [["（一）予以公开, 全部", *row] for row in rows]
    headed = [["申请人情况", "", "", "", "", "", "", ""],
              ["项目\n（件）", "自然人", "商业企业", "科研机构", "公益组织", "法律服务", "其他", "总计"],
              *labelled[:2], ["三、本年度办理结果", *[""] * 7], *labelled[2:]]
    trailing = [[*row, "", ""] for row in headed]
    spaced = [[f" {cell}\u3000" for cell in row] for row in rows]
    forms = {
        "seven figures a row": csv_text(rows),
        "LF": csv_text(rows, lineterminator="\n"),
        "labels in front": csv_text(labelled),
        "headings and groups": csv_text(headed),
        "empty columns behind": csv_text(trailing),
        "empty lines": "\n\n" + csv_text(labelled).replace("\r\n", "\r\n\r\n"),
        "spaces": csv_text(spaced),
        "full-width digits": csv_text(rows).translate(FULL_WIDTH),
        "every field in quotes": csv_text(headed, quoting=csv.QUOTE_ALL),
        "a byte order mark": b"\xef\xbb\xbf" + csv_text(headed).encode(),
        "GB18030": csv_text(headed).encode("gb18030"),
        "GB18030, full-width": csv_text(headed).translate(FULL_WIDTH).encode("gb18030"),
        "no line end at the end": csv_text(rows).rstrip(),
    }
    expected = {"year": 2021, "tables": [{"id": "table3", "rows": [{"cells": row} for row in rows]}]}
    for name, text in forms.items():
        run = ogi(office, "check", written(office, "t.csv", text), "--year", "2021")
        if said(tap, run, DONE, f"CSV, {name}: is read"):
            tap.equal(office.last()[1]["report"], expected, f"CSV, {name}: what is sent")
    ogi(office, "check", written(office, "t.csv", csv_text(rows)), "--year", "2021", "--form", "2021")
    tap.equal(office.last()[1]["report"], dict(expected, form="2021"), "CSV, --form")

    file = published("pingtan_zone_2021")
    whole = [["表2", "主动公开政府信息情况"], ["规章", 0, 0, 0], ["行政许可", 2293, "", ""], [], ["表3", "收到和处理"],
             *[["", "", "", *row] for row in headed[:1]], *[["三、", "（一）", "1.", *row] for row in
                                                            file["table3"]["rows"].values()],
             [], ["表4", "行政复议"], ["行政复议", *[""] * 14], RESULTS * 3, file["table4"], [], ["收费通知件数", 0]]
    said(tap, ogi(office, "check", written(office, "t.csv", csv_text(whole)), "--year", "2021"), DONE,
         "CSV, the tables of a whole report")
    sent = office.last()[1]["report"]
    tap.equal([row["cells"] for row in table_of(sent, "table3")], list(file["table3"]["rows"].values()),
              "CSV, a whole report: table 3")
    tap.equal([row["cells"] for row in table_of(sent, "table4")], [file["table4"][i:i + 5] for i in (0, 5, 10)],
              "CSV, a whole report: table 4")

    blank = [["" if cell == 0 else cell for cell in row] for row in labelled]
    ogi(office, "check", written(office, "t.csv", csv_text([headed[1], *blank])), "--year", "2021")
    tap.equal(table_of(office.last()[1]["report"], "table3"),
              [{"cells": [*row[:-1], row[-1] or None]} for row in rows],
              "CSV, blanks: an applicant's is a zero, a total is not stated; a blank row is a row")
    old = list(published("shanghai_general_office_2019")["table3"]["rows"].values())
    ogi(office, "check", written(office, "t.csv", csv_text([headed[1], *[["项", *row] for row in old]])),
        "--year", "2019")
    tap.equal(table_of(office.last()[1]["report"], "table3"), [{"cells": blank_to_zero(row)} for row in old],
              "CSV, 23 rows of 2019 with blanks")


def csv_errors(tap, office):
    """CSV that cannot be read"""
    rows = [["予以公开", *row] for row in published("pingtan_natural_resources_2021")["table3"]["rows"].values()]
    asked = len(office.calls)
    odd = [list(row) for row in rows]
    odd[4][2] = "12件"
    said(tap, ogi(office, "check", written(office, "odd.csv", csv_text(odd)), "--year", "2021"), BAD_DATA,
         "a word among the figures", err=['odd.csv:5: "12件" stands among the figures'])
    said(tap, ogi(office, "check", written(office, "odd.csv", csv_text(odd)), "--year", "2021", zh=True), BAD_DATA,
         "the same in Chinese", err=["odd.csv:5：数中有“12件”"])
    odd[4] = ["1.属于\n国家秘密", 0, 0, 0]
    odd[5][3] = "x"
    said(tap, ogi(office, "check", written(office, "odd.csv", csv_text(odd[:5] + rows[5:])), "--year", "2021"),
         BAD_DATA, "a row that is too short", err=["odd.csv:5: "])
    odd[4] = ["1.属于\n国家秘密", *[0] * 7]
    said(tap, ogi(office, "check", written(office, "odd.csv", csv_text(odd)), "--year", "2021"), BAD_DATA,
         "lines within quotes count", err=['odd.csv:7: "x"'])
    for place, line in ((0, 1), (24, 25)):
        edge = [list(row) for row in rows]
        edge[place][1] = "O"
        said(tap, ogi(office, "check", written(office, "edge.csv", csv_text(edge)), "--year", "2021"), BAD_DATA,
             "a word in the first or last row", err=[f'edge.csv:{line}: "O"'])
    said(tap, ogi(office, "check", written(office, "few.csv", csv_text(rows[:-1])), "--year", "2021"), BAD_DATA,
         "a row is missing", err=["few.csv: 24 rows"])
    said(tap, ogi(office, "check", written(office, "none.csv", ""), "--year", "2021"), BAD_DATA, "an empty file",
         err=["none.csv: 0 rows"])
    quotes = csv_text(rows[:3], lineterminator="\n") + '"a"b,1,2,3,4,5,6,7\n'
    said(tap, ogi(office, "check", written(office, "quotes.csv", quotes), "--year", "2021"), BAD_DATA, "quotes amiss",
         err=["quotes.csv:4: this is no CSV"])
    said(tap, ogi(office, "check", written(office, "bytes.csv", b"\xff\xff,1,2,3"), "--year", "2021"), BAD_DATA,
         "neither UTF-8 nor GB18030", err=["bytes.csv is neither UTF-8 nor GB18030"])
    good = written(office, "good.csv", csv_text(rows))
    said(tap, ogi(office, "check", good), USAGE, "CSV does not say its year", err=["good.csv", "--year"])
    said(tap, ogi(office, "check", good, "--year", "last"), USAGE, "a year is a number", err=["--year"])
    said(tap, ogi(office, "check", good, "--yaer", "2021"), USAGE, "a misspelt option", err=["did you mean --year?"])
    said(tap, ogi(office, "check", good, good, "--year", "2021"), USAGE, "two files", err=["twice"])
    said(tap, ogi(office, "check"), USAGE, "no file", err=["check needs REPORT"])
    said(tap, ogi(office, "check", os.path.join(office.directory, "gone.csv"), "--year", "2021"), BAD_DATA,
         "no such file", err=["cannot read", "gone.csv"])
    tap.equal(len(office.calls), asked, "nothing of these was sent")


def own_table(name="table3", keys=("new", "carried_in"), cells=(1, 0, 0, 0, 0, 0, 1), **more):
    rows = [dict({"key": key, "label": "一、" + key, "group": None, "cells": list(cells), "decimals": None,
                  "stated": None}, **more) for key in keys]
    return {"id": name, "title": "题", "columns": COLUMNS, "rows": rows}


def own_files(tap, office):
    """What ogi report --json wrote"""
    office.answer("Report.CheckTables", {"year": 2025, "form": "2021", "checks": [check("balance")]})
    fee = own_table("table2", ["fees.amount"], [12345], decimals=6)
    unset = own_table("table2", ["licences.decisions"], [0], stated=False)
    made = report(tables=[own_table(), fee, unset], sections=[own_table("fees", ["fees.notices"], [2])], headings=["一"])
    expected = {"organ": "某乡人民政府", "year": 2025, "form": "2021", "tables": [
        {"id": "table3", "rows": [{"key": key, "cells": [1, 0, 0, 0, 0, 0, 1]} for key in ("new", "carried_in")]},
        {"id": "table2", "rows": [{"key": "fees.amount", "cells": [12345], "decimals": 6}]},
        {"id": "table2", "rows": [{"key": "licences.decisions", "cells": [None]}]},
        {"id": "fees", "rows": [{"key": "fees.notices", "cells": [2]}]}]}
    for name, text in {"the reply": json.dumps({"report": made}), "the report": json.dumps(made, indent=1),
                       "with a byte order mark": "\ufeff " + json.dumps(made)}.items():
        said(tap, ogi(office, "check", written(office, "own.json", text)), DONE, f"our JSON, {name}: is read")
        tap.equal(office.last()[1]["report"], expected, f"our JSON, {name}: only keys and cells are sent")
    asked = len(office.calls)
    bad = own_table()
    bad["rows"][1]["cells"][3] = "3"
    said(tap, ogi(office, "check", written(office, "bad.json", json.dumps(report(tables=[bad])))), BAD_DATA,
         "a cell that is no number", err=["bad.json: table3, row 2 (carried_in)"])
    said(tap, ogi(office, "check", written(office, "bad.json", '{\n"year": 2025,\n"tables": [}')), BAD_DATA,
         "broken JSON", err=["bad.json:3:", "no JSON"])
    said(tap, ogi(office, "check", written(office, "bad.json", '{"year": 2025}')), BAD_DATA, "JSON without tables",
         err=["bad.json: there are no tables in it"])
    file = published("jinhu_county_2023")
    file["table3"]["rows"]["new"].pop()
    said(tap, ogi(office, "check", written(office, "bad.json", json.dumps(file))), BAD_DATA, "a published row of six",
         err=["bad.json: table3, row new"])
    file = published("jinhu_county_2023")
    file["table4"].append(0)
    said(tap, ogi(office, "check", written(office, "bad.json", json.dumps(file))), BAD_DATA, "16 numbers in table 4",
         err=["bad.json: table4"])
    tap.equal(len(office.calls), asked, "nothing of these was sent")


def consolidated(tap, office):
    """consolidate"""
    keys = list(published("jinhu_county_2023")["table3"]["rows"])
    table3 = own_table("table3", keys, [12345, 0, 0, 0, 0, 678, 13023])
    table3["columns"] = COLUMNS
    table4 = dict(own_table("table4", ["review", "suit", "suit_after_review"], [10, 2, 3, 4, 19]), columns=RESULTS)
    kinds = [{"kind": "乡镇", "organs": ["甲乡", "乙乡"], "tables": [table3]}]
    reply = {"report": report(organ="某县", tables=[table3, table4], checks=[check("balance")]),
             "missing": ["丙镇人民政府"], "kinds": kinds}
    office.answer("Report.Consolidate", reply)
    figures2 = [f"{name}.{key}" for name, of in TABLE2["2021"].items() for key in of]
    table2 = own_table("table2", figures2, [123456])
    paths = [written(office, f"{i:03}.json", json.dumps({"report": report(
        organ=f"第{i:03}街道办事处", tables=[table2, table3, table4])}, ensure_ascii=False)) for i in range(300)]
    run = ogi(office, "consolidate", "2025", "某县", *paths)
    said(tap, run, DONE, "consolidate 300 organs", out=["某县", "missing: 丙镇人民政府", "乡镇", "13023"])
    sent = office.last()[1]
    tap.equal((sent["year"], sent["organ"], len(sent["reports"])), (2025, "某县", 300), "what consolidate sends")
    tap.equal([one["organ"] for one in sent["reports"]][:2], ["第000街道办事处", "第001街道办事处"],
              "the organ of each comes from its file")
    tap.ok(office.bytes[-1] < MIB, f"300 organs fit into one message: {office.bytes[-1]} bytes")
    said(tap, ogi(office, "consolidate", "2025", "某县", paths[0], zh=True), DONE, "consolidate in Chinese",
         out=["缺少：丙镇人民政府", "按单位类型", "新收"])

    rows = list(published("pingtan_natural_resources_2021")["table3"]["rows"].values())
    named = written(office, "甲乡,新.csv", csv_text(rows))
    whole = source("tests", "data", "reports", "pingtan_zone_2021.json")
    said(tap, ogi(office, "consolidate", "2021", "某区", whole, named), DONE, "consolidate files of two forms")
    tap.equal([(one["organ"], one["year"]) for one in office.last()[1]["reports"]],
              [("平潭综合实验区（全区汇总）", 2021), ("甲乡,新", 2021)], "a CSV file is known by its name, commas too")
    asked = len(office.calls)
    said(tap, ogi(office, "consolidate", "2022", "某区", whole), BAD_DATA, "a file of another year",
         err=["pingtan_zone_2021.json is of the year 2021, not of 2022"])
    tap.equal(len(office.calls), asked, "nothing of it was sent")
    office.refuse("Report.Consolidate", "Report.ChecksFail",
                checks=[dict(BROKEN, organ="乙乡"), check("case_totals", table="table4", organ="甲乡")])
    said(tap, ogi(office, "consolidate", "2021", "某区", whole), FAILED, "consolidate: an organ's check fails",
         err=["1 check fails, so nothing was added up"],
         out=["BROKEN 乙乡, table 3: new + carried in = results + carried out", "holds  甲乡, table 4"])


# --- help ---

def helps(tap, office):
    """Help of the year's commands"""
    commands = {"rollup": "每晚", "seal": "封存", "restate": "重新发布", "figure": "数值", "open-case": "行政复议",
                "answer-case": "答辩", "conclude-case": "最后的结果", "cases": "行政诉讼", "check": "核对", "cell": "案件",
                "consolidate": "汇总"}
    for command, word in commands.items():
        said(tap, ogi(office, "help", command), DONE, f"ogi help {command}", out=[f"ogi {command} - ", "Examples:"])
        said(tap, ogi(office, "help", command, zh=True), DONE, f"ogi help {command}, in Chinese", out=[word, "示例"],
             never=["Examples", "Usage"])
    said(tap, ogi(office, "help", "check"), DONE, "check's own options", out=["--year YEAR", "--form CODE"])
    said(tap, ogi(office, "help"), DONE, "the overview has them all", out=commands.keys())


def main():
    tap = Tap()
    office = StandIn()
    for case in (rollup_is_silent, rollup_speaks, checks_name_the_cell, seals, figures, cases, backlog,
                 published_files, csv_files, csv_errors, own_files, consolidated, helps):
        tap.case(case, office)
    office.remove()
    tap.done()


if __name__ == "__main__":
    main()
