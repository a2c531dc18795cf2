# SPDX-License-Identifier: Apache-2.0
"""The annual report out of the client: published reports, answered by a stand-in for the daemon, are
looked up cell by cell in HTML, XLSX, CSV, JSON and text; and what the texts of the year may say."""

import csv
import html.parser
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import Tap  # noqa: E402
from harness.daemon import program  # noqa: E402
from harness.fake import Fake  # noqa: E402
import published  # noqa: E402

NAMES = ["shuyang_county_2025", "jinhu_county_2023", "pingtan_zone_2019", "xinzheng_chengguan_township_2020"]
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
LABELS3 = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
LABELS4 = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STATEMENT = "ogid 封存声明\n年度 2025 修订 1\n表格 sm3:" + "ab" * 32 + "\n"

fake = Fake()
folder = tempfile.mkdtemp(prefix="ogid-report-")


def ogi(*arguments, language="zh", stdout=subprocess.PIPE):
    return subprocess.run([program("OGI"), "--socket", fake.socket, "--lang", language, *arguments],
                          stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, cwd=folder, timeout=120)


def report(*arguments, **options):
    return ogi("report", str(fake.report["year"]), *arguments, **options)


def written(name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
    return name


def said(result):
    return result.stderr.decode()


# --- what a table has to look like, from the published figures ---


def printed(digits, decimals):
    """4068208 with 3 digits behind the point is 4068.208; a whole amount has no point."""
    if not decimals:
        return str(digits)
    text = f"{abs(digits):0{decimals + 1}d}"
    whole, rest = text[:-decimals], text[-decimals:]
    if decimals > 2:
        rest = rest.rstrip("0").ljust(2 if rest.rstrip("0")[2:] == "" and rest.strip("0") else 0, "0")
    return ("-" if digits < 0 else "") + whole + ("." + rest if rest.strip("0") else "")


class Plan:
    """A table as rows of places; a merged cell is (text, rows, columns) where it begins."""

    def __init__(self):
        self.cells = {}

    def put(self, row, column, text, rows=1, columns=1):
        self.cells[row, column] = (text, rows, columns)

    def rectangle(self):
        """The places that the cells cover, each once; and its size."""
        places = {}
        for (row, column), (_, rows, columns) in self.cells.items():
            for y in range(row, row + rows):
                for x in range(column, column + columns):
                    places[y, x] = places.get((y, x), 0) + 1
        height = 1 + max(y for y, _ in places)
        width = 1 + max(x for _, x in places)
        return height, width, set(places.values()) == {1} and len(places) == height * width


def plan3(data, form):
    plan = Plan()
    plan.put(0, 0, CORNER, 3, 3)
    plan.put(0, 3, "申请人情况", 1, 7)
    plan.put(1, 3, "自然人", 2)
    plan.put(1, 4, "法人或其他组织", 1, 5)
    plan.put(1, 9, "总计", 2)
    for i, label in enumerate(LABELS3[1:6]):
        plan.put(2, 4 + i, label)
    rows = published.form_rows(form)
    keys = [key for key, _, _ in rows]
    y = {key: 3 + i for i, key in enumerate(keys)}
    plan.put(y["disclosed"], 0, "三、本年度办理结果", len(rows) - 3)
    others = [key for key in keys if key.startswith("other.")]
    for first, label, count in [("refused.state_secret", "（三）不予公开", 8), ("unable.not_held", "（四）无法提供", 3),
                                ("not_processed.petition", "（五）不予处理", 5)]:
        plan.put(y[first], 1, label, count)
    if others:
        plan.put(y[others[0]], 1, "（六）其他处理", 3)
    for key, label, group in rows:
        depth = len(group or [])
        plan.put(y[key], depth, label, 1, 3 - depth)
        for i, value in enumerate(data["table3"]["rows"][key]):
            plan.put(y[key], 3 + i, str(value))
    return plan


def plan2(reply):
    """From the reply's rows, which hold a figure each: the blocks and lines of the form."""
    plan, y, lines = Plan(), 0, {}
    for row in reply["tables"][0]["rows"]:
        lines.setdefault(tuple(row["group"]), []).append(row)
    before = None
    for (block, line), rows in lines.items():
        spans = [1] * (len(rows) - 1) + [4 - len(rows)]
        if block != before:
            plan.put(y, 0, block, 1, 4)
            plan.put(y + 1, 0, "信息内容")
            for i, row in enumerate(rows):
                plan.put(y + 1, 1 + i, row["label"], 1, spans[i])
            y += 2
            before = block
        plan.put(y, 0, line)
        for i, row in enumerate(rows):
            plan.put(y, 1 + i, printed(row["cells"][0], row["decimals"]), 1, spans[i])
        y += 1
    return plan


def plan4(data):
    plan = Plan()
    plan.put(0, 0, "行政复议", 2, 5)
    plan.put(0, 5, "行政诉讼", 1, 10)
    plan.put(1, 5, "未经复议直接起诉", 1, 5)
    plan.put(1, 10, "复议后起诉", 1, 5)
    for i, value in enumerate(data["table4"]):
        plan.put(2, i, LABELS4[i % 5])
        plan.put(3, i, str(value))
    return plan


def plans(name):
    data = published.published(name)
    return {"表2": plan2(fake.report), "表3": plan3(data, data["template"]), "表4": plan4(data)}


# --- what the client wrote, read again ---


class Page(html.parser.HTMLParser):
    """Tables as plans, headings and paragraphs as text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tables, self.lines, self.cell, self.line, self.heads = [], [], None, None, 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "table":
            self.tables.append(Plan())
            self.row, self.taken = -1, set()
        elif tag == "thead":
            self.heads += 1
        elif tag == "tr":
            self.row, self.column = self.row + 1, 0
        elif tag in ("td", "th"):
            while (self.row, self.column) in self.taken:
                self.column += 1
            rows, columns = int(attributes.get("rowspan", 1)), int(attributes.get("colspan", 1))
            for y in range(self.row, self.row + rows):
                for x in range(self.column, self.column + columns):
                    self.taken.add((y, x))
            self.place, self.span, self.cell = (self.row, self.column), (rows, columns), ""
        elif tag in ("h1", "h2", "p", "title"):
            self.line = (tag, attributes.get("class"), "")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1].put(*self.place, self.cell, *self.span)
            self.cell = None
        elif tag in ("h1", "h2", "p", "title"):
            self.lines.append(self.line)
            self.line = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
        elif self.line is not None:
            self.line = (*self.line[:2], self.line[2] + data)

    def texts(self, tag, kind=None):
        return [text for name, of, text in self.lines if name == tag and (kind is None or of == kind)]


def place(name):
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", name).groups()
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(digits) - 1, column - 1


def number_text(text):
    """A number of a sheet without the digits that binary fractions add."""
    return f"{float(text):.9f}".rstrip("0").rstrip(".")


class Workbook:
    """Sheets as plans, the title's row taken off; numbers are apart from texts."""

    def __init__(self, data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.strings = ["".join(t.text or "" for t in item.iter(MAIN + "t"))
                            for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))]
            names = [sheet.get("name") for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter(MAIN + "sheet")]
            self.core = archive.read("docProps/core.xml").decode()
            self.styles = archive.read("xl/styles.xml").decode()
            self.sheets, self.numbers, self.xml = {}, {}, {}
            for i, name in enumerate(names):
                self.xml[name] = archive.read(f"xl/worksheets/sheet{i + 1}.xml").decode()
                self.read(name, ET.fromstring(self.xml[name]))

    def read(self, name, sheet):
        plan, numbers = Plan(), set()
        spans, covered = {}, set()
        for merge in sheet.iter(MAIN + "mergeCell"):
            (top, left), (bottom, right) = (place(part) for part in merge.get("ref").split(":"))
            spans[top, left] = (bottom - top + 1, right - left + 1)
            covered |= {(y, x) for y in range(top, bottom + 1) for x in range(left, right + 1)} - {(top, left)}
        for cell in sheet.iter(MAIN + "c"):
            at, value = place(cell.get("r")), cell.find(MAIN + "v")
            if at in covered or at[0] == 0:
                continue
            text = "" if value is None else value.text
            if cell.get("t") == "s":
                text = self.strings[int(text)]
            elif value is not None:
                text = number_text(text)
                numbers.add((at[0] - 1, at[1]))
            plan.put(at[0] - 1, at[1], text, *spans.get(at, (1, 1)))
        self.sheets[name], self.numbers[name] = plan, numbers


def csv_tables(data):
    """{name: (title, rows)} in the order of the file."""
    tables = {}
    for chunk in data.decode("utf-8-sig").split("\r\n\r\n"):
        rows = list(csv.reader(io.StringIO(chunk, newline="")))
        tables[rows[0][0]] = (rows[0][1], rows[1:])
    return tables


def differences(found, expected):
    """Of two plans, the first few cells that differ."""
    keys = sorted(set(found.cells) | set(expected.cells))
    return [(key, found.cells.get(key), expected.cells.get(key)) for key in keys
            if found.cells.get(key) != expected.cells.get(key)][:5]


# --- the tables ---


def every_cell(tap, name):
    """Every published cell stands at its place in every format"""
    fake.report = published.report(name)
    expected = plans(name)
    page = Page(report("--format", "html").stdout.decode())
    tap.equal(len(page.tables), 3, f"{name}: the page has the form's three tables")
    for plan, (table, wanted) in zip(page.tables, expected.items()):
        tap.equal(differences(plan, wanted), [], f"{name}: HTML {table} is as published, merged as printed")
        tap.ok(plan.rectangle()[2], f"{name}: HTML {table} is a whole rectangle, no place twice")
    book = Workbook(report("--format", "xlsx").stdout)
    for table, wanted in expected.items():
        tap.equal(differences(book.sheets[table], wanted), [], f"{name}: XLSX {table} is the same")
        figures = {key for key, (text, _, _) in wanted.cells.items() if re.fullmatch(r"-?\d+(\.\d+)?", text)}
        tap.equal(book.numbers[table], figures, f"{name}: XLSX {table} has its figures as numbers, all and only they")
    tables = csv_tables(report("--format", "csv").stdout)
    for table, wanted in expected.items():
        height, width, _ = wanted.rectangle()
        rows = [[wanted.cells.get((y, x), ("",))[0] for x in range(width)] for y in range(height)]
        tap.equal(tables[table][1], rows, f"{name}: CSV {table} is the same")
    text = report(language="zh").stdout.decode()
    for key, label, _ in published.form_rows(fake.report["form"]):
        cells = published.published(name)["table3"]["rows"][key]
        line = re.escape(label) + r"\s+" + r"\s+".join(map(str, cells)) + r"\s*$"
        if len(label) < 20:
            tap.ok(re.search(line, text, re.MULTILINE), f"{name}: text has {key}")


def order(tap):
    """Sheets and tables come in their order"""
    fake.report = published.report("shuyang_county_2025")
    tap.equal(list(Workbook(report("--format", "xlsx").stdout).sheets), ["表2", "表3", "表4", "公开渠道", "信息处理费"],
              "sheets: the form's, then the figures of the texts")
    tap.equal(list(csv_tables(report("--format", "csv").stdout)), ["公开渠道", "表2", "表3", "表4", "信息处理费"],
              "CSV: in the order of the form")
    tap.equal(csv_tables(report("--format", "csv").stdout)["公开渠道"],
              ("主动公开渠道", [["项目", "数值"], ["政府网站", "1203"], ["政府公报", "6"]]), "CSV: figures of a section")
    fake.report = published.report("pingtan_zone_2019")
    tap.equal(list(csv_tables(report("--format", "csv").stdout)), ["公开渠道", "表2", "表3", "表4"],
              "the form of 2019 knows no fees")


def zero(tap):
    """A report of nothing says 0 in every cell"""
    fake.report = published.report("xinzheng_chengguan_township_2020")
    page = Page(report("--format", "html").stdout.decode())
    figures = [text for plan in page.tables for text, _, _ in plan.cells.values() if re.fullmatch(r"-?[\d.]+", text)]
    # Table 3 has 23 rows of 7; table 4 has 15; table 2 of that form has 22 figures, one of them 6.
    tap.equal(len(figures), 23 * 7 + 15 + 22, "every cell holds a number")
    tap.equal(sorted(figures, key=int)[-2:], ["0", "6"], "and but for one published 6 they are 0")


def numbers(tap):
    """Decimals, negative changes and texts like formulas"""
    fake.report = published.report("jinhu_county_2023")
    row = fake.report["tables"][0]["rows"][-1]
    row.update(cells=[14722490000], decimals=6)
    fake.report["tables"][0]["rows"][0].update(cells=[-8])
    fake.report["sections"][0]["rows"][0]["label"] = '=HYPERLINK("x")'
    fake.report["sections"][0]["rows"][1]["label"] = "-甲\n,乙"
    data = report("--format", "csv").stdout
    tables = csv_tables(data)
    tap.equal(tables["表2"][1][-1][1], "14722.49", "14722490000 with six decimals is 14722.49")
    tap.equal(tables["表2"][1][2][1], "-8", "a negative number stays one")
    tap.equal(tables["公开渠道"][1][1][0], "'=HYPERLINK(\"x\")", "a text that begins a formula is made harmless")
    tap.equal(tables["公开渠道"][1][2][0], "'-甲\n,乙", "a comma and a line end are quoted")
    tap.ok(data.startswith(b"\xef\xbb\xbf"), "CSV begins with a byte order mark")
    tap.ok(b"\r\n" in data and re.search(rb"(?<!\r)\n", data.replace("甲\n".encode(), b"")) is None, "its lines end with CR LF")
    book = Workbook(report("--format", "xlsx").stdout)
    tap.ok((13, 1) in book.numbers["表2"], "the amount is a number of the sheet", book.numbers["表2"])
    tap.ok('formatCode="0.00"' in book.styles, "shown with two decimals")
    row.update(cells=[2000000], decimals=6)
    tap.equal(csv_tables(report("--format", "csv").stdout)["表2"][1][-1][1], "2", "2.000000 is 2")
    row.update(cells=[5], decimals=6)
    tap.equal(csv_tables(report("--format", "csv").stdout)["表2"][1][-1][1], "0.000005", "0.000005 keeps its zeros")
    row.update(cells=[-150], decimals=2)
    tap.equal(csv_tables(report("--format", "csv").stdout)["表2"][1][-1][1], "-1.50", "-1.50")


def pages(tap):
    """Sheets are set for A4, with their heads repeated"""
    fake.report = published.report("shuyang_county_2025")
    book = Workbook(report("--format", "xlsx").stdout)
    for name, xml in book.xml.items():
        tap.ok('paperSize="9"' in xml, f"{name} is on A4")
        tap.equal('orientation="landscape"' in xml, name == "表4", f"{name} stands, but for table 4 of 15 columns")
    page = report("--format", "html").stdout.decode()
    tap.ok("@page { size: A4" in page and 'lang="zh-CN"' in page and '<meta charset="utf-8">' in page, "HTML says A4")
    tap.equal(Page(page).heads, 2, "tables 3 and 4 have heads that repeat; table 2 has one a block")


def same_bytes(tap):
    """The same report is the same bytes, whenever"""
    fake.report = published.report("shuyang_county_2025", status="sealed", revision=1, seal={"statement": STATEMENT})
    first = {kind: report("--format", kind).stdout for kind in ("text", "html", "xlsx", "csv", "json")}
    time.sleep(2.1)  # a ZIP archive counts in two seconds
    fake.report.update(ledger_sequence=9999, ledger_digest="6b" * 32, known_on="2026-07-01")
    for kind, data in first.items():
        tap.ok(len(data) > 500 and report("--format", kind).stdout == data, f"{kind}: identical")
    tap.ok("2025-12-31" in Workbook(first["xlsx"]).core, "the workbook is dated by its year")


def seal(tap):
    """A sealed report ends with the seal's statement"""
    fake.report = published.report("shuyang_county_2025", seal={"statement": STATEMENT})
    page = Page(report("--format", "html").stdout.decode())
    lines = STATEMENT.strip().split("\n")
    tap.equal([text for _, _, text in page.lines[-3:]], lines, "HTML: its last lines")
    tap.equal(page.texts("p", "seal"), lines, "in small print")
    tap.ok(STATEMENT.strip() in report().stdout.decode(), "text: a block")
    fake.report = published.report("shuyang_county_2025")
    tap.equal(Page(report("--format", "html").stdout.decode()).texts("p", "seal"), [], "none before it is sealed")


def as_json(tap):
    """JSON is what the wire had"""
    fake.report = published.report("shuyang_county_2025")
    text = report("--format", "json").stdout.decode()
    found = json.loads(text)
    tap.equal(found["tables"], fake.report["tables"], "the tables")
    tap.equal(found["sections"], fake.report["sections"], "the sections")
    tap.equal((found["year"], found["form"], found["organ"]), (2025, "2021", "沭阳县（全县）"), "and what they are of")
    tap.equal(text, json.dumps(found, ensure_ascii=False, sort_keys=True, indent=2) + "\n", "sorted and indented")
    raw = ogi("--json", "report", "2025")
    tap.equal(json.loads(raw.stdout), {"report": fake.report}, "--json stays the raw reply")
    both = ogi("--json", "report", "2025", "--format", "csv")
    tap.equal((both.returncode, both.stdout), (2, b""), "--json with --format is refused")


# --- texts ---


TEXTS = """title: 某县2025年报告 <终稿> & "附件"
preface: |
  根据《条例》第五十条编制。
one: |
  新收{table3.new.total}件，上年结转{table3.carried_in.total}件，其中自然人{table3.new.natural_person}件。

  　　现行有效{table2.normative_documents.in_force}件，收费{table2.fees.amount}万元，网站{publications.portal}条。
five:
  - 复议{table4.review.total}件；{{不是数字}。
  - "{next_year}年改进，{last_year}年已改。"
six: 其他。
signed: |
  {organ}
  2026年1月30日
"""


def texts(tap):
    """The texts stand in their sections, with their figures"""
    fake.report = published.report("shuyang_county_2025")
    name = written("texts.yaml", TEXTS)
    result = report("--texts", name, "--format", "html")
    tap.equal((result.returncode, said(result)), (0, ""), "nothing is missing")
    page = Page(result.stdout.decode())
    tap.equal(page.texts("h1"), ['某县2025年报告 <终稿> & "附件"'], "the title, as it was written")
    tap.ok(b"&lt;\xe7\xbb\x88\xe7\xa8\xbf&gt; &amp; &quot;" in result.stdout, "special characters are escaped")
    tap.equal(page.texts("h2"), published.HEADINGS, "the six headings")
    paragraphs = [
        "根据《条例》第五十条编制。",
        "新收713件，上年结转36件，其中自然人705件。",
        "现行有效32件，收费4068.208万元，网站1203条。",
        "复议61件；{不是数字}。",
        "2026年改进，2024年已改。",
        "本年度未收取信息处理费。",
        "其他。"]
    tap.equal([text for tag, kind, text in page.lines if tag == "p" and kind is None], paragraphs, "the paragraphs in order")
    tap.equal(page.texts("p", "signed"), ["沭阳县（全县）", "2026年1月30日"], "organ and date below")
    text = report("--texts", name).stdout.decode()
    for paragraph in paragraphs:
        tap.ok(paragraph in text, f"text: {paragraph}")


def missing(tap):
    """What nobody wrote is pointed out, and never made up"""
    fake.report = published.report("shuyang_county_2025")
    result = report("--format", "html")
    page = Page(result.stdout.decode())
    tap.equal(page.texts("h1"), ["沭阳县（全县）2025年政府信息公开工作年度报告"], "the title by itself")
    tap.equal(page.texts("p", "missing"), ["［缺：一、总体情况］", "［缺：五、存在的主要问题及改进情况］"], "sections one and five")
    tap.equal([len(re.findall(f"[(（]{word}[)）]", said(result))) for word in ("one", "five", "six")], [1, 1, 0], "said on standard error")
    tap.equal(result.returncode, 0, "the report is made all the same")
    fake.report = published.report("pingtan_zone_2019")
    page = Page(report("--format", "html").stdout.decode())
    tap.equal(page.texts("p", "missing")[-1], "［缺：六、其他需要报告的事项］", "form 2019: section six too")
    fake.report = published.report("shuyang_county_2025")
    fake.report["tables"][0]["rows"][3]["stated"] = False
    tap.ok("1 " in said(report("--format", "xlsx")), "a figure that nobody stated is counted")
    tap.equal(said(report()), "", "whoever looks at the tables alone is not told")


def fees(tap):
    """Section six states the fees by itself"""
    def set_fees(notices, noticed, collected):
        fake.report = published.report("shuyang_county_2025")
        for row, value in zip(fake.report["sections"][1]["rows"], (notices, noticed, collected)):
            row["cells"] = [value]

    def six(*arguments):
        page = Page(report("--format", "html", *arguments).stdout.decode())
        at = page.lines.index(("h2", None, "六、其他需要报告的事项"))
        return [text for _, _, text in page.lines[at + 1:]]

    set_fees(2, 10050, 10000)
    stated = "本年度共发出收费通知2件，总金额100.50元，实际收取100元。"
    tap.equal(six(), [stated], "notices, amount and what came in")
    tap.equal(six("--texts", written("six.yaml", "six: 无其他事项。\n")), [stated, "无其他事项。"], "beside a text of the office")
    tap.equal(six("--texts", written("own.yaml", "six: 收取{fees.collected_yuan}元，通知{fees.notices}件。\n")),
              ["收取100元，通知2件。"], "not twice when the text states them")
    fake.report["sections"][1]["rows"][2]["stated"] = False
    tap.equal(six(), ["［缺：信息处理费收取情况］"], "a fee that nobody stated is missing")


def wrong_texts(tap):
    """What a text cannot say is refused, with its place"""
    fake.report = published.report("shuyang_county_2025")
    fake.report["tables"][0]["rows"][5]["stated"] = False
    cases = [
        ("one: |\n  甲\n  新收{table3.new.totl}件\n", "3:5", "{table3.new.total}", "an unknown name"),
        ("one: >\n  甲{{table3.x}\n  乙{table3.x}\n", "3:4", "{table3.x}", "behind the same name in braces of its own"),
        ("five:\n  - \"甲{tabel4.review.total}\"\n", "2:7", "{table4.review.total}", "in a list"),
        ("one: 甲{table2.normative_documents.in_force}\n", "1:7", "table2.normative_documents.in_force", "not stated"),
        ("six: 甲{year\n", "1:7", "{{", "a brace that does not close"),
        ("seven: 甲\n", "1:1", "seven", "an unknown section"),
        ("on: 甲\n", "1:1", "one", "with the nearest name"),
        ("one: {year: 甲}\n", "1:6", "one", "a brace that YAML takes for its own"),
        ("- 甲\n", "1:1", "one", "no map"),
        ("one: 甲\none: 乙\n", "2:1", "one", "twice"),
    ]
    for text, at, word, what in cases:
        name = written("bad.yaml", text)
        for kind in ("html", "text"):
            result = report("--texts", name, "--format", kind, "--output", "never")
            tap.equal(result.returncode, 8, f"{what}: refused ({kind})")
            tap.ok(f"bad.yaml:{at}: " in said(result) and word in said(result), f"{what}: {at} ({kind})", said(result))
            tap.ok(not os.path.exists(os.path.join(folder, "never")), f"{what}: nothing is written ({kind})")
    result = report("--texts", "nowhere.yaml")
    tap.ok(result.returncode == 8 and "nowhere.yaml" in said(result), "a file that is not there")


def make_texts(tap):
    """--make-texts gives a file whose every name may be used"""
    fake.report = published.report("shuyang_county_2025")
    result = report("--make-texts", "--output", "made.yaml")
    tap.equal((result.returncode, result.stdout), (0, b""), "written to a file")
    with open(os.path.join(folder, "made.yaml"), encoding="utf-8") as file:
        made = file.read()
    names = re.findall(r"^# \{([a-z][a-z0-9_.]*)\}", made, re.MULTILINE)
    # 4 words, 10 figures of table 2, 25 rows of table 3, 3 of table 4, 2 channels, 3 of the fees.
    tap.equal(len(set(names)), 4 + 10 + 25 + 3 + 2 + 3, "every figure has a name")
    result = report("--texts", "made.yaml", "--format", "html")
    tap.ok(result.returncode == 0 and re.search("[(（]one[)）]", said(result)), "as it is, it says nothing yet", said(result))
    filled = made.replace("one: |\n", "one: |\n" + "".join(f"  {name}={{{name}}}\n" for name in names))
    page = Page(report("--texts", written("filled.yaml", filled), "--format", "html").stdout.decode())
    values = dict(text.split("=", 1) for text in page.texts("p") if "=" in text)
    tap.equal(sorted(values), sorted(names), "each of them is taken")
    rows = published.published("shuyang_county_2025")["table3"]["rows"]
    for key, cells in rows.items():
        tap.equal(values.get(f"table3.{key}.total"), str(cells[6]), f"{key} has its total")
    example = re.search(r"^# 例：(.*\n(# .*\n)*)", made, re.MULTILINE).group(1).replace("\n# ", "")
    page = Page(report("--texts", written("example.yaml", "one: |\n  " + example), "--format", "html").stdout.decode())
    tap.ok(any("新收政府信息公开申请713件，上年结转36件" in text for text in page.texts("p")), "and so is the example")


# --- where it goes ---


def output(tap):
    """A file is there whole, or the old one stays"""
    fake.report = published.report("shuyang_county_2025")
    path = os.path.join(folder, "report.html")
    written("report.html", "old")
    result = report("--format", "html", "--output", "report.html")
    tap.equal((result.returncode, result.stdout), (0, b""), "nothing on standard output")
    with open(path, "rb") as file:
        tap.equal(file.read(), report("--format", "html").stdout, "the file holds what standard output would")
    mask = os.umask(0)
    os.umask(mask)
    tap.equal(os.stat(path).st_mode & 0o777, 0o666 & ~mask, "with the mode of any new file")
    result = report("--format", "html", "--output", "no/such/folder.html")
    tap.ok(result.returncode == 8 and "no/such/folder.html" in said(result), "a folder that is not there", said(result))
    os.mkdir(os.path.join(folder, "taken"))
    result = report("--output", "taken")
    tap.equal(result.returncode, 8, "a folder in its place")
    tap.equal([name for name in os.listdir(folder) if name.startswith(("taken.", "report.html."))], [], "nothing is left behind")
    text = report("--output", "report.txt")
    with open(os.path.join(folder, "report.txt"), "rb") as file:
        tap.equal((text.returncode, file.read()), (0, report().stdout), "text goes into a file as well")


def usage(tap):
    """The options of the report"""
    fake.report = published.report("shuyang_county_2025")
    result = report("--format", "docx")
    tap.ok(result.returncode == 2 and "text|html|xlsx|csv|json" in said(result), "a format that there is not", said(result))
    tap.equal(report("--format").returncode, 2, "no format")
    tap.equal(report("--format", "csv", "--format", "html").returncode, 2, "two formats")
    tap.equal(report("--make-texts=yes").returncode, 2, "a switch takes no value")
    tap.ok("--format" in said(report("--fromat", "csv")), "a slip is guessed")
    tap.equal(report("--form=2021", "--out=short.csv", "--format=csv").returncode, 0, "--form is another; --out will do")
    tap.ok(os.path.exists(os.path.join(folder, "short.csv")), "and it was taken for --output")
    tap.equal(fake.calls[-1]["parameters"], {"year": 2025, "form": "2021"}, "none of them went to the daemon")
    helped = ogi("report", "--help").stdout.decode()
    tap.ok(all(option in helped for option in ("--texts", "--format", "--output", "--make-texts", "--known-on")), "help has them")
    try:
        master, slave = pty.openpty()
    except OSError:  # a place without terminals
        tap.say("skipped: a workbook is not for a terminal")
        return
    result = report("--format", "xlsx", stdout=slave)
    os.close(slave)
    os.close(master)
    tap.equal(result.returncode, 2, "a workbook is not for a terminal")


def checks(tap):
    """A broken rule tells in the exit status, whatever the format"""
    check = {"rule": "balance", "holds": False, "table": "table3", "column": "total", "expected": 1, "found": 2,
             "detail": None, "cases": [], "row": None, "organ": None}
    fake.report = published.report("shuyang_county_2025", checks=[check])
    for kind in ("text", "html", "xlsx", "csv", "json"):
        result = report("--format", kind)
        tap.ok(result.returncode == 1 and len(result.stdout) > 500, f"{kind}: 1, and the report is there")
    fake.report.update(checks=[], warnings=[dict(check, rule="same_as_last_year")])
    for kind in ("html", "xlsx", "csv", "json"):
        tap.equal(report("--format", kind).returncode, 0, f"{kind}: what is only implausible is no failure")


def english(tap):
    """In English the frame is English, and the figures are the same"""
    fake.report = published.report("jinhu_county_2023")
    text = report(language="en").stdout.decode()
    tap.ok(re.search(r"administrative review +1 +0 +6 +0 +7$", text, re.MULTILINE), "table 4", text[-1500:])
    tap.ok(re.search(r"本年制发件数 +3$", text, re.MULTILINE), "table 2 keeps the form's own words")


def libreoffice(tap):
    """LibreOffice reads the workbook as it was meant"""
    if shutil.which("soffice") is None:
        tap.ok(True, "LibreOffice reads the same figures # SKIP no soffice here")
        return
    fake.report = published.report("shuyang_county_2025")
    report("--format", "xlsx", "--output", "report.xlsx")
    subprocess.run(["soffice", "--headless", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "report.xlsx"],
                   cwd=folder, env={**os.environ, "HOME": folder}, capture_output=True, timeout=600)
    for table, wanted in plans("shuyang_county_2025").items():
        with open(os.path.join(folder, f"report-{table}.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        height, width, _ = wanted.rectangle()
        tap.equal(rows, [[wanted.cells.get((y, x), ("",))[0] for x in range(width)] for y in range(height)],
                  f"LibreOffice reads {table} as published")


tap = Tap()
for name in NAMES:
    tap.case(every_cell, name)
for function in (order, zero, numbers, pages, same_bytes, seal, as_json, texts, missing, fees, wrong_texts, make_texts,
                 output, usage, checks, english, libreoffice):
    tap.case(function)
fake.close()
shutil.rmtree(folder, ignore_errors=True)
tap.done()
