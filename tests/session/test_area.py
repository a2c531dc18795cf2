#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of others: CheckTables on the published reports, and Consolidate on units made from them,
whose sums are made here a second time.

OGID_SEED sets the units' noise and what is broken in them; it is printed."""

import copy
import decimal
import glob
import json
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, refused, source  # noqa: E402
from harness.link import message  # noqa: E402
from replay.reports import CATEGORIES, LABELS, NOT_RESULTS, Published  # noqa: E402

SEED = os.environ.get("OGID_SEED", "2025-0331")
YEAR = 2025
COLUMNS = CATEGORIES + ["total"]
ROWS = [key for key, _ in LABELS["2021"]]
RESULTS = [key for key in ROWS if key not in NOT_RESULTS]
CASES = ["review", "suit", "suit_after_review"]
KINDS = ["乡镇", "部门"]
MESSAGE_MAX = 1024 * 1024

# The published table 2, its lists in the order of the form.
FIGURES = {
    "2019": {"regulations": ["made", "published", "in_total"],
             "normative_documents": ["made", "published", "in_total"],
             "licences": ["items_before", "change", "decisions"],
             "other_services": ["items_before", "change", "decisions"],
             "penalties": ["items_before", "change", "decisions"],
             "coercion": ["items_before", "change", "decisions"],
             "fees": ["items_before", "change"], "procurement": ["projects", "amount"]},
    "2021": {"regulations": ["made", "repealed", "in_force"],
             "normative_documents": ["made", "repealed", "in_force"], "licences": ["decisions"],
             "penalties": ["decisions"], "coercion": ["decisions"], "fees": ["amount"]},
}
DECIMALS = {"fees.amount": 6, "procurement.amount": 2}

# What the printed figures themselves break, added up by hand: rule, row, column, expected, found.
BROKEN = {
    "pingtan_natural_resources_2021": [
        # 七 总计 prints 18 and 0 where the results add up to 16 and 2, as does 一 + 二 less 四.
        ("sum_of_results", "total_results", "natural_person", 16, 18),
        ("balance", None, "natural_person", 16, 18),
        ("sum_of_results", "total_results", "public_welfare_organization", 2, 0),
        ("balance", None, "public_welfare_organization", 2, 0)],
    "jinhu_county_2023": [("case_totals", "suit", "suit", 3, 0)],
}
BASES = ["pingtan_natural_resources_2022", "pingtan_zone_2021", "pingtan_zone_2022",
         "shuyang_county_2025"]


def published_all():
    return [Published(path) for path in sorted(glob.glob(source("tests", "data", "reports", "*.json")))]


# --- reports as the wire has them ---

def figure(key, value):
    """A published figure as a cell: 2笔, 984361元 and 24252.311082 are printed."""
    number = decimal.Decimal(re.sub("[^0-9.-]", "", str(value)))
    cell = number.scaleb(DECIMALS.get(key, 0))
    if cell != int(cell):
        raise ValueError(f"{key} has more decimals than the form: {value}")
    return int(cell)


def table2_rows(published):
    printed = published.file["table2"]
    printed = {**printed.get("inferred", {}), **printed}
    rows = []
    for group, names in FIGURES[published.form].items():
        values = printed.get(group)
        values = values if isinstance(values, list) else [values]
        for name, value in zip(names, values, strict=False):
            if value is not None:
                key = f"{group}.{name}"
                rows.append({"key": key, "cells": [figure(key, value)]})
    return rows


def report_of(published):
    """As a unit hands it in: a cell that the file leaves out is not stated."""
    cases = published.file["table4"]
    return {"year": published.year, "form": published.form, "organ": published.file["body"], "tables": [
        {"id": "table2", "rows": table2_rows(published)},
        {"id": "table3", "rows": [{"key": key, "cells": cells}
                                  for key, cells in published.file["table3"]["rows"].items()]},
        {"id": "table4", "rows": [{"key": key, "cells": cases[5 * i:5 * i + 5]}
                                  for i, key in enumerate(CASES)]}]}


def cells_of(report, table):
    for each in report["tables"] + (report.get("sections") or []):
        if each["id"] == table:
            return {row["key"]: row["cells"] for row in each["rows"]}
    return {}


def slim(report):
    """With neither keys nor anything else that the form's order says."""
    return {"year": report["year"], "organ": report["organ"], "tables": [
        {"id": table["id"], "rows": [{"cells": row["cells"]} for row in table["rows"]]}
        for table in report["tables"] if table["id"] != "table2"]}


# --- units, consistent in themselves ---

def unit_make(bases, index, noise):
    """A published report and some applications and figures more, as another organ's of YEAR."""
    report = copy.deepcopy(noise.choice(bases))
    report.update(year=YEAR, form="2021", organ=f"第{index:03}单位")
    table3 = cells_of(report, "table3")
    for _ in range(noise.randrange(1, 40)):
        row, column = noise.choice(RESULTS), noise.randrange(6)
        for key in ("new", row, "total_results"):
            table3[key][column] += 1
            table3[key][6] += 1
    for cells in cells_of(report, "table2").values():
        cells[0] += noise.randrange(100)
    for cells in cells_of(report, "table4").values():
        result = noise.randrange(4)
        cells[result] += 1
        cells[4] += 1
    return report


def units_make(count, noise):
    bases = [report_of(p) for p in published_all() if p.name in BASES]
    return [unit_make(bases, index, noise) for index in range(count)]


def sums_make(reports, table):
    sums = {}
    for report in reports:
        for key, cells in cells_of(report, table).items():
            before = sums.get(key, [0] * len(cells))
            sums[key] = [a + b for a, b in zip(before, cells, strict=True)]
    return sums


def stated(report, table):
    """The rows of a table that somebody states."""
    for each in report["tables"] + report["sections"]:
        if each["id"] == table:
            return {row["key"]: row["cells"] for row in each["rows"] if row.get("stated") is not False}
    return None


def broken_by_hand(report):
    """(rule, row, column, expected, found) of a whole table 3, in no order."""
    cells, found = cells_of(report, "table3"), set()
    for key in ROWS:
        if sum(cells[key][:6]) != cells[key][6]:
            found.add(("sum_of_columns", key, "total", sum(cells[key][:6]), cells[key][6]))
    for index, column in enumerate(COLUMNS):
        results, total = sum(cells[key][index] for key in RESULTS), cells["total_results"][index]
        if results != total:
            found.add(("sum_of_results", "total_results", column, results, total))
        left = cells["new"][index] + cells["carried_in"][index]
        right = total + cells["carried_out"][index]
        if left != right:
            found.add(("balance", None, column, left, right))
    return found


def told(checks):
    return [(c["rule"], c.get("row"), c["column"], c["expected"], c["found"])
            for c in checks if not c["holds"]]


def consolidate(link, reports, organ="某县"):
    return link.call("Report.Consolidate", year=YEAR, organ=organ, reports=reports)


def configuration(names):
    units = "".join(f"  - {{name: {name}, kind: {kind}}}\n" for name, kind in names)
    return f"organ: 某县\nunits:\n{units}"


# --- cases ---

def published_reports(tap, link):
    """The ten published reports: exactly the wrong ones are found"""
    everything = published_all()
    tap.equal(len(everything), 10, "ten published reports")
    for published in everything:
        report = report_of(published)
        answer = link.call("Report.CheckTables", report=report)
        tap.equal((answer["year"], answer["form"]), (published.year, published.form),
                  f"{published.name}: its year and form")
        tap.equal(sorted(told(answer["checks"]), key=str),
                  sorted(BROKEN.get(published.name, []), key=str), f"{published.name}: what is broken")
        wrong = [c for c in answer["checks"] if c.get("organ") != published.file["body"]]
        tap.ok(not wrong, f"{published.name}: every check names its organ", *wrong[:2])
        rules = {(c["rule"], c["table"]) for c in answer["checks"]}
        wanted = {(rule, "table3") for rule in ("sum_of_columns", "sum_of_results", "balance")}
        wanted |= {("case_totals", "table4"), ("below_zero", "table2"), ("below_zero", "table3")}
        tap.ok(wanted <= rules, f"{published.name}: all its rules are checked", wanted - rules)
        del report["form"], report["organ"]
        again = link.call("Report.CheckTables", report=slim({"organ": None, **report}))
        tap.equal(told(again["checks"]), told(answer["checks"]),
                  f"{published.name}: the same without keys, form and organ")


def below_zero(tap, link):
    """Figures below zero, where the form has them and where not"""
    def checks(year, key, cell):
        report = {"year": year, "tables": [{"id": "table2", "rows": [{"key": key, "cells": [cell]}]}]}
        return told(link.call("Report.CheckTables", report=report)["checks"])
    tap.equal(checks(2025, "licences.decisions", -3),
              [("below_zero", "licences.decisions", "value", 0, -3)], "fewer than no decisions")
    tap.equal(checks(2020, "licences.change", -3), [], "本年增/减 may be below zero")
    tap.equal(checks(2025, "licences.decisions", None), [], "what is not stated breaks nothing")


def one_cell_wrong(tap, link):
    """64 units, one of them wrong in one cell: the unit and the rule are named"""
    noise = random.Random(SEED)
    units = units_make(64, noise)
    for number in range(20):
        reports = copy.deepcopy(units)
        which = noise.randrange(64)
        key, column = noise.choice(ROWS), noise.randrange(7)
        cells_of(reports[which], "table3")[key][column] += noise.choice([1, 2, 10])
        problem = refused(consolidate, link, reports)
        expected = broken_by_hand(reports[which])
        name = f"{number}: {key} {COLUMNS[column]} of {reports[which]['organ']}"
        if not tap.ok(problem is not None and problem.name == "org.ogid.Report.ChecksFail" and expected,
                      f"{name} is refused", problem, expected):
            continue
        checks = problem.parameters["checks"]
        tap.ok(all(not check["holds"] for check in checks), f"{name}: only what does not hold is told")
        tap.equal({check["organ"] for check in checks}, {reports[which]["organ"]}, f"{name}: whose")
        tap.equal(sorted(told(checks), key=str), sorted(expected, key=str), f"{name}: which rules")
    reports = copy.deepcopy(units[:3])
    del reports[2]["organ"]
    cells_of(reports[2], "table4")["suit"][4] += 1
    found = cells_of(reports[2], "table4")["suit"]
    checks = refused(consolidate, link, reports).parameters["checks"]
    tap.equal([(c["organ"], c["rule"], c["row"], c["expected"], c["found"]) for c in checks],
              [("report 3", "case_totals", "suit", sum(found[:4]), found[4])],
              "one without a name is told by its place")


def sums(tap, link):
    """64 units: the sums, and what the report says of itself"""
    noise = random.Random(SEED + "sums")
    units = units_make(64, noise)
    before = link.call("Ledger.Status")
    answer = consolidate(link, units)
    report = answer["report"]
    for table in ("table2", "table3", "table4"):
        expected = sums_make(units, table)
        tap.ok(any(any(cells) for cells in expected.values()), f"{table}: there is something to add up")
        tap.equal(stated(report, table), expected, f"{table}: the sums of 64 units")
    tap.equal((report["year"], report["form"], report["organ"], report["status"], report["revision"],
               report["known_on"], report["seal"]),
              (YEAR, "2021", "某县", "provisional", 0, "2026-03-02", None), "what it is")
    tap.equal((report["ledger_sequence"], report["ledger_digest"]), (0, "0" * 64),
              "it comes from no entries")
    tap.equal(len(report["headings"]), 6, "six headings")
    tap.ok(report["checks"] and all(c["holds"] for c in report["checks"]), "the sums hold",
           told(report["checks"]))
    tap.equal((answer["missing"], answer["kinds"]), ([], None), "no units are configured")
    tap.equal(link.call("Ledger.Status")["sequence"], before["sequence"], "nothing has been entered")
    again = link.call("Report.CheckTables", report=report)
    tap.ok(again["checks"] and all(c["holds"] for c in again["checks"]),
           "CheckTables takes the consolidated report, and it holds", told(again["checks"]))
    tap.equal({c.get("organ") for c in again["checks"]}, {"某县"}, "and belongs to the area")
    noise.shuffle(units)
    halves = [consolidate(link, units[:20], "东")["report"], consolidate(link, units[20:], "西")["report"]]
    whole = consolidate(link, halves)["report"]
    tap.equal([whole["tables"], whole["sections"]], [report["tables"], report["sections"]],
              "the sums of sums are the same")


def not_stated(tap, link):
    """What nobody states is not stated in the sum either"""
    def unit(organ, **figures):
        return {"year": YEAR, "organ": organ, "tables": [{"id": "table2", "rows": [
            {"key": "licences.decisions", "cells": [figures.get("licences")]},
            {"key": "penalties.decisions", "cells": [9], "stated": False},
            {"key": "fees.amount", "cells": [1500000], "decimals": 6}]}],
            "sections": [{"id": "publications", "rows": [
                {"key": "publications.portal", "cells": [30]},
                {"key": "publications.of_its_own", "cells": [5]}]}]}
    report = consolidate(link, [unit("甲"), unit("乙", licences=7), unit("丙", licences=5)])["report"]
    tap.equal(stated(report, "table2"), {"licences.decisions": [12], "fees.amount": [4500000]},
              "figures that one states at least")
    tap.equal(stated(report, "publications"), {"publications.portal": [90]},
              "publications that our settings name")
    tap.equal([stated(report, table) for table in ("table3", "table4", "fees")], [{}, {}, {}],
              "tables that nobody has handed in")
    tap.ok(all(cell == 0 for row in cells_of(report, "table3").values() for cell in row),
           "their cells are 0 all the same")
    tap.ok(all(c["holds"] for c in report["checks"]), "and break nothing")
    row = [{"key": "new", "cells": [1, None, None, None, None, None, 1]}]
    parts = [{"year": YEAR, "tables": [{"id": "table3", "rows": row}]} for _ in range(2)]
    report = consolidate(link, parts)["report"]
    tap.equal(stated(report, "table3"), {"new": [2, 0, 0, 0, 0, 0, 2]}, "two organs without a name")
    huge = {"id": "table4", "rows": [{"key": "suit", "cells": [0, 0, 0, 99999999999999, 99999999999999]}]}
    report = consolidate(link, [{"year": YEAR, "tables": [huge]} for _ in range(3000)])["report"]
    tap.equal(stated(report, "table4"), {"suit": [0, 0, 0, 299999999999997000, 299999999999997000]},
              "3000 times the largest figure")


def kinds(tap):
    """Units of two kinds: who is missing, and the sums by kind"""
    noise = random.Random(SEED + "kinds")
    units = units_make(40, noise)
    names = [(unit["organ"], KINDS[index % 2]) for index, unit in enumerate(units)]
    absent = [("未报乡人民政府", KINDS[0]), ("未报局", KINDS[1]), ("未报院", "直属单位")]
    daemon = Daemon(today="2026-03-02", name="kinds", config=configuration(absent[:1] + names + absent[1:]))
    link = daemon.link()
    answer = consolidate(link, units)
    tap.equal(answer["missing"], [name for name, _ in absent], "three are missing, in the settings' order")
    tap.equal([(kind["kind"], kind["organs"]) for kind in answer["kinds"]],
              [(KINDS[0], [u["organ"] for u in units[0::2]]), (KINDS[1], [u["organ"] for u in units[1::2]])],
              "two kinds, each with its organs; the third has none")
    for index, kind in enumerate(answer["kinds"]):
        for table in ("table2", "table3", "table4"):
            found = stated({"sections": [], **kind}, table)
            tap.equal(found, sums_make(units[index::2], table), f"{kind['kind']}: {table}")
    for table in ("table2", "table3", "table4"):
        parts = [{"tables": kind["tables"]} for kind in answer["kinds"]]
        tap.equal(sums_make(parts, table), cells_of(answer["report"], table),
                  f"{table}: the kinds add up to the whole")
    stranger = copy.deepcopy(units[0])
    stranger["organ"] = "外单位"
    more = consolidate(link, [*units[1:], stranger])
    tap.equal(more["missing"], [absent[0][0], units[0]["organ"], absent[1][0], absent[2][0]],
              "one more is missing")
    tap.equal(more["report"]["tables"], answer["report"]["tables"], "a stranger is in the whole")
    tap.equal(stated({"sections": [], **more["kinds"][0]}, "table3"), sums_make(units[2::2], "table3"),
              "but of no kind")
    tap.equal(consolidate(link, [stranger])["kinds"], [], "alone it makes no kind")


def table3(*rows, **more):
    return {"year": YEAR, "tables": [{"id": "table3", "rows": list(rows), **more}]}


SEVEN = [0, 0, 0, 0, 0, 0, 0]
NEW = {"key": "new", "cells": SEVEN}

# What is handed in; where it is wrong; what is said of it.
MALFORMED = [
    ({"tables": [{"id": "table3", "rows": []}]}, "year", "must be there"),
    ({**table3(), "year": "2025"}, "year", "number"),
    ({**table3(), "year": 20250}, "year", "between 1900 and 9999"),
    ({**table3(), "year": 2007}, "year", "no form is in force for 2007"),
    ({**table3(), "form": "2031"}, "form", "\"2031\" is no form; for 2025 it is \"2021\""),
    ({**table3(), "form": "2019"}, "form", "not in force.*\"2021\""),
    ({**table3(), "form": 2021}, "form", "text"),
    ({**table3(), "organ": ["某"]}, "organ", "text"),
    ({**table3(), "organ": "某\n局"}, "organ", "one line"),
    ({**table3(), "organ": "局" * 101}, "organ", "1 to 100 characters"),
    ({**table3(), "organ": ""}, "organ", "1 to 100 characters"),
    ({"year": YEAR}, "tables", "one at least"),
    ({"year": YEAR, "tables": []}, "tables", "one at least"),
    ({"year": YEAR, "tables": {"table3": []}}, "tables", "list"),
    ({"year": YEAR, "tables": ["table3"]}, "tables[0]", "object"),
    ({"year": YEAR, "tables": [{"rows": []}]}, "tables[0].id", "table3"),
    ({"year": YEAR, "tables": [{"id": "table9", "rows": []}]}, "tables[0].id",
     "\"table9\", only table2, table3, table4, publications, fees"),
    ({"year": 2020, "tables": [{"id": "fees", "rows": []}]}, "tables[0].id", "form 2019 has no table"),
    ({"year": YEAR, "tables": table3()["tables"] * 2}, "tables[1].id", "twice"),
    ({**table3(), "sections": table3()["tables"]}, "sections[0].id", "twice"),
    ({**table3(), "sections": 3}, "sections", "list"),
    (table3(columns=[*COLUMNS[1:], COLUMNS[0]]), "tables[0].columns", "natural_person to total"),
    ({"year": YEAR, "tables": [{"id": "table3"}]}, "tables[0].rows", "list"),
    (table3(NEW, "new"), "tables[0].rows[1]", "object"),
    (table3(NEW, {"key": "other", "cells": SEVEN}), "tables[0].rows[1].key", "no row \"other\""),
    (table3({"key": 7, "cells": SEVEN}), "tables[0].rows[0].key", "text"),
    (table3(NEW, NEW), "tables[0].rows[1].key", "new stands here twice"),
    (table3({"key": "carried_in", "cells": SEVEN}, {"cells": SEVEN}), "tables[0].rows[1]", "carried_in"),
    (table3(*[{"cells": SEVEN}] * 26), "tables[0].rows[25]", "only 25 rows, from new to carried_out"),
    (table3({"key": "new"}), "tables[0].rows[0].cells", "7 cells"),
    (table3(NEW, {"cells": SEVEN[1:]}), "tables[0].rows[1].cells", "6 cells; it must be 7"),
    (table3({"cells": [0, 0, 1.5, 0, 0, 0, 0]}), "tables[0].rows[0].cells[2]", "whole number"),
    (table3({"cells": [0, 0, 0, 0, "3", 0, 0]}), "tables[0].rows[0].cells[4]", "whole number"),
    (table3({"cells": [0, True, 0, 0, 0, 0, 0]}), "tables[0].rows[0].cells[1]", "whole number"),
    (table3({"cells": [10 ** 14, 0, 0, 0, 0, 0, 0]}), "tables[0].rows[0].cells[0]", "99999999999999"),
    (table3({"cells": [-10 ** 14, 0, 0, 0, 0, 0, 0]}), "tables[0].rows[0].cells[0]", "between"),
    (table3({**NEW, "stated": "no"}), "tables[0].rows[0].stated", "true or false"),
    (table3({**NEW, "decimals": 2}), "tables[0].rows[0].decimals", "0 of them"),
    ({"year": YEAR, "tables": [{"id": "table2", "rows": [{"key": "fees.amount", "cells": [1],
                                                         "decimals": 2}]}]},
     "tables[0].rows[0].decimals", "6 of them"),
    ({**table3(), "sections": [{"id": "publications", "rows": [{"cells": [1]}]}]},
     "sections[0].rows[0].key", "publications.portal"),
    (table3({"key": "长" * 500, "cells": SEVEN}), "tables[0].rows[0].key", "no row \"长{13}\""),
]


def is_told(problem, field, pattern):
    return (problem is not None and problem.name == "org.ogid.Applications.InvalidField"
            and problem.parameters["field"] == field
            and re.search(pattern, problem.parameters["problem"]) is not None)


def malformed(tap, link):
    """Malformed reports are refused, with the place and what would be right"""
    good = table3(NEW)
    for report, field, pattern in MALFORMED:
        problem = refused(link.call, "Report.CheckTables", report=report)
        tap.ok(is_told(problem, field, pattern), f"CheckTables: {field}: {pattern}", problem)
        problem = refused(consolidate, link, [good, report])
        tap.ok(is_told(problem, "reports[1]." + field, pattern), f"Consolidate: {field}", problem)
    twins = [{**good, "organ": name} for name in ("甲", "乙", "丙", "乙")]
    calls = [([{**good, "year": 2024}], "reports[0].year", "it is of 2024; reports of 2025"),
             (twins, "reports[3].organ", re.escape("reports[1]")), ([], "reports", "1 to 4000"),
             ([good] * 4001, "reports", "there are 4001")]
    for reports, field, pattern in calls:
        problem = refused(consolidate, link, reports)
        tap.ok(is_told(problem, field, pattern), f"Consolidate: {field}: {pattern}", problem)
    problem = refused(consolidate, link, [good], "某\n县")
    tap.ok(is_told(problem, "organ", "one line"), "Consolidate: organ", problem)
    problem = refused(link.call, "Report.CheckTables", report=[])
    tap.ok(problem is not None and problem.name == "org.varlink.service.InvalidParameter",
           "a list is no report", problem)


def large(tap, daemon):
    """300 slim units in one message"""
    link = daemon.link()
    noise = random.Random(SEED + "large")
    units = units_make(300, noise)
    call = {"year": YEAR, "organ": "某省", "reports": [slim(unit) for unit in units]}
    bytes_ = len(message("Report.Consolidate", call))
    tap.ok(bytes_ < MESSAGE_MAX, f"{bytes_} bytes are less than 1 MiB")
    report = link.call("Report.Consolidate", **call)["report"]
    for table in ("table3", "table4"):
        tap.equal(stated(report, table), sums_make(units, table), f"{table}: the sums of 300 units")
    for unit in call["reports"]:
        for row in unit["tables"][0]["rows"]:
            row["cells"][6] += 1000
    link.send("Report.Consolidate", call)
    text = link.receive_bytes()
    reply = json.loads(text)
    tap.equal(reply.get("error"), "org.ogid.Report.ChecksFail", "all of them wrong")
    # Each breaks sum_of_columns in 25 rows, and sum_of_results in the last column.
    checks = reply["parameters"]["checks"]
    tap.equal([(c["organ"], c["rule"]) for c in checks[:27]],
              [(units[0]["organ"], rule) for rule in ["sum_of_columns"] * 25 + ["sum_of_results"]]
              + [(units[1]["organ"], "sum_of_columns")], "the first is told first")
    tap.equal(len(checks), 1000, "a thousand of what does not hold is told")
    tap.ok(len(text) < MESSAGE_MAX, "so that the answer fits into a message")
    for _ in range(20):
        gone = daemon.link()
        gone.send("Report.Consolidate", call)
        gone.close()
    tap.equal(link.call("Ledger.Status")["organ"], "本机关", "who asks and goes away harms nobody")


def main():
    tap = Tap()
    tap.say(f"OGID_SEED={SEED}")
    daemon = Daemon(today="2026-03-02", name="area")
    link = daemon.link()
    for case in (published_reports, below_zero, one_cell_wrong, sums, not_stated, malformed):
        tap.case(case, link)
    tap.case(kinds)
    tap.case(large, daemon)
    tap.done()


if __name__ == "__main__":
    main()
