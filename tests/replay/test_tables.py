#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Published annual reports with all their tables: the figures of table 2 are set, table 4 is made of
cases, table 3 of applications; the year ends, is sealed, and is the published one.

Where a file has no clear figure (a text, or what was guessed from one) nothing is set or compared.
OGID_SMALL=1 leaves out the tables of 100 applications and more (sanitizers).
OGID_SEED sets how the days are spread; it is printed."""

import datetime
import os
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap  # noqa: E402
from harness import report as reports  # noqa: E402
from replay.reports import CATEGORIES, plan  # noqa: E402
from replay.test_reports import SEED, SMALL, accepted, log_parameters, play, published_all  # noqa: E402

# A block of table 2 in the files, and the figures that its numbers are, by the printed forms.
FIGURES = {
    "2019": {
        "regulations": ["regulations.made", "regulations.published", "regulations.in_total"],
        "normative_documents": ["normative_documents.made", "normative_documents.published",
                                "normative_documents.in_total"],
        **{block: [f"{block}.items_before", f"{block}.change", f"{block}.decisions"]
           for block in ("licences", "other_services", "penalties", "coercion")},
        "fees": ["fees.items_before", "fees.change"],
        "procurement": ["procurement.projects", "procurement.amount"],
    },
    "2021": {
        "regulations": ["regulations.made", "regulations.repealed", "regulations.in_force"],
        "normative_documents": ["normative_documents.made", "normative_documents.repealed",
                                "normative_documents.in_force"],
        "licences": ["licences.decisions"], "penalties": ["penalties.decisions"],
        "coercion": ["coercion.decisions"], "fees": ["fees.amount"],
    },
}
DECIMALS = {"fees.amount": 6, "procurement.amount": 2}
KINDS = ["review", "suit", "suit_after_review"]
RESULTS = ["upheld", "corrected", "other", "pending"]
# How many figures of table 2 each file states, read off it by hand: of the form of 2019 there are 22, of
# 2021 ten. 平潭 2019 is one run of digits; 自然资源 2022 has no 规范性文件 apart, neither year 规章.
STATED = {"jinhu_county_2023": 10, "pingtan_finance_2020": 22, "pingtan_natural_resources_2021": 7,
          "pingtan_natural_resources_2022": 4, "pingtan_zone_2019": 0, "pingtan_zone_2021": 10,
          "pingtan_zone_2022": 10, "shanghai_general_office_2019": 22, "shuyang_county_2025": 10,
          "xinzheng_chengguan_township_2020": 22}


def figures(published):
    """key -> the value as published, without what is printed behind it ("2笔", "984361元")."""
    found = {}
    for block, keys in FIGURES[published.form].items():
        values = published.file["table2"].get(block)
        if values is None:
            continue
        values = values if isinstance(values, list) else [values]
        for key, value in zip(keys, values, strict=True):
            found[key] = re.fullmatch(r"(-?\d+(?:\.\d+)?)[元笔]?", str(value)).group(1)
    return found


def as_cell(key, value):
    """The value as a count of the last digit that the figure has."""
    whole, _, behind = value.partition(".")
    places = DECIMALS.get(key, 0)
    if len(behind) > places:
        raise RuntimeError(f"{key}: {value} has more decimals than the form")
    return int(whole + behind.ljust(places, "0"))


def groups(published):
    """kind -> the four printed cells, and their sum for a total."""
    printed = [cell or 0 for cell in published.file["table4"]]
    found = {kind: printed[5 * i:5 * i + 4] for i, kind in enumerate(KINDS)}
    return {kind: cells + [sum(cells)] for kind, cells in found.items()}


def set_figures(tap, link, published):
    wanted = figures(published)
    tap.equal(len(wanted), STATED[published.name], f"{published.name}: so many figures are clear")
    accepted(tap, link.pipeline([("Report.SetFigure", {"year": published.year, "figure": key, "value": value})
                                 for key, value in wanted.items()]), f"{published.name}: table 2")
    return wanted


def day(published, choose, first=(1, 1), last=(12, 31)):
    begin, end = (datetime.date(published.year, *at) for at in (first, last))
    return (begin + datetime.timedelta(choose.randint(0, (end - begin).days))).isoformat()


def play_cases(tap, link, published, numbers, open_now):
    """The cases of table 4. open_now: {kind: [cases]} that are pending from the year before. Returns
    what is pending at the end, and (kind, column) -> cases."""
    choose = random.Random(f"{SEED} cases {published.name}")
    pending, behind = {kind: [] for kind in KINDS}, {}
    for kind, cells in groups(published).items():
        wanted = [result for result, count in zip(RESULTS, cells) for _ in range(count)]
        choose.shuffle(wanted)
        for result in wanted:
            if open_now.get(kind):
                case = open_now[kind].pop()
            else:
                about = {"number": choose.choice(numbers)} if numbers and choose.random() < 0.7 \
                    else {"title": "主动公开"}
                case = link.call("Report.OpenCase", kind=kind, on=day(published, choose, last=(6, 30)),
                                 **about)["case"]
            behind.setdefault((kind, result), []).append(case)
            if choose.random() < 0.5:
                link.call("Report.AnswerCase", case=case, on=day(published, choose, (7, 1), (7, 31)))
            if result == "pending":
                pending[kind].append(case)
                continue
            if choose.random() < 0.2:  # an instance before it, of the same year
                link.call("Report.ConcludeCase", case=case, on=day(published, choose, (8, 1), (8, 31)),
                          result=choose.choice(RESULTS[:3]))
            link.call("Report.ConcludeCase", case=case, on=day(published, choose, (9, 1)), result=result)
    return pending, behind


def look_at_tables(tap, link, published, wanted, behind):
    report = reports.get(link, published.year)
    tables, name = reports.tables(report), published.name
    found = {row["key"]: (row["cells"][0], row.get("stated") is not False) for row in tables["table2"]["rows"]}
    tap.equal({key: found[key] for key in wanted},
              {key: (as_cell(key, value), True) for key, value in wanted.items()},
              f"{name}: table 2 as published ({len(wanted)} figures)")
    tap.equal({key: cell for key, cell in found.items() if key not in wanted},
              {key: (0, False) for keys in FIGURES[published.form].values() for key in keys
               if key not in wanted}, f"{name}: and what it does not say is not stated")
    tap.equal({row["key"]: row["cells"] for row in tables["table4"]["rows"]}, groups(published),
              f"{name}: table 4 as published")
    cells = {(kind, column): sorted(behind.get((kind, column), [])) for kind in KINDS for column in RESULTS}
    opened = {(kind, column): sorted(item["number"] for item in link.stream(
        "Report.Cell", year=published.year, table="table4", row=kind, column=column))
        for kind, column in cells}
    tap.equal(opened, cells, f"{name}: its cells open to their cases")
    tap.equal(reports.failing(report), [], f"{name}: every check holds")


def whole_report(tap, daemon, published, carried=None, open_now=None):
    """A year with all its tables. Returns its applications, and the cases that are pending."""
    applications = play(tap, daemon, published, carried)
    link = daemon.link()
    wanted = set_figures(tap, link, published)
    decided = [a.number for a in applications if a.decided is not None]
    pending, behind = play_cases(tap, link, published, decided, open_now or {})
    look_at_tables(tap, link, published, wanted, behind)
    return applications, pending


def seal(tap, daemon, published, previous):
    """Sealed, it is what was published, and its statement proves it."""
    link = daemon.link()
    counted = reports.get(link, published.year)
    report = link.call("Report.Seal", year=published.year)["report"]
    name = published.name
    tap.equal(reports.cells(report), reports.cells(counted), f"{name}: sealed as counted")
    tap.equal((report["seal"]["tables"], report["seal"]["previous"], report["seal"]["applications"]),
              (reports.tables_digest(report), previous, published.applications()),
              f"{name}: digest of the tables, the seal before, the number of applications")
    return report


def one_report(tap, published):
    """A published year with all its tables, in a ledger of its own"""
    tap.say(f"{published.name}, seed {SEED}")
    daemon = Daemon(today=f"{published.year}-01-04", name=published.name)
    whole_report(tap, daemon, published)
    seal(tap, daemon, published, None)
    reports.look_at_verify(tap, daemon.link(), published.name)
    daemon.stop()
    status, said = reports.check_script("check_seal.sh", os.path.join(daemon.data, "ledger"),
                                        str(published.year))
    tap.equal(status, 0, f"{published.name}: check_seal.sh passes: {said[-80:]!r}")
    tap.case_end(daemon)


def in_cell(link, year, row, column):
    return [item["number"] for item in link.stream("Report.Cell", year=year, table="table3", row=row,
                                                   column=column)]


def two_year_ends(tap, first, second):
    """Two published years of one office through two year ends: rolled up, sealed, gone on, sealed"""
    daemon = Daemon(today=f"{first.year}-01-04", name="two years")
    before, pending = whole_report(tap, daemon, first)
    one = seal(tap, daemon, first, None)
    sealed = reports.get_bytes(daemon.link(), first.year)
    carried = {category: [a for a in before if a.row is None and a.category == category]
               for category in CATEGORIES}
    after, _ = whole_report(tap, daemon, second, carried, pending)
    link = daemon.link()
    tap.equal(reports.get_bytes(link, first.year), sealed, "a year later the first is as it was sealed")
    two = seal(tap, daemon, second, one["seal"]["digest"])
    tap.equal(two["seal"]["first_sequence"], one["seal"]["sequence"] + 1,
              "its entries begin behind the first seal")
    for category in CATEGORIES + ["total"]:
        out, into = in_cell(link, first.year, "carried_out", category), \
            in_cell(link, second.year, "carried_in", category)
        known = sorted(a.number for a in after if a.carried and category in (a.category, "total"))
        tap.equal((out, into), (known, known), f"{category}: what was carried out is carried in")
    tap.equal(reports.totals(one)["carried_out"], reports.totals(two)["carried_in"], "and so in the sealed tables")
    tap.equal(link.call("Ledger.Status")["sealed_years"], [first.year, second.year], "both are sealed")
    reports.look_at_verify(tap, link, "two years")
    ledger = os.path.join(daemon.data, "ledger")
    for year in (first.year, second.year):
        status, said = reports.check_script("check_seal.sh", ledger, str(year))
        tap.equal(status, 0, f"check_seal.sh {year} passes: {said[-80:]!r}")
    daemon.stop()
    tap.case_end(daemon)


def first_night(tap, published):
    """The night of 1 January: what the published table carries out is carried over, not a day before"""
    open_ones = [a for a in plan(published, SEED) if a.row is None]
    daemon = Daemon(today=f"{published.year}-12-31", name="first night")
    link = daemon.link()
    for a in open_ones:
        a.number = link.call("Applications.Log", **log_parameters(a))["application"]["number"]
    numbers = sorted(a.number for a in open_ones)
    rollup = link.call("Report.Rollup")
    tap.equal((rollup["carried_over"], rollup["would_carry_over"]),
              ([n for n in numbers if int(n[:4]) < published.year], numbers),
              "on 31 December it is a rehearsal, but for what the year before left open")
    daemon.restart(today=f"{published.year + 1}-01-01")
    link = daemon.link()
    rollup = link.call("Report.Rollup")
    tap.equal((rollup["carried_over"], rollup.get("would_carry_over")), (numbers, None),
              "on 1 January they are carried over")
    tap.equal({c: len(in_cell(link, published.year + 1, "carried_in", c)) for c in CATEGORIES},
              dict(zip(CATEGORIES, published.cells("carried_out"))), "as many in each column as published")
    tap.case_end(daemon)


def main():
    tap = Tap()
    everything = {p.name: p for p in published_all()}
    tap.equal(sorted(everything), sorted(STATED), "the ten published reports")
    pair = ("pingtan_zone_2021", "pingtan_zone_2022")
    for name, published in everything.items():
        if name in pair or SMALL and published.applications() >= 100:
            continue
        tap.case(one_report, published)
    tap.case(two_year_ends, everything[pair[0]], everything[pair[1]])
    for published in (everything[pair[0]], everything["shuyang_county_2025"]):
        tap.case(first_night, published)
    tap.done()


if __name__ == "__main__":
    main()
