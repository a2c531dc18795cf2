# SPDX-License-Identifier: Apache-2.0
"""Published annual reports turned into the office's year that they are the end of.

A published table 3 says how many applications of each applicant category came in, were carried in,
and ended in which row. plan() makes one application of each: received, acted on and decided on days
spread over the year, open at its end where the table says so. Nothing here asks the daemon."""

import datetime
import json
import os
import random

CATEGORIES = ["natural_person", "commercial_enterprise", "research_institution",
              "public_welfare_organization", "legal_service_institution", "other"]

# The labels of table 3 as printed, from the forms of 国办公开办函〔2019〕60号 and 〔2021〕30号.
LABELS_2019 = [
    ("new", "一、本年新收政府信息公开申请数量"),
    ("carried_in", "二、上年结转政府信息公开申请数量"),
    ("disclosed", "（一）予以公开"),
    ("partially_disclosed", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("refused.state_secret", "1.属于国家秘密"),
    ("refused.forbidden_by_law", "2.其他法律行政法规禁止公开"),
    ("refused.three_securities_one_stability", "3.危及“三安全一稳定”"),
    ("refused.third_party_rights", "4.保护第三方合法权益"),
    ("refused.internal_affairs", "5.属于三类内部事务信息"),
    ("refused.process_information", "6.属于四类过程性信息"),
    ("refused.enforcement_file", "7.属于行政执法案卷"),
    ("refused.administrative_query", "8.属于行政查询事项"),
    ("unable.not_held", "1.本机关不掌握相关政府信息"),
    ("unable.needs_creation", "2.没有现成信息需要另行制作"),
    ("unable.unclear_after_correction", "3.补正后申请内容仍不明确"),
    ("not_processed.petition", "1.信访举报投诉类申请"),
    ("not_processed.duplicate", "2.重复申请"),
    ("not_processed.publication", "3.要求提供公开出版物"),
    ("not_processed.excessive", "4.无正当理由大量反复申请"),
    ("not_processed.reconfirm", "5.要求行政机关确认或重新出具已获取信息"),
    ("other", "（六）其他处理"),
    ("total_results", "（七）总计"),
    ("carried_out", "四、结转下年度继续办理"),
]
OTHERS_2021 = [
    ("other.correction_overdue",
     "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other.fee_overdue",
     "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other.misc", "3.其他"),
]
_at = [key for key, _ in LABELS_2019].index("other")
LABELS_2021 = LABELS_2019[:_at] + OTHERS_2021 + LABELS_2019[_at + 1:]
LABELS = {"2019": LABELS_2019, "2021": LABELS_2021}
NOT_RESULTS = ("new", "carried_in", "total_results", "carried_out")


class Published:
    """One file of tests/data/reports. A cell that it leaves out is a zero."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.file = json.load(file)
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.year = self.file["year"]
        self.form = self.file["template"]
        self.printed = {key: [cell or 0 for cell in cells]
                        for key, cells in self.file["table3"]["rows"].items()}
        self.results = [key for key in self.printed if key not in NOT_RESULTS]

    def cells(self, key):
        """The six applicant columns; total_results added up again."""
        if key == "total_results":
            return [sum(self.printed[row][column] for row in self.results) for column in range(6)]
        return self.printed[key][:6]

    def expected(self):
        """Table 3 as it has to come: the published cells, with totals recomputed."""
        return [(key, label, self.cells(key) + [sum(self.cells(key))])
                for key, label in LABELS[self.form]]

    def applications(self):
        return sum(self.cells("new")) + sum(self.cells("carried_in"))

    def broken(self):
        """Which rules the printed figures break, and in which row or column. A cell that is left out
        is a zero; a sum that needs a total that is left out is passed over."""
        columns = CATEGORIES + ["total"]
        found = []
        stated = {key: cells for key, cells in self.file["table3"]["rows"].items()}
        for key, cells in stated.items():
            if cells[6] is not None and cells[6] != sum(cell or 0 for cell in cells[:6]):
                found.append(("sum_of_columns", key))
        for index, column in enumerate(columns):
            total = stated["total_results"][index]
            values = [stated[key][index] for key in self.results]
            if index == 6 and None in values:
                continue
            if (total or 0) != sum(value or 0 for value in values):
                found.append(("sum_of_results", column))
            left = [stated[key][index] or 0 for key in ("new", "carried_in")]
            right = [total or 0, stated["carried_out"][index] or 0]
            if sum(left) != sum(right):
                found.append(("balance", column))
        return found

    def broken_cases(self):
        """The groups of table 4 whose printed total is not the sum of the four before it."""
        table = self.file.get("table4")
        groups = ["review", "suit", "suit_after_review"]
        if table is None or None in table:
            return []
        return [(group, sum(table[5 * i:5 * i + 4]), table[5 * i + 4])
                for i, group in enumerate(groups) if sum(table[5 * i:5 * i + 4]) != table[5 * i + 4]]


class Planned:
    """One application of the plan: what shall happen to it, and when."""

    def __init__(self, category, received, row, carried):
        self.category = category
        self.received = received
        self.row = row          # None: open at the end of the year
        self.carried = carried  # came in the year before
        self.decided = None
        self.name = None
        self.acts = []          # (method, parameters without the number)
        self.earlier = None     # for a duplicate, the Planned one that was answered before
        self.number = None
        self.logged = False


def days(count):
    return datetime.timedelta(days=count)


def iso(date):
    return date.isoformat()


# Calendar days that lie at least between receipt and the earliest lawful decision. A period of 20
# working days has never taken more than 40 days; 50 are safe with every holiday.
LEAD = {"other.correction_overdue": 18, "other.fee_overdue": 53, "not_processed.excessive": 8,
        "unable.unclear_after_correction": 10}


def _acts_before(application, choose, first):
    """The acts that a row demands, and some that it allows. Returns the day of the last one. `first`
    is the earliest day that the acts may bear."""
    row, day = application.row, max(application.received, first)
    acts = application.acts

    def add(method, at, **parameters):
        acts.append((method, {"on": iso(at), **parameters}))
        return at

    if row == "other.correction_overdue":
        add("RequestCorrection", day + days(2), reply_by=iso(day + days(16)),
            items="请写明所需信息的名称或文号")
        return day + days(17)
    if row == "other.fee_overdue":
        add("NoticeFee", day + days(2), basis="items", quantity=12)
        return day + days(52)
    if row == "unable.unclear_after_correction" and choose.random() < 0.6:
        add("RequestCorrection", day + days(1), reply_by=iso(day + days(20)), items="用途不明")
        return add("Correct", day + days(9))
    if row == "not_processed.excessive":
        last = add("RequestReasons", day + days(1))
        if choose.random() < 0.5:
            last = add("GiveReasons", day + days(7), reasonable=False)
        return last
    if row in ("refused.third_party_rights", "disclosed") and choose.random() < 0.2:
        add("Consult", day + days(1), whom="third_party", name="某某有限公司")
        return add("EndConsultation", day + days(8),
                   answer="objects" if row.startswith("refused") else "agrees")
    if day == application.received and choose.random() < 0.1:
        return add("Extend", day + days(3), working_days=10, approved_by="主任")
    return day


def _decision(application):
    row, on = application.row, iso(application.decided)
    if row == "disclosed":
        return ("Disclose", {"on": on, "extent": "full"})
    if row == "partially_disclosed":
        return ("Disclose", {"on": on, "extent": "partial"})
    return ("Refuse", {"on": on, "reason": "other.misc" if row == "other" else row})


def _spread(choose, first, last):
    return first + days(choose.randint(0, max(0, (last - first).days)))


def _left_open(application, choose, last):
    """What an application that is open at the end of the year waits for."""
    day = max(application.received, datetime.date(last.year, 1, 1))
    if (last - day).days < 3:
        return
    kind = choose.choice(["none", "correction", "third_party", "reasons"])
    on = iso(day + days(1))
    if kind == "correction":
        application.acts.append(("RequestCorrection", {
            "on": on, "reply_by": iso(day + days(30)), "items": "请补充联系方式"}))
    elif kind == "third_party":
        application.acts.append(("Consult", {
            "on": on, "whom": "third_party", "name": "某某村民委员会"}))
    elif kind == "reasons":
        application.acts.append(("RequestReasons", {"on": on}))


def _make(published, category, row, carried, choose):
    year, lead = published.year, LEAD.get(row, 0)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if carried:
        received = _spread(choose, first - days(60), first - days(1))
    elif row is None:
        received = _spread(choose, last - days(45), last)
    else:
        received = _spread(choose, first, last - days(lead + 12))
    application = Planned(category, received, row, carried)
    application.name = f"申请人{choose.randint(1000, 9999)}"
    if row is None:
        _left_open(application, choose, last)
        return application
    ready = _acts_before(application, choose, first)
    earliest = max(ready, received + days(lead), first)
    if earliest > last:
        raise RuntimeError(f"{published.name}: {row} does not fit into the year")
    application.decided = min(last, _spread(choose, earliest, earliest + days(28)))
    return application


def _pair_duplicates(applications, last):
    """A duplicate repeats an application of the same applicant that was answered before."""
    for application in applications:
        if application.row != "not_processed.duplicate" or application.carried:
            continue
        candidates = [other for other in applications
                      if other.category == application.category and other.decided is not None
                      and other.row in ("disclosed", "partially_disclosed", "unable.not_held")
                      and other.decided < last]
        if not candidates:
            continue
        earlier = min(candidates, key=lambda other: other.decided)
        application.earlier = earlier
        application.name = earlier.name
        if application.received <= earlier.decided:
            application.received = earlier.decided + days(1)
        application.acts = []
        application.decided = max(application.decided, application.received)


def plan(published, seed, carried=None):
    """The applications of a year. carried: {category: [Planned…]} that are in the register already
    and open; then those take the place of the ones that the table carries in."""
    choose = random.Random(f"{seed} {published.name}")
    applications = []
    for column, category in enumerate(CATEGORIES):
        rows = [row for row in published.results
                for _ in range(published.printed[row][column])]
        rows += [None] * published.printed["carried_out"][column]
        choose.shuffle(rows)
        into = published.printed["carried_in"][column]
        fresh = published.printed["new"][column]
        if len(rows) != into + fresh:
            raise RuntimeError(f"{published.name}: the column {category} does not balance")
        # A duplicate is of this year: the one it repeats has to be answered before.
        rows.sort(key=lambda row: row == "not_processed.duplicate")
        for index, row in enumerate(rows):
            application = _make(published, category, row, index < into, choose)
            known = (carried or {}).get(category, [])
            if index < into and carried is not None:
                application = _resume(published, known[index], application, choose)
            applications.append(application)
    _pair_duplicates(applications, datetime.date(published.year, 12, 31))
    for application in applications:
        if application.decided is not None:
            application.acts.append(_decision(application))
    return applications


def _resume(published, known, wanted, choose):
    """Goes on with an application that was left open: first what it waits for comes, then the
    decision, all in the new year."""
    first = datetime.date(published.year, 1, 1)
    wanted.number, wanted.received, wanted.name = known.number, known.received, known.name
    wanted.logged = True
    wanted.acts = []
    waits = known.acts[-1][0] if known.acts else None
    on = iso(first + days(10))
    overdue = waits == "RequestCorrection" and wanted.row == "other.correction_overdue"
    if waits == "RequestCorrection" and not overdue:
        wanted.acts.append(("Correct", {"on": on}))
    elif waits == "Consult":
        wanted.acts.append(("EndConsultation", {"on": on, "answer": "silent"}))
    elif waits == "RequestReasons":
        wanted.acts.append(("GiveReasons", {"on": on, "reasonable": True}))
    if wanted.row is not None:
        day = first + days(12)
        if wanted.row == "other.fee_overdue":
            wanted.acts.append(("NoticeFee", {"on": iso(day), "basis": "items", "quantity": 12}))
        elif wanted.row == "other.correction_overdue" and not overdue:
            wanted.acts.append(("RequestCorrection", {
                "on": iso(day), "reply_by": iso(day + days(14)), "items": "再次补正"}))
        wanted.decided = _spread(choose, first + days(70), first + days(110))
    return wanted


def numbers_of(applications, published, row, category):
    """Which applications stand behind a cell, by the plan."""
    def fits(application):
        if category not in (application.category, "total"):
            return False
        if row == "new":
            return not application.carried
        if row == "carried_in":
            return application.carried
        if row == "carried_out":
            return application.row is None
        if row == "total_results":
            return application.row is not None
        return application.row == row
    return [application.number for application in applications if fits(application)]
