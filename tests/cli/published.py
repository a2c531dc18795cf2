# SPDX-License-Identifier: Apache-2.0
"""Published reports (tests/data/reports) as replies of org.ogid.Report.Get, in the shapes that the
interface describes. Labels of tables 2 and 4 are the form's, written here; those of table 3 come from
the forms' definitions."""

import json
import re

from harness import source

COLUMNS4 = ["upheld", "corrected", "other", "pending", "total"]
HEADINGS = ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]
# (block, [(line, name in the published file, [(key, column)])])
MADE = [("made", "本年制发件数"), ("repealed", "本年废止件数"), ("in_force", "现行有效件数")]
OLD = [("made", "本年新制作数量"), ("published", "本年新公开数量"), ("in_force", "对外公开总数量")]
ITEMS = [("last_year", "上一年项目数量"), ("change", "本年增/减"), ("decisions", "处理决定数量")]
DECISIONS = [("decisions", "本年处理决定数量")]
FORM2 = {
    "2021": [
        ("第二十条第（一）项", [("规章", "regulations", MADE), ("行政规范性文件", "normative_documents", MADE)]),
        ("第二十条第（五）项", [("行政许可", "licences", DECISIONS)]),
        ("第二十条第（六）项", [("行政处罚", "penalties", DECISIONS), ("行政强制", "coercion", DECISIONS)]),
        ("第二十条第（八）项", [("行政事业性收费", "fees", [("amount", "本年收费金额（单位：万元）")])]),
    ],
    "2019": [
        ("第二十条第（一）项", [("规章", "regulations", OLD), ("规范性文件", "normative_documents", OLD)]),
        ("第二十条第（五）项", [("行政许可", "licences", ITEMS), ("其他对外管理服务事项", "other_services", ITEMS)]),
        ("第二十条第（六）项", [("行政处罚", "penalties", ITEMS), ("行政强制", "coercion", ITEMS)]),
        ("第二十条第（八）项", [("行政事业性收费", "fees", ITEMS[:2])]),
        ("第二十条第（九）项", [("政府集中采购", "procurement", [("count", "采购项目数量"), ("amount", "采购总金额")])]),
    ],
}


def published(name):
    with open(source("tests", "data", "reports", name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def form_rows(form):
    """(key, label, group) of table 3, read from the form's definition."""
    with open(source("config", "forms", form + ".yaml"), encoding="utf-8") as file:
        text = file.read().split("\ntable3:", 1)[1]
    text = re.split(r"\n[a-z]\w*:", text)[0]
    rows = []
    for item in text.split("- key: ")[1:]:
        group = re.search(r"group: \[(.*)\]", item)
        rows.append((item.split("\n")[0].strip(), re.search(r"label: (.*)", item).group(1),
                     group.group(1).split(", ") if group else None))
    return rows


def row(key, label, group, cells, decimals=None, stated=None):
    return {"key": key, "label": label, "group": group, "cells": cells, "decimals": decimals,
            "stated": stated}


def number(value):
    """A published number as (digits, decimals): 4068.208 is (4068208, 3)."""
    whole, _, rest = str(value).partition(".")
    return int(whole + rest), len(rest) or None


def table2(data, form):
    rows = []
    for block, lines in FORM2[form]:
        for line, name, columns in lines:
            values = data.get(name, [0] * len(columns))
            values = values if isinstance(values, list) else [values]
            for (key, label), value in zip(columns, values):
                digits, decimals = number(value)
                rows.append(row(f"{name}.{key}", label, [block, line], [digits], decimals))
    return {"id": "table2", "title": "主动公开政府信息情况", "columns": ["value"], "rows": rows}


def report(name, organ=None, **more):
    data = published(name)
    form = data["template"]
    cells = data["table3"]["rows"]
    table3 = {"id": "table3", "title": "收到和处理政府信息公开申请情况",
              "columns": data["table3"]["columns"],
              "rows": [row(key, label, group, cells[key]) for key, label, group in form_rows(form)]}
    four = data["table4"]
    table4 = {"id": "table4", "title": "政府信息公开行政复议、行政诉讼情况", "columns": COLUMNS4, "rows": [
        row("review", "行政复议", [], four[:5]),
        row("suit", "未经复议直接起诉", ["行政诉讼"], four[5:10]),
        row("suit_after_review", "复议后起诉", ["行政诉讼"], four[10:])]}
    two = data["table2"].get("inferred", data["table2"])
    sections = [{"id": "publications", "title": "主动公开渠道", "columns": ["value"], "rows": [
        row("publications.portal", "政府网站", None, [1203]),
        row("publications.gazette", "政府公报", None, [6])]}]
    if form == "2021":
        sections.append({"id": "fees", "title": "信息处理费收取情况", "columns": ["value"], "rows": [
            row("notices", "发出收费通知件数", None, [0]),
            row("noticed_yuan", "收费通知总金额（元）", None, [0], 2),
            row("collected_yuan", "实际收取金额（元）", None, [0], 2)]})
    result = {"year": data["year"], "form": form, "organ": organ or data["body"],
              "status": "provisional", "revision": 0, "known_on": f"{data['year'] + 1}-01-20",
              "ledger_sequence": 4711, "ledger_digest": "5a" * 32,
              "tables": [table2(two, form), table3, table4], "checks": [], "headings": HEADINGS,
              "sections": sections, "seal": None}
    result.update(more)
    return result
