# SPDX-License-Identifier: Apache-2.0
"""A year's report taken apart: its cells, the lines of docs/seal.md and their digest, and in what two
reports differ. Nothing here asks the daemon but get() and verify()."""

import hashlib
import json
import subprocess

from .daemon import source

ORDER = ["table2", "table3", "table4", "publications", "fees"]


def get(link, year, **parameters):
    return link.call("Report.Get", year=year, **parameters)["report"]


def get_bytes(link, year, **parameters):
    """The reply to Get as it came over the wire."""
    link.send("Report.Get", {"year": year, **parameters})
    return link.receive_bytes()


def tables(report):
    """All tables by id, those of the sections too."""
    return {table["id"]: table for table in report["tables"] + (report["sections"] or [])}


def row(report, table, key):
    return next(row for row in tables(report)[table]["rows"] if row["key"] == key)


def totals(report, table="table3"):
    """The last column of a table by row."""
    return {row["key"]: row["cells"][-1] for row in tables(report)[table]["rows"]}


def cells(report):
    """(table, row, column) -> (cell, whether it is stated)"""
    return {(name, row["key"], column): (cell, row.get("stated") is not False)
            for name, table in tables(report).items() for row in table["rows"]
            for column, cell in zip(table["columns"], row["cells"], strict=True)}


def difference(before, after):
    """What Restate has to say of two reports."""
    old, new = cells(before), cells(after)
    if old.keys() != new.keys():
        raise RuntimeError("the reports are of two forms")
    return [{"table": table, "row": row, "column": column, "before": old[at][0], "after": new[at][0]}
            for at in old if old[at] != new[at] for table, row, column in [at]]


def lines(report):
    """The tables as docs/seal.md writes them."""
    written = []
    for name in ORDER:
        for row in tables(report).get(name, {"rows": []})["rows"]:
            stated = row.get("stated") is not False
            written.append(" ".join([name, row["key"]] +
                                    [str(cell) if stated else "-" for cell in row["cells"]]))
    return written


def sm3(text):
    return hashlib.new("sm3", text.encode()).hexdigest()


def tables_digest(report):
    return sm3("".join(line + "\n" for line in lines(report)))


def statement(seal):
    """The statement of docs/seal.md, from the values that the seal gives."""
    def value(name):
        return "-" if seal[name] is None else str(seal[name]).replace("\n", " ")
    names = ["organ", "year", "revision", "form", "on", "first_sequence", "last_sequence", "entries",
             "applications", "head", "tables", "previous"] + ["why"] * (seal["why"] is not None)
    return "ogid seal\n" + "".join(f"{name}: {value(name)}\n" for name in names)


def rules(report, rule):
    return [check for check in report["checks"] if check["rule"] == rule]


def warnings(report, rule):
    return [warning for warning in report["warnings"] or [] if warning["rule"] == rule]


def failing(report):
    return [check for check in report["checks"] if not check["holds"]]


def entries(link, first=1):
    """Export: (sequence, digest, entry) of every line."""
    return [(item["sequence"], item["digest"], json.loads(item["entry"]))
            for item in link.stream("Ledger.Export", **{"from": first})]


def verify(link):
    """The last reply of Verify."""
    link.send("Ledger.Verify", more=True)
    last = {}
    while True:
        reply = link.reply()
        if reply.error is not None:
            raise RuntimeError(f"Verify: {reply}")
        last = reply.parameters or last
        if not reply.continues:
            return last


def look_at_verify(tap, link, what):
    last = verify(link)
    tap.equal((last["done"], last["problems"], last["checked"] == last["of"]), (True, [], True),
              f"{what}: Verify is clean")


def check_script(name, *arguments):
    """One of tests/chain: its status, and what it printed."""
    result = subprocess.run([source("tests", "chain", name), *arguments], stdin=subprocess.DEVNULL,
                            capture_output=True)
    return result.returncode, (result.stdout + result.stderr).decode("utf-8", "replace")
