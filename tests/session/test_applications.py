#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The workflow through the socket: what each action does, where it is refused and with which error,
and what is asked of the register afterwards. Dates are fixed: each case has a day that is today.

Expected days are from domain.md 1.5 and a wall calendar, not from the daemon. Holidays that matter
here: in 2026, Spring Festival is 15 to 23 February with 14 and 28 February worked; March has none."""

import os
import pwd
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, act, log, person, refused  # noqa: E402

APPLICATIONS = "org.ogid.Applications."
TODAY = "2026-03-23"  # a Monday

# Receipt, and the last of 7, 15, 20 and 40 working days after it (domain.md 1.5).
DEADLINES = [
    ("2019-05-15", "2019-05-24", "2019-06-05", "2019-06-13", "2019-07-11"),
    ("2019-09-24", "2019-10-09", "2019-10-18", "2019-10-25", "2019-11-22"),
    ("2020-01-17", "2020-02-04", "2020-02-14", "2020-02-21", "2020-03-20"),
    ("2020-01-18", "2020-02-04", "2020-02-14", "2020-02-21", "2020-03-20"),
    ("2020-12-21", "2020-12-30", "2021-01-12", "2021-01-19", "2021-02-20"),
    ("2021-09-17", "2021-09-28", "2021-10-14", "2021-10-21", "2021-11-18"),
    ("2022-12-05", "2022-12-14", "2022-12-26", "2023-01-03", "2023-02-03"),
    ("2023-12-18", "2023-12-27", "2024-01-09", "2024-01-16", "2024-02-18"),
    ("2024-02-07", "2024-02-22", "2024-03-05", "2024-03-12", "2024-04-10"),
    ("2024-12-31", "2025-01-10", "2025-01-22", "2025-02-05", "2025-03-04"),
    ("2025-09-26", "2025-10-13", "2025-10-23", "2025-10-30", "2025-11-27"),
    ("2026-02-14", "2026-03-03", "2026-03-13", "2026-03-20", "2026-04-20"),
]
# Fees by items and by pages (国办函〔2020〕109号; domain.md 2).
FEES = {"items": {10: 0, 11: 100, 30: 2000, 31: 2200, 40: 4000, 41: 4300, 45: 5500, 50: 7000,
                  100: 37000},
        "pages": {30: 0, 31: 10, 100: 700, 101: 720, 200: 2700, 201: 2740, 250: 4700}}


def error(tap, what, short, expected, function, *arguments, **parameters):
    """The call has to be refused with this error and these parameters (among others)."""
    problem = refused(function, *arguments, **parameters)
    name = problem.name if problem else None
    found = {key: problem.parameters.get(key) for key in expected} if problem else None
    wanted = short if "." in short else APPLICATIONS + short
    tap.ok(name == wanted and found == expected, what, f"expected {wanted} {expected}", f"found {problem}")
    return problem


def same(tap, application, what, **expected):
    """These fields of an application have these values."""
    tap.equal({key: application.get(key) for key in expected}, expected, what)


def get(link, number, **parameters):
    return link.call("Applications.Get", number=number, **parameters)["application"]


def kinds(link, number):
    return [item["event"]["kind"] for item in link.stream("Applications.History", number=number)]


def sequence(link):
    return link.call("Ledger.Status")["sequence"]


def table3(link, year):
    report = link.call("Report.Get", year=year)["report"]
    table = next(t for t in report["tables"] if t["id"] == "table3")
    return {row["key"]: row["cells"][6] for row in table["rows"]}


# --- logging ---

def logging(tap, link):
    """Log: receipt by channel, numbers, what is refused"""
    a = log(link, "张三", subject="征地补偿方案", delivery="邮寄", handler="李敏", applicant=person(
        "张三", id_number="410184199001011234", contact="13812345678", address="新郑市城关乡某村1号",
        agent="王律师"))
    same(tap, a, "logged today at the counter", version=1, state="received", waiting=None,
         waiting_until=None, extent=None, reason=None, channel="in_person", subject="征地补偿方案",
         delivery="邮寄", handler="李敏", submitted_on=TODAY, received_on=TODAY, decided_on=None,
         carried_from=[], warnings=[], due_on="2026-04-21", due_provisional=False)
    tap.equal(a["number"], "2026-0001", "the first number of the year")
    tap.ok(len(a["digest"]) == 64 and a["sequence"] == sequence(link), "the receipt is the entry", a)
    b = log(link, "李四", submitted_on="2026-03-02")
    same(tap, b, "entered late: received the day it was handed over", number="2026-0002",
         submitted_on="2026-03-02", received_on="2026-03-02", due_on="2026-03-30")
    c = log(link, "王五", channel="signed_mail", received_on="2026-03-03")
    same(tap, c, "signed for", submitted_on="2026-03-03", received_on="2026-03-03", due_on="2026-03-31")
    for channel in ("internet", "ordinary_mail", "fax"):
        d = log(link, "赵六", channel=channel, submitted_on="2026-03-02", received_on="2026-03-04")
        same(tap, d, f"{channel}: received on the day that both sides confirm",
             submitted_on="2026-03-02", received_on="2026-03-04", due_on="2026-04-01")
        error(tap, f"{channel} without a day of confirmation", "InvalidField", {"field": "received_on"},
              log, link, channel=channel, submitted_on="2026-03-02")
    error(tap, "at the counter, submission and receipt are one day", "InvalidField",
          {"field": "received_on"}, log, link, submitted_on="2026-03-02", received_on="2026-03-03")
    e = log(link, "孙七", submitted_on="2026-03-21")
    same(tap, e, "a Saturday is a day of receipt", received_on="2026-03-21", due_on="2026-04-20")
    f = log(link, "周八", submitted_on="2025-12-30")
    same(tap, f, "numbered in the year of receipt", number="2025-0001", received_on="2025-12-30")
    before = sequence(link)
    error(tap, "submitted tomorrow", "DateOutOfOrder",
          {"field": "submitted_on", "date": "2026-03-24", "not_after": TODAY},
          log, link, submitted_on="2026-03-24")
    error(tap, "confirmed tomorrow", "DateOutOfOrder",
          {"field": "received_on", "date": "2026-03-24", "not_after": TODAY},
          log, link, channel="fax", submitted_on=TODAY, received_on="2026-03-24")
    error(tap, "received before it was submitted", "DateOutOfOrder",
          {"field": "received_on", "date": "2026-03-02", "not_before": "2026-03-03"},
          log, link, channel="fax", submitted_on="2026-03-03", received_on="2026-03-02")
    for what, value in {"a word": "yesterday", "no such day": "2026-02-30", "no leap year": "2026-02-29",
                        "month 13": "2026-13-01", "short": "2026-3-2", "empty": "",
                        "a time behind it": "2026-03-02T00:00:00Z", "spaces": " 2026-03-02",
                        "year 0": "0000-01-01", "full-width digits": "２０２６-03-02"}.items():
        error(tap, f"a date that is none: {what}", "InvalidField", {"field": "submitted_on"},
              log, link, submitted_on=value)
    for field, value, what in (("subject", "", "an empty subject"), ("subject", " 　 ", "a blank subject"),
                               ("subject", "字" * 10001, "a subject too long"),
                               ("name", "", "an empty name"), ("name", "张\n三", "a name of two lines"),
                               ("name", "张\u202e三", "a name with a bidi override"),
                               ("name", "张\u200b三", "a name with a zero-width space"),
                               ("name", "字" * 201, "a name too long"),
                               ("handler", "\u0007", "a handler of a control character")):
        parameters = {"name": "张三", field: value}
        error(tap, what, "InvalidField", {"field": field}, log, link, **parameters)
    g = log(link, "字" * 200, subject="字" * 9000 + "\n第二行\t末")
    same(tap, g, "long texts are kept", subject="字" * 9000 + "\n第二行\t末")
    tap.equal(sequence(link), before + 1, "what was refused has left no entry")
    h = log(link, "李四", submitted_on="2026-03-20")
    tap.ok(any("2026-0002" in warning for warning in h["warnings"]),
           "a second application of the same applicant warns, and names the first", h["warnings"])
    i = log(link, "甲公司", category="commercial_enterprise")
    tap.equal(i["warnings"], [], "another applicant does not")


def old_numbers(tap, link):
    """Numbers: an old one is accepted once, none is given twice"""
    a = log(link, "旧一", number="2020-0007", submitted_on="2020-05-06")
    same(tap, a, "the number of an earlier register is kept", number="2020-0007", received_on="2020-05-06")
    problem = refused(log, link, "旧二", number="2020-0007", submitted_on="2020-05-06")
    tap.ok(problem is not None and problem.short == "InvalidField" and problem.parameters["field"] ==
           "number", "but only once", problem)
    b = log(link, "旧三", submitted_on="2020-06-01")
    same(tap, b, "the next one comes after it", number="2020-0008")
    c = log(link, "旧四", number="2020-0003", submitted_on="2020-02-01")
    same(tap, c, "a gap may be filled", number="2020-0003")
    d = log(link, "旧五", submitted_on="2020-06-01")
    same(tap, d, "and the next one is still the next one", number="2020-0009")
    same(tap, log(link, "旧六", number="2020-12345", submitted_on="2020-06-01"), "five digits of serial",
         number="2020-12345")
    for what, number in {"the year of another receipt": "2021-0001", "too few digits": "2020-1",
                         "a leading zero too many": "2020-00011", "the serial 0": "2020-0000",
                         "a word": "first", "empty": "", "spaces": "2020-0042 "}.items():
        error(tap, f"a number that cannot be: {what}", "InvalidField", {"field": "number"},
              log, link, number=number, submitted_on="2020-06-01")
    error(tap, "asked for one that was never given", "UnknownNumber", {"number": "2020-0042"},
          get, link, "2020-0042")
    error(tap, "asked for what is no number", "InvalidField", {"field": "number"}, get, link, "2020-7")
    before = sequence(link)
    error(tap, "noted on an unknown one", "UnknownNumber", {"number": "2020-0042"},
          act, link, "Note", "2020-0042", text="x")
    tap.equal(sequence(link), before, "no entry of that")


# --- the actions ---

def correction(tap, link):
    """RequestCorrection and Correct"""
    a = log(link, "改一", submitted_on="2026-03-02")
    n = a["number"]
    error(tap, "nothing to correct yet", "InvalidTransition",
          {"number": n, "state": "received", "waiting": None, "action": "Correct"},
          act, link, "Correct", n)
    error(tap, "a period that ends the same day", "DateOutOfOrder", {"field": "reply_by"},
          act, link, "RequestCorrection", n, on="2026-03-04", reply_by="2026-03-04", items="请写明年份")
    b = act(link, "RequestCorrection", n, on="2026-03-04", reply_by="2026-03-20", items="请写明年份")
    same(tap, b, "asked for a correction: the clock stops", state="received", waiting="correction",
         waiting_until="2026-03-20", due_on=None, version=2, warnings=[])
    problem = error(tap, "what waits for a correction is not disclosed", "InvalidTransition",
                    {"state": "received", "waiting": "correction", "action": "Disclose"},
                    act, link, "Disclose", n)
    tap.ok(set(problem.parameters["allowed"]) >= {"Correct", "Assign", "Note", "Amend"}
           and not set(problem.parameters["allowed"]) & {"Disclose", "Consult", "Extend", "Log", "Reopen"},
           "the error says what is allowed", problem)
    for action, parameters in {"RequestCorrection": {"reply_by": "2026-04-01", "items": "x"},
                               "RequestReasons": {}, "NoticeFee": {"basis": "items", "quantity": 1},
                               "Consult": {"whom": "third_party", "name": "x"},
                               "Extend": {"working_days": 5, "approved_by": "x"}, "PayFee": {},
                               "EndConsultation": {"answer": "agrees"}, "Reopen": {"why": "x"},
                               "GiveReasons": {"reasonable": True}}.items():
        error(tap, f"while it waits for a correction: no {action}", "InvalidTransition",
              {"number": n, "waiting": "correction", "action": action},
              act, link, action, n, **parameters)
    c = act(link, "Correct", n, on="2026-03-09", subject="2024年度部门预算")
    same(tap, c, "corrected: the clock starts anew", state="corrected", waiting=None,
         waiting_until=None, subject="2024年度部门预算", due_on="2026-04-07", version=3)
    d = act(link, "RequestCorrection", n, on="2026-03-10", reply_by="2026-03-17", items="仍不明确")
    tap.ok(len(d["warnings"]) == 1, "asked again: a warning", d["warnings"])
    error(tap, "overdue only when the period has passed", "DateOutOfOrder",
          {"field": "on", "date": "2026-03-17", "not_before": "2026-03-18"},
          act, link, "Refuse", n, on="2026-03-17", reason="other.correction_overdue")
    e = act(link, "Refuse", n, on="2026-03-18", reason="other.correction_overdue")
    same(tap, e, "then it ends", state="refused", reason="other.correction_overdue", waiting=None,
         decided_on="2026-03-18", due_on=None, waiting_until=None)
    late = log(link, "改二", submitted_on="2026-03-02")
    late = act(link, "RequestCorrection", late["number"], on="2026-03-12", reply_by="2026-03-30",
               items="请写明年份")
    tap.ok(len(late["warnings"]) == 1, "a notice after 7 working days warns", late["warnings"])
    fresh = log(link, "改三", submitted_on="2026-03-02")
    fresh = act(link, "RequestCorrection", fresh["number"], on="2026-03-11", reply_by="2026-03-30",
                items="请写明年份")
    tap.equal(fresh["warnings"], [], "the seventh does not")
    open_one = log(link, "改四", submitted_on="2026-03-02")
    error(tap, "no correction was asked for, so none is overdue", "InvalidTransition",
          {"waiting": None, "action": "Refuse"},
          act, link, "Refuse", open_one["number"], reason="other.correction_overdue")


def reasons(tap, link):
    """RequestReasons and GiveReasons"""
    n = log(link, "因一", submitted_on="2026-03-02")["number"]
    a = act(link, "RequestReasons", n, on="2026-03-03")
    same(tap, a, "asked for reasons: the clock runs on", waiting="reasons", due_on="2026-03-30")
    error(tap, "while it waits for reasons it is not disclosed", "InvalidTransition",
          {"waiting": "reasons", "action": "Disclose"}, act, link, "Disclose", n)
    b = act(link, "GiveReasons", n, on="2026-03-05", reasonable=True, answer_by="2026-05-15")
    same(tap, b, "a later date is told", waiting=None, due_on="2026-05-15", state="received")
    m = log(link, "因二", submitted_on="2026-03-02")["number"]
    act(link, "RequestReasons", m, on="2026-03-03")
    error(tap, "reasons that are not reasonable move no date", "InvalidField", {"field": "answer_by"},
          act, link, "GiveReasons", m, reasonable=False, answer_by="2026-05-15")
    c = act(link, "GiveReasons", m, on="2026-03-06", reasonable=False)
    same(tap, c, "no reasons: the limit stays", waiting=None, due_on="2026-03-30")
    same(tap, act(link, "Refuse", m, on="2026-03-09", reason="not_processed.excessive"),
         "not handled", state="refused", reason="not_processed.excessive", decided_on="2026-03-09")
    k = log(link, "因三", submitted_on="2026-03-02")["number"]
    act(link, "RequestReasons", k, on="2026-03-03")
    error(tap, "while it waits for reasons, only as excessive", "InvalidTransition",
          {"waiting": "reasons", "action": "Refuse"}, act, link, "Refuse", k, reason="unable.not_held")
    same(tap, act(link, "Refuse", k, reason="not_processed.excessive"),
         "no answer: not handled", state="refused", waiting=None)


def consultation(tap, link):
    """Consult and EndConsultation"""
    for whom in ("third_party", "joint_maker", "other_organ"):
        n = log(link, "询" + whom[0], submitted_on="2026-03-02")["number"]
        a = act(link, "Consult", n, on="2026-03-04", whom=whom, name="某某公司")
        same(tap, a, f"{whom} is asked", waiting=whom, state="received")
        error(tap, f"{whom} has not answered: no disclosure", "InvalidTransition",
              {"waiting": whom, "action": "Disclose"}, act, link, "Disclose", n)
        b = act(link, "EndConsultation", n, on="2026-03-11", answer="agrees")
        # 5 to 11 March are not counted: five working days.
        same(tap, b, f"{whom} has answered: five working days were not counted", waiting=None,
             due_on="2026-04-07")
    n = log(link, "询四", submitted_on="2026-03-02")["number"]
    error(tap, "nobody was asked", "InvalidTransition", {"action": "EndConsultation", "waiting": None},
          act, link, "EndConsultation", n, answer="silent")
    act(link, "Consult", n, whom="third_party", name="某某公司")
    same(tap, act(link, "Refuse", n, reason="other.withdrawn"), "withdrawn while somebody is asked",
         state="refused", reason="other.withdrawn", waiting=None)


def extension(tap, link):
    """Extend: once, 1 to 20 working days"""
    n = log(link, "延一", submitted_on="2026-03-02")["number"]
    for days in (0, 21, -1, 2 ** 53):
        error(tap, f"by {days} working days", "InvalidField", {"field": "working_days"},
              act, link, "Extend", n, working_days=days, approved_by="主任")
    a = act(link, "Extend", n, on="2026-03-20", working_days=20, approved_by="主任")
    # 20 working days after Monday 30 March; 6 April is off, 1 May beyond.
    same(tap, a, "by 20", due_on="2026-04-28", state="received", waiting=None, version=2)
    problem = error(tap, "once only", "InvalidTransition", {"action": "Extend"},
                    act, link, "Extend", n, working_days=1, approved_by="主任")
    tap.ok("Extend" not in problem.parameters["allowed"] and "Disclose" in problem.parameters["allowed"],
           "and the error does not offer it", problem)
    m = log(link, "延二", submitted_on="2026-03-02")["number"]
    act(link, "RequestReasons", m, on="2026-03-03")
    same(tap, act(link, "Extend", m, on="2026-03-04", working_days=1, approved_by="主任"),
         "by 1, while it waits for reasons", due_on="2026-03-31", waiting="reasons")


def fee(tap, link):
    """NoticeFee and PayFee"""
    for basis, amounts in FEES.items():
        found = {}
        for quantity in amounts:
            n = log(link, f"费{basis}{quantity}", submitted_on="2026-03-02")["number"]
            found[quantity] = link.call("Applications.NoticeFee", number=n, basis=basis,
                                        quantity=quantity)["amount_yuan"]
        tap.equal(found, amounts, f"what so many {basis} cost")
    n = log(link, "费一", submitted_on="2026-03-02")["number"]
    error(tap, "nothing to pay yet", "InvalidTransition", {"action": "PayFee"}, act, link, "PayFee", n)
    error(tap, "no items", "InvalidField", {"field": "quantity"},
          act, link, "NoticeFee", n, basis="items", quantity=0)
    a = act(link, "NoticeFee", n, on="2026-03-04", basis="items", quantity=31)
    # 20 working days after 4 March, a Wednesday.
    same(tap, a, "noticed: the clock stops", waiting="payment", due_on=None, waiting_until="2026-04-01")
    error(tap, "unpaid only when 20 working days have passed", "DateOutOfOrder", {"field": "on"},
          act, link, "Refuse", n, reason="other.fee_overdue")
    b = act(link, "PayFee", n, on="2026-03-09")
    same(tap, b, "paid: the clock starts anew", waiting=None, due_on="2026-04-07", waiting_until=None)
    m = log(link, "费二", submitted_on="2025-09-01")["number"]
    # 20 working days after 2 September 2025 (Tuesday); 28 September is worked.
    act(link, "NoticeFee", m, on="2025-09-02", basis="pages", quantity=40)
    error(tap, "the twentieth day is not past", "DateOutOfOrder",
          {"field": "on", "date": "2025-09-29", "not_before": "2025-09-30"},
          act, link, "Refuse", m, on="2025-09-29", reason="other.fee_overdue")
    same(tap, act(link, "Refuse", m, on="2025-09-30", reason="other.fee_overdue"), "then it ends",
         state="refused", reason="other.fee_overdue", decided_on="2025-09-30")
    k = log(link, "费三", submitted_on="2020-12-30")["number"]
    error(tap, "no fee before 2021", "DateOutOfOrder", {"field": "on", "not_before": "2021-01-01"},
          act, link, "NoticeFee", k, on="2020-12-31", basis="items", quantity=12)


def decisions(tap, link):
    """Disclose, Refuse and Reopen"""
    n = log(link, "决一", submitted_on="2026-03-02")["number"]
    a = act(link, "Disclose", n, on="2026-03-09")
    same(tap, a, "disclosed, in full when nothing else is said", state="disclosed", extent="full",
         reason=None, decided_on="2026-03-09", due_on=None, version=2)
    problem = error(tap, "disclosed twice", "InvalidTransition",
                    {"number": n, "state": "disclosed", "waiting": None, "action": "Disclose"},
                    act, link, "Disclose", n)
    tap.equal(sorted(problem.parameters["allowed"]), ["Amend", "Assign", "Note", "Reopen"],
              "of a decided one, these are allowed")
    m = log(link, "决二", submitted_on="2026-03-02")["number"]
    b = act(link, "Disclose", m, extent="partial", reason="refused.third_party_rights", note="第三页")
    same(tap, b, "in part, with a reason for the rest", state="disclosed", extent="partial",
         reason="refused.third_party_rights", decided_on=TODAY)
    k = log(link, "决三", submitted_on="2026-03-02")["number"]
    error(tap, "in full there is no reason", "InvalidField", {"field": "reason"},
          act, link, "Disclose", k, extent="full", reason="refused.state_secret")
    error(tap, "a reason that the catalogue does not have", "InvalidField", {"field": "reason"},
          act, link, "Refuse", k, reason="refused.because")
    error(tap, "a row that is no reason", "InvalidField", {"field": "reason"},
          act, link, "Refuse", k, reason="disclosed")
    c = act(link, "Refuse", k, on="2026-03-10", reason="refused.state_secret", note="机密")
    same(tap, c, "refused", state="refused", reason="refused.state_secret", extent=None,
         decided_on="2026-03-10")
    error(tap, "refused again", "InvalidTransition", {"state": "refused", "action": "Refuse"},
          act, link, "Refuse", k, reason="refused.state_secret")
    d = log(link, "决一", submitted_on="2026-03-16")["number"]
    error(tap, "only a duplicate names an earlier one", "InvalidField", {"field": "earlier"},
          act, link, "Refuse", d, reason="unable.not_held", earlier=n)
    error(tap, "an earlier one that is no number", "InvalidField", {"field": "earlier"},
          act, link, "Refuse", d, reason="not_processed.duplicate", earlier="the first")
    same(tap, act(link, "Refuse", d, reason="not_processed.duplicate", earlier=n), "a duplicate",
         state="refused", reason="not_processed.duplicate")
    error(tap, "not reopened before it was decided", "DateOutOfOrder",
          {"field": "on", "date": "2026-03-09", "not_before": "2026-03-10"},
          act, link, "Reopen", k, on="2026-03-09", why="复议决定")
    e = act(link, "Reopen", k, on="2026-03-16", why="复议决定撤销")
    same(tap, e, "reopened: a new limit", state="received", waiting=None, decided_on=None,
         reason=None, due_on="2026-04-14", version=3)
    error(tap, "an open one is not reopened", "InvalidTransition", {"action": "Reopen"},
          act, link, "Reopen", k, why="x")
    before = table3(link, 2026)
    f = act(link, "Disclose", k, on="2026-03-17")
    same(tap, f, "decided anew", state="disclosed", extent="full", decided_on="2026-03-17")
    tap.equal(table3(link, 2026), before, "and it never counts again: table 3 is as before")
    reasons_all = [
        "refused.state_secret", "refused.forbidden_by_law", "refused.three_securities_one_stability",
        "refused.third_party_rights", "refused.internal_affairs", "refused.process_information",
        "refused.enforcement_file", "refused.administrative_query", "unable.not_held",
        "unable.needs_creation", "unable.unclear_after_correction", "not_processed.petition",
        "not_processed.duplicate", "not_processed.publication", "not_processed.excessive",
        "not_processed.reconfirm", "other.withdrawn", "other.misc"]
    for reason in reasons_all:
        n = log(link, "决" + reason)["number"]
        same(tap, act(link, "Refuse", n, reason=reason), f"refused: {reason}", reason=reason)
    after = table3(link, 2026)
    rise = {key: after[key] - before[key] for key in after if after[key] != before[key]}
    expected = {reason: 1 for reason in reasons_all if not reason.startswith("other.")}
    expected |= {"new": 18, "total_results": 18, "other.misc": 2}
    tap.equal(rise, expected, "each in its row; withdrawn counts as 其他")


def dates(tap, link):
    """Days: not in the future, not before what came before"""
    n = log(link, "日一", submitted_on="2026-03-10")["number"]
    actions = {"RequestCorrection": {"reply_by": "2026-04-10", "items": "x"}, "RequestReasons": {},
               "Consult": {"whom": "other_organ", "name": "x"},
               "Extend": {"working_days": 5, "approved_by": "x"},
               "NoticeFee": {"basis": "items", "quantity": 11}, "Disclose": {},
               "Refuse": {"reason": "unable.not_held"}}
    before = sequence(link)
    for action, parameters in actions.items():
        error(tap, f"{action} tomorrow", "DateOutOfOrder",
              {"field": "on", "date": "2026-03-24", "not_after": TODAY},
              act, link, action, n, on="2026-03-24", **parameters)
        error(tap, f"{action} before receipt", "DateOutOfOrder",
              {"field": "on", "date": "2026-03-09", "not_before": "2026-03-10"},
              act, link, action, n, on="2026-03-09", **parameters)
        error(tap, f"{action} on no day", "InvalidField", {"field": "on"},
              act, link, action, n, on="2026-02-30", **parameters)
    tap.equal(sequence(link), before, "no entry of that")
    act(link, "RequestReasons", n, on="2026-03-16")
    error(tap, "not before the act before", "DateOutOfOrder",
          {"field": "on", "date": "2026-03-13", "not_before": "2026-03-16"},
          act, link, "GiveReasons", n, on="2026-03-13", reasonable=True)
    same(tap, act(link, "GiveReasons", n, on="2026-03-16", reasonable=True), "the same day will do",
         waiting=None)
    same(tap, act(link, "Disclose", n, on="2026-03-16"), "decided on the same day, too",
         decided_on="2026-03-16")


def versions_and_keys(tap, link):
    """version and key"""
    n = log(link, "版一")["number"]
    act(link, "Assign", n, handler="李敏", version=1)
    error(tap, "a stale version", "Conflict", {"number": n, "version": 2},
          act, link, "Disclose", n, version=1)
    error(tap, "a version to come", "Conflict", {"number": n, "version": 2},
          act, link, "Note", n, text="x", version=3)
    same(tap, act(link, "Note", n, text="x", version=2), "the current version", version=3)

    first = log(link, "键一", subject="甲", key="key-1")
    before = sequence(link)
    act(link, "Assign", first["number"], handler="王芳")
    again = log(link, "键一", subject="甲", key="key-1")
    tap.equal({k: again[k] for k in ("number", "version", "sequence", "digest", "handler", "state")},
              {k: first[k] for k in ("number", "version", "sequence", "digest", "handler", "state")},
              "the same key: the first answer, though the application has moved on")
    tap.equal(sequence(link), before + 1, "and no second effect")
    error(tap, "the same key for other content", "KeyReused", {"key": "key-1"},
          log, link, "键一", subject="乙", key="key-1")
    error(tap, "the same key for another method", "KeyReused", {"key": "key-1"},
          act, link, "Note", first["number"], text="甲", key="key-1")
    one = act(link, "Refuse", first["number"], reason="unable.not_held", key="key-2", version=2)
    two = act(link, "Refuse", first["number"], reason="unable.not_held", key="key-2", version=2)
    tap.equal((one["version"], one["digest"]), (two["version"], two["digest"]),
              "a repeated key is answered before the version is compared")
    fees = log(link, "键二")["number"]
    amounts = [link.call("Applications.NoticeFee", number=fees, basis="items", quantity=31, key="key-3")
               ["amount_yuan"] for _ in range(2)]
    tap.equal(amounts, [2200, 2200], "the repeated answer has everything that the first had")
    problem = refused(act, link, "Disclose", fees, key="key-4")
    tap.equal(problem and problem.short, "InvalidTransition", "a refused call")
    act(link, "PayFee", fees)
    same(tap, act(link, "Disclose", fees, key="key-4"), "does not use up its key", state="disclosed")
    # Both in one write, so that the second may come while the first is not on disk yet.
    burst = [("Applications.Log", {"applicant": person("键五"), "channel": "in_person", "subject": "甲",
                                   "key": f"burst-{i // 4}"}) for i in range(40)]
    replies = link.pipeline(burst, window=40)
    answers = [r.error or tuple(r.parameters["application"][k] for k in ("number", "version", "digest"))
               for r in replies]
    tap.equal(answers, [answers[4 * (i // 4)] for i in range(40)],
              "a key sent four times at once: four times the first answer")
    tap.equal(len({a for a in answers if isinstance(a, tuple)}), 10, "ten keys, ten applications")
    others = [link.fellow() for _ in range(8)]
    for index, other in enumerate(others):
        other.send("Applications.Disclose", {"number": n, "version": 3, "key": f"race-{index}"})
    replies = [other.reply() for other in others]
    won = [r.parameters["application"]["version"] for r in replies if r.error is None]
    tap.equal((won, [r.parameters for r in replies if r.error == APPLICATIONS + "Conflict"]),
              ([4], [{"number": n, "version": 4}] * 7), "eight with the same version: one is done")
    for what, key in {"empty": "", "too long": "k" * 129, "of two lines": "a\nb"}.items():
        error(tap, f"a key that is none: {what}", "InvalidField", {"field": "key"},
              log, link, "键三", key=key)
    same(tap, log(link, "键四", key="钥" * 42), "a key of 126 bytes", state="received")


def amending(tap, link):
    """Amend: the right value, and the old one kept"""
    a = log(link, "错一", category="other", subject="原题", submitted_on="2026-03-02")
    n = a["number"]
    b = link.call("Applications.Amend", number=n, why="录入错误", changes={
        "subject": "正题", "received_on": "2026-03-03", "submitted_on": "2026-03-03",
        "category": "natural_person", "name": "错壹", "contact": "13900001111"})["application"]
    same(tap, b, "amended, and what depends on it counted anew", subject="正题",
         received_on="2026-03-03", due_on="2026-03-31", version=2, state="received")
    tap.equal(get(link, n, reveal=True)["applicant"]["name"], "错壹", "the applicant, too")
    events = [item["event"] for item in link.stream("Applications.History", number=n)]
    amend = next(event for event in events if event["kind"] == "amend")
    tap.equal(amend["data"].get("why"), "录入错误", "why is kept")
    was = amend["data"].get("was", {})
    tap.equal({key: was.get(key) for key in ("subject", "received_on", "category", "contact")},
              {"subject": "原题", "received_on": "2026-03-02", "category": "other", "contact": None},
              "and so are the old values")
    before = sequence(link)
    for what, changes, field in (
            ("nothing", {}, "changes"), ("a field that is none", {"colour": "red"}, "colour"),
            ("the number", {"number": "2026-9999"}, "number"), ("the state", {"state": "disclosed"}, "state"),
            ("the version", {"version": 1}, "version"), ("what it waits for", {"waiting": None}, "waiting"),
            ("the due date", {"due_on": "2027-01-01"}, "due_on"), ("a wrong type", {"subject": 7}, "subject"),
            ("an empty subject", {"subject": None}, "subject"), ("no category", {"category": "x"}, "category"),
            ("no date", {"received_on": "soon"}, "received_on"),
            ("the decision of an open one", {"decided_on": TODAY}, "decided_on"),
            ("the extent of an open one", {"extent": "full"}, "extent")):
        problem = refused(act, link, "Amend", n, changes=changes, why="x")
        good = problem is not None and problem.short == "InvalidField" and (
            problem.parameters["field"].split(".")[-1] == field)
        tap.ok(good, f"not amended: {what}", f"expected InvalidField {field}", problem)
    error(tap, "not received tomorrow", "DateOutOfOrder", {"field": "received_on", "date": "2026-03-24"},
          act, link, "Amend", n, changes={"received_on": "2026-03-24"}, why="x")
    error(tap, "not without a why", "InvalidField", {"field": "why"},
          act, link, "Amend", n, changes={"subject": "x"}, why="")
    tap.equal(sequence(link), before, "no entry of that")
    act(link, "Refuse", n, on="2026-03-09", reason="unable.not_held")
    table = table3(link, 2026)
    c = act(link, "Amend", n, changes={"reason": "refused.state_secret", "decided_on": "2026-03-10"},
            why="原因写错")
    same(tap, c, "a decision amended", state="refused", reason="refused.state_secret",
         decided_on="2026-03-10")
    after = table3(link, 2026)
    tap.equal({key: after[key] - table[key] for key in after if after[key] != table[key]},
              {"unable.not_held": -1, "refused.state_secret": 1}, "and it counts in its new row")


def assign_and_note(tap, link):
    """Assign and Note, in any state"""
    n = log(link, "派一")["number"]
    same(tap, act(link, "Assign", n, handler="李敏"), "assigned", handler="李敏", version=2, state="received")
    same(tap, act(link, "Note", n, text="已电话联系\n明日再办"), "noted", version=3, state="received")
    act(link, "Disclose", n)
    same(tap, act(link, "Assign", n, handler="王芳"), "assigned when decided", handler="王芳", state="disclosed")
    same(tap, act(link, "Note", n, text="已归档"), "noted when decided", version=6, state="disclosed")
    tap.equal(kinds(link, n), ["log", "assign", "note", "disclose", "assign", "note"],
              "the history in order")


def history(tap, link):
    """History: every entry, in order, with the old values"""
    n = log(link, "史一", submitted_on="2026-03-02", handler="李敏")["number"]
    act(link, "Assign", n, handler="王芳")
    act(link, "RequestCorrection", n, on="2026-03-04", reply_by="2026-03-20", items="请写明年份")
    act(link, "Correct", n, on="2026-03-09", subject="改后")
    last = act(link, "Disclose", n, on="2026-03-10", extent="partial", reason="refused.process_information")
    events = [item["event"] for item in link.stream("Applications.History", number=n)]
    tap.equal([(e["kind"], e["version"], e["on"]) for e in events],
              [("log", 1, "2026-03-02"), ("assign", 2, TODAY), ("request_correction", 3, "2026-03-04"),
               ("correct", 4, "2026-03-09"), ("disclose", 5, "2026-03-10")],
              "kinds, versions and the days they took effect")
    sequences = [e["sequence"] for e in events]
    tap.equal(sequences, sorted(set(sequences)), "in the order of the ledger")
    tap.equal((events[-1]["sequence"], events[-1]["digest"]), (last["sequence"], last["digest"]),
              "the last one is the receipt of the last answer")
    tap.equal({e["number"] for e in events}, {n}, "all of this application")
    user = pwd.getpwuid(os.getuid()).pw_name
    tap.equal({e["actor"] for e in events}, {user}, "the actor is who the kernel says")
    tap.ok(all(e["recorded_at"][10] == "T" and e["recorded_at"].endswith("Z") for e in events),
           "recorded_at is UTC", events[0]["recorded_at"])
    was = [e["data"].get("was", {}) for e in events]
    tap.equal((was[0], was[1].get("handler"), was[3].get("subject"), was[4].get("state")),
              ({}, "李敏", "2025年度部门预算", "corrected"), "`was` holds the values replaced")
    tap.equal(events[2]["data"].get("items"), "请写明年份", "an act's own words are kept")
    exported = {item["sequence"]: item["digest"] for item in link.stream(
        "Ledger.Export", **{"from": events[0]["sequence"]})}
    tap.equal([exported[e["sequence"]] for e in events], [e["digest"] for e in events],
              "the ledger has the same digests")


# --- asking ---

def deadlines(tap, link):
    """The plain deadline: 20 working days after receipt"""
    for receipt, *ends in DEADLINES:
        found = [link.call("Ledger.WorkingDay", **{"from": receipt, "working_days": days})
                 for days in (7, 15, 20, 40)]
        tap.equal([f["on"] for f in found], ends, f"{receipt}: 7, 15, 20 and 40 working days after")
        tap.ok(not any(f["provisional"] for f in found), f"{receipt}: within published calendars")
        a = log(link, f"期{receipt}", submitted_on=receipt)
        same(tap, a, f"{receipt}: the answer is due", due_on=ends[2], due_provisional=False)
        e = link.call("Applications.Explain", number=a["number"])
        tap.equal((e["due_on"], e["provisional"], e["calendar"] != ""), (ends[2], False, True),
                  f"{receipt}: explained to the same day")
        tap.ok(adds_up(e["counts"], receipt, ends[2]), f"{receipt}: and its steps add up to it",
               *e["counts"])
    tap.equal(link.call("Ledger.WorkingDay", **{"from": "2026-03-02", "working_days": 0})["on"],
              "2026-03-02", "no working day after a day is the day")
    far = link.call("Ledger.WorkingDay", **{"from": "2026-12-28", "working_days": 20})
    tap.equal(far["provisional"], True, "a year without a notice is provisional")
    error(tap, "working days after no day", "InvalidField", {"field": "from"},
          link.call, "Ledger.WorkingDay", **{"from": "soon", "working_days": 1})
    error(tap, "fewer than none", "InvalidField", {"field": "working_days"},
          link.call, "Ledger.WorkingDay", **{"from": "2026-03-02", "working_days": -1})


def adds_up(counts, receipt, due):
    """20 working days, one step a day from the day after receipt to the due date."""
    steps = [c for c in counts if c["effect"] in ("counted", "make_up_workday")]
    days = [c["on"] for c in counts if c["effect"] not in ("start", "due")]
    return (counts[0]["effect"], counts[0]["on"], counts[0]["left"]) == ("start", receipt, 20) \
        and (counts[-1]["effect"], counts[-1]["on"], counts[-1]["left"]) == ("due", due, 0) \
        and len(steps) == 20 and [c["left"] for c in steps] == list(range(19, -1, -1)) \
        and days == sorted(set(days)) and days[0] > receipt and days[-1] == due \
        and {c["effect"] for c in counts} <= {"start", "counted", "make_up_workday", "weekend",
                                              "holiday", "due"}


def explain_clock(tap, link):
    """Explain: pauses, restarts and an extension"""
    n = log(link, "释一", submitted_on="2026-03-02")["number"]
    act(link, "Consult", n, on="2026-03-04", whom="third_party", name="某某公司")
    act(link, "EndConsultation", n, on="2026-03-11", answer="objects")
    act(link, "Extend", n, on="2026-03-12", working_days=3, approved_by="主任")
    e = link.call("Applications.Explain", number=n)
    # 20 and 3 working days and five not counted: 7 April, then 8, 9, 10.
    tap.equal(e["due_on"], "2026-04-10", "with a pause of five and an extension of three")
    effects = [c["effect"] for c in e["counts"]]
    tap.equal((effects.count("counted") + effects.count("make_up_workday"), effects.count("paused"),
               "extended" in effects), (23, 5, True), "23 counted, 5 paused")
    act(link, "RequestCorrection", n, on="2026-03-13", reply_by="2026-03-30", items="x")
    tap.equal(link.call("Applications.Explain", number=n)["due_on"], None, "stopped: nothing is due")
    act(link, "Correct", n, on="2026-03-16")
    e = link.call("Applications.Explain", number=n)
    tap.ok(e["due_on"] == "2026-04-14" and "restart" in [c["effect"] for c in e["counts"]],
           "restarted on 16 March", e["due_on"])
    tap.equal(get(link, n)["due_on"], "2026-04-14", "as the application says")
    act(link, "Disclose", n)
    tap.equal(link.call("Applications.Explain", number=n)["due_on"], None, "decided: nothing is due")
    error(tap, "of an unknown one", "UnknownNumber", {"number": "1990-0001"},
          link.call, "Applications.Explain", number="1990-0001")


def backlog(tap):
    """Backlog and Summary: order, lights, sums"""
    daemon = Daemon(today=TODAY, name="backlog")
    link = daemon.link()
    tap.equal(link.stream("Applications.Backlog"), [], "nothing is open")
    # Receipt, due date, light, working days left, days open; today is Monday 2026-03-23.
    expected = [("2026-02-14", "2026-03-20", "overdue", -1, 37), ("2026-02-24", "2026-03-23", "red", 0, 27),
                ("2026-02-25", "2026-03-24", "red", 1, 26), ("2026-02-26", "2026-03-25", "amber", 2, 25),
                ("2026-03-02", "2026-03-30", "amber", 5, 21), ("2026-03-03", "2026-03-31", "green", 6, 20)]
    handlers = ["李敏", "李敏", "王芳", None, "王芳", "李敏"]
    numbers = {}
    for index in (3, 0, 5, 1, 4, 2):
        receipt = expected[index][0]
        extra = {"handler": handlers[index]} if handlers[index] else {}
        numbers[receipt] = log(link, f"积{index}", submitted_on=receipt, **extra)["number"]
    grey = log(link, "积灰", submitted_on="2026-03-10")["number"]
    act(link, "RequestCorrection", grey, on="2026-03-11", reply_by="2026-04-01", items="x")
    for reason in (None, "unable.not_held"):
        done = log(link, "积毕", submitted_on="2026-03-02")["number"]
        act(link, "Refuse", done, reason=reason) if reason else act(link, "Disclose", done)
    items = [item["item"] for item in link.stream("Applications.Backlog")]
    rows = [(i["application"]["received_on"], i["application"]["due_on"], i["light"],
             i["working_days_left"], i["open_days"]) for i in items]
    tap.equal(rows, expected + [("2026-03-10", None, "grey", None, 13)],
              "most pressing first; what does not run comes last")
    tap.ok(all("*" in i["application"]["applicant"]["name"] for i in items), "names are masked")

    def received(**parameters):
        return [i["item"]["application"]["received_on"]
                for i in link.stream("Applications.Backlog", **parameters)]
    tap.equal(received(within_working_days=1), [e[0] for e in expected[:3]], "within one working day")
    tap.equal(received(within_working_days=5), [e[0] for e in expected[:5]], "within five")
    tap.equal(received(limit=2), [e[0] for e in expected[:2]], "the two most pressing")
    tap.equal(received(filter={"handler": "王芳"}), ["2026-02-25", "2026-03-02"], "one handler's")
    tap.equal(received(filter={"waiting": ["correction"]}), ["2026-03-10"], "what waits for a correction")
    tap.equal(received(filter={"due_to": "2026-03-25"}), [e[0] for e in expected[:4]], "due by a day")
    summary = link.call("Applications.Summary")
    tap.equal((summary["as_of"], summary["open"], summary["overdue"]), (TODAY, 7, 1),
              "seven are open, one is overdue")
    tap.equal({k: v for k, v in summary["by_light"].items() if v},
              {"overdue": 1, "red": 2, "amber": 2, "green": 1, "grey": 1}, "by light")
    tap.equal(sum(summary["by_light"].values()), 7, "lights add up")
    tap.equal({k: v for k, v in summary["by_state"].items() if v and k in (
        "received", "corrected", "carried_over")}, {"received": 7}, "by state")
    tap.equal({k: v for k, v in summary["by_waiting"].items() if v}, {"correction": 1},
              "by what they wait for")
    tap.equal((summary["by_handler"].get("李敏"), summary["by_handler"].get("王芳"),
               sum(summary["by_handler"].values())), (3, 2, 7), "by handler")
    daemon.restart("2026-03-25")
    lights = [i["item"]["light"] for i in daemon.link().stream("Applications.Backlog")]
    tap.equal(lights, ["overdue", "overdue", "overdue", "red", "amber", "amber", "grey"],
              "two days later")
    tap.case_end(daemon)


def as_of(tap):
    """as_of: as it was known at the end of a day"""
    daemon = Daemon(today="2026-03-16", name="as of")
    link = daemon.link()
    n = log(link, "时一", submitted_on="2026-03-02", handler="李敏")["number"]
    daemon.restart("2026-03-18")
    link = daemon.link()
    act(link, "Assign", n, handler="王芳")
    m = log(link, "时二", submitted_on="2026-03-02")["number"]
    daemon.restart("2026-03-20")
    link = daemon.link()
    act(link, "Disclose", n, on="2026-03-17")
    same(tap, get(link, n, as_of="2026-03-16"), "as known on the first day", version=1, handler="李敏",
         state="received", due_on="2026-03-30")
    same(tap, get(link, n, as_of="2026-03-17"), "as known the day before the next entry", version=1)
    same(tap, get(link, n, as_of="2026-03-18"), "as known on the day of the next entry", version=2,
         handler="王芳", state="received")
    same(tap, get(link, n, as_of="2026-03-19"), "the decision of the 17th was not known on the 19th",
         version=2, decided_on=None)
    same(tap, get(link, n, as_of="2026-03-20"), "today it is", version=3, decided_on="2026-03-17")
    error(tap, "before it was logged it was not known", "UnknownNumber", {"number": n},
          get, link, n, as_of="2026-03-15")
    error(tap, "what will be known tomorrow", "InvalidField", {"field": "as_of"},
          get, link, n, as_of="2026-03-21")

    def open_then(day):
        return [i["item"]["application"]["number"]
                for i in link.stream("Applications.Backlog", as_of=day)]
    tap.equal([open_then(day) for day in ("2026-03-15", "2026-03-16", "2026-03-18", "2026-03-20")],
              [[], [n], [n, m], [m]], "the backlog of earlier days")
    summaries = [link.call("Applications.Summary", as_of=day)
                 for day in ("2026-03-15", "2026-03-16", "2026-03-18", "2026-03-20")]
    tap.equal([(s["as_of"], s["open"]) for s in summaries],
              [("2026-03-15", 0), ("2026-03-16", 1), ("2026-03-18", 2), ("2026-03-20", 1)],
              "and their sums")
    tap.equal(summaries[1]["by_handler"], {"李敏": 1}, "with the handler of that day")
    error(tap, "the backlog of tomorrow", "InvalidField", {"field": "as_of"},
          link.stream, "Applications.Backlog", as_of="2026-03-21")
    tap.case_end(daemon)


def listing(tap):
    """List: filters, order, pages"""
    daemon = Daemon(today=TODAY, name="listing")
    link = daemon.link()
    categories = ["natural_person", "commercial_enterprise", "other"]
    made = []
    for index in range(60):
        a = log(link, f"列{index}", category=categories[index % 3],
                subject="宅基地" if index % 4 == 0 else "预算",
                submitted_on=f"2026-03-{index % 20 + 1:02}", handler="李敏" if index % 5 == 0 else "王芳")
        if index % 6 == 1:
            a = act(link, "Refuse", a["number"], reason="unable.not_held", on="2026-03-21")
        elif index % 6 == 2:
            a = act(link, "Disclose", a["number"], on="2026-03-22")
        elif index % 6 == 3:
            a = act(link, "RequestReasons", a["number"])
        made.append(a)

    def numbers(**parameters):
        return [item["application"]["number"]
                for item in link.stream("Applications.List", **parameters)]

    def expect(what, choose, **filter):
        tap.equal(numbers(filter=filter), sorted(a["number"] for a in made if choose(a)), what)

    expect("all, in order of number", lambda a: True)
    tap.equal(numbers(), sorted(a["number"] for a in made), "without a filter")
    expect("by state", lambda a: a["state"] == "refused", states=["refused"])
    expect("by two states", lambda a: a["state"] != "received", states=["refused", "disclosed"])
    expect("by what they wait for", lambda a: a["waiting"] == "reasons", waiting=["reasons"])
    expect("by category", lambda a: a["applicant"]["category"] == "other", categories=["other"])
    expect("by reason", lambda a: a["reason"] == "unable.not_held",
           reasons=["unable.not_held", "other.misc"])
    expect("by handler", lambda a: a["handler"] == "李敏", handler="李敏")
    expect("by receipt", lambda a: "2026-03-05" <= a["received_on"] <= "2026-03-09",
           received_from="2026-03-05", received_to="2026-03-09")
    expect("by decision", lambda a: a["decided_on"] == "2026-03-22",
           decided_from="2026-03-22", decided_to="2026-03-22")
    expect("by due date", lambda a: a["due_on"] is not None and a["due_on"] <= "2026-04-02",
           due_to="2026-04-02")
    expect("by words of the subject", lambda a: "宅基" in a["subject"], text="宅基")
    expect("by several at once", lambda a: a["state"] == "refused" and a["handler"] == "王芳"
           and a["applicant"]["category"] == "commercial_enterprise",
           states=["refused"], handler="王芳", categories=["commercial_enterprise"])
    expect("nobody's", lambda a: False, handler="无此人")
    pages, after = [], None
    while True:
        page = numbers(limit=7, after=after)
        if not page:
            break
        tap.ok(len(page) <= 7, "a page holds no more than its limit") if len(page) > 7 else None
        pages += page
        after = page[-1]
    tap.equal(pages, sorted(a["number"] for a in made), "pages of seven are the whole, once each")
    tap.equal(numbers(limit=3, filter={"states": ["disclosed"]}),
              sorted(a["number"] for a in made if a["state"] == "disclosed")[:3],
              "a limit counts what matches")
    error(tap, "after what is no number", "InvalidField", {"field": "after"},
          link.stream, "Applications.List", after="x")
    error(tap, "fewer than none", "InvalidField", {"field": "limit"},
          link.stream, "Applications.List", limit=-1)
    problem = refused(link.stream, "Applications.List", filter={"received_from": "x"})
    tap.ok(problem is not None and problem.short == "InvalidField"
           and problem.parameters["field"].split(".")[-1] == "received_from",
           "a date in the filter that is none", problem)
    tap.case_end(daemon)


def masking(tap, link):
    """Names and numbers are masked unless revealed, and a reveal leaves its entry"""
    full = person("张三丰", id_number="410184199001011234", contact="13812345678",
                  address="新郑市城关乡某村1号", agent="王律师")
    a = log(link, applicant=full)
    n = a["number"]
    masked = get(link, n)["applicant"]
    tap.ok(masked["name"].startswith("张") and "*" in masked["name"] and "三" not in masked["name"],
           "张三丰 is 张**", masked)
    tap.ok(all("*" in masked[key] and masked[key] != full[key] for key in
               ("name", "id_number", "contact", "address", "agent")), "and so is the rest", masked)
    tap.ok("19900101" not in masked["id_number"] and "1234567" not in masked["contact"]
           and "某村" not in masked["address"], "the telling parts are gone", masked)
    tap.equal(a["applicant"], masked, "in the answer to Log, too")
    listed = [i["application"]["applicant"] for i in link.stream("Applications.List")
              if i["application"]["number"] == n]
    tap.equal(listed, [masked], "and in a list")
    before = sequence(link)
    get(link, n)
    tap.equal(sequence(link), before, "to look is no entry")
    tap.equal(get(link, n, reveal=True)["applicant"], full, "revealed: all of it")
    tap.equal(sequence(link), before + 1, "to reveal is one")
    events = [i["event"] for i in link.stream("Applications.History", number=n)]
    tap.equal((events[-1]["kind"], events[-1]["number"], events[-1]["sequence"]),
              ("reveal", n, before + 1), "a reveal, of this application")
    tap.equal(get(link, n)["version"], 1, "the application is no newer for it")
    text = str(events)
    tap.ok("张三丰" not in text and "410184199001011234" not in text and "13812345678" not in text,
           "the history does not tell either", text[:500])
    organ = log(link, "郑州某某有限公司", category="commercial_enterprise", applicant=person(
        "郑州某某有限公司", "commercial_enterprise", contact="037112345678"))
    tap.equal(organ["applicant"]["name"], "郑州某某有限公司", "an organisation's name is public")
    tap.ok("*" in organ["applicant"]["contact"], "its contact is not", organ["applicant"])
    error(tap, "nothing is revealed of an unknown one", "UnknownNumber", {"number": "1990-0001"},
          get, link, "1990-0001", reveal=True)


def changes_together(tap, link):
    """Apply: all or none"""
    def steps(*pairs):
        return [{"method": method, "parameters": parameters} for method, parameters in pairs]

    new = {"applicant": person("合一"), "channel": "in_person", "subject": "甲"}
    before = sequence(link)
    a = link.call("Applications.Apply", steps=steps(("Log", new), ("Log", {**new, "subject": "乙"})))
    tap.equal([x["subject"] for x in a["applications"]], ["甲", "乙"], "one application a step")
    first, second = (x["number"] for x in a["applications"])
    tap.equal(sequence(link), before + 2, "an entry each")
    entries = [i["entry"] for i in link.stream("Ledger.Export", **{"from": before + 1})]
    tap.ok(len(entries) == 2 and '"part":1,"of":2' in entries[0].replace(" ", "")
           and '"part":2,"of":2' in entries[1].replace(" ", ""), "that say they belong together", *entries)
    b = link.call("Applications.Apply", steps=steps(
        ("RequestReasons", {"number": first}), ("GiveReasons", {"number": first, "reasonable": True}),
        ("Disclose", {"number": first}), ("Refuse", {"number": second, "reason": "unable.not_held"})))
    tap.equal([(x["number"], x["version"], x["state"]) for x in b["applications"]],
              [(first, 4, "disclosed")] * 3 + [(second, 2, "refused")],
              "steps on one application see the ones before; the answer is how the change left it")
    c = link.call("Applications.Apply", steps=steps(
        ("Log", {**new, "number": "2019-0100", "submitted_on": "2019-06-03"}),
        ("Disclose", {"number": "2019-0100", "on": "2019-06-20"})))
    tap.equal([(x["number"], x["state"]) for x in c["applications"]],
              [("2019-0100", "disclosed")] * 2,
              "logged under an old number and decided at once")
    third = log(link, "合三")["number"]
    before = sequence(link)
    problem = error(tap, "one step that cannot be", "StepFailed",
                    {"step": 2, "error": APPLICATIONS + "InvalidTransition"},
                    link.call, "Applications.Apply", steps=steps(
                        ("Note", {"number": third, "text": "x"}), ("Log", new),
                        ("Refuse", {"number": first, "reason": "unable.not_held"}),
                        ("Disclose", {"number": third})))
    tap.equal((problem.parameters["parameters"]["number"], problem.parameters["parameters"]["state"]),
              (first, "disclosed"), "the error of the step is told")
    same(tap, get(link, third), "nothing of the others is done", version=1, state="received")
    tap.equal(sequence(link), before, "no entry at all")
    error(tap, "an unknown number in a step", "StepFailed",
          {"step": 0, "error": APPLICATIONS + "UnknownNumber"}, link.call, "Applications.Apply",
          steps=steps(("Note", {"number": "1990-0001", "text": "x"})))
    error(tap, "a stale version in a step", "StepFailed", {"step": 1, "error": APPLICATIONS + "Conflict"},
          link.call, "Applications.Apply", steps=steps(
              ("Note", {"number": third, "text": "x"}), ("Note", {"number": third, "text": "y", "version": 1})))
    for what, method in {"a question": "Get", "itself": "Apply", "no method": "Destroy",
                         "another interface's": "org.ogid.Report.Rollup"}.items():
        problem = refused(link.call, "Applications.Apply", steps=steps(
            ("Note", {"number": third, "text": "x"}), (method, {"number": third})))
        tap.ok(problem is not None, f"a step may not be {what}", problem)
    problem = refused(link.call, "Applications.Apply", steps=steps(
        ("Note", {"number": third, "text": "x"}), ("Note", {"number": third, "text": "x", "colour": "red"})))
    tap.ok(problem is not None and "colour" in str(problem.parameters) and (
        problem.parameters.get("step") == 1 or "steps[1]" in str(problem.parameters)),
        "a surplus field in a step is named", problem)
    tap.equal(sequence(link), before, "still no entry")
    d = link.call("Applications.Apply", dry_run=True, steps=steps(
        ("Note", {"number": third, "text": "x"}), ("Disclose", {"number": third})))
    tap.equal([(x["version"], x["state"]) for x in d["applications"]], [(3, "disclosed")] * 2,
              "a dry run says what would be")
    same(tap, get(link, third), "and changes nothing", version=1, state="received")
    error(tap, "a dry run fails like the real one", "StepFailed",
          {"step": 1, "error": APPLICATIONS + "InvalidTransition"}, link.call, "Applications.Apply",
          dry_run=True, steps=steps(("Disclose", {"number": third}), ("Disclose", {"number": third})))
    tap.equal(sequence(link), before, "no entry of a dry run")
    number = log(link, "合四")["number"]
    link.call("Applications.Apply", dry_run=True, steps=steps(("Log", new)))
    following = log(link, "合五")["number"]
    tap.equal(int(following[5:]), int(number[5:]) + 1, "a dry run gives no number away")
    keyed = steps(("Note", {"number": third, "text": "一", "key": "apply-1"}), ("Disclose", {"number": third}))
    one = link.call("Applications.Apply", steps=keyed)["applications"]
    two = link.call("Applications.Apply", steps=keyed)["applications"]
    tap.equal([(x["number"], x["version"], x["sequence"], x["digest"]) for x in one],
              [(x["number"], x["version"], x["sequence"], x["digest"]) for x in two],
              "a repeated key gives the first answer for every step")
    error(tap, "the key for other steps", "KeyReused", {"key": "apply-1"}, link.call,
          "Applications.Apply", steps=keyed[:1])
    tap.equal(kinds(link, third), ["log", "note", "disclose"], "and has no second effect")


def watching(tap, daemon):
    """Watch: every event from now on"""
    link, watcher = daemon.link(), daemon.link()
    old = log(link, "看零")
    watcher.send("Applications.Watch", more=True)
    # Nothing tells when a watch has begun, so there are changes until it tells of one.
    for index in range(600):
        warm = log(link, f"看{index}甲")["sequence"]
        if not watcher.silent(0.2):
            break
    told = [watcher.reply().parameters["event"]["sequence"]]
    while told[-1] != warm:
        told.append(watcher.reply().parameters["event"]["sequence"])
    tap.equal(told, list(range(told[0], warm + 1)), "from its beginning on, every one")
    tap.ok(told[0] > old["sequence"], "what was before is not told")
    a = log(link, "看一")
    b = act(link, "Disclose", a["number"])
    link.call("Applications.Apply", steps=[
        {"method": "Note", "parameters": {"number": old["number"], "text": "x"}},
        {"method": "Note", "parameters": {"number": old["number"], "text": "y"}}])
    events = [watcher.reply() for _ in range(4)]
    tap.equal([(e.continues, e.parameters["event"]["kind"], e.parameters["event"]["number"],
                e.parameters["event"]["version"]) for e in events],
              [(True, "log", a["number"], 1), (True, "disclose", a["number"], 2),
               (True, "note", old["number"], 2), (True, "note", old["number"], 3)],
              "each as it is committed, in order")
    tap.equal([(e.parameters["event"]["sequence"], e.parameters["event"]["digest"]) for e in events[:2]],
              [(a["sequence"], a["digest"]), (b["sequence"], b["digest"])], "with sequence and digest")
    refused(act, link, "Disclose", a["number"])
    tap.ok(watcher.silent(0.2), "a refused call is no event")
    watcher.close()
    same(tap, log(link, "看二"), "a watcher that leaves disturbs nobody", state="received")


# --- years ---

def carry_over(tap):
    """Carry over: by the rollup, once, and for missed years"""
    daemon = Daemon(today="2021-12-20", name="carry")
    link = daemon.link()
    a = log(link, "结一", submitted_on="2021-12-10")["number"]
    b = log(link, "结二", submitted_on="2021-12-13")["number"]
    act(link, "RequestCorrection", b, reply_by="2022-02-01", items="x")
    c = log(link, "结三", submitted_on="2021-12-14")["number"]
    act(link, "Disclose", c)
    d = log(link, "结四", submitted_on="2021-12-15")["number"]
    tap.equal(link.call("Report.Rollup")["carried_over"], [], "the year is not over")
    daemon.restart("2022-01-10")
    link = daemon.link()
    same(tap, get(link, a), "before the rollup it is as it was", state="received", carried_from=[])
    before = get(link, b)
    rollup = link.call("Report.Rollup")
    tap.equal((rollup["on"], sorted(rollup["carried_over"])), ("2022-01-10", sorted([a, b, d])),
              "what was open on 31 December is carried over")
    same(tap, get(link, a), "carried over, its clock untouched", state="carried_over",
         carried_from=[2021], due_on=get(link, a)["due_on"], waiting=None)
    same(tap, get(link, b), "what it waits for stays", state="carried_over", waiting="correction",
         waiting_until=before["waiting_until"], due_on=None)
    same(tap, get(link, c), "the decided one is not", state="disclosed", carried_from=[])
    now = sequence(link)
    tap.equal(link.call("Report.Rollup")["carried_over"], [], "twice is the same as once")
    tap.equal(sequence(link), now, "without an entry")
    reports = {report["year"]: report for report in rollup["reports"]}
    tap.ok(2021 in reports and reports[2021]["tables"] ==
           link.call("Report.Get", year=2021)["report"]["tables"], "the rollup brings the year's tables",
           list(reports))
    tap.equal((table3(link, 2021)["carried_out"], table3(link, 2022)["carried_in"]), (3, 3),
              "carried out, carried in")
    # A decision of December that is entered in January.
    e = act(link, "Disclose", d, on="2021-12-28")
    same(tap, e, "decided in December, entered in January", state="disclosed", decided_on="2021-12-28",
         carried_from=[])
    tap.equal(kinds(link, d), ["log", "carry_over", "take_back_carry_over", "disclose"],
              "the carry-over is taken back by an entry of its own")
    table = table3(link, 2021)
    tap.equal((table["carried_out"], table["disclosed"], table3(link, 2022)["carried_in"]), (2, 2, 2),
              "and the tables follow")
    same(tap, act(link, "Correct", b, on="2022-01-06"), "corrected after the year's end",
         state="corrected", carried_from=[2021], due_on="2022-02-08")
    f = act(link, "Refuse", a, on="2022-01-07", reason="unable.not_held")
    same(tap, f, "decided in the new year", state="refused", carried_from=[2021])
    report = link.call("Report.Get", year=2022)["report"]
    tap.ok(all(check["holds"] for check in report["checks"]), "every check of the new year holds",
           *[c for c in report["checks"] if not c["holds"]])
    # Missed years: the nightly job was off from 2022 to 2025.
    daemon.restart("2025-02-10")
    link = daemon.link()
    tap.equal(link.call("Report.Rollup")["carried_over"], [b], "what is still open goes on")
    same(tap, get(link, b), "over every year that has ended", state="carried_over",
         carried_from=[2021, 2022, 2023, 2024])
    tap.equal([(table3(link, y)["carried_in"], table3(link, y)["carried_out"]) for y in range(2021, 2026)],
              [(0, 2), (2, 1), (1, 1), (1, 1), (1, 1)], "in and out, year after year")
    g = log(link, "结五", submitted_on="2023-06-01")["number"]
    act(link, "Disclose", g, on="2025-01-20")
    same(tap, get(link, g), "logged late, decided later: carried over all the same", carried_from=[2023, 2024])
    tap.equal([(table3(link, y)["carried_in"], table3(link, y)["carried_out"]) for y in range(2023, 2026)],
              [(1, 2), (2, 2), (2, 1)], "and counted so")
    error(tap, "a rollup of tomorrow", "InvalidField", {"field": "on"},
          link.call, "Report.Rollup", on="2025-02-11")
    for year in range(2021, 2026):
        bad = [c for c in link.call("Report.Get", year=year)["report"]["checks"] if not c["holds"]]
        tap.ok(not bad, f"every check of {year} holds", *bad)
    tap.case_end(daemon)


def amend_across_years(tap):
    """Amend: a day of receipt in another year, of what was decided, reopened or carried over"""
    daemon = Daemon(today="2023-03-01", name="amend years")
    link = daemon.link()

    def whole(what):
        link.call("Report.Rollup")
        bad = [(year, check) for year in (2021, 2022, 2023)
               for check in link.call("Report.Get", year=year)["report"]["checks"] if not check["holds"]]
        tap.ok(not bad, f"every check of every year holds: {what}", *bad[:4])

    def received(number, day):
        return act(link, "Amend", number, why="x", changes={"received_on": day, "submitted_on": day})

    reopened = log(link, "跨一", submitted_on="2022-12-01")["number"]
    act(link, "Disclose", reopened, on="2022-12-20")
    act(link, "Reopen", reopened, on="2023-02-01", why="x")
    error(tap, "not received after it was first decided", "DateOutOfOrder",
          {"field": "received_on", "date": "2023-01-05"}, received, reopened, "2023-01-05")
    whole("a reopened one, refused an amendment")
    same(tap, received(reopened, "2021-12-10"), "a reopened one was received the year before",
         carried_from=[2021], received_on="2021-12-10")
    whole("a reopened one, received earlier")
    waiting = log(link, "跨二", submitted_on="2022-11-01")["number"]
    whole("an open one")
    same(tap, get(link, waiting), "carried over", carried_from=[2022], state="carried_over")
    same(tap, received(waiting, "2021-11-01"), "received a year earlier", received_on="2021-11-01")
    whole("an open one, received earlier")
    same(tap, get(link, waiting), "carried over twice", carried_from=[2021, 2022])
    same(tap, received(waiting, "2023-02-01"), "received this year after all", received_on="2023-02-01")
    whole("an open one, received later")
    same(tap, get(link, waiting), "never carried over", carried_from=[], state="received")
    decided = log(link, "跨三", submitted_on="2022-11-01")["number"]
    act(link, "Refuse", decided, on="2023-01-10", reason="unable.not_held")
    same(tap, received(decided, "2021-12-31"), "a decided one, received earlier", carried_from=[2021, 2022])
    whole("a decided one, received earlier")
    same(tap, act(link, "Amend", decided, changes={"decided_on": "2022-03-01"}, why="x"),
         "and decided earlier", carried_from=[2021], decided_on="2022-03-01")
    whole("a decided one, decided earlier")
    tap.equal([(table3(link, y)["carried_in"], table3(link, y)["carried_out"]) for y in (2021, 2022, 2023)],
              [(0, 2), (2, 0), (0, 1)], "in and out")
    tap.case_end(daemon)


def cells(tap, link):
    """Report.Cell: what it does not know"""
    for what, parameters in {"a table": {"table": "table9"}, "a row": {"row": "refused"},
                             "a row of the other form": {"row": "other"}, "a column": {"column": "people"}
                             }.items():
        given = {"table": "table3", "row": "new", "column": "total", **parameters}
        error(tap, f"no such cell: {what}", "org.ogid.Report.UnknownCell", given,
              link.stream, "Report.Cell", year=2026, **given)
    error(tap, "no such form", "org.ogid.Report.UnknownForm", {"form": "1999"},
          link.call, "Report.Get", year=2026, form="1999")
    problem = refused(link.call, "Report.Get", year=1900)
    tap.ok(problem is not None and problem.short in ("UnknownYear", "UnknownForm"), "no such year", problem)
    later = refused(link.call, "Report.Get", year=2030)
    tap.ok(later is None or later.short == "UnknownYear", "a year to come is empty, or unknown", later)


# --- access ---

def roles(tap):
    """Who may do what"""
    user = pwd.getpwuid(os.getuid()).pw_name
    daemon = Daemon(today=TODAY, name="roles")
    n = log(daemon.link(), "权一", submitted_on="2026-03-02")["number"]
    decided = log(daemon.link(), "权二", submitted_on="2026-03-02")["number"]
    act(daemon.link(), "Disclose", decided)
    daemon.stop()
    denied = "org.varlink.service.PermissionDenied"
    clerk = {"Note": (n, {"text": "x"}), "Assign": (n, {"handler": "x"}),
             "Amend": (n, {"changes": {"subject": "y"}, "why": "x"})}
    supervisor = {"Extend": (n, {"working_days": 1, "approved_by": "x"}), "Reopen": (decided, {"why": "x"})}

    def under(granted):
        lines = f"  - user: {user}\n    roles: [{', '.join(granted)}]\n"
        daemon.stop()
        daemon.configure(f"organ: 新郑市城关乡人民政府\naccess:\n{lines}")
        daemon.start()
        return daemon.link()

    def denies(link, what, function, *arguments, **parameters):
        before = None
        if what != "anything":
            before = sequence(link)
        problem = refused(function, *arguments, **parameters)
        tap.ok(problem is not None and problem.name == denied and problem.parameters == {},
               f"denied: {what}", problem)
        if before is not None:
            tap.equal(sequence(link), before, f"denied: {what}, and no entry")

    link = under(["auditor"])
    status = link.call("Ledger.Status")
    tap.equal((status["roles"], status["organ"]), (["auditor"], "新郑市城关乡人民政府"),
              "Status says who the caller is, and the organ")
    for action, (number, parameters) in {**clerk, **supervisor}.items():
        denies(link, f"an auditor's {action}", act, link, action, number, **parameters)
    denies(link, "an auditor's Log", log, link)
    denies(link, "an auditor's Rollup", link.call, "Report.Rollup")
    denies(link, "an auditor's write to an unknown number", act, link, "Note", "1990-0001", text="x")
    same(tap, get(link, n), "an auditor reads", number=n)
    tap.equal(get(link, n, reveal=True)["applicant"]["name"], "权一", "and may reveal")
    tap.equal([i["application"]["number"] for i in link.stream("Applications.List")], [n, decided],
              "and lists")
    link = under(["clerk"])
    for action, (number, parameters) in clerk.items():
        tap.ok(refused(act, link, action, number, **parameters) is None, f"a clerk may {action}")
    for action, (number, parameters) in supervisor.items():
        denies(link, f"a clerk's {action}", act, link, action, number, **parameters)
    denies(link, "a clerk's Amend of a decided one", act, link, "Amend", decided,
           changes={"subject": "y"}, why="x")
    problem = refused(link.call, "Applications.Apply", steps=[
        {"method": "Note", "parameters": {"number": n, "text": "x"}},
        {"method": "Extend", "parameters": {"number": n, "working_days": 1, "approved_by": "x"}}])
    tap.ok(problem is not None and (problem.name == denied or problem.parameters.get("error") == denied),
           "denied: a supervisor's step in a clerk's Apply", problem)
    tap.equal(sum(kind == "note" for kind in kinds(link, n)), 1, "and its other step is not done")
    link = under(["supervisor"])
    for action, (number, parameters) in supervisor.items():
        tap.ok(refused(act, link, action, number, **parameters) is None, f"a supervisor may {action}")
    link = under(["batch"])
    denies(link, "the nightly job's Note", act, link, "Note", n, text="x")
    denies(link, "the nightly job's Log", log, link)
    tap.ok(refused(link.call, "Report.Rollup") is None, "the nightly job may roll up")
    denies(link, "the nightly job's reveal", get, link, n, reveal=True)
    daemon.stop()
    daemon.configure("organ: 某机关\naccess:\n  - user: nobody\n    roles: [clerk]\n")
    daemon.start()
    link = daemon.link()
    denies(link, "anything", get, link, n)
    denies(link, "anything", log, link)
    denies(link, "anything", link.stream, "Applications.List")
    denies(link, "anything", link.stream, "Ledger.Export")
    tap.ok("interfaces" in link.call("org.varlink.service.GetInfo"), "what the service is, anybody may ask")
    tap.case_end(daemon)


def after_restart(tap, daemon):
    """A restart keeps everything"""
    link = daemon.link()
    before = [item["application"] for item in link.stream("Applications.List")]
    status = link.call("Ledger.Status")
    daemon.restart()
    link = daemon.link()
    tap.equal([item["application"] for item in link.stream("Applications.List")], before,
              f"{len(before)} applications as before")
    now = link.call("Ledger.Status")
    tap.equal((now["sequence"], now["digest"], now["applications"], now["open"]),
              (status["sequence"], status["digest"], status["applications"], status["open"]),
              "the ledger's head and the counts as before")
    tap.equal((now["today"], now["rehearsal"], now["first_year"], now["sealed_years"]),
              (TODAY, True, 2019, []), "Status says that it rehearses, and which day")
    tap.equal(now["calendar_years"], list(range(2019, 2027)), "and which calendars it has")
    first = log(link, "键一", subject="甲", key="key-1")
    tap.equal(first["version"], 1, "a key is known across a restart")
    last = max(int(a["number"][5:]) for a in before if a["number"].startswith("2026-"))
    tap.equal(log(link, "后一")["number"], f"2026-{last + 1:04}", "the next number is the next number")


def main():
    tap = Tap()
    daemon = Daemon(today=TODAY, name="applications")
    for case in (logging, old_numbers, correction, reasons, consultation, extension, fee, decisions,
                 dates, versions_and_keys, amending, assign_and_note, history, deadlines,
                 explain_clock, masking, changes_together, cells):
        tap.case(case, daemon.link())
    tap.case(watching, daemon)
    tap.case(after_restart, daemon)
    for case in (backlog, as_of, listing, carry_over, amend_across_years, roles):
        tap.case(case)
    tap.done()


if __name__ == "__main__":
    main()
