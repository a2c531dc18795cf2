#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every method of the interfaces is called once: what is built answers, what is not says so. The list
of methods is read from proto/*.varlink, so a new one fails here until somebody has thought of it.

OGID_SEEN names a file to which the harness adds the name of every method that a test calls."""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, log, person, refused, source  # noqa: E402

# Of the interfaces, but not built yet. Who builds one takes it out and gives it a call below.
ABSENT = {"org.ogid.Ledger.Backup": {"directory": "/nonexistent/x"}}


def interface_methods():
    methods = []
    for path in sorted(glob.glob(source("proto", "*.varlink"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        interface = re.search(r"^interface\s+(\S+)", text, re.MULTILINE).group(1)
        methods += [f"{interface}.{name}" for name in
                    re.findall(r"^method\s+([A-Z]\w*)\s*\(", text, re.MULTILINE)]
    return methods


def end_of_year_calls(link):
    """Cases, figures, the tables of others."""
    case = link.call("Report.OpenCase", kind="suit", on="2025-06-02")["case"]
    report = link.call("Report.Get", year=2025)["report"]
    calls = [("OpenCase", {"kind": "review"}), ("AnswerCase", {"case": case}),
             ("ConcludeCase", {"case": case, "on": "2025-09-01", "result": "upheld"}),
             ("SetFigure", {"year": 2025, "figure": "licences.decisions", "value": "12"}),
             ("CheckTables", {"report": report}),
             ("Consolidate", {"year": 2025, "organ": "某县", "reports": [report]})]
    calls = [("org.ogid.Report." + method, parameters, False) for method, parameters in calls]
    return calls + [("org.ogid.Report.Cases", {}, True)]


def good_calls(link):
    """(method, parameters, more), in an order in which each is allowed."""
    numbers = [log(link, f"全{i}")["number"] for i in range(5)]
    a, b, c, d, e = numbers
    on_one = [
        ("Log", {"applicant": person("全六"), "channel": "in_person", "subject": "x"}),
        ("RequestCorrection", {"number": a, "reply_by": "2026-04-01", "items": "x"}),
        ("Correct", {"number": a}), ("RequestReasons", {"number": a}),
        ("GiveReasons", {"number": a, "reasonable": True}),
        ("Consult", {"number": b, "whom": "third_party", "name": "x"}),
        ("EndConsultation", {"number": b, "answer": "silent"}),
        ("Extend", {"number": b, "working_days": 5, "approved_by": "x"}),
        ("NoticeFee", {"number": c, "basis": "items", "quantity": 11}), ("PayFee", {"number": c}),
        ("Disclose", {"number": d}), ("Refuse", {"number": e, "reason": "unable.not_held"}),
        ("Assign", {"number": a, "handler": "x"}), ("Note", {"number": a, "text": "x"}),
        ("Amend", {"number": a, "changes": {"subject": "y"}, "why": "x"}),
        ("Reopen", {"number": d, "why": "x"}),
        ("Apply", {"steps": [{"method": "Note", "parameters": {"number": a, "text": "x"}}]}),
        ("Get", {"number": a}), ("Explain", {"number": a}), ("Summary", {})]
    calls = [("org.ogid.Applications." + m, p, False) for m, p in on_one]
    calls += [("org.ogid.Applications." + m, p, True) for m, p in (
        ("History", {"number": a}), ("List", {}), ("Backlog", {}))]
    calls += [("org.ogid.Ledger.Status", {}, False), ("org.ogid.Ledger.Verify", {}, False),
              ("org.ogid.Ledger.Reload", {}, False),
              ("org.ogid.Ledger.Export", {}, True),
              ("org.ogid.Ledger.WorkingDay", {"from": "2026-03-02", "working_days": 5}, False),
              ("org.ogid.Report.Get", {"year": 2026}, False),
              ("org.ogid.Report.Cell", {"year": 2026, "table": "table3", "row": "new",
                                        "column": "total"}, True),
              ("org.ogid.Report.Rollup", {}, False), ("org.varlink.service.GetInfo", {}, False),
              *end_of_year_calls(link),
              ("org.varlink.service.GetInterfaceDescription", {"interface": "org.ogid.Ledger"}, False)]
    return calls


# What changes what later calls may do; 2025 is over.
LAST_CALLS = [("org.ogid.Report.Seal", {"year": 2025}, False),
              ("org.ogid.Report.Restate", {"year": 2025, "why": "x"}, False)]


def answer_all(tap, link, calls):
    for method, parameters, more in calls:
        problem = refused(link.stream if more else link.call, method, **parameters)
        tap.ok(problem is None, f"{method} answers", problem)
    return {method for method, _, _ in calls}


def every_method(tap):
    """Every method once"""
    daemon = Daemon(today="2026-03-23", name="methods")
    link = daemon.link()
    known = interface_methods()
    tap.ok(len(known) > 30 and len(set(known)) == len(known), f"{len(known)} methods in the interfaces")
    seen = {"org.ogid.Applications.Watch"} | answer_all(tap, link, good_calls(link))
    watcher = daemon.link()
    watcher.send("Applications.Watch", more=True)
    # Nothing tells when a watch has begun, so there are changes until it does.
    for index in range(600):
        log(link, f"看{index}")
        if not watcher.silent(0.2):
            break
    reply = watcher.reply()
    tap.ok(reply.error is None and reply.continues and "event" in reply.parameters,
           "org.ogid.Applications.Watch answers", reply)
    seen |= answer_all(tap, link, LAST_CALLS)
    for method, parameters in ABSENT.items():
        problem = refused(link.call, method, **parameters)
        tap.ok(problem is not None and problem.name == "org.varlink.service.MethodNotImplemented"
               and problem.parameters == {"method": method}, f"{method} says that it is not there yet",
               problem)
    tap.equal(sorted(seen | set(ABSENT)), sorted(known), "no method of the interfaces is left out")


def main():
    tap = Tap()
    tap.case(every_method)
    tap.done()


if __name__ == "__main__":
    main()
